"""What platforms tell when they are asked for figures, and what is read from it: a case for each kind of account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.model import Receipt
from postiz_ops.providers.metrics import Metric, Readings

LOGIN = {"did": "did:plc:acme", "handle": "acme.example", "accessJwt": "test-jwt", "refreshJwt": "x"}
AUTHOR = {"did": "did:plc:acme", "handle": "acme.example"}
AT = "at://did:plc:acme/app.bsky.feed.post/3n3lv272le3of"
RECORD = {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-12-01T09:00:00Z"}
CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"


def insight(**values: Any) -> dict[str, Any]:
    return {
        "data": [{"name": name, "period": "lifetime", "values": [{"value": each}]} for name, each in values.items()]
    }


def totals(**values: int) -> dict[str, Any]:
    return {"data": [{"name": name, "period": "day", "total_value": {"value": each}} for name, each in values.items()]}


@dataclass(frozen=True)
class Case:
    """What a kind of account is told, and what is read from it; ``login`` is what it asks before."""

    receipt: Receipt = field(default_factory=lambda: Receipt("10"))
    posts: Mapping[str, Any] = field(default_factory=dict)
    of_post: Readings = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    of_account: Readings = field(default_factory=dict)
    login: Mapping[str, Any] = field(default_factory=dict)


SHARE = "urn:li:share:10"

CASES: Mapping[str, Case] = {
    "mastodon": Case(
        posts={
            "GET /api/v1/statuses/10": {
                "id": "10",
                "favourites_count": 5,
                "replies_count": 2,
                "reblogs_count": 3,
                "quotes_count": 0,
            }
        },
        of_post={Metric.LIKES: 5, Metric.COMMENTS: 2, Metric.SHARES: 3, Metric.QUOTES: 0},
        account={
            "GET /api/v1/accounts/verify_credentials": {
                "id": "7",
                "acct": "acme",
                "followers_count": 120,
                "following_count": 80,
                "statuses_count": 300,
            }
        },
        of_account={Metric.FOLLOWERS: 120, Metric.FOLLOWING: 80, Metric.POSTS: 300},
    ),
    "bluesky": Case(
        receipt=Receipt(AT),
        posts={
            "GET /xrpc/app.bsky.feed.getPosts": {
                "posts": [
                    {
                        "uri": AT,
                        "cid": CID,
                        "author": AUTHOR,
                        "record": RECORD,
                        "indexedAt": "2026-12-01T09:00:00Z",
                        "likeCount": 7,
                        "replyCount": 2,
                        "repostCount": 3,
                        "quoteCount": 1,
                        "bookmarkCount": 4,
                    }
                ]
            }
        },
        of_post={Metric.LIKES: 7, Metric.COMMENTS: 2, Metric.SHARES: 3, Metric.QUOTES: 1, Metric.SAVES: 4},
        account={
            "GET /xrpc/com.atproto.server.getSession": {"did": "did:plc:acme", "handle": "acme.example"},
            "GET /xrpc/app.bsky.actor.getProfile": {
                **AUTHOR,
                "followersCount": 120,
                "followsCount": 80,
                "postsCount": 300,
            },
        },
        of_account={Metric.FOLLOWERS: 120, Metric.FOLLOWING: 80, Metric.POSTS: 300},
        login={"POST /xrpc/com.atproto.server.createSession": LOGIN},
    ),
    "discord": Case(
        receipt=Receipt("400", extra={"channel": "200"}),
        posts={
            "GET /api/v10/channels/200/messages/400": {
                "id": "400",
                "channel_id": "200",
                "reactions": [{"count": 3, "emoji": {"name": "a"}}, {"count": 2, "emoji": {"name": "b"}}],
            }
        },
        of_post={Metric.LIKES: 5},
    ),
    "slack": Case(
        receipt=Receipt("1764579600.000100", extra={"channel": "C0TEST"}),
        posts={
            "GET /api/conversations.replies": {
                "ok": True,
                "messages": [
                    {
                        "type": "message",
                        "ts": "1764579600.000100",
                        "text": "Hello",
                        "reply_count": 2,
                        "reactions": [
                            {"name": "tada", "count": 3, "users": ["U1"]},
                            {"name": "eyes", "count": 1, "users": ["U2"]},
                        ],
                    }
                ],
            }
        },
        of_post={Metric.LIKES: 4, Metric.COMMENTS: 2},
    ),
    "linkedin": Case(
        receipt=Receipt(SHARE),
        posts={"GET /rest/memberCreatorPostAnalytics": {"elements": [{"count": 9, "metricType": "IMPRESSION"}]}},
        of_post=dict.fromkeys(
            (
                *(Metric.IMPRESSIONS, Metric.REACH, Metric.LIKES, Metric.COMMENTS),
                *(Metric.SHARES, Metric.SAVES, Metric.LINK_CLICKS),
            ),
            9,
        ),
        account={"GET /rest/memberFollowersCount": {"elements": [{"memberFollowersCount": 500}]}},
        of_account={Metric.FOLLOWERS: 500},
    ),
    "linkedin page": Case(
        receipt=Receipt(SHARE),
        posts={
            "GET /rest/organizationalEntityShareStatistics": {
                "elements": [
                    {
                        "organizationalEntity": "urn:li:organization:123",
                        "share": SHARE,
                        "totalShareStatistics": {
                            "impressionCount": 900,
                            "uniqueImpressionsCount": 700,
                            "likeCount": -1,
                            "commentCount": 4,
                            "shareCount": 2,
                            "clickCount": 11,
                            "engagement": 0.05,
                        },
                    }
                ]
            }
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.REACH: 700,
            Metric.LIKES: -1,
            Metric.COMMENTS: 4,
            Metric.SHARES: 2,
            Metric.CLICKS: 11,
        },
        account={"GET /rest/networkSizes/urn:li:organization:123": {"firstDegreeSize": 4321}},
        of_account={Metric.FOLLOWERS: 4321},
    ),
    "x": Case(
        posts={
            "GET /2/tweets": {
                "data": [
                    {
                        "id": "10",
                        "text": "Hello",
                        "edit_history_post_ids": ["10"],
                        "public_metrics": {
                            "impression_count": 900,
                            "like_count": 30,
                            "reply_count": 4,
                            "repost_count": 3,
                            "quote_count": 2,
                            "bookmark_count": 1,
                        },
                        "non_public_metrics": {"engagements": 60, "url_link_clicks": 12, "user_profile_clicks": 5},
                    }
                ]
            }
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.LIKES: 30,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
            Metric.QUOTES: 2,
            Metric.SAVES: 1,
            Metric.ENGAGEMENTS: 60,
            Metric.LINK_CLICKS: 12,
            Metric.PROFILE_VISITS: 5,
        },
        account={
            "GET /2/users/me": {
                "data": {
                    "id": "7",
                    "username": "acme",
                    "name": "Acme",
                    "public_metrics": {
                        "followers_count": 120,
                        "following_count": 80,
                        "post_count": 300,
                        "listed_count": 0,
                    },
                }
            }
        },
        of_account={Metric.FOLLOWERS: 120, Metric.FOLLOWING: 80, Metric.POSTS: 300},
    ),
    "pinterest": Case(
        posts={
            "GET /v5/pins/10": {
                "id": "10",
                "pin_metrics": {
                    "90d": {"impression": 1},
                    "lifetime_metrics": {
                        "impression": 900,
                        "pin_click": 40,
                        "clickthrough": 9,
                        "reaction": 6,
                        "comment": 2,
                        "save": 3,
                    },
                },
            }
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.LIKES: 6,
            Metric.COMMENTS: 2,
            Metric.SAVES: 3,
            Metric.CLICKS: 40,
            Metric.LINK_CLICKS: 9,
        },
        account={
            "GET /v5/user_account": {
                "id": "1",
                "username": "acme",
                "follower_count": 120,
                "following_count": 80,
                "monthly_views": 16_300,
                "pin_count": 300,
            }
        },
        of_account={
            Metric.FOLLOWERS: 120,
            Metric.FOLLOWING: 80,
            Metric.IMPRESSIONS: 16_300,
            Metric.POSTS: 300,
        },
    ),
    "reddit": Case(
        receipt=Receipt("t3_p1"),
        posts={
            "GET /api/info": {
                "kind": "Listing",
                "data": {
                    "children": [
                        {
                            "kind": "t3",
                            "data": {"name": "t3_p1", "score": 42, "upvote_ratio": 0.93, "num_comments": 7},
                        }
                    ]
                },
            }
        },
        of_post={Metric.SCORE: 42, Metric.UPVOTE_PERCENT: 93, Metric.COMMENTS: 7},
        account={"GET /api/v1/me": {"id": "u1", "name": "acme", "total_karma": 1234}},
        of_account={Metric.KARMA: 1234},
    ),
    "youtube": Case(
        receipt=Receipt("v1"),
        posts={
            "GET /youtube/v3/videos": {
                "items": [{"id": "v1", "statistics": {"viewCount": "900", "likeCount": "30", "commentCount": "4"}}]
            },
            "GET /v2/reports": {
                "columnHeaders": [
                    {"name": "video", "columnType": "DIMENSION", "dataType": "STRING"},
                    {"name": "estimatedMinutesWatched", "columnType": "METRIC", "dataType": "INTEGER"},
                    {"name": "shares", "columnType": "METRIC", "dataType": "INTEGER"},
                ],
                "rows": [["v1", 25, 3]],
            },
        },
        of_post={
            Metric.VIDEO_VIEWS: 900,
            Metric.LIKES: 30,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
            Metric.WATCH_SECONDS: 1500,
        },
        account={
            "GET /youtube/v3/channels": {
                "items": [
                    {
                        "id": "UC1",
                        "statistics": {
                            "subscriberCount": "1230",
                            "viewCount": "90000",
                            "videoCount": "30",
                            "hiddenSubscriberCount": False,
                        },
                    }
                ]
            }
        },
        of_account={Metric.FOLLOWERS: 1230, Metric.VIDEO_VIEWS: 90_000, Metric.POSTS: 30},
    ),
    "threads": Case(
        posts={"GET /v1.0/10/insights": insight(views=900, likes=30, replies=4, reposts=3, quotes=2)},
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.LIKES: 30,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
            Metric.QUOTES: 2,
        },
        account={
            "GET /v1.0/42/threads_insights": {
                "data": [
                    {
                        "name": "views",
                        "period": "day",
                        "values": [
                            {"value": 1, "end_time": "2026-11-30T08:00:00+0000"},
                            {"value": 55, "end_time": "2026-12-01T08:00:00+0000"},
                        ],
                    },
                    {"name": "followers_count", "period": "day", "total_value": {"value": 120}},
                ]
            }
        },
        of_account={Metric.FOLLOWERS: 120, Metric.PROFILE_VISITS: 55},
    ),
    "instagram": Case(
        posts={
            "GET /v26.0/10": {"id": "10", "media_product_type": "REELS"},
            "GET /v26.0/10/insights": insight(
                views=900,
                reach=700,
                likes=30,
                comments=4,
                shares=3,
                saved=2,
                ig_reels_video_view_total_time=90_500,
                total_interactions=39,
            ),
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.REACH: 700,
            Metric.LIKES: 30,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
            Metric.SAVES: 2,
            Metric.WATCH_SECONDS: 90,
            Metric.ENGAGEMENTS: 39,
        },
        account={
            "GET /v26.0/42": {"id": "42", "followers_count": 120, "follows_count": 80, "media_count": 300},
            "GET /v26.0/42/insights": totals(views=1000, reach=800, likes=60, comments=7, shares=5, saves=4),
        },
        of_account={
            Metric.FOLLOWERS: 120,
            Metric.FOLLOWING: 80,
            Metric.POSTS: 300,
            Metric.IMPRESSIONS: 1000,
            Metric.REACH: 800,
            Metric.LIKES: 60,
            Metric.COMMENTS: 7,
            Metric.SHARES: 5,
            Metric.SAVES: 4,
        },
    ),
    "instagram-standalone": Case(
        posts={
            "GET /v26.0/10": {"id": "10", "media_product_type": "FEED"},
            "GET /v26.0/10/insights": insight(views=900, reach=700, likes=30, comments=4, shares=3, saved=2),
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.REACH: 700,
            Metric.LIKES: 30,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
            Metric.SAVES: 2,
        },
        account={
            "GET /v26.0/42": {"id": "42", "followers_count": 120, "follows_count": 80, "media_count": 300},
            "GET /v26.0/42/insights": totals(views=1000, reach=800),
        },
        of_account={
            Metric.FOLLOWERS: 120,
            Metric.FOLLOWING: 80,
            Metric.POSTS: 300,
            Metric.IMPRESSIONS: 1000,
            Metric.REACH: 800,
        },
    ),
    "facebook": Case(
        receipt=Receipt("42_10"),
        posts={
            "GET /v26.0/42_10": {"id": "42_10", "shares": {"count": 3}, "comments": {"summary": {"total_count": 4}}},
            "GET /v26.0/42_10/insights": insight(
                post_media_view=900,
                post_total_media_view_unique=700,
                post_reactions_by_type_total={"like": 28, "love": 2},
                post_clicks=11,
            ),
        },
        of_post={
            Metric.IMPRESSIONS: 900,
            Metric.REACH: 700,
            Metric.LIKES: 30,
            Metric.CLICKS: 11,
            Metric.COMMENTS: 4,
            Metric.SHARES: 3,
        },
        account={
            "GET /v26.0/42": {"id": "42", "followers_count": 120, "access_token": "test-token"},
            "GET /v26.0/42/insights": {
                "data": [
                    {
                        "name": name,
                        "period": "day",
                        "values": [{"value": value, "end_time": "2026-12-01T08:00:00+0000"}],
                    }
                    for name, value in {
                        "page_media_view": 1000,
                        "page_total_media_view_unique": 800,
                        "page_post_engagements": 90,
                        "page_daily_follows": 2,
                    }.items()
                ]
            },
        },
        of_account={
            Metric.FOLLOWERS: 120,
            Metric.IMPRESSIONS: 1000,
            Metric.REACH: 800,
            Metric.ENGAGEMENTS: 90,
            Metric.NEW_FOLLOWERS: 2,
        },
        login={"GET /v26.0/42": {"id": "42", "access_token": "test-token"}},
    ),
    "tiktok": Case(
        receipt=Receipt("7300000000000000001", extra={"kind": "video"}),
        posts={
            "POST /v2/video/query/": {
                "data": {
                    "videos": [
                        {
                            "id": "7300000000000000001",
                            "view_count": 900,
                            "like_count": 30,
                            "comment_count": 4,
                            "share_count": 3,
                        }
                    ]
                },
                "error": {"code": "ok", "message": "", "log_id": "1"},
            }
        },
        of_post={Metric.VIDEO_VIEWS: 900, Metric.LIKES: 30, Metric.COMMENTS: 4, Metric.SHARES: 3},
        account={
            "GET /v2/user/info/": {
                "data": {
                    "user": {"follower_count": 120, "following_count": 80, "likes_count": 5000, "video_count": 300}
                },
                "error": {"code": "ok", "message": "", "log_id": "1"},
            }
        },
        of_account={Metric.FOLLOWERS: 120, Metric.FOLLOWING: 80, Metric.LIKES: 5000, Metric.POSTS: 300},
    ),
}
"""Kinds of account that tell something."""
