"""Discord: ``discord/openapi.publish.json``, the vendor's own description of API v10."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from typing_extensions import override

from tests.specs.exchange import JSON, MULTIPART, Answer, Call, Malformed, Part, read_json
from tests.specs.folder import specs_dir
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

HOST = "discord.com"
CONTENT_MAX = 2000
"""What a bot's or webhook's message may hold. The description says 4000 for messages, which is a Nitro user's."""

MAX_FILES = 10


class Discord(OpenAPI):
    """One host, one version. Files are parts ``files[n]``; everything else of such a message is in ``payload_json``."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "discord" / "openapi.publish.json"), base="/api/v10")

    @override
    def place(self, call: Call) -> Iterator[str]:
        """The version has to be in the path: without it a deprecated one answers."""
        if (call.scheme, call.host) != ("https", HOST):
            yield f"unknown host `{call.scheme}://{call.host}`"

    @override
    def multipart(self, schema: Any, parts: list[Part]) -> Any:
        """``payload_json`` with the files checked off against its ``attachments``. Raises ``Malformed``."""
        payload = [part for part in parts if part.name == "payload_json"]
        if len(payload) != 1:
            raise Malformed("a multipart message has exactly one part `payload_json`")
        if payload[0].type not in (None, JSON):
            raise Malformed(f"the part `payload_json` is of type `{payload[0].type}`")
        value = read_json(payload[0].data)
        if not isinstance(value, dict):
            raise Malformed("the part `payload_json` is no object")
        _match_files([part for part in parts if part is not payload[0]], value.get("attachments") or [])
        return value

    @override
    def files(self, schema: Any, parts: list[Part]) -> Iterator[str]:
        """Nothing: the description of webhooks forgets the files that ``multipart`` checks."""
        yield from ()

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """A bot's token says so, messages are not empty, and they are shorter than the description allows users."""
        authorization = call.headers.get("authorization", "Bot x")
        if not re.fullmatch(r"(Bot|Bearer) \S+", authorization):
            yield "the header `authorization` is neither `Bot` nor `Bearer` and a token"
        schema = self.schema_for(operation, call.content_type)
        if not call.body or schema is None:
            return
        value = self.body_value(schema, call)
        message = value.get("message", value) if isinstance(value, dict) else {}
        if len(str(message.get("content") or "")) > CONTENT_MAX:
            yield f"body: `content` has {len(message['content'])} characters; bots have {CONTENT_MAX}"
        if message.get("enforce_nonce") and message.get("nonce") is None:
            yield "body: `enforce_nonce` without a `nonce`"
        if _creates_message(call, operation) and not any(message.get(key) for key in _SUBSTANCE):
            yield f"body: an empty message: none of {', '.join(_SUBSTANCE)}"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """A webhook answers with the message if it was asked to wait, else with nothing."""
        yield from super().response(call, answer, allow_unknown=allow_unknown)
        operation = self.operation(call)
        if isinstance(operation, Operation) and operation.node.get("operationId") == "execute_webhook":
            expected = HTTPStatus.OK if ("wait", "true") in call.query else HTTPStatus.NO_CONTENT
            if answer.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT) and answer.status != expected:
                yield f"unknown status; with this `wait` it is {expected.value}"

    @override
    def schema_for(self, operation: Operation, content_type: str) -> Any | None:
        """No URL-encoded messages: they cannot carry embeds, mentions or attachments, so nobody should send them."""
        return super().schema_for(operation, content_type) if content_type in (JSON, MULTIPART) else None


_SUBSTANCE = ("content", "embeds", "attachments", "components", "poll", "sticker_ids")


def _creates_message(call: Call, operation: Operation) -> bool:
    return call.method == "POST" and operation.template.endswith(("/messages", "/{webhook_token}"))


def _match_files(files: list[Part], attachments: Sequence[Any]) -> None:
    if len(files) > MAX_FILES:
        raise Malformed(f"{len(files)} files; at most {MAX_FILES} go into one message")
    for part in files:
        if not re.fullmatch(r"files\[\d\]", part.name):
            raise Malformed(f"unknown part `{part.name}`; the description has payload_json, files[n]")
        if not part.filename:
            raise Malformed(f"the part `{part.name}` has no filename")
    sent = {part.name.strip("files[]") for part in files}
    told = {str(item.get("id")) for item in attachments if isinstance(item, dict)}
    if attachments and sent != told:
        raise Malformed(f"`attachments` speak of files {sorted(told)}, the body has {sorted(sent)}")
