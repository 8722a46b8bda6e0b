"""A day of `run` in compressed time: 200 posts, 16 accounts, clocks that change, a network that goes, a restart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

import pytest

from postiz_ops.compile.schedule import QUEUE, Problem, parse_when
from postiz_ops.model import Draft, Schedule
from tests.runner.world import Life, Site, post, repeated, site

BERLIN = ZoneInfo("Europe/Berlin")
ACCOUNTS = tuple(f"account-{number:02}" for number in range(16))
SLOTS = ("09:30", "17:45")
AUTUMN, SPRING = "2026-10-25", "2027-03-28"
HOURS = {AUTUMN: 25, SPRING: 23}


@dataclass(frozen=True)
class Day:
    """A local day: what is written into its posts, and when that is."""

    date: str

    @property
    def start(self) -> datetime:
        return datetime.fromisoformat(self.date).replace(tzinfo=BERLIN).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """A second before midnight."""
        return datetime.fromisoformat(f"{self.date} 23:59:59").replace(tzinfo=BERLIN).astimezone(UTC)

    def schedule(self, time: str) -> Schedule | None:
        """What the compiler makes of a time; nothing of one that the clocks skip."""
        when = parse_when(f"{self.date} {time}", BERLIN)
        assert when.problem in (None, Problem.GAP, Problem.OVERLAP)
        return when.schedule

    def posts(self) -> Iterator[Draft]:
        """200: spread over the day, all accounts at once, around the change of the clocks, queued, and repeated."""
        special = chain(self._at_once(), self._around_the_change(), self._queued(), self._repeated())
        yield from islice(chain(special, self._spread()), 200)

    def _spread(self) -> Iterator[Draft]:
        for number in range(170):
            minutes, account = 611 * number % 1440, ACCOUNTS[number % 16]
            schedule = self.schedule(f"{minutes // 60:02}:{minutes % 60:02}:{number % 60:02}")
            if schedule is not None:
                yield post(f"spread-{number}", account, schedule)

    def _at_once(self) -> Iterator[Draft]:
        for account in ACCOUNTS:
            schedule = self.schedule("09:00")
            assert schedule is not None
            yield post(f"launch-{account}", account, schedule)

    def _around_the_change(self) -> Iterator[Draft]:
        for number, time in enumerate(("01:59:59", "02:30", "02:30+01:00", "02:30+02:00", "03:00", "03:00:01") * 5):
            schedule = self.schedule(time)
            if schedule is not None:
                yield post(f"change-{number}", ACCOUNTS[number % 16], schedule)

    def _queued(self) -> Iterator[Draft]:
        for number, account in enumerate(ACCOUNTS[:12]):
            yield post(f"queued-{number}", account, QUEUE)

    def _repeated(self) -> Iterator[Draft]:
        schedule = self.schedule("00:10")
        assert schedule is not None
        for account in ACCOUNTS[:4]:
            yield post(f"repeated-{account}", account, repeated(schedule, "FREQ=HOURLY;INTERVAL=4", until=self.end))

    def expected(self) -> dict[str, list[datetime]]:
        """Text -> the instants at which it is wanted, reckoned with nothing of ours but the posts' own times."""
        wanted: dict[str, list[datetime]] = {}
        for draft in self.posts():
            text, schedule = draft.parts[0].text, draft.schedule
            if schedule.kind == "queue":
                wanted[text] = [datetime.fromisoformat(f"{self.date} 09:30").replace(tzinfo=BERLIN).astimezone(UTC)]
            elif schedule.repeat is not None:
                # Local times, so that the day of 23 hours has the same ones: none of them is skipped or doubled.
                hours = (datetime.fromisoformat(f"{self.date} {hour:02}:10") for hour in range(0, 24, 4))
                wanted[text] = [hour.replace(tzinfo=BERLIN).astimezone(UTC) for hour in hours]
            else:
                assert schedule.at is not None
                wanted[text] = [schedule.at]
        return wanted


