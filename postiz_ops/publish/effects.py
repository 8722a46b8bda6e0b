"""The seam: everything that the engine can do to the world, and nothing else does it.

Engine and providers are plain coroutines that await only what hangs on ``Effects``. For real it is backed by asyncio
and git (``net``, ``ledger.store``); a simulation steps the same coroutines itself, in an order and with faults of its
own.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from postiz_ops.model import Account, Media

if TYPE_CHECKING:  # whoever only reads the ledger does not pay for what a platform is
    from postiz_ops.ledger.sealed import Sealed
    from postiz_ops.ledger.view import View
    from postiz_ops.providers.auth import Client, Grant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, complete. Never shown: its URL and headers may hold a credential."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


class NotSent(Exception):
    """The request provably did not leave: no connection, or the deadline had passed before its first byte."""


class Lost(Exception):
    """The request may have arrived; its answer did not."""


class Wire(Protocol):
    """HTTP without retries, redirects or cookies."""

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """Connect, check the monotonic ``deadline``, then write the request once. Raises ``NotSent`` or ``Lost``."""


class Clock(Protocol):
    """Time. ``now`` is aware and in UTC; ``monotonic`` is in seconds and only compares with itself."""

    def now(self) -> datetime:
        """The wall clock."""

    def monotonic(self) -> float:
        """The steady clock that deadlines are measured by."""

    async def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The two tips as one fetch saw them. ``files`` are the state branch's, path -> bytes; ``head`` is its commit.

    ``head`` is ``None`` when the state branch does not exist. ``approved`` is the tip of the approved branch.
    """

    head: str | None
    files: Mapping[str, bytes] = field(repr=False)
    approved: str | None = None


class Ledger(Protocol):
    """The state branch. A push's own report is worth nothing: only the next ``fetch`` tells what became of it."""

    async def fetch(self) -> Snapshot:
        """Read both tips. Raises ``errors.Temporary`` when the remote cannot be reached."""

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        """Try to put one commit with these files on top of ``base.head``. Never raises, never tells."""


class Spool(Protocol):
    """Results that could not be pushed yet, on this machine's disk."""

    def write(self, name: str, data: bytes) -> None:
        """Keep it, durably (fsync)."""

    def read(self) -> Mapping[str, bytes]:
        """All that is kept."""

    def remove(self, name: str) -> None:
        """It has been recorded."""


class Vault(Protocol):
    """The only reader of secrets."""

    def secret(self, account: str, name: str) -> str | None:
        """The value of a credential, ``None`` where there is none."""

    def fingerprint(self, account: str) -> str:
        """A few hex digits that change when the account's credentials do, and tell nothing about them."""

    def redact(self, text: str) -> str:
        """The text without any secret that was handed out, in any usual encoding."""


class Safe(Protocol):
    """The vault on the state branch: sealed credentials, as the newest tip has them."""

    def take(self, view: View) -> None:
        """Go on with a newer tip. Only what is recorded is ever handed out."""

    def grant(self, account: Account) -> Grant | None:
        """What the account was given; ``None`` where there is nothing, or ``problem`` says why not."""

    def problem(self, account: Account) -> str | None:
        """Why the account's credentials cannot be had, as a sentence; ``None`` where they can, or there are none."""

    def client(self, account: Account) -> Client | None:
        """The app that the account was connected with; ``None`` where its credentials are not here."""

    def seal(self, account: Account, grant: Grant, *, refreshable: bool) -> Sealed:
        """The file that holds a new grant. Raises ``UsageError`` where nothing can be sealed."""


class Library(Protocol):
    """The approved bytes of media."""

    def read(self, media: Media) -> bytes:
        """Exactly the bytes whose hash was approved. Raises ``errors.Rejected`` when they are gone or differ."""


class Host(Protocol):
    """Where platforms that only fetch find the media."""

    async def url(self, media: Media, data: bytes, type: str) -> str:
        """A public address of these bytes. Raises ``errors.Rejected`` where that cannot be."""

    async def clean_up(self) -> None:
        """Take back what was put there: every platform has fetched what it wanted."""


@dataclass(frozen=True, slots=True)
class Effects:
    """All of them, passed in once."""

    wire: Wire
    clock: Clock
    ledger: Ledger
    spool: Spool
    vault: Vault
    library: Library
    tasks: Tasks
    token: TokenSource
    host: Host | None = None
    safe: Safe | None = None
    """``None`` where credentials come from the environment alone."""


class Tasks(Protocol):
    """Concurrency: asyncio's for real, the scheduler's in a simulation."""

    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        """Run the jobs side by side, at most ``limit`` at once; results in the order of the jobs."""


class TokenSource(Protocol):
    """Randomness."""

    def __call__(self) -> str:
        """128 random bits as 32 hex digits."""
