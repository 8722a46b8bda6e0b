from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import request_findings, response_findings

XRPC = "https://pds.example.com/xrpc"
CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
URI = "at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3jzfcijpj2z2a"
TIME = "2026-12-01T09:00:00.000Z"
BLOB = {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/png", "size": 5}
IMAGE = {"alt": "A chart", "image": BLOB, "aspectRatio": {"width": 4, "height": 3}}
LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com"}
POST_KEYS = "createdAt, embed, entities, facets, labels, langs, reply, tags, text"


def post(**fields: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": "hi", "createdAt": TIME, **fields}


def images(*items: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": list(items)}


def facet(start: int, end: int) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [LINK]}


@pytest.mark.parametrize(
    "record",
    [
        post(),
        post(langs=["en", "de-AT"], embed=images(IMAGE)),
        post(text="héé", facets=[facet(1, 3), facet(3, 5)]),
        post(reply={"root": {"uri": URI, "cid": CID}, "parent": {"uri": URI, "cid": CID}}),
        post(
            embed={
                "$type": "app.bsky.embed.external",
                "external": {"uri": "https://x.org", "title": "", "description": ""},
            }
        ),
        post(labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "nudity"}]}),
    ],
)
def test_posts_that_pass(record: Any) -> None:
    assert put(record) == []


@pytest.mark.parametrize(
    ("record", "finding"),
    [
        (post(text="x" * 301), "body: `record.text` has 301 graphemes; at most 300"),
        (post(text="👩‍👩‍👧‍👦" * 121), "body: `record.text` has 3025 bytes; at most 3000"),
        (post(txt="x"), f"body: unknown key `record.txt`; the lexicon has {POST_KEYS}"),
        (post(text=1), "body: `record.text` is no string"),
        ({"$type": "app.bsky.feed.post", "text": "hi"}, "body: `record.createdAt` is missing"),
        (post(createdAt="2026-12-01"), "body: `record.createdAt` is `2026-12-01`, which is no datetime"),
        (post(langs=["en"] * 4), "body: `record.langs` has 4 items; at most 3"),
        (post(embed=images(*[IMAGE] * 5)), "body: `record.embed.images` has 5 items; at most 4"),
        (post(embed=images({"image": BLOB})), "body: `record.embed.images[0].alt` is missing"),
        (
            post(embed=images({**IMAGE, "image": {**BLOB, "mimeType": "video/mp4"}})),
            "body: `record.embed.images[0].image.mimeType` is `video/mp4`; the lexicon has image/*",
        ),
        (
            post(embed=images({**IMAGE, "image": {**BLOB, "size": 2_000_001}})),
            "body: `record.embed.images[0].image` has 2000001 bytes; at most 2000000",
        ),
        (
            post(embed=images({**IMAGE, "aspectRatio": {"width": 0, "height": 3}})),
            "body: `record.embed.images[0].aspectRatio.width` is 0; at least 1",
        ),
        (
            post(labels={"$type": "app.example.labels"}),
            "body: `record.labels.$type` is `app.example.labels`; the lexicon has com.atproto.label.defs#selfLabels",
        ),
        (post(facets=[facet(0, 3)]), "body: `record.facets`: 0 to 3 is no stretch of the text's 2 bytes"),
        (post(facets=[facet(1, 1)]), "body: `record.facets`: 1 to 1 is no stretch of the text's 2 bytes"),
        (post(text="é", facets=[facet(0, 1)]), "body: `record.facets`: 0 to 1 cuts a character"),
        (post(facets=[facet(0, 2), facet(1, 2)]), "body: `record.facets`: 1 to 2 overlaps the one before"),
        ({"text": "hi", "createdAt": TIME}, "body: `record.$type` is not `app.bsky.feed.post`"),
    ],
)
def test_posts_that_do_not(record: Any, finding: str) -> None:
    assert put(record) == [finding]


def test_create_only_is_null_and_nothing_else_is() -> None:
    assert put(post(), swapRecord=None) == []
    assert put(post(), swapCommit=None) == ["body: `swapCommit` is no string"]


def test_record_key_of_a_post_is_a_tid() -> None:
    assert put(post(), rkey="launch") == ["body: `rkey` is `launch`, which is no tid"]


def test_unknown_collection() -> None:
    assert put(post(), collection="app.bsky.feed.story") == ["body: unknown collection `app.bsky.feed.story`"]


