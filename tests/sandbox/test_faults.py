from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.faults import EFFECTS, BadFault, Faults, Strike, parse
from tests.sandbox.client import MP4, Answer, Client, File

TOKEN = {"Authorization": "Bearer test-token"}


def mastodon(client: Client) -> Answer:
    return client.call("POST", "https://mastodon.example/api/v1/statuses", value={"status": "Hi"}, headers=TOKEN)


def bluesky(client: Client) -> Answer:
    xrpc = "https://pds.example/xrpc/com.atproto"
    login = {"identifier": "alice.example.com", "password": "test-password"}
    session = client.call("POST", f"{xrpc}.server.createSession", value=login).json
    record = {"text": "Hi", "createdAt": "2026-12-01T09:00:00Z"}
    body = {"repo": session["did"], "collection": "app.bsky.feed.post", "record": record}
    headers = {"Authorization": f"Bearer {session['accessJwt']}"}
    return client.call("POST", f"{xrpc}.repo.createRecord", value=body, headers=headers)


def discord_bot(client: Client) -> Answer:
    url = "https://discord.com/api/v10/channels/1/messages"
    return client.call("POST", url, value={"content": "Hi"}, headers={"Authorization": "Bot test-token"})


def discord_webhook(client: Client) -> Answer:
    return client.call("POST", "https://discord.com/api/webhooks/1/test-token?wait=true", value={"content": "Hi"})


def slack_bot(client: Client) -> Answer:
    body = {"channel": "C1", "text": "Hi"}
    return client.call("POST", "https://slack.com/api/chat.postMessage", value=body, headers=TOKEN)


def slack_webhook(client: Client) -> Answer:
    return client.call("POST", "https://hooks.slack.com/services/T/B/test-secret", value={"text": "Hi"})


WRITE = {"path": r"statuses|createRecord|messages|webhooks|postMessage|services"}
"""The one call of each that publishes, so that signing in is not hit."""

