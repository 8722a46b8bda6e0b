"""Times that cannot be read, do not exist, come twice or never. What depends on the clock is in ``calendar``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.schedule import Problem, When, instant
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

UNREADABLE = Rule(
    "PZ250",
    "time-unreadable",
    Severity.ERROR,
    "a time cannot be read",
    page(
        what="""
            Finds a `publish_at` that is neither a time nor one of the words `now` and `queue`. A time is written as
            year, month and day, then hours (two digits) and minutes; an offset or `Z` may follow, else the repository's
            `timezone` counts.
        """,
        why="A time that is guessed is a post at the wrong hour.",
        example="publish_at: tomorrow at nine",
        instead="publish_at: 2026-12-01 09:00",
    ),
)
AMBIGUOUS = Rule(
    "PZ251",
    "time-ambiguous",
    Severity.ERROR,
    "a date may mean two different days",
    page(
        what="Finds a `publish_at` whose year does not stand first.",
        why="`01/12/2026` is the first of December in Berlin and the twelfth of January in Boston.",
        example="publish_at: 01/12/2026 09:00",
        instead="publish_at: 2026-12-01 09:00",
    ),
)
DATE_ALONE = Rule(
    "PZ252",
    "time-of-day-missing",
    Severity.ERROR,
    "a date stands without a time of day",
    page(
        what="Finds a `publish_at` that is a date alone.",
        why="A date read as midnight is a post that is published while everybody sleeps.",
        example="publish_at: 2026-12-01",
        instead="publish_at: 2026-12-01 09:00",
    ),
)
IMPOSSIBLE = Rule(
    "PZ253",
    "time-impossible",
    Severity.ERROR,
    "a day or a time of day does not exist",
    page(
        what="Finds a `publish_at` that has the right form and that no calendar has.",
        why="It would never come, and what was meant cannot be known.",
        example="publish_at: 2026-11-31 09:00",
        instead="publish_at: 2026-11-30 09:00",
    ),
)
GAP = Rule(
    "PZ254",
    "dst-gap",
    Severity.ERROR,
    "the clocks skip this time",
    page(
        what="Finds a local time in the hour that is skipped when the clocks go forward.",
        why="That time does not exist: the post would go out an hour earlier or later than it says.",
        example="""
            # timezone: Europe/Berlin
            publish_at: 2026-03-29 02:30
        """,
        instead="publish_at: 2026-03-29 03:30",
    ),
)
OVERLAP = Rule(
    "PZ255",
    "dst-overlap",
    Severity.WARNING,
    "the clocks show this time twice",
    page(
        what="Finds a local time in the hour that comes twice when the clocks go back. The first of the two is taken.",
        why="The reader of the file cannot see which of the two was meant.",
        example="""
            # timezone: Europe/Berlin
            publish_at: 2026-10-25 02:30
        """,
        instead="""
            Say which one, with an offset.

            publish_at: 2026-10-25T02:30+02:00
        """,
    ),
)
REPEAT_INVALID = Rule(
    "PZ256",
    "repeat-invalid",
    Severity.ERROR,
    "a repeat cannot be read",
    page(
        what="""
            Finds a `repeat` that is neither `{every: 7d}`, in hours (`h`), days (`d`), weeks (`w`), months (`mo`) or
            years (`y`), nor an RRULE as RFC 5545 has it; and one whose post has no time to count from. More often than
            once an hour is refused.
        """,
        why="Nobody can say when the post would go out again.",
        example="repeat: {every: week}",
        instead="""
            repeat: {every: 1w, until: 2027-01-31}
        """,
    ),
)
REPEAT_NEVER = Rule(
    "PZ257",
    "repeat-never",
    Severity.ERROR,
    "a repeat has no time at all",
    page(
        what="Finds a `repeat` that ends before its first time, or that no day of the next ten years fulfils.",
        why="The post would never go out, and nothing would ever say so.",
        example="""
            publish_at: 2026-12-01 09:00
            repeat: {every: 7d, until: 2026-11-30}
        """,
        instead="""
            publish_at: 2026-12-01 09:00
            repeat: {every: 7d, until: 2027-11-30}
        """,
    ),
)
REPEAT_LATER = Rule(
    "PZ258",
    "repeat-skips-start",
    Severity.WARNING,
    "publish_at is none of the times of its repeat",
    page(
        what="Finds an RRULE that does not hold the time of `publish_at`.",
        why="The post does not go out at `publish_at` but at the first time of the rule, which may be a surprise.",
        example="""
            publish_at: 2026-12-01 09:00          # a Tuesday
            repeat: FREQ=WEEKLY;BYDAY=MO
        """,
        instead="""
            publish_at: 2026-12-07 09:00
            repeat: FREQ=WEEKLY;BYDAY=MO
        """,
    ),
)
TIME_MISSING = Rule(
    "PZ259",
    "publish-at-missing",
    Severity.ERROR,
    "a post is ready and has no time",
    page(
        what="Finds a post with `status: ready` that says nothing about when.",
        why="It would never go out. Without `status`, a post with no `publish_at` is a draft, which is fine.",
        example="""
            platforms: [mastodon]
            status: ready
        """,
        instead="""
            platforms: [mastodon]
            status: ready
            publish_at: queue
        """,
    ),
)
NO_SLOTS = Rule(
    "PZ260",
    "queue-without-slots",
    Severity.ERROR,
    "a post waits for a slot of an account that has none",
    page(
        what="Finds `publish_at: queue` for an account without `slots` in accounts.yaml.",
        why="The post would wait for ever.",
        example="""
            accounts:
              acme-mastodon: {provider: mastodon, url: "https://mastodon.example"}
        """,
        instead="""
            accounts:
              acme-mastodon:
                provider: mastodon
                url: https://mastodon.example
                slots: ["mon-fri 09:00", "sat 11:00"]
        """,
    ),
)

RULES = (
    UNREADABLE,
    AMBIGUOUS,
    DATE_ALONE,
    IMPOSSIBLE,
    GAP,
    OVERLAP,
    REPEAT_INVALID,
    REPEAT_NEVER,
    REPEAT_LATER,
    TIME_MISSING,
    NO_SLOTS,
)

_FORM = "write it as `2026-12-01 09:00`, with an offset as `2026-12-01T09:00+01:00`, or write `now` or `queue`"


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """What is the matter with when a post goes out, whoever it goes to."""
    when = candidate.timing.when
    if when is None:
        status = candidate.subject.status
        if status.value == "ready" and "publish_at" not in candidate.subject.source.dropped:
            message = "this post is ready and has no `publish_at`"
            yield TIME_MISSING.at(status.span(), message, help="add one, or write `status: draft`")
    elif when.problem is not None:
        rule, message, fix = _problem(when, ZoneInfo(candidate.config.timezone))
        yield rule.at(candidate.fields.publish_at.span(), message, help=fix)
    yield from _repeat(candidate)


def check_slots(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether an account can give the slot that a post waits for."""
    if candidate.draft.schedule.kind == "queue" and not candidate.account.slots:
        yield candidate.finding(
            NO_SLOTS,
            candidate.fields.publish_at.span(),
            f"{quoted(candidate.account.id)} has no slots that this post could wait for",
            help='add `slots: ["mon-fri 09:00"]` to the account in accounts.yaml, or write a time',
        )


