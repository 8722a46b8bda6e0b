"""Reading one tip after another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.ledger.record import PartRecord, Record, State, dump
from postiz_ops.ledger.view import Reader, parse
from tests.ledger.test_record import AT


def _file(state: State) -> bytes:
    return dump(Record("post", "content/post.md", "toot", "mastodon", None, AT, (PartRecord(state),)))


FILES = st.dictionaries(
    st.sampled_from(["deliveries/aa/a.json", "deliveries/bb/b.json"]),
    st.sampled_from([_file(State.SCHEDULED), _file(State.PUBLISHED), b"damaged"]),
)


@given(st.lists(FILES, min_size=1, max_size=6))
def test_what_was_read_before_makes_no_difference(tips: list[dict[str, bytes]]) -> None:
    reader = Reader()
    assert [reader.parse(files) for files in tips] == list(map(parse, tips))


def test_a_record_that_is_as_it_was_is_the_same_value() -> None:
    reader, path = Reader(), "deliveries/aa/a.json"
    first = reader.parse({path: _file(State.SCHEDULED)}).records[path]
    assert reader.parse({path: _file(State.SCHEDULED)}).records[path] is first
    assert reader.parse({path: _file(State.PUBLISHED)}).records[path] is not first
