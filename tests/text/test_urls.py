"""Where X and Mastodon see URLs, beyond what twitter-text's suite asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.text import urls
from postiz_ops.text.facets import detect
from postiz_ops.text.urls import MASTODON, X, find


@pytest.mark.parametrize(
    ("text", "of_x", "of_mastodon"),
    [
        ("https://e.com/ä_(ö)/ü!", ["https://e.com/ä_(ö)/ü"], ["https://e.com/ä_(ö)/ü"]),
        ("https://e.com/日本", ["https://e.com/"], ["https://e.com/日本"]),
        ("https://e.com/(a(b)c)d.", ["https://e.com/(a(b)c)d"], ["https://e.com/(a(b)c)d"]),
        ("(see https://e.com/a)", ["https://e.com/a"], ["https://e.com/a"]),
        ("https://e.com:80?q=1&b#x.", ["https://e.com:80?q=1&b#x"], ["https://e.com:80?q=1&b#x"]),
        ("ipfs://e.com/a HTTP://e.com", ["HTTP://e.com"], ["ipfs://e.com/a", "HTTP://e.com"]),
        ("https://t.co/abc/d", ["https://t.co/abc"], ["https://t.co/abc/d"]),
        ("e.com,f.org", ["e.com", "f.org"], []),
        ("e.com/https://f.org", ["e.com/https://f.org"], []),
        ("a.b.日本語.com", [], []),
        ("https://" + "a" * 64 + ".com", [], []),
        ("https://" + "あ" * 60 + ".com", [], []),
        ("https://e.com/" + "a" * 4096, [], []),
        (
            "https://a." + "b." * 1500 + "com",
            ["https://a." + "b." * 1500 + "com"],
            ["https://a." + "b." * 1500 + "com"],
        ),
        ("https://e.abarth https://e.music", ["https://e.abarth"], ["https://e.abarth"]),
    ],
)
def test_find(text: str, of_x: list[str], of_mastodon: list[str]) -> None:
    for rules, expected in ((X, of_x), (MASTODON, of_mastodon)):
        assert [text[start:end] for start, end in find(text, rules)] == expected


PIECES = st.sampled_from(
    ["https://", "e", "com", ".", "..", " ", "\u3000", "\x1f", "/", "(", "-", "@", "ü", ". ", "?q"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_a_url_is_found_as_if_every_run_were_looked_at(text: str) -> None:
    for rules in (X, MASTODON):
        found: list[tuple[int, int]] = []
        place = done = 0
        while run := urls.HOST.search(text, place):
            some, stop = urls.at_host(text, *run.span(), done, rules) if "." in run[0] else ([], None)
            found += some
            place = run.end() if stop is None else stop
            done = done if stop is None else stop
        assert find(text, rules) == found


def test_bluesky_knows_the_domains_of_today() -> None:
    text = "e.music e.abarth @a.xn--p1ai @a.xn--nonsense @a.xn--ß"
    assert [facet.value for facet in detect(text)] == ["https://e.music", "a.xn--p1ai"]


def test_a_label_that_has_no_ascii_form_is_too_long() -> None:
    assert urls.ascii_length("bücher") == len("xn--bcher-kva")
    assert urls.ascii_length("xn--bücher") > urls.LONGEST_LABEL
