"""Who asks, which organizations they administer, and figures, which are those of a place where nobody is."""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.linkedin.common import elements, error, member, organizations
from postiz_ops.sandbox.world import World


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


def figures(_: World, request: Request) -> Reply:
    """Statistics: what nothing happened to is left out."""
    member(request)
    return elements([], request)


def followers(_: World, request: Request) -> Reply:
    """GET /rest/networkSizes/{urn}."""
    member(request)
    return reply(200, {"firstDegreeSize": 0})
