"""Holds a history against the promise. It reads nothing but the history, and shares no code with the engine.

Each function is one sentence of the promise; it yields a finding for every time that it was broken.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

from tests.simulation.history import Accepted, Approval, Began, History, Tip, Wanted

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SEND_WINDOW = 60.0
SKEW = 125.0
"""Seconds that a run's clock may be wrong: what the clock check lets through, and a little for its own time."""
DAYS_30 = 30 * 86_400.0

UNSENT = frozenset({"scheduled", "held", "retry"})
ABSENT, FINISHED = "scheduled", frozenset({"published", "failed", "expired", "cancelled"})
ENDS = FINISHED | {"held", "in_doubt"}
BY_ITSELF: Mapping[str, frozenset[str]] = {
    "scheduled": frozenset({"held", "retry", "sending", "failed", "expired", "cancelled"}),
    "held": frozenset({"retry", "sending", "failed", "expired", "cancelled", "published"}),
    "retry": frozenset({"held", "sending", "failed", "expired", "cancelled", "published"}),
    "sending": frozenset({"published", "in_doubt", "retry", "failed", "held"}),
    "in_doubt": frozenset({"published"}),
    "failed": frozenset({"published"}),
    "published": frozenset(),
    "expired": frozenset(),
    "cancelled": frozenset(),
}
BY_A_PERSON: Mapping[str, frozenset[str]] = {
    "in_doubt": frozenset({"published", "retry"}),
    "sending": frozenset({"published", "retry"}),
    "failed": frozenset({"retry"}),
    "expired": frozenset({"retry"}),
    "cancelled": frozenset({"retry"}),
    "held": frozenset({"retry"}),
    "retry": frozenset({"retry"}),
    "scheduled": frozenset({"retry"}),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that does not hold, and where."""

    rule: str
    what: str


@lru_cache(maxsize=1 << 14)
def parsed(data: bytes) -> Any:
    """A file of the state branch."""
    return json.loads(data)


@lru_cache(maxsize=1 << 14)
def seconds(text: str) -> float:
    """An instant of a record."""
    return (datetime.fromisoformat(text) - START).total_seconds()


def key_of(genesis: str, post: str, account: str, occurrence: str | None, part: int) -> str:
    """The idempotency key that docs/state.md promises for a part."""
    return sha256("\0".join((genesis, post, account, occurrence or "", str(part))).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of one record as a tip left it, and as the tip before had it."""

    tip: Tip
    path: str
    record: Mapping[str, Any]
    index: int
    before: Mapping[str, Any] | None
    part: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on a part, as the branch shows it."""

    tip: Tip
    path: str
    record: Mapping[str, Any]
    index: int
    key: str
    nonce: str
    run: str
    by_clock: float
    send_by: float
    commit: str
    before: Mapping[str, Mapping[str, Any]]
    """All records as they stood before the claim."""


@dataclass(frozen=True, slots=True)
class Held:
    """An account's credentials as a tip left them, and as the tip before had them."""

    tip: Tip
    account: str
    before: Mapping[str, Any] | None
    body: Mapping[str, Any]


@dataclass
class Case:
    """A history, and what several sentences need of it."""

    history: History
    files: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    braked: list[Claim] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def __post_init__(self) -> None:
        for tip in self.history.tips:
            before = {path: body for path, body in self.files.items() if path.startswith("deliveries/")}
            braked = (self.files.get("paused.json") or {}).get("paused") is True
            for path, data in tip.writes.items():
                body = parsed(data)
                if path.startswith("deliveries/"):
                    self._record(tip, path, body, before, braked=braked)
                elif path.startswith("vault/"):
                    self.held.append(Held(tip, body["account"], self.files.get(path), body))
                self.files[path] = body

    def _record(
        self, tip: Tip, path: str, body: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]], *, braked: bool
    ) -> None:
        old = before.get(path)
        parts = old["parts"] if old else []
        for index, part in enumerate(parts[len(body["parts"]) :], len(body["parts"])):
            # What a run has just claimed, and proved not to be out, may go in the commit that says so.
            given_up = part["state"] == "sending" and part["claim"]["run"] == tip.by
            key = key_of(self.history.genesis, body["post"], body["account"], body["occurrence"], index)
            if part["state"] not in UNSENT and not (given_up and key not in self.by_key):
                self.gone.append(f"{path} lost part {index}, which was {part['state']}")
        for index, part in enumerate(body["parts"]):
            was = parts[index] if index < len(parts) else None
            if was == part:
                continue
            self.steps.append(Step(tip, path, body, index, was, part))
            claim = part["claim"]
            if part["state"] == "sending" and (was is None or was["claim"] is None or was["claim"] != claim):
                made = Claim(
                    tip,
                    path,
                    body,
                    index,
                    key_of(self.history.genesis, body["post"], body["account"], body["occurrence"], index),
                    claim["nonce"],
                    claim["run"],
                    seconds(claim["claimed_at"]),
                    seconds(claim["send_by"]),
                    claim["commit"],
                    before,
                )
                self.claims.append(made)
                if braked:
                    self.braked.append(made)

    @cached_property
    def records(self) -> dict[str, Any]:
        """The records at the end."""
        return {path: body for path, body in self.files.items() if path.startswith("deliveries/")}

    @cached_property
    def by_key(self) -> dict[str, list[Accepted]]:
        """What was accepted, by part."""
        found: dict[str, list[Accepted]] = defaultdict(list)
        for accepted in self.history.accepted:
            found[accepted.key].append(accepted)
        return found

    @cached_property
    def approvals(self) -> dict[str, Approval]:
        """The first approval of each commit."""
        return {approval.commit: approval for approval in reversed(self.history.approvals)}

    @cached_property
    def runs(self) -> dict[str, Began]:
        """Runs by name."""
        return {began.run: began for began in self.history.began}

    def wanted(self, commit: str, post: str, account: str) -> Wanted | None:
        """The approved delivery of a commit."""
        approval = self.approvals.get(commit)
        found = (w for w in approval.wanted if (w.post, w.account) == (post, account)) if approval else iter(())
        return next(found, None)

    def claim_of(self, run: str, key: str, before: float) -> Claim | None:
        """The newest claim of a run on a part that stood at an instant."""
        found = [c for c in self.claims if c.run == run and c.key == key and c.tip.at <= before]
        return found[-1] if found else None

    def state(self, path: str, index: int, at: float) -> str:
        """How a part stood at an instant."""
        steps = (s for s in reversed(self.steps) if s.path == path and s.index == index and s.tip.at <= at)
        return next((str(step.part["state"]) for step in steps), ABSENT)

    def words(self, claim: Claim) -> tuple[str, ...]:
        """All that the claimed commit says in this delivery."""
        wanted = self.wanted(claim.commit, claim.record["post"], claim.record["account"])
        return wanted.texts if wanted else ()

    def off(self, run: str, at: float) -> bool:
        """Whether a run's clock was beyond what the check allows, or it was told another time."""
        began = self.runs.get(run)
        if began is None:
            return False
        jumped = any(j.machine == began.machine and began.at <= j.at <= at for j in self.history.jumps)
        return jumped or bool(began.shift) or run in self.history.unchecked

    def jumped(self, run: str, at: float) -> bool:
        """Whether its clock was set while it ran."""
        began = self.runs.get(run)
        return began is not None and any(
            j.machine == began.machine and began.at <= j.at <= at for j in self.history.jumps
        )


