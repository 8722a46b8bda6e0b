"""Changing a repository: one record, or several in one commit, all or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from postiz_ops.sandbox.bluesky import dagcbor, records
from postiz_ops.sandbox.bluesky.repos import (
    NAME,
    Record,
    Repo,
    State,
    body,
    did_of,
    error,
    invalid,
    required,
    text,
    tid,
)
from postiz_ops.sandbox.bluesky.sessions import authenticated
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import Post, World

WRITES_MAX = 200
"""Most writes of one ``applyWrites`` on a PDS."""

VALID = {"validationStatus": "valid"}


@dataclass(frozen=True, slots=True)
class Write:
    """One change that was found good, before it is made. ``action`` is ``create``, ``update`` or ``delete``."""

    action: str
    collection: str
    rkey: str
    cid: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)


def create_record(world: World, request: Request) -> Reply:
    """A record key that is in use is the server's 500, and the first record stands."""
    repo, given = _target(world, request)
    write = _write(world, repo, "create", given, required(given, "record"))
    if (write.collection, write.rkey) in repo.records:
        raise _used_key()
    return _written(world, repo, write)


def put_record(world: World, request: Request) -> Reply:
    """``swapRecord: null`` creates only. The same content again changes nothing, whatever it is to be swapped for."""
    repo, given = _target(world, request)
    standing = repo.records.get((text(given, "collection"), text(given, "rkey")))
    write = _write(world, repo, "update" if standing else "create", given, required(given, "record"))
    if standing and standing.cid == write.cid:
        return reply(200, {"uri": repo.uri(write.collection, write.rkey), "cid": write.cid, **VALID})
    if "swapRecord" in given:
        _check_swap(given["swapRecord"], standing)
    return _written(world, repo, write)


def delete_record(world: World, request: Request) -> Reply:
    """Deleting what is not there is a success without a commit."""
    repo, given = _target(world, request)
    collection, rkey = text(given, "collection"), text(given, "rkey")
    standing = repo.records.get((collection, rkey))
    if given.get("swapRecord"):
        _check_swap(given["swapRecord"], standing)
    if standing is None:
        return reply(200, {})
    _apply(world, repo, Write("delete", collection, rkey))
    return reply(200, {"commit": repo.commit(world)})


def apply_writes(world: World, request: Request) -> Reply:
    """All or none, in one commit."""
    repo, given = _target(world, request)
    asked = required(given, "writes")
    if not isinstance(asked, list) or len(asked) > WRITES_MAX:
        raise invalid(f"Too many writes. Max: {WRITES_MAX}")
    writes = [_asked(world, repo, one) for one in asked]
    taken = set(repo.records)
    for write in writes:
        key = (write.collection, write.rkey)
        if (write.action == "create") == (key in taken):
            raise _used_key()
        taken = taken - {key} if write.action == "delete" else taken | {key}
    for write in writes:
        _apply(world, repo, write)
    return reply(200, {"commit": repo.commit(world), "results": [_result(repo, write) for write in writes]})


# --- is it allowed? -------------------------------------------------------------------------------------------------


def _target(world: World, request: Request) -> tuple[Repo, dict[str, Any]]:
    repo, given = authenticated(world, request), body(request)
    named = did_of(text(given, "repo"))
    if named not in world.state(State).repos:
        raise error(403, "AccountNotFound", "Account not found")
    if named != repo.did:
        raise error(401, "AuthenticationRequired", "Authentication Required")
    swap = given.get("swapCommit")
    if swap and swap != repo.head:
        raise error(400, "InvalidSwap", f"Commit was at {repo.head}")
    return repo, given


def _check_swap(expected: Any, standing: Record | None) -> None:
    current = standing.cid if standing else None
    if expected != current:
        raise error(400, "InvalidSwap", f"Record was at {current or 'null'}")


def _used_key() -> Exception:
    return error(500, "InternalServerError", "Internal Server Error")


