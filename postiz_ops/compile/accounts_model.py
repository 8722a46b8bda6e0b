"""The shape of accounts.yaml. What its parts mean together is checked in ``accounts``.

The descriptions and examples are what the reference and the JSON Schema say; ``json_schema_input_type`` is what may be
written where a validator takes more than the field holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from postiz_ops.compile.durations import DURATION, parse_duration
from postiz_ops.compile.forms import form
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.names import ACCOUNT_ID, ENTRY_NAME
from postiz_ops.compile.schedule import SLOT, parse_slot
from postiz_ops.compile.validation import Raw, complaint
from postiz_ops.compile.wording import quoted

_BAD_REF = re.compile(r"^[-/.]|[\x00-\x20~^:?*\[\\\x7f]|\.\.|//|@\{|/\.|\.lock(?:/|$)|[/.]$")
"""What git allows in no branch name, and a leading ``-``, which would be an option."""
_STATE_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_MEDIA_HOST = re.compile(r"github-raw|s3://[^\s/]\S*")
_FOLDER = {"minLength": 1, "not": {"type": "string", "pattern": r"^/|//+[^/]|\\|(^|/)(\.\.|\.git)(/|$)"}}
"""What the schema says of a folder."""
_SERVER = (
    r"^\s*([Hh][Tt][Tt][Pp][Ss]://[^/@?#]+|[Hh][Tt][Tt][Pp]://(localhost\.?|127(\.\d+)+|\[[\da-f:.]+\])(:\d*)?)/?\s*$"
)
"""What the schema says of a server: https, or http on loopback, without a user, a path or a query."""


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
    if not _STATE_ID.fullmatch(text):
        raise complaint(f"{quoted(text)} is not the id of a state", "run `postiz-ops state init`, which writes it")
    return text


def _media_host(text: str) -> str:
    if not _MEDIA_HOST.fullmatch(text):
        raise complaint(f"{quoted(text)} is no media host", "write `github-raw` or an `s3://` URL")
    return text


def _slot(text: str) -> str:
    try:
        parse_slot(text)
    except ValueError as error:
        raise complaint(f"{quoted(text)} is not a slot", "write days and a time, as in `mon-fri 09:00`") from error
    return text


def _alt_text(value: Any) -> Any:
    """``off`` is ``false`` for whoever thinks of YAML so."""
    return "off" if value is False else value


def _nothing(value: Any) -> Any:
    """A key without a value is an empty mapping: what remains when its last entry is deleted."""
    return {} if value is None else value


_Written = Annotated[str, form(DURATION)] | Literal[0]
_AltText = Literal["error", "warning", "off"]
_Id = Annotated[str, Field(pattern=f"^{ACCOUNT_ID.pattern}$")]
_Name = Annotated[str, Field(pattern=f"^{ENTRY_NAME.pattern}$")]

Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=_Written)]
Branch = Annotated[
    str,
    AfterValidator(_branch),
    Field(json_schema_extra={"minLength": 1, "not": {"type": "string", "pattern": _BAD_REF.pattern}}),
]


class StateEntry(Raw):
    """``state``."""

    remote: Annotated[str, AfterValidator(_remote), Field(json_schema_extra={"pattern": "^[^-]"})] = Field(
        default="origin",
        description="the remote that keeps it: a name, or the address of another (private) repository",
        examples=["git@github.com:acme/posts-state.git"],
    )
    branch: Branch = Field(default="postiz-state", description="the branch that keeps it")
    id: (
        Annotated[str, AfterValidator(_state_id), Field(json_schema_extra={"pattern": f"^{_STATE_ID.pattern}$"})] | None
    ) = Field(
        default=None,
        description="what tells this state from every other one; `postiz-ops init` writes it",
        examples=["5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f"],
    )


class PolicyEntry(Raw):
    """``policy``."""

    max_lateness: Duration = Field(
        default=timedelta(hours=24),
        description="a post later than this is not sent any more, and reported",
        json_schema_extra={"default": "24h"},
    )
    min_gap: Duration = Field(
        default=timedelta(0),
        description="the least time between two posts of one account",
        examples=["30m"],
        json_schema_extra={"default": "0s"},
    )
    max_per_run: int = Field(
        default=100, ge=1, strict=True, description="more than this due at once publishes nothing: a brake"
    )
    alt_text: Annotated[
        _AltText, BeforeValidator(_alt_text, json_schema_input_type=Literal["error", "warning", "off", False])
    ] = Field(default="error", description="what a picture without alt text is")
    prune: bool = Field(
        default=False, strict=True, description="`true`: a post whose file is deleted is deleted on the platforms too"
    )


class ClientEntry(Raw):
    """An entry of ``clients``."""

    name: str = Field(description="how it is called", examples=["ACME Inc."])
    reviewers: tuple[str, ...] = Field(
        default=(),
        description="who approves its posts, for CODEOWNERS: GitHub users, teams or e-mail addresses",
        examples=[["@acme/social"]],
    )


class AccountEntry(Raw):
    """An entry of ``accounts``. What depends on its provider is checked in ``channels``."""

    provider: str = Field(description="the platform", examples=["mastodon"])
    client: str | None = Field(default=None, description="whose account it is: a name of `clients`", examples=["acme"])
    url: Annotated[str, Field(json_schema_extra={"pattern": _SERVER})] | None = Field(
        default=None, description="its server, where the platform has many", examples=["https://mastodon.social"]
    )
    enabled: bool = Field(default=True, description="`false`: posts leave it out", examples=[False])
    credentials: Mapping[str, Any] = Field(
        default={},
        description="for each secret the environment variable that holds it; never the secret itself",
        examples=[{"access_token": "${ACME_MASTODON_TOKEN}"}],
    )
    settings: Mapping[str, Any] = Field(
        default={},
        description="the platform's own options, as the default of its posts",
        examples=[{"visibility": "unlisted"}],
    )
    slots: tuple[Annotated[str, AfterValidator(_slot), form(SLOT)], ...] = Field(
        default=(),
        description="the times that `publish_at: queue` takes, one after the other",
        examples=[["mon-fri 09:00", "sat 11:00"]],
    )


class GroupEntry(RootModel[tuple[str, ...]]):
    """An entry of ``groups``: account ids."""


class PersonEntry(BaseModel):
    """An entry of ``people``: a name, and a handle for each provider."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    name: str = Field(description="her name, where she has no handle", examples=["Alice Doe"])

    def handles(self) -> dict[str, str]:
        """Provider -> handle. A LinkedIn handle serves pages too."""
        handles = dict(self.__pydantic_extra__)
        if "linkedin" in handles:
            handles.setdefault("linkedin-page", handles["linkedin"])
        return handles


