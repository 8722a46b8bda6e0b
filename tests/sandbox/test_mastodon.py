from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, gif, png

HOST = "https://mastodon.example"
STATUSES = f"{HOST}/api/v1/statuses"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def post(client: Client, **value: Any) -> Answer:
    return client.call("POST", STATUSES, value=value)


def upload(client: Client, data: bytes, alt: str = "", name: str = "a.png") -> Answer:
    form = {"description": alt} if alt else {}
    return client.call("POST", f"{HOST}/api/v2/media", form=form, files=[File("file", data, name)])


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]


def test_a_status_is_kept_as_it_was_written(sandbox: Sandbox, client: Client) -> None:
    status = post(client, status="Hello *world* & you", visibility="unlisted", language="en").json
    (kept,) = sandbox.posts()
    assert kept.pop("created_at") == status["created_at"]
    assert kept == {
        "provider": "mastodon",
        "account": "user_4c5dc9b7@mastodon.example",
        "remote_id": status["id"],
        "url": f"https://mastodon.example/@user_4c5dc9b7/{status['id']}",
        "text": "Hello *world* & you",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    assert (status["visibility"], status["language"]) == ("unlisted", "en")
    assert status["content"] == "<p>Hello *world* &amp; you</p>"


def test_content_becomes_html_as_mastodon_writes_it(client: Client) -> None:
    text = "one\ntwo\n\n#Tag by @alice@hachyderm.io at https://example.com/a/path/that/is/rather/long."
    content = post(client, status=text).json["content"]
    assert content == (
        '<p>one<br />two</p><p><a href="https://mastodon.example/tags/Tag" class="mention hashtag" rel="tag">'
        '#<span>Tag</span></a> by <span class="h-card" translate="no"><a href="https://hachyderm.io/@alice" '
        'class="u-url mention">@<span>alice</span></a></span> at '
        '<a href="https://example.com/a/path/that/is/rather/long" target="_blank" rel="nofollow noopener" '
        'translate="no"><span class="invisible">https://</span><span class="ellipsis">example.com/a/path/that/is/rat'
        '</span><span class="invisible">her/long</span></a>.</p>'
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, (422, "Validation failed: Text can't be blank")),
        ({"status": " \n"}, (422, "Validation failed: Text can't be blank")),
        ({"status": "x" * 501}, (422, "Validation failed: Text character limit of 500 exceeded")),
        (
            {"status": "x" * 400, "spoiler_text": "y" * 101},
            (422, "Validation failed: Text character limit of 500 exceeded"),
        ),
        ({"status": "x", "visibility": "all"}, (422, "Validation failed: Visibility is not included in the list")),
        (
            {"status": "x", "in_reply_to_id": "1"},
            (404, "The post you are trying to reply to does not appear to exist."),
        ),
        ({"status": "x", "media_ids": ["7"]}, (422, "Media 7 not found or already attached to another post")),
        ({"status": "x", "media_ids": ["1", "2", "3", "4", "5"]}, (422, "Cannot attach more than 4 files")),
        (
            {"status": "x", "poll": {"options": ["a"], "expires_in": 3600}},
            (422, "Validation failed: Options must have more than one item"),
        ),
        (
            {"status": "x", "poll": {"options": ["a", "a" * 51], "expires_in": 60}},
            (422, "Validation failed: Options can't be longer than 50 characters each, Expires at is too soon"),
        ),
    ],
)
def test_what_is_refused(sandbox: Sandbox, client: Client, value: dict[str, Any], expected: tuple[int, str]) -> None:
    assert refusal(client.call("POST", STATUSES, value=value)) == expected
    assert sandbox.posts() == []


def test_500_characters_are_counted_as_mastodon_counts(client: Client) -> None:
    """A URL is 23 characters, of a remote mention only the name counts, and an emoji of several code points is one."""
    text = f"https://example.com/{'x' * 300} @alice@hachyderm.io " + "👩‍👩‍👧" * (500 - 23 - 8)
    assert post(client, status=text).status == 200
    assert post(client, status=text + "x").status == 422


def test_without_a_token_nothing_goes(sandbox: Sandbox) -> None:
    stranger = Client(sandbox.url)
    for method, url in (("POST", STATUSES), ("GET", f"{HOST}/api/v1/accounts/verify_credentials")):
        assert refusal(stranger.call(method, url, value={"status": "x"})) == (401, "The access token is invalid")


def test_a_key_gives_the_same_status_for_an_hour_to_the_same_account(sandbox: Sandbox, client: Client) -> None:
    def keyed(token: str = "test-token") -> str:
        headers = {"Idempotency-Key": "key", "Authorization": f"Bearer {token}"}
        status_id: str = client.call("POST", STATUSES, value={"status": "once"}, headers=headers).json["id"]
        return status_id

    first = keyed()
    assert keyed() == first
    assert keyed("another-token") != first
    real = sandbox.world.clock
    sandbox.world.clock = lambda: real() + timedelta(hours=1)
    assert keyed() != first


def test_replies_make_a_thread(client: Client) -> None:
    root = post(client, status="one").json
    child = post(client, status="two", in_reply_to_id=root["id"]).json
    post(client, status="three", in_reply_to_id=child["id"])
    assert child["in_reply_to_account_id"] == root["account"]["id"]
    thread = client.call("GET", f"{STATUSES}/{child['id']}/context").json
    assert [status["content"] for status in thread["ancestors"]] == ["<p>one</p>"]
    assert [status["content"] for status in thread["descendants"]] == ["<p>three</p>"]
    assert client.call("GET", f"{STATUSES}/{root['id']}").json["replies_count"] == 1


def test_another_server_knows_nothing_of_it(client: Client) -> None:
    status = post(client, status="one").json
    elsewhere = "https://other.example/api/v1/statuses"
    assert client.call("GET", f"{elsewhere}/{status['id']}").status == 404
    reply = {"status": "two", "in_reply_to_id": status["id"]}
    assert client.call("POST", elsewhere, value=reply).status == 404


def test_pictures_with_alt_text(sandbox: Sandbox, client: Client) -> None:
    first, second = upload(client, png(), "A red square"), upload(client, png(colour="blue"))
    assert (first.status, first.json["type"], first.json["description"]) == (200, "image", "A red square")
    assert first.json["meta"] == {"original": {"width": 4, "height": 3}}
    status = post(client, media_ids=[first.json["id"], second.json["id"]]).json
    assert [media["id"] for media in status["media_attachments"]] == [first.json["id"], second.json["id"]]
    media = sandbox.posts()[0]["media"]
    assert media[0] == {"type": "image/png", "alt": "A red square", "bytes": len(png())}
    again = post(client, status="x", media_ids=[first.json["id"]])
    assert refusal(again) == (422, f"Media {first.json['id']} not found or already attached to another post")


def test_the_alt_text_of_an_upload_can_be_changed(client: Client) -> None:
    url = f"{HOST}/api/v1/media/{upload(client, png()).json['id']}"
    assert client.call("PUT", url, value={"description": "New"}).json["description"] == "New"
    long = client.call("PUT", url, value={"description": "x" * 1501})
    assert refusal(long) == (422, "Validation failed: Description character limit of 1500 exceeded")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"plain text", "Validation failed: File content type is invalid, File is invalid"),
        (png()[:40], "Error processing thumbnail for uploaded media"),
        (png() + bytes(16_777_216), "Validation failed: File file size must be less than 16 MB"),
    ],
    ids=["foreign", "broken", "large"],
)
def test_files_that_are_refused(client: Client, data: bytes, sentence: str) -> None:
    assert refusal(upload(client, data)) == (422, sentence)


def test_an_upload_without_a_file_and_one_of_too_many_pixels(client: Client) -> None:
    nothing = client.call("POST", f"{HOST}/api/v2/media", form={"description": "x"})
    assert refusal(nothing) == (422, "Validation failed: File can't be blank")
    huge = io.BytesIO()
    Image.new("1", (6000, 6000)).save(huge, "PNG")
    assert refusal(upload(client, huge.getvalue())) == (
        422,
        "Validation failed: File 6000x6000 images are not supported",
    )


def test_a_warning_without_a_text_becomes_the_text(sandbox: Sandbox, client: Client) -> None:
    assert post(client, spoiler_text="Careful").json["spoiler_text"] == ""
    assert sandbox.posts()[0]["text"] == "Careful"


def test_an_edit_can_bring_a_poll(client: Client) -> None:
    url = f"{STATUSES}/{post(client, status='Which?').json['id']}"
    poll = {"options": ["a", "b"], "expires_in": 300}
    assert client.call("PUT", url, value={"status": "Which?", "poll": poll}).json["poll"]["options"][1]["title"] == "b"


def test_a_video_is_converted_first(client: Client) -> None:
    accepted = upload(client, MP4, name="a.mp4")
    assert (accepted.status, accepted.json["url"]) == (202, None)
    early = post(client, status="x", media_ids=[accepted.json["id"]])
    assert refusal(early)[1].startswith("Cannot attach files that have not finished processing.")
    url = f"{HOST}/api/v1/media/{accepted.json['id']}"
    assert [client.call("GET", url).status for _ in range(2)] == [206, 200]
    assert post(client, media_ids=[accepted.json["id"]]).json["media_attachments"][0]["type"] == "video"


def test_a_gif_that_moves_becomes_a_video_and_stands_alone(client: Client) -> None:
    moving, picture = upload(client, gif(), name="a.gif"), upload(client, png())
    assert (moving.status, moving.json["type"]) == (202, "gifv")
    client.call("GET", f"{HOST}/api/v1/media/{moving.json['id']}")
    mixed = post(client, media_ids=[picture.json["id"], moving.json["id"]])
    assert refusal(mixed) == (422, "Cannot attach a video to a post that already contains images")


def test_a_poll(client: Client) -> None:
    form = [("status", "Which?"), ("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[expires_in]", "300")]
    poll = client.call("POST", STATUSES, form=form).json["poll"]
    assert ([option["title"] for option in poll["options"]], poll["multiple"]) == (["a", "b"], False)
    media = upload(client, png()).json["id"]
    both = post(client, media_ids=[media], poll={"options": ["a", "b"], "expires_in": 300})
    assert refusal(both) == (422, "Cannot attach both media and a poll")


def test_edit_takes_away_what_is_not_given_again(sandbox: Sandbox, client: Client) -> None:
    media = upload(client, png(), "Old").json["id"]
    url = f"{STATUSES}/{post(client, status='one', spoiler_text='Careful', media_ids=[media]).json['id']}"
    change = {"status": "two", "media_ids": [media], "media_attributes": [{"id": media, "description": "New"}]}
    edited = client.call("PUT", url, value=change).json
    assert (edited["content"], edited["spoiler_text"], edited["edited_at"] is None) == ("<p>two</p>", "", False)
    assert sandbox.posts()[0]["media"][0]["alt"] == "New"
    assert client.call("PUT", url, value={"status": "three"}).json["media_attachments"] == []
    assert client.call("GET", f"{url}/source").json["text"] == "three"


def test_deleting_gives_the_source_back_and_frees_the_media(sandbox: Sandbox, client: Client) -> None:
    media = upload(client, png()).json["id"]
    url = f"{STATUSES}/{post(client, status='a <b>', media_ids=[media]).json['id']}"
    assert client.call("DELETE", url).json["text"] == "a <b>"
    assert sandbox.posts()[0]["deleted"] is True
    assert client.call("GET", url).status == 404
    assert client.call("DELETE", url).status == 404
    assert post(client, status="again", media_ids=[media]).status == 200


def test_what_others_wrote_cannot_be_changed(client: Client) -> None:
    url = f"{STATUSES}/{post(client, status='one').json['id']}"
    stranger = {"Authorization": "Bearer another-token"}
    assert client.call("PUT", url, value={"status": "two"}, headers=stranger).status == 404
    assert client.call("DELETE", url, headers=stranger).status == 404


def test_the_timeline_is_read_in_pages(client: Client) -> None:
    ids = [post(client, status=str(number)).json["id"] for number in range(5)]
    me = client.call("GET", f"{HOST}/api/v1/accounts/verify_credentials").json["id"]
    url = f"{HOST}/api/v1/accounts/{me}/statuses"

    def read(query: str) -> list[str]:
        return [status["id"] for status in client.call("GET", f"{url}?{query}").json]

    assert read("") == ids[::-1]
    assert read("limit=2") == [ids[4], ids[3]]
    assert read(f"limit=2&max_id={ids[3]}") == [ids[2], ids[1]]
    assert read(f"min_id={ids[0]}&limit=2") == [ids[2], ids[1]]
    assert read(f"since_id={ids[2]}") == [ids[4], ids[3]]
    assert client.call("GET", f"{HOST}/api/v1/accounts/1/statuses").status == 404


def test_the_instance_tells_its_limits(client: Client) -> None:
    configuration = client.call("GET", f"{HOST}/api/v2/instance").json["configuration"]
    assert configuration["statuses"] == {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    }
    assert configuration["media_attachments"]["description_limit"] == 1500


def test_scheduling_is_said_to_be_missing(sandbox: Sandbox, client: Client) -> None:
    answer = post(client, status="later", scheduled_at="2030-01-01T00:00:00Z")
    assert refusal(answer) == (501, "the sandbox does not imitate scheduled_at")
    assert sandbox.posts() == []


def test_a_body_that_cannot_be_read(client: Client) -> None:
    answer = client.call("POST", STATUSES, body=b"{", headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, "Error occurred while parsing request parameters")
