"""Untrusted text on its way to a terminal, a CI log, or a page of Markdown.

Posts, file names and what platforms answer are written by others. On a terminal they could move the cursor, on a CI log
give commands to the runner, in a comment call people or load pictures.
"""

from __future__ import annotations

import json
import re
from typing import Any

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 and C1: escape sequences, bells, line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides and isolates
    "\u2028\u2029"  # line and paragraph separators
    "\u200b\u2060-\u2064\ufeff"  # what nobody sees
    "\ud800-\udfff]"  # halves of characters, and bytes of file names that are no UTF-8
)
_COMMAND = "##["
"""How the runner's older commands begin, anywhere in a line."""
_AT_START = re.compile(r"^(\s*)::")
"""How its commands begin, at the start of a line."""
_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~!&$]|^[-+=]|(?<=^\d)[.)]")
_JOINER = "\u2060"
"""Unseen, and enough to make no mention, reference or address of what it stands in: GitHub looks for those in the
finished page, where an escaped ``@`` is an ``@`` again."""
_LINKING = re.compile(r"[@#]|:(?=//)|www(?=\.)", re.IGNORECASE)


def escape(text: str) -> str:
    r"""The text as one line that does nothing: what does not print is written ``\xNN`` or ``\u{NNNN}``."""
    return _UNPRINTABLE.sub(_written, text).replace(_COMMAND, "##\\x5b")


def lines(text: str) -> list[str]:
    """The text line by line, each as ``escape`` has it, tabs as they are. Each must be printed behind something."""
    return ["\t".join(map(escape, line.split("\t"))) for line in text.split("\n")]


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # a byte that Python smuggled through a file name
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def command_data(text: str) -> str:
    """The text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The text as the value of a workflow command's property."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def prose(text: str) -> str:
    """The text as one line of Markdown that reads like it: no markup, no HTML, no mention, no link."""
    marked = _MARKUP.sub(lambda match: f"\\{match[0]}", escape(text))
    return _LINKING.sub(lambda match: f"{match[0]}{_JOINER}", marked)


def sentence(message: str) -> str:
    """A message of ours in Markdown: what stands in backticks as code, all else as prose."""
    pieces = message.split("`")
    if len(pieces) % 2 == 0:
        return prose(message)
    return "".join(code(piece) if place % 2 else prose(piece) for place, piece in enumerate(pieces) if piece)


def code(text: str) -> str:
    """The text as inline code, also in a table's cell."""
    shown = escape(text).replace("|", "\\|")
    fence = "`" * (_longest_run(shown) + 1)
    padded = f" {shown} " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else shown
    return f"{fence}{padded}{fence}"


def fenced(text: str, language: str = "") -> str:
    """The text, escaped line by line, in a code block that nothing in it can close, nor a runner's log obey."""
    body = "\n".join(_AT_START.sub(r"\1:\\x3a", line) for line in lines(text))
    fence = "`" * max(_longest_run(body) + 1, 3)
    return f"{fence}{language}\n{body}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def dumped(value: Any) -> str:
    """JSON in ASCII, in which no string can be a command or move a cursor."""
    return json.dumps(value, indent=2).replace("\x7f", "\\u007f").replace(_COMMAND, "##\\u005b")
