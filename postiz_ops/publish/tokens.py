"""The refresh protocol: one run, one presentation of a refresh token, and nothing used that is not recorded.

::

    claim    push ``refreshing`` with a nonce; whoever's nonce the newest tip shows may go on, the others leave it
    present  the request, once, within the window that runs from the push; no retry anywhere
    spool    the sealed answer on this machine's disk, before anything else
    record   push the new generation; the vault hands out what the newest tip holds, so use follows record by itself
    rescue   if that push fails: the sealed answer stays in the spool, and is handed to whoever started the run

A run that dies in between leaves ``refreshing`` behind. Where a token may be presented again the next run does so once
the lease is over; a single-use one is given up and reported: its access token serves until it runs out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.ledger.record import Unreadable
from postiz_ops.ledger.sealed import Attempt, Sealed, Status, load_sealed, sealed_file, sealed_path
from postiz_ops.ledger.view import View, account_file, account_path
from postiz_ops.model import Account
from postiz_ops.providers.auth import Client, Grant, OAuth2
from postiz_ops.providers.base import Answer, Provider, Unsigned
from postiz_ops.providers.oauth import TokenRequest, client_variables, failure_of, is_refused
from postiz_ops.providers.refresh import refresh, renewed
from postiz_ops.publish.branch import Branch
from postiz_ops.publish.converge import STUBBORN
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Safe
from postiz_ops.publish.renewal import (
    SETTLED,
    WARNINGS,
    Verdict,
    ends_at,
    next_look,
    renewed_by,
    verdict,
    warning,
)
from postiz_ops.publish.session import USER_AGENT, retry_at

LEASE = timedelta(minutes=5)
"""How long a claim on a refresh keeps others away: more than every timeout of it together."""
WINDOW = timedelta(seconds=60)
"""How long after its push a claim may still be presented."""
PAUSE = timedelta(minutes=5)
"""How long to leave a token alone whose platform did not answer."""
NOT_TAKEN = (429, 503)
"""Answers that say that the request was not taken up (RFC 9110, 15.6.4; RFC 6585, 4): the token was not used."""
SPOOLED = "vault-"
"""How the names of sealed answers in the spool begin."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The platform gave a new grant, which is sealed."""

    sealed: Sealed


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """It did not: where the account stands now, and why."""

    status: Status
    why: str
    retry_at: datetime | None = None


