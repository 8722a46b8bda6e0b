"""YouTube: ``youtube-google/youtube.v3.json`` and ``youtubeAnalytics.v2.json``, Google's own discovery documents.

They name parameters and types and hardly anything that must be there. How files travel is prose elsewhere, and so are
the limits of title and description: what is here of those is our reading, and the names say so (``handwritten``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.specs.exchange import JSON, USUAL_HEADERS, Answer, Call, Malformed
from tests.specs.folder import specs_dir
from tests.specs.schema import Document

HOSTS = ("www.googleapis.com", "youtube.googleapis.com")
REPORTS = ("youtubeanalytics.googleapis.com",)
HANDWRITTEN_RESUMABLE = {"x-upload-content-type", "x-upload-content-length"}
"""https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol"""
HANDWRITTEN_CHUNK = 262_144
HANDWRITTEN_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the document; ``upload`` where the request stands at its upload address."""

    node: Mapping[str, Any]
    upload: bool


class Google:
    """Methods of one document by verb and path, uploads by their own paths, sessions by ``upload_id``."""

    def __init__(self, name: str = "youtube.v3.json", hosts: tuple[str, ...] = HOSTS) -> None:
        self.hosts = hosts
        self.document = Document(specs_dir() / "youtube-google" / name)
        _point(self.document.root)
        self.methods = dict(_methods(self.document.root["resources"]))

    @property
    def source(self) -> str:
        """The file that judges."""
        return self.document.source

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        if call.scheme != "https" or call.host not in self.hosts:
            yield f"unknown host `{call.scheme}://{call.host}`"
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"
        if "upload_id" in dict(call.query):
            yield from _handwritten_session(call)
            return
        method = self.methods.get((call.method, call.path))
        if method is None:
            yield f"unknown method `{call.method} {call.path}`"
            return
        yield from self._query(method.node, call)
        try:
            yield from self._body(method, call)
        except Malformed as error:
            yield str(error)

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer."""
        verb = "POST" if "upload_id" in dict(call.query) else call.method
        method = self.methods.get((verb, call.path))
        if method is None:
            yield f"unknown method `{call.method} {call.path}`"
        elif answer.status >= 400:
            yield from _handwritten_error(answer)
        elif answer.status == 308 or verb == "DELETE" or not answer.body:
            yield from ["this answer has no body"] if answer.body else []
        else:
            yield from self._judge(method.node["response"], answer.json(), unknown=not allow_unknown)

    def _query(self, node: Mapping[str, Any], call: Call) -> Iterator[str]:
        declared = self.document.root["parameters"] | node.get("parameters", {})
        given = dict(call.query)
        for name, value in call.query:
            if name not in declared:
                yield f"unknown query key `{name}`; the description has {', '.join(sorted(node.get('parameters', {})))}"
            else:
                yield from _value(name, value, declared[name])
        yield from (
            f"the query key `{name}` is missing"
            for name, each in node.get("parameters", {}).items()
            if (each.get("required") or "required: true" in each.get("description", "")) and name not in given
        )
        known = self.document.root["schemas"].get(node.get("request", {}).get("$name", ""), {}).get("properties", {})
        for part in given.get("part", "").split(","):
            if known and part not in known:
                yield f"query `part`: unknown part `{part}`"

    def _body(self, method: Method, call: Call) -> Iterator[str]:
        resumable = method.upload and dict(call.query).get("uploadType") == "resumable"
        allowed = USUAL_HEADERS | (HANDWRITTEN_RESUMABLE if resumable else set())
        yield from (f"unknown header `{name}`" for name in call.headers if name not in allowed)
        if resumable:
            yield from (f"the header `{name}` is missing" for name in HANDWRITTEN_RESUMABLE - set(call.headers))
        if method.upload and not resumable:
            yield from _media(method.node["mediaUpload"], call)
        elif "request" not in method.node:
            yield from ["it takes no body"] if call.body else []
        elif call.content_type != JSON:
            yield f"it takes no body of type `{call.content_type}`"
        else:
            value = call.json()
            yield from (f"body: {problem}" for problem in self._judge(method.node["request"], value))
            yield from _handwritten_limits(value)

    def _judge(self, schema: Any, value: Any, *, unknown: bool = True) -> Iterator[str]:
        yield from self.document.problems(schema, value)
        yield from self.document.unknown(schema, value) if unknown else ()


class YouTube:
    """The data API, and the reports at a host of their own."""

    def __init__(self) -> None:
        self.data = Google()
        self.reports = Google("youtubeAnalytics.v2.json", REPORTS)

    @property
    def source(self) -> str:
        """The files that judge."""
        return f"{self.data.source}, {self.reports.source}"

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        return self._judge(call).request(call)

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer."""
        return self._judge(call).response(call, answer, allow_unknown=allow_unknown)

    def _judge(self, call: Call) -> Google:
        return self.reports if call.host in REPORTS else self.data


