from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser

from typing_extensions import override

from postiz_ops.providers import PROVIDERS
from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.page import TITLES, style
from tests.sandbox import test_pinterest, test_youtube
from tests.sandbox.client import Client, File, png

TOKEN = {"Authorization": "Bearer test-token"}
STATUSES = "https://mastodon.example/api/v1/statuses"
HOSTILE = "<script>alert(1)</script> \" ' & <img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(client: Client) -> Tags:
    return Tags(client.raw("GET", "/").body.decode())


def post(client: Client, **value: object) -> str:
    answer = client.call("POST", STATUSES, value=value, headers=TOKEN)
    status_id: str = answer.json["id"]
    return status_id


def upload(client: Client, data: bytes, alt: str) -> str:
    url = "https://mastodon.example/api/v2/media"
    answer = client.call("POST", url, form={"description": alt}, files=[File("file", data)], headers=TOKEN)
    media_id: str = answer.json["id"]
    return media_id


def test_an_empty_feed_says_so(client: Client) -> None:
    assert "Nothing has been published yet." in page(client).text


def test_a_post_is_shown_with_its_media_and_alt_text(client: Client) -> None:
    post(client, status="Hello", spoiler_text="Careful", media_ids=[upload(client, png(), "A red square")])
    shown = page(client)
    assert [(image["src"], image["alt"]) for image in shown.of("img")] == [("/_sandbox/media/0-0", "A red square")]
    for words in ("Mastodon", "user_4c5dc9b7@mastodon.example", "Careful", "Hello", "A red square"):
        assert words in shown.text
    media = client.raw("GET", "/_sandbox/media/0-0")
    assert (media.headers["Content-Type"], media.body) == ("image/png", png())
    for name in ("0-1", "7-0", "x", "-1--1", ""):
        assert client.raw("GET", f"/_sandbox/media/{name}").status == 404


def test_films_and_pins_are_shown_with_their_titles(client: Client) -> None:
    client.headers |= TOKEN
    test_youtube.uploaded(client, test_youtube.resource("A film & more", description="About it"))
    test_pinterest.pinned(client, {"source_type": "image_base64", **test_pinterest.sent()}, alt_text="A red square")
    shown = page(client)
    assert [video["src"] for video in shown.of("video")] == ["/_sandbox/media/0-0"]
    assert [(image["src"], image["alt"]) for image in shown.of("img")] == [("/_sandbox/media/1-0", "A red square")]
    for words in ("YouTube", "A film & more", "About it", "Pinterest", "Title"):
        assert words in shown.text


def test_the_page_can_be_kept_as_one_file(client: Client) -> None:
    post(client, status="Hello", media_ids=[upload(client, png(), "A red square")])
    kept = client.raw("GET", "/_sandbox/feed.html")
    shown = Tags(kept.body.decode())
    assert [image["src"] for image in shown.of("img")] == [f"data:image/png;base64,{b64encode(png()).decode()}"]
    assert (shown.of("link"), shown.of("a"), len(shown.of("style"))) == ([], [], 1)
    assert "#8c3dd9" in shown.text


def test_nothing_that_was_published_becomes_markup(client: Client) -> None:
    post(client, status=HOSTILE, spoiler_text=HOSTILE, media_ids=[upload(client, png(), HOSTILE)])
    shown = page(client)
    assert [shown.of(tag) for tag in ("script", "iframe", "object")] == [[], [], []]
    assert not [attributes for _, attributes in shown.found if any(name.startswith("on") for name in attributes)]
    assert [image["alt"] for image in shown.of("img")] == [HOSTILE]
    assert shown.text.count(HOSTILE) == 3


def test_the_browser_is_told_to_run_and_load_nothing_else(client: Client) -> None:
    headers = client.raw("GET", "/").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "media-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert client.raw("GET", "/_sandbox/style.css").headers["Content-Type"] == "text/css; charset=utf-8"


def test_a_file_that_is_a_page_is_not_served_as_one(client: Client) -> None:
    file = File("files[0]", b"<script>alert(1)</script>", "x.html", "text/html")
    client.call("POST", "https://discord.com/api/webhooks/1/test-token", files=[file])
    assert [link["href"] for link in page(client).of("a") if "download" in link] == ["/_sandbox/media/0-0"]
    assert client.raw("GET", "/_sandbox/media/0-0").headers["Content-Type"] == "application/octet-stream"


def test_threads_stand_together_and_the_newest_is_first(sandbox: Sandbox, client: Client) -> None:
    first = post(client, status="one")
    post(client, status="other")
    second = post(client, status="two", in_reply_to_id=first)
    post(client, status="three", in_reply_to_id=second)
    post(client, status="two and a half", in_reply_to_id=first)
    client.call("DELETE", f"{STATUSES}/{second}", headers=TOKEN)
    cards = [card["class"] or "" for card in page(client).of("article")]
    texts = re.findall(r'<p class="text">(.*?)</p>', client.raw("GET", "/").body.decode())
    assert texts == ["other", "one", "two", "three", "two and a half"]
    assert [re.findall(r"depth-\d|deleted", card) for card in cards] == [
        ["depth-0"],
        ["depth-0"],
        ["depth-1", "deleted"],
        ["depth-2"],
        ["depth-1"],
    ]


def test_what_a_platform_would_fetch_is_shown_by_its_address(client: Client) -> None:
    """Nothing is loaded from there, and nothing leads there."""
    url = "https://graph.facebook.com/v26.0/100/photos"
    address = "https://cdn.example.com/a.jpg"
    client.call(
        "POST", url, form={"url": address, "caption": "Hello", "alt_text_custom": "A red square"}, headers=TOKEN
    )
    shown = page(client)
    assert ([image["src"] for image in shown.of("img")], address in shown.text) == ([], True)
    assert [link for link in shown.of("a") if link.get("href") == address] == []
    for words in ("Facebook", "Hello", "A red square", "only its address is known"):
        assert words in shown.text
    assert client.raw("GET", "/_sandbox/posts").json[0]["media"][0]["bytes"] is None


def test_titles_are_those_of_platforms_and_each_has_a_colour() -> None:
    css = style().body.decode()
    assert [name for name in TITLES if not re.search(rf"\.{name}[ ,]", css)] == []
    assert set(TITLES) <= set(PROVIDERS)
