"""Section 7 of the contract: each fault at the publishing request of each of the sixteen, and what a person does then.

All accounts share one repository: a run meets one fault everywhere at once, and the last runs are a day later, when
every lease has run out and every wait is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.commands import sixteen
from tests.contract import outside
from tests.contract.outside import Repository, Sandbox
from tests.media.files import encoded, noise

# The request that makes a post public, where only a text, or the least that the platform takes, is posted.
PUBLISHING: Mapping[str, tuple[str, str, str]] = {
    "bluesky": ("bsky.social", "POST", r"/xrpc/com\.atproto\.repo\.(applyWrites|createRecord|putRecord)$"),
    "discord": ("discord.com", "POST", r"/messages$"),
    "dribbble": ("api.dribbble.com", "POST", r"/v2/shots$"),
    "facebook": ("graph.facebook.com", "POST", r"/feed$"),
    "instagram": ("graph.facebook.com", "POST", r"/media_publish$"),
    "instagram-standalone": ("graph.instagram.com", "POST", r"/media_publish$"),
    "linkedin": ("api.linkedin.com", "POST", r"/rest/posts$"),
    "linkedin-page": ("api.linkedin.com", "POST", r"/rest/posts$"),
    "mastodon": ("mastodon.example", "POST", r"/api/v1/statuses$"),
    "pinterest": ("api.pinterest.com", "POST", r"/v5/pins$"),
    "reddit": ("oauth.reddit.com", "POST", r"/api/submit$"),
    "slack": ("slack.com", "POST", r"/api/chat\.postMessage$"),
    "threads": ("graph.threads.net", "POST", r"/threads_publish$"),
    "tiktok": ("open.tiktokapis.com", "POST", r"/v2/post/publish/video/init/$"),
    "x": ("api.x.com", "POST", r"/2/tweets$"),
    "youtube": ("www.googleapis.com", "PUT", r"/upload/youtube/v3/videos"),
}
TIKTOK_UPLOAD = {"tiktok": ("open-upload.tiktokapis.com", "PUT", r"")}
SECRETS = frozenset(sixteen.ENVIRONMENT) - {"GITHUB_REPOSITORY", "DISCORD_WEBHOOK", "SLACK_WEBHOOK"}
PICTURE = ("instagram", "instagram-standalone", "pinterest")
FILM = ("tiktok", "youtube")
SHOT = ("dribbble",)
NOT_KEPT = ("error-before", "drop")
KEPT = ("error-after", "lost-answer", "malformed")
UNKNOWN = (*NOT_KEPT, *KEPT)
EFFECTS = ("refuse", "delay:1", "rate-limit", *UNKNOWN, "unauthorized")
ENDS_WITH = {"refuse": 1, "rate-limit": 75, "delay:1": 0, "error-before": 75, "drop": 3, "unauthorized": 1}


def _post(effect: str) -> str:
    media = {
        **dict.fromkeys(PICTURE, "/media/one.jpg"),
        **dict.fromkeys(FILM, "/media/clip.mp4"),
        **dict.fromkeys(SHOT, "/media/shot.jpg"),
    }
    to = f"platforms: [everywhere, {_account(effect, 'tiktok')}]\n"
    own = "".join(f"  {name}: {{media: [{{src: {path}, alt: One}}]}}\n" for name, path in media.items())
    return f"title: About {effect}\n{to}publish_at: now\nallow_repeat: true\noverrides:\n{own}"


def _name(effect: str) -> str:
    return effect.replace(":", "-")


def _account(effect: str, provider: str) -> str:
    """TikTok lets a user begin six posts a minute, by the real clock: each effect has a user of its own."""
    return f"tiktok-{_name(effect)}" if provider == "tiktok" else sixteen.account(provider)


def _delivery(effect: str, provider: str) -> str:
    return f"{_name(effect)}/{_account(effect, provider)}"


def _accounts() -> str:
    here = sixteen.ACCOUNTS.replace("state: {remote: origin, branch: postiz-state}\n", "policy: {max_lateness: 30d}\n")
    users = "".join(
        f"  {_account(effect, 'tiktok')}:\n    provider: tiktok\n    settings: {{privacy: SELF_ONLY}}\n"
        '    credentials: {access_token: "${TIKTOK_ACCESS_TOKEN}"}\n'
        for effect in EFFECTS
    )
    return here.replace("groups:\n", f"{users}groups:\n").replace("my-tiktok, ", "")


@dataclass(slots=True)
class Story:
    """What happened: by effect the run's exit code and states, what was kept after it, and a day later."""

    codes: dict[str, int] = field(default_factory=dict)
    states: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    kept: dict[str, Counter[str]] = field(default_factory=dict)
    later_code: int = 0
    later_standing: int = 0
    later: dict[str, dict[str, Any]] = field(default_factory=dict)
    later_kept: dict[str, Counter[str]] = field(default_factory=dict)
    second_code: int = 0
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    end: dict[str, dict[str, Any]] = field(default_factory=dict)
    end_kept: dict[str, Counter[str]] = field(default_factory=dict)


