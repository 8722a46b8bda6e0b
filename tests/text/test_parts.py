"""Where a body breaks, and where it is code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.text.parts import breaks, code_ranges


def lines_of(markdown: str) -> list[str]:
    return [markdown[found.start : found.end] for found in breaks(markdown)]


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("a", []),
        ("---", ["---"]),
        ("a\n\n---\n\nb", ["---\n"]),
        ("a\n---\nb", ["---\n"]),
        ("é\r\n---\r\né\r\n", ["---\r\n"]),
        ("a\n---\nb\n---\nc\n***", ["---\n", "---\n", "***"]),
        ("a\n***\nb\n___\nc\n - - -\nd", ["***\n", "___\n", " - - -\n"]),
        ("a\n-----\nb", ["-----\n"]),
        ("a\n--- \nb", ["--- \n"]),
        ("a\n--\nb\n-\nc", []),
        ("---\n---", ["---\n", "---"]),
        ("| a |\n---|---", []),
        ("--- a", []),
        ("a ---\nb", []),
        ("- a\n---\nb", ["---\n"]),
        ("- a\n\n  ---\n\n  b", []),
        ("> a\n> ---\n> b", []),
        ("<div>\n---\n</div>", ["---\n"]),
        ("<!--\n---\n-->", ["---\n"]),
        ("```\n---\n***\n```\n---\n", ["---\n"]),
        ("~~~\n---\n", []),
        ("    a\n    ---\n", []),
        ("- ```\n  ---\n  ```\n\n---", ["---"]),
        ("`a\n---\nb`", ["---\n"]),
    ],
)
def test_breaks(markdown: str, lines: list[str]) -> None:
    assert lines_of(markdown) == lines


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("a `b`", []),
        ("é\n\n```\nb\n```\nc", ["```\nb\n```"]),
        ("a\n\n    b\n    c\n\nd", ["b\n    c\n"]),
        ("```\nunclosed", ["```\nunclosed"]),
        ("a\n---\n```\nb\n```", ["```\nb\n```"]),
    ],
)
def test_code(markdown: str, code: list[str]) -> None:
    assert [markdown[start:end] for start, end in code_ranges(markdown)] == code


LINES = st.sampled_from(
    ["---", "***", "- - -", "----", "--", "a", "", "```", "- a", "> a", "<div>", "    ---", "  ---"]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_breaks_are_whole_lines_in_order_and_none_is_code(markdown: str) -> None:
    found = breaks(markdown)
    code = code_ranges(markdown)
    assert [found_break.start for found_break in found] == sorted({found_break.start for found_break in found})
    for place in found:
        assert place.start == 0 or markdown[place.start - 1] == "\n"
        assert markdown[place.start : place.end].rstrip("\n").strip(" -*_") == ""
        assert not any(start <= place.start < end for start, end in code)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_a_line_of_three_dashes_breaks_unless_it_is_code(markdown: str) -> None:
    code = code_ranges(markdown)
    starts = {found.start for found in breaks(markdown)}
    place = 0
    for line in markdown.split("\n"):
        if line == "---" and not any(start <= place < end for start, end in code):
            assert place in starts
        place += len(line) + 1
