"""LinkedIn's *little text*: what people see of it, and how it is read back.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format . A reserved
character without a backslash cuts a post there, without an error; a mention, a hashtag and its template are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

RESERVED = r"\\|{}@\[\]()<>#*_~"
"""The characters that take a backslash, as they stand in a character class."""

_TOKEN = re.compile(
    rf"""
    \\(?P<escaped>[{RESERVED}])
    | @\[(?P<name>(?:\\.|[^\]\\])*)\]\(urn:li:(?:person|organization):[^()]+\)
    | \{{hashtag\|\\?\#\|(?P<template>(?:\\.|[^}}\\])*)\}}
    | \#(?P<tag>\w+)
    | (?P<plain>[^{RESERVED}]+)
    """,
    re.VERBOSE,
)


def seen(commentary: str) -> str:
    """What people see: mentions as names, hashtags with their mark, and nothing from an unescaped character on."""
    return "".join(_seen(token) for token in _tokens(commentary))


def told(commentary: str) -> str:
    """What a read tells: hashtags as templates."""
    return "".join(rf"{{hashtag|\#|{token['tag']}}}" if token["tag"] else token[0] for token in _tokens(commentary))


def _tokens(commentary: str) -> Iterator[re.Match[str]]:
    at = 0
    while token := _TOKEN.match(commentary, at):
        yield token
        at = token.end()


def _seen(token: re.Match[str]) -> str:
    tag = token["template"] or token["tag"]
    if tag:
        return f"#{_bare(tag)}"
    if token["name"] is not None:
        return _bare(token["name"])
    return token["escaped"] or token[0]


def _bare(text: str) -> str:
    return re.sub(rf"\\([{RESERVED}])", r"\1", text)
