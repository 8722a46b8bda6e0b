"""Who asks, which organizations they administer, and what came of their posts."""

from __future__ import annotations

import re
from typing import Any

from postiz_ops.sandbox.audience import LATE, Audience, audience, crowd
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.linkedin.common import PAGE, PERSON, elements, error, member, organizations
from postiz_ops.sandbox.world import Post, World

_ENTITY = re.compile(r"\((?:share|ugc):(.+)\)")


def userinfo(_: World, request: Request) -> Reply:
    """GET /v2/userinfo: ``sub`` is what the member's URN ends with."""
    sub = member(request).rpartition(":")[2]
    return reply(200, {"sub": sub, "name": f"Member {sub}", "given_name": "Member", "family_name": sub})


def me(_: World, request: Request) -> Reply:
    """GET /v2/me."""
    sub = member(request).rpartition(":")[2]
    return reply(200, {"id": sub, "localizedFirstName": "Member", "localizedLastName": sub, "vanityName": sub})


def roles(_: World, request: Request) -> Reply:
    """GET /rest/organizationAcls?q=roleAssignee."""
    if request.ask("q") != "roleAssignee":
        raise error(400, "PARAM_INVALID", "the sandbox imitates q=roleAssignee alone")
    more = {"role": "ADMINISTRATOR", "roleAssignee": member(request), "state": "APPROVED"}
    rows = [{"organization": urn, **more} for urn in organizations(request)]
    return elements(list(rows), request, total=len(rows))


def organization(_: World, request: Request) -> Reply:
    """GET /rest/organizations/{id}."""
    number = request.params["id"]
    if not number.isdecimal():
        raise error(400, "PARAM_INVALID", f"{number} is no number")
    name = f"Organization {number[-4:]}"
    return reply(200, {"id": int(number), "localizedName": name, "vanityName": name.lower().replace(" ", "-")})


def nothing(_: World, request: Request) -> Reply:
    """Statistics of a page that publishing does not need: what nothing happened to is left out."""
    member(request)
    return elements([], request)


def followers(world: World, request: Request) -> Reply:
    """GET /rest/networkSizes/{urn}."""
    member(request)
    return reply(200, {"firstDegreeSize": crowd(request.params["urn"], world.clock()).followers})


def my_followers(world: World, request: Request) -> Reply:
    """GET /rest/memberFollowersCount?q=me."""
    return elements([{"memberFollowersCount": crowd(member(request), world.clock()).followers}], request)


def of_pages(world: World, request: Request) -> Reply:
    """GET /rest/organizationalEntityShareStatistics: a page's posts; one that nobody has seen is left out."""
    page = request.ask("organizationalEntity")
    rows = []
    for key, name in (("shares", "share"), ("ugcPosts", "ugcPost")):
        urns = request.ask(key).removeprefix("List(").removesuffix(")").split(",")
        posts = (world.find(PAGE, urn) for urn in urns)
        rows += [_page_row(page, name, post, _seen(world, post)) for post in posts if post]
    return elements([row for row in rows if row["totalShareStatistics"]["impressionCount"]], request)


def _page_row(page: str, name: str, post: Post, people: Audience) -> dict[str, Any]:
    counts = {
        "impressionCount": people.views,
        "uniqueImpressionsCount": people.reach,
        "likeCount": people.likes,
        "commentCount": post.replies,
        "shareCount": people.shares,
        "clickCount": people.clicks,
        "engagement": round((people.clicks + people.interactions) / max(people.views, 1), 6),
    }
    return {name: post.remote_id, "organizationalEntity": page, "totalShareStatistics": counts}


def of_members(world: World, request: Request) -> Reply:
    """GET /rest/memberCreatorPostAnalytics?q=entity: one figure of a post; saves are not known of it for three days."""
    urn = _ENTITY.fullmatch(request.ask("entity"))
    post = world.find(PERSON, urn[1]) if urn else None
    if post is None or post.account != member(request):
        raise error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {request.ask('entity')}")
    people, kind = _seen(world, post), request.ask("queryType")
    counts = {
        "IMPRESSION": people.views,
        "MEMBERS_REACHED": people.reach,
        "REACTION": people.likes,
        "COMMENT": post.replies,
        "RESHARE": people.shares,
        "POST_SAVE": people.saves if world.clock() - post.created_at > LATE else -1,
        "LINK_CLICKS": people.links,
    }
    if kind not in counts:
        raise error(400, "PARAM_INVALID", f"{kind} is no queryType that the sandbox imitates")
    return elements([{"targetEntity": {"share": post.remote_id}, "metricType": kind, "count": counts[kind]}], request)


def _seen(world: World, post: Post) -> Audience:
    return audience(post.remote_id, post.created_at, world.clock())
