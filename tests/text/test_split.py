"""``thread: auto``: where a text is cut, and laws of every cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.model import Form, Unit
from postiz_ops.text.render import Rendered, render
from postiz_ops.text.split import addresses, enclosing, merged, split
from postiz_ops.text.units import measure


def texts(markdown: str, limit: int, form: Form = Form.PLAIN, unit: Unit = Unit.CODE_POINT) -> list[str]:
    return [piece.text for piece in split(render(markdown, form), [(unit, limit)])]


@pytest.mark.parametrize(
    ("markdown", "limit", "pieces"),
    [
        ("fits", 4, ["fits"]),
        ("", 0, [""]),
        ("one one\n\ntwo two", 10, ["one one", "two two"]),
        ("one\n\ntwo\n\nthree", 10, ["one\n\ntwo", "three"]),
        ("One is. Two is. Three.", 16, ["One is. Two is.", "Three."]),
        ("Is it? It is!\nLine two", 15, ["Is it? It is!", "Line two"]),
        ("He said “stop.” She did.", 17, ["He said “stop.”", "She did."]),
        ("Of e.g. this and that", 12, ["Of e.g. this", "and that"]),
        ("春は曙。夏は夜。秋は夕暮れ。", 8, ["春は曙。夏は夜。", "秋は夕暮れ。"]),
        ("one two three four", 9, ["one two", "three", "four"]),
        ("A\n\nlong words that go on and on", 14, ["A\n\nlong words", "that go on and", "on"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab e\u0301e\u0301e\u0301", 3, ["ab", "e\u0301", "e\u0301", "e\u0301"]),
        ("see https://example.com/long now", 10, ["see", "https://example.com/long", "now"]),
        ("(https://example.com/long)", 10, ["(", "https://example.com/long)"]),
        ("hi @alice@example.com there", 12, ["hi", "@alice@example.com", "there"]),
        ("tag #averylongtag here", 9, ["tag", "#averylongtag", "here"]),
        ("go [to the page](https://e.com) now", 12, ["go", "to the page (https://e.com)", "now"]),
    ],
)
def test_cuts(markdown: str, limit: int, pieces: list[str]) -> None:
    assert texts(markdown, limit) == pieces


def test_emphasis_is_cut_only_where_nothing_else_is_left() -> None:
    assert texts("one **two three** four", 14, Form.DISCORD) == ["one", "**two three**", "four"]
    assert texts("**two three four**", 10, Form.DISCORD) == ["**two", "three", "four**"]


def test_facets_move_with_their_text() -> None:
    rendered = render("Ä first [link](https://a.com) here. And #tag then @bob.test there.", Form.FACETS)
    first, second = split(rendered, [(Unit.GRAPHEME, 30), (Unit.UTF8_BYTE, 300)])
    assert (first.text, second.text) == ("Ä first link here.", "And #tag then @bob.test there.")
    assert [first.text[facet.start : facet.end] for facet in first.facets] == ["link"]
    assert [second.text[facet.start : facet.end] for facet in second.facets] == ["#tag", "@bob.test"]


def test_every_limit_holds() -> None:
    assert texts("日日 日日 日日", 6, unit=Unit.UTF8_BYTE) == ["日日", "日日", "日日"]
    pieces = split(render("日日 日日 aaaa", Form.PLAIN), [(Unit.CODE_POINT, 5), (Unit.UTF8_BYTE, 13)])
    assert [piece.text for piece in pieces] == ["日日 日日", "aaaa"]


def test_pictures_go_with_the_text_they_follow() -> None:
    markdown = "![0](0.png)\n\nfirst\n\n![1](1.png)\n\nsecond\n\n![2](2.png)\n![3](3.png)"
    pieces = split(render(markdown, Form.PLAIN), [(Unit.CODE_POINT, 8)])
    assert [(piece.text, [image.alt for image in piece.images]) for piece in pieces] == [
        ("first", ["0", "1"]),
        ("second", ["2", "3"]),
    ]


def test_who_is_unknown_is_said_once() -> None:
    first, second = split(render("one @{x}\n\ntwo two", Form.PLAIN), [(Unit.CODE_POINT, 8)])
    assert [person.key for person in first.unknown_people] == ["x"]
    assert second.unknown_people == ()


def test_places_lead_back_to_the_source() -> None:
    markdown = "**one** is here.\n\n- two [three](https://e.com)"
    first, second = split(render(markdown, Form.FACETS), [(Unit.GRAPHEME, 14)])
    assert second.source(second.text.index("three")) == markdown.index("three")
    assert first.source(first.text.index("here")) == markdown.index("here")


WORDS = st.sampled_from(
    [
        "a",
        "word",
        "é",
        "日本語。",
        "End.",
        "What?",
        "😀",
        "👨‍👩‍👧‍👦",
        "\n\n",
        "\n",
        "- item",
        "**bold text**",
        "`code`",
        "e.g.",
        "https://example.com/a",
        "[a link](https://e.com/b)",
        "#tag",
        "@bob.example.com",
        "xhttps://e.com",
        "aaaaaaaaaaaaaaaaaaaa",
    ]
)
MARKDOWN = st.lists(WORDS, max_size=25).map(" ".join)
LIMITS = st.sampled_from(
    [
        ((Unit.GRAPHEME, 30), (Unit.UTF8_BYTE, 60)),
        ((Unit.CODE_POINT, 12),),
        ((Unit.UTF16, 25),),
        ((Unit.X_WEIGHTED, 40),),
        ((Unit.MASTODON, 30),),
    ]
)
Limits = tuple[tuple[Unit, int], ...]


@given(MARKDOWN, st.sampled_from(Form), LIMITS)
def test_every_piece_is_within_the_limits_or_one_link(markdown: str, form: Form, limits: Limits) -> None:
    for piece in split(render(markdown, form), limits):
        if any(measure(piece.text, unit) > limit for unit, limit in limits):
            kept = merged([*piece.whole, *addresses(piece)])
            blanks = [place for place, character in enumerate(piece.text) if character.isspace()]
            assert kept, piece.text
            assert all(enclosing(kept, place) for place in blanks), piece.text


@given(MARKDOWN, st.sampled_from(Form), LIMITS)
def test_nothing_is_lost_but_white_space(markdown: str, form: Form, limits: Limits) -> None:
    rendered = render(markdown, form)
    pieces = split(rendered, limits)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(rendered.text.split())
    assert all(piece.text == piece.text.strip() for piece in pieces)
    assert all(piece.text for piece in pieces) or len(pieces) == 1


@given(MARKDOWN, LIMITS)
def test_no_facet_is_cut(markdown: str, limits: Limits) -> None:
    rendered = render(markdown, Form.FACETS)
    pieces = split(rendered, limits)
    found = [
        (facet.kind, facet.value, piece.text[facet.start : facet.end]) for piece in pieces for facet in piece.facets
    ]
    whole = [(facet.kind, facet.value, rendered.text[facet.start : facet.end]) for facet in rendered.facets]
    assert found == whole


@given(MARKDOWN, st.sampled_from(Form), LIMITS)
def test_places_rise_and_lie_in_the_source(markdown: str, form: Form, limits: Limits) -> None:
    for piece in split(render(markdown, form), limits):
        outs, sources = [out for out, _ in piece.anchors], [source for _, source in piece.anchors]
        assert outs == sorted(outs)
        assert sources == sorted(sources)
        assert all(0 <= piece.source(place) <= len(markdown) for place in range(len(piece.text) + 1))


def test_a_limit_below_one_grapheme_ends_all_the_same() -> None:
    pieces = split(Rendered("👨‍👩‍👧‍👦ab"), [(Unit.UTF8_BYTE, 1)])
    assert [piece.text for piece in pieces] == ["👨‍👩‍👧‍👦", "a", "b"]


def test_long_graphemes_fill_a_piece_all_the_same() -> None:
    family = "👨‍👩‍👧‍👦"
    pieces = split(Rendered(family * 100), [(Unit.GRAPHEME, 40)])
    assert [piece.text for piece in pieces] == [family * 40, family * 40, family * 20]


def test_enclosing() -> None:
    spans = merged([(5, 9), (0, 3), (7, 12), (12, 14)])
    assert spans == [(0, 3), (5, 12), (12, 14)]
    assert [enclosing(spans, place) for place in (0, 1, 5, 8, 12, 13, 20)] == [
        None, (0, 3), None, (5, 12), None, (12, 14), None,
    ]  # fmt: skip
