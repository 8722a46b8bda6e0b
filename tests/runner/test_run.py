"""`run` for real: processes, signals, a webhook, three runners and the command at once."""

from __future__ import annotations

import json
import signal
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Site
from tests.runner.processes import SECRET, Process, runner


def texts(sandbox: Sandbox) -> Counter[str]:
    """What people can see, for every account."""
    return Counter(f"{post['provider']}: {post['text']}" for post in sandbox.posts())


def newest(site: Site) -> str:
    """What the state branch's last commit says of itself."""
    return site.git("log", "-1", "--format=%s", "postiz-state", where=site.remote)


def soon(seconds: float) -> str:
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def test_it_follows_the_remote_and_ends_well(site: Site, sandbox: Sandbox) -> None:
    with runner(site) as process:
        process.until("approved")
        assert process.get("/healthz")[0] == 200
        site.post("first").approve()
        assert process.hook() == (202, "thank you\n")
        published = process.until("published")
        assert published["message"].startswith("first for toot: https://mastodon.example/")
        assert process.end() == 0
    assert texts(sandbox) == {"mastodon: Hello": 1}
    assert [line["message"] for line in process.lines[-2:]] == [
        "SIGTERM: nothing more is claimed",
        "nothing is in flight",
    ]
    assert not process.events("not json")


def test_it_publishes_at_the_second_that_was_approved(site: Site, sandbox: Sandbox) -> None:
    at = soon(8)
    site.post("timed", at=at).approve()
    with runner(site) as process:
        published = process.until("published")
        assert process.end(signal.SIGINT) == 0
    assert published["due"] == at
    (post,) = sandbox.posts()
    # Never before; how long after is the machine's speed: the claim is pushed first.
    assert datetime.fromisoformat(post["created_at"]) >= datetime.fromisoformat(at)
    assert published["late_seconds"] < 30


def test_a_webhook_must_be_signed(site: Site) -> None:
    with runner(site) as process:
        process.until("approved")
        assert process.hook(secret="another")[0] == 401
        assert process.hook(event="ping")[0] == 202
        assert process.get("/hook")[0] == 404
        assert process.end() == 0
    assert SECRET not in json.dumps(process.lines)


def test_what_it_answers_is_what_stands(site: Site, sandbox: Sandbox) -> None:
    site.post("first").post("later", "Later", at="2099-01-01 09:00").approve()
    with runner(site) as process:
        process.until("published")
        status, body = process.get("/healthz")
        health = json.loads(body)
        assert (status, health["status"], health["reason"]) == (200, "ok", None)
        text = process.get("/metrics")[1]
        assert 'postiz_ops_deliveries{state="scheduled"} 1\n' in text
        assert "postiz_ops_published_total 1\n" in text
        assert process.get("/nothing")[0] == 404
        assert process.end() == 0


def test_a_broken_accounts_file_stops_everything_and_is_told_once(site: Site, sandbox: Sandbox) -> None:
    whole = (site.repo / "accounts.yaml").read_text(encoding="utf-8")
    with runner(site) as process:
        process.until("approved")
        site.post("first").write("accounts.yaml", whole.replace("accounts:", "acounts:", 1))
        site.approve()
        process.hook()
        refused = process.until("refused")
        assert "`acounts`" in refused["message"]
        status, body = process.get("/healthz")
        assert status == 503
        assert "`acounts`" in json.loads(body)["reason"]
        process.hook()
        site.write("accounts.yaml", whole)
        site.approve()
        process.hook()
        process.until("published")
        assert process.get("/healthz")[0] == 200
        assert process.end() == 0
    assert len(process.events("refused")) == 1


def test_it_needs_no_files_of_its_own(site: Site, sandbox: Sandbox, tmp_path: Path) -> None:
    """A clone in which nothing is checked out, and whose own branch stays behind."""
    bare = Site(tmp_path / "bare", site.endpoint)
    bare.folder.mkdir()
    site.git("clone", "--quiet", "--no-checkout", str(site.remote), str(bare.repo), where=bare.folder)
    with runner(bare) as process:
        process.until("approved")
        site.write("accounts.yaml", (site.repo / "accounts.yaml").read_text().replace("toot", "horn"))
        site.post("first", to="horn").approve()
        process.hook()
        assert process.until("published")["account"] == "horn"
        assert process.end() == 0


