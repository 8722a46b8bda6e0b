from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.linkedin import little
from tests.sandbox.client import MP4, Answer, Client, png

API = "https://api.linkedin.com"
PAGE = "urn:li:organization:12345678"
FILM = MP4 + b"\0" * 80_000


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    sandbox.world.clock = lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)
    headers = {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    return Client(sandbox.url, {"Authorization": "Bearer test-token", **headers})


@pytest.fixture
def me(client: Client) -> str:
    return f"urn:li:person:{client.call('GET', f'{API}/v2/userinfo').json['sub']}"


def value(author: str, commentary: str = "Hello", **more: Any) -> dict[str, Any]:
    return {
        "author": author,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
        **more,
    }


def post(client: Client, author: str, commentary: str = "Hello", **more: Any) -> Answer:
    return client.call("POST", f"{API}/rest/posts", value=value(author, commentary, **more))


def posted(client: Client, author: str, commentary: str = "Hello", **more: Any) -> str:
    answer = post(client, author, commentary, **more)
    assert (answer.status, answer.body) == (201, answer.body)
    return answer.headers["x-restli-id"]


def begin(client: Client, owner: str, kind: str = "image", **more: Any) -> dict[str, Any]:
    request = {"initializeUploadRequest": {"owner": owner, **more}}
    answer = client.call("POST", f"{API}/rest/{kind}s?action=initializeUpload", value=request)
    begun: dict[str, Any] = answer.json["value"]
    return begun


def put(client: Client, url: str, data: bytes, **headers: str) -> Answer:
    stranger = Client(client.endpoint)
    return stranger.call("PUT", url, body=data, headers={"Content-Type": "application/octet-stream", **headers})


def upload(client: Client, owner: str, kind: str = "image", data: bytes | None = None) -> str:
    begun = begin(client, owner, kind)
    sent = put(client, begun["uploadUrl"], png() if data is None else data, Authorization="Bearer test-token")
    assert (sent.status, sent.body) == (201, b"")
    urn: str = begun[kind]
    return urn


def send(client: Client, begun: dict[str, Any], data: bytes = FILM) -> list[str]:
    parts = [(one["uploadUrl"], data[one["firstByte"] : one["lastByte"] + 1]) for one in begun["uploadInstructions"]]
    return [put(client, url, part).headers["ETag"] for url, part in parts]


def finalize(client: Client, begun: dict[str, Any], tags: list[str]) -> Answer:
    request = {"finalizeUploadRequest": {"video": begun["video"], "uploadToken": "", "uploadedPartIds": tags}}
    return client.call("POST", f"{API}/rest/videos?action=finalizeUpload", value=request)


def state(client: Client, urn: str) -> str:
    kind = urn.split(":")[2]
    status: str = client.call("GET", f"{API}/rest/{kind}s/{quote(urn, safe='')}").json["status"]
    return status


def at(urn: str) -> str:
    return f"{API}/rest/posts/{quote(urn, safe='')}"


def refusal(answer: Answer) -> tuple[int, str]:
    assert answer.json["status"] == answer.status
    return answer.status, answer.json["code"]


def test_a_post_answers_with_a_header_alone(sandbox: Sandbox, client: Client, me: str) -> None:
    answer = post(client, me, r"Hello \(world\) #GitOps @[Acme](urn:li:organization:1)")
    assert (answer.status, answer.body) == (201, b"")
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    urn = answer.headers["x-restli-id"]
    assert kept == {
        "provider": "linkedin",
        "account": me,
        "remote_id": urn,
        "url": f"https://www.linkedin.com/feed/update/{urn}",
        "text": "Hello (world) #GitOps Acme",
        "parent": None,
        "media": [],
        "deleted": False,
    }


@pytest.mark.parametrize(
    ("commentary", "seen", "told"),
    [
        ("plain\ntext", "plain\ntext", "plain\ntext"),
        (r"a \( b \\ c\_d \~", r"a ( b \ c_d ~", r"a \( b \\ c\_d \~"),
        ("before (gone", "before ", "before "),
        ("a * b", "a ", "a "),
        ("me@example.com", "me", "me"),
        ("#one {hashtag|\\#|two}", "#one #two", r"{hashtag|\#|one} {hashtag|\#|two}"),
        (r"{hashtag|\#|under\_score}", "#under_score", r"{hashtag|\#|under\_score}"),
        ("# alone", "", ""),
        (r"@[A \(B\)](urn:li:person:x-1) said", "A (B) said", r"@[A \(B\)](urn:li:person:x-1) said"),
        ("@[A](https://example.com)", "", ""),
    ],
)
def test_what_people_see_of_little_text(commentary: str, seen: str, told: str) -> None:
    assert (little.seen(commentary), little.told(commentary)) == (seen, told)


def test_an_organizations_posts_are_another_providers(sandbox: Sandbox, client: Client) -> None:
    urn = posted(client, PAGE, "Hi #tag")
    assert [(kept["provider"], kept["account"]) for kept in sandbox.posts()] == [("linkedin-page", PAGE)]
    shown = client.call("GET", at(urn)).json
    assert (shown["id"], shown["commentary"], shown["lifecycleState"]) == (urn, r"Hi {hashtag|\#|tag}", "PUBLISHED")
    url = f"{API}/rest/posts?q=author&author={quote(PAGE, safe='')}&count=1"
    later = posted(client, PAGE, "Later")
    listed = client.call("GET", url).json
    assert [one["id"] for one in listed["elements"]] == [later]
    assert listed["paging"] == {"start": 0, "count": 1, "links": [], "total": 2}


def test_a_members_posts_cannot_be_read(client: Client, me: str) -> None:
    urn = posted(client, me)
    assert refusal(client.call("GET", at(urn))) == (403, "ACCESS_DENIED")
    listing = client.call("GET", f"{API}/rest/posts?q=author&author={quote(me, safe='')}")
    assert listing.json["message"] == "Not enough permissions to access: posts.FINDER-author.202609"
    assert refusal(client.call("GET", f"{API}/rest/posts?q=author&author=me")) == (400, "PARAM_INVALID")
    assert refusal(client.call("GET", at("urn:li:share:1"))) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("", (400, "VERSION_MISSING")),
        ("202511", (426, "NONEXISTENT_VERSION")),
        ("202512", (426, "NONEXISTENT_VERSION")),
        ("202612", (426, "NONEXISTENT_VERSION")),
        ("latest", (426, "NONEXISTENT_VERSION")),
        ("202601", (201, "")),
        ("202611", (201, "")),
    ],
)
def test_versions_live_for_a_year(client: Client, me: str, version: str, expected: tuple[int, str]) -> None:
    headers = {"LinkedIn-Version": version}
    answer = client.call("POST", f"{API}/rest/posts", value=value(me), headers=headers)
    assert (refusal(answer) if answer.body else (answer.status, "")) == expected


