"""The delivery protocol, one sentence of its promise a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from postiz_ops.errors import Refused, Temporary
from postiz_ops.ledger.record import State
from postiz_ops.ledger.view import INDEX, Genesis, genesis_file
from postiz_ops.model import Account, Policy, Receipt, Schedule
from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch, Http, Threads
from postiz_ops.publish.effects import Snapshot
from tests.publish.world import SPEC, START, FakePlatform, World, draft, drive


def test_what_is_due_goes_out_and_is_recorded_by_two_pushes() -> None:
    world = World(drafts=(draft("a"), draft("b", "two")))
    report = world.run()
    assert world.texts() == ["text of a", "text of b"]
    assert world.states() == {"a/one": "published", "b/two": "published"}
    assert (report.exit_code, report.count(State.PUBLISHED), world.ledger.pushes) == (0, 2, 2)


def test_a_second_run_sends_and_pushes_nothing() -> None:
    world = World(drafts=(draft("a"),))
    world.run()
    pushes = world.ledger.pushes
    report = world.run()
    assert (world.texts(), world.ledger.pushes, report.records) == (["text of a"], pushes, ())


def test_what_is_not_due_waits_and_the_index_says_until_when() -> None:
    world = World(drafts=(draft("a", at=START + timedelta(hours=3)),))
    world.run()
    assert world.texts() == []
    index = world.ledger.view().index
    assert index is not None
    assert (index.tree, index.next_wake) == ("tree of commit-1", START + timedelta(hours=3))


def test_a_claim_is_durable_before_anything_is_sent() -> None:
    world = World(drafts=(draft("a"),))
    seen: list[dict[str, str]] = []
    world.wire.on_publish = lambda: seen.append(world.states())
    world.run()
    assert seen == [{"a/one": "sending"}]


def test_posts_of_one_account_keep_their_order() -> None:
    early, late = draft("z", at=START - timedelta(minutes=2)), draft("a", at=START - timedelta(minutes=1))
    world = World(drafts=(late, early))
    world.run()
    assert world.texts() == ["text of z", "text of a"]


@pytest.mark.parametrize("what", ["lost", "kept 500", "malformed"])
def test_an_unknown_answer_that_is_found_is_published(what: str) -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = [what]
    report = world.run()
    assert (world.states(), report.exit_code, len(world.wire.posts)) == ({"a/one": "published"}, 0, 1)


def test_an_unknown_answer_that_is_not_found_waits_for_its_lease_and_then_for_a_person() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["dropped"]
    assert (world.run().exit_code, world.states()) == (75, {"a/one": "sending"})
    assert (world.later(minutes=5).run().exit_code, world.states()) == (0, {"a/one": "sending"})
    assert (world.later(minutes=11).run().exit_code, world.states()) == (3, {"a/one": "in_doubt"})
    assert (world.later(hours=1).run().exit_code, world.texts()) == (0, [])


def test_what_turns_up_before_the_lease_ends_is_published_and_never_sent_again() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    assert world.run().exit_code == 75
    world.wire.listing = "ok"
    assert world.later(minutes=16).run().exit_code == 0
    assert (world.states(), len(world.wire.posts)) == ({"a/one": "published"}, 1)


def test_a_look_up_that_does_not_answer_is_no_evidence() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    world.run()
    assert (world.later(minutes=16).run().exit_code, world.states()) == (75, {"a/one": "sending"})


def test_a_look_up_that_does_not_answer_for_a_day_is_a_doubt() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    world.run()
    assert (world.later(hours=23).run().exit_code, world.states()) == (75, {"a/one": "sending"})
    assert (world.later(hours=2).run().exit_code, world.states()) == (3, {"a/one": "in_doubt"})


def test_where_nothing_can_be_looked_up_doubt_is_the_honest_end() -> None:
    world = World(platform=FakePlatform(blind=True), drafts=(draft("a"),))
    world.wire.script = ["lost"]
    world.run()
    report = world.later(minutes=16).run()
    assert (report.exit_code, world.states(), len(world.wire.posts)) == (3, {"a/one": "in_doubt"}, 1)
    assert "no list of posts" in (report.records[0].part.error or pytest.fail("no reason")).message


def test_a_doubt_blocks_nothing_but_its_own_thread() -> None:
    world = World(drafts=(draft("a", "one", "1", "2"), draft("b", at=START + timedelta(minutes=30))))
    world.wire.script = ["dropped"]
    world.run()
    world.later(minutes=31).run()
    assert (world.texts(), world.states()) == (["text of b"], {"a/one": "in_doubt", "b/one": "published"})


def test_an_unknown_answer_of_another_run_does_not_hold_up_the_account() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["dropped"]
    world.run()
    world.drafts, world.ledger.approved = (*world.drafts, draft("b")), "commit-2"
    world.later(seconds=5).run()
    assert (world.texts(), world.states()) == (["text of b"], {"a/one": "sending", "b/one": "published"})


def test_what_another_run_found_meanwhile_is_told_as_it_stands() -> None:
    """The first run has sent, and its results reach the branch after a look-up of the second one did."""
    world = World(drafts=(draft("a"),))
    other = World(drafts=world.drafts, wire=world.wire, clock=world.clock, ledger=world.ledger)
    push = world.ledger.push

    async def slow(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if message.startswith("Record"):
            world.ledger.push = push  # type: ignore[method-assign]
            assert other.later(hours=1).run().exit_code == 0
        await push(base, writes, message)

    world.ledger.push = slow  # type: ignore[method-assign]
    report = world.run()
    assert [(record.state, record.part.remote_id) for record in report.records] == [(State.PUBLISHED, "1")]
    assert report.exit_code == 0


def test_a_refusal_is_final_and_told() -> None:
    world = World(drafts=(draft("a"), draft("b")))
    world.wire.script = ["status 422"]
    report = world.run()
    assert (report.exit_code, world.states()) == (1, {"a/one": "failed", "b/one": "published"})
    assert (world.later(minutes=30).run().exit_code, world.texts()) == (0, ["text of b"])


def test_a_throttled_account_waits_as_long_as_it_was_told_and_so_do_its_other_posts() -> None:
    world = World(drafts=(draft("a"), draft("b"), draft("c", "two")))
    world.wire.script = ["status 429"]
    report = world.run()
    assert (report.exit_code, world.texts()) == (75, ["text of c"])
    assert world.states() == {"a/one": "retry", "c/two": "published"}
    assert world.later(seconds=60).run().records == ()
    assert (world.later(seconds=61).run().exit_code, world.texts()) == (0, ["text of c", "text of a", "text of b"])


def test_what_did_not_leave_is_tried_again_later() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["not sent"]
    assert (world.run().exit_code, world.states()) == (75, {"a/one": "retry"})
    assert (world.later(minutes=5).run().exit_code, world.states()) == (0, {"a/one": "published"})


def test_a_retry_time_of_the_past_is_not_tried_twice_in_one_run() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["not sent", "not sent"]
    world.run(shift=timedelta(hours=2))
    assert world.wire.script == ["not sent"]


def test_a_missing_credential_holds_the_delivery_until_it_changes() -> None:
    world = World(drafts=(draft("a"),))
    world.vault.tokens["one"] = ""
    report = world.run()
    assert (report.exit_code, world.states()) == (1, {"a/one": "held"})
    assert "POSTIZ_ONE_ACCESS_TOKEN" in (report.records[0].part.error or pytest.fail("no reason")).message
    again = world.run()
    assert (again.exit_code, again.records, len(again.warnings)) == (1, (), 1)
    world.vault.tokens["one"] = "new"
    assert (world.run().exit_code, world.states()) == (0, {"a/one": "published"})


def test_a_refused_credential_is_no_doubt() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["status 401"]
    report = world.run()
    assert (report.exit_code, report.records[0].state) == (1, State.HELD)
    assert (report.records[0].part.error or pytest.fail("no reason")).kind == "reauthorize"


def test_a_thread_goes_out_part_by_part_each_answering_the_one_before() -> None:
    world = World(drafts=(draft("a", "one", "1", "2", "3", "comment", comment=True),))
    assert world.run().exit_code == 0
    assert [(p["text"], p["parent"]) for p in world.wire.posts] == [
        ("1", None),
        ("2", "1"),
        ("3", "2"),
        ("comment", "1"),
    ]


def test_a_broken_thread_goes_on_where_it_stopped() -> None:
    world = World(drafts=(draft("a", "one", "1", "2", "3"),))
    world.wire.script = ["ok", "not sent"]
    assert (world.run().exit_code, world.states(), world.texts()) == (75, {"a/one": "retry"}, ["1"])
    assert (world.later(minutes=5).run().exit_code, world.texts()) == (0, ["1", "2", "3"])


def test_an_atomic_thread_is_one_mutation() -> None:
    world = World(platform=FakePlatform(replace(SPEC, threads=Threads.ATOMIC)), drafts=(draft("a", "one", "1", "2"),))
    report = world.run()
    assert (world.texts(), report.records[0].remote_ids) == (["1", "2"], ("1", "2"))
    assert sum(r.url.endswith("/publish") for r in world.wire.requests) == 1


@pytest.mark.parametrize("script", [["lost"], ["lost", "lost"], ["ok", "lost"]])
def test_pushes_that_are_lost_are_pushed_again_and_nothing_is_sent_twice(script: list[str]) -> None:
    world = World(drafts=(draft("a"),))
    world.ledger.push_script = script
    assert (world.run().exit_code, world.texts(), world.states()) == (0, ["text of a"], {"a/one": "published"})


def test_without_a_claim_nothing_is_sent() -> None:
    world = World(drafts=(draft("a"),))
    world.ledger.push_script = ["lost"] * 20
    assert (world.run().exit_code, world.texts(), world.states()) == (75, [], {})


def test_a_remote_that_goes_away_before_the_claim_is_seen_stops_the_run() -> None:
    world = World(drafts=(draft("a"),))
    world.ledger.fetch_script = ["ok", *["unreachable"] * 20]
    assert (world.run().exit_code, world.texts()) == (75, [])


def test_an_unreachable_remote_is_temporary() -> None:
    world = World(drafts=(draft("a"),))
    world.ledger.fetch_script = ["unreachable"]
    with pytest.raises(Temporary):
        world.run()


def test_results_that_cannot_be_pushed_are_spooled_and_recorded_by_the_next_run() -> None:
    world = World(drafts=(draft("a"),))
    world.ledger.push_script = ["ok", *["lost"] * 20]
    report = world.run()
    assert (report.exit_code, report.unrecorded, world.states()) == (75, True, {"a/one": "sending"})
    assert list(world.spool) == ["run-1.1.json"]
    world.ledger.push_script = []
    assert (world.run().exit_code, world.states(), len(world.wire.posts)) == (0, {"a/one": "published"}, 1)
    assert not world.spool


def test_a_damaged_spool_is_left_alone() -> None:
    world = World(drafts=(draft("a"),))
    world.spool["x.json"] = b"{"
    assert (world.run().exit_code, list(world.spool)) == (0, ["x.json"])


def test_two_runs_at_once_send_each_post_once() -> None:
    world = World(drafts=(draft("a"), draft("b", "two")))
    first, second = world.publisher(), world.publisher()
    push, raced = world.ledger.push, list[str]()

    async def racing(base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if not raced:  # the second run does everything between the first one's look and its push
            raced.append("second")
            await second.run()
        await push(base, writes, message)

    world.ledger.push = racing  # type: ignore[method-assign]
    report = drive(first.run())
    assert sorted(world.texts()) == ["text of a", "text of b"]
    assert (report.records, report.exit_code) == ((), 0)


def test_a_claim_of_another_run_is_not_touched_until_its_lease_ends() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    world.run()
    world.wire.listing = "ok"
    assert world.later(minutes=14).run().records == ()


def test_too_late_is_expired_and_told_and_never_sent() -> None:
    world = World(drafts=(draft("a", at=START - timedelta(hours=25)),))
    report = world.run()
    assert (report.exit_code, world.states(), world.texts()) == (1, {"a/one": "expired"}, [])
    assert world.run().exit_code == 0


def test_more_than_the_brake_allows_publishes_nothing() -> None:
    drafts = tuple(draft(f"p{i}") for i in range(4))
    world = World(policy=Policy(max_per_run=3), drafts=drafts)
    with pytest.raises(Refused, match="4 deliveries are due at once"):
        world.run()
    assert world.texts() == []
    assert world.run(allow_many=True).count(State.PUBLISHED) == 4


def test_an_account_keeps_within_the_publishing_budget_of_its_platform() -> None:
    rates = (base.Rate("posts", 2, 3600, "account", "https://fake.example", posts=True),)
    drafts = (*(draft(f"p{i}") for i in range(3)), draft("other", "two"))
    world = World(platform=FakePlatform(replace(SPEC, rates=rates)), drafts=drafts)
    report = world.run()
    assert (report.exit_code, sorted(world.texts())) == (75, ["text of other", "text of p0", "text of p1"])
    assert report.warnings == ("account `one` waits: it has used up 2 posts in 60 min",)
    assert (world.later(minutes=59).run().exit_code, len(world.texts())) == (75, 3)
    assert (world.later(minutes=2).run().exit_code, world.texts()[-1]) == (0, "text of p2")


def test_a_gap_between_posts_of_an_account_is_kept() -> None:
    world = World(policy=Policy(min_gap=timedelta(hours=1)), drafts=(draft("a"), draft("b"), draft("c", "two")))
    world.run()
    assert world.texts() == ["text of a", "text of c"]
    assert world.later(minutes=59).run().records == ()
    world.later(minutes=2).run()
    assert world.texts() == ["text of a", "text of c", "text of b"]


def test_the_same_text_to_the_same_account_is_held() -> None:
    world = World(drafts=(draft("a", "one", "same"), draft("b", "one", "same"), draft("c", "two", "same")))
    world.run()
    assert [post["text"] for post in world.wire.posts] == ["same", "same"]
    assert world.states() == {"a/one": "published", "c/two": "published"}
    world.drafts = (*world.drafts[:1], draft("b", "one", "same", allow_repeat=True))
    world.ledger.approved = "commit-2"
    world.run()
    assert world.states()["b/one"] == "published"


def test_a_renamed_post_is_not_sent_again() -> None:
    world = World(drafts=(draft("a", explicit_id=False),))
    world.run()
    world.drafts = (draft("renamed", "one", "text of a", explicit_id=False),)
    world.ledger.approved = "commit-2"
    assert (world.run().records, world.texts()) == ((), ["text of a"])


def test_paused_publishes_nothing_and_says_so() -> None:
    world = World(drafts=(draft("a"),), paused="embargo")
    report = world.run()
    assert (report.exit_code, report.warnings, world.texts()) == (0, ("publishing is paused: embargo",), [])


def test_an_account_whose_server_changed_is_held_before_anything_is_resolved() -> None:
    world = World(drafts=(draft("a"),))
    world.run()
    world.drafts = (draft("b"),)
    config = world.config
    moved = {"one": replace(config().accounts["one"], origin="https://evil.example")}
    world.config = lambda: replace(config(), accounts=moved)  # type: ignore[method-assign]
    world.ledger.approved = "commit-2"
    asked = len(world.wire.requests)
    report = world.run()
    assert (report.records, len(world.wire.requests)) == ((), asked)


def test_a_server_that_is_not_trusted_is_not_even_asked_what_became_of_a_post() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    world.run()
    config = world.config
    moved = {"one": replace(config().accounts["one"], origin="https://evil.example")}
    world.config = lambda: replace(config(), accounts=moved)  # type: ignore[method-assign]
    world.ledger.approved, world.wire.listing = "commit-2", "ok"
    asked = len(world.wire.requests)
    report = world.later(minutes=16).run()
    assert (report.exit_code, world.states(), len(world.wire.requests)) == (3, {"a/one": "in_doubt"}, asked)


def test_a_queue_slot_is_given_once() -> None:
    world = World(slots=("09:30", "11:00"), drafts=(draft("a", kind="queue"), draft("b", kind="queue")))
    world.run()
    planned = {r.post: r.publish_at for r in world.ledger.view().records.values()}
    assert planned == {"a": START + timedelta(minutes=30), "b": START + timedelta(hours=2)}
    world.drafts = (draft("0-earlier", kind="queue"), *world.drafts)
    world.ledger.approved = "commit-2"
    world.later(minutes=31).run()
    assert world.texts() == ["text of a"]
    records = {r.post: r.publish_at for r in world.ledger.view().records.values()}
    assert records["b"] == START + timedelta(hours=2)
    assert records["0-earlier"] == START + timedelta(days=1, minutes=30)


def test_of_a_repeat_only_the_latest_occurrence_is_sent_after_an_outage() -> None:
    from postiz_ops.model import Repeat

    first = START - timedelta(days=21)
    schedule = Schedule("at", first, first.replace(tzinfo=None), Repeat("FREQ=WEEKLY"))
    world = World(drafts=(replace(draft("a"), schedule=schedule),))
    report = world.run()
    assert (world.texts(), report.exit_code, report.count(State.EXPIRED)) == (["text of a"], 0, 3)
    world.later(days=7).run()
    assert len(world.wire.posts) == 2


def test_the_ledger_guards_refuse() -> None:
    world = World(drafts=(draft("a"),))
    with pytest.raises(Refused, match="not for github"):
        world.run(remote="github")
    world.ledger.files.clear()
    with pytest.raises(Refused, match="no genesis record"):
        world.run()


def test_endpoint_records_and_real_ones_are_never_mixed() -> None:
    world = World(drafts=(draft("a"),))
    world.run(endpoint=True)
    with pytest.raises(Refused, match="never mixed"):
        world.run()


def test_a_damaged_record_holds_its_delivery_and_no_other() -> None:
    world = World(drafts=(draft("a"), draft("b", "two")))
    world.run()
    path = next(path for path, r in world.ledger.view().records.items() if r.post == "a")
    world.ledger.files[path] = b"<<<<<<< HEAD"
    world.drafts = (*world.drafts, draft("c", "two"))
    world.ledger.approved = "commit-2"
    world.run()
    assert sorted(world.texts()) == ["text of a", "text of b", "text of c"]


def test_a_post_that_was_taken_out_is_cancelled() -> None:
    world = World(drafts=(draft("a"),))
    world.wire.script = ["not sent"]
    world.run()
    world.drafts, world.ledger.approved = (), "commit-2"
    world.later(minutes=5).run()
    assert (world.states(), world.texts()) == ({"a/one": "cancelled"}, [])


def test_a_dry_run_changes_nothing() -> None:
    world = World(drafts=(draft("a"),))
    report = world.run(dry_run=True)
    assert ([p.draft.post for p in report.due], world.ledger.pushes, world.wire.requests) == (["a"], 0, [])


def test_lookahead_waits_to_the_second() -> None:
    world = World(drafts=(draft("a", at=START + timedelta(minutes=4)), draft("b", at=START + timedelta(minutes=20))))
    world.run(lookahead=timedelta(minutes=10))
    assert (world.texts(), world.clock.at) == (["text of a"], START + timedelta(minutes=4))


def test_an_idle_run_of_a_known_tree_pushes_nothing() -> None:
    world = World(drafts=(draft("a", at=START + timedelta(hours=1)),))
    world.run()
    assert (world.ledger.pushes, INDEX in world.ledger.files) == (1, True)
    world.run()
    assert world.ledger.pushes == 1


def test_another_genesis_is_refused() -> None:
    world = World(drafts=(draft("a"),))
    config = world.config
    state = replace(config().state, id="f" * 32)
    world.config = lambda: replace(config(), state=state)  # type: ignore[method-assign]
    world.ledger.files["genesis.json"] = genesis_file(Genesis("1" * 32, None, START))
    with pytest.raises(Refused, match="another one than"):
        world.run()


def test_what_goes_wrong_after_a_success_is_no_proof_against_it() -> None:
    class Reader(FakePlatform):
        async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
            await super().publish(http, account, dispatch)
            world.wire.listing = "no connection"
            await http.get("/posts")
            raise AssertionError("the platform cannot be read")

    world = World(platform=Reader(), drafts=(draft("a"),))
    assert (world.run().exit_code, world.states(), len(world.wire.posts)) == (75, {"a/one": "sending"}, 1)
    world.wire.listing = "ok"
    assert (world.later(minutes=16).run().exit_code, world.states()) == (0, {"a/one": "published"})
    assert len(world.wire.posts) == 1


class Slow(FakePlatform):
    """A platform that works on uploads, and says so; ``steps`` holds what it was asked to go on from."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[base.JSON] = []

    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> base.JSON:
        self.steps.append(dispatch.prepared)
        done = (dispatch.prepared or {"upload": 0})["upload"] + 1
        if done < 3:
            raise base.NotReady({"upload": done}, "the platform still converts the film", seconds=120)
        return {"upload": done}


