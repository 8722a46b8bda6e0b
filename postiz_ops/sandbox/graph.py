"""What Meta's Graph APIs share: tokens, parameters, errors, the fields of a node, and lists in pages.

https://developers.facebook.com/docs/graph-api/overview has the conventions. Parameters that an edge does not know are
ignored, as there; a field that a node does not have is an error, as there.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from postiz_ops.sandbox.exchange import Platform, Refused, Reply, Request, Route, reply
from postiz_ops.sandbox.world import File, World

VERSION = r"(?:/v\d+\.\d+)?"
"""Where a path begins. Without a version it is the oldest that is served; one that has expired becomes the next."""

PAGE, PAGE_MAX = 25, 100
"""Items of a page unasked, and at most."""

DAY = 86_400

_TRACE = "ASandboxHasNoTraces0000"
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LIMITED = "(#4) Application request limit reached"

Node = Mapping[str, Any]


def error(
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    kind: str = "OAuthException",
    say: str = "",
) -> Refused:
    """Graph's error object, ready to be raised. ``say`` is the sentence for the user."""
    body: dict[str, Any] = {"message": message, "type": kind, "code": code}
    if subcode is not None:
        body["error_subcode"] = subcode
    if say:
        body |= {"is_transient": False, "error_user_title": message, "error_user_msg": say}
    return Refused(reply(status, {"error": body | {"fbtrace_id": _TRACE}}))


def absent(node: str, verb: str = "get") -> Refused:
    """What Graph answers about a node that is not there, or not the caller's: it does not tell which."""
    why = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"
    sentence = f"Unsupported {verb} request. Object with ID '{node}' {why}."
    return error(100, sentence, subcode=33, kind="GraphMethodException")


def parameters(request: Request) -> dict[str, Any]:
    """Query, form and JSON together: a parameter may come either way. Lists that are written as ``a[0]`` are joined."""
    form = request.form()
    body = form.json if isinstance(form.json, dict) else {}
    given: dict[str, Any] = {**dict(request.query), **form.first(), **body}
    for name in sorted((name for name in given if name.endswith("]")), key=lambda name: (len(name), name)):
        stem = name.partition("[")[0]
        given[stem] = [*listed(given.get(stem)), given.pop(name)]
    return given