@dataclass
class Lived:
    """A day, and what came of it."""

    day: Day
    world: Site
    lives: list[Life]

    def seen(self) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = {}
        for text, at in self.world.wire.seen:  # type: ignore[attr-defined]
            found.setdefault(text, []).append(at)
        return found

    def reported_late(self) -> set[tuple[str, str]]:
        """(text, when it was due) of everything that a runner said was late."""
        lines = (line for life in self.lives for line in life.lines if line["event"] == "published")
        return {(f"text of {line['post']}", line["due"]) for line in lines if line["late_seconds"]}


LOSSES = (("06:10:30", "06:50:10"), ("15:00:00", "15:04:00"))
"""UTC: when the network is gone."""
RESTART = ("11:30:20", "11:32:05")


def lived(date: str) -> Lived:
    day = Day(date)
    world = site(tuple(day.posts()), day.start, ACCOUNTS, slots=SLOTS)
    end = day.start + timedelta(hours=HOURS[date])
    life = Life(world)
    stops, starts = (_utc(date, time) for time in RESTART)
    for down, up in LOSSES:
        life.at(_utc(date, down), lambda: _switch(world, up=False)).at(_utc(date, up), lambda: _switch(world, up=True))
    life.live(stops)
    life.clock.pass_to(starts)
    return Lived(day, world, [life, Life(world).live(end)])


def _utc(date: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{date}T{time}+00:00")


def _switch(world: Site, *, up: bool) -> None:
    world.ledger.up = up  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=[AUTUMN, SPRING])
def result(request: pytest.FixtureRequest) -> Lived:
    return lived(request.param)


def hindered(date: str, at: datetime) -> datetime | None:
    """Until when nothing can go out that is due then."""
    for begin, end in (*LOSSES, RESTART):
        if _utc(date, begin) <= at < _utc(date, end):
            return _utc(date, end)
    return None


def test_there_are_200_posts_for_16_accounts(result: Lived) -> None:
    posts = list(result.day.posts())
    assert len(posts) == 200
    assert {draft.account for draft in posts} == set(ACCOUNTS)
    kinds = {draft.post.partition("-")[0] for draft in posts}
    assert kinds == {"spread", "launch", "change", "queued", "repeated"}


def test_every_post_appears_once_for_each_time_that_it_is_wanted(result: Lived) -> None:
    # Of occurrences that come due while nothing can be sent, only the latest goes out: none did twice within a loss.
    assert {text: len(times) for text, times in result.seen().items()} == {
        text: len(times) for text, times in result.day.expected().items()
    }


def test_every_post_is_on_its_second_or_reported(result: Lived) -> None:
    late = set()
    for text, times in result.day.expected().items():
        for due, at in zip(sorted(times), sorted(result.seen()[text]), strict=True):
            if at != due:
                late.add((text, f"{due:%Y-%m-%dT%H:%M:%SZ}"))
                until = hindered(result.day.date, due)
                assert until is not None, f"{text} was due at {due} and went out at {at} for no reason"
                # The longest pause between two looks at a remote that is gone.
                assert until <= at <= until + timedelta(seconds=66)
    assert late
    assert result.reported_late() == late


def test_nothing_is_left_and_nothing_is_in_doubt(result: Lived) -> None:
    states = set(result.world.states().values())
    assert states == {"published"}


def test_the_losses_are_told_once_each(result: Lived) -> None:
    told = [message for life in result.lives for message in life.said("waiting", "passed")]
    unreachable = "the remote `origin` cannot be reached"
    assert told == [unreachable, f"it has passed: {unreachable}"] * 2


def test_an_idle_hour_costs_looks_and_hardly_a_run(result: Lived) -> None:
    looks = sum(len(life.looks) for life in result.lives)
    rounds = sum(len(life.rounds) for life in result.lives)
    minutes = HOURS[result.day.date] * 60
    assert minutes * 0.85 < looks < minutes * 1.25
    instants = {at for times in result.day.expected().values() for at in times}
    # One for each instant, one for what it left on the state branch, and those that are made whatever happens.
    assert rounds < 2 * len(instants) + HOURS[result.day.date] * 4
