"""The record of one delivery: its states, its legal transitions and its JSON. Pure.

A record is a file on the state branch. Its name is made of what never changes - post id, account, occurrence - so that
a moved date or a renamed file can not make a second one. Every part of a thread has its own state and its own claim.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

VERSION = 1


class State(StrEnum):
    """Where a part of a delivery stands. ``published`` absorbs everything; nothing leaves it."""

    SCHEDULED = "scheduled"
    HELD = "held"
    RETRY = "retry"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    PUBLISHED = "published"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


FINISHED = frozenset({State.PUBLISHED, State.FAILED, State.EXPIRED, State.CANCELLED})
"""States that only a person moves on from (and ``published`` not even then)."""

CLAIMABLE = frozenset({State.SCHEDULED, State.HELD, State.RETRY})
"""States from which a runner may claim: provably nothing was accepted."""

_LEGAL: Mapping[State, frozenset[State]] = {
    State.SCHEDULED: frozenset(State),
    State.HELD: frozenset(State) - {State.SCHEDULED},
    State.RETRY: frozenset(State) - {State.SCHEDULED},
    State.SENDING: frozenset({State.SENDING, State.PUBLISHED, State.IN_DOUBT, State.RETRY, State.FAILED, State.HELD}),
    State.IN_DOUBT: frozenset({State.IN_DOUBT, State.PUBLISHED, State.RETRY}),
    State.PUBLISHED: frozenset({State.PUBLISHED}),
    State.FAILED: frozenset({State.FAILED, State.RETRY, State.PUBLISHED}),
    State.EXPIRED: frozenset({State.EXPIRED, State.RETRY, State.PUBLISHED}),
    State.CANCELLED: frozenset({State.CANCELLED, State.RETRY, State.PUBLISHED}),
}


class Unreadable(ValueError):
    """A file of the state branch that is not what this version writes or knows. Never taken for absence."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The durable intent: who sends, until when it may leave (``send_by``), when others may look (``expires_at``)."""

    run: str
    nonce: str
    claimed_at: datetime
    send_by: datetime
    expires_at: datetime
    commit: str
    """The approved commit whose content is sent."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part is not published: ``kind`` is one of the failure kinds, ``message`` is for people."""

    kind: str
    message: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One message of a delivery. ``first_claimed_at`` stays the same over all attempts: keys are made from it."""

    state: State = State.SCHEDULED
    attempts: int = 0
    content: str | None = None
    claim: Claim | None = None
    first_claimed_at: datetime | None = None
    prepared: Any = None
    remote_id: str | None = None
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    published_at: datetime | None = None
    error: Problem | None = None
    settled_by: str | None = None
    """``person`` when somebody resolved a doubt or approved another attempt."""

    def to(self, state: State, **changes: Any) -> PartRecord:
        """The part in another state. An illegal transition is a programming error."""
        if state not in _LEGAL[self.state]:
            raise AssertionError(f"illegal transition {self.state} -> {state}")
        return replace(self, state=state, **changes)


@dataclass(frozen=True, slots=True)
class Record:
    """One delivery. ``text`` is the digest of the words, to notice a repetition by; ``content`` that of everything."""

    post: str
    path: str
    account: str
    provider: str
    occurrence: datetime | None
    publish_at: datetime
    parts: tuple[PartRecord, ...]
    content: str = ""
    text: str = ""
    endpoint: bool = False
    credential: str | None = None
    """A short fingerprint of the credential that was refused: the delivery is held until it changes."""
    superseded: bool = False
    """An occurrence that a later one made pointless: expired without anybody having to act."""

    @property
    def current(self) -> int:
        """The index of the first unfinished part; the last one when all are published."""
        return next((i for i, p in enumerate(self.parts) if p.state is not State.PUBLISHED), len(self.parts) - 1)

    @property
    def part(self) -> PartRecord:
        """The first unfinished part: its state is the delivery's."""
        for part in self.parts:  # asked of every record in every plan
            if part.state is not State.PUBLISHED:
                return part
        return self.parts[-1]

    @property
    def state(self) -> State:
        """The state of the first unfinished part."""
        return self.part.state

    @property
    def published_at(self) -> datetime | None:
        """When the latest of its parts went out."""
        return max((p.published_at for p in self.parts if p.published_at), default=None)

    @property
    def perhaps_out_until(self) -> datetime | None:
        """Until when a part whose fate is not known may have left."""
        open_parts = (p.claim for p in self.parts if p.state in (State.SENDING, State.IN_DOUBT))
        return max((claim.send_by for claim in open_parts if claim), default=None)

    @property
    def remote_ids(self) -> tuple[str, ...]:
        """The platform's ids of the published parts, in order."""
        return tuple(p.remote_id for p in self.parts if p.remote_id)

    @property
    def url(self) -> str | None:
        """Where the first part can be looked at."""
        return self.parts[0].url

    def with_part(self, index: int, part: PartRecord) -> Record:
        """The record with one part replaced."""
        return replace(self, parts=(*self.parts[:index], part, *self.parts[index + 1 :]))

    def with_all(self, first: int, state: State, **changes: Any) -> Record:
        """Every part from ``first`` on in another state."""
        return replace(self, parts=(*self.parts[:first], *(p.to(state, **changes) for p in self.parts[first:])))

    def resized(self, count: int) -> Record:
        """As many parts as the draft has now; what went out, may have, or came to nothing for good is never dropped."""
        touched = max((i + 1 for i, p in enumerate(self.parts) if p.state not in CLAIMABLE), default=0)
        kept = self.parts[: max(count, touched)]
        return replace(self, parts=(*kept, *(PartRecord() for _ in range(count - len(kept)))))


