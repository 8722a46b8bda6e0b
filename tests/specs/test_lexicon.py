"""What no lexicon of the set exercises in a request of ours, on lexicons written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.specs.lexicon import Lexicons


@pytest.mark.parametrize(
    ("schema", "value", "findings"),
    [
        ({"type": "bytes", "maxLength": 2}, {"$bytes": "AAE"}, []),
        ({"type": "bytes", "maxLength": 2}, {"$bytes": "AAEC"}, ["`value` has 3 bytes; at most 2"]),
        ({"type": "bytes"}, {"$bytes": "?"}, ["`value` is no byte string"]),
        ({"type": "bytes"}, "AAE", ["`value` is no byte string"]),
        ({"type": "cid-link"}, {"$link": "nonsense!"}, ["`value` is no link to a CID"]),
        ({"type": "integer", "enum": [1, 2]}, 3, ["`value` is `3`, which the lexicon does not have"]),
        ({"type": "integer"}, True, ["`value` is no integer"]),
        ({"type": "integer"}, 1.0, ["`value` is no integer"]),
        ({"type": "boolean", "const": True}, False, ["`value` is not true"]),
        ({"type": "boolean"}, "true", ["`value` is no boolean"]),
        ({"type": "string", "enum": ["a"]}, "b", ["`value` is `b`, which the lexicon does not have"]),
        ({"type": "string", "const": "a"}, "b", ["`value` is `b`, which the lexicon does not have"]),
        ({"type": "string", "minLength": 2}, "é", []),
        ({"type": "string", "minGraphemes": 2}, "é", ["`value` has 1 graphemes; at least 2"]),
        ({"type": "string", "knownValues": ["a"]}, "b", []),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], ["`value[1]` is no integer"]),
        ({"type": "array", "items": {"type": "integer"}}, {}, ["`value` is no array"]),
        ({"type": "unknown"}, {"any": "thing"}, []),
        ({"type": "unknown"}, 1, ["`value` is no object"]),
        ({"type": "ref", "ref": "#leaf"}, {"x": "1"}, ["`value.x` is no integer"]),
        (
            {"type": "ref", "ref": "com.example.other"},
            {"x": 1},
            ["`value.y` is missing", "unknown key `value.x`; the lexicon has y"],
        ),
        ({"type": "union", "refs": ["#leaf"]}, {"$type": "com.example.main#leaf", "x": 1}, []),
        (
            {"type": "union", "refs": ["com.example.other#main"]},
            {"$type": "com.example.other#main", "y": 1},
            ["`value.$type` is `com.example.other#main`; the lexicon has com.example.other"],
        ),
        ({"type": "token"}, 1, ["`value` is no token"]),
    ],
)
def test_values(tmp_path: Path, schema: dict[str, Any], value: Any, findings: list[str]) -> None:
    lexicons = _lexicons(tmp_path)
    assert list(lexicons.check(schema, value, "com.example.main", "value")) == findings


def test_nothing_outside_the_folder_is_a_lexicon(tmp_path: Path) -> None:
    lexicons = _lexicons(tmp_path)
    assert lexicons.main("com.example.main") is not None
    assert lexicons.main("com.example.nowhere") is None
    assert lexicons.main("../com/example/main") is None


def _lexicons(folder: Path) -> Lexicons:
    leaf = {"type": "object", "properties": {"x": {"type": "integer"}}}
    other = {"type": "object", "required": ["y"], "properties": {"y": {"type": "integer"}}}
    home = folder / "com" / "example"
    home.mkdir(parents=True)
    (home / "main.json").write_text(json.dumps({"defs": {"main": leaf, "leaf": leaf}}))
    (home / "other.json").write_text(json.dumps({"defs": {"main": other}}))
    return Lexicons(folder)
