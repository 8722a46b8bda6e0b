"""Bluesky's OAuth against the server of this folder, which demands what the AT Protocol demands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops import errors
from postiz_ops.commands.accounts.bluesky import Connected, connect, new_key
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.net.http import HttpWire
from postiz_ops.providers import _bluesky_oauth as atproto
from postiz_ops.providers.auth import Grant
from postiz_ops.providers.base import Answer, Unsigned
from postiz_ops.providers.oauth import TokenRequest
from postiz_ops.publish.effects import Request
from tests.oauth.client import OAuthServer
from tests.oauth.rules import App, Platform

DID = "did:plc:acme"
PDS = "https://pds.example"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def document(did: str = DID, handle: str = "acme.example", pds: str = PDS) -> dict[str, Any]:
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds}
    return {"id": did, "alsoKnownAs": [f"at://{handle}"], "service": [service]}


METADATA = {
    "issuer": PDS,
    "authorization_endpoint": f"{PDS}/oauth/authorize",
    "token_endpoint": f"{PDS}/oauth/token",
    "pushed_authorization_request_endpoint": f"{PDS}/oauth/par",
    "dpop_signing_alg_values_supported": ["ES256"],
}
DOCUMENTS = {
    f"{PDS}/.well-known/oauth-protected-resource": {"resource": PDS, "authorization_servers": [PDS]},
    f"{PDS}/.well-known/oauth-authorization-server": METADATA,
    f"{PDS}/xrpc/com.atproto.identity.resolveHandle": {"did": DID},
    f"https://plc.directory/{DID}": document(),
    "https://plc.directory/did:plc:other": document("did:plc:other", "other.example"),
}
PLATFORM = Platform(
    name="bluesky",
    authorize=f"{PDS}/oauth/authorize",
    token=f"{PDS}/oauth/token",
    par=f"{PDS}/oauth/par",
    issuer=PDS,
    apps=(App(atproto.CLIENT_ID, secret="", redirect_uris=(atproto.REDIRECT,), auth="none"),),
    people={DID: "acme.example", "did:plc:other": "other.example"},
    scopes=atproto.SCOPES,
    dpop=True,
    hosts=("pds.example",),
    documents=DOCUMENTS,
    resources={f"{PDS}/xrpc/com.atproto.server.getSession": {"did": "{sub}", "handle": "{name}"}},
)


@dataclass
class Person:
    """Somebody at a browser, who decides at once."""

    oauth: OAuthServer
    decision: str = "allow"
    sub: str = DID
    redirect: str = "http://127.0.0.1:4711/callback"
    changes: Mapping[str, str] = field(default_factory=dict)
    """What somebody on the way puts into the address that she comes back with."""
    visited: list[str] = field(default_factory=list)

    async def visit(self, url: str, accept: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str]:
        self.visited.append(url)
        back = self.oauth.decide(url, self.decision, sub=self.sub)
        assert accept(back)
        return back | dict(self.changes)


def connected(oauth: OAuthServer, person: Person | None = None, **told: Any) -> Connected:
    async def run() -> Connected:
        wire = HttpWire(oauth.url)
        try:
            visitor = person or Person(oauth)
            return await connect(
                wire, SystemClock(), token, visitor, **{"origin": PDS, "handle": "acme.example"} | told
            )
        finally:
            await wire.close()

    return asyncio.run(run())


def refreshed(oauth: OAuthServer, grant: Grant) -> Answer:
    async def run() -> Answer:
        wire = HttpWire(oauth.url)

        async def send(asked: TokenRequest) -> Answer:
            response = await wire.send(Request(asked.method, asked.url, asked.headers, asked.body))
            return Answer(response.status, response.headers, json.loads(response.body))

        def make(nonce: str) -> TokenRequest:
            unsigned = Unsigned("POST", "", {}, token(), SystemClock().now(), nonce)
            return atproto.refresh_request(grant.secrets, unsigned)

        try:
            return await atproto.asked(send, make)
        finally:
            await wire.close()

    return asyncio.run(run())


class TestConnect:
    def test_the_whole_way(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        person = Person(oauth)
        found = connected(oauth, person)
        grant = found.grant
        assert (found.pds, grant.subject) == (PDS, DID)
        assert set(grant.secrets) == {"access_token", "refresh_token", "dpop_key", "client_id", "token_url"}
        assert grant.scopes == atproto.SCOPES
        assert grant.obtained_at is not None
        assert grant.expires_at == grant.obtained_at + timedelta(hours=1)
        assert grant.refresh_expires_at == grant.obtained_at + timedelta(days=14)
        shown = dict(parse_qsl(urlsplit(person.visited[0]).query))
        assert set(shown) == {"client_id", "request_uri"}, "what is asked for was pushed, and stands in no address"
        assert "private" not in repr(grant)
        assert grant.secrets["access_token"] not in repr(found)

    def test_what_is_sent_is_what_the_specification_has(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        connected(oauth)
        pushed, first = (oauth.requests(role)[-1]["form"] for role in ("par", "token"))
        assert set(pushed) == {
            "client_id",
            "response_type",
            "redirect_uri",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
            "login_hint",
        }
        assert set(first) == {"grant_type", "client_id", "redirect_uri", "code", "code_verifier"}
        statuses = [(each["role"], each["status"]) for each in oauth.requests() if each["role"] in ("par", "token")]
        assert statuses == [("par", 400), ("par", 201), ("token", 400), ("token", 200)], "each learns the nonce first"

    def test_whoever_logs_in_will_do_where_nobody_is_expected(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        assert connected(oauth, Person(oauth, sub="did:plc:other"), handle="").grant.subject == "did:plc:other"

    def test_another_person_than_the_expected_one(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        with pytest.raises(errors.Reauthorize, match="the log-in was that of `did:plc:other`"):
            connected(oauth, Person(oauth, sub="did:plc:other"))

    def test_a_person_says_no(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        with pytest.raises(errors.Rejected, match="the consent was refused in the browser"):
            connected(oauth, Person(oauth, "deny"))

    @pytest.mark.parametrize("changes", [{"state": "another"}, {"iss": "https://evil.example"}, {"iss": ""}])
    def test_an_answer_to_another_question(self, oauth: OAuthServer, changes: dict[str, str]) -> None:
        oauth.play(PLATFORM)
        with pytest.raises(errors.Rejected, match="the browser came back from something else"):
            connected(oauth, Person(oauth, changes=changes))
        assert oauth.requests("token") == [], "the code went nowhere"

    def test_a_server_that_gives_tokens_for_accounts_of_others(self, oauth: OAuthServer) -> None:
        elsewhere = {
            f"https://plc.directory/{DID}": document(pds="https://elsewhere.example"),
            "https://elsewhere.example/.well-known/oauth-protected-resource": {
                "authorization_servers": ["https://elsewhere.example"]
            },
        }
        oauth.play(replace(PLATFORM, documents={**DOCUMENTS, **elsewhere}))
        with pytest.raises(errors.UsageError, match="which is not its account"):
            connected(oauth, handle="")

    def test_an_account_that_lives_elsewhere_is_told_before_anybody_is_asked(self, oauth: OAuthServer) -> None:
        moved = {f"https://plc.directory/{DID}": document(pds="https://elsewhere.example")}
        oauth.play(replace(PLATFORM, documents={**DOCUMENTS, **moved}))
        person = Person(oauth)
        with pytest.raises(errors.UsageError, match=r"are kept at `https://elsewhere\.example`") as told:
            connected(oauth, person)
        assert "set `url: https://elsewhere.example`" in str(told.value.help)
        assert person.visited == []

    def test_a_new_account_is_found_from_its_handle(self, oauth: OAuthServer) -> None:
        start = "https://start.example"
        found = {f"{start}/xrpc/com.atproto.identity.resolveHandle": {"did": DID}}
        oauth.play(replace(PLATFORM, documents={**DOCUMENTS, **found}))
        assert connected(oauth, origin=start, fixed=False).pds == PDS

    def test_a_handle_that_its_account_does_not_know(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        with pytest.raises(errors.UsageError, match=r"`did:plc:acme` does not call itself `other\.example`"):
            connected(oauth, handle="other.example")

    @pytest.mark.parametrize(
        "change",
        [
            {"issuer": "https://evil.example"},
            {"token_endpoint": "https://evil.example/token"},
            {"pushed_authorization_request_endpoint": None},
            {"dpop_signing_alg_values_supported": ["RS256"]},
        ],
    )
    def test_a_server_that_is_not_what_it_should_be(self, oauth: OAuthServer, change: dict[str, Any]) -> None:
        where = f"{PDS}/.well-known/oauth-authorization-server"
        oauth.play(replace(PLATFORM, documents={**DOCUMENTS, where: {**METADATA, **change}}))
        with pytest.raises(errors.Unavailable, match=r"`https://pds\.example`"):
            connected(oauth)

    def test_nobody_is_there(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        oauth.fault("drop", role="par")
        with pytest.raises(errors.Temporary, match=r"`pds\.example` did not answer"):
            connected(oauth)

    def test_another_directory(self, oauth: OAuthServer, monkeypatch: pytest.MonkeyPatch) -> None:
        own = {f"https://plc.example/{DID}": document()}
        kept = {url: each for url, each in DOCUMENTS.items() if "plc.directory" not in url}
        oauth.play(replace(PLATFORM, documents={**kept, **own}))
        monkeypatch.setenv("POSTIZ_PLC_DIRECTORY", "https://plc.example/")
        assert connected(oauth).grant.subject == DID
        monkeypatch.setenv("POSTIZ_PLC_DIRECTORY", "http://plc.example")
        with pytest.raises(errors.UsageError, match="neither https nor on loopback"):
            connected(oauth)


class TestRefresh:
    def test_it_rotates_and_ends_when_it_always_would(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        grant = connected(oauth).grant
        for week in (1, 2):
            answer = refreshed(oauth, grant)
            newer = atproto.grant_of(answer.json, NOW + timedelta(weeks=week), grant)
            assert newer.secrets["refresh_token"] != grant.secrets["refresh_token"]
            assert newer.secrets["dpop_key"] == grant.secrets["dpop_key"]
            assert (newer.refresh_expires_at, newer.subject) == (grant.refresh_expires_at, DID)
            grant = newer
        assert oauth.presented_twice() == []

    def test_a_nonce_that_is_renewed_costs_no_token(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        grant = connected(oauth).grant
        oauth.renew_nonces()
        assert refreshed(oauth, grant).status == 200
        shown = [each["error"] for each in oauth.presentations()]
        assert shown == ["use_dpop_nonce", ""]
        assert oauth.presented_twice() == []

    def test_one_that_was_used_is_the_end(self, oauth: OAuthServer) -> None:
        oauth.play(PLATFORM)
        grant = connected(oauth).grant
        refreshed(oauth, grant)
        answer = refreshed(oauth, grant)
        assert isinstance(atproto.failure_of(answer, PDS), errors.Reauthorize)

    @pytest.mark.parametrize("missing", ["refresh_token", "dpop_key", "token_url"])
    def test_a_grant_that_lacks_something(self, missing: str) -> None:
        secrets = {"refresh_token": "test-refresh", "dpop_key": new_key(), "token_url": f"{PDS}/oauth/token"}
        del secrets[missing]
        with pytest.raises(errors.Reauthorize, match=f"holds no `{missing}`"):
            atproto.refresh_request(secrets, Unsigned("POST", "", {}, "jti", NOW))


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("did", "url"),
        [
            ("did:plc:abc234", "https://plc.directory/did:plc:abc234"),
            ("did:web:acme.example", "https://acme.example/.well-known/did.json"),
            ("did:web:localhost%3A8080", "https://localhost:8080/.well-known/did.json"),
        ],
    )
    def test_where_a_document_is(self, did: str, url: str) -> None:
        assert atproto.did_document_url(did) == url

    @pytest.mark.parametrize(
        "did", ["", "did:plc:", "did:plc:../x", "did:web:", "did:web:a/b", "did:web:u@h", "did:key:z6", "acme.example"]
    )
    def test_what_is_no_identifier(self, did: str) -> None:
        with pytest.raises(errors.Rejected, match="is no identifier of an account"):
            atproto.did_document_url(did)

    @pytest.mark.parametrize(
        "change",
        [
            {"token_type": "Bearer"},
            {"refresh_token": ""},
            {"sub": None},
            {"access_token": ""},
        ],
    )
    def test_a_token_that_is_not_bound(self, change: dict[str, Any]) -> None:
        good = {"access_token": "a", "refresh_token": "r", "token_type": "DPoP", "sub": DID, "expires_in": 60}
        assert atproto.grant_of(good, NOW, Grant({})).subject == DID
        with pytest.raises(errors.Unavailable):
            atproto.grant_of({**good, **change}, NOW, Grant({}))

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.just("did:plc:acme"),
            lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(METADATA)), inner),
            max_leaves=8,
        )
    )
    def test_no_answer_is_more_than_a_failure(self, answer: Any) -> None:
        server = atproto.AuthServer(PDS, "", "", "")
        readers: list[Callable[[], object]] = [
            lambda: atproto.pds_of(answer, DID),
            lambda: atproto.issuer_of(answer, PDS),
            lambda: atproto.server_of(answer, PDS),
            lambda: atproto.authorization_url(server, answer),
            lambda: atproto.grant_of(answer, NOW, Grant({})),
        ]
        for read in readers:
            with pytest.raises(errors.Failure):
                read()
