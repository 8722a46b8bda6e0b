"""Values of the model survive being kept as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.codec import decode, encode
from postiz_ops.compile.media import Facts
from postiz_ops.diagnostics import Diagnostic, Severity
from postiz_ops.model import (
    Account,
    Config,
    Draft,
    DraftPart,
    Facet,
    LinkCard,
    Media,
    MediaKind,
    Person,
    Policy,
    Post,
    Repeat,
    Schedule,
    Span,
)

AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
PICTURE = Media("a.png", "0" * 64, MediaKind.IMAGE, "image/png", 5, 1, 2, alt="A", span=Span("p.md", 3, 4, 5, 6))
FILM = Media("a.mp4", "1" * 64, MediaKind.VIDEO, "video/mp4", 5, duration=2.5, thumbnail=PICTURE)
DRAFT = Draft(
    post="a",
    path="content/a.md",
    account="one",
    provider="mastodon",
    schedule=Schedule("at", AT, datetime(2026, 12, 1, 9), Repeat("FREQ=DAILY", AT)),  # noqa: DTZ001
    parts=(DraftPart("Hi ü\ud83d", 4, (Facet(0, 2, "link", "https://a.example"),), (PICTURE, FILM), comment=True),),
    link=LinkCard("https://a.example", "T", None, PICTURE),
    hashtags=("a", "b"),
    settings={"poll": {"options": ["Yes", "No"], "expires_in": 60}, "sensitive": True, "language": None},
    span=Span("content/a.md", 1, 2, 3, 4),
)

VALUES: list[Any] = [
    DRAFT,
    Post("a", "content/a.md", ("x",), (DRAFT, DRAFT)),
    Facts("0" * 64, 5, MediaKind.AUDIO, "audio/mpeg", duration=1.5),
    Facts("0" * 64, 5),
    Diagnostic(
        "PZ300", "text-too-long", Severity.WARNING, "too long", "shorten it", Span("a"), "one", "x", "4 too many"
    ),
    Config(
        branch="main",
        defaults={"hashtags": ["a"]},
        policy=Policy(timedelta(hours=1, microseconds=5), timedelta(minutes=10), prune=True),
        accounts={"one": Account("one", "mastodon", "https://a.example", credentials={"a": "B"}, slots=("09:00",))},
        groups={"all": ("one",)},
        people={"alice": Person("Alice", {"mastodon": "@a"})},
        notify=("mailto://a",),
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_value_comes_back(value: Any) -> None:
    again = decode(type(value), json.loads(json.dumps(encode(value))))
    assert again == value
    assert repr(again) == repr(value), "also where equality does not look: spans"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Span, ["a", 1]),
        (Span, None),
        (Span, 5),
        (Facts, ["0", 5, "no kind", "", None, None, None]),
        (Schedule, ["at", "no time", None, None]),
        (Draft, {}),
    ],
)
def test_what_is_no_value_is_an_error(kind: type[Any], data: Any) -> None:
    with pytest.raises((TypeError, ValueError, LookupError)):
        decode(kind, data)


@given(
    st.builds(
        Span, st.text(), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6)
    ),
    st.datetimes(timezones=st.just(UTC)),
)
def test_any_place_and_time_come_back(span: Span, at: datetime) -> None:
    assert decode(Span, json.loads(json.dumps(encode(span)))) == span
    schedule = Schedule("at", at, at.replace(tzinfo=None))
    assert decode(Schedule, json.loads(json.dumps(encode(schedule)))) == schedule
