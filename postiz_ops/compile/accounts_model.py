"""The shape of accounts.yaml. What its parts mean together is checked in ``accounts``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from postiz_ops.compile.durations import parse_duration
from postiz_ops.compile.validation import Raw, complaint
from postiz_ops.compile.wording import quoted

_BAD_REF = re.compile(r"^[-/.]|[\x00-\x20~^:?*\[\\\x7f]|\.\.|//|@\{|/\.|\.lock(?:/|$)|[/.]$")
"""What git allows in no branch name, and a leading ``-``, which would be an option."""


def _duration(value: Any) -> timedelta:
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except ValueError as error:
        raise complaint(f"{quoted(value)} is not a duration", "write a number and `s`, `m`, `h`, `d` or `w`") from error


def _branch(text: str) -> str:
    if not text or _BAD_REF.search(text):
        raise complaint(f"{quoted(text)} cannot be the name of a branch", "write a name as git has them")
    return text


def _remote(text: str) -> str:
    if not text or text.startswith("-") or re.match(r"\w+::", text):
        raise complaint(f"{quoted(text)} cannot be a remote", "write a remote's name, or its https or ssh URL")
    return text


def _folder(text: str) -> str:
    steps = text.rstrip("/").split("/")
    if not text.isprintable() or "\\" in text or {"", "..", ".git"} & set(steps):
        raise complaint(f"{quoted(text)} is not a folder of the repository", "write a path such as `content`")
    return "/".join(step for step in steps if step != ".")


def _state_id(text: str) -> str:
    if not re.fullmatch(r"[\w-]{1,64}", text, re.ASCII):
        raise complaint(f"{quoted(text)} is not the id of a state", "run `postiz-ops state init`, which writes it")
    return text


def _media_host(text: str) -> str:
    if text != "github-raw" and not re.fullmatch(r"s3://[^\s/]\S*", text):
        raise complaint(f"{quoted(text)} is no media host", "write `github-raw` or an `s3://` URL")
    return text


def _alt_text(value: Any) -> Any:
    """``off`` is ``false`` for whoever thinks of YAML so."""
    return "off" if value is False else value


def _nothing(value: Any) -> Any:
    """A key without a value is an empty mapping: what remains when its last entry is deleted."""
    return {} if value is None else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Branch = Annotated[str, AfterValidator(_branch)]
Entries = Annotated[Mapping[str, Any], BeforeValidator(_nothing)]


class StateEntry(Raw):
    """``state``."""

    remote: Annotated[str, AfterValidator(_remote)] = "origin"
    branch: Branch = "postiz-state"
    id: Annotated[str, AfterValidator(_state_id)] | None = None


class PolicyEntry(Raw):
    """``policy``."""

    max_lateness: Duration = timedelta(hours=24)
    min_gap: Duration = timedelta(0)
    max_per_run: int = Field(default=100, ge=1, strict=True)
    alt_text: Annotated[Literal["error", "warning", "off"], BeforeValidator(_alt_text)] = "error"
    prune: bool = Field(default=False, strict=True)


class ClientEntry(Raw):
    """An entry of ``clients``."""

    name: str
    reviewers: tuple[str, ...] = ()


class GroupEntry(RootModel[tuple[str, ...]]):
    """An entry of ``groups``: account ids."""


class PersonEntry(BaseModel):
    """An entry of ``people``: a name, and a handle for each provider."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    name: str

    def handles(self) -> dict[str, str]:
        """Provider -> handle. A LinkedIn handle serves pages too."""
        handles = dict(self.__pydantic_extra__)
        if "linkedin" in handles:
            handles.setdefault("linkedin-page", handles["linkedin"])
        return handles


class AccountsFile(Raw):
    """The whole file. The entries of its sections are read one by one, so that a bad one does not hide the others."""

    version: Any = None
    branch: Branch | None = None
    timezone: str = "UTC"
    content: Annotated[str, AfterValidator(_folder)] = "content"
    state: Annotated[StateEntry, BeforeValidator(_nothing)] = StateEntry()
    defaults: Entries = Field(default_factory=dict)
    policy: Annotated[PolicyEntry, BeforeValidator(_nothing)] = PolicyEntry()
    clients: Entries = Field(default_factory=dict)
    accounts: Entries = Field(default_factory=dict)
    groups: Entries = Field(default_factory=dict)
    people: Entries = Field(default_factory=dict)
    media_host: Annotated[str, AfterValidator(_media_host)] | None = None
    notify: tuple[str, ...] = ()
