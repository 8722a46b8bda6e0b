"""The requests that connect and refresh accounts, against what the platforms document of their parameters."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops import errors
from postiz_ops.providers import PROVIDERS, oauth, oauth1
from postiz_ops.providers.auth import Client, ClientAuth, Exchange, Grant, Narrowed, OAuth1, OAuth2, Rotation
from postiz_ops.providers.kinds import kinds_of
from postiz_ops.providers.oauth import TokenRequest
from tests.specs import specs_dir

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CLIENT = Client("app-1", "test-secret")
ORIGIN = "https://social.example"
REDIRECT = "http://127.0.0.1:8765/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
SECRETS = {"access_token": "test-access", "refresh_token": "test-refresh"}

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("oauth_parameters.yaml").read_text(encoding="utf-8"))


def flows() -> dict[str, OAuth2 | OAuth1]:
    """``provider name`` of each way to connect that the sixteen declare; Bluesky's requests are built elsewhere."""
    return {
        f"{name} {auth.name}": auth
        for name, provider in PROVIDERS.items()
        for spec in kinds_of(provider).values()
        for auth in spec.auth
        if not (isinstance(auth, OAuth2) and auth.dpop)
    }


FLOWS = flows()
OAUTH2 = {name: auth for name, auth in FLOWS.items() if isinstance(auth, OAuth2)}


@dataclass(frozen=True)
class Sent:
    """A request as the table speaks of it."""

    method: str
    url: str
    fields: Mapping[str, str]
    basic: bool


def sent(request: TokenRequest | str) -> Sent:
    """Its address without the query, and the fields of query and form."""
    url, method, body, headers = (
        (request, "GET", b"", {})
        if isinstance(request, str)
        else (request.url, request.method, request.body, dict(request.headers))
    )
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, strict_parsing=bool(parts.query)) + parse_qsl(body.decode(), keep_blank_values=True)
    assert len({name for name, _ in pairs}) == len(pairs), "a parameter is sent twice"
    basic = headers.get("Authorization", "").startswith("Basic ")
    return Sent(method, f"{parts.scheme}://{parts.netloc}{parts.path}", dict(pairs), basic)


def requests_of(auth: OAuth2) -> dict[str, TokenRequest | str | None]:
    """Everything that is sent in the life of an account, by the table's names."""
    return {
        "authorize": oauth.authorization_url(
            auth, CLIENT, origin=ORIGIN, redirect=REDIRECT, state="state-1", verifier=VERIFIER
        ),
        "token": oauth.code_request(auth, CLIENT, origin=ORIGIN, redirect=REDIRECT, code="c/1+=", verifier=VERIFIER),
        "lengthen": oauth.lengthen_request(auth, CLIENT, SECRETS, origin=ORIGIN),
        "narrow": oauth.narrow_request(auth, CLIENT, SECRETS, origin=ORIGIN),
        "refresh": oauth.refresh_request(auth, CLIENT, SECRETS, origin=ORIGIN)
        if auth.rotation is not Rotation.NEVER
        else None,
        "register": oauth.registration_request(auth, origin=ORIGIN, redirect=REDIRECT, name="ops", website="https://w")
        if auth.registers
        else None,
    }


def problems(said: Sent, row: Mapping[str, Any]) -> Iterator[str]:
    """What a request has that its platform does not document, or lacks of what it demands."""
    documented = [*row["parameters"].split(), *row.get("rfc6749", "").split()]
    known = {name.rstrip("?") for name in documented}
    demanded = {name for name in documented if not name.endswith("?")}
    yield from (f"`{name}` is not documented" for name in sorted(set(said.fields) - known))
    yield from (f"`{name}` is missing" for name in sorted(demanded - set(said.fields)))
    yield from (f"`{name}` is empty" for name, value in said.fields.items() if not value)
    if (said.method, said.url) != (row.get("method", said.method), row["url"]):
        yield f"{said.method} {said.url} is not {row.get('method', 'POST')} {row['url']}"
    if said.basic != row.get("basic", False):
        yield "the app is named in the wrong place"


