"""Values against AT Protocol lexicons (https://atproto.com/specs/lexicon), the schema language of that protocol.

``Lexicons`` reads a folder of them and answers with one sentence per finding. It is stricter than the protocol in two
points: keys that the lexicon does not declare, and union members outside an open union's list, are findings.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import unicode_segmentation_rs

from tests.specs import syntax

Schema = Mapping[str, Any]


class Lexicons:
    """A folder of lexicons, each parsed when it is first asked for; ``source`` names folder and digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.source = "atproto/lexicons " + _digest(folder)
        self._kinds: Mapping[str, Callable[[Schema, Any, str, str], Iterator[str]]] = {
            "array": self._array,
            "blob": self._blob,
            "boolean": self._boolean,
            "bytes": self._bytes,
            "cid-link": self._link,
            "integer": self._integer,
            "object": self._object,
            "ref": self._ref,
            "string": self._string,
            "token": self._token,
            "union": self._union,
            "unknown": self._unknown,
        }

    def main(self, nsid: str) -> Schema | None:
        """The main definition of a lexicon, ``None`` where there is no such lexicon."""
        return self._defs(nsid).get("main")

    def check(self, schema: Schema, value: Any, nsid: str, where: str = "") -> Iterator[str]:
        """What is wrong with a value; ``nsid`` is the lexicon that the schema stands in, for its local references."""
        yield from self._kinds[schema["type"]](schema, value, nsid, where)

    def check_record(self, value: Any, collection: str, where: str = "") -> Iterator[str]:
        """What is wrong with a record of a collection, found by its ``$type``."""
        schema = self.main(collection)
        if schema is None or schema["type"] != "record":
            yield f"unknown collection `{collection}`"
        elif not isinstance(value, dict) or value.get("$type") != collection:
            yield f"`{_join(where, '$type')}` is not `{collection}`"
        else:
            yield from self._object(schema["record"], value, collection, where)

    @cache  # noqa: B019 - lexicons live as long as the process
    def _defs(self, nsid: str) -> Mapping[str, Schema]:
        path = self._folder.joinpath(*nsid.split(".")).with_suffix(".json")
        if not syntax.is_nsid(nsid) or not path.is_file():
            return {}
        defs: Mapping[str, Schema] = json.loads(path.read_bytes())["defs"]
        return defs

    def _resolve(self, reference: str, nsid: str) -> tuple[Schema, str]:
        owner, _, name = reference.partition("#")
        owner = owner or nsid
        return self._defs(owner)[name or "main"], owner

    # --- containers ---------------------------------------------------------------------------------------------

    def _object(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"`{where}` is no object"
            return
        properties = schema.get("properties", {})
        for key in schema.get("required", ()):
            if key not in value:
                yield f"`{_join(where, key)}` is missing"
        for key, item in value.items():
            place = _join(where, key)
            if key in properties:
                if item is not None or key not in schema.get("nullable", ()):
                    yield from self.check(properties[key], item, nsid, place)
            elif key != "$type":
                yield f"unknown key `{place}`; the lexicon has {', '.join(sorted(properties)) or 'none here'}"

    def _array(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"`{where}` is no array"
            return
        yield from _bounds(schema, "minLength", "maxLength", len(value), f"`{where}` has", "items")
        for index, item in enumerate(value):
            yield from self.check(schema["items"], item, nsid, f"{where}[{index}]")

    def _ref(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        target, owner = self._resolve(schema["ref"], nsid)
        yield from self.check(target, value, owner, where)

    def _union(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        named = value.get("$type") if isinstance(value, dict) else None
        members = {_absolute(reference, nsid): reference for reference in schema["refs"]}
        if named not in members:
            yield f"`{_join(where, '$type')}` is `{named}`; the lexicon has {', '.join(members)}"
        else:
            target, owner = self._resolve(members[named], nsid)
            yield from self.check(target, value, owner, where)

    def _unknown(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"`{where}` is no object"

    # --- plain values -------------------------------------------------------------------------------------------

    def _string(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"`{where}` is no string"
            return
        yield from _bounds(schema, "minLength", "maxLength", len(value.encode()), f"`{where}` has", "bytes")
        if "maxGraphemes" in schema or "minGraphemes" in schema:
            count = len(unicode_segmentation_rs.graphemes(value, is_extended=True))
            yield from _bounds(schema, "minGraphemes", "maxGraphemes", count, f"`{where}` has", "graphemes")
        if value not in schema.get("enum", [value]) or value != schema.get("const", value):
            yield f"`{where}` is `{value}`, which the lexicon does not have"
        if "format" in schema and not syntax.FORMATS[schema["format"]](value):
            yield f"`{where}` is `{value}`, which is no {schema['format']}"

    def _integer(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"`{where}` is no integer"
            return
        yield from _bounds(schema, "minimum", "maximum", value, f"`{where}` is", "")
        if value not in schema.get("enum", [value]):
            yield f"`{where}` is `{value}`, which the lexicon does not have"

    def _boolean(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield f"`{where}` is no boolean"
        elif value != schema.get("const", value):
            yield f"`{where}` is not {str(schema['const']).lower()}"

    def _blob(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict) or value.get("$type") != "blob":
            yield f"`{where}` is no blob"
            return
        yield from self._object(_BLOB, value, nsid, where)
        accepted = schema.get("accept", ["*/*"])
        if not any(fnmatchcase(str(value.get("mimeType")), pattern) for pattern in accepted):
            yield f"`{_join(where, 'mimeType')}` is `{value.get('mimeType')}`; the lexicon has {', '.join(accepted)}"
        if isinstance(value.get("size"), int):
            yield from _bounds(schema, "", "maxSize", value["size"], f"`{where}` has", "bytes")

    def _link(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict) or set(value) != {"$link"} or not syntax.is_cid(str(value["$link"])):
            yield f"`{where}` is no link to a CID"

    def _bytes(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict) or set(value) != {"$bytes"} or (data := _base64(value["$bytes"])) is None:
            yield f"`{where}` is no byte string"
            return
        yield from _bounds(schema, "minLength", "maxLength", len(data), f"`{where}` has", "bytes")

    def _token(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"`{where}` is no token"


_BLOB: Schema = {
    "type": "object",
    "required": ["ref", "mimeType", "size"],
    "properties": {"ref": {"type": "cid-link"}, "mimeType": {"type": "string"}, "size": {"type": "integer"}},
}


def _digest(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _absolute(reference: str, nsid: str) -> str:
    return (nsid + reference if reference.startswith("#") else reference).removesuffix("#main")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _base64(value: Any) -> bytes | None:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, TypeError, ValueError):
        return None


def _bounds(schema: Schema, low: str, high: str, number: int, verb: str, unit: str) -> Iterator[str]:
    what = f"{verb} {number} {unit}".rstrip()
    if number < schema.get(low, number):
        yield f"{what}; at least {schema[low]}"
    if number > schema.get(high, number):
        yield f"{what}; at most {schema[high]}"