def test_who_asks(sandbox: Sandbox, client: Client, me: str) -> None:
    nobody = client.call("POST", f"{API}/rest/posts", value=value(me), headers={"Authorization": ""})
    assert refusal(nobody) == (401, "EMPTY_ACCESS_TOKEN")
    old = client.call("POST", f"{API}/rest/posts", value=value(me), headers={"X-Restli-Protocol-Version": "1.0.0"})
    assert refusal(old) == (400, "BAD_REQUEST")
    assert refusal(post(client, "urn:li:person:somebody")) == (403, "ACCESS_DENIED")
    assert client.call("GET", f"{API}/v2/me").json["id"] == me.rpartition(":")[2]
    acls = client.call("GET", f"{API}/rest/organizationAcls?q=roleAssignee&state=APPROVED").json["elements"]
    assert [one["role"] for one in acls] == ["ADMINISTRATOR"] * 2
    number = acls[0]["organization"].rpartition(":")[2]
    shown = client.call("GET", f"{API}/rest/organizations/{number}").json
    assert (shown["id"], shown["localizedName"]) == (int(number), f"Organization {number[-4:]}")
    assert sandbox.posts() == []


POLL = {
    "question": "Well?",
    "options": [{"text": "Yes"}, {"text": "No"}],
    "settings": {"duration": "THREE_DAYS"},
}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"author": None}, "/author", "MISSING_FIELD"),
        ({"author": "urn:li:share:1"}, "/author", "INVALID_URN_TYPE"),
        ({"commentary": None}, "/commentary", "MISSING_FIELD"),
        ({"commentary": " "}, "/commentary", "INVALID_VALUE_BLANK_FIELD"),
        ({"commentary": "x" * 3001}, "/commentary", "FIELD_LENGTH_TOO_LONG"),
        ({"visibility": "ALL"}, "/visibility", "INVALID_VALUE_FOR_FIELD"),
        ({"distribution": {}}, "/distribution/feedDistribution", "MISSING_FIELD"),
        ({"lifecycleState": "DRAFT"}, "/lifecycleState", "INVALID_VALUE_FOR_FIELD"),
        ({"text": "x"}, "/text", "UNKNOWN_FIELD"),
        ({"content": {}}, "/content", "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"carousel": {}}}, "/content", "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"media": 1}}, "/content/media", "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"media": {"id": "urn:li:image:1"}}}, "/content/media/id", "INVALID_URN_ID"),
        ({"content": {"multiImage": {"images": [{}]}}}, "/content/multiImage/images", "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"article": {"title": "x"}}}, "/content/article/source", "INVALID_VALUE_FOR_FIELD"),
        (
            {"content": {"article": {"source": "https://example.com"}}},
            "/content/article/title",
            "MISSING_FIELD",
        ),
        (
            {"content": {"article": {"source": "https://example.com", "title": "x" * 400}}},
            "/content/article/title",
            "FIELD_LENGTH_TOO_LONG",
        ),
        ({"content": {"poll": {**POLL, "options": []}}}, "/content/poll/options", "INVALID_VALUE_FOR_FIELD"),
        (
            {"content": {"poll": {**POLL, "options": [{"text": "x" * 31}, {"text": "b"}]}}},
            "/content/poll/options/0/text",
            "FIELD_LENGTH_TOO_LONG",
        ),
        ({"content": {"poll": {**POLL, "settings": {}}}}, "/content/poll/settings/duration", "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_what_is_refused(
    sandbox: Sandbox, client: Client, me: str, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = client.call("POST", f"{API}/rest/posts", value={**value(me), **changes})
    assert refusal(answer) == (400, code)
    (problem,) = answer.json["errorDetails"]["inputErrors"]
    assert (problem["input"]["inputPath"]["fieldPath"], problem["code"]) == (field, code)
    assert sandbox.posts() == []


def test_the_duplicate_is_named(sandbox: Sandbox, client: Client, me: str) -> None:
    first = posted(client, me)
    answer = post(client, me)
    assert refusal(answer) == (422, "DUPLICATE_POST")
    assert answer.json["message"] == f"Content is a duplicate of {first}"
    assert posted(client, PAGE)
    assert posted(client, me, content={"poll": POLL}, commentary="")
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(minutes=10)
    assert posted(client, me) != first


def test_images_with_alt_texts(sandbox: Sandbox, client: Client, me: str) -> None:
    images = [upload(client, me), upload(client, me, data=png(8, 6))]
    one = {"media": {"id": images[0], "altText": "A red square"}}
    posted(client, me, "one", content=one)
    many = {"multiImage": {"images": [{"id": images[0]}, {"id": images[1], "altText": "Another"}]}}
    posted(client, me, "two", content=many)
    assert [[file["alt"] for file in kept["media"]] for kept in sandbox.posts()] == [["A red square"], ["", "Another"]]
    blank = {"media": {"id": images[0], "altText": ""}}
    assert refusal(post(client, me, "three", content=blank)) == (400, "INVALID_VALUE_BLANK_FIELD")
    long = {"media": {"id": images[0], "altText": "x" * 4087}}
    assert refusal(post(client, me, "four", content=long)) == (400, "FIELD_LENGTH_TOO_LONG")
    assert refusal(post(client, PAGE, "five", content=one)) == (403, "ACCESS_DENIED")
    document = upload(client, me, "document", b"%PDF-1.7")
    mixed = {"multiImage": {"images": [{"id": images[0]}, {"id": document}]}}
    assert refusal(post(client, me, "six", content=mixed)) == (400, "INVALID_URN_TYPE")


def test_what_was_not_uploaded_cannot_be_shown(client: Client) -> None:
    begun = begin(client, PAGE)
    content = {"media": {"id": begun["image"]}}
    assert state(client, begun["image"]) == "WAITING_UPLOAD"
    assert refusal(post(client, PAGE, content=content)) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    assert put(client, begun["uploadUrl"], png()).status == 401
    assert put(client, begun["uploadUrl"], b"text", Authorization="Bearer test-token").status == 201
    assert state(client, begun["image"]) == "PROCESSING_FAILED"
    assert refusal(post(client, PAGE, content=content)) == (400, "MEDIA_ASSET_PROCESSING_FAILED")
    assert state(client, upload(client, PAGE)) == "AVAILABLE"
    assert put(client, begun["uploadUrl"].replace("C4D", "X"), png()).status == 404


def test_a_members_images_cannot_be_looked_at(client: Client, me: str) -> None:
    image = upload(client, me)
    answer = client.call("GET", f"{API}/rest/images/{quote(image, safe='')}")
    assert refusal(answer) == (403, "ACCESS_DENIED")


def test_a_document_has_a_title(sandbox: Sandbox, client: Client, me: str) -> None:
    document = upload(client, me, "document", b"%PDF-1.7")
    untitled = post(client, me, content={"media": {"id": document}})
    assert refusal(untitled) == (400, "MISSING_FIELD")
    posted(client, me, content={"media": {"id": document, "title": "Slides"}})
    assert sandbox.posts()[0]["media"] == [{"type": "application/pdf", "alt": "", "bytes": 8}]


def test_an_article_has_what_we_say(sandbox: Sandbox, client: Client, me: str) -> None:
    article = {"source": "https://example.com", "title": "A title", "description": "", "thumbnail": upload(client, me)}
    posted(client, me, content={"article": article})
    assert len(sandbox.posts()[0]["media"]) == 1


def test_each_part_of_a_video_has_an_address_of_its_own(sandbox: Sandbox, client: Client, me: str) -> None:
    whole = FILM + b"\1" * 4_194_304
    begun = begin(client, me, "video", fileSizeBytes=len(whole), uploadThumbnail=True)
    first, second = begun["uploadInstructions"]
    assert (first["firstByte"], first["lastByte"], second["lastByte"]) == (0, 4_194_303, len(whole) - 1)
    assert put(client, first["uploadUrl"], whole[:100]).status == 400
    assert put(client, first["uploadUrl"], whole[:4_194_304], Authorization="Bearer test-token").status == 400
    assert put(client, begun["thumbnailUploadUrl"], png()).status == 201
    assert refusal(finalize(client, begun, [])) == (400, "INVALID_VALUE_FOR_FIELD")
    tags = send(client, begun, whole)
    assert refusal(finalize(client, begun, tags[::-1])) == (400, "INVALID_VALUE_FOR_FIELD")
    assert finalize(client, begun, [tag.strip('"') for tag in tags]).json == {}
    content = {"media": {"id": begun["video"], "title": "Film"}}
    assert refusal(post(client, me, content=content)) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    assert [state(client, begun["video"]) for _ in range(2)] == ["PROCESSING", "AVAILABLE"]
    assert posted(client, me, content=content).startswith("urn:li:ugcPost:")
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(whole)}]
    small = {"initializeUploadRequest": {"owner": me, "fileSizeBytes": 100}}
    answer = client.call("POST", f"{API}/rest/videos?action=initializeUpload", value=small)
    assert refusal(answer) == (400, "INVALID_VALUE_FOR_FIELD")


