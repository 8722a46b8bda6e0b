"""X: https://docs.x.com/x-api/posts/create-post . Its media are in ``_x_media``, its lists in ``_x_posts``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _oauth1, _x_article, _x_auth, _x_media, _x_metrics, _x_posts, base
from postiz_ops.providers._x_settings import Settings
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity, NotReady

CHECKED = "2026-11-22"
DOCS = "https://docs.x.com/x-api/posts/create-post"
COUNTING = "https://docs.x.com/fundamentals/counting-characters"
MEDIA = "https://docs.x.com/x-api/media/quickstart/best-practices"
ARTICLE = "https://docs.x.com/x-api/articles/create-draft-article"
RATES = "https://docs.x.com/x-api/fundamentals/rate-limits"

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
"""What X says, word for word, of a text that the account has posted already; it has no code for it."""
DUPLICATES = (DUPLICATE, "187")

LONG = 25_000
"""Weighted characters of a post with X Premium."""

SKEW = timedelta(minutes=2)
"""How far X's clock may be behind ours."""

PAGES = 5
"""How many pages of 100 posts a look-up reads before it says that it cannot tell."""

OAUTH1 = ("api_key", "api_secret", "access_token", "access_token_secret")


SPEC = base.Spec(
    name="x",
    title="X",
    docs=DOCS,
    api="X API v2 (2.167)",
    origin="https://api.x.com",
    text=base.TextRule(
        form=Form.PLAIN,
        limit=base.Limit(280, Unit.X_WEIGHTED, COUNTING, CHECKED, discovered="max_weighted"),
        counts=(base.Count("cashtags", 1, COUNTING, CHECKED),),
    ),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(("image/jpeg", "image/png", "image/webp"), max_bytes=5_242_880, fit=True),
            MediaKind.GIF: base.KindRule(("image/gif",), max_bytes=15_728_640, max_pixels=1_382_400, max_items=1),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/quicktime"),
                max_bytes=536_870_912,
                min_duration=0.5,
                max_duration=140,
                max_items=1,
                aspect=(1 / 3, 3),
            ),
        },
        max_items=4,
        source=MEDIA,
        checked=CHECKED,
        alt=base.Limit(1000, Unit.CODE_POINT, "https://docs.x.com/x-api/media/create-media-metadata", CHECKED),
        excluded_by=("poll",),
    ),
    credentials=("access_token", "api_key", "api_secret", "access_token_secret"),
    settings=Settings,
    auth=(_x_auth.AUTH, _x_auth.AUTH1),
    manual=_x_auth.MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    metrics=_x_metrics.METRICS,
    metrics_batch=_x_metrics.BATCH,
    metrics_need=("tweet.read", "users.read"),
    rates=(
        base.Rate("posts", 100, 900, "account", RATES, posts=True),
        base.Rate("posts", 10_000, 86_400, "app", RATES),
        base.Rate("deletions", 50, 900, "account", RATES),
        base.Rate("media uploads", 500, 900, "account", RATES),
        base.Rate("pieces of media", 1875, 900, "account", RATES),
        base.Rate("alt texts", 500, 900, "account", RATES),
    ),
    error_codes=("detail", "code", "errors.0.code"),
    error_texts=("detail", "message", "errors.0.message"),
    error_table=(
        base.ErrorRule(403, DUPLICATE, errors.Rejected, "the account has posted this very text already"),
        base.ErrorRule(403, "187", errors.Rejected, "the account has posted this very text already"),
        base.ErrorRule(400, None, errors.Rejected, "it does not take this post"),
        base.ErrorRule(401, None, errors.Reauthorize, "the credentials were refused"),
        base.ErrorRule(402, None, errors.Throttled, "the app has no credits left: buy some in the developer console"),
        base.ErrorRule(
            403, None, errors.Reauthorize, "the app may not do this: it needs `Read and write`, and replies their plan"
        ),
        base.ErrorRule(404, None, errors.Rejected, "there is no such post or medium"),
        base.ErrorRule(413, None, errors.Rejected, "a file is larger than X takes"),
    ),
    notes=(
        "Text is weighed: most of Latin counts 1, emoji and CJK 2, every address 23. One cashtag at most.",
        "With X Premium a post may weigh 25,000. X is asked at the first use; `premium: true` says so before.",
        "Four pictures, or one GIF, or one video. X advises 1280x1024 pixels at most for videos.",
        "Alt texts go with pictures and GIFs: X shows none for videos.",
        "A post costs $0.015, one with an address $0.20 (prices of 2026-04-20).",
        "Apps that anybody can get may reply only where the author called them, and quote only their own posts.",
        "Whether replies to one's own posts are exempt X does not say; large publishers do send threads.",
        "After a lost answer the account's own posts are read (an owned read, $0.001 each).",
        "A text that X has already is refused (403), which is no doubt at the first attempt.",
        "When a person has approved another attempt after a doubt, it is evidence: the account's posts decide.",
        "Posts are not edited: X lets Premium accounts alone do that, and gives the post a new number each time.",
        "It may be done five times, within half an hour by some of X's pages and an hour by others.",
        "Articles need a `title`, and an account entry of their own with `article: true` (the same keys will do).",
        "They have paragraphs, lists, quotations, links and pictures, of which the first is the cover; other marks go.",
        "The link card is made by X from the last address of the text.",
    ),
)

