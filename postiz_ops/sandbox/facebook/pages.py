"""Whose token it is, which pages there are, and figures: https://developers.facebook.com/docs/pages-api ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.audience import Crowd, audience, crowd
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.facebook import entities
from postiz_ops.sandbox.facebook.common import State, find, page_of, page_token
from postiz_ops.sandbox.world import Post, World, digits, short

METRICS = {
    "post_total_media_view_unique": "Viewers",
    "post_media_view": "Views",
    "post_reactions_by_type_total": "Reactions",
    "post_clicks": "Clicks",
    "post_clicks_by_type": "Clicks by type",
    "page_media_view": "Views",
    "page_total_media_view_unique": "Viewers",
    "page_post_engagements": "Engagements",
    "page_daily_follows": "New followers",
    "page_follows": "Followers",
}
"""What is still served: impressions and reach are refused since November 2025 and June 2026."""

SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_read_engagement",
    "read_insights",
    "business_management",
    "instagram_basic",
    "instagram_content_publish",
)


def me(world: World, request: Request) -> Reply:
    """GET /me: a page for a page's token, else the person."""
    token = graph.token(request)
    page = world.state(State).tokens.get(token)
    if page:
        return graph.show(request, entities.page(page, token, world.clock()), ("name", "id"), "Page")
    person = {"id": digits(token, 16), "name": short(token), "first_name": None, "last_name": None}
    return graph.show(request, person, ("name", "id"), "User")


def show(world: World, request: Request) -> Reply:
    """GET /{page}."""
    page = page_of(world, request)
    whole = entities.page(page, page_token(world, request, page), world.clock())
    return graph.show(request, whole, ("name", "id"), "Page")


def accounts(world: World, request: Request) -> Reply:
    """GET /me/accounts: two pages of the person, each with its token."""
    token = graph.token(request)
    ids = [digits(f"{token}/{number}") for number in (1, 2)]
    pages: list[dict[str, Any]] = [entities.page(page, page_token(world, request, page), world.clock()) for page in ids]
    return graph.page(request, pages, ("access_token", "category", "category_list", "name", "id", "tasks"), "Page")


def permissions(_: World, request: Request) -> Reply:
    """GET /me/permissions: all that publishing needs."""
    graph.token(request)
    return reply(200, {"data": [{"permission": scope, "status": "granted"} for scope in SCOPES]})


def insights(world: World, request: Request) -> Reply:
    """GET /{post}/insights, /{page}/insights."""
    graph.token(request)
    node = request.params["node"]
    post = find(world, node)
    if post is None and not node.isdecimal():
        raise graph.absent(node)
    figures = _of_post(post, world.clock()) if post else _of_page(crowd(node, world.clock()))
    period = graph.text(graph.parameters(request), "period") or "lifetime"
    return graph.insights(request, node, METRICS, figures, period)


def _of_post(post: Post, now: datetime) -> Mapping[str, graph.Figure]:
    people = audience(post.remote_id, post.created_at, now)
    reactions = {"like": people.likes - people.likes // 4, "love": people.likes // 4}
    return {
        "post_total_media_view_unique": people.reach,
        "post_media_view": people.views,
        "post_reactions_by_type_total": {kind: count for kind, count in reactions.items() if count},
        "post_clicks": people.clicks,
        "post_clicks_by_type": {"link clicks": people.links, "other clicks": people.clicks - people.links},
    }


def _of_page(people: Crowd) -> Mapping[str, graph.Figure]:
    return {
        "page_media_view": people.views,
        "page_total_media_view_unique": people.reach,
        "page_post_engagements": people.engaged,
        "page_daily_follows": people.gained,
        "page_follows": people.followers,
    }
