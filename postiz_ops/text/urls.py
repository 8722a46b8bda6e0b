"""Where X and Mastodon see URLs in a text: the rules of twitter-text 3, in one pass instead of its expressions.

X links domain names without a scheme as well. Mastodon wants a scheme, and takes nearly any character in a path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from postiz_ops.text.tlds import of_twitter_text

LONGEST_URL = 4096
LONGEST_LABEL = 63
PREFIX = "xn--"
LONGEST_SLUG = 40
"""Of a ``t.co`` address."""

SPACES = "\\x09-\\x0d\\x20\\x85\\xa0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
INVALID = "\\ufffe\\ufeff\\uffff"
DIRECTIONAL = "\\u202a-\\u202e\\u061c\\u200e\\u200f\\u2066-\\u2069"
LATIN = (
    "\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff\\u0100-\\u024f\\u0253\\u0254\\u0256\\u0257\\u0259\\u025b\\u0263\\u0268\\u026f\\u0272"
    "\\u0289\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff"
)
CYRILLIC = "\\u0400-\\u04ff"
ASTRAL = "".join(f"\\U000{plane:x}{first}-\\U000{plane:x}fffd" for plane, first in [
    *((plane, "0000") for plane in range(1, 14)), (14, "1000"), (15, "0000")]) + "\\U00100000-\\U0010fffd"  # fmt: skip
UNICODE = f"\\xa0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\ue000-\\uf8ff{ASTRAL}"

HOST = re.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${SPACES}{INVALID}{DIRECTIONAL}]+")
NOT_BEFORE = re.compile(rf"[A-Za-z0-9@\uff20$#\uff03{INVALID}]")
DOT = re.compile(r"\.\S")
"""No host ends with the dot of a sentence."""
AFTER_WORD = re.compile(r"[^A-Za-z0-9]")
NOT_AFTER_TLD = re.compile(r"[0-9A-Za-z@+-]")
PUNYCODE = re.compile(r"xn--[-0-9a-z]+", re.IGNORECASE)
PORT = re.compile(r":[0-9]+")
CHAIN = re.compile(rf"(?<![-a-z0-9{LATIN}])(?:[-a-z0-9{LATIN}]+\.)+", re.IGNORECASE)
"""Latin labels, each with its dot; it begins where they begin, so that a long one is tried once."""
TCO = re.compile(r"https?://t\.co/([a-z0-9]+)(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a platform's URLs may be made of. Of ``general`` and ``query`` the last ones must be ``final``."""

    schemes: re.Pattern[str]
    bare: bool
    """Whether domain names without a scheme are URLs."""
    general: re.Pattern[str]
    final: re.Pattern[str]
    parentheses: re.Pattern[str]
    query: re.Pattern[str]
    shortener: bool = False


Match = tuple[list[tuple[int, int]], int | None]
"""URLs, and where the match that they are in ends; ``None`` where nothing matched."""


def dialect(schemes: str, general: str, final: str, query: str, query_final: str, *, bare: bool) -> Dialect:
    """A dialect from its character classes. Parentheses balance, one inside another at most."""
    return Dialect(
        schemes=re.compile(rf"(?:{schemes})://\Z", re.IGNORECASE),
        bare=bare,
        general=re.compile(rf"{general}+", re.IGNORECASE),
        final=re.compile(final, re.IGNORECASE),
        parentheses=re.compile(rf"\((?:{general}+|{general}*\({general}+\){general}*)\)", re.IGNORECASE),
        query=re.compile(rf"\?{query}*{query_final}", re.IGNORECASE),
        shortener=bare,
    )


X = dialect(
    "https?",
    rf"[a-z{CYRILLIC}0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}]",
    rf"[+\-a-z{CYRILLIC}0-9=_#/{LATIN}]",
    r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]",
    r"[a-z0-9\-_&=#/]",
    bare=True,
)
MASTODON = dialect(
    "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini",
    rf"[^{SPACES}<>()?]",
    rf"""[^{SPACES}()?!*"'「」<>;:=,.$%\[\]~&|@]""",
    rf"[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{UNICODE}]",
    rf"[a-z0-9_&=#/\-{UNICODE}]",
    bare=False,
)


def find(text: str, rules: Dialect) -> list[tuple[int, int]]:
    """The URLs of a text as code points, in order and apart."""
    found: list[tuple[int, int]] = []
    place = done = 0
    while (dot := DOT.search(text, place)) and (run := run_around(text, place, dot.start())):
        place = run.end()
        if "." in run[0]:
            urls, stop = at_host(text, run.start(), run.end(), done, rules)
            found += urls
            if stop is not None:
                place = done = stop
    return found


def run_around(text: str, place: int, dot: int) -> re.Match[str] | None:
    """The first run of a host's characters from a place on, but none that ends at a space before a dot."""
    return HOST.search(text, max(place, text.rfind(" ", place, dot) + 1))


