"""Repositories as a PDS keeps them, and the shape of XRPC's requests and errors."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox.bluesky import dagcbor, records
from postiz_ops.sandbox.exchange import Refused, Request, reply
from postiz_ops.sandbox.world import File, Post, World

NAME = "bluesky"
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Record:
    """A record in a repository, and the post that the sandbox shows for it."""

    cid: str
    value: dict[str, Any]
    post: Post | None = None


@dataclass(slots=True)
class Repo:
    """An account's repository: records by collection and key. ``head`` is the last commit's CID, ``rev`` its TID."""

    did: str
    handle: str
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    blobs: dict[str, File] = field(default_factory=dict)
    head: str = ""
    rev: str = ""

    def uri(self, collection: str, rkey: str) -> str:
        """The AT URI of a record."""
        return f"at://{self.did}/{collection}/{rkey}"

    def commit(self, world: World) -> dict[str, str]:
        """Seal what was written: the new head and revision."""
        self.rev = tid(world)
        self.head = dagcbor.record_cid({"did": self.did, "rev": self.rev, "prev": self.head or None})
        return {"cid": self.head, "rev": self.rev}


@dataclass(slots=True)
class Job:
    """One video on its way through the video service."""

    id: str
    did: str
    file: File
    asked: int = 0


@dataclass(slots=True)
class State:
    """All repositories by DID, and the video jobs."""

    repos: dict[str, Repo] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


def did_of(identifier: str) -> str:
    """The DID of a handle: made from it, so that it is the same at every start. A DID is itself."""
    if identifier.startswith("did:"):
        return identifier
    digest = hashlib.sha256(identifier.lower().encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def repo_of(world: World, identifier: str) -> Repo:
    """The repository of a handle, a DID or an e-mail address, made at first use."""
    did = did_of(identifier)
    handle = identifier if records.HANDLE.fullmatch(identifier) else f"{did[-8:].lower()}.bsky.social"
    return world.state(State).repos.setdefault(did, Repo(did, handle))


def known(world: World, actor: str, absent: str) -> Repo:
    """The repository of somebody who has signed in, else refused with the sentence."""
    repo = world.state(State).repos.get(did_of(actor))
    if repo is None:
        raise invalid(absent)
    return repo


def tid(world: World) -> str:
    """A record key that the server chooses."""
    number = world.tick() << 10
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def error(status: int, name: str, message: str) -> Refused:
    """XRPC's error object, ready to be raised."""
    return Refused(reply(status, {"error": name, "message": message}))


def invalid(message: str) -> Refused:
    """The answer to a request that does not fit its lexicon."""
    return error(400, "InvalidRequest", message)


def body(request: Request) -> dict[str, Any]:
    """The JSON object that a procedure takes."""
    given = request.form().json
    if not isinstance(given, dict):
        raise invalid("A request body is expected but none was provided")
    return given


def required(given: Mapping[str, Any], name: str, path: str = "Input") -> Any:
    """A property that must be there."""
    if given.get(name) is None:
        raise invalid(f'{path} must have the property "{name}"')
    return given[name]


def text(given: Mapping[str, Any], name: str) -> str:
    """A property that must be there and a string."""
    value = required(given, name)
    if not isinstance(value, str):
        raise invalid(f"Input/{name} must be a string")
    return value
