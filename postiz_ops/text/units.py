"""Lengths as the platforms count them. A ``Unit`` is a name; what it means is here alone.

Sources: the lexicon ``app.bsky.feed.post`` (graphemes and bytes), https://docs.x.com/fundamentals/counting-characters
with twitter-text's ``config/v3.json`` (weights), Mastodon's ``StatusLengthValidator`` (graphemes, URLs, mentions),
https://developers.facebook.com/documentation/threads/posts (emoji as bytes).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from postiz_ops.model import Unit
from postiz_ops.text import emoji, urls
from postiz_ops.text.characters import are_alone, graphemes

URL_LENGTH = 23
"""What a URL counts on X and on Mastodon (``characters_reserved_per_url``), however long it is."""

LIGHT = re.compile("[\\u0000-\\u10ff\\u2000-\\u200d\\u2010-\\u201f\\u2032-\\u2037]+")
"""What weighs 1 on X; everything else weighs 2."""

LONGEST_DOMAIN = 256
MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(@\w+(?:[.-]+\w+)*)?", re.IGNORECASE)
NOT_AFTER_MENTION = re.compile(rf"[@\uff20{urls.LATIN}]|://")

Entity = tuple[int, int, int]
"""Start, end, and what it counts."""


def measure(text: str, unit: Unit) -> int:
    """The length of a text in a platform's unit."""
    return MEASURES[unit](text)


def prefix(text: str, unit: Unit, limit: int) -> int:
    """How many code points of the text fit within the limit.

    Never cuts a grapheme, nor a URL or a mention that does not count its length.
    """
    if measure(text, unit) <= limit:
        return len(text)
    cuts, lengths = atoms(text, unit)
    index = bisect_left(lengths, limit + 1)
    while index and measure(text[: cuts[index - 1]], unit) > limit:
        index -= 1
    return cuts[index - 1] if index else 0


def count_graphemes(text: str) -> int:
    """The number of extended grapheme clusters."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(text) if are_alone(text) else len(graphemes(text))


def count_utf16(text: str) -> int:
    """The number of UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def count_utf8(text: str) -> int:
    """The number of bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def count_x(text: str) -> int:
    """X's weighted length: URLs 23, emoji 2, else by range, after NFC."""
    normal = unicodedata.normalize("NFC", text)
    entities = x_entities(normal)
    return URL_LENGTH * len(entities) + sum(map(weigh_x, outside(normal, entities)))


def count_mastodon(text: str) -> int:
    """Mastodon's length: graphemes, with 23 for each URL and remote mentions without their domain."""
    entities = mastodon_entities(text)
    if not entities:
        return count_graphemes(text)
    pieces: list[str] = []
    done = 0
    for start, end, length in entities:
        pieces += [text[done:start], "x" * length]
        done = end
    return count_graphemes("".join([*pieces, text[done:]]))


def count_emoji_bytes(text: str) -> int:
    """Threads' length: code points, and of each emoji its bytes in UTF-8."""
    if text.isascii():
        return len(text)
    return len(text) + sum(count_utf8(found) - len(found) for found in emoji.SEQUENCE.findall(text))


def weigh_x(text: str) -> int:
    """The weight of a text without URLs: an emoji is 2, whatever it is made of."""
    if text.isascii():
        return len(text)
    plain, found = emoji.SEQUENCE.subn("", text)
    return 2 * found + len(plain) + len(LIGHT.sub("", plain))


def x_entities(text: str) -> list[Entity]:
    """The URLs that X shortens."""
    return [(start, end, URL_LENGTH) for start, end in urls.find(text, urls.X)]


def mastodon_entities(text: str) -> list[Entity]:
    """The URLs, and the mentions of people elsewhere; of those that overlap the first one counts."""
    found: list[Entity] = []
    if "://" in text:
        found = [(start, end, URL_LENGTH) for start, end in urls.find(text, urls.MASTODON)]
    if "@" in text:
        found = sorted([*found, *remote_mentions(text)])
    kept: list[Entity] = []
    for entity in found:
        if not kept or kept[-1][1] <= entity[0]:
            kept.append(entity)
    return kept


def remote_mentions(text: str) -> Iterator[Entity]:
    """``@user@domain``, of which ``@user`` counts."""
    for match in MENTION.finditer(text):
        domain = match[2]
        if domain and len(domain) - 1 <= LONGEST_DOMAIN and not NOT_AFTER_MENTION.match(text, match.end()):
            yield match.start(), match.end(), 1 + len(match[1])


def outside(text: str, entities: Iterable[Entity]) -> Iterator[str]:
    """The pieces of a text between entities."""
    done = 0
    for start, end, _ in entities:
        yield text[done:start]
        done = end
    yield text[done:]


def atoms(text: str, unit: Unit) -> tuple[list[int], list[int]]:
    """Where a text may be cut, and its length up to each of these places: after graphemes, never inside an entity."""
    weigh, entities = WEIGHTS.get(unit, len), ENTITIES.get(unit, no_entities)(text)
    whole = graphemes(text)
    cuts = list(accumulate(map(len, whole)))
    if not entities:
        return cuts, list(accumulate(map(weigh, whole)))
    lengths: dict[int, int] = {}
    total = done = 0
    for start, end, length in [*entities, (len(text), len(text), 0)]:
        clusters = graphemes(text[done:start])
        totals = list(accumulate(map(weigh, clusters), initial=total))
        lengths.update(zip(accumulate(map(len, clusters), initial=done), totals, strict=True))
        total, done = totals[-1] + length, end
        lengths[end] = total
    allowed = [cut for cut in cuts if cut in lengths]
    return allowed, [lengths[cut] for cut in allowed]


def no_entities(text: str) -> list[Entity]:  # noqa: ARG001 - every unit's function takes the text
    """Most units count nothing specially."""
    return []


MEASURES: dict[Unit, Callable[[str], int]] = {
    Unit.GRAPHEME: count_graphemes,
    Unit.CODE_POINT: len,
    Unit.UTF16: count_utf16,
    Unit.UTF8_BYTE: count_utf8,
    Unit.X_WEIGHTED: count_x,
    Unit.MASTODON: count_mastodon,
    Unit.EMOJI_BYTES: count_emoji_bytes,
}
WEIGHTS: dict[Unit, Callable[[str], int]] = {
    Unit.GRAPHEME: lambda cluster: 1,  # noqa: ARG005 - each cluster is one
    Unit.UTF16: count_utf16,
    Unit.UTF8_BYTE: count_utf8,
    Unit.X_WEIGHTED: lambda cluster: weigh_x(unicodedata.normalize("NFC", cluster)),
    Unit.MASTODON: lambda cluster: 1,  # noqa: ARG005 - each cluster is one
    Unit.EMOJI_BYTES: count_emoji_bytes,
}
ENTITIES: dict[Unit, Callable[[str], list[Entity]]] = {Unit.X_WEIGHTED: x_entities, Unit.MASTODON: mastodon_entities}
