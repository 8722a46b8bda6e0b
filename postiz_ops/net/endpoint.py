"""The redirection of every platform to one loopback address, for tests and staging runs."""

from __future__ import annotations

from urllib.parse import urlsplit

from postiz_ops.errors import UsageError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, by name: nothing is resolved."""
    return (urlsplit(url).hostname or "") in _LOOPBACK


def validated(endpoint: str | None) -> str | None:
    """The endpoint without a final slash. Raises ``UsageError`` unless it is plain http on loopback."""
    if not endpoint:
        return None
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or not is_loopback(endpoint) or parts.path not in ("", "/") or parts.query:
        raise UsageError(
            f"the endpoint `{endpoint}` is not on loopback",
            help="use http://127.0.0.1:PORT, as `postiz-ops sandbox` prints it",
        )
    return endpoint.rstrip("/")


def redirected(url: str, endpoint: str | None) -> str:
    """Where a request for ``url`` goes: to ``endpoint/HOST/PATH?QUERY`` when one is set, else where it was meant to."""
    if endpoint is None or url.startswith(endpoint + "/"):
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{endpoint}/{parts.netloc}{parts.path or '/'}{query}"


def allowed(url: str) -> bool:
    """Whether a request may go there at all: https, or http on loopback; never with a user in the URL."""
    parts = urlsplit(url)
    return "@" not in parts.netloc and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))