class AccountsFile(Raw):
    """The whole file. The entries of its sections are read one by one, so that a bad one does not hide the others."""

    version: Any = Field(default=None, description="the version of this format", json_schema_extra={"const": 1})
    branch: Branch | None = Field(
        default=None,
        description="the approved branch; the remote's default branch when absent, else the current one",
        examples=["main"],
    )
    timezone: str = Field(
        default="UTC",
        description="where times without an offset are read: a name of the IANA database",
        examples=["Europe/Berlin"],
    )
    content: Annotated[str, AfterValidator(_folder), Field(json_schema_extra=_FOLDER)] = Field(
        default="content", description="the folder of posts"
    )
    state: Annotated[StateEntry, BeforeValidator(_nothing, json_schema_input_type=StateEntry | None)] = Field(
        default=StateEntry(), description="where it is kept what was published"
    )
    defaults: Annotated[Mapping[str, Any], BeforeValidator(_nothing, json_schema_input_type=FrontMatter | None)] = (
        Field(
            default_factory=dict,
            description="any field of a post but `id`, for every post that does not set it",
            examples=[{"signature": "default", "hashtags": ["acme"]}],
        )
    )
    policy: Annotated[PolicyEntry, BeforeValidator(_nothing, json_schema_input_type=PolicyEntry | None)] = Field(
        default=PolicyEntry(), description="the rules of this repository"
    )
    clients: Annotated[
        Mapping[str, Any], BeforeValidator(_nothing, json_schema_input_type=Mapping[str, ClientEntry] | None)
    ] = Field(default_factory=dict, description="organisations or customers, by a name of yours")
    accounts: Annotated[
        Mapping[str, Any], BeforeValidator(_nothing, json_schema_input_type=Mapping[_Id, AccountEntry] | None)
    ] = Field(default_factory=dict, description="the channels, by an id of yours: small letters, digits and `-`")
    groups: Annotated[
        Mapping[str, Any], BeforeValidator(_nothing, json_schema_input_type=Mapping[_Name, GroupEntry] | None)
    ] = Field(
        default_factory=dict,
        description="names for several accounts together",
        examples=[{"everywhere": ["acme-mastodon", "acme-bluesky"]}],
    )
    people: Annotated[
        Mapping[str, Any], BeforeValidator(_nothing, json_schema_input_type=Mapping[_Name, PersonEntry] | None)
    ] = Field(
        default_factory=dict,
        description="who posts may mention as `@{name}`, with a handle for each provider",
        examples=[{"alice": {"name": "Alice Doe", "mastodon": "@alice@hachyderm.io"}}],
    )
    media_host: Annotated[str, AfterValidator(_media_host), form(f"^({_MEDIA_HOST.pattern})$")] | None = Field(
        default=None,
        description="where platforms that only fetch public addresses find the media",
        examples=["github-raw", "s3://bucket/folder"],
    )
    notify: tuple[str, ...] = Field(
        default=(),
        description="who is told of failures and doubts: Apprise addresses, secrets in them as `${NAME}`",
        examples=[["mailto://bot:${MAIL_PASSWORD}@example.com"]],
    )
