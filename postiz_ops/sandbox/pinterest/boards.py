"""Boards and their sections, and the account."""

from __future__ import annotations

from postiz_ops.sandbox.audience import crowd
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.pinterest import entities
from postiz_ops.sandbox.pinterest.common import BOARDS, NAME, account_of, board_of, own_boards, page
from postiz_ops.sandbox.world import World, digits

SECTIONS = ("Soups", "Salads")


def me(world: World, request: Request) -> Reply:
    """GET /v5/user_account."""
    account = account_of(request)
    pins = sum(1 for _ in world.of(NAME, account))
    return reply(200, entities.account(account, pins, len(BOARDS), crowd(account, world.clock())))


def listing(world: World, request: Request) -> Reply:
    """GET /v5/boards."""
    account = account_of(request)
    boards = own_boards(account).items()
    return page(request, [entities.board(account, one, name, _count(world, account, one)) for one, name in boards])


def show(world: World, request: Request) -> Reply:
    """GET /v5/boards/{id}."""
    account, board = account_of(request), board_of({"board_id": request.params["id"]})
    name = own_boards(account).get(board, f"Board {board[-4:]}")
    return reply(200, entities.board(account, board, name, _count(world, account, board)))


def _count(world: World, account: str, board: str) -> int:
    return sum(post.detail["board_id"] == board for post in world.of(NAME, account))


def sections(_: World, request: Request) -> Reply:
    """GET /v5/boards/{id}/sections: the same two on every board."""
    account_of(request)
    board = board_of({"board_id": request.params["id"]})
    return page(request, [{"id": digits(f"{board}/{name}", 18), "name": name} for name in SECTIONS])
