"""The real process: killed, overlapped, stopped, frozen, out of disk. All deaths of all stories: ``make prove``."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.killing.githost import serving
from tests.killing.loop import deaths
from tests.killing.renewing import renewing
from tests.killing.rig import Ended, Rig, Story, ended
from tests.killing.stories import STORIES
from tests.killing.verdict import Verdict, judge

TEXT, IMAGE, THREAD, VIDEO, REFRESH = STORIES
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


def hook(rig: Rig, name: str, script: str) -> Path:
    """Give the server a hook."""
    file = rig.remote / "hooks" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def counted(rig: Rig) -> str:
    """What lets a hook know in ``$n`` how many pushes came before."""
    return f"n=$(cat {rig.folder}/pushes 2>/dev/null || echo 0); echo $((n+1)) > {rig.folder}/pushes"


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


@proof
def test_a_death_at_the_worst_moments_of_a_renewal_presents_nothing_twice(tmp_path: Path) -> None:
    """Before and after its claim, its request, its answer on disk, and its record."""
    with Sandbox() as sandbox, renewing(tmp_path, sandbox) as made:
        made.begin(REFRESH)
        made.again()
        made.publish()
        effects = made.effects()
        pushed = effects.index("git push")
        written, kept = (effects.index(name, pushed) for name in ("request written", "rename"))
        killed = list(deaths(made, REFRESH, [pushed + 1, written + 1, kept + 1, effects.index("git push", kept) + 1]))
        made.close()
    assert [(one.effect, one.verdict.problems) for one in killed if one.verdict.problems] == []
    assert len(killed) == 8
    assert {one.verdict.lost for one in killed} == {0, 1}


@pytest.mark.parametrize(("many", "rounds"), [(2, 1), *(pytest.param(many, 3, marks=proof) for many in (2, 4, 8))])
def test_runs_that_start_together_send_each_post_once(rig: Rig, many: int, rounds: int) -> None:
    """Half of them share a clone with another one."""
    rig.begin(TEXT)
    for _ in range(rounds):
        rig.again()
        places = [rig.clone, *(rig.fresh(f"machine-{number}") for number in range(1, many // 2))] * 2
        together = [start(rig, place) for place in places]
        ends = [ended(process) for process in together]
        assert {end.code for end in ends} <= {0, 75}, ends
        assert (judge(rig, TEXT).problems, len(rig.sandbox.posts())) == ((), len(TEXT.accounts))


@proof
def test_pushes_that_are_carried_out_and_reported_as_failed(rig: Rig) -> None:
    """The server dies after it has moved the ref, every other time."""
    rig.begin(THREAD)
    trap = hook(rig, "post-receive", f"{counted(rig)}\n[ $((n % 2)) = 0 ] && kill -9 $PPID; exit 0")
    assert rig.publish().code == 0
    trap.unlink()
    assert (judge(rig, THREAD).problems, len(rig.sandbox.posts())) == ((), 3)


@proof
def test_a_remote_that_refuses_every_push_gets_nothing_sent(rig: Rig) -> None:
    rig.begin(TEXT)
    trap = hook(rig, "pre-receive", "exit 1")
    assert (rig.publish().code, rig.sandbox.posts()) == (75, [])
    trap.unlink()
    assert rig.publish().code == 0
    assert judge(rig, TEXT).problems == ()


@proof
def test_a_remote_that_refuses_the_results_loses_none(rig: Rig) -> None:
    """They wait on disk, and the next run on this machine records them."""
    rig.begin(TEXT)
    trap = hook(rig, "pre-receive", f"{counted(rig)}\n[ $n -lt 2 ]")
    told = rig.publish()
    assert (told.code, len(rig.sandbox.posts())) == (75, 3), told
    trap.unlink()
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
@pytest.mark.parametrize("many", [2, 4, 8])
def test_runs_that_start_together_over_http(rig: Rig, many: int) -> None:
    """Every third push is carried out and its answer cut, every tenth is never seen by git."""
    with serving(rig.folder / "live") as host:
        rig.host = host.url
        rig.begin(TEXT)
        asked = count()

        def trouble(path: str) -> str:
            number = next(asked) if path.endswith("receive-pack") else 0
            return "cut" if number % 3 == 2 else "refused" if number % 10 == 9 else "ok"

        host.trouble = trouble
        places = [rig.clone, *(rig.fresh(f"machine-{number}") for number in range(1, many))]
        ends = [ended(process) for process in [start(rig, place) for place in places]]
        host.trouble = lambda _: "ok"
        assert {end.code for end in ends} <= {0, 75}, ends
        settled(rig, TEXT)
        assert len(rig.sandbox.posts()) == 3


@proof
def test_a_remote_that_takes_its_time(rig: Rig) -> None:
    """Two runs at a server that thinks for seconds about each push."""
    rig.begin(TEXT)
    hook(rig, "pre-receive", "sleep 3")
    ends = [ended(process) for process in [start(rig, rig.clone), start(rig, rig.fresh("second"))]]
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
    process = asleep(rig)
    time.sleep(1.5)
    end = awake(process)
    assert (end.code, rig.sandbox.posts()) == (75, []), end
    settled(rig, TEXT)
    assert len(rig.sandbox.posts()) == 3


@proof
def test_a_machine_that_sleeps_longer_than_its_lease_sends_nothing_beside_others(rig: Rig) -> None:
    """Another machine has found the lease run out, and called a doubt what it could not find."""
    rig.begin(TEXT)
    process = asleep(rig)
    time.sleep(1.5)
    other = rig.fresh("other")
    assert rig.later(1, at=other).code == 3
    assert rig.sandbox.posts() == []
    end = awake(process)
    assert (end.code in (0, 3, 75), rig.sandbox.posts()) == (True, []), end
    assert (rig.later(2, at=other).code, judge(rig, TEXT)) == (0, Verdict((), doubts=3, published=0))


@proof
def test_a_machine_that_sleeps_with_its_results_lifts_the_doubts_of_others(rig: Rig) -> None:
    """It has sent, cannot record, and sleeps past its lease: what others could only doubt, it knows."""
    rig.begin(TEXT)
    flag = rig.folder / "refused"
    trap = hook(rig, "pre-receive", f"{counted(rig)}\n[ $n -lt 2 ] || {{ touch {flag}; exit 1; }}")
    process = start(rig, rig.clone)
    while not flag.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)
    trap.unlink()
    assert rig.later(1, at=rig.fresh("other")).code == 3
    assert judge(rig, TEXT) == Verdict((), doubts=1, published=2)
    end = awake(process)
    assert (end.code, judge(rig, TEXT)) == (0, Verdict((), doubts=0, published=3)), end


def asleep(rig: Rig) -> subprocess.Popen[str]:
    """A run with a send window of a second, which is stopped when its claims stand on the branch."""
    trap = hook(rig, "post-receive", "sleep 0.4")
    window = "from postiz_ops.publish import engine, order; from datetime import timedelta; "
    window += "engine.SEND_WINDOW = timedelta(seconds=1); import sys; from postiz_ops.__main__ import main; "
    window += (
        f"sys.argv = ['postiz-ops', '--repo', {str(rig.clone)!r}, 'publish', '--format', 'json']; sys.exit(main())"
    )
    process = rig.start(["-c", window])
    while not _claims(rig) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)
    trap.unlink()
    return process


def awake(process: subprocess.Popen[str]) -> Ended:
    process.send_signal(signal.SIGCONT)
    return ended(process)


def _claims(rig: Rig) -> bool:
    """Whether a claim stands on the remote's branch."""
    words = ["git", "-C", str(rig.remote), "log", "-1", "--format=%s", "postiz-state"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.startswith("Claim")


def within(rig: Rig, script: str, *, namespace: bool = False) -> Ended:
    """``publish`` where a shell has first taken something away from it; in a mount namespace if that needs one."""
    words = shlex.join([sys.executable, "-m", "postiz_ops", "--repo", str(rig.clone), *PUBLISH])
    shell = ["sh", "-c", f"{script} && exec {words}"]
    command = ["unshare", "--user", "--map-root-user", "--mount", *shell] if namespace else shell
    return ended(rig.start(["-c", f"import os; os.execvp({command[0]!r}, {command!r})"]))


@proof
@pytest.mark.parametrize("blocks", [0, 1])
def test_files_that_cannot_grow_lose_nothing(rig: Rig, blocks: int) -> None:
    rig.begin(THREAD)
    end = within(rig, f"ulimit -f {blocks}")
    assert (end.code != 0, "Traceback" in end.err) == (True, False), end
    settled(rig, THREAD)


@pytest.fixture
def mounts() -> None:
    """Skips where a user may not mount anything in a namespace of his own."""
    asked = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("there are no mount namespaces for this user")


@proof
@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize("room", range(0, 200, 20))
def test_a_full_disk_loses_nothing(rig: Rig, room: int) -> None:
    """The clone's own files lie on a disk that has so many kilobytes left."""
    rig.begin(TEXT)
    git = shlex.quote(str(rig.clone / ".git"))
    kept = shlex.quote(str(rig.folder / "kept"))
    size = sum(file.stat().st_size // 4096 + 1 for file in (rig.clone / ".git").rglob("*")) * 4 + room
    script = f"cp -a {git} {kept} && mount -t tmpfs -o size={size}k tmpfs {git} && cp -a {kept}/. {git}"
    end = within(rig, script, namespace=True)
    assert (end.code in (0, 1, 75), "Traceback" in end.err) == (True, False), end
    settled(rig, TEXT)


@proof
@pytest.mark.usefixtures("mounts")
def test_a_disk_that_is_read_only_sends_nothing(rig: Rig) -> None:
    rig.begin(TEXT)
    place = shlex.quote(str(rig.clone))
    end = within(rig, f"mount --bind {place} {place} && mount -o remount,bind,ro {place}", namespace=True)
    assert (end.code in (1, 75), "Traceback" in end.err, rig.sandbox.posts()) == (True, False, []), end
    settled(rig, TEXT)
    assert len(rig.sandbox.posts()) == 3


@proof
@pytest.mark.parametrize("megabytes", range(60, 300, 20))
def test_too_little_memory_loses_nothing(rig: Rig, megabytes: int) -> None:
    """From what cannot start to what nearly suffices."""
    rig.begin(IMAGE)
    within(rig, f"ulimit -v {megabytes * 1024}")
    settled(rig, IMAGE)


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
