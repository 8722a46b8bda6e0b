"""The server that other tests trust: what it lets through, and above all what it does not."""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.oauth.client import OAuthServer
from tests.oauth.rules import App, Platform, Rotation

VERIFIER = "a-verifier-that-is-long-enough-to-be-taken-as-one"
CALLBACK = "http://127.0.0.1:4711/callback"
APP = {"client_id": "test-app", "client_secret": "test-secret"}


def digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def asked(platform: Platform, **changes: str | None) -> str:
    """An authorization address. A change of ``None`` leaves a field out."""
    fields: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "test-app",
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "state": "a-state",
        "code_challenge": digest(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return f"{platform.authorize}?{urlencode({k: v for k, v in fields.items() if v is not None})}"


def code_form(value: str, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": value,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **APP,
        **changes,
    }


def refresh_form(token: str, **changes: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, **APP, **changes}


def refreshed(oauth: OAuthServer, platform: Platform, token: str) -> Any:
    return oauth.post(platform.token, refresh_form(token)).json


def whoami(oauth: OAuthServer, token: str) -> int:
    return oauth.get("https://api.example.test/me", {"Authorization": f"Bearer {token}"}).status


class TestCode:
    def test_the_whole_way(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(issuer="https://auth.example.test"))
        back = oauth.decide(asked(platform))
        assert (back["state"], back["iss"]) == ("a-state", "https://auth.example.test")
        answer = oauth.post(platform.token, code_form(back["code"]))
        assert answer.status == 200
        assert {**answer.json, "access_token": "", "refresh_token": ""} == {
            "token_type": "Bearer",
            "access_token": "",
            "refresh_token": "",
            "expires_in": 3600,
            "scope": "read write",
        }
        me = oauth.get("https://api.example.test/me", {"Authorization": f"Bearer {answer.json['access_token']}"})
        assert me.json == {"sub": "acme", "name": "Acme News"}

    def test_a_person_may_say_no(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(issuer="https://auth.example.test"))
        back = oauth.decide(asked(platform), "deny")
        assert (back["error"], back["state"], back["iss"]) == (
            "access_denied",
            "a-state",
            "https://auth.example.test",
        )
        assert oauth.grants() == []

    def test_a_page_is_answered_once(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform())
        form = {"ticket": "made-up", "sub": "acme", "decision": "allow"}
        assert oauth.post(asked(platform), form).status == 400

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"scope": "read everything"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
        ],
    )
    def test_a_bad_request_is_sent_back(self, oauth: OAuthServer, changes: dict[str, str | None], error: str) -> None:
        platform = oauth.play(Platform())
        back = oauth.decide(asked(platform, **changes))
        assert (back["error"], back["state"]) == (error, "a-state")

    @pytest.mark.parametrize(
        "changes",
        [
            {"redirect_uri": "http://127.0.0.1:4711/elsewhere"},
            {"redirect_uri": "https://example.com/callback"},
            {"redirect_uri": None},
            {"client_id": "another-app"},
        ],
    )
    def test_nobody_is_sent_to_an_address_that_was_not_registered(
        self, oauth: OAuthServer, changes: dict[str, str | None]
    ) -> None:
        platform = oauth.play(Platform())
        page = oauth.get(asked(platform, **changes))
        assert (page.status, "location" in page.headers) == (400, False)

    def test_a_port_counts_unless_the_app_says_otherwise(self, oauth: OAuthServer) -> None:
        exact = App(redirect_uris=("http://127.0.0.1:4712/callback",), any_port=False)
        platform = oauth.play(Platform(apps=(exact,)))
        assert oauth.get(asked(platform)).status == 400
        assert oauth.get(asked(platform, redirect_uri="http://127.0.0.1:4712/callback")).status == 200

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code_verifier": VERIFIER + "x"}, "invalid_grant"),
            ({"code_verifier": ""}, "invalid_request"),
            ({"redirect_uri": "http://127.0.0.1:4712/callback"}, "invalid_grant"),
            ({"code": "made-up"}, "invalid_grant"),
            ({"client_secret": "wrong"}, "invalid_client"),
            ({"client_secret": ""}, "invalid_client"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
        ],
    )
    def test_what_an_exchange_gets_wrong(self, oauth: OAuthServer, changes: dict[str, str], error: str) -> None:
        platform = oauth.play(Platform())
        code = oauth.decide(asked(platform))["code"]
        answer = oauth.post(platform.token, code_form(code, **changes))
        assert answer.status in (400, 401)
        assert answer.json["error"] == error

    def test_a_code_that_is_used_twice_ends_the_grant(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform())
        code = oauth.decide(asked(platform))["code"]
        token = oauth.post(platform.token, code_form(code)).json["access_token"]
        assert whoami(oauth, token) == 200
        assert oauth.post(platform.token, code_form(code)).json["error"] == "invalid_grant"
        assert whoami(oauth, token) == 401
        assert [grant["revoked"] for grant in oauth.grants()] == ["its code was used twice"]

    def test_a_code_expires(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(code_seconds=60))
        code = oauth.decide(asked(platform))["code"]
        oauth.advance(61)
        assert oauth.post(platform.token, code_form(code)).json["error"] == "invalid_grant"

    def test_a_platform_may_do_without_pkce(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(pkce=False))
        code = oauth.decide(asked(platform, code_challenge=None, code_challenge_method=None))["code"]
        form = code_form(code)
        del form["code_verifier"]
        assert oauth.post(platform.token, form).status == 200

    def test_another_name_for_the_client_and_commas_between_scopes(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(client_id_field="client_key", scope_separator=","))
        code = oauth.decide(asked(platform, client_id=None, client_key="test-app", scope="read,write"))["code"]
        form = code_form(code, client_key="test-app")
        del form["client_id"]
        assert oauth.post(platform.token, form).json["scope"] == "read write"