def _kept(platforms: Sandbox) -> dict[str, Counter[str]]:
    """How many posts of each effect's text each provider has."""
    posts = [one for one in platforms.posts() if not one["deleted"]]
    return {
        effect: Counter(one["provider"] for one in posts if f"about {_name(effect)}." in one["text"])
        for effect in EFFECTS
    }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, platforms: Sandbox) -> Story:
    here = outside.new(tmp_path_factory.mktemp("faults"), _accounts(), state=True)
    here.env |= sixteen.ENVIRONMENT | {"POSTIZ_OPS_ENDPOINT": platforms.url}
    for name, data in sixteen.MEDIA.items():
        here.write(f"media/{name}", data)
    here.write("media/shot.jpg", encoded(noise(400, 300), "JPEG"))
    told = Story()
    now = datetime.now(UTC)
    for effect in ("refuse", "delay:1", "rate-limit"):
        _meet(effect, here, platforms, told)
    platforms.faults()
    here.run("publish", *_at(now, hours=2), timeout=120)
    # An hour apart: an account waits while a request of another run may still be under way.
    for hour, effect in enumerate(UNKNOWN, 3):
        _meet(effect, here, platforms, told, *_at(now, hours=hour))
    platforms.faults()
    told.later_code = here.run("publish", *_at(now, days=1), timeout=120).code
    told.later_standing = here.run("status").code
    told.later, told.later_kept = here.status(), _kept(platforms)
    told.second_code = here.run("publish", *_at(now, days=1)).code
    for one in told.later.values():
        _settle(one, here, told)
    _meet("unauthorized", here, platforms, told, *_at(now, days=1, minutes=5))
    platforms.faults()
    here.run("publish", *_at(now, days=2))
    told.held = here.status()
    here.env |= {name: f"{value}-new" for name, value in here.env.items() if name in SECRETS}
    here.run("publish", *_at(now, days=2), timeout=120)
    told.end, told.end_kept = here.status(), _kept(platforms)
    return told


def _meet(effect: str, here: Repository, platforms: Sandbox, told: Story, *args: str) -> None:
    here.post(_name(effect), _post(effect), f"A word about {_name(effect)}.")
    here.commit()
    there = dict(PUBLISHING) | (TIKTOK_UPLOAD if effect in KEPT else {})
    platforms.faults(
        *({"match": {"host": h, "method": m, "path": p}, "effect": effect} for h, m, p in set(there.values()))
    )
    told.codes[effect] = here.run("publish", *args, timeout=120).code
    told.states[effect] = {one["provider"]: one for one in here.status().values() if one["post"] == _name(effect)}
    told.kept[effect] = _kept(platforms)[effect]