def test_an_upload_goes_on_in_a_later_run_and_does_not_start_again() -> None:
    world = World(platform=Slow(), drafts=(draft("a"),))
    assert (world.run().exit_code, world.states()) == (75, {"a/one": "retry"})
    assert world.later(seconds=60).run().records == ()
    assert world.later(seconds=61).run().exit_code == 75
    assert (world.later(seconds=121).run().exit_code, world.texts()) == (0, ["text of a"])
    assert isinstance(world.platform, Slow)
    assert world.platform.steps == [None, {"upload": 1}, {"upload": 2}]


def test_an_upload_for_other_words_starts_again() -> None:
    world = World(platform=Slow(), drafts=(draft("a"),))
    world.run()
    world.drafts, world.ledger.approved = (draft("a", "one", "other words"),), "commit-2"
    world.later(minutes=3).run()
    assert isinstance(world.platform, Slow)
    assert world.platform.steps == [None, None]


@pytest.mark.parametrize(
    ("evidence", "hours", "code", "state"),
    [
        (base.Processing("it is being converted"), 1, 75, "sending"),
        (base.Processing("it is being converted"), 25, 3, "in_doubt"),
        (base.Refused("it could not be converted"), 1, 1, "failed"),
    ],
)
def test_a_platform_that_takes_its_time(evidence: base.Evidence, hours: int, code: int, state: str) -> None:
    class Converting(FakePlatform):
        async def find(self, http: Http, account: Account, dispatch: Dispatch) -> base.Evidence:
            return evidence if world.clock.at > START + timedelta(minutes=1) else base.Processing("it has just begun")

    world = World(platform=Converting(), drafts=(draft("a"),))
    world.wire.script = ["lost"]
    assert (world.run().exit_code, world.states()) == (75, {"a/one": "sending"})
    assert (world.later(hours=hours).run().exit_code, world.states()) == (code, {"a/one": state})
