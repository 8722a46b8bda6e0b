"""What depends on the clock, and on what other posts do at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from postiz_ops.compile.pages import page
from postiz_ops.compile.summary import Overview, Summary, instant, microseconds
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

PAST = Rule(
    "PZ270",
    "time-past",
    Severity.WARNING,
    "a post's time has passed, and it was not published",
    page(
        what="""
            Finds posts whose `publish_at` has passed and that are not among those that were published. The rule needs
            the state branch: without it every published post would look like one that was missed.
        """,
        why="""
            Within `policy.max_lateness` it goes out as soon as it is approved, perhaps in the middle of the night;
            after that it expires, and is not published at all.
        """,
        example="publish_at: 2020-01-01 09:00",
        instead="publish_at: 2030-01-01 09:00",
    ),
)
FAR = Rule(
    "PZ271",
    "time-far",
    Severity.WARNING,
    "a post's time is more than two years away",
    page(
        what="Finds a `publish_at` that is more than two years ahead.",
        why="It is most often a slip in the year, and nobody notices a post that does not come.",
        example="publish_at: 2062-12-01 09:00",
        instead="publish_at: 2026-12-01 09:00",
    ),
)
TOO_CLOSE = Rule(
    "PZ272",
    "posts-too-close",
    Severity.WARNING,
    "two posts of an account are closer than min_gap",
    page(
        what="Compares the planned times of each account's posts with `policy.min_gap` of accounts.yaml.",
        why="The second one is held until the gap has passed, so it goes out later than it says.",
        example="""
            # accounts.yaml
            policy: {min_gap: 1h}

            # content/first.md
            publish_at: 2026-12-01 09:00

            # content/second.md
            publish_at: 2026-12-01 09:10
        """,
        instead="""
            # content/second.md
            publish_at: 2026-12-01 10:00
        """,
    ),
)

RULES = (PAST, FAR, TOO_CLOSE)

_FAR = timedelta(days=730)
_AHEAD = timedelta(days=90)
"""How far repeats are followed: those of the farther future are checked when it is nearer."""


def check_times(overview: Overview) -> Iterator[tuple[Summary, Diagnostic]]:
    """Times that have passed, and times that are too far away."""
    now, far = microseconds(overview.now), microseconds(overview.now + _FAR)
    done = {(out.post, out.account) for out in overview.history or ()}
    for draft in overview.drafts:
        if draft.at is None or draft.repeat is not None or not draft.live:
            continue
        if draft.at > far:
            message = f"{overview.said(instant(draft.at))} is more than two years away"
            yield draft, FAR.at(draft.when, message, help="check the year")
        elif draft.at < now and overview.history is not None and (draft.post, draft.account) not in done:
            yield draft, _past(overview, draft, instant(draft.at))


def _past(overview: Overview, draft: Summary, at: datetime) -> Diagnostic:
    if overview.now - at <= overview.config.policy.max_lateness:
        message = f"{overview.said(at)} has passed: this post goes out as soon as it is approved"
        return PAST.at(draft.when, message, help="write a later time, or `now` if that is meant")
    message = f"{overview.said(at)} has passed by more than `policy.max_lateness`: this post will not go out"
    return PAST.at(draft.when, message, help="write a time that is still to come")


def check_gaps(overview: Overview) -> Iterator[tuple[Summary, Diagnostic]]:
    """Posts of one account that follow each other too quickly. Each post is named once an account."""
    gap = overview.config.policy.min_gap
    if not gap:
        return
    for events in _by_account(overview, gap).values():
        events.sort(key=lambda event: (event[0], event[1].path if event[1] else ""))
        named: set[str] = set()
        for (before, earlier), (at, draft) in pairwise(events):
            if draft is None or at - before >= gap or at < overview.now or draft.path in named:
                continue
            named.add(draft.path)
            first = quoted(earlier.path) if earlier else "the last publication"
            message = f"{overview.said(at)} is less than `policy.min_gap` ({_said(gap)}) after {first}"
            yield draft, TOO_CLOSE.at(draft.when, message, help=f"write {quoted(overview.said(before + gap))} or later")


_Event = tuple[datetime, Summary | None]


def _by_account(overview: Overview, gap: timedelta) -> dict[str, list[_Event]]:
    """What goes out when for each account, from shortly before now on, and its last publication."""
    events: dict[str, list[_Event]] = {}
    start = overview.now - gap
    for draft in overview.drafts:
        if draft.live and draft.kind == "at":
            times = draft.times(overview.zone, overview.now, start, overview.now + _AHEAD)
            events.setdefault(draft.account, []).extend((at, draft) for at in times)
    planned = {(draft.post, draft.account) for draft in overview.drafts}
    for out in overview.history or ():
        if out.published_at >= start and (out.post, out.account) not in planned:
            events.setdefault(out.account, []).append((out.published_at, None))
    return events


def _said(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
