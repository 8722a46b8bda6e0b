"""Shots: https://developer.dribbble.com/v2/shots/ ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import limits, shape
from postiz_ops.sandbox.dribbble.common import NAME, Shot, State, account_of, error, invalid, number, page, uploads
from postiz_ops.sandbox.dribbble.users import team
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World, stamp

TYPES = ("image/gif", "image/jpeg", "image/png")
SIZES = ((400, 300), (800, 600))
"""Pixels, exactly."""

TAGS_MAX = 12
FIELDS = {"title": str, "description": str, "low_profile": bool, "tags": list, "team_id": int}
_FORM = ("title", "description", "low_profile", "tags", "tags[]", "team_id", "rebound_source_id", "scheduled_for")


def create(world: World, request: Request) -> Reply:
    """POST /v2/shots: the answer is empty, and ``Location`` names a shot that is not there yet."""
    account, given = account_of(request), _form(request)
    if not uploads(request):
        raise error(403, "You are not allowed to upload shots.")
    _check(account, given)
    shot = _shot(world, account, request)
    if request.effect:
        shot.lost = True
    else:
        shot.file.used = True
        shot.post = world.add(_post(world, account, shot, given))
    world.state(State).shots[shot.id] = shot
    return Reply(202, {"Location": f"https://api.dribbble.com/v2/shots/{shot.id}"})


def _form(request: Request) -> dict[str, Any]:
    """The fields of a multipart body as a resource has them."""
    if request.type != "multipart/form-data":
        raise invalid("image", "can't be blank")
    sent = request.form()
    unknown = next((name for name, _ in sent.pairs if name not in _FORM), None)
    if unknown:
        raise invalid(unknown, "is not permitted")
    given: dict[str, Any] = sent.first()
    if "scheduled_for" in given:
        raise Refused(reply(501, {"message": "the sandbox does not imitate scheduled_for"}))
    given["tags"] = [value for name, value in sent.pairs if name in ("tags", "tags[]")]
    given["low_profile"] = given.get("low_profile", "") in ("true", "1")
    if not str(given.get("team_id", "0")).isdecimal():
        raise invalid("team_id", "is not a number")
    return {**given, "team_id": int(given["team_id"])} if "team_id" in given else given


def _check(account: str, given: Mapping[str, Any]) -> None:
    if not given.get("title", "").strip():
        raise invalid("title", "can't be blank")
    if len(given.get("tags", [])) > TAGS_MAX:
        raise invalid("tags", f"are too many (maximum is {TAGS_MAX})")
    if "team_id" in given and given["team_id"] != team(account)["id"]:
        raise invalid("team_id", "is not a team of yours")


def _shot(world: World, account: str, request: Request) -> Shot:
    sent = next((one for one in request.form().files if one.name == "image"), None)
    if sent is None:
        raise invalid("image", "can't be blank")
    file = File.of(str(world.tick() // 1000), sent.data, name=sent.filename, owner=account)
    if file.type not in TYPES:
        raise invalid("image", "must be a GIF, JPG or PNG")
    most = limits.heavy(NAME, file.type, len(sent.data), animated=file.animated)
    if most:
        raise invalid("image", f"must be at most {most} bytes")
    if (file.width, file.height) not in SIZES:
        raise invalid("image", "must be exactly 400x300 or 800x600 pixels")
    while file.id in world.state(State).shots:
        file.id = str(int(file.id) + 1)
    return Shot(file.id, file, None)


def _post(world: World, account: str, shot: Shot, given: Mapping[str, Any]) -> Post:
    post = Post(NAME, account, shot.id, given.get("description", ""), world.clock(), media=[shot.file])
    post.detail = {"title": given["title"], "tags": given["tags"], "low_profile": given["low_profile"]}
    post.detail["team_id"] = given.get("team_id")
    words = re.sub(r"\W+", "-", given["title"]).strip("-")
    post.url = f"https://dribbble.com/shots/{shot.id}-{words}"
    return post


def _there(shot: Shot, effect: str) -> bool:
    """Whether it is processed: at the second look."""
    shot.lost = shot.lost or bool(effect and shot.looks < 2)
    shot.looks += 1
    return shot.looks > 1 and not shot.lost


def _own(world: World, request: Request) -> Post:
    account, shot = account_of(request), world.state(State).shots.get(request.params["id"])
    if shot is None or shot.post is None or shot.post.deleted or shot.post.account != account:
        raise error(404, "Not found.")
    if not _there(shot, request.effect):
        if request.effect == "async-fail":
            world.remove(shot.post)
        raise error(404, "Not found.")
    return shot.post


def show(world: World, request: Request) -> Reply:
    """GET /v2/shots/{id}: 404 until it is processed."""
    return reply(200, entity(_own(world, request)))


def listing(world: World, request: Request) -> Reply:
    """GET /v2/user/shots: newest first, without what is not processed."""
    shots, account = world.state(State).shots, account_of(request)
    found = [post for post in world.of(NAME, account) if _there(shots[post.remote_id], request.effect)]
    return page(request, [entity(post) for post in found[::-1]])


def update(world: World, request: Request) -> Reply:
    """PUT /v2/shots/{id}."""
    post, given = _own(world, request), request.form().json
    if not isinstance(given, dict):
        raise error(400, "Problems parsing JSON.")
    for path, _ in shape.wrong(given, FIELDS):
        raise invalid(path, "is invalid")
    _check(post.account, {"title": post.detail["title"], **given})
    post.text, post.edited_at = given.get("description", post.text), world.clock()
    post.detail |= {name: value for name, value in given.items() if name != "description"}
    return reply(200, entity(post))


def delete(world: World, request: Request) -> Reply:
    """DELETE /v2/shots/{id}."""
    world.remove(_own(world, request))
    return Reply(204)


def entity(post: Post) -> dict[str, Any]:
    """A shot."""
    (file,), detail = post.media, post.detail
    base = f"https://cdn.dribbble.com/users/{number(post.account)}/screenshots/{post.remote_id}"
    at = {"published_at": stamp(post.created_at), "updated_at": stamp(post.edited_at or post.created_at)}
    return {
        "id": int(post.remote_id),
        "title": detail["title"],
        "description": post.text or None,
        "width": file.width,
        "height": file.height,
        "images": {"hidpi": f"{base}/{file.name}" if file.width == 800 else None, "normal": base, "teaser": base},
        **at,
        "html_url": post.url,
        "animated": file.animated,
        "tags": detail["tags"],
        "attachments": [],
        "projects": [],
        "team": team(post.account) if detail["team_id"] else None,
        "video": None,
        "low_profile": detail["low_profile"],
    }
