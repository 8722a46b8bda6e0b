"""What the server answers to one request: at the authorization, token, push and resource addresses of its platforms."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, ResourceProtector

from tests.oauth.issuing import METHODS, Asked, Bearer, Bound, CodeGrant, Issuer, Reply, Server
from tests.oauth.proofs import Proofs, UseNonce
from tests.oauth.rules import Platform
from tests.oauth.state import Pushed, State

PUSHED_SECONDS = 90

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Allow {client}?</title>
<style>
body {{ font: 16px sans-serif; max-width: 28em; margin: 4em auto }}
button, select {{ font: inherit; margin: 1em 1em 0 0 }}
</style>
<h1>{platform}</h1>
<p>The app <b>{client}</b> asks for: {scopes}</p>
<form method="post">
<input type="hidden" name="ticket" value="{ticket}">
<label>Go on as <select name="sub">{people}</select></label><br>
<button name="decision" value="allow" id="allow">Allow</button>
<button name="decision" value="deny" id="deny">Deny</button>
</form>
"""

PROBLEM = """\
<!doctype html>
<meta charset="utf-8">
<title>Error</title>
<h1>This request cannot be answered</h1>
<p>{problem}</p>
"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it was meant: ``url`` is the platform's own, without the redirection."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def bare(self) -> str:
        """The address without its query."""
        return self.url.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The fields of the query."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of the body."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


@dataclass(slots=True)
class Play:
    """One platform on its stage."""

    platform: Platform
    state: State
    upstream: str | None = None
    server: Server = field(init=False)
    resources: Proofs = field(default_factory=Proofs)
    """What the API checks proofs with. Its nonce is another one than the authorization server's."""
    _asked: dict[str, tuple[Asked, CodeGrant]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = Server(self.platform, self.state)

    def role(self, url: str) -> str | None:
        """What an address (without query) is to this platform."""
        named = {self.platform.authorize: "authorize", self.platform.par: "par"}
        if role := named.get(url):
            return role
        if url in (self.platform.token, *self.platform.more_tokens):
            return "token"
        if url in self.platform.documents:
            return "document"
        return "resource" if urlsplit(url).netloc in self.platform.hosts or url in self.platform.resources else None

    def answer(self, role: str, incoming: Incoming) -> Reply:
        """The answer in that role."""
        reply = getattr(self, role)(incoming)
        if not isinstance(reply, Reply):
            raise TypeError(role)
        if self.platform.dpop and role not in ("authorize", "document"):
            reply.headers["DPoP-Nonce"] = self.resources.nonce if role == "resource" else self.server.proofs.nonce
        return reply

    # --- the person ------------------------------------------------------------------------------------------------

    def authorize(self, incoming: Incoming) -> Reply:
        """The consent page, and what became of it."""
        if incoming.method == "POST":
            return self._decided(incoming.form)
        try:
            fields, thumbprint = self._request(self._named(incoming.query))
        except OAuth2Error as problem:
            return _problem(problem)
        request = Asked(self.platform, "GET", incoming.url, {}, fields)
        request.thumbprint = thumbprint
        try:
            grant = self.server.get_consent_grant(request)
        except OAuth2Error as problem:
            return self._refused(request, problem)
        ticket = token_urlsafe(12)
        self._asked[ticket] = (request, grant)
        return self._page(request, ticket)

    def _request(self, query: dict[str, str]) -> tuple[Mapping[str, str], str | None]:
        """What is asked for: in the query, or pushed before. Raises ``OAuth2Error`` where nobody can be sent back."""
        if self.platform.par is None:
            return query, query.get("dpop_jkt")
        pushed = self.state.pushed.pop(query.get("request_uri", ""), None)
        if pushed is None or pushed.platform != self.platform.name or pushed.expires_at < self.state.clock.now():
            raise InvalidRequestError("push the request first, and use its request_uri once and soon")
        if pushed.parameters.get("client_id") != query.get("client_id"):
            raise InvalidRequestError("another client pushed this request")
        return pushed.parameters, pushed.thumbprint

    def _refused(self, request: Asked, problem: OAuth2Error) -> Reply:
        if not problem.redirect_uri:
            return _problem(problem)
        reply: Reply = self.server.handle_error_response(request, problem)
        Issuer(self.platform.issuer).add_issuer_parameter(self.server, reply)
        return reply

    def _page(self, request: Asked, ticket: str) -> Reply:
        people = "".join(
            f'<option value="{html.escape(sub)}">{html.escape(name)}</option>'
            for sub, name in self.platform.people.items()
        )
        page = PAGE.format(
            client=html.escape(request.payload.client_id),
            platform=html.escape(self.platform.name),
            scopes=html.escape(request.payload.scope or "nothing"),
            ticket=ticket,
            people=people,
        )
        return Reply(200, page, {"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "DENY"})

    def _decided(self, form: Mapping[str, str]) -> Reply:
        request, grant = self._asked.pop(form.get("ticket", ""), (None, None))
        if request is None:
            return _problem(InvalidRequestError("this page was answered before"))
        user = form.get("sub") if form.get("decision") == "allow" else None
        if user is not None and user not in self.platform.people:
            return _problem(InvalidRequestError("nobody of that name is here"))
        reply: Reply = self.server.create_authorization_response(request, user, grant)
        return reply

    # --- the app ---------------------------------------------------------------------------------------------------

    def par(self, incoming: Incoming) -> Reply:
        """Take a request ahead (RFC 9126)."""
        if incoming.method != "POST":
            return Reply(405, {"error": "invalid_request"}, {})
        request = self._asked_by(incoming)
        try:
            request.thumbprint = self._proof(incoming)
            self.server.authenticate_client(request, METHODS, "par")
            self.server.get_consent_grant(request)
        except OAuth2Error as problem:
            problem.redirect_uri = None
            reply: Reply = self.server.handle_error_response(request, problem)
            return reply
        name = "urn:ietf:params:oauth:request_uri:" + token_urlsafe(12)
        expires_at = self.state.clock.now() + PUSHED_SECONDS
        self.state.pushed[name] = Pushed(self.platform.name, dict(request.fields), request.thumbprint, expires_at)
        return Reply(201, {"request_uri": name, "expires_in": PUSHED_SECONDS}, {"Cache-Control": "no-store"})

    def token(self, incoming: Incoming) -> Reply:
        """Exchange a code or a refresh token."""
        request = self._asked_by(incoming)
        try:
            request.thumbprint = self._proof(incoming)
            reply: Reply = self.server.create_token_response(request)
        except OAuth2Error as problem:
            reply = self.server.handle_error_response(request, problem)
        if reply.status == 200:
            reply.body |= _filled(self.platform.answer, {"access_token": reply.body["access_token"]})
        return reply

    def _asked_by(self, incoming: Incoming) -> Asked:
        fields = incoming.query if incoming.method == "GET" else incoming.form
        return Asked(self.platform, incoming.method, incoming.url, incoming.headers, self._named(fields))

    def _named(self, fields: dict[str, str]) -> dict[str, str]:
        """The fields by their standard names."""
        fields = dict(fields)
        if self.platform.client_id_field in fields:
            fields["client_id"] = fields.pop(self.platform.client_id_field)
        if "scope" in fields:
            fields["scope"] = fields["scope"].replace(self.platform.scope_separator, " ")
        return fields

    def _proof(self, incoming: Incoming) -> str | None:
        if not self.platform.dpop:
            return None
        return self.server.proofs.check(incoming.header("DPoP"), incoming.method, incoming.bare)

    def document(self, incoming: Incoming) -> Reply:
        """What anybody may read."""
        return Reply(200, self.platform.documents[incoming.bare], {})

    # --- the API ---------------------------------------------------------------------------------------------------

    def resource(self, incoming: Incoming) -> Reply:
        """What a token opens."""
        protector = ResourceProtector()
        protector.register_token_validator(Bound(self.server) if self.platform.dpop else Bearer(self.server))
        request = Asked(self.platform, incoming.method, incoming.url, incoming.headers, {})
        try:
            request.thumbprint = self._proof_with_token(incoming)
            token = protector.validate_request(None, request)
        except OAuth2Error as problem:
            reply: Reply = self.server.handle_error_response(request, problem)
            if isinstance(problem, UseNonce):
                reply.headers["WWW-Authenticate"] = f'DPoP error="{problem.error}"'
            return reply
        if incoming.bare in self.platform.resources:
            words = {"sub": token.grant.sub, "name": token.grant.name}
            return Reply(200, _filled(self.platform.resources[incoming.bare], words), {})
        return _passed_on(self.upstream, incoming) if self.upstream else Reply(404, {"error": "not_found"}, {})

    def _proof_with_token(self, incoming: Incoming) -> str | None:
        scheme, _, token = (incoming.header("Authorization") or "").partition(" ")
        if not self.platform.dpop or scheme.lower() != "dpop":
            return None
        return self.resources.check(incoming.header("DPoP"), incoming.method, incoming.bare, access_token=token)


def _problem(problem: OAuth2Error) -> Reply:
    """An error that is shown to the person, since the address to send her back to cannot be trusted."""
    said = f"{problem.error}: {problem.get_error_description()}"
    return Reply(400, PROBLEM.format(problem=html.escape(said)), {"Content-Type": "text/html; charset=utf-8"})


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    """JSON in which the words in braces are replaced."""
    text = re.sub(r"\{(" + "|".join(words) + r")\}", lambda found: json.dumps(words[found[1]])[1:-1], json.dumps(value))
    return json.loads(text)


def _passed_on(upstream: str, incoming: Incoming) -> Reply:
    """What a stand-in for the platform answers: it gets the request by the same redirection."""
    parts = urlsplit(incoming.url)
    path = f"/{parts.netloc}{parts.path}" + (f"?{urlencode(incoming.query)}" if parts.query else "")
    connection = HTTPConnection(urlsplit(upstream).netloc, timeout=30)
    kept = {k: v for k, v in incoming.headers.items() if k.lower() not in ("host", "content-length", "connection")}
    connection.request(incoming.method, path, incoming.body, kept)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return Reply(answer.status, body.decode(), {"Content-Type": answer.getheader("Content-Type") or "text/plain"})
