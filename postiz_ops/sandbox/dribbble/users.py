"""The account, its teams and projects."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import crowd
from postiz_ops.sandbox.dribbble.common import account_of, number, page, uploads
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import World


def team(account: str) -> dict[str, Any]:
    """The one team that an account belongs to."""
    login = f"{account}-team"
    return {
        "id": number(login),
        "name": "Team",
        "login": login,
        "html_url": f"https://dribbble.com/{login}",
        "avatar_url": f"https://cdn.dribbble.com/users/{number(login)}/avatars/normal/a.png",
        "bio": None,
        "location": None,
        "links": {},
        "type": "Team",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }


def me(world: World, request: Request) -> Reply:
    """GET /v2/user."""
    account = account_of(request)
    shown = {
        "id": number(account),
        "name": account,
        "login": account,
        "html_url": f"https://dribbble.com/{account}",
        "avatar_url": f"https://cdn.dribbble.com/users/{number(account)}/avatars/normal/a.png",
        "bio": "",
        "location": None,
        "links": {},
        "can_upload_shot": uploads(request),
        "pro": True,
        "followers_count": crowd(account, world.clock()).followers,
        "created_at": "2026-01-01T00:00:00Z",
        "type": "Player" if uploads(request) else "Prospect",
        "teams": [team(account)] if uploads(request) else [],
    }
    return reply(200, shown)


def projects(_: World, request: Request) -> Reply:
    """GET /v2/user/projects: one."""
    account = account_of(request)
    at = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    project = {"id": number(f"{account}/project"), "name": "Project", "description": None, "shots_count": 0, **at}
    return page(request, [project])
