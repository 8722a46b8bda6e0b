"""The front-matter of a post, as it was written: every field of the contract with its type, nothing resolved yet.

The descriptions and examples are what the reference and the JSON Schema say; ``json_schema_input_type`` is what an
author may write where a validator takes more than the field holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from postiz_ops.compile.forms import form
from postiz_ops.compile.nodes import Node
from postiz_ops.compile.schedule import DATE, EVERY, TIME
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


def _under(key: str, written: Any) -> BeforeValidator:
    """A text alone stands for a mapping with this key. ``written`` is the type of both forms."""

    def wrap(value: Any) -> Any:
        alone = isinstance(value, str | int | float) and not isinstance(value, bool)
        return {key: str(value)} if alone else value

    return BeforeValidator(wrap, json_schema_input_type=written)


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


_UNTIL = re.compile(f"{DATE.pattern}|{TIME.pattern}")
_LENGTH = Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_ID, "pattern": r"^\S(.*\S)?$"})
_Rule = Annotated[str, form(r"[Ff][Rr][Ee][Qq]\s*=")]
_Path = Annotated[str, Field(json_schema_extra={"not": {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}})]
_Address = Annotated[str, Field(json_schema_extra={"not": {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp]://"}})]
_OneName = Annotated[str, form("^[^,]*$")]
_Tag = Annotated[str, AfterValidator(_hashtag), Field(json_schema_extra={"pattern": r"^\s*#?[^\s#,]+\s*$"})]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=tuple[str, ...] | _OneName)]
_Tags = Annotated[tuple[_Tag, ...], BeforeValidator(_listed, json_schema_input_type=tuple[_Tag, ...] | _Tag)]
Hashtags = Annotated[
    Annotated[_Tags, Tag("list")] | Annotated[Mapping[str, _Tags], Tag("by name")],
    Discriminator(_kind),
]
Thread = Annotated[Literal["auto", "off"], BeforeValidator(_off, json_schema_input_type=Literal["auto", "off", False])]
Time = Annotated[str, form(TIME, "now", "queue")]


class MediaItem(Raw):
    """An entry of ``media``. ``src`` as written: relative to the post, to the root with a leading ``/``, or https."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"src": {"pattern": "^[Hh][Tt][Tt][Pp][Ss]://"}}},
            "then": {"required": ["sha256"], "properties": {"sha256": {"type": "string"}}},
        }
    )

    src: _Address = Field(
        description="a file: relative to the post, from the repository's root with a leading `/`, or its https address",
        examples=["launch.jpg", "/media/launch.jpg"],
    )
    alt: str | None = Field(
        default=None,
        description="what is to be seen, for those who cannot see it",
        examples=["A rocket leaves the pad"],
    )
    thumbnail: str | None = Field(default=None, description="the still picture of a video", examples=["cover.jpg"])
    only: Names | None = Field(
        default=None,
        description="the accounts, providers or groups that get it; all when absent",
        examples=[["bluesky"]],
    )
    sha256: Annotated[str, form("^[0-9a-fA-F]{64}$")] | None = Field(
        default=None, description="the hash that the file must have; an https address needs it"
    )


class Link(Raw):
    """``link``: a URL, or one with what its card says."""

    url: str = Field(description="where the card leads", examples=["https://example.com/acme-2"])
    title: str | None = Field(default=None, description="the card's headline", examples=["Acme 2.0"])
    description: str | None = Field(
        default=None, description="a sentence below it", examples=["Everything that is new"]
    )
    image: str | None = Field(
        default=None, description="the card's picture, a file as in `media`", examples=["card.png"]
    )


