"""Fill docs/commands.md out of the command table: ``python -m tools.docs_commands``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from postiz_ops.cli import COMMANDS, program
from tools.blocks import DOCS, write
from tools.docs_providers import table

PAGE = DOCS / "commands.md"
EXAMPLE = re.compile(r"(?m)^Example: (.+)$")


def main() -> None:
    """Write the reference."""
    write(PAGE, blocks())


def blocks() -> dict[str, str]:
    """The overview, what all commands take, and a section for each command."""
    overview = table(("command", "does"), [(f"[`{name}`](#{name})", line) for name, (_, line) in COMMANDS.items()])
    sections = "\n\n".join(section for context in contexts() for section in _section(context))
    return {"overview": overview, "options": _options(click.Context(program)), "commands": sections}


def contexts() -> Iterator[click.Context]:
    """Every command as it is called, each group before its own."""
    yield from _below(click.Context(program, info_name="postiz-ops"))


def _below(parent: click.Context) -> Iterator[click.Context]:
    if not isinstance(parent.command, click.Group):
        return
    for name in parent.command.list_commands(parent):
        command = parent.command.get_command(parent, name)
        if command is not None:
            context = click.Context(command, info_name=name, parent=parent)
            yield context
            yield from _below(context)


def examples(command: click.Command) -> list[str]:
    """The command lines that a command's help gives."""
    return EXAMPLE.findall(inspect.cleandoc(command.help or ""))


def _section(context: click.Context) -> Iterator[str]:
    command = context.command
    name = context.command_path.removeprefix("postiz-ops ")
    yield f"{'##' if ' ' not in name else '###'} {name}"
    yield EXAMPLE.sub("", inspect.cleandoc(command.help or "")).strip()
    if not isinstance(command, click.Group):
        options, given = _options(context), command.collect_usage_pieces(context)
        yield f"`{' '.join([context.command_path, *(given if options else given[1:])])}`"
        yield "```sh\n" + "\n".join(examples(command)) + "\n```"
        if options:
            yield options


def _options(context: click.Context) -> str:
    """The table of a command's options, empty where it has none of its own."""
    records = [
        parameter.get_help_record(context)
        for parameter in context.command.params
        if isinstance(parameter, click.Option) and parameter.name != "version"
    ]
    rows = [(f"`{flags}`", _sentence(said)) for flags, said in filter(None, records)]
    return table(("option", "meaning"), rows) if rows else ""


def _sentence(said: str) -> str:
    """Help without the marks of click: a default is code, and the range of a number goes."""
    said = re.sub(r"\s*\[[\dx<>=]+\]", "", said)
    return re.sub(r"\s*\[default: ([^\]]+)\]", r" (default: `\1`)", said)


if __name__ == "__main__":
    main()
