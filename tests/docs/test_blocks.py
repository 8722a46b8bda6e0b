"""Pages that are written by hand around blocks that are made."""

from __future__ import annotations

import pytest

from tools.blocks import filled

PAGE = "Before\n<!-- made: one -->\nold\n<!-- /made -->\nbetween\n<!-- made: two -->\n<!-- /made -->\nafter\n"


def test_what_stands_between_the_marks_is_replaced() -> None:
    assert filled(PAGE, {"one": "new", "two": r"\1 too"}) == (
        "Before\n<!-- made: one -->\n\nnew\n\n<!-- /made -->\nbetween\n"
        "<!-- made: two -->\n\n\\1 too\n\n<!-- /made -->\nafter\n"
    )


def test_filling_twice_changes_nothing() -> None:
    once = filled(PAGE, {"one": "new", "two": "too"})
    assert filled(once, {"one": "new", "two": "too"}) == once


@pytest.mark.parametrize("blocks", [{"one": "x"}, {"one": "x", "two": "y", "three": "z"}, {"one": "x", "tow": "y"}])
def test_a_block_without_its_marks_and_marks_without_their_block_are_mistakes(blocks: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="the page has the blocks"):
        filled(PAGE, blocks)
