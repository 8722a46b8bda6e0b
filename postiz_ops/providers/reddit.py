"""Reddit: https://www.reddit.com/dev/api#POST_api_submit ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _reddit_auth, _reddit_listing, _reddit_media, _reddit_metrics, base
from postiz_ops.providers._reddit_posts import SUBMIT, Settings, as_form, kind_of, settings_of, submission
from postiz_ops.providers.base import JSON, Dispatch, Evidence, Found, Http, Identity

CHECKED = "2026-11-22"
API = "https://www.reddit.com/dev/api"
SOURCE = "https://github.com/reddit-archive/reddit/blob/01582db9/r2/r2/lib/errors.py"
RATES = "https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki"
MEDIA = "https://github.com/praw-dev/praw/blob/7b697581/praw/models/reddit/subreddit/subreddit.py"

LOOKS = (0, 1, 2, 4, 8, 15)
"""Seconds to wait before each look for a post with media: Reddit makes it after it has answered."""

PAGES = 10
"""How many pages of 100 communities are listed at most."""

SPEC = base.Spec(
    name="reddit",
    title="Reddit",
    docs=f"{API}#POST_api_submit",
    api="Reddit Data API",
    origin="https://oauth.reddit.com",
    text=base.TextRule(
        form=Form.MARKDOWN,
        limit=base.Limit(40_000, Unit.CODE_POINT, API, CHECKED),
        loose=True,
        replies=base.Limit(10_000, Unit.CODE_POINT, API, CHECKED, verified=False),
    ),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(("image/jpeg", "image/png"), max_bytes=20_971_520, fit=True),
            MediaKind.GIF: base.KindRule(("image/gif",), max_bytes=20_971_520, max_items=1),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/quicktime"),
                max_bytes=1_073_741_824,
                max_duration=900,
                max_items=1,
                cover=True,
                verified=False,
            ),
        },
        max_items=20,
        source=MEDIA,
        checked=CHECKED,
        excluded_by=("poll", "crosspost"),
        replies=0,
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_reddit_auth.AUTH,),
    manual=_reddit_auth.MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    post_title=base.Title.REQUIRED,
    title_limit=base.Limit(300, Unit.CODE_POINT, API, CHECKED),
    link_card=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("subreddit",),
    mentions="u/{handle}",
    metrics=_reddit_metrics.METRICS,
    metrics_batch=_reddit_metrics.BATCH,
    metrics_need=("read", "identity"),
    no_metrics="how often a post was seen, and votes by themselves",
    rates=(base.Rate("all calls", 100, 60, "app", RATES),),
    error_codes=("json.errors.0.0", "reason"),
    error_texts=("json.errors.0.1", "explanation", "message"),
    refusals=("json.errors.0.0",),
    error_table=(
        base.ErrorRule(None, "RATELIMIT", errors.Throttled, "the account posts too often"),
        base.ErrorRule(None, "SUBREDDIT_RATELIMIT", errors.Throttled, "the account posts too often in this community"),
        base.ErrorRule(None, "QUOTA_FILLED", errors.Throttled, "the account has posted too much today"),
        base.ErrorRule(None, "USER_REQUIRED", errors.Reauthorize, "the access token is no user's"),
        base.ErrorRule(None, "SUBREDDIT_NOEXIST", errors.Rejected, "there is no such community: check the setting"),
        base.ErrorRule(None, "BAD_SR_NAME", errors.Rejected, "there is no such community: check the setting"),
        base.ErrorRule(None, "SUBREDDIT_NOTALLOWED", errors.Rejected, "the account may not post in this community"),
        base.ErrorRule(None, "NO_SELFS", errors.Rejected, "this community takes no texts"),
        base.ErrorRule(None, "NO_LINKS", errors.Rejected, "this community takes no links"),
        base.ErrorRule(None, "GALLERIES_DISABLED", errors.Rejected, "this community takes no galleries"),
        base.ErrorRule(None, "ALREADY_SUB", errors.Rejected, "this link was posted there before"),
        base.ErrorRule(None, "TOO_LONG", errors.Rejected, "title or text is too long"),
        base.ErrorRule(None, "DOMAIN_BANNED", errors.Rejected, "this community takes no links to that site"),
        base.ErrorRule(
            None, "SUBMIT_VALIDATION_FLAIR_REQUIRED", errors.Rejected, "this community wants a flair: set `flair`"
        ),
        base.ErrorRule(None, "private", errors.Rejected, "this community is private"),
        base.ErrorRule(None, "banned", errors.Rejected, "this community was closed"),
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Reauthorize, "the access token may not do this: check its scopes"),
        base.ErrorRule(404, None, errors.Rejected, "there is no such community or post"),
        base.ErrorRule(413, None, errors.Rejected, "a file is larger than Reddit takes"),
        base.ErrorRule(400, None, errors.Rejected, "the community's rules refuse it"),
        base.ErrorRule(200, None, errors.Rejected, "it refused"),
    ),
    notes=(
        "Reddit answers HTTP 200 to most refusals, with `json.errors`; a community's own rules answer HTTP 400.",
        "A post is a text, a link (from `link`), a picture, a film, a gallery of pictures, a poll or a crosspost.",
        "The text goes with every kind.",
        "Reddit makes posts with a picture or a film after its answer, which does not name them.",
        "They are found in the account's own list, as after a lost answer, which needs the scope `history`.",
        "Further parts are comments, each on the one before: no media, up to 10,000 characters (not confirmed).",
        "A community may want a flair, refuse links or have other rules: its answer says which.",
        "A film needs a `thumbnail`. Film sizes are not confirmed. Alt text is not sent: Reddit takes none.",
        "Texts and comments can be changed; titles, links and media cannot.",
        "Uploads are what Reddit's own and other clients do; its documentation does not have them.",
    ),
)

FLAIR_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """The token, and a name of its own: Reddit throttles clients by their ``User-Agent``."""
    agent = f"python:postiz-ops:1 (account {account.id}; +https://github.com/postiz-ops/postiz-ops)"
    return {"Authorization": f"Bearer {http.secret('access_token')}", "User-Agent": agent}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The user behind the token."""
    me = (await http.get("/api/v1/me")).json
    return Identity(base.said(me, "id", errors.Unavailable), f"u/{base.said(me, 'name', errors.Unavailable)}")


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload the media, and find the flair: ``{"media": [{"id", "url"}], "poster": url, "flair": id}``."""
    if dispatch.first:
        return None
    media = [await _reddit_media.upload(http, each) for each in dispatch.part.media]
    covers = [each.thumbnail for each in dispatch.part.media if each.thumbnail and each.kind is MediaKind.VIDEO]
    if kind_of(dispatch) == "video" and not covers:
        raise errors.Rejected("a film needs a picture of its own on Reddit", help="give it a `thumbnail`")
    poster = (await _reddit_media.upload(http, covers[0]))["url"] if covers else ""
    return {"media": media, "poster": poster, "flair": await _flair(http, dispatch)}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Submit one post, or one comment."""
    if dispatch.first:
        return (await _comment(http, dispatch),)
    url, body = submission(dispatch)
    form, json = (as_form(body), None) if url == SUBMIT else (None, body)
    answer = (await http.mutate("POST", url, form=form, json=json)).json
    data = (answer.get("json") or {}).get("data") if isinstance(answer, dict) else None
    if isinstance(data, dict) and "user_submitted_page" in data and not data.get("id"):
        raise errors.Unknown("Reddit has taken it, and makes the post of it now")
    name = data.get("name") or data.get("id") if isinstance(data, dict) else None
    return (Receipt(base.said({"id": name}, "id"), (data or {}).get("url"), {"kind": kind_of(dispatch)}),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Look through what the account has written; for a while, where Reddit may still be making it."""
    evidence: Evidence
    for seconds in LOOKS if dispatch.part.media else LOOKS[:1]:
        await http.pause(seconds)
        evidence = await _reddit_listing.find(http, dispatch)
        if isinstance(evidence, Found):
            break
    return evidence


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text of a text or a comment. Raises ``Rejected`` for other kinds, which Reddit cannot change."""
    if (kind := receipt.extra.get("kind", "self")) not in ("self", "comment"):
        raise errors.Rejected(f"Reddit can change texts and comments, and this is of the kind `{kind}`")
    form = {"api_type": "json", "thing_id": receipt.remote_id, "text": dispatch.part.text}
    await http.mutate("POST", "/api/editusertext", form=form)
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take a post or a comment down; one that is gone is fine with Reddit too."""
    await http.mutate("POST", "/api/del", form={"id": receipt.remote_id})


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The flairs of the account's community; without one (or as ``subreddit``), the communities it subscribes to."""
    subreddit = account.settings.get("subreddit")
    if subreddit and kind != "subreddit":
        return await _flairs(http, str(subreddit))
    found: dict[str, str] = {}
    params = {"limit": "100"}
    for _ in range(PAGES):
        page = ((await http.get("/subreddits/mine/subscriber", params=params)).json or {}).get("data") or {}
        for row in base.rows(page, "children"):
            data = row.get("data") or {}
            found[base.said(data, "display_name", errors.Unavailable)] = str(data.get("title") or "")
        if not page.get("after"):
            break
        params |= {"after": str(page["after"])}
    return found


metrics = _reddit_metrics.of_posts
account_metrics = _reddit_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


async def _comment(http: Http, dispatch: Dispatch) -> Receipt:
    form = {"api_type": "json", "thing_id": dispatch.answers.remote_id if dispatch.answers else ""}
    answer = (await http.mutate("POST", "/api/comment", form=form | {"text": dispatch.part.text})).json
    things = ((answer.get("json") or {}).get("data") or {}).get("things") if isinstance(answer, dict) else None
    return _reddit_listing.receipt(things[0].get("data") if isinstance(things, list) and things else {}, "comment")


async def _flair(http: Http, dispatch: Dispatch) -> str:
    """The id of the flair that the settings name by id or text; empty where they name none."""
    settings = settings_of(dispatch)
    wanted = settings.flair or ""
    if not wanted or FLAIR_ID.fullmatch(wanted):
        return wanted
    flairs = await _flairs(http, settings.subreddit)
    for id_, words in flairs.items():
        if wanted.casefold() in (id_.casefold(), words.casefold()):
            return id_
    offered = ", ".join(f"`{words}`" for words in flairs.values()) or "none"
    raise errors.Rejected(
        f"r/{settings.subreddit} has no flair `{wanted}`", help=f"choose one of those it has: {offered}"
    )


async def _flairs(http: Http, subreddit: str) -> dict[str, str]:
    rows = base.rows((await http.get(f"/r/{subreddit}/api/link_flair_v2")).json)
    return {base.said(row, "id", errors.Unavailable): str(row.get("text") or "") for row in rows}
