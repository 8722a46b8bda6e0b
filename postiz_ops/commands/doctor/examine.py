"""The facts that `doctor` looks at: from git, the clock, the environment's names and the forge."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from postiz_ops.commands.doctor.forge import API, GitHub
from postiz_ops.commands.init import rendered
from postiz_ops.commands.publish import compiler
from postiz_ops.commands.workspace import Workspace
from postiz_ops.commands.world import github_repository
from postiz_ops.doctor.facts import Clone, Facts, Forge
from postiz_ops.doctor.workflow import workflows
from postiz_ops.errors import PostizError, Temporary
from postiz_ops.ledger.view import View, parse
from postiz_ops.model import Config
from postiz_ops.net.clock import SystemClock
from postiz_ops.net.http import HttpWire
from postiz_ops.plan import Plan, Situation, make_plan
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.effects import Snapshot
from postiz_ops.publish.guards import clock_skew

WORKFLOWS = ".github/workflows"
MAX_WORKFLOW = 1 << 20
"""Bytes; a longer file is no workflow."""


async def gather(workspace: Workspace, *, offline: bool) -> Facts:
    """Look at everything once. Raises ``UsageError`` where accounts.yaml of the work tree cannot be read."""
    seen, unreachable = await _tips(workspace, offline=offline)
    view = parse(seen.files)
    approved = _approved(workspace, seen, view)
    config, environment = workspace.config, frozenset(name for name, value in os.environ.items() if value.strip())
    files = _workflows(workspace)
    wire = HttpWire(workspace.endpoint)
    try:
        online = not (offline or unreachable)
        skew = await clock_skew(wire, SystemClock(), workspace.remote_identity) if online else None
        forge, no_forge = await _forge(wire, workspace, files, offline=offline)
    finally:
        await wire.close()
    return Facts(
        now=SystemClock().now(),
        clone=_clone(workspace, seen, unreachable),
        config=config,
        specs={account.id: PROVIDERS[account.provider].spec(account) for account in config.accounts.values()},
        seen=seen,
        view=view,
        remote_identity=workspace.remote_identity,
        plan=approved.plan,
        broken=approved.broken,
        paused=approved.paused,
        workflows=files,
        templates=_templates(workspace, config),
        environment=environment,
        in_ci=os.environ.get("GITHUB_ACTIONS") == "true" or os.environ.get("CI") == "true",
        skew=skew,
        endpoint=workspace.endpoint is not None,
        offline=offline,
        forge=forge,
        no_forge=no_forge,
    )


async def _tips(workspace: Workspace, *, offline: bool) -> tuple[Snapshot, str | None]:
    if offline:
        return workspace.ledger.local(), None
    try:
        return await workspace.ledger.fetch(), None
    except Temporary as failure:
        return workspace.ledger.local(), failure.message


@dataclass(frozen=True, slots=True)
class _Approved:
    plan: Plan | None = None
    broken: str | None = None
    paused: str | None = None


def _approved(workspace: Workspace, seen: Snapshot, view: View) -> _Approved:
    if seen.approved is None:
        return _Approved(broken=f"the approved branch `{workspace.location.branch}` has no commit")
    try:
        known = compiler(workspace)(seen.approved, view.limits())
    except PostizError as failure:
        return _Approved(broken=failure.message)
    now, endpoint = SystemClock().now(), workspace.endpoint is not None
    plan = make_plan(Situation(known.config, known.posts, view, now, known.paused, endpoint))
    return _Approved(plan, paused=known.paused)


def _clone(workspace: Workspace, seen: Snapshot, unreachable: str | None) -> Clone:
    git = workspace.git
    made = git.maybe("log", "-1", "--format=%ct", seen.approved) if seen.approved else None
    attributes = workspace.git.root / ".gitattributes"
    return Clone(
        version=tuple(int(number) for number in re.findall(r"\d+", git.text("version"))[:3]),
        shallow=git.maybe("rev-parse", "--is-shallow-repository") == "true",
        wants_lfs=attributes.is_file() and b"filter=lfs" in attributes.read_bytes(),
        has_lfs=git.call("lfs", "version").returncode == 0,
        remote=workspace.location.remote,
        unreachable=unreachable,
        approved_at=datetime.fromtimestamp(int(made), UTC) if made else None,
    )


def _workflows(workspace: Workspace) -> dict[str, str]:
    folder = workspace.git.root / WORKFLOWS
    found = [*folder.glob("*.yml"), *folder.glob("*.yaml")]
    return {
        f"{WORKFLOWS}/{file.name}": file.read_text(encoding="utf-8", errors="replace")
        for file in found
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_WORKFLOW
    }


def _templates(workspace: Workspace, config: Config) -> dict[str, str]:
    """What ``init`` would write, where the repository is on the forge that reads it."""
    if not (workspace.git.root / WORKFLOWS).is_dir() and github_repository(workspace) is None:
        return {}
    branch = config.branch or workspace.guessed_branch()
    return {path: text for path, text in rendered(branch) if path.startswith(f"{WORKFLOWS}/")}


async def _forge(
    wire: HttpWire, workspace: Workspace, files: dict[str, str], *, offline: bool
) -> tuple[Forge | None, str]:
    """What the forge says, or why it was not asked."""
    repository = github_repository(workspace)
    token = os.environ.get("GITHUB_TOKEN", "").strip() or os.environ.get("GH_TOKEN", "").strip()
    if offline:
        return None, "--offline: GitHub was not asked"
    if workspace.endpoint is not None:
        return None, "an endpoint is set: GitHub was not asked"
    if repository is None:
        return None, "the repository is not on GitHub"
    if not token:
        return None, "GITHUB_TOKEN is not set: GitHub was not asked"
    scheduled = tuple(workflow.file for workflow in workflows(files) if workflow.crons)
    github = GitHub(wire, repository, token, os.environ.get("GITHUB_API_URL", "").strip() or API)
    told = await github.ask(workspace.config.state.branch, scheduled)
    return told, "" if told else f"GitHub does not show `{repository}` to this token"
