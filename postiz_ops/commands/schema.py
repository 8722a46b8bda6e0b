"""``schema``: what editors and forges may know of a content repository, made of what the program itself knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from postiz_ops.commands.workspace import ACCOUNTS, Workspace
from postiz_ops.errors import UsageError
from postiz_ops.model import Config

_output = click.option("--output", "-o", metavar="FILE", help="Write it there instead of printing it.")


@click.group(short_help="Print JSON Schemas and CODEOWNERS.")
def command() -> None:
    """Print the JSON Schemas of accounts.yaml and of posts, or the CODEOWNERS of a repository.

    Example: postiz-ops schema post --output post.schema.json
    """


@command.command("accounts", short_help="The JSON Schema of accounts.yaml.")
@_output
def accounts(*, output: str | None) -> int:
    """Print the JSON Schema of accounts.yaml.

    An editor that knows it completes keys and underlines mistakes. In VS Code's YAML extension, and in others with the
    same language server, the first line of accounts.yaml names it: `# yaml-language-server: $schema=FILE`.

    Example: postiz-ops schema accounts --output accounts.schema.json
    """
    from postiz_ops.report.schemas import accounts_schema

    return _give(_json(accounts_schema()), output)


@command.command("post", short_help="The JSON Schema of a post's front-matter.")
@_output
@click.pass_obj
def post(obj: dict[str, Any], *, output: str | None) -> int:
    """Print the JSON Schema of a post's front-matter.

    In a content repository it knows the names of your accounts and groups; make it anew when those change.

    Example: postiz-ops schema post --output post.schema.json
    """
    from postiz_ops.report.schemas import post_schema

    return _give(_json(post_schema(_config(obj))), output)


@command.command("codeowners", short_help="Who must approve what.")
@_output
@click.pass_obj
def owners(obj: dict[str, Any], *, output: str | None) -> int:
    """Print a CODEOWNERS file: who must approve what, of the reviewers of each client.

    A client's reviewers own the folder of posts that is called like the client. A folder of posts for several clients,
    accounts.yaml and the workflows belong to the reviewers of all.

    Example: postiz-ops schema codeowners --output .github/CODEOWNERS
    """
    from postiz_ops.report.codeowners import codeowners

    config = Workspace.open(obj["repo"], obj["endpoint"]).config
    return _give(codeowners(config), output)


def _config(obj: dict[str, Any]) -> Config | None:
    """accounts.yaml of the repository that this is, if it is one. Raises ``UsageError`` where that is broken."""
    try:
        workspace = Workspace.open(obj["repo"], obj["endpoint"])
    except UsageError:
        return None
    return workspace.config if (workspace.git.root / ACCOUNTS).is_file() else None


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2) + "\n"


def _give(text: str, output: str | None) -> int:
    if output is None:
        click.echo(text, nl=False)
        return 0
    file = Path(output)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"`{output}` cannot be written: {problem.strerror}", help="name another file") from problem
    click.echo(f"wrote {output}", err=True)
    return 0