class TestClientAuthentication:
    def test_basic_is_not_post(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(apps=(App(auth="client_secret_basic"),)))
        code = oauth.decide(asked(platform))["code"]
        form = code_form(code)
        assert oauth.post(platform.token, form).json["error"] == "invalid_client"
        named = {name: value for name, value in form.items() if name not in APP}
        basic = {"Authorization": "Basic dGVzdC1hcHA6dGVzdC1zZWNyZXQ="}
        assert oauth.post(platform.token, named, basic).status == 200

    def test_a_public_app_has_its_verifier_alone(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(apps=(App(secret="", auth="none"),)))
        code = oauth.decide(asked(platform))["code"]
        form = code_form(code)
        del form["client_secret"]
        assert oauth.post(platform.token, form).status == 200


class TestRefresh:
    def test_kept(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.KEPT))
        token = oauth.grant(platform)["refresh_token"]
        assert all("refresh_token" not in refreshed(oauth, platform, token) for _ in range(2))
        assert oauth.presented_twice() == [token]

    def test_returned_with_every_other_refresh(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.RETURNED))
        first = oauth.grant(platform)["refresh_token"]
        second = refreshed(oauth, platform, first)["refresh_token"]
        assert "refresh_token" not in refreshed(oauth, platform, second)
        assert refreshed(oauth, platform, first)["error"] == "invalid_grant"
        assert "refresh_token" in refreshed(oauth, platform, second), "the grant outlives the old one's return"

    def test_single_use_ends_the_family_on_reuse(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.SINGLE_USE))
        made = oauth.grant(platform)
        second = refreshed(oauth, platform, made["refresh_token"])
        assert whoami(oauth, second["access_token"]) == 200
        assert oauth.presented_twice() == []
        assert refreshed(oauth, platform, made["refresh_token"])["error"] == "invalid_grant"
        assert oauth.presented_twice() == [made["refresh_token"]]
        assert refreshed(oauth, platform, second["refresh_token"])["error"] == "invalid_grant"
        assert whoami(oauth, second["access_token"]) == 401
        assert oauth.grants()[0]["revoked"] == "a refresh token was presented again"

    def test_within_the_grace_the_same_one_comes_back(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.GRACE, grace_seconds=60))
        first = oauth.grant(platform)["refresh_token"]
        second = refreshed(oauth, platform, first)["refresh_token"]
        assert refreshed(oauth, platform, first)["refresh_token"] == second
        oauth.advance(61)
        assert refreshed(oauth, platform, first)["error"] == "invalid_grant"
        assert oauth.grants()[0]["revoked"] == "a refresh token was presented again"

    def test_the_grace_ends_when_the_new_one_is_used(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.GRACE, grace_seconds=60))
        first = oauth.grant(platform)["refresh_token"]
        refreshed(oauth, platform, refreshed(oauth, platform, first)["refresh_token"])
        assert refreshed(oauth, platform, first)["error"] == "invalid_grant"

    def test_tokens_expire(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(access_seconds=100, refresh_seconds=1000))
        made = oauth.grant(platform)
        oauth.advance(101)
        assert whoami(oauth, made["access_token"]) == 401
        second = refreshed(oauth, platform, made["refresh_token"])
        assert whoami(oauth, second["access_token"]) == 200
        oauth.advance(1001)
        assert refreshed(oauth, platform, second["refresh_token"])["error"] == "invalid_grant"

    def test_a_person_takes_it_back(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform())
        made = oauth.grant(platform)
        oauth.revoke(made["grant"])
        assert whoami(oauth, made["access_token"]) == 401
        assert refreshed(oauth, platform, made["refresh_token"])["error"] == "invalid_grant"

    def test_another_app_does_not_get_it(self, oauth: OAuthServer) -> None:
        other = App(id="another-app")
        platform = oauth.play(Platform(apps=(App(), other)))
        made = oauth.grant(platform)
        form = refresh_form(made["refresh_token"], client_id="another-app")
        assert oauth.post(platform.token, form).json["error"] == "invalid_grant"
        assert "access_token" in refreshed(oauth, platform, made["refresh_token"]), "nothing was used up"