def at_host(text: str, start: int, end: int, done: int, rules: Dialect) -> Match:
    """The URLs whose host lies in ``text[start:end]``. The last match ended at ``done``."""
    scheme = rules.schemes.search(text, max(done, start - 9), start)
    if scheme and may_begin(text, scheme.start(), done):
        host = host_end(text, start, end)
        if host is not None:
            return with_scheme(text, scheme.start(), start, host, rules)
    if not may_begin(text, start, done):
        letter = AFTER_WORD.search(text, start, end)
        start = letter.end() if letter else end
    return without_scheme(text, start, end, rules)


def with_scheme(text: str, start: int, host: int, end: int, rules: Dialect) -> Match:
    """The URL that begins with a scheme, if it is a valid one."""
    stop = tail_end(text, end, rules)
    if not is_short_enough(text[host:end], stop - start):
        return [], stop
    short = TCO.match(text, start, stop) if rules.shortener else None
    if short and len(short[1]) > LONGEST_SLUG:
        return [], stop
    return [(start, short.end() if short else stop)], short.end() if short else stop


def without_scheme(text: str, start: int, end: int, rules: Dialect) -> Match:
    """The ASCII domain names in a host without a scheme, the last one with its path.

    What begins after ``-``, ``_``, ``.`` or ``/`` is matched, but is none.
    """
    host = host_end(text, start, end)
    if host is None:
        return [], None
    stop = tail_end(text, host, rules)
    after_joint = start > 0 and text[start - 1] in "-_./"
    if not rules.bare or after_joint or not is_short_enough(text[start:host], stop - start + len("https://")):
        return [], stop
    names = list(ascii_domains(text, start, host))
    if names and text[host : host + 1] in ("/", ":"):
        names[-1] = (names[-1][0], stop)
    return names, stop


def may_begin(text: str, start: int, done: int) -> bool:
    """Whether a URL may begin at a place, by the character before it, which must not be the last match's."""
    return start == 0 or (start > done and not NOT_BEFORE.match(text, start - 1))


def host_end(text: str, start: int, end: int) -> int | None:
    """Where the host name that begins at ``start`` ends: after the last label that can be a top-level domain."""
    found = None
    dot = text.find(".", start, end)
    while dot >= 0 and is_label(text[start:dot]):
        following = text.find(".", dot + 1, end)
        if "_" not in text[start:dot]:
            found = tld_end(text, dot + 1, end if following < 0 else following) or found
        start, dot = dot + 1, following
    return found


def is_label(label: str) -> bool:
    """Whether it may stand between the dots of a host name."""
    return bool(label) and label[0] not in "-_" and label[-1] not in "-_"


def tld_end(text: str, start: int, end: int) -> int | None:
    """Where a top-level domain that begins a label ends. Letters of other scripts may follow at once."""
    known = of_twitter_text()
    for stop in range(min(end, start + 24), start, -1):
        if text[start:stop].lower() in known and not NOT_AFTER_TLD.match(text, stop):
            return stop
    punycode = PUNYCODE.match(text, start, end)
    return punycode.end() if punycode else None


def ascii_domains(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The domain names of Latin letters in a host, each up to its last top-level domain."""
    while chain := CHAIN.search(text, start, end):
        start = chain.end()
        for dot in reversed([place for place in range(*chain.span()) if text[place] == "."]):
            following = text.find(".", dot + 1, end)
            stop = tld_end(text, dot + 1, end if following < 0 else following)
            if stop is not None:
                yield chain.start(), stop
                start = stop
                break


def tail_end(text: str, end: int, rules: Dialect) -> int:
    """Where the URL whose host ends at ``end`` ends: after its port, path and query."""
    port = PORT.match(text, end)
    end = port.end() if port else end
    if text[end : end + 1] == "/":
        end = path_end(text, end + 1, rules)
    query = rules.query.match(text, end)
    return query.end() if query else end


def path_end(text: str, start: int, rules: Dialect) -> int:
    """Where a path ends: after the last character that may be the last."""
    end = place = start
    while True:
        if run := rules.general.match(text, place):
            place = run.end()
            final = next((at for at in range(place, run.start(), -1) if rules.final.match(text, at - 1)), None)
            end = final or end
        if not (group := rules.parentheses.match(text, place)):
            return end
        end = place = group.end()


def is_short_enough(host: str, length: int) -> bool:
    """Whether a host can be written as ASCII, and the URL is then no longer than links may be."""
    if length > LONGEST_URL:
        return False
    labels = [ascii_length(label) for label in host.split(".")]
    longer = sum(labels) + len(labels) - 1 - len(host)
    return max(labels) <= LONGEST_LABEL and length + max(0, longer) <= LONGEST_URL


def ascii_length(label: str) -> int:
    """How long a label of a host name is as ``xn--``; more than it may be where it has no such form."""
    if label.isascii():
        return len(label)
    if len(label) > LONGEST_LABEL or label.lower().startswith(PREFIX):
        return LONGEST_LABEL + 1
    return len(PREFIX) + len(unicodedata.normalize("NFKC", label.lower()).encode("punycode"))
