"""The platforms' numbers, taken from the providers' own facts so that no limit is written down twice.

Everything here is imported at first use: the sandbox is listening before pydantic would be loaded.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postiz_ops.model import MediaKind
    from postiz_ops.providers.base import KindRule, Limit, MediaRule, Spec


@cache
def spec(provider: str) -> Spec:
    """The declared facts of a provider."""
    from postiz_ops.sandbox import _interim

    return _interim.spec(provider)


def text(provider: str) -> Limit:
    """The limit of a post's text."""
    return spec(provider).text.limit


def media(provider: str) -> MediaRule:
    """What may be attached to a post."""
    return spec(provider).media


def kind(provider: str, mime: str) -> tuple[MediaKind, KindRule] | None:
    """The family that a media type belongs to at the provider, ``None`` where it takes no such file."""
    return next(((name, rule) for name, rule in media(provider).kinds.items() if mime in rule.types), None)


def exceeded(provider: str, value: str) -> Limit | None:
    """The first of a provider's text limits that a text breaks, counted in that limit's own unit."""
    from postiz_ops.sandbox import _interim as units

    rule = spec(provider).text
    return next((limit for limit in (rule.limit, *rule.also) if units.length(value, limit.unit) > limit.max), None)


def too_long(value: str, limit: Limit | None) -> bool:
    """Whether a text is over a limit, counted in its unit. No limit is never exceeded."""
    from postiz_ops.sandbox import _interim as units

    return limit is not None and units.length(value, limit.unit) > limit.max