def test_every_platform_is_in_the_table_and_no_other() -> None:
    assert set(TABLE) == set(FLOWS)
    without = {name for name in PROVIDERS if not any(flow.startswith(f"{name} ") for flow in FLOWS)}
    assert without == {"bluesky"}, "its OAuth is the AT Protocol's own"


@pytest.mark.parametrize("name", OAUTH2)
def test_every_request_has_the_documented_parameters_and_no_other(name: str) -> None:
    for step, request in requests_of(OAUTH2[name]).items():
        row = TABLE[name].get(step)
        assert (request is None) == (row is None), f"{step}: the table and the declaration disagree on whether it is"
        if request is not None:
            method = "GET" if step == "authorize" else "POST"
            assert not list(problems(sent(request), {"method": method, **row})), f"{name}, {step}"


def test_the_table_notices_what_is_not_documented() -> None:
    row = {"method": "POST", **TABLE["reddit oauth2"]["token"]}
    good = oauth.code_request(
        OAUTH2["reddit oauth2"], CLIENT, origin=ORIGIN, redirect=REDIRECT, code="c", verifier=None
    )
    assert not list(problems(sent(good), row))
    more = replace(good, body=good.body + b"&audience=x")
    less = replace(good, body=good.body.replace(b"&code=c", b""), headers={}, method="PUT")
    assert list(problems(sent(more), row)) == ["`audience` is not documented"]
    assert list(problems(sent(less), row)) == [
        "`code` is missing",
        "PUT https://www.reddit.com/api/v1/access_token is not POST https://www.reddit.com/api/v1/access_token",
        "the app is named in the wrong place",
    ]


def test_every_row_says_where_it_comes_from() -> None:
    for name, row in TABLE.items():
        for step in row.values():
            source = step.get("source", row["source"]) if isinstance(step, dict) else row["source"]
            assert source.startswith("https://"), name


@pytest.mark.parametrize("name", OAUTH2)
def test_what_is_sent_is_what_was_given(name: str) -> None:
    auth = OAUTH2[name]
    asked = sent(str(requests_of(auth)["authorize"])).fields
    assert asked[auth.client_id_field] == "app-1"
    assert (asked["redirect_uri"], asked["state"], asked["response_type"]) == (REDIRECT, "state-1", "code")
    assert asked["scope"].split(auth.scope_separator) == list(auth.scopes)
    token = requests_of(auth)["token"]
    assert isinstance(token, TokenRequest)
    assert sent(token).fields["code"] == "c/1+="
    if sent(token).basic:
        assert token.headers["Authorization"] == "Basic " + base64.b64encode(b"app-1:test-secret").decode()
    else:
        assert sent(token).fields["client_secret"] == "test-secret"


@pytest.mark.parametrize("name", OAUTH2)
def test_a_request_never_shows_its_secrets(name: str) -> None:
    shown = repr([request for request in requests_of(OAUTH2[name]).values() if isinstance(request, TokenRequest)])
    assert not [word for word in ("secret", "test-", "c/1", VERIFIER) if word in shown]
    assert "test-secret" not in repr(CLIENT)


@pytest.mark.parametrize("name", FLOWS)
def test_what_is_declared_hangs_together(name: str) -> None:
    auth = FLOWS[name]
    assert auth.steps
    assert auth.docs.startswith("https://")
    assert auth.listens != auth.redirect.startswith("https://")
    if isinstance(auth, OAuth2):
        assert auth.scopes
        assert (auth.renew is not None) == (auth.rotation is Rotation.ITSELF) == (auth.renew_after is not None)
        assert auth.access_seconds or auth.rotation in (Rotation.NEVER, Rotation.SINGLE_USE)
        spec = next(s for s in kinds_of(PROVIDERS[name.partition(" ")[0]]).values() if auth in s.auth)
        assert set(auth.gives) <= set(spec.credentials)


# --- against machine-readable descriptions ------------------------------------------------------------------------


def described(*path: str) -> Any:
    value = json.loads((specs_dir() / path[0]).read_text(encoding="utf-8"))
    for key in path[1:]:
        value = value[key]
    return value


