"""Connecting a Bluesky account by OAuth: whose server it is, what its owner is asked there, and whose token came back.

The AT Protocol lets anybody run a server, so nothing that a server says of an account counts until the account's own
document, which stands elsewhere, names that server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from postiz_ops.errors import Temporary, UsageError
from postiz_ops.net.endpoint import allowed
from postiz_ops.providers import _bluesky_oauth as atproto
from postiz_ops.providers._bluesky_oauth import Asking, AuthServer
from postiz_ops.providers.auth import Grant
from postiz_ops.providers.base import Answer, Unsigned
from postiz_ops.providers.oauth import TokenRequest
from postiz_ops.publish.effects import Clock, Lost, NotSent, Request, TokenSource, Wire
from postiz_ops.publish.session import USER_AGENT

DIRECTORY = "POSTIZ_PLC_DIRECTORY"
"""The variable that names another directory of ``did:plc`` than the public one, for a network of one's own."""


class Browser(Protocol):
    """The person: where she is sent back to, and what she brings."""

    @property
    def redirect(self) -> str:
        """The address on loopback that the server sends her to, with its port."""

    async def visit(self, url: str, accept: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str]:
        """Show her a page, and wait for fields that ``accept`` takes. Raises ``Temporary`` where she does not come."""


@dataclass(frozen=True, slots=True)
class Connected:
    """What a log-in gave, and the origin of the server that keeps the account's posts: the account's ``url``."""

    grant: Grant
    pds: str


async def connect(
    wire: Wire, clock: Clock, token: TokenSource, browser: Browser, *, origin: str, handle: str = "", fixed: bool = True
) -> Connected:
    """Have the person consent, and check whose consent it is.

    ``origin`` is the server that accounts.yaml names, ``handle`` (or a DID) who is expected, empty for whoever logs in
    there. ``fixed`` means that ``origin`` must be the server that keeps the posts; else any is taken, and returned.
    """
    asker = _Asker(wire, clock, token, _directory())
    did, pds = await asker.account(origin, handle) if handle else ("", origin)
    if fixed:
        _same(pds, origin, handle)
    server = await asker.server(pds)
    key = new_key()
    asking = Asking(browser.redirect, state=token(), verifier=token() + token(), hint=handle)
    pushed = await asker.given(server, lambda proof: atproto.par_request(server, asking, key, proof))
    back = await browser.visit(
        atproto.authorization_url(server, pushed), lambda told: told.get("state") == asking.state
    )
    code = atproto.code_of(server, asking, back)
    answer = await asker.given(server, lambda proof: atproto.code_request(server, asking, code, key, proof))
    grant = atproto.grant_of(answer, clock.now(), atproto.began(server, key, did))
    home = await asker.home(grant.subject)
    if await asker.issuer(home) != server.issuer:
        raise UsageError(f"`{server.issuer}` gave a token for `{grant.subject}`, which is not its account")
    if fixed:
        _same(home, origin, grant.subject)
    return Connected(grant, home)


def new_key() -> str:
    """A private key (P-256) as the text of a JWK."""
    from joserfc.jwk import ECKey

    return json.dumps(ECKey.generate_key("P-256").as_dict(private=True), sort_keys=True)


def _directory() -> str:
    named = os.environ.get(DIRECTORY, "").strip().rstrip("/") or atproto.PLC
    if not allowed(named):
        raise UsageError(f"`{DIRECTORY}` is neither https nor on loopback", help=f"unset it to use {atproto.PLC}")
    return named


def _same(pds: str, origin: str, who: str) -> None:
    if pds != origin:
        raise UsageError(
            f"the posts of `{who}` are kept at `{pds}`, and the account names `{origin}`",
            help=f"set `url: {pds}` for this account in accounts.yaml (a new one: --url {pds}), and run it again",
        )


class _Asker:
    """Reads and asks servers. What cannot be had is ``Temporary``, since nothing is lost by asking again."""

    def __init__(self, wire: Wire, clock: Clock, token: TokenSource, directory: str) -> None:
        self._wire, self._clock, self._token, self._directory = wire, clock, token, directory

    async def account(self, origin: str, who: str) -> tuple[str, str]:
        """The DID of a handle (or of itself), and where its posts are. The document must know the handle."""
        if who.startswith("did:"):
            return who, await self.home(who)
        asked = f"{origin}/xrpc/com.atproto.identity.resolveHandle?{urlencode({'handle': who})}"
        answer = await self._get(asked)
        did = answer.json.get("did") if isinstance(answer.json, dict) else None
        if not isinstance(did, str):
            raise UsageError(f"`{urlsplit(origin).netloc}` knows no account `{who}`", help="check how it is written")
        document = await self._document(did)
        names = document.get("alsoKnownAs") if isinstance(document, dict) else ()
        if f"at://{who.lower()}" not in [str(name).lower() for name in names or ()]:
            raise UsageError(f"`{did}` does not call itself `{who}`")
        return did, atproto.pds_of(document, did)

    async def home(self, did: str) -> str:
        """The server that keeps an account's posts, by the account's own document."""
        return atproto.pds_of(await self._document(did), did)

    async def issuer(self, pds: str) -> str:
        """Who gives out a server's tokens: it itself, where it does not name another."""
        answer = await self._get(atproto.resource_url(pds))
        return atproto.issuer_of(answer.json, pds) if answer.status == 200 else pds

    async def server(self, pds: str) -> AuthServer:
        """Where the tokens of a server's accounts are given out."""
        issuer = await self.issuer(pds)
        return atproto.server_of((await self._get(atproto.server_url(issuer))).json, issuer)

    async def given(self, server: AuthServer, make: _Make) -> Any:
        """The JSON of a success. Raises what ``failure_of`` says of anything else."""

        def request(nonce: str) -> TokenRequest:
            return make(Unsigned("POST", "", {}, self._token(), self._clock.now(), nonce))

        answer = await atproto.asked(self._send, request)
        if not 200 <= answer.status < 300:
            raise atproto.failure_of(answer, server.issuer)
        return answer.json

    async def _document(self, did: str) -> Any:
        return (await self._get(atproto.did_document_url(did, self._directory))).json

    async def _get(self, url: str) -> Answer:
        return await self._send(TokenRequest("GET", url, {"Accept": "application/json"}))

    async def _send(self, asked: TokenRequest) -> Answer:
        request = Request(asked.method, asked.url, {"User-Agent": USER_AGENT, **asked.headers}, asked.body)
        try:
            response = await self._wire.send(request)
        except (NotSent, Lost) as reason:
            raise Temporary(f"`{urlsplit(asked.url).netloc}` did not answer: {reason}") from None
        return Answer(response.status, response.headers, _json(response.body))


class _Make(Protocol):
    def __call__(self, unsigned: Unsigned, /) -> TokenRequest:
        """The request with the proof that these make."""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
