"""The platforms, by the name that accounts.yaml calls them.

A module is loaded when its platform is asked for, so that an account on one does not pay for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from postiz_ops.providers.base import Provider


def _bluesky() -> Provider:
    from postiz_ops.providers import bluesky

    return bluesky


def _discord() -> Provider:
    from postiz_ops.providers import discord, discord_webhook, kinds

    return kinds.BotOrWebhook(discord, discord_webhook)


def _dribbble() -> Provider:
    from postiz_ops.providers import dribbble

    return dribbble


def _facebook() -> Provider:
    from postiz_ops.providers import facebook

    return facebook


def _instagram() -> Provider:
    from postiz_ops.providers import instagram

    return instagram


def _instagram_standalone() -> Provider:
    from postiz_ops.providers import instagram_standalone

    return instagram_standalone


def _linkedin_member() -> Provider:
    from postiz_ops.providers import linkedin

    return linkedin


def _linkedin_page() -> Provider:
    from postiz_ops.providers import linkedin_page

    return linkedin_page


def _mastodon() -> Provider:
    from postiz_ops.providers import mastodon

    return mastodon


def _pinterest() -> Provider:
    from postiz_ops.providers import pinterest

    return pinterest


def _reddit() -> Provider:
    from postiz_ops.providers import reddit

    return reddit


def _slack() -> Provider:
    from postiz_ops.providers import kinds, slack, slack_webhook

    return kinds.BotOrWebhook(slack, slack_webhook)


def _threads() -> Provider:
    from postiz_ops.providers import threads

    return threads


def _youtube() -> Provider:
    from postiz_ops.providers import youtube

    return youtube


def _tiktok() -> Provider:
    from postiz_ops.providers import tiktok

    return tiktok


def _x() -> Provider:
    from postiz_ops.providers import x

    return x


class _Registry(Mapping[str, "Provider"]):
    """A name -> its provider, the same one every time."""

    def __init__(self, loaders: Mapping[str, Callable[[], Provider]]) -> None:
        self._loaders = loaders
        self._loaded: dict[str, Provider] = {}

    @override
    def __getitem__(self, name: str) -> Provider:
        if name not in self._loaded:
            self._loaded[name] = self._loaders[name]()
        return self._loaded[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    @override
    def __len__(self) -> int:
        return len(self._loaders)


PROVIDERS: Mapping[str, Provider] = _Registry(
    {
        "bluesky": _bluesky,
        "discord": _discord,
        "dribbble": _dribbble,
        "facebook": _facebook,
        "instagram": _instagram,
        "instagram-standalone": _instagram_standalone,
        "linkedin": _linkedin_member,
        "linkedin-page": _linkedin_page,
        "mastodon": _mastodon,
        "pinterest": _pinterest,
        "reddit": _reddit,
        "slack": _slack,
        "threads": _threads,
        "tiktok": _tiktok,
        "x": _x,
        "youtube": _youtube,
    }
)
