"""Does our stand-in for a PDS answer as a real one does? The same calls to both, the answers side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from postiz_ops.providers._atproto import cid, tid
from postiz_ops.sandbox import Sandbox
from tests.real.servers import Pds
from tests.sandbox.client import Answer, Client, png

pytestmark = pytest.mark.real

POST = "app.bsky.feed.post"
XRPC = "/xrpc/com.atproto"
MICROS = 1_796_116_000_000_000
"""An instant that no other test makes keys of."""

UNTOLD = {"email", "emailConfirmed", "links", "contact"}
"""What a real server tells of an account and of itself, and the sandbox has nothing to tell of."""


class Account:
    """One account on one of the two servers, and the calls that probes are made of."""

    def __init__(self, url: str, identifier: str, password: str) -> None:
        self.client = Client(url)
        login = {"identifier": identifier, "password": password}
        self.session = self.call("POST", "server.createSession", login, token="").json
        self.did: str = self.session["did"]

    def call(
        self, method: str, name: str, value: Any = None, *, token: str | None = None, body: bytes = b"", kind: str = ""
    ) -> Answer:
        token = self.session["accessJwt"] if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if value is not None:
            body, kind = json.dumps(value).encode(), "application/json"
        return self.client.raw(method, f"{XRPC}.{name}", body, headers | ({"Content-Type": kind} if kind else {}))

    def write(self, name: str, **value: Any) -> Answer:
        return self.call("POST", f"repo.{name}", {"repo": self.did, "collection": POST, **value})

    def get(self, rkey: str) -> Answer:
        return self.call("GET", f"repo.getRecord?repo={self.did}&collection={POST}&rkey={rkey}", token="")

    def upload(self, data: bytes, kind: str = "image/png") -> Any:
        return self.call("POST", "repo.uploadBlob", body=data, kind=kind).json["blob"]


Probe = Callable[[Account, Callable[[], str]], Iterator[Answer]]


def record(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": "2026-12-01T09:00:00.000Z", **more}


def creation(rkey: str, value: Any) -> dict[str, Any]:
    return {"$type": "com.atproto.repo.applyWrites#create", "collection": POST, "rkey": rkey, "value": value}


def images(*blobs: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "Alt"} for blob in blobs]}


def sessions(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    yield account.call("GET", "server.getSession")
    yield account.call("GET", "server.getSession", token="")
    yield account.call("GET", "server.getSession", token="bad-token")
    yield account.call("GET", "server.getSession", token=account.session["refreshJwt"])
    yield account.call("POST", "server.refreshSession", token=account.session["refreshJwt"])
    yield account.call("POST", "server.refreshSession", token=account.session["refreshJwt"])
    yield account.call("POST", "server.refreshSession")
    yield account.call("POST", "server.createSession", {"identifier": "acme-news.test", "password": ""}, token="")
    yield account.call("POST", "server.createSession", {"identifier": "acme-news.test"}, token="")
    yield account.call("GET", "server.describeServer", token="")
    yield account.call("GET", "server.getServiceAuth?aud=did:web:video.bsky.app&lxm=com.atproto.repo.uploadBlob")
    yield account.call("GET", "identity.resolveHandle?handle=acme-news.test", token="")


def creating(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    rkey = key()
    yield account.write("createRecord", rkey=rkey, record=record())
    yield account.write("createRecord", rkey=rkey, record=record())
    yield account.write("createRecord", rkey=rkey, record=record("Other"))
    yield account.get(rkey)
    yield account.get(key())
    yield account.write("createRecord", record=record())
    yield account.write("createRecord", rkey="not-a-tid", record=record())
    yield account.write("createRecord", rkey="a/b", record=record())
    yield account.write("createRecord", record=record(), repo="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    yield account.write("createRecord")
    yield account.call("POST", "repo.createRecord", body=b"{", kind="application/json")
    yield account.call("POST", "repo.createRecord", {"repo": account.did}, token="")


def putting(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    rkey = key()
    yield account.write("putRecord", rkey=rkey, record=record(), swapRecord=None)
    yield account.write("putRecord", rkey=rkey, record=record(), swapRecord=None)
    yield account.write("putRecord", rkey=rkey, record=record())
    yield account.write("putRecord", rkey=rkey, record=record("Changed"), swapRecord=None)
    yield account.write("putRecord", rkey=rkey, record=record("Changed"))
    yield account.write("putRecord", rkey=rkey, record=record("Changed"), swapRecord=cid(record()))
    yield account.write("putRecord", rkey=rkey, record=record("Again"), swapRecord=cid(record()))
    yield account.write("putRecord", rkey=rkey, record=record("Again"), swapRecord=cid(record("Changed")))
    yield account.write("deleteRecord", rkey=rkey, swapRecord=cid(record()))
    yield account.write("deleteRecord", rkey=rkey)
    yield account.write("deleteRecord", rkey=rkey)
    yield account.get(rkey)


def threads(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    first, second, third = key(), key(), key()
    root = {"uri": f"at://{account.did}/{POST}/{first}", "cid": cid(record("one"))}
    reply = record("two", reply={"root": root, "parent": root})
    writes = [creation(first, record("one")), creation(second, reply)]
    yield account.write("applyWrites", writes=writes)
    yield account.write("applyWrites", writes=writes)
    yield account.write("applyWrites", writes=[creation(third, record("new")), writes[0]])
    yield account.get(third)
    yield account.write("applyWrites", writes=[creation(third, record("new"))], swapCommit=cid(record()))
    yield account.write("applyWrites", writes=[creation(third, record("x" * 301))])
    yield account.write("applyWrites", writes=[{"$type": "com.atproto.repo.applyWrites#other"}])
    yield account.write("applyWrites", writes=[creation(third, record("new"))] * 201)
    update = {"$type": "com.atproto.repo.applyWrites#update", "collection": POST, "rkey": first, "value": record("1")}
    delete = {"$type": "com.atproto.repo.applyWrites#delete", "collection": POST, "rkey": second}
    yield account.write("applyWrites", writes=[update, delete])
    yield account.write("applyWrites", writes=[delete])
    stranger = {"uri": f"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/{POST}/{third}", "cid": root["cid"]}
    yield account.write("createRecord", record=record("x", reply={"root": stranger, "parent": stranger}))
    yield account.call("GET", f"sync.getLatestCommit?did={account.did}", token="")
    yield account.call("GET", f"repo.listRecords?repo={account.did}&collection={POST}&limit=2", token="")


def unfit(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    index, mention = {"byteStart": 0, "byteEnd": 2}, {"$type": "app.bsky.richtext.facet#mention"}
    for value in (
        record("x" * 300),
        record("x" * 301),
        record("🇩🇪" * 300),
        record("👩‍👩‍👧" * 200),
        record(""),
        {"$type": POST, "text": "x"},
        {"text": "x", "createdAt": "2026-12-01T09:00:00Z"},
        record(createdAt="yesterday"),
        record(createdAt="2026-13-01T09:00:00Z"),
        record(langs=["en", "de", "fr", "it"]),
        record(langs=["not a language"]),
        record(tags=["x" * 65]),
        record(tags=["x"] * 9),
        record(embed={"images": []}),
        record(embed={"$type": "app.example.unknown", "what": "ever"}),
        record(embed={"$type": "app.bsky.embed.external", "external": {"uri": "https://example.com", "title": "T"}}),
        record(facets=[{"index": index, "features": [mention]}]),
        record(facets=[{"index": index, "features": [mention | {"did": "alice"}]}]),
        record(facets=[{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]),
        record(reply={"root": {"uri": "at://x", "cid": "y"}, "parent": {"uri": "at://x", "cid": "y"}}),
        record(score=1.5),
        record(unknown="key"),
        {**record(), "$type": "app.bsky.feed.like"},
        "text",
    ):
        yield account.write("createRecord", rkey=key(), record=value)


def blobs(account: Account, key: Callable[[], str]) -> Iterator[Answer]:
    yield account.call("POST", "repo.uploadBlob", body=png(), kind="image/png")
    yield account.call("POST", "repo.uploadBlob", body=png(), kind="image/png", token="")
    yield account.call("POST", "repo.uploadBlob", body=png(5, 5), kind="application/octet-stream")
    yield account.call("POST", "repo.uploadBlob", body=b"some text", kind="text/plain")
    blob, rkey = account.upload(png()), key()
    unknown = {**blob, "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}
    yield account.write("createRecord", rkey=rkey, record=record(embed=images(unknown)))
    yield account.write("createRecord", rkey=rkey, record=record(embed=images(*[blob] * 5)))
    yield account.write("createRecord", rkey=rkey, record=record(embed=images({**blob, "mimeType": "image/jpeg"})))
    yield account.write("createRecord", rkey=rkey, record=record(embed=images({**blob, "size": 1})))
    large = account.upload(png() + bytes(1_000_001))
    yield account.write("createRecord", rkey=rkey, record=record(embed=images(large)))
    yield account.write("createRecord", rkey=rkey, record=record(embed=images(blob)))
    yield account.write("deleteRecord", rkey=rkey)
    yield account.write("createRecord", rkey=rkey, record=record(embed=images(blob)))


def shape(answer: Answer) -> tuple[str, int, str, tuple[str, ...]]:
    """What a client can tell answers apart by: the status, the error's name, what it says. After the call itself."""
    value = answer.json if answer.body else {}
    told = tuple(sorted(set(value) - UNTOLD)) if answer.status == 200 else ()
    return f"{answer.method} {answer.url.partition('?')[0]}", answer.status, value.get("error", ""), told


PROBES: tuple[Probe, ...] = (sessions, creating, putting, threads, unfit, blobs)
"""What is not asked: queries that do not fit their lexicon, which this version answers with 500, others with 400."""


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_the_sandbox_answers_as_the_pds_does(pds: Pds, probe: Probe) -> None:
    def keys() -> Callable[[], str]:
        following = count(MICROS + PROBES.index(probe) * 1_000_000)
        return lambda: tid(next(following), 7)

    with Sandbox() as sandbox:
        ours = [shape(answer) for answer in probe(Account(sandbox.url, pds.handle, "test-password"), keys())]
    theirs = [shape(answer) for answer in probe(Account(pds.url, pds.handle, pds.app_password), keys())]
    assert ours == theirs
    assert len(ours) >= 10
