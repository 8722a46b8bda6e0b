"""Slack: ``slack/web-api-8.2.0.types.schema.json`` (Slack's own TypeScript types, as JSON Schema), completed by
``slack/slack_web_openapi_v2.publish.json`` (Slack's own, of 2021) for methods and encodings that the types lack.

Some things are described nowhere; what is here is our reading of the documentation, and the names say so
(``handwritten``): the upload address that ``files.getUploadURLExternal`` hands out, incoming webhooks, which of the
newer methods do not take JSON, and two arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.specs.exchange import FORM, JSON, MULTIPART, USUAL_HEADERS, Answer, Call, Malformed, read_json
from tests.specs.folder import specs_dir
from tests.specs.schema import Document

HANDWRITTEN_FORM_ONLY = frozenset({"files.getUploadURLExternal"})
"""https://docs.slack.dev/reference/methods/files.getUploadURLExternal names the form encoding alone."""

HANDWRITTEN_POST = frozenset({"files.completeUploadExternal"})
"""Methods that change something and are younger than the description that says so."""

HANDWRITTEN_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "files.getUploadURLExternal": frozenset({"alt_txt"}),
    "conversations.history": frozenset({"include_all_metadata"}),
}
"""Arguments that the methods' pages name and the descriptions lack. The types call the first one ``alt_text``, which no
page and no answer does; what describes the second method is older than metadata (its sister's description is not)."""

HANDWRITTEN_WEBHOOK: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "blocks": {"type": "array", "items": {"$ref": "urn:slack#/definitions/KnownBlock"}, "maxItems": 50},
        "attachments": {"type": "array", "items": {"$ref": "urn:slack#/definitions/MessageAttachment"}},
        "thread_ts": {"type": "string"},
        "unfurl_links": {"type": "boolean"},
        "unfurl_media": {"type": "boolean"},
        "mrkdwn": {"type": "boolean"},
    },
    "anyOf": [{"required": ["text"]}, {"required": ["blocks"]}, {"required": ["attachments"]}],
}
"""https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

TEXT_MAX = 40_000
"""https://docs.slack.dev/changelog/2018-truncating-really-long-messages: longer text is cut, so it is a mistake."""

RETIRED = frozenset({"files.upload"})
"""Gone since 2025-11-12."""

AUTHORIZED_BY_SECRET = frozenset({"oauth.v2.access"})