@pytest.mark.parametrize(("effect", "last"), [("async-fail", "PROCESSING_FAILED"), ("async-never", "PROCESSING")])
@pytest.mark.parametrize("path", ["/rest/videos$", "/rest/videos/urn"])
def test_processing_that_does_not_end_well(
    sandbox: Sandbox, client: Client, me: str, effect: str, last: str, path: str
) -> None:
    begun = begin(client, me, "video", fileSizeBytes=len(FILM))
    tags = send(client, begun)
    sandbox.faults([{"match": {"path": path}, "effect": effect}])
    assert finalize(client, begun, tags).status == 200
    assert [state(client, begun["video"]) for _ in range(3)] == [last] * 3
    assert post(client, me, content={"media": {"id": begun["video"]}}).status == 400
    assert sandbox.posts() == []


def test_a_fault_of_an_images_processing(sandbox: Sandbox, client: Client, me: str) -> None:
    for effect, code in (("async-fail", "PROCESSING_FAILED"), ("async-never", "WAITING_UPLOAD")):
        sandbox.faults([{"match": {"method": "PUT"}, "effect": effect}])
        content = {"media": {"id": upload(client, me)}}
        assert refusal(post(client, me, content=content)) == (400, f"MEDIA_ASSET_{code}")


def comment(client: Client, urn: str, actor: str, text: str = "First", api: str = "rest", **more: str) -> Answer:
    given = {"actor": actor, "object": urn, "message": {"text": text}, **more}
    return client.call("POST", f"{API}/{api}/socialActions/{quote(urn, safe='')}/comments", value=given)


