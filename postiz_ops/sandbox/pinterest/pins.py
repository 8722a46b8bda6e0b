"""Pins: https://developers.pinterest.com/docs/api/v5/pins-create ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import graph, limits
from postiz_ops.sandbox.audience import Audience, audience
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.pinterest import entities, sources
from postiz_ops.sandbox.pinterest.common import NAME, account_of, board_of, body, error, invalid, numeric, page
from postiz_ops.sandbox.world import Post, World, digits

LINK_MAX = 2048

_WORDS = {"title": str, "description": str, "link": str, "alt_text": str, "board_id": str, "board_section_id": str}
CREATE = {**_WORDS, "dominant_color": str, "parent_pin_id": str, "media_source": dict}
UPDATE = {**_WORDS, "carousel_slots": list}
METRICS = ("IMPRESSION", "OUTBOUND_CLICK", "PIN_CLICK", "SAVE", "SAVE_RATE", "VIDEO_MRC_VIEW")


def create(world: World, request: Request) -> Reply:
    """POST /v5/pins."""
    account, given = account_of(request), body(request, CREATE)
    if "media_source" not in given:
        raise invalid("'media_source' is a required property")
    if "board_id" not in given:
        raise invalid("'board_id' is a required property")
    board = board_of(given)
    _check(given)
    files = sources.files(world, account, given["media_source"])
    pin_id = digits(str(world.tick()), 18)
    post = Post(NAME, account, pin_id, given.get("description", ""), world.clock(), media=files)
    post.url = f"https://www.pinterest.com/pin/{pin_id}/"
    post.detail = {**given, "board_id": board, "kind": given["media_source"]["source_type"]}
    for file in files:
        file.alt, file.used = given.get("alt_text", ""), True
    return reply(201, entities.pin(world.add(post)))


def _check(given: Mapping[str, Any]) -> None:
    title, link = given.get("title", ""), given.get("link", "")
    too_long = {
        "title": limits.title(NAME, title),
        "description": limits.exceeded(NAME, given.get("description", "")),
        "alt_text": limits.alt(NAME, given.get("alt_text", "")),
    }
    for name, limit in too_long.items():
        if limit:
            raise invalid(f"'{name}' is longer than {limit.max} characters")
    if len(link) > LINK_MAX or (link and not graph.fetchable(link)):
        raise invalid("'link' is no URL of at most 2048 characters")
    for name in ("board_section_id", "parent_pin_id"):
        if name in given:
            numeric(dict(given), name)


def own(world: World, request: Request) -> Post:
    """The account's pin of the path."""
    post = world.find(NAME, request.params["id"], account_of(request))
    if post is None:
        raise error(404, 50, "Pin not found.")
    return post


def show(world: World, request: Request) -> Reply:
    """GET /v5/pins/{id}."""
    post = own(world, request)
    return reply(200, entities.pin(post, _people(world, post) if request.ask("pin_metrics") == "true" else None))


def _people(world: World, post: Post) -> Audience:
    return audience(post.remote_id, post.created_at, world.clock())


def listing(world: World, request: Request) -> Reply:
    """GET /v5/pins: newest first."""
    posts = list(world.of(NAME, account_of(request)))[::-1]
    return page(request, [entities.pin(post) for post in posts])


def of_board(world: World, request: Request) -> Reply:
    """GET /v5/boards/{id}/pins: newest first."""
    account, board = account_of(request), board_of({"board_id": request.params["id"]})
    posts = [post for post in world.of(NAME, account) if post.detail["board_id"] == board][::-1]
    return page(request, [entities.pin(post) for post in posts])


def update(world: World, request: Request) -> Reply:
    """PATCH /v5/pins/{id}: what is not named stays."""
    post, given = own(world, request), body(request, UPDATE)
    if "board_id" in given:
        board_of(given)
    _check(given)
    post.text, post.edited_at = given.get("description", post.text), world.clock()
    post.detail = {**post.detail, **given}
    for file in post.media:
        file.alt = given.get("alt_text", file.alt)
    return reply(200, entities.pin(post))


def delete(world: World, request: Request) -> Reply:
    """DELETE /v5/pins/{id}."""
    world.remove(own(world, request))
    return Reply(204)


def analytics(world: World, request: Request) -> Reply:
    """GET /v5/pins/{id}/analytics: everything on the last day of what was asked for."""
    people = _people(world, own(world, request))
    asked = [name for value in request.asked("metric_types") for name in value.split(",")]
    if not asked or set(asked) - set(METRICS) or not (request.ask("start_date") and request.ask("end_date")):
        raise invalid(f"start_date, end_date and metric_types of {', '.join(METRICS)} are required")
    known = {
        "IMPRESSION": people.views,
        "SAVE": people.saves,
        "PIN_CLICK": people.clicks,
        "OUTBOUND_CLICK": people.links,
    }
    metrics = {name: known.get(name, 0) for name in asked}
    day = {"date": request.ask("end_date"), "data_status": "READY", "metrics": metrics}
    return reply(200, {"all": {"daily_metrics": [day], "lifetime_metrics": {}, "summary_metrics": metrics}})
