"""What the simulation found in the engine, each as the smallest story that shows it. The seed is where it was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from typing_extensions import override

from postiz_ops.ledger.record import PartRecord, Record, State, dump, record_path
from postiz_ops.ledger.sealed import Status
from postiz_ops.ledger.view import LONG_AGO, woken
from postiz_ops.model import Account, Policy, Receipt, Repeat, Schedule
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Found, Http, Lookup, NotReady
from postiz_ops.publish.branch import StateBranch
from postiz_ops.publish.changes import Outcome, Settle, dump_settles
from postiz_ops.publish.effects import Snapshot
from postiz_ops.publish.tokens import Tokens
from tests.publish.renewing import RenewingWorld
from tests.publish.world import SPEC, START, FakePlatform, World, draft, drive


def at_the_first_push(world: World, meanwhile: Callable[[], None]) -> None:
    """Somebody else is quicker: something happens between a run's look and its push."""
    push, done = world.ledger.push, list[bool]()

    async def racing(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if not done:
            done.append(True)
            meanwhile()
        await push(base, writes, message)

    world.ledger.push = racing  # type: ignore[method-assign]


def put(world: World, record: Record) -> None:
    """Another run records something."""
    world.ledger.files[record_path(record.post, record.account, record.occurrence)] = dump(record)
    world.ledger.head += 1


def record(post: str, state: State, **part: object) -> Record:
    parts = (replace(PartRecord(), state=state, **part),)  # type: ignore[arg-type]
    return Record(post, f"content/{post}.md", "one", "fake", None, START, parts)


def wake(world: World) -> object:
    index = world.ledger.view().index
    return index.next_wake if index else "no index"


def test_what_another_run_is_sending_is_not_overtaken() -> None:
    """Seed 9. The first run has claimed and not answered yet: nobody can tell whether its request has left."""
    world = World(drafts=(draft("a"),))

    def die() -> None:
        raise KeyboardInterrupt

    world.wire.on_publish = die
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.wire.on_publish = lambda: None
    world.drafts, world.ledger.approved = (draft("a"), draft("b")), "commit-2"
    assert (world.later(seconds=30).run().exit_code, world.texts()) == (0, [])
    assert (world.later(seconds=31).run().exit_code, world.texts()) == (0, ["text of b"])


def test_a_gap_counts_from_what_may_have_gone_out() -> None:
    """Seed 21."""
    world = World(policy=Policy(min_gap=timedelta(hours=1)), drafts=(draft("a"), draft("b")))
    world.wire.script = ["dropped"]
    world.run()
    assert (world.later(minutes=59).run().exit_code, world.texts()) == (3, [])
    assert (world.later(minutes=2).run().exit_code, world.texts()) == (0, ["text of b"])


def test_words_that_may_be_out_are_not_repeated() -> None:
    """Seed 76."""
    world = World(drafts=(draft("a", "one", "same"), draft("b", "one", "same")))
    world.wire.script = ["dropped"]
    report = world.run()
    assert (world.states(), len(world.wire.script), world.texts()) == ({"a/one": "sending"}, 0, [])
    assert ["may have sent the same text" in warning for warning in report.warnings] == [True]


def test_a_post_that_could_not_be_claimed_is_not_overtaken_in_the_same_run() -> None:
    """Seed 41: the approved branch moved between the look and the claim."""
    world = World(drafts=(draft("a", at=START - timedelta(minutes=1)), draft("b")))
    at_the_first_push(world, lambda: setattr(world.ledger, "approved", "commit-2"))
    world.run()
    assert world.texts() == ["text of a", "text of b"]


def test_a_claim_is_decided_again_on_the_tip_that_it_is_pushed_to() -> None:
    """Seed 51: another run has published for the account meanwhile, and the gap is not over."""
    world = World(policy=Policy(min_gap=timedelta(hours=1)), drafts=(draft("a"),))
    other = record("other", State.PUBLISHED, remote_id="9", published_at=START)
    at_the_first_push(world, lambda: put(world, other))
    world.ledger.push_script = ["lost"]
    world.run()
    assert (world.texts(), "a/one" in world.states()) == ([], False)


def test_a_slot_is_given_again_when_somebody_was_quicker() -> None:
    """Seed 1093."""
    world = World(slots=("09:30", "11:00"), drafts=(draft("a", kind="queue"),))
    other = replace(record("other", State.SCHEDULED), publish_at=START + timedelta(minutes=30))
    at_the_first_push(world, lambda: put(world, other))
    world.ledger.push_script = ["lost"]
    world.run()
    slots = {r.post: r.publish_at for r in world.ledger.view().records.values()}
    assert slots["a"] == START + timedelta(hours=2)


def test_an_occurrence_that_waits_for_another_attempt_gives_way_to_the_next() -> None:
    """Seed 123."""
    schedule = Schedule("at", START, START.replace(tzinfo=None), Repeat("FREQ=HOURLY"))
    world = World(drafts=(replace(draft("a"), schedule=schedule),))
    world.wire.script = ["not sent"]
    world.run()
    world.later(hours=1).run()
    states = {r.occurrence: r.state for r in world.ledger.view().records.values()}
    assert states == {START: State.EXPIRED, START + timedelta(hours=1): State.PUBLISHED}
    assert len(world.wire.posts) == 1


class Converting(FakePlatform):
    """Works on an upload the first time that it sees it, for longer than until the next occurrence."""

    @override
    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> JSON:
        if dispatch.prepared is None:
            raise NotReady({"upload": 1}, "it is being converted", seconds=3700)
        return dispatch.prepared


def test_an_occurrence_gives_way_to_the_next_whose_upload_is_worked_on() -> None:
    """Seed 41 of the later world: the first was sent when both had come due."""
    schedule = Schedule("at", START, START.replace(tzinfo=None), Repeat("FREQ=HOURLY"))
    world = World(platform=Converting(), drafts=(replace(draft("a"), schedule=schedule),))
    world.run()
    world.later(hours=1).run()
    states = {r.occurrence: r.state for r in world.ledger.view().records.values()}
    assert states == {START: State.EXPIRED, START + timedelta(hours=1): State.RETRY}


class ByWords(FakePlatform):
    """A list in which a post is known by its words, as on most platforms."""

    LISTING = replace(SPEC, lookup=Lookup.LISTING)

    @override
    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        posts = (await http.get("/posts")).json["posts"]
        ids = [post["id"] for post in posts if post["text"] == dispatch.part.text]
        return Found((Receipt(ids[0]),)) if ids else Absent()


def test_a_post_of_another_delivery_is_no_evidence() -> None:
    """Seed 257: it was recorded as published, and had never been out."""
    world = World(
        platform=ByWords(ByWords.LISTING),
        drafts=(draft("a", "one", "same"), draft("b", "one", "same", allow_repeat=True)),
    )
    world.wire.script = ["ok", "dropped"]
    world.run()
    assert world.states() == {"a/one": "published", "b/one": "sending"}
    assert (world.later(minutes=16).run().exit_code, world.states()["b/one"]) == (3, "in_doubt")


def test_a_post_that_another_run_claims_meanwhile_is_no_evidence() -> None:
    """Seed 1003678: the look-up was right when it was made, and wrong when its result was pushed."""
    world = World(platform=ByWords(ByWords.LISTING), drafts=(draft("a", "one", "same"),))
    world.wire.script, world.wire.listing = ["dropped"], "no connection"
    world.run()
    (sending,) = world.ledger.view().records.values()
    world.wire.listing = "ok"
    world.wire.posts.append({"text": "same", "key": "of b", "parent": None, "id": "7"})
    published = PartRecord(State.PUBLISHED, remote_id="7", published_at=START)
    other = replace(sending, post="b", parts=(published,))
    at_the_first_push(world, lambda: put(world, other))
    world.ledger.push_script = ["lost"]
    world.later(minutes=16).run()
    assert world.states() == {"a/one": "sending", "b/one": "published"}
    assert (world.run().exit_code, world.states()["a/one"]) == (3, "in_doubt")


def test_a_run_that_dies_after_its_claim_is_followed_by_another() -> None:
    """Seed 1113: the index said that nothing could be due, and nobody looked."""
    world = World(drafts=(draft("a"),))
    world.ledger.fetch_script = ["ok", *["unreachable"] * 20]
    assert world.run().exit_code == 75
    assert (world.states(), wake(world)) == ({"a/one": "sending"}, LONG_AGO)
    world.ledger.fetch_script = []
    world.later(minutes=16).run()
    assert wake(world) is None


def test_a_decision_of_a_person_is_followed_by_a_run() -> None:
    """Seed 105: what was resolved as not published waited behind an index that said nothing was to do."""
    world = World(drafts=(draft("a"),))
    world.run()
    assert wake(world) is None
    world.ledger.files |= woken(world.ledger.view())
    assert wake(world) == LONG_AGO
    assert woken(World().ledger.view()) == {}


def test_what_is_being_sent_is_looked_up_even_when_its_post_is_gone() -> None:
    """Seed 239: the index forgot it."""
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    world.run()
    world.drafts, world.ledger.approved = (), "commit-2"
    world.run()
    assert wake(world) == START + timedelta(minutes=15)


def test_a_thread_that_was_cut_where_it_stands_is_complete() -> None:
    """Seed 338."""
    world = World(drafts=(draft("a", "one", "1", "2", "3"),))
    world.wire.script = ["ok", "not sent"]
    world.run()
    world.drafts, world.ledger.approved = (draft("a", "one", "1"),), "commit-2"
    assert (world.later(minutes=5).run().exit_code, world.states(), world.texts()) == (0, {"a/one": "published"}, ["1"])


def test_a_run_that_loses_the_remote_while_it_waits_tells_what_it_did() -> None:
    """Seed 412."""
    world = World(drafts=(draft("a"), draft("b", at=START + timedelta(minutes=5))))
    world.wire.script = ["status 422"]
    sleep = world.clock.sleep

    async def asleep(seconds: float) -> None:
        await sleep(seconds)
        world.ledger.fetch_script = ["unreachable"]

    world.clock.sleep = asleep  # type: ignore[method-assign]
    report = world.run(lookahead=timedelta(minutes=10))
    assert (report.exit_code, report.unfinished, report.count(State.FAILED)) == (1, True, 1)


def test_proof_that_it_was_published_beats_a_person_who_did_not_see_it() -> None:
    """Seed 824."""
    world = World(drafts=(draft("a"),))
    world.ledger.push_script = ["ok", *["lost"] * 20]
    world.run()
    path, sending = next(iter(world.ledger.view().records.items()))
    world.ledger.push_script = []
    put(world, sending.with_part(0, sending.part.to(State.RETRY, settled_by="person")))
    assert path
    assert (world.run().exit_code, world.states(), len(world.wire.posts)) == (0, {"a/one": "published"}, 1)


def test_a_result_stays_on_disk_until_the_branch_shows_its_claim() -> None:
    """Seed 1313: a run had looked before the claim was made, and found nothing to record."""
    world = World(drafts=())
    result = Settle("deliveries/x.json", "n", 0, 1, Outcome(State.PUBLISHED, (Receipt("1"),)), START)
    world.spool["other.json"] = dump_settles((result,))
    assert (world.run().exit_code, list(world.spool)) == (0, ["other.json"])


def test_an_older_tip_than_before_decides_nothing() -> None:
    """Seed 824: a replica that lags made a result look superfluous."""
    world = World(drafts=(draft("a"),))
    fetch, older = world.ledger.fetch, Snapshot("1", dict(world.ledger.files), "commit-1")
    answers = ["now", "now", "older"]

    async def lagging() -> Snapshot:
        return older if answers and answers.pop(0) == "older" else await fetch()

    world.ledger.fetch = lagging  # type: ignore[method-assign]
    assert (world.run().exit_code, world.states(), dict(world.spool)) == (0, {"a/one": "published"}, {})


def test_what_a_rule_holds_is_told_in_every_run() -> None:
    """Seed 242."""
    world = World(drafts=(draft("a", explicit_id=False),))
    world.run()
    world.drafts = (draft("renamed", "one", "text of a", explicit_id=False),)
    world.ledger.approved = "commit-2"
    for _ in range(2):
        (warning,) = world.run().warnings
        assert "it was published as `a` before it was renamed" in warning


def test_a_queued_post_that_a_rule_holds_is_told_before_it_has_a_slot() -> None:
    """Seed 1000997: its slot moved on before it came, for ever, and nobody heard of it."""
    world = World(slots=("09:30",), drafts=(draft("a"),))
    world.run()
    world.drafts = (draft("a"), draft("b", "one", "text of a", kind="queue"))
    world.ledger.approved = "commit-2"
    assert ["`a` sent the same text" in warning for warning in world.run().warnings] == [True]


def test_more_than_the_brake_allows_is_not_published_by_a_run_that_is_under_way() -> None:
    """Found by reading: the brake was looked at when a run began, and never again."""
    world = World(policy=Policy(max_per_run=3), drafts=(draft("a", "one", "1", "2", "3"),))

    def merge() -> None:
        world.drafts = (*world.drafts[:1], *(draft(f"b{i}", "two") for i in range(4)))
        world.ledger.approved = "commit-2"

    world.wire.on_publish = merge
    assert (world.run().exit_code, world.texts()) == (75, ["1", "2"])


def test_a_remote_that_stays_behind_is_temporary() -> None:
    """Never taken for a decision: the results wait on disk."""
    world = World(drafts=(draft("a"),))
    older = Snapshot("1", dict(world.ledger.files), "commit-1")
    fetch, calls = world.ledger.fetch, list[int]()

    async def stuck() -> Snapshot:
        calls.append(1)
        return await fetch() if len(calls) < 3 else older

    world.ledger.fetch = stuck  # type: ignore[method-assign]
    report = world.run()
    assert (report.exit_code, report.unrecorded, len(world.spool)) == (75, True, 1)


def test_a_part_that_is_cut_when_it_has_just_failed_is_not_missed() -> None:
    """Seed 3001393: the run took its own tip, in which its last part was gone, for an older one."""
    world = World(drafts=(draft("a", "one", "x", "y", "z"),))
    world.wire.script = ["ok", "ok", "not sent"]
    push = world.ledger.push

    async def racing(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if message.startswith("Record") and world.ledger.approved == "commit-1":
            world.drafts, world.ledger.approved = (draft("a", "one", "w"),), "commit-2"
            world.ledger.head += 1
        await push(base, writes, message)

    world.ledger.push = racing  # type: ignore[method-assign]
    report = world.run()
    assert (report.exit_code, world.states(), world.spool) == (0, {"a/one": "published"}, {})
    [kept] = world.ledger.view().records.values()
    assert [part.remote_id for part in kept.parts] == ["1", "2"]


def test_the_result_of_a_part_that_was_cut_does_not_stay_on_disk() -> None:
    """Seed 3001393: it was looked for in every run of that machine."""
    world = World(drafts=(draft("a"),))
    world.run()
    [(path, kept)] = world.ledger.view().records.items()
    assert kept.part.claim is not None
    unsent = Settle(path, "0" * 32, 1, 2, Outcome(State.RETRY), START)
    world.spool.write("run-9.1.json", dump_settles((unsent,)))
    world.run()
    assert world.spool == {}


def test_a_new_token_stays_on_disk_until_the_branch_has_it() -> None:
    """Seed 1855: the remote showed the tip from before the claim, which did not seem to wait for a token."""
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(hours=2)),))
    world.later(hours=2)
    ledger = world.ledger
    before, fetch, push = Snapshot(str(ledger.head), dict(ledger.files), ledger.approved), ledger.fetch, ledger.push

    async def stale() -> Snapshot:
        ledger.fetch = fetch  # type: ignore[method-assign]
        return before

    async def lost(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if not message.startswith("Record tokens"):
            return await push(base, writes, message)
        ledger.push, ledger.fetch = push, stale  # type: ignore[method-assign]
        return None

    ledger.push = lost  # type: ignore[method-assign]
    assert world.run().exit_code == 0
    assert (world.sealed.generation, world.server.presented, world.spool) == (2, ["refresh-0"], {})
    assert world.texts() == ["text of launch"]


def test_a_token_is_presented_once_whatever_an_older_tip_makes_of_it() -> None:
    """Seed 3006572: the tip from before the claim was seen again, and the claim then taken for a new one."""
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(hours=2)),))
    world.later(hours=2)
    world.server.script = ["dropped"]
    ledger = world.ledger
    before, fetch, push = Snapshot(str(ledger.head), dict(ledger.files), ledger.approved), ledger.fetch, ledger.push

    async def stale() -> Snapshot:
        ledger.fetch = fetch  # type: ignore[method-assign]
        return before

    async def lost(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if not message.startswith("Record tokens"):
            return await push(base, writes, message)
        ledger.push, ledger.fetch = push, stale  # type: ignore[method-assign]
        return None

    ledger.push = lost  # type: ignore[method-assign]
    world.run()
    world.later(minutes=20).run()
    assert (world.server.presented, world.sealed.status) == (["refresh-0"], Status.LOST)


def test_a_refused_token_of_an_account_that_is_switched_off_is_waited_for_no_more() -> None:
    """Seed 5001232: the run went round and round, without anything to do."""
    world = RenewingWorld()
    world.later(hours=1)
    effects = world.effects()

    async def refused() -> bool:
        branch = StateBranch(effects.ledger, effects.clock, effects.token, lambda *_: None, safe=effects.safe)
        await branch.look()
        tokens = Tokens(effects, {"fake": world.platform}, branch, "run-1")
        waited = tokens.force(world.account) and tokens.forced
        await tokens.keep([])
        return waited and not tokens.forced

    assert drive(refused())


def test_a_claim_that_comes_through_late_sends_nothing_else_than_it_says() -> None:
    """Seed 3014817: the claim's push seemed lost, the post was changed, and the changed one went out under it."""
    world = World(drafts=(draft("a", "one", "before"),))
    push, late = world.ledger.push, list[tuple[Snapshot, Mapping[str, bytes], str]]()

    async def delayed(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if message.startswith("Claim") and not late:
            late.append((base, writes, message))
            world.drafts = (draft("a", "one", "after"),)
            world.ledger.approved = "commit-2"
            return
        if message.startswith("Claim") and len(late) == 1:
            late.append(late[0])
            await push(*late[0])
        await push(base, writes, message)

    world.ledger.push = delayed  # type: ignore[method-assign]
    world.run()
    assert world.texts() == []
    assert world.states() == {"a/one": "retry"}
    world.later(minutes=5).run()
    assert world.texts() == ["after"]
    (record,) = world.ledger.view().records.values()
    assert record.part.claim is not None
    assert record.part.claim.commit == "commit-2"
