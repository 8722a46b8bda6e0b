"""What pydantic says, in words for an author, for models that are not ours: a provider's settings."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, HttpUrl

from postiz_ops.compile.nodes import Node, load_yaml
from postiz_ops.compile.validation import Rules, salvage, validate
from tests.compile.said import said


class Poll(BaseModel, extra="forbid"):
    options: list[str] = Field(min_length=2, max_length=3)
    minutes: int = Field(default=60, ge=5, le=100)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


def even(number: int) -> int:
    if number % 2:
        raise ValueError("an odd number of them")
    return number


class Settings(BaseModel, extra="forbid"):
    channel: str
    poll: Poll | None = None
    color: Color = Color.RED
    nick: str = Field(default="", min_length=0, max_length=3, pattern="^[a-z]*$")
    ratio: float = Field(default=0.5, gt=0, lt=1)
    pairs: Annotated[int, AfterValidator(even)] = 0
    reply: Literal["nobody"] | list[str] | None = None
    page: HttpUrl | None = None
    odd: bytes = Field(default=b"", alias="strange")


def node(text: str) -> Node:
    found, said = load_yaml(text, "p.md")
    assert found is not None
    assert said == ()
    return found


def complaints(text: str, rules: Rules = Rules()) -> list[str]:  # noqa: B008 - frozen
    return said(validate(Settings, node(text), rules)[1])


@pytest.mark.parametrize(
    ("text", "message", "help_line"),
    [
        ("poll: {options: [a]}", "`options` must be at least 2 items long", "write at least 2 items"),
        ("poll: {options: [a, b], minutes: 4}", "`minutes` must be at least 5, not `4`", "write at least 5"),
        ("poll: {options: [a, b], minutes: 101}", "`minutes` must be at most 100, not `101`", "write at most 100"),
        (
            "poll: {options: [a, b], minutes: 5.5}",
            "`minutes` must be a whole number, not `5.5`",
            "write a whole number",
        ),
        (
            "poll: {options: [a, b], minutes: soon}",
            "`minutes` must be a whole number, not `soon`",
            "write a whole number",
        ),
        ("poll: {optoins: [a, b], options: [a, b]}", "unknown key `optoins`", "write `options`"),
        ("color: read", "`color` must be `red` or `blue`, not `read`", "write `red`"),
        ("nick: abcd", "`nick` must be at most 3 characters long, not `abcd`", "write at most 3 characters"),
        ("nick: A", "`nick` must be of the form `^[a-z]*$`, not `A`", "write a text of the form `^[a-z]*$`"),
        ("ratio: 1.0", "`ratio` must be less than 1.0, not `1.0`", "write less than 1.0"),
        ("ratio: 0", "`ratio` must be more than 0.0, not `0`", "write more than 0.0"),
        ("pairs: 3", "`pairs`: an odd number of them", "change the value"),
        ("reply: 5", "`reply` must be `nobody`, not `5`", "write `nobody`"),
        ("page: x", "`page` must be a URL, not `x`", "write a URL"),
        ("strange: [a]", "`strange`: input should be a valid bytes", "change the value"),
        ("stange: x", "unknown key `stange`", "write `strange`"),
    ],
)
def test_wording(text: str, message: str, help_line: str) -> None:
    found = complaints(f"channel: c\n{text}\n")
    assert len(found) == 2
    assert found[0].split(" ", 2)[2] == message
    assert found[1] == f"help: {help_line}"


def test_a_missing_field_may_come_from_elsewhere() -> None:
    assert complaints("nick: a\n") == ["1:1-1:8 PZ031 `channel` is missing here", "help: add `channel`"]
    assert complaints("nick: a\n", Rules(partial=True)) == []
    assert complaints("poll: {minutes: 5}\n", Rules(partial=True)) == [
        "1:1-1:5 PZ031 `options` is missing here",
        "help: add `options`",
    ]


def test_a_value_that_may_not_be_shown_is_left_out() -> None:
    assert complaints("channel: c\nratio: test-token\n", Rules(show=lambda text: "token" not in text)) == [
        "2:8-2:18 PZ032 `ratio` must be a number",
        "help: write a number",
    ]


def test_findings_name_the_account_and_the_provider() -> None:
    (found,) = validate(Settings, node("channel: [a]"), Rules(account="acme", provider="mastodon"))[1]
    assert (found.account, found.provider) == ("acme", "mastodon")


def test_what_is_sound_is_salvaged() -> None:
    settings, found, dropped = salvage(Settings, node("channel: c\nnick: ABCD\nzzz: 1\n"))
    assert settings is not None
    assert settings.channel == "c"
    assert dropped == {"nick", "zzz"}
    assert [d.code for d in found] == ["PZ032", "PZ030"]


def test_nothing_is_salvaged_without_what_is_needed() -> None:
    settings, found, dropped = salvage(Settings, node("channel: [c]\n"))
    assert settings is None
    assert dropped == {"channel"}
    assert [d.code for d in found] == ["PZ032"]


def test_several_errors_at_one_place_are_one_finding() -> None:
    assert len(validate(Settings, node("channel: c\nreply: {a: b}\n"))[1]) == 1