class TestAccidents:
    @pytest.mark.parametrize(
        ("effect", "refreshes", "answered"),
        [
            ("drop", 0, False),
            ("error-before", 0, True),
            ("slow-down", 0, True),
            ("error-after", 1, False),
            ("lost-answer", 1, False),
            ("malformed", 1, False),
        ],
    )
    def test_what_was_done_and_what_was_told(
        self, oauth: OAuthServer, effect: str, refreshes: int, *, answered: bool
    ) -> None:
        platform = oauth.play(Platform())
        token = oauth.grant(platform)["refresh_token"]
        oauth.fault(effect, nth=1, grant_type="refresh_token")
        if effect in ("drop", "lost-answer"):
            with pytest.raises(ConnectionError):
                oauth.post(platform.token, refresh_form(token))
        else:
            assert "refresh_token" not in oauth.post(platform.token, refresh_form(token)).text
        assert oauth.grants()[0]["refreshes"] == refreshes
        (shown,) = oauth.presentations()
        assert (shown["token"], shown["answered"]) == (token, answered)

    def test_it_counts_from_the_one_that_is_meant(self, oauth: OAuthServer) -> None:
        platform = oauth.play(Platform(rotation=Rotation.KEPT))
        token = oauth.grant(platform)["refresh_token"]
        oauth.fault("error-before", nth=2)
        assert [oauth.post(platform.token, refresh_form(token)).status for _ in range(3)] == [200, 500, 200]


BOUND = Platform(dpop=True, apps=(App(auth="none", secret=""),))
ME = "https://api.example.test/me"


def proof(key: ECKey, method: str, url: str, **claims: Any) -> dict[str, str]:
    """A DPoP header. A claim of ``None`` is left out."""
    made = {"jti": uuid4().hex, "htm": method, "htu": url, "iat": int(time.time()), **claims}
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
    return {"DPoP": jwt.encode(header, {k: v for k, v in made.items() if v is not None}, key)}