def test_a_member_comments_by_the_older_way(sandbox: Sandbox, client: Client, me: str) -> None:
    urn = posted(client, me)
    denied = comment(client, urn, me)
    assert refusal(denied) == (403, "ACCESS_DENIED")
    assert denied.json["message"] == "Not enough permissions to access: partnerApiSocialActions.CREATE.202609"
    made = comment(client, urn, me, "(as it is)", "v2")
    assert (made.status, made.json["id"]) == (201, made.headers["x-restli-id"])
    kept = sandbox.posts()[1]
    assert (kept["remote_id"], kept["parent"], kept["text"]) == (made.json["commentUrn"], urn, "(as it is)")


def test_an_organization_comments(sandbox: Sandbox, client: Client) -> None:
    urn = posted(client, PAGE)
    first = comment(client, urn, PAGE).json
    second = comment(client, urn, PAGE, "Second", parentComment=first["commentUrn"]).json
    assert [kept["parent"] for kept in sandbox.posts()[1:]] == [urn, first["commentUrn"]]
    url = f"{API}/rest/socialActions/{quote(urn, safe='')}/comments"
    assert [one["message"]["text"] for one in client.call("GET", url).json["elements"]] == ["First"]
    summary = client.call("GET", f"{API}/rest/socialMetadata/{quote(urn, safe='')}").json["commentSummary"]
    assert summary == {"count": 1, "topLevelCount": 1}
    assert client.call("DELETE", f"{url}/{second['id']}?actor={quote(PAGE, safe='')}").status == 204
    assert refusal(client.call("DELETE", f"{url}/{second['id']}")) == (404, "RESOURCE_NOT_FOUND")
    assert refusal(comment(client, urn, PAGE, "x" * 1251)) == (400, "FIELD_LENGTH_TOO_LONG")
    assert refusal(comment(client, urn, PAGE, "")) == (400, "INVALID_VALUE_BLANK_FIELD")
    assert refusal(comment(client, urn, PAGE, object="urn:li:share:1")) == (400, "INVALID_VALUE_FOR_FIELD")
    assert refusal(comment(client, urn, PAGE, parentComment="urn:li:comment:(x,1)")) == (400, "INVALID_URN_ID")
    assert refusal(comment(client, "urn:li:share:1", PAGE)) == (404, "RESOURCE_NOT_FOUND")


def test_a_members_comments_cannot_be_read_or_deleted(client: Client, me: str) -> None:
    urn = posted(client, me)
    made = comment(client, urn, me, api="v2").json["id"]
    url = f"{API}/rest/socialActions/{quote(urn, safe='')}/comments"
    for method, place in (("GET", url), ("DELETE", f"{url}/{made}")):
        assert refusal(client.call(method, place)) == (403, "ACCESS_DENIED")


def test_what_is_asked_wrongly(client: Client, me: str) -> None:
    for path in ("organizationAcls?q=organization", "organizations/acme"):
        assert refusal(client.call("GET", f"{API}/rest/{path}")) == (400, "PARAM_INVALID")
    assert refusal(client.call("POST", f"{API}/rest/images?action=upload", value={})) == (400, "PARAM_INVALID")
    answer = client.call("POST", f"{API}/rest/images?action=initializeUpload", value={})
    assert refusal(answer) == (400, "MISSING_FIELD")
    unknown = {"video": "urn:li:video:7", "uploadToken": "", "uploadedPartIds": ["x"]}
    assert refusal(finalize(client, unknown, ["x"])) == (400, "INVALID_URN_ID")
    absent = client.call("POST", at("urn:li:share:1"), value={}, headers={"X-RestLi-Method": "PARTIAL_UPDATE"})
    assert refusal(absent) == (404, "RESOURCE_NOT_FOUND")
    assert posted(client, me, "", reshareContext={"parent": posted(client, me)})
    assert posted(client, me, content={"reference": {"id": "urn:li:event:1"}})