def test_threads_are_looked_into() -> None:
    assert write(create(post())) == []
    assert write(create(post()), create(post(tags=["x" * 65]))) == [
        "body: `writes[1].value.tags[0]` has 65 graphemes; at most 64"
    ]
    known = ", ".join(f"com.atproto.repo.applyWrites#{verb}" for verb in ("create", "update", "delete"))
    assert write({**create(post()), "$type": "com.atproto.repo.applyWrites#insert"}) == [
        f"body: `writes[0].$type` is `com.atproto.repo.applyWrites#insert`; the lexicon has {known}"
    ]


@pytest.mark.parametrize(
    ("query", "findings"),
    [
        ("repo=a.example.com&collection=app.bsky.feed.post&limit=100&reverse=true", []),
        ("repo=a.example.com&collection=app.bsky.feed.post&limit=101", ["query: `limit` is 101; at most 100"]),
        ("repo=a.example.com&collection=app.bsky.feed.post&limit=x", ["query: `limit` is no integer"]),
        ("repo=a.example.com", ["query: `collection` is missing"]),
        ("repo=a&collection=app.bsky.feed.post", ["query: `repo` is `a`, which is no at-identifier"]),
        (
            "repo=a.example.com&collection=app.bsky.feed.post&x=1",
            ["query: unknown key `x`; the lexicon has collection, cursor, limit, repo, reverse"],
        ),
    ],
)
def test_queries(query: str, findings: list[str]) -> None:
    assert request_findings("bluesky", "GET", f"{XRPC}/com.atproto.repo.listRecords?{query}") == findings


def test_blobs_are_any_bytes_with_a_type() -> None:
    url = f"{XRPC}/com.atproto.repo.uploadBlob"
    headers = {"Authorization": "Bearer test-token", "Content-Type": "image/png"}
    assert request_findings("bluesky", "POST", url, headers=headers, body=b"\x89PNG") == []
    assert request_findings("bluesky", "POST", url, headers=headers) == ["the body is missing"]
    assert request_findings("bluesky", "POST", url, body=b"x") == ["it takes no body of type ``; the lexicon has */*"]


def test_handwritten_reading_of_video_uploads() -> None:
    url = f"{XRPC}/app.bsky.video.uploadVideo?did=did:plc:abcdefghijklmnopqrstuvwx&name=a.mp4"
    headers = {"Authorization": "Bearer test-token", "Content-Type": "video/mp4"}
    assert request_findings("bluesky", "POST", url, headers=headers, body=b"x") == []
    headers["Content-Type"] = "video/webm"
    assert request_findings("bluesky", "POST", url, headers=headers, body=b"x") == [
        "it takes no body of type `video/webm`; the lexicon has video/mp4"
    ]


def test_handwritten_reading_of_tokens() -> None:
    session = {"identifier": "a.example.com", "password": "test-password"}
    url = f"{XRPC}/com.atproto.server.createSession"
    assert request_findings("bluesky", "POST", url, headers={}, value=session) == []
    assert request_findings("bluesky", "POST", url, value=session) == [
        "the header `authorization` has no business here"
    ]
    url = f"{XRPC}/com.atproto.server.refreshSession"
    assert request_findings("bluesky", "POST", url) == []
    assert request_findings("bluesky", "POST", url, headers={}) == ["the header `authorization` is missing"]
    assert request_findings("bluesky", "POST", url, headers={"Authorization": "Basic x"}) == [
        "the header `authorization` is neither `Bearer` nor `DPoP` and a token"
    ]
    bound = {"Authorization": "DPoP x"}
    assert request_findings("bluesky", "POST", url, headers={**bound, "DPoP": "y"}) == []
    assert request_findings("bluesky", "POST", url, headers=bound) == ["the header `dpop` is missing"]
    assert request_findings("bluesky", "POST", url, headers={"Authorization": "Bearer x", "DPoP": "y"}) == [
        "unknown header `dpop`"
    ]


def test_query_keys_repeat_only_where_they_are_lists() -> None:
    assert request_findings("bluesky", "GET", f"{XRPC}/app.bsky.feed.getPosts?uris={URI}&uris={URI}") == []
    assert request_findings("bluesky", "GET", f"{XRPC}/com.atproto.repo.getRecord?repo=a.example&repo=b.example") == [
        "the query key `repo` is sent twice",
        "query: `collection` is missing",
        "query: `rkey` is missing",
    ]


