"""The byte protocol of rupload.facebook.com, which Facebook's and Instagram's videos share.

Meta's collection "Facebook Reels Publishing API" has the calls; what the refusals look like is our reading.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Refused, Request, reply
from postiz_ops.sandbox.world import File


def receive(file: File, request: Request) -> bool:
    """Take the bytes from ``offset`` on, or the address in ``file_url``; whether the file is complete now."""
    address = request.headers.get("file_url")
    if address:
        file.url, file.name = address, address.rpartition("/")[2]
        return True
    offset, size = (request.headers.get(name, "") for name in ("offset", "file_size"))
    if not size.isdecimal() or not offset.isdecimal():
        raise _refused("HeadersInvalidError", "The headers offset and file_size have to be numbers")
    if int(offset) != len(file.data):
        raise _refused("OffsetInvalidError", f"Request starting offset is invalid: {len(file.data)} is expected")
    if int(offset) + len(request.body) > int(size):
        raise _refused("PartialRequestError", "There are more bytes than file_size says")
    file.fill(file.data + request.body, "video/mp4")
    return len(file.data) == int(size)


def _refused(kind: str, message: str) -> Refused:
    return Refused(reply(400, {"debug_info": {"retriable": False, "type": kind, "message": message}}))
