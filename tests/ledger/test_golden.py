"""State branches that released versions wrote, kept as they were: every version to come must read them.

``golden/VERSION.json`` maps the branch's files to their text. They are records in every state out of simulated
histories. A new version adds a file, and never changes one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from postiz_ops.ledger.record import State, dump, load
from postiz_ops.ledger.view import parse

GOLDEN = sorted(Path(__file__).with_name("golden").glob("*.json"))


def files_of(path: Path) -> dict[str, bytes]:
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {name: text.encode() for name, text in texts.items()}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_branch_reads_whole_and_means_the_same(path: Path) -> None:
    files = files_of(path)
    view = parse(files)
    assert dict(view.unreadable) == {}
    told = {name: json.loads(data)["state"] for name, data in files.items() if name.startswith("deliveries/")}
    assert {name: record.state.value for name, record in view.records.items()} == told
    assert view.genesis is not None
    assert view.index is not None
    assert view.brake is not None
    assert len(view.accounts) == 3


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_record_survives_being_written_anew(path: Path) -> None:
    for record in parse(files_of(path)).records.values():
        assert load(dump(record)) == record


def test_every_state_is_there() -> None:
    states = {record.state for path in GOLDEN for record in parse(files_of(path)).records.values()}
    assert states == set(State)
