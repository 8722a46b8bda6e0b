from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

HOST = "https://api.x.com"
TWEETS = f"{HOST}/2/tweets"
LIST = f"{HOST}/2/users/7/tweets"
OAUTH1 = (
    'OAuth oauth_consumer_key="k", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1", '
    'oauth_token="t", oauth_version="1.0", oauth_signature="s"'
)


@pytest.mark.parametrize(
    "value",
    [
        {"text": "hello"},
        {"media": {"media_ids": ["1"]}},
        {"text": "which?", "poll": {"options": ["a", "b"], "duration_minutes": 60}},
        {"text": "hello", "reply": {"in_reply_to_tweet_id": "1"}, "made_with_ai": True, "paid_partnership": True},
        {"text": "hello", "quote_tweet_id": "1", "reply_settings": "verified", "community_id": "2"},
    ],
)
def test_posts_that_pass(value: Any) -> None:
    assert request_findings("x", "POST", TWEETS, value=value) == []


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ({}, "body: a post needs a text or media"),
        ({"text": 1}, "body: `text`: 1 is not of type 'string'"),
        ({"text": "x", "media": {"media_ids": []}}, "body: `media.media_ids`: [] should be non-empty"),
        (
            {"text": "x", "media": {"media_ids": list("12345")}},
            "body: `media.media_ids`: ['1', '2', '3', '4', '5'] is too long",
        ),
        (
            {"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 60}, "quote_tweet_id": "1"},
            "body: `poll` excludes `media` and `quote_tweet_id`",
        ),
        (
            {"text": "x", "reply_settings": "everyone"},
            "body: `reply_settings`: 'everyone' is not one of ['following', 'mentionedUsers', 'subscribers', 'verified']",  # noqa: E501
        ),
    ],
)
def test_posts_that_do_not(value: Any, finding: str) -> None:
    assert request_findings("x", "POST", TWEETS, value=value) == [finding]


def test_an_unknown_key_is_a_finding() -> None:
    findings = request_findings("x", "POST", TWEETS, value={"text": "x", "replay": {}})
    assert any(finding.startswith("body: unknown key `replay`") for finding in findings)


def test_a_request_says_who_it_is() -> None:
    for header in ("Bearer test-token", OAUTH1):
        assert request_findings("x", "DELETE", f"{TWEETS}/1", headers={"Authorization": header}) == []
    assert request_findings("x", "DELETE", f"{TWEETS}/1", headers={"Authorization": "OAuth nonsense"}) == [
        "the header `authorization` is neither a bearer token nor a signature"
    ]
    assert "the header `authorization` is missing" in request_findings("x", "DELETE", f"{TWEETS}/1", headers={})


@pytest.mark.parametrize("name", ["post.fields=note_post", "tweet.fields=note_tweet"])
def test_the_fields_of_a_list_by_both_of_their_names(name: str) -> None:
    assert request_findings("x", "GET", f"{LIST}?{name},entities&exclude=retweets,replies") == []


def test_a_list_that_does_not_pass() -> None:
    assert request_findings("x", "GET", f"{LIST}?max_results=2&start_time=yesterday&post.fields=colour") == [
        "query `max_results`: 2 is less than the minimum of 5",
        "query `start_time`: 'yesterday' is not a 'date-time'",
        *request_findings("x", "GET", f"{LIST}?post.fields=colour"),
    ]
    assert len(request_findings("x", "GET", f"{LIST}?post.fields=colour")) == 1


def test_a_medium_is_a_file() -> None:
    headers, body = multipart(("media", "a.jpg", "image/jpeg", b"\xff"), ("media_category", None, None, b"tweet_image"))
    assert request_findings("x", "POST", f"{HOST}/2/media/upload", headers=headers, body=body) == []
    headers, body = multipart(("media", None, None, b"x"), ("media_category", "c", None, b"tweet_image"))
    assert request_findings("x", "POST", f"{HOST}/2/media/upload", headers=headers, body=body) == [
        "the part `media` is a file and has no filename",
        "the part `media_category` is a field and has a filename",
    ]


def test_another_host_is_another_platform() -> None:
    findings = request_findings("x", "POST", "https://api.twitter.com/2/tweets", value={"text": "x"})
    assert findings == ["unknown host `api.twitter.com`; it is api.x.com"]


def test_answers() -> None:
    assert response_findings("x", "POST", TWEETS, 201, {"data": {"id": "1", "text": "x"}}) == []
    assert response_findings("x", "POST", TWEETS, 201, {"data": {"id": "1"}}) == [
        "body: `data`: 'text' is a required property"
    ]
    listed = {
        "data": [{"id": "1", "text": "x", "entities": {"urls": [{"start": 0, "end": 1, "title": None}]}}],
        "meta": {},
    }
    assert response_findings("x", "GET", LIST, 200, listed) == []


def test_errors_as_they_are_described_and_as_they_are_seen() -> None:
    """HANDWRITTEN: a problem of the type ``about:blank`` is not in the description."""
    assert (
        response_findings("x", "POST", TWEETS, 403, {"title": "Forbidden", "type": "about:blank", "status": 403}) == []
    )
    assert response_findings("x", "POST", TWEETS, 403, {"code": 187, "message": "duplicate"}) == []
    invalid = {"type": "https://api.x.com/2/problems/invalid-request", "title": "Invalid Request", "detail": "no"}
    assert response_findings("x", "POST", TWEETS, 400, invalid) == []
    assert response_findings("x", "POST", TWEETS, 400, {"type": "https://example.com/", "title": "x", "detail": "x"})
    assert response_findings("x", "POST", TWEETS, 500, b"<html>")
