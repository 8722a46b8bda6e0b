"""The run that finds nothing due, beside Python's own start: at 100 posts and at 10,000."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benches.generate import commit, generate
from benches.rows import Row, side_by_side

BARE = [sys.executable, "-c", "pass"]
SCRIPT = Path(sys.executable).with_name("postiz-ops")


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """CPU of ``publish`` with its git processes, as a multiple of ``python3 -c pass``; and its growth with posts."""
    rounds = 11 if quick else 31
    costs = {}
    for posts in (100, 1_000 if quick else 10_000):
        repo = repository(folder / str(posts), posts)
        floor, ours = side_by_side([BARE, [str(SCRIPT), "publish"]], cwd=repo, rounds=rounds)
        costs[posts] = ours.cpu
        yield Row(f"idle publish, {posts:,} posts", ours.cpu, floor.cpu, "`python3 -c pass` (CPU)", "s", 2.5)
    few, many = costs.values()
    yield Row("idle publish, growth with the posts", many, few, "100 posts (CPU)", "s", 1.2)


def repository(folder: Path, posts: int) -> Path:
    """A repository with a bare remote, whose posts were all looked at once."""
    repo, remote = folder / "posts", folder / "remote.git"
    generate(repo, posts, seed=1, start=datetime.now(UTC).date() + timedelta(days=30))
    commit(repo)
    git = ["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.com"]
    for words in (
        ["git", "init", "-q", "--bare", "-b", "main", str(remote)],
        ["git", "remote", "add", "origin", str(remote)],
        [str(SCRIPT), "state", "init"],
        [*git, "commit", "-q", "-a", "-m", "State"],
        ["git", "push", "-q", "origin", "main"],
        [str(SCRIPT), "publish"],
    ):
        subprocess.run(words, cwd=repo, check=True, capture_output=True)
    return repo