ARTICLES = replace(
    SPEC,
    text=base.TextRule(form=Form.FACETS, limit=base.Limit(100_000, Unit.CODE_POINT, ARTICLE, CHECKED, verified=False)),
    media=replace(SPEC.media, kinds={MediaKind.IMAGE: SPEC.media.kinds[MediaKind.IMAGE]}, max_items=20, excluded_by=()),
    threads=base.Threads.NONE,
    comments=False,
    post_title=base.Title.REQUIRED,
)
"""An article is one text with a title. How long it may be, and with how many pictures, X does not say."""

PREMIUM = replace(SPEC, text=replace(SPEC.text, limit=replace(SPEC.text.limit, max=LONG)))


def spec(account: Account) -> base.Spec:
    """Accounts that say so have X Premium, or publish articles."""
    if account.settings.get("article"):
        return ARTICLES
    return PREMIUM if account.settings.get("premium") else SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """An OAuth 2 token goes into a header; with OAuth 1.0a each request is signed."""
    if http.has_secret("api_key"):
        _keys(http)
        return {}
    return await base.bearer(http, account)


def sign(http: Http, account: Account, unsigned: base.Unsigned) -> Mapping[str, str]:
    """OAuth 1.0a, where the account has an app's key."""
    return {"Authorization": _oauth1.header(unsigned, _keys(http))} if http.has_secret("api_key") else {}


