"""What holds for every input of ``render``, however odd."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.model import Form, Person, Unit
from postiz_ops.text.compose import with_hashtags
from postiz_ops.text.parts import breaks, code_ranges
from postiz_ops.text.render import render
from postiz_ops.text.split import split
from postiz_ops.text.styles import STYLES
from postiz_ops.text.units import measure, prefix

ODDITIES = (
    "a¦b c¦ ¦  ¦\n¦\n\n¦\r\n¦\t¦    ¦*¦**¦_¦~~¦`¦```¦\n```\n¦[¦](¦]¦)¦![¦](u)¦](https://e.com)¦<¦>¦\n> ¦\n- ¦\n1. "
    "¦# ¦\n---\n¦\n--\n¦\n===\n¦\\¦&amp;¦&#42;¦<b>¦\n<div>\n¦<!--¦@{al}¦@{¦}¦#tag¦@bob.test¦https://e.com/(x)¦e.com¦é¦😀"
    "¦\u200d¦\x00¦\ufdd0¦\u2028¦\x85¦[1]: /u\n¦[1]¦\ud800"
)
TOKENS = st.sampled_from(ODDITIES.split("¦"))
MARKDOWN = st.one_of(st.text(max_size=60), st.lists(TOKENS, max_size=25).map("".join))
PEOPLE = {"al": Person("Al Doe", {"bluesky": "al.example.com"})}


@given(MARKDOWN, st.sampled_from(Form))
def test_any_text_is_rendered(markdown: str, form: Form) -> None:
    rendered = render(markdown, form, people=PEOPLE, provider="bluesky")
    lines = rendered.text.split("\n")
    ending = STYLES[form].line_end
    assert all(not line.removesuffix(ending).endswith((" ", "\t")) for line in lines)
    assert lines == [""] or (lines[0] and lines[-1])


@given(MARKDOWN, st.sampled_from(Form))
def test_places_rise_and_lie_in_text_and_source(markdown: str, form: Form) -> None:
    rendered = render(markdown, form)
    outs, sources = [out for out, _ in rendered.anchors], [source for _, source in rendered.anchors]
    assert outs == sorted(outs)
    assert sources == sorted(sources)
    assert all(0 <= out <= len(rendered.text) for out in outs)
    assert all(0 <= source <= len(markdown) for source in sources)
    found = [rendered.source(place) for place in range(len(rendered.text) + 1)]
    assert found == sorted(found)


@given(MARKDOWN)
def test_facets_lie_in_the_text_and_say_what_they_cover(markdown: str) -> None:
    rendered = render(markdown, Form.FACETS, people=PEOPLE, provider="bluesky")
    end = 0
    for facet in rendered.facets:
        covered = rendered.text[facet.start : facet.end]
        assert end <= facet.start < facet.end <= len(rendered.text)
        assert covered == covered.strip(" \t\n") != ""
        if facet.kind == "mention":
            assert covered == f"@{facet.value}"
        end = facet.end


@given(MARKDOWN, st.sampled_from(Form))
def test_what_stays_whole_lies_in_the_text(markdown: str, form: Form) -> None:
    rendered = render(markdown, form, people=PEOPLE, provider="bluesky")
    for start, end in [*rendered.whole, *rendered.marked]:
        assert 0 <= start < end <= len(rendered.text)


@given(MARKDOWN)
def test_pictures_and_unknown_people_stand_in_the_source(markdown: str) -> None:
    rendered = render(markdown, Form.PLAIN)
    for image in rendered.images:
        assert markdown[image.start : image.end].startswith("![")
    for person in rendered.unknown_people:
        assert markdown[person.start : person.end] == f"@{{{person.key}}}"


@given(st.from_regex(r"[a-z]{1,8}( [a-z]{1,8}){0,5}(\n\n?[a-z]{1,8}){0,3}", fullmatch=True), st.sampled_from(Form))
def test_plain_words_stay_as_they_are(text: str, form: Form) -> None:
    assert render(text, form).text.replace("  \n", "\n") == text


@given(MARKDOWN)
def test_any_text_is_looked_through(markdown: str) -> None:
    assert all(0 <= found.start < found.end <= len(markdown) for found in breaks(markdown))
    assert all(0 <= start <= end <= len(markdown) for start, end in code_ranges(markdown))
    assert all(measure(markdown, unit) >= 0 for unit in Unit)


# --- no input is slow -----------------------------------------------------------------------------------------------

SIZE = 100_000
LIMIT = 20 if sys.gettrace() else 2
"""Seconds of processor time; a tracer takes its own."""
EVIL = (
    *(
        "a",
        "a!",
        "a.",
        "[",
        "*",
        "(",
        "`",
        "_",
        "<",
        ">",
        "#",
        "@",
        "&",
        "~",
        "\\",
        "!",
        "\n",
        "-",
        "あ.",
        "a-",
        "a@",
        ".a-",
    ),
    *(
        "![",
        "> ",
        "- ",
        "1. ",
        "@{",
        "*a ",
        "_a",
        "**a** ",
        "a\n--\n",
        "a\n-\n",
        "a\n---\n",
        "~~a ",
        "<a ",
        "&amp;",
        "\\*",
    ),
    *(
        "http://",
        "http://a.co/(",
        "http://a.co?!",
        "[a](http://a.co) ",
        "foo.comあ",
        "@a.b",
        "@a@b.c-",
        "😀",
        "\u200d",
        "🇩🇪",
    ),
)


def seconds(work: Callable[[], object]) -> float:
    """The processor time that something takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("piece", EVIL)
def test_no_text_is_slow(piece: str) -> None:
    """100 kB of anything. The slowest takes a quarter of the limit; an expression that backtracks takes minutes."""
    text = (piece * SIZE)[:SIZE] + "!"
    assert seconds(partial(render, text, Form.FACETS)) < LIMIT
    assert seconds(partial(render, text, Form.DISCORD)) < LIMIT
    assert seconds(partial(breaks, text)) < LIMIT
    for unit in (Unit.X_WEIGHTED, Unit.MASTODON):
        assert seconds(partial(measure, text, unit)) < LIMIT
        assert seconds(partial(prefix, text, unit, 280)) < LIMIT


@pytest.mark.parametrize("piece", ["a ", "a", "[a](http://a.co) ", "**a** ", "a.\n\n", "> a\n"])
def test_no_split_is_slow(piece: str) -> None:
    rendered = with_hashtags(render(piece * (SIZE // len(piece)), Form.DISCORD), ["a"], Form.DISCORD)
    assert seconds(partial(split, rendered, [(Unit.GRAPHEME, 300), (Unit.UTF8_BYTE, 3000)])) < 3 * LIMIT


def test_deep_nesting_does_not_grow() -> None:
    """A quotation of thousands of levels, each line of which would begin with all of them."""
    rendered = render("> " * 2000 + "a\n" + "b\n" * 20_000, Form.PLAIN)
    assert len(rendered.text) < 1_000_000