def _problem(when: When, zone: ZoneInfo) -> tuple[Rule, str, str]:
    text = quoted(when.text)
    if when.problem is Problem.GAP and when.local is not None:
        later = instant(when.local, zone).astimezone(zone)
        message = f"{text} does not exist in {zone.key}: the clocks go forward"
        return GAP, message, f"write `{later:%Y-%m-%d %H:%M}`, or give an offset"
    if when.problem is Problem.OVERLAP and when.local is not None:
        first, second = (_with_offset(when.local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
        message = f"{text} comes twice in {zone.key}, and the first is taken"
        return OVERLAP, message, f"write `{first}` for the first, `{second}` for the second"
    return {
        Problem.DATE_ALONE: (DATE_ALONE, f"{text} has no time of day", f"add one, as in `{when.text.strip()} 09:00`"),
        Problem.AMBIGUOUS: (AMBIGUOUS, f"{text} may mean two different days", _FORM),
        Problem.IMPOSSIBLE: (IMPOSSIBLE, f"{text} is in no calendar", "correct the day or the time"),
    }.get(when.problem or Problem.UNREADABLE, (UNREADABLE, f"{text} is not a time", _FORM))


def _with_offset(at: datetime) -> str:
    return at.isoformat("T", "minutes")


def _repeat(candidate: Candidate) -> Iterator[Diagnostic]:
    timing, span = candidate.timing, candidate.subject.repeat.span
    if timing.repeat_problem is not None:
        fix = "write it as `{every: 7d, until: 2027-01-31}`, or as an RRULE such as `FREQ=WEEKLY;BYDAY=MO`"
        if timing.schedule.at is None:
            fix = "write a time into `publish_at`, or take `repeat` out"
        yield REPEAT_INVALID.at(span(), timing.repeat_problem, help=fix)
    elif timing.when is None or timing.when.schedule is None or timing.when.schedule.at == timing.first:
        return
    elif timing.first is None:
        message = "this post would never go out: its `repeat` has no time"
        yield REPEAT_NEVER.at(span(), message, help="correct `until` or the rule")
    else:
        first = timing.first.astimezone(ZoneInfo(candidate.config.timezone))
        message = f"`publish_at` is none of the times of `repeat`: the first is {first:%Y-%m-%d %H:%M}"
        yield REPEAT_LATER.at(span(), message, help=f"write `publish_at: {first:%Y-%m-%d %H:%M}`, or change the rule")
