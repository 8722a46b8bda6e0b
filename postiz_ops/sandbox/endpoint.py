"""What stands behind the transport: the world, the faults in force, and which stand-in answers a request."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from postiz_ops.sandbox import (
    bluesky,
    discord,
    dribbble,
    facebook,
    instagram,
    linkedin,
    mastodon,
    pinterest,
    reddit,
    slack,
    threads,
    tiktok,
    x,
    youtube,
)
from postiz_ops.sandbox.exchange import Platform, Refused, Reply, Request, Unreadable, reply
from postiz_ops.sandbox.faults import Faults, Strike
from postiz_ops.sandbox.world import World

HOSTS: Mapping[str, Platform] = {
    "discord.com": discord.PLATFORM,
    "discordapp.com": discord.PLATFORM,
    "slack.com": slack.PLATFORM,
    "slack-gov.com": slack.PLATFORM,
    "facebook.com": facebook.PLATFORM,
    "instagram.com": instagram.PLATFORM,
    "linkedin.com": linkedin.PLATFORM,
    "threads.net": threads.PLATFORM,
    "threads.com": threads.PLATFORM,
    "x.com": x.PLATFORM,
    "googleapis.com": youtube.PLATFORM,
    "tiktokapis.com": tiktok.PLATFORM,
    "pinterest.com": pinterest.PLATFORM,
    "pinterest-media-upload.s3-accelerate.amazonaws.com": pinterest.PLATFORM,
    "dribbble.com": dribbble.PLATFORM,
    "reddit.com": reddit.PLATFORM,
    "reddit-uploaded-media.s3-accelerate.amazonaws.com": reddit.PLATFORM,
    "reddit-uploaded-video.s3-accelerate.amazonaws.com": reddit.PLATFORM,
}
"""Platforms that have a host of their own, and its subdomains."""

PATHS: Mapping[str, Platform] = {"xrpc": bluesky.PLATFORM, "api": mastodon.PLATFORM}
"""Platforms that anybody can host, by the first segment of their API's paths."""


class Cut(Exception):
    """The connection is to be cut without an answer."""


@dataclass(slots=True)
class Endpoint:
    """What all connections share, under the world's lock."""

    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)

    def strike(self, method: str, host: str, path: str) -> Strike:
        """What the faults in force do to a request; counts it."""
        with self.world.lock:
            return self.faults.strike(method, host, path)

    def answer(self, request: Request, strike: Strike) -> Reply:
        """The platform's answer, as far as the faults let it through. Raises ``Cut`` when it is to be lost.

        A delay holds the answer back, not the keeping: who gives up waiting finds the post published.
        """
        answer = self._struck(request, strike.effect)
        time.sleep(strike.delay)
        if strike.effect == "lost-answer":
            raise Cut
        return answer

    def _struck(self, request: Request, effect: str) -> Reply:
        platform = platform_of(request)
        if platform is None:
            return not_imitated(request)
        instead = {
            "refuse": platform.refuse,
            "unauthorized": platform.unauthorized,
            "rate-limit": platform.rate_limit,
            "error-before": platform.broken,
        }
        if effect in instead:
            return instead[effect](request)
        kept = self._kept(platform, request, effect)
        if effect == "error-after":
            return platform.broken(request)
        return replace(kept, body=b'{"id": "1') if effect == "malformed" else kept

    def _kept(self, platform: Platform, request: Request, effect: str) -> Reply:
        """The platform's own answer: it keeps the post, or refuses it."""
        found = ((route, route.match(request.method, request.path)) for route in platform.routes)
        route, params = next(((route, params) for route, params in found if params is not None), (None, {}))
        if route is None:
            return platform.missing(request) if platform.missing else not_imitated(request)
        processing = effect if effect.startswith("async-") else ""
        with self.world.lock:
            try:
                return route.handler(self.world, replace(request, params=params, effect=processing))
            except Refused as refused:
                return refused.reply
            except Unreadable:
                return platform.unreadable(request)


def platform_of(request: Request) -> Platform | None:
    """The stand-in for a request: by host where the platform has its own, else by the path."""
    host = request.host.partition(":")[0]
    for name, platform in HOSTS.items():
        if host == name or host.endswith(f".{name}"):
            return platform
    return PATHS.get(request.path.split("/")[1])


def not_imitated(request: Request) -> Reply:
    """What the sandbox does not know it says loudly, whether the platform knows it or not."""
    sentence = f"the sandbox does not imitate {request.method} https://{request.host}{request.path}"
    return reply(501, {"error": sentence, "ok": False})
