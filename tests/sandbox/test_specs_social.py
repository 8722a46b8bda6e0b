"""Every answer of a tour through Meta's, X's and LinkedIn's stand-ins, asked of the platforms' descriptions.

LinkedIn's is hand-written: what passes there agrees with our reading of its pages alone. Meta's name fields and no
answers, so that the fields of each stand-in are held against them beside the tour.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.facebook import entities as facebook_entities
from postiz_ops.sandbox.facebook.common import Video
from postiz_ops.sandbox.instagram import comments as instagram_comments
from postiz_ops.sandbox.instagram import media as instagram_media
from postiz_ops.sandbox.world import File, Post
from tests.sandbox import test_linkedin as linkedin_calls
from tests.sandbox import test_x as x_calls
from tests.sandbox.client import MP4, Answer, Client, png
from tests.sandbox.client import File as Sent
from tests.sandbox.meta import CLIP, PHOTO, Graph
from tests.sandbox.test_specs import judge
from tests.specs import specs_dir

TOKEN = {"Authorization": "Bearer test-token"}
UNDESCRIBED = {
    "501 https://graph.facebook.com/v26.0/100200300400500/ratings": "the sandbox alone does not know it",
    "200 https://rupload.facebook.com": "Meta's collection has no answers",
}
"""Answers that the descriptions do not have, each with its reason."""


def facebook(sandbox: Sandbox) -> list[Answer]:
    client = Client(sandbox.url)
    page = Graph(client, "https://graph.facebook.com/v26.0", "100200300400500")
    photo = page.made("photos", url=PHOTO, published="false")
    post = page.made("feed", message="one", attached_media=json.dumps([{"media_fbid": photo}]))
    page.post(f"{page.me}/photos", url=PHOTO, caption="two")
    begun = page.post(f"{page.me}/video_reels", upload_phase="START").json
    headers = {"Authorization": "OAuth test-token", "offset": "0", "file_size": str(len(MP4))}
    client.call("POST", begun["upload_url"], body=MP4, headers=headers)
    finish = {"upload_phase": "FINISH", "video_id": begun["video_id"], "video_state": "PUBLISHED"}
    page.post(f"{page.me}/video_reels", **finish)
    story = page.post(f"{page.me}/photo_stories", photo_id=page.made("photos", url=PHOTO, published="false"))
    assert story.status == 200
    film = page.made("videos", file_url=CLIP, description="three")
    comment = page.post(f"{post}/comments", message="four").json["id"]
    fields = "message,created_time,permalink_url,attachments,is_published"
    for path, asked in (
        (post, {"fields": fields}),
        (f"{page.me}/published_posts", {"fields": fields, "limit": "1"}),
        (f"{page.me}/stories", {"fields": "post_id,status"}),
        (f"{post}/comments", {"fields": "message,from"}),
        (f"{post}/insights", {"metric": "post_clicks"}),
        (f"{post}/insights", {"metric": "post_impressions"}),
        (comment, {"fields": "message"}),
        (film, {"fields": "status,permalink_url"}),
        (photo, {"fields": "alt_text_custom,link"}),
        (page.me, {"fields": "name,access_token"}),
        (page.me, {"fields": "colour"}),
        ("me", {}),
        ("me/accounts", {}),
        (f"{page.me}/ratings", {}),
    ):
        page.get(path, **asked)
    page.post(f"{page.me}/feed", message="")
    page.post(post, message="changed")
    for node in (comment, post, post):
        page.delete(node)
    return client.seen


def instagram(sandbox: Sandbox) -> list[Answer]:
    return _instagram(sandbox, "https://graph.facebook.com/v26.0")


def instagram_standalone(sandbox: Sandbox) -> list[Answer]:
    return _instagram(sandbox, "https://graph.instagram.com/v26.0")


def _instagram(sandbox: Sandbox, base: str) -> list[Answer]:
    client = Client(sandbox.url)
    user = Graph(client, base, "17841400000000001")
    first = user.made("media", image_url=PHOTO, is_carousel_item="true", alt_text="A red square")
    second = user.made("media", video_url=CLIP, media_type="VIDEO", is_carousel_item="true")
    carousel = user.made("media", media_type="CAROUSEL", children=f"{first},{second}", caption="Hi")
    user.post(f"{user.me}/media_publish", creation_id=carousel)
    for container in (first, second, carousel, carousel):
        user.get(container, fields="status_code,status")
    media = user.made("media_publish", creation_id=carousel)
    comment = user.post(f"{media}/comments", message="First").json["id"]
    reply = user.post(f"{comment}/replies", message="Second").json["id"]
    for path, asked in (
        (media, {"fields": "permalink,caption,timestamp,media_type,children"}),
        (carousel, {"fields": "status_code"}),
        (comment, {"fields": "text"}),
        (f"{media}/comments", {"fields": "text,timestamp"}),
        (f"{comment}/replies", {"fields": "text"}),
        (f"{user.me}/media", {"fields": "caption,permalink,timestamp", "limit": "5"}),
        (f"{user.me}/stories", {}),
        (f"{user.me}/content_publishing_limit", {"fields": "quota_usage,config"}),
        (f"{media}/insights", {"metric": "views,reach"}),
        (f"{media}/insights", {"metric": "impressions"}),
        (user.me, {"fields": "username,media_count"}),
    ):
        user.get(path, **asked)
    user.post(f"{user.me}/media")
    user.post(media, comment_enabled="false")
    for node in (reply, media, media):
        user.delete(node)
    return client.seen


def threads(sandbox: Sandbox) -> list[Answer]:
    client = Client(sandbox.url)
    user = Graph(client, "https://graph.threads.net/v1.0", "17841400000000009")
    poll = json.dumps({"option_a": "Yes", "option_b": "No"})
    containers = [
        user.made("threads", media_type="TEXT", text="one", poll_attachment=poll),
        user.made("threads", media_type="IMAGE", image_url=PHOTO, text="two", alt_text="A red square"),
        user.made("threads", media_type="VIDEO", video_url=CLIP),
    ]
    user.post(f"{user.me}/threads_publish", creation_id=containers[2])
    for container in (*containers, containers[2]):
        user.get(container, fields="status,error_message")
    first, *_ = [user.made("threads_publish", creation_id=container) for container in containers]
    answer = user.made("threads", media_type="TEXT", text="three", reply_to_id=first)
    reply = user.made("threads_publish", creation_id=answer)
    fields = "id,text,timestamp,permalink,media_type,media_product_type,username,shortcode,is_quote_post,has_replies"
    for path, asked in (
        (first, {"fields": f"{fields},owner,poll_attachment"}),
        (f"{user.me}/threads", {"fields": f"{fields},owner", "limit": "2"}),
        (f"{first}/replies", {"fields": f"{fields},is_reply,replied_to,root_post,is_reply_owned_by_me"}),
        (f"{first}/conversation", {"fields": "id,text"}),
        (f"{user.me}/threads_publishing_limit", {"fields": "quota_usage,config,reply_quota_usage,reply_config"}),
        (f"{first}/insights", {"metric": "views,likes,replies,reposts,quotes"}),
        (f"{user.me}/threads_insights", {"metric": "views"}),
        ("me", {"fields": "id,username,name,threads_biography,threads_profile_picture_url"}),
    ):
        user.get(path, **asked)
    user.post(f"{user.me}/threads", media_type="TEXT", text="x" * 501)
    user.delete(reply)
    user.get(reply)
    return client.seen


def x(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, dict(TOKEN)), x_calls.API
    me = client.call("GET", f"{api}/users/me?user.fields=verified,created_at").json["data"]["id"]
    picture, film = x_calls.picture(client), x_calls.film(client)
    alt = {"id": picture, "metadata": {"alt_text": {"text": "A red square"}}}
    client.call("POST", f"{api}/media/metadata", value=alt)
    x_calls.finalize(client, film)
    x_calls.state(client, film)
    x_calls.state(client, film)
    first = x_calls.posted(client, text="one https://example.com", media={"media_ids": [picture]})
    second = x_calls.posted(client, text="two", reply={"in_reply_to_tweet_id": first})
    x_calls.posted(client, media={"media_ids": [film]}, quote_tweet_id=first)
    poll = {"options": ["Yes", "No"], "duration_minutes": 60}
    well = x_calls.posted(client, text="Well?", poll=poll)
    x_calls.post(client, text="two", reply={"in_reply_to_tweet_id": first})
    x_calls.post(client, text="")
    fields = "post.fields=created_at,entities,public_metrics,attachments,conversation_id,reply_settings"
    more = "expansions=attachments.media_keys,author_id,referenced_posts&media.fields=alt_text,width,height,url"
    for path in (
        f"tweets/{first}?{fields}&{more}",
        f"tweets?ids={first},{well},7&{fields}&expansions=attachments.poll_ids",
        f"users/{me}/tweets?max_results=5&exclude=replies&{fields}&{more}",
        f"users/{me}/tweets?max_results=5&pagination_token=9",
        "tweets/7",
        f"tweets/{first}?post.fields=colour",
    ):
        client.call("GET", f"{api}/{path}")
    x_calls.posted(client, text="edited", edit_options={"previous_post_id": second})
    content = {"blocks": [{"type": "unstyled", "text": "Long."}], "entities": []}
    draft = client.call("POST", f"{api}/articles/draft", value={"title": "Title", "content_state": content}).json
    client.call("POST", f"{api}/articles/{draft['data']['id']}/publish")
    for one in (first, first):
        client.call("DELETE", f"{api}/tweets/{one}")
    client.call("GET", f"{api}/users/me", headers={"Authorization": ""})
    return client.seen


def linkedin(sandbox: Sandbox) -> list[Answer]:
    sandbox.world.clock = lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)
    headers = {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    client, api, page = Client(sandbox.url, TOKEN | headers), linkedin_calls.API, linkedin_calls.PAGE
    me = f"urn:li:person:{client.call('GET', f'{api}/v2/userinfo').json['sub']}"
    images = [linkedin_calls.upload(client, page) for _ in range(2)]
    begun = linkedin_calls.begin(client, me, "video", fileSizeBytes=len(linkedin_calls.FILM), uploadThumbnail=True)
    linkedin_calls.finalize(client, begun, linkedin_calls.send(client, begun))
    for urn in (begun["video"], begun["video"], images[0]):
        linkedin_calls.state(client, urn)
    many = {"multiImage": {"images": [{"id": one, "altText": "A red square"} for one in images]}}
    post = linkedin_calls.posted(client, page, "one #tag", content=many)
    linkedin_calls.posted(client, me, "two", content={"media": {"id": begun["video"]}})
    linkedin_calls.post(client, me, "two", content={"media": {"id": begun["video"]}})
    linkedin_calls.post(client, me, "")
    document = linkedin_calls.begin(client, me, "document")["document"]
    linkedin_calls.post(client, me, "three", content={"media": {"id": document, "title": "Slides"}})
    comment = linkedin_calls.comment(client, post, page).json["id"]
    for actor, way in ((me, "rest"), (me, "v2")):
        linkedin_calls.comment(client, post, actor, "(x)", way)
    place = quote(post, safe="")
    patch = {"patch": {"$set": {"commentary": "changed"}}}
    client.call("POST", linkedin_calls.at(post), value=patch, headers={"X-RestLi-Method": "PARTIAL_UPDATE"})
    organization = quote(page, safe="")
    for path in (
        f"posts/{place}",
        f"posts?q=author&author={organization}&count=10",
        f"posts?q=author&author={quote(me, safe='')}",
        f"socialActions/{place}/comments",
        f"socialMetadata/{place}",
        "organizationAcls?q=roleAssignee&state=APPROVED",
        "organizations/12345678",
        f"organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={organization}",
        f"networkSizes/{organization}?edgeType=COMPANY_FOLLOWED_BY_MEMBER",
        "images/urn%3Ali%3Aimage%3A1",
    ):
        client.call("GET", f"{api}/rest/{path}")
    client.call("GET", f"{api}/v2/me")
    client.call("DELETE", f"{api}/rest/socialActions/{place}/comments/{comment}?actor={organization}")
    client.call("DELETE", linkedin_calls.at(post))
    client.call("GET", linkedin_calls.at(post), headers={"LinkedIn-Version": "202501"})
    client.call("GET", linkedin_calls.at(post), headers={"Authorization": ""})
    return client.seen


TOURS: Mapping[str, Callable[[Sandbox], list[Answer]]] = {
    "facebook": facebook,
    "instagram": instagram,
    "instagram-standalone": instagram_standalone,
    "threads": threads,
    "x": x,
    "linkedin": linkedin,
}
HANDWRITTEN = {"linkedin": "handwritten-linkedin"}


def named(platform: str) -> str:
    return HANDWRITTEN.get(platform, platform)


@pytest.mark.parametrize("platform", TOURS, ids=named)
def test_answers_are_what_the_platform_describes(sandbox: Sandbox, platform: str) -> None:
    seen = TOURS[platform](sandbox)
    assert len(seen) >= 20
    judged = [answer for answer in seen if not f"{answer.status} {answer.url}".startswith(tuple(UNDESCRIBED))]
    assert "\n".join(problem for answer in judged for problem in judge(platform, answer)) == ""


PUBLISHING: Mapping[str, str] = {
    "facebook": "https://graph.facebook.com/v26.0/100200300400500/feed",
    "instagram": "https://graph.facebook.com/v26.0/17841400000000001/media",
    "instagram-standalone": "https://graph.instagram.com/v26.0/17841400000000001/media",
    "threads": "https://graph.threads.net/v1.0/17841400000000009/threads",
    "x": "https://api.x.com/2/tweets",
    "linkedin": "https://api.linkedin.com/rest/posts",
}


@pytest.mark.parametrize("effect", ["refuse", "unauthorized", "rate-limit"])
@pytest.mark.parametrize("platform", PUBLISHING, ids=named)
def test_refusals_that_are_asked_for_too(sandbox: Sandbox, effect: str, platform: str) -> None:
    sandbox.faults([{"effect": effect}])
    answer = Client(sandbox.url).call("POST", PUBLISHING[platform], value={})
    assert list(judge(platform, answer)) == []


# --- Meta's fields --------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PICTURE = File("1", "image/jpeg", b"", url=PHOTO)


def post(provider: str, **detail: Any) -> Post:
    return Post(provider, "1", "1_2", "Hi", NOW, url="https://example.com", parent="1", media=[PICTURE], detail=detail)


FIELDS: Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]] = {
    "Page": (facebook_entities.page("1", "t", NOW), ("tasks",)),
    "PagePost": (facebook_entities.post(post("facebook", kind="post", link=""), NOW), ()),
    "Stories": (facebook_entities.story(post("facebook", kind="story")), ("id",)),
    "Comment": (facebook_entities.comment(post("facebook")), ()),
    "Photo": (facebook_entities.photo(PICTURE), ()),
    "AdVideo": (facebook_entities.video(Video(PICTURE, "1", "reel"), NOW), ()),
    "IGMedia": (instagram_media.entity(post("instagram", kind="IMAGE", shortcode="x", comments=True), NOW), ()),
    "IGComment": (instagram_comments.entity(post("instagram")), ()),
}
"""Node -> what the stand-in knows of it, and what only the documentation's pages have."""


@pytest.mark.parametrize("kind", FIELDS)
def test_fields_are_those_of_metas_own_files(kind: str) -> None:
    described = json.loads((specs_dir() / "facebook-graph" / "api_specs" / f"{kind}.json").read_bytes())
    names = {field["name"] for field in described["fields"]}
    names |= {api.get("endpoint") or api["name"] for api in described["apis"] if api["method"] == "GET"}
    known, prose = FIELDS[kind]
    assert sorted(set(known) - names) == sorted(prose)


def test_a_photo_can_be_sent_by_its_bytes_too(sandbox: Sandbox) -> None:
    """What is uploaded is answered like what is fetched."""
    client = Client(sandbox.url)
    answer = client.call(
        "POST",
        "https://graph.facebook.com/v26.0/100200300400500/photos",
        form={"published": "false"},
        files=[Sent("source", png())],
        headers=TOKEN,
    )
    assert list(judge("facebook", answer)) == []
