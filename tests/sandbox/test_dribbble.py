from __future__ import annotations

from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import Answer, Client, File, png

API = "https://api.dribbble.com/v2"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def upload(
    client: Client, data: bytes | None = None, more: list[tuple[str, str]] | None = None, title: str = "A shot"
) -> Answer:
    form = [("title", title), ("description", "About it"), *(more or [])]
    files = [File("image", png(400, 300) if data is None else data, "a.png", "image/png")]
    return client.call("POST", f"{API}/shots", form=form, files=files)


def uploaded(client: Client, more: list[tuple[str, str]] | None = None) -> str:
    answer = upload(client, more=more)
    assert (answer.status, answer.body) == (202, b"")
    return answer.headers["Location"]


def refusal(answer: Answer) -> tuple[int, str]:
    (error,) = answer.json["errors"]
    assert (answer.json["message"], bool(error["message"])) == ("Validation failed.", True)
    return answer.status, error["attribute"]


def shown(client: Client, url: str) -> dict[str, Any]:
    assert client.call("GET", url).status == 404
    found: dict[str, Any] = client.call("GET", url).json
    return found


def test_a_shot_is_kept_and_named_in_a_header(sandbox: Sandbox, client: Client) -> None:
    url = uploaded(client)
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert url == f"{API}/shots/{kept['remote_id']}"
    assert kept == {
        "provider": "dribbble",
        "account": "user_4c5dc9b7",
        "remote_id": kept["remote_id"],
        "url": f"https://dribbble.com/shots/{kept['remote_id']}-A-shot",
        "text": "About it",
        "parent": None,
        "media": [{"type": "image/png", "alt": "", "bytes": len(png(400, 300))}],
        "deleted": False,
    }


def test_a_shot_is_there_at_the_second_look(client: Client) -> None:
    url = uploaded(client, [("tags[]", "a"), ("tags[]", "b"), ("low_profile", "true")])
    found = shown(client, url)
    assert (found["title"], found["tags"], found["low_profile"], found["width"]) == ("A shot", ["a", "b"], True, 400)
    assert client.call("GET", f"{API}/user/shots").json[0]["id"] == found["id"]


@pytest.mark.parametrize(
    ("data", "more", "attribute"),
    [
        (png(401, 300), [], "image"),
        (png(1600, 1200), [], "image"),
        (b"text", [], "image"),
        (png(400, 300) + bytes(8 * 1024**2), [], "image"),
        (None, [("tags[]", str(number)) for number in range(13)], "tags"),
        (None, [("team_id", "7")], "team_id"),
        (None, [("team_id", "https://dribbble.com/acme")], "team_id"),
        (None, [("text", "x")], "text"),
    ],
)
def test_what_is_refused(
    sandbox: Sandbox, client: Client, data: bytes | None, more: list[tuple[str, str]], attribute: str
) -> None:
    assert refusal(upload(client, data, more)) == (422, attribute)
    assert sandbox.posts() == []


def test_shots_without_what_they_need(client: Client) -> None:
    assert refusal(upload(client, title=" ")) == (422, "title")
    assert refusal(client.call("POST", f"{API}/shots", form={"title": "x"}, files=[])) == (422, "image")
    assert refusal(client.call("POST", f"{API}/shots", value={"title": "x"})) == (422, "image")
    assert upload(client, more=[("scheduled_for", "2026-12-01T09:00:00Z")]).status == 501


def test_both_sizes_and_a_team(client: Client) -> None:
    (team,) = client.call("GET", f"{API}/user").json["teams"]
    answer = upload(client, png(800, 600), [("team_id", str(team["id"]))])
    found = shown(client, answer.headers["Location"])
    assert (found["height"], found["team"]["name"]) == (600, "Team")


def test_who_may_upload(client: Client) -> None:
    prospect = Client(client.endpoint, {"Authorization": "Bearer prospect-token"})
    me, other = (who.call("GET", f"{API}/user").json for who in (client, prospect))
    assert [(one["can_upload_shot"], one["type"]) for one in (me, other)] == [(True, "Player"), (False, "Prospect")]
    assert upload(prospect).status == 403
    assert client.call("GET", f"{API}/user", headers={"Authorization": ""}).json == {"message": "Bad credentials."}


@pytest.mark.parametrize("effect", ["async-fail", "async-never"])
def test_a_shot_that_never_comes(sandbox: Sandbox, client: Client, effect: str) -> None:
    sandbox.faults([{"match": {"method": "POST"}, "effect": effect}])
    url = uploaded(client)
    assert [client.call("GET", url).status for _ in range(3)] == [404] * 3
    assert (sandbox.posts(), client.call("GET", f"{API}/user/shots").json) == ([], [])
    sandbox.faults([{"match": {"method": "GET", "nth": 1}, "effect": effect}])
    url = uploaded(client)
    assert [client.call("GET", url).status for _ in range(3)] == [404] * 3
    assert sandbox.posts()[0]["deleted"] == (effect == "async-fail")


def test_edits_and_deletions(sandbox: Sandbox, client: Client) -> None:
    url = uploaded(client)
    assert client.call("PUT", url, value={"title": "New"}).status == 404
    changed = client.call("PUT", url, value={"title": "New", "description": "Other", "tags": ["x"]}).json
    assert (changed["title"], changed["description"], changed["tags"]) == ("New", "Other", ["x"])
    assert sandbox.posts()[0]["text"] == "Other"
    for value, attribute in (({"title": ""}, "title"), ({"tags": "x"}, "tags"), ({"image": "x"}, "image")):
        assert refusal(client.call("PUT", url, value=value)) == (422, attribute)
    assert client.call("DELETE", url, headers={"Authorization": "Bearer other"}).status == 404
    assert [client.call("DELETE", url).status for _ in range(2)] == [204, 404]
    assert sandbox.posts()[0]["deleted"] is True


def test_lists_have_pages(client: Client) -> None:
    urls = [uploaded(client) for _ in range(3)]
    assert client.call("GET", f"{API}/user/shots").json == []
    first = client.call("GET", f"{API}/user/shots?per_page=2")
    assert first.headers["Link"] == f'<{API}/user/shots?page=2&per_page=2>; rel="next"'
    rest = client.call("GET", f"{API}/user/shots?page=2&per_page=2")
    assert [f"{API}/shots/{one['id']}" for one in first.json + rest.json] == urls[::-1]
    assert "Link" not in rest.headers
    assert client.call("GET", f"{API}/user/projects").json[0]["name"] == "Project"