# --- the sentences --------------------------------------------------------------------------------------------------


def at_most_once(case: Case) -> Iterator[str]:
    """At most one acceptance of a part, unless a person said without looking that it was not there."""
    excused = Counter(v.key for v in case.history.verdicts if not v.published and not v.careful)
    for key, accepted in case.by_key.items():
        if len(accepted) > 1 + excused[key]:
            yield f"{accepted[0].text!r} was accepted {len(accepted)} times by {accepted[0].account}"


def only_with_a_claim(case: Case) -> Iterator[str]:
    """A request leaves only under a claim of its own run that is on the branch, once for each, within its window."""
    sent: Counter[tuple[str, str]] = Counter()
    for one in case.history.sent:
        for key in one.keys:
            sent[one.run, key] += 1
            claims = [c for c in case.claims if c.run == one.run and c.key == key and c.tip.at <= one.at]
            if len({c.nonce for c in claims}) < sent[one.run, key]:
                yield f"{one.run} sent {key[:8]} to {one.account} {sent[one.run, key]} times with {len(claims)} claims"
            elif one.at > claims[-1].tip.pushed_at + SEND_WINDOW + 2:
                late = one.at - claims[-1].tip.pushed_at
                yield f"{one.run} sent {key[:8]} to {one.account} {late:.0f} s after its claim"


