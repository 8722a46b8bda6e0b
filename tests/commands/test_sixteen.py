"""All sixteen platforms from a commit to their posts: the real program, real git, and the sandbox for the platforms."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from postiz_ops.net.clock import SystemClock
from postiz_ops.net.http import HttpWire
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.effects import Request, Response
from postiz_ops.sandbox import Sandbox
from tests.canaries import canary
from tests.commands import sixteen
from tests.commands.kinds import KINDS, post_id, post_of
from tests.commands.site import Ran, Site
from tests.commands.sixteen import LAUNCH, PLATFORMS, account
from tests.specs import check_request
from tools import docs_providers

ALL = tuple(PLATFORMS)
SCORES = docs_providers.scorecard()["providers"]
SILENT = ("dribbble", "pinterest", "tiktok")
"""Platforms where nothing can follow a post."""


def test_the_sixteen_are_those_of_the_contract() -> None:
    assert list(PROVIDERS) == list(ALL) == list(KINDS)
    assert len(ALL) == 16


@pytest.fixture(autouse=True, scope="module")
def hurry() -> Iterator[None]:
    """Nobody waits: the stand-ins count looks, not seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "sleep", lambda *_: asyncio.sleep(0))
        yield


@dataclass
class Told:
    """What a site was told by the program, and what stood in the sandbox then."""

    site: Site
    checked: Ran
    planned: Ran
    published: Ran
    again: Ran
    requests: list[tuple[str, Request]]
    posts: list[dict[str, Any]]
    rows: Mapping[tuple[str, str], dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        deliveries = self.site.run("status", "--format", "json").json["deliveries"]
        self.rows = {(row["post"], row["provider"]): row for row in deliveries}

    def plan(self, post: str, provider: str) -> list[dict[str, Any]]:
        """The parts that were announced."""
        deliveries = self.planned.json["deliveries"]
        (parts,) = (one["parts"] for one in deliveries if (one["post"], one["provider"]) == (post, provider))
        return list(parts)

    def stands(self, post: str, provider: str) -> list[dict[str, Any]]:
        """What the sandbox keeps of a delivery, in the order of its parts.

        TikTok tells the id of its task, and that of the post only once it is public; a webhook tells none: there the
        words tell.
        """
        kept = {one["remote_id"]: one for one in self.posts if one["provider"] == provider}
        told = self.rows[post, provider]["remote_ids"]
        if provider == "tiktok" or told[0].startswith("webhook:"):
            return [one for one in kept.values() if one["text"] == self.plan(post, provider)[0]["text"]]
        return [kept[_key(remote_id, kept)] for remote_id in told]


def _key(remote_id: str, kept: Mapping[str, Any]) -> str:
    """LinkedIn's comments are known by their number, which their URN ends with."""
    return next((key for key in kept if key == remote_id or key.endswith(f",{remote_id})")), remote_id)


def tell(folder: Path, posts: Mapping[str, str]) -> Told:
    """Check, plan and publish these posts, and publish once more."""
    requests: list[tuple[str, Request]] = []
    send = HttpWire.send

    async def listened(self: HttpWire, request: Request, *, deadline: float | None = None) -> Response:
        requests.append((sender(request), request))
        return await send(self, request, deadline=deadline)

    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpWire, "send", listened)
        site = sixteen.begin(folder, sandbox.url)
        for name, text in posts.items():
            site.write(f"content/{name}.md", text)
        checked = site.run("check", "--format", "json")
        site.approve()
        planned = site.run("plan", "--format", "json")
        published = site.publish("--allow-many")
        again = site.publish("--allow-many")
        return Told(site, checked, planned, published, again, requests, sandbox.posts())


HOSTS = {
    "bsky.social": "bluesky",
    "discord.com": "discord",
    "dribbble.com": "dribbble",
    "graph.instagram.com": "instagram-standalone",
    "linkedin.com": "linkedin",
    "mastodon.example": "mastodon",
    "pinterest.com": "pinterest",
    "pinterest-media-upload.s3-accelerate.amazonaws.com": "pinterest",
    "reddit.com": "reddit",
    "reddit-uploaded-media.s3-accelerate.amazonaws.com": "reddit",
    "reddit-uploaded-video.s3-accelerate.amazonaws.com": "reddit",
    "slack.com": "slack",
    "threads.net": "threads",
    "tiktokapis.com": "tiktok",
    "x.com": "x",
    "googleapis.com": "youtube",
}


def sender(request: Request) -> str:
    """The provider that sends a request: by its host, and on Meta's common hosts by the credential."""
    host = request.url.split("/")[2]
    if named := next((name for end, name in HOSTS.items() if host == end or host.endswith(f".{end}")), None):
        return named
    return "instagram" if canary("instagram") in f"{request.headers} {request.url}" else "facebook"


# --- one post for all ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory, hurry: None) -> Told:
    """One post for sixteen accounts, from its file to their platforms."""
    assert hurry is None
    return tell(tmp_path_factory.mktemp("launch"), {"launch": LAUNCH})


