from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from postiz_ops import errors
from postiz_ops.commands.accounts.bluesky import new_key
from postiz_ops.model import Facet, Receipt
from postiz_ops.providers._atproto import cid
from postiz_ops.providers.base import Absent, Blind, Dispatch
from postiz_ops.publish.effects import Response
from tests.providers.stage import CLAIMED, Script, Stage, answer, card, found, image, text, video
from tests.specs.exchange import Call

DID = "did:plc:acmeacmeacmeacmeacmeacme"
LINK = "bafkreibjfgx2gprinfvicegelk5kosd6y2frmqpqzwqkg7usac74l3t2v4"
SESSION = {"did": DID, "handle": "acme.example", "accessJwt": "test-jwt", "refreshJwt": "test-refresh"}
POSTS = f"at://{DID}/app.bsky.feed.post"
RKEYS = ("3n3lv272le3of", "3n3lv272mfmyt", "3n3lv272nhult")
READ = "GET /xrpc/com.atproto.repo.getRecord"
RESOLVE = "GET /xrpc/com.atproto.identity.resolveHandle"
NOBODY = answer({"error": "InvalidRequest", "message": "Unable to resolve handle"}, 400)
NO_RECORD = answer({"error": "RecordNotFound", "message": "Could not locate record"}, 400)


def blob(call: Call) -> Response:
    """What a server says about an upload."""
    ref = {"$type": "blob", "ref": {"$link": LINK}, "mimeType": call.content_type, "size": len(call.body)}
    return answer({"blob": ref})


def stage(settings: dict[str, Any] | None = None, **more: Response | Callable[[Call], Response]) -> Stage:
    """A server that takes everything, save where ``more`` says otherwise (by the method's last word)."""
    script: Script = {
        "POST /xrpc/com.atproto.server.createSession": more.get("session", answer(SESSION)),
        "GET /xrpc/com.atproto.server.getSession": answer(SESSION),
        "POST /xrpc/com.atproto.repo.uploadBlob": more.get("upload", blob),
        "POST /xrpc/com.atproto.repo.applyWrites": more.get("write", answer({})),
        "POST /xrpc/com.atproto.repo.deleteRecord": more.get("delete", answer({})),
        READ: more.get("read", NO_RECORD),
        RESOLVE: more.get("resolve", NOBODY),
    }
    return Stage("bluesky", script, settings=settings)


def written(stage: Stage) -> list[dict[str, Any]]:
    """The records of the last call; every write is a create in the account's own repository."""
    body = stage.last()
    assert {"repo": body["repo"], "validate": body["validate"]} == {"repo": DID, "validate": True}
    assert {write["$type"] for write in body["writes"]} == {"com.atproto.repo.applyWrites#create"}
    return [write["value"] for write in body["writes"]]


def embed(stage: Stage) -> dict[str, Any]:
    (record,) = written(stage)
    shown: dict[str, Any] = record["embed"]
    return shown


