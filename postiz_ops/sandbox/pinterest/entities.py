"""Pins, boards and the account as Pinterest's own description has them."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import Audience, Crowd
from postiz_ops.sandbox.world import File, Post, digits, stamp


def pin(post: Post, people: Audience | None = None) -> dict[str, Any]:
    """A pin; with its figures where they were asked for."""
    detail = post.detail
    return {
        "id": post.remote_id,
        "created_at": stamp(post.created_at),
        "link": detail.get("link"),
        "title": detail.get("title"),
        "description": post.text or None,
        "dominant_color": detail.get("dominant_color"),
        "alt_text": post.media[0].alt or None,
        "board_id": detail["board_id"],
        "board_section_id": detail.get("board_section_id"),
        "board_owner": {"username": post.account},
        "media": _media(post),
        "creative_type": "VIDEO" if detail["kind"] == "video_id" else "REGULAR",
        "parent_pin_id": detail.get("parent_pin_id"),
        "is_owner": True,
        "is_standard": True,
        "has_been_promoted": False,
        "pin_metrics": people and metrics(post, people),
    }


def metrics(post: Post, people: Audience) -> dict[str, Any]:
    """What came of a pin, since it was made and in the last 90 days."""
    life = {
        "impression": people.views,
        "reaction": people.likes,
        "comment": post.replies,
        "save": people.saves,
        "pin_click": people.clicks,
        "clickthrough": people.links,
    }
    return {"lifetime_metrics": life, "90d": {name: life[name] for name in ("impression", "pin_click", "clickthrough")}}


def _media(post: Post) -> dict[str, Any]:
    kind, first = post.detail["kind"], post.media[0]
    if kind == "video_id":
        source = post.detail["media_source"]
        cover = {"cover_image_url": source["cover_image_url"]} if "cover_image_url" in source else {}
        return {"media_type": "video", **cover, "video_url": None, "duration": None, "height": None, "width": None}
    if kind.startswith("multiple"):
        items = [{"item_type": "image", "images": _images(file)} for file in post.media]
        return {"media_type": "multiple_images", "items": items}
    return {"media_type": "image", "images": _images(first)}


def _images(file: File) -> dict[str, Any]:
    sizes = {"150x150": (150, 150), "400x300": (400, 300), "600x": (600, file.height), "1200x": (1200, file.height)}
    return {
        name: {"width": width, "height": height, "url": f"https://i.pinimg.com/{name}/{file.id}.jpg"}
        for name, (width, height) in sizes.items()
    }


def board(account: str, board_id: str, name: str, pins: int) -> dict[str, Any]:
    """A board."""
    return {
        "id": board_id,
        "name": name,
        "description": None,
        "owner": {"username": account},
        "privacy": "PUBLIC",
        "pin_count": pins,
        "follower_count": 0,
        "collaborator_count": 0,
        "created_at": "2026-01-01T00:00:00.000Z",
        "board_pins_modified_at": "2026-01-01T00:00:00.000Z",
        "media": {"image_cover_url": None, "pin_thumbnail_urls": []},
        "is_ads_only": False,
    }


def account(name: str, pins: int, boards: int, people: Crowd) -> dict[str, Any]:
    """The account of a token."""
    return {
        "id": digits(name, 18),
        "username": name,
        "account_type": "BUSINESS",
        "about": "",
        "business_name": None,
        "board_count": boards,
        "pin_count": pins,
        "follower_count": people.followers,
        "following_count": people.following,
        "monthly_views": people.views * 30,
        "profile_image": f"https://i.pinimg.com/600x600_R/{name}.jpg",
        "website_url": "",
    }
