"""The HTML report: in one file, asking nobody for anything, and readable by whoever sees no colour or no picture."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from postiz_ops.analytics.charts import LABELS, VALUES, WIDTH, bars, dots
from postiz_ops.analytics.page import html
from postiz_ops.analytics.store import Books
from postiz_ops.analytics.summary import Summary, summarize
from tests.analytics.test_render import fact
from tests.analytics.world import START

EMPTY = frozenset({"meta", "rect", "line"})


class Page(HTMLParser):
    """What a page consists of. Raises where elements do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self._open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.words += data


def summary() -> Summary:
    rows = [fact(f"p{n}", hours=n, likes=n, text="<script>alert(1)</script> \u202e") for n in range(6)]
    rows.append(fact("mute", hours=9))
    return summarize(rows, Books(), (), "account", "UTC", START, START + timedelta(days=7))


def test_it_asks_nobody_for_anything() -> None:
    text = html(summary())
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "form", "base"} == set()
    assert [tag for tag, given in page.tags if {"src", "srcset", "data", "action"} & given.keys()] == []
    assert {tag for tag, given in page.tags if "href" in given} == {"a"}
    assert not re.search(r"url\(|@import", text)
    assert "default-src 'none'" in text


def test_words_of_others_are_words() -> None:
    page = Page(html(summary()))
    assert "<script>alert(1)</script>" in page.words
    assert "\u202e" not in page.words


def test_every_drawing_says_in_words_what_it_shows() -> None:
    page = Page(html(summary()))
    drawings = [given for tag, given in page.tags if tag == "svg"]
    assert len(drawings) == 2
    assert all(given["role"] == "img" and given["aria-label"] for given in drawings)
    assert "p5, one, 2026-12-01 14:00: 5" in page.words


def test_drawings_stay_inside_their_frame() -> None:
    made = summary()
    (bar,) = bars(made)
    assert 0 <= bar.low <= bar.median <= bar.high == pytest.approx(WIDTH - LABELS - VALUES)
    assert bar.said == "2.5 (0 to 5), 6"
    assert len(dots(made)) == 6, "a delivery without figures has no dot: it is a gap"
    assert all(0 < dot.x < WIDTH for dot in dots(made))


def test_an_empty_period_has_no_drawing() -> None:
    page = Page(html(summarize([], Books(), (), "hour", "UTC", START, START + timedelta(days=1))))
    assert "Nothing went out in this period." in page.words
    assert "svg" not in {tag for tag, _ in page.tags}
