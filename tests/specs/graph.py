"""Facebook and Instagram: ``facebook-graph/api_specs``, which Meta generates its own SDKs from.

They name nodes, edges, parameters and fields, with types. What they lack is our reading of the documentation, and the
names say so (``handwritten``): the parameters of every list, the file of a photo, parameters that are newer than the
files, and what an answer and an error look like. Uploads to ``rupload`` are in ``reels.postman_collection.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from tests.specs.exchange import FORM, MULTIPART, USUAL_HEADERS, Answer, Call, Malformed
from tests.specs.folder import specs_dir

VERSION = "/v26.0/"
RUPLOAD = "rupload.facebook.com"

HANDWRITTEN_LISTS = {"fields": "string", "limit": "unsigned int", "after": "string", "before": "string"}
"""https://developers.facebook.com/docs/graph-api/results and /overview: for every read."""

HANDWRITTEN_PARAMETERS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("POST", "feed"): {"place": "string"},
    ("POST", "photos"): {"source": "file"},
    ("POST", "videos"): {"video_file_chunk": "file"},
    ("POST", "media"): {"is_ai_generated": "bool", "audio_configuration": "map"},
}
"""Parameters that the pages of the edges name and the files lack, or have as something else: a place is a page's id."""

HANDWRITTEN_REQUIRED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("POST", "media_publish"): ("creation_id",),
    ("POST", "photo_stories"): ("photo_id",),
}

CODEGEN = {"mediapublish": "media_publish"}
"""Edges whose name is an artefact of Meta's generator."""

MODIFIERS = re.compile(r"(\.\w+\([\w,]*\))+$")
"""How an edge among the fields is limited or summed up: ``comments.limit(0).summary(true)``."""

WORDS = re.compile(r"[a-z_]\w*(,[a-z_]\w*)*")
"""Names of metrics and the like, which Graph takes with commas between them too."""

NODES: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "facebook": ("graph.facebook.com", ("Page", "PagePost", "Photo", "AdVideo", "Comment"), "User"),
    "instagram": ("graph.facebook.com", ("IGUser", "IGMedia", "ShadowIGMediaBuilder", "IGComment"), "User"),
    "instagram-standalone": (
        "graph.instagram.com",
        ("IGUserForIGOnlyAPI", "IGMediaForIGOnlyAPI", "ShadowIGMediaBuilder", "IGComment"),
        "IGUserForIGOnlyAPI",
    ),
}
"""Platform -> host, the kinds of node whose ids it may name, and what ``me`` is."""

RETURNS = {"Media": "IGMediaForIGOnlyAPI", "Comment": "IGComment"}
"""What the files of Instagram's own login call by another name than the file that it is in."""


