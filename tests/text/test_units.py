"""What each unit counts, and where a limit falls."""

from __future__ import annotations

import pytest
import unicode_segmentation_rs
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.model import Unit
from postiz_ops.text.characters import are_alone, graphemes
from postiz_ops.text.units import measure, prefix

FAMILY = "👨‍👩‍👧‍👦"
COUNTS = {
    "": (0, 0, 0, 0, 0, 0),
    "abc": (3, 3, 3, 3, 3, 3),
    "é": (1, 1, 1, 2, 1, 1),
    "e\u0301": (1, 2, 2, 3, 1, 1),
    "日本": (2, 2, 2, 6, 4, 2),
    "a\r\nb": (3, 4, 4, 4, 4, 3),
    "😀": (1, 1, 2, 4, 2, 1),
    FAMILY: (1, 7, 11, 25, 2, 1),
    "🇩🇪": (1, 2, 4, 8, 2, 1),
    "🧕🏾": (1, 2, 4, 8, 2, 1),
    "1️⃣": (1, 3, 3, 7, 2, 1),
    "©": (1, 1, 1, 2, 1, 1),
    "©\ufe0f": (1, 2, 2, 5, 2, 1),
    "☺\ufe0e": (1, 2, 2, 6, 4, 1),
    "see https://example.com/a/long/path/that/counts": (47, 47, 47, 47, 27, 27),
    "see example.com": (15, 15, 15, 15, 27, 15),
    "xhttps://example.com": (20, 20, 20, 20, 20, 20),
    "https://example.notatld/aaaaaaaaaaaaaaaaaaaaaaa": (47, 47, 47, 47, 47, 47),
    "hi @alice@example.com!": (22, 22, 22, 22, 22, 10),
    "https://e.com/@a@b.c": (20, 20, 20, 20, 23, 23),
    "gemini://example.com/ä?ö=ü": (26, 26, 26, 29, 26, 23),
}
UNITS = (Unit.GRAPHEME, Unit.CODE_POINT, Unit.UTF16, Unit.UTF8_BYTE, Unit.X_WEIGHTED, Unit.MASTODON)


@pytest.mark.parametrize("text", COUNTS)
def test_counts(text: str) -> None:
    assert tuple(measure(text, unit) for unit in UNITS) == COUNTS[text]


@pytest.mark.parametrize(
    ("text", "unit", "limit", "fitting"),
    [
        ("abc", Unit.CODE_POINT, 2, "ab"),
        ("abc", Unit.CODE_POINT, 0, ""),
        ("abc", Unit.CODE_POINT, 9, "abc"),
        ("ae\u0301b", Unit.CODE_POINT, 2, "a"),
        ("ae\u0301b", Unit.GRAPHEME, 2, "ae\u0301"),
        (f"a{FAMILY}b", Unit.UTF16, 11, "a"),
        (f"a{FAMILY}b", Unit.UTF8_BYTE, 26, f"a{FAMILY}"),
        (f"a{FAMILY}b", Unit.X_WEIGHTED, 3, f"a{FAMILY}"),
        ("a\r\nb", Unit.CODE_POINT, 2, "a"),
        ("a https://e.com b", Unit.X_WEIGHTED, 24, "a "),
        ("a https://e.com b", Unit.X_WEIGHTED, 25, "a https://e.com"),
        ("a https://e.com b", Unit.MASTODON, 24, "a "),
        ("a @b@c.d e", Unit.MASTODON, 3, "a "),
        ("a @b@c.d e", Unit.MASTODON, 4, "a @b@c.d"),
    ],
)
def test_where_the_limit_falls(text: str, unit: Unit, limit: int, fitting: str) -> None:
    assert text[: prefix(text, unit, limit)] == fitting


@pytest.mark.parametrize(
    ("text", "length"),
    [("abc", 3), ("é日", 2), ("😀", 4), (FAMILY, 25), ("a🇩🇪b", 10), ("1️⃣", 7), ("❤\ufe0f", 6), ("©", 1), ("𝕏", 1)],
)
def test_threads_counts_the_bytes_of_emoji_and_the_code_points_of_all_else(text: str, length: int) -> None:
    assert measure(text, Unit.EMOJI_BYTES) == length


def test_an_emoji_is_never_cut_by_its_bytes() -> None:
    assert prefix("a😀b", Unit.EMOJI_BYTES, 4) == 1
    assert prefix("a😀b", Unit.EMOJI_BYTES, 5) == 2


PIECES = st.sampled_from(
    [
        "a",
        "é",
        "e\u0301",
        "日",
        "😀",
        FAMILY,
        "🇩🇪",
        "\r\n",
        " ",
        ".",
        "/",
        ":",
        "@",
        "#",
        "-",
        "_",
        "\u200d",
        "\ufe0f",
        "https://e.com",
        "example.com",
        "@a@b.c",
        "http://",
        "(",
        ")",
        "?",
        "=",
        "\u202a",
        "x.みんな",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=20).map("".join))


def test_what_is_alone_joins_nothing() -> None:
    """Asked of the library, for each character beside others and beside itself."""
    alone = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and are_alone(chr(code))]
    assert len(alone) > 100_000
    joined = "".join(f"e{character}{character}" for character in alone)
    assert unicode_segmentation_rs.graphemes(joined, is_extended=True) == list(joined)


@given(TEXTS, st.sampled_from(Unit), st.integers(0, 60))
def test_a_prefix_fits_and_cuts_no_grapheme(text: str, unit: Unit, limit: int) -> None:
    end = prefix(text, unit, limit)
    assert measure(text[:end], unit) <= limit
    assert end in {0, *places(text)}


@given(TEXTS, st.sampled_from([Unit.GRAPHEME, Unit.CODE_POINT, Unit.UTF16, Unit.UTF8_BYTE]), st.integers(0, 60))
def test_a_prefix_is_the_longest(text: str, unit: Unit, limit: int) -> None:
    end = prefix(text, unit, limit)
    following = min((place for place in places(text) if place > end), default=None)
    assert following is None or measure(text[:following], unit) > limit


def places(text: str) -> list[int]:
    """Where the graphemes of a text end."""
    found = [0]
    for cluster in graphemes(text):
        found.append(found[-1] + len(cluster))
    return found[1:]


@given(TEXTS)
def test_no_unit_counts_more_than_its_bytes_and_a_url(text: str) -> None:
    """Only a URL can count more than it is long."""
    size = measure(text, Unit.UTF8_BYTE)
    assert 0 <= measure(text, Unit.GRAPHEME) <= measure(text, Unit.CODE_POINT) <= measure(text, Unit.UTF16) <= size
    if "." not in text:
        assert measure(text, Unit.MASTODON) <= measure(text, Unit.GRAPHEME)
