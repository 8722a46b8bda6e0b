"""Bluesky, and other servers of the AT Protocol: https://docs.bsky.app/docs/advanced-guides/posts ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, DraftPart, Form, LinkCard, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import _bluesky_auth, _bluesky_metrics, _bluesky_oauth, base
from postiz_ops.providers._bluesky_records import GATE, POST, Post, gate, posts
from postiz_ops.providers.base import JSON, Absent, Blind, Blob, Dispatch, Evidence, Found, Http, Identity, Unsigned

CHECKED = "2026-11-22"
LEXICONS = "https://github.com/bluesky-social/atproto/blob/d6296a1c/lexicons/app/bsky/"
RATES = "https://docs.bsky.app/docs/advanced-guides/rate-limits"

Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Settings(BaseModel, extra="forbid", frozen=True):
    """What a post may say for Bluesky alone."""

    langs: list[Lang] = Field(default=[], max_length=3, description="languages of the text, up to 3 (BCP 47)")
    labels: list[Literal["sexual", "nudity", "porn", "graphic-media"]] = Field(
        default=[], max_length=10, description="self-labels: Bluesky's content warnings, which have fixed words"
    )
    replies: Literal["nobody"] | list[Literal["mentioned", "followers", "following"]] | None = Field(
        default=None, description="who may reply to the thread; everybody when absent"
    )


SPEC = base.Spec(
    name="bluesky",
    title="Bluesky",
    docs="https://docs.bsky.app/docs/advanced-guides/posts",
    api="AT Protocol, lexicons of 2026-08-20",
    origin="https://bsky.social",
    own_server=True,
    text=base.TextRule(
        form=Form.FACETS,
        limit=base.Limit(300, Unit.GRAPHEME, LEXICONS + "feed/post.json", CHECKED),
        also=(base.Limit(3000, Unit.UTF8_BYTE, LEXICONS + "feed/post.json", CHECKED),),
    ),
    media=base.MediaRule(
        kinds={
            # The lexicon allows 2,000,000 since 2026-06, but only 1,000,000 for a card's picture, and servers that were
            # not updated refuse more for any. What is shrunk to the smaller number is taken everywhere.
            MediaKind.IMAGE: base.KindRule(
                ("image/jpeg", "image/png", "image/webp", "image/gif"), max_bytes=1_000_000, fit=True
            ),
            MediaKind.VIDEO: base.KindRule(("video/mp4",), max_bytes=300_000_000, max_items=1),
        },
        max_items=4,
        source=LEXICONS + "embed/images.json",
        checked=CHECKED,
    ),
    credentials=("identifier", "password"),
    settings=Settings,
    auth=(_bluesky_oauth.AUTH,),
    manual=_bluesky_auth.MANUAL,
    threads=base.Threads.ATOMIC,
    max_parts=199,
    comments=True,
    link_card=True,
    delete=True,
    lookup=base.Lookup.BY_KEY,
    metrics=_bluesky_metrics.METRICS,
    metrics_batch=_bluesky_metrics.BATCH,
    no_metrics="how often a post was seen",
    rates=(
        base.Rate("points for writing (a post costs 3)", 5000, 3600, "account", RATES),
        base.Rate("points for writing (a post costs 3)", 35_000, 86_400, "account", RATES),
        base.Rate("sign-ins", 30, 300, "account", RATES),
        base.Rate("all calls", 3000, 300, "address", RATES),
    ),
    error_table=(
        base.ErrorRule(None, "ExpiredToken", errors.Reauthorize, "the session has expired"),
        base.ErrorRule(None, "InvalidToken", errors.Reauthorize, "the session is not valid"),
        base.ErrorRule(None, "AuthenticationRequired", errors.Reauthorize, "the identifier or the password is wrong"),
        base.ErrorRule(None, "AuthMissing", errors.Reauthorize, "the session is missing"),
        base.ErrorRule(
            None, "AuthFactorTokenRequired", errors.Reauthorize, "use an app password: it asks for a second factor"
        ),
        base.ErrorRule(None, "invalid_token", errors.Reauthorize, "the token has expired, or was taken back"),
        base.ErrorRule(None, "use_dpop_nonce", errors.Unavailable, "the server asks for a newer nonce"),
        base.ErrorRule(None, "invalid_dpop_proof", errors.Unavailable, "the proof was refused: is the clock right?"),
        base.ErrorRule(None, "AccountTakedown", errors.Reauthorize, "the account was taken down"),
        base.ErrorRule(None, "AccountDeactivated", errors.Reauthorize, "the account is deactivated"),
        base.ErrorRule(400, "BlobNotFound", errors.Unavailable, "an uploaded file is gone: upload it again"),
        base.ErrorRule(400, "InvalidRequest", errors.Rejected, "the server does not take this post"),
        base.ErrorRule(413, None, errors.Rejected, "a file is larger than this server takes"),
    ),
    notes=(
        "A thread is one call (`applyWrites`): all of its parts appear, or none does. At most 200 records go into one.",
        "The keys of the posts are ours, made of what never changes: a lost answer is settled by reading them back.",
        "Links, mentions and hashtags are facets; a mention of a handle that does not resolve stays plain text.",
        "The card of `link` is built from the post: nothing is fetched. It gives way to media of the same part.",
        "Images are shrunk to 1,000,000 bytes, which servers with older rules and link cards take too.",
        "Videos go to the account's server with `uploadBlob`, which Bluesky documents as the simple way.",
        "They are processed once the post is out, which shows none for some seconds.",
        "Servers with older rules take 100,000,000 bytes; a limit of three minutes is reported, and not checked.",
        "The video service would work ahead, but answers otherwise than its own lexicon says, so it is not used.",
        "`content_warning` has no free text here; `labels` has Bluesky's own words.",
        "An app password has no end, so it is the way for a runner.",
        "Consent by OAuth ends two weeks after it was given, however often its token is renewed.",
        "OAuth asks for posts, uploads and figures alone: neither messages nor the profile can be touched.",
        "With OAuth `url` is the server that keeps the posts; `accounts connect` says which, where it is another.",
        "`POSTIZ_PLC_DIRECTORY` names the directory of accounts (`did:plc`) where a network has one of its own.",
        "A token of OAuth is bound to a key of its own, and each request proves it with a nonce of the server (DPoP).",
        "A call that is refused for want of a newer nonce was not accepted; a look right before it makes that rare.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """Sign in with the app password. With OAuth each request is signed, and the first brings the server's nonce."""
    if _by_oauth(http):
        await whoami(http, account)
        return {}
    body = {"identifier": http.secret("identifier"), "password": http.secret("password")}
    session = (await http.post("/xrpc/com.atproto.server.createSession", json=body)).json
    return {"Authorization": f"Bearer {base.said(session, 'accessJwt', errors.Unavailable)}"}


