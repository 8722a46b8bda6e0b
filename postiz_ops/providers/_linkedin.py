"""What members and pages of LinkedIn share. Media are in ``_linkedin_media``, posts in ``_linkedin_content``.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _linkedin_media, base
from postiz_ops.providers._linkedin_content import POST_URN, content, settings_of
from postiz_ops.providers.base import JSON, Answer, Dispatch, Http

CHECKED = "2026-11-22"
DOCS = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/"
POSTS = f"{DOCS}posts-api"
SCHEMA = f"{DOCS}post-api-schema"
COMMENTS = f"{DOCS}comments-api"

VERSION = "202609"
SUNSET = "2027-09-15"
"""A version is served for a year at least, and those of this year end in the middle of their month."""

PROTOCOL = {"X-Restli-Protocol-Version": "2.0.0"}

OTHERS = "https://glama.ai/mcp/servers/Colorado-Startups/linken/tools/comment_create"
"""Where another publisher says how long a comment may be; LinkedIn does not."""

DUPLICATE = "DUPLICATE_POST"
NAMED = re.compile(rf"Content is a duplicate of ({POST_URN})")
"""How LinkedIn says which post a text is a duplicate of; the words before it differ."""

TEXT = base.TextRule(
    form=Form.LITTLE_TEXT,
    limit=base.Limit(3000, Unit.CODE_POINT, f"{DOCS}ugc-post-api", CHECKED),
    loose=True,
    replies=base.Limit(1250, Unit.CODE_POINT, OTHERS, CHECKED, verified=False),
    replies_form=Form.PLAIN,
)

MEDIA = base.MediaRule(
    kinds={
        MediaKind.IMAGE: base.KindRule(
            ("image/jpeg", "image/png", "image/gif"), max_bytes=20_971_520, max_pixels=36_152_319, fit=True
        ),
        MediaKind.GIF: base.KindRule(("image/gif",), max_bytes=20_971_520, max_items=1, verified=False),
        MediaKind.VIDEO: base.KindRule(
            ("video/mp4",), max_bytes=524_288_000, min_duration=3, max_duration=1800, max_items=1
        ),
        MediaKind.DOCUMENT: base.KindRule(("application/pdf",), max_bytes=104_857_600, max_items=1),
    },
    max_items=20,
    source=f"{DOCS}multiimage-post-api",
    checked=CHECKED,
    alt=base.Limit(4086, Unit.CODE_POINT, f"{DOCS}multiimage-post-api", CHECKED),
    excluded_by=("poll", "reshare"),
    replies=1,
)

MENTIONS = "@[{name}]({handle})"

CODES = ("errorDetails.inputErrors.0.code", "code")

ERRORS = (
    base.ErrorRule(400, "MEDIA_ASSET_WAITING_UPLOAD", errors.Unavailable, "an uploaded file is not ready yet"),
    base.ErrorRule(400, "MEDIA_ASSET_PROCESSING_FAILED", errors.Rejected, "it could not process an uploaded file"),
    base.ErrorRule(400, "FIELD_LENGTH_TOO_LONG", errors.Rejected, "a text is too long"),
    base.ErrorRule(400, "INVALID_VALUE_BLANK_FIELD", errors.Rejected, "a text is empty: LinkedIn wants words"),
    base.ErrorRule(400, None, errors.Rejected, "it does not take this post"),
    base.ErrorRule(401, None, errors.Reauthorize, "the access token has expired, or was revoked: connect anew"),
    base.ErrorRule(
        403, None, errors.Reauthorize, "the access token lacks a scope, or the member a role on the page: see the page"
    ),
    base.ErrorRule(404, None, errors.Rejected, "there is no such post"),
    base.ErrorRule(409, None, errors.Unavailable, "it was busy with another change"),
    base.ErrorRule(422, DUPLICATE, errors.Rejected, "it has this very text already"),
    base.ErrorRule(422, None, errors.Rejected, "it does not take this post, or has this very text already"),
    base.ErrorRule(
        426, None, errors.Unavailable, f"it no longer serves version {VERSION} of its API: update postiz-ops"
    ),
)

NOTES = (
    f"Calls name version {VERSION} of the API, which is served until {SUNSET} at least; then LinkedIn answers 426.",
    "Such a delivery is tried again, until it is too late for it: an update of postiz-ops is what helps.",
    "Text is *little text*: every reserved character gets a backslash, and the backslashes are counted.",
    "A mention is `@[Name](urn:li:person:…)` (or `organization`); the name must be the one that LinkedIn has.",
    "The card of `link` is what the post says: its title, or the post's, or else the address. Nothing is fetched.",
    "It gives way to media of the same part.",
    "A document needs a title: `document_title`, or the post's, or else the file's name.",
    "Further parts are comments on the post. They are plain text, with names for mentions, and up to one picture.",
    "How long a comment may be LinkedIn does not say; other publishers stop at 1,250 characters.",
    "LinkedIn refuses a text that it has already (422), which is no doubt at the first attempt.",
    "When a person has approved another attempt after a doubt, it is evidence: the post that LinkedIn names is ours,",
    "unless LinkedIn says that there is no such post, as it may for a day or two after a deletion.",
    "Videos are waited for; so are pictures and documents, where the token may look at them.",
    "How large a picture may be LinkedIn does not say; 20 MiB is ours. Nor whether words may be missing beside media.",
)


def sign(http: Http, account: Account, unsigned: base.Unsigned) -> Mapping[str, str]:
    """Versions are named to the versioned API alone: not to its older calls, nor to the places of uploads."""
    if unsigned.url.startswith(f"{account.origin}/rest/"):
        return {"LinkedIn-Version": VERSION, **PROTOCOL}
    return PROTOCOL if unsigned.url.startswith(f"{account.origin}/v2/socialActions/") else {}


async def prepare(http: Http, author: str, dispatch: Dispatch) -> JSON:
    """Upload what the part shows: ``{"author", "media": [{"id", "kind", "alt", "name"}, ...], "thumbnail"}``.

    What an earlier attempt uploaded is used again, unless a person asked for another attempt, or the credential is now
    another member's: what one uploaded is not another's to post.
    """
    if dispatch.root and any(media.kind not in _PICTURES for media in dispatch.part.media):
        raise errors.Rejected("a comment takes one picture and no other media", help="move it to the first part")
    begun: dict[str, Any] | None = None if dispatch.again else dispatch.prepared
    if begun is None or begun["author"] != author:
        card = dispatch.draft.link.image if dispatch.draft.link and not (dispatch.root or dispatch.part.media) else None
        begun = {
            "author": author,
            "media": [await _linkedin_media.upload(http, author, media) for media in dispatch.part.media],
            "thumbnail": (await _linkedin_media.upload(http, author, card))["id"] if card else None,
        }
    await _linkedin_media.wait(http, begun)
    return begun


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Post, or comment on the first part."""
    if dispatch.root:
        return (await _comment(http, dispatch, dispatch.root),)
    expected = (DUPLICATE, 422) if dispatch.again else ()
    answer = await http.mutate("POST", "/rest/posts", json=content(dispatch), expect=expected)
    if answer.status == 422:
        return (await _adopted(http, dispatch, answer),)
    return (receipt(_number(answer)),)


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text of a post; LinkedIn changes nothing else of it."""
    if "actor" in receipt.extra:
        raise errors.Rejected("a comment is not edited", help="delete it, and write a new one on the platform")
    body = {"patch": {"$set": {"commentary": dispatch.part.text}}}
    headers = {"X-RestLi-Method": "PARTIAL_UPDATE"}
    await http.mutate("POST", f"/rest/posts/{path(receipt.remote_id)}", json=body, headers=headers)
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take a post or a comment down; one that is gone is fine."""
    if "actor" not in receipt.extra:
        headers = {"X-RestLi-Method": "DELETE"}
        await http.mutate("DELETE", f"/rest/posts/{path(receipt.remote_id)}", headers=headers, expect=(404,))
        return
    place = f"/rest/socialActions/{path(receipt.extra['post'])}/comments/{path(receipt.remote_id)}"
    await http.mutate("DELETE", place, params={"actor": receipt.extra["actor"]}, expect=(404,))


