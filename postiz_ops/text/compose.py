"""Endings of a text: a signature, the hashtags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from postiz_ops.model import Facet, Form
from postiz_ops.text.rendered import Rendered
from postiz_ops.text.styles import STYLES

TAG = re.compile(r"(?<![\w#\uff03&/])[#\uff03](\w+)")


def append(rendered: Rendered, suffix: Rendered, separator: str = "\n\n") -> Rendered:
    """One text after another. What was appended comes from the end of the first one's source."""
    if not suffix.text:
        return rendered._replace(images=rendered.images + suffix.images) if suffix.images else rendered
    start = len(rendered.text) + len(separator) if rendered.text else 0
    text = f"{rendered.text}{separator}{suffix.text}" if rendered.text else suffix.text
    last = rendered.anchors[-1] if rendered.anchors else (0, 0)
    return Rendered(
        text=text,
        facets=rendered.facets + moved(suffix.facets, start),
        images=rendered.images + suffix.images,
        anchors=(*(rendered.anchors or (last,)), (len(text), last[1])),
        unknown_people=rendered.unknown_people + suffix.unknown_people,
        whole=rendered.whole + shifted(suffix.whole, start),
        marked=rendered.marked + shifted(suffix.marked, start),
    )


def with_hashtags(rendered: Rendered, hashtags: Sequence[str], form: Form) -> Rendered:
    """The text with its hashtags on one line after a blank line; those that stand in it already are left out."""
    present = tags_of(rendered, form)
    tags = [tag.strip().lstrip("#\uff03") for tag in hashtags]
    missing = {tag.casefold(): tag for tag in reversed(tags) if tag and tag.casefold() not in present}
    return append(rendered, line_of_tags(tuple(reversed(missing.values())), form))


def tags_of(rendered: Rendered, form: Form) -> set[str]:
    """The hashtags that stand in a text, in small letters."""
    found = {facet.value.casefold() for facet in rendered.facets if facet.kind == "tag"}
    if "#" in rendered.text or "\uff03" in rendered.text:
        found |= {match[1].casefold() for match in TAG.finditer(STYLES[form].plain(rendered.text))}
    return found


@lru_cache(maxsize=256)
def line_of_tags(tags: tuple[str, ...], form: Form) -> Rendered:
    """The tags as a text of their own, each with its ``#``. The last ones are kept, for posts have them in common."""
    style = STYLES[form]
    words = [style.escape(style.mask(f"#{tag}")) for tag in tags]
    facets: list[Facet] = []
    whole: list[tuple[int, int]] = []
    start = 0
    for tag, word in zip(tags, words, strict=True):
        facets += [Facet(start, start + len(word), "tag", tag)] if style.facets else []
        whole.append((start, start + len(word)))
        start += len(word) + 1
    return Rendered(text=" ".join(words), facets=tuple(facets), whole=tuple(whole))


def moved(facets: Sequence[Facet], by: int) -> tuple[Facet, ...]:
    """Facets of a text that stands later in another one."""
    return tuple([Facet(facet.start + by, facet.end + by, facet.kind, facet.value) for facet in facets])


def shifted(spans: Sequence[tuple[int, int]], by: int) -> tuple[tuple[int, int], ...]:
    """Stretches of a text that stands later in another one."""
    return tuple([(start + by, end + by) for start, end in spans])
