"""``demo``: the whole way on a throw-away repository, a bare remote and the sandbox, in one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from string import Template

import click

from postiz_ops.errors import Temporary
from postiz_ops.net.clock import SystemClock
from postiz_ops.report.escape import escape
from postiz_ops.sandbox import Sandbox

TOKENS = {"DEMO_TOKEN": "demo-token", "DEMO_HANDLE": "demo.bsky.social"}
"""What the sandbox takes for credentials: it accepts anything that is not empty."""

REPOSITORY = "acme/posts"
"""Whose raw files the platforms that only fetch are told of; the sandbox does not fetch them."""

MISTAKE = "![](launch.png)"
FIXED = "![A rocket leaves the launch pad](launch.png)"


@click.command(short_help="Go the whole way on a throw-away repository.")
@click.option("--keep", is_flag=True, help="Keep the sandbox running at the end, until Ctrl-C.")
def command(*, keep: bool) -> int:
    """Show everything once: a mistake found and mended, the plan, the publication, and a second run that does nothing.

    Nothing leaves this machine: the platforms are played by `postiz-ops sandbox`.

    Example: postiz-ops demo
    """
    folder = Path(tempfile.mkdtemp(prefix="postiz-demo-"))  # it stays, so that its files can be looked at
    with Sandbox() as sandbox:
        Demo(folder, sandbox.url).run()
        page = folder / "feed.html"
        page.write_bytes(urllib.request.urlopen(f"{sandbox.url}/_sandbox/feed.html").read())  # noqa: S310 - our own server on loopback
        click.echo(f"\nThe published posts, as a page: {page}")
        click.echo(f"The repository, to play with:   {folder / 'posts'}")
        if keep:
            click.echo(f"The sandbox goes on at {sandbox.url}/ until Ctrl-C.")
            _wait()
    return 0


def _wait() -> None:
    try:
        sys.stdin.read()
    except KeyboardInterrupt:
        return


@dataclass(frozen=True, slots=True)
class Demo:
    """The steps, each a real command as a user types it."""

    folder: Path
    endpoint: str

    @property
    def repo(self) -> Path:
        """The throw-away content repository."""
        return self.folder / "posts"

    def run(self) -> None:
        """All of them, in order. Raises ``Temporary`` when one does not do what it should."""
        self._say("A repository for posts, with a remote of its own")
        self._quietly("git", "init", "--quiet", "--bare", str(self.folder / "remote.git"))
        self._quietly("git", "init", "--quiet", "--initial-branch=main", str(self.repo))
        self._quietly("git", "-C", str(self.repo), "remote", "add", "origin", str(self.folder / "remote.git"))
        _copy_example(self.repo)
        self._tool("state", "init")
        self._commit("Plan the launch")

        self._say(
            "`check` proves before the merge that every platform takes every post: here it finds a missing description"
        )
        self._tool("check", expect=1)
        self._say("The author mends it")
        self._replace("content/launch.md", MISTAKE, FIXED)
        self._tool("check")

        self._say("`plan` shows what a merge would publish: where, when, and the exact text")
        self._tool("plan")
        self._say("The merge: from now on it is approved")
        self._commit("Describe the picture")
        self._say("`publish` sends what is due, once, and remembers it on the state branch")
        self._tool("publish")
        self._say("A second `publish` has nothing to do")
        self._tool("publish")
        self._say("`status` says where everything stands, and where to look at it")
        self._tool("status")

    def _say(self, line: str) -> None:
        click.secho(f"\n# {line}", bold=sys.stdout.isatty() or None)

    def _tool(self, *words: str, expect: int = 0) -> None:
        click.echo(f"$ postiz-ops {' '.join(words)}")
        done = subprocess.run(
            [sys.executable, "-m", "postiz_ops", *words], cwd=self.repo, env=self._environment(), check=False
        )
        if done.returncode != expect:
            raise Temporary(
                f"`postiz-ops {' '.join(words)}` ended with {done.returncode} instead of {expect}",
                help=f"look at {self.repo}, and please report what you find",
            )

    def _commit(self, message: str) -> None:
        click.echo(f'$ git commit -am "{message}" && git push')
        at = ["git", "-C", str(self.repo), "-c", "user.name=Demo", "-c", "user.email=demo@example.com"]
        self._quietly(*at, "add", "--all")
        self._quietly(*at, "commit", "--quiet", "--message", message)
        self._quietly(*at, "push", "--quiet", "origin", "main")

    def _replace(self, name: str, before: str, after: str) -> None:
        file = self.repo / name
        text = file.read_text(encoding="utf-8")
        if before not in text:
            raise Temporary(f"the example `{name}` is not as the demo expects it")
        click.echo(f"- {before}\n+ {after}")
        file.write_text(text.replace(before, after), encoding="utf-8")

    def _quietly(self, *words: str) -> None:
        done = subprocess.run(words, env=self._environment(), capture_output=True, check=False)
        if done.returncode:
            raise Temporary(f"`{words[0]}` failed: {escape(done.stderr.decode(errors='replace').strip())}")

    def _environment(self) -> dict[str, str]:
        # Neither this machine's git settings nor a real account's secrets have any business here.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "POSTIZ_", "GITHUB_"))}
        isolated = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GITHUB_REPOSITORY": REPOSITORY}
        return kept | isolated | TOKENS | {"POSTIZ_OPS_ENDPOINT": self.endpoint}


def _copy_example(target: Path) -> None:
    with as_file(files("postiz_ops") / "templates" / "demo") as example:
        shutil.copytree(example, target, dirs_exist_ok=True)
    file = target / "content" / "next-year.md"
    year = SystemClock().now().year + 1
    file.write_text(Template(file.read_text(encoding="utf-8")).substitute(year=year), encoding="utf-8")
