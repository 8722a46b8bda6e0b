"""``accounts list`` and ``accounts options``: where accounts stand, and what they may choose from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from postiz_ops.commands.accounts.listing import lines, row
from postiz_ops.commands.accounts.options import Listing, Shelf
from postiz_ops.ledger.sealed import Sealed, Status
from postiz_ops.ledger.view import KnownAccount, View
from postiz_ops.model import Account
from tests.commands.site import Site

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ACCOUNT = Account("acme-x", "x", "https://api.x.com")
SEALED = Sealed("acme-x", "x", "https://api.x.com", 1, {}, scopes=("tweet.write", "users.read"))


def told(
    sealed: Sealed | None, account: Account = ACCOUNT, environment: dict[str, str] | None = None
) -> dict[str, Any]:
    view = View(sealed={"acme-x": sealed} if sealed else {})
    one: dict[str, Any] = row(account, view, NOW, environment or {})["credentials"]
    return one


def words(sealed: Sealed | None, account: Account = ACCOUNT, environment: dict[str, str] | None = None) -> str:
    view = View(sealed={"acme-x": sealed} if sealed else {})
    return list(lines(row(account, view, NOW, environment or {}), NOW))[2].strip()


@pytest.mark.parametrize(
    ("changes", "health", "said"),
    [
        ({}, "ok", "credentials in the vault"),
        ({"expires_at": NOW + timedelta(days=90)}, "ok", "credentials in the vault, until 2027-03-01"),
        (
            {"expires_at": NOW + timedelta(days=30)},
            "soon",
            "credentials in the vault, until 2026-12-31; connect it again before: `postiz-ops accounts connect acme-x`",
        ),
        (
            {"expires_at": NOW},
            "ended",
            "credentials ended: they have run out; run `postiz-ops accounts connect acme-x`",
        ),
        ({"expires_at": NOW, "refreshable": True}, "ok", "renewed by itself"),
        (
            {"expires_at": NOW, "refreshable": True, "refresh_expires_at": NOW + timedelta(days=180)},
            "ok",
            "renewed by itself, until 2027-05-30",
        ),
        (
            {"status": Status.REVOKED, "problem": "X says so\x1b[31m"},
            "ended",
            "credentials ended: X says so\\x1b[31m; run `postiz-ops accounts connect acme-x`",
        ),
        (
            {"status": Status.LOST},
            "ended",
            "credentials ended: they have run out; run `postiz-ops accounts connect acme-x`",
        ),
        (
            {"status": Status.FORGOTTEN},
            "missing",
            "no credentials: run `postiz-ops accounts connect acme-x`",
        ),
    ],
)
def test_where_credentials_stand(changes: dict[str, Any], health: str, said: str) -> None:
    sealed = replace(SEALED, **changes)
    assert told(sealed)["health"] == health
    assert words(sealed) == said


def test_credentials_of_the_environment_come_first() -> None:
    assert told(None)["source"] is None
    here = {"POSTIZ_ACME_X_ACCESS_TOKEN": "test-token"}
    assert (told(SEALED, environment=here)["source"], words(SEALED, environment=here)) == (
        "environment",
        "credentials from the environment",
    )
    named = replace(ACCOUNT, credentials={"access_token": "X_TOKEN"})
    assert words(None, named) == "credentials from the environment, and not set here"
    assert told(None, named)["health"] == "unknown"
    assert told(SEALED, named)["source"] == "vault"
    assert "test-token" not in repr(told(SEALED, environment=here))


def test_a_lost_renewal_is_no_end_while_its_token_lives() -> None:
    """``LOST`` says that a person is needed, whatever the present token still serves for."""
    assert told(replace(SEALED, status=Status.LOST, expires_at=NOW + timedelta(hours=1)))["health"] == "ended"


def test_the_row_tells_scopes_budgets_and_the_version() -> None:
    view = View(sealed={"acme-x": SEALED}, accounts={"acme-x": KnownAccount("acme-x", "x", "https://other.example")})
    one = row(ACCOUNT, view, NOW, {})
    assert one["credentials"]["scopes"] == ["tweet.write", "users.read"]
    assert one["rates"]
    assert all(set(rate) == {"what", "limit", "seconds", "per"} for rate in one["rates"])
    assert one["held"] == "its server was https://other.example: see `accounts trust`"
    text = "\n".join(lines(one, NOW))
    assert "held: its server was https://other.example" in text
    assert "    may: tweet.write users.read\n" in text
    assert "    budget: " in text


def test_a_version_near_its_end_is_told() -> None:
    one = row(ACCOUNT, View(), NOW, {}) | {"sunset": "2027-01-01"}
    assert "    this version ends soon: update postiz-ops" in lines(one, NOW)
    assert "    this version ends soon: update postiz-ops" not in lines(one | {"sunset": "2028-01-01"}, NOW)


# --- options ------------------------------------------------------------------------------------------------------


def test_a_list_is_kept_with_its_date_for_its_account_and_kind(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "options", ACCOUNT, None)
    assert shelf.read() is None
    shelf.write(Listing(NOW, {"1": "Eins"}))
    assert shelf.read() == Listing(NOW, {"1": "Eins"})
    assert replace(shelf, kind="board").read() is None
    assert replace(shelf, account=replace(ACCOUNT, origin="https://other.example")).read() is None


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"at": 1, "options": {}}', '{"at": "x", "options": []}', "1"])
def test_a_damaged_list_is_none(tmp_path: Path, damage: str) -> None:
    shelf = Shelf(tmp_path, ACCOUNT, None)
    shelf.file.write_text(damage)
    assert shelf.read() is None


ROOM = """\
version: 1
branch: main
accounts:
  room:
    provider: slack
    credentials: {bot_token: "${ROOM_TOKEN}"}
    settings: {channel: C0123456789}
"""


def test_what_cannot_be_asked_is_what_it_was(tmp_path: Path) -> None:
    """Nobody listens at the endpoint, so that the platform cannot be reached."""
    site = Site(tmp_path, endpoint="http://127.0.0.1:9").begin(ROOM)
    ran = site.run("accounts", "options", "room", "--cached")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: nothing was listed for `room` in this clone yet")
    assert site.run("accounts", "options", "room").code == 1
    account = Account("room", "slack", "https://slack.com")
    Shelf(site.repo / ".git" / "postiz" / "options", account, None).write(Listing(NOW, {"C1": "#news\x07"}))
    ran = site.run("accounts", "options", "room")
    assert ran.code == 0
    first, last = ran.out.splitlines()
    assert first == "C1                       #news\\x07"
    assert last.startswith("Listed on 2026-12-01T09:00:00Z. Now: ")
    ran = site.run("accounts", "options", "room", "--cached", "--format", "json")
    assert json.loads(ran.out) == {
        "version": 1,
        "account": "room",
        "provider": "slack",
        "kind": None,
        "listed_at": "2026-12-01T09:00:00Z",
        "stale": None,
        "options": [{"id": "C1", "name": "#news\x07"}],
    }
