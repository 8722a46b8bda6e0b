"""TikTok: https://developers.tiktok.com/doc/content-posting-api-reference-direct-post .

A film is posted when its last chunk has arrived, so that is the mutation; the task that it ends was recorded before.
Photos are posted by the call that names them: the answer's ``publish_id`` is kept for the look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _tiktok_auth, _tiktok_metrics, _tiktok_upload, base
from postiz_ops.providers._tiktok_posts import WORDS, Settings, check, film, photos, settings_of
from postiz_ops.providers.base import (
    JSON,
    Absent,
    Blind,
    Dispatch,
    Evidence,
    Found,
    Http,
    Identity,
    Processing,
    Refused,
)

CHECKED = "2026-11-22"
DOCS = "https://developers.tiktok.com/doc/"
DIRECT = f"{DOCS}content-posting-api-reference-direct-post"
PHOTO = f"{DOCS}content-posting-api-reference-photo-post"
TRANSFER = f"{DOCS}content-posting-api-media-transfer-guide"
STATUS = f"{DOCS}content-posting-api-reference-get-video-status"
CREATOR = f"{DOCS}content-posting-api-reference-query-creator-info"
GUIDELINES = f"{DOCS}content-sharing-guidelines"

PUBLISH = "/v2/post/publish"

LOOKS = (0, 1, 2, 4, 8, 15)
"""Seconds to wait before each look at a post that TikTok processes; after the last, a later run looks again."""

AGAIN = ("internal", "video_pull_failed", "photo_pull_failed")
"""Reasons of a failure that TikTok says to try again after."""

SPEC = base.Spec(
    name="tiktok",
    title="TikTok",
    docs=DIRECT,
    api="TikTok Content Posting API v2",
    origin="https://open.tiktokapis.com",
    text=base.TextRule(form=Form.PLAIN, limit=base.Limit(2200, Unit.UTF16, DIRECT, CHECKED)),
    media=base.MediaRule(
        kinds={
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/webm", "video/quicktime"),
                max_bytes=4_294_967_296,
                max_duration=600,
                max_items=1,
            ),
            MediaKind.IMAGE: base.KindRule(
                ("image/jpeg", "image/webp"), max_bytes=20_971_520, max_pixels=2_073_600, fit=True
            ),
        },
        max_items=35,
        source=TRANSFER,
        checked=CHECKED,
        required=True,
        public=(MediaKind.IMAGE,),
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_tiktok_auth.AUTH,),
    manual=_tiktok_auth.MANUAL,
    post_title=base.Title.OPTIONAL,
    title_limit=base.Limit(90, Unit.UTF16, PHOTO, CHECKED),
    title_with=(MediaKind.IMAGE,),
    lookup=base.Lookup.BY_ID,
    required_settings=("privacy",),
    metrics=_tiktok_metrics.METRICS,
    metrics_batch=_tiktok_metrics.BATCH,
    metrics_need=("video.list", "user.info.stats"),
    no_metrics="posts that are not public, which have no id",
    rates=(
        base.Rate("posts begun", 6, 60, "user", DIRECT, posts=True),
        base.Rate("looks at what became of a post", 30, 60, "user", STATUS),
        base.Rate("looks at what the creator may choose", 20, 60, "user", CREATOR),
        base.Rate("posts (typically, over all apps)", 15, 86_400, "creator", GUIDELINES, posts=True),
    ),
    error_codes=("error.code",),
    error_texts=("error.message",),
    refusals=("error.code",),
    error_table=(
        base.ErrorRule(None, "access_token_invalid", errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(None, "scope_not_authorized", errors.Reauthorize, "the access token lacks a scope"),
        base.ErrorRule(None, "scope_permission_missed", errors.Reauthorize, "the access token lacks a scope"),
        base.ErrorRule(
            None,
            "token_not_authorized_for_specified_publish_id",
            errors.Reauthorize,
            "the access token is another creator's",
        ),
        base.ErrorRule(None, "rate_limit_exceeded", errors.Throttled, "too many calls"),
        base.ErrorRule(
            None, "spam_risk_too_many_posts", errors.Throttled, "the creator has posted as often as a day allows"
        ),
        base.ErrorRule(
            None,
            "spam_risk_too_many_pending_share",
            errors.Throttled,
            "five drafts wait in the creator's inbox: post or discard them",
        ),
        base.ErrorRule(
            None, "reached_active_user_cap", errors.Throttled, "the app has as many creators today as it may"
        ),
        base.ErrorRule(None, "spam_risk_user_banned_from_posting", errors.Rejected, "this creator may post nothing"),
        base.ErrorRule(
            None,
            "unaudited_client_can_only_post_to_private_accounts",
            errors.Rejected,
            "the app is not audited: the account must be private, and `privacy` `SELF_ONLY`",
        ),
        base.ErrorRule(
            None,
            "url_ownership_unverified",
            errors.Rejected,
            "the address of the photos is not verified: add its domain to the app",
        ),
        base.ErrorRule(
            None, "privacy_level_option_mismatch", errors.Rejected, "the creator may not choose this privacy"
        ),
        base.ErrorRule(None, "invalid_param", errors.Rejected, "it does not take this post"),
        base.ErrorRule(None, "invalid_params", errors.Rejected, "it does not take this post"),
        base.ErrorRule(None, "internal_error", errors.Unknown, "it failed, perhaps after it was done"),
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Rejected, "it does not allow this"),
        base.ErrorRule(200, None, errors.Rejected, "it refused"),
    ),
    no_threads_help="TikTok has no interface for comments: write it as one part, or leave this account out",
    notes=(
        "The text is a film's caption; photos have a `title` of up to 90 characters and the text as their description.",
        "A description may have 4,000 characters; the caption's 2,200 are checked for photos too.",
        "`privacy` must be one of what the creator may choose, which is asked before every post.",
        "Apps that TikTok has not audited may post for private accounts and `SELF_ONLY` alone.",
        "Films are uploaded in chunks; the last one posts. TikTok fetches photos: a verified domain has to host them.",
        "A delivery is published when TikTok says so; its URL is known once a public post has passed moderation.",
        "With `mode: inbox` it is published when the draft is in the creator's inbox; a film's caption stays behind.",
        "A lost answer is settled by the post's `publish_id`; that of photos is lost with it, and a person looks.",
        "There is no interface to change or delete a post, to comment or to give alt texts.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The user behind the token."""
    answer = (await http.get("/v2/user/info/", params={"fields": "open_id,display_name"})).json
    user = (answer.get("data") or {}).get("user") if isinstance(answer, dict) else None
    return Identity(base.said(user, "open_id", errors.Unavailable), str((user or {}).get("display_name") or ""))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Ask what the creator may do; then upload a film but for its last chunk, or find addresses for photos.

    ``{"creator": name}`` with ``publish_id``, ``upload_url`` and ``at`` for a film, or ``request`` for photos.
    """
    creator = await _creator(http) if settings_of(dispatch).mode == "direct" else {}
    if creator:
        check(dispatch, creator)
    name = {"creator": str(creator.get("creator_username") or "")}
    if dispatch.part.media[0].kind is MediaKind.IMAGE:
        urls = [await http.public_url(media) for media in dispatch.part.media]
        return name | {"request": photos(dispatch, creator, urls)}
    blob = await http.load(dispatch.part.media[0])
    task = await _resumed(http, dispatch.prepared) or await _begun(http, dispatch, creator, len(blob.data))
    going = await _tiktok_upload.advance(http, task | name, blob)
    return going or await _tiktok_upload.advance(
        http, await _begun(http, dispatch, creator, len(blob.data)) | name, blob
    )


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Send the last chunk, or name the photos. Only a look-up tells what becomes of it: raises ``Unknown``."""
    known = dict(dispatch.prepared)
    if "request" in known:
        answer = await http.mutate("POST", f"{PUBLISH}/content/init/", json=known["request"])
        known["publish_id"] = _tiktok_upload.said(answer, "publish_id")
    elif known["at"] < known["size"]:
        blob = await http.load(dispatch.part.media[0])
        answer = await _tiktok_upload.finish(http, known, blob)
        if answer.status in _tiktok_upload.GONE:
            raise errors.Unknown("the upload has expired: it begins again", known=known | {"upload_url": ""})
        if answer.status != 201:
            raise errors.Unknown("TikTok did not say that it has all of the film")
    raise errors.Unknown("TikTok has it, and has not said yet what becomes of it", known=known)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Ask by the ``publish_id``, for a while, what became of it."""
    if not (publish_id := dispatch.prepared.get("publish_id")):
        return Blind("TikTok tells of photos by an id alone, which was lost with the answer: look at the profile")
    evidence: Evidence = Absent()
    for seconds in LOOKS:
        await http.pause(seconds)
        evidence = _evidence(await _tiktok_upload.state(http, publish_id), dispatch)
        if not isinstance(evidence, Processing):
            break
    return evidence


edit = base.no_edit
delete = base.no_delete


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The levels of privacy that the creator may choose."""
    allowed = (await _creator(http)).get("privacy_level_options") or ()
    return {str(each): WORDS.get(str(each), str(each)) for each in allowed}


