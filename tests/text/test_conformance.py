"""The suites of those who defined the units and forms, against ``scores.py``: exact scores, so that both ways fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyromark
import yaml

from postiz_ops.model import Facet, Form, Unit
from postiz_ops.text import facets, urls
from postiz_ops.text.characters import graphemes
from postiz_ops.text.render import render
from postiz_ops.text.units import measure, prefix
from tests.specs.folder import specs_dir
from tests.text.scores import SCORES, as_markdown

DOCS = Path(__file__).resolve().parents[2] / "docs" / "text.md"


def check(suite: str, verdicts: Iterable[tuple[str, bool]]) -> None:
    """Cases by their ids, and whether each passed: as the table says, no more and no less."""
    cases = list(verdicts)
    assert {case for case, passed in cases if not passed} == set(SCORES[suite].failing)
    assert len(cases) == SCORES[suite].cases
    assert sum(passed for _, passed in cases) == SCORES[suite].passing


def conformance(name: str) -> Path:
    return specs_dir() / "conformance" / name


def twitter_text(name: str, *sections: str) -> Iterator[tuple[str, dict[str, Any]]]:
    tests = yaml.load(conformance(f"twitter-text/{name}").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["tests"]
    for section in sections or tests:
        for case in tests[section]:
            yield section, case


# --- X --------------------------------------------------------------------------------------------------------------


def found_urls(case: dict[str, Any]) -> list[Any]:
    """What the case expects, in its shape: URLs alone, or with their places."""
    text = case["text"]
    found = urls.find(text, urls.X)
    if case["expected"] and isinstance(case["expected"][0], dict):
        return [{"url": text[start:end], "indices": [start, end]} for start, end in found]
    return [text[start:end] for start, end in found]


def test_urls() -> None:
    sections = ("urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params")
    cases = twitter_text("extract.yml", *sections)
    check("extract", ((case["description"], found_urls(case) == (case["expected"] or [])) for _, case in cases))


def test_top_level_domains() -> None:
    cases = twitter_text("tlds.yml")
    check("tlds", ((case["description"], found_urls(case) == case["expected"]) for _, case in cases))


COUNTERS = (
    "WeightedTweetsCounterTest",
    "WeightedTweetsWithDiscountedEmojiCounterTest",
    "UnicodeDirectionalMarkerCounterTest",
)


def test_weighted_lengths() -> None:
    cases = [case for _, case in twitter_text("validate.yml", *COUNTERS)]
    lengths = [(case, measure(case["text"], Unit.X_WEIGHTED)) for case in cases]
    check("weighted", ((case["description"], length == case["expected"]["weightedLength"]) for case, length in lengths))


def test_where_the_weighted_limit_falls() -> None:
    """``validRangeEnd`` is the last UTF-16 unit that fits."""
    verdicts = []
    for _, case in twitter_text("validate.yml", *COUNTERS):
        fitting = case["text"][: prefix(case["text"], Unit.X_WEIGHTED, 280)]
        last = measure(fitting, Unit.UTF16) - 1
        verdicts.append((case["description"], last == case["expected"]["validRangeEnd"]))
    check("prefix", verdicts)


def test_every_emoji_weighs_two() -> None:
    lines = conformance("unicode/emoji-test-15.0.txt").read_text(encoding="utf-8").splitlines()
    sequences = [line.split(";")[0].strip() for line in lines if ";" in line and not line.startswith("#")]
    check("emoji", ((codes, measure(characters(codes), Unit.X_WEIGHTED) == 2) for codes in sequences))


def characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


# --- Unicode --------------------------------------------------------------------------------------------------------


def grapheme_breaks(version: str) -> Iterator[tuple[str, bool]]:
    for line in conformance(f"unicode/GraphemeBreakTest-{version}.txt").read_text(encoding="utf-8").splitlines():
        case = line.split("#")[0].strip()
        if case:
            clusters = [characters(cluster.replace("×", " ")) for cluster in case.strip("÷ ").split("÷")]
            yield " ".join(case.replace("÷", " ").replace("×", " ").split()), graphemes("".join(clusters)) == clusters


def test_graphemes_of_unicode_17() -> None:
    check("graphemes-17", grapheme_breaks("17.0.0"))


def test_graphemes_of_unicode_15() -> None:
    check("graphemes-15", grapheme_breaks("15.0.0"))


# --- Mastodon -------------------------------------------------------------------------------------------------------


def mastodon() -> Any:
    return json.loads(conformance("mastodon/length-cases.json").read_text(encoding="utf-8"))


def test_what_mastodon_validates() -> None:
    suite = mastodon()
    verdicts = []
    for case in suite["status_length"]:
        text = case.get("spoiler_text", "") + case.get("text_zwj", case["text"])
        verdicts.append((case["name"], (measure(text, Unit.MASTODON) <= suite["max_chars"]) == case["valid"]))
    check("mastodon-validator", verdicts)


def test_what_mastodon_counts() -> None:
    cases = mastodon()["countable_text_web"]
    lengths = [(case["text"], measure(case["text"], Unit.MASTODON), case["countable"]) for case in cases]
    check("mastodon-counter", ((text, length == len(graphemes(counted))) for text, length, counted in lengths))


# --- Bluesky --------------------------------------------------------------------------------------------------------


def atproto(section: str) -> list[dict[str, Any]]:
    suite = json.loads(conformance("atproto-richtext/facet-detection.json").read_text(encoding="utf-8"))
    cases: list[dict[str, Any]] = suite[section]
    return cases


def segments(text: str) -> list[list[str]]:
    """The text in pieces as the suite has them; it resolves ``@h`` to ``did:fake:h``."""
    pieces: list[list[str]] = []
    done = 0
    for facet in facets.detect(text):
        value = f"did:fake:{facet.value}" if facet.kind == "mention" else facet.value
        pieces += [[text[done : facet.start]], [text[facet.start : facet.end], value]]
        done = facet.end
    return [piece for piece in [*pieces, [text[done:]]] if piece[0]]


def test_links_and_mentions() -> None:
    cases = atproto("links_and_mentions")
    check("atproto-links", ((case["text"], segments(case["text"]) == case["segments"]) for case in cases))


def tags_match(case: dict[str, Any], found: list[Facet]) -> bool:
    text = case["text"]
    places = [{"byteStart": bytes_to(text, facet.start), "byteEnd": bytes_to(text, facet.end)} for facet in found]
    return ([facet.value for facet in found], places) == (case["tags"], case["index"])


def bytes_to(text: str, place: int) -> int:
    return len(text[:place].encode())


def test_tags() -> None:
    cases = atproto("tags")
    check("atproto-tags", ((case["text"], tags_match(case, list(facets.tags(case["text"])))) for case in cases))


def test_cashtags() -> None:
    cases = atproto("cashtags")
    check("atproto-cashtags", ((case["text"], tags_match(case, list(facets.cashtags(case["text"])))) for case in cases))


# --- CommonMark -----------------------------------------------------------------------------------------------------


def commonmark() -> list[dict[str, str]]:
    cases: list[dict[str, str]] = json.loads(conformance("commonmark/commonmark-0.31.json").read_text(encoding="utf-8"))
    return cases


def test_the_parser_is_commonmark() -> None:
    verdicts = enumerate((pyromark.html(case["markdown"]) == case["html"] for case in commonmark()), 1)
    check("commonmark", ((str(number), passed) for number, passed in verdicts))


def test_what_differs_from_commonmark_is_how_it_is_written() -> None:
    """Read as HTML, every document is the suite's."""
    for number, case in enumerate(commonmark(), 1):
        written, expected = pyromark.html(case["markdown"]), case["html"]
        same = written.replace("&quot;", '"').replace("<li>\n<div>", "<li><div>")
        assert same == expected.replace("&quot;", '"').replace("<li>\n<div>", "<li><div>"), number


# --- the docs -------------------------------------------------------------------------------------------------------


def test_the_docs_show_these_scores() -> None:
    assert as_markdown(list(SCORES.values())) in DOCS.read_text(encoding="utf-8")


def cells(row: str) -> list[str]:
    """The cells of a row of code spans, with their line ends."""
    return [cell.strip(" `").replace("\\|", "|").replace("⏎", "\n") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def test_the_docs_show_what_is_sent() -> None:
    table = DOCS.read_text(encoding="utf-8").split("|---|---|---|---|---|\n")[1].split("\n\n")[0]
    rows = [cells(row) for row in table.splitlines()]
    assert len(rows) > 10
    for markdown, *shown in rows:
        forms = (Form.PLAIN, Form.FACETS, Form.MRKDWN, Form.DISCORD)
        assert shown == [render(markdown, form).text for form in forms]
