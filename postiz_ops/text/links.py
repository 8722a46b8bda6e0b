"""How each form writes a link."""

from __future__ import annotations

import re
from typing import NamedTuple

from postiz_ops.text.styles import Link, slack_escape

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Written(NamedTuple):
    """A link's text goes between ``opening`` and ``closing``; ``after`` follows it, apart by a space."""

    opening: str = ""
    closing: str = ""
    after: str = ""
    facet: bool = False


def written(form: Link, label: str, url: str, kind: str) -> Written:
    """What stands around a link's text. ``kind`` is pyromark's link type; an e-mail address stands alone."""
    if kind == "Email":
        return Written()
    if form is Link.BESIDE or not SCHEME.match(url):
        return Written(after="" if label in ("", url) else f"({url})")
    if form is Link.FACET:
        return Written(facet=True)
    if not label:
        return Written()
    return slack(label, url) if form is Link.SLACK else masked(label, url, kind)


def slack(label: str, url: str) -> Written:
    """``<url|text>``, or ``<url>`` where they are equal."""
    safe = slack_escape(url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"))
    return Written("<", ">") if label == url == safe else Written(f"<{safe}|", ">")


def masked(label: str, url: str, kind: str) -> Written:
    """``[text](url)``; ``<url>`` as typed, which Discord shows without a preview; ``url`` where they are equal."""
    if kind == "Autolink":
        return Written("<", ">")
    if label == url:
        return Written()
    safe = url.replace(" ", "%20")
    if not balanced(safe):
        safe = safe.replace("(", "%28").replace(")", "%29")
    return Written("[", f"]({safe})")


def balanced(url: str) -> bool:
    """Whether every parenthesis has its other half, as the end of ``[text](url)`` is found."""
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