def receipt(urn: str) -> Receipt:
    """A post by its name."""
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}")


def path(urn: str) -> str:
    """A name within a path."""
    return quote(urn, safe="")


# --- mappers ------------------------------------------------------------------------------------------------------

_PICTURES = (MediaKind.IMAGE, MediaKind.GIF)


def _number(answer: Answer) -> str:
    """What was made: its name stands in a header, beside an empty body."""
    return base.said(dict(answer.headers), "x-restli-id")


async def _comment(http: Http, dispatch: Dispatch, post: Receipt) -> Receipt:
    """Comments are no little text, as the ``SPEC`` says: they are compiled as people read them."""
    actor = dispatch.prepared["author"]
    body = {"actor": actor, "object": post.remote_id, "message": {"text": dispatch.part.text}}
    body |= base.filled(content=[{"entity": {"image": one["id"]}} for one in dispatch.prepared["media"]])
    place = f"/{settings_of(dispatch).comments}/socialActions/{path(post.remote_id)}/comments"
    answer = await http.mutate("POST", place, json=body)
    return comment_receipt(answer.json, _number(answer), actor, post)


def comment_receipt(json: JSON, number: str, actor: str, post: Receipt) -> Receipt:
    """A comment, by its number under the post."""
    urn = json.get("commentUrn") if isinstance(json, dict) else None
    url = f"{post.url}?commentUrn={path(urn)}" if isinstance(urn, str) else post.url
    return Receipt(number, url, {"actor": actor, "post": post.remote_id})


async def _adopted(http: Http, dispatch: Dispatch, answer: Answer) -> Receipt:
    """The post that LinkedIn names as the one before, where it is there, or where it may not be looked at."""
    named = NAMED.search(answer.text)
    if not named:
        raise errors.Unknown("LinkedIn refused it (422), and does not say as a duplicate of which post")
    known = await http.get(f"/rest/posts/{path(named[1])}", expect=(403, 404))
    theirs = known.status == 200 and known.json.get("author") != dispatch.prepared["author"]
    if known.status == 404 or theirs:
        raise errors.Unknown(f"LinkedIn calls it a duplicate of {named[1]}, which is not there")
    return receipt(named[1])
