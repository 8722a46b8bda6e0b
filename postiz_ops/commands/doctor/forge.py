"""What GitHub says of a repository: asked with a token that may read, and believed only where it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from postiz_ops.doctor.facts import Forge
from postiz_ops.publish.effects import Lost, NotSent, Request, Wire

API = "https://api.github.com"
VERSION = "2022-11-28"
KEEPING = frozenset({"deletion", "non_fast_forward"})
"""The rules that keep a branch from being deleted and from being forced."""


class GitHub:
    """One repository, ``OWNER/NAME``, by its REST API: https://docs.github.com/en/rest."""

    def __init__(self, wire: Wire, repository: str, token: str, api: str = API) -> None:
        self._wire = wire
        self._base = f"{api.rstrip('/')}/repos/{repository}"
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": "postiz-ops",
            "X-GitHub-Api-Version": VERSION,
        }

    async def ask(self, state_branch: str, scheduled: tuple[str, ...]) -> Forge | None:
        """All that the checks look at; ``None`` where the repository itself cannot be read with this token."""
        about = await self._get("")
        if not isinstance(about, dict):
            return None
        return Forge(
            private=_bool(about.get("private")),
            protected=await self._protected(state_branch),
            disabled=await self._disabled(),
            scheduled=await self._scheduled(scheduled),
            pushed_at=_moment(about.get("pushed_at")),
        )

    async def _protected(self, branch: str) -> bool | None:
        name = quote(branch, safe="")
        rules = await self._get(f"/rules/branches/{name}")
        if isinstance(rules, list):
            types = {rule.get("type") for rule in rules if isinstance(rule, dict)}
            if types >= KEEPING:
                return True
        about = await self._get(f"/branches/{name}")
        protected = _bool(about.get("protected")) if isinstance(about, dict) else None
        # A branch's own protection forbids both, unless somebody has allowed them.
        return protected if protected or isinstance(rules, list) else None

    async def _disabled(self) -> Mapping[str, str]:
        listed = await self._get("/actions/workflows?per_page=100")
        found = listed.get("workflows") if isinstance(listed, dict) else None
        return {
            str(workflow.get("path", "")).rpartition("/")[2]: str(workflow.get("state"))
            for workflow in found or ()
            if isinstance(workflow, dict) and workflow.get("state") != "active"
        }

    async def _scheduled(self, files: tuple[str, ...]) -> Mapping[str, datetime]:
        last: dict[str, datetime] = {}
        for file in files:
            listed = await self._get(f"/actions/workflows/{quote(file, safe='')}/runs?event=schedule&per_page=1")
            runs = listed.get("workflow_runs") if isinstance(listed, dict) else None
            at = _moment(runs[0].get("created_at")) if runs and isinstance(runs[0], dict) else None
            if at is not None:
                last[file] = at
        return last

    async def _get(self, path: str) -> Any:
        """The JSON of an answer; ``None`` where there is none that can be used."""
        try:
            response = await self._wire.send(Request("GET", self._base + path, self._headers))
            return json.loads(response.body) if response.status == 200 else None
        except (NotSent, Lost, ValueError, RecursionError):
            return None


def _bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
