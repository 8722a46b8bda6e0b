"""Files: a lease first, then a form to Amazon's storage. Neither is on Reddit's pages: clients' traffic has them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

from postiz_ops.sandbox import limits, s3
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.reddit.common import NAME, Lease, State, account_of, new_name, status
from postiz_ops.sandbox.world import File, World

LIFE = timedelta(minutes=15)
HOSTS = {
    "image": "reddit-uploaded-media.s3-accelerate.amazonaws.com",
    "video": "reddit-uploaded-video.s3-accelerate.amazonaws.com",
}
TYPES = ("image/jpeg", "image/png", "image/gif", "video/mp4", "video/quicktime")


def lease(world: World, request: Request) -> Reply:
    """POST /api/media/asset."""
    account, given = account_of(request), request.form().first()
    name, kind = given.get("filepath", ""), given.get("mimetype", "")
    if not name or kind not in TYPES:
        raise status(400, "Bad Request")
    file = File(new_name(world, "")[1:], kind, b"", name=name, owner=account, state="awaited")
    made = Lease(file, HOSTS[kind.partition("/")[0]], world.clock(), account)
    world.state(State).leases[file.id] = made
    fields = {"acl": "private", **s3.parameters(file.id, made.at, service=NAME), "success_action_status": "201"}
    pairs = [{"name": key, "value": value} for key, value in {**fields, "content-type": kind}.items()]
    asset = {
        "asset_id": file.id,
        "processing_state": "incomplete",
        "payload": {"filepath": name},
        "websocket_url": f"wss://ws-sandbox.wss.redditmedia.com/{file.id}",
    }
    return reply(200, {"args": {"action": f"//{made.host}", "fields": pairs}, "asset": asset})


def receive(world: World, request: Request) -> Reply:
    """POST of the form to storage."""
    fields, data = s3.form(request)
    made = world.state(State).leases.get(fields.get("key", ""))
    if made is None or made.host != request.host or world.clock() - made.at >= LIFE:
        raise s3.denied()
    expected = s3.parameters(made.file.id, made.at, service=NAME)
    if any(fields.get(name) != value for name, value in expected.items()):
        raise s3.denied()
    most = limits.heavy(NAME, made.file.type, len(data))
    if most:
        sentence = "Your proposed upload exceeds the maximum allowed size"
        raise s3.error(400, "EntityTooLarge", sentence, ProposedSize=len(data), MaxSizeAllowed=most)
    made.file.fill(data, made.file.type)
    made.file.state = "ready"
    return s3.created(made.url, made.host.partition(".")[0], made.file.id, data)


def at(world: World, account: str, url: str, kind: str) -> File | None:
    """The account's file at an address, if it has come and is a picture or a film. Escapes in the address are read."""
    found = (one for one in world.state(State).leases.values() if one.url == unquote(url) and one.account == account)
    made = next(found, None)
    return made.file if made and made.file.state == "ready" and made.file.type.startswith(f"{kind}/") else None