def sign(http: Http, account: Account, unsigned: Unsigned) -> Mapping[str, str]:
    """Prove with each request that we hold the key of the token, where the account is connected by OAuth."""
    return _bluesky_oauth.signed(http, unsigned) if _by_oauth(http) else {}


async def whoami(http: Http, account: Account) -> Identity:
    """The account behind the session."""
    session = (await http.get("/xrpc/com.atproto.server.getSession")).json
    return Identity(base.said(session, "did", errors.Unavailable), base.said(session, "handle", errors.Unavailable))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload what the parts embed, and find out who is mentioned."""
    me = await whoami(http, account)
    card = dispatch.draft.link if dispatch.first == 0 else None
    return {
        "did": me.remote_id,
        "handle": me.name,
        "mentions": await _resolve(http, dispatch.parts),
        "embeds": [await _embed(http, part, None if at else card) for at, part in enumerate(dispatch.parts)],
    }


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Write the whole thread, or none of it."""
    thread = _posts(dispatch)
    writes = [_create(POST, post, post.record) for post in thread]
    if (replies := _settings(dispatch).replies) and dispatch.first == 0:
        writes.append(_create(GATE, thread[0], gate(thread[0], replies)))
    body = {"repo": dispatch.prepared["did"], "validate": True, "writes": writes}
    await _freshen(http, account)
    answer = await http.mutate("POST", "/xrpc/com.atproto.repo.applyWrites", json=body)
    if not isinstance(answer.json, dict):  # the lexicon requires no field of it, but an object it is
        raise errors.Unknown("the answer cannot be understood: it is no object")
    return tuple(post.receipt for post in thread)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the posts by their keys. They are written together, so one that is there proves them all."""
    thread = _posts(dispatch)
    for post in thread:
        where = {"repo": dispatch.prepared["did"], "collection": POST, "rkey": post.rkey}
        answer = await http.get("/xrpc/com.atproto.repo.getRecord", params=where, expect=("RecordNotFound",))
        if answer.status == 200 and base.said(answer.json, "cid", errors.Unavailable) == post.receipt.extra["cid"]:
            return Found(tuple(post.receipt for post in thread))
        if answer.status == 200:
            return Blind(f"another text than the approved one stands under its key: {post.receipt.url}")
    return Absent()


edit = base.no_edit


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the post down. One that is gone is fine with the server too."""
    repo, collection, rkey = receipt.remote_id.removeprefix("at://").split("/")
    body = {"repo": repo, "collection": collection, "rkey": rkey}
    await _freshen(http, account)
    await http.mutate("POST", "/xrpc/com.atproto.repo.deleteRecord", json=body)


