"""The faults of the contract, for the publishing calls of YouTube, TikTok, Reddit, Pinterest and Dribbble."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox import test_dribbble, test_pinterest, test_reddit, test_tiktok, test_youtube
from tests.sandbox.client import MP4, Answer, Client

WRITE = {"path": r"/videos$|/video/$|/submit$|/pins$|/shots$"}
"""The one call of each that publishes; of YouTube and TikTok it is the one with the bytes."""


def youtube(client: Client) -> Answer:
    return test_youtube.put(client, test_youtube.begin(client).headers["Location"], MP4)


def tiktok(client: Client) -> Answer:
    return test_tiktok.send(client, test_tiktok.video(client).json["data"]["upload_url"], MP4)


def reddit(client: Client) -> Answer:
    return test_reddit.submit(client, text="Hi")


def pinterest(client: Client) -> Answer:
    return test_pinterest.pin(client)


def dribbble(client: Client) -> Answer:
    return test_dribbble.upload(client)


Outcome = tuple[int, str]
REFUSED: Mapping[Callable[[Client], Answer], Mapping[str, Outcome]] = {
    youtube: {
        "refuse": (400, "badRequest"),
        "unauthorized": (401, "UNAUTHENTICATED"),
        "rate-limit": (429, "rateLimitExceeded"),
        "error-before": (500, "backendError"),
    },
    tiktok: {
        "refuse": (400, "the size does not match"),
        "unauthorized": (403, "the upload_url has expired"),
        "rate-limit": (429, "too many requests"),
        "error-before": (500, "internal error"),
    },
    reddit: {
        "refuse": (200, "SUBREDDIT_NOTALLOWED"),
        "unauthorized": (401, "Unauthorized"),
        "rate-limit": (200, "RATELIMIT"),
        "error-before": (500, "Internal Server Error"),
    },
    pinterest: {
        "refuse": (400, '"code":1'),
        "unauthorized": (401, '"code":2'),
        "rate-limit": (429, '"code":8'),
        "error-before": (500, '"code":0'),
    },
    dribbble: {
        "refuse": (422, "Validation failed."),
        "unauthorized": (401, "Bad credentials."),
        "rate-limit": (429, "API rate limit exceeded."),
        "error-before": (500, "something went wrong"),
    },
}
every = pytest.mark.parametrize("publish", REFUSED, ids=lambda publish: publish.__name__)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token", "User-Agent": "tests"})


def faulted(sandbox: Sandbox, publish: Callable[[Client], Answer], effect: str) -> None:
    method = "PUT" if publish in (youtube, tiktok) else "POST"
    sandbox.faults([{"match": {**WRITE, "method": method}, "effect": effect}])


@pytest.mark.parametrize(
    ("publish", "effect", "outcome"),
    [(publish, *row) for publish, rows in REFUSED.items() for row in rows.items()],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_refusals_are_the_platforms_own(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer], effect: str, outcome: Outcome
) -> None:
    faulted(sandbox, publish, effect)
    answer = publish(client)
    assert (answer.status, outcome[1] in answer.body.decode()) == (outcome[0], True), answer.body
    assert answer.headers.get("Retry-After") == ("30" if answer.status == 429 else None)
    assert sandbox.posts() == []


@every
def test_error_after_keeps_the_post(sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer]) -> None:
    faulted(sandbox, publish, "error-after")
    assert publish(client).status == 500
    assert len(sandbox.posts()) == 1


@every
def test_a_malformed_answer_comes_after_the_post_was_kept(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer]
) -> None:
    faulted(sandbox, publish, "malformed")
    answer = publish(client)
    assert answer.status in (200, 201, 202)
    with pytest.raises(ValueError, match="Unterminated string"):
        json.loads(answer.body)
    assert len(sandbox.posts()) == 1


@every
@pytest.mark.parametrize(("effect", "kept"), [("lost-answer", 1), ("drop", 0)])
def test_a_cut_connection(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer], effect: str, kept: int
) -> None:
    faulted(sandbox, publish, effect)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        publish(client)
    assert len(sandbox.posts()) == kept


@pytest.mark.parametrize("effect", ["async-fail", "async-never"])
@pytest.mark.parametrize("publish", [reddit, pinterest], ids=["reddit", "pinterest"])
def test_what_is_not_processed_is_left_alone(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer], effect: str
) -> None:
    faulted(sandbox, publish, effect)
    assert publish(client).status in (200, 201)
    assert len(sandbox.posts()) == 1


STORAGE: Mapping[str, tuple[int, bytes]] = {
    "refuse": (403, b"AccessDenied"),
    "unauthorized": (403, b"AccessDenied"),
    "rate-limit": (503, b"SlowDown"),
    "error-before": (500, b"InternalError"),
}


@pytest.mark.parametrize("effect", STORAGE)
@pytest.mark.parametrize("host", ["reddit-uploaded-media", "pinterest-media-upload"])
def test_storage_has_failures_of_its_own(sandbox: Sandbox, client: Client, host: str, effect: str) -> None:
    sandbox.faults([{"effect": effect}])
    answer = client.call("POST", f"https://{host}.s3-accelerate.amazonaws.com/", form={}, files=[])
    assert (answer.status, STORAGE[effect][1] in answer.body) == (STORAGE[effect][0], True)


BODIES = (
    "https://www.googleapis.com/youtube/v3/comments?part=id",
    "https://open.tiktokapis.com/v2/post/publish/video/init/",
    "https://oauth.reddit.com/api/submit_poll_post",
    "https://api.pinterest.com/v5/pins",
)


@pytest.mark.parametrize("url", BODIES)
def test_a_body_that_cannot_be_read(client: Client, url: str) -> None:
    for body in (b"[", b"[]"):
        answer = client.call("POST", url, body=body, headers={"Content-Type": "application/json"})
        assert answer.status == 400
