"""Shrink a picture to a platform's limits: never up, never more than needed, and the same bytes from the same bytes.

What is within the limits, and of a type that the platform takes, is not touched. Any other picture is turned upright,
loses its metadata but for the colour profile, and is written in its own format if that fits, else as JPEG (or WebP
where it is transparent); where only JPEG is taken, what is transparent becomes white.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from postiz_ops.errors import Rejected
from postiz_ops.media.probe import Probe, probe
from postiz_ops.model import MediaKind

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_DECODED_PIXELS = 89_000_000
"""What we are ready to hold in memory (about 360 MB at four bytes): just below where Pillow warns of a bomb."""

_READABLE = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_JPEG, _PNG, _WEBP = "image/jpeg", "image/png", "image/webp"
_WRITERS = {_JPEG: "JPEG", _PNG: "PNG", _WEBP: "WEBP"}
_PREFERRED = {True: (_WEBP, _PNG, _JPEG), False: (_JPEG, _WEBP, _PNG)}
"""What a picture is written as where its own type does not do, by whether it is transparent."""
_QUALITIES = (90, 85, 80, 75, 70, 65, 60)
"""From the best; below the last, fewer pixels look better than coarser ones."""
_STEP = 0.85
"""By how much each side shrinks when even the lowest quality is too big."""
_SMALLEST = 16
"""Pixels: a picture whose longer side would get shorter than this is of no use to anybody."""
_PROFILED = frozenset({"RGB", "RGBA", "P", "L"})
"""Modes that stay in the colours which their profile describes."""


class Fitted(NamedTuple):
    """A picture as it will be uploaded."""

    data: bytes
    type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Limits:
    max_bytes: int
    max_pixels: int | None
    max_side: int | None

    def described(self) -> str:
        pixels = f", {self.max_pixels:,} pixels" if self.max_pixels else ""
        side = f", {self.max_side:,} pixels a side" if self.max_side else ""
        return f"{self.max_bytes:,} bytes{pixels}{side}"

    def scale(self, width: int, height: int) -> float:
        """The factor for the sides that brings the pixels within the limits; 1 where they are."""
        by_pixels = math.sqrt(self.max_pixels / (width * height)) if self.max_pixels else 1.0
        by_side = self.max_side / max(width, height) if self.max_side else 1.0
        return min(by_pixels, by_side, 1.0)


def fit(
    data: bytes,
    type: str,
    *,
    max_bytes: int,
    max_pixels: int | None,
    max_side: int | None = None,
    types: Sequence[str] | None = None,
) -> Fitted:
    """The picture within the limits (bytes, width x height, the longer side), and its type and sizes as they are then.

    ``type`` is what the file was approved as; ``types`` are those that the platform takes, if not all. Raises
    ``errors.Rejected``, with the numbers, for what cannot be shrunk (a film, a moving GIF, HEIC) and for limits that
    cannot be met.
    """
    ready = untouched(data, type, max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side, types=types)
    return ready or shrink(data, max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side, types=types)


def untouched(
    data: bytes,
    type: str,
    *,
    max_bytes: int,
    max_pixels: int | None,
    max_side: int | None = None,
    types: Sequence[str] | None = None,
) -> Fitted | None:
    """The picture as it is where that fits, ``None`` where it has to be shrunk. Only its header is read.

    Raises ``errors.Rejected`` as ``fit`` does, for all that can be known without decoding.
    """
    limits = _Limits(max_bytes, max_pixels, max_side)
    seen = probe(data)
    if seen is None or seen.width is None or seen.height is None:
        raise Rejected(f"the file is no `{type}` that can be read", help="export the picture again")
    fits = len(data) <= max_bytes and limits.scale(seen.width, seen.height) == 1
    if fits and _is_taken(seen.type, types):
        return Fitted(data, seen.type, seen.width, seen.height)
    over = f"the file has {_numbers(data, seen)}; the limit is {limits.described()}"
    _refuse_unshrinkable(seen, f"the file is `{seen.type}`; taken is `{'`, `'.join(types or ())}`" if fits else over)
    return None


def shrink(
    data: bytes, *, max_bytes: int, max_pixels: int | None, max_side: int | None, types: Sequence[str] | None
) -> Fitted:
    """The picture, decoded and written anew: what ``media.apart`` does in a process with limits."""
    seen = probe(data)
    if seen is None:
        raise Rejected("the file is no picture that can be read", help="export it again")
    limits = _Limits(max_bytes, max_pixels, max_side)
    return _shrunk(_decoded(data), seen.type, limits, types or tuple(_WRITERS), _numbers(data, seen))


def _numbers(data: bytes, seen: Probe) -> str:
    return f"{len(data):,} bytes, {seen.width:,} x {seen.height:,} pixels"


def _is_taken(type: str, types: Sequence[str] | None) -> bool:
    """Whether a type needs no other, or there is none that could be written instead."""
    return types is None or type in types or not _WRITERS.keys() & set(types)


def _refuse_unshrinkable(seen: Probe, over: str) -> None:
    if seen.kind is not MediaKind.IMAGE:
        raise Rejected(over, help="shrink it yourself: only still pictures are shrunk automatically")
    if seen.type in {"image/heic", "image/heif"}:
        raise Rejected(over, help="save it as JPEG: HEIC is not shrunk automatically")
    if (seen.width or 0) * (seen.height or 0) > MAX_DECODED_PIXELS:
        raise Rejected(over, help=f"shrink it yourself: at most {MAX_DECODED_PIXELS:,} pixels are decoded")


def _decoded(data: bytes) -> Image:
    """Upright, in RGB, RGBA or grey."""
    from PIL import Image, ImageOps

    try:
        opened = Image.open(io.BytesIO(data), formats=_READABLE)
        moving = getattr(opened, "is_animated", False)
        upright = opened if moving else ImageOps.exif_transpose(opened)
    except MemoryError:
        raise
    except Exception as problem:  # decoders of hostile bytes raise whatever they like
        raise Rejected("the picture is damaged and cannot be decoded", help="export it again") from problem
    if moving:
        raise Rejected("a moving picture is not shrunk automatically", help="shrink it yourself, or send a still one")
    return _in_plain_mode(upright)


def _in_plain_mode(image: Image) -> Image:
    profile = image.info.get("icc_profile") if image.mode in _PROFILED else None
    plain = _converted(image)
    plain.info = {"icc_profile": profile} if profile else {}
    return plain


def _converted(image: Image) -> Image:
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        return clear if clear.getchannel("A").getextrema() != (255, 255) else clear.convert("RGB")
    if image.mode.startswith("I"):
        # Sixteen bits of grey: a plain conversion would clip where it should scale.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in {"RGB", "L"} else image.convert("RGB")


def _shrunk(image: Image, type: str, limits: _Limits, types: Sequence[str], before: str) -> Fitted:
    scale = limits.scale(image.width, image.height)
    while max(image.width, image.height) * scale >= _SMALLEST:
        smaller = _resized(image, scale)
        for candidate in _candidates(type, types, transparent=image.mode == "RGBA"):
            data = _written(smaller, candidate, limits.max_bytes)
            if data is not None:
                return Fitted(data, candidate, smaller.width, smaller.height)
        scale *= _STEP
    raise Rejected(f"the picture ({before}) cannot be made to fit {limits.described()}", help="choose another picture")


def _candidates(type: str, types: Sequence[str], *, transparent: bool) -> tuple[str, ...]:
    """The picture's own type, and the best of the others, as far as the platform takes them."""
    own = [type] if type in _WRITERS and type in types else []
    best = [other for other in _PREFERRED[transparent] if other in types][:1]
    return tuple(dict.fromkeys(own + best))


def _resized(image: Image, scale: float) -> Image:
    from PIL.Image import Resampling

    if scale == 1:
        return image
    return image.resize((max(int(image.width * scale), 1), max(int(image.height * scale), 1)), Resampling.LANCZOS)


def _written(image: Image, type: str, max_bytes: int) -> bytes | None:
    """The picture in at most so many bytes, at the best quality that allows it."""
    if type == _PNG:
        data = _encoded(image, type)
        return data if len(data) <= max_bytes else None
    source = _on_white(image) if type == _JPEG and image.mode == "RGBA" else image
    best, low, high = None, 0, len(_QUALITIES)
    while low < high:
        middle = (low + high) // 2
        data = _encoded(source, type, quality=_QUALITIES[middle])
        if len(data) <= max_bytes:
            best, high = data, middle
        else:
            low = middle + 1
    return best


def _on_white(image: Image) -> Image:
    from PIL.Image import new

    white = new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    white.info = dict(image.info)
    return white


def _encoded(image: Image, type: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    optimize = {"optimize": True} if type == _JPEG else {}
    image.save(buffer, _WRITERS[type], icc_profile=image.info.get("icc_profile"), **optimize, **options)
    return buffer.getvalue()
