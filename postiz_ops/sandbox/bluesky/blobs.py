"""Bytes on their way into records: ``uploadBlob``, and the video service beside the PDS."""

from __future__ import annotations

import hashlib
from typing import Any

from postiz_ops.model import MediaKind
from postiz_ops.sandbox import limits
from postiz_ops.sandbox.bluesky import dagcbor
from postiz_ops.sandbox.bluesky.repos import NAME, Job, State, error, invalid
from postiz_ops.sandbox.bluesky.sessions import SERVICE, authenticated
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import File, World

DAILY_VIDEOS, DAILY_BYTES = 25, 10_737_418_240
"""What ``getUploadLimits`` tells an account that has uploaded nothing today."""


def upload(world: World, request: Request) -> Reply:
    """The bytes are kept until a record refers to them. Their type is what they are, else what was declared."""
    repo = authenticated(world, request)
    if len(request.body) > limits.largest(NAME):
        raise error(413, "PayloadTooLarge", "request entity too large")
    file = File.of(dagcbor.blob_cid(request.body), request.body, declared=request.type)
    return reply(200, {"blob": _reference(repo.blobs.setdefault(file.id, file))})


def upload_limits(world: World, request: Request) -> Reply:
    """Every account may upload."""
    authenticated(world, request, SERVICE)
    return reply(200, {"canUpload": True, "remainingDailyVideos": DAILY_VIDEOS, "remainingDailyBytes": DAILY_BYTES})


def upload_video(world: World, request: Request) -> Reply:
    """A job. It comes without the ``jobStatus`` of the lexicon, and with 409 for a video that was processed before.

    https://github.com/bluesky-social/atproto/issues/3097 has the answers that the real service gives.
    """
    repo = authenticated(world, request, SERVICE)
    if request.ask("did") != repo.did or not request.ask("name"):
        raise invalid("did and name are required, and did must be the token's")
    file = File.of(dagcbor.blob_cid(request.body), request.body, name=request.ask("name"))
    if file.type != "video/mp4" or len(file.data) > limits.media(NAME).kinds[MediaKind.VIDEO].max_bytes:
        raise invalid("the video is no MP4 file, or too large")
    jobs, job_id = world.state(State).jobs, hashlib.sha256(repo.did.encode() + file.data).hexdigest()[:20]
    status = {"did": repo.did, "jobId": job_id}
    if job_id in jobs and jobs[job_id].file.state == "ready":
        again = {"state": "JOB_STATE_COMPLETED", "error": "already_exists", "message": "Video already processed"}
        return reply(409, status | again)
    file.state = "failed" if request.effect == "async-fail" else "processing"
    file.stuck = request.effect == "async-never"
    jobs[job_id] = Job(job_id, repo.did, file)
    return reply(200, status | {"state": "JOB_STATE_CREATED"})


def job_status(world: World, request: Request) -> Reply:
    """Asked once, a job is encoding; asked again, it is completed and its blob can be used."""
    state = world.state(State)
    job = state.jobs.get(request.ask("jobId"))
    if job is None:
        raise invalid("Job not found")
    job.asked += 1
    if request.effect == "async-fail":
        job.file.state = "failed"
    if job.file.state == "processing" and job.asked > 1 and not job.file.stuck and not request.effect:
        job.file.state = "ready"
        state.repos[job.did].blobs[job.file.id] = job.file
    return reply(200, {"jobStatus": {"jobId": job.id, "did": job.did, **_progress(job.file)}})


def _progress(file: File) -> dict[str, Any]:
    if file.state == "failed":
        return {"state": "JOB_STATE_FAILED", "error": "encoding_failure", "message": "Failed to process video"}
    if file.state == "ready":
        return {"state": "JOB_STATE_COMPLETED", "progress": 100, "blob": _reference(file)}
    return {"state": "JOB_STATE_ENCODING", "progress": 50}


def _reference(file: File) -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": file.id}, "mimeType": file.type, "size": len(file.data)}