Outcome = tuple[int, Any]
REFUSED: Mapping[Callable[[Client], Answer], Mapping[str, Outcome]] = {
    mastodon: {
        "refuse": (422, {"error": "Validation failed: Text is not acceptable"}),
        "unauthorized": (401, {"error": "The access token is invalid"}),
        "rate-limit": (429, {"error": "Too many requests"}),
        "error-before": (500, {"error": "We're sorry, but something went wrong"}),
    },
    bluesky: {
        "refuse": (400, {"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}),
        "unauthorized": (400, {"error": "InvalidToken", "message": "Token could not be verified"}),
        "rate-limit": (429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}),
        "error-before": (500, {"error": "InternalServerError", "message": "Internal Server Error"}),
    },
    discord_bot: {
        "refuse": (
            400,
            {
                "message": "Invalid Form Body",
                "code": 50035,
                "errors": {
                    "content": {
                        "_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "This content is not acceptable."}]
                    }
                },
            },
        ),
        "unauthorized": (401, {"message": "401: Unauthorized", "code": 0}),
        "rate-limit": (
            429,
            {"message": "You are being rate limited.", "code": 0, "retry_after": 30.0, "global": False},
        ),
        "error-before": (500, {"message": "500: Internal Server Error", "code": 0}),
    },
    discord_webhook: {"unauthorized": (401, {"message": "Invalid Webhook Token", "code": 50027})},
    slack_bot: {
        "refuse": (200, {"ok": False, "error": "invalid_arguments"}),
        "unauthorized": (200, {"ok": False, "error": "invalid_auth"}),
        "rate-limit": (429, {"ok": False, "error": "ratelimited"}),
        "error-before": (500, b"Internal Server Error"),
    },
    slack_webhook: {
        "refuse": (400, b"invalid_payload"),
        "unauthorized": (403, b"invalid_token"),
        "rate-limit": (429, b"rate_limited"),
    },
}
every = pytest.mark.parametrize("publish", REFUSED, ids=lambda publish: publish.__name__)


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
    assert (answer.status, answer.body if isinstance(outcome[1], bytes) else answer.json) == outcome
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
    assert answer.status == 200
    with pytest.raises(ValueError, match="Unterminated string"):
        json.loads(answer.body)
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


def test_a_delay_holds_the_answer_back_and_not_the_post(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults([{"effect": "delay:0.05"}, {"effect": "delay:0.05"}])
    started = time.monotonic()
    assert mastodon(client).status == 200
    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize("effect", ["async-fail", "async-never"])
def test_processing_that_does_not_end_well(sandbox: Sandbox, client: Client, effect: str) -> None:
    sandbox.faults([{"match": {"method": "POST", "path": "/media$"}, "effect": effect}])
    url = "https://mastodon.example/api/v2/media"
    accepted = client.call("POST", url, files=[File("file", MP4)], headers=TOKEN)
    assert accepted.status == 202
    look = f"https://mastodon.example/api/v1/media/{accepted.json['id']}"
    statuses = [client.call("GET", look, headers=TOKEN).status for _ in range(4)]
    assert statuses == [422 if effect == "async-fail" else 206] * 4


def test_nth_counts_what_matches_the_rest(sandbox: Sandbox, client: Client) -> None:
    match = {"host": "Mastodon.Example", "method": "post", "path": "^/api/v1/statuses$"}
    sandbox.faults([{"match": {**match, "nth": 2}, "effect": "refuse"}])
    client.call("GET", "https://mastodon.example/api/v1/statuses/1")
    client.call("POST", "https://other.example/api/v1/statuses", value={"status": "x"}, headers=TOKEN)
    assert [mastodon(client).status for _ in range(3)] == [200, 422, 200]


def test_without_nth_everything_is_hit_until_it_is_cleared(client: Client) -> None:
    faults = json.dumps([{"effect": "refuse"}]).encode()
    assert client.raw("POST", "/_sandbox/faults", faults).status == 200
    assert [mastodon(client).status, slack_webhook(client).status] == [422, 400]
    told = client.raw("GET", "/_sandbox/faults").json
    assert told == [{"match": {}, "effect": "refuse", "seen": 2, "hits": 2}]
    assert client.raw("DELETE", "/_sandbox/faults").status == 204
    assert mastodon(client).status == 200


def test_faults_add_up_and_each_counts_for_itself() -> None:
    faults = Faults()
    faults.add([{"match": {"nth": 1}, "effect": "delay:1.5"}, {"match": {"nth": 2}, "effect": "refuse"}])
    faults.add([{"effect": "delay:0.5"}, {"match": {"nth": 2}, "effect": "drop"}])
    struck = [faults.strike("POST", "x.example:8080", "/") for _ in range(3)]
    assert struck == [Strike("", 2.0), Strike("refuse", 0.5), Strike("", 0.5)]


def test_a_host_is_matched_with_or_without_its_port() -> None:
    for host in ("x.example", "x.example:8080"):
        assert parse({"match": {"host": host}, "effect": "drop"}).strikes("GET", "x.example:8080", "/")
    assert not parse({"match": {"host": "y.example"}, "effect": "drop"}).strikes("GET", "x.example", "/")


@pytest.mark.parametrize("effect", [*EFFECTS, "delay:3", "delay:0.25"])
def test_effects_that_are_known(effect: str) -> None:
    assert parse({"effect": effect}).effect == effect


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"effect": "drop"}, "a list of faults is expected"),
        (["drop"], "a fault has `match` and `effect`, not `'drop'`"),
        ([{"effect": "drop", "mach": {}}], "a fault has `match` and `effect`, not `"),
        ([{"effect": "explode"}], "unknown effect `explode`; known: refuse, "),
        ([{"effect": "delay:soon"}], "unknown effect `delay:soon`"),
        ([{"match": {}}], "unknown effect `None`"),
        ([{"effect": "drop", "match": []}], "`match` is an object"),
        ([{"effect": "drop", "match": {"verb": "GET"}}], "`match.verb` cannot be `GET`"),
        ([{"effect": "drop", "match": {"nth": "1"}}], "`match.nth` cannot be `1`"),
        ([{"effect": "drop", "match": {"nth": True}}], "`match.nth` cannot be `True`"),
        ([{"effect": "drop", "match": {"nth": 0}}], "`match.nth` counts from 1"),
        ([{"effect": "drop", "match": {"path": "("}}], "`match.path` is no regular expression: "),
    ],
)
def test_faults_that_are_refused(client: Client, asked: Any, sentence: str) -> None:
    with pytest.raises(BadFault) as caught:
        Faults().add(asked)
    assert str(caught.value).startswith(sentence)
    answer = client.raw("POST", "/_sandbox/faults", json.dumps([{"effect": "drop"}, *asked]).encode())
    assert (answer.status, client.raw("GET", "/_sandbox/faults").json) == (400, [])


def test_faults_that_are_no_json(client: Client) -> None:
    assert client.raw("POST", "/_sandbox/faults", b"[").json["error"].startswith("this is not JSON: ")
