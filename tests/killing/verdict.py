"""The independent check: what the platforms show against what the remote's state branch says. Reads nothing else."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.killing.rig import Rig, Story


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problems`` break the promise; ``doubts`` are deliveries that wait for a person, ``lost`` accounts that do."""

    problems: tuple[str, ...]
    doubts: int
    published: int
    lost: int = 0


def judge(rig: Rig, story: Story, *, may_wait: bool = False) -> Verdict:
    """Hold the platforms against the branch. ``may_wait`` is for a look before the lease has run out."""
    records = read_state(rig.remote)
    posts = rig.sandbox.posts()
    problems = [*_twice(posts), *_fsck(rig.remote)]
    states: Counter[str] = Counter()
    for account in story.accounts:
        mine = [record for record in records if record["account"] == account]
        if may_wait and not mine:
            continue  # somebody may be renewing the account's token
        if len(mine) != 1:
            problems.append(f"{account} has {len(mine)} records")
            continue
        states[mine[0]["state"]] += 1
        problems += _of_record(mine[0], posts, story, may_wait=may_wait)
    return Verdict(tuple(problems), states["in_doubt"], states["published"])


def read_state(remote: Path) -> list[dict[str, Any]]:
    """The delivery records at the tip of the remote's state branch."""
    listing = _git(remote, "ls-tree", "-r", "--name-only", "postiz-state").splitlines()
    return [read_file(remote, path) for path in listing if path.startswith("deliveries/")]


def read_file(remote: Path, path: str) -> Any:
    """A file of the remote's state branch."""
    return json.loads(_git(remote, "show", f"postiz-state:{path}"))


def _git(remote: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(remote), *words], check=True, capture_output=True, text=True).stdout


def _twice(posts: list[dict[str, Any]]) -> list[str]:
    shown = Counter((post["provider"], post["text"]) for post in posts)
    return [f"{text!r} is on {provider} {count} times" for (provider, text), count in shown.items() if count > 1]


def _fsck(remote: Path) -> list[str]:
    done = subprocess.run(["git", "-C", str(remote), "fsck", "--strict"], capture_output=True, text=True, check=False)
    return [f"git fsck: {done.stderr.strip()}"] if done.returncode else []


def _of_record(record: dict[str, Any], posts: list[dict[str, Any]], story: Story, *, may_wait: bool) -> list[str]:
    problems, name = [], f"{record['post']} for {record['account']}"
    allowed = {"published", "in_doubt"} | ({"sending", "retry", "scheduled"} if may_wait else set())
    if record["state"] not in allowed:
        problems.append(f"{name} is {record['state']} at the end")
    by_id = {post["remote_id"]: post for post in posts if post["provider"] == record["provider"]}
    # A film of TikTok is known by its task until it has passed moderation: there is one in each story.
    by_task = {part["remote_id"]: post for part in record["parts"] for post in by_id.values() if _is_task(part)}
    before: str | None = None
    for index, part in enumerate(record["parts"]):
        if part["state"] != "published":
            break
        there = by_id.get(part["remote_id"]) or by_task.get(part["remote_id"])
        if there is None:
            problems.append(f"{name} part {index} is published as {part['remote_id']}, which is not there")
            break
        if there["text"] != story.texts[index]:
            problems.append(f"{name} part {index} says {there['text']!r}")
        if record["provider"] != "discord" and there["parent"] != before:
            problems.append(f"{name} part {index} answers {there['parent']}, not {before}")
        before = part["remote_id"]
    return problems


def _is_task(part: dict[str, Any]) -> bool:
    return str(part["remote_id"]).startswith("v_pub_")
