"""What no description of the set says, on a description written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.specs.exchange import Answer, Call
from tests.specs.openapi import OpenAPI
from tests.specs.schema import Document

DESCRIPTION: dict[str, Any] = {
    "security": [{"token": []}],
    "components": {"parameters": {"page": {"name": "page", "in": "query", "schema": {"type": "integer"}}}},
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "parameters": [
                    {"$ref": "#/components/parameters/page"},
                    {"name": "Api-Version", "in": "header", "required": True},
                ],
                "responses": {"204": {}, "default": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            },
        },
        "/things/mine": {"get": {"security": [], "responses": {"4XX": {}}}},
    },
}


@pytest.fixture
def api(tmp_path: Path) -> OpenAPI:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DESCRIPTION))
    return OpenAPI(Document(path), base="/v1")


@pytest.mark.parametrize(
    ("path", "headers", "findings"),
    [
        ("/v1/things/1?page=2", {"Api-Version": "3", "Authorization": "x"}, []),
        ("/v1/things/1", {"Authorization": "x"}, ["the header `api-version` is missing"]),
        ("/v1/things/1", {"Api-Version": "3"}, ["the header `authorization` is missing"]),
        ("/v1/things/one", {"Api-Version": "3", "Authorization": "x"}, ["path `id`: 'one' is not of type 'integer'"]),
        ("/v1/things/mine", {}, []),
        ("/v1/things/1/2", {}, ["unknown path `/v1/things/1/2`"]),
        ("/things/1", {}, ["unknown path `/things/1`"]),
    ],
)
def test_requests(api: OpenAPI, path: str, headers: dict[str, str], findings: list[str]) -> None:
    assert list(api.request(Call.of("GET", f"https://example.com{path}", headers, b""))) == findings


@pytest.mark.parametrize(
    ("path", "status", "body", "findings"),
    [
        ("/v1/things/1", 204, b"", []),
        ("/v1/things/1", 204, b"{}", ["this answer has no body"]),
        ("/v1/things/1", 503, b"{}", []),
        ("/v1/things/1", 503, b"[]", ["body: [] is not of type 'object'"]),
        ("/v1/things/mine", 404, b"", []),
        ("/v1/things/mine", 500, b"", ["unknown status; the description has 4XX"]),
        ("/v1/nothing", 200, b"", ["unknown path `/v1/nothing`"]),
    ],
)
def test_answers(api: OpenAPI, path: str, status: int, body: bytes, findings: list[str]) -> None:
    call = Call.of("GET", f"https://example.com{path}", {}, b"")
    assert list(api.response(call, Answer(status, body), allow_unknown=False)) == findings
