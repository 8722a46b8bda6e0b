"""What AT Protocol clients find in a text: links, mentions, tags. Rules of ``@atproto/api``'s rich-text detection.

Handles are found, not resolved: that needs the network.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from postiz_ops.model import Facet
from postiz_ops.text.tlds import is_tld

MENTION = re.compile(r"(?<![^\s(])@([a-zA-Z0-9.-]*[a-zA-Z0-9])")
LINK = re.compile(r"(?<![^\s(])(?:https?://\S+|([a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)", re.IGNORECASE)
TAG = re.compile("(?<!\\S)[#\uff03](?!\ufe0f)([^\\s\u00ad\u2060\u200a-\u200d\u20e2]+)")
CASHTAG = re.compile(r"(?<![^\s(])\$([A-Za-z][A-Za-z0-9]{0,4})(?=\s|$|[.,;:!?)\"'\u2019])")

LONGEST_TAG = 64
"""Graphemes of a tag: ``maxGraphemes`` of ``app.bsky.richtext.facet#tag``; clients count UTF-16 units."""


def detect(text: str) -> list[Facet]:
    """The facets of a text, in order and apart."""
    found = [facet for sign, find in FINDERS if sign in text for facet in find(text)]
    found.sort(key=lambda facet: facet.start)
    kept: list[Facet] = []
    for facet in found:
        if not kept or kept[-1].end <= facet.start:
            kept.append(facet)
    return kept


def mentions(text: str) -> Iterator[Facet]:
    """``@`` and a domain name that can exist, or one under ``.test``."""
    for match in MENTION.finditer(text):
        if has_tld(match[1]) or match[1].endswith(".test"):
            yield Facet(match.start(), match.end(), "mention", match[1])


def links(text: str) -> Iterator[Facet]:
    """URLs, and domain names with what follows them; one final punctuation mark is the sentence's."""
    for match in LINK.finditer(text):
        domain, url = match[1], match[0]
        if domain and not has_tld(domain):
            continue
        if url[-1] in ".,;:!?":
            url = url[:-1]
        if url.endswith(")") and "(" not in url:
            url = url[:-1]
        yield Facet(match.start(), match.start() + len(url), "link", f"https://{url}" if domain else url)


def tags(text: str) -> Iterator[Facet]:
    """``#`` and a word that is not digits and punctuation alone; final punctuation is the sentence's."""
    for match in TAG.finditer(text):
        tag = match[1]
        while tag and is_punctuation(tag[-1]):
            tag = tag[:-1]
        if tag and len(tag.encode("utf-16-le")) // 2 <= LONGEST_TAG and any(map(names, tag)):
            yield Facet(match.start(), match.start() + 1 + len(tag), "tag", tag)


def cashtags(text: str) -> Iterator[Facet]:
    """``$`` and a ticker symbol: a tag with its ``$``, in capitals."""
    for match in CASHTAG.finditer(text):
        yield Facet(match.start(), match.end(), "tag", match[0].upper())


def has_tld(domain: str) -> bool:
    """Whether a domain name ends in a top-level domain."""
    name, _, last = domain.rpartition(".")
    return bool(name) and is_tld(last)


def is_punctuation(character: str) -> bool:
    """Whether Unicode calls it punctuation."""
    return unicodedata.category(character).startswith("P")


def names(character: str) -> bool:
    """Whether it makes a tag more than a number: neither a digit nor punctuation."""
    return character not in "0123456789" and not is_punctuation(character)


FINDERS = ((".", links), ("@", mentions), ("#", tags), ("\uff03", tags), ("$", cashtags))
"""What finds facets, and a sign without which there are none."""
