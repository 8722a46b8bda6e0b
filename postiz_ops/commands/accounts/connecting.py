"""How an account is connected: consent or typing, what the login is to be used for, and whose it is.

::

    consent    the browser, the code, the exchange: a grant that nobody has but us
    choose     the page, channel or board that the account is to be, where a login has several
    verify     whoami with the grant: the platform says whose it is, and it must be who it was

Nothing is stored here, and nothing is sent to a platform but by the wire. Every request is sent once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from postiz_ops.commands.accounts.person import Person, ask, choose, is_there
from postiz_ops.commands.accounts.ways import Way
from postiz_ops.errors import Failure, Refused, Temporary, Throttled, Unavailable, UsageError
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Account
from postiz_ops.providers import PROVIDERS, oauth, oauth1
from postiz_ops.providers.auth import Client, Grant, OAuth1, OAuth2
from postiz_ops.providers.base import Identity
from postiz_ops.providers.oauth import TokenRequest
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response
from postiz_ops.publish.session import USER_AGENT, Session
from postiz_ops.vault.held import Held
from postiz_ops.vault.redaction import Redaction

APP_NAME = "postiz-ops"
WEBSITE = "https://github.com/postiz-ops/postiz-ops"
"""What an app that is registered by a call is called, and where its page is."""

TRIES = (0, 2, 5)
"""Seconds to wait before each attempt to verify: a consent is not to be thrown away for a moment's trouble."""