def test_check_passes_and_says_where_a_comment_is_left_out(launched: Told) -> None:
    found = [(one["severity"], one["name"], one["provider"]) for one in launched.checked.json["diagnostics"]]
    assert (launched.checked.code, found) == (0, [("warning", "comment-left-out", name) for name in SILENT])


def test_status_says_that_all_is_published_and_a_second_run_sends_nothing(launched: Told) -> None:
    assert (launched.published.code, launched.published.json["published"]) == (0, 16)
    assert {name: row["state"] for (_, name), row in launched.rows.items()} == dict.fromkeys(ALL, "published")
    assert (launched.again.code, launched.again.json["deliveries"]) == (0, [])


@pytest.mark.parametrize("provider", ALL)
def test_what_stands_there_is_what_was_planned(launched: Told, provider: str) -> None:
    planned, shown = launched.plan("launch", provider), launched.stands("launch", provider)
    assert [post["text"] for post in shown] == [part["text"] for part in planned]
    assert [post["parent"] is None for post in shown] == [True] + [False] * (0 if provider in SILENT else 3)
    media = [(one["type"], one["alt"] if takes_alt(provider) else "") for one in planned[0]["media"]]
    assert [(one["type"], one["alt"]) for one in shown[0]["media"]] == media


def takes_alt(provider: str) -> bool:
    """Whether the platform takes alt texts of pictures from us."""
    score: str = SCORES[provider]["scores"]["alt-text"]
    return score == "done" or score.startswith("exempt: of ")


@pytest.mark.parametrize("provider", ALL)
def test_every_request_is_one_that_the_platform_describes(launched: Told, provider: str) -> None:
    """Of LinkedIn, TikTok, Reddit and Dribbble the description is handwritten: our reading of their pages."""
    judged(launched, provider)


def judged(told: Told, provider: str) -> None:
    """Hold every request of a provider against its description."""
    host = "linkedin" if provider == "linkedin-page" else provider
    sent = [request for name, request in told.requests if name == host]
    assert sent
    for request in sent:
        check_request(provider, request.method, request.url, request.headers, request.body)


# --- every kind of post -------------------------------------------------------------------------------------------

EVERY = [(provider, name) for provider, kinds in KINDS.items() for name in kinds]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, hurry: None) -> Told:
    """Every kind of post of every platform, in one run."""
    assert hurry is None
    posts = {f"{provider}/{name}": post_of(provider, name, account(provider)) for provider, name in EVERY}
    return tell(tmp_path_factory.mktemp("kinds"), posts)


def test_all_kinds_pass_check_and_go_out_once(published: Told) -> None:
    errors = [one["message"] for one in published.checked.json["diagnostics"] if one["severity"] == "error"]
    assert (published.checked.code, errors) == (0, [])
    assert (published.published.code, published.published.json["published"]) == (0, len(EVERY))
    assert (published.again.code, published.again.json["deliveries"]) == (0, [])


@pytest.mark.parametrize(("provider", "name"), EVERY)
def test_a_kind_of_post_arrives(published: Told, provider: str, name: str) -> None:
    kind, shown = KINDS[provider][name], published.stands(post_id(provider, name), provider)
    assert len(shown) == kind.parts
    assert [tuple(one["type"] for one in post["media"]) for post in shown[:1]] == [kind.media] * bool(kind.parts)
    assert [post["parent"] is not None for post in shown] == [number > 0 for number in range(kind.parts)]


@pytest.mark.parametrize("provider", ALL)
def test_every_request_of_every_kind_is_one_that_the_platform_describes(published: Told, provider: str) -> None:
    """Of LinkedIn, TikTok, Reddit and Dribbble the description is handwritten: our reading of their pages."""
    judged(published, provider)


# --- faults -------------------------------------------------------------------------------------------------------

MUTATIONS: Mapping[str, tuple[str, str, str]] = {
    "bluesky": ("POST", "bsky.social", "applyWrites"),
    "discord": ("POST", "discord.com", "/messages$"),
    "dribbble": ("POST", "api.dribbble.com", "/shots$"),
    "facebook": ("POST", "graph.facebook.com", "/feed$"),
    "instagram": ("POST", "graph.facebook.com", "/media_publish$"),
    "instagram-standalone": ("POST", "graph.instagram.com", "/media_publish$"),
    "linkedin": ("POST", "api.linkedin.com", "/rest/posts$"),
    "linkedin-page": ("POST", "api.linkedin.com", "/rest/posts$"),
    "mastodon": ("POST", "mastodon.example", "/statuses$"),
    "pinterest": ("POST", "api.pinterest.com", "/pins$"),
    "reddit": ("POST", "oauth.reddit.com", "/api/submit$"),
    "slack": ("POST", "slack.com", "chat.postMessage"),
    "threads": ("POST", "graph.threads.net", "/threads_publish$"),
    "tiktok": ("PUT", "open-upload.tiktokapis.com", "/video/"),
    "x": ("POST", "api.x.com", "/2/tweets$"),
    "youtube": ("PUT", "www.googleapis.com", "/upload/"),
}
"""Provider -> method, host and path of the one call of its post below that people can see the result of."""

