from __future__ import annotations

import json

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, png
from tests.sandbox.meta import CLIP, PHOTO, Graph, refusal

PAGE = "100200300400500"
BASE = "https://graph.facebook.com/v26.0"


@pytest.fixture
def page(client: Client) -> Graph:
    return Graph(client, BASE, PAGE)


def photo(page: Graph, **more: str) -> str:
    return page.made("photos", url=PHOTO, published="false", **more)


def send(page: Graph, url: str, data: bytes = MP4, **headers: str) -> Answer:
    headers = {"Authorization": "OAuth test-token", "offset": "0", "file_size": str(len(MP4)), **headers}
    return page.client.call("POST", url, body=data, headers=headers)


def test_a_post_is_kept_under_its_page(sandbox: Sandbox, page: Graph) -> None:
    post = page.made("feed", message="Hello *world*")
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert kept == {
        "provider": "facebook",
        "account": PAGE,
        "remote_id": post,
        "url": f"https://www.facebook.com/{PAGE}/posts/{post.partition('_')[2]}",
        "text": "Hello *world*",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    shown = page.get(post, fields="message,permalink_url,is_published,from").json
    assert shown == {
        "id": post,
        "message": "Hello *world*",
        "permalink_url": kept["url"],
        "is_published": True,
        "from": {"id": PAGE, "name": "Page 0500"},
    }


def test_photos_are_known_by_their_address_alone(sandbox: Sandbox, page: Graph) -> None:
    photos = [photo(page, alt_text_custom="A red square"), photo(page)]
    media = {f"attached_media[{number}]": json.dumps({"media_fbid": one}) for number, one in enumerate(photos)}
    post = page.made("feed", message="Two", **media)
    (kept,) = sandbox.posts()
    assert kept["media"] == [
        {"type": "image/jpeg", "alt": "A red square", "bytes": None},
        {"type": "image/jpeg", "alt": "", "bytes": None},
    ]
    (album,) = page.get(post, fields="attachments{subattachments{target}}").json["attachments"]["data"]
    assert [one["target"]["id"] for one in album["subattachments"]["data"]] == photos
    again = page.post(f"{PAGE}/feed", message="Again", attached_media=json.dumps([{"media_fbid": photos[0]}]))
    assert refusal(again) == (400, 100, 1366051, "(#100) Invalid parameter")


def test_a_photo_can_come_as_bytes(sandbox: Sandbox, page: Graph) -> None:
    url = f"{BASE}/{PAGE}/photos"
    answer = page.client.call(
        "POST", url, form={"caption": "Hi"}, files=[File("source", png(), "a.png")], headers=page.headers
    )
    (kept,) = sandbox.posts()
    assert (answer.json["post_id"], kept["text"]) == (kept["remote_id"], "Hi")
    assert kept["media"] == [{"type": "image/png", "alt": "", "bytes": len(png())}]
    broken = page.client.call("POST", url, form={}, files=[File("source", b"text")], headers=page.headers)
    assert refusal(broken)[1:3] == (100, 1366046)
    assert refusal(page.post(f"{PAGE}/photos"))[1:] == (324, 2069019, "(#324) Requires upload file")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (400, 100, None, "(#100) Missing message or attachment")),
        ({"message": " "}, (400, 100, None, "(#100) Missing message or attachment")),
        (
            {"message": "x" * 63_207},
            (400, 100, None, "(#100) Param message must be at most 63206 characters long"),
        ),
        ({"link": "no-address"}, (400, 100, None, "(#100) link should represent a valid URL")),
        (
            {"message": "x", "attached_media": '[{"media_fbid": "7"}]'},
            (400, 100, None, "(#100) Param attached_media must hold the ids of unpublished photos of this page"),
        ),
    ],
)
def test_what_is_refused(
    sandbox: Sandbox, page: Graph, given: dict[str, str], expected: tuple[int, int, int | None, str]
) -> None:
    assert refusal(page.post(f"{PAGE}/feed", **given)) == expected
    assert sandbox.posts() == []


