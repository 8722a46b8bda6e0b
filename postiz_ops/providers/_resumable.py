"""Google's resumable uploads: https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol .

A session is begun with what is to be made, and then gets the file in chunks. Until the last one has arrived nothing is
there, and one session makes at most one thing: asked again, it says how far it got, or what was made of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from postiz_ops import errors
from postiz_ops.providers.base import JSON, NO_ANSWER, Answer, Blob, Http, NotReady

CHUNK = 8 * 1024**2
"""Bytes of a chunk: a multiple of 256 KiB, which all but the last must be."""

INCOMPLETE = 308
GONE = (404, 410)
TROUBLE = (NO_ANSWER, 500, 502, 503, 504)

PAUSES = (2, 10, 30)
"""Seconds to wait after each chunk in a row that broke, before a later run has to go on."""


async def begin(http: Http, url: str, params: Mapping[str, str], metadata: JSON, blob: Blob) -> str:
    """Begin a session. Its address is its own key, and lives for some days."""
    headers = {"X-Upload-Content-Type": blob.type, "X-Upload-Content-Length": str(len(blob.data))}
    answer = await http.post(url, json=metadata, params={"uploadType": "resumable", **params}, headers=headers)
    if address := answer.headers.get("location"):
        return address
    raise errors.Unavailable("the answer cannot be understood: it has no `Location` for the upload")


async def ask(http: Http, session: str, size: int) -> Answer:
    """How far a session got: 200 and what was made, 308 and ``Range``, or 404 and 410 when it is forgotten."""
    headers = {"Content-Range": f"bytes */{size}"}
    return await http.post(session, method="PUT", headers=headers, expect=(INCOMPLETE, *GONE))


def stored(answer: Answer) -> int:
    """How many bytes a 308 says are there."""
    match = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("range", ""))
    return int(match[1]) + 1 if match else 0


async def advance(http: Http, session: str, blob: Blob, at: int) -> int:
    """Send all chunks but the last, and say where that one begins. A broken chunk is gone on from, where it broke.

    Raises ``NotReady`` with the session where too many broke in a row.
    """
    broken = 0
    while len(blob.data) - at > CHUNK:
        answer = await _put(http, session, blob, at)
        if answer.status != INCOMPLETE:
            if broken == len(PAUSES):
                why = f"the upload breaks off at byte {at:,} of {len(blob.data):,}"
                raise NotReady({"session": session, "size": len(blob.data), "at": at}, why)
            await http.pause(PAUSES[broken])
            answer = await _ask_again(http, session, len(blob.data))
        reached = stored(answer) if answer.status == INCOMPLETE else at
        broken = 0 if reached > at else broken + 1
        at = reached
    return at


async def finish(http: Http, session: str, blob: Blob, at: int) -> Answer:
    """Send the last chunk, which makes what the session is for; once all is there, ask what was made. A mutation."""
    size = len(blob.data)
    span = f"{at}-{size - 1}" if at < size else "*"
    headers = {"Content-Type": blob.type, "Content-Range": f"bytes {span}/{size}"}
    return await http.mutate("PUT", session, body=blob.data[at:], headers=headers)


async def _put(http: Http, session: str, blob: Blob, at: int) -> Answer:
    end = at + CHUNK
    headers = {"Content-Type": blob.type, "Content-Range": f"bytes {at}-{end - 1}/{len(blob.data)}"}
    expect = (INCOMPLETE, *TROUBLE)
    return await http.post(session, method="PUT", body=blob.data[at:end], headers=headers, expect=expect)


async def _ask_again(http: Http, session: str, size: int) -> Answer:
    headers = {"Content-Range": f"bytes */{size}"}
    return await http.post(session, method="PUT", headers=headers, expect=(INCOMPLETE, *TROUBLE))
