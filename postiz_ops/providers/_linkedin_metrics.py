"""What LinkedIn counts, for members and for pages. A member's figures come one by one, a page's all at once.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/members/post-statistics
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers._linkedin import path
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, one_by_one, readings, whole

CHECKED = "2026-11-22"
DOCS = "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/"

BATCH = 20
"""Posts of a page that one call asks about. LinkedIn names no limit; the address stays short enough."""

_mine = partial(Measured, source=f"{DOCS}members/post-statistics", checked=CHECKED)
_pages = partial(Measured, source=f"{DOCS}organizations/share-statistics", checked=CHECKED)

OF_MEMBERS = (
    _mine(Metric.IMPRESSIONS, "IMPRESSION", "how often the post was shown"),
    _mine(Metric.REACH, "MEMBERS_REACHED", "members who were shown the post, each once"),
    _mine(Metric.LIKES, "REACTION", "reactions of every kind"),
    _mine(Metric.COMMENTS, "COMMENT", "comments"),
    _mine(Metric.SHARES, "RESHARE", "reposts"),
    _mine(Metric.SAVES, "POST_SAVE", "how often it was saved"),
    _mine(Metric.LINK_CLICKS, "LINK_CLICKS", "clicks on addresses in the post"),
    Measured(
        Metric.FOLLOWERS,
        "memberFollowersCount",
        "followers",
        source=f"{DOCS}members/follower-statistics",
        checked=CHECKED,
        scope="account",
    ),
)

OF_PAGES = (
    _pages(Metric.IMPRESSIONS, "impressionCount", "how often the post was shown"),
    _pages(Metric.REACH, "uniqueImpressionsCount", "members who were shown the post, each once"),
    _pages(Metric.LIKES, "likeCount", "reactions; one that was taken back counts less, so it can be negative"),
    _pages(Metric.COMMENTS, "commentCount", "comments"),
    _pages(Metric.SHARES, "shareCount", "reposts"),
    _pages(Metric.CLICKS, "clickCount", "clicks on the content, the page's name or its picture"),
    Measured(
        Metric.FOLLOWERS,
        "firstDegreeSize",
        "followers",
        source=f"{DOCS}organizations/organization-lookup-api",
        checked=CHECKED,
        scope="account",
    ),
)

NOT_KNOWN = -1
"""What stands in the place of a member's figure that LinkedIn does not have; another publisher says so."""

LACKS = "lacks the scope that figures need"
HELP = "connect the account with an app that has it, or do without its figures: publishing is not touched by it"


async def of_members_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read a member's posts, a call for each figure. Comments have none.

    Raises ``Reauthorize`` where the token lacks ``r_member_postAnalytics``, as that of a self-serve app does.
    """

    async def read(receipt: Receipt) -> Readings | None:
        counts = {
            each.native: await _count(http, receipt.remote_id, each.native)
            for each in OF_MEMBERS
            if each.scope == "post"
        }
        return readings(counts, OF_MEMBERS) if any(count is not None for count in counts.values()) else None

    return await one_by_one((each for each in receipts if "actor" not in each.extra), read)


async def of_member(http: Http, account: Account) -> Readings:
    """Who follows the member. Raises ``Reauthorize`` where the token lacks ``r_member_profileAnalytics``."""
    answer = await http.get("/rest/memberFollowersCount", params={"q": "me"}, expect=(403,))
    if answer.status == 403:
        raise errors.Reauthorize(f"LinkedIn: the access token {LACKS} (`r_member_profileAnalytics`)", help=HELP)
    return readings(next(iter(base.rows(answer.json, "elements")), {}), OF_MEMBERS, "account")


async def of_pages_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read a page's posts of the last 12 months; comments have no figures.

    LinkedIn leaves out posts without any activity, and those that are gone: both are gaps.
    """
    posts = [receipt.remote_id for receipt in receipts if "actor" not in receipt.extra]
    page = _page(account)
    if not posts or not page:
        return {}
    asked = urlencode({"q": "organizationalEntity", "organizationalEntity": page})
    for name, kind in (("shares", "share"), ("ugcPosts", "ugcPost")):
        if named := [path(urn) for urn in posts if urn.startswith(f"urn:li:{kind}:")]:
            asked += f"&{name}=List({','.join(named)})"
    answer = await http.get(f"/rest/organizationalEntityShareStatistics?{asked}")
    rows = base.rows(answer.json, "elements")
    found = ((str(row.get("share") or row.get("ugcPost")), row.get("totalShareStatistics")) for row in rows)
    return {urn: readings(counts, OF_PAGES) for urn, counts in found if urn in posts}


async def of_page(http: Http, account: Account) -> Readings:
    """Who follows the page."""
    if not (page := _page(account)):
        return {}
    params = {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"}
    size: Any = (await http.get(f"/rest/networkSizes/{path(page)}", params=params)).json
    if not isinstance(size, dict):
        raise errors.Unavailable("the answer cannot be understood: it is no object")
    return readings(size, OF_PAGES, "account")


def _page(account: Account) -> str:
    """The page of the account; empty where only posts name one."""
    number = account.settings.get("organization")
    return f"urn:li:organization:{number}" if number else ""


async def _count(http: Http, post: str, query: str) -> int | None:
    """One figure of one post; ``None`` where there is none. The protocol wants brackets and colons as they are."""
    kind = "ugc" if post.startswith("urn:li:ugcPost:") else "share"
    asked = f"q=entity&entity=({kind}:{path(post)})&queryType={query}&aggregation=TOTAL"
    answer = await http.get(f"/rest/memberCreatorPostAnalytics?{asked}", expect=(403, 404))
    if answer.status == 403:
        raise errors.Reauthorize(f"LinkedIn: the access token {LACKS} (`r_member_postAnalytics`)", help=HELP)
    if answer.status == 404:
        return None
    (row, *_) = base.rows(answer.json, "elements") or [{}]
    count = whole(row.get("count"))
    return None if count == NOT_KNOWN else count
