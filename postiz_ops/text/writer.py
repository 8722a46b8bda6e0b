"""The text being written: lines, their prefixes, and where everything came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BLANK_LINE = re.compile(r"\n[ \t>]*\r?\n")
SPACES = " \t"

DEEPEST = 16
"""How deep prefixes nest. What lies deeper is written at this depth, so that a text stays as long as its source."""


@dataclass(slots=True, eq=False)
class Container:
    """A quotation or a list item: what its first line begins with, and its other lines."""

    first: str
    rest: str
    used: bool = False


@dataclass(slots=True, eq=False)
class Stretch:
    """A stretch of the text that is being written. Without a start nothing was written in it."""

    start: int | None = None
    end: int = 0

    @property
    def span(self) -> tuple[int, int] | None:
        """Start and end, or ``None`` where it is empty."""
        return None if self.start is None or self.end <= self.start else (self.start, self.end)


@dataclass(slots=True)
class Writer:
    """Collects a text line by line.

    Line ends, spaces and opening marks wait until something follows them, so that lines have no trailing spaces, the
    text no blank ends, and emphasis around an image that was taken out leaves no marks behind.
    """

    source: str
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    anchors: list[tuple[int, int]] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    prefixes: list[Container] = field(default_factory=list)
    unused: list[Container] = field(default_factory=list)
    newlines: int = 0
    line_end: str = ""
    new_block: bool = True
    spaces: str = ""
    waiting: list[str | Stretch] = field(default_factory=list)
    after_image: bool = False
    line_has_text: bool = False
    line_had_image: bool = False
    read: int = 0
    """How far the source is written."""

    def enter(self, first: str, rest: str) -> None:
        """Begin a quotation or a list item."""
        container = Container(first, rest if len(self.prefixes) < DEEPEST else "")
        self.containers.append(container)
        self.unused.append(container)
        if container.rest:
            self.prefixes.append(container)

    def leave(self) -> None:
        """End the innermost quotation or list item."""
        container = self.containers.pop()
        if self.unused and self.unused[-1] is container:
            self.unused.pop()
        if self.prefixes and self.prefixes[-1] is container:
            self.prefixes.pop()

    def block(self) -> None:
        """Begin or end a block: a line end follows, and a blank line where the source has one."""
        self.new_block, self.newlines, self.spaces = True, 0, ""
        self.after_image = self.line_has_text = self.line_had_image = False

    def line(self, line_end: str = "") -> None:
        """End a line, with what stands before its end. One that held images alone vanishes."""
        self.line_end = line_end
        if self.line_has_text or not self.line_had_image:
            self.newlines += 1
        self.spaces = ""
        self.after_image = self.line_has_text = self.line_had_image = False

    def end_lines(self) -> None:
        """End the line of the last text, and forget blank lines after it."""
        self.newlines, self.spaces = 1, ""

    def space(self) -> None:
        """A single space before the next text, unless a line begins with it."""
        if not self.newlines and not self.new_block:
            self.spaces = " "

    def image(self) -> None:
        """An image was taken out here."""
        self.after_image = self.line_had_image = True

    def open(self, mark: str) -> None:
        """An opening mark, written before the next text."""
        self.waiting.append(mark)

    def close(self, mark: str) -> None:
        """The closing mark, or nothing where nothing was written since the opening one."""
        if self.waiting and isinstance(self.waiting[-1], str):
            self.waiting.pop()
        else:
            self.put(mark)

    def begin(self) -> Stretch:
        """Begin a stretch with the next text."""
        stretch = Stretch()
        self.waiting.append(stretch)
        return stretch

    def finish(self, stretch: Stretch) -> Stretch:
        """End a stretch with the last text."""
        if stretch.start is None:
            self.waiting.remove(stretch)
        stretch.end = self.length
        return stretch

    def write(self, text: str, start: int, end: int) -> None:
        """Write a text without line ends that came from ``source[start:end]``."""
        if self.after_image and (self.spaces or not self.line_has_text):
            kept = text.lstrip(SPACES)
            start, text = min(end, start + len(text) - len(kept)), kept
        body = text.rstrip(SPACES)
        if not body:
            self.spaces += text
            return
        self.begin_text(start)
        self.anchor(start)
        self.put(body)
        if len(body) < len(text):
            end = min(end, max(start, end - len(text) + len(body)))
        self.anchor(end)
        self.read = max(self.read, end)
        self.after_image = False
        self.spaces = text[len(body) :]

    def begin_text(self, start: int) -> None:
        """Write what has been waiting for a text."""
        if self.new_block or self.newlines:
            self.break_lines(start)
        if self.spaces:
            self.put(self.spaces)
        if self.waiting:
            self.write_waiting()
        self.line_has_text = True

    def write_waiting(self) -> None:
        """Write the opening marks that have been waiting, and begin the stretches."""
        for item in self.waiting:
            if isinstance(item, str):
                self.put(item)
            else:
                item.start = self.length
        self.waiting.clear()

    def break_lines(self, start: int) -> None:
        """Write the line ends that have been waiting, and what the new line begins with."""
        count = self.newlines
        if self.new_block:
            count = 2 if BLANK_LINE.search(self.source, self.read, start) else 1
        common = "".join([container.rest for container in self.prefixes if container.used]) if self.prefixes else ""
        if self.length:
            line_end = "" if self.new_block or count > 1 else self.line_end
            self.put(f"{line_end}\n" + f"{common.rstrip()}\n" * (count - 1))
        self.put(common)
        for container in self.unused:
            self.put(container.first)
            container.used = True
        self.unused.clear()
        self.newlines, self.new_block = 0, False

    def put(self, text: str) -> None:
        """Append a text as it is."""
        if text:
            self.pieces.append(text)
            self.length += len(text)

    def anchor(self, place: int) -> None:
        """Remember that the end of the text came from a place in the source."""
        if self.anchors:
            length, last = self.anchors[-1]
            place = max(place, last)
            if length == self.length and last == place:
                return
        self.anchors.append((self.length, place))
