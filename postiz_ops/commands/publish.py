"""``publish``: carry out what is due, once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import click

from postiz_ops import __version__
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import ACCOUNTS, Workspace, parse_now, read_config
from postiz_ops.commands.world import media_of, real_effects
from postiz_ops.errors import Refused, Rejected, UsageError
from postiz_ops.ledger.record import State
from postiz_ops.ledger.sealed import rescue_block
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Media
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.effects import Library
from postiz_ops.publish.engine import Publisher
from postiz_ops.publish.order import Approved, Compile, Limits, Order, Report
from postiz_ops.report.publish import render
from postiz_ops.vault.redaction import Redaction


@click.command(short_help="Publish what is due, once.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and record nothing.")
@click.option("--only", multiple=True, metavar="ACCOUNT", help="Only this account (may be given several times).")
@click.option("--lookahead", default="0s", metavar="TIME", help="Wait for posts due within this time (10m, 1h).")
@click.option("--allow-many", is_flag=True, help="Publish even more than policy.max_per_run at once.")
@click.option("--now", metavar="TIME", help="Decide as if it were this instant.")
@click.option("--ref", metavar="COMMIT", help="Publish this commit of the approved branch instead of its tip.")
@formats("text", "json", "markdown")
@click.pass_obj
def command(
    obj: dict[str, Any],
    *,
    dry_run: bool,
    only: tuple[str, ...],
    lookahead: str,
    allow_many: bool,
    now: str | None,
    ref: str | None,
    form: str,
) -> int:
    """Publish what is due on the approved branch, once.

    Posts with errors are left out and reported; the rest goes out. Running it twice, or twice at once, sends nothing
    twice.

    Example: postiz-ops publish --lookahead 10m
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    unknown = sorted(set(only) - set(workspace.config.accounts))
    if unknown:
        raise UsageError(f"there is no account `{unknown[0]}`", help="see `postiz-ops accounts list`")
    order = Order(
        run=run_name(),
        tool=__version__,
        remote=workspace.remote_identity,
        endpoint=workspace.endpoint is not None,
        only=frozenset(only),
        allow_many=allow_many,
        dry_run=dry_run,
        lookahead=duration(lookahead),
        shift=_shift(parse_now(now)),
        ref=_approved_ref(workspace, ref),
        stopped=_on_signals(),
    )
    report = asyncio.run(carry_out(workspace, order))
    text = render(report, format=form, quiet=obj["quiet"])
    if text:
        click.echo(text)
    for sealed in report.rescued.values():
        click.echo(f"{rescue_block(sealed)}\nhelp: pipe this block into `postiz-ops vault rescue`", err=True)
    return report.exit_code


async def carry_out(
    workspace: Workspace, order: Order, *, compile_commit: Compile | None = None, redaction: Redaction | None = None
) -> Report:
    """One run of the engine over the real world. What it works on is whatever the first look shows.

    A caller that stays up brings what it has compiled, and what is to hear of the secrets.
    """
    compile_commit = compile_commit or compiler(workspace)
    snapshot = await workspace.ledger.fetch()
    view = workspace.reader.parse(snapshot.files)
    commit = order.ref or snapshot.approved
    if commit is None:
        raise UsageError(
            f"the approved branch `{workspace.location.branch}` has no commit", help=f"commit {ACCOUNTS} and push it"
        )
    config = compile_commit(commit, view.limits()).config
    accounts = dict(config.accounts)
    async with real_effects(workspace, replace(config, accounts=accounts), view, commit, redaction) as effects:
        media = _Compiled(lambda commit: media_of(workspace, commit))

        def compile_and_note(commit: str, limits: Limits) -> Approved:
            approved = compile_commit(commit, limits)
            media.take(commit)
            for name, account in approved.config.accounts.items():
                accounts.setdefault(name, account)
            return approved

        world = replace(effects, library=media)
        report = await Publisher(world, MediaFitter(), PROVIDERS, compile_and_note, order).run()
        # A platform that still works on an upload may still have to fetch it.
        if effects.host is not None and not (report.count(State.RETRY) or report.count(State.SENDING)):
            await effects.host.clean_up()
        return report


