"""What the checks look at: gathered once, at the edge, from git, the environment, the clock and the forge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from postiz_ops.ledger.view import View
from postiz_ops.model import Account, Config
from postiz_ops.plan import Plan
from postiz_ops.providers.base import Spec
from postiz_ops.publish.effects import Snapshot


@dataclass(frozen=True, slots=True)
class Forge:
    """What GitHub says of the repository. ``None`` where it did not answer, or does not tell this token."""

    private: bool | None = None
    protected: bool | None = None
    """Whether the state branch can be neither deleted nor forced."""
    disabled: Mapping[str, str] = field(default_factory=dict)
    """Workflow file -> why it does not run (``disabled_inactivity``, ``disabled_manually`` …)."""
    scheduled: Mapping[str, datetime] = field(default_factory=dict)
    """Workflow file -> when a schedule last started it."""
    pushed_at: datetime | None = None
    """When anything was last pushed to the repository."""


@dataclass(frozen=True, slots=True)
class Clone:
    """The repository here. ``version`` is git's."""

    version: tuple[int, ...]
    shallow: bool = False
    wants_lfs: bool = False
    """Whether .gitattributes hands files to git-lfs."""
    has_lfs: bool = False
    remote: str | None = None
    """The content remote's name."""
    unreachable: str | None = None
    """Why the remote did not answer."""
    approved_at: datetime | None = None
    """When the newest approved commit was made."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. What could not be looked at is ``None``, and each check says so rather than that all is well."""

    now: datetime
    clone: Clone
    config: Config
    specs: Mapping[str, Spec]
    """By account."""
    seen: Snapshot
    view: View
    remote_identity: str | None
    plan: Plan | None = None
    """The decisions on the approved tree; ``None`` where it is broken."""
    broken: str | None = None
    """Why the approved tree cannot be read."""
    paused: str | None = None
    workflows: Mapping[str, str] = field(default_factory=dict)
    """Path -> text, of the work tree."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Path -> text, as ``init`` of this version writes it."""
    environment: frozenset[str] = frozenset()
    """The names of the variables that are set, never their values."""
    in_ci: bool = False
    skew: timedelta | None = None
    """How far this machine's clock is ahead of the git host's."""
    endpoint: bool = False
    offline: bool = False
    forge: Forge | None = None
    no_forge: str = ""
    """Why the forge was not asked."""

    def enabled(self) -> tuple[Account, ...]:
        """The accounts that something may be published to."""
        return tuple(account for account in self.config.accounts.values() if account.enabled)
