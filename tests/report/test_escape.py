"""What others wrote cannot move a cursor, command a runner, call people or break out of a page."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.report.escape import (
    code,
    command_data,
    command_property,
    dumped,
    escape,
    fenced,
    lines,
    prose,
    sentence,
)

DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029\ud800-\udfff]")
nasty = st.text(st.sampled_from("a`|@#[]<>&*_~:!w.\\\x1b\x07\r\n\t\x9b\u202e\u2066\ud800\udcff 1-👍é\u0301"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, äöü 你好 👨‍👩‍👧", "plain, äöü 你好 👨‍👩‍👧"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;https://evil.example\x07here\x1b]8;;\x07", "\\x1b]8;;https://evil.example\\x07here\\x1b]8;;\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("over\rwritten", "over\\x0dwritten"),
        ("two\nlines", "two\\x0alines"),
        ("a\tb", "a\\x09b"),
        ("exe.\u202egnp", "exe.\\u{202e}gnp"),
        ("\u2066isolated\u2069", "\\u{2066}isolated\\u{2069}"),
        ("zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"),
        ("line\u2028separator", "line\\u{2028}separator"),
        ("latin-\udce9.md", "latin-\\xe9.md"),
        ("half \ud83d", "half \\u{d83d}"),
        ("x ##[add-mask]y", "x ##\\x5badd-mask]y"),
        ("", ""),
    ],
)
def test_what_does_not_print_is_written_out(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(nasty | st.text())
def test_an_escaped_text_is_one_line_that_does_nothing(text: str) -> None:
    shown = escape(text)
    assert not DANGEROUS.search(shown)
    assert "##[" not in shown
    assert escape(shown) == shown


def test_lines_keep_their_tabs() -> None:
    assert lines("a\tb\n\x1bc\n") == ["a\tb", "\\x1bc", ""]


def test_a_command_holds_any_message() -> None:
    assert command_data("100 %\r\n::error::x") == "100 %25%0D%0A::error::x"
    assert command_property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3 errors in 2 files; 12 posts", "3 errors in 2 files; 12 posts"),
        ("@everyone", "@\u2060everyone"),
        ("fixes #12", "fixes #\u206012"),
        ("https://x.example", "https:\u2060//x.example"),
        ("www.x.example", "www\u2060.x.example"),
        ("<img src=x onerror=y>", "\\<img src=x onerror=y\\>"),
        ("[a](b) ![c](d)", "\\[a\\](b) \\!\\[c\\](d)"),
        ("*a* _b_ `c` ~d~ | $e$ &amp;", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\| \\$e\\$ \\&amp;"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("a\nb", "a\\\\x0ab"),
    ],
)
def test_prose_reads_as_it_was_written_and_means_nothing(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("launch", "`launch`"),
        ("a`b", "``a`b``"),
        ("``", "``` `` ```"),
        ("a|b", "`a\\|b`"),
        ("", "`  `"),
        (" ", "`   `"),
        ("\x1b", "`\\x1b`"),
    ],
)
def test_code_holds_any_text(text: str, shown: str) -> None:
    assert code(text) == shown


def test_a_message_keeps_its_backticks_as_code() -> None:
    assert sentence("give it `id: @x`, or leave #1") == "give it `id: @x`, or leave #\u20601"
    assert sentence("one ` only") == "one \\` only"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n@b", "```\na\n@b\n```"),
        ("```js\n```", "````\n```js\n```\n````"),
        ("a `````` b", "```````\na `````` b\n```````"),
    ],
)
def test_a_fence_is_longer_than_what_it_holds(text: str, shown: str) -> None:
    assert fenced(text) == shown


@given(nasty)
def test_nothing_closes_a_fence(text: str) -> None:
    first, *body, last = fenced(text, "text").split("\n")
    assert first == f"{last}text"
    assert not any(line.strip().startswith(last) for line in body)


harmless = st.text(st.sampled_from("a#[]<\x1b\x7f\x9b\u202e\u2028👍")) | st.text(
    st.characters(exclude_categories=["Cs"])
)


@given(st.recursive(harmless, lambda inner: st.lists(inner) | st.dictionaries(harmless, inner)))
def test_json_says_the_same_in_harmless_characters(value: object) -> None:
    written = dumped(value)
    assert json.loads(written) == value
    assert not DANGEROUS.search(written.replace("\n", ""))
    assert "##[" not in written


def test_no_line_of_a_fence_is_a_command_to_a_runner() -> None:
    assert fenced("a\n::error::x\n  ::x\nb ::x") == "```\na\n:\\x3aerror::x\n  :\\x3ax\nb ::x\n```"
