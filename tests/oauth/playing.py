"""What the server answers to one request: at the authorization, token, push and resource addresses of its platforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, ResourceProtector

from tests.oauth.issuing import METHODS, Asked, Bearer, Bound, CodeGrant, Issuer, Reply, Server
from tests.oauth.pages import consent, filled, passed_on, problem
from tests.oauth.proofs import Proofs, UseNonce
from tests.oauth.requests import Incoming
from tests.oauth.rules import Platform
from tests.oauth.state import Pushed, State

PUSHED_SECONDS = 90


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

    def renew_nonces(self) -> None:
        """Ask for other nonces from now on, and take none of the old ones."""
        self.server.proofs.renew()
        self.resources.renew()

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
        except OAuth2Error as refused:
            return _shown(refused)
        request = Asked(self.platform, "GET", incoming.url, {}, fields)
        request.thumbprint = thumbprint
        try:
            grant = self.server.get_consent_grant(request)
        except OAuth2Error as refused:
            return self._refused(request, refused)
        ticket = token_urlsafe(12)
        self._asked[ticket] = (request, grant)
        return consent(self.platform, request.payload.client_id, request.payload.scope or "nothing", ticket)

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

    def _refused(self, request: Asked, refused: OAuth2Error) -> Reply:
        if not refused.redirect_uri:
            return _shown(refused)
        reply: Reply = self.server.handle_error_response(request, refused)
        Issuer(self.platform.issuer).add_issuer_parameter(self.server, reply)
        return reply

    def _decided(self, form: Mapping[str, str]) -> Reply:
        request, grant = self._asked.pop(form.get("ticket", ""), (None, None))
        if request is None:
            return problem("this page was answered before")
        user = form.get("sub") if form.get("decision") == "allow" else None
        if user is not None and user not in self.platform.people:
            return problem("nobody of that name is here")
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
        except OAuth2Error as refused:
            refused.redirect_uri = None
            reply: Reply = self.server.handle_error_response(request, refused)
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
        except OAuth2Error as refused:
            reply = self.server.handle_error_response(request, refused)
        if reply.status == 200:
            reply.body |= filled(self.platform.answer, {"access_token": reply.body["access_token"]})
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
        except OAuth2Error as refused:
            reply: Reply = self.server.handle_error_response(request, refused)
            if isinstance(refused, UseNonce):
                reply.headers["WWW-Authenticate"] = f'DPoP error="{refused.error}"'
            return reply
        if incoming.bare in self.platform.resources:
            words = {"sub": token.grant.sub, "name": token.grant.name}
            return Reply(200, filled(self.platform.resources[incoming.bare], words), {})
        return passed_on(self.upstream, incoming) if self.upstream else Reply(404, {"error": "not_found"}, {})

    def _proof_with_token(self, incoming: Incoming) -> str | None:
        scheme, _, token = (incoming.header("Authorization") or "").partition(" ")
        if not self.platform.dpop or scheme.lower() != "dpop":
            return None
        return self.resources.check(incoming.header("DPoP"), incoming.method, incoming.bare, access_token=token)


def _shown(refused: OAuth2Error) -> Reply:
    return problem(f"{refused.error}: {refused.get_error_description()}")