def test_mastodons_description_knows_every_parameter() -> None:
    made = requests_of(OAUTH2["mastodon oauth2"])
    authorize = described("mastodon/openapi.json", "paths", "/oauth/authorize", "get", "parameters")
    assert set(sent(made["authorize"] or "").fields) <= {each["name"] for each in authorize}
    for step, path in (("token", "/oauth/token"), ("register", "/api/v1/apps")):
        body = described("mastodon/openapi.json", "paths", path, "post", "requestBody", "content")
        schema = body["application/json"]["schema"]
        fields = set(sent(made[step] or "").fields)
        assert set(schema["required"]) <= fields <= set(schema["properties"])


def test_pinterests_description_knows_every_parameter() -> None:
    made = requests_of(OAUTH2["pinterest oauth2"])
    for step, schema in (("token", "Code"), ("refresh", "Refresh")):
        told = described("pinterest/openapi.json", "components", "schemas", f"OauthAccessTokenRequest{schema}")
        known = {*told["properties"], *told["allOf"][0]["properties"]}
        assert {*told["required"], *told["allOf"][0]["required"]} <= set(sent(made[step] or "").fields) <= known


def test_threads_description_knows_every_parameter() -> None:
    made = requests_of(OAUTH2["threads oauth2"])
    for step, path, method in (("token", "/oauth/access_token", "post"), ("lengthen", "/access_token", "get")):
        told = described("threads/openapi.derived.json", "paths", path, method, "parameters")
        assert set(sent(made[step] or "").fields) <= {each["name"] for each in told} | {"access_token"}


def test_xs_description_names_the_token_endpoint_and_the_scopes() -> None:
    auth = OAUTH2["x oauth2"]
    told = described("x/openapi.json", "components", "securitySchemes", "OAuth2UserToken", "flows", "authorizationCode")
    assert auth.token == told["tokenUrl"]
    assert set(auth.scopes) <= set(told["scopes"])


def test_googles_discovery_names_the_scopes() -> None:
    known = {
        *described("youtube-google/youtube.v3.json", "auth", "oauth2", "scopes"),
        *described("youtube-google/youtubeAnalytics.v2.json", "auth", "oauth2", "scopes"),
    }
    assert set(OAUTH2["youtube oauth2"].scopes) <= known


def test_discords_description_names_the_scope() -> None:
    flow = described("discord/openapi.json", "components", "securitySchemes", "OAuth2", "flows", "authorizationCode")
    auth = OAUTH2["discord webhook"]
    assert set(auth.scopes) <= set(flow["scopes"])
    assert auth.token == flow["tokenUrl"]


@pytest.mark.parametrize(
    ("name", "file", "path"),
    [
        ("linkedin oauth2", "linkedin", "/oauth/v2/accessToken"),
        ("tiktok oauth2", "tiktok", "/v2/oauth/token/"),
    ],
)
def test_our_own_reading_of_a_platform_knows_every_parameter(name: str, file: str, path: str) -> None:
    """The description is hand-written: this holds the declaration against our other reading of the same pages."""
    body = described(f"{file}/openapi.handwritten.json", "paths", path, "post", "requestBody", "content")
    schema = body["application/x-www-form-urlencoded"]["schema"]
    for step in ("token", "refresh"):
        fields = set(sent(requests_of(OAUTH2[name])[step] or "").fields)
        assert set(schema["required"]) <= fields <= set(schema["properties"])


# --- PKCE and OAuth 1.0a ------------------------------------------------------------------------------------------