def only_what_is_approved(case: Case) -> Iterator[str]:
    """What was accepted is word for word what the claimed commit said, and that commit was approved and not paused."""
    for one in case.history.accepted:
        claim = case.claim_of(one.run, one.key, one.left_at)
        if claim is None:
            continue  # the sentence above
        approval = case.approvals.get(claim.commit)
        wanted = case.wanted(claim.commit, claim.record["post"], claim.record["account"])
        if approval is None or approval.at > claim.tip.at:
            yield f"{one.text!r} was sent for {claim.commit}, which was not approved"
        elif wanted is None or claim.index >= len(wanted.texts) or wanted.texts[claim.index] != one.text:
            yield f"{one.text!r} is not what {claim.commit} says"
        elif wanted.status != "ready" or not wanted.valid:
            yield f"{one.text!r} was sent although it was {wanted.status}, valid: {wanted.valid}"
        elif approval.paused:
            yield f"{one.text!r} was sent although {claim.commit} has PAUSED"


def nothing_while_braked(case: Case) -> Iterator[str]:
    """Nothing is claimed on a tip that has the brake on."""
    for claim in case.braked:
        yield f"{claim.run} claimed {claim.path} on a braked branch"


def no_way_back(case: Case) -> Iterator[str]:
    """States only go forward; published stays, and only a person reopens what is finished."""
    yield from case.gone
    for step in case.steps:
        old, new = (step.before or {"state": ABSENT})["state"], step.part["state"]
        if old == "published" and new == "published" and step.before and step.before["remote_id"]:
            yield f"{step.path} part {step.index} was published and {step.tip.by} changed it"
        if old == new:
            continue
        legal = BY_A_PERSON.get(old, frozenset()) if step.tip.person else BY_ITSELF[old]
        if old == "sending" and step.before and step.before["claim"]["run"] == step.tip.by:
            legal |= {"expired", "cancelled"}  # proved not to be out, and given up in the same commit
        if new not in legal:
            yield f"{step.path} part {step.index} went from {old} to {new} by {step.tip.by}"


def threads_in_order(case: Case) -> Iterator[str]:
    """A part answers the one before it (a comment the first), and comes after it."""
    for one in case.history.accepted:
        claim = case.claim_of(one.run, one.key, one.left_at)
        wanted = case.wanted(claim.commit, claim.record["post"], claim.record["account"]) if claim else None
        if claim is None or wanted is None or claim.index >= len(wanted.comments):
            continue
        if claim.index == 0:
            if one.parent is not None:
                yield f"{one.text!r} is a first part and answers {one.parent}"
            continue
        before = [i for i in range(claim.index) if not wanted.comments[i]]
        answered = 0 if wanted.comments[claim.index] else before[-1] if before else 0
        yield from _answers(case, claim, one, answered)


def _answers(case: Case, claim: Claim, one: Accepted, answered: int) -> Iterator[str]:
    record = claim.record
    key = key_of(case.history.genesis, record["post"], record["account"], record["occurrence"], answered)
    recorded = record["parts"][answered]["remote_id"]
    said = any(v.key == key and v.published for v in case.history.verdicts)
    ids = {a.remote_id for a in case.by_key.get(key, []) if a.at <= one.at}
    if one.parent not in ids and not (said and one.parent == recorded):
        yield f"{one.text!r} answers {one.parent}, not one of {sorted(ids)}"


def published_is_there(case: Case) -> Iterator[str]:
    """What is recorded as published was accepted, under the recorded id, unless a person said so."""
    for path, record in case.records.items():
        for index, part in enumerate(record["parts"]):
            if part["state"] != "published" or part["settled_by"] == "person":
                continue
            key = key_of(case.history.genesis, record["post"], record["account"], record["occurrence"], index)
            if part["remote_id"] not in {a.remote_id for a in case.by_key.get(key, [])}:
                yield f"{path} part {index} is published as {part['remote_id']}, which the platform never gave it"


def nothing_too_early(case: Case) -> Iterator[str]:
    """Nothing is claimed before its time, as far as the clock check can know it."""
    for claim in case.claims:
        if not case.off(claim.run, claim.tip.at) and claim.tip.at < seconds(claim.record["publish_at"]) - SKEW:
            yield f"{claim.run} claimed {claim.path} {seconds(claim.record['publish_at']) - claim.tip.at:.0f} s early"


