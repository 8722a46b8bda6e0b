"""What a file really is: platforms look at the bytes, not at the name or the declared type."""

from __future__ import annotations

import io
from dataclasses import dataclass

_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4V ": "video/x-m4v",
    b"M4A ": "audio/mp4",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
}
"""The major brand of an ISO base media file; all others are taken for MP4."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """Sizes in pixels, and whether it moves."""

    width: int
    height: int
    animated: bool


def mime(data: bytes) -> str | None:
    """The media type by the first bytes, ``None`` where they are of no kind that platforms know."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def picture(data: bytes) -> Picture | None:
    """What a picture is like, ``None`` where it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP", "AVIF")) as image:
            return Picture(image.width, image.height, getattr(image, "is_animated", False))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
