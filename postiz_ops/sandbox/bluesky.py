"""A stand-in for a Bluesky PDS and its video service: https://docs.bsky.app/docs/category/http-reference

Statuses and errors are those seen from ``@atproto/pds`` 0.4: a used rkey is a 500, a bad token a 400.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox import bluesky_records as records
from postiz_ops.sandbox import dagcbor, limits, sniff
from postiz_ops.sandbox.exchange import Platform, Refused, Reply, Request, Route, reply
from postiz_ops.sandbox.world import File, Post, World, stamp

NAME = "bluesky"
ACCESS, REFRESH, SERVICE = "com.atproto.access", "com.atproto.refresh", "service"
LIFETIMES = {ACCESS: 7200, REFRESH: 90 * 86400, SERVICE: 1800}
"""Seconds: access and refresh tokens of an app password; service auth of at most 30 minutes for ``uploadBlob``."""
WRITES = 200
"""Most writes of one ``applyWrites`` on a PDS."""
_JWT_HEADER = b'{"typ":"at+jwt","alg":"HS256"}'
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Record:
    """A record in a repository, and the post that the sandbox shows for it."""

    cid: str
    value: dict[str, Any]
    post: Post | None = None


@dataclass(slots=True)
class Repo:
    """An account's repository. ``head`` is the CID of the last commit, ``rev`` its TID."""

    did: str
    handle: str
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    blobs: dict[str, File] = field(default_factory=dict)
    head: str = ""
    rev: str = ""


@dataclass(slots=True)
class Job:
    """One video on its way through the video service."""

    id: str
    did: str
    file: File
    asked: int = 0


@dataclass(slots=True)
class State:
    """All repositories by DID, the video jobs, and the key that tokens are signed with."""

    repos: dict[str, Repo] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


_KEY = secrets.token_bytes(32)


def error(status: int, name: str, message: str) -> Refused:
    """XRPC's error object, ready to be raised."""
    return Refused(reply(status, {"error": name, "message": message}))


def invalid(message: str) -> Refused:
    """The PDS's answer to a request that does not fit its lexicon."""
    return error(400, "InvalidRequest", message)


# --- sessions -------------------------------------------------------------------------------------------------------


def did_of(identifier: str) -> str:
    """The DID of a handle: made from it, so that it is the same at every start. A DID is itself."""
    if identifier.startswith("did:"):
        return identifier
    digest = hashlib.sha256(identifier.encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def create_session(world: World, request: Request) -> Reply:
    """Any identifier with any password is an account; an e-mail address gets a handle of its own."""
    given = body(request)
    identifier, password = (_required(given, name, "Input") for name in ("identifier", "password"))
    identifier = identifier.strip().lower().removeprefix("@")
    if not identifier or not password:
        raise error(401, "AuthenticationRequired", "Invalid identifier or password")
    return _session(world, _repo(world, identifier))


def refresh_session(world: World, request: Request) -> Reply:
    """A new pair of tokens; the old refresh token stays good for its grace period."""
    return _session(world, _authenticated(world, request, REFRESH))


def get_session(world: World, request: Request) -> Reply:
    """Who the access token belongs to."""
    repo = _authenticated(world, request)
    return reply(200, {"did": repo.did, "handle": repo.handle, "active": True})


def service_auth(world: World, request: Request) -> Reply:
    """A token for another service, here the video service."""
    repo = _authenticated(world, request)
    if not request.ask("aud").startswith("did:"):
        raise invalid('Params must have the property "aud"')
    return reply(200, {"token": _token(world, repo.did, SERVICE)})


def _session(world: World, repo: Repo) -> Reply:
    tokens = {"accessJwt": _token(world, repo.did, ACCESS), "refreshJwt": _token(world, repo.did, REFRESH)}
    return reply(200, {**tokens, "handle": repo.handle, "did": repo.did, "active": True})


def _repo(world: World, identifier: str) -> Repo:
    did = did_of(identifier)
    handle = identifier if records.HANDLE.fullmatch(identifier) else f"{did[-8:].lower()}.bsky.social"
    return world.state(State).repos.setdefault(did, Repo(did, handle))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _token(world: World, did: str, scope: str) -> str:
    issued = int(world.clock().timestamp())
    claims = {"scope": scope, "sub": did, "iat": issued, "exp": issued + LIFETIMES[scope], "jti": secrets.token_hex(8)}
    unsigned = f"{_b64(_JWT_HEADER)}.{_b64(json.dumps(claims).encode())}"
    return f"{unsigned}.{_signature(unsigned)}"


def _signature(unsigned: str) -> str:
    return _b64(hmac.digest(_KEY, unsigned.encode(), "sha256"))


def _authenticated(world: World, request: Request, scope: str = ACCESS) -> Repo:
    token = request.bearer()
    if not token:
        raise error(401, "AuthMissing", "Authentication Required")
    unsigned, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(unsigned).encode(), signature.encode()):
        raise error(400, "InvalidToken", "Token could not be verified")
    payload = unsigned.rpartition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if claims["scope"] != scope:
        raise error(400, "InvalidToken", "Bad token scope")
    if claims["exp"] <= world.clock().timestamp():
        raise error(400, "ExpiredToken", "Token has expired")
    return world.state(State).repos.setdefault(claims["sub"], Repo(claims["sub"], "handle.invalid"))


