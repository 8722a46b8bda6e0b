"""The faults of the contract, for each of Meta's, X's and LinkedIn's publishing calls."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import Answer, Client
from tests.sandbox.meta import PHOTO, Graph

TOKEN = {"Authorization": "Bearer test-token"}
WRITE = {"path": "/feed$|media_publish$|threads_publish$|/tweets$|/rest/posts$", "method": "POST"}
"""The one call of each that publishes."""


def facebook(client: Client) -> Answer:
    return Graph(client, "https://graph.facebook.com/v26.0", "100").post("100/feed", message="Hi")


def instagram(client: Client) -> Answer:
    return published(Graph(client, "https://graph.facebook.com/v26.0", "178"))


def instagram_standalone(client: Client) -> Answer:
    return published(Graph(client, "https://graph.instagram.com/v26.0", "178"))


def published(user: Graph) -> Answer:
    container = user.made("media", image_url=PHOTO, caption="Hi")
    user.get(container, fields="status_code")
    return user.post(f"{user.me}/media_publish", creation_id=container)


def threads(client: Client) -> Answer:
    user = Graph(client, "https://graph.threads.net/v1.0", "178")
    return user.post("178/threads_publish", creation_id=user.made("threads", media_type="TEXT", text="Hi"))


def x(client: Client) -> Answer:
    return client.call("POST", "https://api.x.com/2/tweets", value={"text": "Hi"}, headers=TOKEN)


def linkedin(client: Client) -> Answer:
    sub = client.call("GET", "https://api.linkedin.com/v2/userinfo", headers=TOKEN).json["sub"]
    return linkedin_post(client, f"urn:li:person:{sub}")


def linkedin_page(client: Client) -> Answer:
    return linkedin_post(client, "urn:li:organization:1")


def linkedin_post(client: Client, author: str) -> Answer:
    value = {
        "author": author,
        "commentary": "Hi",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    headers = {**TOKEN, "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    return client.call("POST", "https://api.linkedin.com/rest/posts", value=value, headers=headers)


Outcome = tuple[int, Mapping[str, Any]]
META: Mapping[str, Outcome] = {
    "refuse": (400, {"code": 100, "message": "(#100) Invalid parameter"}),
    "unauthorized": (400, {"code": 190, "error_subcode": 460}),
    "rate-limit": (429, {"code": 4, "message": "(#4) Application request limit reached"}),
    "error-before": (500, {"code": 2}),
}
LINKEDIN: Mapping[str, Outcome] = {
    "refuse": (422, {"code": "UNPROCESSABLE_ENTITY"}),
    "unauthorized": (401, {"code": "REVOKED_ACCESS_TOKEN", "serviceErrorCode": 65601}),
    "rate-limit": (429, {"code": "TOO_MANY_REQUESTS"}),
    "error-before": (500, {"code": "INTERNAL_SERVER_ERROR"}),
}
REFUSED: Mapping[Callable[[Client], Answer], Mapping[str, Outcome]] = {
    facebook: META,
    instagram: META,
    instagram_standalone: META,
    threads: META,
    x: {
        "refuse": (400, {"title": "Invalid Request", "detail": "Your Tweet text is not acceptable."}),
        "unauthorized": (401, {"title": "Unauthorized", "type": "about:blank"}),
        "rate-limit": (429, {"title": "Too Many Requests"}),
        "error-before": (500, {"title": "Internal Server Error"}),
    },
    linkedin: LINKEDIN,
    linkedin_page: LINKEDIN,
}
every = pytest.mark.parametrize("publish", REFUSED, ids=lambda publish: publish.__name__)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    sandbox.world.clock = lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)
    return Client(sandbox.url)


@pytest.mark.parametrize(
    ("publish", "effect", "outcome"),
    [(publish, *row) for publish, rows in REFUSED.items() for row in rows.items()],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_refusals_are_the_platforms_own(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer], effect: str, outcome: Outcome
) -> None:
    sandbox.faults([{"match": WRITE, "effect": effect}])
    answer = publish(client)
    said = answer.json.get("error", answer.json)
    assert (answer.status, {name: said[name] for name in outcome[1]}) == outcome
    assert answer.headers.get("Retry-After") == ("30" if effect == "rate-limit" else None)
    assert sandbox.posts() == []


@every
def test_error_after_keeps_the_post(sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer]) -> None:
    sandbox.faults([{"match": WRITE, "effect": "error-after"}])
    assert publish(client).status == 500
    assert [post["text"] for post in sandbox.posts()] == ["Hi"]


@every
def test_a_malformed_answer_comes_after_the_post_was_kept(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer]
) -> None:
    sandbox.faults([{"match": WRITE, "effect": "malformed"}])
    answer = publish(client)
    assert answer.status in (200, 201)
    with pytest.raises(ValueError, match="Unterminated string"):
        _ = answer.json
    assert len(sandbox.posts()) == 1


@every
@pytest.mark.parametrize(("effect", "kept"), [("lost-answer", 1), ("drop", 0)])
def test_a_cut_connection(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer], effect: str, kept: int
) -> None:
    sandbox.faults([{"match": WRITE, "effect": effect}])
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        publish(client)
    assert len(sandbox.posts()) == kept


@every
def test_processing_faults_leave_other_calls_alone(
    sandbox: Sandbox, client: Client, publish: Callable[[Client], Answer]
) -> None:
    sandbox.faults([{"match": WRITE, "effect": "async-fail"}, {"match": WRITE, "effect": "async-never"}])
    assert publish(client).status in (200, 201)
    assert len(sandbox.posts()) == 1


def test_reads_fail_by_another_code(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults([{"effect": "error-before"}])
    answer = Graph(client, "https://graph.facebook.com/v26.0", "100").get("100")
    assert (answer.status, answer.json["error"]["code"]) == (500, 1)


@pytest.mark.parametrize(
    "url",
    ["https://graph.facebook.com/v26.0/100/feed", "https://api.x.com/2/tweets", "https://api.linkedin.com/rest/posts"],
)
def test_a_body_that_cannot_be_read(client: Client, url: str) -> None:
    headers = {**TOKEN, "Content-Type": "application/json", "LinkedIn-Version": "202609"}
    headers["X-Restli-Protocol-Version"] = "2.0.0"
    assert client.call("POST", url, body=b"[", headers=headers).status == 400