def _point(root: dict[str, Any]) -> None:
    """Names of schemas as pointers, and what JSON Schema has no word for away."""

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if isinstance(node.get("$ref"), str) and ":" not in node["$ref"]:
                node["$name"], node["$ref"] = node["$ref"], f"urn:youtube-google#/schemas/{node['$ref']}"
            if node.get("type") == "any":
                del node["type"]
            for item in node.values():
                walk(item)

    walk(root["schemas"])
    walk(root["resources"])


def _methods(resources: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Method]]:
    for resource in resources.values():
        for node in resource.get("methods", {}).values():
            yield (node["httpMethod"], f"/{node['path']}"), Method(node, upload=False)
            for protocol in node.get("mediaUpload", {}).get("protocols", {}).values():
                yield (node["httpMethod"], protocol["path"]), Method(node, upload=True)
        yield from _methods(resource.get("resources", {}))


def _value(name: str, value: str, declared: Mapping[str, Any]) -> Iterator[str]:
    kind = declared.get("type")
    if kind == "boolean" and value not in ("true", "false"):
        yield f"query `{name}`: `{value}` is neither `true` nor `false`"
    if kind == "integer":
        low, high = int(declared.get("minimum", 0)), int(declared.get("maximum", 2**32))
        if not value.isdigit() or not low <= int(value) <= high:
            yield f"query `{name}`: `{value}` is no number from {low} to {high}"
    if "enum" in declared and value not in declared["enum"]:
        yield f"query `{name}`: `{value}` is none of {', '.join(declared['enum'])}"


def _media(node: Mapping[str, Any], call: Call) -> Iterator[str]:
    patterns = [re.escape(accepted).replace(r"\*", r"[\w.+-]+") for accepted in node["accept"]]
    if not any(re.fullmatch(pattern, call.content_type) for pattern in patterns):
        yield f"it takes no file of type `{call.content_type}`; the description has {', '.join(node['accept'])}"
    if not 0 < len(call.body) <= int(node["maxSize"]):
        yield f"a file of {len(call.body)} bytes; it takes up to {node['maxSize']}"


def _handwritten_session(call: Call) -> Iterator[str]:
    match = HANDWRITTEN_RANGE.fullmatch(call.headers.get("content-range", ""))
    yield from (f"unknown header `{name}`" for name in call.headers if name not in {*USUAL_HEADERS, "content-range"})
    if call.method != "PUT" or not call.path.startswith(("/upload/", "/resumable/upload/")):
        yield f"unknown method `{call.method} {call.path}` for an upload's session"
    if match is None:
        yield "the header `content-range` is missing or no range"
        return
    first, last, total = match.groups()
    if first is None:
        yield from ["a question about a session has no body"] if call.body else []
        return
    if int(last) - int(first) + 1 != len(call.body) or int(last) >= int(total):
        yield f"`{match[0]}` does not describe {len(call.body)} bytes"
    if int(last) + 1 < int(total) and len(call.body) % HANDWRITTEN_CHUNK:
        yield f"a chunk of {len(call.body)} bytes is no multiple of {HANDWRITTEN_CHUNK}"


def _handwritten_limits(value: Any) -> Iterator[str]:
    """https://developers.google.com/youtube/v3/docs/videos#snippet.title and the fields after it."""
    snippet = value.get("snippet") if isinstance(value, dict) else None
    if not isinstance(snippet, dict) or "categoryId" not in snippet:
        return
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not 0 < len(title) <= 100:
        yield f"body: `snippet.title` has {len(title)} characters, not 1 to 100"
    if len(description.encode()) > 5000:
        yield f"body: `snippet.description` has {len(description.encode())} bytes, more than 5000"
    if {"<", ">"} & {*title, *description}:
        yield "body: `snippet` has `<` or `>`"
    if "privacyStatus" not in value.get("status", {}):
        yield "body: `status.privacyStatus` is left out, which means public"


def _handwritten_error(answer: Answer) -> Iterator[str]:
    if not answer.body:
        return
    error = answer.json().get("error")
    if not isinstance(error, dict) or not {"code", "message"} <= set(error):
        yield "an error has `error` with `code` and `message`"
