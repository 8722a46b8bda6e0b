"""``state.id`` written into accounts.yaml: comments, order and line ends stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.accounts import parse_accounts, write_state_id
from postiz_ops.compile.edits import Edits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1\n", "version: 1\nstate: {id: 5f3c}\n"),
        ("version: 1", "version: 1\nstate: {id: 5f3c}"),
        (
            "# ours\nversion: 1  # always\nbranch: main # approved\n\n# all of them\naccounts: {}\n",
            "# ours\nversion: 1  # always\nbranch: main # approved\nstate: {id: 5f3c}\n\n# all of them\naccounts: {}\n",
        ),
        ("accounts: {}\n", "state: {id: 5f3c}\naccounts: {}\n"),
        ("version: 1\nstate:\n", "version: 1\nstate: {id: 5f3c}\n"),
        ("version: 1\nstate: ~ # none\n", "version: 1\nstate: {id: 5f3c} # none\n"),
        ("version: 1\nstate: {}\n", "version: 1\nstate: {id: 5f3c}\n"),
        ("state: {remote: origin}   # where\n", "state: {id: 5f3c, remote: origin}   # where\n"),
        ("state: {id: old, branch: b}\n", "state: {id: 5f3c, branch: b}\n"),
        ("state: {id: , branch: b}\n", "state: {id: 5f3c, branch: b}\n"),
        ("state:\n  id: 'old' # it\n  branch: b\n", "state:\n  id: 5f3c # it\n  branch: b\n"),
        ("state:\n  # which\n  branch: b\n", "state:\n  # which\n  id: 5f3c\n  branch: b\n"),
        ("{version: 1}\n", "{state: {id: 5f3c}, version: 1}\n"),
        ("", "state: {id: 5f3c}\n"),
        ("# nothing yet", "# nothing yet\nstate: {id: 5f3c}\n"),
    ],
)
def test_the_id_is_written_where_it_belongs(before: str, after: str) -> None:
    assert write_state_id(before, "5f3c") == after
    assert write_state_id(after, "5f3c") == after


def test_line_ends_and_byte_order_mark_stay() -> None:
    before = "\ufeffversion: 1\r\nbranch: main\r\naccounts: {}\r\n"
    after = "\ufeffversion: 1\r\nbranch: main\r\nstate: {id: 5f3c}\r\naccounts: {}\r\n"
    assert write_state_id(before, "5f3c") == after


@pytest.mark.parametrize("text", ["a: [", "- a", "state: [a]", "hello"])
def test_a_file_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"accounts\.yaml"):
        write_state_id(text, "5f3c")


@given(st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
def test_every_id_is_read_back(id: str) -> None:
    config, found = parse_accounts(write_state_id("version: 1\n", id).encode())
    assert found == ()
    assert config is not None
    assert config.state.id == id


@given(st.text("ab\r\n"), st.data())
def test_nothing_but_the_replaced_stretch_changes(raw: str, data: st.DataObject) -> None:
    edits = Edits(raw)
    start = data.draw(st.integers(0, len(edits.text)))
    end = data.draw(st.integers(start, len(edits.text)))
    edits.replace(start, end, "X")
    result = edits.result()
    left, right = result.split("X")
    assert raw.startswith(left)
    assert raw.endswith(right)
    assert Edits(left + "X" + right).text == edits.text[:start] + "X" + edits.text[end:]
