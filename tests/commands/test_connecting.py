"""How a grant is made, narrowed and verified, on a wire that answers from a script."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from postiz_ops.commands.accounts import connecting, person
from postiz_ops.commands.accounts.connecting import Asked, Connected, Connecting
from postiz_ops.commands.accounts.person import Back, choose, fields_of, listens_at
from postiz_ops.commands.accounts.ways import choose_way, client_for, left_out, needs_app, steps_of, ways_of
from postiz_ops.errors import Refused, Rejected, Temporary, Unavailable, UsageError
from postiz_ops.model import Account
from postiz_ops.net.clock import AsyncTasks
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Client, Grant, OAuth2
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response
from postiz_ops.vault.redaction import Redaction

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CLIENT = Client("app-1", "test-secret")


# --- the stage ----------------------------------------------------------------------------------------------------

Reply = Any
"""JSON, bytes, a ``Response``, an exception, or a list of these, one for each time."""


@dataclass
class Wire:
    """Answers by ``METHOD host/path``; what nobody wrote an answer for is an error of the test."""

    script: dict[str, Reply]
    sent: list[Request] = field(default_factory=list)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.sent.append(request)
        parts = urlsplit(request.url)
        reply = self.script[f"{request.method} {parts.netloc}{parts.path}"]
        reply = reply.pop(0) if isinstance(reply, list) else reply
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, Response):
            return reply
        return Response(200, {}, reply if isinstance(reply, bytes) else json.dumps(reply).encode())

    def fields(self, place: str) -> list[dict[str, str]]:
        """What was sent there: query and form."""
        found = [r for r in self.sent if urlsplit(r.url).netloc + urlsplit(r.url).path == place]
        return [dict(parse_qsl(urlsplit(r.url).query) + parse_qsl(r.body.decode())) for r in found]


@dataclass
class Clock:
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Player:
    """The person: consents, and comes back with what the test says, the state being ours."""

    redirect: str
    back: Mapping[str, str]
    visited: list[str] = field(default_factory=list)

    async def visit(self, url: str, accept: Callable[[Back], bool] = bool) -> Back:
        self.visited.append(url)
        asked = dict(parse_qsl(urlsplit(url).query))
        back = {"state": asked.get("state", ""), **self.back}
        assert accept(back) == (back.get("oauth_token", "t1") == "t1")
        return back


@dataclass
class Stage:
    """One attempt to connect."""

    wire: Wire
    player: Player
    redaction: Redaction
    clock: Clock
    asked: Asked

    def run(self) -> Connected:
        nothing: Any = None
        effects = Effects(
            wire=self.wire,
            clock=self.clock,
            ledger=nothing,
            spool=nothing,
            vault=nothing,
            library=nothing,
            tasks=AsyncTasks(),
            token=lambda: "0123456789abcdef" * 2,
        )
        return asyncio.run(Connecting(effects, self.redaction, self.asked).run())


def stage(
    provider: str,
    script: dict[str, Reply],
    *,
    flow: str | None = None,
    back: Mapping[str, str] | None = None,
    settings: dict[str, str] | None = None,
    before: Grant | None = None,
    another: bool = False,
) -> Stage:
    way = choose_way(provider, flow, settings or {}, new=True)
    player = Player("https://localhost/callback", {"code": "test-code"} if back is None else back)
    account = Account("acme", provider, PROVIDERS[provider].SPEC.origin or "https://social.example")
    asked = Asked(
        account=account,
        way=way,
        person=player,  # type: ignore[arg-type]
        client=CLIENT if needs_app(way) else None,
        settings=settings or {},
        before=before,
        another=another,
    )
    return Stage(Wire(script), player, Redaction(), Clock(), asked)


GRAPH = "graph.facebook.com/v26.0"
PAGES = {"data": [{"id": "1", "name": "One", "access_token": "test-one"}]}
FACEBOOK: dict[str, Reply] = {
    f"GET {GRAPH}/oauth/access_token": [
        {"access_token": "test-short", "expires_in": 3600},
        {"access_token": "test-long"},
    ],
    f"GET {GRAPH}/me/accounts": PAGES,
    f"GET {GRAPH}/1": {"id": "1", "name": "One", "access_token": "test-one"},
}


def facebook(**changes: Reply) -> dict[str, Reply]:
    made = {**FACEBOOK, f"GET {GRAPH}/oauth/access_token": list(FACEBOOK[f"GET {GRAPH}/oauth/access_token"])}
    return {**made, **{f"GET {GRAPH}/{path}": reply for path, reply in changes.items()}}


# --- consent ------------------------------------------------------------------------------------------------------


def test_a_facebook_page_gets_its_own_token_which_does_not_end() -> None:
    made = stage("facebook", facebook())
    connected = made.run()
    assert connected.settings == {"page": "1"}, "the only page needs no question"
    assert dict(connected.grant.secrets) == {"access_token": "test-one", "user_token": "test-long"}
    assert (connected.grant.subject, connected.grant.expires_at) == ("1", None)
    exchanged, lengthened = made.wire.fields(f"{GRAPH}/oauth/access_token")
    assert exchanged["code"] == "test-code"
    assert lengthened["fb_exchange_token"] == "test-short"


def test_a_page_that_was_named_is_not_asked_for() -> None:
    made = stage("facebook", facebook(), settings={"page": "1"})
    assert made.run().settings == {"page": "1"}
    assert len(made.wire.fields(f"{GRAPH}/me/accounts")) == 1, "for its token alone"


def test_a_page_that_the_login_does_not_manage_is_refused() -> None:
    with pytest.raises(Unavailable, match="`9` is not among what this login manages"):
        stage("facebook", facebook(), settings={"page": "9"}).run()


def test_several_pages_and_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    two = {"data": [*PAGES["data"], {"id": "2", "name": "Two", "access_token": "test-two"}]}
    with pytest.raises(UsageError) as raised:
        stage("facebook", facebook(**{"me/accounts": two})).run()
    assert raised.value.message == "there are several to choose from for `page`: `1` (One), `2` (Two)"
    assert raised.value.help == "say which with --set page=ID; nothing was stored"


def test_threads_gets_the_token_of_sixty_days() -> None:
    made = stage(
        "threads",
        {
            "POST graph.threads.net/oauth/access_token": {"access_token": "test-short", "user_id": 42},
            "GET graph.threads.net/access_token": {"access_token": "test-long", "expires_in": 5_184_000},
            "GET graph.threads.net/v1.0/me": {"id": "42", "username": "acme"},
        },
    )
    connected = made.run()
    assert dict(connected.grant.secrets) == {"access_token": "test-long"}
    assert connected.grant.expires_at == datetime(2027, 1, 30, 9, tzinfo=UTC)
    assert (connected.settings, connected.identity.name) == ({"user": "42"}, "@acme")


def test_slacks_webhook_comes_out_of_the_consent() -> None:
    hook = "https://hooks.slack.com/services/T0/B0/test-hook"
    answer = {"ok": True, "access_token": "xoxb-test", "incoming_webhook": {"url": hook}}
    connected = stage("slack", {"POST slack.com/api/oauth.v2.access": answer}, flow="webhook").run()
    assert dict(connected.grant.secrets) == {"webhook_url": hook}
    assert (connected.grant.subject, connected.settings) == ("T0/B0", {})


def test_slacks_bot_is_asked_for_a_channel() -> None:
    made = stage(
        "slack",
        {
            "POST slack.com/api/oauth.v2.access": {"ok": True, "access_token": "xoxb-test"},
            "GET slack.com/api/conversations.list": {"ok": True, "channels": [{"id": "C1", "name": "news"}]},
            "GET slack.com/api/auth.test": {"ok": True, "user_id": "U1", "user": "bot", "team": "Acme"},
        },
    )
    connected = made.run()
    assert (connected.settings, connected.grant.subject) == ({"channel": "C1"}, "U1")
    assert dict(connected.grant.secrets) == {"bot_token": "xoxb-test"}


X1 = {
    "POST api.x.com/oauth/request_token": b"oauth_token=t1&oauth_token_secret=test-s1&oauth_callback_confirmed=true",
    "POST api.x.com/oauth/access_token": b"oauth_token=test-t2&oauth_token_secret=test-s2&user_id=7",
    "GET api.x.com/2/users/me": {"data": {"id": "7", "username": "acme"}},
}


def test_x_by_oauth_1() -> None:
    before = Grant({"access_token": "a", "refresh_token": "test-old"}, subject="7")
    made = stage("x", dict(X1), flow="oauth1", back={"oauth_token": "t1", "oauth_verifier": "v"}, before=before)
    connected = made.run()
    assert dict(connected.grant.secrets) == {
        "api_key": "app-1",
        "api_secret": "test-secret",
        "access_token": "test-t2",
        "access_token_secret": "test-s2",
    }, "a refresh token of the other flow would renew what it does not belong to"
    assert made.player.visited == ["https://api.x.com/oauth/authorize?oauth_token=t1"]
    assert made.wire.sent[-1].headers["Authorization"].startswith("OAuth ")


def test_x_by_oauth_1_refused() -> None:
    with pytest.raises(Rejected, match="the consent was refused on X's page"):
        stage("x", dict(X1), flow="oauth1", back={"denied": "t1"}).run()
    refused = Response(401, {}, b'{"errors": [{"code": 32, "message": "Could not authenticate you: test-secret"}]}')
    made = stage("x", {**X1, "POST api.x.com/oauth/request_token": refused}, flow="oauth1")
    with pytest.raises(Unavailable) as raised:
        made.run()
    assert "does not accept the app's own key" in raised.value.message
    assert "test-secret" not in raised.value.message


@pytest.mark.parametrize("trouble", [NotSent("it did not leave"), Lost("the answer was lost")])
def test_a_server_that_does_not_answer_costs_nothing(trouble: Exception) -> None:
    with pytest.raises(Temporary, match=r"Facebook did not answer: .*; nothing was stored"):
        stage("facebook", facebook(**{"oauth/access_token": trouble})).run()


def test_an_answer_that_echoes_the_code_is_not_repeated() -> None:
    echo = {"error": {"message": "This code has expired: test-code and test-secret", "code": 100}}
    refused = Response(400, {}, json.dumps(echo).encode())
    with pytest.raises(Unavailable) as raised:
        stage("facebook", facebook(**{"oauth/access_token": refused})).run()
    assert raised.value.message == "Facebook gave no token (HTTP 400, 100, This code has expired: *** and ***)"


# --- whose it is --------------------------------------------------------------------------------------------------


def test_another_account_is_refused_unless_it_is_meant() -> None:
    before = Grant({"access_token": "a"}, subject="77")
    with pytest.raises(Refused) as raised:
        stage("facebook", facebook(), before=before).run()
    assert raised.value.message == "this login is One (`1`), and account `acme` is `77`; nothing was stored"
    assert stage("facebook", facebook(), before=before, another=True).run().grant.subject == "1"


def test_a_moments_trouble_while_verifying_does_not_waste_the_consent() -> None:
    busy = Response(503, {}, b"")
    made = stage("facebook", facebook(**{"1": [busy, {"id": "1", "access_token": "x"}, {"id": "1", "name": "One"}]}))
    assert made.run().grant.subject == "1"
    assert made.clock.slept == [0, 2]


def test_lasting_trouble_while_verifying_stores_nothing() -> None:
    made = stage("facebook", facebook(**{"1": Response(503, {}, b"")}))
    with pytest.raises(Temporary, match="nothing was stored"):
        made.run()
    assert made.clock.slept == list(connecting.TRIES)


def test_what_is_chosen_for_posts_is_not_asked_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    answer = {"access_token": "test-a", "refresh_token": "test-r", "expires_in": 60, "refresh_token_expires_in": 600}
    made = stage(
        "pinterest",
        {
            "POST api.pinterest.com/v5/oauth/token": answer,
            "GET api.pinterest.com/v5/user_account": {"username": "acme", "id": "9"},
        },
    )
    assert made.run().settings == {}


# --- the person ---------------------------------------------------------------------------------------------------


@dataclass
class Terminal:
    """Somebody at a terminal, with her answers."""

    answers: list[str]
    said: list[str] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)

    def prompt(self, question: str, **told: Any) -> str:
        self.said.append(question)
        self.hidden.append(told["hide_input"])
        return self.answers.pop(0)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    made = Terminal([])
    monkeypatch.setattr(person, "is_there", lambda: True)
    monkeypatch.setattr(connecting, "is_there", lambda: True)
    monkeypatch.setattr("click.prompt", made.prompt)
    monkeypatch.setattr(person, "say", made.said.append)
    return made


def test_a_choice_is_a_number_or_an_id(terminal: Terminal) -> None:
    options = {"a1": "One", "b2": "Two\x1b[31m"}
    terminal.answers = ["7", "x", "2"]
    assert choose("page", options) == "b2"
    assert terminal.said == [
        "    1  One (a1)",
        "    2  Two\\x1b[31m (b2)",
        "`page`: a number of the list",
        "`7` is not in the list.",
        "`page`: a number of the list",
        "`x` is not in the list.",
        "`page`: a number of the list",
    ]
    terminal.answers = ["a1", ""]
    assert choose("page", options) == "a1"
    assert choose("board", options, optional=True) is None


def test_a_terminal_is_asked_for_what_posts_may_leave_out(terminal: Terminal) -> None:
    terminal.answers = ["1"]
    answer = {"access_token": "test-a", "refresh_token": "test-r"}
    made = stage(
        "pinterest",
        {
            "POST api.pinterest.com/v5/oauth/token": answer,
            "GET api.pinterest.com/v5/boards": {"items": [{"id": "11", "name": "Spring"}]},
            "GET api.pinterest.com/v5/user_account": {"username": "acme", "id": "9"},
        },
    )
    assert made.run().settings == {"board": "11"}


def test_secrets_are_typed_without_echo(terminal: Terminal) -> None:
    terminal.answers = ["acme.example", " test-password "]
    made = stage(
        "bluesky",
        {
            "POST bsky.social/xrpc/com.atproto.server.createSession": {
                "did": "did:plc:acme",
                "handle": "acme.example",
                "accessJwt": "x",
                "refreshJwt": "y",
            },
            "GET bsky.social/xrpc/com.atproto.server.getSession": {"did": "did:plc:acme", "handle": "acme.example"},
        },
    )
    assert dict(made.run().grant.secrets) == {"identifier": "acme.example", "password": "test-password"}
    assert (terminal.said, terminal.hidden) == (["`identifier`", "`password`"], [False, True])


def test_a_typed_token_keeps_what_renews_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("test-new\n"))
    before = Grant({"access_token": "a", "refresh_token": "test-r"}, refresh_expires_at=NOW, subject="9")
    who = {"GET api.pinterest.com/v5/user_account": {"username": "acme", "id": "9"}}
    connected = stage("pinterest", who, flow="manual", before=before).run()
    assert dict(connected.grant.secrets) == {"access_token": "test-new", "refresh_token": "test-r"}
    assert connected.grant.refresh_expires_at == NOW


def test_four_typed_keys_have_nothing_that_renews_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nb\nc\nd\n"))
    before = Grant({"access_token": "a", "refresh_token": "test-r"}, refresh_expires_at=NOW, subject="7")
    connected = stage(
        "x", {"GET api.x.com/2/users/me": X1["GET api.x.com/2/users/me"]}, flow="manual", before=before
    ).run()
    assert dict(connected.grant.secrets) == {
        "access_token": "a",
        "api_key": "b",
        "api_secret": "c",
        "access_token_secret": "d",
    }
    assert connected.grant.refresh_expires_at is None


@pytest.mark.parametrize(
    ("pasted", "fields"),
    [
        ("https://localhost/callback?code=c&state=s#_=_", {"code": "c", "state": "s"}),
        ("code=c%2B1&state=s", {"code": "c+1", "state": "s"}),
        ("?code=c&state=s", {"code": "c", "state": "s"}),
        ("code=c&state=s#_", {"code": "c", "state": "s"}),
        ("https://localhost/callback", {}),
        ("", {}),
        ("nonsense", {"nonsense": ""}),
    ],
)
def test_what_is_pasted_is_an_address_or_its_query(pasted: str, fields: dict[str, str]) -> None:
    assert fields_of(pasted) == fields


def test_an_address_that_can_be_listened_on() -> None:
    assert listens_at("http://127.0.0.1:8765/callback")
    assert listens_at("http://localhost:1/")
    assert not listens_at("https://localhost/callback")
    assert not listens_at("http://acme.example/callback")
    assert not listens_at("")


# --- the ways -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("mastodon", ["oauth2", "manual"]),
        ("bluesky", ["manual", "oauth2"]),
        ("x", ["oauth2", "oauth1", "manual"]),
        ("slack", ["bot", "webhook", "bot-manual", "webhook-manual"]),
        ("discord", ["webhook", "bot-manual", "webhook-manual"]),
    ],
)
def test_the_advised_way_stands_first(provider: str, names: list[str]) -> None:
    assert [way.name for way in ways_of(provider)] == names
    assert choose_way(provider, None, {}, new=True).name == names[0]


def test_an_account_that_is_there_keeps_its_kind() -> None:
    assert choose_way("slack", None, {"channel": "C1"}, new=False).name == "bot"
    assert choose_way("slack", None, {}, new=False).name == "webhook"
    assert choose_way("discord", None, {"channel": "1"}, new=True).name == "bot-manual"
    with pytest.raises(UsageError, match="`slack` has no flow `bot`"):
        choose_way("slack", "bot", {}, new=False)


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_every_platform_can_be_connected_and_says_how(provider: str) -> None:
    for way in ways_of(provider):
        shown = steps_of(way, "http://127.0.0.1:8765/callback")
        assert shown.startswith("  1. ") or (way.auth is not None and not needs_app(way))
        if needs_app(way):
            with pytest.raises(UsageError, match=f"POSTIZ_{provider.upper().replace('-', '_')}_"):
                client_for(way, provider, {})
        elif way.auth is None:
            assert way.spec.manual


def test_what_a_consent_leaves_out_is_told() -> None:
    way = choose_way("youtube", None, {}, new=True)
    assert isinstance(way.auth, OAuth2)
    asked = way.auth.scopes
    assert left_out(way, Grant({}, scopes=(*asked[1:], "openid"))) == (asked[0],)
    assert left_out(way, Grant({}, scopes=asked)) == ()
    assert left_out(choose_way("youtube", "manual", {}, new=True), Grant({})) == ()


def test_only_an_app_that_may_has_no_secret() -> None:
    x, youtube = (choose_way(name, None, {}, new=True) for name in ("x", "youtube"))
    assert client_for(x, "x", {"POSTIZ_X_CLIENT_ID": "i"}) == Client("i", "")
    with pytest.raises(UsageError, match="`POSTIZ_YOUTUBE_CLIENT_SECRET` are not set"):
        client_for(youtube, "youtube", {"POSTIZ_YOUTUBE_CLIENT_ID": "i"})


def test_an_app_with_an_odd_secret_is_refused_without_showing_it() -> None:
    way = choose_way("reddit", None, {}, new=True)
    with pytest.raises(UsageError) as raised:
        client_for(way, "reddit", {"POSTIZ_REDDIT_CLIENT_ID": "id", "POSTIZ_REDDIT_CLIENT_SECRET": "tést-secret"})
    assert "tést" not in raised.value.message + str(raised.value.help)
    assert client_for(way, "reddit", {"POSTIZ_REDDIT_CLIENT_ID": "i", "POSTIZ_REDDIT_CLIENT_SECRET": "s"}) == Client(
        "i", "s"
    )
    assert replace(CLIENT, secret="").secret == ""
