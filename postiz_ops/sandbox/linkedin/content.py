"""What a post shows beside its words: one of media, several images, an article, a poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import objects
from postiz_ops.sandbox.linkedin.common import Asset, State, error, invalid, provider
from postiz_ops.sandbox.world import File, World

KINDS = ("media", "multiImage", "article", "poll", "reference")
IMAGES = range(2, 21)
TITLE_MAX, DESCRIPTION_MAX = 399, 4085
QUESTION_MAX, OPTION_MAX, OPTIONS = 140, 30, range(2, 5)
DURATIONS = ("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS")


@dataclass(frozen=True, slots=True)
class Shown:
    """The files of a post, what kind they are, and whether it is a poll."""

    files: list[File] = field(default_factory=list)
    kind: str = ""
    poll: bool = False


def read(world: World, author: str, given: Any) -> Shown:
    """The content of a post, checked; it is optional."""
    if given is None:
        return Shown()
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in KINDS:
        raise invalid("/content", "INVALID_VALUE_FOR_FIELD", f"/content has to hold one of {', '.join(KINDS)}")
    ((kind, value),) = given.items()
    if not isinstance(value, dict):
        raise invalid(f"/content/{kind}", "INVALID_VALUE_FOR_FIELD", f"/content/{kind} has to be an object")
    match kind:
        case "media":
            return _media(world, author, value)
        case "multiImage":
            return _images(world, author, value)
        case "article":
            return _article(world, author, value)
        case "poll":
            return _poll(value)
    return Shown()


def _media(world: World, author: str, value: Mapping[str, Any]) -> Shown:
    asset = _ready(world, author, value.get("id"), "/content/media/id")
    title = value.get("title")
    if asset.kind == "document" and not (isinstance(title, str) and title.strip()):
        raise invalid("/content/media/title", "MISSING_FIELD", "/content/media/title is required for a document")
    file = _described(asset, value, "/content/media/altText")
    return Shown([replace(file, name=title if isinstance(title, str) else file.name)], asset.kind)


def _images(world: World, author: str, value: Mapping[str, Any]) -> Shown:
    given, path = value.get("images"), "/content/multiImage/images"
    images = objects(given)
    if not isinstance(given, list) or len(images) != len(given) or len(images) not in IMAGES:
        raise invalid(path, "INVALID_VALUE_FOR_FIELD", f"{path} has to hold 2 to 20 images")
    files = []
    for number, one in enumerate(images):
        asset = _ready(world, author, one.get("id"), f"{path}/{number}/id")
        if asset.kind != "image":
            raise invalid(f"{path}/{number}/id", "INVALID_URN_TYPE", f"{path}/{number}/id is no image")
        files.append(_described(asset, one, f"{path}/{number}/altText"))
    return Shown(files, "image")


def _ready(world: World, author: str, urn: Any, path: str) -> Asset:
    """An asset of the author that can be shown now."""
    asset = world.state(State).of(urn)
    if asset is None:
        raise invalid(path, "INVALID_URN_ID", f"{path} :: {urn} does not exist")
    if asset.owner != author:
        raise error(403, "ACCESS_DENIED", f"{path} :: {urn} is not owned by the author")
    if asset.file.state == "failed":
        raise invalid(path, "MEDIA_ASSET_PROCESSING_FAILED", f"{urn} could not be processed")
    if asset.file.state != "ready":
        raise invalid(path, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available yet")
    return asset


def _described(asset: Asset, value: Mapping[str, Any], path: str) -> File:
    if "altText" not in value:
        return asset.file
    alt = value["altText"]
    if not isinstance(alt, str) or not alt.strip():
        raise invalid(path, "INVALID_VALUE_BLANK_FIELD", f"{path} is blank")
    limit = limits.alt(provider(asset.owner), alt)
    if limit:
        raise invalid(path, "FIELD_LENGTH_TOO_LONG", f"{path} is longer than {limit.max} characters")
    return replace(asset.file, alt=alt)


def _article(world: World, author: str, value: Mapping[str, Any]) -> Shown:
    path = "/content/article"
    source = value.get("source")
    if not isinstance(source, str) or not source.startswith(("http://", "https://")):
        raise invalid(f"{path}/source", "INVALID_VALUE_FOR_FIELD", f"{path}/source is no address")
    _check_text(value, "title", f"{path}/title", TITLE_MAX)
    if "description" in value:
        _check_text(value, "description", f"{path}/description", DESCRIPTION_MAX, blank=True)
    if "thumbnail" not in value:
        return Shown(kind="article")
    return Shown([_ready(world, author, value["thumbnail"], f"{path}/thumbnail").file], "article")


def _check_text(value: Mapping[str, Any], name: str, path: str, most: int, *, blank: bool = False) -> None:
    text = value.get(name)
    if not isinstance(text, str) or not (blank or text.strip()):
        code = "MISSING_FIELD" if text is None else "INVALID_VALUE_BLANK_FIELD"
        raise invalid(path, code, f"{path} is required")
    if len(text) > most:
        raise invalid(path, "FIELD_LENGTH_TOO_LONG", f"{path} is longer than {most} characters")


def _poll(value: Mapping[str, Any]) -> Shown:
    path, options, settings = "/content/poll", value.get("options"), value.get("settings")
    _check_text(value, "question", f"{path}/question", QUESTION_MAX)
    asked = objects(options)
    if not isinstance(options, list) or len(asked) != len(options) or len(asked) not in OPTIONS:
        raise invalid(f"{path}/options", "INVALID_VALUE_FOR_FIELD", f"{path}/options has to hold 2 to 4")
    for number, one in enumerate(asked):
        _check_text(one, "text", f"{path}/options/{number}/text", OPTION_MAX)
    if not isinstance(settings, dict) or settings.get("duration") not in DURATIONS:
        where = f"{path}/settings/duration"
        raise invalid(where, "INVALID_VALUE_FOR_FIELD", f"{where} has to be one of {', '.join(DURATIONS)}")
    return Shown(kind="poll", poll=True)
