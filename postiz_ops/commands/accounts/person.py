"""The person who connects an account: her browser, her terminal, or the lines that a script gives in her place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import click

from postiz_ops.errors import Temporary, UsageError
from postiz_ops.net.endpoint import is_loopback, redirected
from postiz_ops.report.escape import escape

Back = Mapping[str, str]
"""What the browser came back with."""

PATIENCE = 300.0
"""Seconds that a person has to log in and consent."""

SHOWN = 20
"""How many things to choose from are named in an error."""


@dataclass(frozen=True, slots=True)
class Person:
    """Where she is sent back to, and how she is reached.

    ``listens``: the browser comes back to this machine; else she pastes the address that it shows. ``endpoint`` is
    where the platforms are redirected to, her browser like everything else.
    """

    redirect: str
    listens: bool
    endpoint: str | None = None
    patience: float = PATIENCE

    async def visit(self, url: str, accept: Callable[[Back], bool] = bool) -> Back:
        """Show her a page, and wait for what she comes back with. Raises ``Temporary`` where she does not."""
        address = redirected(url, self.endpoint)
        return await self._listen(address, accept) if self.listens else self._paste(address)

    async def _listen(self, address: str, accept: Callable[[Back], bool]) -> Back:
        from postiz_ops.net.oauth import Listener

        listener = Listener(self.redirect, accept)
        async with listener.listening():
            say(f"Open this page, if your browser does not:\n\n  {escape(address)}\n")
            # A browser within the terminal keeps whoever opened it waiting.
            Thread(target=open_browser, args=(address,), daemon=True).start()
            try:
                return await listener.wait(self.patience)
            except TimeoutError:
                raise Temporary(
                    f"nobody came back from the browser within {self.patience / 60:.0f} minutes",
                    help="run it again; with --no-browser the page may be opened on another machine",
                ) from None

    def _paste(self, address: str) -> Back:
        say(f"Open this page:\n\n  {escape(address)}\n")
        say(
            f"After the consent the browser shows an address that begins with {self.redirect}, whether or not it loads."
        )
        return fields_of(ask("Paste it here"))


def fields_of(pasted: str) -> Back:
    """The parameters of an address that was pasted, or of its query alone."""
    query = urlsplit(pasted).query or (pasted if "://" not in pasted else "")
    return dict(parse_qsl(query.partition("#")[0], keep_blank_values=True))


def open_browser(address: str) -> None:
    """Open a page in the person's browser, where there is one. She was told the address too."""
    import webbrowser

    webbrowser.open(address)


def listens_at(redirect: str) -> bool:
    """Whether a redirect address is one that we can listen on."""
    return redirect.startswith("http://") and is_loopback(redirect)


# --- the terminal -------------------------------------------------------------------------------------------------


def is_there() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def say(text: str) -> None:
    """Tell her something. Standard error, so that a report on standard output stays one."""
    click.echo(text, err=True)


def ask(question: str, *, secret: bool = False) -> str:
    """One line: typed at a terminal (a secret without echo), else the next line of standard input, empty at its end."""
    if is_there():
        typed: str = click.prompt(question, default="", show_default=False, hide_input=secret, err=True)
        return typed.strip()
    return sys.stdin.readline().strip()


def choose(name: str, options: Mapping[str, str], *, optional: bool = False) -> str | None:
    """One of the ids, ``None`` where none is chosen. The only one there is needs no question.

    Raises ``UsageError`` where there is nobody to ask.
    """
    if len(options) == 1 and not optional:
        return next(iter(options))
    if not is_there():
        if optional:
            return None
        some = ", ".join(f"`{key}` ({title})" for key, title in list(options.items())[:SHOWN])
        raise UsageError(
            f"there are several to choose from for `{name}`: {some}" if options else f"there is no `{name}` to choose",
            help=f"say which with --set {name}=ID; nothing was stored",
        )
    return _chosen(name, options, optional=optional)


def _chosen(name: str, options: Mapping[str, str], *, optional: bool) -> str | None:
    for number, (key, title) in enumerate(options.items(), 1):
        say(f"  {number:>3}  {escape(title)} ({escape(key)})")
    hint = ", or Enter for none" if optional else ""
    while True:
        typed = ask(f"`{name}`: a number of the list{hint}")
        if not typed and optional:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(options):
            return list(options)[int(typed) - 1]
        if typed in options:
            return typed
        say(f"`{escape(typed)}` is not in the list.")