def test_a_rewritten_branch_is_what_is_approved(site: Site, sandbox: Sandbox) -> None:
    site.post("unwanted", at="2099-01-01 09:00").approve()
    with runner(site) as process:
        process.until("approved")
        site.git("reset", "--quiet", "--hard", "HEAD~1")
        site.post("wanted", "Instead")
        site.git("add", "--all")
        site.git("commit", "--quiet", "--message", "Instead")
        site.git("push", "--quiet", "--force", "origin", "main")
        process.hook()
        assert process.until("published")["post"] == "wanted"
        assert process.end() == 0
    assert texts(sandbox) == {"mastodon: Instead": 1}


def test_a_remote_that_goes_and_comes_back_is_told_twice(site: Site, sandbox: Sandbox) -> None:
    with runner(site, "--interval", "5s") as process:
        process.until("approved")
        away = site.remote.rename(site.folder / "away.git")
        told = process.until("waiting")
        assert told["message"].startswith("the remote `origin` cannot be reached")
        away.rename(site.remote)
        site.post("first").approve()
        process.until("passed")
        process.until("published")
        assert process.end() == 0
    assert len(process.events("waiting")) == 1


def test_figures_are_read_beside_the_rest(site: Site, sandbox: Sandbox) -> None:
    """Nothing is old enough to be read of a post; of its account the figures of the day are."""
    site.post("first").approve()
    assert site.publish().code == 0
    with runner(site, "--interval", "5s", figures=True) as process:
        assert process.until("figures")["message"].endswith("readings were taken")
        assert process.end() == 0
    assert "analytics/toot/" in site.git("ls-tree", "-r", "--name-only", "postiz-state", where=site.remote)


def test_a_signal_lets_what_is_being_sent_end(site: Site, sandbox: Sandbox) -> None:
    sandbox.faults(
        [{"match": {"host": "mastodon.example", "method": "POST", "path": "^/api/v1/statuses$"}, "effect": "delay:3"}]
    )
    site.post("slow").approve()
    with runner(site) as process:
        process.until("approved")
        while not newest(site).startswith("Claim"):
            pass
        assert process.end() == 0
        process.until("published")
    assert texts(sandbox) == {"mastodon: Hello": 1}
    assert site.states() == {"slow/toot": "published"}


def test_three_runners_and_the_command_send_each_post_once(site: Site, sandbox: Sandbox, tmp_path: Path) -> None:
    at = soon(14)
    for number in range(6):
        site.post(f"timed-{number}", f"Timed {number}", to="everywhere", at=at)
        site.post(f"now-{number}", f"Now {number}", to="toot, room", at="now")
    site.approve()
    clones = [site.clone(tmp_path / f"clone-{number}") for number in range(3)]
    with ExitStack() as stack:
        processes: list[Process] = [stack.enter_context(runner(clone, "--interval", "5s")) for clone in clones]
        codes = [site.publish().code]
        while datetime.now(UTC) < datetime.fromisoformat(at) or set(site.states().values()) != {"published"}:
            codes.append(site.publish().code)
        assert [process.end() for process in processes] == [0, 0, 0]
    assert set(codes) <= {0, 75}
    wanted = Counter(f"{name}: Now {n}" for n in range(6) for name in ("mastodon", "slack"))
    wanted += Counter(f"{name}: Timed {n}" for n in range(6) for name in ("mastodon", "bluesky", "discord", "slack"))
    assert texts(sandbox) == wanted
    assert not any(process.events("in_doubt") or process.events("not json") for process in processes)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--interval", "1s"), "`1s` is too short a time between two looks"),
        (("--listen", "9200"), "`9200` is not an address to listen on"),
        (("--listen", "127.0.0.1:99999"), "`127.0.0.1:99999` is not an address to listen on"),
    ],
)
def test_what_cannot_be_meant_is_said(site: Site, words: tuple[str, ...], message: str) -> None:
    ran = site.run("run", *words)
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")
