"""A post as it would go to one account, with everything that a rule may ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.compile.body import PartSource
from postiz_ops.compile.frontmatter import RepeatRule
from postiz_ops.compile.layers import Chosen, Fields, Layers
from postiz_ops.compile.lens import Lens
from postiz_ops.compile.media import Asset
from postiz_ops.compile.schedule import When
from postiz_ops.compile.source import Source
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Account, Config, Draft, DraftPart, Schedule, Span
from postiz_ops.providers.base import Limit, Spec
from postiz_ops.text.rendered import Rendered


@dataclass(frozen=True, slots=True)
class Subject:
    """A post before it is resolved for accounts, with the fields that are the same for all of them.

    ``id`` is ``None`` where the post has none of its own. ``names`` is what it may name: accounts, providers, groups.
    """

    config: Config
    names: frozenset[str]
    source: Source
    layers: Layers
    platforms: Chosen[tuple[str, ...] | None]
    status: Chosen[str | None]
    repeat: Chosen[RepeatRule | None]
    id: str | None
    tags: tuple[str, ...]
    allow_repeat: bool

    @property
    def path(self) -> str:
        """The post's file."""
        return self.source.path


@dataclass(frozen=True, slots=True)
class Piece:
    """One part that will be sent, and the way back to the file: ``source`` is the part of the body behind it.

    ``lengths`` are what counts towards each of the platform's limits (``Lens.limits``).
    """

    sent: DraftPart
    rendered: Rendered
    source: PartSource
    lengths: tuple[int, ...]
    assets: tuple[Asset, ...] = ()

    def place(self, path: str, start: int, end: int) -> Span:
        """Where the code points ``start`` to ``end`` of the text stand in the file; what was appended, at the end."""
        first, last = self.rendered.source(start), self.rendered.source(end)
        return self.source.place(path, min(first, max(len(self.source.markdown) - 1, 0)), last)

    def whole(self, path: str) -> Span:
        """The place of the whole part."""
        return self.source.place(path, 0, len(self.source.markdown))


@dataclass(frozen=True, slots=True)
class MissingSignature:
    """A signature without a file, and the signatures that there are."""

    name: str
    known: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Problems:
    """What was found while a candidate was put together, for the rules to say."""

    signature: MissingSignature | None = None
    unknown_people: tuple[tuple[str, Span], ...] = ()
    settings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """When a draft goes out: as it was written, as it was understood, and why its ``repeat`` means nothing.

    ``first`` is the first time of a repeat, ``None`` where there is none.
    """

    when: When | None
    schedule: Schedule
    repeat_problem: str | None
    first: datetime | None
    place: Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft, and where everything in it came from.

    ``spec`` is what the account's platform takes of a post with these settings. ``comments`` are the ``:::comment``
    parts that the platform cannot take, ``assets`` what all parts attach, ``card`` the image of the link's card.
    """

    subject: Subject
    lens: Lens
    spec: Spec
    fields: Fields
    timing: Timing
    pieces: tuple[Piece, ...]
    comments: tuple[PartSource, ...]
    assets: tuple[Asset, ...]
    card: Asset | None
    settings: Mapping[str, Any]
    problems: Problems
    draft: Draft = field(repr=False)

    @property
    def account(self) -> Account:
        """Whom it goes to."""
        return self.lens.account

    @property
    def config(self) -> Config:
        """accounts.yaml."""
        return self.subject.config

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every limit of a text, in the order of ``Piece.lengths``."""
        return self.lens.limits

    @property
    def path(self) -> str:
        """The post's file."""
        return self.subject.source.path

    @property
    def main(self) -> tuple[Piece, ...]:
        """The parts that are no comments."""
        return tuple(piece for piece in self.pieces if not piece.sent.comment)

    def finding(
        self,
        rule: Rule,
        span: Span,
        message: str,
        *,
        help: str,
        severity: Severity | None = None,
        label: str | None = None,
    ) -> Diagnostic:
        """A finding that speaks of this account alone."""
        account, provider = self.account.id, self.account.provider
        return rule.at(span, message, help=help, account=account, provider=provider, severity=severity, label=label)
