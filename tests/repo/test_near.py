"""The file that was most likely meant by the name of one that is not there."""

from __future__ import annotations

import pytest

from postiz_ops.compile.tree import EntryKind
from postiz_ops.repo.listing import Item, Listing

LISTING = Listing(
    {
        name: Item("100644", "0" * 40)
        for name in (
            "content/launch.jpg",
            "content/clip.mp4",
            "media/garden.png",
            "media/a/same.png",
            "media/b/same.png",
        )
    }
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/lanch.jpg", "content/launch.jpg"),
        ("content/Launch.jpeg", "content/launch.jpg"),
        ("content/garden.png", "media/garden.png"),
        ("garden.png", "media/garden.png"),
        ("content/same.png", None),
        ("content/nothing-like-it", None),
        ("lanch.jpg", None),
        ("", None),
    ],
)
def test_what_was_meant(path: str, expected: str | None) -> None:
    entry = LISTING.missing(path)
    assert (entry.kind, entry.path, entry.suggestion) == (EntryKind.MISSING, path, expected)
