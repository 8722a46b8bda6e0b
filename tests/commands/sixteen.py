"""A content repository with an account on each of the sixteen platforms."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from postiz_ops.media.strip import strip
from tests.canaries import canary
from tests.commands.site import Site
from tests.media.files import PDF, encoded, noise, sample

PLATFORMS: Mapping[str, Mapping[str, str]] = {
    "bluesky": {},
    "discord": {"channel": '"1045678901234567890"'},
    "dribbble": {},
    "facebook": {"page": '"100200300400500"'},
    "instagram": {"user": '"17841400000000000"'},
    "instagram-standalone": {"user": '"17841400000000001"'},
    "linkedin": {"comments": "v2"},
    "linkedin-page": {"organization": '"123456"'},
    "mastodon": {},
    "pinterest": {"board": '"549755885175"'},
    "reddit": {"subreddit": "python"},
    "slack": {"channel": "C0123456789"},
    "threads": {"user": '"17841400000000002"'},
    "tiktok": {"privacy": "SELF_ONLY"},
    "x": {},
    "youtube": {"privacy": "public"},
}
"""The contract's sixteen providers -> the settings that an account cannot do without."""

CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    "bluesky": ("identifier", "password"),
    "discord": ("bot_token",),
    "slack": ("bot_token",),
    "x": ("api_key", "api_secret", "access_token", "access_token_secret"),
}
"""Those with others than an ``access_token``."""


def variable(provider: str, credential: str) -> str:
    return f"{provider}_{credential}".upper().replace("-", "_")


def account(provider: str) -> str:
    """The account's id."""
    return f"my-{provider}"


def _entry(provider: str) -> str:
    names = CREDENTIALS.get(provider, ("access_token",))
    credentials = ", ".join(f'{name}: "${{{variable(provider, name)}}}"' for name in names)
    settings = ", ".join(f"{key}: {value}" for key, value in PLATFORMS[provider].items())
    url = "    url: https://mastodon.example\n" if provider == "mastodon" else ""
    return (
        f"  {account(provider)}:\n    provider: {provider}\n{url}    credentials: {{{credentials}}}\n"
        + f"    settings: {{{settings}}}\n" * bool(settings)
    )


OTHERS = """\
  my-discord-webhook: {provider: discord, credentials: {webhook_url: "${DISCORD_WEBHOOK}"}}
  my-slack-webhook: {provider: slack, credentials: {webhook_url: "${SLACK_WEBHOOK}"}}
  my-x-articles:
    provider: x
    credentials: {access_token: "${X_OAUTH2_TOKEN}"}
    settings: {article: true}
"""
"""Accounts of another kind, for posts that are made for them alone."""

ACCOUNTS = (
    "version: 1\nbranch: main\nstate: {remote: origin, branch: postiz-state}\nmedia_host: github-raw\naccounts:\n"
    + "".join(map(_entry, PLATFORMS))
    + OTHERS
    + f"groups:\n  everywhere: [{', '.join(map(account, PLATFORMS))}]\n"
)

ENVIRONMENT = {
    variable(provider, name): "test.bsky.social" if name == "identifier" else canary(provider)
    for provider in PLATFORMS
    for name in CREDENTIALS.get(provider, ("access_token",))
} | {
    "GITHUB_REPOSITORY": "acme/posts",
    "DISCORD_WEBHOOK": "https://discord.com/api/webhooks/1045678901234567890/" + canary("discord-webhook"),
    "SLACK_WEBHOOK": "https://hooks.slack.com/services/T0TEST/B0TEST/" + canary("slack-webhook"),
    "X_OAUTH2_TOKEN": canary("x-oauth2"),
}


def begin(folder: Path, endpoint: str) -> Site:
    """The repository, with the media that posts attach."""
    site = Site(folder, endpoint, dict(ENVIRONMENT)).begin(ACCOUNTS)
    for name, data in MEDIA.items():
        site.write(f"media/{name}", data)
    return site.approve()


# --- media --------------------------------------------------------------------------------------------------------


def film(seconds: int, width: int, height: int, size: int) -> bytes:
    """The sample film, so long, so large and of so many bytes; without metadata, as what is fetched must be."""
    data = bytearray(sample("film.mp4"))
    scale, _ = struct.unpack_from(">II", data, data.index(b"mvhd") + 16)
    struct.pack_into(">I", data, data.index(b"mvhd") + 20, scale * seconds)
    struct.pack_into(">II", data, data.index(b"tkhd") + 80, width << 16, height << 16)
    return strip(bytes(data) + struct.pack(">I4s", size - len(data), b"free") + bytes(size - len(data) - 8))


MEDIA = {
    "one.jpg": encoded(noise(800, 600), "JPEG"),
    "two.jpg": encoded(noise(800, 600).rotate(180), "JPEG"),
    "upright.jpg": encoded(noise(900, 1600), "JPEG"),
    "clip.mp4": film(6, 720, 1280, 200_000),
    "paper.pdf": PDF,
}


# --- one post for all ---------------------------------------------------------------------------------------------

LAUNCH = """\
---
id: launch
title: A new office
platforms: [everywhere]
publish_at: now
media: [{src: /media/one.jpg, alt: Two desks and a plant}]
hashtags: [office]
overrides:
  tiktok: {media: [{src: /media/clip.mp4, alt: A tour}]}
  youtube: {media: [{src: /media/clip.mp4, alt: A tour, thumbnail: /media/one.jpg}]}
---
We have **moved**.

---

:::except dribbble pinterest tiktok
There is more room.
:::

---

:::except dribbble pinterest tiktok
And a garden.
:::

:::comment
Ask us anything.
:::
"""