def nothing_too_late(case: Case) -> Iterator[str]:
    """What is more than ``max_lateness`` late is not sent, unless a thread had begun or a person wants it."""
    for claim in case.claims:
        begun = claim.index > 0 or claim.record["parts"][0]["settled_by"] == "person"
        late = claim.by_clock - seconds(claim.record["publish_at"]) - case.history.policy["max_lateness"]
        if not begun and not case.off(claim.run, claim.tip.at) and late > SEND_WINDOW + SKEW:
            yield f"{claim.run} claimed {claim.path} {late:.0f} s too late"


def accounts_in_order(case: Case) -> Iterator[str]:
    """No post overtakes an earlier one of its account that could have gone, or that another run is sending."""
    for claim in case.claims:
        if claim.index or case.off(claim.run, claim.tip.at):
            continue
        approval = case.approvals.get(claim.commit)
        for wanted in approval.wanted if approval else ():
            if wanted.account == claim.record["account"] and wanted.post != claim.record["post"]:
                yield from _overtaken(case, claim, wanted)


def _overtaken(case: Case, claim: Claim, wanted: Wanted) -> Iterator[str]:
    if wanted.kind != "at" or wanted.at is None or wanted.status != "ready" or not wanted.valid:
        return
    if (
        wanted.at >= seconds(claim.record["publish_at"])
        or wanted.at + case.history.policy["max_lateness"] < claim.tip.at
    ):
        return
    earlier = [r for r in claim.before.values() if (r["post"], r["account"]) == (wanted.post, wanted.account)]
    if not earlier:
        if not _repeats(case, claim, wanted):
            yield f"{claim.path} overtakes {wanted.post}, which nobody had claimed"
        return
    part = next((p for p in earlier[0]["parts"] if p["state"] != "published"), None)
    # With an answer on record, however unknown, that run has sent it: what is in doubt holds nothing else up.
    other = part and part["claim"] and part["claim"]["run"] != claim.run and part["error"] is None
    if part and part["state"] == "sending" and other and claim.by_clock < seconds(part["claim"]["send_by"]):
        yield f"{claim.path} overtakes {wanted.post}, which {part['claim']['run']} is sending"


def _repeats(case: Case, claim: Claim, wanted: Wanted) -> bool:
    """Whether the words may have been out before, so that the post is held."""
    return not wanted.allow_repeat and _said_elsewhere(case, wanted)


def gaps_are_kept(case: Case) -> Iterator[str]:
    """Between two posts of an account lies ``min_gap``, as far as clocks can tell."""
    gap = case.history.policy["min_gap"]
    first: dict[str, Accepted] = {}
    for one in sorted(case.history.accepted, key=lambda a: a.left_at):
        claim = case.claim_of(one.run, one.key, one.left_at)
        if claim is None or claim.index:
            continue
        before, first[one.account] = first.get(one.account), one
        if not gap or before is None or before.key == one.key:
            continue
        # The gap runs from when the one before was recorded, by the clock of its run as it was then.
        strict = not case.off(one.run, one.left_at) and not case.off(before.run, one.left_at)
        if strict and one.left_at - before.left_at < gap - 2 * SKEW - SEND_WINDOW:
            yield f"{one.text!r} left {one.left_at - before.left_at:.0f} s after {before.text!r}"


def slots_are_taken_once(case: Case) -> Iterator[str]:
    """No two queued deliveries of an account have one slot."""
    queued = {(w.post, w.account) for a in case.history.approvals for w in a.wanted if w.kind == "queue"}
    others = {(w.post, w.account) for a in case.history.approvals for w in a.wanted if w.kind != "queue"}
    taken: dict[tuple[str, str], str] = {}
    for path, record in case.records.items():
        if (record["post"], record["account"]) in queued - others:
            slot = (record["account"], record["publish_at"])
            if slot in taken:
                yield f"{path} and {taken[slot]} have the slot {record['publish_at']}"
            taken[slot] = path


def repeats_never_burst(case: Case) -> Iterator[str]:
    """An occurrence is not begun when a later one of the same repeat is due."""
    for claim in case.claims:
        wanted = case.wanted(claim.commit, claim.record["post"], claim.record["account"])
        occurrence = claim.record["occurrence"]
        by_a_person = claim.record["parts"][0]["settled_by"] == "person"
        if wanted is None or occurrence is None or claim.index or by_a_person or case.off(claim.run, claim.tip.at):
            continue
        later = [at for at in wanted.occurrences if seconds(occurrence) < at < claim.by_clock - SEND_WINDOW]
        if later:
            yield f"{claim.path} was claimed although {len(later)} later ones were due"