def text(given: Mapping[str, Any], name: str) -> str:
    """A parameter as text, empty where it is absent."""
    value = given.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def true(given: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A parameter as a boolean."""
    return text(given, name).lower() in ("true", "1") if text(given, name) else default


def structure(value: Any) -> Any:
    """A parameter that is a list or an object, which a form carries as JSON; ``None`` where it is neither."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def listed(value: Any) -> list[Any]:
    """A parameter that is a list: of JSON, or with commas between."""
    read = structure(value)
    if isinstance(read, list):
        return read
    return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else []


def token(request: Request) -> str:
    """The access token, wherever it stands. Raises Graph's refusal where there is none."""
    found = request.bearer() or request.bearer("OAuth") or text(parameters(request), "access_token")
    if not found:
        raise error(104, "An access token is required to request this resource.")
    return found


def shortcode(number: int) -> str:
    """How a medium's number stands in its address."""
    places = [_CODE[number >> shift & 63] for shift in range(60, -1, -6)]
    return "".join(places).lstrip(_CODE[0])


def instant(moment: datetime) -> str:
    """A time as Graph writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def remote(world: World, url: str, kind: str, alt: str = "") -> File:
    """A file that is fetched from a public address. ``kind`` is ``image`` or ``video`` where its name does not tell."""
    path = urlsplit(url).path
    guessed = mimetypes.guess_type(path)[0] or {"image": "image/jpeg", "video": "video/mp4"}[kind]
    return File(world.snowflake(), guessed, b"", alt, path.rpartition("/")[2], url=url)


def fetchable(url: str) -> bool:
    """Whether an address is one that could be fetched."""
    return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).netloc)


def show(request: Request, node: Node, default: Iterable[str], kind: str) -> Reply:
    """The fields of a node that were asked for. Those without a value are left out."""
    return reply(200, chosen(text(parameters(request), "fields"), node, default, kind))


def chosen(asked: str, node: Node, default: Iterable[str], kind: str) -> dict[str, Any]:
    """The same as a value. ``kind`` is what the error about an unknown field calls the node."""
    names = fields(asked) or list(default)
    unknown = next((name for name in names if name not in node), None)
    if unknown is not None:
        raise error(100, f"(#100) Tried accessing nonexisting field ({unknown}) on node type ({kind})")
    return {name: node[name] for name in dict.fromkeys([*names, "id"]) if node[name] is not None}


def fields(asked: str) -> list[str]:
    """The names of ``a,b{c,d},e.limit(1)``: what is nested is given whole."""
    flat = asked
    while "{" in flat or "(" in flat:
        flat, count = re.subn(r"\{[^{}]*\}|\([^()]*\)", "", flat)
        if not count:
            break
    return [name for one in flat.split(",") if (name := one.strip().partition(".")[0])]


def page(
    request: Request, nodes: Sequence[Node], default: Iterable[str], kind: str, *, following: bool = True
) -> Reply:
    """One page of a list as it comes, with cursors, and the address of the next where ``following``.

    ``since`` and ``until`` are instants.
    """
    given, default = parameters(request), list(default)
    count = min(int(text(given, "limit") or PAGE), PAGE_MAX) if (text(given, "limit") or "1").isdecimal() else PAGE
    start = int(text(given, "after")) if text(given, "after").isdecimal() else 0
    within = [node for node in nodes if _within(node, given)]
    shown = [chosen(text(given, "fields"), node, default, kind) for node in within[start : start + count]]
    answer: dict[str, Any] = {"data": shown}
    if shown:
        end = start + len(shown)
        answer["paging"] = {"cursors": {"before": str(start), "after": str(end)}}
        if following and end < len(within):
            kept = [(name, value) for name, value in request.query if name not in ("after", "access_token")]
            query = urlencode([*kept, ("after", str(end))])
            answer["paging"]["next"] = f"https://{request.host}{request.path}?{query}"
    return reply(200, answer)


def _within(node: Node, given: Mapping[str, Any]) -> bool:
    at = node.get("created_time") or node.get("timestamp")
    if not isinstance(at, str):
        return True
    moment = datetime.fromisoformat(at).timestamp()
    since, until = (_seconds(text(given, name)) for name in ("since", "until"))
    return (since is None or moment >= since) and (until is None or moment <= until)


def _seconds(asked: str) -> float | None:
    if not asked:
        return None
    try:
        read = float(asked) if asked.isdecimal() else datetime.fromisoformat(asked).replace(tzinfo=UTC).timestamp()
    except ValueError as problem:
        raise error(100, f"(#100) {asked} is not a valid date") from problem
    return read


Figure = int | Mapping[str, int]
"""A number, or one for each kind."""


def insights(
    request: Request, node: str, known: Mapping[str, str], figures: Mapping[str, Figure], period: str = "lifetime"
) -> Reply:
    """Figures of a node. ``known`` is metric -> title, others are refused; one without a figure has no value (yet)."""
    wanted = [str(one) for one in listed(parameters(request).get("metric"))]
    if not wanted or set(wanted) - set(known):
        raise error(100, "(#100) The value must be a valid insights metric")
    rows = [
        {
            "name": name,
            "period": period,
            **_values(request, figures.get(name)),
            "title": known[name],
            "description": f"{known[name]}.",
            "id": f"{node}/insights/{name}/{period}",
        }
        for name in wanted
    ]
    return reply(200, {"data": rows})


def _values(request: Request, figure: Figure | None) -> dict[str, Any]:
    """In the form that was asked for. What is not known has no value: absent is not zero."""
    if text(parameters(request), "metric_type") == "total_value":
        return {} if figure is None else {"total_value": {"value": figure}}
    return {"values": [] if figure is None else [{"value": figure}]}


def broken(request: Request) -> Reply:
    """Codes 1 and 2: what was sent may be published all the same."""
    if request.method == "POST":
        return error(2, "An unexpected error has occurred. Please retry your request later.", status=500).reply
    return error(1, "An unknown error occurred", status=500).reply


def expired(_: Request) -> Reply:
    """A token that is not good any more: not 401, as elsewhere, but code 190."""
    sentence = "Error validating access token: The session has been invalidated because the user changed the password."
    refused = error(190, sentence, subcode=460).reply
    return Reply(refused.status, {**refused.headers, "WWW-Authenticate": 'OAuth "Facebook Platform"'}, refused.body)


def limited(_: Request) -> Reply:
    """Too many calls."""
    refused = error(4, _LIMITED, status=429).reply
    return Reply(429, {**refused.headers, "Retry-After": "30", "X-App-Usage": '{"call_count":100}'}, refused.body)


def platform(name: str, routes: Iterable[Route]) -> Platform:
    """A stand-in with these routes, whose failures are worded as Graph words them."""
    return Platform(
        name=name,
        routes=tuple(routes),
        refuse=lambda _: error(100, "(#100) Invalid parameter").reply,
        unauthorized=expired,
        rate_limit=limited,
        broken=broken,
        unreadable=lambda _: error(100, "(#100) Invalid parameter: the body cannot be read").reply,
    )


def either(
    first: Callable[[World, Request], Reply | None], second: Callable[[World, Request], Reply]
) -> Callable[[World, Request], Reply]:
    """A handler that asks the second only where the first does not know the node."""

    def handler(world: World, request: Request) -> Reply:
        return first(world, request) or second(world, request)

    return handler
