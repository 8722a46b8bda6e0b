"""What is approved: trees of drafts, and what people do to them while runs are under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from random import Random

from postiz_ops.diagnostics import Diagnostic, Severity
from postiz_ops.model import Draft, DraftPart, Post, Repeat, Schedule, Span
from tests.simulation.history import Wanted

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Tree:
    """One approved tree. ``paused`` is the text of its PAUSED file; ``broken`` are files that came to no draft."""

    drafts: tuple[Draft, ...]
    paused: str | None = None
    broken: tuple[str, ...] = ()
    disabled: frozenset[str] = frozenset()

    @cached_property
    def id(self) -> str:
        """What git would call it: equal trees have equal ids."""
        return sha256(repr((self.drafts, self.paused, self.broken, sorted(self.disabled))).encode()).hexdigest()[:16]

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """The drafts by their posts."""
        posts: dict[str, list[Draft]] = {}
        for draft in self.drafts:
            posts.setdefault(draft.post, []).append(draft)
        made = [Post(post, drafts[0].path, drafts=tuple(drafts)) for post, drafts in posts.items()]
        return (*made, *(Post(name, f"content/{name}.md") for name in self.broken))

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """Why the broken files are broken."""
        return tuple(
            Diagnostic("PZ001", "front-matter", Severity.ERROR, "broken", "mend it", Span(f"content/{name}.md"))
            for name in self.broken
        )

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """The same for the checker."""
        return tuple(_wanted(draft, draft.account in self.disabled) for draft in self.drafts)

    @property
    def summary(self) -> str:
        """For the trace."""
        names = sorted({draft.post for draft in self.drafts})
        return f"{', '.join(names)}{'; PAUSED' if self.paused is not None else ''}"


def _wanted(draft: Draft, disabled: bool) -> Wanted:
    at = draft.schedule.at
    kind = "repeat" if draft.schedule.repeat else draft.schedule.kind
    return Wanted(
        post=draft.post,
        account=draft.account,
        texts=tuple(part.text for part in draft.parts),
        comments=tuple(part.comment for part in draft.parts),
        kind=kind,
        at=(at - START).total_seconds() if at else None,
        occurrences=_occurrences(draft.schedule),
        status="disabled" if disabled else draft.status,
        valid=draft.valid,
        explicit_id=draft.explicit_id,
        allow_repeat=draft.allow_repeat,
    )


def _occurrences(schedule: Schedule) -> tuple[float, ...]:
    """The repeats of this simulation are ``FREQ=HOURLY;INTERVAL=n`` until an instant."""
    if schedule.repeat is None or schedule.at is None or schedule.repeat.until is None:
        return ()
    step = int(schedule.repeat.rrule.rpartition("=")[2]) * 3600
    first = (schedule.at - START).total_seconds()
    last = (schedule.repeat.until - START).total_seconds()
    return tuple(first + step * i for i in range(int((last - first) // step) + 1))


# --- making posts ---------------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """Somebody who writes posts. Every text is one that nobody has read before, unless it is to be a repetition."""

    dice: Random
    accounts: Mapping[str, str]
    """Account -> kind of platform."""
    slots: Mapping[str, Sequence[str]]
    count: int = field(default=0)

    def tree(self) -> Tree:
        """A first tree of a few posts."""
        drafts: list[Draft] = []
        for _ in range(self.dice.randint(2, 4)):
            drafts += self.post(after=-1800, before=9000)
        broken = ("broken",) if self.dice.random() < 0.05 else ()
        return Tree(tuple(drafts), broken=broken)

    def post(self, *, after: float, before: float) -> list[Draft]:
        """A post for one or two accounts."""
        self.count += 1
        name, dice = f"post-{self.count}", self.dice
        schedule = self._schedule(dice.uniform(after, before))
        texts = self._texts(name)
        comment = len(texts) > 1 and dice.random() < 0.3
        changes = {"valid": dice.random() > 0.03, "allow_repeat": False, "explicit_id": dice.random() < 0.7}
        accounts = dice.sample(sorted(self.accounts), k=min(dice.choice((1, 1, 2)), len(self.accounts)))
        return [self._draft(name, account, texts, schedule, comment=comment, **changes) for account in accounts]

    def _schedule(self, at: float) -> Schedule:
        roll = self.dice.random()
        if roll < 0.1:
            return Schedule("now")
        if roll < 0.25 and all(self.slots.values()):
            return Schedule("queue")
        when = START + timedelta(seconds=int(at) // 60 * 60)
        if roll < 0.29:
            rule = Repeat(f"FREQ=HOURLY;INTERVAL={self.dice.choice((1, 2))}", when + timedelta(hours=5))
            return Schedule("at", when, when.replace(tzinfo=None), rule)
        return Schedule("at", when, when.replace(tzinfo=None))

    def _texts(self, name: str) -> list[str]:
        self.count += 1
        parts = self.dice.choice((1, 1, 1, 1, 2, 3))
        return [f"{name} v{self.count} part {i}" for i in range(parts)]

    def _draft(
        self, post: str, account: str, texts: Sequence[str], schedule: Schedule, *, comment: bool, **changes: bool
    ) -> Draft:
        parts = [DraftPart(text, len(text)) for text in texts]
        if comment:
            parts[-1] = replace(parts[-1], comment=True)
        draft = Draft(
            post,
            f"content/{post}.md",
            account,
            self.accounts[account],
            schedule,
            tuple(parts),
            valid=changes["valid"],
            allow_repeat=changes["allow_repeat"],
            explicit_id=changes["explicit_id"],
        )
        return _digested(draft)

    # --- changing them ---------------------------------------------------------------------------------------------

    def change(self, tree: Tree, now: float) -> Tree:
        """One edit, as a pull request would bring it."""
        if not tree.drafts:
            return replace(tree, drafts=tuple(self.post(after=now, before=now + 3600)))
        victim = self.dice.choice(tree.drafts)
        edits: Sequence[Callable[[], Tree]] = (
            lambda: self._reworded(tree, victim.post, longer=False),
            lambda: self._reworded(tree, victim.post, longer=True),
            lambda: _each(tree, victim.post, _renamed),
            lambda: self._moved(tree, victim.post, now),
            lambda: replace(tree, drafts=tuple(d for d in tree.drafts if d.post != victim.post)),
            lambda: self._copied(tree, victim),
            lambda: replace(tree, paused=None if tree.paused is not None else "wait"),
            lambda: self._drafted(tree, victim),
            lambda: replace(tree, disabled=tree.disabled ^ {victim.account}),
            lambda: replace(tree, drafts=(*tree.drafts, *self.post(after=now - 600, before=now + 3600))),
        )
        return self.dice.choice(edits)()

    def _moved(self, tree: Tree, post: str, now: float) -> Tree:
        schedule = self._schedule(now + self.dice.uniform(-3600, 7200))
        return _each(tree, post, lambda draft: replace(draft, schedule=schedule))

    def _drafted(self, tree: Tree, victim: Draft) -> Tree:
        status = "ready" if victim.status != "ready" else self.dice.choice(("draft", "paused"))
        return _each(tree, victim.post, lambda draft: replace(draft, status=status))

    def _reworded(self, tree: Tree, post: str, *, longer: bool) -> Tree:
        texts = self._texts(post)

        def reword(draft: Draft) -> Draft:
            kept = texts if longer else [f"{texts[0]} of {i}" for i in range(len(draft.parts))]
            parts = tuple(
                DraftPart(text, len(text), comment=i < len(draft.parts) and draft.parts[i].comment)
                for i, text in enumerate(kept)
            )
            return _digested(replace(draft, parts=parts))

        return _each(tree, post, reword)

    def _copied(self, tree: Tree, victim: Draft) -> Tree:
        """The same words once more, which is held unless it is meant."""
        self.count += 1
        name = f"copy-{self.count}"
        copy = replace(victim, post=name, path=f"content/{name}.md", allow_repeat=self.dice.random() < 0.5)
        return replace(tree, drafts=(*tree.drafts, copy))

    def mended(self, tree: Tree) -> Tree:
        """What is approved when people have cleared up: nothing paused, broken or switched off."""
        drafts = tuple(replace(d, status="ready", valid=True) for d in tree.drafts)
        return Tree(drafts)


def _each(tree: Tree, post: str, edit: Callable[[Draft], Draft]) -> Tree:
    return replace(tree, drafts=tuple(edit(d) if d.post == post else d for d in tree.drafts))


def _renamed(draft: Draft) -> Draft:
    """The file moves; without an ``id:`` of its own the post gets another one with it."""
    post = draft.post if draft.explicit_id else f"{draft.post}-new"
    return replace(draft, post=post, path=f"{draft.path[:-3]}-new.md")


def _digested(draft: Draft) -> Draft:
    return replace(draft, content=sha256(repr(draft.parts).encode()).hexdigest())
