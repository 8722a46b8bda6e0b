"""Containers: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import graph, limits, rupload
from postiz_ops.sandbox.container import Container
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.instagram.common import State, account_of, failure, provider
from postiz_ops.sandbox.world import File, World

KINDS = ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
CHILDREN = range(2, 11)
"""How many items a carousel has: error 2207028 of the table."""

HASHTAGS_MAX, MENTIONS_MAX, COLLABORATORS_MAX = 30, 20, 3
"""What the API itself refuses. The five hashtags of the platform are not its error."""

UPLOADS = "https://rupload.facebook.com/ig-api-upload"
_ITEMS = ("IMAGE", "VIDEO")
_UPLOADED = "The media is not ready for publishing, please wait for a moment"


def create(world: World, request: Request) -> Reply:
    """POST /{user}/media: an id, and processing that begins."""
    account, given = account_of(world, request), graph.parameters(request)
    kind = graph.text(given, "media_type").upper()
    if kind not in KINDS:
        raise failure(100, 2207023, "The media type is unknown.")
    container = Container(world.snowflake(), provider(request), account, kind, _caption(given, request), world.clock())
    container.detail = {name: given[name] for name in sorted(given) if name not in ("access_token", "caption")}
    container.item = graph.true(given, "is_carousel_item")
    if kind == "CAROUSEL":
        _gather(world, container, given)
    else:
        _fill(world, container, given)
    container.strike(request.effect)
    world.state(State).containers[container.id] = container
    uri = {"uri": f"{UPLOADS}/v26.0/{container.id}"} if container.uploads else {}
    return reply(200, {"id": container.id, **uri})


def _caption(given: Mapping[str, Any], request: Request) -> str:
    caption = graph.text(given, "caption")
    limit = limits.exceeded(provider(request), caption)
    hashtags, mentions = (len(re.findall(rf"(?<!\w){mark}\w", caption)) for mark in "#@")
    if limit or hashtags > HASHTAGS_MAX or mentions > MENTIONS_MAX:
        most = f"{limit.max} characters" if limit else f"{HASHTAGS_MAX} hashtags or {MENTIONS_MAX} mentions"
        raise failure(36004, 2207010, f"The caption is over the limit of {most}.")
    return caption


def _gather(world: World, container: Container, given: Mapping[str, Any]) -> None:
    ids = [str(one) for one in graph.listed(given.get("children"))]
    if len(ids) not in CHILDREN:
        raise failure(100, 2207028, "A carousel has from 2 to 10 items.")
    known = world.state(State).containers
    found = [known.get(one) for one in ids]
    items = [child for child in found if child and child.item and child.account == container.account]
    if len(items) < len(ids):
        raise failure(24, 2207006, "The media of a carousel's item cannot be found.")
    container.gather(items)


def _fill(world: World, container: Container, given: Mapping[str, Any]) -> None:
    """The picture or the video of a container that shows one."""
    image, video = graph.text(given, "image_url"), graph.text(given, "video_url")
    container.uploads = graph.text(given, "upload_type") == "resumable"
    if container.uploads and container.provider != "instagram":
        raise graph.error(100, "(#100) The parameter video_url is required")
    moving = bool(video) or container.uploads
    container.kind = _kind(container, moving=moving)
    if not moving and not image:
        raise graph.error(
            100, f"(#100) The parameter {'video_url' if container.kind == 'REELS' else 'image_url'} is required"
        )
    collaborators = graph.listed(given.get("collaborators"))
    if len(collaborators) > COLLABORATORS_MAX:
        raise graph.error(100, f"(#100) At most {COLLABORATORS_MAX} collaborators can be invited")
    container.slow = moving
    if container.uploads:
        container.shows = [File(world.snowflake(), "video/mp4", b"")]
    else:
        container.shows = [_fetched(world, video or image, _alt(given, container), moving=moving)]


def _kind(container: Container, *, moving: bool) -> str:
    """What it will be. A video alone is a reel; ``VIDEO`` is only an item of a carousel."""
    kind = container.kind or ("VIDEO" if moving else "IMAGE")
    if container.item and kind not in _ITEMS:
        raise graph.error(100, f"(#100) A carousel has no item of media_type {kind}")
    if kind == "VIDEO" and not container.item:
        sentence = "The VIDEO value for media_type is no longer supported. Use the REELS media_type to publish a video."
        raise failure(100, 2207067, sentence)
    return kind


def _alt(given: Mapping[str, Any], container: Container) -> str:
    alt = graph.text(given, "alt_text")
    limit = limits.alt(container.provider, alt)
    if limit:
        raise graph.error(100, f"(#100) alt_text is over the limit of {limit.max} characters")
    return alt if container.kind == "IMAGE" else ""


def _fetched(world: World, url: str, alt: str, *, moving: bool) -> File:
    if not graph.fetchable(url):
        raise failure(
            9004,
            2207052,
            "The media could not be fetched from this URI.",
            message="Only photo or video can be accepted as media type.",
        )
    file = graph.remote(world, url, "video" if moving else "image", alt)
    if not moving and file.type != "image/jpeg":
        raise failure(36001, 2207005, f"The image format {file.type} is not supported; it has to be JPEG.")
    if moving and not file.type.startswith("video/"):
        raise failure(352, 2207026, f"The video format {file.type} is not supported.")
    return file


def receive(world: World, request: Request) -> Reply:
    """POST to rupload.facebook.com: all bytes, or the rest of them from ``offset``, or an address in ``file_url``."""
    graph.token(request)
    container = world.state(State).containers.get(request.params["node"])
    if container is None or not container.uploads:
        raise graph.absent(request.params["node"], "post")
    (file,) = container.shows
    container.uploads = not rupload.receive(file, request)
    container.strike(request.effect)
    return reply(200, {"success": True, "message": "Upload successful."})


def status(world: World, request: Request, container: Container) -> Reply:
    """GET /{container}: how far it is."""
    state = container.look(request.effect, world.clock())
    words = {"FINISHED": "Finished: Media has been uploaded and it is ready to be published.", "EXPIRED": "Expired"}
    words |= {"IN_PROGRESS": "In Progress: Media is still being processed.", "PUBLISHED": "Published"}
    words |= {"ERROR": "Error: Media upload has failed with error code 2207026"}
    node = {"id": container.id, "status_code": state, "status": words[state], "copyright_check_status": None}
    return graph.show(request, node | {"video_status": None}, ("id",), "ShadowIGMediaBuilder")


def publishable(world: World, request: Request, account: str) -> Container:
    """The container that ``creation_id`` names, if it can be published now."""
    asked = graph.text(graph.parameters(request), "creation_id")
    container = world.state(State).containers.get(asked)
    if container is None or container.account != account or container.item:
        raise failure(24, 2207006, "The requested media cannot be found.")
    if container.state == "FINISHED" and container.look("", world.clock()) == "EXPIRED":
        raise failure(-2, 2207020, "The media you are trying to access has expired. Try to upload again.")
    if container.state not in ("FINISHED", "PUBLISHED"):
        raise failure(9007, 2207027, _UPLOADED, message="Media ID is not available")
    return container
