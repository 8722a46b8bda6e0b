"""``init``: a content repository and its state branch, from nothing or beside what is there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any

import click

from postiz_ops import __version__
from postiz_ops.commands.state import create
from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import Refused
from postiz_ops.repo.git import Git

ACTION = "postiz-ops/postiz-ops"
"""OWNER/REPOSITORY of the Action that the workflows use."""
RELEASE_COMMIT: str | None = None
"""The commit of the release that this is; set by the release, unknown in a development build."""


@click.command(short_help="Make a content repository and its state branch.")
@click.argument("folder", default=".", metavar="[DIR]")
@click.pass_obj
def command(obj: dict[str, Any], *, folder: str) -> int:
    """Make a content repository: accounts.yaml, a first post, the workflows, and the branch that remembers.

    Files that are there already are kept as they are.

    Example: postiz-ops init my-posts
    """
    root = Path(obj["repo"], folder)
    git = _repository(root)
    for name, written in scaffold(root, _branch(git)):
        click.echo(f"{'wrote' if written else 'kept '}  {name}")
    workspace = Workspace.open(str(root), obj["endpoint"])
    try:
        genesis = create(workspace)
        click.echo(
            f"made   the branch {workspace.location.state_branch} ({genesis.id[:8]}…), which remembers what went out"
        )
    except Refused as refusal:
        click.echo(f"kept   {refusal.message}")
    click.echo(_next_steps(folder, pushed=workspace.location.state_remote is not None))
    return 0


def scaffold(root: Path, branch: str) -> Iterator[tuple[str, bool]]:
    """Write the files of a new repository that are not there yet: (path, whether it was written)."""
    for name, text in rendered(branch):
        target = root / name
        if target.exists():
            yield name, False
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        yield name, True


def rendered(branch: str) -> Iterator[tuple[str, str]]:
    """The files of a new repository, as this version writes them: (path, text)."""
    note = "pinned" if RELEASE_COMMIT else "a development build: replace the tag by the commit of a release"
    values = {"branch": branch, "action_ref": f"{ACTION}@{RELEASE_COMMIT or f'v{__version__}'}", "action_note": note}
    for source, name in _templates(files("postiz_ops") / "templates" / "init", ""):
        yield name, Template(source.read_text(encoding="utf-8")).safe_substitute(values)


def _templates(folder: Traversable, prefix: str) -> Iterator[tuple[Traversable, str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _templates(entry, f"{prefix}{entry.name}/")
        else:
            yield entry, f"{prefix}{entry.name}"


def _repository(root: Path) -> Git:
    root.mkdir(parents=True, exist_ok=True)
    git = Git(root)
    top = git.maybe("rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        git.run("init", "--quiet", "--initial-branch=main")
    return git


def _branch(git: Git) -> str:
    default = git.maybe("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    return (default or "").removeprefix("origin/") or git.maybe("symbolic-ref", "--quiet", "--short", "HEAD") or "main"


def _next_steps(folder: str, *, pushed: bool) -> str:
    go = [f"cd {folder}"] if folder != "." else []
    steps = [
        *go,
        "edit accounts.yaml and content/hello.md",
        "postiz-ops check",
        'git add . && git commit -m "First posts"',
    ]
    steps.append("git push" if pushed else "git push -u origin main postiz-state && postiz-ops state adopt")
    return "\nNext:\n" + "\n".join(f"  {step}" for step in steps)
