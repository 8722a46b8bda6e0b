"""Every declared flow from the consent to the refresh, against a server that has the platform's rules and no mercy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from postiz_ops import errors
from postiz_ops.providers import PROVIDERS, oauth
from postiz_ops.providers.auth import Client, ClientAuth, Exchange, Grant, OAuth2, Rotation
from postiz_ops.providers.kinds import kinds_of
from postiz_ops.providers.oauth import TokenRequest
from tests.oauth import rules
from tests.oauth.client import OAuthServer
from tests.oauth.rules import App, Platform

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ORIGIN = "https://social.example"
CLIENT = Client("app-1", "test-secret")
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
FLOWS: Mapping[str, OAuth2] = {
    f"{name} {auth.name}": auth
    for name, provider in PROVIDERS.items()
    for spec in kinds_of(provider).values()
    for auth in spec.auth
    if isinstance(auth, OAuth2) and not auth.dpop
}
REFRESHING = [name for name, auth in FLOWS.items() if auth.rotation is not Rotation.NEVER]
PKCE = [name for name, auth in FLOWS.items() if auth.pkce]

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "discord webhook": {"webhook": {"url": "https://discord.com/api/webhooks/1/{access_token}"}},
    "slack bot": {"ok": True},
    "slack webhook": {"ok": True, "incoming_webhook": {"url": "https://hooks.slack.com/services/{access_token}"}},
}
"""What platforms answer beside the token."""


def played(name: str, client: Client = CLIENT) -> Platform:
    """A platform with the rules that a flow declares."""
    auth = FLOWS[name]
    exchanges = [each for each in (auth.lengthen, auth.renew) if each]
    rotation = auth.rotation.value if auth.refreshes else rules.Rotation.KEPT
    # An app that hands its code in by a form of its own has its secret in there.
    by = ClientAuth.POST if auth.exchange else auth.client_auth
    return Platform(
        name=name.replace(" ", "-"),
        authorize=auth.authorize.replace("{origin}", ORIGIN),
        token=(auth.exchange.url if auth.exchange else auth.token).replace("{origin}", ORIGIN),
        apps=(App(client.id, client.secret, (redirect(auth),), by.value if client.secret else "none", any_port=False),),
        scopes=auth.scopes,
        rotation=rules.Rotation(rotation),
        refreshes=auth.refreshes,
        pkce=auth.pkce,
        client_id_field=auth.client_id_field,
        scope_separator=auth.scope_separator,
        code_method=auth.exchange.method if auth.exchange else "POST",
        code_implied=auth.exchange is not None,
        hex_challenge=auth.hex_challenge,
        swaps={each.fields["grant_type"]: field_of(each) for each in exchanges},
        more_tokens=tuple(each.url for each in exchanges),
        answer=ANSWERS.get(name, {}),
        access_seconds=auth.access_seconds or 3600,
    )


def field_of(exchange: Exchange) -> str:
    return next(name for name, value in exchange.fields.items() if value == "{access_token}")


def redirect(auth: OAuth2) -> str:
    return auth.redirect.format(port=8765)


@dataclass(frozen=True)
class TheApp:
    """An account's owner, who consents at once, and the app that sends what ``providers.oauth`` builds."""

    oauth: OAuthServer
    auth: OAuth2
    client: Client = CLIENT

    def connect(self, verifier: str | None = VERIFIER) -> Grant:
        """Consent, code, token, and the longer-lived one where there is one."""
        where = {"origin": ORIGIN, "redirect": redirect(self.auth)}
        url = oauth.authorization_url(self.auth, self.client, state="a-state", verifier=VERIFIER, **where)
        back = self.oauth.decide(url)
        assert back["state"] == "a-state"
        request = oauth.code_request(self.auth, self.client, code=back["code"], verifier=verifier, **where)
        grant = self.grant(request, None)
        longer = oauth.lengthen_request(self.auth, self.client, grant.secrets, origin=ORIGIN)
        return self.grant(longer, grant) if longer else grant

    def refresh(self, grant: Grant) -> Grant:
        return self.grant(oauth.refresh_request(self.auth, self.client, grant.secrets, origin=ORIGIN), grant)

    def grant(self, request: TokenRequest, before: Grant | None) -> Grant:
        answer = self.oauth.send(request.method, request.url, request.headers, request.body)
        if answer.status != 200:
            raise oauth.failure_of(self.auth, answer.status, answer.json, "P")
        return oauth.grant_of(self.auth, answer.json, NOW, before)


def app(oauth: OAuthServer, name: str, client: Client = CLIENT) -> TheApp:
    oauth.play(played(name, client))
    return TheApp(oauth, FLOWS[name], client)


@pytest.mark.parametrize("name", FLOWS)
def test_a_consent_brings_what_is_declared(oauth: OAuthServer, name: str) -> None:
    grant = app(oauth, name).connect()
    assert set(FLOWS[name].gives) <= set(grant.secrets)
    assert ("refresh_token" in grant.secrets) == FLOWS[name].refreshes
    assert set(grant.scopes) == set(FLOWS[name].scopes)
    hosts = {urlsplit(each["url"]).netloc for each in oauth.requests()}
    assert hosts <= {
        urlsplit(url).netloc for url in (played(name).authorize, played(name).token, *played(name).more_tokens)
    }


@pytest.mark.parametrize("name", REFRESHING)
def test_a_grant_is_renewed_again_and_again(oauth: OAuthServer, name: str) -> None:
    someone = app(oauth, name)
    grants = [someone.connect()]
    for _ in range(3):
        grants.append(someone.refresh(grants[-1]))
    token = next(iter(FLOWS[name].gives))
    assert len({grant.secrets[token] for grant in grants}) == 4
    if FLOWS[name].rotation in (Rotation.SINGLE_USE, Rotation.RETURNED):
        assert len({grant.secrets["refresh_token"] for grant in grants}) > 2
    if FLOWS[name].rotation is Rotation.SINGLE_USE:
        assert oauth.presented_twice() == []


@pytest.mark.parametrize("name", REFRESHING)
def test_a_grant_that_was_taken_back_is_over(oauth: OAuthServer, name: str) -> None:
    someone = app(oauth, name)
    grant = someone.connect()
    for each in oauth.grants():
        oauth.revoke(each["id"])
    someone = replace(someone, auth=replace(someone.auth, revoked=("invalid_grant",), error_codes=("error",)))
    with pytest.raises(errors.Reauthorize):
        someone.refresh(grant)


@pytest.mark.parametrize("name", PKCE)
def test_a_code_without_its_verifier_is_worth_nothing(oauth: OAuthServer, name: str) -> None:
    with pytest.raises(errors.Failure, match="gave no token"):
        app(oauth, name).connect(verifier=None)


@pytest.mark.parametrize("name", FLOWS)
def test_a_wrong_secret_disconnects_nobody(oauth: OAuthServer, name: str) -> None:
    someone = replace(app(oauth, name), client=Client(CLIENT.id, "another-secret"))
    with pytest.raises(errors.Unavailable):
        someone.connect()


@pytest.mark.parametrize("name", PKCE)
def test_an_app_without_a_secret_has_its_verifier(oauth: OAuthServer, name: str) -> None:
    public = Client("app-1")
    assert app(oauth, name, public).connect().secrets
