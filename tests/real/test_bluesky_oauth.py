"""What a real PDS makes of our OAuth: what a bound token may do and what not, nonces, proofs, rotation, and the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.commands.accounts.bluesky import connect, new_key
from postiz_ops.model import DraftPart
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.net.http import HttpWire
from postiz_ops.net.oauth import Listener
from postiz_ops.providers import _bluesky_oauth as atproto
from postiz_ops.providers.auth import Grant
from postiz_ops.providers.base import Absent, Answer, Found, Unsigned
from postiz_ops.providers.oauth import TokenRequest
from postiz_ops.publish.effects import Request, Response
from tests.real.browser import Browser
from tests.real.readback import bluesky_message
from tests.real.servers import Pds, free_port
from tests.real.stage import Stage
from tests.real.workspace import picture

pytestmark = pytest.mark.real


@dataclass
class Person:
    """The account's owner: she logs in and consents, in a real browser, while the program listens."""

    browser: Browser
    pds: Pds
    redirect: str

    async def visit(self, url: str, accept: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str]:
        listener = Listener(self.redirect, accept)
        async with listener.listening():
            back = asyncio.create_task(listener.wait(60))
            await asyncio.to_thread(self._consent, url)
            return await back

    def _consent(self, url: str) -> None:
        self.browser.open(url)
        self.browser.type("input[type=password]", self.pds.password)
        self.browser.click("Sign in")
        self.browser.click("Authorize")
        self.browser.sees("You may close this window")


