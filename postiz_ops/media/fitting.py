"""Media as they are uploaded: shrunk where the platform lets us, and without the places that they were taken at."""

from __future__ import annotations

from pathlib import PurePosixPath

from postiz_ops.media.apart import shrink_apart
from postiz_ops.media.fit import Fitted, untouched
from postiz_ops.media.strip import strip
from postiz_ops.model import Media
from postiz_ops.providers.base import Blob, Spec


class MediaFitter:
    """``publish.session.Fitter`` with Pillow behind it: in a process of its own, and only for what is too large."""

    def fit(self, media: Media, data: bytes, spec: Spec) -> Blob:
        """The blob to upload. Raises ``Rejected`` where it cannot be made to fit."""
        rule = spec.media.kinds.get(media.kind)
        bare = strip(data)
        if rule is None or not rule.fit:
            return _blob(media, Fitted(bare, media.type, media.width or 0, media.height or 0))
        most, pixels, types = rule.max_bytes, rule.max_pixels, rule.types
        ready = untouched(bare, media.type, max_bytes=most, max_pixels=pixels, types=types)
        return _blob(media, ready or shrink_apart(bare, max_bytes=most, max_pixels=pixels, types=types))


def _blob(media: Media, fitted: Fitted) -> Blob:
    suffix = _SUFFIXES.get(fitted.type) if fitted.type != media.type else None
    name = PurePosixPath(media.path).name
    filename = str(PurePosixPath(name).with_suffix(suffix)) if suffix else name
    return Blob(fitted.data, fitted.type, filename, fitted.width or None, fitted.height or None, media.alt, media.kind)


_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
