from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, png

API = "https://api.pinterest.com/v5"
BOARD = "1234567890"
ADDRESS = {"source_type": "image_url", "url": "https://cdn.example/a.jpg"}


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def sent(data: bytes | None = None) -> dict[str, str]:
    content = base64.b64encode(png() if data is None else data).decode()
    return {"content_type": "image/png", "data": content}


def pin(client: Client, source: dict[str, Any] | None = None, **given: Any) -> Answer:
    value = {"board_id": BOARD, "title": "Title", "description": "About it", "media_source": source or ADDRESS, **given}
    return client.call("POST", f"{API}/pins", value=value)


def pinned(client: Client, source: dict[str, Any] | None = None, **given: Any) -> str:
    answer = pin(client, source, **given)
    assert answer.status == 201, answer.body
    pin_id: str = answer.json["id"]
    return pin_id


def film(client: Client, data: bytes = MP4) -> str:
    made = client.call("POST", f"{API}/media", value={"media_type": "video"}).json
    assert status(client, made["media_id"]) == "registered"
    answer = store(client, made["upload_url"], made["upload_parameters"], data)
    assert (answer.status, answer.body) == (204, b"")
    media_id: str = made["media_id"]
    return media_id


def store(client: Client, url: str, fields: dict[str, str], data: bytes = MP4) -> Answer:
    return client.call("POST", url, form=fields, files=[File("file", data)], headers={"Authorization": ""})


def status(client: Client, media_id: str) -> str:
    found: str = client.call("GET", f"{API}/media/{media_id}").json["status"]
    return found


def video(media_id: str, **cover: Any) -> dict[str, Any]:
    return {"source_type": "video_id", "media_id": media_id, **cover}


def refusal(answer: Answer) -> tuple[int, int]:
    assert sorted(answer.json) == ["code", "message"]
    return answer.status, answer.json["code"]


def test_a_pin_is_kept_with_its_description(sandbox: Sandbox, client: Client) -> None:
    made = pin(client, alt_text="A red square", link="https://example.com").json
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert kept == {
        "provider": "pinterest",
        "account": "user_4c5dc9b7",
        "remote_id": made["id"],
        "url": f"https://www.pinterest.com/pin/{made['id']}/",
        "text": "About it",
        "parent": None,
        "media": [{"type": "image/jpeg", "alt": "A red square", "bytes": None}],
        "deleted": False,
    }
    assert (made["title"], made["link"], made["media"]["media_type"]) == ("Title", "https://example.com", "image")


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"board_id": "board"}, (400, 1)),
        ({"board_id": "012"}, (404, 40)),
        ({"title": "x" * 101}, (400, 1)),
        ({"description": "x" * 801}, (400, 1)),
        ({"alt_text": "x" * 501}, (400, 1)),
        ({"link": f"https://example.com/{'x' * 2029}"}, (400, 1)),
        ({"link": "example.com"}, (400, 1)),
        ({"title": 1}, (400, 1)),
        ({"text": "x"}, (400, 1)),
        ({"board_section_id": "soups"}, (400, 1)),
        ({"media_source": None}, (400, 1)),
        ({"board_id": None}, (400, 1)),
        ({"media_source": {"source_type": "image"}}, (400, 1)),
        ({"media_source": {"source_type": "pin_url"}}, (403, 29)),
        ({"media_source": {"source_type": "image_url", "url": "a.jpg"}}, (400, 1)),
        ({"media_source": {"source_type": "image_url", "url": "https://cdn.invalid/a.jpg"}}, (400, 1)),
        ({"media_source": {"source_type": "image_url", "address": "https://cdn.example/a.jpg"}}, (400, 1)),
        ({"media_source": {"source_type": "image_base64", "content_type": "image/png", "data": "*"}}, (400, 1)),
        ({"media_source": {"source_type": "image_base64", "content_type": "image/png", "data": "eA=="}}, (400, 1)),
        ({"media_source": {"source_type": "multiple_image_urls", "items": [{"url": "https://a.example"}]}}, (400, 1)),
        ({"media_source": {"source_type": "multiple_image_urls", "items": [ADDRESS] * 2}}, (400, 1)),
        ({"media_source": {"source_type": "video_id", "media_id": "7", "cover_image_key_frame_time": 0}}, (400, 1)),
    ],
)
def test_what_is_refused(sandbox: Sandbox, client: Client, given: dict[str, Any], outcome: tuple[int, int]) -> None:
    assert refusal(pin(client, **given)) == outcome
    assert sandbox.posts() == []


def test_bounds_that_are_not_crossed(client: Client) -> None:
    link = f"https://example.com/{'x' * 2028}"
    given: dict[str, Any] = {"title": "x" * 100, "description": "x" * 800, "alt_text": "x" * 500, "link": link}
    assert pin(client, **given, dominant_color=None).status == 201


def test_who_asks(client: Client) -> None:
    assert refusal(client.call("GET", f"{API}/user_account", headers={"Authorization": ""})) == (401, 2)
    assert client.call("GET", f"{API}/user_account").json["username"] == "user_4c5dc9b7"


def test_pictures_that_are_sent(sandbox: Sandbox, client: Client) -> None:
    pinned(client, {"source_type": "image_base64", **sent()})
    several = {"source_type": "multiple_image_base64", "items": [sent(), sent(png(colour="blue"))], "index": 1}
    made = pin(client, several).json
    assert (made["media"]["media_type"], len(made["media"]["items"])) == ("multiple_images", 2)
    assert [len(post["media"]) for post in sandbox.posts()] == [1, 2]
    for items in ([sent()], [sent()] * 6, [sent(), sent(png(5, 5))], [sent(), {"data": "eA=="}]):
        assert refusal(pin(client, {**several, "items": items})) == (400, 1)
    assert refusal(pin(client, {**several, "index": 2})) == (400, 1)


