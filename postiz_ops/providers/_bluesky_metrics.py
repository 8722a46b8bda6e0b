"""What Bluesky counts: https://docs.bsky.app/docs/api/app-bsky-feed-get-posts . It counts no impressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, readings

LEXICONS = "https://github.com/bluesky-social/atproto/blob/d6296a1c/lexicons/app/bsky/"
CHECKED = "2026-11-22"

BATCH = 25
"""Addresses that one call takes."""

_post = partial(Measured, source=f"{LEXICONS}feed/defs.json", checked=CHECKED)
_account = partial(Measured, source=f"{LEXICONS}actor/defs.json", checked=CHECKED, scope="account")

METRICS = (
    _post(Metric.LIKES, "likeCount", "likes"),
    _post(Metric.COMMENTS, "replyCount", "replies"),
    _post(Metric.SHARES, "repostCount", "reposts"),
    _post(Metric.QUOTES, "quoteCount", "quotes"),
    _post(Metric.SAVES, "bookmarkCount", "bookmarks"),
    _account(Metric.FOLLOWERS, "followersCount", "followers"),
    _account(Metric.FOLLOWING, "followsCount", "accounts that it follows"),
    _account(Metric.POSTS, "postsCount", "posts, replies among them"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read the posts as Bluesky's own app shows them; one that is gone is left out of its answer."""
    asked = urlencode([("uris", receipt.remote_id) for receipt in receipts])
    posts = base.rows((await http.get(f"/xrpc/app.bsky.feed.getPosts?{asked}")).json, "posts")
    return {base.said(post, "uri", errors.Unavailable): readings(post, METRICS) for post in posts}


async def of_account(http: Http, account: Account) -> Readings:
    """The profile behind the session."""
    session = (await http.get("/xrpc/com.atproto.server.getSession")).json
    who = {"actor": base.said(session, "did", errors.Unavailable)}
    profile = (await http.get("/xrpc/app.bsky.actor.getProfile", params=who)).json
    base.said(profile, "did", errors.Unavailable)
    return readings(profile, METRICS, "account")
