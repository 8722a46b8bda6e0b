"""Hours of weather out of a seed: each post goes out once, and in time once it is calm, or somebody is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from postiz_ops.model import Draft, Schedule
from postiz_ops.publish.effects import Request, Response, Snapshot
from tests.runner.world import Life, Network, Site, Wire, post, site, utc

START = utc("2026-12-01T09:00:00")
STORM = timedelta(hours=2)
CALM = timedelta(minutes=70)
"""More than two leaps of the clock, a lease, and the longest pause between two runs together."""
SLOW = 120.0
"""Seconds that a post may be late in calm weather: it may come due in a run, behind others of its account."""


@dataclass
class Weather:
    """What a seed does to a world. ``hindered`` are the spans in which a post cannot be punctual."""

    dice: Random
    hindered: list[tuple[datetime, datetime]] = field(default_factory=list)
    approved: dict[str, datetime] = field(default_factory=dict)
    """Text -> when it was merged."""

    def any(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=self.dice.uniform(least, most))

    def moment(self) -> datetime:
        return START + self.any(60, STORM.total_seconds())

    def hinder(self, begin: datetime, end: datetime) -> None:
        # A run may have begun before it; and it ends with the next look, after the longest pause, give or take.
        self.hindered.append((begin - timedelta(seconds=60), end + timedelta(seconds=70)))

    def free(self, ready: datetime) -> datetime:
        """From when on nothing hinders a post that could have gone out then."""
        for begin, end in sorted(self.hindered):
            if begin <= ready <= end:
                ready = end
        return ready


@dataclass
class SlowNetwork(Network):
    """Every fetch and every push takes its time, in which other things happen."""

    dice: Random = field(default_factory=Random)
    wire: Wire | None = None

    async def fetch(self) -> Snapshot:
        await self._take(0.05, 2)
        return await super().fetch()

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        await self._take(0.1, 3)
        await super().push(base, writes, message)

    async def _take(self, least: float, most: float) -> None:
        assert self.wire is not None
        await self.wire.clock.sleep(self.dice.uniform(least, most))


class SlowWire(Wire):
    """So does every request."""

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        assert isinstance(self.network, SlowNetwork)
        await self.clock.sleep(self.network.dice.uniform(0.05, 1.5))
        return await super().send(request, deadline=deadline)


def drafts(weather: Weather, wave: int) -> list[Draft]:
    made = []
    for number in range(weather.dice.randint(3, 7)):
        # Whole minutes, so that several are due at once; some an hour ago.
        minutes = weather.dice.randint(-60, 120)
        at = START + timedelta(minutes=minutes)
        schedule = Schedule("at", at, at.replace(tzinfo=None))
        made.append(post(f"post-{wave}-{number}", weather.dice.choice(("one", "two")), schedule))
    return made


def world_of(weather: Weather) -> Site:
    world = site(drafts(weather, 0), START)
    slow = SlowNetwork(files=dict(world.ledger.files), dice=Random(weather.dice.random()))
    wire = SlowWire(network=slow, clock=world.clock)
    slow.wire = wire
    world.ledger, world.wire = slow, wire
    return world


def storm(weather: Weather, world: Site, life: Life) -> None:
    """Arrange what is to happen."""
    network = world.ledger
    assert isinstance(network, Network)
    for _ in range(weather.dice.randint(0, 3)):
        down = weather.moment()
        up = down + weather.any(5, 900)
        life.at(down, lambda: setattr(network, "up", False)).at(up, lambda: setattr(network, "up", True))
        weather.hinder(down, up)
    for wave in range(1, weather.dice.randint(1, 4)):
        at = weather.moment()
        life.at(at, lambda wave=wave, at=at: approve(weather, world, wave, at))  # type: ignore[misc]
    for _ in range(weather.dice.randint(0, 2)):
        seconds = weather.dice.choice((-400.0, -30.0, 45.0, 900.0))
        life.at(weather.moment(), lambda seconds=seconds: leap(weather, life, seconds))  # type: ignore[misc]
    for _ in range(weather.dice.randint(0, 2)):
        at = weather.moment()
        life.at(at, lambda: network.push_script.extend(["lost"] * 9))
        weather.hinder(at, at + timedelta(minutes=40))  # the next push may be any time after it


def leap(weather: Weather, life: Life, seconds: float) -> None:
    before = life.clock.at
    life.clock.leap(seconds)
    weather.hinder(*sorted((before, life.clock.at)))


def approve(weather: Weather, world: Site, wave: int, at: datetime) -> None:
    new = drafts(weather, wave)
    weather.approved |= {draft.parts[0].text: world.clock.at for draft in new}
    tree = (*world.trees[world.ledger.approved], *new)
    world.trees = {**world.trees, f"commit-{wave}-{at}": tree}
    world.ledger.approved = f"commit-{wave}-{at}"
    weather.hinder(world.clock.at, world.clock.at)


def lived(seed: int) -> tuple[Weather, Site, list[Life]]:
    weather = Weather(Random(seed))
    world = world_of(weather)
    lives = [Life(world)]
    storm(weather, world, lives[0])
    if weather.dice.random() < 0.5:
        # A restart: what is arranged goes on happening to the next process.
        stop = weather.moment()
        lives[0].live(stop)
        weather.hinder(stop, stop + timedelta(seconds=30))
        lives[0].clock.pass_to(lives[0].clock.at + timedelta(seconds=30))
        lives.append(Life(world))
    lives[-1].live(START + STORM + CALM)
    return weather, world, lives


@pytest.mark.parametrize("seed", range(40))
def test_each_post_goes_out_once_and_in_time_once_it_is_calm(seed: int) -> None:
    weather, world, lives = lived(seed)
    assert isinstance(world.wire, Wire)
    tree = world.trees[world.ledger.approved]
    counts = Counter(text for text, _ in world.wire.seen)
    assert set(counts.values()) <= {1}
    # A claim whose push was cut off may have been sent, for all that anybody can know: a person is told.
    told = [line for life in lives for line in life.lines if line["event"] == "in_doubt"]
    assert {line["level"] for line in told} <= {"error"}
    doubtful = {f"text of {line['post']}" for line in told}
    assert counts.keys() | doubtful == {draft.parts[0].text for draft in tree}
    assert set(world.states().values()) <= {"published", "in_doubt"}
    due = {draft.parts[0].text: draft.schedule.at for draft in tree}
    for text, at in world.wire.seen:
        wanted = due[text]
        assert wanted is not None
        assert at >= wanted
        ready = max(wanted, weather.approved.get(text, START))
        late = (at - weather.free(ready)).total_seconds()
        assert late <= SLOW, f"{text} could go out at {ready} and did at {at}"
    reported = {line["post"] for life in lives for line in life.lines if line["event"] in ("published", "in_doubt")}
    # What the ledger did not take at once is recorded by a later run, and told by that.
    assert reported == {draft.post for draft in tree}