def the_same_words_once(case: Case) -> Iterator[str]:
    """The same words reach an account once in 30 days, unless the post allows it or repeats."""
    said: dict[tuple[str, tuple[str, ...]], Claim] = {}
    for one in sorted(case.history.accepted, key=lambda accepted: accepted.left_at):
        claim = case.claim_of(one.run, one.key, one.left_at)
        if claim is None or claim.index:
            continue
        wanted = case.wanted(claim.commit, claim.record["post"], claim.record["account"])
        if wanted is None:
            continue
        before = said.setdefault((wanted.account, wanted.texts), claim)
        again = before.record["post"] != claim.record["post"] and not wanted.allow_repeat
        if again and not case.off(claim.run, claim.tip.at):
            yield f"{claim.path} says again what {before.path} said"


def results_stay_on_disk(case: Case) -> Iterator[str]:
    """A machine forgets a result only when the branch knows it, or knows better."""
    for one in case.history.forgotten:
        for result in json.loads(one.data).get("results", ()):
            if result["state"] != "published":
                continue
            shown = [s for s in case.steps if s.path == result["path"] and s.tip.at <= one.at]
            parts = {s.index: s.part for s in shown}
            for index in range(result["first"], result["last"]):
                part = parts.get(index)
                taken_over = (
                    part is not None and part["claim"] is not None and part["claim"]["nonce"] != result["nonce"]
                )
                if part is None or (part["state"] != "published" and not taken_over):
                    yield f"{one.machine} forgot that {result['path']} part {index} was published"


def tokens_are_presented_once(case: Case) -> Iterator[str]:
    """No refresh token is presented twice, unless it stays the same, or the platform said that it was not used."""
    keeps = case.history.keeps
    used = Counter((one.account, one.token) for one in case.history.presented if not one.unused)
    for (account, token), times in used.items():
        if times > 1 and account not in keeps:
            yield f"{token!r} was presented {times} times"


def tokens_are_presented_under_a_claim(case: Case) -> Iterator[str]:
    """A refresh token leaves only under a claim of its own run that is on the branch, and within its window."""
    for one in case.history.presented:
        before = [held for held in case.held if held.account == one.account and held.tip.at <= one.at]
        attempts = [h for h in before if h.body["status"] == "refreshing" and h.body["attempt"]["run"] == one.run]
        if not attempts:
            yield f"{one.run} presented {one.token!r} without a claim"
        elif one.at > attempts[-1].tip.pushed_at + SEND_WINDOW + 2:
            yield f"{one.run} presented {one.token!r} {one.at - attempts[-1].tip.pushed_at:.0f} s after its claim"


def tokens_are_recorded_before_use(case: Case) -> Iterator[str]:
    """No access token is used that the branch did not hold."""
    since: dict[str, float] = {}
    for held in case.held:
        since.setdefault(held.body["box"]["content"]["secrets"]["access_token"], held.tip.at)
    for one in case.history.shown:
        if one.at < since.get(one.token, float("inf")):
            yield f"{one.run} used {one.token!r} before it was recorded"


def tokens_go_forward(case: Case) -> Iterator[str]:
    """A newer generation never gives way to an older one, and none is left as being renewed."""
    for held in case.held:
        if held.before and held.body["generation"] < held.before["generation"]:
            yield f"{held.tip.by} put generation {held.body['generation']} of {held.account} over a newer one"
    for held in {held.account: held for held in case.held}.values():
        if held.body["status"] == "refreshing":
            yield f"the token of {held.account} is still being renewed"


def new_tokens_are_not_forgotten(case: Case) -> Iterator[str]:
    """A machine forgets a new token only when the branch has it, or does not wait for it any more."""
    for one in case.history.forgotten:
        kept = json.loads(one.data)
        if "generation" not in kept:
            continue
        shown = [held for held in case.held if held.account == kept["account"] and held.tip.at <= one.at]
        now = shown[-1].body
        if now["generation"] < kept["generation"] and now["attempt"] == kept["attempt"]:
            yield f"{one.machine} forgot generation {kept['generation']} of {kept['account']}"


def lost_grants_are_told(case: Case) -> Iterator[str]:
    """A run that gives a grant up says so, by name and by its exit code."""
    told = {one.run: one for one in case.history.told}
    for held in case.held:
        one = told.get(held.tip.by)
        gone = held.body["status"] in ("lost", "revoked") and (held.before or {}).get("status") != held.body["status"]
        if not gone or one is None or one.at < held.tip.at:
            continue
        later = [h for h in case.held if h.account == held.account and held.tip.at < h.tip.at <= one.at]
        if later and later[-1].body["status"] != held.body["status"]:
            continue  # its new token has turned up meanwhile, and the run told where it stands
        named = any(f"`{held.account}`" in word for word in one.spoken)
        if one.code not in (1, 3, 78) or (one.code in (1, 3) and not named):
            yield f"{held.tip.by} left {held.account} {held.body['status']} and ended with {one.code}: {one.spoken}"


