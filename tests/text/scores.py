"""What is known of each suite: how many cases pass, which do not, and why. ``docs/text.md`` shows the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Score:
    """A suite's size and its cases that do not pass, by their ids, with the reason."""

    title: str
    cases: int
    failing: Mapping[str, str] = field(default_factory=dict)

    @property
    def passing(self) -> int:
        return self.cases - len(self.failing)

    def cases_because(self, reason: str) -> str:
        return ", ".join(f"`{case}`" for case, why in self.failing.items() if why == reason)


QUOTES = 'pulldown-cmark writes `"` where the suite writes `&quot;`: the same document'
NO_EMOJI = "the section is of configuration 2, which counts each code point of an emoji; X uses 3"
SERVER = "the case is of the web form's counter; the server, which refuses, links no domain without a scheme"

SCORES = {
    "extract": Score("twitter-text `extract.yml`, URLs", 108),
    "tlds": Score("twitter-text `tlds.yml`", 1574),
    "weighted": Score(
        "twitter-text `validate.yml`, weighted length",
        44,
        {
            "Count a mix of single byte single word, and double word unicode characters": NO_EMOJI,
            "Count unicode emoji chars outside the basic multilingual plane with skin tone modifiers": NO_EMOJI,
        },
    ),
    "prefix": Score(
        "twitter-text `validate.yml`, where the limit falls",
        44,
        {
            "Handle invalid characters": "the case stops at U+FFFF, which X refuses whatever the length; we count on",
        },
    ),
    "emoji": Score(
        "Unicode `emoji-test.txt` 15.0, each 2 on X",
        4733,
        {
            "00A9": "the copyright sign without U+FE0F is a letter to X",
            "00AE": "the registered sign without U+FE0F is a letter to X",
        },
    ),
    "graphemes-17": Score("Unicode `GraphemeBreakTest.txt` 17.0", 766),
    "graphemes-15": Score(
        "Unicode `GraphemeBreakTest.txt` 15.0",
        602,
        {"2701 200D 2701": "the scissors are no longer pictographic: 17.0 says the opposite of 15.0"},
    ),
    "mastodon-validator": Score(
        "Mastodon's length validator",
        11,
        {"remote status not validated": "it is about posts of other servers; everything that we send is local"},
    ),
    "mastodon-counter": Score(
        "Mastodon's web counter",
        14,
        {
            "see example.com here": SERVER,
            "look example.com/🐪/#camel here": SERVER,
            "@arnt@invalid": "the case is of the web form's counter; the server takes any word for a domain",
        },
    ),
    "atproto-links": Score("AT Protocol facets, links and mentions", 40),
    "atproto-tags": Score("AT Protocol facets, tags", 39),
    "atproto-cashtags": Score("AT Protocol facets, cashtags", 18),
    "commonmark": Score(
        "CommonMark 0.31, the parser's HTML byte for byte",
        652,
        {
            "175": "no line end between `<li>` and `<div>`: the same document",
            **dict.fromkeys(
                [
                    "12",
                    "14",
                    "27",
                    "41",
                    "91",
                    "209",
                    "210",
                    "211",
                    "343",
                    "352",
                    "359",
                    "363",
                    "380",
                    "385",
                    "395",
                    "508",
                    "590",
                    "619",
                    "620",
                    "624",
                    "632",
                ],
                QUOTES,
            ),
        },
    ),
}


def as_markdown(scores: Sequence[Score]) -> str:
    """The two tables of ``docs/text.md``."""
    rows = [f"| {score.title} | {score.passing} of {score.cases} |" for score in scores]
    reasons = [
        f"| {score.title} | {score.cases_because(reason)} | {reason} |"
        for score in scores
        for reason in dict.fromkeys(score.failing.values())
    ]
    return "\n".join(
        [
            "| suite | passes |",
            "|---|---|",
            *rows,
            "",
            "| suite | cases that do not pass | why |",
            "|---|---|---|",
            *reasons,
        ]
    )
