"""A plan as its renderers share it: what is listed of it, measured by each account's limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from postiz_ops.ledger.record import FINISHED, Record
from postiz_ops.model import Config, Media
from postiz_ops.plan import Action, Plan, Planned
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Limit, Spec, Title, changeable, with_limits
from postiz_ops.report.counting import counted, sized

GONE = "its post is not in this tree, or names this account no more"

_SAID = {
    Action.PUBLISH: "to publish",
    Action.EDIT: "to edit",
    Action.DELETE: "to delete",
    Action.HOLD: "held",
    Action.CANNOT: "that cannot go",
    Action.NONE: "finished",
}


@dataclass(frozen=True)
class Shown:
    """A plan, and what is shown of it. ``limits`` are the discovered ones, by account."""

    plan: Plan
    config: Config
    commit: str | None
    dirty: bool
    everything: bool
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The repository's zone."""
        return ZoneInfo(self.config.timezone)

    @cached_property
    def rows(self) -> tuple[Planned, ...]:
        """The deliveries that are not finished; with ``everything`` all of them."""
        return tuple(planned for planned in self.plan.planned if self.everything or not planned.finished)

    @cached_property
    def gone(self) -> tuple[Record, ...]:
        """What the ledger keeps of deliveries that are not in the tree, listed by the same rule."""
        return tuple(record for record in self.plan.gone.values() if self.everything or record.state not in FINISHED)

    def spec(self, planned: Planned) -> Spec:
        """The platform's facts for this account."""
        draft = planned.draft
        spec = PROVIDERS[draft.provider].spec(self.config.accounts[draft.account])
        return with_limits(spec, self.limits.get(draft.account, {}))

    def limit(self, planned: Planned) -> Limit:
        """What the platform allows the text of a part to have, for this account."""
        return self.spec(planned).text.limit

    def extras(self, planned: Planned) -> Iterator[tuple[str, str]]:
        """What goes out beside the parts' texts, as far as the platform has a place for it."""
        draft, spec = planned.draft, self.spec(planned)
        if draft.title and spec.post_title is not Title.ABSENT:
            yield "title", draft.title
        if draft.content_warning and spec.content_warning:
            yield "content warning", draft.content_warning
        if draft.link and spec.link_card:
            yield "link card", " - ".join(filter(None, (draft.link.url, draft.link.title)))

    @property
    def summary(self) -> str:
        """``3 to publish (1 of them now), 1 held``."""
        actions = [planned.action for planned in self.rows]
        counts = [f"{actions.count(action):,} {said}" for action, said in _SAID.items() if action in actions]
        due = len(self.plan.due())
        if due and Action.PUBLISH in actions:
            counts[0] += f" ({due:,} of them now)"
        return ", ".join(counts) or "nothing to do"

    @property
    def source(self) -> str:
        """What was looked at."""
        commit = f"commit {self.commit[:12]}" if self.commit else "no commit yet"
        return f"{commit}, with changes that are not committed" if self.dirty else commit


def facts(media: Media) -> str:
    """Type and sizes: ``image/jpeg, 1.2 MB, 1200 x 800``."""
    sizes = [media.type]
    sizes += [sized(media.bytes)] if media.bytes else []
    sizes += [f"{media.width} x {media.height}"] if media.width and media.height else []
    sizes += [f"{media.duration:.0f} s"] if media.duration else []
    return ", ".join(sizes)


def fitting(media: Media, spec: Spec) -> str | None:
    """What will be done to a picture on its way, by its numbers alone; ``None`` where it goes out as it is."""
    rule = spec.media.kinds.get(media.kind)
    if rule is None or not changeable(spec.media, media):
        return None
    pixels = (media.width or 0) * (media.height or 0)
    over = [f"{sized(rule.max_bytes)}"] if media.bytes > rule.max_bytes else []
    over += [f"{rule.max_pixels:,} pixels"] if rule.max_pixels and pixels > rule.max_pixels else []
    done = [f"shrunk to at most {' and '.join(over)}"] if over else []
    done += [] if media.type in rule.types else [f"written as {' or '.join(sorted(_WRITTEN & set(rule.types)))}"]
    return "will be " + ", ".join(done) if done else None


_WRITTEN = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What a picture is written as where its own type is not taken."""


def part_name(planned: Planned, place: int) -> str:
    """``part 2 of 3``, ``comment``, or nothing where there is only one."""
    parts = planned.draft.parts
    if parts[place].comment:
        return "comment"
    numbered = sum(not part.comment for part in parts)
    return f"part {place + 1} of {numbered}" if numbered > 1 else ""


def media_count(planned: Planned) -> str:
    """``2 images``, ``1 video``, or nothing."""
    kinds = [media.kind.value for part in planned.draft.parts for media in part.media]
    return ", ".join(counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))
