"""What a Facebook page takes of pictures and videos, in a post, in a reel and in a story."""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.model import MediaKind
from postiz_ops.providers import base

CHECKED = "2026-11-22"
PHOTOS = "https://developers.facebook.com/docs/graph-api/reference/page/photos/"

ATTACHED = base.MediaRule(
    kinds={
        MediaKind.IMAGE: base.KindRule(("image/jpeg", "image/png", "image/gif"), max_bytes=10_000_000, fit=True),
        MediaKind.VIDEO: base.KindRule(
            ("video/mp4", "video/quicktime"),
            max_bytes=10_737_418_240,
            max_duration=14_400,
            max_items=1,
            verified=False,
        ),
    },
    max_items=10,
    source=PHOTOS,
    checked=CHECKED,
    replies=1,
)


def _alone(video: base.KindRule, *, pictures: bool) -> base.MediaRule:
    """The one medium of a reel or a story."""
    kinds = {MediaKind.IMAGE: ATTACHED.kinds[MediaKind.IMAGE]} if pictures else {}
    return replace(ATTACHED, kinds=kinds | {MediaKind.VIDEO: video}, max_items=1, required=True)


VARIANTS = (
    base.Variant(
        "type",
        "reel",
        _alone(
            base.KindRule(
                ("video/mp4",),
                max_bytes=10_737_418_240,
                min_duration=3,
                max_duration=90,
                aspect=(0.5, 0.625),
                verified=False,
            ),
            pictures=False,
        ),
    ),
    base.Variant(
        "type",
        "story",
        _alone(base.KindRule(("video/mp4",), max_bytes=10_737_418_240, max_duration=60), pictures=True),
        text=False,
        answers=False,
    ),
)
