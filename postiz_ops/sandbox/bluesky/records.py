"""What a PDS checks of a record before it keeps it: the lexicon of ``app.bsky.feed.post`` and of its embeds.

Sentences are those of ``@atproto/lexicon``: the path of the value, then what it must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from postiz_ops.model import MediaKind, Unit
from postiz_ops.sandbox import limits
from postiz_ops.sandbox.bluesky import dagcbor

POST = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
HANDLE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
RKEY = re.compile(r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}")
_AT_URI = re.compile(r"at://[^/\s]+(?:/[A-Za-z0-9.-]+(?:/[A-Za-z0-9._:~-]+)?)?")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)")

_DATETIME_WORDS = "an valid atproto datetime (both RFC-3339 and ISO-8601)"

THUMB_BYTES = 1_000_000
"""``app.bsky.embed.external#external``: ``thumb.maxSize``."""
CAPTION_BYTES, CAPTIONS, LANGS, TAGS, TAG_GRAPHEMES, TAG_BYTES = 20_000, 20, 3, 8, 64, 640
"""``app.bsky.embed.video``, ``app.bsky.feed.post``: the other maxima of the lexicons."""
GALLERY = 20
"""``app.bsky.embed.gallery``: ``items.maxLength``."""

Check = Callable[[Any, str], None]


class Invalid(ValueError):
    """The record does not fit its lexicon; the message says where."""


def check(collection: str, record: Any) -> None:
    """Check a record of a known collection. Raises ``Invalid``; unknown collections pass, as they do on a PDS."""
    if not isinstance(record, dict):
        raise Invalid("Record must be an object")
    if record.get("$type") != collection:
        raise Invalid(f"Invalid $type: expected {collection}, got {record.get('$type')}")
    try:
        dagcbor.encode(record)
        if collection == POST:
            _object(record, "Record", _POST)
    except (Invalid, dagcbor.NotEncodable) as error:
        raise Invalid(f"Invalid {collection} record: {error}") from error


def blobs(value: Any) -> Iterator[Mapping[str, Any]]:
    """All blob references in a record."""
    if isinstance(value, list):
        for item in value:
            yield from blobs(item)
    elif isinstance(value, dict):
        if value.get("$type") == "blob":
            yield value
        else:
            for item in value.values():
                yield from blobs(item)


