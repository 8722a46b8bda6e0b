"""Every kind of post that a server of others can be asked for, published as a user would and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.commands.kinds import KINDS, REAL, post_id, post_of
from tests.commands.sixteen import MEDIA
from tests.real.http import Server
from tests.real.readback import record
from tests.real.servers import Pds
from tests.real.workspace import Workspace

pytestmark = pytest.mark.real


@pytest.mark.parametrize("provider", REAL)
def test_all_kinds_arrive(workspace: Workspace, pds: Pds, mastodon_mock: Server, provider: str) -> None:
    account, kinds = f"acme-{provider}", REAL[provider].kinds
    workspace.write({f"media/{name}": data for name, data in MEDIA.items()})
    workspace.write({f"content/{number}.md": post_of(provider, name, account) for number, name in enumerate(kinds)})
    workspace.approve()
    plan = workspace.plan()

    done = workspace.publish()

    assert done.code == 0, done
    published = {row["post"]: row["remote_ids"] for row in done.json()["deliveries"]}
    for name in kinds:
        post = post_id(provider, name)
        read = [bluesky(pds, one) if provider == "bluesky" else mastodon(mastodon_mock, one) for one in published[post]]
        assert [text for text, _ in read] == [part["text"] for part in plan[post, account]["parts"]], name
        assert read[0][1] == len(KINDS[provider][name].media), name


def bluesky(pds: Pds, uri: str) -> tuple[str, int]:
    """The text of a post, and how many media it shows."""
    value: Mapping[str, Any] = record(pds, uri)["value"]
    embed = value.get("embed", {})
    return value["text"], len(embed.get("images", ())) + ("video" in embed)


def mastodon(server: Server, number: str) -> tuple[str, int]:
    """The text of a status, and how many media it shows."""
    text: str = server.get(f"/api/v1/statuses/{number}/source")["text"]
    return text, len(server.get(f"/api/v1/statuses/{number}")["media_attachments"])