class Tokens:
    """The tokens of one run. ``troubles`` are what a person has to act on, ``rescued`` what could not be recorded."""

    def __init__(
        self,
        effects: Effects,
        providers: Mapping[str, Provider],
        branch: Branch,
        run: str,
        shift: timedelta = timedelta(0),
    ) -> None:
        self._effects = effects
        self._providers = providers
        self._branch = branch
        self._run = run
        self._shift = shift
        """How far ``--now`` is from the real clock: it governs leases and retry times, not when a token ends."""
        self._mine: dict[str, float] = {}
        """Nonce -> the monotonic instant after which its claim may not be presented."""
        self._presented: set[str] = set()
        """Nonces whose one presentation has been made, whatever an older tip makes of it."""
        self._forced: set[str] = set()
        self._was_forced: set[str] = set()
        self.busy: set[str] = set()
        """Accounts that are not to be used now: somebody is renewing their token, or it could not be recorded."""
        self.troubles: list[str] = []
        self.notices: list[str] = []
        self.rescued: dict[str, Sealed] = {}

    # --- what a run asks ---------------------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Record the sealed answers that an earlier run on this machine could not push."""
        for name, data in self._effects.spool.read().items():
            if not name.startswith(SPOOLED):
                continue
            try:
                sealed = load_sealed(sealed_path(name.removeprefix(SPOOLED).removesuffix(".json")), data)
            except (Unreadable, KeyError, TypeError, ValueError):
                continue  # cut short: what it held is lost, and its claim says so
            if await self._branch.write(partial(recorded, new=sealed), "Rescue"):
                self._effects.spool.remove(name)

    async def keep(
        self, accounts: Iterable[Account], due: Collection[str] = (), *, again: Collection[str] = ()
    ) -> None:
        """Renew what has to be renewed. ``due``: accounts that a post is about to go out on.

        ``again``: accounts whose refresh token a person lets be presented once more, although it may have been used.
        """
        safe = self._effects.safe
        known = [account for account in accounts if account.id in self._branch.view.sealed]
        if safe is None or not known:
            self._forced.clear()  # whoever waited for a newer token is not among the accounts any more
            return
        verdicts = {account.id: self._verdict(account, due, again) for account in known}
        self.busy = {name for name, what in verdicts.items() if what is Verdict.BUSY} | set(self.rescued)
        wanted = [account for account in known if verdicts[account.id] not in (Verdict.NOTHING, Verdict.BUSY)]
        wanted = [account for account in wanted if verdicts[account.id] is not Verdict.RENEW or safe.grant(account)]
        self._forced.clear()
        if wanted:
            await self._renew(safe, wanted, verdicts)
        await self._warn(known)

    def force(self, account: Account, *, asked: bool = False) -> bool:
        """The platform refused the access token: whether a newer one may help. Then the next ``keep`` renews it.

        ``asked``: a person wants a newer one, however young this one is.
        """
        sealed, now = self._branch.view.sealed.get(account.id), self._effects.clock.now()
        if sealed is None or sealed.status is not Status.READY or self._auth(account) is None:
            return False
        young = not asked and sealed.obtained_at is not None and now - sealed.obtained_at < SETTLED
        if young or account.id in self._was_forced or (sealed.retry_at is not None and sealed.retry_at > now):
            return False
        self._forced.add(account.id)
        self._was_forced.add(account.id)
        return True

    def excused(self, failure: errors.Failure, account: Account) -> errors.Failure:
        """A refused token that is going to be renewed is no reason to wait for a person."""
        sealed = self._branch.view.sealed.get(account.id)
        if sealed is None or not isinstance(failure, errors.Reauthorize) or self._auth(account) is None:
            return failure
        if sealed.status is Status.LOST:
            return errors.Reauthorize(f"{sealed.problem}: {_way_out(account.id, sealed.status)}")
        now = self._effects.clock.now()
        moments = [at for at in (sealed.retry_at, self._later()) if at is not None and at > now]
        ran_out = sealed.expires_at is not None and sealed.expires_at <= now
        if sealed.status is not Status.READY or not (ran_out or (sealed.retry_at and sealed.retry_at > now)):
            return failure
        return errors.Throttled(f"its token could not be renewed yet: {sealed.problem}", until=min(moments))

    @property
    def forced(self) -> bool:
        """Whether a token waits for being renewed before its account can go on."""
        return bool(self._forced)

    def next_look(self, accounts: Iterable[Account], view: View) -> datetime | None:
        """The earliest instant at which one of the tokens needs work although no post is due."""
        now = self._effects.clock.now()
        looks = [next_look(view.sealed[a.id], self._auth(a), now) for a in accounts if a.id in view.sealed]
        return min((at for at in looks if at is not None), default=None)

    # --- how it is done ----------------------------------------------------------------------------------------------

    def _auth(self, account: Account) -> OAuth2 | None:
        sealed = self._branch.view.sealed[account.id]
        return renewed_by(self._providers[account.provider].spec(account), sealed)

    def _verdict(self, account: Account, due: Collection[str], again: Collection[str]) -> Verdict:
        sealed, forced = self._branch.view.sealed[account.id], account.id in self._forced
        if (sealed.provider, sealed.origin) != (account.provider, account.origin):
            return Verdict.NOTHING  # another server gets nothing, and neither is it asked
        if account.id in again and sealed.status is Status.LOST and self._auth(account):
            return Verdict.RENEW
        now = self._effects.clock.now()
        return verdict(sealed, self._auth(account), now, due=account.id in due, forced=forced, shift=self._shift)

    async def _renew(self, safe: Safe, wanted: Sequence[Account], verdicts: Mapping[str, Verdict]) -> None:
        seen = {account.id: self._branch.view.sealed[account.id] for account in wanted}

        def claims(view: View) -> Mapping[str, bytes]:
            still = [account for account in wanted if view.sealed.get(account.id) == seen[account.id]]
            return {sealed_path(a.id): sealed_file(self._begun(seen[a.id], verdicts[a.id])) for a in still}

        if not await self._branch.write(claims, "Renew tokens"):
            self.busy |= {account.id for account in wanted}
            return
        for account in wanted:
            self._tell_given_up(account, verdicts[account.id])
        held = [account for account in wanted if self._is_mine(account)]
        self.busy |= {a.id for a in wanted if verdicts[a.id] is Verdict.RENEW and a not in held}
        results = await self._effects.tasks.gather([self._present(safe, account) for account in held])
        await self._record({account.id: result for account, result in zip(held, results, strict=True)})

    def _begun(self, sealed: Sealed, what: Verdict) -> Sealed:
        if what is Verdict.GIVE_UP:
            return sealed.ended(Status.LOST, _given_up(sealed))
        now, nonce = self._effects.clock.now(), self._effects.token()
        self._mine[nonce] = self._effects.clock.monotonic() + WINDOW.total_seconds()
        return sealed.claimed(Attempt(self._run, nonce, now, now + LEASE))

    def _is_mine(self, account: Account) -> bool:
        sealed = self._branch.view.sealed.get(account.id)
        if sealed is None or sealed.attempt is None or sealed.attempt.nonce in self._presented:
            return False
        return self._is_claimed(sealed)

    def _is_claimed(self, sealed: Sealed) -> bool:
        return sealed.status is Status.REFRESHING and sealed.attempt is not None and sealed.attempt.nonce in self._mine

    async def _present(self, safe: Safe, account: Account) -> Renewed | NotRenewed:
        grant, auth, client = safe.grant(account), self._auth(account), safe.client(account)
        if grant is None or auth is None:
            return NotRenewed(Status.READY, safe.problem(account) or "its credentials cannot be read", self._later())
        if client is None and auth.renews_alone:
            client = Client("")
        if client is None:
            return NotRenewed(Status.READY, _no_client(account), self._later())
        answer = await self._ask(account, auth, client, grant)
        if isinstance(answer, NotRenewed):
            return answer
        sealed = safe.seal(account, answer, refreshable=True)
        # On disk before anything else: from here on a crash costs nothing on this machine.
        kept = replace(sealed, attempt=self._branch.view.sealed[account.id].attempt)
        self._effects.spool.write(f"{SPOOLED}{account.id}.json", sealed_file(kept))
        return Renewed(kept)

    async def _ask(self, account: Account, auth: OAuth2, client: Client, grant: Grant) -> Grant | NotRenewed:
        attempt = self._branch.view.sealed[account.id].attempt
        deadline = self._mine[attempt.nonce] if attempt else None
        self._presented |= {attempt.nonce} if attempt else set()

        async def send(asked: TokenRequest) -> Answer:
            request = Request(asked.method, asked.url, {"User-Agent": USER_AGENT, **asked.headers}, asked.body)
            response = await self._effects.wire.send(request, deadline=deadline)
            return Answer(response.status, response.headers, _json(response.body))

        def unsigned(nonce: str) -> Unsigned:
            return Unsigned("POST", "", {}, self._effects.token(), self._effects.clock.now(), nonce)

        try:
            answer = await refresh(send, auth, client, grant, origin=account.origin, unsigned=unsigned)
        except errors.Reauthorize as lacking:
            return NotRenewed(Status.REVOKED, lacking.message)
        except NotSent as reason:
            return NotRenewed(Status.READY, self._effects.vault.redact(str(reason)), self._later())
        except Lost as reason:
            return self._unknown(auth, self._effects.vault.redact(str(reason)))
        return self._judge(account, auth, grant, answer)

    def _judge(self, account: Account, auth: OAuth2, grant: Grant, answer: Answer) -> Grant | NotRenewed:
        title = self._providers[account.provider].SPEC.title
        if 200 <= answer.status < 300:
            try:
                return renewed(auth, answer.json, self._effects.clock.now(), grant)
            except errors.Reauthorize as ended:
                return NotRenewed(Status.REVOKED, ended.message)
            except errors.Failure as unclear:
                # Some platforms (TikTok, Slack) say no with HTTP 200.
                refused = NotRenewed(Status.READY, unclear.message, self._later())
                return refused if is_refused(auth, answer.json) else self._unknown(auth, unclear.message)
        failure = failure_of(auth, answer.status, answer.json, title, redact=self._effects.vault.redact)
        if isinstance(failure, errors.Reauthorize):
            return NotRenewed(Status.REVOKED, failure.message)
        if answer.status in NOT_TAKEN or 300 <= answer.status < 500:
            until = retry_at(answer.headers, self._effects.clock.now()) or self._later()
            return NotRenewed(Status.READY, failure.message, until)
        return self._unknown(auth, failure.message)

    def _unknown(self, auth: OAuth2, why: str) -> NotRenewed:
        """Perhaps the token was used. Only one that stays the same may be presented again."""
        if auth.rotation.repeatable:
            return NotRenewed(Status.READY, why, self._later())
        return NotRenewed(Status.LOST, f"its renewal got no answer ({why})")

    def _later(self) -> datetime:
        return self._effects.clock.now() + PAUSE

    # --- record ------------------------------------------------------------------------------------------------------

    async def _record(self, results: Mapping[str, Renewed | NotRenewed]) -> None:
        nonces = {name: self._branch.view.sealed[name].attempt for name in results}

        def outcomes(view: View) -> Mapping[str, bytes]:
            files: dict[str, bytes] = {}
            for name, result in results.items():
                if isinstance(result, Renewed):
                    files |= recorded(view, result.sealed)
                elif (
                    (current := view.sealed.get(name)) and self._is_claimed(current) and current.attempt == nonces[name]
                ):
                    ended = current.ended(result.status, result.why, retry_at=result.retry_at)
                    files[sealed_path(name)] = sealed_file(ended)
            return files

        done = not results or await self._branch.write(outcomes, "Record tokens", tries=STUBBORN)
        for name, result in results.items():
            self._settled(name, result, done=done)

    def _settled(self, name: str, result: Renewed | NotRenewed, *, done: bool) -> None:
        if isinstance(result, Renewed):
            if done:
                self._effects.spool.remove(f"{SPOOLED}{name}.json")
            else:
                self.rescued[name] = result.sealed
                self.busy.add(name)
                self.troubles.append(f"account `{name}`: its new token could not be recorded, and is kept sealed")
        elif result.status is Status.READY:
            self.notices.append(f"account `{name}`: its token was not renewed: {result.why}")
        else:
            self.troubles.append(f"account `{name}`: {result.why}: {_way_out(name, result.status)}")

    def _tell_given_up(self, account: Account, what: Verdict) -> None:
        sealed = self._branch.view.sealed.get(account.id)
        if what is Verdict.GIVE_UP and sealed is not None and sealed.status is Status.LOST:
            self.troubles.append(f"account `{account.id}`: {sealed.problem}: {_way_out(account.id, sealed.status)}")

    async def _warn(self, accounts: Sequence[Account]) -> None:
        """Say once that something ends which nobody but a person can renew."""
        now, view = self._effects.clock.now(), self._branch.view
        found = {a.id: warning(view.sealed[a.id], self._auth(a), now) for a in accounts}
        news = {name: days for name, days in found.items() if days is not None}

        def told(tip: View) -> Mapping[str, bytes]:
            same = [name for name in news if tip.sealed.get(name) == view.sealed[name]]
            return {sealed_path(name): sealed_file(_warned(tip.sealed[name], news[name])) for name in same}

        if news and await self._branch.write(told, "Warn of tokens"):
            for account in accounts:
                if account.id in news and (end := ends_at(view.sealed[account.id], self._auth(account))):
                    when = f"{end:%Y-%m-%d %H:%M} UTC"
                    self.notices.append(
                        f"account `{account.id}`: its authorization ends on {when}: "
                        f"run `postiz-ops accounts connect {account.id}` before"
                    )


