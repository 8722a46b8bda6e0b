"""``state``: create the state branch once, accept a moved remote, migrate its format."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from postiz_ops.commands.workspace import ACCOUNTS, Workspace
from postiz_ops.compile.accounts import write_state_id
from postiz_ops.errors import Refused, Temporary, UsageError
from postiz_ops.ledger.readme import README, README_TEXT
from postiz_ops.ledger.view import GENESIS, Genesis, View, genesis_file, parse
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.publish.converge import converge
from postiz_ops.publish.effects import Snapshot
from postiz_ops.report.escape import escape


@click.group(short_help="Create, adopt or upgrade the state branch.")
def command() -> None:
    """The state branch: an orphan branch that remembers what was published.

    Example: postiz-ops state init
    """


@command.command("init")
@click.pass_obj
def init(obj: dict[str, Any]) -> int:
    """Create the state branch, once, and write its id into accounts.yaml.

    Example: postiz-ops state init
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    genesis = create(workspace)
    click.echo(f"The state branch `{workspace.location.state_branch}` is there, with the id {escape(genesis.id)}.")
    click.echo(f"{ACCOUNTS} now names it: commit {ACCOUNTS}.")
    return 0


@command.command("adopt")
@click.pass_obj
def adopt(obj: dict[str, Any]) -> int:
    """Accept that the repository has moved: the state branch belongs to this remote from now on.

    Only for a repository that moved. A copy that publishes beside its original sends everything twice.

    Example: postiz-ops state adopt
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    seen, view = _fetched(workspace)
    if view.genesis is None:
        seen, view = _brought_along(workspace)
    if view.genesis is None:
        raise Refused("there is no state branch to adopt", help="run `postiz-ops state init`")
    if workspace.config.state.id not in (None, view.genesis.id):
        raise Refused("the state branch is another one than accounts.yaml names", help="restore the right branch first")
    moved = Genesis(view.genesis.id, workspace.remote_identity, view.genesis.created_at)
    if moved != view.genesis or seen.head is None:
        _write(workspace, moved, "Adopt")
    click.echo(f"The state branch now belongs to {escape(moved.remote or 'this repository alone')}.")
    return 0


@command.command("upgrade")
@click.pass_obj
def upgrade(obj: dict[str, Any]) -> int:
    """Bring the state branch to the newest format. Older records stay readable, so this is never urgent.

    Example: postiz-ops state upgrade
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    _, view = _fetched(workspace)
    if view.genesis is None:
        raise Refused("there is no state branch to upgrade", help="run `postiz-ops state init`")
    if view.unreadable:
        path, reason = next(iter(view.unreadable.items()))
        raise Refused(
            f"`{path}` cannot be read: {reason}", help="restore it from the branch's history, or update postiz-ops"
        )
    click.echo("The state branch has the newest format (1): there is nothing to do.")
    return 0


def create(workspace: Workspace) -> Genesis:
    """Make the state branch; its id goes into accounts.yaml. Raises ``Refused`` where there is one.

    One that is there and belongs to this remote is fine while accounts.yaml names none: only its id is missing then.
    """
    file = workspace.git.root / ACCOUNTS
    if not file.is_file():
        raise UsageError(f"there is no {ACCOUNTS} to write the id into", help="run `postiz-ops init`")
    seen, view = _fetched(workspace)
    genesis, unnamed = view.genesis, workspace.config.state.id is None
    if genesis and unnamed and genesis.remote == workspace.remote_identity:
        return _named(file, genesis)
    if seen.head is not None:
        known = f" It has the id {view.genesis.id}." if view.genesis else ""
        raise Refused(
            f"the state branch `{workspace.location.state_branch}` exists already.{known}",
            help="write its id into accounts.yaml (`state: {id: …}`); if it only moved: `postiz-ops state adopt`",
        )
    genesis = Genesis(token(), workspace.remote_identity, SystemClock().now())
    _write(workspace, genesis, "Begin")
    return _named(file, genesis)


def _named(file: Path, genesis: Genesis) -> Genesis:
    file.write_bytes(write_state_id(file.read_bytes().decode(), genesis.id).encode())
    return genesis


def _fetched(workspace: Workspace) -> tuple[Snapshot, View]:
    seen = asyncio.run(workspace.ledger.fetch())
    return seen, parse(seen.files)


def _brought_along(workspace: Workspace) -> tuple[Snapshot, View]:
    """A state branch that is here and not yet at the remote: it is pushed as it stands, history and all."""
    place = workspace.location
    local = workspace.git.resolve(f"refs/heads/{place.state_branch}")
    if local is None or place.state_remote is None:
        return Snapshot(None, {}), View()
    workspace.git.call("push", "--no-verify", place.state_remote, f"{local}:refs/heads/{place.state_branch}")
    return _fetched(workspace)


def _write(workspace: Workspace, genesis: Genesis, verb: str) -> None:
    asyncio.run(_converged(workspace, genesis, verb))


async def _converged(workspace: Workspace, genesis: Genesis, verb: str) -> None:
    seen = await workspace.ledger.fetch()
    wanted = {GENESIS: genesis_file(genesis), README: README_TEXT}

    async def look() -> None:
        nonlocal seen
        seen = await workspace.ledger.fetch()

    def writes() -> dict[str, bytes]:
        return {path: data for path, data in wanted.items() if seen.files.get(path) != data}

    clock = SystemClock()
    if not await converge(workspace.ledger, clock, token, lambda: seen, writes, look, f"{verb}\n"):
        raise Temporary(
            "the state branch could not be pushed", help="see that you may push to the remote, then try again"
        )