def test_the_same_words_twice_are_a_duplicate(sandbox: Sandbox, page: Graph) -> None:
    page.made("feed", message="Hi")
    assert refusal(page.post(f"{PAGE}/feed", message="Hi")) == (400, 506, 1455006, "(#506) Duplicate status message")
    page.made("feed", message="Hi", link="https://example.com")
    page.made("feed", message="Hi")
    assert len(sandbox.posts()) == 3


def test_what_is_scheduled_is_not_imitated(sandbox: Sandbox, page: Graph) -> None:
    answer = page.post(f"{PAGE}/feed", message="x", published="false", scheduled_publish_time="1800000000")
    assert (answer.status, answer.json) == (501, {"error": "the sandbox does not imitate scheduled_publish_time"})
    assert page.post(f"{PAGE}/feed", message="x", published="false").status == 501
    assert sandbox.posts() == []


def test_a_persons_token_cannot_write_as_a_page(sandbox: Sandbox, client: Client) -> None:
    alice = Graph(client, BASE, PAGE, "user-token")
    status, code, _, sentence = refusal(alice.post(f"{PAGE}/feed", message="x"))
    assert (status, code) == (403, 200)
    assert sentence.startswith("(#200) If posting to a page, requires both")
    handed = alice.get(PAGE, fields="access_token,name").json["access_token"]
    assert Graph(client, BASE, PAGE, handed).made("feed", message="x")
    assert refusal(Graph(client, BASE, "100200300400501", handed).post("100200300400501/feed", message="x"))[1] == 200
    assert len(sandbox.posts()) == 1
    assert Graph(client, BASE, PAGE, handed).get(PAGE, fields="access_token").json["access_token"] == handed


def test_a_person_sees_their_pages(client: Client) -> None:
    alice = Graph(client, BASE, "me", "user-token")
    pages = alice.get("me/accounts").json["data"]
    assert [sorted(one) for one in pages] == [["access_token", "category", "category_list", "id", "name", "tasks"]] * 2
    own = Graph(client, BASE, "me", pages[1]["access_token"])
    assert own.get("me", fields="id,name").json == {"id": pages[1]["id"], "name": pages[1]["name"]}
    assert own.made("feed", message="x").startswith(f"{pages[1]['id']}_")
    assert alice.get("me").json.keys() == {"id", "name"}
    assert {"pages_manage_posts", "read_insights"} <= {
        one["permission"] for one in alice.get("me/permissions").json["data"]
    }


def test_without_a_token_nothing_goes(sandbox: Sandbox, client: Client) -> None:
    expected = (400, 104, None, "An access token is required to request this resource.")
    assert refusal(client.call("POST", f"{BASE}/{PAGE}/feed", form={"message": "x"})) == expected
    assert refusal(client.call("GET", f"{BASE}/{PAGE}")) == expected
    assert client.call("GET", f"{BASE}/{PAGE}?access_token=test-token").status == 200
    assert sandbox.posts() == []


def test_a_field_that_there_is_not_is_an_error(page: Graph) -> None:
    sentence = "(#100) Tried accessing nonexisting field (colour) on node type (Page)"
    assert refusal(page.get(PAGE, fields="id,colour")) == (400, 100, None, sentence)


def test_the_feed_comes_in_pages_newest_first(page: Graph) -> None:
    posts = [page.made("feed", message=str(number)) for number in range(3)]
    first = page.get(f"{PAGE}/published_posts", fields="message", limit="2").json
    assert [one["id"] for one in first["data"]] == posts[:0:-1]
    second = page.client.call("GET", first["paging"]["next"], headers=page.headers).json
    assert ([one["id"] for one in second["data"]], "next" in second["paging"]) == (posts[:1], False)
    assert "token" not in first["paging"]["next"]
    assert page.get(f"{PAGE}/feed", since="2999-01-01").json == {"data": []}
    assert len(page.get(f"{PAGE}/feed", since="1", until="32503680000").json["data"]) == 3
    assert refusal(page.get(f"{PAGE}/feed", since="soon"))[3] == "(#100) soon is not a valid date"


