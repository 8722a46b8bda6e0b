"""What an answer means: one table, five failures, and a mutation that leaves once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from postiz_ops import errors
from postiz_ops.model import Account
from postiz_ops.providers import base
from postiz_ops.publish.effects import Lost, NotSent, Request, Response
from postiz_ops.publish.session import Session, retry_at
from tests.publish.world import SPEC, START, FakePlatform, World, drive

ACCOUNT = Account("one", "fake", "https://fake.example")
JSON = {"content-type": "application/json"}


class Scripted:
    """A wire that answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def session(answer: Response | Exception, **spec: object) -> tuple[Session, Scripted]:
    world, wire = World(), Scripted(answer)
    declared = replace(SPEC, **spec)  # type: ignore[arg-type]
    effects = replace(world.effects(), wire=wire)
    from tests.publish.world import NoLibrary

    return Session(effects, NoLibrary(), FakePlatform(declared), ACCOUNT, declared), wire


def mutated(answer: Response | Exception, **spec: object) -> base.Answer:
    http, _ = session(answer, **spec)
    http.may_mutate = True
    return drive(http.mutate("POST", "/publish", json={"text": "hi"}))


def read(answer: Response | Exception, **spec: object) -> base.Answer:
    return drive(session(answer, **spec)[0].get("/posts"))


CASES: dict[str, tuple[Response | Exception, type[errors.Failure], type[errors.Failure]]] = {
    "no connection": (NotSent("x"), errors.Unavailable, errors.Unavailable),
    "lost": (Lost("x"), errors.Unknown, errors.Unavailable),
    "500": (Response(500, JSON, b"{}"), errors.Unknown, errors.Unavailable),
    "503 page": (Response(503, {}, b"<html>"), errors.Unknown, errors.Unavailable),
    "redirect": (Response(302, {"location": "https://evil.example"}), errors.Unknown, errors.Unavailable),
    "401": (Response(401, JSON, b"{}"), errors.Reauthorize, errors.Reauthorize),
    "403": (Response(403, JSON, b"{}"), errors.Reauthorize, errors.Reauthorize),
    "408": (Response(408), errors.Unknown, errors.Unavailable),
    "422": (Response(422, JSON, b'{"error": "too long"}'), errors.Rejected, errors.Rejected),
    "429": (Response(429, {"retry-after": "7"}), errors.Throttled, errors.Throttled),
}


@pytest.mark.parametrize("case", CASES)
def test_what_an_answer_means_to_a_mutation_and_to_what_may_be_repeated(case: str) -> None:
    answer, of_mutation, of_reading = CASES[case]
    with pytest.raises(errors.Failure) as caught:
        mutated(answer)
    assert type(caught.value) is of_mutation
    with pytest.raises(errors.Failure) as caught:
        read(answer)
    assert type(caught.value) is of_reading


def test_an_unreadable_success_of_a_mutation_is_unknown() -> None:
    with pytest.raises(errors.Unknown):
        mutated(Response(200, JSON, b'{"id": '))
    assert mutated(Response(204)).json is None
    assert mutated(Response(200, {"content-type": "text/html"}, b"ok")).text == "ok"


def test_a_success_that_says_it_is_none() -> None:
    body = b'{"ok": false, "error": "channel_not_found"}'
    with pytest.raises(errors.Failure):
        mutated(Response(200, JSON, body), ok_field="ok")


def test_the_table_is_matched_on_parsed_fields_never_on_text() -> None:
    table = (base.ErrorRule(None, "190", errors.Reauthorize, "the token has expired"),)
    spec = {"error_table": table, "error_codes": ("error.code",)}
    with pytest.raises(errors.Reauthorize, match="the token has expired"):
        mutated(Response(400, JSON, b'{"error": {"code": 190}}'), **spec)
    with pytest.raises(errors.Rejected):
        mutated(Response(400, JSON, b'{"error": {"code": 1, "message": "id 190"}}'), **spec)


def test_a_mutation_leaves_once_and_only_where_it_may() -> None:
    http, wire = session(Response(200, JSON, b"{}"))
    with pytest.raises(AssertionError):
        drive(http.mutate("POST", "/publish", json={}))
    http.may_mutate = True
    drive(http.mutate("POST", "/publish", json={}))
    with pytest.raises(AssertionError):
        drive(http.mutate("POST", "/publish", json={}))
    assert len(wire.requests) == 1


def test_a_request_carries_its_credential_and_no_representation_of_it_does() -> None:
    http, wire = session(Response(200, JSON, b"{}"))
    drive(http.post("/prepare", form={"a b": "c&d"}))
    request = wire.requests[0]
    assert (request.url, request.body) == ("https://fake.example/prepare", b"a+b=c%26d")
    assert request.headers["Authorization"] == "Bearer token"
    assert "token" not in repr(request)


def test_a_multipart_body_survives_any_content() -> None:
    http, wire = session(Response(200, JSON, b"{}"))
    data = b"--postiz-ops-boundary\r\n"
    drive(http.post("/up", form={"k": "v"}, files=[base.Upload("file", 'a"b\r\n.png', "image/png", data)]))
    request = wire.requests[0]
    boundary = request.headers["Content-Type"].partition("boundary=")[2].encode()
    pieces = request.body.split(b"--" + boundary)
    assert len(pieces) == 4
    assert pieces[2].endswith(b"\r\n\r\n" + data + b"\r\n")
    assert b'filename="a_b__.png"' in pieces[2]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "120"}, START + timedelta(seconds=120)),
        ({"retry-after": "Tue, 01 Dec 2026 10:00:00 GMT"}, datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ({"x-ratelimit-reset-after": "1.5"}, START + timedelta(seconds=1.5)),
        ({"x-ratelimit-reset": "2026-12-01T09:30:00Z"}, datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
        ({"ratelimit-reset": str(int(START.timestamp()) + 60)}, START + timedelta(seconds=60)),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
    ids=["seconds", "date", "after", "iso", "epoch", "word", "infinite", "nan", "silent"],
)
def test_until_when(headers: dict[str, str], expected: datetime | None) -> None:
    assert retry_at(headers, START) == expected
