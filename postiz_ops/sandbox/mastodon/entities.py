"""The JSON entities of a Mastodon server: https://docs.joinmastodon.org/entities/ ."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from postiz_ops.model import MediaKind
from postiz_ops.sandbox import limits
from postiz_ops.sandbox.audience import audience, crowd
from postiz_ops.sandbox.world import File, Post, stamp

NAME = "mastodon"
BIRTH = "2024-01-01T00:00:00.000Z"
_LINKS = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])|(?<!\w)#(?P<tag>\w+)|(?<!\w)@(?P<at>\w+)@(?P<on>[\w.-]*\w)"
)


@dataclass(frozen=True, slots=True)
class PollBounds:
    """``Instance.configuration.polls``."""

    min_options: int = 2
    max_options: int = 4
    characters: int = 50
    min_seconds: int = 300
    max_seconds: int = 2_629_746


POLL = PollBounds()
"""The bounds of a stock server."""


def account_id(account: str) -> str:
    """A number for an account, the same at every start."""
    return str(int(hashlib.sha256(account.encode()).hexdigest()[:14], 16))


def is_picture(file: File) -> bool:
    """Whether several of these may stand in one status: a GIF that moves becomes a video."""
    return file.type.startswith("image/") and not _moves(file)


def _moves(file: File) -> bool:
    return file.animated and file.type == "image/gif"


def account(name: str, statuses: int = 0) -> dict[str, Any]:
    """The Account entity of ``user@server``."""
    user, _, host = name.partition("@")
    missing = f"https://{host}/avatars/original/missing.png"
    return {
        "id": account_id(name),
        "username": user,
        "acct": user,
        "display_name": user,
        "locked": False,
        "bot": False,
        "discoverable": False,
        "indexable": False,
        "group": False,
        "created_at": BIRTH,
        "note": "",
        "url": f"https://{host}/@{user}",
        "uri": f"https://{host}/users/{user}",
        "avatar": missing,
        "avatar_static": missing,
        "header": missing,
        "header_static": missing,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": statuses,
        "last_status_at": None,
        "hide_collections": None,
        "noindex": False,
        "emojis": [],
        "roles": [],
        "fields": [],
    }


def credential_account(name: str, statuses: int, now: datetime) -> dict[str, Any]:
    """The CredentialAccount entity: the account with what only its owner sees, and who follows it by ``now``."""
    people = crowd(name, now)
    source = {
        "privacy": "public",
        "sensitive": False,
        "language": None,
        "note": "",
        "fields": [],
        "follow_requests_count": 0,
        "hide_collections": None,
        "discoverable": False,
        "indexable": False,
    }
    role = {"id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": False}
    known = {"followers_count": people.followers, "following_count": people.following}
    return {**account(name, statuses), **known, "source": source, "role": role}


def attachment(file: File, host: str, *, ready: bool = True) -> dict[str, Any]:
    """The MediaAttachment entity; its ``url`` is null while it is converted."""
    kind = "gifv" if _moves(file) else file.type.partition("/")[0]
    base = f"https://{host}/system/media_attachments/{file.id}"
    size = {"width": file.width, "height": file.height} if file.width else {}
    return {
        "id": file.id,
        "type": kind,
        "url": f"{base}/original" if ready else None,
        "preview_url": f"{base}/small" if ready else None,
        "remote_url": None,
        "meta": {"original": size} if size else {},
        "description": file.alt or None,
        "blurhash": None,
    }


def status(post: Post, parent: Post | None, now: datetime) -> dict[str, Any]:
    """The Status entity, with what came of it by ``now``."""
    people = audience(post.remote_id, post.created_at, now)
    host = post.account.partition("@")[2]
    detail = post.detail
    return {
        "id": post.remote_id,
        "created_at": stamp(post.created_at),
        "in_reply_to_id": post.parent,
        "in_reply_to_account_id": parent and account_id(parent.account),
        "sensitive": detail["sensitive"],
        "spoiler_text": detail["spoiler_text"],
        "visibility": detail["visibility"],
        "language": detail["language"],
        "uri": f"https://{host}/users/{post.account.partition('@')[0]}/statuses/{post.remote_id}",
        "url": post.url,
        "replies_count": post.replies,
        "reblogs_count": people.shares,
        "favourites_count": people.likes,
        "quotes_count": people.quotes,
        "edited_at": stamp(post.edited_at) if post.edited_at else None,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        "content": content(post.text, host),
        "filtered": [],
        "reblog": None,
        "account": account(post.account),
        "media_attachments": [attachment(file, host) for file in post.media],
        "mentions": mentions(post.text),
        "tags": [{"name": tag, "url": f"https://{host}/tags/{tag}"} for tag in _tags(post.text)],
        "emojis": [],
        "card": None,
        "poll": detail["poll"] and poll(post),
    }


def poll(post: Post) -> dict[str, Any]:
    """The Poll entity of a status that has one."""
    given = post.detail["poll"]
    return {
        "id": given["id"],
        "expires_at": stamp(post.created_at + timedelta(seconds=given["expires_in"])),
        "expired": False,
        "multiple": given["multiple"],
        "votes_count": 0,
        "voters_count": 0,
        "options": [{"title": option, "votes_count": 0} for option in given["options"]],
        "emojis": [],
        "voted": True,
        "own_votes": [],
    }


def mentions(text: str) -> list[dict[str, str]]:
    """The people that a text names with their server: all of them exist."""
    found = dict.fromkeys((match["at"], match["on"]) for match in _LINKS.finditer(text) if match["at"])
    return [
        {"id": account_id(f"{at}@{on}"), "username": at, "acct": f"{at}@{on}", "url": f"https://{on}/@{at}"}
        for at, on in found
    ]


def content(text: str, host: str) -> str:
    """A text as the HTML that Mastodon makes of it: paragraphs, breaks, links in three pieces, mentions shortened."""
    if not text:
        return ""
    pieces, last = [], 0
    for match in _LINKS.finditer(text):
        pieces += [html.escape(text[last : match.start()]), _link(match, host)]
        last = match.end()
    pieces.append(html.escape(text[last:]))
    paragraphs = re.split(r"\n{2,}", "".join(pieces).replace("\r\n", "\n"))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs).replace("\n", "<br />")


def _link(match: re.Match[str], host: str) -> str:
    if match["tag"]:
        tag = html.escape(match["tag"])
        return f'<a href="https://{host}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    if match["at"]:
        href = f'href="https://{match["on"]}/@{match["at"]}"'
        name = f"@<span>{match['at']}</span>"
        return f'<span class="h-card" translate="no"><a {href} class="u-url mention">{name}</a></span>'
    scheme, _, rest = match["url"].partition("://")
    shown, hidden, kind = html.escape(rest[:30]), html.escape(rest[30:]), "ellipsis" if rest[30:] else ""
    return (
        f'<a href="{html.escape(match["url"])}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span class="{kind}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _tags(text: str) -> list[str]:
    return list(dict.fromkeys(match["tag"].lower() for match in _LINKS.finditer(text) if match["tag"]))


def instance(host: str) -> dict[str, Any]:
    """The Instance entity, with the limits that this stand-in enforces."""
    return {
        "domain": host,
        "title": f"{host} (sandbox)",
        "version": "4.5.0",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "A local stand-in: nothing here reaches the Fediverse.",
        "usage": {"users": {"active_month": 1}},
        "thumbnail": {"url": f"https://{host}/packs/preview.png"},
        "icon": [],
        "languages": ["en"],
        "configuration": _configuration(host),
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 7},
        "contact": {"email": f"admin@{host.partition(':')[0]}", "account": None},
        "rules": [],
    }


def _configuration(host: str) -> dict[str, Any]:
    rule = limits.media(NAME)
    image, video = rule.kinds[MediaKind.IMAGE], rule.kinds[MediaKind.VIDEO]
    return {
        "urls": {"streaming": f"wss://{host}"},
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": limits.text(NAME).max,
            "max_media_attachments": rule.max_items,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": sorted({mime for kind in rule.kinds.values() for mime in kind.types}),
            "description_limit": rule.alt.max if rule.alt else None,
            "image_size_limit": image.max_bytes,
            "image_matrix_limit": image.max_pixels or 0,
            "video_size_limit": video.max_bytes,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": video.max_pixels or 0,
        },
        "polls": {
            "max_options": POLL.max_options,
            "max_characters_per_option": POLL.characters,
            "min_expiration": POLL.min_seconds,
            "max_expiration": POLL.max_seconds,
        },
        "translation": {"enabled": False},
    }
