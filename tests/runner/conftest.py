"""A user's repository beside a sandbox of its own."""

from __future__ import annotations

from tests.commands.conftest import sandbox, site

__all__ = ["sandbox", "site"]
