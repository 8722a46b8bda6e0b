"""Instagram by its own login: https://developers.facebook.com/docs/instagram-platform/content-publishing ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _instagram_auth, _instagram_metrics, _instagram_posts, _meta, base
from postiz_ops.providers.base import Http, Identity
from postiz_ops.providers.metrics import Readings

SPEC = base.Spec(
    name="instagram-standalone",
    title="Instagram (own login)",
    docs=_instagram_posts.GUIDE,
    api=f"Instagram API with Instagram Login, {_meta.VERSION}",
    origin="https://graph.instagram.com",
    text=_instagram_posts.TEXT,
    media=_instagram_posts.ATTACHED,
    credentials=("access_token",),
    settings=_instagram_posts.Settings,
    auth=(_instagram_auth.STANDALONE,),
    manual=_instagram_auth.STANDALONE_MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    lookup=base.Lookup.BY_ID,
    required_settings=("user",),
    account_settings=("user",),
    metrics=_instagram_metrics.STANDALONE,
    metrics_keep_days=_instagram_metrics.KEEP_DAYS,
    metrics_need=("instagram_business_manage_insights",),
    no_metrics="impressions and plays, which Instagram has removed; comments; stories after 24 hours",
    rates=_instagram_posts.RATES,
    error_codes=_meta.CODES,
    error_texts=_meta.TEXTS,
    ok_field="success",
    error_table=_instagram_posts.ERRORS,
    variants=(_instagram_posts.STORY,),
    notes=(*_instagram_posts.NOTES, "Posts cannot be taken down by this API: that needs the login by Facebook."),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The professional account of the token."""
    me = (await http.get(f"{_instagram_posts.ROOT}/me", params={"fields": "user_id,username"})).json
    return Identity(str(me.get("user_id") or base.said(me, "id", errors.Unavailable)), f"@{me.get('username', '')}")


prepare = _instagram_posts.prepare
publish = _instagram_posts.publish
find = _instagram_posts.find
edit = base.no_edit
delete = base.no_delete


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The one account of the token, for ``user``."""
    me = await whoami(http, account)
    return {me.remote_id: me.name}


async def metrics(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """What is counted of posts, reels and stories."""
    return await _instagram_metrics.of_posts(http, receipts, _instagram_metrics.STANDALONE)


async def account_metrics(http: Http, account: Account) -> Readings:
    """What is counted of the account."""
    return await _instagram_metrics.of_account(http, account, _instagram_metrics.STANDALONE)