class Slack:
    """Methods of the Web API by name; webhooks and upload addresses by their hosts."""

    def __init__(self) -> None:
        folder = specs_dir() / "slack"
        self.types = Document(folder / "web-api-8.2.0.types.schema.json", draft="7")
        self.openapi = Document(folder / "slack_web_openapi_v2.publish.json", draft="7")
        _loosen(self.openapi.root)

    @property
    def source(self) -> str:
        """The files that judge."""
        return f"{self.types.source}, {self.openapi.source}"

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        yield from (f"unknown header `{name}`" for name in call.headers if name not in USUAL_HEADERS)
        if call.scheme != "https":
            yield f"unknown host `{call.scheme}://{call.host}`"
        try:
            yield from self._by_host(call)
        except (Malformed, UnicodeDecodeError) as error:
            yield str(error)

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer: Slack's are HTTP 200 with ``ok``, save for 429 and the plain-text hosts."""
        if call.host != "slack.com":
            yield from _handwritten_plain_answer(call, answer)
            return
        name = call.path.removeprefix("/api/")
        if answer.status not in (200, 429):
            yield "unknown status; Slack answers 200, or 429 when limited"
            return
        try:
            yield from self._answer(name, answer.json(), allow_unknown=allow_unknown)
        except Malformed as error:
            yield str(error)

    def _by_host(self, call: Call) -> Iterator[str]:
        match call.host:
            case "slack.com":
                yield from self._method(call)
            case "hooks.slack.com":
                yield from self._handwritten_webhook(call)
            case "files.slack.com":
                yield from _handwritten_upload(call)
            case _:
                yield f"unknown host `{call.host}`"

    def _method(self, call: Call) -> Iterator[str]:
        name = call.path.removeprefix("/api/")
        if name in RETIRED or not (name in self.types.root["methods"] or self._described(name)):
            yield f"{'retired' if name in RETIRED else 'unknown'} method `{name}`"
            return
        yield from self._transport(name, call)
        value = self._arguments(name, call)
        yield from (f"argument {problem}" for problem in self._judge(name, value))
        text = value.get("text", "")
        if isinstance(text, str) and len(text) > TEXT_MAX:
            yield f"argument `text` has {len(text)} characters; above {TEXT_MAX} they are cut off"
        if "token" in value:
            yield "argument `token`: the token belongs into the header `authorization`"
        if name not in AUTHORIZED_BY_SECRET and not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"

    def _transport(self, name: str, call: Call) -> Iterator[str]:
        operation = self._described(name)
        writes = name in HANDWRITTEN_POST or "post" in operation
        if call.method not in (("POST",) if writes else ("GET", "POST")):
            yield f"unknown method `{call.method}`; it is {'POST' if writes else 'GET or POST'}"
        if call.method == "GET" and call.body:
            yield "it takes no body"
        if call.method == "POST" and call.query:
            yield "arguments of a POST belong into the body"
        node: dict[str, Any] = next(iter(operation.values()), {})
        allowed = [FORM] if name in HANDWRITTEN_FORM_ONLY else node.get("consumes", [FORM, JSON])
        if call.body and call.content_type not in allowed:
            yield f"it takes no body of type `{call.content_type}`; the description has {', '.join(allowed)}"

    def _arguments(self, name: str, call: Call) -> dict[str, Any]:
        if call.content_type == JSON and call.body:
            value = call.json()
            if not isinstance(value, dict):
                raise Malformed("the body is not a JSON object")
            return value
        fields = list(call.query) + (call.form() if call.body else [])
        if len(dict(fields)) != len(fields):
            raise Malformed("an argument is sent twice")
        document, schema = self._request_schema(name)
        return {key: _from_json(document, schema, key, raw) for key, raw in fields}

    def _judge(self, name: str, value: dict[str, Any]) -> Iterator[str]:
        document, schema = self._request_schema(name)
        described = {key: item for key, item in value.items() if key not in HANDWRITTEN_ARGUMENTS.get(name, ())}
        yield from document.problems(schema, described)
        yield from document.unknown(schema, described)

    def _request_schema(self, name: str) -> tuple[Document, Any]:
        request = self.types.root["methods"].get(name, {}).get("request")
        if request is not None:
            return self.types, request
        operation = next(iter(self._described(name).values()))
        return self.openapi, _schema_of(operation.get("parameters", []))

    def _described(self, name: str) -> dict[str, Any]:
        item: dict[str, Any] = self.openapi.root["paths"].get(f"/{name}", {})
        return item

    def _answer(self, name: str, value: Any, *, allow_unknown: bool) -> Iterator[str]:
        if not isinstance(value, dict) or not isinstance(value.get("ok"), bool):
            yield "the answer has no `ok`"
            return
        if not value["ok"]:
            if not isinstance(value.get("error"), str):
                yield "the answer is not `ok` and has no `error`"
            return
        declared = self.types.root["methods"].get(name, {}).get("response")
        if declared is not None:
            yield from self.types.problems(declared, value)
            yield from () if allow_unknown else self.types.unknown(declared, value)
        elif operation := next(iter(self._described(name).values()), None):
            yield from self.openapi.problems(operation["responses"]["200"]["schema"], value)
        elif name not in self.types.root["methods"]:
            yield f"unknown method `{name}`"

    def _handwritten_webhook(self, call: Call) -> Iterator[str]:
        if not re.fullmatch(r"/services/[^/]+/[^/]+/[^/]+", call.path):
            yield f"unknown path `{call.path}`"
        if (call.method, call.content_type) != ("POST", JSON):
            yield "a webhook takes POST with a JSON body"
            return
        value = call.json()
        yield from (f"body: {problem}" for problem in self.types.problems(HANDWRITTEN_WEBHOOK, value))
        yield from (f"body: {problem}" for problem in self.types.unknown(HANDWRITTEN_WEBHOOK, value))


def _from_json(document: Document, schema: Any, key: str, raw: str) -> Any:
    """An argument in a query or a form: lists and objects are written as JSON there, the rest as text."""
    types = document.types(document.properties(schema).get(key, {}))
    if types and types <= {"array", "object"}:
        return read_json(raw.encode())
    return document.coerce(schema, {key: raw})[key]


def _schema_of(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    named = [parameter for parameter in parameters if parameter["name"] != "token"]
    return {
        "type": "object",
        "properties": {p["name"]: {"type": p["type"]} for p in named},
        "required": [p["name"] for p in named if p.get("required")],
    }


def _loosen(node: Any) -> None:
    """Keep of a description of 2021 what time has not made wrong: names and types, not what must or must not be there.

    It closes its answers, and Slack has added to them since; it requires fields that are not sent any more.
    """
    if isinstance(node, list):
        for item in node:
            _loosen(item)
    elif isinstance(node, dict):
        for word in ("additionalProperties", "pattern"):
            node.pop(word, None)
        if isinstance(node.get("required"), list):
            del node["required"]
        for item in node.values():
            _loosen(item)


def _handwritten_upload(call: Call) -> Iterator[str]:
    if not call.path.startswith("/upload/v1/"):
        yield f"unknown path `{call.path}`"
    if call.method != "POST":
        yield f"unknown method `{call.method}`; it is POST"
    if not call.body:
        yield "the body is missing"
    if call.content_type == MULTIPART:
        named = [part for part in call.parts() if part.filename]
        if len(named) != 1:
            yield f"{len(named)} files; an upload address takes one"
    if "authorization" in call.headers:
        yield "the address is its own authorization; the token must not go there"


def _handwritten_plain_answer(call: Call, answer: Answer) -> Iterator[str]:
    if call.host not in ("hooks.slack.com", "files.slack.com"):
        yield f"unknown host `{call.host}`"
    elif call.host == "hooks.slack.com" and answer.status == 200 and answer.body != b"ok":
        yield "a webhook answers `ok` as plain text"
    elif answer.body[:1] in (b"{", b"["):
        yield "this host answers in plain text"
