"""LinkedIn as a member. A page is ``linkedin_page``; what they share is in ``_linkedin``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from postiz_ops import errors
from postiz_ops.model import Account
from postiz_ops.providers import _linkedin, _linkedin_auth, _linkedin_content, _linkedin_metrics, base
from postiz_ops.providers.base import JSON, Blind, Dispatch, Evidence, Http, Identity

SHARE = "https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/share-on-linkedin"


class Settings(_linkedin_content.Settings, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for a member alone."""

    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"] | None = Field(
        default=None, description="who sees the post; everybody when absent"
    )


SPEC = base.Spec(
    name="linkedin",
    title="LinkedIn",
    docs=_linkedin.POSTS,
    api=f"LinkedIn Posts API, version {_linkedin.VERSION}",
    sunset=_linkedin.SUNSET,
    origin="https://api.linkedin.com",
    text=_linkedin.TEXT,
    media=_linkedin.MEDIA,
    credentials=("access_token",),
    settings=Settings,
    auth=(_linkedin_auth.MEMBER,),
    manual=_linkedin_auth.MEMBER_MANUAL,
    comments=True,
    post_title=base.Title.OPTIONAL,
    link_card=True,
    edit=True,
    delete=True,
    mentions=_linkedin.MENTIONS,
    metrics=_linkedin_metrics.OF_MEMBERS,
    metrics_need=("r_member_postAnalytics", "r_member_profileAnalytics"),
    no_metrics="comments, and clicks on anything but addresses",
    rates=(
        base.Rate("all calls", 150, 86_400, "account", SHARE),
        base.Rate("all calls", 100_000, 86_400, "app", SHARE),
    ),
    error_codes=_linkedin.CODES,
    error_table=_linkedin.ERRORS,
    notes=(
        *_linkedin.NOTES,
        "A member's posts cannot be listed: no new app gets the scope for it. After a lost answer a person looks.",
        "Comments need `w_member_social_feed`, which comes with the Community Management API, for organizations alone.",
        "Apps without it can set `comments: v2`: the old call takes `w_member_social`, and may end without notice.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = _linkedin.sign


async def whoami(http: Http, account: Account) -> Identity:
    """The member behind the token."""
    me = (await http.get("/v2/userinfo")).json
    number = base.said(me, "sub", errors.Unavailable)
    return Identity(f"urn:li:person:{number}", str(me.get("name") or number))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload what the part shows, as the member's."""
    return await _linkedin.prepare(http, (await whoami(http, account)).remote_id, dispatch)


publish = _linkedin.publish


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """LinkedIn lists a member's posts to no new app."""
    return Blind("LinkedIn does not let apps list a member's posts: look at the profile")


edit = _linkedin.edit
delete = _linkedin.delete
options = base.no_options
metrics = _linkedin_metrics.of_members_posts
account_metrics = _linkedin_metrics.of_member
