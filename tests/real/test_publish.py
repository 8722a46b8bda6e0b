"""The publisher as a process, against a real Bluesky PDS and a third-party mock of Mastodon.

What is read back from the servers is compared with what ``plan`` announced, since that is what a reviewer approved.
"""

from __future__ import annotations

import pytest

from tests.real.http import Server
from tests.real.proxy import Proxy
from tests.real.readback import Message, bluesky_message, facets, mastodon_message, planned, posts, record, statuses
from tests.real.servers import Pds
from tests.real.workspace import Workspace, picture

pytestmark = pytest.mark.real

LAUNCH = """\
---
platforms: [everywhere]
publish_at: now
hashtags: [GitOps]
media:
  - {src: chart.png, alt: "A chart: more 📈 each day"}
---
Größe **matters** 👩‍🚀: see [the docs](https://example.com/docs?a=1&b=2)
and https://example.com/plain
"""

THREAD = """\
---
platforms: [everywhere]
publish_at: now
---
First of three.

---

Second of three, with a link: https://example.com/second

---

Third of three.
"""

CARD = """\
---
platforms: [acme-bluesky]
publish_at: now
link: {url: "https://example.com/card", title: A card, description: What it is about}
---
A post with a card.
"""


def test_the_servers_have_what_was_planned(workspace: Workspace, pds: Pds, mastodon_mock: Server) -> None:
    workspace.write({"content/launch.md": LAUNCH, "content/chart.png": picture(), "content/thread.md": THREAD})
    workspace.approve()
    plan = workspace.plan()
    accounts = ("acme-bluesky", "acme-mastodon")
    assert {(post, account) for post in ("launch", "thread") for account in accounts} == set(plan)
    assert {(delivery["action"], delivery["due"]) for delivery in plan.values()} == {("publish", True)}

    done = workspace.publish()

    assert done.code == 0, done
    published = {(delivery["post"], delivery["account"]): delivery for delivery in done.json()["deliveries"]}
    assert {key: delivery["state"] for key, delivery in published.items()} == dict.fromkeys(plan, "published")
    for key, delivery in plan.items():
        ids = published[key]["remote_ids"]
        assert read_back(key[1], ids, pds, mastodon_mock) == planned(delivery, ids)


def test_a_second_run_sends_nothing(workspace: Workspace, pds_proxy: Proxy, mastodon_proxy: Proxy) -> None:
    workspace.write({"content/again.md": THREAD.replace("three", "another three")})
    workspace.approve()
    assert workspace.publish().code == 0
    before = (len(pds_proxy.exchanges), len(mastodon_proxy.exchanges))

    done = workspace.publish()

    assert (done.code, done.json()["deliveries"]) == (0, [])
    assert (len(pds_proxy.exchanges), len(mastodon_proxy.exchanges)) == before
    assert all(delivery["action"] == "none" for delivery in workspace.plan().values())


def test_links_and_tags_are_facets_on_bluesky(workspace: Workspace, pds: Pds) -> None:
    workspace.write({"content/facets.md": LAUNCH.replace("Größe", "Weite"), "content/chart.png": picture()})
    workspace.approve()

    done = workspace.publish("--only", "acme-bluesky")

    (delivery,) = done.json()["deliveries"]
    value = record(pds, delivery["remote_ids"][0])["value"]
    assert facets(value) == [
        ("the docs", "https://example.com/docs?a=1&b=2"),
        ("https://example.com/plain", "https://example.com/plain"),
        ("#GitOps", "GitOps"),
    ]


def test_a_link_is_a_card_on_bluesky(workspace: Workspace, pds: Pds) -> None:
    workspace.write({"content/card.md": CARD})
    workspace.approve()

    done = workspace.publish()

    (delivery,) = done.json()["deliveries"]
    assert record(pds, delivery["remote_ids"][0])["value"]["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://example.com/card", "title": "A card", "description": "What it is about"},
    }


def test_a_wrong_password_holds_one_account_and_not_the_other(
    workspace: Workspace, pds: Pds, mastodon_mock: Server
) -> None:
    locked_out = Workspace(workspace.folder, {**workspace.environment, "BLUESKY_PASSWORD": "test-wrong"})
    locked_out.write({"content/held.md": "---\nplatforms: [everywhere]\npublish_at: now\n---\nHeld on one side.\n"})
    locked_out.approve()

    done = locked_out.publish()

    assert done.code == 1, done
    assert "test-wrong" not in done.out + done.err
    states = locked_out.states()
    assert states["held", "acme-bluesky"]["state"] == "held"
    assert states["held", "acme-bluesky"]["error"]["kind"] == "reauthorize"
    assert states["held", "acme-mastodon"]["state"] == "published"
    assert (len(posts(pds, "Held on one side.")), len(statuses(mastodon_mock, "Held on one side."))) == (0, 1)

    assert workspace.publish().code == 0
    assert (len(posts(pds, "Held on one side.")), len(statuses(mastodon_mock, "Held on one side."))) == (1, 1)


def read_back(account: str, ids: list[str], pds: Pds, mastodon_mock: Server) -> list[Message]:
    if account == "acme-bluesky":
        return [bluesky_message(pds, uri) for uri in ids]
    return [mastodon_message(mastodon_mock, status_id) for status_id in ids]
