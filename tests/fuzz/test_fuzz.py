"""The laws that the fuzzer holds, by hypothesis: nothing raises, whatever the bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, headers, platform, state

YAML = st.lists(
    st.sampled_from(
        ["a: ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "!", "|\n ", ">\n", "'", '"', "\\ud800", "<<: ", "? ",
         "\n", "  ", "#", "---\n", "platforms: ", "publish_at: ", "now", "media: ", "accounts:\n  toot:\n    ",
         "provider: ", "mastodon", ":::only x\n", ":::\n", "![a](b.png)", "@{a}", "\x00", "\u202e", "9" * 30, "1e999"]
    )
).map("".join)  # fmt: skip
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
KEYS = "ok id uri url error code message data errors ts cid results commit created_at retry_after errcode status"
WORDS = f"{KEYS} content json account value accessJwt did".split()
ANSWER = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)
)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=40)
@given(data=st.binary(max_size=600))
def test_any_bytes(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize("name", ["front-matter", "markdown", "post", "accounts"])
@settings(max_examples=60)
@given(text=YAML)
def test_any_pieces_of_what_is_written(name: str, text: str) -> None:
    TARGETS[name](text.encode(errors="surrogatepass"))


@settings(max_examples=60)
@given(value=VALUE)
def test_any_json_on_the_state_branch(value: Any) -> None:
    state(json.dumps(value).encode())


@settings(max_examples=150)
@given(status=st.integers(0, 9), kind=st.integers(0, 40), value=ANSWER)
def test_any_json_from_a_platform(status: int, kind: int, value: Any) -> None:
    platform(bytes([status, kind]) + json.dumps(value).encode())


@pytest.mark.parametrize("depth", [100_000])
def test_an_answer_that_is_nested_without_end(depth: int) -> None:
    for kind in range(20):
        platform(bytes([0, kind]) + b"[" * depth)


@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "-inf", "1e400", "9" * 400, "Mon, 01 Jan 0001 00:00:00 +2300", "Fri, 31 Dec 9999 23:59:59 -2300"],
)
def test_a_time_to_come_back_that_is_none(text: str) -> None:
    headers(text.encode())
