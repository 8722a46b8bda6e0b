"""LinkedIn's *little text*: what is text in it, what is a hashtag, and what people read of it.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format : every reserved
character needs a backslash, even where it is part of nothing; an open parenthesis without one cuts the post there. A
hashtag is ``#`` and a single word, or a template where the word holds what is reserved.
"""

from __future__ import annotations

import re

RESERVED = "\\|{}@[]()<>#*_~"

MARK = "\ufdd1"
"""A noncharacter in the place of a ``#`` that begins a hashtag, until the text is escaped."""

TAG = re.compile(r"(?<![\w#\uff03&/=?.:@-])#(?=\w*[^\W\d_])(?=\w)")
"""Not within a word or an address, and not before a number alone."""

ESCAPED = re.compile(rf"{MARK}(\w+)|[{re.escape(RESERVED)}]")
READ = re.compile(
    r"@\[(?P<name>(?:\\.|[^\]\\])*)\]\(urn:[^)]*\)|\{hashtag\|\\?[#\uff03]\|(?P<tag>(?:\\.|[^}\\])*)\}|\\(?P<plain>.)",
    re.DOTALL,
)


def mask(text: str) -> str:
    """The text with its hashtags marked, for ``escape``."""
    return TAG.sub(MARK, text)


def escape(text: str) -> str:
    """A backslash before everything reserved; what ``mask`` marked becomes a hashtag."""
    return ESCAPED.sub(_escaped, text)


def plain(little: str) -> str:
    """What people read: names for mentions, words for hashtags, and no backslashes."""
    return READ.sub(_read, little)


def _escaped(match: re.Match[str]) -> str:
    word = match[1]
    if word is None:
        return f"\\{match[0]}"
    return f"{{hashtag|\\#|{escape(word)}}}" if "_" in word else f"#{word}"


def _read(match: re.Match[str]) -> str:
    if match["plain"] is not None:
        return match["plain"]
    return f"#{plain(match['tag'])}" if match["tag"] is not None else plain(match["name"])
