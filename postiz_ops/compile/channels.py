"""One account of accounts.yaml: its provider, server, credentials, settings and slots."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from postiz_ops.compile import secrecy
from postiz_ops.compile.accounts_model import AccountEntry
from postiz_ops.compile.names import SEED
from postiz_ops.compile.nodes import Node
from postiz_ops.compile.pages import page
from postiz_ops.compile.settings import check_settings
from postiz_ops.compile.validation import Rules, salvage
from postiz_ops.compile.wording import instead, listed, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Account

if TYPE_CHECKING:
    from postiz_ops.providers.base import Spec

UNKNOWN_PROVIDER = Rule(
    "PZ106",
    "unknown-provider",
    Severity.ERROR,
    "a provider that does not exist, or not yet",
    page(
        what="Finds accounts of a platform that this version does not know.",
        why="Nothing could be checked or published for them.",
        example="""
            accounts:
              acme: {provider: mastadon}
        """,
        instead="""
            accounts:
              acme: {provider: mastodon, url: https://mastodon.social}
        """,
    ),
)
UNKNOWN_CREDENTIAL = Rule(
    "PZ111",
    "unknown-credential",
    Severity.ERROR,
    "a credential that the provider does not use",
    page(
        what="Finds names below `credentials` that the account's provider does not know.",
        why="The platform would be asked without the credential, and refuse.",
        example="""
            acme-mastodon:
              provider: mastodon
              credentials: {token: "${ACME_MASTODON_TOKEN}"}
        """,
        instead="""
            acme-mastodon:
              provider: mastodon
              credentials: {access_token: "${ACME_MASTODON_TOKEN}"}
        """,
    ),
)
URL = Rule(
    "PZ112",
    "account-url",
    Severity.ERROR,
    "the server of an account is missing or cannot be one",
    page(
        what="""
            Checks `url`: it must be there for providers with many servers, absent for the others, and name a server by
            `https` (by `http` on the own machine alone), without user, password or path.
        """,
        why="An account's token is sent to that server, so it must be the right one, and the way there encrypted.",
        example="url: http://mastodon.social/@acme",
        instead="url: https://mastodon.social",
    ),
)

_CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    "discord": ("webhook_url", "bot_token"),
    "slack": ("webhook_url", "bot_token"),
}
"""Of providers with several kinds of account: the names of all kinds."""


def read_channel(id: str, node: Node, rules: Rules) -> tuple[Account | None, tuple[Diagnostic, ...]]:
    """The account of an entry, as far as it can be read; ``None`` without a provider that exists."""
    rules = replace(rules, account=id)
    channel, found, _ = salvage(AccountEntry, node, rules)
    findings = [*found, *_misplaced(id, node)]
    if channel is None:
        return None, tuple(findings)
    module = _provider(channel.provider)
    if module is None:
        return None, (*findings, _unknown_provider(id, channel.provider, node))
    account = Account(
        id,
        channel.provider,
        module.SPEC.origin or "",
        channel.client,
        channel.enabled,
        _references(channel.credentials),
        dict(channel.settings),
        channel.slots,
        node.span,
    )
    spec = module.spec(account)
    origin, about_url = _origin(id, channel.url, spec, node)
    findings += [*about_url, *_credentials(id, channel, spec, node)]
    if "settings" in node.children and channel.settings:
        findings += check_settings(spec, node.children["settings"], account=id)
    return replace(account, origin=origin), tuple(findings)


def _provider(name: str) -> Any:
    from postiz_ops.providers import PROVIDERS

    return PROVIDERS.get(name)


def _unknown_provider(id: str, name: str, node: Node) -> Diagnostic:
    from postiz_ops.providers import PROVIDERS

    if name in SEED:
        message, advice = f"this version cannot publish to {quoted(name)}", f"it can to {listed(sorted(PROVIDERS))}"
    else:
        message, advice = f"unknown provider {quoted(name)}", instead(name, PROVIDERS, what="providers")
    return UNKNOWN_PROVIDER.at(node.at(("provider",)), message, help=advice, account=id)


# --- credentials --------------------------------------------------------------------------------------------------


def variable(id: str, name: str) -> str:
    """The environment variable in which a credential is looked for without being referred to."""
    return f"POSTIZ_{id}_{name}".upper().replace("-", "_")


def _references(credentials: Mapping[str, Any]) -> dict[str, str]:
    named = {name: secrecy.reference(value) for name, value in credentials.items()}
    return {name: variable for name, variable in named.items() if variable is not None}


def _credentials(id: str, channel: AccountEntry, spec: Spec, node: Node) -> Iterator[Diagnostic]:
    known = dict.fromkeys((*spec.credentials, *_CREDENTIALS.get(spec.name, ())))
    for name, value in channel.credentials.items():
        place = node.at(("credentials", name))
        if name not in known:
            advice = instead(name, known, what=f"{spec.name} credentials")
            span = node.key_span("credentials", name)
            yield UNKNOWN_CREDENTIAL.at(span, f"unknown credential {quoted(name)}", help=advice, account=id)
        if (reference := secrecy.reference(value)) is None:
            yield _literal(id, name, node.find(("credentials", name)))
        elif secrecy.refused(reference):
            message = f"{quoted(value)} is a secret of the machine, not of a platform"
            advice = f"make a secret of its own, and refer to it, as in {quoted('${' + variable(id, name) + '}')}"
            yield secrecy.REFUSED.at(place, message, help=advice, account=id)


def _literal(id: str, name: str, node: Node) -> Diagnostic:
    wanted = quoted("${" + variable(id, name) + "}")
    message = f"credential {quoted(name)} is written out"
    advice = f"write {wanted} here, put the value into that variable, and revoke it if it was ever committed"
    return secrecy.LITERAL.at(node.span, message, help=advice, account=id)


def _misplaced(id: str, node: Node) -> Iterator[Diagnostic]:
    """Credentials that stand beside ``credentials`` instead of in it."""
    for name, child in node.children.items():
        telling = isinstance(name, str) and name not in AccountEntry.model_fields and secrecy.telling(name)
        if telling and child.value is not None and secrecy.reference(child.value) is None:
            yield _literal(id, str(name), child)


# --- the server ---------------------------------------------------------------------------------------------------


def _origin(id: str, url: str | None, spec: Spec, node: Node) -> tuple[str, tuple[Diagnostic, ...]]:
    if url is None:
        if spec.origin is not None:
            return spec.origin, ()
        message = f"{quoted(id)} does not say which {spec.title} server it is on"
        return "", (_bad_url(id, node, message, "add `url: https://…` with the server's name", missing=True),)
    if spec.origin is not None and not spec.own_server:
        message = f"{spec.title} has one server, so an account has no `url`"
        return spec.origin, (_bad_url(id, node, message, "delete `url`"),)
    try:
        return origin(url), ()
    except ValueError as error:
        message, advice = error.args
        return "", (_bad_url(id, node, message, advice),)


def _bad_url(id: str, node: Node, message: str, help: str, *, missing: bool = False) -> Diagnostic:
    span = node.key_span("provider") if missing else node.at(("url",))
    return URL.at(span, message, help=help, account=id)


def origin(url: str) -> str:
    """Scheme, host and port of a server. Raises ``ValueError`` with a message and its help."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ValueError(f"{_shown(url)} is not a URL", "write it as `https://example.com`") from error
    _refuse(url, parts, host)
    default = {"https": 443, "http": 80}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")


def _refuse(url: str, parts: SplitResult, host: str) -> None:
    if parts.scheme not in ("https", "http") or not host:
        raise ValueError(f"{_shown(url)} does not name a server", "write it as `https://example.com`")
    if "@" in parts.netloc:
        raise ValueError("a server's URL has no user and no password", f"write {quoted(f'https://{host}')}")
    if not host.isascii() or not host.replace("-", "").replace(".", "").replace(":", "").isalnum():
        raise ValueError(f"{_shown(url)} holds letters that are looked up as others", "write its ASCII form (`xn--…`)")
    if parts.scheme == "http" and not _loopback(host):
        raise ValueError(f"{_shown(url)} is not encrypted", f"write {quoted(f'https://{host}')}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"{_shown(url)} is more than a server", f"write {quoted(f'{parts.scheme}://{parts.netloc}')}")


def _shown(url: str) -> str:
    """A URL as it may be shown: without a user and a password."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return quoted(f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


RULES = (UNKNOWN_PROVIDER, UNKNOWN_CREDENTIAL, URL)