# --- identity and server --------------------------------------------------------------------------------------------


def describe_server(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """What the server is; its DID is what service auth is asked for."""
    host = request.host.replace(":", "%3A")
    return reply(200, {"did": f"did:web:{host}", "availableUserDomains": [".bsky.social"], "inviteCodeRequired": False})


def resolve_handle(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """Every well-formed handle has a DID, except under ``.invalid``."""
    handle = request.ask("handle").lower()
    if not records.HANDLE.fullmatch(handle):
        raise invalid("Params/handle must be a valid handle")
    if handle.endswith(".invalid"):
        raise invalid("Unable to resolve handle")
    return reply(200, {"did": did_of(handle)})


def profile(world: World, request: Request) -> Reply:
    """The AppView's view of an account."""
    repo = _known(world, request.ask("actor"), "Profile not found")
    posts = sum(1 for _ in world.of(NAME, repo.handle))
    return reply(200, {"did": repo.did, "handle": repo.handle, "postsCount": posts, "followersCount": 0})


def _known(world: World, actor: str, absent: str) -> Repo:
    repo = world.state(State).repos.get(did_of(actor.lower()))
    if repo is None:
        raise invalid(absent)
    return repo


# --- blobs and video ------------------------------------------------------------------------------------------------


def upload_blob(world: World, request: Request) -> Reply:
    """The bytes are kept until a record refers to them. The type is the one that was sent, unless the bytes tell."""
    repo = _authenticated(world, request)
    file = _blob(repo, request.body, sniff.mime(request.body) or request.type or "application/octet-stream")
    return reply(200, {"blob": _reference(file)})


def _blob(repo: Repo, data: bytes, mime: str) -> File:
    cid = dagcbor.blob_cid(data)
    return repo.blobs.setdefault(cid, File(cid, mime, data))


def _reference(file: File) -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": file.id}, "mimeType": file.type, "size": len(file.data)}


def upload_limits(world: World, request: Request) -> Reply:
    """Every account may upload."""
    _authenticated(world, request, SERVICE)
    return reply(200, {"canUpload": True, "remainingDailyVideos": 25, "remainingDailyBytes": 10_737_418_240})


def upload_video(world: World, request: Request) -> Reply:
    """The service answers the job without the ``jobStatus`` of the lexicon, and 409 for a video that it has (#3097)."""
    repo = _authenticated(world, request, SERVICE)
    known = limits.kind(NAME, "video/mp4")
    if request.ask("did") != repo.did or not request.ask("name"):
        raise error(400, "InvalidRequest", "did and name are required, and did must be that of the token")
    if sniff.mime(request.body) != "video/mp4" or (known and len(request.body) > known[1].max_bytes):
        raise error(400, "InvalidRequest", "Video is not an mp4 file, or too large")
    job_id = hashlib.sha256(repo.did.encode() + request.body).hexdigest()[:20]
    jobs = world.state(State).jobs
    if job_id in jobs and jobs[job_id].file.state == "ready":
        status = {"did": repo.did, "jobId": job_id, "state": "JOB_STATE_COMPLETED"}
        return reply(409, {**status, "error": "already_exists", "message": "Video already processed"})
    file = File(dagcbor.blob_cid(request.body), "video/mp4", request.body, name=request.ask("name"))
    file.state = "failed" if request.effect == "async-fail" else "processing"
    file.stuck = request.effect == "async-never"
    jobs[job_id] = Job(job_id, repo.did, file)
    return reply(200, {"did": repo.did, "jobId": job_id, "state": "JOB_STATE_CREATED"})


def job_status(world: World, request: Request) -> Reply:
    """Asked once, a job is encoding; asked again, it is completed and its blob can be used."""
    job = world.state(State).jobs.get(request.ask("jobId"))
    if job is None:
        raise error(400, "InvalidRequest", "Job not found")
    job.asked += 1
    if request.effect != "async-never" and not job.file.stuck and job.file.state == "processing" and job.asked > 1:
        job.file.state = "ready"
        world.state(State).repos[job.did].blobs[job.file.id] = job.file
    failed = job.file.state == "failed" or request.effect == "async-fail"
    return reply(200, {"jobStatus": _job(job, "failed" if failed else job.file.state)})


def _job(job: Job, state: str) -> dict[str, Any]:
    status: dict[str, Any] = {"jobId": job.id, "did": job.did}
    if state == "failed":
        return {**status, "state": "JOB_STATE_FAILED", "error": "encoding", "message": "Failed to process video"}
    if state == "ready":
        return {**status, "state": "JOB_STATE_COMPLETED", "progress": 100, "blob": _reference(job.file)}
    return {**status, "state": "JOB_STATE_ENCODING", "progress": 50}


# --- records --------------------------------------------------------------------------------------------------------


def create_record(world: World, request: Request) -> Reply:
    """An rkey that is in use is the server's 500, and the first record stands."""
    repo, given = _target(world, request)
    write = _write(world, repo, "create", given, _required(given, "record", "Input"))
    return _written(world, repo, [write])


def put_record(world: World, request: Request) -> Reply:
    """``swapRecord: null`` creates only; the same content again changes nothing and has no ``commit``."""
    repo, given = _target(world, request)
    collection, rkey = _required(given, "collection", "Input"), _required(given, "rkey", "Input")
    standing = repo.records.get((collection, rkey))
    _swap_record(given, standing)
    write = _write(world, repo, "update" if standing else "create", given, _required(given, "record", "Input"))
    if standing and standing.cid == write.cid:
        return reply(200, {"uri": _uri(repo, collection, rkey), "cid": standing.cid, "validationStatus": "valid"})
    return _written(world, repo, [write])


def delete_record(world: World, request: Request) -> Reply:
    """Deleting what is not there is a success without a commit."""
    repo, given = _target(world, request)
    collection, rkey = _required(given, "collection", "Input"), _required(given, "rkey", "Input")
    standing = repo.records.get((collection, rkey))
    if standing is None:
        return reply(200, {})
    if given.get("swapRecord"):
        _swap_record(given, standing)
    _apply(world, repo, Write("delete", collection, rkey))
    return reply(200, {"commit": _commit(world, repo)})


def apply_writes(world: World, request: Request) -> Reply:
    """All or none, in one commit."""
    repo, given = _target(world, request)
    asked = _required(given, "writes", "Input")
    if not isinstance(asked, list) or len(asked) > WRITES:
        raise invalid(f"Too many writes. Max: {WRITES}")
    writes = [_asked(world, repo, one) for one in asked]
    taken = set(repo.records)
    for write in writes:
        key = (write.collection, write.rkey)
        if (write.action == "create") == (key in taken):
            raise error(500, "InternalServerError", "Internal Server Error")
        taken = taken - {key} if write.action == "delete" else taken | {key}
    for write in writes:
        _apply(world, repo, write)
    return reply(200, {"commit": _commit(world, repo), "results": [_result(repo, write) for write in writes]})


def get_record(world: World, request: Request) -> Reply:
    """One record, by repository, collection and key."""
    repo, collection, rkey = request.ask("repo"), request.ask("collection"), request.ask("rkey")
    found = world.state(State).repos.get(did_of(repo.lower()))
    record = found and found.records.get((collection, rkey))
    if not found or not record or request.ask("cid", record.cid) != record.cid:
        raise error(400, "RecordNotFound", f"Could not locate record: at://{repo}/{collection}/{rkey}")
    return reply(200, {"uri": _uri(found, collection, rkey), "cid": record.cid, "value": record.value})


def list_records(world: World, request: Request) -> Reply:
    """A collection, newest key first, 50 at a time."""
    repo = _known(world, request.ask("repo"), f"Could not find repo: {request.ask('repo')}")
    wanted, asked = request.ask("collection"), request.ask("limit", "50")
    count = int(asked) if asked.isdigit() else 0
    if not 1 <= count <= 100:
        raise invalid("Params/limit must be an integer from 1 to 100")
    backward, cursor = request.ask("reverse") == "true", request.ask("cursor")
    keys = sorted((rkey for collection, rkey in repo.records if collection == wanted), reverse=not backward)
    keys = [key for key in keys if not cursor or (key > cursor if backward else key < cursor)]
    page = [_listed(repo, wanted, key) for key in keys[:count]]
    return reply(200, {"records": page, **({"cursor": keys[count - 1]} if len(keys) > count else {})})


def latest_commit(world: World, request: Request) -> Reply:
    """The head of a repository, for ``swapCommit``."""
    repo = _known(world, request.ask("did"), "Could not find repo")
    if not repo.head:
        _commit(world, repo)
    return reply(200, {"cid": repo.head, "rev": repo.rev})


@dataclass(frozen=True, slots=True)
class Write:
    """One change that was found good, before it is made."""

    action: str
    collection: str
    rkey: str
    cid: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)


def _target(world: World, request: Request) -> tuple[Repo, dict[str, Any]]:
    repo, given = _authenticated(world, request), body(request)
    named = _required(given, "repo", "Input")
    if did_of(str(named).lower()) != repo.did and str(named).lower() != repo.handle:
        raise error(401, "AuthenticationRequired", "Authentication Required")
    swap = given.get("swapCommit")
    if swap and swap != repo.head:
        raise error(400, "InvalidSwap", f"Commit was at {repo.head}")
    return repo, given


def _swap_record(given: Mapping[str, Any], standing: Record | None) -> None:
    current = standing.cid if standing else None
    if "swapRecord" in given and given["swapRecord"] != current:
        raise error(400, "InvalidSwap", f"Record was at {current}")


def _asked(world: World, repo: Repo, asked: Any) -> Write:
    action = str(asked.get("$type", "") if isinstance(asked, dict) else "").removeprefix("com.atproto.repo.applyWrites#")
    if action not in ("create", "update", "delete"):
        raise invalid("Input/writes must be a closed union of create, update and delete")
    return _write(world, repo, action, asked, None if action == "delete" else _required(asked, "value", "Input/writes"))


def _write(world: World, repo: Repo, action: str, given: Mapping[str, Any], value: Any) -> Write:
    collection = _required(given, "collection", "Input")
    rkey = given.get("rkey") or (_tid(world) if action == "create" else _required(given, "rkey", "Input"))
    _check_key(collection, rkey)
    if action == "delete":
        return Write(action, collection, rkey)
    value = {"$type": collection, **value} if isinstance(value, dict) else value
    try:
        records.check(collection, value)
    except records.Invalid as problem:
        raise invalid(str(problem)) from problem
    _check_blobs(repo, value)
    return Write(action, collection, rkey, dagcbor.record_cid(value), value)


def _check_key(collection: Any, rkey: Any) -> None:
    if not isinstance(rkey, str) or not records.RKEY.fullmatch(rkey):
        raise invalid("Input/rkey must be a valid record key")
    if collection == records.POST and not records.TID.fullmatch(rkey):
        raise invalid(f"Invalid record key for {collection}: expected a TID, got {rkey}")


def _check_blobs(repo: Repo, value: Any) -> None:
    for blob in records.blobs(value):
        file = repo.blobs.get(blob["ref"]["$link"])
        if file is None:
            raise error(400, "BlobNotFound", f"Could not find blob: {blob['ref']['$link']}")
        if blob["mimeType"] != file.type:
            raise error(400, "InvalidMimeType", "Referenced Mimetype does not match stored blob")
        if blob["size"] != len(file.data):
            raise error(400, "InvalidSize", "Referenced Size does not match stored blob")


def _written(world: World, repo: Repo, writes: list[Write]) -> Reply:
    write = writes[0]
    if write.action == "create" and (write.collection, write.rkey) in repo.records:
        raise error(500, "InternalServerError", "Internal Server Error")
    _apply(world, repo, write)
    result = {"uri": _uri(repo, write.collection, write.rkey), "cid": write.cid, "validationStatus": "valid"}
    return reply(200, {**result, "commit": _commit(world, repo)})


def _apply(world: World, repo: Repo, write: Write) -> None:
    key = (write.collection, write.rkey)
    before = repo.records.pop(key, None)
    if write.action == "delete":
        if before and before.post:
            world.remove(before.post)
        _collect(repo, before)
        return
    record = Record(write.cid, dict(write.value))
    if write.collection == records.POST:
        record.post = _shown(world, repo, write, before.post if before else None)
    repo.records[key] = record


def _collect(repo: Repo, gone: Record | None) -> None:
    """A blob goes with the last record that refers to it."""
    held = {blob["ref"]["$link"] for record in repo.records.values() for blob in records.blobs(record.value)}
    for blob in records.blobs(gone.value if gone else None):
        if blob["ref"]["$link"] not in held:
            repo.blobs.pop(blob["ref"]["$link"], None)


def _shown(world: World, repo: Repo, write: Write, before: Post | None) -> Post:
    reply_to = write.value.get("reply") or {}
    post = before or Post(NAME, repo.handle, _uri(repo, write.collection, write.rkey), "", world.clock())
    post.text = write.value["text"]
    post.url = f"https://bsky.app/profile/{repo.handle}/post/{write.rkey}"
    post.parent = (reply_to.get("parent") or {}).get("uri")
    post.media = [_with_alt(repo.blobs[blob["ref"]["$link"]], alt) for blob, alt in records.pictured(write.value)]
    post.detail = {"cid": write.cid, "value": write.value}
    if before is None:
        world.add(post)
    else:
        post.edited_at = world.clock()
    return post


def _with_alt(file: File, alt: str) -> File:
    return File(file.id, file.type, file.data, alt)


def _result(repo: Repo, write: Write) -> dict[str, Any]:
    kind = {"$type": f"com.atproto.repo.applyWrites#{write.action}Result"}
    if write.action == "delete":
        return kind
    return {**kind, "uri": _uri(repo, write.collection, write.rkey), "cid": write.cid, "validationStatus": "valid"}


def _listed(repo: Repo, collection: str, rkey: str) -> dict[str, Any]:
    record = repo.records[collection, rkey]
    return {"uri": _uri(repo, collection, rkey), "cid": record.cid, "value": record.value}


def _commit(world: World, repo: Repo) -> dict[str, str]:
    repo.rev = _tid(world)
    repo.head = dagcbor.record_cid({"did": repo.did, "rev": repo.rev, "prev": repo.head or None})
    return {"cid": repo.head, "rev": repo.rev}


def _uri(repo: Repo, collection: str, rkey: str) -> str:
    return f"at://{repo.did}/{collection}/{rkey}"


def _tid(world: World) -> str:
    number = world.tick() << 10
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


# --- the AppView, as far as published posts are read back -----------------------------------------------------------


def get_posts(world: World, request: Request) -> Reply:
    """Posts by their URIs, 25 at most; what is gone is left out."""
    uris = request.asked("uris")
    if not 1 <= len(uris) <= 25:
        raise invalid("Params/uris must have 1 to 25 elements")
    found = (world.find(NAME, uri) for uri in uris)
    return reply(200, {"posts": [_view(world, post) for post in found if post]})


def author_feed(world: World, request: Request) -> Reply:
    """An account's posts, newest first."""
    repo = _known(world, request.ask("actor"), "Profile not found")
    asked = request.ask("limit", "50")
    posts = list(world.of(NAME, repo.handle))[::-1][: int(asked) if asked.isdigit() else 50]
    return reply(200, {"feed": [{"post": _view(world, post)} for post in posts]})


def _view(world: World, post: Post) -> dict[str, Any]:
    did = post.remote_id.split("/")[2]
    counts = {"replyCount": post.replies, "repostCount": 0, "likeCount": 0, "quoteCount": 0}
    author = {"did": did, "handle": world.state(State).repos[did].handle}
    view = {"uri": post.remote_id, "cid": post.detail["cid"], "author": author, "record": post.detail["value"]}
    return {**view, **counts, "indexedAt": stamp(post.created_at)}


# --- requests -------------------------------------------------------------------------------------------------------


def body(request: Request) -> dict[str, Any]:
    """The JSON object that a procedure takes."""
    given = request.form().json
    if not isinstance(given, dict):
        raise invalid("A request body is expected but none was provided")
    return given


def _required(given: Mapping[str, Any], name: str, path: str) -> Any:
    if given.get(name) is None:
        raise invalid(f'{path} must have the property "{name}"')
    return given[name]


def _unauthorized(request: Request) -> Reply:
    if request.path.endswith(".createSession"):
        return reply(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
    return reply(400, {"error": "InvalidToken", "message": "Token could not be verified"})


def _rate_limited(request: Request) -> Reply:  # noqa: ARG001 - the answers' shape
    headers = {"Retry-After": "30", "RateLimit-Limit": "3000", "RateLimit-Remaining": "0", "RateLimit-Policy": "3000;w=300"}
    return reply(429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers)


def _missing(request: Request) -> Reply:  # noqa: ARG001 - the answers' shape
    return reply(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"})


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/xrpc/com.atproto.server.createSession", create_session),
        Route("POST", "/xrpc/com.atproto.server.refreshSession", refresh_session),
        Route("GET", "/xrpc/com.atproto.server.getSession", get_session),
        Route("GET", "/xrpc/com.atproto.server.getServiceAuth", service_auth),
        Route("GET", "/xrpc/com.atproto.server.describeServer", describe_server),
        Route("GET", "/xrpc/com.atproto.identity.resolveHandle", resolve_handle),
        Route("POST", "/xrpc/com.atproto.repo.uploadBlob", upload_blob),
        Route("POST", "/xrpc/com.atproto.repo.createRecord", create_record),
        Route("POST", "/xrpc/com.atproto.repo.putRecord", put_record),
        Route("POST", "/xrpc/com.atproto.repo.deleteRecord", delete_record),
        Route("POST", "/xrpc/com.atproto.repo.applyWrites", apply_writes),
        Route("GET", "/xrpc/com.atproto.repo.getRecord", get_record),
        Route("GET", "/xrpc/com.atproto.repo.listRecords", list_records),
        Route("GET", "/xrpc/com.atproto.sync.getLatestCommit", latest_commit),
        Route("GET", "/xrpc/app.bsky.actor.getProfile", profile),
        Route("GET", "/xrpc/app.bsky.feed.getPosts", get_posts),
        Route("GET", "/xrpc/app.bsky.feed.getAuthorFeed", author_feed),
        Route("GET", "/xrpc/app.bsky.video.getUploadLimits", upload_limits),
        Route("POST", "/xrpc/app.bsky.video.uploadVideo", upload_video),
        Route("GET", "/xrpc/app.bsky.video.getJobStatus", job_status),
    ),
    refuse=lambda _: reply(400, {"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}),
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"error": "InternalServerError", "message": "Internal Server Error"}),
    unreadable=lambda _: reply(400, {"error": "InvalidRequest", "message": "Unable to parse the request body as JSON"}),
    missing=_missing,
)
