"""Facebook pages: https://developers.facebook.com/documentation/pages-api/posts ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import _facebook_auth, _facebook_media, _facebook_metrics, _facebook_videos, _meta, base
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Found, Http, Identity

CHECKED = "2026-11-22"
POSTS = "https://developers.facebook.com/documentation/pages-api/posts.md"
REELS = "https://developers.facebook.com/documentation/video-api/guides/reels-publishing"
RATES = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting/"
PUBLISHERS = "https://docs.letmepost.dev/platforms/facebook"

ROOT = f"/{_meta.VERSION}"


class Settings(BaseModel, extra="forbid", frozen=True):
    """What a post may say for a Facebook page alone."""

    page: _meta.Id = Field(description="id of the page, a number")
    type: Literal["post", "reel", "story"] = Field(
        default="post", description="a reel is one upright video of up to 90 seconds; a story has no text"
    )
    text_format_preset_id: _meta.Id | None = Field(
        default=None, description="id of a coloured background; for a text alone of up to 130 characters"
    )
    place: _meta.Id | None = Field(default=None, description="id of the page of the place")


SPEC = base.Spec(
    name="facebook",
    title="Facebook",
    docs=POSTS,
    api=f"Graph API {_meta.VERSION}",
    origin="https://graph.facebook.com",
    text=base.TextRule(form=Form.PLAIN, limit=base.Limit(63_206, Unit.CODE_POINT, PUBLISHERS, CHECKED), loose=True),
    media=_facebook_media.ATTACHED,
    credentials=("access_token",),
    settings=Settings,
    auth=(_facebook_auth.AUTH,),
    manual=_facebook_auth.MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    post_title=base.Title.OPTIONAL,
    link_card=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("page",),
    account_settings=("page",),
    metrics=_facebook_metrics.METRICS,
    metrics_keep_days=_facebook_metrics.KEEP_DAYS,
    metrics_need=("read_insights", "pages_read_engagement"),
    no_metrics="the impressions and reach of before June 2026, which Facebook has removed; comments and stories",
    rates=(
        base.Rate("reels", 30, 86_400, "page", REELS),
        base.Rate("calls, for each person who engages with the page", 4800, 86_400, "page", RATES),
    ),
    error_codes=_meta.CODES,
    error_texts=_meta.TEXTS,
    ok_field="success",
    error_table=(
        base.ErrorRule(None, "506", errors.Rejected, "the page has just said the same words"),
        base.ErrorRule(None, "1366051", errors.Rejected, "these photos are posted already"),
        base.ErrorRule(None, "1366046", errors.Rejected, "a photo is too large, or no JPEG or PNG"),
        base.ErrorRule(None, "1390008", errors.Throttled, "the page posts too fast"),
        base.ErrorRule(None, "1404078", errors.Reauthorize, "the app may not post to this page any more"),
        base.ErrorRule(None, "1404102", errors.Rejected, "it takes this for spam"),
        base.ErrorRule(None, "1609008", errors.Rejected, "it takes no links to Facebook itself here"),
        base.ErrorRule(None, "1363047", errors.Unknown, "it is in trouble, perhaps after it was done"),
        base.ErrorRule(None, "1609010", errors.Unknown, "it is in trouble, perhaps after it was done"),
        base.ErrorRule(None, "80001", errors.Throttled, "the page makes too many calls"),
        *_meta.ERRORS,
    ),
    variants=_facebook_media.VARIANTS,
    notes=(
        "A user's token may be given: the page's own is read with it, and used for everything.",
        "An error 1 or 2, or HTTP 500, has been answered for posts that were out: it is looked up, never sent again.",
        "Photos are uploaded first and unseen, then shown by one call; a video is published by its last phase.",
        "Videos, reels and video stories are processed after that; until then the delivery is looked up.",
        "The card of `link` gives way to media of the first part.",
        "Further parts and `:::comment` are comments on the post, each with one picture at most.",
        "The text of a video is its description, and `title` its title.",
        "Facebook lets an app change only what the app itself posted.",
        "How many photos a post takes is not documented; 10 is what others send.",
        "Sources differ on the size of photos (4 or 10 MB) and of videos (4 or 10 GB).",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """The page's token, not the user's: what a user's posts is somebody's comment, or refused."""
    page = account.settings.get("page")
    token = await _facebook_videos.page_token(http, str(page)) if page else http.secret("access_token")
    return {"Authorization": f"Bearer {token}"}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The page that is posted to."""
    page = (await http.get(f"{ROOT}/{account.settings['page']}", params={"fields": "id,name"})).json
    return Identity(base.said(page, "id", errors.Unavailable), str(page.get("name", "")))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload what the part needs, unseen: ``{"photos": [id, ...]}``, or a video that waits for its last phase."""
    settings, media = _settings(dispatch), dispatch.part.media
    _may_be(settings, dispatch)
    if any(each.kind is MediaKind.VIDEO for each in media):
        return await _facebook_videos.prepare(http, settings.page, settings.type, dispatch)
    return {"photos": [await _photo(http, settings.page, each) for each in media]}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Publish a post, a reel, a story or a comment."""
    settings, prepared, words = _settings(dispatch), dispatch.prepared, dispatch.part.text
    if prepared.get("video"):
        return await _publish_video(http, dispatch)
    if root := dispatch.root:
        said = base.filled(message=words, attachment_id=next(iter(prepared["photos"]), None))
        answer = (await http.mutate("POST", f"{ROOT}/{root.remote_id}/comments", form=said)).json
        return (_comment(base.said(answer, "id"), root),)
    if settings.type == "story":
        form = {"photo_id": prepared["photos"][0]}
        answer = (await http.mutate("POST", f"{ROOT}/{settings.page}/photo_stories", form=form)).json
        return (_story(base.said(answer, "post_id"), settings.page),)
    answer = (await http.mutate("POST", f"{ROOT}/{settings.page}/feed", form=_feed(dispatch))).json
    return (_receipt(base.said(answer, "id")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Ask the video; read the page's posts or stories, or the post's comments, back to the time of the claim."""
    settings, prepared = _settings(dispatch), dispatch.prepared or {}
    if prepared.get("video"):
        return await _find_video(http, settings, prepared)
    if root := dispatch.root:
        listing = _meta.Listing(f"{ROOT}/{root.remote_id}/comments", "message", link="", time="created_time")
        comment = await listing.search(http, dispatch)
        return Found((_comment(comment.remote_id, root),)) if comment else Absent()
    if settings.type == "story":
        return await _find_story(http, settings.page, prepared.get("photos") or [])
    return await _find_post(http, settings.page, dispatch)


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the words; media stay."""
    name = "description" if receipt.extra.get("kind") == "video" else "message"
    await http.mutate("POST", f"{ROOT}/{receipt.remote_id}", form={name: dispatch.part.text})
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the post down; one that is gone is fine."""
    await http.mutate("DELETE", f"{ROOT}/{receipt.remote_id}", expect=(_meta.GONE,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The pages that the user may post to, for ``page``. Only a user's token can list them."""
    found = {}
    async for page in _meta.pages(http, f"{ROOT}/me/accounts", "id,name"):
        found[base.said(page, "id", errors.Unavailable)] = str(page.get("name", ""))
    return found


metrics = _facebook_metrics.of_posts
account_metrics = _facebook_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _may_be(settings: Settings, dispatch: Dispatch) -> None:
    """What no list of limits can say: how the type of a post and its media go together."""
    kinds = [media.kind for media in dispatch.part.media]
    if dispatch.root:
        if settings.type == "story":
            raise errors.Rejected("a story cannot be commented on", help="leave the further parts out")
        if MediaKind.VIDEO in kinds or len(kinds) > 1:
            raise errors.Rejected("a comment has one picture at most", help="move the media into the first part")
    elif settings.type == "reel" and kinds != [MediaKind.VIDEO]:
        raise errors.Rejected("a reel is one video", help="attach one, or leave out `type: reel`")
    elif settings.type == "story" and len(kinds) != 1:
        raise errors.Rejected("a story is one picture or one video", help="write one post for each of them")


async def _photo(http: Http, page: str, media: Media) -> str:
    """One photo, which nobody sees before a post shows it."""
    blob = await http.load(media)
    form = {"published": "false"} | base.filled(alt_text_custom=blob.alt)
    files = [base.Upload("source", blob.filename, blob.type, blob.data)]
    answer = await http.post(f"{ROOT}/{page}/photos", form=form, files=files)
    return base.said(answer.json, "id", errors.Unavailable)


async def _publish_video(http: Http, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """The last phase. It is accepted at once and seen later, so a look decides."""
    settings, prepared = _settings(dispatch), dispatch.prepared
    if prepared.get("published"):
        raise errors.Unknown("an earlier attempt has published it: the video says so")
    form = _facebook_videos.last_phase(prepared, dispatch.part.text, dispatch.draft.title)
    edge = _facebook_videos.EDGES[prepared["kind"]]
    await http.mutate("POST", f"{ROOT}/{settings.page}/{edge}", form=form)
    raise errors.Unknown("Facebook has accepted the video and still processes it")


def _feed(dispatch: Dispatch) -> dict[str, str]:
    settings, photos, link = _settings(dispatch), dispatch.prepared["photos"], dispatch.draft.link
    said: dict[str, str] = base.filled(message=dispatch.part.text, place=settings.place)
    if photos:
        return said | {"attached_media": json.dumps([{"media_fbid": photo} for photo in photos])}
    return said | base.filled(link=link and link.url, text_format_preset_id=settings.text_format_preset_id)


def _receipt(post: str) -> Receipt:
    """A post's id is its page's and its own."""
    return Receipt(post, f"https://www.facebook.com/{post.replace('_', '/posts/')}")


def _story(post: str, page: str) -> Receipt:
    return Receipt(post, f"https://www.facebook.com/stories/{page}/{post}")


def _comment(comment: str, root: Receipt) -> Receipt:
    """A comment's id is its post's and its own."""
    return Receipt(comment, f"{root.url}?comment_id={comment.rpartition('_')[2]}" if root.url else None)


async def _find_video(http: Http, settings: Settings, prepared: JSON) -> Evidence:
    """What the video says; the post that a story is, where it is listed."""
    evidence = await _facebook_videos.settled(http, settings.page, prepared)
    if prepared["kind"] == "story" and isinstance(evidence, Found):
        story = await _find_story(http, settings.page, [prepared["video"]])
        return story if isinstance(story, Found) else evidence
    return evidence


async def _find_story(http: Http, page: str, photos: list[str]) -> Evidence:
    params = {"fields": "post_id,media_id", "limit": "100"}
    rows = base.rows((await http.get(f"{ROOT}/{page}/stories", params=params)).json, "data")
    mine = [row for row in rows if str(row.get("media_id")) in photos]
    return Found((_story(base.said(mine[0], "post_id", errors.Unavailable), page),)) if mine else Absent()


async def _find_post(http: Http, page: str, dispatch: Dispatch) -> Evidence:
    """Photos that were uploaded for the post are better evidence than its words."""
    shown = "attachments{target{id},subattachments{target{id}}}"
    listing = _meta.Listing(f"{ROOT}/{page}/published_posts", "message", link="", time="created_time", more=shown)
    photos = set((dispatch.prepared or {}).get("photos") or ())
    for row in await listing.recent(http, dispatch):
        of_row = _photos_of(row)
        same = _meta.plain(row.get("message")) == _meta.plain(dispatch.part.text)
        if photos & of_row or (same and not (photos and of_row)):
            return Found((_receipt(base.said(row, "id", errors.Unavailable)),))
    return Absent()


def _photos_of(row: Mapping[str, Any]) -> set[str]:
    """The ids of what a post shows, one or several."""
    outer = (row.get("attachments") or {}).get("data") or ()
    inner = [sub for each in outer for sub in (each.get("subattachments") or {}).get("data") or ()]
    return {str(each["target"]["id"]) for each in (*outer, *inner) if (each.get("target") or {}).get("id")}