@lru_cache(maxsize=1 << 16)  # every decision asks for it, several times a run
def record_path(post: str, account: str, occurrence: datetime | None) -> str:
    """The file of a delivery: sharded by a digest, readable by people, and fixed for ever."""
    planned = instant(occurrence) if occurrence else ""
    digest = hashlib.sha256(f"{post}\0{account}\0{planned}".encode()).hexdigest()
    slug = re.sub(r"[^A-Za-z0-9-]+", "-", post).strip("-")[-60:] or "post"
    when = f".{re.sub('[^0-9TZ]', '', planned)}" if planned else ""
    return f"deliveries/{digest[:2]}/{digest[2:4]}/{slug}.{account}{when}.{digest[4:12]}.json"


def part_key(genesis: str, post: str, account: str, occurrence: datetime | None, part: int) -> str:
    """The idempotency key of a part: 128 bits as 32 hex digits, the same for every attempt."""
    words = (genesis, post, account, instant(occurrence) if occurrence else "", str(part))
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; fractions of a second only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The instant of an ISO 8601 text with offset. Raises ``ValueError``."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"`{text}` has no offset")
    return parsed.astimezone(UTC)


# --- JSON ---------------------------------------------------------------------------------------------------------


def dump(record: Record) -> bytes:
    """The record as its file holds it: stable, one field a line, readable on a forge."""
    body = {
        "version": VERSION,
        "post": record.post,
        "path": record.path,
        "account": record.account,
        "provider": record.provider,
        "occurrence": _opt(record.occurrence),
        "publish_at": instant(record.publish_at),
        "state": record.state.value,
        "content": record.content,
        "text": record.text,
        "endpoint": record.endpoint,
        "credential": record.credential,
        "superseded": record.superseded,
        "parts": [_dump_part(p) for p in record.parts],
    }
    return encode(body)


def encode(body: Mapping[str, Any]) -> bytes:
    """Any file of the state branch."""
    return (json.dumps(body, indent=1, ensure_ascii=False, sort_keys=False) + "\n").encode()


def decode(data: bytes, *, known: int = VERSION) -> dict[str, Any]:
    """The object in a file of the state branch. Raises ``Unreadable`` for damage and for a version from the future."""
    try:
        body = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"damaged: {problem}") from None
    if not isinstance(body, dict) or not isinstance(body.get("version"), int):
        raise Unreadable("damaged: no version")
    if body["version"] > known:
        raise Unreadable(f"written by a newer postiz-ops (version {body['version']}, this one knows {known})")
    return body


def load(data: bytes) -> Record:
    """The record in a file. Raises ``Unreadable``."""
    body = decode(data)
    try:
        return Record(
            post=_text(body["post"]),
            path=_text(body["path"]),
            account=_text(body["account"]),
            provider=_text(body["provider"]),
            occurrence=_when(body["occurrence"]),
            publish_at=moment(body["publish_at"]),
            parts=tuple(_load_part(p) for p in body["parts"]) or _no_parts(),
            content=_text(body["content"]),
            text=_text(body["text"]),
            endpoint=body["endpoint"] is True,
            credential=body.get("credential"),
            superseded=body.get("superseded") is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Unreadable(f"damaged: {type(problem).__name__} {problem}") from None


def _dump_part(part: PartRecord) -> dict[str, Any]:
    claim = part.claim
    return {
        "state": part.state.value,
        "attempts": part.attempts,
        "content": part.content,
        "claim": claim
        and {
            "run": claim.run,
            "nonce": claim.nonce,
            "claimed_at": instant(claim.claimed_at),
            "send_by": instant(claim.send_by),
            "expires_at": instant(claim.expires_at),
            "commit": claim.commit,
        },
        "first_claimed_at": _opt(part.first_claimed_at),
        "prepared": part.prepared,
        "remote_id": part.remote_id,
        "url": part.url,
        "extra": dict(part.extra),
        "published_at": _opt(part.published_at),
        "error": part.error
        and {"kind": part.error.kind, "message": part.error.message, "retry_at": _opt(part.error.retry_at)},
        "settled_by": part.settled_by,
    }


def _load_part(body: Mapping[str, Any]) -> PartRecord:
    claim, error = body["claim"], body["error"]
    return PartRecord(
        state=State(body["state"]),
        attempts=int(body["attempts"]),
        content=body["content"],
        claim=claim
        and Claim(
            run=claim["run"],
            nonce=claim["nonce"],
            claimed_at=moment(claim["claimed_at"]),
            send_by=moment(claim["send_by"]),
            expires_at=moment(claim["expires_at"]),
            commit=claim["commit"],
        ),
        first_claimed_at=_when(body["first_claimed_at"]),
        prepared=body["prepared"],
        remote_id=body["remote_id"],
        url=body["url"],
        extra=dict(body["extra"]),
        published_at=_when(body["published_at"]),
        error=error and Problem(error["kind"], error["message"], _when(error["retry_at"])),
        settled_by=body.get("settled_by"),
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("duplicate keys")
    return body


def _no_parts() -> tuple[PartRecord, ...]:
    raise ValueError("no parts")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _opt(value: datetime | None) -> str | None:
    return instant(value) if value else None


def _when(value: str | None) -> datetime | None:
    return moment(value) if value is not None else None
