"""docs/content.md: its tables are the models', and `check` takes every example in it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
import yaml

from postiz_ops.compile.accounts import parse_accounts
from postiz_ops.compile.accounts_model import AccountsFile
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.model import Config
from tests.compile.repository import PNG, found, media
from tools import docs_content
from tools.blocks import filled

PAGE = docs_content.PAGE.read_text(encoding="utf-8")
EXAMPLES = [(match[1], match[2]) for match in re.finditer(r"(?ms)^```(\w+)\n(.*?)^```$", PAGE)]
ACCOUNTS = next(text for language, text in EXAMPLES if language == "yaml" and text.startswith("version: 1\nbranch"))
FILES: dict[str, str | bytes] = {
    **dict.fromkeys(("content/launch.png", "media/teaser.png", "content/card.png"), PNG),
    "content/clip.mp4": media("video/mp4", width=640, height=480, duration=9),
    "signatures/default.md": "Acme, from Berlin",
}


def test_the_tables_are_up_to_date() -> None:
    assert filled(PAGE, docs_content.blocks()) == PAGE, "run `make docs`"


@pytest.mark.parametrize("model", [AccountsFile, FrontMatter])
def test_every_field_is_in_a_table(model: Any) -> None:
    for name in model.model_fields:
        assert f"| `{name}` |" in PAGE


def test_every_field_has_its_place_in_the_order_of_the_table() -> None:
    assert set(docs_content.POST) == FrontMatter.model_fields.keys()


def config() -> Config:
    read, findings = parse_accounts(ACCOUNTS.encode())
    assert findings == ()
    assert read is not None
    return read


def merged(example: dict[str, Any]) -> str:
    """The page's accounts.yaml with the sections of an example."""
    whole = yaml.safe_load(ACCOUNTS)
    for name, section in example.items():
        whole[name] = {**whole.get(name, {}), **section} if isinstance(section, dict) else section
    return yaml.safe_dump(whole, sort_keys=False)


@pytest.mark.parametrize("text", [text for language, text in EXAMPLES if language == "markdown"])
def test_a_post_is_taken(text: str) -> None:
    assert text.startswith("---\n")
    assert found({"content/post.md": text, **FILES}, accounts=ACCOUNTS) == []


def about_posts(text: str) -> bool:
    return set(yaml.safe_load(text)) <= FrontMatter.model_fields.keys()


SNIPPETS = [text for language, text in EXAMPLES if language == "yaml"]


@pytest.mark.parametrize("text", [text for text in SNIPPETS if about_posts(text)])
def test_front_matter_is_taken(text: str) -> None:
    given = yaml.safe_load(text)
    platforms = "[acme-bluesky]" if "link" in given else "[everywhere]"
    more = "" if "platforms" in given else f"platforms: {platforms}\n"
    more += "" if "publish_at" in given else "publish_at: 2026-12-01 09:00\n"
    post = f"---\n{more}{text}---\nHello\n"
    assert found({"content/post.md": post, **FILES}, accounts=ACCOUNTS) == []


@pytest.mark.parametrize("text", [text for text in SNIPPETS if not about_posts(text)])
def test_accounts_yaml_is_taken(text: str) -> None:
    post = "---\nplatforms: [everywhere]\npublish_at: 2026-12-01 09:00\n---\nHello\n"
    assert found({"content/post.md": post, **FILES}, accounts=merged(yaml.safe_load(text))) == []


def test_each_kind_of_example_is_tried() -> None:
    assert sum(map(about_posts, SNIPPETS)) >= 10
    assert sum(not about_posts(text) for text in SNIPPETS) >= 3
    assert {language for language, _ in EXAMPLES} == {"markdown", "yaml", "text"}
    assert config().accounts.keys() == {"acme-mastodon", "acme-bluesky", "acme-discord", "acme-slack"}


def test_headings_go_down_by_one() -> None:
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", re.sub(r"(?s)```.*?```", "", PAGE))]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?s)```.*?```", "", PAGE))
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors
