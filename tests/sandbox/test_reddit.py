from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, png

API = "https://oauth.reddit.com"
ME = "user_4c5dc9b7"
SUBMITTED = f"{API}/user/{ME}/submitted?sort=new&raw_json=1"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token", "User-Agent": "tests"})


def submit(client: Client, kind: str = "self", **given: str) -> Answer:
    form = {"api_type": "json", "kind": kind, "sr": "python", "title": "A title of some length", **given}
    return client.call("POST", f"{API}/api/submit", form=form)


def submitted(client: Client, kind: str = "self", **given: str) -> str:
    answer = submit(client, kind, **given)
    assert problems(answer) == [], answer.body
    name: str = answer.json["json"]["data"]["name"]
    return name


def problems(answer: Answer) -> list[tuple[str, str]]:
    """Codes and fields of the errors that come with HTTP 200."""
    assert answer.status == 200, answer.body
    return [(code, name) for code, _, name in answer.json["json"]["errors"]]


def lease(client: Client, name: str = "a.png", kind: str = "image/png") -> tuple[str, str, list[tuple[str, str]]]:
    """The id of an asset, the address of its form, and the form's fields."""
    answer = client.call("POST", f"{API}/api/media/asset.json", form={"filepath": name, "mimetype": kind}).json
    fields = [(one["name"], one["value"]) for one in answer["args"]["fields"]]
    return answer["asset"]["asset_id"], f"https:{answer['args']['action']}", fields


def store(client: Client, url: str, fields: list[tuple[str, str]], data: bytes) -> Answer:
    headers = {"Authorization": ""}
    return client.call("POST", url, form=fields, files=[File("file", data, "a.bin")], headers=headers)


def uploaded(client: Client, data: bytes | None = None, kind: str = "image/png") -> tuple[str, str]:
    """The id of an asset, and where it lies."""
    asset, url, fields = lease(client, "a", kind)
    answer = store(client, url, fields, png() if data is None else data)
    assert answer.status == 201, answer.body
    found = re.search("<Location>(.*)</Location>", answer.body.decode())
    assert found
    return asset, found[1]


def listed(client: Client) -> list[dict[str, Any]]:
    return [one["data"] for one in client.call("GET", SUBMITTED).json["data"]["children"]]


def test_a_text_post_is_kept(sandbox: Sandbox, client: Client) -> None:
    data = submit(client, text="Hello *you*").json["json"]["data"]
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert data["name"] == f"t3_{data['id']}"
    assert kept == {
        "provider": "reddit",
        "account": ME,
        "remote_id": data["name"],
        "url": data["url"],
        "text": "Hello *you*",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    assert data["url"] == f"https://www.reddit.com/r/python/comments/{data['id']}/a_title_of_some_length/"


def test_who_asks_says_so_and_by_what(client: Client) -> None:
    unnamed = client.call("GET", f"{API}/api/v1/me", headers={"User-Agent": ""})
    assert (unnamed.status, unnamed.json) == (429, {"message": "Too Many Requests", "error": 429})
    nobody = client.call("GET", f"{API}/api/v1/me", headers={"Authorization": ""})
    assert (nobody.status, nobody.json["message"]) == (401, "Unauthorized")
    assert client.call("GET", f"{API}/api/v1/me").json["name"] == ME


@pytest.mark.parametrize(
    ("kind", "given", "problem"),
    [
        ("self", {"sr": ""}, ("SUBREDDIT_REQUIRED", "sr")),
        ("self", {"sr": "r/python"}, ("BAD_SR_NAME", "sr")),
        ("self", {"sr": "a_missing"}, ("SUBREDDIT_NOEXIST", "sr")),
        ("self", {"sr": "a_private"}, ("SUBREDDIT_NOTALLOWED", "sr")),
        ("self", {"sr": "a_links"}, ("NO_SELFS", "sr")),
        ("link", {"sr": "a_text", "url": "https://example.com"}, ("NO_LINKS", "sr")),
        ("self", {"sr": "a_flair"}, ("SUBMIT_VALIDATION_FLAIR_REQUIRED", "flair")),
        ("self", {"title": " "}, ("NO_TEXT", "title")),
        ("self", {"title": "x" * 301}, ("TOO_LONG", "title")),
        ("self", {"text": "x" * 40_001}, ("TOO_LONG", "text")),
        ("self", {"text": "x", "richtext_json": "{}"}, ("INVALID_SELFPOST", "text")),
        ("self", {"flair_id": "News"}, ("INVALID_OPTION", "flair_id")),
        ("self", {"flair_text": "News"}, ("INVALID_OPTION", "flair_id")),
        ("link", {}, ("NO_URL", "url")),
        ("link", {"url": "example"}, ("BAD_URL", "url")),
        ("image", {"url": "https://example.com/a.png"}, ("BAD_URL", "url")),
        ("crosspost", {"crosspost_fullname": "t3_7"}, ("INVALID_CROSSPOST_THING", "crosspost_fullname")),
        ("rich", {}, ("INVALID_OPTION", "kind")),
    ],
)
def test_what_is_refused_with_http_200(
    sandbox: Sandbox, client: Client, kind: str, given: dict[str, str], problem: tuple[str, str]
) -> None:
    assert problems(submit(client, kind, **given)) == [problem]
    assert sandbox.posts() == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"sr": "a_flair"}, "FLAIR_REQUIRED"),
        ({"sr": "a_strict", "title": "This is Forbidden here"}, "TITLE_BLACKLISTED_STRING"),
        ({"sr": "a_strict", "title": "Short"}, "MIN_LENGTH"),
    ],
)
def test_what_a_subreddit_refuses_with_http_400(client: Client, given: dict[str, str], reason: str) -> None:
    answer = submit(client, validate_on_submit="true", **given)
    assert (answer.status, answer.json["error_type"], answer.json["reason"]) == (
        400,
        "SUBMIT_VALIDATION_ERROR",
        f"SUBMIT_VALIDATION_{reason}",
    )


def test_a_flair_that_is_required(client: Client) -> None:
    rules = client.call("GET", f"{API}/api/v1/a_flair/post_requirements").json
    flairs = client.call("GET", f"{API}/r/a_flair/api/link_flair_v2").json
    assert (rules["is_flair_required"], [one["text"] for one in flairs]) == (True, ["News", "Discussion"])
    submitted(client, sr="a_flair", flair_id=flairs[0]["id"])
    assert listed(client)[0]["link_flair_text"] == "News"
    assert client.call("GET", f"{API}/r/a_missing/about").status == 404


def test_the_same_link_again_is_told(client: Client) -> None:
    url = "https://example.com/a"
    first = submitted(client, "link", url=url)
    assert problems(submit(client, "link", url=url)) == [("ALREADY_SUB", "url")]
    submitted(client, "link", url=url, sr="programming")
    submitted(client, "link", url=url, resubmit="true")
    submitted(client, "crosspost", crosspost_fullname=first, sr="learnpython")
    assert {one["url"] for one in listed(client)} == {url}


def test_a_picture_is_listed_a_moment_later_and_has_no_id_before(sandbox: Sandbox, client: Client) -> None:
    _, url = uploaded(client)
    data = submit(client, "image", url=url).json["json"]["data"]
    assert sorted(data) == ["user_submitted_page", "websocket_url"]
    assert (listed(client), len(sandbox.posts())) == ([], 1)
    (shown,) = listed(client)
    assert (shown["name"], shown["url"][:17]) == (sandbox.posts()[0]["remote_id"], "https://i.redd.it")
    assert sandbox.posts()[0]["media"][0]["type"] == "image/png"


def test_a_film_needs_a_poster(sandbox: Sandbox, client: Client) -> None:
    (_, film), (_, poster) = uploaded(client, MP4, "video/mp4"), uploaded(client)
    assert film.startswith("https://reddit-uploaded-video.")
    for given in ({"url": film}, {"url": film, "video_poster_url": film}):
        assert problems(submit(client, "video", **given)) == [("MISSING_VIDEO_URLS", "kind")]
    assert problems(submit(client, "image", url=film)) == [("BAD_URL", "url")]
    assert problems(submit(client, "videogif", url=film, video_poster_url=poster)) == []
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}]