def test_a_post_is_edited_and_deleted(sandbox: Sandbox, page: Graph) -> None:
    post = page.made("feed", message="one")
    assert page.post(post, message="two").json == {"success": True}
    assert page.get(post).json["message"] == "two"
    assert refusal(page.post(post, message=" "))[3] == "(#100) Missing message or attachment"
    assert page.delete(post).json == {"success": True}
    sentence = f"Unsupported get request. Object with ID '{post}' does not exist"
    assert refusal(page.get(post))[3].startswith(sentence)
    assert refusal(page.delete(post))[1:3] == (100, 33)
    assert [(kept["text"], kept["deleted"]) for kept in sandbox.posts()] == [("two", True)]


def test_comments_stand_below_what_they_answer(sandbox: Sandbox, page: Graph) -> None:
    post = page.made("feed", message="one")
    first = page.post(f"{post}/comments", message="two", attachment_url=PHOTO).json["id"]
    second = page.post(f"{first}/comments", message="three").json["id"]
    assert first.partition("_")[0] == post.partition("_")[2]
    assert [(kept["text"], kept["parent"]) for kept in sandbox.posts()] == [
        ("one", None),
        ("two", post),
        ("three", first),
    ]
    listed = page.get(f"{post}/comments", fields="message,from,permalink_url,attachment").json["data"]
    assert [(one["id"], one["message"]) for one in listed] == [(first, "two")]
    assert page.get(second, fields="message").json == {"id": second, "message": "three"}
    assert page.post(second, message="four").json == {"success": True}
    assert page.delete(first).json == {"success": True}
    assert refusal(page.post(f"{first}/comments", message="x"))[1:3] == (100, 33)
    assert refusal(page.post(f"{post}/comments"))[1] == 100
    assert len(page.get(f"{PAGE}/feed").json["data"]) == 1


def test_a_reel_goes_by_three_phases(sandbox: Sandbox, page: Graph) -> None:
    begun = page.post(f"{PAGE}/video_reels", upload_phase="START").json
    video = begun["video_id"]
    finish = {"upload_phase": "FINISH", "video_id": video, "video_state": "PUBLISHED", "description": "A reel"}
    assert refusal(page.post(f"{PAGE}/video_reels", **finish))[1:3] == (6000, 1363130)
    assert send(page, begun["upload_url"], MP4[:100]).json == {"success": True}
    assert send(page, begun["upload_url"]).json["debug_info"]["type"] == "OffsetInvalidError"
    assert send(page, begun["upload_url"], MP4[100:], offset="100").json == {"success": True}
    assert page.post(f"{PAGE}/video_reels", **finish).json == {"success": True}
    states = [page.get(video, fields="status").json["status"]["video_status"] for _ in range(3)]
    assert states == ["processing", "ready", "ready"]
    (kept,) = sandbox.posts()
    assert (kept["remote_id"], kept["text"]) == (video, "A reel")
    assert kept["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}]
    shown = page.get(video, fields="permalink_url,post_id,published,description").json
    assert shown == {
        "id": video,
        "permalink_url": f"/reel/{video}",
        "post_id": video,
        "published": True,
        "description": "A reel",
    }
    assert [one["id"] for one in page.get(f"{PAGE}/feed").json["data"]] == [f"{PAGE}_{video}"]
    assert page.post(f"{PAGE}/video_reels", **finish).json == {"success": True}
    assert len(sandbox.posts()) == 1


def test_a_reel_can_be_fetched(sandbox: Sandbox, page: Graph) -> None:
    begun = page.post(f"{PAGE}/video_reels", upload_phase="start").json
    assert send(page, begun["upload_url"], b"", file_url=CLIP).json == {"success": True}
    given = {"upload_phase": "finish", "video_id": begun["video_id"]}
    assert refusal(page.post(f"{PAGE}/video_reels", **given, video_state="DRAFT"))[1] == 100
    assert page.post(f"{PAGE}/video_reels", **given, video_state="PUBLISHED").json == {"success": True}
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": None}]


@pytest.mark.parametrize(("effect", "state"), [("async-fail", "error"), ("async-never", "processing")])
def test_a_reel_that_is_not_processed_never_appears(sandbox: Sandbox, page: Graph, effect: str, state: str) -> None:
    begun = page.post(f"{PAGE}/video_reels", upload_phase="START").json
    sandbox.faults([{"match": {"host": "rupload.facebook.com"}, "effect": effect}])
    send(page, begun["upload_url"])
    page.post(f"{PAGE}/video_reels", upload_phase="FINISH", video_id=begun["video_id"], video_state="PUBLISHED")
    for _ in range(3):
        assert page.get(begun["video_id"], fields="status").json["status"]["video_status"] == state
    assert sandbox.posts() == []


def test_a_video_that_turns_out_broken_takes_its_post_along(sandbox: Sandbox, page: Graph) -> None:
    video = page.made("videos", file_url=CLIP, description="A film", title="Film")
    assert page.get(video, fields="title,description").json == {"id": video, "title": "Film", "description": "A film"}
    sandbox.faults([{"match": {"method": "GET"}, "effect": "async-fail"}])
    status = page.get(video, fields="status").json["status"]
    assert status["processing_phase"] == {
        "status": "error",
        "errors": [{"code": 1363026, "message": "The video could not be processed."}],
    }
    assert [kept["deleted"] for kept in sandbox.posts()] == [True]


def test_a_video_can_come_in_pieces(sandbox: Sandbox, page: Graph) -> None:
    begun = page.post(f"{PAGE}/videos", upload_phase="start", file_size=str(len(MP4))).json
    assert begun == {
        "upload_session_id": begun["video_id"],
        "video_id": begun["video_id"],
        "start_offset": "0",
        "end_offset": str(len(MP4)),
    }
    session = {"upload_session_id": begun["upload_session_id"]}

    def transfer(start: int, end: int) -> Answer:
        form = {**session, "upload_phase": "transfer", "start_offset": str(start)}
        files = [File("video_file_chunk", MP4[start:end])]
        url = f"https://graph-video.facebook.com/v26.0/{PAGE}/videos"
        return page.client.call("POST", url, form=form, files=files, headers=page.headers)

    assert transfer(0, 100).json == {"start_offset": "100", "end_offset": str(len(MP4))}
    assert refusal(transfer(0, 100))[1:3] == (6001, 1363037)
    assert refusal(page.post(f"{PAGE}/videos", **session, upload_phase="finish"))[1] == 6000
    assert transfer(100, len(MP4)).json == {"start_offset": str(len(MP4)), "end_offset": str(len(MP4))}
    finished = page.post(f"{PAGE}/videos", **session, upload_phase="finish", description="A film")
    assert finished.json == {"success": True}
    (kept,) = sandbox.posts()
    assert (kept["text"], kept["media"][0]["bytes"], kept["remote_id"]) == ("A film", len(MP4), begun["video_id"])
    assert page.delete(begun["video_id"]).json == {"success": True}
    assert refusal(page.get(begun["video_id"]))[1:3] == (100, 33)


def test_a_video_can_come_as_bytes(sandbox: Sandbox, page: Graph) -> None:
    url = f"{BASE}/{PAGE}/videos"

    def upload(data: bytes) -> Answer:
        return page.client.call("POST", url, form={}, files=[File("source", data, "a.mp4")], headers=page.headers)

    assert upload(MP4).json["id"] == sandbox.posts()[0]["remote_id"]
    assert refusal(upload(b"%PDF-"))[1] == 352
    assert refusal(page.post(f"{PAGE}/videos"))[1] == 100
    assert refusal(page.post(f"{PAGE}/videos", file_url="nowhere"))[1] == 389
    assert refusal(page.post(f"{PAGE}/videos", upload_phase="later"))[1] == 100


def test_stories_are_no_part_of_the_feed(sandbox: Sandbox, page: Graph) -> None:
    story = page.post(f"{PAGE}/photo_stories", photo_id=photo(page)).json
    begun = page.post(f"{PAGE}/video_stories", upload_phase="start").json
    send(page, begun["upload_url"])
    film = page.post(f"{PAGE}/video_stories", upload_phase="finish", video_id=begun["video_id"]).json
    assert [kept["remote_id"] for kept in sandbox.posts()] == [story["post_id"], film["post_id"]]
    listed = page.get(f"{PAGE}/stories", fields="post_id,media_type,status").json["data"]
    assert [(one["post_id"], one["media_type"]) for one in listed] == [
        (film["post_id"], "video"),
        (story["post_id"], "photo"),
    ]
    assert page.get(f"{PAGE}/feed").json == {"data": []}
    assert refusal(page.post(f"{PAGE}/photo_stories", photo_id="7"))[1] == 100
    used = page.get(f"{PAGE}/stories", fields="media_id").json["data"][1]["media_id"]
    assert refusal(page.post(f"{PAGE}/photo_stories", photo_id=used))[1:3] == (100, 1366051)
    assert refusal(page.post(story["post_id"], message="x"))[1:3] == (100, 33)


def test_figures_begin_at_zero_and_old_names_are_refused(page: Graph) -> None:
    post = page.made("feed", message="one")
    (row,) = page.get(f"{post}/insights", metric="post_clicks").json["data"]
    assert (row["name"], row["values"], row["period"]) == ("post_clicks", [{"value": 0}], "lifetime")
    for metric in ("post_impressions", "post_clicks,page_fans"):
        assert refusal(page.get(f"{post}/insights", metric=metric))[1] == 100


def test_a_link_is_attached(page: Graph) -> None:
    post = page.made("feed", link="https://example.com")
    (shared,) = page.get(post, fields="attachments").json["attachments"]["data"]
    assert shared == {"type": "share", "url": "https://example.com", "unshimmed_url": "https://example.com"}


def test_a_photo_and_a_film_are_changed_and_deleted_by_their_own_ids(sandbox: Sandbox, page: Graph) -> None:
    picture = page.made("photos", url=PHOTO, caption="one")
    film = page.made("videos", file_url=CLIP, description="two")
    assert page.post(film, description="three").json == {"success": True}
    assert page.get(film, fields="description").json["description"] == "three"
    assert page.post(film, is_hidden="false").json == {"success": True}
    assert page.delete(picture).json == {"success": True}
    assert [(kept["text"], kept["deleted"]) for kept in sandbox.posts()] == [("one", True), ("three", False)]


@pytest.mark.parametrize(
    ("edge", "given", "code"),
    [
        ("photos", {"url": "nowhere"}, 100),
        ("videos", {"upload_phase": "start"}, 100),
        ("video_reels", {"upload_phase": "later"}, 100),
        ("video_reels", {"upload_phase": "finish", "video_id": "7"}, 100),
    ],
)
def test_media_that_are_refused(page: Graph, edge: str, given: dict[str, str], code: int) -> None:
    assert refusal(page.post(f"{PAGE}/{edge}", **given))[:2] == (400, code)


def test_bytes_without_their_headers_are_refused(page: Graph) -> None:
    url = page.post(f"{PAGE}/video_reels", upload_phase="START").json["upload_url"]
    assert send(page, url, offset="x").json["debug_info"]["type"] == "HeadersInvalidError"
    assert send(page, url, MP4 + b"x").json["debug_info"]["type"] == "PartialRequestError"
    assert refusal(send(page, url.replace("video-upload/v26.0/", "video-upload/v26.0/7")))[1:3] == (100, 33)


def test_a_node_that_is_none(page: Graph) -> None:
    for path in ("nobody", "nobody/feed", "nobody/insights?metric=post_clicks"):
        assert refusal(page.get(path))[1:3] == (100, 33)


def test_an_answer_can_hold_more_than_the_id(page: Graph) -> None:
    answer = page.client.call(
        "POST", f"{BASE}/{PAGE}/feed?fields=permalink_url", form={"message": "x"}, headers=page.headers
    ).json
    assert answer["permalink_url"].startswith(f"https://www.facebook.com/{PAGE}/posts/")


def test_what_it_does_not_know_is_said_loudly(page: Graph) -> None:
    answer = page.get(f"{PAGE}/ratings")
    assert (answer.status, answer.json["error"]) == (
        501,
        f"the sandbox does not imitate GET {BASE}/{PAGE}/ratings",
    )
