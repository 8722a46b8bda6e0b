from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.providers import _atproto
from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, png

XRPC = "https://pds.example/xrpc"
REPO = f"{XRPC}/com.atproto.repo"
POST = "app.bsky.feed.post"
RKEY = "3kabcdefghi22"
LATER = "3kabcdefghj22"


class Account:
    """A session, and the calls that most tests need."""

    def __init__(self, client: Client, identifier: str = "alice.example.com") -> None:
        self.client = client
        login = {"identifier": identifier, "password": "test-password"}
        self.session = client.call("POST", f"{XRPC}/com.atproto.server.createSession", value=login).json
        self.did: str = self.session["did"]
        self.token = {"Authorization": f"Bearer {self.session['accessJwt']}"}

    def write(self, method: str, **value: Any) -> Answer:
        body = {"repo": self.did, "collection": POST, **value}
        return self.client.call("POST", f"{REPO}.{method}", value=body, headers=self.token)

    def apply(self, *writes: dict[str, Any], **more: Any) -> Answer:
        return self.write("applyWrites", writes=list(writes), **more)

    def upload(self, data: bytes, kind: str = "image/png") -> Any:
        headers = {**self.token, "Content-Type": kind}
        return self.client.call("POST", f"{REPO}.uploadBlob", body=data, headers=headers).json["blob"]

    def get(self, rkey: str) -> Answer:
        return self.client.call("GET", f"{REPO}.getRecord?repo={self.did}&collection={POST}&rkey={rkey}")


@pytest.fixture
def alice(client: Client) -> Account:
    return Account(client)


def record(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": "2026-12-01T09:00:00.000Z", **more}


def creation(rkey: str, value: dict[str, Any]) -> dict[str, Any]:
    kind = "com.atproto.repo.applyWrites#create"
    return {"$type": kind, "collection": POST, "rkey": rkey, "value": value}


def images(*blobs: Any, alt: str = "A red square") -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": alt} for blob in blobs]}


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]


def test_a_post_is_kept_under_its_key(sandbox: Sandbox, alice: Account) -> None:
    created = alice.write("createRecord", rkey=RKEY, record=record()).json
    assert created["uri"] == f"at://{alice.did}/{POST}/{RKEY}"
    assert created["cid"] == _atproto.cid(record())
    assert alice.get(RKEY).json == {"uri": created["uri"], "cid": created["cid"], "value": record()}
    (kept,) = sandbox.posts()
    del kept["created_at"]
    assert kept == {
        "provider": "bluesky",
        "account": "alice.example.com",
        "remote_id": created["uri"],
        "url": f"https://bsky.app/profile/alice.example.com/post/{RKEY}",
        "text": "Hello",
        "parent": None,
        "media": [],
        "deleted": False,
    }


def test_a_used_key_is_the_servers_500_and_the_first_stands(sandbox: Sandbox, alice: Account) -> None:
    alice.write("createRecord", rkey=RKEY, record=record())
    again = alice.write("createRecord", rkey=RKEY, record=record("Other"))
    assert refusal(again) == (500, "InternalServerError")
    assert [post["text"] for post in sandbox.posts()] == ["Hello"]


def test_putting_the_same_again_is_no_commit(sandbox: Sandbox, alice: Account) -> None:
    first = alice.write("putRecord", rkey=RKEY, record=record()).json
    second = alice.write("putRecord", rkey=RKEY, record=record()).json
    assert ("commit" in first, "commit" in second, first["cid"]) == (True, False, second["cid"])
    assert alice.write("putRecord", rkey=RKEY, record=record("Changed")).json["cid"] != first["cid"]
    assert [post["text"] for post in sandbox.posts()] == ["Changed"]


def test_swap_record_null_creates_only(alice: Account) -> None:
    assert alice.write("putRecord", rkey=RKEY, record=record(), swapRecord=None).status == 200
    assert refusal(alice.write("putRecord", rkey=RKEY, record=record("x"), swapRecord=None)) == (400, "InvalidSwap")
    assert "commit" not in alice.write("putRecord", rkey=RKEY, record=record(), swapRecord=None).json
    current = alice.get(RKEY).json["cid"]
    assert alice.write("putRecord", rkey=RKEY, record=record("New"), swapRecord=current).status == 200
    assert refusal(alice.write("deleteRecord", rkey=RKEY, swapRecord=current)) == (400, "InvalidSwap")


