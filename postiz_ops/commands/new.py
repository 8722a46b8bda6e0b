"""``new``: a new post file."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import click

from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import UsageError
from postiz_ops.net.clock import SystemClock


@click.command(short_help="Write a new post file.")
@click.argument("title", nargs=-1, required=True)
@click.option(
    "--to", "targets", multiple=True, metavar="NAME", help="An account, provider or group (default: all accounts)."
)
@click.option("--at", "publish_at", metavar="TIME", help="When to publish; without it the post is a draft.")
@click.pass_obj
def command(obj: dict[str, Any], *, title: tuple[str, ...], targets: tuple[str, ...], publish_at: str | None) -> int:
    """Write a new post, as a draft until it has a time.

    Example: postiz-ops new "We are live" --to everywhere --at "2026-12-01 09:00"
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    heading = " ".join(title)
    day = SystemClock().now().date()
    name = f"{day:%Y-%m-%d}-{slug(heading)}"
    file = workspace.git.root / workspace.config.content / f"{name}.md"
    if file.exists():
        raise UsageError(f"`{file.relative_to(workspace.git.root)}` is there already", help="choose another title")
    names = targets or [account.id for account in workspace.config.accounts.values() if account.enabled]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_text(name, heading, list(names), publish_at), encoding="utf-8")
    click.echo(str(file.relative_to(workspace.git.root)))
    return 0


def slug(title: str) -> str:
    """A file name of a title: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "post"


def _text(name: str, title: str, names: list[str], publish_at: str | None) -> str:
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    when = f"publish_at: {publish_at}" if publish_at else "status: draft"
    return f"---\nid: {name}\ntitle: {quoted}\nplatforms: [{', '.join(names)}]\n{when}\n---\n{title}\n"