class Graph:
    """One host's nodes. An id does not say what it is of: a request has to fit one of the kinds that it may be of."""

    def __init__(self, platform: str) -> None:
        self.folder = specs_dir() / "facebook-graph"
        self.host, self.kinds, self.me = NODES[platform]
        self.digest = sha256()
        self.enums = {each["name"]: each["values"] for each in self._read("api_specs/enum_types.json")}
        self.types: dict[str, Any] = {}
        self.uploads = self._read("reels.postman_collection.json")["item"]

    @property
    def source(self) -> str:
        """The files that judge."""
        return f"facebook-graph/api_specs {self.digest.hexdigest()[:12]}"

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""
        if (call.scheme, call.host) == ("https", RUPLOAD):
            yield from self._upload(call)
            return
        if (call.scheme, call.host) != ("https", self.host):
            yield f"unknown host `{call.scheme}://{call.host}`"
        yield from (f"unknown header `{name}`" for name in call.headers if name not in USUAL_HEADERS)
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"
        try:
            yield from self._node(call)
        except (Malformed, UnicodeDecodeError) as error:
            yield str(error)

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer: by hand, since the files have none."""
        if answer.status >= 400:
            yield from handwritten_error(answer)
            return
        value = answer.json()
        if not isinstance(value, dict) or answer.status != 200:
            yield "an answer is HTTP 200 with an object"
        elif call.method != "GET" and not {"id", "success", "video_id", "upload_session_id", "start_offset"} & set(
            value
        ):
            yield "an answer to a change has none of `id`, `success`, `video_id`"
        elif call.method == "GET" and call.path.count("/") == 3 and not isinstance(value.get("data"), list):
            yield "an answer to an edge has no list `data`"

    # --- requests -----------------------------------------------------------------------------------------------

    def _node(self, call: Call) -> Iterator[str]:
        node, _, edge = call.path.removeprefix(VERSION).partition("/")
        if not call.path.startswith(VERSION) or "/" in edge or not node:
            yield f"unknown path `{call.path}`"
            return
        kinds = (self.me,) if node == "me" else self.kinds
        found = [(kind, api) for kind in kinds for api in self._apis(kind, call.method, edge)]
        if not found:
            yield f"unknown path `{call.path}` for {call.method}: {', '.join(kinds)} have no such thing"
            return
        values = self._values(call)
        yield from min((list(self._judge(kind, api, call, edge, values)) for kind, api in found), key=len)

    def _apis(self, kind: str, method: str, edge: str) -> list[Any]:
        names = {"GET": "#get", "POST": "#update", "DELETE": "#delete"}
        wanted = edge or names.get(method, "")
        apis = self._type(kind)["apis"]
        return [api for api in apis if api["method"] == method and _name(api) == wanted]

    def _judge(self, kind: str, api: Any, call: Call, edge: str, values: Mapping[str, Any]) -> Iterator[str]:
        declared = {param["name"]: param["type"] for param in api["params"]}
        declared |= HANDWRITTEN_PARAMETERS.get((call.method, edge), {})
        declared |= HANDWRITTEN_LISTS if call.method == "GET" else {}
        required = {param["name"] for param in api["params"] if param["required"]}
        required |= set(HANDWRITTEN_REQUIRED.get((call.method, edge), ()))
        yield from (f"the parameter `{name}` is missing" for name in sorted(required - set(values)))
        for name, value in values.items():
            if name not in declared:
                yield f"unknown parameter `{name}`; {kind} has {', '.join(sorted(declared)) or 'none here'}"
            elif problem := self._fits(declared[name], value):
                yield f"parameter `{name}`: {problem}"
        if "fields" in values:
            own = RETURNS if "IGMediaForIGOnlyAPI" in self.kinds else {}
            of = own.get(api["return"], api["return"]) if edge else kind
            yield from self._fields(of, _split(values["fields"]))

    def _fields(self, kind: str, fields: Mapping[str, str]) -> Iterator[str]:
        known = {field["name"]: field["type"] for field in self._type(kind)["fields"]}
        edges = {_name(api): api["return"] for api in self._type(kind)["apis"] if api["method"] == "GET"}
        for chosen, inner in fields.items():
            name = MODIFIERS.sub("", chosen)
            if name not in known and name not in edges:
                yield f"unknown field `{name}` of {kind}"
            elif inner and (of := known.get(name, edges.get(name, ""))) in self.kinds:
                yield from self._fields(of, _split(inner))

    def _fits(self, kind: str, value: Any) -> str:
        if kind == "file" or isinstance(value, bytes):
            return "" if (kind == "file") is isinstance(value, bytes) else "it is a file, or is sent as one"
        if kind in self.enums:
            return "" if value in self.enums[kind] else f"`{value}` is none of {', '.join(self.enums[kind])}"
        known = self.enums.get(kind.removeprefix("list<").removesuffix(">"))
        if (known or kind == "list<Object>") and WORDS.fullmatch(value):
            unknown = [word for word in value.split(",") if known and word not in known]
            return f"`{', '.join(unknown)}` is none of {', '.join(known or ())}" if unknown else ""
        patterns = {"bool": "true|false", "unsigned int": r"\d+", "int": r"-?\d+", "float": r"-?\d+(\.\d+)?"}
        if kind in patterns:
            return "" if re.fullmatch(patterns[kind], value) else f"`{value}` is no {kind}"
        if kind.startswith(("list", "map", "Object")):
            return _structured(kind, value)
        return ""

    def _values(self, call: Call) -> dict[str, Any]:
        fields: list[tuple[str, Any]] = list(call.query)
        if call.body and call.content_type not in (FORM, MULTIPART):
            raise Malformed(f"it takes no body of type `{call.content_type}`")
        if call.content_type == MULTIPART:
            fields += [(part.name, part.data if part.filename else part.data.decode()) for part in call.parts()]
        elif call.body:
            fields += call.form()
        if len(dict(fields)) != len(fields):
            raise Malformed("a parameter is sent twice")
        if "access_token" in dict(fields):
            raise Malformed("the token belongs into the header `authorization`")
        return dict(fields)

    def _upload(self, call: Call) -> Iterator[str]:
        local = next(item["request"] for item in self.uploads if "Local" in item["name"])
        declared = {header["key"].lower() for header in local["header"]}
        path = re.escape("/" + "/".join(local["url"]["path"])).replace(r"\{\{video_id\}\}", r"\w+")
        if call.method != local["method"] or not re.fullmatch(path.replace(r"v13\.0", r"v\d+\.0"), call.path):
            yield f"unknown path `{call.method} {call.path}`"
        yield from (f"the header `{name}` is missing" for name in sorted(declared - set(call.headers)))
        yield from (f"unknown header `{name}`" for name in set(call.headers) - declared - USUAL_HEADERS)
        if not call.headers.get("authorization", "").startswith("OAuth "):
            yield "the header `authorization` is not `OAuth` and a token"
        if call.headers.get("file_size") != str(len(call.body)):
            yield "the header `file_size` is not the size of the body"

    # --- files --------------------------------------------------------------------------------------------------

    def _type(self, name: str) -> Any:
        if name not in self.types:
            self.types[name] = self._read(f"api_specs/{name}.json")
        return self.types[name]

    def _read(self, path: str) -> Any:
        data = (self.folder / path).read_bytes()
        self.digest.update(data)
        return json.loads(data)


def _name(api: Any) -> str:
    name: str = api.get("endpoint") or api.get("name")
    return CODEGEN.get(name, name)


def _split(fields: str) -> dict[str, str]:
    """``a,b{c,d{e}}`` -> the names at the top, with what is expanded of each."""
    found: dict[str, str] = {}
    depth, name = 0, ""
    for mark in f"{fields},":
        depth -= mark == "}"
        if depth and name:
            found[name] += mark
        elif mark in "{,}":
            found |= {name: found.get(name, "")} if name else {}
            name = name if mark == "{" else ""
        else:
            name += mark
        depth += mark == "{"
    return found


def _structured(kind: str, value: str) -> str:
    try:
        parsed = json.loads(value)
    except ValueError:
        # Graph takes lists of plain words with commas between them too.
        return "" if kind in ("list<string>", "list<int>") and "[" not in value else f"`{value}` is no JSON"
    wanted = list if kind.startswith("list") else dict
    return "" if isinstance(parsed, wanted) else f"`{value}` is no {kind}"


def handwritten_error(answer: Answer) -> Iterator[str]:
    """https://developers.facebook.com/docs/graph-api/guides/error-handling"""
    value = answer.json()
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        yield "an error has no `error`"
        return
    for name, kind in {"message": str, "type": str, "code": int}.items():
        if not isinstance(error.get(name), kind):
            yield f"an error has no `{name}`"