def credentials_are_shown(case: Case) -> Iterator[str]:
    """No request that needs a credential leaves without one."""
    for one in case.history.bare:
        yield f"{one.run}: {one.what}"


def everything_ends(case: Case) -> Iterator[str]:
    """Every approved delivery that is due ends, in a state that a person can see."""
    if case.history.unrest:
        yield case.history.unrest
    yield from case.history.crashes
    final = case.history.approvals[-1]
    for wanted in final.wanted:
        occurrences = wanted.occurrences if wanted.kind == "repeat" else (None,)
        for occurrence in occurrences:
            yield from _ended(case, wanted, occurrence)
    for path, record in case.records.items():
        for index, part in enumerate(record["parts"]):
            if part["state"] == "sending":
                yield f"{path} part {index} is still being sent"


def _ended(case: Case, wanted: Wanted, occurrence: float | None) -> Iterator[str]:
    records = [
        record
        for record in case.records.values()
        if (record["post"], record["account"]) == (wanted.post, wanted.account)
        and (record["occurrence"] is None) == (occurrence is None)
        and (occurrence is None or seconds(record["occurrence"]) == occurrence)
    ]
    name = f"{wanted.post} for {wanted.account}{'' if occurrence is None else f' at {occurrence:.0f} s'}"
    if not records:
        if not _excused(case, wanted):
            yield f"{name} has no record"
        return
    states = [part["state"] for part in records[0]["parts"]]
    first = next((state for state in states if state != "published"), "published")
    if first not in ENDS and not _excused(case, wanted):
        yield f"{name} is {first} at the end"


def _excused(case: Case, wanted: Wanted) -> bool:
    """Whether a rule of the contract holds it for good: its words are out already, or may be."""
    if wanted.allow_repeat or not _said_elsewhere(case, wanted):
        return False
    return any(wanted.post in word for told in case.history.told for word in told.spoken)


def _said_elsewhere(case: Case, wanted: Wanted) -> bool:
    return any(
        case.words(claim) == wanted.texts and claim.record["account"] == wanted.account
        for claim in case.claims
        if claim.record["post"] != wanted.post
    )


def everything_is_told(case: Case) -> Iterator[str]:
    """A run that ends tells what it settled for the worse, by its words and its exit code; what it cannot, is 75."""
    told = {one.run: one for one in case.history.told}
    for step in case.steps:
        state = step.part["state"]
        one = told.get(step.tip.by)
        if one is None or state not in ("in_doubt", "failed", "expired") or step.before == step.part:
            continue
        if step.record["superseded"] or (step.before is not None and step.before["state"] == state):
            continue
        if one.at < step.tip.at:
            continue  # a push that arrived after its run had given up, which it said
        if case.state(step.path, step.index, one.at) != state:
            continue  # somebody has gone on from there, and the run told where it stands
        codes = {"in_doubt": (3, 78), "failed": (1, 3, 78, 75), "expired": (1, 3, 78, 75)}[state]
        named = any(path == step.path for path, _ in one.records)
        if one.code not in codes or (one.code in (1, 3) and not named):
            yield f"{step.tip.by} made {step.path} {state} and ended with {one.code}: {one.problem or one.records}"


RULES = (
    at_most_once,
    only_with_a_claim,
    only_what_is_approved,
    nothing_while_braked,
    no_way_back,
    threads_in_order,
    published_is_there,
    nothing_too_early,
    nothing_too_late,
    accounts_in_order,
    gaps_are_kept,
    slots_are_taken_once,
    repeats_never_burst,
    the_same_words_once,
    results_stay_on_disk,
    tokens_are_presented_once,
    tokens_are_presented_under_a_claim,
    tokens_are_recorded_before_use,
    tokens_go_forward,
    new_tokens_are_not_forgotten,
    lost_grants_are_told,
    credentials_are_shown,
    everything_ends,
    everything_is_told,
)


def check(history: History) -> list[Finding]:
    """Everything in a history that breaks the promise."""
    case = Case(history)
    return [Finding(rule.__name__.replace("_", " "), what) for rule in RULES for what in rule(case)]
