"""Platforms with two kinds of account: a bot, which reads and replies, and a webhook, which posts into one channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from postiz_ops.model import Account, Receipt
from postiz_ops.providers.base import JSON, Dispatch, Evidence, Http, Identity, Provider, Spec, Unsigned
from postiz_ops.providers.metrics import Readings

CHANNEL = "channel"
"""The setting that makes an account a bot's."""


@dataclass(frozen=True, slots=True)
class BotOrWebhook:
    """A platform that an account reaches as a bot, when it has the setting ``channel``, or by a channel's webhook."""

    bot: Provider
    webhook: Provider

    @property
    def SPEC(self) -> Spec:  # noqa: N802 - as in ``Provider``
        """The bot's facts, which are the platform's; the webhook's are what is left of them."""
        return self.bot.SPEC

    def _of(self, account: Account) -> Provider:
        return self.bot if CHANNEL in account.settings else self.webhook

    def spec(self, account: Account) -> Spec:
        """As in ``Provider``."""
        return self._of(account).spec(account)

    async def authorize(self, http: Http, account: Account) -> Mapping[str, str]:
        """As in ``Provider``."""
        return await self._of(account).authorize(http, account)

    def sign(self, http: Http, account: Account, unsigned: Unsigned) -> Mapping[str, str]:
        """As in ``Provider``."""
        return self._of(account).sign(http, account, unsigned)

    async def whoami(self, http: Http, account: Account) -> Identity:
        """As in ``Provider``."""
        return await self._of(account).whoami(http, account)

    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> JSON:
        """As in ``Provider``."""
        return await self._of(account).prepare(http, account, dispatch)

    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        """As in ``Provider``."""
        return await self._of(account).publish(http, account, dispatch)

    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        """As in ``Provider``."""
        return await self._of(account).find(http, account, dispatch)

    async def edit(self, http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
        """As in ``Provider``."""
        return await self._of(account).edit(http, account, dispatch, receipt)

    async def delete(self, http: Http, account: Account, receipt: Receipt) -> None:
        """As in ``Provider``."""
        await self._of(account).delete(http, account, receipt)

    async def options(self, http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
        """As in ``Provider``."""
        return await self._of(account).options(http, account, kind)

    async def metrics(self, http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
        """As in ``Provider``."""
        return await self._of(account).metrics(http, account, receipts)

    async def account_metrics(self, http: Http, account: Account) -> Readings:
        """As in ``Provider``."""
        return await self._of(account).account_metrics(http, account)


def kinds_of(provider: Provider) -> Mapping[str, Spec]:
    """The facts of each kind of account that a provider has: ``bot`` and ``webhook``, or ``account`` alone."""
    if isinstance(provider, BotOrWebhook):
        return {"bot": provider.bot.SPEC, "webhook": provider.webhook.SPEC}
    return {"account": provider.SPEC}
