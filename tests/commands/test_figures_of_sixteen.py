"""What all platforms tell of one post in a quarter of a year, by the real program: growth, corrections and gaps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from postiz_ops.net.clock import SystemClock
from postiz_ops.net.http import HttpWire
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.effects import Request, Response
from postiz_ops.sandbox import Sandbox
from tests.commands import sixteen
from tests.commands.site import Ran, Site
from tests.commands.sixteen import LAUNCH, PLATFORMS
from tests.commands.test_sixteen import sender
from tests.specs import check_request

AGES = {"1h": 1, "6h": 6, "24h": 24, "3d": 73, "7d": 168, "30d": 31 * 24, "90d": 91 * 24}
"""Mark -> the hours after which the program asked."""

PUBLIC = "settings: {tiktok: {privacy: PUBLIC_TO_EVERYONE}}"

NEVER = {
    "instagram": {"watch_seconds"},
    "instagram-standalone": {"watch_seconds"},
    "facebook": {"video_views"},
}
"""What is told of a reel or a video alone: the post has pictures."""


@dataclass
class Told:
    """What was kept: account or post -> mark -> figures; and what was asked for it."""

    runs: list[Ran] = field(default_factory=list)
    of_post: dict[str, dict[str, Mapping[str, int]]] = field(default_factory=dict)
    of_account: dict[str, list[Mapping[str, int]]] = field(default_factory=dict)
    requests: list[tuple[str, Request]] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One post everywhere, and seven runs. TikTok shows the id of public posts alone."""
    send, said = HttpWire.send, Told()

    async def listened(self: HttpWire, request: Request, *, deadline: float | None = None) -> Response:
        said.requests.append((sender(request), request))
        return await send(self, request, deadline=deadline)

    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "sleep", lambda *_: asyncio.sleep(0))
        site = sixteen.begin(tmp_path_factory.mktemp("sixteen"), sandbox.url)
        site.write("content/launch.md", LAUNCH.replace("overrides:", f"{PUBLIC}\noverrides:"))
        site.approve()
        for _ in range(3):
            site.publish()
        patch.setattr(HttpWire, "send", listened)
        _quarter(site, sandbox, said)
        yield said


def _quarter(site: Site, sandbox: Sandbox, said: Told) -> None:
    start = datetime.now(UTC) + timedelta(minutes=2)
    for hours in AGES.values():
        at = start + timedelta(hours=hours)
        sandbox.world.clock = lambda at=at: at  # type: ignore[misc]
        said.runs.append(site.run("analytics", "sync", "--format", "json", "--now", at.isoformat()))
    for line in site.run("analytics", "export", "--format", "jsonl").out.splitlines():
        row = json.loads(line)
        if row["post"] is None:
            said.of_account.setdefault(row["provider"], []).append(row["metrics"])
        elif row["part"] == 0:
            said.of_post.setdefault(row["provider"], {})[row["mark"]] = row["metrics"]


def measured(provider: str, scope: str) -> set[str]:
    return {each.metric.value for each in PROVIDERS[provider].SPEC.metrics if each.scope == scope}


WITH_FIGURES = [name for name in PLATFORMS if measured(name, "post")]


def test_nothing_fails_and_nothing_is_left(told: Told) -> None:
    for ran in told.runs:
        assert ran.code == 0
        assert [account for account in ran.json["accounts"] if account["error"]] == []
    left = {account["account"] for ran in told.runs for account in ran.json["accounts"] if account["left"]}
    assert left <= {"my-linkedin"}, "all of it was asked on one day of the real clock, and LinkedIn counts by the day"


@pytest.mark.parametrize("provider", WITH_FIGURES)
def test_every_figure_of_a_platform_is_told_at_some_time(told: Told, provider: str) -> None:
    found = {name for figures in told.of_post[provider].values() for name in figures}
    assert found == measured(provider, "post") - NEVER.get(provider, set())


@pytest.mark.parametrize("provider", WITH_FIGURES)
def test_figures_grow_and_likes_go_down_in_the_end(told: Told, provider: str) -> None:
    marks = told.of_post[provider]
    assert list(marks) == list(AGES)
    likes = [marks[mark].get("likes", marks[mark].get("score", 0)) for mark in AGES]
    assert likes[:5] == sorted(likes[:5])
    assert likes[0] < likes[4]
    assert likes[5] <= likes[4] + likes[4] // 50, "a twentieth was taken back"


def test_platforms_correct_themselves(told: Told) -> None:
    down = [name for name in WITH_FIGURES if _likes(told, name, "30d") < _likes(told, name, "7d")]
    assert len(down) >= 8


def _likes(told: Told, provider: str, mark: str) -> int:
    return told.of_post[provider][mark].get("likes", 0)


def test_what_a_platform_does_not_tell_yet_or_any_more_is_absent(told: Told) -> None:
    def absent(provider: str, mark: str) -> set[str]:
        return measured(provider, "post") - told.of_post[provider][mark].keys() - NEVER.get(provider, set())

    assert absent("youtube", "24h") == {"shares", "watch_seconds"}, "reports come three days late"
    assert absent("youtube", "7d") == set()
    assert absent("x", "7d") == set()
    assert absent("x", "90d") == {"engagements", "link_clicks", "profile_visits"}, "for 30 days alone"
    assert absent("linkedin", "24h") == {"saves"}
    assert absent("linkedin", "7d") == set()


@pytest.mark.parametrize("provider", [name for name in PLATFORMS if measured(name, "account")])
def test_accounts_have_followers_every_day(told: Told, provider: str) -> None:
    assert all(set(day) == measured(provider, "account") for day in told.of_account[provider])
    followers = [day.get("followers", day.get("karma", 0)) for day in told.of_account[provider]]
    assert 0 < followers[0] < followers[-1]


def test_requests_are_those_of_the_platforms_own_descriptions(told: Told) -> None:
    asked = {provider for provider, _ in told.requests}
    assert asked >= {name for name in WITH_FIGURES if name != "linkedin-page"}
    for provider, request in told.requests:
        check_request(provider, request.method, request.url, request.headers, request.body)


def test_a_platform_without_figures_says_so_and_is_not_asked(told: Told) -> None:
    assert PROVIDERS["dribbble"].SPEC.no_metrics
    assert not [provider for provider, _ in told.requests if provider == "dribbble"]
    assert "dribbble" not in told.of_post
