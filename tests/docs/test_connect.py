"""The page on connecting says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from postiz_ops.providers import PROVIDERS
from tools.blocks import filled
from tools.docs_connect import PAGE, blocks, span


def test_the_page_says_what_is_declared() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page, blocks()), "run `make docs`"


def test_every_platform_has_its_section_and_its_app() -> None:
    made = blocks()
    for name in PROVIDERS:
        assert f"### {name}\n" in made["platforms"]
    assert "| [LinkedIn page](#linkedin-page), `oauth2` | `POSTIZ_LINKEDIN_PAGE_CLIENT_ID` |" in made["variables"]
    assert "POSTIZ_INSTAGRAM_STANDALONE_CLIENT_SECRET" in made["variables"]
    assert "POSTIZ_X_API_KEY" in made["variables"]


def test_the_page_names_no_command_that_there_is_not() -> None:
    page = Path(PAGE).read_text(encoding="utf-8")
    for command in ("vault init", "accounts connect", "accounts list", "accounts trust"):
        assert command in page


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "without an end that the platform names"),
        (3600, "1 hour"),
        (7200, "2 hours"),
        (5_184_000, "60 days"),
        (90, "90 seconds"),
        (60, "1 minute"),
    ],
)
def test_spans(seconds: int | None, said: str) -> None:
    assert span(seconds) == said
