"""The state branch as values: genesis, records, accounts, brake and index. Pure.

::

    genesis.json                     the branch's random id and the remote that it was made for
    index.json                       the approved tree that was last looked at, and when work can next be needed
    paused.json                      the brake, while it is on
    accounts/<account>.json          the server that an account talks to, and the limits that it told us
    vault.json, vault/<account>.json sealed credentials (``ledger.sealed``)
    deliveries/ab/cd/<name>.json     one delivery each (``ledger.record``)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from postiz_ops.ledger.record import Record, State, Unreadable, decode, encode, instant, load, moment
from postiz_ops.ledger.sealed import FOLDER, KEYRING, Keyring, Sealed, load_keyring, load_sealed
from postiz_ops.model import Published

GENESIS = "genesis.json"
INDEX = "index.json"
PAUSED = "paused.json"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""A ``next_wake`` that means: look at every run."""


@dataclass(frozen=True, slots=True)
class Genesis:
    """Where a state branch came from: what tells it from every other one."""

    id: str
    remote: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What was learnt of an account: the server that may get its credential, and discovered limits with their date."""

    account: str
    provider: str
    origin: str
    endpoint: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)
    checked_at: datetime | None = None
    generation: int = 0
    """The newest generation of its sealed credentials: an older one is somebody's copy, and is not opened."""


@dataclass(frozen=True, slots=True)
class Brake:
    """Somebody stopped publishing."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Index:
    """What lets an idle run end at once. ``next_wake`` is ``None`` when nothing will need work while the tree stays."""

    tool: str
    tree: str
    next_wake: datetime | None


@dataclass(frozen=True, slots=True)
class View:
    """One tip of the state branch, read. ``unreadable`` maps a file to what is wrong with it: it is never absent."""

    genesis: Genesis | None = None
    records: Mapping[str, Record] = field(default_factory=dict)
    accounts: Mapping[str, KnownAccount] = field(default_factory=dict)
    brake: Brake | None = None
    index: Index | None = None
    unreadable: Mapping[str, str] = field(default_factory=dict)
    sealed: Mapping[str, Sealed] = field(default_factory=dict)
    """Account -> its credentials in the vault."""
    keyring: Keyring | None = None

    def history(self) -> tuple[Published, ...]:
        """Everything that went out, for the rules that look back."""
        return tuple(_published(r) for r in self.records.values() if r.parts[0].published_at)

    def perhaps_out(self) -> tuple[Published, ...]:
        """Everything whose first part is being sent, or is in doubt: what a rule that looks back must reckon with."""
        return tuple(
            replace(_published(r), published_at=r.parts[0].claim.claimed_at)
            for r in self.records.values()
            if r.parts[0].state in (State.SENDING, State.IN_DOUBT) and r.parts[0].claim
        )

    def limits(self) -> dict[str, Mapping[str, int]]:
        """The discovered limits, by account."""
        return {name: known.limits for name, known in self.accounts.items() if known.limits}


class Reader:
    """Reads one tip after another: a record whose bytes are as they were is not understood anew."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, Record]] = {}

    def parse(self, files: Mapping[str, bytes]) -> View:
        """As ``parse``."""
        return parse(files, self._record)

    def _record(self, path: str, data: bytes) -> Record:
        known = self._known.get(path)
        if known is None or known[0] != data:
            known = self._known[path] = (data, load(data))
        return known[1]


def parse(files: Mapping[str, bytes], record_of: Callable[[str, bytes], Record] = lambda _, data: load(data)) -> View:
    """Read a tip's files. Damage is kept apart per file, so that one bad file stops one delivery and no other."""
    records: dict[str, Record] = {}
    accounts: dict[str, KnownAccount] = {}
    sealed: dict[str, Sealed] = {}
    unreadable: dict[str, str] = {}
    single: dict[str, Any] = {}
    for path, data in files.items():
        try:
            if path.startswith("deliveries/"):
                records[path] = record_of(path, data)
            elif path.startswith("accounts/"):
                known = _account(decode(data))
                accounts[known.account] = known
            elif path.startswith(FOLDER):
                box = load_sealed(path, data)
                sealed[box.account] = box
            elif path in _SINGLE:
                single[path] = _SINGLE[path](decode(data))
        except (Unreadable, KeyError, TypeError, ValueError) as problem:
            unreadable[path] = str(problem)
    return View(
        genesis=single.get(GENESIS),
        records=records,
        accounts=accounts,
        brake=single.get(PAUSED),
        index=single.get(INDEX),
        unreadable=unreadable,
        sealed=sealed,
        keyring=single.get(KEYRING),
    )


def genesis_file(genesis: Genesis) -> bytes:
    """``genesis.json``."""
    body = {"version": 1, "id": genesis.id, "remote": genesis.remote, "created_at": instant(genesis.created_at)}
    return encode(body)


def index_file(index: Index) -> bytes:
    """``index.json``; the gate reads it with nothing but the standard library."""
    wake = instant(index.next_wake) if index.next_wake else None
    return encode({"version": 1, "tool": index.tool, "tree": index.tree, "next_wake": wake})


def brake_file(brake: Brake | None) -> bytes:
    """``paused.json``; without a brake it says so, since files of the branch are never removed."""
    if brake is None:
        return encode({"version": 1, "paused": False})
    return encode({"version": 1, "paused": True, "reason": brake.reason, "at": instant(brake.at)})


def woken(view: View) -> dict[str, bytes]:
    """``index.json`` so that the next run looks, whatever it held: somebody has changed a record outside of a run."""
    return {INDEX: index_file(replace(view.index, next_wake=LONG_AGO))} if view.index else {}


def account_path(account: str) -> str:
    """The file of an account."""
    return f"accounts/{account}.json"


def account_file(known: KnownAccount) -> bytes:
    """``accounts/<account>.json``."""
    return encode(
        {
            "version": 1,
            "account": known.account,
            "provider": known.provider,
            "origin": known.origin,
            "endpoint": known.endpoint,
            "limits": dict(known.limits),
            "checked_at": instant(known.checked_at) if known.checked_at else None,
            "generation": known.generation,
        }
    )


def _account(body: Mapping[str, Any]) -> KnownAccount:
    limits = {str(name): int(value) for name, value in body["limits"].items()}
    checked = moment(body["checked_at"]) if body["checked_at"] else None
    return KnownAccount(
        account=body["account"],
        provider=body["provider"],
        origin=body["origin"],
        endpoint=body["endpoint"] is True,
        limits=limits,
        checked_at=checked,
        generation=int(body.get("generation", 0)),
    )


def _genesis(body: Mapping[str, Any]) -> Genesis:
    return Genesis(body["id"], body["remote"], moment(body["created_at"]))


def _index(body: Mapping[str, Any]) -> Index:
    return Index(body["tool"], body["tree"], moment(body["next_wake"]) if body["next_wake"] else None)


def _brake(body: Mapping[str, Any]) -> Brake | None:
    return Brake(body["reason"], moment(body["at"])) if body["paused"] is True else None


_SINGLE = {GENESIS: _genesis, INDEX: _index, PAUSED: _brake, KEYRING: load_keyring}


def _published(record: Record) -> Published:
    first = record.parts[0]
    return Published(
        record.post,
        record.path,
        record.account,
        record.occurrence,
        record.publish_at,
        first.published_at or record.publish_at,
        record.text,
    )


def is_standing(state: State) -> bool:
    """Whether a person is being waited for."""
    return state in (State.IN_DOUBT, State.FAILED, State.EXPIRED, State.HELD)