def test_a_film_is_processed_and_needs_a_cover(sandbox: Sandbox, client: Client) -> None:
    media_id = film(client)
    cover = {"cover_image_url": "https://cdn.example/cover.jpg"}
    assert refusal(pin(client, video(media_id, **cover))) == (400, 1)
    assert [status(client, media_id) for _ in range(2)] == ["processing", "succeeded"]
    assert refusal(pin(client, video(media_id))) == (400, 1)
    data = {"cover_image_content_type": "image/png", "cover_image_data": sent()["data"]}
    for given in (cover, data, {"cover_image_key_frame_time": 0}):
        assert pin(client, video(media_id, **given)).json["media"]["media_type"] == "video"
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}]
    other = Client(sandbox.url, {"Authorization": "Bearer other"})
    assert refusal(other.call("GET", f"{API}/media/{media_id}"))[0] == 404


@pytest.mark.parametrize(("effect", "word"), [("async-fail", "failed"), ("async-never", "processing")])
@pytest.mark.parametrize("match", [{"method": "POST", "path": "^/$"}, {"path": "/media/", "nth": 2}])
def test_processing_that_does_not_end_well(
    sandbox: Sandbox, client: Client, effect: str, word: str, match: dict[str, Any]
) -> None:
    sandbox.faults([{"match": match, "effect": effect}])
    media_id = film(client)
    assert [status(client, media_id) for _ in range(3)] == [word] * 3
    assert refusal(pin(client, video(media_id, cover_image_key_frame_time=0))) == (400, 1)


def test_what_is_no_film_fails_in_the_end(client: Client) -> None:
    media_id = film(client, png())
    assert [status(client, media_id) for _ in range(2)] == ["processing", "failed"]


def test_storage_takes_what_was_registered_for_an_hour(sandbox: Sandbox, client: Client) -> None:
    assert refusal(client.call("POST", f"{API}/media", value={"media_type": "image"})) == (400, 1)
    made = client.call("POST", f"{API}/media", value={"media_type": "video"}).json
    url, fields = made["upload_url"], made["upload_parameters"]
    for name in ("key", "policy"):
        assert store(client, url, {**fields, name: "x"}).status == 403
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(hours=1)
    assert store(client, url, fields).status == 403


def test_an_edit_changes_what_it_names(sandbox: Sandbox, client: Client) -> None:
    pin_id = pinned(client, link="https://example.com")
    url = f"{API}/pins/{pin_id}"
    changed = client.call("PATCH", url, value={"description": "New", "alt_text": "Alt", "board_id": "77"}).json
    assert (changed["title"], changed["board_id"], changed["link"]) == ("Title", "77", "https://example.com")
    (kept,) = sandbox.posts()
    assert (kept["text"], kept["media"][0]["alt"]) == ("New", "Alt")
    assert refusal(client.call("PATCH", url, value={"media_source": ADDRESS})) == (400, 1)
    assert refusal(client.call("PATCH", f"{url}0", value={})) == (404, 50)
    other = {"Authorization": "Bearer other"}
    assert refusal(client.call("PATCH", url, value={}, headers=other)) == (404, 50)


def test_a_deleted_pin_is_gone(sandbox: Sandbox, client: Client) -> None:
    url = f"{API}/pins/{pinned(client)}"
    assert client.call("GET", url).json["title"] == "Title"
    assert [client.call("DELETE", url).status for _ in range(2)] == [204, 404]
    assert (refusal(client.call("GET", url)), sandbox.posts()[0]["deleted"]) == ((404, 50), True)


def test_pins_and_boards_are_listed_in_pages(client: Client) -> None:
    ids = [pinned(client) for _ in range(3)][::-1]
    pinned(client, board_id="77")
    url = f"{API}/boards/{BOARD}/pins?page_size=2"
    first = client.call("GET", url).json
    rest = client.call("GET", f"{url}&bookmark={first['bookmark']}").json
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert (rest["bookmark"], len(client.call("GET", f"{API}/pins").json["items"])) == (None, 4)
    for wrong in ("page_size=0", "page_size=251", "bookmark=x"):
        assert refusal(client.call("GET", f"{API}/pins?{wrong}")) == (400, 1)
    boards = client.call("GET", f"{API}/boards").json["items"]
    assert [one["name"] for one in boards] == ["Summer recipes", "Spring", "Workshop"]
    assert client.call("GET", f"{API}/boards/{boards[0]['id']}").json["name"] == "Summer recipes"
    assert client.call("GET", f"{API}/boards/{BOARD}").json["pin_count"] == 3
    sections = client.call("GET", f"{API}/boards/{BOARD}/sections").json["items"]
    assert [one["name"] for one in sections] == ["Soups", "Salads"]
    assert refusal(client.call("GET", f"{API}/boards/012/pins")) == (404, 40)


def test_figures_begin_at_zero(client: Client) -> None:
    url = f"{API}/pins/{pinned(client)}/analytics"
    dates = "start_date=2026-11-01&end_date=2026-11-22"
    found = client.call("GET", f"{url}?{dates}&metric_types=IMPRESSION,SAVE").json["all"]
    assert found["summary_metrics"] == {"IMPRESSION": 0, "SAVE": 0}
    for wrong in (dates, f"{dates}&metric_types=LIKES", "metric_types=SAVE"):
        assert refusal(client.call("GET", f"{url}?{wrong}")) == (400, 1)
