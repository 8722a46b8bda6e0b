"""Values as an author may write them, drawn from a JSON Schema: mostly right, sometimes not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

SCALARS = [None, True, False, 0, 1, 7, -1, 1.0, 1.5, "", " ", "x", "a, b", "yes", "off", "No", "0", " 3 ", "1e3", "ä b"]
TIMES = ["now", " Queue", "2030-01-07 09:00", "2030-01-07T09:00Z", "2030-01-07", "2030-1-7 9:00", "7d", "24h", "0 s"]
WORDS = ["FREQ=DAILY", "rrule:freq=weekly", "every day", "https://example.com", "HTTP://example.com", "#tag", "${X}"]
NESTED = [[], {}, ["x"], [1, "y"], [True], {"x": 1}, {"url": "https://example.com"}, {"src": "launch.jpg"}]
NOISE = st.sampled_from([*SCALARS, *TIMES, *WORDS, *NESTED])


def written(schema: Any, definitions: Mapping[str, Any], *, noise: int = 25) -> st.SearchStrategy[Any]:
    """Values for a schema; one in ``noise`` is not."""
    right = st.deferred(lambda: _right(schema, definitions, noise))
    return st.integers(0, noise).flatmap(lambda chance: NOISE if chance == 0 else right)


def _right(schema: Any, definitions: Mapping[str, Any], noise: int) -> st.SearchStrategy[Any]:
    if not isinstance(schema, dict):
        return NOISE
    if "$ref" in schema:
        return written(definitions[schema["$ref"].rpartition("/")[2]], definitions, noise=noise)
    options = [st.sampled_from(schema["examples"])] if "examples" in schema else []
    options += [
        written(option, definitions, noise=noise) for key in ("anyOf", "oneOf") for option in _options(schema, key)
    ]
    if "enum" in schema or "const" in schema:
        options.append(st.sampled_from(schema.get("enum") or [schema["const"]]))
    if schema.get("type") == "array":
        options.append(st.lists(written(schema.get("items"), definitions, noise=noise), max_size=3))
    if schema.get("type") == "object":
        options.append(_object(schema, definitions, noise))
    return st.one_of(options) if options else NOISE


def _options(schema: Mapping[str, Any], key: str) -> list[Any]:
    """The alternatives of a schema that are schemas of whole values."""
    return [option for option in schema.get(key, ()) if {"type", "$ref", "enum", "anyOf", "oneOf"} & option.keys()]


def _object(schema: Mapping[str, Any], definitions: Mapping[str, Any], noise: int) -> st.SearchStrategy[Any]:
    fields = {name: written(field, definitions, noise=noise) for name, field in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", ()) if name in fields}
    known = st.fixed_dictionaries(required, optional=fields)
    names = st.sampled_from(["acme-mastodon", "acme-slack", "bluesky", "everywhere", "x", "Titel"])
    more = st.dictionaries(names, written(schema.get("additionalProperties"), definitions, noise=noise), max_size=1)
    return st.tuples(known, more, st.integers(0, noise)).map(
        lambda made: {**made[0], **(made[1] if made[2] < 2 else {})}
    )
