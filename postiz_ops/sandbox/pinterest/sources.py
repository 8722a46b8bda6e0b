"""What a pin shows: one of the sources of ``media_source`` in Pinterest's own description.

Pictures that are fetched cannot be looked at here, so that only those that are sent are compared in size. A host under
``.invalid`` cannot be reached.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from postiz_ops.sandbox import graph, limits, shape
from postiz_ops.sandbox.exchange import objects
from postiz_ops.sandbox.pinterest.common import NAME, error, invalid, look, numeric
from postiz_ops.sandbox.world import File, World

ITEMS = range(2, 6)
TYPES = ("image/jpeg", "image/png")

Source = Mapping[str, Any]

_ITEM = dict.fromkeys(("title", "description", "link"), str)
_DATA = {"content_type": str, "data": str}
_COVER = {"cover_image_url": str, "cover_image_content_type": str, "cover_image_data": str}
_SHAPES: Mapping[str, shape.Shape] = {
    "image_url": {"source_type": str, "url": str, "is_standard": bool},
    "image_base64": {"source_type": str, **_DATA, "is_standard": bool},
    "multiple_image_urls": {"source_type": str, "items": list, "index": int},
    "multiple_image_base64": {"source_type": str, "items": list, "index": int},
    "video_id": {
        "source_type": str,
        "media_id": str,
        **_COVER,
        "cover_image_key_frame_time": int,
        "is_standard": bool,
    },
}


def files(world: World, account: str, given: Source) -> list[File]:
    """The files of a source, in their order."""
    kind = given.get("source_type")
    if kind == "pin_url":
        raise error(403, 29, "You are not permitted to access that resource.")
    known = _SHAPES.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise invalid(f"'{kind}' is not one of {sorted(_SHAPES)}")
    _fits(given, known)
    return _READERS[str(kind)](world, account, given)


def _fits(given: Source, known: shape.Shape) -> None:
    for path, expected in shape.wrong(given, known):
        raise invalid(f"'{path}' is not of type '{expected.__name__}'" if expected else f"'{path}' was unexpected")


def _address(world: World, _: str, given: Source) -> list[File]:
    return [_fetched(world, given.get("url", ""))]


def _data(world: World, account: str, given: Source) -> list[File]:
    return [_sent(world, account, given.get("content_type"), given.get("data", ""))]


def _addresses(world: World, _: str, given: Source) -> list[File]:
    return [_fetched(world, one.get("url", "")) for one in _items(given, {**_ITEM, "url": str})]


def _several(world: World, account: str, given: Source) -> list[File]:
    items = _items(given, {**_ITEM, **_DATA})
    sent = [_sent(world, account, one.get("content_type"), one.get("data", "")) for one in items]
    if len({(one.width, one.height) for one in sent}) > 1:
        raise invalid("all images of a pin must have the same size")
    return sent


def _items(given: Source, known: shape.Shape) -> list[dict[str, Any]]:
    items = objects(given.get("items"))
    if len(given.get("items", [])) not in ITEMS or len(items) not in ITEMS:
        raise invalid(f"items must be {ITEMS.start} to {ITEMS.stop - 1}")
    for one in items:
        _fits(one, known)
    if not 0 <= given.get("index", 0) < len(items):
        raise invalid("index is none of the items")
    return items


def _fetched(world: World, address: str) -> File:
    if not graph.fetchable(address):
        raise invalid(f"'{address}' is not a valid URL")
    if (urlsplit(address).hostname or "").endswith(".invalid"):
        raise invalid("Unable to reach the URL. Please check the URL and try again.")
    return graph.remote(world, address, "image")


def _sent(world: World, account: str, kind: Any, data: str) -> File:
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise invalid("the data are no base64") from problem
    file = File.of(world.snowflake(), content, owner=account)
    if kind not in TYPES or file.width is None:
        raise invalid("the data are no JPEG or PNG, or content_type does not say so")
    most = limits.heavy(NAME, file.type, len(content))
    if most:
        raise invalid(f"the image must be smaller than {most} bytes")
    return file


def _film(world: World, account: str, given: Source) -> list[File]:
    """A film that was processed, and a cover for it: an address, data, or a moment."""
    made = look(world, numeric(dict(given), "media_id"))
    if made is None or made.file.owner != account or made.file.state != "succeeded":
        raise invalid(f"media_id {given['media_id']} is no media upload that has succeeded")
    if "cover_image_url" in given:
        _fetched(world, given["cover_image_url"])
    elif "cover_image_data" in given:
        _sent(world, account, given.get("cover_image_content_type"), given["cover_image_data"])
    elif given.get("cover_image_key_frame_time", -1) < 0:
        raise invalid("a video needs cover_image_url, cover_image_data or cover_image_key_frame_time")
    return [made.file]


_READERS: Mapping[str, Callable[[World, str, Source], list[File]]] = {
    "image_url": _address,
    "image_base64": _data,
    "multiple_image_urls": _addresses,
    "multiple_image_base64": _several,
    "video_id": _film,
}