options = base.no_options
metrics = _bluesky_metrics.of_posts
account_metrics = _bluesky_metrics.of_account


# --- the session --------------------------------------------------------------------------------------------------


def _by_oauth(http: Http) -> bool:
    """Whether the account has a token that is bound to a key. An app password, which is set by hand, goes first."""
    return not http.has_secret("password") and http.has_secret("dpop_key")


async def _freshen(http: Http, account: Account) -> None:
    """Have the newest nonce right before the one call that is not repeated: servers renew it every minute or so."""
    if _by_oauth(http):
        await whoami(http, account)


# --- mappers ------------------------------------------------------------------------------------------------------


async def _resolve(http: Http, parts: tuple[DraftPart, ...]) -> dict[str, str]:
    """Handle -> DID of those who are mentioned and exist."""
    handles = sorted({facet.value for part in parts for facet in part.facets if facet.kind == "mention"})
    found = {}
    for handle in handles:
        answer = await http.get(
            "/xrpc/com.atproto.identity.resolveHandle",
            params={"handle": handle},
            expect=("HandleNotFound", "InvalidRequest"),
        )
        if answer.status == 200:
            found[handle] = base.said(answer.json, "did", errors.Unavailable)
    return found


async def _embed(http: Http, part: DraftPart, card: LinkCard | None) -> dict[str, Any] | None:
    """A part shows its images, or its video, or a card."""
    if not part.media:
        return await _card(http, card) if card else None
    uploaded = [await _upload(http, media) for media in part.media]
    if part.media[0].kind is MediaKind.VIDEO:
        ref, blob = uploaded[0]
        return {"$type": "app.bsky.embed.video", "video": ref} | base.filled(alt=blob.alt, aspectRatio=_ratio(blob))
    images = [{"image": ref, "alt": blob.alt} | base.filled(aspectRatio=_ratio(blob)) for ref, blob in uploaded]
    return {"$type": "app.bsky.embed.images", "images": images}


async def _card(http: Http, card: LinkCard) -> dict[str, Any]:
    thumb = card.image and (await _upload(http, card.image))[0]
    words = {"uri": card.url, "title": card.title or card.url, "description": card.description or ""}
    return {"$type": "app.bsky.embed.external", "external": words | base.filled(thumb=thumb)}


async def _upload(http: Http, media: Media) -> tuple[dict[str, Any], Blob]:
    blob = await http.load(media)
    headers = {"Content-Type": blob.type}
    answer = await http.post("/xrpc/com.atproto.repo.uploadBlob", body=blob.data, headers=headers)
    (ref,) = base.rows([answer.json and answer.json.get("blob")]) or [{}]
    if not ref:
        raise errors.Unavailable(f"the server did not say where it keeps `{media.path}`")
    return ref, blob


def _ratio(blob: Blob) -> dict[str, int] | None:
    return {"width": blob.width, "height": blob.height} if blob.width and blob.height else None


def _create(collection: str, post: Post, value: dict[str, Any]) -> dict[str, Any]:
    kind = "com.atproto.repo.applyWrites#create"
    return {"$type": kind, "collection": collection, "rkey": post.rkey, "value": value}


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _posts(dispatch: Dispatch) -> list[Post]:
    settings = _settings(dispatch)
    return list(posts(dispatch, langs=settings.langs, labels=settings.labels))