class _Compiled:
    """``publish.effects.Library`` over every commit that a run has compiled: another may be approved meanwhile."""

    def __init__(self, library_of: Callable[[str], Library]) -> None:
        self._library_of = library_of
        self._libraries: dict[str, Library] = {}

    def take(self, commit: str) -> None:
        """Count a commit's media among them."""
        if commit not in self._libraries:
            self._libraries = {commit: self._library_of(commit), **self._libraries}

    def read(self, media: Media) -> bytes:
        """Exactly the bytes whose hash was approved, from the newest commit that has them."""
        refusal = Rejected(f"`{media.path}` is not in the approved commit", help="commit it")
        for library in self._libraries.values():
            try:
                return library.read(media)
            except Rejected as problem:
                refusal = problem
        raise refusal


def compiler(workspace: Workspace) -> Compile:
    """How the engine compiles a commit: from git objects, each commit and set of limits once."""
    known: dict[tuple[str, str], Approved] = {}

    def compile_commit(commit: str, limits: Limits) -> Approved:
        key = (commit, repr(sorted((name, sorted(told.items())) for name, told in limits.items())))
        if key not in known:
            known[key] = _compiled(workspace, commit, limits)
        return known[key]

    return compile_commit


def _compiled(workspace: Workspace, commit: str, limits: Limits) -> Approved:
    tree = workspace.tree_at(commit)
    try:
        data = tree.read(ACCOUNTS)
    except FileNotFoundError as missing:
        raise UsageError(f"the approved branch has no {ACCOUNTS}", help="commit it and push it") from missing
    config = read_config(data)
    compilation = workspace.compile(tree, workspace.local_view(), limits=limits)
    try:
        paused = tree.read("PAUSED").decode(errors="replace").strip()
    except FileNotFoundError:
        paused = None
    tree_id = workspace.git.text("rev-parse", f"{commit}^{{tree}}")
    return Approved(commit, tree_id, config, compilation.posts, compilation.diagnostics, paused)


def _approved_ref(workspace: Workspace, ref: str | None) -> str | None:
    """The commit of ``--ref``, which must be part of the approved branch. Raises ``Refused``."""
    if ref is None:
        return None
    asyncio.run(workspace.ledger.fetch())
    commit = workspace.git.resolve(ref)
    tip = workspace.git.resolve(workspace.location.approved_ref)
    if commit is None or tip is None or workspace.git.call("merge-base", "--is-ancestor", commit, tip).returncode:
        raise Refused(
            f"`{ref}` is not part of the approved branch `{workspace.location.branch}`",
            help="merge it first: only what is approved is published",
        )
    return commit


def run_name() -> str:
    """Who claims: the CI's run where there is one, else this machine's name and a token."""
    job = os.environ.get("GITHUB_RUN_ID")
    if job:
        return f"github-{job}-{os.environ.get('GITHUB_RUN_ATTEMPT', '1')}-{token()[:6]}"
    return f"{os.uname().nodename}-{token()[:8]}"


def duration(text: str) -> timedelta:
    """``10m``, ``1h``, ``90s`` or ``1d``. Raises ``UsageError``."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    if text[-1:] in units and text[:-1].isdigit():
        return timedelta(seconds=int(text[:-1]) * units[text[-1]])
    raise UsageError(f"`{text}` is not a length of time", help="write it as 90s, 10m, 1h or 1d")


def _shift(now: datetime | None) -> timedelta:
    return timedelta(0) if now is None else now - SystemClock().now()


def _on_signals() -> Callable[[], bool]:
    """The first SIGINT or SIGTERM lets the calls in flight end and claims nothing more; a second one ends it all."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
        nonlocal asked
        asked = True
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return lambda: asked
