"""Numbers as people read them."""

from __future__ import annotations

import pytest

from postiz_ops.report.counting import counted, sized


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (12_345, "12 kB"),
        (1_234_567, "1.2 MB"),
        (40_000_000_000, "40 GB"),
        (4_000_000_000_000, "4000 GB"),
    ],
)
def test_sizes(number: int, shown: str) -> None:
    assert sized(number) == shown


def test_counts() -> None:
    assert counted(1, "post") == "1 post"
    assert counted(12_000, "post") == "12,000 posts"
    assert counted(2, "delivery", "deliveries") == "2 deliveries"
