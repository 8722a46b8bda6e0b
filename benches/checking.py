"""``check`` of generated posts, cold and warm, beside Hugo building the same files into pages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benches.generate import commit, generate
from benches.rows import Cost, Row, cost, median

SCRIPT = Path(sys.executable).with_name("postiz-ops")
HUGO = 'baseURL = "https://example.com/"\ntitle = "bench"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n'
PAGE = "<!doctype html><title>{{ .Title }}</title>{{ .Content }}\n"


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time: cold against Hugo, warm against cold."""
    posts, rounds = (1_000, 3) if quick else (10_000, 5)
    repo = folder / "posts"
    generate(repo, posts, seed=1, start=datetime.now(UTC).date() + timedelta(days=30))
    commit(repo)
    cold, hugo = [], []
    for _ in range(rounds):  # one after the other, so that a busy moment meets both
        shutil.rmtree(repo / ".git" / "postiz", ignore_errors=True)
        cold.append(cost([str(SCRIPT), "check"], cwd=repo))
        if shutil.which("hugo"):
            hugo.append(_hugo(repo, folder / "hugo"))
    warm = median([cost([str(SCRIPT), "check"], cwd=repo) for _ in range(rounds)]).wall
    ours = median(cold)
    if hugo:
        peer = median(hugo)
        yield Row(f"check of {posts:,} posts, cold", ours.wall, peer.wall, "Hugo, same files (wall)", "s", 1)
        each, theirs = ours.cpu * 1000 / posts, peer.cpu * 1000 / posts
        yield Row(f"check of {posts:,} posts, cold, a post", each, theirs, "Hugo, same files (CPU)", "ms")
    else:
        print("hugo is not installed (Debian: apt-get install hugo), so cold `check` has no peer here")
    yield Row(f"check of {posts:,} posts, warm", warm, ours.wall, "cold (wall)", "s", 0.1)


def _hugo(repo: Path, site: Path) -> Cost:
    shutil.rmtree(site, ignore_errors=True)
    (site / "layouts" / "_default").mkdir(parents=True)
    (site / "config.toml").write_text(HUGO)
    for name in ("single.html", "list.html"):
        (site / "layouts" / "_default" / name).write_text(PAGE)
    shutil.copytree(repo / "content", site / "content")
    return cost(["hugo", "--quiet"], cwd=site)