def pictured(record: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """The media of a post and their alt texts, in order: what people see, without captions and card pictures."""
    embed = record.get("embed") or {}
    embed = embed.get("media", embed)
    items = embed.get("images") or embed.get("items") or ([embed] if "video" in embed else [])
    return [(item.get("image") or item["video"], item.get("alt", "")) for item in items]


# --- checks: each raises ``Invalid`` with the path of what is wrong -------------------------------------------------


def _must(holds: object, path: str, sentence: str) -> None:
    if not holds:
        raise Invalid(f"{path} must {sentence}")


def _object(value: Any, path: str, checks: Mapping[str, Check]) -> None:
    _must(isinstance(value, dict), path, "be an object")
    for name, inner in checks.items():
        plain = name.rstrip("?")
        if plain in value:
            inner(value[plain], f"{path}/{plain}")
        elif not name.endswith("?"):
            raise Invalid(f'{path} must have the property "{plain}"')


def _a(checks: Mapping[str, Check]) -> Check:
    return lambda value, path: _object(value, path, checks)


def _list(inner: Check, most: int | None = None) -> Check:
    def check_list(value: Any, path: str) -> None:
        _must(isinstance(value, list), path, "be an array")
        _must(most is None or len(value) <= most, path, f"not have more than {most} elements")
        for index, item in enumerate(value):
            inner(item, f"{path}/{index}")

    return check_list


def _string(value: Any, path: str) -> None:
    _must(isinstance(value, str), path, "be a string")


def _like(pattern: re.Pattern[str], what: str) -> Check:
    def check_format(value: Any, path: str) -> None:
        _string(value, path)
        _must(pattern.fullmatch(value) is not None, path, f"be {what}")

    return check_format


def _integer(least: int) -> Check:
    def check_integer(value: Any, path: str) -> None:
        _must(isinstance(value, int) and not isinstance(value, bool), path, "be an integer")
        _must(value >= least, path, f"not be less than {least}")

    return check_integer


def _datetime(value: Any, path: str) -> None:
    _like(_DATETIME, _DATETIME_WORDS)(value, path)
    try:
        datetime.fromisoformat(value)
    except ValueError as problem:
        raise Invalid(f"{path} must be {_DATETIME_WORDS}") from problem


def _cid(value: Any, path: str) -> None:
    _string(value, path)
    try:
        dagcbor.parse_cid(value)
    except dagcbor.NotEncodable as problem:
        raise Invalid(f"{path} must be a cid string") from problem


def _text(value: Any, path: str) -> None:
    _string(value, path)
    broken = limits.exceeded("bluesky", value)
    if broken:
        unit = "graphemes" if broken.unit is Unit.GRAPHEME else "characters"
        raise Invalid(f"{path} must not be longer than {broken.max} {unit}")


def _tag(value: Any, path: str) -> None:
    from postiz_ops.text import units

    _string(value, path)
    _must(len(value.encode()) <= TAG_BYTES, path, f"not be longer than {TAG_BYTES} characters")
    long = units.measure(value, Unit.GRAPHEME) > TAG_GRAPHEMES
    _must(not long, path, f"not be longer than {TAG_GRAPHEMES} graphemes")


def _blob(value: Any, path: str, accept: str, most: int) -> None:
    _must(isinstance(value, dict) and value.get("$type") == "blob", path, "be a blob ref")
    _object(value, path, {"ref": _a({"$link": _cid}), "mimeType": _string, "size": _integer(0)})
    kind = value["mimeType"]
    _must(re.fullmatch(accept, kind) is not None, path, f"be of type {accept.replace('.+', '*')}, not {kind}")
    _must(value["size"] <= most, path, f"not be larger than {most} bytes")


def _image(value: Any, path: str) -> None:
    _blob(value, path, "image/.+", limits.media("bluesky").kinds[MediaKind.IMAGE].max_bytes)


def _video(value: Any, path: str) -> None:
    _blob(value, path, "video/mp4", limits.media("bluesky").kinds[MediaKind.VIDEO].max_bytes)


def _union(members: Mapping[str, Check]) -> Check:
    """An open union: what it does not know passes."""

    def check_union(value: Any, path: str) -> None:
        typed = isinstance(value, dict) and isinstance(value.get("$type"), str)
        _must(typed, path, 'be an object which includes the "$type" property')
        inner = members.get(value["$type"])
        if inner:
            inner(value, path)

    return check_union


def _images(value: Any, path: str) -> None:
    most = limits.media("bluesky").max_items
    _list(_a({"image": _image, "alt": _string, "aspectRatio?": _RATIO}), most)(value, path)


_URI_CHECK = _like(_URI, "a uri")
_DID_CHECK = _like(DID, "a valid did")
_LANG_CHECK = _like(_LANGUAGE, "a well-formed BCP 47 language tag")
_REF = _a({"uri": _like(_AT_URI, "a valid at-uri"), "cid": _cid})
_RATIO = _a({"width": _integer(1), "height": _integer(1)})
_PICTURE = _a({"image": _image, "alt": _string, "aspectRatio": _RATIO})
_CAPTION = _a({"lang": _LANG_CHECK, "file": lambda value, path: _blob(value, path, "text/vtt", CAPTION_BYTES)})
_EXTERNAL = {
    "uri": _URI_CHECK,
    "title": _string,
    "description": _string,
    "thumb?": lambda value, path: _blob(value, path, "image/.+", THUMB_BYTES),
}
_VIDEO = {"video": _video, "captions?": _list(_CAPTION, CAPTIONS), "alt?": _string, "aspectRatio?": _RATIO}
_MEDIA: Mapping[str, Check] = {
    "app.bsky.embed.images": _a({"images": _images}),
    "app.bsky.embed.gallery": _a({"items": _list(_union({"app.bsky.embed.gallery#image": _PICTURE}), GALLERY)}),
    "app.bsky.embed.video": _a(_VIDEO),
    "app.bsky.embed.external": _a({"external": _a(_EXTERNAL)}),
}
_RECORD = _a({"record": _REF})
_EMBED: Mapping[str, Check] = {
    **_MEDIA,
    "app.bsky.embed.record": _RECORD,
    "app.bsky.embed.recordWithMedia": _a({"record": _RECORD, "media": _union(_MEDIA)}),
}
_FEATURES: Mapping[str, Check] = {
    "app.bsky.richtext.facet#mention": _a({"did": _DID_CHECK}),
    "app.bsky.richtext.facet#link": _a({"uri": _URI_CHECK}),
    "app.bsky.richtext.facet#tag": _a({"tag": _tag}),
}
_SLICE = _a({"byteStart": _integer(0), "byteEnd": _integer(0)})
_POST: Mapping[str, Check] = {
    "text": _text,
    "createdAt": _datetime,
    "facets?": _list(_a({"index": _SLICE, "features": _list(_union(_FEATURES))})),
    "reply?": _a({"root": _REF, "parent": _REF}),
    "embed?": _union(_EMBED),
    "langs?": _list(_LANG_CHECK, LANGS),
    "labels?": _union({}),
    "tags?": _list(_tag, TAGS),
}