VISIBLE = frozenset({"identifier"})
"""Credentials that are no secret, and are shown while they are typed."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A verified grant, the settings that were chosen, and who the account is."""

    grant: Grant
    settings: Mapping[str, str]
    identity: Identity


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked for."""

    account: Account
    way: Way
    person: Person
    client: Client | None
    settings: Mapping[str, str]
    before: Grant | None
    another: bool = False


class Connecting:
    """One account on its way. ``run`` is its only entry."""

    def __init__(self, effects: Effects, redaction: Redaction, asked: Asked) -> None:
        self._effects = effects
        self._redaction = redaction
        self._asked = asked
        self._title = asked.way.spec.title
        self._before = None if asked.another else asked.before

    async def run(self) -> Connected:
        """Raises ``Failure`` for what the platform refused, ``Refused`` where it is another account."""
        grant = self._known(await self._grant())
        settings = dict(self._asked.settings)
        settings |= await self._choose(grant, settings)
        grant = self._known(await self._narrowed(grant, settings))
        identity = await self._verify(grant, settings)
        return Connected(replace(grant, subject=identity.remote_id), settings, identity)

    # --- consent -----------------------------------------------------------------------------------------------------

    async def _grant(self) -> Grant:
        match self._asked.way.auth:
            case OAuth1() as auth:
                return await self._three_legged(auth)
            case OAuth2(dpop=True):
                return await self._bluesky()
            case OAuth2() as auth:
                return await self._code(auth)
        return self._typed()

    async def _code(self, auth: OAuth2) -> Grant:
        """An authorization code, and the longest-lived token that it brings."""
        redirect, origin = self._asked.person.redirect, self._asked.account.origin
        client = await self._client(auth)
        state, verifier = self._effects.token(), self._effects.token() + self._effects.token()
        url = oauth.authorization_url(auth, client, origin=origin, redirect=redirect, state=state, verifier=verifier)
        back = await self._asked.person.visit(url, lambda came: oauth.is_ours(came, state))
        code = oauth.code_of(back, state, self._title)
        for secret in (client.secret, verifier, code):
            self._redaction.note(secret)
        asked = oauth.code_request(auth, client, origin=origin, redirect=redirect, code=code, verifier=verifier)
        grant = oauth.grant_of(auth, await self._json(auth, asked), self._effects.clock.now(), self._kept(auth, client))
        longer = oauth.lengthen_request(auth, client, self._known(grant).secrets, origin=origin)
        if longer is None:
            return grant
        return oauth.grant_of(auth, await self._json(auth, longer), self._effects.clock.now(), grant)

    async def _client(self, auth: OAuth2) -> Client:
        """The app: registered by hand, or now."""
        if self._asked.client:
            return self._asked.client
        redirect, origin = self._asked.person.redirect, self._asked.account.origin
        asked = oauth.registration_request(auth, origin=origin, redirect=redirect, name=APP_NAME, website=WEBSITE)
        client = oauth.client_of(await self._json(auth, asked), self._title)
        self._redaction.note(client.secret)
        return client

    def _kept(self, auth: OAuth2, client: Client) -> Grant:
        """What a new consent does not take away: a refresh token that it does not replace, and whose it is."""
        secrets = {"client_id": client.id, "client_secret": client.secret} if auth.registers else {}
        if self._before is None:
            return Grant(secrets)
        if auth.refreshes and "refresh_token" in self._before.secrets:
            secrets["refresh_token"] = self._before.secrets["refresh_token"]
        return replace(self._before, secrets=secrets, scopes=())

    async def _three_legged(self, auth: OAuth1) -> Grant:
        client, clock, token = self._asked.client or Client(""), self._effects.clock, self._effects.token
        self._redaction.note(client.secret)
        asked = oauth1.begin_request(auth, client, redirect=self._asked.person.redirect, nonce=token(), at=clock.now())
        begun = oauth1.answer_of(await self._body(auth, asked), self._title)
        back = await self._asked.person.visit(
            oauth1.authorization_url(auth, begun["oauth_token"]), lambda came: oauth1.is_ours(came, begun)
        )
        verifier = oauth1.verifier_of(back, begun, self._title)
        for secret in (begun["oauth_token_secret"], verifier):
            self._redaction.note(secret)
        asked = oauth1.token_request(auth, client, begun, verifier, nonce=token(), at=clock.now())
        told = oauth1.answer_of(await self._body(auth, asked), self._title)
        return oauth1.grant_of(auth, client, told, clock.now(), None)

    async def _bluesky(self) -> Grant:
        """OAuth as the AT Protocol has it, whose servers are found and whose tokens are bound to a key."""
        from postiz_ops.commands.accounts.bluesky import connect

        subject = self._before.subject if self._before else ""
        handle = (
            subject if subject.startswith("did:") else ask("Handle (alice.example.com), or Enter to log in as anybody")
        )
        effects, account = self._effects, self._asked.account
        wire, clock, token = effects.wire, effects.clock, effects.token
        return (await connect(wire, clock, token, self._asked.person, origin=account.origin, handle=handle)).grant

    def _typed(self) -> Grant:
        """The credentials that the platform takes, each a line; what is left out is not one of this account's."""
        names = self._asked.way.spec.credentials
        typed = {name: ask(f"`{name}`", secret=name not in VISIBLE) for name in names}
        given = {name: value for name, value in typed.items() if value}
        if not given:
            lines = ", ".join(f"`{name}`" for name in names)
            raise UsageError("no credential was given", help=f"type, or send on standard input, a line each: {lines}")
        # What was typed in has no known end; what can renew it is not thrown away.
        flows = [auth for auth in self._asked.way.spec.auth if isinstance(auth, OAuth2) and auth.refreshes]
        renews = any(set(given) == set(auth.gives) for auth in flows)
        kept = self._before.secrets.get("refresh_token") if self._before and renews else None
        secrets = {**given, **({"refresh_token": kept} if kept else {})}
        ends = self._before.refresh_expires_at if self._before and kept else None
        return Grant(secrets, obtained_at=self._effects.clock.now(), refresh_expires_at=ends)

    # --- choose ------------------------------------------------------------------------------------------------------

    async def _choose(self, grant: Grant, settings: Mapping[str, str]) -> dict[str, str]:
        """What the account is to be, and what its posts may leave out, as far as the platform can list it."""
        spec, chosen = self._asked.way.spec, dict[str, str]()
        for name in spec.required_settings:
            if name in settings or name in self._asked.account.settings:
                continue
            optional = name not in spec.account_settings
            if optional and not is_there():
                continue
            options = await self._options(grant, {**settings, **chosen}, name, optional=optional)
            picked = choose(name, options, optional=optional) if options or not optional else None
            chosen |= {name: picked} if picked else {}
        return chosen

    async def _options(
        self, grant: Grant, settings: Mapping[str, str], name: str, *, optional: bool
    ) -> Mapping[str, str]:
        """What a setting may be. An account is asked as the kind that it will be, before it is anything."""
        undecided = dict.fromkeys(self._asked.way.spec.account_settings, "")
        session, account = self._session(grant, {**undecided, **settings})
        try:
            return await PROVIDERS[account.provider].options(session, account, name)
        except Failure:
            if not optional:
                raise
            return {}

    async def _narrowed(self, grant: Grant, settings: Mapping[str, str]) -> Grant:
        """The token of what was chosen, where each has its own."""
        auth, client = self._asked.way.auth, self._asked.client
        if not isinstance(auth, OAuth2) or client is None:
            return grant
        asked = oauth.narrow_request(auth, client, grant.secrets, origin=self._asked.account.origin)
        if asked is None:
            return grant
        return oauth.narrowed(auth, await self._json(auth, asked), {**self._asked.account.settings, **settings}, grant)

    # --- verify ------------------------------------------------------------------------------------------------------

    async def _verify(self, grant: Grant, settings: Mapping[str, str]) -> Identity:
        session, account = self._session(grant, settings)
        trouble: Failure | None = None
        for seconds in TRIES:
            await self._effects.clock.sleep(seconds)
            try:
                return self._same(await PROVIDERS[account.provider].whoami(session, account))
            except (Unavailable, Throttled) as failure:
                trouble = failure
        raise Temporary(f"{trouble.message if trouble else self._title}; nothing was stored", help="run it again")

    def _same(self, identity: Identity) -> Identity:
        was = self._before.subject if self._before else ""
        if was and was != identity.remote_id:
            raise Refused(
                f"this login is {identity.name or identity.remote_id} (`{identity.remote_id}`), and account"
                f" `{self._asked.account.id}` is `{was}`; nothing was stored",
                help="log in as that account, or say --another if the account is to become this one",
            )
        return identity

    def _session(self, grant: Grant, settings: Mapping[str, Any]) -> tuple[Session, Account]:
        account = replace(self._asked.account, settings={**settings, **self._asked.account.settings, **settings})
        effects = replace(self._effects, vault=Held(grant, self._redaction), safe=None)
        provider = PROVIDERS[account.provider]
        return Session(effects, MediaFitter(), provider, account, provider.spec(account)), account

    # --- the wire ----------------------------------------------------------------------------------------------------

    async def _json(self, auth: OAuth2 | OAuth1, asked: TokenRequest) -> Any:
        return _parsed(await self._body(auth, asked))

    async def _body(self, auth: OAuth2 | OAuth1, asked: TokenRequest) -> bytes:
        response = await self._send(asked)
        if 200 <= response.status < 300:
            return response.body
        told, redact = _parsed(response.body), self._redaction.redact
        if isinstance(auth, OAuth1):
            raise oauth1.failure_of(auth, response.status, told, self._title, redact=redact)
        raise oauth.failure_of(auth, response.status, told, self._title, redact=redact)

    async def _send(self, asked: TokenRequest) -> Response:
        headers = {"User-Agent": USER_AGENT, **asked.headers}
        try:
            return await self._effects.wire.send(Request(asked.method, asked.url, headers, asked.body))
        except (NotSent, Lost) as reason:
            raise Temporary(
                f"{self._title} did not answer: {self._redaction.redact(str(reason))}; nothing was stored",
                help="run it again: a consent can be given as often as you like",
            ) from None

    def _known(self, grant: Grant) -> Grant:
        for secret in grant.secrets.values():
            self._redaction.note(secret)
        return grant


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
