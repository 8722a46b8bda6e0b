"""The delivery protocol: look, decide, prepare, claim, send once, record. Nothing is sent without a durable claim.

::

    look     fetch both tips, check the guards, compile what is approved
    sweep    claims whose lease has run out are looked up: published, or in doubt - never sent again
    wave     the head of every account's queue: prepare, claim in one commit, send each once
    record   the outcomes, in one commit with the next wave's claims

Plain coroutines over ``Effects``: the same code runs for real and in simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from postiz_ops import errors
from postiz_ops.ledger.record import Claim, Problem, Record, State
from postiz_ops.ledger.view import INDEX, LONG_AGO, Index, View, account_file, account_path, index_file
from postiz_ops.model import Receipt
from postiz_ops.plan import Plan, Planned, make_plan
from postiz_ops.providers.base import Blind, Dispatch, Evidence, Found, NotReady, Provider
from postiz_ops.publish import guards
from postiz_ops.publish.bookkeeping import base_record, housekeeping, report, skipped, waits_for_credential
from postiz_ops.publish.changes import Change, Intent, Outcome, Put, Settle, dump_settles, load_settles
from postiz_ops.publish.channels import Channels
from postiz_ops.publish.desk import Desk, no_files
from postiz_ops.publish.effects import Effects
from postiz_ops.publish.evidence import ANOTHERS, by_words, may_be_anothers
from postiz_ops.publish.order import LEASE, SEND_WINDOW, Compile, Order, Report
from postiz_ops.publish.sending import (
    Channel,
    Prepared,
    look_up,
    make_dispatch,
    outcome_of,
    outcome_of_evidence,
    part_range,
    prepare,
    send,
)
from postiz_ops.publish.session import Fitter
from postiz_ops.publish.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Ready:
    """A head of a queue, prepared: what will be claimed and then sent."""

    planned: Planned
    base: Record
    first: int
    last: int
    channel: Channel
    dispatch: Dispatch

    @property
    def parts(self) -> frozenset[tuple[str, int]]:
        """(record, part) of all that goes out together."""
        return frozenset((self.planned.path, index) for index in range(self.first, self.last))


class Publisher:
    """One run. ``run`` is its only entry; everything else is a step of it."""

    def __init__(
        self,
        effects: Effects,
        fitter: Fitter,
        providers: Mapping[str, Provider],
        compile_commit: Compile,
        order: Order,
    ) -> None:
        self._effects = effects
        self._order = order
        self._desk = Desk(effects, compile_commit, order)
        self._channels = Channels(effects, fitter, providers, self._desk, order)
        self._tokens = Tokens(effects, providers, self._desk, order.run, order.shift)
        self._deadlines: dict[str, float] = {}
        """Nonce -> the monotonic instant after which its claim may not leave."""
        self._tried: set[tuple[str, int]] = set()
        """(record, part) that this run has tried: once is enough, whatever ``--now`` says of retry times."""
        self._throttled: set[str] = set()
        self._over_budget: dict[str, str] = {}
        """Account -> which budget of its platform is used up."""
        self._unrecorded: tuple[Settle, ...] = ()
        self._unfinished = False
        """Whether the ledger did not answer: nothing more is claimed."""
        self._unanswered = False
        """Whether there is more to do than this run could: a look-up after its lease did not answer, say."""
        self._spooled = ""
        """The file that holds the results of the last wave: each wave has its own, since others may take it up."""

    async def run(self) -> Report:
        """Publish what is due. Raises ``Refused`` by a guard and ``Temporary`` when the ledger cannot be reached."""
        await self._desk.look()
        await guards.check_clock(self._effects, self._order)
        plan = self._desk.plan()
        guards.check_brake(plan, self._due(plan), self._order, self._desk.approved.config.policy.max_per_run)
        if not self._order.dry_run:
            await self._recover()
            await self._tokens.recover()
            await self._keep_tokens()
            await self._sweep()
            await self._channels.introduce({p.draft.account for p in self._due(self._desk.plan())})
            await self._waves()
        unfinished = self._unfinished or self._unanswered
        waiting = (*self._over_budget.values(), *self._tokens.notices)
        done = report(self._desk, self._order, self._unrecorded, unfinished=unfinished, waiting=waiting)
        return replace(done, troubles=tuple(self._tokens.troubles), rescued=self._tokens.rescued)

    # --- waves -----------------------------------------------------------------------------------------------------

    async def _waves(self) -> None:
        results: tuple[Settle, ...] = ()
        while not self._unfinished:
            await self._keep_tokens()
            heads = self._heads(self._desk.plan(results), self._tried)
            if results and any(part.media for head in heads for part in head.draft.parts):
                # Uploads may take long: results are not kept waiting for them.
                if not await self._record(results):
                    return
                results = ()
            ready, refused = await self._prepare_all(heads)
            if ready or refused or self._tokens.forced:
                results = await self._send_all(await self._claim(ready, results, refused))
            elif not await self._record(results, last=True) or not await self._wait():
                return
            else:
                results = ()

    async def _keep_tokens(self) -> None:
        """Renew the tokens that a due post needs, or that would end by themselves."""
        if self._desk.view.sealed or self._tokens.forced:
            accounts = self._desk.approved.config.accounts.values()
            enabled = [account for account in accounts if account.enabled and self._order.includes(account.id)]
            plan = self._desk.plan()
            # What waits for a credential is released by a newer one.
            needed = {p.draft.account for p in plan.planned if p.due or waits_for_credential(p)}
            # So that a look-up is not refused, which would be a doubt.
            needed |= {r.account for r in self._desk.view.records.values() if _lease_is_over(r, self._desk.now())}
            await self._tokens.keep(enabled, needed)

    def _due(self, plan: Plan) -> tuple[Planned, ...]:
        return tuple(p for p in plan.due() if self._order.includes(p.draft.account))

    def _heads(self, plan: Plan, tried: Collection[tuple[str, int]] = ()) -> list[Planned]:
        """The first due delivery of every account.

        A throttled account has none until it may be asked again, nor has one at which another run may still be sending:
        its posts keep their order and their gap.
        """
        if self._over_brake(plan) or self._order.stopped():
            return []
        now = self._desk.now()
        waiting = self._throttled | {p.draft.account for p in plan.planned if _is_throttled(p.record, now)}
        waiting |= {r.account for r in self._desk.view.records.values() if self._is_sent_elsewhere(r)}
        heads: dict[str, Planned] = {}
        for planned in self._due(plan):
            if planned.draft.account in self._tokens.busy:
                self._unanswered = True
                continue
            current = planned.record.current if planned.record else 0
            if planned.draft.account not in waiting and (planned.path, current) not in tried:
                heads.setdefault(planned.draft.account, planned)
        return [head for name, head in heads.items() if not self._is_over_budget(name)]

    def _is_over_budget(self, account: str) -> bool:
        """Whether the account has published as much as its platform lets it. What is left goes out in a later run."""
        over = self._channels.over_budget(account, self._effects.clock.now())
        if over is not None:
            self._over_budget[account] = over
            self._unanswered = True
        return over is not None

    def _over_brake(self, plan: Plan) -> bool:
        """Whether more came due while the run was under way than it may publish. The next run is refused."""
        most = self._desk.approved.config.policy.max_per_run
        if len(self._due(plan)) <= most or self._order.allow_many:
            return False
        self._unanswered = True
        return True

    def _is_sent_elsewhere(self, record: Record) -> bool:
        # With an answer on record, however unknown, that run has sent it: what is in doubt blocks nothing else.
        waiting = record.state is State.SENDING and record.part.error is None
        claim = record.part.claim if waiting else None
        return claim is not None and claim.run != self._order.run and claim.send_by > self._effects.clock.now()

    async def _prepare_all(self, heads: Sequence[Planned]) -> tuple[list[Ready], list[Put]]:
        prepared = await self._effects.tasks.gather([self._prepare(planned) for planned in heads])
        return [p for p in prepared if isinstance(p, Ready)], [p for p in prepared if isinstance(p, Put)]

    async def _prepare(self, planned: Planned) -> Ready | Put | None:
        channel = self._channels.of(planned.draft.account)
        base = base_record(planned, self._effects.clock.now(), endpoint=self._order.endpoint)
        first, last = part_range(base, planned.draft, channel.spec)
        self._tried.update((planned.path, index) for index in range(first, last))
        dispatch = make_dispatch(self._genesis, base, planned.draft, first, last, self._effects.clock.now())
        match await prepare(channel, dispatch):
            case Prepared(value):
                return Ready(planned, base, first, last, channel, replace(dispatch, prepared=value))
            case NotReady() as waiting:
                return Put(planned.path, planned.record, self._begun(base, first, waiting))
            case errors.Reauthorize() if self._tokens.force(channel.account):
                self._tried.difference_update((planned.path, index) for index in range(first, last))
                return None  # with a newer token in the next wave
            case failure:
                excused = self._tokens.excused(failure, channel.account)
                return Put(planned.path, planned.record, self._refused(base, first, excused))

    def _begun(self, base: Record, first: int, waiting: NotReady) -> Record:
        """The platform still works on an upload: where it got to is kept, and a later run goes on from there."""
        until = self._effects.clock.now() + timedelta(seconds=waiting.seconds)
        problem = Problem(errors.Unavailable.kind, waiting.message, until)
        part = base.parts[first]
        kept = part.to(State.RETRY, content=base.content, prepared=waiting.prepared, error=problem)
        return base.with_part(first, kept)

    def _refused(self, base: Record, first: int, failure: errors.Failure) -> Record:
        """Nothing was claimed: the record says why, so that it is neither silent nor tried without end."""
        part = base.parts[first]
        outcome = self._outcome(failure, base.account, part.attempts + 1)
        record = base.with_part(first, part.to(outcome.state, attempts=part.attempts + 1, error=outcome.problem))
        return replace(record, credential=outcome.credential or base.credential)

    # --- claim and send --------------------------------------------------------------------------------------------

    async def _claim(
        self, ready: Sequence[Ready], results: Sequence[Settle], refused: Sequence[Put]
    ) -> list[tuple[Ready, Record]]:
        """Push the claims and what else there is to record; what the newest tip shows under a nonce of ours is ours.

        Whether a claim is still right is decided again on every tip: what another run has claimed meanwhile may forbid
        a post of the same account, and what was approved meanwhile any.
        """
        approved = self._desk.approved.commit
        others = self._tried - {part for r in ready for part in r.parts}

        def wanted() -> list[Change]:
            plan = self._desk.plan((*results, *refused))
            changes: list[Change] = [*results, *refused, *housekeeping(self._desk, plan, self._order)]
            same = self._desk.approved.commit == approved
            still = {p.path for p in self._heads(plan, others)} if same else set()
            return changes + [self._intent(r, approved) for r in ready if r.planned.path in still]

        if not self._settled(results, done=await self._desk.commit(wanted, "Claim", partial(self._beside, ready))):
            return []
        held = {r.planned.path: record for r in ready if (record := self._held(r)) is not None}
        self._tried -= {part for r in ready if r.planned.path not in held for part in r.parts}
        return [(r, held[r.planned.path]) for r in ready if r.planned.path in held]

    def _beside(self, ready: Sequence[Ready], view: View) -> Mapping[str, bytes]:
        """What a claim brings along: new accounts' servers, and that others must look until this run has ended well."""
        if view.records == self._desk.view.records:
            return {}
        unknown = [r.channel.account for r in ready if r.channel.account.id not in view.accounts]
        files = {account_path(a.id): account_file(self._channels.first_use(a)) for a in unknown}
        return files | {INDEX: index_file(Index(self._order.tool, self._desk.approved.tree, LONG_AGO))}

    def _intent(self, ready: Ready, commit: str) -> Intent:
        now = self._effects.clock.now()
        nonce = self._effects.token()
        self._deadlines[nonce] = self._effects.clock.monotonic() + SEND_WINDOW.total_seconds()
        claim = Claim(self._order.run, nonce, now, now + SEND_WINDOW, now + LEASE, commit)
        return Intent(
            ready.planned.path, ready.planned.record, ready.base, ready.first, ready.last, ready.dispatch, claim
        )

    def _held(self, ready: Ready) -> Record | None:
        record = self._desk.view.records.get(ready.planned.path)
        if record is None or len(record.parts) < ready.last:
            return None
        part = record.parts[ready.first]
        ours = part.state is State.SENDING and part.claim is not None and part.claim.nonce in self._deadlines
        return record if ours else None

    async def _send_all(self, held: Sequence[tuple[Ready, Record]]) -> tuple[Settle, ...]:
        results = tuple(await self._effects.tasks.gather([self._send(ready, record) for ready, record in held]))
        if results:
            # On disk before anything else: a crash from here on costs no doubt on this machine.
            self._spooled = f"{self._order.run}.{len(self._deadlines)}.json"
            self._effects.spool.write(self._spooled, dump_settles(results))
        return results

    async def _send(self, ready: Ready, record: Record) -> Settle:
        part = record.parts[ready.first]
        nonce = part.claim.nonce if part.claim else ""
        claimed_at = part.first_claimed_at or ready.dispatch.claimed_at
        # What is recorded is what goes out: look-ups go by it.
        dispatch = replace(ready.dispatch, claimed_at=claimed_at, prepared=part.prepared)
        if part.content == dispatch.draft.content:
            result = await send(ready.channel, dispatch, self._deadlines[nonce])
        else:  # an earlier push of ours has come through after all, for what the post was then
            result = errors.Unavailable("the post was changed while it was claimed: nothing was sent")
        if isinstance(result, errors.Reauthorize) and self._tokens.force(ready.channel.account):
            self._tried -= ready.parts  # it was refused, and goes out with a newer token
            result = errors.Unavailable(f"{result.message}; its token is renewed first")
        elif isinstance(result, errors.Failure):
            result = self._tokens.excused(result, ready.channel.account)
        outcome, words = self._outcome(result, record.account, part.attempts), False
        if outcome.state is State.SENDING:
            dispatch = dispatch if outcome.known is None else replace(dispatch, prepared=outcome.known)
            found = outcome_of_evidence(await self._evidence(ready.channel, dispatch, record), outcome.problem)
            # Before the lease has run out, only evidence settles it.
            outcome = outcome if found.state is State.IN_DOUBT else replace(found, known=outcome.known)
            words = by_words(ready.channel.spec)
        if outcome.problem and outcome.problem.kind == errors.Throttled.kind:
            self._throttled.add(record.account)
        now = self._effects.clock.now()
        return Settle(ready.planned.path, nonce, ready.first, ready.last, outcome, now, words)

    def _outcome(self, result: tuple[Receipt, ...] | errors.Failure, account: str, attempts: int) -> Outcome:
        refused = isinstance(result, errors.Reauthorize)
        fingerprint = self._effects.vault.fingerprint(account) if refused else ""
        return outcome_of(result, now=self._effects.clock.now(), attempts=attempts, credential=fingerprint)

    # --- sweep and recover -----------------------------------------------------------------------------------------

    async def _recover(self) -> None:
        """Record the results that an earlier run on this machine could not push."""
        for name, data in self._effects.spool.read().items():
            try:
                settles = load_settles(data)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # not ours, or cut short: the lease and the look-up settle it
            done = await self._desk.commit(_always(settles), "Record")
            if done and all(settle.is_known(self._desk.view.records.get(settle.path)) for settle in settles):
                self._effects.spool.remove(name)

    async def _sweep(self) -> None:
        """Look up every claim whose lease has run out."""
        now = self._desk.now()
        expired: dict[str, list[tuple[str, Record]]] = {}
        for path, record in self._desk.view.records.items():
            if _lease_is_over(record, now) and self._order.includes(record.account):
                expired.setdefault(record.account, []).append((path, record))
        if expired:
            answers = await self._effects.tasks.gather([self._look_up_all(some) for some in expired.values()])
            settles = [settle for some in answers for settle in some]
            await self._desk.commit(_always(settles), "Look up")
            self._unanswered |= any(settle.outcome.state is State.SENDING for settle in settles)

    async def _look_up_all(self, expired: Sequence[tuple[str, Record]]) -> list[Settle]:
        """One after the other: an account has one session, and one log-in."""
        return [await self._look_up(path, record) for path, record in expired]

    async def _look_up(self, path: str, record: Record) -> Settle:
        first, part, words = record.current, record.part, False
        nonce = part.claim.nonce if part.claim else ""
        last = first + max(1, sum(p.claim is not None and p.claim.nonce == nonce for p in record.parts[first:]))
        approved = self._desk.as_approved_then(part.claim.commit if part.claim else "")
        draft = approved.drafts().get((record.post, record.account))
        if draft is None or last > len(draft.parts) or record.account not in self._desk.approved.config.accounts:
            why = "what was sent can no longer be compiled, so it cannot be looked up"
            outcome = Outcome(State.IN_DOUBT, problem=Problem("unknown", why))
        elif not self._channels.is_trusted(record.account):
            why = "the account's server has changed and may not have its credential, so it was not looked up"
            outcome = Outcome(State.IN_DOUBT, problem=Problem("unknown", why))
        else:
            dispatch = make_dispatch(self._genesis, record, draft, first, last, self._effects.clock.now())
            channel = self._channels.of(record.account)
            evidence = await self._evidence(channel, dispatch, record)
            if isinstance(evidence, errors.Reauthorize) and self._tokens.force(channel.account):
                evidence = errors.Unavailable(evidence.message)  # a later run looks with a newer token
            words = by_words(channel.spec)
            since = self._desk.now() - (part.first_claimed_at or self._desk.now())
            outcome = outcome_of_evidence(evidence, part.error, since=since)
        return Settle(path, nonce, first, last, outcome, self._effects.clock.now(), words)

    async def _evidence(self, channel: Channel, dispatch: Dispatch, record: Record) -> Evidence | errors.Failure:
        """Was it published? What is known by its words alone, and may be another delivery's, is no evidence."""
        evidence = await look_up(channel, dispatch)
        if not isinstance(evidence, Found) or not by_words(channel.spec):
            return evidence
        return Blind(ANOTHERS) if may_be_anothers(self._desk.view, record, evidence.receipts) else evidence

    # --- record ----------------------------------------------------------------------------------------------------

    async def _record(self, results: Sequence[Settle], *, last: bool = False) -> bool:
        """One commit of what is left to record; the last one of a run brings the index for the runs to come."""

        def wanted() -> list[Change]:
            return [*results, *(housekeeping(self._desk, self._desk.plan(results), self._order) if last else ())]

        return self._settled(results, done=await self._desk.commit(wanted, "Record", self._index if last else no_files))

    def _settled(self, results: Sequence[Settle], *, done: bool) -> bool:
        if done and results:
            self._effects.spool.remove(self._spooled)
        if not done:
            self._unrecorded, self._unfinished = tuple(results), True
        return done

    def _index(self, view: View) -> Mapping[str, bytes]:
        """When work can next be needed, as it will stand after this very commit."""
        if self._order.only or self._order.ref or self._order.shift:
            return {}  # decisions of a narrowed or shifted run are not those of the runs to come
        plan = make_plan(self._desk.situation(view))
        accounts = [a for a in self._desk.approved.config.accounts.values() if a.enabled]
        wakes = [at for at in (plan.next_wake(), self._tokens.next_look(accounts, view)) if at is not None]
        wake = LONG_AGO if skipped(self._desk, plan, self._order) else min(wakes, default=None)
        return {INDEX: index_file(Index(self._order.tool, self._desk.approved.tree, wake))}

    async def _wait(self) -> bool:
        """With ``--lookahead``: sleep until the next post within it, and go on."""
        now = self._desk.now()
        until = now + self._order.lookahead
        wakes = [p.wake for p in self._desk.plan().planned if p.wake and self._order.includes(p.draft.account)]
        coming = [wake for wake in wakes if now < wake <= until]
        if not coming or self._order.stopped():
            return False
        await self._effects.clock.sleep((min(coming) - now).total_seconds())
        try:
            await self._desk.look()
        except errors.Temporary:
            self._unfinished = True  # what the run did so far is recorded, and is to be told
        return True

    @property
    def _genesis(self) -> str:
        return self._desk.view.genesis.id if self._desk.view.genesis else ""


def _always(changes: Sequence[Change]) -> Callable[[], Sequence[Change]]:
    return lambda: changes


def _lease_is_over(record: Record, now: datetime) -> bool:
    part = record.part
    return part.state is State.SENDING and (part.claim is None or part.claim.expires_at <= now)


def _is_throttled(record: Record | None, now: datetime) -> bool:
    error = record.part.error if record and record.state is State.RETRY else None
    return (
        error is not None
        and error.kind == errors.Throttled.kind
        and error.retry_at is not None
        and error.retry_at > now
    )
