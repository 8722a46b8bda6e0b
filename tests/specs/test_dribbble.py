from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

API = "https://api.dribbble.com/v2"
IMAGE = ("image", "a.png", "image/png", b"x")
TITLE = ("title", None, None, b"T")


@pytest.mark.parametrize(
    ("parts", "findings"),
    [
        ((IMAGE, TITLE), []),
        ((IMAGE, TITLE, ("tags[]", None, None, b"a"), ("tags[]", None, None, b"b")), []),
        ((IMAGE,), ["body: 'title' is a required property"]),
        ((("image", None, None, b"x"), TITLE), ["the part `image` is a file and has no filename"]),
        (
            (IMAGE, TITLE, ("low_profile", None, None, b"maybe")),
            ["body: `low_profile`: 'maybe' is not of type 'boolean'"],
        ),
    ],
)
def test_handwritten_shots(parts: Any, findings: list[str]) -> None:
    headers, body = multipart(*parts)
    assert request_findings("dribbble", "POST", f"{API}/shots", body=body, headers=headers) == findings


def test_handwritten_a_shot_has_at_most_twelve_tags() -> None:
    headers, body = multipart(IMAGE, TITLE, *[("tags[]", None, None, b"%d" % n) for n in range(13)])
    (finding,) = request_findings("dribbble", "POST", f"{API}/shots", body=body, headers=headers)
    assert finding.startswith("body: `tags`: ")
    assert finding.endswith("is too long")


def test_handwritten_a_change() -> None:
    assert request_findings("dribbble", "PUT", f"{API}/shots/7", value={"title": "T", "tags": ["a"]}) == []
    finding, *_ = request_findings("dribbble", "PUT", f"{API}/shots/7", value={"image": "x"})
    assert finding.startswith("body: Additional properties are not allowed ('image'")


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "findings"),
    [
        ("POST", "/shots", 202, b"", []),
        ("GET", "/shots/7", 200, {"id": 7, "title": "T", "html_url": "https://dribbble.com/shots/7"}, []),
        ("GET", "/shots/7", 200, {"id": 7, "title": "T"}, ["body: 'html_url' is a required property"]),
        ("GET", "/shots/7", 404, {"message": "Not found."}, []),
        ("POST", "/shots", 422, {"errors": []}, ["body: 'message' is a required property"]),
    ],
)
def test_handwritten_answers(method: str, path: str, status: int, value: Any, findings: list[str]) -> None:
    assert response_findings("dribbble", method, f"{API}{path}", status, value) == findings
