"""JSON Schema questions about parts of a large document, and the one that JSON Schema does not ask: unknown keys.

``jsonschema`` does the validating. ``Document.unknown`` walks value and schema together and names keys that no fitting
branch of the schema declares, at any depth: what ``unevaluatedProperties: false`` everywhere would say, had the
platforms written it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

FORMATS = FormatChecker(formats=())
"""Only what the descriptions mean strictly: the library's own set depends on what happens to be installed."""

MAX_SHOWN = 160
"""How much of a validator's message is shown: some repeat the whole body."""


@FORMATS.checks("date-time")
def _is_datetime(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and not re.search(r"\s", value))


class Document:
    """A JSON file whose parts are schemas. ``draft`` is ``"7"`` or ``"2020-12"``; ``source`` names file and digest."""

    def __init__(self, path: Path, *, draft: str = "2020-12") -> None:
        data = path.read_bytes()
        self.source = f"{path.parent.name}/{path.name} {sha256(data).hexdigest()[:12]}"
        self.root = json.loads(data)
        self._uri = f"urn:{path.parent.name}"
        _make_absolute(self.root, self._uri)
        specification = DRAFT7 if draft == "7" else DRAFT202012
        resource = specification.create_resource(self.root)
        registry: Registry[Any] = Registry().with_resource(self._uri, resource)
        self._class = Draft7Validator if draft == "7" else Draft202012Validator
        self._base: Validator = self._class({}, registry=registry, format_checker=FORMATS)

    def deref(self, schema: Any) -> Any:
        """Follow ``$ref`` until there is none."""
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._lookup(schema["$ref"])
        return schema

    def problems(self, schema: Any, value: Any) -> Iterator[str]:
        """What the schema says against the value, one sentence for each place."""
        for error in self._base.evolve(schema=schema).iter_errors(value):
            yield _sentence(error)

    def fits(self, schema: Any, value: Any) -> bool:
        """Whether the schema accepts the value."""
        return bool(self._base.evolve(schema=schema).is_valid(value))

    def unknown(self, schema: Any, value: Any, where: str = "") -> Iterator[str]:
        """Keys of the value, at any depth, that the schema does not declare."""
        branches = list(self.branches(schema, value))
        if isinstance(value, dict):
            for key, item in value.items():
                declared = [schema for branch in branches for schema in _declarations(branch, key)]
                place = f"{where}.{key}" if where else key
                if declared:
                    yield from self.unknown({"allOf": declared}, item, place)
                elif any("properties" in branch or branch.get("additionalProperties") is False for branch in branches):
                    yield self._undeclared(schema, key, item, place)
        elif isinstance(value, list):
            items = [branch["items"] for branch in branches if "items" in branch]
            for index, item in enumerate(value):
                yield from self.unknown({"allOf": items}, item, f"{where}[{index}]")

    def branches(self, schema: Any, value: Any) -> Iterator[dict[str, Any]]:
        """The plain schemas that together describe the value: of alternatives those that fit, or all if none does."""
        schema = self.deref(schema)
        if not isinstance(schema, dict):
            return
        yield schema
        for part in schema.get("allOf", ()):
            yield from self.branches(part, value)
        for word in ("anyOf", "oneOf"):
            options = schema.get(word, ())
            for option in [option for option in options if self.fits(option, value)] or options:
                yield from self.branches(option, value)

    def properties(self, schema: Any) -> dict[str, Any]:
        """Every property that any alternative of the schema declares; the first declaration of each."""
        found: dict[str, Any] = {}
        for branch in self.branches(schema, _FITS_NOTHING):
            for name, declared in branch.get("properties", {}).items():
                found.setdefault(name, declared)
        return found

    def types(self, schema: Any) -> set[str]:
        """The JSON types that a schema allows, alternatives included; empty where it does not say."""
        found: set[str] = set()
        for branch in self.branches(schema, _FITS_NOTHING):
            declared = branch.get("type", [])
            found.update([declared] if isinstance(declared, str) else declared)
            found.update(_type_of(value) for value in [*branch.get("enum", ()), *_const(branch)])
        return found

    def coerce(self, schema: Any, raw: Any) -> Any:
        """Read what a form or a query spelled as text as the type that the schema wants, where it can be."""
        types = self.types(schema)
        if isinstance(raw, dict):
            known = self.properties(schema)
            return {key: self.coerce(known[key], item) if key in known else item for key, item in raw.items()}
        if isinstance(raw, list):
            items: Any = next((b["items"] for b in self.branches(schema, _FITS_NOTHING) if "items" in b), {})
            return [self.coerce(items, item) for item in raw]
        return _read_text(raw, types)

    def _undeclared(self, schema: Any, key: str, item: Any, where: str) -> str:
        anywhere = self.properties(schema)
        if key not in anywhere:
            return f"unknown key `{where}`; the description has {', '.join(sorted(anywhere)) or 'none here'}"
        wrong = next(self.problems(anywhere[key], item), "it does not go with the keys beside it")
        return f"key `{where}` does not fit: {wrong}"

    @cache  # noqa: B019 - documents live as long as the process
    def _lookup(self, reference: str) -> Any:
        node = self.root
        for step in reference.partition("#/")[2].split("/"):
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            node = node[int(key)] if isinstance(node, list) else node[key]
        return node


_FITS_NOTHING = object()


def _declarations(branch: dict[str, Any], key: str) -> Iterator[Any]:
    if key in branch.get("properties", {}):
        yield branch["properties"][key]
    for pattern, schema in branch.get("patternProperties", {}).items():
        if re.search(pattern, key):
            yield schema
    extra = branch.get("additionalProperties", False)
    if extra is not False and key not in branch.get("properties", {}):
        yield {} if extra is True else extra


def _read_text(raw: Any, types: set[str]) -> Any:
    if not isinstance(raw, str) or "string" in types:
        return raw
    if types & {"integer", "number"} and re.fullmatch(r"-?\d+", raw):
        return int(raw)
    if "number" in types and re.fullmatch(r"-?\d+\.\d+", raw):
        return float(raw)
    if "boolean" in types and raw in ("true", "false"):
        return raw == "true"
    return raw


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _const(branch: dict[str, Any]) -> list[Any]:
    return [branch["const"]] if "const" in branch else []


def _make_absolute(node: Any, uri: str) -> None:
    if isinstance(node, list):
        for item in node:
            _make_absolute(item, uri)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            node["$ref"] = uri + reference
        for item in node.values():
            _make_absolute(item, uri)


def _sentence(error: ValidationError) -> str:
    cause = _cause(error)
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in cause.absolute_path).lstrip(".")
    message = cause.message if len(cause.message) <= MAX_SHOWN else cause.message[:MAX_SHOWN] + "…"
    return f"`{place}`: {message}" if place else message


def _cause(error: ValidationError) -> ValidationError:
    """Of alternatives that all failed, what failed in the one that was meant: the right type, then the nearest miss."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.relative_schema_path[0], []).append(inner)
        error = min(branches.values(), key=_distance)[0]
    return error


def _distance(errors: list[ValidationError]) -> tuple[bool, int]:
    return any(error.validator == "type" and not error.relative_path for error in errors), len(errors)
