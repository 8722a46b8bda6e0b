"""The only importer of the HTTP library: one request, sent at most once, no redirects, no cookies, no retries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx2

from postiz_ops.net.endpoint import allowed, redirected
from postiz_ops.publish.effects import Lost, NotSent, Request, Response

CONNECT_TIMEOUT = 15.0
"""Seconds to reach a server: nothing has left before that."""
ANSWER_TIMEOUT = 60.0
"""Seconds of silence after which an answer counts as lost. Well under the lease of a claim."""
ANSWER_SECONDS = 120.0
"""The whole answer, from the request's last byte: a server that sends a byte a minute would keep us for ever."""
MAX_ANSWER = 32 << 20
"""Bytes of an answer that are read; more is no answer of an API."""


class HttpWire:
    """``publish.effects.Wire`` over httpx2.

    What may be repeated uses kept-alive connections. A request with a ``deadline`` opens its own: a connection that the
    server is about to close would turn an unsent request into a doubt.
    """

    def __init__(self, endpoint: str | None = None, *, connections: int = 100) -> None:
        self._endpoint = endpoint
        self._connections = connections
        self._clients: dict[bool, httpx2.AsyncClient] = {}

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """Connect, check the monotonic ``deadline``, then write the request once. Raises ``NotSent`` or ``Lost``."""
        url = redirected(request.url, self._endpoint)
        if not allowed(url):
            raise NotSent("the address is neither https nor on loopback")
        progress = _Progress(deadline)
        try:
            async with progress.patience:
                return await self._exchange(request, url, progress)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as problem:
            raise progress.outcome(problem) from None

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def _exchange(self, request: Request, url: str, progress: _Progress) -> Response:
        client = self._client(kept_alive=progress.deadline is None)
        async with client.stream(
            request.method,
            url,
            headers=dict(request.headers),
            content=request.body,
            extensions={"trace": progress.watch},
        ) as response:
            chunks: list[bytes] = []
            size = 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > MAX_ANSWER:
                    raise httpx2.ReadError("the answer is too large")
                chunks.append(chunk)
            return Response(response.status_code, _headers(response), b"".join(chunks))

    def _client(self, *, kept_alive: bool) -> httpx2.AsyncClient:
        if kept_alive not in self._clients:
            limits = httpx2.Limits(
                max_connections=self._connections,
                max_keepalive_connections=self._connections if kept_alive else 0,
                keepalive_expiry=2.0,
            )
            self._clients[kept_alive] = httpx2.AsyncClient(
                timeout=httpx2.Timeout(ANSWER_TIMEOUT, connect=CONNECT_TIMEOUT, pool=None),
                limits=limits,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                follow_redirects=False,
                # Behind an endpoint nothing may leave the machine, not even to a proxy.
                trust_env=self._endpoint is None,
                verify=self._endpoint is None,
            )
        return self._clients[kept_alive]


class _Progress:
    """How far a request came, so that a failure can be told apart: before its first byte, or after."""

    def __init__(self, deadline: float | None) -> None:
        self.deadline = deadline
        self.patience = asyncio.timeout(None)
        self._writing = False

    async def watch(self, event: str, info: Mapping[str, Any]) -> None:  # noqa: ARG002 - the library's signature
        if event.endswith("receive_response_headers.started"):
            self.patience.reschedule(asyncio.get_running_loop().time() + ANSWER_SECONDS)
        if not event.endswith("send_request_headers.started"):
            return
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise httpx2.ConnectTimeout("the claim's send deadline has passed")
        self._writing = True

    def outcome(self, problem: Exception) -> NotSent | Lost:
        # What is wrong with a request of ours may be a credential in it, which the library quotes.
        ours = isinstance(problem, httpx2.LocalProtocolError | httpx2.InvalidURL)
        reason = type(problem).__name__ if ours else f"{type(problem).__name__}: {problem}".strip(": ")
        if self._writing:
            return Lost(f"the answer was lost ({reason})")
        return NotSent(f"the request did not leave ({reason})")


def _headers(response: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
