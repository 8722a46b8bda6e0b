"""The sandbox's own pages: ``/`` shows the feed; ``/_sandbox/…`` tells what was published, and takes faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from postiz_ops.sandbox import page
from postiz_ops.sandbox.endpoint import Endpoint
from postiz_ops.sandbox.exchange import Reply, reply
from postiz_ops.sandbox.faults import BadFault

_PREFIX = "/_sandbox/"


def is_own(path: str) -> bool:
    """Whether a path is the sandbox's and no platform's."""
    return path == "/" or path.startswith(_PREFIX)


def answer(endpoint: Endpoint, method: str, path: str, body: bytes) -> Reply:
    """Answer one of the sandbox's own paths."""
    action = _ACTIONS.get((method, path))
    with endpoint.world.lock:
        if action:
            return action(endpoint, body)
        if method == "GET" and path.startswith(f"{_PREFIX}media/"):
            return page.media(endpoint.world, path.rpartition("/")[2])
    return reply(404, {"error": f"the sandbox has no {method} {path}"})


def _posts(endpoint: Endpoint, _: bytes) -> Reply:
    return reply(200, [post.public() for post in endpoint.world.posts])


def _reset(endpoint: Endpoint, _: bytes) -> Reply:
    endpoint.world.reset()
    return Reply(204)


def _list_faults(endpoint: Endpoint, _: bytes) -> Reply:
    return reply(200, [fault.public() for fault in endpoint.faults.rules])


def _add_faults(endpoint: Endpoint, body: bytes) -> Reply:
    try:
        endpoint.faults.add(json.loads(body))
    except BadFault as problem:
        return reply(400, {"error": str(problem)})
    except (ValueError, RecursionError) as problem:
        return reply(400, {"error": f"this is not JSON: {problem}"})
    return _list_faults(endpoint, b"")


def _clear_faults(endpoint: Endpoint, _: bytes) -> Reply:
    endpoint.faults.clear()
    return Reply(204)


_ACTIONS: Mapping[tuple[str, str], Callable[[Endpoint, bytes], Reply]] = {
    ("GET", "/"): lambda endpoint, _: page.feed(endpoint.world),
    ("GET", f"{_PREFIX}feed.html"): lambda endpoint, _: page.standalone(endpoint.world),
    ("GET", f"{_PREFIX}style.css"): lambda *_: page.style(),
    ("GET", f"{_PREFIX}posts"): _posts,
    ("DELETE", f"{_PREFIX}posts"): _reset,
    ("GET", f"{_PREFIX}faults"): _list_faults,
    ("POST", f"{_PREFIX}faults"): _add_faults,
    ("DELETE", f"{_PREFIX}faults"): _clear_faults,
}
