"""The report as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from postiz_ops.analytics.facts import Fact, interactions, kind_of
from postiz_ops.analytics.render import FORMATS
from postiz_ops.analytics.rhythm import Key
from postiz_ops.analytics.store import Books, Reading
from postiz_ops.analytics.summary import Summary, group, summarize
from postiz_ops.model import Media, MediaKind
from tests.analytics.world import START
from tests.publish.world import draft

UNTIL = START + timedelta(days=7)


def fact(post: str, *, hours: int = 0, account: str = "one", text: str = "Words", **figures: int) -> Fact:
    total = interactions(figures)
    known: Mapping[str, int] = figures if total is None else {**figures, "interactions": total}
    at = START + timedelta(hours=hours)
    url = f"https://fake.example/{post}"
    return Fact(post, account, "fake", at, url=url, text=text, kind="text", figures=known)


def summary(*rows: Fact, by: str = "account", books: Books | None = None) -> Summary:
    return summarize(rows, books or Books(), ("one", "two"), by, "UTC", START, UNTIL)


def test_the_text_says_how_many_stand_behind_a_number() -> None:
    followers = {
        Key(day): Reading("one", Key(day), START + timedelta(days=n), {"followers": 100 + n})
        for n, day in enumerate(("2026-12-01", "2026-12-02", "2026-12-03"))
    }
    rows = [fact(f"p{n}", hours=n, likes=n, impressions=100 * n) for n in range(6)]
    before = [fact("old", hours=-3, likes=9), fact("quiet", hours=1)]
    books = Books({"one": followers})
    assert FORMATS["text"](summary(*before, *rows, books=books)) == (
        """\
Analytics, Tue 1 Dec 2026 to Tue 8 Dec 2026 (UTC)
  7 deliveries; 1 in the period before
  1 delivery has no figures: gaps, not zeros
  6 younger than 7 days: their figures are still on their way
  interactions: likes, comments, shares, quotes and saves together, as far as a platform tells them

Figures
  figure        deliveries  median  range     total  per 1,000 impressions  median before  change
  interactions  6           2.5     0 to 5    15     10.0                   9              too few to compare
  impressions   6           250     0 to 500  1,500  -                      -              -
  likes         6           2.5     0 to 5    15     10.0                   9              too few to compare

By account
  account  deliveries  interactions: median  range   impressions: median  interactions per 1,000 impressions
  one      7           2.5                   0 to 5  250                  10.0

Top posts
  post  account  published         interactions  impressions  text   link
  p5    one      2026-12-01 14:00  5             500          Words  https://fake.example/p5
  p4    one      2026-12-01 13:00  4             400          Words  https://fake.example/p4
  p3    one      2026-12-01 12:00  3             300          Words  https://fake.example/p3
  p2    one      2026-12-01 11:00  2             200          Words  https://fake.example/p2
  p1    one      2026-12-01 10:00  1             100          Words  https://fake.example/p1

Bottom posts
  post  account  published         interactions  impressions  text   link
  p0    one      2026-12-01 09:00  0             0            Words  https://fake.example/p0

Accounts
  account  figure     first  last  change
  one      followers  100    102   +2"""
    )


def test_few_are_said_to_be_few() -> None:
    text = FORMATS["text"](summary(fact("a", likes=3)))
    assert "few: fewer than 5 deliveries stand behind it, so it may be chance" in text
    assert "1 (few)" in text


def test_a_change_is_told_where_enough_stand_behind_both() -> None:
    rows = [fact(f"n{n}", hours=n, likes=15) for n in range(5)] + [
        fact(f"o{n}", hours=-n - 1, likes=10) for n in range(5)
    ]
    assert "+50 %" in FORMATS["text"](summary(*rows))


def test_an_empty_period_is_said_to_be_one() -> None:
    assert FORMATS["text"](summary()).endswith("Nothing went out in this period.")
    assert FORMATS["markdown"](summary()).endswith("Nothing went out in this period.")


def test_words_of_others_do_nothing() -> None:
    rows = [fact("a", likes=1, text="\x1b[31m | <b> @everyone ##[group]")]
    assert "\x1b" not in FORMATS["text"](summary(*rows))
    markdown = FORMATS["markdown"](summary(*rows))
    assert r"\\x1b\[31m \| \<b\>" in markdown
    assert "@everyone" not in markdown
    assert "##[" not in FORMATS["json"](summary(*rows))


def test_a_missing_figure_takes_no_part_in_a_rate() -> None:
    """Two likes of 100 impressions; the post without likes brings no impressions into it, nor the other way round."""
    made = group("all", [fact("a", likes=2, impressions=100), fact("b", impressions=900), fact("c", likes=50)])
    assert (made.rates["likes"], made.spreads["likes"].count) == (20.0, 2)


def test_the_kind_of_a_post() -> None:
    def media(kind: MediaKind) -> Media:
        return Media("m", "0", kind, "x/y", 1)

    def kind(*texts: str, comment: bool = False, shown: MediaKind | None = None) -> str:
        from dataclasses import replace

        made = draft("a", "one", *texts, comment=comment)
        first = replace(made.parts[0], media=(media(shown),) if shown else ())
        return kind_of(replace(made, parts=(first, *made.parts[1:])))

    assert [kind("x"), kind("x", "y"), kind("x", "y", comment=True)] == ["text", "thread", "text"]
    assert [kind("x", shown=k) for k in (MediaKind.IMAGE, MediaKind.GIF, MediaKind.VIDEO)] == [
        "image",
        "image",
        "video",
    ]