@pytest.fixture
def grant(pds: Pds, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Grant:
    """What a consent gave, a moment ago."""
    monkeypatch.setenv("POSTIZ_PLC_DIRECTORY", pds.directory)

    async def ask() -> Grant:
        wire = HttpWire()
        person = Person(browser, pds, f"http://127.0.0.1:{free_port()}/callback")
        try:
            found = await connect(wire, SystemClock(), token, person, origin=pds.home, handle=pds.handle)
        finally:
            await wire.close()
        return found.grant

    return asyncio.run(ask())


def stage(pds: Pds, grant: Grant) -> Stage:
    return Stage("bluesky", pds.home, grant.secrets)


def text(words: str, **more: Any) -> DraftPart:
    return DraftPart(words, len(words), **more)


async def refresh(stage: Stage, secrets: Mapping[str, str]) -> Answer:
    async def send(asked: TokenRequest) -> Answer:
        response = await stage.wire.send(Request(asked.method, asked.url, asked.headers, asked.body))
        return Answer(response.status, response.headers, json.loads(response.body))

    def make(nonce: str) -> TokenRequest:
        return atproto.refresh_request(secrets, Unsigned("POST", "", {}, token(), stage.clock.now(), nonce))

    return await atproto.asked(send, make)


async def call(stage: Stage, secrets: Mapping[str, str], path: str, body: Any = None, **changes: Any) -> Response:
    """One request with a proof, without a nonce unless ``changes`` (of what is proven) bring one."""
    method, url = ("GET" if body is None else "POST"), f"{stage.origin}/xrpc/{path}"
    unsigned = replace(Unsigned(method, url, {}, token(), stage.clock.now()), **changes)
    bound = secrets["access_token"]
    headers = {
        "Authorization": f"DPoP {bound}",
        "DPoP": atproto.proof(secrets["dpop_key"], unsigned, bound),
        "Content-Type": "application/json",
    }
    return await stage.wire.send(Request(method, url, headers, b"" if body is None else json.dumps(body).encode()))


def test_a_bound_token_does_all_that_the_provider_does(pds: Pds, grant: Grant) -> None:
    async def story(acme: Stage) -> None:
        assert (await acme.whoami()).remote_id == pds.did
        pictured = text("By consent, with a picture.", media=(acme.image(picture(), "A picture"),))
        dispatch = await acme.prepare(pictured, text("And a reply."), replies="nobody")
        assert isinstance(await acme.find(dispatch), Absent)
        receipts = await acme.publish(dispatch)
        assert [bluesky_message(pds, receipt.remote_id).text for receipt in receipts] == [
            "By consent, with a picture.",
            "And a reply.",
        ]
        assert await acme.find(dispatch) == Found(receipts)
        for receipt in receipts:
            await acme.delete(receipt)
        assert isinstance(await acme.find(dispatch), Absent)

    stage(pds, grant).tell(story)


def test_it_does_nothing_that_was_not_asked_for(pds: Pds, grant: Grant) -> None:
    async def story(acme: Stage) -> None:
        nonce = (await call(acme, grant.secrets, "com.atproto.server.getSession")).headers["dpop-nonce"]
        profile = {"repo": pds.did, "collection": "app.bsky.actor.profile", "record": {"displayName": "Taken"}}
        answer = await call(acme, grant.secrets, "com.atproto.repo.createRecord", profile, server_nonce=nonce)
        assert (answer.status, json.loads(answer.body)["error"]) == (403, "ScopeMissingError")
        secret = await call(
            acme, grant.secrets, "com.atproto.server.createAppPassword", {"name": "x"}, server_nonce=nonce
        )
        assert secret.status in (400, 401, 403)
        session = await call(acme, grant.secrets, "com.atproto.server.getSession", server_nonce=nonce)
        assert "email" not in json.loads(session.body)

    stage(pds, grant).tell(story)


def test_a_mutation_without_the_nonce_is_refused_unseen(pds: Pds, grant: Grant) -> None:
    async def story(acme: Stage) -> None:
        record = {"$type": "app.bsky.feed.post", "text": "Too early", "createdAt": "2026-12-01T09:00:00.000Z"}
        write = {"repo": pds.did, "collection": "app.bsky.feed.post", "rkey": "3n3lv272le3of", "record": record}
        answer = await call(acme, grant.secrets, "com.atproto.repo.createRecord", write)
        assert (answer.status, json.loads(answer.body)["error"]) == (401, "use_dpop_nonce")
        assert 'error="use_dpop_nonce"' in answer.headers["www-authenticate"]
        nonce = answer.headers["dpop-nonce"]
        again = await call(acme, grant.secrets, "com.atproto.repo.createRecord", write, server_nonce=nonce)
        assert again.status == 200, "nothing stood under that key"

    stage(pds, grant).tell(story)


@pytest.mark.parametrize("what", ["another key", "another request", "another method"])
def test_a_proof_is_good_for_its_request_alone(pds: Pds, grant: Grant, what: str) -> None:
    async def story(acme: Stage) -> None:
        nonce = (await call(acme, grant.secrets, "com.atproto.server.getSession")).headers["dpop-nonce"]
        secrets = {**grant.secrets, "dpop_key": new_key()} if what == "another key" else grant.secrets
        wrong = {
            "another key": {},
            "another request": {"url": f"{pds.home}/xrpc/com.atproto.server.describeServer"},
            "another method": {"method": "POST"},
        }
        answer = await call(acme, secrets, "com.atproto.server.getSession", server_nonce=nonce, **wrong[what])
        assert answer.status == 401
        assert json.loads(answer.body)["error"] in ("invalid_dpop_proof", "invalid_token")

    stage(pds, grant).tell(story)


def test_a_refresh_token_is_good_once_and_its_return_is_the_end(pds: Pds, grant: Grant) -> None:
    async def story(acme: Stage) -> None:
        answer = await refresh(acme, grant.secrets)
        assert answer.status == 200
        newer = atproto.grant_of(answer.json, acme.clock.now(), grant)
        assert newer.refresh_expires_at == grant.refresh_expires_at
        acme.credentials = newer.secrets
        assert (await acme.whoami()).remote_id == pds.did

        replayed = await refresh(acme, grant.secrets)
        assert (replayed.status, replayed.json["error"]) == (400, "invalid_grant")
        assert isinstance(atproto.failure_of(replayed, pds.home), errors.Reauthorize)
        ended = await refresh(acme, newer.secrets)
        assert isinstance(atproto.failure_of(ended, pds.home), errors.Reauthorize), "the whole grant is gone"
        with pytest.raises(errors.Reauthorize, match="the token has expired, or was taken back"):
            await acme.whoami()

    stage(pds, grant).tell(story)


def test_a_refresh_token_without_its_key_brings_nothing_and_ends_the_grant(pds: Pds, grant: Grant) -> None:
    async def story(acme: Stage) -> None:
        stolen = await refresh(acme, {**grant.secrets, "dpop_key": new_key()})
        assert (stolen.status, stolen.json["error"]) == (400, "invalid_grant")
        ours = await refresh(acme, grant.secrets)
        assert (ours.status, ours.json["error"]) == (400, "invalid_grant"), "the server takes no chances"

    stage(pds, grant).tell(story)
