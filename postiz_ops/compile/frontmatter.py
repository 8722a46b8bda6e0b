"""The front-matter of a post, as it was written: every field of the contract with its type, nothing resolved yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Raw(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class MediaItem(_Raw):
    """An entry of ``media``. ``src`` is as written: relative to the post, with a leading ``/`` to the repository, or https."""

    src: str
    alt: str | None = None
    thumbnail: str | None = None
    only: tuple[str, ...] | None = None
    sha256: str | None = None


class Link(_Raw):
    """``link``: a URL, or one with what its card says."""

    url: str
    title: str | None = None
    description: str | None = None
    image: str | None = None


class RepeatRule(_Raw):
    """``repeat``: exactly one of ``every`` and ``rrule``, as written."""

    every: str | None = None
    until: str | None = None
    rrule: str | None = None


class Override(_Raw):
    """The general fields that ``overrides`` may change for a provider or an account.

    ``model_fields_set`` tells an explicit ``null`` from an absent field, here and in ``FrontMatter``.
    """

    title: str | None = None
    publish_at: str | None = None
    link: Link | None = None
    hashtags: tuple[str, ...] | Mapping[str, tuple[str, ...]] | None = None
    media: tuple[MediaItem, ...] | None = None
    thread: Literal["auto", "off"] | None = None
    content_warning: str | None = None


class FrontMatter(Override):
    """Everything that a post may say about itself. ``None`` where it is silent: ``defaults`` of accounts.yaml come later."""

    id: str | None = None
    platforms: tuple[str, ...] | None = None
    status: Literal["draft", "ready", "paused"] | None = None
    tags: tuple[str, ...] | None = None
    repeat: RepeatRule | None = None
    signature: str | None = None
    allow_repeat: bool | None = None
    overrides: Mapping[str, Override] = {}
    settings: Mapping[str, Mapping[str, Any]] = {}
