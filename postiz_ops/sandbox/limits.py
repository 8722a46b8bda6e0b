"""The platforms' numbers, taken from the providers' own facts so that no limit is written down twice.

Everything here is imported at first use: the sandbox is listening before pydantic would be loaded.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from postiz_ops.model import MediaKind

if TYPE_CHECKING:
    from postiz_ops.providers.base import KindRule, Limit, MediaRule, Spec


@cache
def spec(provider: str) -> Spec:
    """The declared facts of a provider."""
    from postiz_ops.providers import PROVIDERS

    return PROVIDERS[provider].SPEC


def text(provider: str) -> Limit:
    """The limit of a post's text."""
    return spec(provider).text.limit


def media(provider: str) -> MediaRule:
    """What may be attached to a post."""
    return spec(provider).media


def kind(provider: str, mime: str, *, animated: bool = False) -> tuple[MediaKind, KindRule] | None:
    """The family that a media type belongs to at the provider, ``None`` where it takes no such file.

    A picture that moves is a ``GIF`` where the provider tells them apart.
    """
    found = [(name, rule) for name, rule in media(provider).kinds.items() if mime in rule.types]
    return min(found, key=lambda item: (item[0] is MediaKind.GIF) is not animated, default=None)


def largest(provider: str) -> int:
    """The most bytes that one file of any kind may have."""
    return max(rule.max_bytes for rule in media(provider).kinds.values())


def alt(provider: str, value: str) -> Limit | None:
    """The limit of alt texts, where this one breaks it."""
    limit = media(provider).alt
    return limit if limit and exceeds(value, limit) else None


def heavy(provider: str, mime: str, size: int, *, animated: bool = False) -> int | None:
    """The most bytes that a file of this type may have, where this one has more."""
    found = kind(provider, mime, animated=animated)
    return found[1].max_bytes if found and size > found[1].max_bytes else None


def exceeded(provider: str, value: str) -> Limit | None:
    """The first of a provider's text limits that a text breaks, ``None`` where it breaks none."""
    rule = spec(provider).text
    return next((limit for limit in (rule.limit, *rule.also) if exceeds(value, limit)), None)


def title(provider: str, value: str) -> Limit | None:
    """The limit of a post's title, where this one breaks it."""
    limit = spec(provider).title_limit
    return limit if limit and exceeds(value, limit) else None


def exceeds(value: str, limit: Limit) -> bool:
    """Whether a text is over a limit, counted in that limit's own unit."""
    from postiz_ops.text import units

    return units.measure(value, limit.unit) > limit.max
