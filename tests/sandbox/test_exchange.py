from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.exchange import Form, Request, Route, Unreadable, reply
from postiz_ops.sandbox.mastodon.common import fields
from tests.sandbox.client import BOUNDARY, File, multipart

MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def read(kind: str, body: bytes) -> Form:
    return Request("POST", "x.example", "/", headers={"content-type": kind}, body=body).form()


@given(st.binary(), st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_every_byte_of_a_file_arrives(data: bytes, text: str) -> None:
    form = read(MULTIPART["content-type"], multipart({"text": text}, [File("file", data, "a.bin", "Image/PNG")]))
    (file,) = form.files
    assert (file.name, file.filename, file.type, file.data) == ("file", "a.bin", "image/png", data)
    assert form.pairs == (("text", text),)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json; charset=utf-8", b"\xff"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nvalue\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: text/plain\r\n\r\nvalue\r\n--x--\r\n"),
    ],
)
def test_bodies_that_are_not_what_they_say(kind: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(kind, body)


def test_a_body_of_no_kind_has_no_fields() -> None:
    assert read("", b"anything") == Form()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"media_ids[]=1&media_ids[]=2", {"media_ids": ["1", "2"]}),
        (
            b"poll[options][]=a&poll[options][]=b&poll[expires_in]=5",
            {"poll": {"options": ["a", "b"], "expires_in": "5"}},
        ),
        (
            b"m[][id]=1&m[][description]=x&m[][id]=2&m[][description]=y",
            {"m": [{"id": "1", "description": "x"}, {"id": "2", "description": "y"}]},
        ),
    ],
)
def test_names_that_nest_as_in_rails(body: bytes, expected: object) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert fields(Request("POST", "x.example", "/", headers=kind, body=body)) == expected


def test_a_route_captures_segments() -> None:
    route = Route("GET", r"/api(?:/v\d+)?/{id}", lambda _world, _request: reply(200, {}))
    assert route.match("GET", "/api/v10/a%2Fb") == {"id": "a/b"}
    assert route.match("GET", "/api/7") == {"id": "7"}
    for method, path in (("POST", "/api/7"), ("GET", "/api/v1/7/8"), ("GET", "/api/")):
        assert route.match(method, path) is None


@pytest.mark.parametrize(
    ("header", "credential"),
    [("Bearer test-token", "test-token"), ("bearer  test-token ", "test-token"), ("Bot test-token", ""), ("", "")],
)
def test_a_credential_of_the_right_scheme(header: str, credential: str) -> None:
    assert Request("GET", "x.example", "/", headers={"authorization": header}).bearer() == credential