def _asked(world: World, repo: Repo, asked: Any) -> Write:
    kind = asked.get("$type") if isinstance(asked, dict) else None
    action = str(kind).removeprefix("com.atproto.repo.applyWrites#")
    if action not in ("create", "update", "delete"):
        raise invalid("Input/writes must be a closed union of create, update and delete")
    return _write(world, repo, action, asked, None if action == "delete" else required(asked, "value", "Input/writes"))


def _write(world: World, repo: Repo, action: str, given: Mapping[str, Any], value: Any) -> Write:
    collection = text(given, "collection")
    rkey = tid(world) if action == "create" and given.get("rkey") is None else text(given, "rkey")
    if not records.RKEY.fullmatch(rkey):
        raise invalid("Input/rkey must be a valid record key")
    if collection == records.POST and not records.TID.fullmatch(rkey):
        raise invalid(f"Invalid record key for {collection}: {rkey} is no TID")
    if action == "delete":
        return Write(action, collection, rkey)
    if isinstance(value, dict):
        value = {"$type": collection, **value}
    try:
        records.check(collection, value)
    except records.Invalid as problem:
        raise invalid(str(problem)) from problem
    _check_blobs(repo, value)
    return Write(action, collection, rkey, dagcbor.record_cid(value), value)


def _check_blobs(repo: Repo, value: Any) -> None:
    for blob in records.blobs(value):
        link = blob["ref"]["$link"]
        file = repo.blobs.get(link)
        if file is None:
            raise error(400, "BlobNotFound", f"Could not find blob: {link}")
        if blob["mimeType"] != file.type:
            raise error(400, "InvalidMimeType", "Referenced Mimetype does not match stored blob")
        if blob["size"] != len(file.data):
            raise error(400, "InvalidSize", "Referenced Size does not match stored blob")


# --- then it is done ------------------------------------------------------------------------------------------------


def _written(world: World, repo: Repo, write: Write) -> Reply:
    _apply(world, repo, write)
    result = {"uri": repo.uri(write.collection, write.rkey), "cid": write.cid, **VALID}
    return reply(200, {**result, "commit": repo.commit(world)})


def _apply(world: World, repo: Repo, write: Write) -> None:
    before = repo.records.pop((write.collection, write.rkey), None)
    if write.action == "delete":
        if before and before.post:
            world.remove(before.post)
        _collect(repo, before)
        return
    record = Record(write.cid, dict(write.value))
    if write.collection == records.POST:
        record.post = _shown(world, repo, write, before.post if before else None)
    repo.records[write.collection, write.rkey] = record


def _collect(repo: Repo, gone: Record | None) -> None:
    """A blob goes with the last record that refers to it."""
    held = {blob["ref"]["$link"] for record in repo.records.values() for blob in records.blobs(record.value)}
    for blob in records.blobs(gone.value if gone else None):
        if blob["ref"]["$link"] not in held:
            repo.blobs.pop(blob["ref"]["$link"], None)


def _shown(world: World, repo: Repo, write: Write, before: Post | None) -> Post:
    post = before or Post(NAME, repo.handle, repo.uri(write.collection, write.rkey), "", world.clock())
    post.text = write.value["text"]
    post.url = f"https://bsky.app/profile/{repo.handle}/post/{write.rkey}"
    post.media = [replace(repo.blobs[blob["ref"]["$link"]], alt=alt) for blob, alt in records.pictured(write.value)]
    post.detail = {"cid": write.cid, "value": write.value, "did": repo.did}
    if before is None:
        answered = write.value.get("reply") or {}
        post.parent = answered["parent"]["uri"] if answered else None
        return world.add(post)
    post.edited_at = world.clock()
    return post


def _result(repo: Repo, write: Write) -> dict[str, Any]:
    kind = {"$type": f"com.atproto.repo.applyWrites#{write.action}Result"}
    if write.action == "delete":
        return kind
    return {**kind, "uri": repo.uri(write.collection, write.rkey), "cid": write.cid, **VALID}