@pytest.mark.parametrize("effect", ["async-fail", "async-never"])
def test_a_picture_that_never_comes(sandbox: Sandbox, client: Client, effect: str) -> None:
    _, url = uploaded(client)
    sandbox.faults([{"match": {"path": "submit$"}, "effect": effect}])
    submit(client, "image", url=url)
    assert (sandbox.posts(), listed(client), listed(client)) == ([], [], [])
    sandbox.faults([{"match": {"path": "submitted"}, "effect": effect}])
    submit(client, "image", url=url)
    assert (listed(client), listed(client)) == ([], [])
    assert sandbox.posts()[0]["deleted"] == (effect == "async-fail")


def test_storage_takes_what_was_leased_for_a_quarter_of_an_hour(sandbox: Sandbox, client: Client) -> None:
    asset, url, fields = lease(client)
    without = [pair for pair in fields if pair[0] != "policy"]
    for wrong in (without, [("key", "x"), *fields[2:]]):
        answer = store(client, url, wrong, png())
        assert (answer.status, b"<Code>AccessDenied</Code>" in answer.body) == (403, True)
    large = store(client, url, fields, png() + bytes(20 * 1024**2))
    assert (large.status, b"<MaxSizeAllowed>20971520</MaxSizeAllowed>" in large.body) == (400, True)
    assert client.call("POST", url, form=fields, files=[]).status == 400
    assert client.call("POST", url, body=b"x").status == 412
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(minutes=15)
    assert store(client, url, fields, png()).status == 403
    bad = client.call("POST", f"{API}/api/media/asset", form={"filepath": "a", "mimetype": "image/tiff"})
    assert (asset != "", bad.status) == (True, 400)


def gallery(client: Client, *items: dict[str, str], **given: Any) -> Answer:
    value = {"api_type": "json", "sr": "python", "title": "Several pictures", "items": list(items), **given}
    return client.call("POST", f"{API}/api/submit_gallery_post.json", value=value)


def test_galleries(sandbox: Sandbox, client: Client) -> None:
    (first, _), (second, _) = uploaded(client), uploaded(client, png(colour="blue"))
    film, _ = uploaded(client, MP4, "video/mp4")
    items = [{"media_id": first, "caption": "Red"}, {"media_id": second}]
    data = gallery(client, *items).json["json"]["data"]
    assert (sandbox.posts()[0]["remote_id"], len(sandbox.posts()[0]["media"])) == (data["id"], 2)
    assert (listed(client)[0]["is_gallery"], data["id"][:3]) == (True, "t3_")
    wrong = ("INVALID_GALLERY_ITEMS", "items")
    assert problems(gallery(client, items[0])) == [wrong]
    assert problems(gallery(client, *items, {"media_id": film})) == [wrong]
    assert problems(gallery(client, items[0], {"media_id": second, "caption": "x" * 181})) == [("TOO_LONG", "caption")]
    assert problems(gallery(client, *items, sr="a_text")) == [("GALLERIES_DISABLED", "sr")]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({}, []),
        ({"options": ["a"]}, [("INVALID_POLL_OPTIONS", "options")]),
        ({"options": ["a", ""]}, [("INVALID_POLL_OPTIONS", "options")]),
        ({"options": list("abcdefg")}, [("INVALID_POLL_OPTIONS", "options")]),
        ({"duration": 8}, [("INVALID_OPTION", "duration")]),
        ({"duration": True}, [("INVALID_OPTION", "duration")]),
        ({"sr": "a_links"}, [("NO_SELFS", "sr")]),
    ],
)
def test_polls(client: Client, given: dict[str, Any], outcome: list[tuple[str, str]]) -> None:
    value = {"sr": "python", "title": "Which?", "text": "", "options": ["a", "b"], "duration": 3, **given}
    assert problems(client.call("POST", f"{API}/api/submit_poll_post.json", value=value)) == outcome


def comment(client: Client, thing: str, text: str = "First") -> Answer:
    form = {"api_type": "json", "thing_id": thing, "text": text}
    return client.call("POST", f"{API}/api/comment", form=form)


def test_comments_and_answers(sandbox: Sandbox, client: Client) -> None:
    post = submitted(client)
    first = comment(client, post).json["json"]["data"]["things"][0]["data"]
    second = comment(client, first["name"]).json["json"]["data"]["things"][0]["data"]
    assert [kept["parent"] for kept in sandbox.posts()] == [None, post, first["name"]]
    assert (second["link_id"], second["permalink"].split("/")[4]) == (post, post[3:])
    assert problems(comment(client, "t3_7")) == [("DELETED_LINK", "parent")]
    assert problems(comment(client, post, " ")) == [("NO_TEXT", "text")]
    assert problems(comment(client, post, "x" * 10_001)) == [("TOO_LONG", "text")]
    names = [one["data"]["name"] for one in client.call("GET", f"{API}/user/{ME}/comments").json["data"]["children"]]
    assert names == [second["name"], first["name"]]


def edit(client: Client, thing: str, text: str = "Changed", token: str = "test-token") -> Answer:
    form = {"api_type": "json", "thing_id": thing, "text": text}
    headers = {"Authorization": f"Bearer {token}"}
    return client.call("POST", f"{API}/api/editusertext", form=form, headers=headers)


def test_texts_alone_are_edited(sandbox: Sandbox, client: Client) -> None:
    text, link = submitted(client, text="Old"), submitted(client, "link", url="https://example.com")
    assert edit(client, text).json["json"]["data"]["things"][0]["data"]["selftext"] == "Changed"
    assert sandbox.posts()[0]["text"] == "Changed"
    assert edit(client, link).status == 403
    assert problems(edit(client, text, token="other")) == [("NOT_AUTHOR", "thing_id")]


def test_what_is_deleted_is_still_known_by_name(sandbox: Sandbox, client: Client) -> None:
    name = submitted(client, text="Old")
    for _ in range(2):
        assert client.call("POST", f"{API}/api/del", form={"id": name}).json == {}
    (shown,) = client.call("GET", f"{API}/api/info?id={name}").json["data"]["children"]
    assert (shown["data"]["author"], shown["data"]["selftext"]) == ("[deleted]", "[deleted]")
    assert (listed(client), sandbox.posts()[0]["deleted"]) == ([], True)


def test_texts_are_escaped_unless_raw_ones_are_asked_for(client: Client) -> None:
    name = submitted(client, title="Fish & <chips>")
    titles = [
        client.call("GET", f"{API}/api/info?id={name}{more}").json["data"]["children"][0]["data"]["title"]
        for more in ("", "&raw_json=1")
    ]
    assert titles == ["Fish &amp; &lt;chips&gt;", "Fish & <chips>"]


def test_lists_have_pages(client: Client) -> None:
    names = [submitted(client, title=f"Number {number}") for number in range(3)][::-1]
    first = client.call("GET", f"{SUBMITTED}&limit=2").json["data"]
    assert ([one["data"]["name"] for one in first["children"]], first["after"]) == (names[:2], names[1])
    rest = client.call("GET", f"{SUBMITTED}&limit=2&after={names[1]}").json["data"]
    assert ([one["data"]["name"] for one in rest["children"]], rest["after"]) == (names[2:], None)
    before = client.call("GET", f"{SUBMITTED}&before={names[1]}").json["data"]["children"]
    assert [one["data"]["name"] for one in before] == names[:1]


def test_subreddits(client: Client) -> None:
    mine = client.call("GET", f"{API}/subreddits/mine/subscriber").json["data"]["children"]
    assert [one["data"]["display_name"] for one in mine] == ["python", "programming", "news_flair"]
    found = client.call("GET", f"{API}/subreddits/search?q=pyth").json["data"]["children"]
    assert [one["data"]["display_name"] for one in found] == ["python"]
    text = client.call("GET", f"{API}/r/a_text/about").json["data"]
    assert (text["submission_type"], text["allow_images"]) == ("self", False)


def test_a_limit_of_submissions_comes_with_http_200(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults([{"effect": "rate-limit"}])
    answer = submit(client)
    assert (problems(answer), answer.json["json"]["ratelimit"]) == ([("RATELIMIT", "ratelimit")], 30.0)
    others = client.call("GET", f"{API}/api/v1/me")
    assert (others.status, others.headers["Retry-After"]) == (429, "30")
