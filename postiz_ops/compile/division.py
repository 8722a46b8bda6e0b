"""Hashtags on the first part, and ``thread: auto``: one text into as many as a platform needs."""

from __future__ import annotations

from collections.abc import Sequence

from postiz_ops.model import Form, Unit
from postiz_ops.text.compose import append, with_hashtags
from postiz_ops.text.rendered import Rendered
from postiz_ops.text.split import fits, piece, split
from postiz_ops.text.units import measure

Limits = Sequence[tuple[Unit, int]]


def divide(rendered: Rendered, hashtags: Sequence[str], form: Form, limits: Limits) -> tuple[Rendered, ...]:
    """A text with its hashtags, in pieces that fit. The first piece leaves room for the hashtags, which end it."""
    whole = with_hashtags(rendered, hashtags, form)
    if fits(whole.text, limits):
        return (whole,)
    ending = whole.text[len(rendered.text) :]
    room = [(unit, limit - measure(ending, unit)) for unit, limit in limits]
    if not ending or any(limit <= 0 for _, limit in room):
        return split(whole, limits)
    first = split(rendered, room)[0]
    line = piece(whole, len(rendered.text) + len(ending) - len(ending.lstrip()), len(whole.text))
    return (append(first, line), *split(_after(rendered, first), limits))


def _after(rendered: Rendered, first: Rendered) -> Rendered:
    """What is left of a text when its first piece is taken off."""
    start = len(rendered.text) - len(rendered.text.lstrip()) + len(first.text)
    start += len(rendered.text[start:]) - len(rendered.text[start:].lstrip())
    images = tuple(image for image in rendered.images if image not in first.images)
    return piece(rendered, start, len(rendered.text))._replace(images=images)
