"""The requests of OAuth 2.0 and what their answers mean, from what a platform declares in ``auth``. Pure.

::

    authorization_url   where the person is sent to consent
    code_of             what the browser came back with -> the code
    code_request        the code -> a grant
    lengthen_request    its token -> one that lives longer, where the platform has two
    narrow_request      its token -> the chosen page's own, where the platform has one for each
    refresh_request     a grant -> a newer one
    grant_of            what a success says
    failure_of          what a refusal means: an account is disconnected by the declared codes alone

Parameters, challenges and client authentication are Authlib's; whoever calls sends the request, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from postiz_ops import errors
from postiz_ops.providers.auth import Client, ClientAuth, Exchange, Grant, OAuth2

Names = Mapping[str, str]

CODE = re.compile(r"[\w .:/-]{1,100}")
"""What is shown of a platform's error code; anything else may be more than a code."""

USER_TOKEN = "user_token"  # noqa: S105 - a credential's name
"""Where the user's own token is kept when a page's has taken its place."""

_EXPIRES = ("expires_in",)
_REFRESH_EXPIRES = ("refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in")
_OWN_TROUBLE = frozenset(
    {"server_error", "temporarily_unavailable", "internal_error", "fatal_error", "request_timeout"}
)
"""RFC 6749's codes and Slack's for what may have failed half-way."""
_SCOPES = ("scope", "permissions", "data.0.permissions")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to a token endpoint, complete but for its ``User-Agent``. Never shown: it holds secrets."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


# --- requests -----------------------------------------------------------------------------------------------------


