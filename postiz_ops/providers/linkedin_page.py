"""LinkedIn as a page. A member is ``linkedin``; what they share is in ``_linkedin``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _linkedin, _linkedin_auth, _linkedin_content, _linkedin_metrics, base
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity
from postiz_ops.text import little

ACCESS = "https://learn.microsoft.com/en-us/linkedin/marketing/increasing-access"

ROLES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"})
"""Who may post for a page."""

SKEW = timedelta(minutes=2)
"""How far LinkedIn's clock may be behind ours."""

PAGES, COUNT = 3, 100
"""How many pages of how many posts a look-up reads before it says that it cannot tell."""


class Settings(_linkedin_content.Settings, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for a page alone."""

    organization: Annotated[str, Field(pattern=r"^[0-9]+$")] = Field(
        description="number of the page, as the address of its admin view shows it"
    )
    visibility: Literal["PUBLIC", "LOGGED_IN"] | None = Field(
        default=None, description="who sees the post; everybody when absent"
    )


SPEC = base.Spec(
    name="linkedin-page",
    title="LinkedIn page",
    docs=_linkedin.POSTS,
    api=f"LinkedIn Posts API, version {_linkedin.VERSION}",
    sunset=_linkedin.SUNSET,
    origin="https://api.linkedin.com",
    text=_linkedin.TEXT,
    media=_linkedin.MEDIA,
    credentials=("access_token",),
    settings=Settings,
    auth=(_linkedin_auth.PAGE,),
    manual=_linkedin_auth.PAGE_MANUAL,
    comments=True,
    post_title=base.Title.OPTIONAL,
    link_card=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("organization",),
    account_settings=("organization",),
    mentions=_linkedin.MENTIONS,
    metrics=_linkedin_metrics.OF_PAGES,
    metrics_batch=_linkedin_metrics.BATCH,
    metrics_keep_days=365,
    metrics_need=("r_organization_social", "rw_organization_admin"),
    no_metrics="comments, and posts without any activity",
    rates=(
        base.Rate("all calls (development tier)", 100, 86_400, "account", ACCESS),
        base.Rate("all calls (development tier)", 500, 86_400, "app", ACCESS),
    ),
    error_codes=_linkedin.CODES,
    error_table=_linkedin.ERRORS,
    notes=(
        *_linkedin.NOTES,
        "After a lost answer the page's own posts are read, which needs `r_organization_social`.",
        "Comments need `w_organization_social_feed`, and to look one up `r_organization_social_feed`.",
        "Apps without the first can set `comments: v2`: the old call still takes `w_organization_social`.",
        "What is `PUBLIC` and `LOGGED_IN` for pages was not confirmed.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = _linkedin.sign


async def whoami(http: Http, account: Account) -> Identity:
    """The page, by its name where the token may read that."""
    number = str(account.settings["organization"])
    answer = await http.get(f"/rest/organizations/{number}", expect=(403,))
    told = answer.json.get("localizedName") if answer.status == 200 and isinstance(answer.json, dict) else None
    return Identity(_author(account), str(told or number))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload what the part shows, as the page's."""
    return await _linkedin.prepare(http, _author(account, dispatch), dispatch)


publish = _linkedin.publish


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the page's own posts, or the comments of the first part, back to the time of the claim."""
    since = _milliseconds(dispatch.claimed_at - SKEW)
    if dispatch.root:
        return await _comment(http, dispatch, dispatch.root, since)
    where = {"q": "author", "author": dispatch.prepared["author"], "sortBy": "LAST_MODIFIED", "count": str(COUNT)}
    for page in range(PAGES):
        answer = await http.get("/rest/posts", params=where | {"start": str(page * COUNT)})
        posts = base.rows(answer.json, "elements")
        for post in posts:
            if _moment(post, "createdAt") >= since and _is_sent(post, dispatch):
                return Found((_linkedin.receipt(base.said(post, "id", errors.Unavailable)),))
        if len(posts) < COUNT or _moment(posts[-1], "lastModifiedAt") < since:
            return Absent()
    return Blind(f"the page has changed more than {PAGES * COUNT} posts since")


edit = _linkedin.edit
delete = _linkedin.delete


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The pages that the member behind the token may post for."""
    params = {"q": "roleAssignee", "state": "APPROVED", "count": str(COUNT)}
    found = {}
    for role in base.rows((await http.get("/rest/organizationAcls", params=params)).json, "elements"):
        urn = role.get("organization") or role.get("organizationTarget")
        number = str(urn).rpartition(":")[2]
        if role.get("role") in ROLES and number not in found:
            page = (await http.get(f"/rest/organizations/{number}")).json
            found[number] = str(page.get("localizedName"))
    return found


metrics = _linkedin_metrics.of_pages_posts
account_metrics = _linkedin_metrics.of_page


# --- mappers ------------------------------------------------------------------------------------------------------


def _author(account: Account, dispatch: Dispatch | None = None) -> str:
    settings = dispatch.draft.settings if dispatch else account.settings
    return f"urn:li:organization:{settings['organization']}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _moment(thing: Mapping[str, Any], key: str) -> int:
    value = thing.get(key)
    return value if isinstance(value, int) else 0


def _is_sent(post: Mapping[str, Any], dispatch: Dispatch) -> bool:
    """Whether a post shows the very media that were uploaded for the dispatch, or else has its words."""
    content = post.get("content") or {}
    shown = (content.get("multiImage") or {}).get("images") or [content.get("media") or {}]
    media = [one.get("id") for one in shown if one.get("id")]
    uploaded = [one["id"] for one in dispatch.prepared["media"]]
    if media or uploaded:
        return media == uploaded
    return little.plain(str(post.get("commentary"))) == little.plain(dispatch.part.text)


async def _comment(http: Http, dispatch: Dispatch, post: Receipt, since: int) -> Evidence:
    place = f"/rest/socialActions/{_linkedin.path(post.remote_id)}/comments"
    author = dispatch.prepared["author"]
    for page in range(PAGES):
        answer = await http.get(place, params={"count": str(COUNT), "start": str(page * COUNT)})
        comments = base.rows(answer.json, "elements")
        for comment in comments:
            recent = _moment(comment.get("created") or {}, "time") >= since
            if recent and comment.get("actor") == author and _says(comment, dispatch):
                number = base.said(comment, "id", errors.Unavailable)
                return Found((_linkedin.comment_receipt(comment, number, author, post),))
        if len(comments) < COUNT:
            return Absent()
    return Blind(f"the post has more than {PAGES * COUNT} comments")


def _says(comment: Mapping[str, Any], dispatch: Dispatch) -> bool:
    return bool((comment.get("message") or {}).get("text") == dispatch.part.text)