metrics = _tiktok_metrics.of_posts
account_metrics = _tiktok_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


async def _creator(http: Http) -> Mapping[str, Any]:
    answer = (await http.post(f"{PUBLISH}/creator_info/query/")).json
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise errors.Unavailable("the answer cannot be understood: it has no `data`")
    return data


async def _begun(http: Http, dispatch: Dispatch, creator: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Begin a task. Nothing is posted before all of the film is there."""
    source = {"source": "FILE_UPLOAD", **_tiktok_upload.division(size)}
    inbox = settings_of(dispatch).mode == "inbox"
    url = f"{PUBLISH}/inbox/video/init/" if inbox else f"{PUBLISH}/video/init/"
    info = {} if inbox else {"post_info": film(dispatch, creator)}
    answer = (await http.post(url, json=info | {"source_info": source})).json
    data = answer.get("data") if isinstance(answer, dict) else None
    publish_id, address = (base.said(data, key, errors.Unavailable) for key in ("publish_id", "upload_url"))
    return {"publish_id": publish_id, "upload_url": address, "size": size, "at": 0}


async def _resumed(http: Http, prepared: JSON) -> dict[str, Any] | None:
    """The task of an earlier run, if it can still be gone on with; ``at`` is its size where all has arrived."""
    if not prepared or not prepared.get("upload_url"):
        return None
    task = await _tiktok_upload.state(http, prepared["publish_id"])
    if task["status"] in ("FAILED", "UNKNOWN"):
        return None
    arrived = task["status"] != "PROCESSING_UPLOAD" or _whole(task, prepared)
    return {**prepared, "at": prepared["size"] if arrived else _tiktok_upload.reached(task, prepared["at"])}


def _whole(task: Mapping[str, Any], prepared: JSON) -> bool:
    """Whether all of a film has arrived, as far as TikTok says."""
    stored = task.get("uploaded_bytes")
    return not isinstance(stored, int) or stored >= prepared.get("size", 0)


def _evidence(task: Mapping[str, Any], dispatch: Dispatch) -> Evidence:
    match task["status"]:
        case "PUBLISH_COMPLETE" | "SEND_TO_USER_INBOX":
            return Found((_receipt(task, dispatch),))
        case "FAILED":
            reason = str(task.get("fail_reason") or "no reason given")
            return Refused(f"TikTok says that it failed ({reason})", again=reason in AGAIN)
        case "UNKNOWN":
            return Absent()
        case "PROCESSING_UPLOAD" if not _whole(task, dispatch.prepared):
            # The task makes one post at most, so going on with it is safe whatever is still under way.
            return Refused("the end of the film did not arrive: the upload goes on", again=True)
    return Processing("TikTok processes it")


def _receipt(task: Mapping[str, Any], dispatch: Dispatch) -> Receipt:
    """The post's id where it is known, which it is of public posts after moderation; else the task's."""
    posts, creator = task.get("publicaly_available_post_id") or (), dispatch.prepared.get("creator")
    kind = "photo" if "request" in dispatch.prepared else "video"
    if not posts:
        return Receipt(str(dispatch.prepared["publish_id"]), None, {"kind": kind})
    url = f"https://www.tiktok.com/@{creator}/{kind}/{posts[0]}" if creator else None
    return Receipt(str(posts[0]), url, {"kind": kind, "publish_id": str(dispatch.prepared["publish_id"])})