MEDIA: Mapping[str, str] = {
    **dict.fromkeys(("dribbble", "instagram", "instagram-standalone", "pinterest"), "/media/one.jpg"),
    **dict.fromkeys(("tiktok", "youtube"), "/media/clip.mp4"),
}
"""What is attached where nothing goes out without media."""

FRONT = "---\nid: probe\ntitle: A probe\nplatforms: [everywhere]\npublish_at: now\n"
OWN = "".join(f"  {name}: {{media: [{{src: {src}, alt: A desk}}]}}\n" for name, src in MEDIA.items())
PROBE = f"{FRONT}overrides:\n{OWN}---\nA probe\n"
FILM = (
    f"{FRONT}media: [{{src: /media/clip.mp4, alt: A tour, thumbnail: /media/one.jpg}}]\n"
    "overrides: {dribbble: {media: [{src: /media/one.jpg, alt: A desk}]}}\n---\nA probe\n"
)
"""The same with what platforms take their time for."""

Stand = tuple[str, int]
"""The state of a delivery, and how many posts there are of it."""

RETRIED, HELD, FAILED = ("retry", 0), ("held", 0), ("failed", 0)
UNSEEN, DOUBT, DOUBTED = ("sending", 0), ("in_doubt", 0), ("in_doubt", 1)
SEEN, OUT = ("sending", 1), ("published", 1)

TIKTOK = {"tiktok": (RETRIED, OUT)}
"""The upload's host knows no token: its 403 is an address that has expired."""
UPLOADS = {"tiktok": (RETRIED, OUT), "youtube": (RETRIED, OUT)}
"""The upload says itself that its end has not arrived, so that nothing of it is out."""
BLIND = {"linkedin": (SEEN, DOUBTED), "dribbble": (SEEN, OUT)}
"""Members' posts cannot be listed; a shot is processed before it is."""
KEPT = dict.fromkeys(("bluesky", "discord"), (OUT, OUT))
"""Platforms that show what they are still working on."""
UNTOLD = dict.fromkeys(("reddit", "slack"), (UNSEEN, DOUBT))
"""Platforms that do not say what became of it."""

FAULTS: Mapping[str, tuple[int, tuple[Stand, Stand], Mapping[str, tuple[Stand, Stand]]]] = {
    "refuse": (1, (FAILED, FAILED), {}),
    "unauthorized": (1, (HELD, HELD), TIKTOK),
    "rate-limit": (75, (RETRIED, OUT), {}),
    "error-before": (75, (UNSEEN, DOUBT), UPLOADS),
    "drop": (75, (UNSEEN, DOUBT), UPLOADS),
    "error-after": (75, (OUT, OUT), BLIND),
    "lost-answer": (75, (OUT, OUT), BLIND),
    "malformed": (75, (OUT, OUT), BLIND),
    "async-fail": (1, (FAILED, FAILED), {**KEPT, **UNTOLD, "dribbble": (UNSEEN, UNSEEN)}),
    "async-never": (
        75,
        (RETRIED, RETRIED),
        {
            **KEPT,
            **UNTOLD,
            **dict.fromkeys(("dribbble", "facebook", "tiktok", "youtube"), (UNSEEN, UNSEEN)),
            "mastodon": (RETRIED, OUT),
        },
    ),
}
"""What is done to the one call, or to processing -> exit code, how it stands then and an hour later, exceptions."""


@pytest.mark.parametrize("effect", FAULTS)
def test_a_fault_leads_to_its_state_and_never_to_a_second_post(tmp_path: Path, effect: str) -> None:
    code, usual, other = FAULTS[effect]
    with Sandbox() as sandbox:
        site = sixteen.begin(tmp_path, sandbox.url)
        site.write("content/probe.md", FILM if effect.startswith("async") else PROBE)
        site.approve()
        sandbox.faults(rules(effect))
        assert site.publish().code == code
        at_once = standing(site, sandbox)
        sandbox.faults([])
        site.publish("--now", hence(hours=1))
        an_hour_later = standing(site, sandbox)
        site.publish("--now", hence(hours=3))
        assert standing(site, sandbox) == an_hour_later
    assert {name: (at_once[name], an_hour_later[name]) for name in ALL} == {
        name: other.get(name, usual) for name in ALL
    }


def rules(effect: str) -> list[dict[str, Any]]:
    """The fault, once for each platform's one call; processing is struck wherever there is any."""
    if effect.startswith("async"):
        return [{"effect": effect}]
    matches = [dict(zip(("method", "host", "path"), MUTATIONS[name], strict=True)) for name in ALL]
    return [
        {"match": {**match, "nth": 1 + matches[:place].count(match)}, "effect": effect}
        for place, match in enumerate(matches)
    ]


def standing(site: Site, sandbox: Sandbox) -> dict[str, Stand]:
    """How each account's delivery stands."""
    there = Counter(post["provider"] for post in sandbox.posts() if not post["deleted"])
    rows = site.run("status", "--format", "json").json["deliveries"]
    return {row["provider"]: (row["state"], there[row["provider"]]) for row in rows}


def hence(**span: int) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()
