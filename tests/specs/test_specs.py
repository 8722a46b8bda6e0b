from __future__ import annotations

from pathlib import Path

import pytest

from tests.specs import VALIDATORS, check_request, specs_dir, validator
from tests.specs.descriptions import DESCRIPTIONS, Author
from tests.specs.folder import VARIABLE


def test_the_sentence_names_request_and_description() -> None:
    with pytest.raises(AssertionError) as caught:
        check_request("mastodon", "get", "https://example.social/api/v9/x", {}, b"")
    first, judged_by = str(caught.value).split("\n")
    assert first == "`GET example.social/api/v9/x`: unknown path `/api/v9/x`"
    assert judged_by.startswith("(judged by mastodon/openapi.publish.json ")


def test_unknown_platform_is_a_failure_that_names_the_known_ones() -> None:
    known = ", ".join(sorted(VALIDATORS))
    with pytest.raises(AssertionError, match=rf"^no validator for `myspace`; there are {known}$"):
        check_request("myspace", "GET", "https://myspace.com", {}, b"")


@pytest.mark.parametrize("platform", VALIDATORS)
def test_every_validator_refuses_a_foreign_path(platform: str) -> None:
    with pytest.raises(AssertionError):
        check_request(platform, "GET", "https://example.com/nowhere", {}, b"")


def test_absent_descriptions_skip_with_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(pytest.skip.Exception, match=r"the platforms' descriptions are absent: no folder .*nowhere"):
        specs_dir()


def test_the_variable_says_where_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert specs_dir() == tmp_path


@pytest.mark.parametrize("platform", VALIDATORS)
def test_what_the_docs_call_handwritten_is(platform: str) -> None:
    described = DESCRIPTIONS[platform]
    sources = validator(platform).source.split(", ")
    assert all(source.startswith(f"{described.folder}/") for source in sources)
    assert all(("handwritten" in source) is (described.author is Author.US) for source in sources)


def test_every_platform_has_a_description() -> None:
    assert list(DESCRIPTIONS) == list(VALIDATORS)
