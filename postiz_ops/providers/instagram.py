"""Instagram by way of Facebook Login: https://developers.facebook.com/docs/instagram-platform/content-publishing ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _instagram_auth, _instagram_metrics, _instagram_posts, _meta, base
from postiz_ops.providers.base import Http, Identity
from postiz_ops.providers.metrics import Readings

ROOT = _instagram_posts.ROOT

SPEC = base.Spec(
    name="instagram",
    title="Instagram",
    docs=_instagram_posts.GUIDE,
    api=f"Instagram API with Facebook Login, Graph API {_meta.VERSION}",
    origin="https://graph.facebook.com",
    text=_instagram_posts.TEXT,
    media=_instagram_posts.ATTACHED,
    credentials=("access_token",),
    settings=_instagram_posts.AllSettings,
    auth=(_instagram_auth.WITH_FACEBOOK,),
    manual=_instagram_auth.WITH_FACEBOOK_MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    delete=True,
    lookup=base.Lookup.BY_ID,
    required_settings=("user",),
    account_settings=("user",),
    metrics=_instagram_metrics.BUSINESS,
    metrics_keep_days=_instagram_metrics.KEEP_DAYS,
    metrics_need=("instagram_manage_insights",),
    no_metrics="impressions and plays, which Instagram has removed; comments; stories after 24 hours",
    rates=_instagram_posts.RATES,
    error_codes=_meta.CODES,
    error_texts=_meta.TEXTS,
    ok_field="success",
    error_table=_instagram_posts.ERRORS,
    variants=(_instagram_posts.STORY,),
    notes=(*_instagram_posts.NOTES, "Taking a post down needs `instagram_manage_contents` and the token of a user."),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The professional account that is posted to."""
    path = f"{ROOT}/{account.settings['user']}"
    me = (await http.get(path, params={"fields": "id,username"})).json
    return Identity(base.said(me, "id", errors.Unavailable), f"@{me.get('username', '')}")


prepare = _instagram_posts.prepare
publish = _instagram_posts.publish
find = _instagram_posts.find
edit = base.no_edit


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take a post, a story or a comment down; one that is gone is fine."""
    await http.mutate("DELETE", f"{ROOT}/{receipt.remote_id}", expect=(_meta.GONE,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The professional accounts that the user's pages have, for ``user``."""
    found = {}
    async for page in _meta.pages(http, f"{ROOT}/me/accounts", "name,instagram_business_account{id,username}"):
        if linked := page.get("instagram_business_account"):
            found[base.said(linked, "id", errors.Unavailable)] = f"@{linked.get('username', '')}"
    return found


async def metrics(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """What is counted of posts, reels and stories."""
    return await _instagram_metrics.of_posts(http, receipts, _instagram_metrics.BUSINESS)


async def account_metrics(http: Http, account: Account) -> Readings:
    """What is counted of the account."""
    return await _instagram_metrics.of_account(http, account, _instagram_metrics.BUSINESS)
