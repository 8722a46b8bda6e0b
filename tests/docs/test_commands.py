"""docs/commands.md and every `--help`: up to date, with examples that can be typed."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from postiz_ops.cli import COMMANDS
from tools import docs_commands, docs_schemas
from tools.blocks import filled

PAGE = docs_commands.PAGE.read_text(encoding="utf-8")
CONTEXTS = list(docs_commands.contexts())


def named(context: click.Context) -> str:
    return context.command_path


def test_the_page_is_up_to_date() -> None:
    assert filled(PAGE, docs_commands.blocks()) == PAGE, "run `make docs`"


@pytest.mark.parametrize("name", docs_schemas.pages())
def test_the_schemas_are_up_to_date(name: str) -> None:
    assert (docs_schemas.FOLDER / name).read_text(encoding="utf-8") == docs_schemas.pages()[name], "run `make docs`"


@pytest.mark.parametrize("context", CONTEXTS, ids=named)
def test_every_command_has_an_example_in_its_help(context: click.Context) -> None:
    assert docs_commands.examples(context.command)
    assert "Example: postiz-ops " in " ".join(context.command.get_help(context).split())


@pytest.mark.parametrize("context", CONTEXTS, ids=named)
def test_an_example_is_a_command_line_that_the_command_takes(context: click.Context) -> None:
    for example in docs_commands.examples(context.command):
        words = shlex.split(example)
        path = context.command_path.split()
        assert words[: len(path)] == path
        parsed = context.command.make_context(path[-1], words[len(path) :])
        if isinstance(context.command, click.Group):
            inner = context.command.get_command(parsed, words[len(path)])
            assert inner is not None
            inner.make_context(words[len(path)], words[len(path) + 1 :])


@pytest.mark.parametrize("context", CONTEXTS, ids=named)
def test_every_option_says_what_it_means(context: click.Context) -> None:
    options = [option for option in context.command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_every_command_is_on_the_page() -> None:
    sections = set(re.findall(r"(?m)^###? ([\w -]+)$", PAGE[PAGE.index("# Reference") :]))
    assert sections == {named(context).removeprefix("postiz-ops ") for context in CONTEXTS}
    assert sections >= COMMANDS.keys()


def test_every_exit_code_of_the_program_is_explained() -> None:
    codes = re.findall(r"(?m)^\| (\d+) \|", PAGE)
    assert codes == ["0", "1", "2", "3", "75", "78"]