def uploaded(name: str, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": LINK}, "mimeType": kind, "size": len(f"bytes of {name}")}


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text() -> None:
    acme = stage()
    record = {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-12-01T09:00:00.000Z"}
    url = f"https://bsky.app/profile/acme.example/post/{RKEYS[0]}"
    assert acme.publish(text("Hello")) == (Receipt(f"{POSTS}/{RKEYS[0]}", url, {"cid": cid(record)}),)
    write = {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "rkey": RKEYS[0]}
    assert acme.sent("Session") == [
        (
            "POST",
            "/xrpc/com.atproto.repo.applyWrites",
            {"repo": DID, "validate": True, "writes": [write | {"value": record}]},
        )
    ]
    assert acme.calls[-1].headers["authorization"] == "Bearer test-jwt"


def test_it_signs_in_once_and_without_a_token() -> None:
    acme = stage()
    acme.publish(text())
    assert acme.sent("applyWrites", "getSession") == [
        (
            "POST",
            "/xrpc/com.atproto.server.createSession",
            {"identifier": "acme.example", "password": "test-password"},
        )
    ]
    assert "authorization" not in acme.calls[0].headers


def test_facets_count_bytes() -> None:
    words = "👋🏽 @bob.example & @nobody.example: Grüße #GitOps, see docs"
    at = {
        word: (words.index(word), words.index(word) + len(word))
        for word in ("@bob.example", "@nobody.example", "#GitOps", "docs")
    }
    part = text(
        words,
        facets=(
            Facet(*at["@bob.example"], "mention", "bob.example"),
            Facet(*at["@nobody.example"], "mention", "nobody.example"),
            Facet(*at["#GitOps"], "tag", "GitOps"),
            Facet(*at["docs"], "link", "https://example.com/docs"),
        ),
    )

    def resolve(call: Call) -> Response:
        return answer({"did": "did:plc:bob"}) if ("handle", "bob.example") in call.query else NOBODY

    acme = stage(resolve=resolve)
    acme.publish(part)
    (record,) = written(acme)
    raw = words.encode()
    assert [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"])
        for facet in record["facets"]
    ] == [
        ("@bob.example", [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"}]),
        ("#GitOps", [{"$type": "app.bsky.richtext.facet#tag", "tag": "GitOps"}]),
        ("docs", [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/docs"}]),
    ]


def test_a_link_card_with_a_picture() -> None:
    acme = stage()
    acme.publish(text(), link=card(title="Launch", description="We are live", image=image("thumb.jpg")))
    external = {
        "uri": "https://example.com/launch",
        "title": "Launch",
        "description": "We are live",
        "thumb": uploaded("thumb.jpg"),
    }
    assert embed(acme) == {"$type": "app.bsky.embed.external", "external": external}


def test_a_bare_link_card() -> None:
    acme = stage()
    acme.publish(text(), link=card())
    external = {"uri": "https://example.com/launch", "title": "https://example.com/launch", "description": ""}
    assert embed(acme) == {"$type": "app.bsky.embed.external", "external": external}


def test_images_have_alt_text_and_an_aspect_ratio() -> None:
    acme = stage()
    unknown = replace(image("b.jpg", alt=""), width=None, height=None)
    acme.publish(text(media=(image("a.jpg", alt="One"), unknown)), link=card())
    assert embed(acme) == {
        "$type": "app.bsky.embed.images",
        "images": [
            {"image": uploaded("a.jpg"), "alt": "One", "aspectRatio": {"width": 640, "height": 480}},
            {"image": uploaded("b.jpg"), "alt": ""},
        ],
    }
    uploads = [call for call in acme.calls if call.path.endswith("uploadBlob")]
    assert [(call.content_type, call.body) for call in uploads] == [
        ("image/jpeg", b"bytes of a.jpg"),
        ("image/jpeg", b"bytes of b.jpg"),
    ]


def test_a_video() -> None:
    acme = stage()
    acme.publish(text(media=(video(),)))
    assert embed(acme) == {
        "$type": "app.bsky.embed.video",
        "video": uploaded("clip.mp4", "video/mp4"),
        "alt": "A clip",
        "aspectRatio": {"width": 1280, "height": 720},
    }


def test_languages_labels_and_who_may_reply() -> None:
    said = {"langs": ["de", "pt-BR"], "labels": ["nudity"], "replies": ["mentioned", "followers", "following"]}
    acme = stage(said)
    acme.publish(text())
    post, gate = written(acme)
    assert post["langs"] == ["de", "pt-BR"]
    assert post["labels"] == {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "nudity"}]}
    kind = "app.bsky.feed.threadgate"
    rules = [f"{kind}#mentionRule", f"{kind}#followerRule", f"{kind}#followingRule"]
    assert gate == {
        "$type": kind,
        "post": f"{POSTS}/{RKEYS[0]}",
        "allow": [{"$type": rule} for rule in rules],
        "createdAt": post["createdAt"],
    }
    assert {write["rkey"] for write in acme.last()["writes"]} == {RKEYS[0]}, "a gate has the key of its post"


def test_nobody_may_reply() -> None:
    acme = stage({"replies": "nobody"})
    acme.publish(text())
    assert written(acme)[1]["allow"] == []


# --- threads --------------------------------------------------------------------------------------------------------


def test_a_thread_is_one_call() -> None:
    acme = stage()
    receipts = acme.publish(text("One", media=(image(),)), text("Two"), text("By the way", comment=True), link=card())
    one, two, comment = written(acme)
    assert [receipt.remote_id for receipt in receipts] == [f"{POSTS}/{rkey}" for rkey in RKEYS]
    assert [receipt.extra["cid"] for receipt in receipts] == [cid(one), cid(two), cid(comment)]
    root = {"uri": f"{POSTS}/{RKEYS[0]}", "cid": cid(one)}
    assert "reply" not in one
    assert two["reply"] == {"root": root, "parent": root}
    assert comment["reply"] == {"root": root, "parent": root}, "a comment answers the first part"
    times = [record["createdAt"] for record in (one, two, comment)]
    assert times == [f"2026-12-01T09:00:00.00{at}Z" for at in range(3)]
    assert list(RKEYS) == sorted(RKEYS)


def test_each_part_answers_the_one_before() -> None:
    acme = stage()
    acme.publish(text("One"), text("Two"), text("Three"))
    one, two, three = written(acme)
    assert two["reply"]["parent"]["cid"] == cid(one)
    assert three["reply"]["parent"] == {"uri": f"{POSTS}/{RKEYS[1]}", "cid": cid(two)}
    assert three["reply"]["root"]["cid"] == cid(one)


ROOT = Receipt(f"{POSTS}/3n3lkroot2222", extra={"cid": cid({"text": "root"})})
PARENT = Receipt(f"{POSTS}/3n3lkparent22", extra={"cid": cid({"text": "two"})})


def test_the_rest_of_a_thread_goes_on_from_what_stands() -> None:
    acme = stage({"replies": "nobody"})
    acme.publish(text("Three"), first=2, root=ROOT, parent=PARENT, link=card())
    (record,) = written(acme)
    assert record["reply"] == {
        "root": {"uri": ROOT.remote_id, "cid": ROOT.extra["cid"]},
        "parent": {"uri": PARENT.remote_id, "cid": PARENT.extra["cid"]},
    }
    assert "embed" not in record, "the card is the first part's, and so is the gate"
    assert acme.last()["writes"][0]["rkey"] == RKEYS[2], "the same key as when the thread was sent whole"


def test_the_keys_do_not_depend_on_fractions_of_a_second() -> None:
    """A ledger that kept whole seconds must lead to the same keys and the same records."""
    first, second = stage(), stage()
    receipts = first.publish(text("One"), text("Two"))
    dispatch = replace(second.prepare(text("One"), text("Two")), claimed_at=CLAIMED.replace(microsecond=0))
    assert second.run(second.provider.publish(second.http, second.account, dispatch)) == receipts


def test_another_claim_has_other_keys() -> None:
    acme = stage()
    later = replace(acme.prepare(text()), claimed_at=CLAIMED + timedelta(seconds=1))
    (receipt,) = acme.run(acme.provider.publish(acme.http, acme.account, later))
    assert receipt.remote_id > f"{POSTS}/{RKEYS[0]}"


# --- was it published? ----------------------------------------------------------------------------------------------


def sought(acme: Stage) -> Dispatch:
    return acme.prepare(text("One"), text("Two"))


def record(at: int, content: str) -> Response:
    return answer({"uri": f"{POSTS}/{RKEYS[at]}", "cid": content, "value": {}})


def test_it_is_found_by_its_key() -> None:
    acme = stage()
    receipts = acme.publish(text("One"), text("Two"))
    again = stage(read=record(0, receipts[0].extra["cid"]))
    assert found(again.find(sought(again))) == receipts
    assert again.last() == {"repo": DID, "collection": "app.bsky.feed.post", "rkey": RKEYS[0]}
    assert [call.path for call in again.calls].count("/xrpc/com.atproto.repo.getRecord") == 1, "one proves them all"


def test_a_thread_whose_first_post_somebody_deleted_was_published() -> None:
    second = stage().publish(text("One"), text("Two"))[1].extra["cid"]

    def read(call: Call) -> Response:
        return record(1, second) if ("rkey", RKEYS[1]) in call.query else NO_RECORD

    acme = stage(read=read)
    assert len(found(acme.find(sought(acme)))) == 2


def test_it_is_absent_when_no_key_is_there() -> None:
    acme = stage()
    assert acme.find(sought(acme)) == Absent()
    assert acme.last()["rkey"] == RKEYS[1]


def test_another_text_under_its_key_is_a_matter_for_a_person() -> None:
    acme = stage(read=record(0, "bafyother"))
    url = f"https://bsky.app/profile/acme.example/post/{RKEYS[0]}"
    assert acme.find(sought(acme)) == Blind(f"another text than the approved one stands under its key: {url}")


def test_trouble_is_no_absence() -> None:
    acme = stage(read=answer({"error": "InternalServerError"}, 500))
    with pytest.raises(errors.Unavailable):
        acme.find(sought(acme))


def test_a_key_that_is_taken_is_looked_up_and_not_sent_again() -> None:
    """A server answers 500 to a second record under one key."""
    acme = stage(write=answer({"error": "InternalServerError", "message": "There is already a value at key"}, 500))
    with pytest.raises(errors.Unknown):
        acme.publish(text())


# --- the rest -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "failure", "said"),
    [
        (answer({"error": "InvalidToken"}, 400), errors.Reauthorize, "not valid"),
        (answer({"error": "ExpiredToken"}, 400), errors.Reauthorize, "expired"),
        (answer({"error": "AuthenticationRequired"}, 401), errors.Reauthorize, "identifier or the password"),
        (answer({"error": "BlobNotFound"}, 400), errors.Unavailable, "upload it again"),
        (answer({"error": "InvalidRequest", "message": "too long"}, 400), errors.Rejected, "too long"),
        (answer({"error": "RateLimitExceeded"}, 429), errors.Throttled, "too many"),
    ],
)
def test_a_refused_write(reply: Response, failure: type[errors.Failure], said: str) -> None:
    with pytest.raises(failure, match=said):
        stage(write=reply).publish(text())


def test_a_wrong_password() -> None:
    wrong = answer({"error": "AuthFactorTokenRequired", "message": "A sign in code has been sent"}, 401)
    with pytest.raises(errors.Reauthorize, match="use an app password"):
        stage(session=wrong).publish(text())


def test_an_upload_that_is_not_understood_can_be_repeated() -> None:
    with pytest.raises(errors.Unavailable, match=r"did not say where it keeps `a\.jpg`"):
        stage(upload=answer({})).publish(text(media=(image(),)))


def test_delete() -> None:
    acme = stage()
    acme.delete(Receipt(f"{POSTS}/{RKEYS[0]}"))
    assert acme.last() == {"repo": DID, "collection": "app.bsky.feed.post", "rkey": RKEYS[0]}


def test_a_post_cannot_be_edited() -> None:
    acme = stage()
    with pytest.raises(errors.Rejected, match="cannot edit"):
        acme.edit(acme.dispatch(text()), Receipt("at://x"))


def test_who_it_is() -> None:
    identity = stage().whoami()
    assert (identity.remote_id, identity.name, identity.limits) == (DID, "acme.example", {})


# --- by OAuth -----------------------------------------------------------------------------------------------------


def by_oauth(script: Script) -> Stage:
    """An account that was connected by OAuth."""
    made = Stage("bluesky", script)
    made.credentials = {"access_token": "test-token", "dpop_key": new_key()}
    return made


def digest(value: str) -> str:
    return urlsafe_b64encode(sha256(value.encode()).digest()).decode().rstrip("=")


def proven(call: Call, key: str) -> dict[str, Any]:
    """The claims of a request's proof, which is signed with the key of the account."""
    private = ECKey.import_key(json.loads(key))
    token = jwt.decode(call.headers["dpop"], private, algorithms=["ES256"])
    assert {**token.header, "jwk": None} == {"typ": "dpop+jwt", "alg": "ES256", "jwk": None}
    assert token.header["jwk"] == private.as_dict(private=False)
    assert "d" not in token.header["jwk"]
    return token.claims


def test_each_request_proves_the_key_and_the_mutation_has_the_newest_nonce() -> None:
    nonces = iter(("one", "two", "three"))

    def session(call: Call) -> Response:
        return replace(answer(SESSION), headers={"dpop-nonce": next(nonces)})

    acme = by_oauth(
        {"GET /xrpc/com.atproto.server.getSession": session, "POST /xrpc/com.atproto.repo.applyWrites": answer({})}
    )
    acme.publish(text("Hello"))
    claims = [proven(call, acme.credentials["dpop_key"]) for call in acme.calls]
    assert [(c["htm"], c["htu"].rpartition(".")[2], c.get("nonce")) for c in claims] == [
        ("GET", "getSession", None),
        ("GET", "getSession", "one"),
        ("GET", "getSession", "two"),
        ("POST", "applyWrites", "three"),
    ]
    assert {c["ath"] for c in claims} == {digest("test-token")}
    assert {c["iat"] for c in claims} == {int(CLAIMED.timestamp())}
    assert {call.headers["authorization"] for call in acme.calls} == {"DPoP test-token"}


def test_a_mutation_that_is_refused_for_want_of_a_nonce_was_not_accepted() -> None:
    refused = replace(answer({"error": "use_dpop_nonce", "message": "…"}, 401), headers={"dpop-nonce": "newer"})
    acme = by_oauth(
        {"GET /xrpc/com.atproto.server.getSession": answer(SESSION), "POST /xrpc/com.atproto.repo.applyWrites": refused}
    )
    with pytest.raises(errors.Unavailable, match="the server asks for a newer nonce"):
        acme.publish(text("Hello"))
    assert sum(call.method == "POST" for call in acme.calls) == 1


def test_a_token_that_ran_out_is_told_before_anything_is_sent() -> None:
    ended = answer({"error": "invalid_token", "message": "…"}, 401)
    acme = by_oauth({"GET /xrpc/com.atproto.server.getSession": ended})
    with pytest.raises(errors.Reauthorize, match="the token has expired, or was taken back"):
        acme.publish(text("Hello"))


def test_an_app_password_that_is_set_by_hand_goes_first() -> None:
    acme = stage()
    acme.credentials |= {"access_token": "test-token", "dpop_key": new_key()}
    acme.publish(text("Hello"))
    assert acme.calls[-1].headers["authorization"] == "Bearer test-jwt"
    assert not [call for call in acme.calls if "dpop" in call.headers]