def test_the_challenge_is_the_one_of_rfc_7636() -> None:
    (vector,) = described("conformance/oauth/oauth1-pkce-vectors.json", "pkce_s256")
    assert vector["code_verifier"] == VERIFIER
    url = str(requests_of(OAUTH2["x oauth2"])["authorize"])
    assert (
        sent(url).fields["code_challenge"] == vector["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert sent(url).fields["code_challenge_method"] == "S256"


def test_tiktoks_challenge_is_written_in_hex() -> None:
    url = str(requests_of(OAUTH2["tiktok oauth2"])["authorize"])
    assert sent(url).fields["code_challenge"] == hashlib.sha256(VERIFIER.encode()).hexdigest()


def signed(request: TokenRequest) -> dict[str, str]:
    scheme, _, fields = request.headers["Authorization"].partition(" ")
    assert scheme == "OAuth"
    pairs = (field.strip().partition("=") for field in fields.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs}


def test_every_step_of_oauth1_has_the_documented_fields() -> None:
    auth, row = FLOWS["x oauth1"], TABLE["x oauth1"]
    assert isinstance(auth, OAuth1)
    begin = oauth1.begin_request(auth, CLIENT, redirect=REDIRECT, nonce="n1", at=NOW)
    begun = oauth1.answer_of(b"oauth_token=t1&oauth_token_secret=s1&oauth_callback_confirmed=true", "X")
    token = oauth1.token_request(auth, CLIENT, begun, "v1", nonce="n2", at=NOW)
    for step, request in (("begin", begin), ("token", token)):
        assert sorted(signed(request)) == row[step]["header"].split()
        assert (request.method, request.url, request.body) == ("POST", row[step]["url"], b"")
    assert signed(begin)["oauth_callback"] == REDIRECT
    assert (signed(token)["oauth_token"], signed(token)["oauth_verifier"]) == ("t1", "v1")
    assert not list(problems(sent(oauth1.authorization_url(auth, "t1")), {"method": "GET", **row["authorize"]}))


def test_oauth1_gives_all_four_secrets_and_nothing_of_an_oauth2_grant() -> None:
    auth = FLOWS["x oauth1"]
    assert isinstance(auth, OAuth1)
    before = Grant({"access_token": "a", "refresh_token": "r"}, expires_at=NOW, subject="7")
    grant = oauth1.grant_of(auth, CLIENT, {"oauth_token": "t", "oauth_token_secret": "s"}, NOW, before)
    assert dict(grant.secrets) == {
        "api_key": "app-1",
        "api_secret": "test-secret",
        "access_token": "t",
        "access_token_secret": "s",
    }
    assert (grant.expires_at, grant.subject, grant.obtained_at) == (None, "7", NOW)


@pytest.mark.parametrize("body", [b"", b"{}", b"oauth_token=t", b"oauth_token=t&oauth_token_secret=", b"\xff"])
def test_an_answer_of_oauth1_without_a_token_is_no_answer(body: bytes) -> None:
    with pytest.raises(errors.Unavailable, match="X answered without a token"):
        oauth1.answer_of(body, "X")


def test_an_unconfirmed_callback_is_told() -> None:
    with pytest.raises(errors.Unavailable, match="did not confirm the redirect address"):
        oauth1.answer_of(b"oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false", "X")


def test_a_refusal_of_oauth1() -> None:
    auth = FLOWS["x oauth1"]
    assert isinstance(auth, OAuth1)
    told = {"errors": [{"code": 415, "message": "Callback URL not approved"}]}
    assert oauth1.failure_of(auth, 403, told, "X", redact=str).message == (
        "X does not accept the app's own key, or its redirect address (HTTP 403, 415, Callback URL not approved)"
    )
    assert oauth1.failure_of(auth, 401, {"errors": [{"code": 89}]}, "X").message == "X gave no token (HTTP 401, 89)"
    nonsense: list[Any] = [None, [], "no", {"errors": "x"}, {"errors": [1]}, {"errors": []}]
    for odd in nonsense:
        assert isinstance(oauth1.failure_of(auth, 500, odd, "X"), errors.Unavailable)
    assert isinstance(oauth1.failure_of(auth, 429, None, "X"), errors.Throttled)


# --- what an answer means -----------------------------------------------------------------------------------------

PLAIN = OAuth2(
    authorize="https://idp.example/authorize",
    token="https://idp.example/token",
    scopes=("read", "write"),
    docs="https://idp.example",
    checked="2026-11-24",
    rotation=Rotation.SINGLE_USE,
    access_seconds=3600,
    refresh_seconds=86_400,
)


def test_a_grant_takes_what_the_answer_says() -> None:
    answer = {
        "access_token": "a2",
        "refresh_token": "r2",
        "expires_in": 60,
        "refresh_token_expires_in": "120",
        "scope": "read,write  other",
    }
    assert oauth.grant_of(PLAIN, answer, NOW, None) == Grant(
        {"access_token": "a2", "refresh_token": "r2"},
        obtained_at=NOW,
        expires_at=NOW + timedelta(seconds=60),
        refresh_expires_at=NOW + timedelta(seconds=120),
        scopes=("read", "write", "other"),
    )


def test_what_the_answer_leaves_out_stays_or_is_as_declared() -> None:
    before = Grant(
        {"access_token": "a1", "refresh_token": "r1", "client_id": "own"},
        refresh_expires_at=NOW + timedelta(days=9),
        scopes=("read",),
        subject="42",
    )
    grant = oauth.grant_of(PLAIN, {"access_token": "a2"}, NOW, before)
    assert dict(grant.secrets) == {"access_token": "a2", "refresh_token": "r1", "client_id": "own"}
    assert (grant.expires_at, grant.refresh_expires_at) == (NOW + timedelta(hours=1), NOW + timedelta(days=9))
    assert (grant.scopes, grant.subject) == (("read",), "42")


def test_a_new_refresh_token_lives_as_long_as_declared() -> None:
    before = Grant({"access_token": "a1", "refresh_token": "r1"}, refresh_expires_at=NOW)
    grant = oauth.grant_of(PLAIN, {"access_token": "a2", "refresh_token": "r2"}, NOW, before)
    assert grant.refresh_expires_at == NOW + timedelta(days=1)


def test_a_grant_that_is_not_prolonged_keeps_its_end() -> None:
    fixed = replace(PLAIN, fixed_end=True)
    before = Grant({"access_token": "a1", "refresh_token": "r1"}, refresh_expires_at=NOW)
    grant = oauth.grant_of(fixed, {"access_token": "a2", "refresh_token": "r2"}, NOW, before)
    assert grant.refresh_expires_at == NOW
    first = oauth.grant_of(fixed, {"access_token": "a2", "refresh_token": "r2"}, NOW, None)
    assert first.refresh_expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("seconds", [0, -5, "never", True, None, 1.5, [], "9" * 16])
def test_a_lifetime_that_is_none_is_the_declared_one(seconds: object) -> None:
    grant = oauth.grant_of(PLAIN, {"access_token": "a", "expires_in": seconds}, NOW, None)
    assert grant.expires_at == NOW + timedelta(hours=1)


def test_a_lifetime_beyond_all_dates_is_no_end() -> None:
    assert oauth.grant_of(PLAIN, {"access_token": "a", "expires_in": 10**14}, NOW, None).expires_at is None


def test_a_platform_without_refresh_tokens_gets_none() -> None:
    never = replace(PLAIN, rotation=Rotation.NEVER, access_seconds=None)
    grant = oauth.grant_of(never, {"access_token": "a", "refresh_token": "r"}, NOW, None)
    assert (dict(grant.secrets), grant.expires_at, grant.refresh_expires_at) == ({"access_token": "a"}, None, None)


SECRET_NAMES = st.sampled_from(["refresh_token", "client_id", "client_secret", "user_token", "dpop_key"])
HELD = st.dictionaries(SECRET_NAMES, st.text(min_size=1, max_size=5), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(held=HELD, answer=JSON, name=st.sampled_from(sorted(OAUTH2)), brings=st.booleans())
def test_no_answer_ever_loses_a_secret(held: dict[str, str], answer: Any, name: str, brings: bool) -> None:
    auth = OAUTH2[name]
    if brings and isinstance(answer, dict):
        answer |= {"access_token": "new", "incoming_webhook": {"url": "u"}, "webhook": {"url": "u"}}
    try:
        grant = oauth.grant_of(auth, answer, NOW, Grant(held, subject="7"))
    except errors.Unavailable:
        return
    assert held.items() - grant.secrets.items() <= {("refresh_token", held.get("refresh_token", ""))}
    assert all(grant.secrets.get(key) for key in (*held, *auth.gives))
    assert grant.subject == "7"


@pytest.mark.parametrize(
    "answer", [None, [], "x", {}, {"access_token": ""}, {"access_token": None}, {"access_token": {}}]
)
def test_an_answer_without_a_token_is_trouble(answer: Any) -> None:
    with pytest.raises(errors.Unavailable) as raised:
        oauth.grant_of(PLAIN, answer, NOW, None)
    assert raised.value.message == "idp.example answered without `access_token`"


def test_a_refusal_that_comes_as_a_success_is_a_refusal() -> None:
    """TikTok and Slack answer HTTP 200 to everything."""
    with pytest.raises(errors.Reauthorize, match=r"idp\.example says that the authorization has ended"):
        oauth.grant_of(PLAIN, {"error": "invalid_grant", "log_id": "1"}, NOW, None)
    with pytest.raises(errors.Throttled):
        oauth.grant_of(OAUTH2["slack bot"], {"ok": False, "error": "ratelimited"}, NOW, None)


def test_what_names_an_error_of_ours_was_not_taken_up() -> None:
    assert oauth.is_refused(PLAIN, {"error": "invalid_client"})
    assert oauth.is_refused(OAUTH2["slack bot"], {"ok": False, "error": "ratelimited"})
    doubtful: list[Any] = [{"error": "server_error"}, {"error": ""}, {}, None, [], {"access_token": "a"}]
    assert not [answer for answer in doubtful if oauth.is_refused(PLAIN, answer)]


def test_instagrams_answer_may_be_in_a_list() -> None:
    answer = {"data": [{"access_token": "a", "user_id": "1", "permissions": "one,two"}]}
    grant = oauth.grant_of(OAUTH2["instagram-standalone oauth2"], answer, NOW, None)
    assert (dict(grant.secrets), grant.scopes) == ({"access_token": "a"}, ("one", "two"))


def test_webhooks_come_out_of_their_answers() -> None:
    answer = {"ok": True, "access_token": "x", "incoming_webhook": {"url": "https://hooks.slack.com/services/T/B/test"}}
    assert dict(oauth.grant_of(OAUTH2["slack webhook"], answer, NOW, None).secrets) == {
        "webhook_url": "https://hooks.slack.com/services/T/B/test"
    }
    assert dict(oauth.grant_of(OAUTH2["slack bot"], answer, NOW, None).secrets) == {"bot_token": "x"}
    answer = {"access_token": "x", "webhook": {"url": "https://discord.com/api/webhooks/1/test"}}
    assert dict(oauth.grant_of(OAUTH2["discord webhook"], answer, NOW, None).secrets) == {
        "webhook_url": "https://discord.com/api/webhooks/1/test"
    }


def test_a_pages_token_takes_the_place_of_the_users() -> None:
    auth, before = OAUTH2["facebook oauth2"], Grant({"access_token": "user"}, expires_at=NOW, scopes=("s",))
    listed = {"data": [{"id": "1", "access_token": "one"}, {"id": 2, "access_token": "two"}, "odd"]}
    grant = oauth.narrowed(auth, listed, {"page": "2"}, before)
    assert dict(grant.secrets) == {"access_token": "two", "user_token": "user"}
    assert (grant.expires_at, grant.scopes) == (None, ("s",))
    again = oauth.narrowed(auth, listed, {"page": "1"}, grant)
    assert dict(again.secrets) == {"access_token": "one", "user_token": "user"}
    with pytest.raises(errors.Unavailable, match="`3` is not among what this login manages"):
        oauth.narrowed(auth, listed, {"page": "3"}, before)
    with pytest.raises(errors.Unavailable):
        oauth.narrowed(auth, "no list", {"page": "1"}, before)


def test_an_instagram_account_is_found_by_its_page() -> None:
    listed = {"data": [{"id": "1", "access_token": "one", "instagram_business_account": {"id": "178"}}]}
    grant = oauth.narrowed(OAUTH2["instagram oauth2"], listed, {"user": "178"}, Grant({"access_token": "user"}))
    assert grant.secrets["access_token"] == "one"


def test_without_pages_a_token_stays_what_it_is() -> None:
    before = Grant({"access_token": "a"})
    assert oauth.narrowed(PLAIN, {}, {}, before) is before
    assert oauth.narrow_request(PLAIN, CLIENT, SECRETS, origin=ORIGIN) is None


@pytest.mark.parametrize("name", OAUTH2)
def test_trouble_never_disconnects(name: str) -> None:
    bodies: list[Any] = [None, {}, [], "gateway", {"error": "server_error"}, {"error": "temporarily_unavailable"}]
    for status in (400, 401, 403, 404, 408, 418, 429, 500, 502, 503, 504):
        for body in bodies:
            failure = oauth.failure_of(OAUTH2[name], status, body, "P")
            assert isinstance(failure, errors.Throttled if status == 429 else errors.Unavailable)


@pytest.mark.parametrize("name", OAUTH2)
def test_only_the_declared_codes_disconnect(name: str) -> None:
    auth = OAUTH2[name]
    for code in auth.revoked:
        answers = [nested(path, code) for path in auth.error_codes]
        assert any(isinstance(oauth.failure_of(auth, 400, each, "P"), errors.Reauthorize) for each in answers)
        assert not any(isinstance(oauth.failure_of(auth, 503, each, "P"), errors.Reauthorize) for each in answers)
        near = [nested(path, f"{code}0") for path in auth.error_codes]
        assert not any(isinstance(oauth.failure_of(auth, 400, each, "P"), errors.Reauthorize) for each in near)


@pytest.mark.parametrize("name", OAUTH2)
def test_an_app_in_trouble_disconnects_nobody(name: str) -> None:
    auth = OAUTH2[name]
    for code in auth.misconfigured:
        failures = [oauth.failure_of(auth, 401, nested(path, code), "P") for path in auth.error_codes]
        assert any("does not accept the app's own credentials" in failure.message for failure in failures)
        assert all(failure.kind == "unavailable" for failure in failures)


def nested(path: str, value: str) -> Any:
    """The JSON in which a dotted path leads to the value."""
    key, _, rest = path.partition(".")
    return {key: nested(rest, value) if rest else value}


def test_xs_words_decide_where_its_code_does_not() -> None:
    auth, code = OAUTH2["x oauth2"], "invalid_request"
    gone = {"error": code, "error_description": "Value passed for the token was invalid."}
    ours = {"error": code, "error_description": "Missing required parameter [client_id]."}
    assert isinstance(oauth.failure_of(auth, 400, gone, "X"), errors.Reauthorize)
    assert isinstance(oauth.failure_of(auth, 400, ours, "X"), errors.Unavailable)


def test_words_are_told_only_where_they_are_redacted() -> None:
    told = {"error": "invalid_request", "error_description": "no such code: test-code"}
    assert oauth.failure_of(PLAIN, 400, told, "P").message == "P gave no token (HTTP 400, invalid_request)"
    clean = oauth.failure_of(PLAIN, 400, told, "P", redact=lambda text: text.replace("test-code", "***"))
    assert clean.message == "P gave no token (HTTP 400, invalid_request, no such code: ***)"
    odd = {"error": "test-token\n\x1b[31m"}
    assert oauth.failure_of(PLAIN, 400, odd, "P").message == "P gave no token (HTTP 400)"


def test_a_grant_without_what_refreshes_it_must_be_made_anew() -> None:
    with pytest.raises(errors.Reauthorize, match="holds no `refresh_token`"):
        oauth.refresh_request(PLAIN, CLIENT, {"access_token": "a"}, origin=ORIGIN)
    with pytest.raises(errors.Reauthorize, match="holds no `access_token`"):
        oauth.refresh_request(OAUTH2["threads oauth2"], CLIENT, {}, origin=ORIGIN)


def test_a_token_that_renews_itself_may_need_no_app() -> None:
    alone = {name for name, auth in OAUTH2.items() if auth.renews_alone}
    assert alone == {"instagram-standalone oauth2", "threads oauth2"}


# --- the app ------------------------------------------------------------------------------------------------------


def test_an_app_without_a_secret_says_its_name_alone() -> None:
    auth = OAUTH2["x oauth2"]
    request = oauth.refresh_request(auth, Client("app-1"), SECRETS, origin=ORIGIN)
    assert sent(request).fields == {
        "grant_type": "refresh_token",
        "refresh_token": "test-refresh",
        "client_id": "app-1",
    }
    assert not sent(request).basic


def test_the_app_comes_from_the_grant_or_the_environment() -> None:
    environment = {"POSTIZ_LINKEDIN_PAGE_CLIENT_ID": " id ", "POSTIZ_LINKEDIN_PAGE_CLIENT_SECRET": "s"}
    assert oauth.client_from(environment, "linkedin-page", {}) == Client("id", "s")
    assert oauth.client_from(environment, "linkedin", {}) is None
    own = {"client_id": "own", "client_secret": "o"}
    assert oauth.client_from(environment, "linkedin-page", own) == Client("own", "o")
    assert oauth.client_from({"POSTIZ_X_CLIENT_ID": "id"}, "x", {}) is None
    assert oauth.client_from({"POSTIZ_X_CLIENT_ID": "id"}, "x", {}, public=True) == Client("id", "")


def test_the_key_of_oauth1_has_its_own_variables() -> None:
    auth = FLOWS["x oauth1"]
    assert isinstance(auth, OAuth1)
    assert oauth1.client_from(auth, {"POSTIZ_X_API_KEY": "k", "POSTIZ_X_API_SECRET": "s"}, "x") == Client("k", "s")
    assert oauth1.client_from(auth, {"POSTIZ_X_API_KEY": "k"}, "x") is None


def test_a_registration_brings_an_app() -> None:
    assert oauth.client_of({"client_id": "1", "client_secret": "s"}, "S") == Client("1", "s")
    for odd in ({}, None, {"client_id": "1"}):
        with pytest.raises(errors.Unavailable, match="S registered no app"):
            oauth.client_of(odd, "S")


def test_a_way_of_ones_own_may_be_a_form() -> None:
    auth = replace(PLAIN, client_auth=ClientAuth.POST, exchange=Exchange("{origin}/x", {"c": "{code}"}, method="POST"))
    request = oauth.code_request(auth, CLIENT, origin=ORIGIN, redirect=REDIRECT, code="a&b", verifier=None)
    assert (request.method, request.url, request.body) == ("POST", "https://social.example/x", b"c=a%26b")
    assert Narrowed(Exchange("", {}), setting="page").match == "id"


# --- the way back -------------------------------------------------------------------------------------------------


def test_the_code_that_came_back_is_taken_from_our_own_request() -> None:
    assert oauth.code_of({"state": "s", "code": "c"}, "s", "P") == "c"
    for back in ({}, {"code": "c"}, {"state": "S", "code": "c"}, {"state": "sé", "code": "c"}):
        with pytest.raises(errors.Rejected, match="came back from something else"):
            oauth.code_of(back, "s", "P")


@pytest.mark.parametrize(
    ("back", "said"),
    [
        ({"error": "access_denied"}, "the consent was refused on P's page"),
        ({"error": "invalid_scope", "error_description": "x"}, "P gave no consent (`invalid_scope`)"),
        ({"error": "\x1b[2Jodd"}, "P gave no consent"),
        ({}, "P gave no consent"),
    ],
)
def test_a_consent_that_was_not_given_is_told(back: dict[str, str], said: str) -> None:
    with pytest.raises(errors.Rejected) as raised:
        oauth.code_of({"state": "s", **back}, "s", "P")
    assert raised.value.message == said


def test_the_verifier_of_oauth1_belongs_to_our_own_token() -> None:
    begun = {"oauth_token": "t"}
    assert oauth1.verifier_of({"oauth_token": "t", "oauth_verifier": "v"}, begun, "X") == "v"
    with pytest.raises(errors.Rejected, match="came back from something else"):
        oauth1.verifier_of({"oauth_token": "u", "oauth_verifier": "v"}, begun, "X")
    with pytest.raises(errors.Rejected, match="the consent was refused on X's page"):
        oauth1.verifier_of({"denied": "t"}, begun, "X")