def _settle(one: Mapping[str, Any], here: Repository, told: Story) -> None:
    if one["state"] == "in_doubt":
        there = told.later_kept[_effect(one["post"])][one["provider"]]
        answer = ("--published", "https://social.example/1") if there else ("--not-published",)
        here.run("resolve", one["post"], one["account"], *answer).exits(0)
    elif one["state"] == "failed":
        here.run("retry", one["post"], one["account"]).exits(0)


def _at(now: datetime, **later: int) -> tuple[str, str]:
    return "--now", f"{now + timedelta(**later):%Y-%m-%dT%H:%M:%SZ}"


def _effect(post: str) -> str:
    return next(effect for effect in EFFECTS if _name(effect) == post)


every_provider = pytest.mark.parametrize("provider", PUBLISHING)
# YouTube is asked about an upload where it is sent to, so that a standing fault meets the look-up too.
unknown_provider = pytest.mark.parametrize("provider", [name for name in PUBLISHING if name != "youtube"])


@every_provider
@pytest.mark.parametrize(
    ("effect", "state", "kind"),
    [("refuse", "failed", "rejected"), ("unauthorized", "held", "reauthorize"), ("rate-limit", "retry", "throttled")],
)
def test_a_certain_failure_is_what_the_platform_said(
    story: Story, provider: str, effect: str, state: str, kind: str
) -> None:
    one = story.states[effect][provider]
    assert (one["state"], one["error"]["kind"]) == (state, kind)
    assert bool(one["error"]["retry_at"]) == (state == "retry")
    assert story.kept[effect][provider] == 0


@pytest.mark.parametrize("effect", ENDS_WITH)
def test_the_exit_code_says_it(story: Story, effect: str) -> None:
    assert story.codes[effect] == ENDS_WITH[effect]


@every_provider
def test_slow_is_not_wrong(story: Story, provider: str) -> None:
    assert story.states["delay:1"][provider]["state"] == "published"
    assert story.kept["delay:1"][provider] == 1


@unknown_provider
@pytest.mark.parametrize("effect", KEPT)
def test_a_kept_post_is_found_or_waits_for_its_lease(story: Story, provider: str, effect: str) -> None:
    assert story.states[effect][provider]["state"] in {"published", "sending"}
    assert story.kept[effect][provider] == 1


@unknown_provider
@pytest.mark.parametrize("effect", KEPT)
def test_a_kept_post_is_never_sent_again(story: Story, provider: str, effect: str) -> None:
    assert story.later[_delivery(effect, provider)]["state"] in {"published", "in_doubt"}
    assert story.later_kept[effect][provider] == 1
    assert story.end_kept[effect][provider] == 1


@unknown_provider
@pytest.mark.parametrize("effect", NOT_KEPT)
def test_what_was_not_kept_is_in_doubt_once_its_lease_has_run_out(story: Story, provider: str, effect: str) -> None:
    assert story.states[effect][provider]["state"] in {"sending", "retry"}
    assert story.kept[effect][provider] == 0
    assert story.later[_delivery(effect, provider)]["state"] in {"published", "in_doubt"}


def test_a_doubt_ends_the_run_with_3_once_and_stands_in_status(story: Story) -> None:
    assert any(one["state"] == "in_doubt" for one in story.later.values())
    assert story.later_code == 3
    assert story.later_standing == 3
    assert story.second_code == 0


@every_provider
def test_a_refused_credential_holds_until_it_changes(story: Story, provider: str) -> None:
    assert story.held[_delivery("unauthorized", provider)]["state"] == "held"


@every_provider
def test_a_rate_limit_is_over_after_its_time(story: Story, provider: str) -> None:
    assert story.later[_delivery("rate-limit", provider)]["state"] == "published"
    assert story.later_kept["rate-limit"][provider] == 1


@every_provider
@pytest.mark.parametrize("effect", EFFECTS)
def test_in_the_end_everything_is_published_once(story: Story, provider: str, effect: str) -> None:
    assert story.end[_delivery(effect, provider)]["state"] == "published"
    assert story.end_kept[effect][provider] == 1