def authorization_url(
    auth: OAuth2, client: Client, *, origin: str, redirect: str, state: str, verifier: str | None
) -> str:
    """Where the person is sent. ``verifier`` is PKCE's secret, ``None`` or unused where the platform has no PKCE."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

    more = dict(auth.parameters)
    if auth.pkce and verifier:
        more |= {"code_challenge": _challenge(auth, verifier), "code_challenge_method": "S256"}
    address: str = prepare_grant_uri(
        _at(auth.authorize, origin), client.id, "code", redirect, auth.scope_separator.join(auth.scopes), state, **more
    )
    # Authlib calls it by RFC 6749's name, which TikTok does not.
    return address.replace("client_id=", f"{auth.client_id_field}=", 1)


def code_request(
    auth: OAuth2, client: Client, *, origin: str, redirect: str, code: str, verifier: str | None
) -> TokenRequest:
    """Hand in the code that came back."""
    if auth.exchange:
        return _exchange(auth.exchange, origin, client, {"code": code, "redirect_uri": redirect})
    more: dict[str, str] = dict(auth.token_parameters)
    if auth.pkce and verifier:
        more["code_verifier"] = verifier
    return _token_request(auth, client, origin, "authorization_code", redirect_uri=redirect, code=code, **more)


def refresh_request(auth: OAuth2, client: Client, secrets: Names, *, origin: str) -> TokenRequest:
    """Ask for a newer grant: with the refresh token, or with the access token where it renews itself.

    Raises ``Reauthorize`` where the grant holds neither.
    """
    if auth.renew:
        return _exchange(auth.renew, origin, client, {"access_token": _held(secrets, "access_token")})
    return _token_request(auth, client, origin, "refresh_token", refresh_token=_held(secrets, "refresh_token"))


def lengthen_request(auth: OAuth2, client: Client, secrets: Names, *, origin: str) -> TokenRequest | None:
    """Ask for the long-lived token, ``None`` where the platform has one kind only."""
    if auth.lengthen is None:
        return None
    return _exchange(auth.lengthen, origin, client, {"access_token": _held(secrets, "access_token")})


def narrow_request(auth: OAuth2, client: Client, secrets: Names, *, origin: str) -> TokenRequest | None:
    """Ask for the tokens of what the user manages, ``None`` where there is one token for all of it."""
    if auth.narrow is None:
        return None
    user = secrets.get(USER_TOKEN) or _held(secrets, "access_token")
    return _exchange(auth.narrow.list, origin, client, {"access_token": user})


def registration_request(auth: OAuth2, *, origin: str, redirect: str, name: str, website: str) -> TokenRequest:
    """Register an app at a server that has no hand-made ones (Mastodon's ``POST /api/v1/apps``)."""
    from authlib.common.urls import add_params_to_qs

    fields = {
        "client_name": name,
        "redirect_uris": redirect,
        "scopes": auth.scope_separator.join(auth.scopes),
        "website": website,
    }
    return _form("POST", _at(auth.registration, origin), {}, add_params_to_qs("", fields.items()))


# --- the way back -------------------------------------------------------------------------------------------------


def is_ours(back: Names, state: str) -> bool:
    """Whether the browser came back from the request that we began; compared in constant time."""
    return compare_digest(back.get("state", "").encode(), state.encode())


def code_of(back: Names, state: str, title: str) -> str:
    """The code in the address that the browser came back to. Raises ``Rejected`` where there is none for us."""
    if not is_ours(back, state):
        raise errors.Rejected("the browser came back from something else than this request", help="run it again")
    if back.get("code"):
        return back["code"]
    said = back.get("error", "")
    if said in ("access_denied", "user_cancelled_login", "user_cancelled_authorize"):
        raise errors.Rejected(f"the consent was refused on {title}'s page")
    raise errors.Rejected(f"{title} gave no consent{f' (`{said}`)' if CODE.fullmatch(said) else ''}")


# --- answers ------------------------------------------------------------------------------------------------------


def grant_of(auth: OAuth2, json: Any, now: datetime, before: Grant | None) -> Grant:
    """The grant that an answer brings, on top of the one that was there.

    What the answer does not mention stays: a refresh token, the subject, other secrets. Times are the answer's own,
    else the declared lifetimes. Raises ``Unavailable`` where it brings no token, and what ``failure_of`` says where it
    names a reason.
    """
    kept = before or Grant({})
    brought = {name: _text(json, paths) for name, paths in auth.gives.items()}
    if not all(brought.values()):
        raise _no_token(auth, json)
    refresh = _text(json, ("refresh_token",)) if auth.refreshes else ""
    secrets = {**kept.secrets, **brought, **({"refresh_token": refresh} if refresh else {})}
    return Grant(
        secrets=secrets,
        obtained_at=now,
        expires_at=_expiry(json, _EXPIRES, now, auth.access_seconds),
        refresh_expires_at=_refresh_expiry(auth, json, now, kept, secrets),
        scopes=_scopes(json) or kept.scopes or auth.scopes,
        subject=kept.subject,
    )


def narrowed(auth: OAuth2, json: Any, settings: Mapping[str, Any], before: Grant) -> Grant:
    """The grant with the token of what was chosen in ``settings``. Raises ``Unavailable`` where that is not listed."""
    if auth.narrow is None:
        return before
    wanted, rows = str(settings.get(auth.narrow.setting, "")), _at_path(json, auth.narrow.rows)
    for row in rows if isinstance(rows, list) else ():
        token = _text(row, (auth.narrow.token,))
        if token and _text(row, (auth.narrow.match,)) == wanted:
            user = before.secrets.get(USER_TOKEN) or before.secrets["access_token"]
            secrets = {**before.secrets, USER_TOKEN: user, "access_token": token}
            return Grant(secrets, before.obtained_at, scopes=before.scopes, subject=before.subject)
    raise errors.Unavailable(
        f"`{wanted}` is not among what this login manages",
        help=f"choose another `{auth.narrow.setting}`, or allow it in the consent dialogue",
    )


def client_of(json: Any, title: str) -> Client:
    """The app that a server registered. Raises ``Unavailable``."""
    client = Client(_text(json, ("client_id",)), _text(json, ("client_secret",)))
    if not client.id or not client.secret:
        raise errors.Unavailable(f"{title} registered no app: its answer has no `client_id` and `client_secret`")
    return client


def failure_of(
    auth: OAuth2, status: int, json: Any, title: str, *, redact: Callable[[str], str] | None = None
) -> errors.Failure:
    """What a refusal means. Only the declared revocation codes are ``Reauthorize``: nothing else disconnects.

    The platform's own words are told only where ``redact`` can take the secrets out of them.
    """
    said = [text for text in (_text(json, (path,)) for path in auth.error_codes) if text]
    details = ", ".join((f"HTTP {status}", *(text for text in said[:1] if CODE.fullmatch(text)), *_words(json, redact)))
    if status == 429 or set(said) & set(auth.throttled):
        return errors.Throttled(f"{title}: too many requests for a token ({details})")
    if set(said) & set(auth.misconfigured):
        return errors.Unavailable(
            f"{title} does not accept the app's own credentials ({details})",
            help="compare the client id and secret in the environment with the app's page; the account stays connected",
        )
    if set(said) & set(auth.revoked) and 200 <= status < 500:
        return errors.Reauthorize(
            f"{title} says that the authorization has ended ({details})", help="run `postiz-ops accounts connect`"
        )
    return errors.Unavailable(f"{title} gave no token ({details})", help="try again; the account stays connected")


def is_refused(auth: OAuth2, json: Any) -> bool:
    """Whether an answer names an error of its request, whatever its status: then the token was not taken up.

    What names a trouble of the server's own leaves that open.
    """
    said = {_text(json, (path,)) for path in auth.error_codes} - {""}
    return bool(said) and not said & _OWN_TROUBLE


# --- the app's credentials ----------------------------------------------------------------------------------------


def client_variables(provider: str, names: tuple[str, str] = ("client_id", "client_secret")) -> tuple[str, str]:
    """The environment variables of an app: ``POSTIZ_<PROVIDER>_CLIENT_ID`` and ``POSTIZ_<PROVIDER>_CLIENT_SECRET``."""
    first, second = (f"POSTIZ_{provider}_{name}".upper().replace("-", "_") for name in names)
    return first, second


def client_from(environment: Names, provider: str, secrets: Names, *, public: bool = False) -> Client | None:
    """The app: registered for this account (in its ``secrets``), else from the environment; ``None`` where it is not.

    ``public`` means that an app without a secret will do.
    """
    if secrets.get("client_id"):
        return Client(secrets["client_id"], secrets.get("client_secret", ""))
    identifier, secret = (environment.get(name, "").strip() for name in client_variables(provider))
    return Client(identifier, secret) if identifier and (secret or public) else None


# --- how they are made --------------------------------------------------------------------------------------------


def _at(address: str, origin: str) -> str:
    return address.replace("{origin}", origin)


def _challenge(auth: OAuth2, verifier: str) -> str:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if auth.hex_challenge:
        from hashlib import sha256

        return sha256(verifier.encode("ascii")).hexdigest()
    challenge: str = create_s256_code_challenge(verifier)
    return challenge


def _token_request(auth: OAuth2, client: Client, origin: str, grant_type: str, **fields: str) -> TokenRequest:
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    body = prepare_token_request(grant_type, **fields)
    address, headers, body = _authenticated(auth, client, _at(auth.token, origin), body)
    return _form("POST", address, headers, body)


def _authenticated(auth: OAuth2, client: Client, address: str, body: str) -> tuple[str, dict[str, str], str]:
    """The app proves who it is. One without a secret can only say its name, whatever the platform prefers."""
    from authlib.oauth2.auth import ClientAuth as Authlib

    def by_own_name(_: Any, method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, Any, str]:
        from authlib.common.urls import add_params_to_qs

        fields = [(auth.client_id_field, client.id), *([("client_secret", client.secret)] if client.secret else ())]
        return uri, headers, add_params_to_qs(body, fields)

    by: Any = auth.client_auth if client.secret else ClientAuth.NONE
    if auth.client_id_field != "client_id":
        by = by_own_name
    made: tuple[str, dict[str, str], str] = Authlib(client.id, client.secret, by).prepare("POST", address, {}, body)
    return made


def _exchange(exchange: Exchange, origin: str, client: Client, names: Names) -> TokenRequest:
    from authlib.common.urls import add_params_to_qs, add_params_to_uri

    known = {"client_id": client.id, "client_secret": client.secret, **names}
    fields = [(name, value.format_map(known)) for name, value in exchange.fields.items()]
    address = _at(exchange.url, origin)
    if exchange.method == "GET":
        return TokenRequest("GET", add_params_to_uri(address, fields), {"Accept": "application/json"})
    return _form(exchange.method, address, {}, add_params_to_qs("", fields))


def _form(method: str, address: str, headers: Names, body: str) -> TokenRequest:
    usual = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    return TokenRequest(method, address, {**usual, **headers}, body.encode())


def _held(secrets: Names, name: str) -> str:
    if value := secrets.get(name):
        return value
    raise errors.Reauthorize(
        f"the account's grant holds no `{name}`", help="run `postiz-ops accounts connect` for this account"
    )


# --- how they are read --------------------------------------------------------------------------------------------


def _at_path(json: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(json, list):
            json = json[int(key)] if key.isdecimal() and int(key) < len(json) else None
        else:
            json = json.get(key) if isinstance(json, dict) else None
    return json


def _text(json: Any, paths: tuple[str, ...]) -> str:
    """The first text or number that one of the dotted paths leads to, empty where there is none."""
    found = (_at_path(json, path) for path in paths)
    return next((str(value) for value in found if isinstance(value, str | int) and not isinstance(value, bool)), "")


def _no_token(auth: OAuth2, json: Any) -> errors.Failure:
    host = urlsplit(auth.token).hostname or "the server"
    if _text(json, auth.error_codes):
        return failure_of(auth, 200, json, host)
    missing = ", ".join(f"`{name}`" for name, paths in auth.gives.items() if not _text(json, paths))
    return errors.Unavailable(f"{host} answered without {missing}", help="try again; the account stays connected")


def _expiry(json: Any, paths: tuple[str, ...], now: datetime, declared: int | None) -> datetime | None:
    """``None`` where neither the answer nor the declaration says when, or it is further away than dates go."""
    told = _text(json, paths)
    seconds = int(told) if told.isdecimal() and len(told) < 16 and int(told) > 0 else declared
    try:
        return None if seconds is None else now + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _refresh_expiry(auth: OAuth2, json: Any, now: datetime, kept: Grant, secrets: Names) -> datetime | None:
    """Unless the answer says another, a token that stayed the same keeps its end, as does one that is not prolonged."""
    if "refresh_token" not in secrets:
        return None
    if _text(json, _REFRESH_EXPIRES):
        return _expiry(json, _REFRESH_EXPIRES, now, auth.refresh_seconds)
    if secrets["refresh_token"] == kept.secrets.get("refresh_token") or (auth.fixed_end and kept.refresh_expires_at):
        return kept.refresh_expires_at
    return _expiry(None, (), now, auth.refresh_seconds)


def _scopes(json: Any) -> tuple[str, ...]:
    for path in _SCOPES:
        told = _at_path(json, path)
        if isinstance(told, list):
            return tuple(each for each in told if isinstance(each, str))
        if isinstance(told, str) and told:
            return tuple(filter(None, re.split(r"[ ,]+", told)))
    return ()


def _words(json: Any, redact: Callable[[str], str] | None) -> Iterator[str]:
    """What the platform adds in words."""
    words = _text(json, ("error_description", "error.message", "error_message", "message"))
    if redact and words:
        yield redact(words)[:200]
