"""When an account's token is renewed, when a person is told of its end, and when a run has to look again. Pure.

A rotating refresh token is used as rarely as can be: each use is a moment in which it can be lost. So it is used when a
due post needs a newer access token, and else only often enough for the grant to stay alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

from postiz_ops.ledger.sealed import Sealed, Status
from postiz_ops.providers.auth import OAuth2, Rotation
from postiz_ops.providers.base import Spec

MARGIN = timedelta(minutes=10)
"""How long an access token must still live to be used: more than a wave of uploads and sends takes."""
KEEP_ALIVE = 3
"""An idle account's refresh token is used once in this fraction of its life."""
LONG_LIVED = timedelta(days=1)
"""Access tokens that live longer than this are renewed at half their life, where a renewal can be repeated."""
SETTLED = timedelta(minutes=5)
"""A token that is refused although it is younger than this is not helped by another one."""
WARNINGS = (30, 7, 1)
"""Days before the end of what nobody but a person can renew, at which somebody is told, once each."""


class Verdict(Enum):
    """What is to be done about an account's token."""

    NOTHING = auto()
    RENEW = auto()
    BUSY = auto()
    """Another run is renewing it: this one must not use what may be replaced any moment."""
    GIVE_UP = auto()
    """A run died over it, and its refresh token may have been used: it is not presented again."""


def renewed_by(spec: Spec, sealed: Sealed) -> OAuth2 | None:
    """How the platform renews this account's token, ``None`` where it does not."""
    flows = [flow for flow in spec.auth if isinstance(flow, OAuth2) and flow.rotation is not Rotation.NEVER]
    return flows[0] if flows and sealed.refreshable else None


def verdict(
    sealed: Sealed,
    auth: OAuth2 | None,
    now: datetime,
    *,
    due: bool,
    forced: bool = False,
    shift: timedelta = timedelta(0),
) -> Verdict:
    """What to do now. ``due``: a post is about to go out. ``forced``: the platform has refused the access token.

    ``shift`` is how much later it is to be for leases and retry times.
    """
    if sealed.status is Status.REFRESHING and sealed.attempt is not None:
        if sealed.attempt.until > now + shift:
            return Verdict.BUSY
        return Verdict.RENEW if auth and auth.rotation.repeatable else Verdict.GIVE_UP
    if (
        sealed.status is not Status.READY
        or auth is None
        or (sealed.retry_at is not None and sealed.retry_at > now + shift)
    ):
        return Verdict.NOTHING
    at = renew_at(sealed, auth, due=due)
    return Verdict.RENEW if forced or (at is not None and at <= now) else Verdict.NOTHING


def renew_at(sealed: Sealed, auth: OAuth2, *, due: bool) -> datetime | None:
    """The instant from which the token is to be renewed, ``None`` for not by itself."""
    moments = [at for at in (_half_life(sealed, auth), _keep_alive(sealed, auth)) if at is not None]
    if due and sealed.expires_at is not None:
        moments.append(sealed.expires_at - MARGIN)
    at = min(moments, default=None)
    if at is None or auth.renew_after is None or sealed.obtained_at is None:
        return at
    return max(at, sealed.obtained_at + timedelta(seconds=auth.renew_after))


def _half_life(sealed: Sealed, auth: OAuth2) -> datetime | None:
    if sealed.obtained_at is None or sealed.expires_at is None or not auth.rotation.repeatable:
        return None
    life = sealed.expires_at - sealed.obtained_at
    return sealed.obtained_at + life / 2 if life > LONG_LIVED else None


def _keep_alive(sealed: Sealed, auth: OAuth2) -> datetime | None:
    """Only where using the refresh token makes the grant live longer."""
    if sealed.obtained_at is None or sealed.refresh_expires_at is None or auth.fixed_end or auth.rotation.repeatable:
        return None
    return sealed.obtained_at + (sealed.refresh_expires_at - sealed.obtained_at) / KEEP_ALIVE


# --- the end -------------------------------------------------------------------------------------------------------


def ends_at(sealed: Sealed, auth: OAuth2 | None) -> datetime | None:
    """When a person has to reconnect the account unless something changes; ``None`` where no end is known."""
    if sealed.status is Status.LOST or auth is None:
        return sealed.expires_at
    return sealed.expires_at if auth.rotation is Rotation.ITSELF else sealed.refresh_expires_at


def warning(sealed: Sealed, auth: OAuth2 | None, now: datetime) -> int | None:
    """The number of days of ``WARNINGS`` that somebody is to be told of now, ``None`` for nothing new."""
    reached = [days for days, at in _warnings(sealed, auth) if at <= now and days not in sealed.warned]
    return min(reached, default=None)


def _warnings(sealed: Sealed, auth: OAuth2 | None) -> Iterator[tuple[int, datetime]]:
    """(days, instant) of every warning; what lives shorter than twice that long is not worth one."""
    end = ends_at(sealed, auth)
    if end is None or sealed.status not in (Status.READY, Status.LOST):
        return
    for days in WARNINGS:
        if sealed.obtained_at is None or end - sealed.obtained_at >= timedelta(days=2 * days):
            yield days, end - timedelta(days=days)


def next_look(sealed: Sealed, auth: OAuth2 | None, now: datetime) -> datetime | None:
    """When a run has something to do about this token although no post is due."""
    moments = [at for days, at in _warnings(sealed, auth) if days not in sealed.warned and at > now]
    if sealed.status is Status.REFRESHING and sealed.attempt is not None:
        moments.append(sealed.attempt.until)
    if sealed.status is Status.READY and auth is not None:
        at = renew_at(sealed, auth, due=False)
        if at is not None:
            moments.append(max(at, sealed.retry_at or at))
    return min(moments, default=None)
