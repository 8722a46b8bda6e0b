"""Reading what is due: once, in its time, whatever fails."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops import errors
from postiz_ops.analytics import store
from postiz_ops.analytics.rhythm import mark_of
from postiz_ops.analytics.store import INDEX
from postiz_ops.ledger.view import KnownAccount, account_file, account_path
from tests.analytics.world import START, Analytics, Calling, Figures, Process, limited, published

FILE = store.month_path("one", START)
HEAD = b'{"version":1,"account":"one"}\n'
LINE = b'{"mark":"2026-12-01","at":"2026-12-01T10:00:00Z","metrics":{"followers":1}}'
TWO, HALF = HEAD + LINE + b"," + LINE + b"\n", HEAD + LINE.replace(b":1}", b":1.5}") + b"\n"


def test_what_is_due_is_read_and_kept_a_line_a_reading() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    report = world.sync()
    assert (report.exit_code, report.recorded, report.next_due) == (0, True, START + timedelta(hours=6))
    assert world.ledger.files[FILE].decode() == (
        '{"version":1,"account":"one"}\n'
        '{"mark":"2026-12-01","at":"2026-12-01T10:00:00Z","metrics":{"followers":101}}\n'
        '{"post":"a","mark":"1h","at":"2026-12-01T10:00:00Z","metrics":{"likes":2}}\n'
    )
    assert json.loads(world.ledger.files[INDEX]) == {
        "version": 1,
        "next_due": "2026-12-01T15:00:00Z",
        "refused": {},
        "spent": {},
    }


def test_a_file_is_named_by_account_and_month_and_by_something_of_its_own() -> None:
    assert store.month_path("one", START) == "analytics/one/2026-12.7692.jsonl"
    assert store.month_of("analytics/one/2026-12.7692.jsonl") == "2026-12"
    wanted = store.needed(START)
    assert [wanted(path) for path in ("genesis.json", INDEX, "analytics/one/2026-11.7692.jsonl", FILE)] == [
        True,
        True,
        False,
        True,
    ]


def test_a_second_run_asks_and_pushes_nothing() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    world.sync()
    asked, pushes = len(world.figures.asked), world.ledger.pushes
    assert world.sync().exit_code == 0
    assert (len(world.figures.asked), world.ledger.pushes) == (asked, pushes)


def test_lines_are_added_and_a_new_month_begins_a_new_file() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    world.sync()
    before = world.ledger.files[FILE]
    world.hence(days=3).sync()
    assert world.ledger.files[FILE].startswith(before)
    december = world.ledger.files[FILE]
    world.hence(days=28).sync()
    assert world.ledger.files[FILE] == december
    assert world.marks() == ["a 1h", "a 3d", "a 30d"]
    assert store.month_path("one", world.clock.now()) in world.ledger.files


def test_calls_are_as_big_as_the_platform_takes() -> None:
    world = Analytics().out(*(published(f"p{i}") for i in range(7))).hence(hours=1)
    world.sync()
    assert [len(ids) for _, ids in world.figures.asked] == [0, 3, 3, 1]


def test_a_post_that_is_gone_was_asked_about_and_has_no_figures() -> None:
    world = Analytics(figures=Figures(gone={"one-a-0"})).out(published("a"), published("b")).hence(hours=1)
    world.sync()
    told = {key.post: dict(reading.metrics) for key, reading in world.books().of("one").items() if key.post}
    assert told == {"a": {}, "b": {"likes": 2}}
    asked = len(world.figures.asked)
    world.sync()
    assert len(world.figures.asked) == asked


def test_a_failing_account_does_not_stop_the_others() -> None:
    world = Analytics(figures=Figures(script={"one": lambda: errors.Unavailable("down")}))
    world.out(published("a"), published("a", "two")).hence(hours=1)
    report = world.sync()
    assert [(o.account, o.read, o.left, o.kind) for o in report.outcomes] == [
        ("one", 0, 2, "unavailable"),
        ("two", 2, 0, None),
    ]
    assert (report.exit_code, world.marks("two")) == (75, ["a 1h"])
    world.figures.script.clear()
    assert (world.sync().exit_code, world.marks()) == (0, ["a 1h"])


def test_an_answer_that_nobody_foresaw_is_a_failure_of_that_account() -> None:
    world = Analytics(figures=Figures(script={"one": lambda: KeyError("data")}))
    world.out(published("a"), published("a", "two")).hence(hours=1)
    assert [(o.account, o.message) for o in world.sync().outcomes] == [
        ("one", "Fake: the answer is not understood (KeyError)"),
        ("two", None),
    ]


def test_a_throttled_account_is_left_alone() -> None:
    world = Analytics(figures=Figures(script={"one": lambda: errors.Throttled("later")}))
    world.out(*(published(f"p{i}") for i in range(9))).hence(hours=1)
    report = world.sync()
    assert (len(world.figures.asked), report.outcomes[0].left, report.exit_code) == (1, 10, 75)


def test_a_missing_scope_is_reported_once_and_asked_again_with_another_credential() -> None:
    world = Analytics(figures=Figures(script={"one": lambda: errors.Reauthorize("no scope")}))
    world.out(published("a"), published("a", "two")).hence(hours=1)
    first = world.sync()
    assert (first.exit_code, first.outcomes[0].message, first.outcomes[0].needs) == (1, "no scope", ("read",))
    asked = len(world.figures.asked)
    second = world.sync()
    assert (second.exit_code, second.outcomes[0].known, len(world.figures.asked)) == (0, True, asked)
    world.figures.script.clear()
    world.vault.tokens["one"] = "another"
    assert (world.sync().exit_code, world.marks()) == (0, ["a 1h"])
    assert world.books().index.refused == {}


def test_a_missing_scope_does_not_touch_what_publishing_knows() -> None:
    world = Analytics(figures=Figures(script={"one": lambda: errors.Reauthorize("no scope")})).out(published("a"))
    before = world.hence(hours=1).ledger.view()
    world.sync()
    assert world.ledger.view() == before


def test_a_server_that_changed_gets_no_credential() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    world.ledger.files[account_path("one")] = account_file(KnownAccount("one", "fake", "https://other.example"))
    report = world.sync()
    assert (report.exit_code, report.outcomes[0].kind, world.figures.asked) == (1, "held", [])


def test_an_account_that_never_published_is_not_asked() -> None:
    world = Analytics().hence(hours=1)
    assert (world.sync().outcomes, world.figures.asked) == ((), [])


@pytest.mark.parametrize(
    "damage", [b"{", b'{"version":1,"account":"one"}\n{"mark"', b'{"version":2,"account":"one"}\n', TWO, HALF]
)
def test_a_damaged_file_is_no_empty_one(damage: bytes) -> None:
    world = Analytics().out(published("a"), published("a", "two")).hence(hours=1)
    world.ledger.files[FILE] = damage
    report = world.sync()
    assert (report.exit_code, report.outcomes[0].kind, report.outcomes[1].read) == (1, "damaged", 2)
    assert world.ledger.files[FILE] == damage


def test_a_damaged_index_stops_the_run() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    world.ledger.files[INDEX] = b"[]"
    with pytest.raises(errors.Refused, match=r"analytics/index.json"):
        world.sync()


def test_budgets_are_kept_and_what_is_left_is_read_by_later_runs() -> None:
    world = Analytics(figures=Calling(limited(8, 300)))
    world.out(*(published(f"p{i}") for i in range(6))).hence(hours=1)
    report = world.sync()
    assert (report.outcomes[0].read, report.outcomes[0].left, report.exit_code) == (4, 3, 0)
    assert world.sync().outcomes[0].left == 3, "what is left of the window is for publishing"
    assert world.hence(minutes=10).sync().outcomes[0].left == 0
    assert sorted(world.marks()) == [f"p{i} 1h" for i in range(6)]


def test_two_runs_at_once_record_each_reading_once() -> None:
    """Both have asked before either records: the later one finds the readings there and keeps its own back."""
    world = Analytics().out(published("a"), published("b", "two")).hence(hours=1)
    processes = [Process.of(world), Process.of(world)]
    while alive := [process for process in processes if not process.over]:
        for process in alive:
            process.step()
    assert len(world.figures.asked) == 8, "each asked everything"
    assert [process.report and process.report.exit_code for process in processes] == [0, 0]
    assert (world.marks("one"), world.marks("two"), world.days("one")) == (["a 1h"], ["b 1h"], ["2026-12-01"])
    assert [len(data.splitlines()) for path, data in world.ledger.files.items() if path.endswith(".jsonl")] == [3, 3]


def test_a_run_that_dies_before_its_record_has_lost_one_question() -> None:
    world = Analytics().out(published("a")).hence(hours=1)
    world.ledger.push_script = ["lost"] * 8
    report = world.sync()
    assert (report.exit_code, report.recorded, world.marks()) == (75, False, [])
    assert (world.sync().exit_code, world.marks(), world.days()) == (0, ["a 1h"], ["2026-12-01"])


@given(
    st.lists(st.tuples(st.integers(1, 200), st.sampled_from(["ok", "ok", "lost", "down", "killed"])), max_size=40),
    st.lists(st.tuples(st.integers(0, 60 * 24), st.sampled_from(["one", "two"])), min_size=1, max_size=6),
)
def test_whatever_happens_each_reading_is_there_once(runs: list[tuple[int, str]], posts: list[tuple[int, str]]) -> None:
    """Runs at any time, pushes lost, platforms down: a mark whose time saw one good run has its reading, and one."""
    world = Analytics()
    for number, (hours, account) in enumerate(posts):
        world.out(published(f"p{number}", account, at=START + timedelta(hours=hours)))
    expected: set[tuple[str, str]] = set()
    for hours, what in runs:
        world.hence(hours=hours)
        world.figures.script = {"one": lambda: errors.Unavailable("down")} if what == "down" else {}
        world.ledger.push_script = ["lost"] * 8 * 3 if what in ("lost", "killed") else []
        world.sync()
        world.ledger.push_script = []
        expected |= {
            (account, f"p{number} {mark}")
            for number, (start, account) in enumerate(posts)
            if (mark := _mark(world, start)) and (what == "ok" or (what == "down" and account == "two"))
        }
    for account in ("one", "two"):
        assert set(world.marks(account)) >= {text for name, text in expected if name == account}
        rows = [
            r
            for path, data in world.ledger.files.items()
            if path.startswith(f"analytics/{account}/")
            for r in store.load(path, data)
        ]
        assert len({row.key for row in rows}) == len(rows)


def _mark(world: Analytics, start: int) -> str | None:
    return mark_of(world.clock.now() - START - timedelta(hours=start))
