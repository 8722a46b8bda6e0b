"""Bodies into parts: breaks, directives, and what is left for whom."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.body import PartSource, for_names, split_body
from postiz_ops.model import Span
from tests.compile.said import said

KNOWN = (
    "help: known accounts, providers and groups are `acme-mastodon`, `bluesky`, `everywhere`, `linkedin`, `mastodon`"
    " and `x`"
)
NAMES = ("acme-mastodon", "bluesky", "everywhere", "linkedin", "mastodon", "x")


def parts(text: str, *names: str) -> list[str]:
    """What an account with these names gets of a body that has nothing to complain of."""
    found, findings = split_body(dedent(text).lstrip("\n"), "p.md", 10, NAMES)
    assert said(findings) == []
    return [("comment: " if part.comment else "") + part.markdown for part in for_names(found, names)]


def findings(text: str) -> list[str]:
    return said(split_body(dedent(text).lstrip("\n"), "p.md", 10, NAMES)[1])


def test_parts_begin_at_breaks() -> None:
    text = """
        One
        ---
        Two

        ***

        Three
    """
    assert parts(text) == ["One", "Two", "Three"]


def test_a_break_in_a_code_block_is_text() -> None:
    text = """
        ```
        ---
        :::only x
        ```
    """
    assert parts(text) == ["```\n---\n:::only x\n```"]


def test_only_and_except() -> None:
    text = """
        All

        :::only x bluesky
        These two
        :::

        :::except linkedin
        All but one
        :::
    """
    assert parts(text, "acme-bluesky", "bluesky") == ["All\n\nThese two\n\nAll but one"]
    assert parts(text, "acme-linkedin", "linkedin") == ["All"]
    assert parts(text, "acme-mastodon", "mastodon") == ["All\n\n\nAll but one"]


def test_lines_of_directives_vanish_without_a_trace() -> None:
    text = """
        - a
        :::only x
        - b
        :::
        - c
    """
    assert parts(text, "x") == ["- a\n- b\n- c"]
    assert parts(text, "bluesky") == ["- a\n- c"]


def test_names_may_be_parted_by_commas() -> None:
    assert parts(":::only x, bluesky\na\n:::\n", "bluesky") == ["a"]


def test_a_part_left_empty_is_dropped() -> None:
    text = """
        :::only x
        For x
        :::

        ---

        For all

        ---

    """
    assert parts(text, "bluesky") == ["For all"]


def test_comments_stand_last_wherever_they_are_written() -> None:
    text = """
        One
        :::comment
        First comment
        :::

        ---

        Two

        :::comment
        Second comment
        :::
    """
    assert parts(text) == ["One", "Two", "comment: First comment", "comment: Second comment"]


def test_places_lead_back_to_the_file() -> None:
    text = "One\n\n:::only x\nT wo\n:::\n\nThree\n"
    found, _ = split_body(text, "p.md", 10, NAMES)
    (part,) = for_names(found, {"x"})
    assert part.markdown == "One\n\nT wo\n\nThree"
    wo, three = part.markdown.index("wo"), part.markdown.index("Three")
    assert part.place("p.md", wo, wo + 2) == Span("p.md", 13, 3, 13, 5)
    assert part.place("p.md", wo, three + 5) == Span("p.md", 13, 3, 16, 6)
    assert part.place("p.md", three, three) == Span("p.md", 16, 1, 16, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ":::only blusky x\na\n:::\n",
            ["10:9-10:15 PZ200 unknown account, provider or group `blusky`", "help: write `bluesky`"],
        ),
        (
            ":::only nobody\na\n:::\n",
            [
                "10:9-10:15 PZ200 unknown account, provider or group `nobody`",
                KNOWN,
            ],
        ),
        (":::onyl x\na\n:::\n", ["10:4-10:8 PZ201 unknown directive `onyl`", "help: write `only`"]),
        (
            "::: warning\na\n:::\n",
            [
                "10:5-10:12 PZ201 unknown directive `warning`",
                "help: known directives are `comment`, `except` and `only`",
            ],
        ),
        ("a\n:::only x\nb\n", ["11:1-11:10 PZ202 `:::only` is not closed", "help: add a line `:::` where it ends"]),
        ("a\n:::\n", ["11:1-11:4 PZ203 this `:::` closes nothing", "help: delete it, or open a directive above"]),
        (
            ":::only x\n:::except x\na\n:::\n:::\n",
            [
                "11:1-11:12 PZ204 `:::except` begins inside `:::only`",
                "help: close the outer one with `:::` first",
            ],
        ),
        (
            ":::only x\na\n\n---\n\nb\n:::\n",
            [
                "13:1-13:4 PZ205 a part cannot end inside `:::only`",
                "help: close it with `:::` before this line, and open it again after it",
            ],
        ),
        (
            ":::only\na\n:::\n",
            ["10:1-10:8 PZ206 `:::only` names nobody", "help: write `:::only` and the names that it is for"],
        ),
        (
            ":::comment x\na\n:::\n",
            ["10:1-10:13 PZ206 `:::comment` takes no names", "help: write `:::comment` alone"],
        ),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


def test_breaks_after_an_unclosed_directive_are_not_blamed() -> None:
    assert findings(":::only x\na\n\n---\n\nb\n\n---\n\nc\n") == [
        "10:1-10:10 PZ202 `:::only` is not closed",
        "help: add a line `:::` where it ends",
    ]


def test_a_close_in_a_code_block_closes_nothing() -> None:
    assert findings(":::only x\n```\n:::\n```\n") == [
        "10:1-10:10 PZ202 `:::only` is not closed",
        "help: add a line `:::` where it ends",
    ]


def test_an_unknown_directive_keeps_its_text() -> None:
    found, _ = split_body("a\n:::onyl x\nb\n:::\n", "p.md", 1, NAMES)
    assert [part.markdown for part in for_names(found, {"bluesky"})] == ["a\nb"]


LINES = st.lists(
    st.sampled_from(
        ["a", "", "---", "***", ":::", ":::only x", ":::except bluesky", ":::comment", "```", "    b", "- c"]
    )
)


@given(LINES)
def test_every_line_of_text_keeps_its_number(lines: list[str]) -> None:
    found, _ = split_body("\n".join(lines), "p.md", 1, NAMES)
    for part in (*for_names(found, {"x"}), *for_names(found, {"bluesky"})):
        assert [lines[number - 1] for number in part.lines] == part.markdown.split("\n")
        assert part.markdown.strip()


@given(LINES)
def test_what_is_for_one_and_what_is_for_the_other_is_everything(lines: list[str]) -> None:
    """Every written line that is no directive and no break reaches somebody."""
    found, mistakes = split_body("\n".join(lines), "p.md", 1, ["x", "bluesky"])
    if mistakes:
        return
    reached = {number for name in ("x", "bluesky") for part in for_names(found, {name}) for number in part.lines}
    kept = {number for part in found for block in part.blocks for number in block.lines}
    assert {number for number in kept if lines[number - 1].strip()} <= reached


@given(st.text("ab\n", min_size=1).filter(str.strip), st.data())
def test_a_place_is_where_its_characters_are(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    part = PartSource(text, tuple(range(1, len(lines) + 1)))
    start = data.draw(st.integers(0, len(text) - 1))
    span = part.place("p.md", start, start + 1)
    if text[start] != "\n":
        assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == text[start]
