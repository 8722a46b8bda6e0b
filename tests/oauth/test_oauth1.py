"""X's OAuth 1.0a from the request token to a signed call, against Authlib's server side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from postiz_ops import errors
from postiz_ops.providers import PROVIDERS, _oauth1, oauth1
from postiz_ops.providers.auth import Client, Grant, OAuth1
from postiz_ops.providers.base import Unsigned
from postiz_ops.providers.oauth import TokenRequest
from tests.oauth.client import Answered, OAuthServer
from tests.oauth.rules import App, Platform

CALLBACK = "http://127.0.0.1:8765/callback"
ME = "https://api.x.com/2/users/me"
CLIENT = Client("test-key", "test-secret")
(AUTH,) = (auth for auth in PROVIDERS["x"].SPEC.auth if isinstance(auth, OAuth1))
X = Platform(
    name="x",
    authorize=AUTH.authorize,
    request_token=AUTH.request_token,
    token=AUTH.access_token,
    apps=(App("test-key", "test-secret", (CALLBACK,), any_port=False),),
    people={"42": "Acme News"},
    hosts=("api.x.com",),
    resources={ME: {"data": {"id": "{sub}", "username": "{name}"}}},
)


@dataclass(frozen=True)
class TheApp:
    """The app that sends what ``providers.oauth1`` builds."""

    oauth: OAuthServer
    client: Client = CLIENT

    def begin(self, redirect: str = CALLBACK) -> Mapping[str, str]:
        return self.told(oauth1.begin_request(AUTH, self.client, redirect=redirect, nonce=uuid4().hex, at=now()))

    def finish(self, begun: Mapping[str, str], verifier: str) -> Grant:
        asked = oauth1.token_request(AUTH, self.client, begun, verifier, nonce=uuid4().hex, at=now())
        return oauth1.grant_of(AUTH, self.client, self.told(asked), now(), None)

    def connect(self) -> Grant:
        begun = self.begin()
        back = self.oauth.decide(oauth1.authorization_url(AUTH, begun["oauth_token"]), sub="42")
        return self.finish(begun, oauth1.verifier_of(back, begun, "X"))

    def told(self, asked: TokenRequest) -> Mapping[str, str]:
        answer = self.oauth.send(asked.method, asked.url, asked.headers, asked.body)
        if answer.status != 200:
            raise oauth1.failure_of(AUTH, answer.status, answer.json, "X")
        return oauth1.answer_of(answer.text.encode(), "X")

    def me(self, grant: Grant, **changes: Any) -> Answered:
        """A call signed as the provider signs its own."""
        secrets = grant.secrets
        keys = _oauth1.Keys(self.client.id, self.client.secret, secrets["access_token"], secrets["access_token_secret"])
        unsigned = replace(Unsigned("GET", ME, {}, uuid4().hex, now()), **changes)
        return self.oauth.send("GET", ME, {"Authorization": _oauth1.header(unsigned, keys)}, b"")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def app(oauth: OAuthServer) -> TheApp:
    oauth.play(X)
    return TheApp(oauth)


def test_the_whole_way(app: TheApp) -> None:
    grant = app.connect()
    assert set(grant.secrets) == {"api_key", "api_secret", "access_token", "access_token_secret"}
    assert app.me(grant).json == {"data": {"id": "42", "username": "Acme News"}}


def test_a_person_says_no_as_on_x(app: TheApp) -> None:
    begun = app.begin()
    back = app.oauth.decide(oauth1.authorization_url(AUTH, begun["oauth_token"]), "deny")
    assert back == {"denied": begun["oauth_token"]}
    with pytest.raises(errors.Rejected, match="the consent was refused on X's page"):
        oauth1.verifier_of(back, begun, "X")


def test_another_secret_signs_nothing(app: TheApp) -> None:
    stranger = replace(app, client=Client("test-key", "another"))
    with pytest.raises(errors.Unavailable, match="does not accept the app's own key"):
        stranger.begin()
    assert stranger.me(app.connect()).status == 401


def test_an_address_that_was_not_registered(app: TheApp) -> None:
    with pytest.raises(errors.Unavailable, match="or its redirect address"):
        app.begin("http://127.0.0.1:8766/callback")


def test_a_verifier_is_that_of_the_person_and_good_once(app: TheApp) -> None:
    begun = app.begin()
    verifier = app.oauth.decide(oauth1.authorization_url(AUTH, begun["oauth_token"]), sub="42")["oauth_verifier"]
    app.finish(begun, verifier)
    with pytest.raises(errors.Unavailable):
        app.finish(begun, verifier)
    begun = app.begin()
    app.oauth.decide(oauth1.authorization_url(AUTH, begun["oauth_token"]), sub="42")
    with pytest.raises(errors.Unavailable):
        app.finish(begun, "made-up")


def test_a_signature_is_good_once_and_for_its_address(app: TheApp) -> None:
    grant = app.connect()
    once = {"nonce": uuid4().hex, "at": now()}
    assert [app.me(grant, **once).status for _ in range(2)] == [200, 401]
    assert app.me(grant, url="https://api.x.com/2/tweets").status == 401


def test_a_token_that_was_taken_back(app: TheApp) -> None:
    grant = app.connect()
    app.oauth.revoke(app.oauth.grants()[0]["id"])
    assert app.me(grant).status == 401
