"""The real process: killed, overlapped, stopped, frozen, out of disk. All deaths of all stories: ``make prove``."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.killing.githost import serving
from tests.killing.loop import deaths
from tests.killing.rig import Ended, Rig, Story, ended
from tests.killing.stories import STORIES
from tests.killing.verdict import judge

TEXT, IMAGE, THREAD, VIDEO = STORIES
PUBLISH = ("publish", "--format", "json")
proof = pytest.mark.proof


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Sandbox() as sandbox:
        made = Rig(tmp_path, sandbox)
        yield made
        made.close()


def start(rig: Rig, place: Path, *, own_group: bool = False) -> subprocess.Popen[str]:
    return rig.start(["-m", "postiz_ops", "--repo", str(place), *PUBLISH], own_group=own_group)


def settled(rig: Rig, story: Story) -> None:
    """Run on until nothing is left, on another machine, and look."""
    place = rig.fresh("afterwards")
    codes = [rig.later(hours, at=place).code for hours in (1, 2)]
    verdict = judge(rig, story)
    assert verdict.problems == ()
    assert verdict.doubts == 0 or 3 in codes


@pytest.mark.parametrize(
    "story",
    [TEXT, *(pytest.param(story, marks=proof) for story in (IMAGE, THREAD, VIDEO))],
    ids=lambda story: story.name,
)
def test_a_death_at_the_worst_moments_neither_repeats_nor_loses(rig: Rig, story: Story) -> None:
    rig.begin(story)
    rig.publish()
    effects = rig.effects()
    pushed = effects.index("git push")
    sent = effects.index("request written", pushed)
    killed = list(deaths(rig, story, [pushed + 1, sent + 1]))
    assert [(one.effect, one.verdict.problems) for one in killed if one.verdict.problems] == []
    assert len(killed) >= 3
    assert sum(one.verdict.published for one in killed) > 0


@pytest.mark.parametrize("many", [2, pytest.param(4, marks=proof), pytest.param(8, marks=proof)])
def test_runs_that_start_together_send_each_post_once(rig: Rig, many: int) -> None:
    rig.begin(TEXT)
    places = [rig.clone, *(rig.fresh(f"machine-{number}") for number in range(1, many // 2))] * 2
    together = [start(rig, place) for place in places]
    ends = [ended(process) for process in together]
    assert {end.code for end in ends} <= {0, 75}, ends
    assert (judge(rig, TEXT).problems, len(rig.sandbox.posts())) == ((), len(TEXT.accounts))


@proof
def test_pushes_that_are_carried_out_and_reported_as_failed(rig: Rig) -> None:
    """The server dies after it has moved the ref, every other time."""
    rig.begin(THREAD)
    hook = rig.remote / "hooks" / "post-receive"
    hook.write_text(
        f"#!/bin/sh\nn=$(cat {rig.folder}/pushes 2>/dev/null || echo 0); echo $((n+1)) > {rig.folder}/pushes\n"
        "[ $((n % 2)) = 0 ] && kill -9 $PPID; exit 0\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    assert rig.publish().code == 0
    hook.unlink()
    assert (judge(rig, THREAD).problems, len(rig.sandbox.posts())) == ((), 3)


@proof
def test_a_remote_that_refuses_every_push_gets_nothing_sent(rig: Rig) -> None:
    rig.begin(TEXT)
    hook = rig.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert (rig.publish().code, rig.sandbox.posts()) == (75, [])
    hook.unlink()
    assert rig.publish().code == 0
    assert judge(rig, TEXT).problems == ()


@proof
def test_a_remote_that_refuses_the_results_loses_none(rig: Rig) -> None:
    """They wait on disk, and the next run on this machine records them."""
    rig.begin(TEXT)
    hook = rig.remote / "hooks" / "pre-receive"
    hook.write_text(
        f"#!/bin/sh\nn=$(cat {rig.folder}/pushes 2>/dev/null || echo 0); echo $((n+1)) > {rig.folder}/pushes\n"
        "[ $n -lt 2 ]\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    told = rig.publish()
    assert (told.code, len(rig.sandbox.posts())) == (75, 3), told
    hook.unlink()
    assert rig.publish().code == 0
    assert (judge(rig, TEXT).problems, judge(rig, TEXT).published) == ((), 3)


def test_a_host_that_cuts_every_other_connection(rig: Rig) -> None:
    """git did it, or was never asked: the publisher hears the same."""
    with serving(rig.folder / "live") as host:
        rig.host = host.url
        rig.begin(THREAD)
        asked = count()
        host.trouble = lambda path: "cut" if "receive-pack" in path and next(asked) % 4 == 1 else "ok"
        assert rig.publish().code in (0, 75)
        host.trouble = lambda path: "refused" if "receive-pack" in path else "ok"
        rig.publish()
        host.trouble = lambda _: "ok"
        settled(rig, THREAD)
        assert len(rig.sandbox.posts()) == 3


@proof
def test_runs_that_start_together_over_http(rig: Rig) -> None:
    with serving(rig.folder / "live") as host:
        rig.host = host.url
        rig.begin(TEXT)
        asked = count()
        host.trouble = lambda path: "cut" if path.endswith("receive-pack") and next(asked) % 3 == 2 else "ok"
        together = [start(rig, place) for place in (rig.clone, rig.fresh("second"), rig.fresh("third"))]
        ends = [ended(process) for process in together]
        host.trouble = lambda _: "ok"
        assert {end.code for end in ends} <= {0, 75}, ends
        settled(rig, TEXT)
        assert len(rig.sandbox.posts()) == 3


@proof
@pytest.mark.parametrize("delay", [0.2, 0.5, 0.8, 1.1, 1.4, 1.8])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
def test_a_signal_at_any_instant(rig: Rig, number: signal.Signals, delay: float) -> None:
    rig.begin(THREAD)
    process = start(rig, rig.clone, own_group=True)
    time.sleep(delay)
    if process.poll() is None:
        os.killpg(process.pid, number)
    end = ended(process)
    assert "Traceback" not in end.err, end
    settled(rig, THREAD)


@proof
def test_a_machine_that_sleeps_through_its_send_window_does_not_send_afterwards(rig: Rig) -> None:
    """Stopped right after its claim was pushed, and awake when the monotonic deadline has passed."""
    rig.begin(TEXT)
    hook = rig.remote / "hooks" / "post-receive"
    flag = rig.folder / "claimed"
    hook.write_text(f"#!/bin/sh\ntouch {flag}\nsleep 0.4\n", encoding="utf-8")
    hook.chmod(0o755)
    window = "from postiz_ops.publish import engine, order; from datetime import timedelta; "
    window += "engine.SEND_WINDOW = timedelta(seconds=1); import sys; from postiz_ops.__main__ import main; "
    window += (
        f"sys.argv = ['postiz-ops', '--repo', {str(rig.clone)!r}, 'publish', '--format', 'json']; sys.exit(main())"
    )
    process = rig.start(["-c", window])
    while not _claims(rig) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    process.send_signal(signal.SIGCONT)
    end = ended(process)
    assert (end.code, rig.sandbox.posts()) == (75, []), end
    hook.unlink()
    settled(rig, TEXT)
    assert len(rig.sandbox.posts()) == 3


def _claims(rig: Rig) -> bool:
    """Whether a claim stands on the remote's branch."""
    words = ["git", "-C", str(rig.remote), "log", "-1", "--format=%s", "postiz-state"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.startswith("Claim")


def full(rig: Rig, limit: int) -> Ended:
    """``publish`` where no file can grow beyond so many blocks, as on a disk that is full."""
    words = " ".join(["-m", "postiz_ops", "--repo", str(rig.clone), *PUBLISH])
    code = f"import os; os.execv('/bin/sh', ['sh', '-c', 'ulimit -f {limit}; exec {os.sys.executable} {words}'])"  # type: ignore[attr-defined]
    return ended(rig.start(["-c", code]))


@proof
@pytest.mark.parametrize("limit", [0, 1])
def test_a_full_disk_loses_nothing(rig: Rig, limit: int) -> None:
    rig.begin(THREAD)
    full(rig, limit)
    settled(rig, THREAD)


@proof
def test_a_spool_that_cannot_be_written_loses_nothing(rig: Rig) -> None:
    rig.begin(TEXT)
    private = rig.clone / ".git" / "postiz"
    private.mkdir(exist_ok=True)
    (private / "spool").write_text("a file where a folder should be", encoding="utf-8")
    end = rig.publish_command(*PUBLISH)
    assert end.code != 0, end
    settled(rig, TEXT)


def test_a_closed_standard_output_loses_nothing(rig: Rig) -> None:
    rig.begin(TEXT)
    process = start(rig, rig.clone)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    process.wait(timeout=60)
    assert (judge(rig, TEXT).problems, judge(rig, TEXT).published) == ((), 3)
