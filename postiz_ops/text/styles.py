"""What the forms differ in, as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from postiz_ops.model import Form
from postiz_ops.text import little


class Link(StrEnum):
    """How a form writes ``[text](url)``."""

    BESIDE = "text (url)"
    FACET = "text"
    SLACK = "<url|text>"
    MASKED = "[text](url)"


@dataclass(frozen=True, slots=True)
class Style:
    """The marks of a form; an empty mark means that Markdown's own goes.

    ``strike`` is never empty: a price struck out must not become the price. ``long_code`` tells whether a run of
    several backticks encloses code, ``info`` whether a fence names the language. ``headings`` is what opens and closes
    a heading of each level. ``masks`` keeps the backslashes that made characters text in the Markdown, ``mask`` adds
    those that the form's own Markdown needs beside them. ``line_end`` stands before a line end within a paragraph.
    ``literal`` is for what we write ourselves and is text: the marks of quotations, the numbers of lists, a tilde.
    ``plain`` takes a text of this form back to what people read of it.
    """

    link: Link
    emphasis: str = ""
    strong: str = ""
    strike: str = "~~"
    code: str = ""
    long_code: bool = False
    fence: str = ""
    info: bool = False
    bullet: str = "• "
    headings: tuple[tuple[str, str], ...] = (("", ""),) * 6
    nested_quotes: bool = True
    masks: bool = False
    mask: Callable[[str], str] = str
    line_end: str = ""
    escape: Callable[[str], str] = str
    literal: Callable[[str], str] = str
    plain: Callable[[str], str] = str
    facets: bool = False


def slack_escape(text: str) -> str:
    """The three characters that mean something to Slack anywhere, as its entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MEANINGFUL = re.compile(r"\S*://\S*|\^|(?<!\S)#(?=\w)")


def reddit_mask(text: str) -> str:
    """What is text elsewhere and markup on Reddit: ``^`` raises a word, ``#`` makes a heading even without a space."""
    return _MEANINGFUL.sub(lambda match: match[0] if len(match[0]) > 1 else f"\\{match[0]}", text)


STYLES = {
    Form.PLAIN: Style(link=Link.BESIDE),
    Form.FACETS: Style(link=Link.FACET, facets=True),
    Form.LITTLE_TEXT: Style(
        link=Link.BESIDE,
        strike=little.escape("~~"),
        mask=little.mask,
        escape=little.escape,
        literal=little.escape,
        plain=little.plain,
    ),
    Form.MRKDWN: Style(
        link=Link.SLACK,
        emphasis="_",
        strong="*",
        strike="~",
        code="`",
        fence="```",
        headings=(("*", "*"),) * 6,
        nested_quotes=False,
        escape=slack_escape,
    ),
    Form.DISCORD: Style(
        link=Link.MASKED,
        emphasis="*",
        strong="**",
        strike="~~",
        code="`",
        long_code=True,
        fence="```",
        info=True,
        bullet="- ",
        headings=(("# ", ""), ("## ", ""), ("### ", ""), ("**", "**"), ("**", "**"), ("**", "**")),
        nested_quotes=False,
        masks=True,
    ),
    Form.MARKDOWN: Style(
        link=Link.MASKED,
        emphasis="*",
        strong="**",
        strike="~~",
        code="`",
        long_code=True,
        fence="```",
        bullet="- ",
        headings=(("# ", ""), ("## ", ""), ("### ", ""), ("#### ", ""), ("##### ", ""), ("###### ", "")),
        masks=True,
        mask=reddit_mask,
        line_end="  ",
    ),
}