async def whoami(http: Http, account: Account) -> Identity:
    """The account, and how long its posts may be."""
    answer = await http.get("/2/users/me", params={"user.fields": "subscription_type"})
    me = _x_media.data_of(answer.json)
    paid = me.get("subscription_type")
    limits = {} if paid is None else {"max_weighted": SPEC.text.limit.max if paid == "None" else LONG}
    return Identity(base.said(me, "id", errors.Unavailable), f"@{_name(me)}", limits)


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload the media and wait for them: ``{"user", "name", "media": [id, ...], "processing"}``."""
    if dispatch.part.media and dispatch.first == 0 and _settings(dispatch).poll:
        raise errors.Rejected("a post cannot have both a poll and media", help="move the media into the next part")
    begun = await _begun(http, dispatch) or await _begin(http, dispatch)
    for media_id in begun["media"] if begun["processing"] else ():
        path = dispatch.part.media[begun["media"].index(media_id)].path
        if not await _x_media.processed(http, media_id, path):
            raise NotReady(begun, f"X is still processing `{path}`")
    done = begun | {"processing": False}
    if _settings(dispatch).article:
        done["article"] = await _x_article.draft(http, dispatch, begun["media"])
    return done


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Post one part. After a doubtful attempt, a duplicate is most likely that one: the look-up decides."""
    if draft := dispatch.prepared.get("article"):
        answer = await http.mutate("POST", f"/2/articles/{draft}/publish")
        return (_receipt(_x_media.data_of(answer.json), dispatch, "post_id"),)
    expected = DUPLICATES if dispatch.again else ()
    answer = await http.mutate("POST", "/2/tweets", json=_content(dispatch), expect=expected)
    if answer.status == 403:
        raise errors.Unknown("X: the account has posted this very text already, perhaps by the attempt before")
    return (_receipt(_x_media.data_of(answer.json), dispatch),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the account's own posts back to the time of the claim."""
    params = {"start_time": f"{dispatch.claimed_at - SKEW:%Y-%m-%dT%H:%M:%SZ}", "max_results": "100"}
    settings, title = _settings(dispatch), dispatch.draft.title
    sent = (
        partial(_x_article.is_article, title=title)
        if settings.article
        else partial(_x_posts.is_sent, dispatch=dispatch, quoted=settings.quote)
    )
    for _ in range(PAGES):
        posts, token = await _x_posts.page(http, dispatch.prepared["user"], params, article=settings.article)
        for post in posts:
            if sent(post):
                return Found((_receipt(post, dispatch),))
        if not token:
            return Absent()
        params |= {"pagination_token": token}
    return Blind(f"the account has published more than {PAGES * 100} posts since")


edit = base.no_edit


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the post down; one that is gone is fine."""
    await http.mutate("DELETE", f"/2/tweets/{quote(receipt.remote_id, safe='')}", expect=(404,))


options = base.no_options
metrics = _x_metrics.of_posts
account_metrics = _x_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _keys(http: Http) -> _oauth1.Keys:
    return _oauth1.Keys(*(http.secret(name) for name in OAUTH1))


def _name(user: Mapping[str, Any]) -> str:
    return base.said(user, "username", errors.Unavailable)


async def _begun(http: Http, dispatch: Dispatch) -> dict[str, Any] | None:
    """What an earlier run uploaded and waited for, unless X has forgotten it."""
    begun: dict[str, Any] | None = dispatch.prepared
    if not begun or not begun["processing"]:
        return None
    there = [await _x_media.known(http, media_id) for media_id in begun["media"]]
    return begun if all(there) else None


async def _begin(http: Http, dispatch: Dispatch) -> dict[str, Any]:
    me = _x_media.data_of((await http.get("/2/users/me")).json)
    user = base.said(me, "id", errors.Unavailable)
    warnings = _settings(dispatch).sensitive
    uploaded = [await _x_media.upload(http, media, warnings) for media in dispatch.part.media]
    processing = any(one.processing for one in uploaded)
    return {"user": user, "name": _name(me), "media": [one.id for one in uploaded], "processing": processing}


def _content(dispatch: Dispatch) -> dict[str, Any]:
    settings, media = _settings(dispatch), dispatch.prepared["media"]
    body = base.filled(
        text=dispatch.part.text,
        media=media and {"media_ids": media},
        reply=dispatch.answers and {"in_reply_to_tweet_id": dispatch.answers.remote_id},
        made_with_ai=bool(media) and settings.made_with_ai,
        paid_partnership=settings.paid_partnership,
    )
    return body | (_of_the_first(settings) if dispatch.first == 0 else {})


def _of_the_first(settings: Settings) -> dict[str, Any]:
    """What the first part says for the whole thread."""
    return base.filled(
        reply_settings=settings.reply_settings,
        community_id=settings.community_id,
        quote_tweet_id=settings.quote,
        poll=settings.poll and settings.poll.model_dump(),
    )


def _receipt(post: Mapping[str, Any], dispatch: Dispatch, key: str = "id") -> Receipt:
    number = base.said(post, key)
    return Receipt(number, f"https://x.com/{dispatch.prepared['name']}/status/{number}")
