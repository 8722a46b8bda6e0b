"""What the delivery protocol builds on, asked of the servers themselves: were one of these to change, so must we."""

from __future__ import annotations

from typing import Any

import pytest

from postiz_ops.providers._atproto import cid, tid
from tests.real.http import Server
from tests.real.readback import POST, posts, statuses
from tests.real.servers import Pds

pytestmark = pytest.mark.real

TIME = "2026-12-01T09:00:00.000Z"
MICROS = 1_796_115_600_000_000
"""The same instant. Each test has a second of its own after it, so that no two share a key."""


@pytest.fixture
def signed_in(pds: Pds) -> Server:
    login = {"identifier": pds.handle, "password": pds.app_password}
    session = pds.server.post("/xrpc/com.atproto.server.createSession", login)
    return Server(pds.url, token=session["accessJwt"])


def test_the_pds_computes_the_cid_that_we_do(pds: Pds, signed_in: Server) -> None:
    value = post("Größe 👩‍🚀", langs=["de"])
    answer = signed_in.post("/xrpc/com.atproto.repo.putRecord", {**place(pds, 1), "record": value})
    assert answer["cid"] == cid(value)


def test_the_pds_takes_a_key_of_ours_once(pds: Pds, signed_in: Server) -> None:
    writes = [create(2, post("Once, with a key."))]
    signed_in.post("/xrpc/com.atproto.repo.applyWrites", {"repo": pds.did, "writes": writes})
    with pytest.raises(AssertionError, match=r"applyWrites: (400|500)"):
        signed_in.post("/xrpc/com.atproto.repo.applyWrites", {"repo": pds.did, "writes": writes})
    assert len(posts(pds, "Once, with a key.")) == 1


def test_the_pds_writes_a_thread_whole_or_not_at_all(pds: Pds, signed_in: Server) -> None:
    there, new = create(3, post("Already there.")), create(4, post("Never written."))
    signed_in.post("/xrpc/com.atproto.repo.applyWrites", {"repo": pds.did, "writes": [there]})
    with pytest.raises(AssertionError, match=r"applyWrites: (400|500)"):
        signed_in.post("/xrpc/com.atproto.repo.applyWrites", {"repo": pds.did, "writes": [new, there]})
    assert posts(pds, "Never written.") == []


def test_the_pds_takes_a_reply_to_what_the_same_call_creates(pds: Pds, signed_in: Server) -> None:
    root = post("Root.")
    ref = {"uri": f"at://{pds.did}/{POST}/{key(5)}", "cid": cid(root)}
    writes = [create(5, root), create(6, post("Reply.", reply={"root": ref, "parent": ref}))]
    signed_in.post("/xrpc/com.atproto.repo.applyWrites", {"repo": pds.did, "validate": True, "writes": writes})
    (reply,) = posts(pds, "Reply.")
    assert reply["value"]["reply"]["parent"] == {
        "uri": posts(pds, "Root.")[0]["uri"],
        "cid": posts(pds, "Root.")[0]["cid"],
    }


@pytest.mark.parametrize("text", ["x" * 301, "👩‍👩‍👧‍👦" * 121])
def test_the_pds_has_the_limits_that_we_check(pds: Pds, signed_in: Server, text: str) -> None:
    with pytest.raises(AssertionError, match="putRecord: 400"):
        signed_in.post("/xrpc/com.atproto.repo.putRecord", {**place(pds, 7), "record": post(text), "validate": True})


def test_the_mock_takes_an_idempotency_key_once(mastodon_mock: Server) -> None:
    keyed = Server(mastodon_mock.url, mastodon_mock.token, headers={"Idempotency-Key": "0123456789abcdef"})
    first, second = (keyed.post("/api/v1/statuses", {"status": "Keyed."}) for _ in range(2))
    assert first["id"] == second["id"]
    assert len(statuses(mastodon_mock, "Keyed.")) == 1


def post(text: str, **fields: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": TIME, **fields}


def key(second: int) -> str:
    return tid(MICROS + second * 1_000_000, 0)


def place(pds: Pds, second: int) -> dict[str, str]:
    return {"repo": pds.did, "collection": POST, "rkey": key(second)}


def create(second: int, value: Any) -> dict[str, Any]:
    kind = "com.atproto.repo.applyWrites#create"
    return {"$type": kind, "collection": POST, "rkey": key(second), "value": value}
