"""Videos of a Facebook page: begun and uploaded before anything is claimed, published by the last of three phases.

https://developers.facebook.com/documentation/video-api/guides/reels-publishing

The id of a video is known from its first phase on and stands in the claim; the video itself says what became of it.
"""

from __future__ import annotations

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers import _meta, base
from postiz_ops.providers.base import JSON, Absent, Blob, Dispatch, Evidence, Found, Http, Processing, Refused, Upload

ROOT = f"/{_meta.VERSION}"
RUPLOAD = f"https://rupload.facebook.com/video-upload/{_meta.VERSION}"

EDGES = {"post": "videos", "reel": "video_reels", "story": "video_stories"}
"""What a post is -> the edge of the page that takes its video."""

CHUNK = 32 * 1024**2
"""Most bytes of one transfer; Facebook says with each answer which stretch it wants next."""

WAITS = (0, 2, 5, 10, 15, *[30] * 8)
"""Seconds to wait before each look at a video that is being processed: less than five minutes in all."""


async def page_token(http: Http, page: str) -> str:
    """The page's own token. A user's may read it, and a page's reads itself; where it is not told, the one given."""
    given = http.secret("access_token")
    headers = {"Authorization": f"Bearer {given}"}
    params = {"fields": "access_token"}
    url = f"{ROOT}/{page}"
    answer = await http.post(url, method="GET", params=params, headers=headers, authorize=False, expect=("100",))
    if not isinstance(answer.json, dict):
        raise errors.Unavailable("the answer cannot be understood: it is no object")
    return str(answer.json.get("access_token") or given)


async def prepare(http: Http, page: str, kind: str, dispatch: Dispatch) -> JSON:
    """Upload the video: ``{"video": id, "kind": kind}``, and ``session`` where its last phase needs that."""
    begun = dispatch.prepared or {}
    if begun.get("video"):
        evidence = await look(http, begun["video"])
        if not isinstance(evidence, Refused):
            return begun | base.filled(published=isinstance(evidence, Found))
    (media,) = dispatch.part.media
    blob = await http.load(media)
    return await (_in_chunks(http, page, blob) if kind == "post" else _whole(http, page, kind, blob))


def last_phase(prepared: JSON, words: str, title: str | None) -> dict[str, str]:
    """The fields that publish a video. A story has no words."""
    if prepared["kind"] == "story":
        return {"upload_phase": "FINISH", "video_id": prepared["video"], "video_state": "PUBLISHED"}
    said = base.filled(description=words, title=title)
    if prepared["kind"] == "reel":
        return {"upload_phase": "FINISH", "video_id": prepared["video"], "video_state": "PUBLISHED"} | said
    return {"upload_phase": "finish", "upload_session_id": prepared["session"], "published": "true"} | said


def receipt(prepared: JSON, page: str) -> Receipt:
    """What a published video is called."""
    video = prepared["video"]
    places = {"post": f"{page}/videos/", "reel": "reel/", "story": f"stories/{page}/"}
    return Receipt(video, f"https://www.facebook.com/{places[prepared['kind']]}{video}", {"kind": "video"})


async def settled(http: Http, page: str, prepared: JSON) -> Evidence:
    """What has become of a video, after some patience while it is processed."""
    evidence: Evidence = Absent()
    for seconds in WAITS:
        await http.pause(seconds)
        evidence = await look(http, prepared["video"])
        if not isinstance(evidence, Processing):
            break
    return Found((receipt(prepared, page),)) if isinstance(evidence, Found) else evidence


async def look(http: Http, video: str) -> Evidence:
    """What a video says of itself: out, on its way, refused, or never published."""
    answer = await http.get(f"{ROOT}/{video}", params={"fields": "status"}, expect=(_meta.GONE,))
    if answer.status >= 400:
        return Absent()
    status = answer.json.get("status") if isinstance(answer.json, dict) else None
    if not isinstance(status, dict):
        raise errors.Unavailable("the answer cannot be understood: it has no `status`")
    phases = {name: (status.get(f"{name}_phase") or {}) for name in ("processing", "publishing")}
    states = {status.get("video_status"), *(phase.get("status") for phase in phases.values())}
    if states & {"error", "expired", "upload_failed"}:
        return Refused(f"Facebook could not process the video ({_reason(phases) or 'it does not say why'})")
    if phases["publishing"].get("status") == "complete" or phases["publishing"].get("publish_status") == "published":
        return Found(())
    if states & {"in_progress", "processing"}:
        return Processing("Facebook is still processing the video")
    # Only where there are no phases the one word for all of it has to do.
    return Found(()) if "ready" in states and not phases["publishing"] else Absent()


def _reason(phases: JSON) -> str:
    told = [error.get("message") for phase in phases.values() for error in phase.get("errors") or ()]
    return "; ".join(str(each) for each in told if each)


async def _whole(http: Http, page: str, kind: str, blob: Blob) -> JSON:
    """A reel's or a story's file goes to an upload server in one piece, which wants the page's token in its own way."""
    begun = (await http.post(f"{ROOT}/{page}/{EDGES[kind]}", form={"upload_phase": "START"})).json
    video = base.said(begun, "video_id", errors.Unavailable)
    headers = {
        "Authorization": f"OAuth {await page_token(http, page)}",
        "Content-Type": "application/octet-stream",
        "offset": "0",
        "file_size": str(len(blob.data)),
    }
    url = str(begun.get("upload_url") or f"{RUPLOAD}/{video}")
    done = (await http.post(url, body=blob.data, headers=headers, authorize=False)).json
    if not isinstance(done, dict) or done.get("success") is not True:
        raise errors.Unavailable("Facebook did not say that it has the video")
    return {"video": video, "kind": kind}


async def _in_chunks(http: Http, page: str, blob: Blob) -> JSON:
    """A video's file goes to the page in the stretches that Facebook asks for."""
    url, size = f"{ROOT}/{page}/videos", len(blob.data)
    answer = (await http.post(url, form={"upload_phase": "start", "file_size": str(size)})).json
    video = base.said(answer, "video_id", errors.Unavailable)
    session = base.said(answer, "upload_session_id", errors.Unavailable)
    done = -1
    while (start := _offset(answer, "start_offset")) < (end := min(_offset(answer, "end_offset"), size)):
        if start <= done:
            raise errors.Unavailable("Facebook asks for the same stretch of the video again and again")
        done, chunk = start, blob.data[start : min(end, start + CHUNK)]
        form = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(start)}
        answer = (
            await http.post(url, form=form, files=[Upload("video_file_chunk", blob.filename, blob.type, chunk)])
        ).json
    return {"video": video, "kind": "post", "session": session}


def _offset(answer: JSON, name: str) -> int:
    """A place in the file, which Facebook writes as text."""
    return int(base.said(answer, name, errors.Unavailable))
