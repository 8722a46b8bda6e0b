"""Forms that Amazon's S3 takes: how Reddit and Pinterest let files come.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html has the rules. The signature is not checked.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from xml.sax.saxutils import escape

from postiz_ops.sandbox.exchange import Refused, Reply, Request

_XML = {"Content-Type": "application/xml"}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def error(status: int, code: str, message: str, **more: object) -> Refused:
    """An error as S3 words it."""
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in more.items())
    body = f"{_HEAD}<Error><Code>{code}</Code><Message>{escape(message)}</Message>{fields}</Error>"
    return Refused(Reply(status, _XML, body.encode()))


def denied() -> Refused:
    """A form whose key or policy is not what was handed out, or not any more."""
    return error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")


def form(request: Request) -> tuple[dict[str, str], bytes]:
    """The fields and the file. What comes after the file is not read, as there."""
    if request.type != "multipart/form-data":
        raise error(412, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data")
    sent = request.form()
    file = next((one for one in sent.files if one.name == "file"), None)
    if file is None:
        raise error(400, "InvalidArgument", "POST requires exactly one file upload per request.")
    before = request.body.partition(b'name="file"')[0]
    return {name: value for name, value in sent.first().items() if f'name="{name}"'.encode() in before}, file.data


def parameters(key: str, now: datetime, *, service: str) -> dict[str, str]:
    """The fields of a form, all of them for the sandbox alone."""
    day = now.strftime("%Y%m%d")
    return {
        "key": key,
        "policy": hashlib.sha256(key.encode()).hexdigest(),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{service}/{day}/us-east-1/s3/aws4_request",
        "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-security-token": "test-token",
        "x-amz-signature": "0" * 64,
    }


def created(location: str, bucket: str, key: str, data: bytes) -> Reply:
    """What ``success_action_status`` 201 asks for."""
    tag = hashlib.md5(data, usedforsecurity=False).hexdigest()
    fields = f"<Location>{escape(location)}</Location><Bucket>{bucket}</Bucket><Key>{escape(key)}</Key>"
    body = f'{_HEAD}<PostResponse>{fields}<ETag>"{tag}"</ETag></PostResponse>'
    return Reply(201, {**_XML, "Location": location}, body.encode())
