"""Videos, reels and video stories: https://developers.facebook.com/docs/video-api/guides/reels-publishing/ .

The page's post appears when the publishing call is answered; processing that fails, or never ends, keeps it away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postiz_ops.sandbox import graph, limits, rupload
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.facebook import feed
from postiz_ops.sandbox.facebook.common import NAME, State, Video, invalid, new_post, writer
from postiz_ops.sandbox.world import File, World

CHUNK = 4 * 1024**2
"""Bytes that a transfer asks for at a time."""

UPLOADS = "https://rupload.facebook.com/video-upload"


def create(world: World, request: Request) -> Reply:
    """POST /{page}/videos: from an address, as bytes, or in pieces by ``upload_phase``."""
    page, given = writer(world, request), graph.parameters(request)
    phase = graph.text(given, "upload_phase").lower()
    if phase:
        step = _PHASES.get(phase)
        if step is None:
            raise invalid("upload_phase must be one of start, transfer, finish")
        return step(world, request, page, given)
    feed.check_now(given)
    video = _new(world, page, "video", given)
    url, sent = graph.text(given, "file_url"), [one for one in request.form().files if one.name == "source"]
    if graph.fetchable(url):
        video.file = graph.remote(world, url, "video")
        world.state(State).videos[video.file.id] = video
    elif sent:
        _fill(video, sent[0].data)
    else:
        raise (
            graph.error(389, "(#389) Unable to fetch video file from URL.")
            if url
            else invalid("No video file was sent")
        )
    video.complete = True
    publish(world, request, video)
    return reply(200, {"id": video.file.id})


def _start(world: World, request: Request, page: str, given: Mapping[str, Any]) -> Reply:  # noqa: ARG001 - a phase's shape
    size = graph.text(given, "file_size")
    if not size.isdecimal():
        raise invalid("The parameter file_size is required")
    video = _new(world, page, "video", given)
    video.size = int(size)
    ids = {"upload_session_id": video.file.id, "video_id": video.file.id}
    return reply(200, ids | _offsets(video))


def _transfer(world: World, request: Request, page: str, given: Mapping[str, Any]) -> Reply:
    video = _known(world, page, given, "upload_session_id")
    sent = [one for one in request.form().files if one.name == "video_file_chunk"]
    if not sent or graph.text(given, "start_offset") != str(len(video.file.data)):
        raise graph.error(6001, "There was a problem uploading your video. Please try again.", subcode=1_363_037)
    _fill(video, video.file.data + sent[0].data)
    video.complete = len(video.file.data) >= video.size
    return reply(200, _offsets(video))


def _finish(world: World, request: Request, page: str, given: Mapping[str, Any]) -> Reply:
    video = _known(world, page, given, "upload_session_id")
    feed.check_now(given)
    _describe(video, given)
    publish(world, request, video)
    return reply(200, {"success": True})


def _offsets(video: Video) -> dict[str, str]:
    start = len(video.file.data)
    return {"start_offset": str(start), "end_offset": str(min(start + CHUNK, video.size))}


_PHASES: Mapping[str, Callable[[World, Request, str, Mapping[str, Any]], Reply]] = {
    "start": _start,
    "transfer": _transfer,
    "finish": _finish,
}


def reel(world: World, request: Request) -> Reply:
    """POST /{page}/video_reels: START gives an id and an address for the bytes, FINISH publishes."""
    return _two_phases(world, request, "reel")


def story(world: World, request: Request) -> Reply:
    """POST /{page}/video_stories, likewise."""
    return _two_phases(world, request, "story")


def _two_phases(world: World, request: Request, kind: str) -> Reply:
    page, given = writer(world, request), graph.parameters(request)
    phase = graph.text(given, "upload_phase").lower()
    if phase == "start":
        video = _new(world, page, kind, given)
        return reply(200, {"video_id": video.file.id, "upload_url": f"{UPLOADS}/v26.0/{video.file.id}"})
    if phase != "finish":
        raise invalid("Param upload_phase must be one of {START, FINISH}")
    video = _known(world, page, given, "video_id")
    if kind == "reel" and graph.text(given, "video_state").upper() != "PUBLISHED":
        raise invalid("the sandbox imitates video_state PUBLISHED alone")
    _describe(video, given)
    publish(world, request, video)
    told = {"post_id": video.post.remote_id} if video.post and kind == "story" else {}
    return reply(200, {"success": True, **told})


def receive(world: World, request: Request) -> Reply:
    """POST to rupload.facebook.com."""
    graph.token(request)
    video = world.state(State).videos.get(request.params["node"])
    if video is None or video.complete:
        raise graph.absent(request.params["node"], "post")
    video.complete = rupload.receive(video.file, request)
    strike(video, request.effect)
    return reply(200, {"success": True})


def publish(world: World, request: Request, video: Video) -> None:
    """The post of a video that has arrived. A second time is the first again."""
    if not video.complete:
        raise graph.error(6000, "There was a problem uploading your video file. Please try again.", subcode=1_363_130)
    strike(video, request.effect)
    if video.post or video.file.state == "failed" or video.file.stuck:
        return
    text = "" if video.kind == "story" else video.description
    video.post = new_post(world, video.page, text, video.kind, video.file.id)
    video.post.media, video.file.used = [video.file], True
    world.add(video.post)


def look(world: World, request: Request, video: Video) -> None:
    """Being looked at lets processing end, at the second look. A video that fails takes its post along."""
    strike(video, request.effect)
    if video.file.state == "failed" and video.post and not video.post.deleted:
        world.remove(video.post)
    if video.complete and video.file.state == "processing" and not video.file.stuck and video.looked:
        video.file.state = "ready"
    video.looked = video.looked or video.complete


def strike(video: Video, effect: str) -> None:
    """A fault of processing that was asked for."""
    if effect == "async-fail":
        video.file.state = "failed"
    video.file.stuck = video.file.stuck or effect == "async-never"


def _new(world: World, page: str, kind: str, given: Mapping[str, Any]) -> Video:
    video = Video(File(world.snowflake(), "video/mp4", b"", state="processing"), page, kind)
    _describe(video, given)
    world.state(State).videos[video.file.id] = video
    return video


def _describe(video: Video, given: Mapping[str, Any]) -> None:
    video.description = feed.message(given, "description") or video.description
    video.title = graph.text(given, "title") or video.title


def _known(world: World, page: str, given: Mapping[str, Any], name: str) -> Video:
    video = world.state(State).videos.get(graph.text(given, name))
    if video is None or video.page != page:
        raise invalid(f"Param {name} must be a video of this page")
    return video


def _fill(video: Video, data: bytes) -> None:
    video.file.fill(data, "video/mp4")
    most = limits.heavy(NAME, video.file.type, len(data))
    if most or not video.file.type.startswith("video/"):
        raise graph.error(
            352, "(#352) Sorry, this video file could not be used: its format or its size.", subcode=1_363_024
        )
