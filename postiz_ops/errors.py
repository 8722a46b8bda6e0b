"""The failures, named by what the caller may do.

::

    PostizError
    ├── UsageError      the command or accounts.yaml is wrong; exit 2
    ├── Refused         a guard said no; exit 78
    ├── Temporary       try again, nothing was lost; exit 75
    └── Failure         what came of talking to a platform
        ├── Rejected        this draft can never pass
        ├── Reauthorize     a person must reconnect the account
        ├── Throttled       not accepted, and not before ``until``
        ├── Unavailable     provably not accepted: try again
        └── Unknown         perhaps accepted: look it up, never send it again

Findings about a user's files are not failures: they are values (``diagnostics``).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class PostizError(Exception):
    """The root of everything that is raised on purpose. ``help`` says what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(PostizError):
    """The command line or the configuration is wrong."""

    exit_code = 2


class Refused(PostizError):
    """A guard refused: going on could publish twice, or publish what nobody approved."""

    exit_code = 78


class Temporary(PostizError):
    """The world did not answer; nothing was lost, and the same command may be run again."""

    exit_code = 75


class Failure(PostizError):
    """What came of one call to a platform."""

    kind: ClassVar[str]


class Rejected(Failure):
    """The platform refused this content for good."""

    kind = "rejected"


class Reauthorize(Failure):
    """The credential is missing, expired, revoked or too weak."""

    kind = "reauthorize"


class Throttled(Failure):
    """The platform said: later. ``until`` is when; ``None`` where it did not say."""

    kind = "throttled"

    def __init__(self, message: str, *, until: datetime | None = None, help: str | None = None) -> None:
        super().__init__(message, help=help)
        self.until = until


class Unavailable(Failure):
    """Provably not accepted: the request did not leave, or it was one that may be repeated."""

    kind = "unavailable"


class Unknown(Failure):
    """Perhaps accepted: a timeout, a reset, a 5xx, a redirect or an unreadable answer to a mutation.

    ``known`` is what the answer told all the same, plain JSON: the look-up finds it in ``Dispatch.prepared``.
    """

    kind = "unknown"

    def __init__(self, message: str, *, known: object = None, help: str | None = None) -> None:
        super().__init__(message, help=help)
        self.known = known