@pytest.mark.parametrize(
    ("body", "start"),
    [(b"{", "the body is not JSON: "), (b"[]", "body: `` is no object")],
)
def test_bodies_that_are_no_objects(body: bytes, start: str) -> None:
    headers = {"Authorization": "Bearer test-token", "Content-Type": "application/json"}
    url = f"{XRPC}/com.atproto.repo.putRecord"
    (finding,) = request_findings("bluesky", "POST", url, headers=headers, body=body)
    assert finding.startswith(start)


def test_a_query_takes_no_body() -> None:
    assert request_findings("bluesky", "GET", f"{XRPC}/com.atproto.server.getSession", value={}) == ["it takes no body"]


def test_an_embed_that_is_no_blob() -> None:
    assert put(post(embed=images({**IMAGE, "image": "a.png"}))) == ["body: `record.embed.images[0].image` is no blob"]


@pytest.mark.parametrize(
    ("method", "path", "finding"),
    [
        ("GET", "/xrpc/com.atproto.repo.eraseAll", "unknown path `/xrpc/com.atproto.repo.eraseAll`"),
        ("GET", "/xrpc/app.bsky.feed.post", "unknown path `/xrpc/app.bsky.feed.post`"),
        ("GET", "/xrpc/../xrpc", "unknown path `/xrpc/../xrpc`"),
        ("GET", "/com.atproto.server.getSession", "unknown path `/com.atproto.server.getSession`"),
        ("POST", "/xrpc/com.atproto.server.getSession", "unknown method `POST`; a query is GET"),
    ],
)
def test_methods_that_do_not_pass(method: str, path: str, finding: str) -> None:
    assert request_findings("bluesky", method, f"https://pds.example.com{path}") == [finding]


@pytest.mark.parametrize(
    ("status", "value", "findings"),
    [
        (200, {"uri": URI, "cid": CID, "validationStatus": "valid"}, []),
        (200, {"uri": URI}, ["`cid` is missing"]),
        (200, {"uri": URI, "cid": "x"}, ["`cid` is `x`, which is no cid"]),
        (400, {"error": "InvalidSwap", "message": "Record was at null"}, []),
        (500, {"message": "oops"}, ["`error` is missing"]),
        (502, b"<html>", ["the body is not JSON: Expecting value: line 1 column 1 (char 0)"]),
    ],
)
def test_answers(status: int, value: Any, findings: list[str]) -> None:
    assert response_findings("bluesky", "POST", f"{XRPC}/com.atproto.repo.putRecord", status, value) == findings


def test_answers_without_a_body() -> None:
    url = f"{XRPC}/com.atproto.server.deleteSession"
    assert response_findings("bluesky", "POST", url, 200, b"") == []
    assert response_findings("bluesky", "POST", url, 200, {}) == ["this answer has no body"]
    assert response_findings("bluesky", "POST", f"{XRPC}/com.example.x", 200, b"") == [
        "unknown path `/xrpc/com.example.x`"
    ]


def test_answer_with_a_key_of_our_own() -> None:
    url, answer = f"{XRPC}/com.atproto.repo.uploadBlob", {"blob": BLOB, "ours": 1}
    assert response_findings("bluesky", "POST", url, 200, answer) == ["unknown key `ours`; the lexicon has blob"]
    assert response_findings("bluesky", "POST", url, 200, answer, allow_unknown=True) == []


def put(record: Any, **changes: Any) -> list[str]:
    body = {"repo": "a.example.com", "collection": "app.bsky.feed.post", "rkey": "3jzfcijpj2z2a", "record": record}
    return request_findings("bluesky", "POST", f"{XRPC}/com.atproto.repo.putRecord", value={**body, **changes})


def create(value: Any) -> dict[str, Any]:
    kind = "com.atproto.repo.applyWrites#create"
    return {"$type": kind, "collection": "app.bsky.feed.post", "rkey": "3jzfcijpj2z2a", "value": value}


def write(*writes: Any) -> list[str]:
    body = {"repo": "did:plc:abcdefghijklmnopqrstuvwx", "writes": list(writes)}
    return request_findings("bluesky", "POST", f"{XRPC}/com.atproto.repo.applyWrites", value=body)
