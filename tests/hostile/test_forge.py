"""What a repository, a pull request or a clock can do to a run: cases 13 to 18 and 23 to 27."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Site
from tests.hostile.attempt import FRONT, attempt
from tests.listener import Listener

ROOT = Path(__file__).parents[2]
WORKFLOWS = [
    *(ROOT / ".github/workflows").glob("*.yml"),
    ROOT / "action.yml",
    *(ROOT / "postiz_ops/templates").rglob("*.yml"),
]
COMMANDS = (
    "::add-mask::x",
    "::set-output name=a::b",
    "::stop-commands::x",
    "::error file=x::y",
    "##[error]x",
    "%0A::error::x",
)
ESCAPES = "\x1b[31m", "\x1b]8;;https://evil.example\x07", "\x1b]52;c;eA==\x07", "\x07", "\u202e", "\u2066", "\x9b31m"
EVERYTHING = (
    ["check"],
    ["check", "--format", "github"],
    ["check", "--format", "json"],
    ["check", "--format", "markdown"],
    ["check", "--format", "sarif"],
    ["plan"],
    ["plan", "--format", "json"],
    ["plan", "--format", "markdown"],
    ["publish", "--dry-run"],
    ["publish"],
    ["publish", "--format", "json"],
    ["publish", "--format", "markdown"],
    ["status"],
    ["status", "--format", "json"],
    ["status", "--format", "markdown"],
    ["accounts", "list"],
    ["accounts", "check"],
)
OURS = re.compile(r"^::(?:error|warning|notice) file=content/[^:]*(?:line|title)")


def harmless(said: str, words: list[str]) -> None:
    """Nothing in it moves a cursor, and no line of it is a command but the annotations that were asked for."""
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r"} & set(said), words
    for line in said.splitlines():
        assert not line.lstrip().startswith("::") or OURS.match(line), (words, line)
        assert "##[" not in line, (words, line)


@pytest.mark.parametrize("evil", [*COMMANDS, *ESCAPES])
def test_cases_13_14_nothing_in_a_post_or_its_name_is_obeyed(site: Site, evil: str) -> None:
    name = evil.replace("/", "_")
    site.write(f"content/a\n{name}.md", f"{FRONT}hi\n{evil if evil.isprintable() else ''}\n\n{evil}\n")
    site.write(f"content/{name} b.md", f"---\nplatforms: ['{name}']\ntitle: '{evil}'\npublish_at: now\n---\n{evil}\n")
    site.post("fine", f"one\n\n{evil if evil.isprintable() else ''}\n\n`{COMMANDS[0]}`", to="everywhere").approve()
    for words in EVERYTHING:
        ran = site.run(*words)
        harmless(ran.out, words)
        harmless(ran.err, words)
        assert "stumbled" not in ran.err


@pytest.mark.parametrize("evil", [*COMMANDS, *ESCAPES])
def test_cases_13_14_nothing_that_a_platform_says_is_obeyed(site: Site, evil: str) -> None:
    text = f"no\n{evil}\r\n{evil}"
    body = json.dumps({"error": text, "message": text, "code": text, "ok": False, "username": text}).encode()

    def refuse(connection: socket.socket) -> None:
        connection.recv(1 << 20)
        head = "HTTP/1.1 422 x\r\nContent-Type: application/json\r\nConnection: close\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    platform = Listener(refuse)
    site.endpoint = platform.url
    site.post("fine", to="everywhere").approve()
    for words in EVERYTHING[8:]:
        ran = site.run(*words)
        harmless(ran.out, words)
        harmless(ran.err, words)
    platform.close()


HTML = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "<style>*{background:url(https://evil.example)}</style>",
    "</textarea></title><script>",
)


def test_case_15_what_was_published_is_text_on_the_feed_page(site: Site, sandbox: Sandbox) -> None:
    import urllib.request

    for number, text in enumerate(HTML):
        site.post(f"p{number}", f"`{text}`")
    site.approve().publish()
    assert len(sandbox.posts()) == len(HTML)
    with urllib.request.urlopen(f"{sandbox.url}/") as answer:
        policy, told = answer.headers["Content-Security-Policy"], answer.read().decode()
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "&lt;script&gt;alert(1)" in told
    assert not re.search(r"<script|<img src=x|<meta http-equiv=.?refresh|<a [^>]*javascript:|<textarea", told)


def test_case_16_a_plan_in_a_comment_calls_nobody_and_loads_nothing(site: Site) -> None:
    site.post("evil", "@everyone ```\n<img src=https://evil.example/x.png>\n![a](https://evil.example/y.png)")
    site.write("content/@octocat ![x](y).md", "---\nplatforms: ['@nobody']\n---\n@octocat\n")
    out = site.run("plan", "--format", "markdown").out + site.run("check", "--format", "markdown").out
    outside = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", out)
    outside = re.sub(r"(`+).*?\1|<code>.*?</code>", "", outside)
    assert not re.search(r"(?<!\\)@\w", outside)
    assert not re.search(r"(?<!\\)!\[|<img", outside)


def test_case_16_a_comment_has_an_end(site: Site) -> None:
    for number in range(200):
        site.post(f"p{number}", "x" * 450, to="everywhere")
    assert len(site.run("plan", "--format", "markdown").out) <= 65_536


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_case_17_nothing_from_outside_stands_in_a_script(file: Path) -> None:
    import yaml

    told = yaml.safe_load(re.sub(r"(?<!\$)\$\{\w+\}", "x", file.read_text()))
    jobs = [*told.get("jobs", {}).values(), told.get("runs", {})]
    scripts = [step["run"] for job in jobs for step in job.get("steps", []) if "run" in step]
    assert not any("${{" in script for script in scripts), file


def test_case_17_a_name_that_is_a_command(site: Site, sandbox: Sandbox) -> None:
    for name in ("$(touch pwned).md", "`touch pwned`.md", '";touch pwned;".md', "--output=pwned.md"):
        site.write(f"content/{name}", f"{FRONT}hi\n")
    attempt(site, sandbox).quiet()
    assert not list(site.folder.rglob("pwned"))


def test_case_18_a_repository_that_brings_code(site: Site, sandbox: Sandbox) -> None:
    """Hooks, filters, a monitor and modules of its own: none of them runs."""
    trap = site.folder / "trap"
    script = site.write("trap.sh", f"#!/bin/sh\ntouch {trap}\ncat\n")
    script.chmod(0o755)
    code = f"open({str(trap)!r}, 'w')\n"
    for name in ("yaml.py", "click.py", "json.py", "conftest.py", "sitecustomize.py", "postiz_ops/__init__.py"):
        site.write(name, code)
    site.write(".gitattributes", "*.md filter=trap diff=trap\n")
    site.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch pwned\n')
    hooks = site.repo / ".git" / "hooks"
    site.post("good", "good").approve()
    for hook in ("post-checkout", "pre-push", "reference-transaction", "post-index-change"):
        shutil.copy(script, hooks / hook)
    site.git("config", "core.fsmonitor", str(script))
    site.git("config", "diff.trap.textconv", str(script))
    env = {**os.environ, **site.environment, "POSTIZ_OPS_ENDPOINT": str(site.endpoint)}
    for words in (["check"], ["plan"], ["publish"], ["status"]):
        done = subprocess.run(
            [sys.executable, "-I", "-m", "postiz_ops", *words], cwd=site.repo, env=env, check=False, capture_output=True
        )
        assert (done.returncode, done.stderr) == (0, b""), words
    assert not trap.exists()
    assert [post["text"] for post in sandbox.posts()] == ["good"]


def test_cases_23_24_publish_and_release_take_nothing_from_a_check_and_no_cache() -> None:
    for file in WORKFLOWS:
        text = file.read_text()
        assert "actions/cache" not in text, file
        assert not re.search(r"(?m)^\s+cache:", text), file
        if "publish" in file.name or "comment" in file.name:
            assert "download-artifact" not in text, file


def test_case_25_a_copy_with_the_same_secrets_publishes_nothing(site: Site, sandbox: Sandbox) -> None:
    site.post("launch").approve().publish()
    copy = site.folder / "copy.git"
    site.git("clone", "--quiet", "--mirror", str(site.remote), str(copy), where=site.folder)
    site.git("remote", "set-url", "origin", str(copy))
    site.post("second", "second").approve()
    ran = site.publish()
    assert (ran.code, len(sandbox.posts())) == (78, 1)
    assert "state adopt" in ran.err


def test_case_25_an_old_commit_publishes_what_is_approved_now(site: Site, sandbox: Sandbox) -> None:
    site.post("launch", "old").approve()
    old = site.git("rev-parse", "HEAD")
    site.post("launch", "new").approve()
    site.git("checkout", "--quiet", old)
    site.publish()
    assert [post["text"] for post in sandbox.posts()] == ["new"]


def test_case_26_a_thousand_posts_at_once_are_none(site: Site, sandbox: Sandbox) -> None:
    for number in range(1000):
        site.post(f"p{number}", f"number {number}")
    site.approve()
    ran = site.publish()
    assert (ran.code, sandbox.posts()) == (78, [])
    assert "--allow-many" in ran.err


@pytest.mark.parametrize("at", ["1970-01-01 00:00", "1970-01-01T00:00:00Z", "2001-09-09T01:46:40Z"])
def test_case_27_a_time_long_past_is_expired_and_not_sent(site: Site, sandbox: Sandbox, at: str) -> None:
    site.post("bad", at=at).post("good", "good").approve()
    site.publish()
    assert [post["text"] for post in sandbox.posts()] == ["good"]


@pytest.mark.parametrize(
    "at",
    [
        "2027-03-28 02:30",  # an hour that Berlin's clocks skip
        "2026-12-31T23:59:60Z",
        "2026-12-01",
        "2026-13-01 09:00",
        "2026-12-01 25:00",
        "99999-01-01 00:00",
        "0000-00-00 00:00",
        "'-1'",
        "1e10",
        "2026-12-01T09:00:00+99:00",
    ],
)
def test_case_27_what_is_no_time(site: Site, sandbox: Sandbox, at: str) -> None:
    site.post("bad", at=at)
    attempt(site, sandbox).refused()


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_case_27_the_ends_of_the_calendar(site: Site, sandbox: Sandbox, at: str) -> None:
    site.post("bad", at=at)
    ran = attempt(site, sandbox)
    ran.quiet()
    assert ran.posts == ["good"]
