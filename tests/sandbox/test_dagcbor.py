from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.providers import _atproto
from postiz_ops.sandbox.bluesky import dagcbor

LINK = "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text() | st.just({"$link": LINK}),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_vectors_that_are_known() -> None:
    """The CIDs of an empty map and of no bytes, as every implementation has them."""
    assert dagcbor.record_cid({}) == LINK
    assert dagcbor.blob_cid(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (23, "17"),
        (24, "1818"),
        (-1, "20"),
        (256, "190100"),
        (2**32, "1b0000000100000000"),
        ("ü", "62c3bc"),
        ([True, None], "82f5f6"),
        ({"bb": 1, "a": 2, "c": 3}, "a3616102616303626262" + "01"),
        ({"$bytes": "AQI"}, "420102"),
    ],
)
def test_the_one_encoding_of_a_value(value: Any, expected: str) -> None:
    assert dagcbor.encode(value).hex() == expected


@given(values)
def test_two_encoders_that_do_not_know_each_other_agree(value: Any) -> None:
    assert dagcbor.encode(value) == _atproto.dag_cbor(value)


@pytest.mark.parametrize(
    "value", [1.5, {"$link": "Qm123"}, {"$link": "b!"}, {"$bytes": "?"}, {1, 2}, 2**64, [b"bytes"]]
)
def test_what_records_cannot_hold(value: Any) -> None:
    with pytest.raises(dagcbor.NotEncodable):
        dagcbor.encode(value)