def test_a_thread_is_one_call_all_or_nothing(sandbox: Sandbox, alice: Account) -> None:
    root = {"uri": f"at://{alice.did}/{POST}/{RKEY}", "cid": _atproto.cid(record("one"))}
    reply = record("two", reply={"root": root, "parent": root})
    thread = [creation(RKEY, record("one")), creation(LATER, reply)]
    answer = alice.apply(*thread)
    assert [result["cid"] for result in answer.json["results"]] == [root["cid"], _atproto.cid(reply)]
    assert [(post["text"], post["parent"]) for post in sandbox.posts()] == [("one", None), ("two", root["uri"])]
    assert refusal(alice.apply(*thread)) == (500, "InternalServerError")
    assert refusal(alice.apply(creation("3kabcdefghk22", record("new")), thread[0])) == (500, "InternalServerError")
    assert len(sandbox.posts()) == 2


def test_writes_that_change_and_delete(sandbox: Sandbox, alice: Account) -> None:
    alice.apply(creation(RKEY, record("one")), creation(LATER, record("two")))
    update = {"$type": "com.atproto.repo.applyWrites#update", "collection": POST, "rkey": RKEY, "value": record("1")}
    delete = {"$type": "com.atproto.repo.applyWrites#delete", "collection": POST, "rkey": LATER}
    assert [result["$type"].partition("#")[2] for result in alice.apply(update, delete).json["results"]] == [
        "updateResult",
        "deleteResult",
    ]
    assert [(post["text"], post["deleted"]) for post in sandbox.posts()] == [("1", False), ("two", True)]
    assert refusal(alice.apply(delete)) == (500, "InternalServerError")
    assert refusal(alice.apply({"$type": "com.atproto.repo.applyWrites#other"})) == (400, "InvalidRequest")


def test_a_stale_commit_is_an_invalid_swap(alice: Account) -> None:
    def latest() -> str:
        answer = alice.client.call("GET", f"{XRPC}/com.atproto.sync.getLatestCommit?did={alice.did}")
        cid: str = answer.json["cid"]
        return cid

    stale = latest()
    assert alice.apply(creation(RKEY, record()), swapCommit=stale).status == 200
    assert refusal(alice.apply(creation(LATER, record()), swapCommit=stale)) == (400, "InvalidSwap")
    assert alice.apply(creation(LATER, record()), swapCommit=latest()).status == 200


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (record("x" * 301), "Record/text must not be longer than 300 graphemes"),
        (record("👩‍👩‍👧" * 200), "Record/text must not be longer than 3000 characters"),
        ({"$type": POST, "createdAt": "2026-12-01T09:00:00Z"}, 'Record must have the property "text"'),
        (
            record(createdAt="yesterday"),
            "Record/createdAt must be an valid atproto datetime (both RFC-3339 and ISO-8601)",
        ),
        (
            record(createdAt="2026-13-01T09:00:00Z"),
            "Record/createdAt must be an valid atproto datetime (both RFC-3339 and ISO-8601)",
        ),
        ({**record(), "text": 7}, "Record/text must be a string"),
        (record(langs=["en", "de", "fr", "it"]), "Record/langs must not have more than 3 elements"),
        (record(tags=["x" * 65]), "Record/tags/0 must not be longer than 64 graphemes"),
        (record(embed={"images": []}), 'Record/embed must be an object which includes the "$type" property'),
        (
            record(reply={"root": {"uri": "at://x", "cid": "y"}, "parent": {}}),
            "Record/reply/root/cid must be a cid string",
        ),
        (
            record(facets=[{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]),
            "Record/facets/0/index/byteStart must not be less than 0",
        ),
        (
            record(
                facets=[
                    {
                        "index": {"byteStart": 0, "byteEnd": 2},
                        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "alice"}],
                    }
                ]
            ),
            "Record/facets/0/features/0/did must be a valid did",
        ),
        (record(score=1.5), "no float in a record"),
    ],
)
def test_records_that_do_not_fit(sandbox: Sandbox, alice: Account, value: dict[str, Any], sentence: str) -> None:
    answer = alice.write("createRecord", rkey=RKEY, record=value)
    assert answer.json == {"error": "InvalidRequest", "message": f"Invalid {POST} record: {sentence}"}
    assert (answer.status, sandbox.posts()) == (400, [])


def test_300_graphemes_are_taken(alice: Account) -> None:
    assert alice.write("createRecord", rkey=RKEY, record=record("🇩🇪" * 300)).status == 200


