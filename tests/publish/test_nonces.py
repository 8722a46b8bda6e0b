"""What a server asks the next proof to hold reaches it (RFC 9449): what may be repeated is, once, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.model import Account
from postiz_ops.providers.base import ErrorRule, Http, Unsigned
from postiz_ops.publish.effects import Request, Response
from postiz_ops.publish.session import Session
from tests.publish.world import SPEC, FakePlatform, NoLibrary, World, drive

ACCOUNT = Account("one", "fake", "https://fake.example")
RULE = ErrorRule(None, "use_dpop_nonce", errors.Unavailable, "the server asks for a newer nonce")
ASKS = {"www-authenticate": 'DPoP error="use_dpop_nonce"', "content-type": "application/json"}
REFUSED = b'{"error": "use_dpop_nonce"}'


class Server:
    """Takes a request that shows the nonce of the day, and tells that nonce with every answer."""

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        self.shown: list[str] = []
        self.moody = False
        """Whether it has another nonce for every answer."""

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.shown.append(request.headers["Proof"])
        taken = request.headers["Proof"] == self.nonce
        if self.moody:
            self.nonce += "+"
        told = {"dpop-nonce": self.nonce}
        return Response(200, told, b"{}") if taken and not self.moody else Response(401, ASKS | told, REFUSED)


class Proving(FakePlatform):
    @override
    async def authorize(self, http: Http, account: Account) -> Mapping[str, str]:
        return {}

    @override
    def sign(self, http: Http, account: Account, unsigned: Unsigned) -> Mapping[str, str]:
        return {"Proof": unsigned.server_nonce}


def session(server: Server) -> Session:
    spec = replace(SPEC, error_table=(RULE,))
    return Session(replace(World().effects(), wire=server), NoLibrary(), Proving(spec), ACCOUNT, spec)


def test_what_may_be_repeated_is_signed_anew_and_sent_once_more() -> None:
    server = Server("monday")
    http = session(server)
    assert drive(http.get("/posts")).status == 200
    assert drive(http.post("/prepare", json={})).status == 200
    assert server.shown == ["", "monday", "monday"]


def test_every_answer_may_bring_a_newer_one() -> None:
    server = Server("monday")
    http = session(server)
    drive(http.get("/posts"))
    server.nonce = "tuesday"
    drive(http.get("/posts"))
    drive(http.get("/posts"))
    assert server.shown == ["", "monday", "monday", "tuesday", "tuesday"]


def test_it_is_repeated_once() -> None:
    server = Server("")
    server.moody = True
    with pytest.raises(errors.Unavailable, match="the server asks for a newer nonce"):
        drive(session(server).get("/posts"))
    assert server.shown == ["", "+"]


def test_a_mutation_is_not_repeated_and_was_provably_not_accepted() -> None:
    server = Server("monday")
    http = session(server)
    http.may_mutate = True
    with pytest.raises(errors.Unavailable, match="the server asks for a newer nonce"):
        drive(http.mutate("POST", "/publish", json={}))
    assert server.shown == [""]
    http.may_mutate = True
    drive(http.mutate("POST", "/publish", json={}))
    assert server.shown == ["", "monday"], "the refusal brought the nonce"


def test_a_nonce_is_for_the_server_that_gave_it() -> None:
    server = Server("monday")
    http = session(server)
    drive(http.get("/posts"))
    drive(http.get("https://elsewhere.example/posts"))
    assert server.shown == ["", "monday", "", "monday"]
