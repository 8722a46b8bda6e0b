"""One walk over a text's events writes any form: what the forms differ in is a ``Style``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from postiz_ops.model import Facet, Person
from postiz_ops.text.facets import detect
from postiz_ops.text.links import Written, written
from postiz_ops.text.markdown import Event, Kind
from postiz_ops.text.rendered import ImageRef, PersonRef, Rendered
from postiz_ops.text.styles import Link, Style
from postiz_ops.text.writer import Stretch, Writer

PERSON = re.compile(r"@\{([^{}\s]+)\}")
MARKUP = re.compile(r"[\\*_~`|<>\[\]()#-]")
BACKTICKS = re.compile(r"`+")
DELIMITER = re.compile(r"\d{1,9}([.)])")
LANGUAGE = re.compile(r"[\w+#-]*")


@dataclass(slots=True)
class Walk:
    """The state of a walk. ``leaf`` is where the last leaf of the source ended."""

    source: str
    style: Style
    people: Mapping[str, Person]
    provider: str
    mention: str
    writer: Writer = field(init=False)
    images: list[ImageRef] = field(default_factory=list)
    unknown: list[PersonRef] = field(default_factory=list)
    facets: list[tuple[Stretch, str, str]] = field(default_factory=list)
    whole: list[Stretch] = field(default_factory=list)
    marked: list[Stretch] = field(default_factory=list)
    literal: list[Stretch] = field(default_factory=list)
    marks: list[tuple[Stretch, str, str]] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    links: list[tuple[Event, Stretch, Written]] = field(default_factory=list)
    in_code: bool = False
    in_strong: bool = False
    quotes: int = 0
    leaf: int = 0

    def __post_init__(self) -> None:
        self.writer = Writer(self.source)

    def run(self, events: Iterable[Event]) -> Rendered:
        """Walk over all events."""
        for event in events:
            HANDLERS.get((event.kind, event.name), Walk.divide)(self, event)
        return self.rendered()

    def rendered(self) -> Rendered:
        """What was written. Facets of the text itself are found last, around those that the Markdown says."""
        text = "".join(self.writer.pieces)
        facets: list[Facet] = []
        if self.style.facets:
            facets = [Facet(*place.span, kind, value) for place, kind, value in self.facets if place.span]
            taken = spans([*self.whole, *self.literal])
            facets = sorted([*facets, *apart(detect(text), taken)], key=lambda facet: facet.start)
        return Rendered(
            text=text,
            facets=tuple(facets),
            images=tuple(self.images),
            anchors=tuple(self.writer.anchors),
            unknown_people=tuple(self.unknown),
            whole=spans(self.whole),
            marked=spans(self.marked),
        )

    # --- leaves

    def take_text(self, event: Event) -> None:
        """Text, with its mentions. What a backslash or an entity kept from being markup stays masked."""
        if self.in_code:
            self.take_lines(event)
            return
        text, start = event.text, event.start
        if self.style.masks and not event.literal:
            text = MARKUP.sub(r"\\\g<0>", text)
        elif self.style.masks and self.leaf < start and self.source[start - 1] == "\\":
            text, start = "\\" + text, start - 1
        done = 0
        for match in PERSON.finditer(text) if "@{" in text else ():
            self.write(text[done : match.start()], start + done, mask=self.style.mask)
            self.mention_person(match[1], match[0], start + match.start())
            done = match.end()
        self.write(text[done:] if done else text, start + done, event.end, mask=self.style.mask)
        self.leaf = event.end

    def write(self, text: str, start: int, end: int | None = None, *, mask: Callable[[str], str] = str) -> None:
        """Text from a place of the source, as long there unless ``end`` says otherwise."""
        if text:
            self.writer.write(self.style.escape(mask(text)), start, start + len(text) if end is None else end)

    def mention_person(self, key: str, typed: str, start: int) -> None:
        """A mention in the platform's form, the person's name where she has no handle, or what was typed."""
        person, end = self.people.get(key), start + len(typed)
        if person is None:
            self.unknown.append(PersonRef(key, start, end))
            self.write(typed, start)
            return
        handle = person.handles.get(self.provider, "").removeprefix("@")
        if not handle:
            self.write(person.name, start, end)
            return
        stretch = self.writer.begin()
        named = self.mention.replace("{handle}", handle).replace("{name}", self.style.escape(person.name))
        self.writer.write(named, start, end)
        self.whole.append(self.writer.finish(stretch))
        if not self.links:
            self.facets.append((stretch, "mention", handle))

    def take_code(self, event: Event) -> None:
        """A code span; where the form has marks, they are more than the longest run of backticks in it."""
        run = max(map(len, BACKTICKS.findall(event.text)), default=0)
        mark = self.style.code * (run + 1) if self.style.long_code or not run else ""
        pad = " " if mark and run else ""
        margin = (event.end - event.start - len(event.text)) // 2
        stretch = self.open(mark + pad)
        self.write(event.text, event.start + margin, event.end - margin)
        self.close(stretch, mark + pad, pad + mark)
        self.literal.append(stretch)
        self.leaf = event.end

    def take_lines(self, event: Event) -> None:
        """Text with line ends, as typed: code and HTML."""
        place = event.start
        for line in event.text.splitlines(keepends=True):
            kept = line.rstrip("\r\n")
            self.write(kept, min(place, event.end), min(place + len(kept), event.end))
            if len(kept) < len(line):
                self.writer.line()
            place += len(line)
        self.leaf = event.end

    def take_break(self, event: Event) -> None:
        """A line end of the source, hard or soft; Slack's links are on one line."""
        if self.links and self.style.link is Link.SLACK:
            self.writer.space()
        else:
            self.writer.line(self.style.line_end)
        self.leaf = event.end

    def take_rule(self, event: Event) -> None:
        """A thematic break that did not break the post: it stands in a list or a quotation."""
        self.writer.block()
        self.writer.write("---", event.start, event.end)
        self.writer.block()

    def take_image(self, event: Event) -> None:
        """An image goes from the text to the part's media."""
        self.images.append(ImageRef(event.text, event.data["dest_url"], event.start, event.end))
        self.writer.image()
        self.leaf = event.end

    # --- what is marked

    def open(self, mark: str) -> Stretch:
        """Begin a stretch with a mark, or without one."""
        stretch = self.writer.begin()
        if mark:
            self.writer.open(mark)
        return stretch

    def close(self, stretch: Stretch, opening: str, closing: str) -> None:
        """End it. A cut should leave it whole: its halves would each lack a mark."""
        if opening:
            self.writer.close(closing)
            self.marked.append(stretch)
        self.writer.finish(stretch)

    def open_mark(self, event: Event) -> None:
        """Begin emphasis."""
        mark = self.mark_of(event)
        self.marks.append((self.open(mark), mark, mark))

    def close_mark(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """End emphasis."""
        self.close(*self.marks.pop())

    def mark_of(self, event: Event) -> str:
        """The form's mark. A single tilde was none; none nests in a bold heading or stands in Slack's links."""
        if event.name == "Strikethrough" and not self.source.startswith("~~", event.start):
            return self.style.literal("~")
        if (self.links and self.style.link is Link.SLACK) or (event.name == "Strong" and self.in_strong):
            return ""
        return {"Emphasis": self.style.emphasis, "Strong": self.style.strong}.get(event.name, self.style.strike)

    def open_heading(self, event: Event) -> None:
        """Begin a heading: a line of its own."""
        self.writer.block()
        opening, closing = self.style.headings[int(event.data["level"][1]) - 1]
        self.in_strong = bool(closing)
        self.marks.append((self.open(opening), opening, closing))

    def close_heading(self, event: Event) -> None:
        """End a heading."""
        self.in_strong = False
        self.close_mark(event)
        self.writer.block()

    def open_link(self, event: Event) -> None:
        """Begin a link."""
        url, kind = event.data["dest_url"], event.data["link_type"]
        around = written(self.style.link, event.text.strip(), url, kind)
        stretch = self.open(around.opening)
        self.links.append((event, stretch, around))
        if around.facet:
            self.facets.append((stretch, "link", url))

    def close_link(self, event: Event) -> None:
        """End a link; one without a text is its URL."""
        start, stretch, around = self.links.pop()
        if around.opening:
            self.writer.close(around.closing)
        if not start.text.strip():
            self.write(start.data["dest_url"], self.writer.read, event.end)
        elif around.after:
            self.writer.space()
            self.write(around.after, self.writer.read, event.end)
        self.whole.append(self.writer.finish(stretch))
        self.writer.read = max(self.writer.read, event.end)
        self.leaf = event.end

    # --- blocks

    def divide(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """Begin or end a block that has no marks."""
        self.writer.block()

    def open_code(self, event: Event) -> None:
        """Begin a code block."""
        self.writer.block()
        self.in_code = True
        self.literal.append(self.writer.begin())
        if self.style.fence and event.text.strip():
            language = LANGUAGE.match(event.data or "") if self.style.info else None
            self.writer.write(self.style.fence + (language[0] if language else ""), event.start, event.start)
            self.writer.line()

    def close_code(self, event: Event) -> None:
        """End a code block."""
        stretch = self.literal[-1]
        if self.style.fence and stretch.start is not None:
            self.writer.end_lines()
            end = event.start + len(self.source[event.start : event.end].rstrip("\r\n"))
            self.writer.write(self.style.fence, end, end)
            self.marked.append(stretch)
        self.writer.finish(stretch)
        self.in_code = False
        self.leaf = event.end
        self.writer.block()

    def open_quote(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """Begin a quotation."""
        self.writer.block()
        mark = self.style.literal("> ") if self.style.nested_quotes or not self.quotes else ""
        self.quotes += 1
        self.writer.enter(mark, mark)

    def close_quote(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """End a quotation."""
        self.quotes -= 1
        self.writer.leave()
        self.writer.block()

    def open_list(self, event: Event) -> None:
        """Begin a list: with a number, or with ``None`` for bullets."""
        self.writer.block()
        self.numbers.append(event.data)

    def close_list(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """End a list."""
        self.numbers.pop()
        self.writer.block()

    def open_item(self, event: Event) -> None:
        """Begin a list item, with its bullet or the number that CommonMark gives it."""
        self.writer.block()
        number = self.numbers[-1]
        if number is None:
            self.writer.enter(self.style.bullet, "  ")
            return
        delimiter = DELIMITER.match(self.source, event.start)
        self.writer.enter(self.style.literal(f"{number}{delimiter[1] if delimiter else '.'} "), "  ")
        self.numbers[-1] = number + 1

    def close_item(self, event: Event) -> None:  # noqa: ARG002 - every handler takes its event
        """End a list item."""
        self.writer.leave()
        self.writer.block()


HANDLERS: Mapping[tuple[Kind, str], Callable[[Walk, Event], None]] = {
    (Kind.TEXT, "Text"): Walk.take_text,
    (Kind.CODE, "Code"): Walk.take_code,
    (Kind.HTML, "Html"): Walk.take_lines,
    (Kind.HTML, "InlineHtml"): Walk.take_lines,
    (Kind.BREAK, "SoftBreak"): Walk.take_break,
    (Kind.BREAK, "HardBreak"): Walk.take_break,
    (Kind.RULE, "Rule"): Walk.take_rule,
    (Kind.IMAGE, "Image"): Walk.take_image,
    (Kind.START, "Link"): Walk.open_link,
    (Kind.END, "Link"): Walk.close_link,
    (Kind.START, "Heading"): Walk.open_heading,
    (Kind.END, "Heading"): Walk.close_heading,
    (Kind.START, "CodeBlock"): Walk.open_code,
    (Kind.END, "CodeBlock"): Walk.close_code,
    (Kind.START, "BlockQuote"): Walk.open_quote,
    (Kind.END, "BlockQuote"): Walk.close_quote,
    (Kind.START, "List"): Walk.open_list,
    (Kind.END, "List"): Walk.close_list,
    (Kind.START, "Item"): Walk.open_item,
    (Kind.END, "Item"): Walk.close_item,
    **{(Kind.START, name): Walk.open_mark for name in ("Emphasis", "Strong", "Strikethrough")},
    **{(Kind.END, name): Walk.close_mark for name in ("Emphasis", "Strong", "Strikethrough")},
}


def spans(stretches: Iterable[Stretch]) -> tuple[tuple[int, int], ...]:
    """The stretches in which something was written, in order."""
    return tuple(sorted([span for stretch in stretches if (span := stretch.span)]))


def apart(facets: Iterable[Facet], taken: Iterable[tuple[int, int]]) -> list[Facet]:
    """The facets that touch none of the stretches; both are in order."""
    kept = []
    ends = list(taken)
    index = 0
    for facet in facets:
        while index < len(ends) and ends[index][1] <= facet.start:
            index += 1
        if index == len(ends) or facet.end <= ends[index][0]:
            kept.append(facet)
    return kept