class RepeatRule(Raw):
    """``repeat``, as written: ``every`` and perhaps ``until``, or an ``rrule`` alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in ("every", "rrule")
            ]
        }
    )

    every: Annotated[str, form(EVERY)] | None = Field(
        default=None,
        description="a number of hours (`h`), days (`d`), weeks (`w`), months (`mo`) or years (`y`)",
        examples=["7d", "1mo"],
    )
    until: Annotated[str, form(_UNTIL)] | None = Field(
        default=None,
        description="the last day, or the last instant; for ever when absent",
        examples=["2027-01-31", "2027-01-31 18:00"],
    )
    rrule: _Rule | None = Field(
        default=None, description="a rule of RFC 5545, in the place of `every`", examples=["FREQ=WEEKLY;BYDAY=MO"]
    )


def _repeat(rule: RepeatRule) -> RepeatRule:
    if (rule.every is None) == (rule.rrule is None):
        raise complaint("`repeat` needs to know how often", "write `{every: 7d}`, or an RRULE such as `FREQ=WEEKLY`")
    return rule


class Override(Raw):
    """The general fields that ``overrides`` may change for a provider or an account.

    ``model_fields_set`` tells an explicit ``null`` from an absent field, here and in ``FrontMatter``.
    """

    title: str | None = Field(
        default=None, description="for platforms with titles, and for your calendar", examples=["We are live"]
    )
    publish_at: Time | None = Field(
        default=None,
        description="when: a time in the repository's zone or with an offset, `now`, or `queue`; a draft when absent",
        examples=["2026-12-01 09:00", "2026-12-01T09:00+01:00", "queue"],
    )
    link: Annotated[Link, _under("url", str | Link)] | None = Field(
        default=None,
        description="the card under the post, where the platform has one: an address, or one with its words",
        examples=["https://example.com/acme-2"],
    )
    hashtags: Hashtags | None = Field(
        default=None,
        description="added to the first part where they are not in its text: for all, or per provider and account",
        examples=[["GitOps", "python"], {"bluesky": ["GitOps"]}],
    )
    media: tuple[Annotated[MediaItem, _under("src", _Path | MediaItem)], ...] | None = Field(
        default=None,
        description="files of the first part: each a path, or a path with its alt text",
        examples=[[{"src": "launch.jpg", "alt": "A rocket leaves the pad"}]],
    )
    thread: Thread | None = Field(
        default=None,
        description="`auto` splits what is too long into several parts; else too long is an error",
        examples=["auto"],
    )
    content_warning: str | None = Field(
        default=None, description="shown in the place of the post, where the platform can", examples=["Spoilers"]
    )


class FrontMatter(Override):
    """What a post says about itself. ``None`` where it is silent: the ``defaults`` of accounts.yaml come later."""

    id: Annotated[str, AfterValidator(_id), _LENGTH] | None = Field(
        default=None,
        description="the post's name for good; its path when absent. Set it before you move or rename the file",
        examples=["launch"],
    )
    platforms: Names | None = Field(
        default=None,
        description="who gets it: accounts, providers (all their accounts) and groups",
        examples=[["acme-mastodon", "bluesky"], "everywhere"],
    )
    status: Literal["draft", "ready", "paused"] | None = Field(
        default=None,
        description="`ready` is published, `draft` and `paused` are not; `ready` when there is a `publish_at`",
        examples=["draft"],
    )
    tags: Names | None = Field(
        default=None, description="labels of your own, never published", examples=[["spring", "launch"]]
    )
    repeat: Annotated[RepeatRule, _under("rrule", _Rule | RepeatRule), AfterValidator(_repeat)] | None = Field(
        default=None,
        description="again and again: how often, or a rule of RFC 5545",
        examples=[{"every": "7d", "until": "2027-01-31"}, "FREQ=WEEKLY;BYDAY=MO"],
    )
    signature: str | None = Field(
        default=None,
        description="the file of `signatures/` that ends the last part; `none` for none",
        examples=["default"],
    )
    allow_repeat: bool | None = Field(
        default=None, description="lets the same text go to the same account within 30 days", examples=[True]
    )
    overrides: Mapping[str, Override] = Field(
        default={},
        description="other values for one provider or account",
        examples=[{"youtube": {"title": "A longer title", "publish_at": "2026-12-01 12:00"}}],
    )
    settings: Mapping[str, Mapping[str, Any]] = Field(
        default={},
        description="the platforms' own options, for one provider or account",
        examples=[{"mastodon": {"visibility": "unlisted"}}],
    )


def read_front(node: Node) -> tuple[FrontMatter | None, tuple[Diagnostic, ...], frozenset[str]]:
    """The fields that can be read, what is wrong with the others, and the names of those."""
    return salvage(FrontMatter, node)
