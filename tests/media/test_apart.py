"""A picture is decoded where it can do no harm: a child with limits, without an environment, and not believed."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from postiz_ops.errors import Rejected, Unavailable
from postiz_ops.media import apart
from postiz_ops.media.apart import shrink_apart
from postiz_ops.media.fit import fit
from postiz_ops.media.fitting import MediaFitter
from tests.media.files import encoded, noise
from tests.media.test_fitting import MASTODON, media

LARGE = encoded(noise(300, 200), "PNG")


def shrunk(data: bytes = LARGE, max_bytes: int = 20_000) -> bytes:
    return shrink_apart(data, max_bytes=max_bytes, max_pixels=None, types=None).data


def refused(data: bytes = LARGE, max_bytes: int = 20_000) -> str:
    with pytest.raises(Rejected) as caught:
        shrunk(data, max_bytes)
    return f"{caught.value.message} - {caught.value.help}"


def stands_in(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program in the child's place, which has read its order and limited itself."""
    head = (
        "import json, os, sys, time; sys.path.insert(0, sys.argv[1]); from postiz_ops.media.child import confine;"
        "order = json.loads(sys.stdin.buffer.readline());"
        "confine(memory=order['memory'], cpu=order['cpu'], output=order['output']);"
    )
    monkeypatch.setattr(apart, "_CHILD", head + code)


def png(width: int, height: int, packed: bytes) -> bytes:
    """A black and white picture of this size, whatever its data are."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_it_gives_what_it_would_give_here() -> None:
    here = fit(LARGE, "image/png", max_bytes=20_000, max_pixels=None)
    assert shrink_apart(LARGE, max_bytes=20_000, max_pixels=None, types=None) == here


def test_a_refusal_comes_back_in_its_own_words() -> None:
    assert refused(max_bytes=100).endswith("cannot be made to fit 100 bytes - choose another picture")
    assert refused(LARGE[:60] + bytes(20) + LARGE[80:]) == (
        "the picture is damaged and cannot be decoded - export it again"
    )


STOPPED = "the picture cannot be decoded within 2 GB of memory and 90 seconds - export it again, smaller"


def test_a_bomb_takes_the_childs_memory_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY", 256 << 20)
    assert shrunk(LARGE)
    bomb = png(9000, 9000, zlib.compress(bytes(9001 * 9000)))
    assert "cannot be decoded within" in refused(bomb)


@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(4 << 30)",  # memory
        "sys.stdout.buffer.write(bytes(1 << 20)); sys.stdout.buffer.flush()",  # output
        "os.kill(os.getpid(), 11)",  # a crash of the decoder
        "sys.exit(0)",  # no answer
        "print('{')",
        "print('[]')",
        "print('{}')",
        "print('{\"rejected\": null}'); print('no picture')",
    ],
)
def test_a_child_that_is_stopped_or_talks_nonsense_refuses_that_picture(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_in(code, monkeypatch)
    assert refused() == STOPPED


def test_a_child_that_is_busy_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    stands_in("\nwhile True: pass", monkeypatch)
    assert refused().startswith("the picture cannot be decoded within 2 GB of memory and 1 seconds")


def test_a_child_that_does_nothing_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WALL_SECONDS", 0.3)
    stands_in("time.sleep(60)", monkeypatch)
    assert refused() == STOPPED


def test_the_child_has_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOT_TOKEN", "test-token")
    stands_in("print(json.dumps({'rejected': ' '.join(sorted(os.environ)) or 'none', 'help': None}))", monkeypatch)
    assert "TOOT_TOKEN" not in refused()


def test_the_child_loads_nothing_from_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "PIL", "postiz_ops", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert shrunk()


def test_a_machine_that_starts_no_process_may_do_so_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Unavailable):
        shrunk()


def test_nothing_is_left_behind() -> None:
    before = set(Path("/dev/fd").iterdir())
    shrunk()
    assert set(Path("/dev/fd").iterdir()) == before


def test_a_picture_that_fits_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*words: object, **more: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "run", no)
    assert MediaFitter().fit(media("content/pic.png", LARGE), LARGE, MASTODON).data == LARGE


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_machine_that_shuts_down_says_nothing_about_a_picture(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    end = f"import signal; signal.signal(signal.{name}, signal.SIG_DFL); os.kill(os.getpid(), signal.{name})"
    stands_in(end, monkeypatch)
    with pytest.raises(Unavailable, match="was asked to end"):
        shrunk()


def test_a_signal_to_everybody_at_the_terminal_does_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in("sys.exit(0 if os.getsid(0) == os.getpid() else 3)", monkeypatch)
    sink = apart._sink()
    with sink:
        apart._run(b'{"memory": 2147483648, "cpu": 90, "output": 1000}\n', sink)
