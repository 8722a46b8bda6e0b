"""The front-matter of a post, as it was written: every field of the contract with its type, nothing resolved yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag

from postiz_ops.compile.nodes import Node
from postiz_ops.compile.validation import Raw, complaint, salvage
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic

LONGEST_ID = 200
"""Characters of an ``id``. It names a file of the state branch, beside what else stands in its name."""


def _listed(value: Any) -> Any:
    """One name alone is a list of one; several in one text are a mistake that would read as one unknown name."""
    if not isinstance(value, str):
        return value
    if "," in value:
        items = ", ".join(part.strip() for part in value.split(",") if part.strip())
        raise complaint(f"{quoted(value)} is one text, not a list", f"write {quoted(f'[{items}]')}")
    return [value]


def _under(key: str) -> BeforeValidator:
    """A text alone stands for a mapping with this key."""
    return BeforeValidator(lambda value: {key: str(value)} if isinstance(value, str | int | float) else value)


def _hashtag(text: str) -> str:
    tag = text.strip().removeprefix("#")
    if not tag or re.search(r"[\s#,]", tag):
        raise complaint(f"{quoted(text)} is not one hashtag", "write each hashtag as one word, without `#`")
    return tag


def _id(text: str) -> str:
    if not text or text != text.strip() or not text.isprintable() or len(text) > LONGEST_ID:
        message = f"{quoted(text)} cannot be an id"
        raise complaint(message, f"write 1 to {LONGEST_ID} characters on one line, without spaces around them")
    return text


def _off(value: Any) -> Any:
    """``off`` is ``false`` in TOML, in JSON, and for whoever thinks of YAML so."""
    return "off" if value is False else value


def _kind(value: Any) -> str:
    return "by name" if isinstance(value, Mapping) else "list"


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
_Tags = Annotated[tuple[Annotated[str, AfterValidator(_hashtag)], ...], BeforeValidator(_listed)]
Hashtags = Annotated[
    Annotated[_Tags, Tag("list")] | Annotated[Mapping[str, _Tags], Tag("by name")],
    Discriminator(_kind),
]
Thread = Annotated[Literal["auto", "off"], BeforeValidator(_off)]


class MediaItem(Raw):
    """An entry of ``media``. ``src`` as written: relative to the post, to the root with a leading ``/``, or https."""

    src: str
    alt: str | None = None
    thumbnail: str | None = None
    only: Names | None = None
    sha256: str | None = None


class Link(Raw):
    """``link``: a URL, or one with what its card says."""

    url: str
    title: str | None = None
    description: str | None = None
    image: str | None = None


class RepeatRule(Raw):
    """``repeat``, as written: ``every`` and perhaps ``until``, or an ``rrule`` alone."""

    every: str | None = None
    until: str | None = None
    rrule: str | None = None


def _repeat(rule: RepeatRule) -> RepeatRule:
    if (rule.every is None) == (rule.rrule is None):
        raise complaint("`repeat` needs to know how often", "write `{every: 7d}`, or an RRULE such as `FREQ=WEEKLY`")
    return rule


class Override(Raw):
    """The general fields that ``overrides`` may change for a provider or an account.

    ``model_fields_set`` tells an explicit ``null`` from an absent field, here and in ``FrontMatter``.
    """

    title: str | None = None
    publish_at: str | None = None
    link: Annotated[Link, _under("url")] | None = None
    hashtags: Hashtags | None = None
    media: tuple[Annotated[MediaItem, _under("src")], ...] | None = None
    thread: Thread | None = None
    content_warning: str | None = None


class FrontMatter(Override):
    """What a post says about itself. ``None`` where it is silent: the ``defaults`` of accounts.yaml come later."""

    id: Annotated[str, AfterValidator(_id)] | None = None
    platforms: Names | None = None
    status: Literal["draft", "ready", "paused"] | None = None
    tags: Names | None = None
    repeat: Annotated[RepeatRule, _under("rrule"), AfterValidator(_repeat)] | None = None
    signature: str | None = None
    allow_repeat: bool | None = None
    overrides: Mapping[str, Override] = {}
    settings: Mapping[str, Mapping[str, Any]] = {}


def read_front(node: Node) -> tuple[FrontMatter | None, tuple[Diagnostic, ...], frozenset[str]]:
    """The fields that can be read, what is wrong with the others, and the names of those."""
    return salvage(FrontMatter, node)