class TestDpop:
    def token(self, oauth: OAuthServer, key: ECKey) -> Any:
        oauth.play(BOUND)
        form = code_form(oauth.decide(asked(BOUND))["code"])
        del form["client_secret"]
        first = oauth.post(BOUND.token, form, proof(key, "POST", BOUND.token))
        assert (first.status, first.json["error"]) == (400, "use_dpop_nonce")
        nonce = first.headers["dpop-nonce"]
        answer = oauth.post(BOUND.token, form, proof(key, "POST", BOUND.token, nonce=nonce))
        assert (answer.json["token_type"], answer.json["sub"]) == ("DPoP", "acme")
        return {**answer.json, "nonce": nonce}

    def test_the_whole_way(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        made = self.token(oauth, key)
        authorization = {"Authorization": f"DPoP {made['access_token']}"}
        ath = digest(made["access_token"])
        first = oauth.get(ME, {**authorization, **proof(key, "GET", ME, ath=ath, nonce=made["nonce"])})
        assert (first.status, first.json["error"]) == (401, "use_dpop_nonce"), "the API has a nonce of its own"
        assert first.headers["www-authenticate"] == 'DPoP error="use_dpop_nonce"'
        nonce = first.headers["dpop-nonce"]
        assert oauth.get(ME, {**authorization, **proof(key, "GET", ME, ath=ath, nonce=nonce)}).status == 200

    def test_a_refresh_without_a_nonce_uses_nothing_up(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        made = self.token(oauth, key)
        oauth.renew_nonces()
        form = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"], "client_id": "test-app"}
        first = oauth.post(BOUND.token, form, proof(key, "POST", BOUND.token, nonce=made["nonce"]))
        assert first.json["error"] == "use_dpop_nonce"
        nonce = first.headers["dpop-nonce"]
        assert oauth.post(BOUND.token, form, proof(key, "POST", BOUND.token, nonce=nonce)).status == 200
        assert oauth.presented_twice() == []

    def test_a_refresh_with_another_key_is_refused(self, oauth: OAuthServer) -> None:
        made = self.token(oauth, ECKey.generate_key("P-256"))
        form = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"], "client_id": "test-app"}
        other = proof(ECKey.generate_key("P-256"), "POST", BOUND.token, nonce=made["nonce"])
        assert oauth.post(BOUND.token, form, other).json["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        "claims",
        [
            {"htm": "GET"},
            {"htu": "https://auth.example.test/other"},
            {"iat": 1_000_000_000},
            {"iat": None},
            {"jti": None},
        ],
    )
    def test_a_proof_of_something_else(self, oauth: OAuthServer, claims: dict[str, Any]) -> None:
        made = self.token(oauth, ECKey.generate_key("P-256"))
        wrong = proof(ECKey.generate_key("P-256"), "POST", BOUND.token, nonce=made["nonce"], **claims)
        assert oauth.post(BOUND.token, {}, wrong).json["error"] == "invalid_dpop_proof"

    def test_a_proof_is_presented_once(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        made = self.token(oauth, key)
        once = proof(key, "POST", BOUND.token, nonce=made["nonce"])
        errors = [oauth.post(BOUND.token, {}, once).json["error"] for _ in range(2)]
        assert errors == ["unsupported_grant_type", "invalid_dpop_proof"]

    def test_a_bound_token_is_no_bearer_token(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        made = self.token(oauth, key)
        assert oauth.get(ME, {"Authorization": f"Bearer {made['access_token']}"}).status == 401
        nonce = oauth.get(ME).headers["dpop-nonce"]
        other = ECKey.generate_key("P-256")
        stolen = proof(other, "GET", ME, nonce=nonce, ath=digest(made["access_token"]))
        assert oauth.get(ME, {"Authorization": f"DPoP {made['access_token']}", **stolen}).status == 401
        foreign = proof(key, "GET", ME, nonce=nonce, ath=digest("another"))
        answer = oauth.get(ME, {"Authorization": f"DPoP {made['access_token']}", **foreign})
        assert answer.json["error"] == "invalid_dpop_proof"


PUSHED = replace(BOUND, par="https://auth.example.test/par")


class TestPushed:
    def push(self, oauth: OAuthServer, key: ECKey, **changes: str) -> str:
        oauth.play(PUSHED)
        url = str(PUSHED.par)
        form = {
            "response_type": "code",
            "client_id": "test-app",
            "redirect_uri": CALLBACK,
            "scope": "read",
            "state": "a-state",
            "code_challenge": digest(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        nonce = oauth.post(url, form, proof(key, "POST", url)).headers["dpop-nonce"]
        answer = oauth.post(url, form, proof(key, "POST", url, nonce=nonce))
        if answer.status != 201:
            return str(answer.json["error"])
        named = {"client_id": "test-app", "request_uri": answer.json["request_uri"]}
        return f"{PUSHED.authorize}?{urlencode(named)}"

    def test_it_is_used_once(self, oauth: OAuthServer) -> None:
        url = self.push(oauth, ECKey.generate_key("P-256"))
        assert oauth.decide(url)["state"] == "a-state"
        assert oauth.get(url).status == 400

    def test_it_expires(self, oauth: OAuthServer) -> None:
        url = self.push(oauth, ECKey.generate_key("P-256"))
        oauth.advance(91)
        assert oauth.get(url).status == 400

    def test_it_cannot_be_gone_round(self, oauth: OAuthServer) -> None:
        oauth.play(PUSHED)
        assert oauth.get(asked(PUSHED)).status == 400

    def test_it_is_checked_when_it_is_pushed(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        assert self.push(oauth, key, redirect_uri="https://example.com/callback") == "invalid_request"
        assert self.push(oauth, key, scope="everything") == "invalid_scope"
        assert self.push(oauth, key, code_challenge="") == "invalid_request"

    def test_the_code_belongs_to_the_key_that_pushed(self, oauth: OAuthServer) -> None:
        key = ECKey.generate_key("P-256")
        code = oauth.decide(self.push(oauth, key))["code"]
        form = code_form(code)
        del form["client_secret"]
        other = ECKey.generate_key("P-256")
        nonce = oauth.post(PUSHED.token, form, proof(other, "POST", PUSHED.token)).headers["dpop-nonce"]
        stolen = oauth.post(PUSHED.token, form, proof(other, "POST", PUSHED.token, nonce=nonce))
        assert stolen.json["error"] == "invalid_grant"
        assert oauth.post(PUSHED.token, form, proof(key, "POST", PUSHED.token, nonce=nonce)).status == 200
