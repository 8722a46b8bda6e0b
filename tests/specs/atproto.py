"""Bluesky and its like: XRPC calls against ``atproto/lexicons``, the protocol's own. Any host is a server.

Records are checked by the lexicon of their collection, wherever a call carries one. Who needs a token is not in the
lexicons; what is here (procedures do, save for those that make a session) is our reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.specs import syntax
from tests.specs.exchange import JSON, USUAL_HEADERS, Answer, Call, Malformed
from tests.specs.folder import specs_dir
from tests.specs.lexicon import Lexicons, Schema

HANDWRITTEN_WITHOUT_TOKEN = frozenset({"com.atproto.server.createSession", "com.atproto.server.createAccount"})

HANDWRITTEN_QUERY: Mapping[str, Mapping[str, Schema]] = {
    "app.bsky.video.uploadVideo": {"did": {"type": "string", "format": "did"}, "name": {"type": "string"}},
}
"""The video service needs to be told whose video it is, which its lexicon does not say."""

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
}
"""https://atproto.com/specs/xrpc, error responses."""

OK = 200


class AtProto:
    """XRPC queries and procedures by name."""

    def __init__(self) -> None:
        self.lexicons = Lexicons(specs_dir() / "atproto" / "lexicons")

    @property
    def source(self) -> str:
        """The folder that judges."""
        return self.lexicons.source

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        nsid, main = self._method(call)
        if main is None:
            yield f"unknown path `{call.path}`"
            return
        expected = "GET" if main["type"] == "query" else "POST"
        if call.method != expected:
            yield f"unknown method `{call.method}`; a {main['type']} is {expected}"
        yield from self._query(nsid, main, call)
        yield from self._headers(nsid, main, call)
        try:
            yield from self._input(nsid, main, call)
        except Malformed as error:
            yield str(error)

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer: its declared output, or an XRPC error."""
        nsid, main = self._method(call)
        if main is None:
            yield f"unknown path `{call.path}`"
            return
        try:
            yield from _drop_unknown(self._output(nsid, main, answer), allow_unknown)
        except Malformed as error:
            yield str(error)

    def _method(self, call: Call) -> tuple[str, Schema | None]:
        nsid = call.path.removeprefix("/xrpc/")
        main = self.lexicons.main(nsid) if call.path.startswith("/xrpc/") else None
        return nsid, main if main and main["type"] in ("query", "procedure") else None

    def _query(self, nsid: str, main: Schema, call: Call) -> Iterator[str]:
        declared = main.get("parameters", {"required": []})
        properties = {**declared.get("properties", {}), **HANDWRITTEN_QUERY.get(nsid, {})}
        value: dict[str, Any] = {}
        for key, raw in call.query:
            schema = properties.get(key, {"type": "string"})
            if schema["type"] == "array":
                value.setdefault(key, []).append(_typed(schema["items"], raw))
            elif key in value:
                yield f"the query key `{key}` is sent twice"
            else:
                value[key] = _typed(schema, raw)
        schema = {"type": "object", "required": declared.get("required", ()), "properties": properties}
        yield from (f"query: {problem}" for problem in self.lexicons.check(schema, value, nsid))

    def _headers(self, nsid: str, main: Schema, call: Call) -> Iterator[str]:
        authorization = call.headers.get("authorization")
        # RFC 9449, 7.1: a token of this scheme comes with a proof, and a proof with such a token.
        proof = {"dpop"} if (authorization or "").startswith("DPoP ") else set()
        yield from (f"unknown header `{name}`" for name in call.headers if name not in USUAL_HEADERS | proof)
        yield from (f"the header `{name}` is missing" for name in proof - set(call.headers))
        if nsid in HANDWRITTEN_WITHOUT_TOKEN and authorization:
            yield "the header `authorization` has no business here"
        elif nsid not in HANDWRITTEN_WITHOUT_TOKEN and main["type"] == "procedure" and not authorization:
            yield "the header `authorization` is missing"
        if authorization and not authorization.startswith(("Bearer ", "DPoP ")):
            yield "the header `authorization` is neither `Bearer` nor `DPoP` and a token"

    def _input(self, nsid: str, main: Schema, call: Call) -> Iterator[str]:
        declared = main.get("input")
        if declared is None:
            if call.body:
                yield "it takes no body"
            return
        if not call.body:
            yield "the body is missing"
            return
        encoding = declared["encoding"]
        if encoding not in ("*/*", call.content_type) or not call.content_type:
            yield f"it takes no body of type `{call.content_type}`; the lexicon has {encoding}"
            return
        if "schema" in declared:
            value = call.json()
            yield from (f"body: {problem}" for problem in self.lexicons.check(declared["schema"], value, nsid))
            yield from (f"body: {problem}" for problem in self._records(nsid, value))

    def _records(self, nsid: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        if nsid in ("com.atproto.repo.createRecord", "com.atproto.repo.putRecord"):
            yield from self._record(value, "record", "")
        elif nsid == "com.atproto.repo.applyWrites":
            for index, write in enumerate(value.get("writes") or ()):
                if isinstance(write, dict) and "value" in write:
                    yield from self._record(write, "value", f"writes[{index}].")

    def _record(self, holder: Mapping[str, Any], key: str, where: str) -> Iterator[str]:
        collection = str(holder.get("collection"))
        problems = list(self.lexicons.check_record(holder.get(key), collection, where + key))
        yield from problems or _facets(holder[key], f"{where}{key}.facets")
        main = self.lexicons.main(collection) or {}
        rkey = holder.get("rkey")
        if main.get("key") == "tid" and rkey is not None and not syntax.is_tid(str(rkey)):
            yield f"`{where}rkey` is `{rkey}`, which is no tid"

    def _output(self, nsid: str, main: Schema, answer: Answer) -> Iterator[str]:
        if answer.status != OK:
            yield from self.lexicons.check(ERROR, answer.json(), nsid, "")
            return
        declared = main.get("output")
        if declared is None:
            yield from ["this answer has no body"] if answer.body else []
        elif declared["encoding"] == JSON:
            yield from self.lexicons.check(declared["schema"], answer.json(), nsid)


def _facets(record: Mapping[str, Any], where: str) -> Iterator[str]:
    """The rule across fields that every client enforces: facets lie within the text, on characters, side by side.

    https://docs.bsky.app/docs/advanced-guides/post-richtext
    """
    text, end = record.get("text", "").encode(), 0
    for facet in sorted(record.get("facets", ()), key=_byte_start):
        start, stop = _byte_start(facet), facet["index"]["byteEnd"]
        if not start < stop <= len(text):
            yield f"`{where}`: {start} to {stop} is no stretch of the text's {len(text)} bytes"
        elif any(0x80 <= byte < 0xC0 for byte in (text + b"\0")[start : stop + 1 : stop - start]):
            yield f"`{where}`: {start} to {stop} cuts a character"
        if start < end:
            yield f"`{where}`: {start} to {stop} overlaps the one before"
        end = max(end, stop)


def _byte_start(facet: Mapping[str, Any]) -> int:
    start: int = facet["index"]["byteStart"]
    return start


def _typed(schema: Schema, raw: str) -> Any:
    if schema["type"] == "integer" and raw.lstrip("-").isdecimal():
        return int(raw)
    if schema["type"] == "boolean" and raw in ("true", "false"):
        return raw == "true"
    return raw


def _drop_unknown(problems: Iterator[str], allow_unknown: bool) -> Iterator[str]:
    return (problem for problem in problems if not (allow_unknown and problem.startswith("unknown key ")))
