"""``check``: compile everything, and say what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

import click

from postiz_ops.commands.terminal import colourful, formats
from postiz_ops.commands.workers import share, uncollected
from postiz_ops.commands.workspace import ACCOUNTS, Workspace
from postiz_ops.compile.pipeline import Compilation
from postiz_ops.diagnostics import Diagnostic, Rule, has_errors
from postiz_ops.errors import UsageError
from postiz_ops.ledger.view import View
from postiz_ops.repo.tree import WorkTree
from postiz_ops.report.escape import escape
from postiz_ops.report.findings import render


@click.command(short_help="Prove that every platform will take every post.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--fix", "mend", is_flag=True, help="Mend what is safe: ids, ambiguous values, slots for alt texts.")
@formats("text", "json", "github", "sarif", "markdown")
@click.option("--base", metavar="REF", help="Only findings in what has changed since this commit.")
@click.pass_obj
@uncollected()
def command(obj: dict[str, Any], *, paths: tuple[str, ...], mend: bool, form: str, base: str | None) -> int:
    """Compile and validate every post of the work tree. Uses no network and no secret.

    Example: postiz-ops check content/launch.md
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    tree = workspace.work_tree()
    try:
        tree.read(ACCOUNTS)
    except FileNotFoundError as missing:
        raise UsageError(f"there is no {ACCOUNTS}", help="run `postiz-ops init` to make one") from missing
    wanted = _wanted(workspace, paths)
    if mend:
        _mend(workspace, tree, wanted)
        tree = workspace.work_tree()
    compilation = workspace.compile(tree, _view(workspace), share=share)
    found = [finding for finding in compilation.diagnostics if wanted(finding.span.path)]
    if base is not None:
        found = _changed_since(workspace, base, compilation, found)
    click.echo(_shown(tree, compilation, found, form))
    return 1 if has_errors(found) else 0


def _view(workspace: Workspace) -> View | None:
    """The state branch as far as it is here; a broken accounts.yaml does not say where that is."""
    try:
        return workspace.local_view()
    except UsageError:
        return None


def _shown(tree: WorkTree, compilation: Compilation, found: Iterable[Diagnostic], form: str) -> str:
    def source(path: str) -> str | None:
        try:
            return tree.read(path).decode(errors="replace")
        except (FileNotFoundError, OSError):
            return None

    return render(
        found,
        format=form,
        sources=source,
        posts=compilation.post_count,
        deliveries=compilation.draft_count,
        skipped_rules=compilation.skipped_rules,
        color=form == "text" and colourful(),
        rules=_rules() if form == "sarif" else (),
    )


def _rules() -> Sequence[Rule]:
    """All of them: SARIF describes those that found something."""
    from postiz_ops.compile.rules.catalogue import RULES

    return RULES


def _wanted(workspace: Workspace, paths: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path of the repository is one of those asked for, or below one. Raises ``UsageError``."""
    from pathlib import Path

    names = []
    for path in paths:
        absolute = Path(path).absolute()
        if not absolute.exists():
            raise UsageError(f"there is no `{path}`", help="name a post, or a folder with posts")
        try:
            names.append(PurePosixPath(absolute.resolve().relative_to(workspace.git.root.resolve())))
        except ValueError as outside:
            raise UsageError(f"`{path}` is outside the repository") from outside
    return lambda path: not names or any(PurePosixPath(path).is_relative_to(name) for name in names)


def _mend(workspace: Workspace, tree: WorkTree, wanted: Callable[[str], bool]) -> None:
    from postiz_ops.compile.fix import fix

    content = workspace.config.content
    for path in tree.posts(content):
        if not wanted(path):
            continue
        before = tree.read(path)
        after = fix(path, before, content=content, alt=workspace.config.policy.alt_text != "off")
        if after != before:
            (workspace.git.root / path).write_bytes(after)
            click.echo(f"fixed {escape(path)}", err=True)


def _changed_since(
    workspace: Workspace, base: str, compilation: Compilation, found: list[Diagnostic]
) -> list[Diagnostic]:
    """The findings in files that differ from where this work tree left ``base``, or that use such a file."""
    commit = workspace.git.resolve(base)
    if commit is None:
        raise UsageError(f"`{base}` is no commit here", help="fetch it first, or name another one")
    fork = workspace.git.maybe("merge-base", commit, "HEAD") or commit
    names = workspace.git.run("diff", "--name-only", "--no-renames", "-z", fork).decode(errors="surrogateescape")
    untracked = workspace.git.run("ls-files", "--others", "--exclude-standard", "-z").decode(errors="surrogateescape")
    changed = {name for name in (names + untracked).split("\0") if name}
    if any(name == ACCOUNTS or name.startswith("signatures/") for name in changed):
        return found
    using = {post.path for post in compilation.posts for draft in post.drafts if _uses(draft, changed)}
    others = {name for name in changed if not name.endswith(".md")}
    return [f for f in found if f.span.path in changed | using or (others and f.name.startswith("media-"))]


def _uses(draft: Any, changed: set[str]) -> bool:
    return any(media.path in changed for part in draft.parts for media in part.media)
