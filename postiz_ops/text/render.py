"""Markdown to the text that a platform takes: plain, plain with facets, Slack's mrkdwn, Markdown, little text."""

from __future__ import annotations

from collections.abc import Mapping

from postiz_ops.model import Form, Person
from postiz_ops.text.characters import scalar
from postiz_ops.text.markdown import parse
from postiz_ops.text.rendered import ImageRef, PersonRef, Rendered
from postiz_ops.text.styles import STYLES
from postiz_ops.text.walk import Walk

__all__ = ["ImageRef", "PersonRef", "Rendered", "render"]


def render(
    markdown: str,
    form: Form,
    *,
    people: Mapping[str, Person] | None = None,
    provider: str = "",
    mention: str = "@{handle}",
) -> Rendered:
    """Markdown in a platform's form. Takes any text and never raises.

    ``@{key}`` becomes the person's handle on ``provider`` as ``mention`` writes it, or her name where she has none.
    """
    return Walk(scalar(markdown), STYLES[form], people or {}, provider, mention).run(parse(markdown))