def test_the_commentary_can_be_changed(sandbox: Sandbox, client: Client, me: str) -> None:
    urn = posted(client, me)

    def change(method: str = "PARTIAL_UPDATE", **changes: Any) -> Answer:
        return client.call("POST", at(urn), value={"patch": {"$set": changes}}, headers={"X-RestLi-Method": method})

    assert change(commentary=r"Changed \(twice\)").status == 204
    assert [kept["text"] for kept in sandbox.posts()] == ["Changed (twice)"]
    assert refusal(change(visibility="CONNECTIONS")) == (400, "INVALID_VALUE_FOR_FIELD")
    assert refusal(change()) == (400, "MISSING_FIELD")
    assert refusal(change("", commentary="x")) == (400, "BAD_REQUEST")
    assert refusal(change(commentary="")) == (400, "INVALID_VALUE_BLANK_FIELD")


def test_deleting_can_be_repeated(sandbox: Sandbox, client: Client, me: str) -> None:
    urn = posted(client, me)
    for _ in range(2):
        answer = client.call("DELETE", at(urn))
        assert (answer.status, answer.body) == (204, b"")
    assert [kept["deleted"] for kept in sandbox.posts()] == [True]


def figures(client: Client, urn: str) -> list[dict[str, Any]]:
    owner = f"q=organizationalEntity&organizationalEntity={quote(PAGE)}"
    rows = client.call("GET", f"{API}/rest/organizationalEntityShareStatistics?{owner}&shares=List({quote(urn)})").json
    return list(rows["elements"])


def test_a_post_that_nobody_has_seen_is_in_no_statistics(sandbox: Sandbox, client: Client) -> None:
    urn = posted(client, PAGE)
    assert figures(client, urn) == []
    sandbox.world.clock = lambda: datetime(2026, 11, 26, 9, tzinfo=UTC)
    (row,) = figures(client, urn)
    counts = row["totalShareStatistics"]
    assert (row["share"], row["organizationalEntity"]) == (urn, PAGE)
    assert counts["impressionCount"] >= counts["uniqueImpressionsCount"] >= counts["likeCount"] > 0


def test_a_members_figures_come_one_by_one_and_some_late(sandbox: Sandbox, client: Client, me: str) -> None:
    urn = posted(client, me)

    def count(kind: str, of: str = urn) -> Any:
        asked = f"q=entity&entity=(share:{quote(of, safe='')})&queryType={kind}&aggregation=TOTAL"
        answer = client.call("GET", f"{API}/rest/memberCreatorPostAnalytics?{asked}")
        return answer.json["elements"][0]["count"] if answer.status == 200 else answer.status

    assert (count("IMPRESSION"), count("POST_SAVE"), count("MOOD"), count("IMPRESSION", "urn:li:share:7")) == (
        0,
        -1,
        400,
        404,
    )
    sandbox.world.clock = lambda: datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert count("IMPRESSION") > count("REACTION") > 0
    assert count("POST_SAVE") >= 0


def test_followers_are_there(client: Client) -> None:
    sizes = f"{API}/rest/networkSizes/{quote(PAGE, safe='')}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    assert client.call("GET", sizes).json["firstDegreeSize"] > 0
    assert client.call("GET", f"{API}/rest/memberFollowersCount?q=me").json["elements"][0]["memberFollowersCount"] > 0
