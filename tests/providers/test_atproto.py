"""Keys and content ids. The ids here were computed by another implementation (dag-cbor and multiformats of Python)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.providers._atproto import cid, dag_cbor, tid
from tests.specs import syntax

BLOB = {
    "$type": "blob",
    "ref": {"$link": "bafkreibjfgx2gprinfvicegelk5kosd6y2frmqpqzwqkg7usac74l3t2v4"},
    "mimeType": "image/jpeg",
    "size": 760898,
}

FOREIGN: list[tuple[dict[str, Any], str]] = [
    ({}, "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"),
    (
        {"$type": "app.bsky.feed.post", "text": "Grüße 👋🏽", "createdAt": "2026-12-01T09:00:00.000Z"},
        "bafyreihovgqqkjdd2rogwxovwlu4dezawybrktsp5ka7fngrddvbjj3mwm",
    ),
    (
        {
            "a": None,
            "bb": True,
            "c": False,
            "d": [0, 23, 24, 255, 256, 65535, 65536, 4294967296, -1, -24, -25, -300],
            "é": "x",
            "aa": {},
        },
        "bafyreia7cqz2csh6maiasp43agcyk3ixpjn5javdtllq6vkyy2h57sowhi",
    ),
    (
        {
            "embed": {
                "$type": "app.bsky.embed.images",
                "images": [{"alt": "", "image": BLOB, "aspectRatio": {"width": 4, "height": 3}}],
            },
            "text": "x" * 300,
        },
        "bafyreib4q6tdaqcynzgdhyarojkn2xynwrf4es6idijessqm7qelf3zcb4",
    ),
]


@pytest.mark.parametrize(("record", "expected"), FOREIGN)
def test_content_ids_are_those_of_others(record: dict[str, Any], expected: str) -> None:
    assert cid(record) == expected


def test_the_order_of_keys_does_not_matter() -> None:
    record = FOREIGN[2][0]
    assert dag_cbor(dict(reversed(record.items()))) == dag_cbor(record)


@pytest.mark.parametrize("value", [1.5, b"bytes", {"x": [0.0]}])
def test_there_are_no_floats_and_no_raw_bytes(value: object) -> None:
    with pytest.raises(TypeError, match="the data model has no"):
        dag_cbor(value)


def test_a_key_is_a_time_and_a_clock() -> None:
    assert tid(0, 0) == "2222222222222"
    assert tid(1_700_000_000_000_000, 5) == "3ke6kg3wk2227"


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), st.integers(0, 2**128 - 1))
def test_keys_are_valid_and_sort_by_time(one: int, other: int, clock: int) -> None:
    assert syntax.is_tid(tid(one, clock))
    if one < other:
        assert tid(one, clock) < tid(other, 0) or one == other
