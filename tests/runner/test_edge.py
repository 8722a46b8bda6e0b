"""The runner's edge in small: the bell, the thread, the listener, and what is done to a clone that lives long."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postiz_ops.commands.publish import carry_out, compiler
from postiz_ops.commands.run import office as offices
from postiz_ops.commands.run.aside import Aside
from postiz_ops.commands.run.bell import Bell
from postiz_ops.commands.run.office import RealOffice
from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import Temporary
from postiz_ops.ledger.record import State
from postiz_ops.net import listener as listeners
from postiz_ops.net.clock import SystemClock
from postiz_ops.net.listener import Listener, Reply
from postiz_ops.publish.order import Approved, Limits, Order
from postiz_ops.runner.journal import Journal
from postiz_ops.runner.seam import Ring
from postiz_ops.sandbox import Sandbox
from postiz_ops.vault.redaction import Redaction
from tests.commands.site import Site
from tests.media.files import encoded, noise

LONG = 30.0
"""Seconds that nothing here takes."""


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


# --- the bell -------------------------------------------------------------------------------------------------------


def test_the_bell_rings_at_its_instants_and_at_no_other() -> None:
    async def listen() -> list[frozenset[Ring]]:
        bell = Bell()
        bell.set(Ring.LOOK, soon(3600))
        bell.set(Ring.FIGURES, soon(0.05))
        bell.set(Ring.PUBLISH, soon(0.05))
        bell.set(Ring.PUBLISH, None)
        bell.set(Ring.STOP, None)
        heard = [await bell.rung(LONG)]
        bell.set(Ring.LOOK, soon(-60))  # passed while the machine slept
        heard.append(await bell.rung(LONG))
        bell.ring(Ring.HOOK)
        bell.ring(Ring.STOP)
        heard.extend([await bell.rung(LONG), await bell.rung(0.01)])
        bell.close()
        return heard

    assert asyncio.run(listen()) == [{Ring.FIGURES}, {Ring.LOOK}, {Ring.HOOK, Ring.STOP}, frozenset()]


# --- the thread -----------------------------------------------------------------------------------------------------


def test_what_blocks_runs_elsewhere_and_in_order() -> None:
    async def work() -> list[object]:
        aside = Aside("test")
        done: list[object] = []
        aside.begin(lambda: done.append("first"))
        name = await aside.do(lambda: threading.current_thread().name)
        with pytest.raises(Temporary):
            await aside.do(_fail)
        return [*done, name, await aside.do(lambda: "still there")]

    assert asyncio.run(work()) == ["first", "test", "still there"]


def _fail() -> None:
    raise Temporary("no")


# --- the listener ---------------------------------------------------------------------------------------------------


class Echo:
    """Says how long a body was."""

    def get(self, path: str) -> Reply | None:
        return Reply.json(200, {"path": path}) if path == "/here" else None

    def hook(self, signature: str, event: str, body: Iterable[bytes]) -> Reply:
        return Reply(202, f"{signature} {event} {sum(map(len, body))}".encode())


@pytest.fixture
def listener() -> Iterator[Listener]:
    served = Listener("127.0.0.1", 0, Echo(), max_body=1000)
    served.begin()
    yield served
    served.close()


def asked(listener: Listener, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=LONG)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(body)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_pages_and_hooks_are_answered(listener: Listener) -> None:
    assert asked(listener, "GET", "/here?x=1") == (200, b'{"path": "/here"}\n')
    assert asked(listener, "GET", "/there")[0] == 404
    assert asked(listener, "POST", "/here", b"", Content_Length="0")[0] == 404
    assert asked(listener, "PUT", "/hook", b"", Content_Length="0")[0] == 501
    headers = {"Content_Length": "5", "X_Hub_Signature_256": "s", "X_GitHub_Event": "push"}
    assert asked(listener, "POST", "/hook", b"12345", **headers) == (202, b"s push 5")


def test_a_body_is_bounded_before_it_is_read(listener: Listener) -> None:
    assert asked(listener, "POST", "/hook", Content_Length="1001")[0] == 413
    assert asked(listener, "POST", "/hook", Content_Length="-1")[0] == 411
    assert asked(listener, "POST", "/hook", Transfer_Encoding="chunked")[0] == 411


def test_a_body_that_drips_or_ends_early_is_given_up(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "BODY_SECONDS", -1.0)
    assert asked(listener, "POST", "/hook", b"1", Content_Length="9")[0] == 408
    with socket.create_connection(("127.0.0.1", listener.port), timeout=LONG) as raw:
        raw.sendall(b"POST /hook HTTP/1.1\r\nContent-Length: 9\r\n\r\n1")
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(100).startswith(b"HTTP/1.0 408")


def test_more_than_a_few_are_hung_up_on(listener: Listener) -> None:
    held = [socket.create_connection(("127.0.0.1", listener.port), timeout=LONG) for _ in range(listeners.CONNECTIONS)]
    for each in held:
        each.sendall(b"GET /here HTTP/1.1\r\n")  # and then nothing
    try:
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            _ask_for_ever(listener)
    finally:
        for each in held:
            each.close()


def _ask_for_ever(listener: Listener) -> None:
    while True:  # until the last of the others has been taken up
        asked(listener, "GET", "/here")


# --- the office -----------------------------------------------------------------------------------------------------


def opened(site: Site) -> RealOffice:
    workspace = Workspace.open(str(site.repo))
    journal = Journal(SystemClock(), lambda line: None)
    return RealOffice(workspace, journal, Redaction(), stopped=lambda: False, figures=False)


def test_a_long_lived_clone_is_tidied_and_loses_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened(site)
    for number in range(3):
        site.git("commit", "--quiet", "--allow-empty", "--message", f"{number}")
        site.git("repack", "--quiet")
    orphan = site.git("commit-tree", "HEAD^{tree}", "-m", "about to be pushed")
    site.git("update-ref", "refs/heads/orphan", orphan)
    site.git("repack", "--quiet")
    site.git("update-ref", "-d", "refs/heads/orphan")
    packs = site.repo / ".git" / "objects" / "pack"
    before = len(list(packs.glob("*.pack")))
    monkeypatch.setattr(offices, "PACKS", before)
    office._tidy()
    assert len(list(packs.glob("*.pack"))) == before
    monkeypatch.setattr(offices, "PACKS", before - 1)
    office._tidy()
    assert len(list(packs.glob("*.pack"))) == 1
    assert site.git("cat-file", "-t", orphan) == "commit"


def test_what_nobody_foresaw_is_no_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*args: object, **more: object) -> None:
        raise ZeroDivisionError("by nothing")

    office = opened(site)
    monkeypatch.setattr(offices, "outlook_of", stumble)
    with pytest.raises(Temporary, match="postiz-ops stumbled: ZeroDivisionError: by nothing"):
        asyncio.run(office.look())


def test_another_branch_is_followed_once_accounts_yaml_names_it(site: Site) -> None:
    office = opened(site)
    assert asyncio.run(office.look()).approved == site.git("rev-parse", "main")
    site.git("push", "--quiet", "origin", "main:live")
    text = (site.repo / "accounts.yaml").read_text(encoding="utf-8")
    site.write("accounts.yaml", text.replace("branch: main", "branch: live"))
    site.approve()
    assert asyncio.run(office.look()).approved == site.git("rev-parse", "main~1")


def test_what_is_approved_during_a_run_comes_with_its_account_and_its_media(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        site = Site(tmp_path, sandbox.url).begin()
        workspace = Workspace.open(str(site.repo), sandbox.url)
        compiled = compiler(workspace)

        def compile_while_somebody_merges(commit: str, limits: Limits) -> Approved:
            if not (site.repo / "content").exists():
                text = (site.repo / "accounts.yaml").read_text(encoding="utf-8")
                site.write("accounts.yaml", text.replace("groups:", HORN)).parent.joinpath("content").mkdir()
                site.write("media/dot.png", encoded(noise(40, 30), "PNG"))
                site.post("first", to="horn", more="media: [{src: /media/dot.png, alt: A dot}]\n").approve()
            return compiled(commit, limits)

        order = Order("run", "test", remote=workspace.remote_identity, endpoint=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TOOT_TOKEN", "test-toot")
            report = asyncio.run(carry_out(workspace, order, compile_commit=compile_while_somebody_merges))
    assert [(record.account, record.state) for record in report.records] == [("horn", State.PUBLISHED)]


HORN = """\
  horn: {provider: mastodon, url: https://horn.example, credentials: {access_token: "${TOOT_TOKEN}"}}
groups:"""
