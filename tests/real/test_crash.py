"""The publisher is killed between the platform's yes and its own record of it: nothing is sent twice, nothing is lost.

The proxy lets the server carry out the mutation and kills the process with SIGKILL before a byte of the answer is back.
"""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.real.http import Server
from tests.real.proxy import Proxy
from tests.real.readback import bluesky_message, mastodon_message, planned, posts, statuses
from tests.real.servers import Pds
from tests.real.workspace import Done, Workspace, finish

pytestmark = pytest.mark.real

APPLY_WRITES = "/xrpc/com.atproto.repo.applyWrites"
STATUSES = "/api/v1/statuses$"

POST = "---\nplatforms: [{account}]\npublish_at: now\n---\n{text}\n"
THREAD = POST.format(account="{account}", text="{text} one.\n\n---\n\n{text} two.\n\n---\n\n{text} three.")


def test_bluesky_thread_is_found_by_its_keys(workspace: Workspace, pds: Pds, pds_proxy: Proxy) -> None:
    workspace.write({"content/crash.md": THREAD.format(account="acme-bluesky", text="Bluesky crash")})
    workspace.approve()
    plan = workspace.plan()["crash", "acme-bluesky"]

    killed_at(workspace, pds_proxy, APPLY_WRITES)

    assert [len(posts(pds, f"Bluesky crash {n}.")) for n in ("one", "two", "three")] == [1, 1, 1]
    delivery = found_after_the_lease(workspace, "crash", "acme-bluesky", by=workspace.elsewhere())
    ids = delivery["remote_ids"]
    assert [bluesky_message(pds, uri) for uri in ids] == planned(plan, ids)
    assert [len(posts(pds, f"Bluesky crash {n}.")) for n in ("one", "two", "three")] == [1, 1, 1]
    assert len(pds_proxy.sent("POST", APPLY_WRITES)) == 1


def test_mastodon_status_is_found_among_the_account_s(
    workspace: Workspace, mastodon_mock: Server, mastodon_proxy: Proxy
) -> None:
    workspace.write({"content/crash.md": POST.format(account="acme-mastodon", text="Mastodon crash")})
    workspace.approve()
    plan = workspace.plan()["crash", "acme-mastodon"]

    killed_at(workspace, mastodon_proxy, STATUSES)

    assert len(statuses(mastodon_mock, "Mastodon crash")) == 1
    delivery = found_after_the_lease(workspace, "crash", "acme-mastodon")
    ids = delivery["remote_ids"]
    assert [mastodon_message(mastodon_mock, i) for i in ids] == planned(plan, ids)
    assert len(statuses(mastodon_mock, "Mastodon crash")) == 1
    assert len(mastodon_proxy.sent("POST", STATUSES)) == 1


def test_mastodon_thread_goes_on_where_it_broke(
    workspace: Workspace, mastodon_mock: Server, mastodon_proxy: Proxy
) -> None:
    workspace.write({"content/crash.md": THREAD.format(account="acme-mastodon", text="Mastodon broke")})
    workspace.approve()
    plan = workspace.plan()["crash", "acme-mastodon"]

    killed_at(workspace, mastodon_proxy, STATUSES, nth=2)

    assert [len(statuses(mastodon_mock, f"Mastodon broke {n}.")) for n in ("one", "two", "three")] == [1, 1, 0]
    delivery = found_after_the_lease(workspace, "crash", "acme-mastodon")
    ids = delivery["remote_ids"]
    assert [mastodon_message(mastodon_mock, i) for i in ids] == planned(plan, ids)
    assert [len(statuses(mastodon_mock, f"Mastodon broke {n}.")) for n in ("one", "two", "three")] == [1, 1, 1]
    assert len(mastodon_proxy.sent("POST", STATUSES)) == 3


def test_a_lost_answer_without_a_crash_is_looked_up_at_once(workspace: Workspace, pds: Pds, pds_proxy: Proxy) -> None:
    workspace.write({"content/lost.md": POST.format(account="acme-bluesky", text="Lost answer")})
    workspace.approve()
    pds_proxy.lose("POST", APPLY_WRITES, lambda: None)

    done = workspace.publish()

    assert done.code == 0, done
    assert [delivery["state"] for delivery in done.json()["deliveries"]] == ["published"]
    assert (len(posts(pds, "Lost answer")), len(pds_proxy.sent("POST", APPLY_WRITES))) == (1, 1)


def killed_at(workspace: Workspace, proxy: Proxy, path: str, *, nth: int = 1) -> None:
    """Publish, and kill the publisher when the server has carried out the nth mutation."""
    running: list[subprocess.Popen[str]] = []

    def kill() -> None:
        running[0].kill()

    proxy.lose("POST", path, kill, nth=nth)
    running.append(workspace.start("publish", "--format", "json"))
    done = finish(running[0])
    assert done.code == -signal.SIGKILL, done


def found_after_the_lease(workspace: Workspace, post: str, account: str, *, by: Workspace | None = None) -> Any:
    """The delivery as the first run after the lease records it; a run before that neither sends nor guesses.

    ``by`` is who runs it: another machine, say, that has nothing but the remote.
    """
    assert workspace.states()[post, account]["state"] == "sending"
    early = workspace.publish()
    assert (early.code, early.json()["deliveries"]) == (0, []), early
    assert workspace.states()[post, account]["state"] == "sending", early

    late = at(by or workspace, timedelta(hours=1))

    assert late.code == 0, late
    delivery = (by or workspace).states()[post, account]
    assert delivery["state"] == "published", late
    return delivery


def at(workspace: Workspace, later: timedelta) -> Done:
    """Publish as if it were later: leases have run out by then."""
    return workspace.publish("--now", (datetime.now(UTC) + later).isoformat(timespec="seconds"))
