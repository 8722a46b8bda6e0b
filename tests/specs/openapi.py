"""Requests and answers against an OpenAPI 3.1 description.

The base of the platforms' modules: they say what the description cannot (hosts, encodings, rules across fields) by
overriding a method, and leave the rest to the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.specs.exchange import FORM, JSON, MULTIPART, USUAL_HEADERS, Answer, Call, Malformed, Part, nest
from tests.specs.schema import Document

METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path template, with the values that the URL has for the template's names."""

    template: str
    node: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    values: Mapping[str, str]

    def declared(self, place: str) -> dict[str, Mapping[str, Any]]:
        """The parameters of ``path``, ``query`` or ``header``, by name."""
        return {parameter["name"]: parameter for parameter in self.parameters if parameter["in"] == place}


class OpenAPI:
    """A validator made from an OpenAPI document. ``base`` is the path that stands before those of the document."""

    def __init__(self, document: Document, *, base: str = "") -> None:
        self.document = document
        self.base = base

    @property
    def source(self) -> str:
        """The file that judges."""
        return self.document.source

    # --- what platforms override --------------------------------------------------------------------------------

    def place(self, call: Call) -> Iterator[str]:
        """Whether scheme and host are the platform's."""
        yield from ()

    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """Rules that the description does not express."""
        yield from ()

    def schema_for(self, operation: Operation, content_type: str) -> Any | None:
        """The schema of a request body in this encoding, ``None`` where the operation does not take it."""
        content = operation.node.get("requestBody", {}).get("content", {})
        return content.get(content_type, {}).get("schema")

    def multipart(self, schema: Any, parts: list[Part]) -> Any:
        """A multipart body as the JSON value that its schema describes: a file is its content as Latin-1 text."""
        return nest((part.name, part.data.decode("latin-1" if part.filename else "utf-8")) for part in parts)

    def files(self, schema: Any, parts: list[Part]) -> Iterator[str]:
        """Whether what should be a file has a filename, and what should be a field has none."""
        declared = self.document.properties(schema)
        for part in parts:
            node = self.document.deref(declared.get(part.name, {}))
            binary = node.get("format") == "binary" or node.get("contentEncoding") == "binary"
            if part.name in declared and binary and part.filename is None:
                yield f"the part `{part.name}` is a file and has no filename"
            if part.name in declared and not binary and part.filename is not None:
                yield f"the part `{part.name}` is a field and has a filename"

    # --- requests -----------------------------------------------------------------------------------------------

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        yield from self.place(call)
        operation = self.operation(call)
        if isinstance(operation, str):
            yield operation
            return
        yield from self._path(operation)
        yield from self._query(operation, call)
        yield from self._headers(operation, call)
        try:
            yield from self._body(operation, call)
            yield from self.extra(call, operation)
        except (Malformed, UnicodeDecodeError) as error:
            yield str(error)

    def operation(self, call: Call) -> Operation | str:
        """The operation that a request is for, or the sentence that says why there is none."""
        path = call.path.removeprefix(self.base) if call.path.startswith(self.base) else None
        found = [] if path is None else list(self._matching(path))
        if not found:
            return f"unknown path `{call.path}`"
        for template, values, item in found:
            if call.method.lower() in item:
                return self._operation(template, values, item, call.method.lower())
        known = sorted(method.upper() for _, _, item in found for method in item if method in METHODS)
        return f"unknown method `{call.method}`; the description has {', '.join(known)}"

    def body_value(self, schema: Any, call: Call) -> Any:
        """The request's body as the JSON value that its schema describes. Raises ``Malformed``."""
        if call.content_type == FORM:
            return self.document.coerce(schema, nest(call.form()))
        if call.content_type == MULTIPART:
            return self.document.coerce(schema, self.multipart(schema, call.parts()))
        return call.json()

    def _matching(self, path: str) -> Iterator[tuple[str, dict[str, str], Mapping[str, Any]]]:
        for template, names, pattern, item in self._templates:
            if match := pattern.fullmatch(path):
                yield template, dict(zip(names, match.groups(), strict=True)), item

    @cached_property
    def _templates(self) -> list[tuple[str, list[str], re.Pattern[str], Mapping[str, Any]]]:
        result = []
        for template, item in self.document.root["paths"].items():
            pieces = re.split(r"\{([^}]+)\}", template)
            pattern = "([^/]+)".join(re.escape(piece) for piece in pieces[::2])
            result.append((template, pieces[1::2], re.compile(pattern), item))
        return sorted(result, key=lambda entry: len(entry[1]))

    def _operation(self, template: str, values: dict[str, str], item: Mapping[str, Any], method: str) -> Operation:
        node = item[method]
        parameters = [self.document.deref(p) for p in [*item.get("parameters", ()), *node.get("parameters", ())]]
        return Operation(template=template, node=node, parameters=tuple(parameters), values=values)

    def _path(self, operation: Operation) -> Iterator[str]:
        for name, parameter in operation.declared("path").items():
            yield from self._parameter(parameter, operation.values[name])

    def _query(self, operation: Operation, call: Call) -> Iterator[str]:
        declared = operation.declared("query")
        given: dict[str, list[str]] = {}
        for key, value in call.query:
            given.setdefault(key.removesuffix("[]"), []).append(value)
        for key, values in given.items():
            if key not in declared:
                yield f"unknown query key `{key}`; the description has {', '.join(sorted(declared)) or 'none here'}"
                continue
            many = "array" in self.document.types(declared[key].get("schema", {}))
            if len(values) > 1 and not many:
                yield f"the query key `{key}` is sent {len(values)} times"
            yield from self._parameter(declared[key], values if many else values[0])
        for key, parameter in declared.items():
            if parameter.get("required") and key not in given:
                yield f"the query key `{key}` is missing"

    def _headers(self, operation: Operation, call: Call) -> Iterator[str]:
        declared = {name.lower(): parameter for name, parameter in operation.declared("header").items()}
        for name in call.headers:
            if name not in declared and name not in USUAL_HEADERS:
                yield f"unknown header `{name}`"
        for name, parameter in declared.items():
            if parameter.get("required") and name not in call.headers:
                yield f"the header `{name}` is missing"
        security = operation.node.get("security", self.document.root.get("security", [{}]))
        if security and {} not in security and "authorization" not in call.headers:
            yield "the header `authorization` is missing"

    def _parameter(self, parameter: Mapping[str, Any], raw: str | list[str]) -> Iterator[str]:
        schema = parameter.get("schema", {})
        for problem in self.document.problems(schema, self.document.coerce(schema, raw)):
            yield f"{parameter['in']} `{parameter['name']}`: {problem}"

    def _body(self, operation: Operation, call: Call) -> Iterator[str]:
        declared = operation.node.get("requestBody")
        if not call.body:
            if declared and declared.get("required"):
                yield "the body is missing"
            return
        if not declared:
            yield "it takes no body"
            return
        schema = self.schema_for(operation, call.content_type)
        if schema is None:
            yield f"it takes no body of type `{call.content_type}`"
            return
        if call.content_type == MULTIPART:
            yield from self.files(schema, call.parts())
        yield from self.judge(schema, self.body_value(schema, call))

    def judge(self, schema: Any, value: Any, *, allow_unknown: bool = False) -> Iterator[str]:
        """What a schema has against a value, unknown keys included."""
        yield from (f"body: {problem}" for problem in self.document.problems(schema, value))
        if not allow_unknown:
            yield from (f"body: {problem}" for problem in self.document.unknown(schema, value))

    # --- answers ------------------------------------------------------------------------------------------------

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer."""
        operation = self.operation(call)
        if isinstance(operation, str):
            yield operation
            return
        responses = operation.node["responses"]
        names = (str(answer.status), f"{answer.status // 100}XX", "default")
        declared = next((responses[name] for name in names if name in responses), None)
        if declared is None:
            yield f"unknown status; the description has {', '.join(sorted(responses))}"
            return
        schema = self.document.deref(declared).get("content", {}).get(JSON, {}).get("schema")
        if schema is None:
            if answer.body and answer.status < 300:
                yield "this answer has no body"
            return
        try:
            yield from self.judge(schema, answer.json(), allow_unknown=allow_unknown)
        except Malformed as error:
            yield str(error)
