"""Work shared among copies of the process is the work that one would have done."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence

import pytest

from postiz_ops.commands import workers
from postiz_ops.commands.workers import share, uncollected

ITEMS = [str(number) for number in range(10)]


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEAST", 2)


def made(items: Sequence[str]) -> tuple[int, list[str]]:
    return os.getpid(), [f"<{item}>" for item in items]


@pytest.mark.parametrize(("cores", "processes"), [(1, 1), (2, 2), (4, 4), (100, 5)])
def test_every_item_is_worked_on_once(cores: int, processes: int) -> None:
    portions = share(made, ITEMS, cores=cores)
    assert len({process for process, _ in portions}) == len(portions) == processes
    assert sorted(item for _, items in portions for item in items) == [f"<{item}>" for item in ITEMS]
    assert portions[0][0] == os.getpid()


def test_few_items_are_worked_on_here() -> None:
    assert share(made, ["1", "2", "3"], cores=4) == [(os.getpid(), ["<1>", "<2>", "<3>"])]
    assert share(made, [], cores=4) == [(os.getpid(), [])]


def test_the_cores_are_those_that_this_process_may_use() -> None:
    assert len(share(made, ITEMS)) == min(workers._cores(), 5)


def test_where_nothing_can_fork_one_process_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert len(share(made, ITEMS)) == 1


def test_what_a_copy_could_not_finish_is_done_here() -> None:
    here = os.getpid()

    def only_here(items: Sequence[str]) -> list[str]:
        if os.getpid() != here:
            os._exit(7)
        return list(items)

    assert sorted(item for items in share(only_here, ITEMS, cores=2) for item in items) == ITEMS


def test_an_error_is_that_of_this_process() -> None:
    def fails(items: Sequence[str]) -> list[str]:
        if "1" in items:
            raise ValueError("no 1")
        return list(items)

    with pytest.raises(ValueError, match="no 1"):
        share(fails, ITEMS, cores=2)


def test_nothing_is_left_behind() -> None:
    before = os.dup(0)
    os.close(before)
    share(made, ITEMS, cores=4)
    after = os.dup(0)
    os.close(after)
    assert after == before, "the next descriptor is the one that was next before"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_cycles_are_looked_for_again_afterwards_if_they_were_before() -> None:
    seen: list[bool] = [gc.isenabled()]
    with uncollected():
        seen.append(gc.isenabled())
        with uncollected():
            pass
        seen.append(gc.isenabled())
    assert [*seen, gc.isenabled()] == [True, False, False, True]
