"""Bytes of a file into text, or the reason why not. Nothing is parsed that is too large or not text."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from postiz_ops.compile.pages import page
from postiz_ops.compile.places import Places
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span

LARGEST_FILE = 1 << 20
"""Bytes: a hundred times the longest post that any platform takes."""

TOO_LARGE = Rule(
    "PZ001",
    "file-too-large",
    Severity.ERROR,
    "a file is larger than 1 MiB",
    page(
        what="Refuses a post or an accounts.yaml of more than 1 MiB, without reading it.",
        why="No platform takes a text of that length: it is another file under the wrong name, or an attack.",
        example="![A picture](data:image/png;base64,iVBORw0KGgoAAAANSUhEUg…)",
        instead="""
            Put media beside the post as files.

            ![A picture](picture.png)
        """,
        language="markdown",
    ),
)
NOT_UTF8 = Rule(
    "PZ002",
    "not-utf8",
    Severity.ERROR,
    "a file is not UTF-8",
    page(
        what="Finds the first byte of a file that is not UTF-8. A byte-order mark is fine.",
        why="In another encoding the same bytes are other letters: an `ü` would be published as `Ã¼`.",
        example="Gr\\xfc\\xdfe aus M\\xfcnchen",
        instead="""
            Save the file as UTF-8: in most editors that is a choice in the status bar, or under "Save as".

            Grüße aus München
        """,
        language="markdown",
    ),
)
CONTROL = Rule(
    "PZ003",
    "control-character",
    Severity.ERROR,
    "a file holds a control character",
    page(
        what="Finds NUL and the other control characters, tab and line ends excepted.",
        why="Nobody sees them in a review. Platforms cut the text there or refuse it, and terminals obey them.",
        example="Hello\\x00 world",
        instead="Hello world",
        language="markdown",
    ),
)
BIDI = Rule(
    "PZ007",
    "bidi-control",
    Severity.WARNING,
    "a character reorders the text around it",
    page(
        what="Finds Unicode's embedding, override and isolate characters (U+202A to U+202E, U+2066 to U+2069).",
        why="""
            They make a line look different from what it says, so a reviewer may approve one text and publish another.
            Arabic and Hebrew rarely need them: the direction of a text follows from its letters.
        """,
        example="title: Price list \\u202efdp.2027",
        instead="title: Price list 2027.pdf",
    ),
)

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def decode(path: str, data: bytes) -> tuple[str | None, tuple[Diagnostic, ...]]:
    r"""The text of a file without its byte-order mark and with ``\n`` for line ends; ``None`` where it is not text."""
    if len(data) > LARGEST_FILE:
        message = f"this file has more than {LARGEST_FILE:,} bytes"
        return None, (TOO_LARGE.at(Span(path, end_column=2), message, help="put media beside the post as files"),)
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return None, (_not_utf8(path, data, error.start),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    places = Places(text, path)
    if (control := _CONTROLS.search(text)) is not None:
        message = f"control character U+{ord(control[0]):04X} stands here"
        return None, (CONTROL.at(places.span(control.start()), message, help="delete it, and type the line anew"),)
    return text, _bidi(places)


def hidden(value: str, places: Places, start: int, end: int) -> tuple[Diagnostic, ...]:
    r"""What an escape (``"\0"``) smuggled into a value that stands from ``start`` to ``end``."""
    if value.isprintable() or (found := _CONTROLS.search(value) or _BIDI.search(value)) is None:
        return ()
    rule = BIDI if _BIDI.match(found[0]) else CONTROL
    message = f"an escape writes U+{ord(found[0]):04X} into this value"
    return (rule.at(places.span(start, end), message, help="delete the escape"),)


def _bidi(places: Places) -> tuple[Diagnostic, ...]:
    if places.text.isascii() or (found := _BIDI.search(places.text)) is None:
        return ()
    message = f"U+{ord(found[0]):04X} changes the order in which this line is shown"
    return (BIDI.at(places.span(found.start()), message, help="delete it, and read the line again"),)


def _not_utf8(path: str, data: bytes, offset: int) -> Diagnostic:
    before = data[:offset].decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        advice = "save the file as UTF-8: it is UTF-16"
    else:
        advice = "save the file as UTF-8: it looks like Latin-1 (Windows-1252)"
    span = Span(path, line, column, line, column + 1)
    return NOT_UTF8.at(span, f"byte 0x{data[offset]:02X} is not UTF-8", help=advice)


RULES = (TOO_LARGE, NOT_UTF8, CONTROL, BIDI)
