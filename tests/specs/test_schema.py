from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.specs.schema import Document


@pytest.mark.parametrize(
    ("schema", "value", "unknown"),
    [
        ({"properties": {"a": {}}}, {"a": {"anything": 1}}, []),
        ({"properties": {"a": {}}}, {"b": 1}, ["unknown key `b`; the description has a"]),
        ({"type": "object"}, {"free": 1}, []),
        ({"additionalProperties": False}, {"b": 1}, ["unknown key `b`; the description has none here"]),
        (
            {"properties": {"a": {}}, "additionalProperties": {"properties": {"x": {}}}},
            {"b": {"y": 1}},
            ["unknown key `b.y`; the description has x"],
        ),
        ({"properties": {"a": {}}, "patternProperties": {"^x-": {}}}, {"x-1": 1}, []),
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"a": 1, "b": 1}, []),
        (
            {"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"type": "string"}, "b": {}}}]},
            {"a": 1, "b": 1},
            ["key `b` does not fit: it does not go with the keys beside it"],
        ),
        (
            {"items": {"$ref": "#/definitions/leaf"}, "definitions": {"leaf": {"properties": {"a": {}}}}},
            [{"a": 1}, {"b": 1}],
            ["unknown key `[1].b`; the description has a"],
        ),
    ],
)
def test_unknown_keys(tmp_path: Path, schema: dict[str, Any], value: Any, unknown: list[str]) -> None:
    document = _document(tmp_path, schema)
    assert list(document.unknown(document.root, value)) == unknown


@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, "1.5", "1.5"),
        ({"type": "number"}, "-1.5", -1.5),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "yes", "yes"),
        ({"type": ["string", "integer"]}, "12", "12"),
        ({"enum": [1, 2]}, "1", 1),
        ({"const": True}, "true", True),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "x"], [1, "x"]),
        ({"anyOf": [{"properties": {"a": {"type": "integer"}}}]}, {"a": "1", "b": "1"}, {"a": 1, "b": "1"}),
    ],
)
def test_text_becomes_what_the_schema_wants(tmp_path: Path, schema: dict[str, Any], raw: Any, value: Any) -> None:
    document = _document(tmp_path, schema)
    assert document.coerce(document.root, raw) == value


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"properties": {"a": {"maxLength": 1}}}, {"a": "xx"}, "`a`: 'xx' is too long"),
        (
            {"anyOf": [{"type": "null"}, {"type": "object", "required": ["a", "b"]}]},
            {},
            "'a' is a required property",
        ),
        ({"format": "date-time"}, "2026-01-01", "'2026-01-01' is not a 'date-time'"),
        ({"format": "date-time"}, "2026-01-01T00:00:00", "'2026-01-01T00:00:00' is not a 'date-time'"),
        ({"format": "uri"}, "example.com", "'example.com' is not a 'uri'"),
    ],
)
def test_what_jsonschema_says_in_one_sentence(
    tmp_path: Path, schema: dict[str, Any], value: Any, sentence: str
) -> None:
    document = _document(tmp_path, schema)
    assert list(document.problems(document.root, value)) == [sentence]


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    document = _document(tmp_path, {"type": "string"})
    (sentence,) = document.problems(document.root, ["x" * 1000])
    assert len(sentence) < 200


def test_pointers_are_unescaped(tmp_path: Path) -> None:
    schema = {"definitions": {"a/b<c>": {"type": "integer"}}, "$ref": "#/definitions/a~1b%3Cc%3E"}
    document = _document(tmp_path, schema)
    assert document.deref(document.root) == {"type": "integer"}
    assert list(document.problems(document.root, "x")) == ["'x' is not of type 'integer'"]


def test_source_names_file_and_digest(tmp_path: Path) -> None:
    assert _document(tmp_path, {}).source == f"{tmp_path.name}/schema.json 44136fa355b3"


def _document(folder: Path, schema: dict[str, Any]) -> Document:
    path = folder / "schema.json"
    path.write_text(json.dumps(schema))
    return Document(path)
