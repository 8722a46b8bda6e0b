"""What every kind of account keeps to, whatever its platform: one suite, so that a new provider brings only its own."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from postiz_ops import errors, providers
from postiz_ops.model import Receipt
from postiz_ops.providers import PROVIDERS, base
from postiz_ops.providers.base import Blind, KindRule, Limit, Lookup, MediaRule, Rate, Spec, with_limits
from postiz_ops.publish.effects import Lost, NotSent, Response
from tests.providers.stage import ACCOUNTS, Reply, Script, Stage, answer, usual

KINDS = tuple(ACCOUNTS)
FOLDER = Path(providers.__file__).parent

LOGIN = {"did": "did:plc:acme", "handle": "acme.example", "accessJwt": "test-jwt", "refreshJwt": "x"}
TEST = answer({"ok": True, "url": "https://acme.slack.com/", "user": "bot", "user_id": "U1", "team": "Acme"})

FINE = {"code": "ok", "message": "", "log_id": "l1"}
CREATOR = {"creator_username": "acme", "privacy_level_options": ["SELF_ONLY"]}
TASK = {"publish_id": "v1", "upload_url": "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=t"}
WATCHABLE = {"uploadStatus": "processed", "privacyStatus": "public"}

MUTATIONS = {
    "mastodon": "POST /api/v1/statuses",
    "bluesky": "POST /xrpc/com.atproto.repo.applyWrites",
    "discord": "POST /api/v10/channels/200/messages",
    "discord webhook": "POST /api/v10/webhooks/300/test-token",
    "slack": "POST /api/chat.postMessage",
    "slack webhook": "POST /services/T0/B0/test-token",
    "linkedin": "POST /rest/posts",
    "linkedin page": "POST /rest/posts",
    "x": "POST /2/tweets",
    "dribbble": "POST /v2/shots",
    "pinterest": "POST /v5/pins",
    "reddit": "POST /api/submit",
    "tiktok": "PUT /video/",
    "youtube": "PUT /upload/youtube/v3/videos",
    "threads": "POST /v1.0/42/threads_publish",
    "instagram": "POST /v26.0/42/media_publish",
    "instagram-standalone": "POST /v26.0/42/media_publish",
    "facebook": "POST /v26.0/42/feed",
}
"""The one call of each kind that people can see the result of."""

AROUND: dict[str, Script] = {
    "mastodon": {
        "GET /api/v1/accounts/verify_credentials": answer({"id": "7", "acct": "acme"}),
        "GET /api/v2/instance": answer({}),
        "GET /api/v1/accounts/7/statuses": answer([]),
    },
    "bluesky": {
        "POST /xrpc/com.atproto.server.createSession": answer(LOGIN),
        "GET /xrpc/com.atproto.server.getSession": answer(LOGIN),
        "GET /xrpc/com.atproto.repo.getRecord": answer({"error": "RecordNotFound"}, 400),
    },
    "discord": {
        "GET /api/v10/channels/200": answer({"id": "200", "guild_id": "100"}),
        "GET /api/v10/channels/200/messages": answer([]),
        "GET /api/v10/users/@me": answer({"id": "9", "username": "bot"}),
    },
    "discord webhook": {"GET /api/v10/webhooks/300/test-token": answer({"id": "300", "name": "News"})},
    "slack": {"GET /api/auth.test": TEST, "GET /api/conversations.history": answer({"ok": True, "messages": []})},
    "slack webhook": {},
    "linkedin": {"GET /v2/userinfo": answer({"sub": "me", "name": "Alice"})},
    "linkedin page": {
        "GET /rest/posts": answer({"elements": []}),
        "GET /rest/organizations/123": answer({"id": 123, "localizedName": "Acme"}),
    },
    "x": {
        "GET /2/users/me": answer({"data": {"id": "7", "username": "acme", "name": "Acme"}}),
        "GET /2/users/7/tweets": answer({"meta": {"result_count": 0}}),
    },
    "dribbble": {
        "GET /v2/user": answer({"id": 1, "login": "acme", "name": "Acme"}),
        "GET /v2/user/shots": answer([]),
        "GET /v2/shots/7": answer({"id": 7, "title": "A title", "html_url": "https://dribbble.com/shots/7"}),
    },
    "pinterest": {
        "GET /v5/user_account": answer({"id": "1", "username": "acme"}),
        "GET /v5/boards/9/pins": answer({"items": [], "bookmark": None}),
    },
    "reddit": {
        "GET /api/v1/me": answer({"id": "u1", "name": "acme"}),
        "GET /user/acme/submitted": answer({"data": {"children": [], "after": None}}),
    },
    "tiktok": {
        "POST /v2/post/publish/creator_info/query/": answer({"data": CREATOR, "error": FINE}),
        "POST /v2/post/publish/video/init/": answer({"data": TASK, "error": FINE}),
        "POST /v2/post/publish/status/fetch/": answer({"data": {"status": "PUBLISH_COMPLETE"}, "error": FINE}),
        "GET /v2/user/info/": answer({"data": {"user": {"open_id": "o1", "display_name": "Acme"}}, "error": FINE}),
    },
    "youtube": {
        "POST /upload/youtube/v3/videos": answer(
            status=200, location="https://www.googleapis.com/upload/youtube/v3/videos?upload_id=u1"
        ),
        "GET /youtube/v3/channels": answer({"items": [{"id": "UC1", "snippet": {"title": "Acme"}}]}),
        "GET /youtube/v3/videos": answer({"items": [{"status": WATCHABLE}]}),
    },
    "threads": {
        "POST /v1.0/42/threads": answer({"id": "77"}),
        "GET /v1.0/77": answer({"id": "77", "status": "FINISHED"}),
        "GET /v1.0/10": answer({"id": "10", "permalink": "https://www.threads.net/@acme/post/T1"}),
        "GET /v1.0/me": answer({"id": "42", "username": "acme"}),
    },
    "instagram": {
        "POST /v26.0/42/media": answer({"id": "77"}),
        "GET /v26.0/77": answer({"id": "77", "status_code": "FINISHED"}),
        "GET /v26.0/10": answer({"id": "10", "permalink": "https://www.instagram.com/p/C1/"}),
        "GET /v26.0/42": answer({"id": "42", "username": "acme"}),
    },
    "instagram-standalone": {
        "POST /v26.0/42/media": answer({"id": "77"}),
        "GET /v26.0/77": answer({"id": "77", "status_code": "FINISHED"}),
        "GET /v26.0/10": answer({"id": "10", "permalink": "https://www.instagram.com/p/C1/"}),
        "GET /v26.0/me": answer({"id": "42", "username": "acme"}),
    },
    "facebook": {
        "GET /v26.0/42": answer({"id": "42", "name": "Acme", "access_token": "test-token"}),
        "GET /v26.0/42/published_posts": answer({"data": []}),
    },
}
"""What else each kind reads, answered well."""

SUCCESS = {
    "mastodon": answer({"id": "10"}),
    "bluesky": answer({}),
    "discord": answer({"id": "400", "channel_id": "200"}),
    "discord webhook": answer({"id": "400", "channel_id": "200"}),
    "slack": answer({"ok": True, "ts": "1.1"}),
    "slack webhook": answer("ok"),
    "linkedin": answer(None, 201, **{"x-restli-id": "urn:li:share:10"}),
    "linkedin page": answer(None, 201, **{"x-restli-id": "urn:li:share:10"}),
    "x": answer({"data": {"id": "10", "text": "Hello"}}, 201),
    "dribbble": answer(status=202, location="https://api.dribbble.com/v2/shots/7"),
    "pinterest": answer({"id": "77"}, 201),
    "reddit": answer(
        {"json": {"errors": [], "data": {"id": "p1", "name": "t3_p1", "url": "https://www.reddit.com/p1"}}}
    ),
    "tiktok": answer(status=201),
    "youtube": answer({"id": "v1"}),
    "threads": answer({"id": "10"}),
    "instagram": answer({"id": "10"}),
    "instagram-standalone": answer({"id": "10"}),
    "facebook": answer({"id": "42_10"}),
}


def stage(kind: str, reply: Reply | None = None) -> Stage:
    return Stage(kind, {**AROUND[kind], MUTATIONS[kind]: SUCCESS[kind] if reply is None else reply})


# --- the facts ------------------------------------------------------------------------------------------------------


def facts(value: object) -> Iterator[object]:
    """A value and everything in it."""
    yield value
    if dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from facts(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from facts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from facts(item)


def spec_of(kind: str) -> Spec:
    return stage(kind).spec


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_a_source_and_a_date(kind: str) -> None:
    numbers = [fact for fact in facts(spec_of(kind)) if isinstance(fact, Limit | MediaRule)]
    assert numbers
    for number in numbers:
        assert number.source.startswith("https://"), number
        assert date(2026, 1, 1) <= date.fromisoformat(number.checked) <= date(2026, 11, 22), number
    assert all(rate.source.startswith("https://") for rate in spec_of(kind).rates)


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_are_complete(kind: str) -> None:
    spec = spec_of(kind)
    assert spec.name == ACCOUNTS[kind][0]
    assert spec.title
    assert spec.api
    assert spec.docs.startswith("https://")
    assert spec.rates
    assert spec.credentials == tuple(ACCOUNTS[kind][3])
    assert set(spec.required_settings) <= set(spec.settings.model_fields)
    assert all(rule.max_bytes > 0 and rule.types for rule in facts(spec) if isinstance(rule, KindRule))
    assert all(rate.limit > 0 and rate.seconds > 0 and rate.per for rate in facts(spec) if isinstance(rate, Rate))
    assert not spec.media.kinds or spec.media.max_items > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_table_speaks_to_people(kind: str) -> None:
    for rule in spec_of(kind).error_table:
        assert re.fullmatch(r"[a-z`].*[^.!\s]", rule.sentence), rule
        assert issubclass(rule.kind, errors.Failure)
        assert (rule.status, rule.code) != (None, None), "a row that matches everything"


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_of_the_error_table_hides_a_later_one(kind: str) -> None:
    table = spec_of(kind).error_table
    for at, later in enumerate(table):
        for earlier in table[:at]:
            wider = earlier.status in (None, later.status) and earlier.code in (None, later.code)
            assert not wider, (earlier, later)


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for each in model.model_fields.values():
        for inner in (each.annotation, *get_args(each.annotation)):
            if inspect.isclass(inner) and issubclass(inner, BaseModel):
                yield from models(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_settings_forbid_what_they_do_not_know_and_explain_what_they_do(kind: str) -> None:
    settings, declared = spec_of(kind).settings, dict(ACCOUNTS[kind][2])
    settings.model_validate(declared)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        settings.model_validate(declared | {"no_such_setting": 1})
    for model in models(settings):
        assert model.model_config.get("extra") == "forbid"
        assert all(each.description or each.metadata for each in model.model_fields.values()), model


@pytest.mark.parametrize("kind", KINDS)
def test_absence_is_stated(kind: str) -> None:
    """What the facts deny, the functions deny too, and the other way round."""
    acme = stage(kind)
    receipt = Receipt("at://did:plc:acme/app.bsky.feed.post/3n3lv272le3of", extra={"channel": "200", "thread": ""})
    acme.script = {"": answer()}
    for there, job in (
        (acme.spec.edit, lambda: acme.edit(acme.dispatch(usual(kind)), receipt)),
        (acme.spec.delete, lambda: acme.delete(receipt)),
    ):
        with pytest.raises((errors.Rejected, AssertionError)) as caught:
            job()
        assert isinstance(caught.value, AssertionError) is there, "it asks the platform, or says that it cannot"
    blind = stage(kind)
    prepared = blind.prepare(usual(kind))
    asked = len(blind.calls)
    if blind.spec.lookup is Lookup.NONE:
        assert isinstance(blind.find(prepared), Blind)
        assert len(blind.calls) == asked
    else:
        assert not isinstance(blind.find(prepared), Blind)
        assert len(blind.calls) > asked


# --- what a mutation's answer means ---------------------------------------------------------------------------------

HTML = Response(200, {"content-type": "text/html"}, b"<html>maintenance</html>")
GARBAGE = Response(200, {"content-type": "application/json"}, b'{"id": ')

DOUBTS: dict[str, Reply] = {
    "500": answer({"error": "oops"}, 500),
    "502": Response(502, {}, b"bad gateway"),
    "504": Response(504, {}, b""),
    "302": answer(None, 302, location="https://elsewhere.example/"),
    "a lost answer": Lost("the connection was cut"),
    "half an answer": GARBAGE,
    "a page": HTML,
    "a number": answer(7),
    "a list": answer([]),
}


@pytest.mark.parametrize("doubt", DOUBTS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_told_is_unknown(kind: str, doubt: str) -> None:
    acme = stage(kind, DOUBTS[doubt])
    with pytest.raises(errors.Unknown):
        acme.publish(usual(kind))
    assert acme.http.may_mutate is False, "nothing more may leave"


@pytest.mark.parametrize("kind", KINDS)
def test_what_did_not_leave_can_be_tried_again(kind: str) -> None:
    with pytest.raises(errors.Unavailable, match="no connection"):
        stage(kind, NotSent("no connection")).publish(usual(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_says_until_when(kind: str) -> None:
    limited = answer({"ok": False, "error": "ratelimited"}, 429, **{"retry-after": "30"})
    with pytest.raises(errors.Throttled) as caught:
        stage(kind, limited).publish(usual(kind))
    assert caught.value.until is not None
    assert (caught.value.until - stage(kind).clock.now()).total_seconds() == 30


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_may_not_say_until_when(kind: str) -> None:
    with pytest.raises(errors.Throttled) as caught:
        stage(kind, answer({"ok": False, "error": "ratelimited"}, 429)).publish(usual(kind))
    assert caught.value.until is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_credential_needs_a_person(kind: str) -> None:
    refused = answer({"ok": False, "error": "invalid_auth"}, 200 if kind == "slack" else 403 if "hook" in kind else 401)
    with pytest.raises(errors.Reauthorize):
        stage(kind, refused).publish(usual(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_refused_content_is_refused_for_good(kind: str) -> None:
    refused = answer({"ok": False, "error": "msg_too_long", "code": 50035}, 200 if kind == "slack" else 400)
    with pytest.raises(errors.Rejected):
        stage(kind, refused).publish(usual(kind))


# --- what may be repeated -------------------------------------------------------------------------------------------


UNPREPARED = (
    *("mastodon", "discord webhook", "slack webhook", "facebook", "linkedin page"),
    *("reddit", "pinterest"),
)
"""Kinds whose usual part needs nothing from the platform before it is published."""


@pytest.mark.parametrize("trouble", [Lost("cut"), NotSent("down"), answer({}, 500), answer({}, 503), HTML])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNPREPARED])
def test_trouble_before_the_mutation_can_be_tried_again(kind: str, trouble: Reply) -> None:
    acme = Stage(kind, dict.fromkeys(AROUND[kind], trouble))
    with pytest.raises(errors.Unavailable):
        acme.prepare(usual(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_only_publish_changes_anything(kind: str) -> None:
    acme = stage(kind)
    acme.http.may_mutate = False
    acme.find(acme.prepare(usual(kind)))
    acme.whoami()
    assert MUTATIONS[kind] not in {f"{call.method} {call.path}" for call in acme.calls if call.body}


@pytest.mark.parametrize("kind", KINDS)
def test_publishing_is_one_mutation(kind: str) -> None:
    acme = stage(kind)
    assert len(acme.publish(usual(kind))) == 1
    assert acme.http.may_mutate is False
    with pytest.raises(AssertionError, match="a second one"):
        acme.publish(usual(kind))


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "discord webhook", "slack webhook"])
def test_where_no_setting_names_a_remote_thing_there_is_nothing_to_choose(kind: str) -> None:
    acme = stage(kind)
    assert acme.options() == {}
    assert acme.calls == []


# --- credentials ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_credential_names_its_variable(kind: str) -> None:
    acme = stage(kind)
    name = acme.spec.credentials[0]
    acme.credentials.clear()
    with pytest.raises(errors.Reauthorize, match=f"`POSTIZ_ACME_{name.upper()}` is not set"):
        acme.publish(usual(kind))
    assert acme.calls == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_stays_out_of_messages_and_receipts(kind: str) -> None:
    (receipt,) = stage(kind).publish(usual(kind))
    assert "test-" not in repr(receipt)
    for trouble in (Lost("cut"), answer({"error": "no"}, 400), answer({}, 500)):
        with pytest.raises(errors.Failure) as caught:
            stage(kind, trouble).publish(usual(kind))
        assert "test-" not in f"{caught.value} {caught.value.help}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_goes_to_its_platform_alone(kind: str) -> None:
    acme = stage(kind)
    acme.find(acme.prepare(usual(kind)))
    acme.publish(usual(kind))
    authorized = [call for call in acme.calls if "test-" in f"{call.path} {call.body!r} {sorted(call.headers.items())}"]
    assert {f"https://{call.host}" for call in authorized} == {ACCOUNTS[kind][1]}


# --- the house ------------------------------------------------------------------------------------------------------


def modules() -> list[Path]:
    shared = ("__init__", "_facts", "auth", "base", "kinds", "metrics", "oauth", "oauth1", "refresh")
    return sorted(path for path in FOLDER.glob("*.py") if path.stem not in shared)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_a_provider_tries_nothing_and_touches_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Try)]
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    allowed = {
        "__future__",
        "base64",
        "collections.abc",
        "dataclasses",
        "functools",
        "datetime",
        "hashlib",
        "html",
        "json",
        "pydantic",
    }
    allowed |= {
        "re",
        "typing",
        "unicodedata",
        "urllib.parse",
        "authlib.oauth1.rfc5849.parameters",
        "authlib.oauth1.rfc5849.signature",
        "joserfc",
        "joserfc.jwk",
    }
    assert {name for name in imported if not str(name).startswith("postiz_ops")} <= allowed


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {
        node.name: node.end_lineno - node.lineno
        for node in functions
        if node.end_lineno and node.end_lineno - node.lineno >= 30
    } == {}


def test_the_registry_is_explicit_and_lazy() -> None:
    assert list(PROVIDERS) == sorted(PROVIDERS)
    assert len(PROVIDERS) == len({name for name, *_ in ACCOUNTS.values()})
    assert all(PROVIDERS[name] is PROVIDERS[name] for name in PROVIDERS)
    assert "myspace" not in PROVIDERS
    probe = "import sys, postiz_ops.providers as p; print(sorted(m for m in sys.modules if m.startswith('pydantic')))"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_platforms_own_limits_take_the_place_of_the_declared_ones() -> None:
    spec = spec_of("mastodon")
    told = with_limits(spec, {"max_characters": 5000, "max_media": 6, "max_alt": 420, "other": 1})
    assert (told.text.limit.max, told.media.max_items, told.media.alt and told.media.alt.max) == (5000, 6, 420)
    assert with_limits(spec, {}) == spec
    assert with_limits(spec_of("bluesky"), {"max_characters": 5000}) == spec_of("bluesky")


@pytest.mark.parametrize("value", [None, "text", 7, {"list": None}, {}])
def test_no_list_is_not_an_empty_one(value: Any) -> None:
    with pytest.raises(errors.Unavailable, match="`list` is no list"):
        base.rows(value, "list")
    assert base.rows({"list": [{"a": 1}, None, 2]}, "list") == [{"a": 1}]


def test_fields_without_a_value_are_left_out() -> None:
    assert base.filled(a="x", b="", c=None, d=[], e=(), f={}, g=False, h=0, i=[0]) == {"a": "x", "i": [0]}