@pytest.mark.parametrize("rkey", ["not-a-tid", "zkabcdefghi22", "../etc", ""])
def test_keys_that_are_no_tid(alice: Account, rkey: str) -> None:
    assert alice.write("putRecord", rkey=rkey, record=record()).status == 400


def test_the_server_chooses_a_key_where_none_is_given(alice: Account) -> None:
    uris = [alice.write("createRecord", record=record()).json["uri"] for _ in range(2)]
    assert uris[0] < uris[1]


def test_pictures_with_alt_text(sandbox: Sandbox, alice: Account) -> None:
    blob = alice.upload(png())
    assert (blob["mimeType"], blob["size"]) == ("image/png", len(png()))
    embed = images(blob)
    embed["images"][0]["aspectRatio"] = {"width": 4, "height": 3}
    assert alice.write("createRecord", rkey=RKEY, record=record("", embed=embed)).status == 200
    assert sandbox.posts()[0]["media"] == [{"type": "image/png", "alt": "A red square", "bytes": len(png())}]


def test_blobs_that_are_refused(sandbox: Sandbox, alice: Account) -> None:
    blob = alice.upload(png())
    unknown = {**blob, "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}
    too_many = record(embed=images(*[blob] * 5))
    large = record(embed=images(alice.upload(png() + bytes(1_000_001))))
    foreign = record(embed=images({**blob, "mimeType": "text/plain"}))
    wrong_size = record(embed=images({**blob, "size": 1}))
    for value, expected in (
        (record(embed=images(unknown)), (400, "BlobNotFound")),
        (too_many, (400, "InvalidRequest")),
        (large, (400, "InvalidRequest")),
        (foreign, (400, "InvalidRequest")),
        (wrong_size, (400, "InvalidSize")),
    ):
        assert refusal(alice.write("createRecord", rkey=RKEY, record=value)) == expected
    assert sandbox.posts() == []


def test_a_blob_goes_with_its_last_record(alice: Account) -> None:
    post = record(embed=images(alice.upload(png())))
    alice.apply(creation(RKEY, post), creation(LATER, post))
    alice.write("deleteRecord", rkey=RKEY)
    assert alice.write("createRecord", rkey=RKEY, record=post).status == 200
    for rkey in (RKEY, LATER):
        alice.write("deleteRecord", rkey=rkey)
    assert refusal(alice.write("createRecord", rkey=RKEY, record=post)) == (400, "BlobNotFound")


def test_deleting_twice_is_fine(sandbox: Sandbox, alice: Account) -> None:
    alice.write("createRecord", rkey=RKEY, record=record())
    assert "commit" in alice.write("deleteRecord", rkey=RKEY).json
    assert alice.write("deleteRecord", rkey=RKEY).json == {}
    assert refusal(alice.get(RKEY)) == (400, "RecordNotFound")
    assert sandbox.posts()[0]["deleted"] is True


def test_records_are_listed_newest_key_first(alice: Account) -> None:
    keys = [f"3kabcdefgh{letter}22" for letter in "abc"]
    alice.apply(*(creation(key, record(key)) for key in keys))

    def read(query: str) -> tuple[list[str], str | None]:
        url = f"{REPO}.listRecords?repo={alice.did}&collection={POST}&{query}"
        page = alice.client.call("GET", url).json
        return [entry["value"]["text"] for entry in page["records"]], page.get("cursor")

    assert read("") == (keys[::-1], keys[0])
    assert read("limit=2") == ([keys[2], keys[1]], keys[1])
    assert read(f"limit=2&cursor={keys[1]}") == ([keys[0]], keys[0])
    assert read(f"cursor={keys[0]}") == ([], None)
    assert read("reverse=true&limit=1") == ([keys[0]], keys[0])


def test_who_may_write(client: Client, alice: Account) -> None:
    create = {"repo": alice.did, "collection": POST, "record": record()}

    def write(headers: dict[str, str]) -> tuple[int, str]:
        return refusal(client.call("POST", f"{REPO}.createRecord", value=create, headers=headers))

    assert write({}) == (401, "AuthMissing")
    assert write({"Authorization": "Bearer bad-token"}) == (400, "InvalidToken")
    assert write({"Authorization": f"Bearer {alice.session['refreshJwt']}"}) == (400, "InvalidToken")
    assert write(Account(client, "bob.example.com").token) == (401, "AuthenticationRequired")
    elsewhere = alice.write("createRecord", repo="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", record=record())
    assert refusal(elsewhere) == (403, "AccountNotFound")


def test_a_session_ends_and_is_refreshed(sandbox: Sandbox, client: Client, alice: Account) -> None:
    real = sandbox.world.clock
    sandbox.world.clock = lambda: real() + timedelta(hours=3)
    url = f"{XRPC}/com.atproto.server"
    assert refusal(client.call("GET", f"{url}.getSession", headers=alice.token)) == (400, "ExpiredToken")
    refresh = {"Authorization": f"Bearer {alice.session['refreshJwt']}"}
    renewed = client.call("POST", f"{url}.refreshSession", headers=refresh).json
    headers = {"Authorization": f"Bearer {renewed['accessJwt']}"}
    assert client.call("GET", f"{url}.getSession", headers=headers).json["handle"] == "alice.example.com"


def test_an_account_is_the_same_by_handle_and_by_did(client: Client, alice: Account) -> None:
    assert Account(client, "@Alice.Example.com").did == alice.did
    resolved = client.call("GET", f"{XRPC}/com.atproto.identity.resolveHandle?handle=alice.example.com")
    assert resolved.json == {"did": alice.did}
    unknown = client.call("GET", f"{XRPC}/com.atproto.identity.resolveHandle?handle=nobody.invalid")
    assert refusal(unknown) == (400, "InvalidRequest")
    empty = {"identifier": "alice.example.com", "password": ""}
    answer = client.call("POST", f"{XRPC}/com.atproto.server.createSession", value=empty)
    assert refusal(answer) == (401, "AuthenticationRequired")


def test_posts_are_read_back_through_the_app_view(client: Client, alice: Account) -> None:
    uri = alice.write("createRecord", rkey=RKEY, record=record()).json["uri"]
    posts = client.call("GET", f"{XRPC}/app.bsky.feed.getPosts?uris={uri}&uris=at://nobody/{POST}/{RKEY}").json["posts"]
    assert [(post["uri"], post["author"]["handle"]) for post in posts] == [(uri, "alice.example.com")]
    feed = client.call("GET", f"{XRPC}/app.bsky.feed.getAuthorFeed?actor={alice.did}").json["feed"]
    assert [item["post"]["record"] for item in feed] == [record()]


class Video:
    """The video service, as one account sees it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        auth = f"{XRPC}/com.atproto.server.getServiceAuth?aud=did:web:pds.example&lxm=com.atproto.repo.uploadBlob"
        token = account.client.call("GET", auth, headers=account.token).json["token"]
        self.token = {"Authorization": f"Bearer {token}"}

    def upload(self, data: bytes = MP4) -> Answer:
        url = f"https://video.bsky.app/xrpc/app.bsky.video.uploadVideo?did={self.account.did}&name=a.mp4"
        headers = {**self.token, "Content-Type": "video/mp4"}
        return self.account.client.call("POST", url, body=data, headers=headers)

    def status(self, job: str) -> Any:
        url = f"https://video.bsky.app/xrpc/app.bsky.video.getJobStatus?jobId={job}"
        return self.account.client.call("GET", url).json["jobStatus"]


def test_a_video_is_encoded_before_it_can_be_posted(sandbox: Sandbox, alice: Account) -> None:
    video = Video(alice)
    job = video.upload().json
    assert (job["state"], job["did"]) == ("JOB_STATE_CREATED", alice.did)
    assert video.status(job["jobId"])["state"] == "JOB_STATE_ENCODING"
    done = video.status(job["jobId"])
    assert done["state"] == "JOB_STATE_COMPLETED"
    embed = {"$type": "app.bsky.embed.video", "video": done["blob"], "alt": "A clip"}
    assert alice.write("createRecord", rkey=RKEY, record=record(embed=embed)).status == 200
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "A clip", "bytes": len(MP4)}]
    assert (video.upload().status, video.upload().json["error"]) == (409, "already_exists")


def test_videos_that_are_refused(sandbox: Sandbox, alice: Account) -> None:
    video = Video(alice)
    assert refusal(video.upload(png())) == (400, "InvalidRequest")
    nameless = f"https://video.bsky.app/xrpc/app.bsky.video.uploadVideo?did={alice.did}"
    assert refusal(alice.client.call("POST", nameless, body=MP4, headers=video.token)) == (400, "InvalidRequest")
    limits = alice.client.call("GET", f"{XRPC}/app.bsky.video.getUploadLimits", headers=video.token).json
    assert limits["canUpload"] is True
    sandbox.faults([{"match": {"path": "uploadVideo"}, "effect": "async-fail"}])
    job = video.upload().json["jobId"]
    assert video.status(job)["state"] == "JOB_STATE_FAILED"
    sandbox.faults([{"match": {"path": "getJobStatus"}, "effect": "async-fail"}])
    assert video.status(video.upload(MP4 + b"y").json["jobId"])["state"] == "JOB_STATE_FAILED"
    sandbox.faults([{"match": {"path": "uploadVideo"}, "effect": "async-never"}])
    job = video.upload(MP4 + b"x").json["jobId"]
    assert {video.status(job)["state"] for _ in range(5)} == {"JOB_STATE_ENCODING"}


def test_an_address_is_an_account_with_a_handle_of_its_own(client: Client) -> None:
    session = Account(client, "alice@example.com").session
    assert session["handle"] == f"{session['did'][-8:]}.bsky.social"


def test_calls_that_do_not_fit(client: Client, alice: Account) -> None:
    def get(name: str, **headers: str) -> tuple[int, str]:
        return refusal(client.call("GET", f"{XRPC}/{name}", headers=headers))

    uris = "&".join(f"uris=at://{alice.did}/{POST}/{number}" for number in range(26))
    for name in (
        f"app.bsky.feed.getPosts?{uris}",
        "app.bsky.feed.getAuthorFeed?actor=nobody.example.com",
        f"app.bsky.feed.getAuthorFeed?actor={alice.did}&limit=0",
        f"com.atproto.repo.listRecords?repo=nobody.example.com&collection={POST}",
        "com.atproto.identity.resolveHandle?handle=no_handle",
        "app.bsky.video.getJobStatus?jobId=1",
    ):
        assert get(name) == (400, "InvalidRequest")
    assert get("com.atproto.server.getServiceAuth?aud=x", **alice.token) == (400, "InvalidRequest")
    assert refusal(alice.write("createRecord", rkey=7, record=record())) == (400, "InvalidRequest")
    assert refusal(alice.write("createRecord", record="text")) == (400, "InvalidRequest")
    assert refusal(alice.write("createRecord", record={**record(), "$type": "x"})) == (400, "InvalidRequest")
    assert refusal(alice.write("applyWrites", writes="all")) == (400, "InvalidRequest")
    create = f"{REPO}.createRecord"
    assert refusal(client.call("POST", create, value=[], headers=alice.token)) == (400, "InvalidRequest")
    broken = {**alice.token, "Content-Type": "application/json"}
    assert refusal(client.call("POST", create, body=b"{", headers=broken)) == (400, "SyntaxError")


def test_records_of_other_collections_are_kept_and_not_shown(sandbox: Sandbox, alice: Account) -> None:
    gate = {"$type": "app.bsky.feed.threadgate", "post": f"at://{alice.did}/{POST}/{RKEY}", "allow": []}
    assert alice.write("createRecord", collection=gate["$type"], rkey="any-key", record=gate).status == 200
    assert alice.write("deleteRecord", collection=gate["$type"], rkey="any-key").status == 200
    assert sandbox.posts() == []


def test_a_blob_is_what_its_bytes_are_unless_they_do_not_tell(alice: Account) -> None:
    assert alice.upload(png(), "application/octet-stream")["mimeType"] == "image/png"
    assert alice.upload(b"WEBVTT", "text/vtt")["mimeType"] == "text/vtt"
    embed = {"$type": "app.bsky.embed.video", "video": {**alice.upload(png()), "mimeType": "video/mp4"}}
    assert refusal(alice.write("createRecord", record=record(embed=embed))) == (400, "InvalidMimeType")


def test_a_blob_that_is_too_large(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postiz_ops.sandbox.limits.largest", lambda _: 10)
    headers = {**alice.token, "Content-Type": "image/png"}
    answer = alice.client.call("POST", f"{REPO}.uploadBlob", body=png(), headers=headers)
    assert refusal(answer) == (413, "PayloadTooLarge")


def test_signing_in_can_be_refused(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults([{"match": {"path": "createSession"}, "effect": "unauthorized"}])
    login = {"identifier": "alice.example.com", "password": "test-password"}
    answer = client.call("POST", f"{XRPC}/com.atproto.server.createSession", value=login)
    assert refusal(answer) == (401, "AuthenticationRequired")


def test_what_is_not_imitated(client: Client) -> None:
    assert refusal(client.call("GET", f"{XRPC}/app.bsky.graph.getFollows")) == (501, "MethodNotImplemented")
