"""Markdown as events with places: CommonMark as pyromark reads it.

Less the dashed setext headings, which posts do not have, and with ``~~`` for what is struck out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from postiz_ops.text.characters import scalar


class Kind(StrEnum):
    """What an event is. ``START`` and ``END`` enclose the events of an element."""

    START = "start"
    END = "end"
    TEXT = "text"
    CODE = "code"
    HTML = "html"
    BREAK = "break"
    RULE = "rule"
    IMAGE = "image"


class Event(NamedTuple):
    """One step through a document. ``start`` and ``end`` are code points of the source.

    ``name`` is pyromark's name of the element. ``text`` is what a leaf says; at the start of a link or a code block
    what is in it, and of an image its alternative text. ``data`` are an element's details: a link's or an image's
    ``dest_url`` and ``link_type``, a heading's ``level``, a list's first number or ``None``, the info string of a
    fenced code block or ``None``.
    """

    kind: Kind
    name: str
    start: int
    end: int
    text: str = ""
    data: Any = None

    @property
    def literal(self) -> bool:
        """Whether the text stands in the source as it is: no entity was decoded."""
        return len(self.text) == self.end - self.start


LEAVES = {"Text": Kind.TEXT, "Code": Kind.CODE, "Html": Kind.HTML, "InlineHtml": Kind.HTML}
WORDS = {"SoftBreak": Kind.BREAK, "HardBreak": Kind.BREAK, "Rule": Kind.RULE}

HOLDERS = {"Link", "CodeBlock"}

# One noncharacter for each dash of a line that would otherwise make a heading of the paragraph above it.
DASH = "\ufdd0"
UNDERLINE = re.compile(r"(?:\A|[\n>])[ \t]*(-+)[ \t]*\r?\n?\Z")
DASHES = re.compile(r"[ \t]*(-+)[ \t]*\r?(?:\n|\Z)")
LEADS = bytes(byte & 0xC0 != 0x80 for byte in range(256))
"""1 for each byte that begins a character."""


@lru_cache(maxsize=16)
def parse(markdown: str) -> tuple[Event, ...]:
    """The events of a Markdown text.

    A line of three dashes or more under a paragraph is a thematic break, one of fewer is text: posts have no dashed
    setext headings, so that ``---`` always starts the next part. The last few are kept, for a post is read once for its
    parts and once for each form.
    """
    source = scalar(markdown)
    events = read(source)
    shadow = without_underlines(source, events)
    if shadow != source:
        events = [event._replace(text=event.text.replace(DASH, "-")) for event in read(shadow)]
    return tuple(gather(events))


def read(markdown: str) -> list[Event]:
    """The events as the parser gives them, with code points for its byte offsets."""
    import pyromark

    places = code_points(markdown)
    events = pyromark.events_with_range(markdown, options=pyromark.Options.ENABLE_STRIKETHROUGH)
    return [event_of(event, places[span["start"]], places[span["end"]]) for event, span in events]


def event_of(event: Any, start: int, end: int) -> Event:
    """One event of pyromark, typed: a word, or a mapping with one key."""
    if isinstance(event, str):
        return Event(WORDS[event], event, start, end)
    ((name, value),) = event.items()
    leaf = LEAVES.get(name)
    if leaf is not None:
        return Event(leaf, name, start, end, value)
    kind = Kind.START if name == "Start" else Kind.END
    if isinstance(value, str):
        return Event(kind, value, start, end)
    ((element, data),) = value.items()
    if element == "CodeBlock":
        data = data["Fenced"] if isinstance(data, dict) else None
    return Event(kind, element, start, end, "", data)


def gather(events: Iterable[Event]) -> list[Event]:
    """The events with neighbouring texts joined, each image as one event, and texts where ``Event`` says so."""
    gatherer = Gatherer()
    for run in runs(events):
        gatherer.add(run[0] if len(run) == 1 else joined(run))
    return gatherer.events


def runs(events: Iterable[Event]) -> Iterator[list[Event]]:
    """The events one by one, but texts that touch in the source together."""
    run: list[Event] = []
    for event in events:
        if run and not (
            event.kind is run[-1].kind is Kind.TEXT and event.literal and run[-1].literal and event.start == run[-1].end
        ):
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def joined(run: list[Event]) -> Event:
    """Texts that touch, as one."""
    return run[0]._replace(text="".join(event.text for event in run), end=run[-1].end)


@dataclass(slots=True)
class Gatherer:
    """The state of ``gather``: links hold no links, and of nested images only the outer one is attached."""

    events: list[Event] = field(default_factory=list)
    image: Event | None = None
    images: int = 0
    alt: list[str] = field(default_factory=list)
    holder: int = 0
    held: list[str] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Take the next event."""
        if event.name == "Image":
            self.add_image(event)
        elif self.image:
            self.alt.append(" " if event.kind is Kind.BREAK else event.text)
        elif event.name in HOLDERS:
            self.add_holder(event)
        else:
            self.held.append("\n" if event.kind is Kind.BREAK else event.text)
            self.events.append(event)

    def add_image(self, event: Event) -> None:
        """Begin or end an image; within another one it is a part of the alternative text."""
        self.images += 1 if event.kind is Kind.START else -1
        if self.image is None:
            self.image = event
            self.alt.clear()
        elif not self.images:
            self.events.append(self.image._replace(kind=Kind.IMAGE, text="".join(self.alt).strip()))
            self.image = None

    def add_holder(self, event: Event) -> None:
        """Begin or end a link or a code block."""
        if event.kind is Kind.START:
            self.holder = len(self.events)
            self.held.clear()
        else:
            self.events[self.holder] = self.events[self.holder]._replace(text="".join(self.held))
        self.events.append(event)


def code_points(source: str) -> Sequence[int]:
    """Where each byte of the text's UTF-8 stands in code points; one more for the end."""
    if source.isascii():
        return range(len(source) + 1)
    return list(accumulate(source.encode().translate(LEADS), initial=0))


def without_underlines(markdown: str, events: list[Event]) -> str:
    """The text with other characters, as many, for the dashes that would make headings."""
    spans = [span for event in events if event.name == "Heading" and event.kind is Kind.START
             for span in underlines(markdown, event)]  # fmt: skip
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start < done:
            continue
        pieces += [markdown[done:start], ("*" if end - start > 2 else DASH) * (end - start)]
        done = end
    return "".join([*pieces, markdown[done:]])


def underlines(markdown: str, heading: Event) -> Iterator[tuple[int, int]]:
    """The dashes under a heading's text, and those of the lines right after, which would be next."""
    last = markdown.rfind("\n", heading.start, max(heading.start, heading.end - 1))
    line = UNDERLINE.search(markdown[last : heading.end]) if last >= 0 else None
    if line is None:
        return
    start, end = last + line.start(1), last + line.end(1)
    yield start, end
    following = DASHES.match(markdown, heading.end)
    while following and end - start < 3:
        start, end = following.span(1)
        yield start, end
        following = DASHES.match(markdown, following.end())
