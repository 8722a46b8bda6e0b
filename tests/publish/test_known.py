"""What an unknown answer told all the same is there for the look-ups to come."""

from __future__ import annotations

from datetime import timedelta

from postiz_ops import errors
from postiz_ops.ledger.record import PartRecord, Problem, State
from postiz_ops.model import Account, Receipt
from postiz_ops.providers.base import Dispatch, Evidence, Found, Http, Processing, Refused
from postiz_ops.publish.changes import Outcome, Settle, dump_settles, load_settles
from postiz_ops.publish.order import LEASE
from tests.publish.world import START, FakePlatform, World, draft


class Told(FakePlatform):
    """Names in its answer what it makes, and works on it: only who kept the name can ask what became of it."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__()
        self.evidence = evidence
        self.asked: list[object] = []

    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        await super().publish(http, account, dispatch)
        raise errors.Unknown("it has taken it", known={"name": "made"})

    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        self.asked.append(dispatch.prepared)
        return self.evidence


def part(world: World) -> PartRecord:
    (record,) = world.ledger.view().records.values()
    return record.part


def test_a_name_in_an_unknown_answer_is_kept_for_the_look_ups() -> None:
    platform = Told(Processing("it works on it"))
    world = World(platform=platform, drafts=(draft("a"),))
    assert world.run().exit_code == 75
    assert (part(world).state, part(world).prepared) == (State.SENDING, {"name": "made"})
    platform.evidence = Found((Receipt("made"),))
    world.later(seconds=(LEASE + timedelta(seconds=1)).total_seconds()).run()
    assert (part(world).state, part(world).remote_id) == (State.PUBLISHED, "made")
    assert platform.asked == [{"name": "made"}] * 2
    assert world.texts() == ["text of a"], "nothing is sent twice"


def test_a_refusal_that_asks_for_another_try_gets_one() -> None:
    world = World(platform=Told(Refused("it broke", again=True)), drafts=(draft("a"),))
    assert world.run().exit_code == 75
    assert (part(world).state, part(world).error) == (State.RETRY, Problem("unavailable", "it broke"))
    assert part(world).prepared == {"name": "made"}


def test_the_spool_keeps_it_too() -> None:
    outcome = Outcome(State.SENDING, problem=Problem("unknown", "why"), known={"name": "made"})
    settles = (Settle("path", "nonce", 0, 1, outcome, START),)
    assert load_settles(dump_settles(settles)) == settles
    older = dump_settles(settles).replace(b', "known": {"name": "made"}', b"")
    assert load_settles(older)[0].outcome.known is None
