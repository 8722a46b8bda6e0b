"""What is exported opens in a real Datasette: tables, views, references and the search, with the metadata beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest

from postiz_ops.analytics.database import TABLES, VIEWS
from postiz_ops.net.clock import SystemClock
from postiz_ops.sandbox import Sandbox
from tests.commands import sixteen
from tests.real import install
from tests.real.servers import answering, free_port

OPENER = build_opener(ProxyHandler({}))
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Datasette over the export of a post on sixteen platforms, after a day."""
    folder = tmp_path_factory.mktemp("datasette")
    try:
        command = install.datasette()
    except install.Missing as reason:
        pytest.skip(str(reason))
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "sleep", lambda *_: asyncio.sleep(0))
        site = sixteen.begin(tmp_path_factory.mktemp("site"), sandbox.url)
        site.write("content/launch.md", sixteen.LAUNCH)
        site.approve()
        for _ in range(3):
            site.publish()
        at = datetime.now(UTC) + timedelta(days=1, minutes=5)
        sandbox.world.clock = lambda: at
        assert site.run("analytics", "sync", "--now", at.isoformat()).code == 0
        ran = site.run("analytics", "export", "--format", "sqlite", "-o", str(folder / "figures.db"))
        assert ran.code == 0
    port = free_port()
    files = [str(folder / "figures.db"), "--metadata", str(folder / "figures.metadata.json")]
    start = [str(command), *files, "--host", "127.0.0.1", "--port", str(port)]
    with answering(start, f"http://127.0.0.1:{port}/-/versions.json", folder / "server.log"):
        yield f"http://127.0.0.1:{port}"


def read(url: str) -> str:
    with OPENER.open(url, timeout=30) as answer:
        return str(answer.read().decode())


def rows(url: str) -> list[dict[str, Any]]:
    return list(json.loads(read(url)))


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
def test_every_table_and_view_is_a_page_with_its_description_and_has_rows(url: str, name: str) -> None:
    described = json.loads(read(f"{url}/-/metadata.json"))["databases"]["figures"]["tables"][name]["description"]
    assert described in read(f"{url}/figures/{name}").replace("&#x27;", "'").replace("&#39;", "'")
    assert rows(f"{url}/figures/{name}.json?_shape=array&_size=1")


def test_posts_are_found_by_their_words(url: str) -> None:
    assert [row["id"] for row in rows(f"{url}/figures/posts.json?_shape=array&_search=garden")] == ["launch"]
    assert rows(f"{url}/figures/posts.json?_shape=array&_search=nothing") == []


def test_figures_lead_to_their_delivery_and_account(url: str) -> None:
    page = read(f"{url}/figures/metrics?_size=1&delivery__notblank=1")
    assert 'href="/figures/deliveries/' in page
    assert 'href="/figures/accounts/' in page
    (row,) = rows(f"{url}/figures/posts_with_figures.json?_shape=array&account=my-x&metric=impressions")
    assert (row["provider"], row["kind"], row["value"] > 0) == ("x", "thread", True)
