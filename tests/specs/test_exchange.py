from __future__ import annotations

import pytest

from tests.specs.exchange import Call, Malformed, Part, nest, read_json
from tests.specs.samples import multipart


def test_url_is_taken_apart() -> None:
    call = Call.of(
        "post", "https://example.com:8443/a%2Fb?x=1&x=&y=%20", {"Content-TYPE": "Text/Plain; charset=x"}, b""
    )
    assert (call.method, call.scheme, call.host, call.path) == ("POST", "https", "example.com:8443", "/a/b")
    assert call.query == (("x", "1"), ("x", ""), ("y", " "))
    assert call.content_type == "text/plain"


def test_multipart_keeps_every_byte() -> None:
    data = bytes(range(256)) + b"\r\n--other\r\n\r\n"
    headers, body = multipart(("file", "a.png", "image/png", data), ("description", None, None, "ä".encode()))
    assert Call.of("POST", "https://example.com", headers, body).parts() == [
        Part("file", "a.png", "image/png", data),
        Part("description", None, None, "ä".encode()),
    ]


@pytest.mark.parametrize(
    ("content_type", "body", "sentence"),
    [
        ("multipart/form-data", b"--x--", "the Content-Type of a multipart body names no boundary"),
        (
            "multipart/form-data; boundary=x",
            b"--y\r\n\r\n--y--",
            "the multipart body does not begin and end with its boundary",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nfoo: bar\r\n--x--",
            "a part of the multipart body has no blank line after its headers",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
            "a part of the multipart body has no name",
        ),
    ],
)
def test_malformed_multipart(content_type: str, body: bytes, sentence: str) -> None:
    with pytest.raises(Malformed, match=f"^{sentence}$"):
        Call.of("POST", "https://example.com", {"Content-Type": content_type}, body).parts()


def test_nested_field_names() -> None:
    fields = [("media_ids[]", "1"), ("media_ids[]", "2"), ("poll[options][]", "yes"), ("poll[multiple]", "true")]
    assert nest(fields) == {"media_ids": ["1", "2"], "poll": {"options": ["yes"], "multiple": "true"}}


def test_a_field_sent_twice_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"^the field `status` is sent twice$"):
        nest([("status", "a"), ("status", "b")])


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff"])
def test_json_is_read_strictly(body: bytes) -> None:
    with pytest.raises(Malformed, match=r"^the body is not JSON: "):
        read_json(body)