def recorded(view: View, new: Sealed) -> Mapping[str, bytes]:
    """The files of a new grant, as long as it is the one that the branch waits for: nothing where it is not."""
    current = view.sealed.get(new.account)
    if current is None or current.generation >= new.generation or not _waits(current, new):
        return {}
    files = {sealed_path(new.account): sealed_file(replace(new, attempt=None))}
    if known := view.accounts.get(new.account):
        files[account_path(new.account)] = account_file(replace(known, generation=new.generation))
    return files


def _waits(current: Sealed, new: Sealed) -> bool:
    """Whether a tip waits for a new grant: it has its claim, or none yet, as a tip from before that claim."""
    return current.attempt == new.attempt if current.attempt else current.status is Status.READY


def _warned(sealed: Sealed, days: int) -> Sealed:
    """One that was told of 7 days is not told of 30 any more."""
    return replace(sealed, warned=tuple(sorted({*sealed.warned, *(d for d in WARNINGS if d >= days)})))


def _given_up(sealed: Sealed) -> str:
    attempt = sealed.attempt
    by = f"{attempt.run} ended while it renewed the token ({attempt.at:%Y-%m-%d %H:%M} UTC)" if attempt else ""
    return f"{by or 'a run ended while it renewed the token'}, and nobody knows the new one"


def _way_out(name: str, status: Status) -> str:
    if status is Status.LOST:
        return (
            "its present token serves until it runs out; if that run left a rescue block, `postiz-ops vault rescue` "
            f"takes it, `postiz-ops accounts refresh {name} --again` tries the old one, else run "
            f"`postiz-ops accounts connect {name}`"
        )
    return f"run `postiz-ops accounts connect {name}`"


def _no_client(account: Account) -> str:
    first, second = client_variables(account.provider)
    return f"the app's `{first}` and `{second}` are not set"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
