"""Fill the tables of docs/content.md out of the models' schemas: ``python -m tools.docs_content``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from postiz_ops.compile.durations import DURATION
from postiz_ops.report.schemas import accounts_schema, post_schema
from tools.blocks import DOCS, write
from tools.docs_providers import table

PAGE = DOCS / "content.md"

POST = (
    "id", "title", "platforms", "publish_at", "status", "media", "link", "hashtags", "content_warning", "thread",
    "repeat", "signature", "tags", "allow_repeat", "overrides", "settings",
)  # fmt: skip
"""The fields of a post in the order in which an author meets them; one that is not named here comes last."""

_DATE = re.compile(r"'(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)'")
"""A date in the quotes that other readers of YAML need."""
WORDS = {"object": "mapping", "array": "list", "integer": "number", "number": "number", "boolean": "`true`, `false`"}


def main() -> None:
    """Write the tables."""
    write(PAGE, blocks())


def blocks() -> dict[str, str]:
    """Name -> table."""
    post, accounts = post_schema(), accounts_schema()
    inner, sections = post["$defs"], accounts["$defs"]
    return {
        "post": _post(post, inner["Override"]["properties"]),
        "media": _fields(inner["MediaItem"]),
        "link": _fields(inner["Link"]),
        "repeat": _fields(inner["RepeatRule"]),
        "accounts": _fields(accounts),
        "account": _fields(sections["AccountEntry"]),
        "policy": _fields(sections["PolicyEntry"]),
        "state": _fields(sections["StateEntry"]),
        "client": _fields(sections["ClientEntry"]),
    }


def _post(schema: Any, overridable: Mapping[str, Any]) -> str:
    fields = schema["properties"]
    names = sorted(fields, key=lambda name: POST.index(name) if name in POST else len(POST))
    rows = [(*_row(name, fields[name], required=False), "yes" if name in overridable else "") for name in names]
    return table(("field", "takes", "meaning", "for example", "per channel"), _without(rows, 2))


def _fields(schema: Any) -> str:
    required = schema.get("required", ())
    rows = [_row(name, said, required=name in required) for name, said in schema["properties"].items()]
    head = ("field", "takes", "when absent", "meaning", "for example")
    return table(head, rows)


def _row(name: str, said: Any, *, required: bool) -> tuple[str, str, str, str, str]:
    default = f"`{_flow(said['default'])}`" if "default" in said else "required" if required else ""
    examples = "<br>".join(f"`{_flow(example)}`" for example in said.get("examples", ()))
    return f"`{name}`", " or ".join(dict.fromkeys(_takes(said))), default, said["description"], examples


def _without(rows: Sequence[tuple[str, ...]], column: int) -> list[tuple[str, ...]]:
    """Rows without a column that says nothing in any of them."""
    return [row[:column] + row[column + 1 :] for row in rows] if not any(row[column] for row in rows) else list(rows)


def _takes(said: Any) -> Iterator[str]:
    """What a field takes, in words; nothing is not worth a word."""
    kind = said.get("type", "object" if "$ref" in said else None)
    if "enum" in said or "const" in said:
        yield ", ".join(f"`{value}`" for value in said.get("enum", [said.get("const")]) if value is not False)
    elif DURATION.pattern in said.get("pattern", ""):
        yield "duration"
    elif isinstance(kind, list):
        yield WORDS["boolean"] if "boolean" in kind else "text"
    elif kind not in (None, "null"):
        yield WORDS.get(kind, "text")
    for option in (*said.get("anyOf", ()), *said.get("oneOf", ())):
        if option.get("const") != 0:
            yield from _takes(option)


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return _DATE.sub(r"\1", text.removesuffix("\n").removesuffix("\n..."))


if __name__ == "__main__":
    main()
