"""What is read back: as the platforms describe it, under one vocabulary, with every gap left a gap."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers.metrics import MEANINGS, Measured, Metric, Readings, names, readings, total, whole
from postiz_ops.publish.effects import Lost, NotSent, Request, Response
from tests.providers.figures import CASES, SHARE, insight
from tests.providers.stage import ACCOUNTS, Reply, Stage, answer
from tests.specs import check_response
from tests.specs.exchange import Call

KINDS = tuple(ACCOUNTS)

SILENT = tuple(kind for kind in KINDS if kind not in CASES)
TOLD = tuple(CASES)
FOR_THE_ACCOUNT = tuple(kind for kind in TOLD if CASES[kind].account)


def judged(kind: str) -> str:
    """A test's name says where a description is our own reading alone."""
    own = ("linkedin", "linkedin page", "reddit", "tiktok")
    return f"{kind} handwritten" if kind in own else kind


def script(*parts: Mapping[str, Any]) -> dict[str, Reply]:
    return {path: answer(value) for part in parts for path, value in part.items()}


def read(stage: Stage, *receipts: Receipt) -> dict[str, Readings]:
    """The readings of posts; nothing may be changed on the way."""
    stage.http.may_mutate = False
    return dict(stage.run(stage.provider.metrics(stage.http, stage.account, receipts)))


def read_account(stage: Stage) -> dict[Metric, int]:
    stage.http.may_mutate = False
    return dict(stage.run(stage.provider.account_metrics(stage.http, stage.account)))


def of(kind: str, scope: str, given: Mapping[str, Any] | None = None) -> Stage:
    """A stage where a kind is told this, or what ``CASES`` has for posts or for the account."""
    case = CASES[kind]
    usual = case.posts if scope == "post" else case.account
    return Stage(kind, script(case.login, usual if given is None else given))


def result(kind: str, scope: str, stage: Stage) -> Readings:
    if scope == "account":
        return read_account(stage)
    return read(stage, CASES[kind].receipt).get(CASES[kind].receipt.remote_id, {})


BOTH = [(kind, "post") for kind in TOLD] + [(kind, "account") for kind in FOR_THE_ACCOUNT]


# --- what is declared -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_metric_names_its_source_and_says_what_it_is(kind: str) -> None:
    spec = Stage(kind, {}).spec
    for each in spec.metrics:
        assert each.source.startswith("https://")
        assert each.checked == "2026-11-22"
        assert each.definition
        assert not each.definition.endswith(".")
        assert each.days is None or each.scope == "account"
    assert spec.metrics_batch >= 1
    assert bool(spec.metrics) is (kind in CASES)


@pytest.mark.parametrize("kind", SILENT)
def test_absence_has_a_reason_and_asks_nothing(kind: str) -> None:
    stage = Stage(kind, {})
    assert stage.spec.no_metrics
    assert stage.spec.metrics == ()
    assert read(stage, Receipt("10")) == {}
    assert read_account(stage) == {}
    assert stage.calls == []


def test_every_metric_has_a_meaning_and_every_meaning_a_platform() -> None:
    assert list(MEANINGS) == list(Metric)
    assert {each.metric for kind in KINDS for each in Stage(kind, {}).spec.metrics} == set(Metric)


REMOVED = {
    *("impressions", "plays", "clips_replays_count", "video_views", "profile_views", "website_clicks"),
    *("post_impressions", "post_impressions_unique", "post_engaged_users", "page_impressions"),
    *("page_impressions_unique", "page_fans", "page_fan_adds", "page_views_total"),
}
"""What Meta has taken away: asked for, it makes an error of the whole answer."""


@pytest.mark.parametrize(("kind", "scope"), BOTH)
def test_what_was_removed_is_not_asked_for(kind: str, scope: str) -> None:
    stage = of(kind, scope)
    result(kind, scope, stage)
    asked = {name for call in stage.calls for value in dict(call.query).values() for name in value.split(",")}
    assert not asked & REMOVED
    assert not {each.native for each in stage.spec.metrics} & REMOVED


# --- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TOLD, ids=judged)
def test_a_post_is_read_with_requests_that_the_description_has(kind: str) -> None:
    case = CASES[kind]
    stage = of(kind, "post")
    assert read(stage, case.receipt) == {case.receipt.remote_id: case.of_post}
    video = {Metric.VIDEO_VIEWS} if kind == "facebook" else set()
    reel = {Metric.WATCH_SECONDS} if kind == "instagram-standalone" else set()
    assert set(case.of_post) | video | reel == {each.metric for each in stage.spec.metrics if each.scope == "post"}


@pytest.mark.parametrize("kind", FOR_THE_ACCOUNT, ids=judged)
def test_an_account_is_read_with_requests_that_the_description_has(kind: str) -> None:
    stage = of(kind, "account")
    assert read_account(stage) == CASES[kind].of_account
    assert set(CASES[kind].of_account) == {each.metric for each in stage.spec.metrics if each.scope == "account"}


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind not in FOR_THE_ACCOUNT])
def test_where_accounts_have_no_figures_nothing_is_asked(kind: str) -> None:
    stage = Stage(kind, {})
    assert read_account(stage) == {}
    assert stage.calls == []


PARTIAL = ("mastodon", "discord")
"""Their descriptions require fields of an answer that say nothing about figures: these tests leave them out."""


@pytest.mark.parametrize(("kind", "scope"), [(kind, scope) for kind, scope in BOTH if kind not in PARTIAL], ids=judged)
def test_the_answers_here_are_the_platforms(kind: str, scope: str) -> None:
    stage = of(kind, scope)
    result(kind, scope, stage)
    told = {**CASES[kind].login, **(CASES[kind].posts if scope == "post" else CASES[kind].account)}
    for call in stage.calls:
        if f"{call.method} {call.path}" not in CASES[kind].login:
            url = f"{call.scheme}://{call.host}{call.path}"
            body = json.dumps(told[f"{call.method} {call.path}"]).encode()
            check_response(stage.account.provider, call.method, url, 200, body, allow_unknown=kind == "threads")


# --- gaps -----------------------------------------------------------------------------------------------------------


def counts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all figures in an answer: numbers, and numbers in words that are no names."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from counts(inner, (*path, key))
    named = bool(path) and path[-1] in ("id", "ts")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (number or (isinstance(value, str) and value.isdigit())) and not named:
        yield path


def without(value: Any, path: Sequence[Any], put: object = None) -> Any:
    copied = deepcopy(value)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = put
    return copied


@pytest.mark.parametrize("instead", [None, "many", [], 1.5, True])
@pytest.mark.parametrize(("kind", "scope"), BOTH)
def test_a_gap_is_a_gap_and_touches_nothing_else(kind: str, scope: str, instead: object) -> None:
    usual = CASES[kind].posts if scope == "post" else CASES[kind].account
    whole = CASES[kind].of_post if scope == "post" else CASES[kind].of_account
    lost: set[Metric] = set()
    for path in counts(usual):
        stage = of(kind, scope, without(usual, path, instead))
        found = result(kind, scope, stage)
        assert found.items() <= whole.items(), path
        lost |= set(whole) - set(found)
    assert lost == set(whole), "every figure has been taken away once"


@pytest.mark.parametrize(("kind", "scope"), [pair for pair in BOTH if pair[0] not in ("linkedin", "threads")])
def test_an_answer_without_figures_is_no_zero(kind: str, scope: str) -> None:
    usual: Any = CASES[kind].posts if scope == "post" else CASES[kind].account
    for path in counts(usual):
        usual = without(usual, path)
    assert result(kind, scope, of(kind, scope, usual)) == {}


GONE: Mapping[str, Mapping[str, Response]] = {
    "mastodon": {"GET /api/v1/statuses/10": answer({"error": "Record not found"}, 404)},
    "bluesky": {"GET /xrpc/app.bsky.feed.getPosts": answer({"posts": []})},
    "discord": {"GET /api/v10/channels/200/messages/400": answer({"code": 10008, "message": "Unknown Message"}, 404)},
    "slack": {"GET /api/conversations.replies": answer({"ok": False, "error": "thread_not_found"})},
    "linkedin": {"GET /rest/memberCreatorPostAnalytics": answer({"status": 404, "code": "NOT_FOUND"}, 404)},
    "linkedin page": {"GET /rest/organizationalEntityShareStatistics": answer({"elements": []})},
    "x": {"GET /2/tweets": answer({"errors": [{"title": "Not Found Error", "type": "about:blank"}]})},
    "pinterest": {"GET /v5/pins/10": answer({"code": 50, "message": "Pin not found."}, 404)},
    "reddit": {"GET /api/info": answer({"kind": "Listing", "data": {"children": []}})},
    "youtube": {"GET /youtube/v3/videos": answer({"items": []})},
    "tiktok": {"POST /v2/video/query/": answer({"data": {"videos": []}, "error": {"code": "ok"}})},
}
NOT_THERE = answer({"error": {"message": "no such object", "type": "x", "code": 100, "error_subcode": 33}}, 400)
OF_META = {"threads": "/v1.0/10/insights", "instagram": "/v26.0/10", "facebook": "/v26.0/42_10"}


@pytest.mark.parametrize("kind", [*GONE, *OF_META])
def test_a_post_that_is_gone_is_absent(kind: str) -> None:
    replies = GONE.get(kind) or {f"GET {OF_META[kind]}": NOT_THERE}
    stage = Stage(kind, {**script(CASES[kind].login), **replies})
    assert read(stage, CASES[kind].receipt) == {}


# --- trouble --------------------------------------------------------------------------------------------------------

HTML = Response(200, {"content-type": "text/html"}, b"<html>maintenance</html>")

TROUBLES: Mapping[str, tuple[Reply, type[errors.Failure]]] = {
    "lost": (Lost("cut"), errors.Unavailable),
    "not sent": (NotSent("down"), errors.Unavailable),
    "500": (answer({}, 500), errors.Unavailable),
    "502": (Response(502, {}, b"bad gateway"), errors.Unavailable),
    "a page": (HTML, errors.Unavailable),
    "a number": (answer(7), errors.Unavailable),
    "a list": (answer([]), errors.Unavailable),
    "an empty object": (answer({"ok": True}), errors.Unavailable),
    "429": (answer({}, 429, **{"retry-after": "30"}), errors.Throttled),
    "401": (answer({}, 401), errors.Reauthorize),
}


NO_TROUBLE = ("linkedin page", "account", "an empty object")
"""What LinkedIn tells of a page is one figure, so an object without it has a gap."""


@pytest.mark.parametrize(
    ("kind", "scope", "trouble"),
    [(*pair, trouble) for pair in BOTH for trouble in TROUBLES if (*pair, trouble) != NO_TROUBLE],
)
def test_trouble_is_no_gap(kind: str, scope: str, trouble: str) -> None:
    reply, failure = TROUBLES[trouble]
    case = CASES[kind]
    usual = case.posts if scope == "post" else case.account
    stage = Stage(kind, {**script(case.login), **dict.fromkeys(usual, reply)})
    with pytest.raises(failure) as caught:
        result(kind, scope, stage)
    assert "test-" not in f"{caught.value} {caught.value.help}"
    if isinstance(caught.value, errors.Throttled):
        assert caught.value.until is not None


# --- how many at once -----------------------------------------------------------------------------------------------

MANY: Mapping[str, tuple[str, str]] = {
    "bluesky": ("at://did:plc:acme/app.bsky.feed.post/3n3lv272le{:03d}", "GET /xrpc/app.bsky.feed.getPosts"),
    "linkedin page": ("urn:li:share:{}", "GET /rest/organizationalEntityShareStatistics"),
    "x": ("{}", "GET /2/tweets"),
    "reddit": ("t3_{}", "GET /api/info"),
    "youtube": ("v{}", "GET /youtube/v3/videos"),
    "tiktok": ("{}", "POST /v2/video/query/"),
}


def asked(call: Call) -> str:
    return f"{call.query} {call.body.decode()}"


@pytest.mark.parametrize("kind", TOLD)
def test_a_batch_is_one_call_where_the_platform_takes_several(kind: str) -> None:
    batch = Stage(kind, {}).spec.metrics_batch
    assert (batch > 1) is (kind in MANY)
    if batch > 1:
        pattern, place = MANY[kind]
        receipts = [Receipt(pattern.format(number)) for number in range(222, 222 + batch)]
        stage = Stage(kind, {**script(CASES[kind].login), **GONE[kind]})
        assert read(stage, *receipts) == {}
        (first, *_) = [call for call in stage.calls if f"{call.method} {call.path}" == place]
        assert all(receipt.remote_id in asked(first) for receipt in receipts)


@pytest.mark.parametrize("kind", ["linkedin page", "youtube"])
def test_where_nothing_can_be_asked_about_nothing_is(kind: str) -> None:
    comment = Receipt("c1", extra={"actor": "urn:li:organization:123", "video": "v1"})
    stage = Stage(kind, {})
    assert read(stage, comment) == {}
    assert stage.calls == []


@pytest.mark.parametrize("kind", ["facebook", "instagram", "instagram-standalone", "linkedin page", "threads"])
def test_an_account_whose_posts_name_the_page_has_no_figures_of_its_own(kind: str) -> None:
    stage = Stage(kind, {}, settings=dict.fromkeys(("page", "user", "organization"), ""))
    assert read_account(stage) == {}
    if kind in ("facebook", "linkedin page"):
        assert read(stage, CASES[kind].receipt) == {}
    assert stage.calls == []


# --- what is peculiar to one platform -------------------------------------------------------------------------------


def test_x_is_asked_again_for_posts_that_it_left_out() -> None:
    recent = CASES["x"].posts["GET /2/tweets"]["data"][0]
    denied = {"title": "Field Authorization Error", "type": "about:blank", "detail": "non_public_metrics"}
    old = {"id": "9", "text": "Old", "edit_history_post_ids": ["9"], "public_metrics": recent["public_metrics"]}
    stage = Stage("x", {"GET /2/tweets": [answer({"data": [recent], "errors": [denied]}), answer({"data": [old]})]})
    found = read(stage, Receipt("10"), Receipt("9"))
    assert found["10"] == CASES["x"].of_post
    assert found["9"] == {m: v for m, v in CASES["x"].of_post.items() if m in X_PUBLIC}
    assert [dict(call.query)["ids"] for call in stage.calls] == ["10,9", "9"]
    assert dict(stage.calls[1].query)["post.fields"] == "public_metrics"


X_PUBLIC = (Metric.IMPRESSIONS, Metric.LIKES, Metric.COMMENTS, Metric.SHARES, Metric.QUOTES, Metric.SAVES)


def test_x_may_have_the_names_of_its_prose() -> None:
    def told(call: Call) -> Reply:
        if "post.fields" in dict(call.query):
            return answer({"errors": [{"message": "no such parameter"}], "title": "Invalid Request"}, 400)
        return answer({"data": [{"id": "10", "text": "Hello", "public_metrics": {"retweet_count": 3}}]})

    assert read(Stage("x", {"GET /2/tweets": told}), Receipt("10")) == {"10": {Metric.SHARES: 3}}
    refused = Stage("x", {"GET /2/tweets": answer({"title": "Invalid Request"}, 400)})
    with pytest.raises(errors.Unavailable, match="cannot be read"):
        read(refused, Receipt("10"))


def test_linkedin_tells_a_member_one_figure_a_call_handwritten() -> None:
    stage = of("linkedin", "post")
    read(stage, Receipt(SHARE), Receipt("urn:li:ugcPost:11"), Receipt("c1", extra={"actor": "urn:li:person:me"}))
    asked = [(dict(call.query)["entity"], dict(call.query)["queryType"]) for call in stage.calls]
    kinds = ["IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE", "POST_SAVE", "LINK_CLICKS"]
    entities = (f"(share:{SHARE})", "(ugc:urn:li:ugcPost:11)")
    assert asked == [(entity, kind) for entity in entities for kind in kinds]


def test_a_figure_that_linkedin_does_not_have_is_no_figure_handwritten() -> None:
    unknown = {"GET /rest/memberCreatorPostAnalytics": {"elements": [{"count": -1}]}}
    assert read(of("linkedin", "post", unknown), Receipt(SHARE)) == {}


def test_linkedins_brackets_go_out_as_they_are_handwritten() -> None:
    """Encoded, the protocol takes them for a text, and finds no entity."""
    sent: list[str] = []

    class Listening(Stage):
        @override
        async def send(self, request: Request, *, deadline: float | None = None) -> Response:
            sent.append(request.url)
            return await super().send(request, deadline=deadline)

    for kind in ("linkedin", "linkedin page"):
        case = CASES[kind]
        read(Listening(kind, script(case.posts)), case.receipt)
    assert "&entity=(share:urn%3Ali%3Ashare%3A10)&" in sent[0]
    assert sent[-1].endswith("organizationalEntity=urn%3Ali%3Aorganization%3A123&shares=List(urn%3Ali%3Ashare%3A10)")


@pytest.mark.parametrize(("scope", "missing"), [("post", "r_member_postAnalytics"), ("account", "r_member_profileA")])
def test_linkedin_says_which_scope_a_member_lacks_handwritten(scope: str, missing: str) -> None:
    case = CASES["linkedin"]
    usual = case.posts if scope == "post" else case.account
    stage = Stage("linkedin", dict.fromkeys(usual, answer({"status": 403, "message": "no"}, 403)))
    with pytest.raises(errors.Reauthorize, match=missing) as caught:
        result("linkedin", scope, stage)
    assert "publishing is not touched" in str(caught.value.help)
    assert len(stage.calls) == 1


def test_linkedin_pages_are_asked_for_both_kinds_of_posts_handwritten() -> None:
    stage = of("linkedin page", "post")
    read(stage, Receipt(SHARE), Receipt("urn:li:ugcPost:11"))
    query = dict(stage.calls[0].query)
    assert (query["shares"], query["ugcPosts"]) == (f"List({SHARE})", "List(urn:li:ugcPost:11)")


@pytest.mark.parametrize("reason", ["insufficientPermissions", "accessNotConfigured", "forbidden"])
def test_youtube_reports_are_a_gap_where_the_token_may_not_read_them(reason: str) -> None:
    denied = {"error": {"code": 403, "message": "no", "errors": [{"reason": reason}], "status": "PERMISSION_DENIED"}}
    stage = Stage("youtube", {**script(CASES["youtube"].posts), "GET /v2/reports": answer(denied, 403)})
    counted = {Metric.VIDEO_VIEWS: 900, Metric.LIKES: 30, Metric.COMMENTS: 4}
    assert read(stage, Receipt("v1")) == {"v1": counted}
    query = dict(stage.calls[-1].query)
    assert (query["startDate"], query["endDate"]) == ("2005-02-14", "2026-12-01")


def test_youtube_reports_may_have_no_rows_yet() -> None:
    report = {"columnHeaders": [{"name": "video"}, {"name": "shares"}]}
    stage = Stage("youtube", {**script(CASES["youtube"].posts), "GET /v2/reports": answer(report)})
    assert Metric.SHARES not in read(stage, Receipt("v1"))["v1"]


def test_a_channel_may_hide_who_subscribes() -> None:
    counts = {"subscriberCount": "0", "hiddenSubscriberCount": True, "videoCount": "3"}
    stage = Stage("youtube", script({"GET /youtube/v3/channels": {"items": [{"id": "UC1", "statistics": counts}]}}))
    assert read_account(stage) == {Metric.POSTS: 3}


INSTAGRAM = {
    "FEED": "views,reach,likes,comments,shares,saved,total_interactions",
    "REELS": "views,reach,likes,comments,shares,saved,ig_reels_video_view_total_time,total_interactions",
    "STORY": "views,reach,replies,shares,total_interactions",
}


@pytest.mark.parametrize("product", INSTAGRAM)
def test_instagram_is_asked_by_the_kind_of_post(product: str) -> None:
    media = {"GET /v26.0/10": {"id": "10", "media_product_type": product}}
    stage = Stage("instagram", script(media, {"GET /v26.0/10/insights": insight(views=5, replies=2)}))
    story = {Metric.COMMENTS: 2} if product == "STORY" else {}
    assert read(stage, Receipt("10")) == {"10": {Metric.IMPRESSIONS: 5} | story}
    assert dict(stage.calls[1].query) == {"metric": INSTAGRAM[product]}


def test_a_story_that_few_have_seen_has_no_figures() -> None:
    few = answer({"error": {"message": "(#10) Not enough viewers", "type": "x", "code": 10}}, 400)
    for product, failed in (("STORY", None), ("FEED", errors.Reauthorize)):
        media = answer({"id": "10", "media_product_type": product})
        stage = Stage("instagram", {"GET /v26.0/10": media, "GET /v26.0/10/insights": few})
        if failed is None:
            assert read(stage, Receipt("10")) == {}
        else:
            with pytest.raises(failed):
                read(stage, Receipt("10"))


def test_a_comment_on_instagram_has_no_figures() -> None:
    no_field = answer({"error": {"message": "(#100) nonexisting field", "type": "x", "code": 100}}, 400)
    assert read(Stage("instagram", {"GET /v26.0/10": no_field}), Receipt("10")) == {}


@pytest.mark.parametrize("kind", ["instagram", "instagram-standalone", "facebook"])
def test_accounts_of_meta_are_asked_for_the_last_whole_day(kind: str) -> None:
    stage = of(kind, "account")
    read_account(stage)
    query = dict(stage.calls[-1].query)
    assert (query["since"], query["until"], query["period"]) == ("1795996800", "1796083200", "day")


def test_a_page_of_few_followers_has_no_insights() -> None:
    """Facebook answers with an empty list below a hundred."""
    told = {**CASES["facebook"].posts, "GET /v26.0/42_10/insights": {"data": []}}
    assert result("facebook", "post", of("facebook", "post", told)) == {Metric.COMMENTS: 4, Metric.SHARES: 3}


@pytest.mark.parametrize("post", ["10", "42_10"])
def test_a_video_on_facebook_has_its_own_views_and_those_of_its_post(post: str) -> None:
    video = {"GET /v26.0/77": {"id": "77", "views": 5000, "post_id": post}}
    stage = of("facebook", "post", {**CASES["facebook"].posts, **video})
    receipt = Receipt("77", extra={"kind": "video"})
    assert read(stage, receipt) == {"77": {**CASES["facebook"].of_post, Metric.VIDEO_VIEWS: 5000}}


def test_a_video_on_facebook_may_have_no_post_yet_or_be_gone() -> None:
    receipt = Receipt("77", extra={"kind": "video"})
    alone = of("facebook", "post", {"GET /v26.0/77": {"id": "77", "views": 1}})
    assert read(alone, receipt) == {"77": {Metric.VIDEO_VIEWS: 1}}
    gone = Stage("facebook", {**script(CASES["facebook"].login), "GET /v26.0/77": NOT_THERE})
    assert read(gone, receipt) == {}


def test_a_metric_that_facebook_does_not_have_takes_no_other_with_it() -> None:
    def told(call: Call) -> Reply:
        if "post_media_view" in dict(call.query)["metric"].split(","):
            return answer({"error": {"message": "(#100) invalid metric", "type": "x", "code": 100}}, 400)
        return answer(CASES["facebook"].posts["GET /v26.0/42_10/insights"])

    stage = of("facebook", "post")
    stage.script = {**stage.script, "GET /v26.0/42_10/insights": told}
    assert result("facebook", "post", stage)[Metric.REACH] == 700
    asked = [dict(call.query)["metric"] for call in stage.calls if call.path.endswith("insights")]
    assert asked[1] == "post_total_media_view_unique,post_reactions_by_type_total,post_clicks"
    refused = answer({"error": {"message": "(#100) invalid metric", "type": "x", "code": 100}}, 400)
    stage.script = {**stage.script, "GET /v26.0/42_10/insights": refused}
    with pytest.raises(errors.Rejected):
        result("facebook", "post", stage)


def test_comments_and_stories_on_facebook_have_no_figures() -> None:
    stage = Stage("facebook", {})
    assert read(stage, Receipt("10_99"), Receipt("88")) == {}
    assert stage.calls == []


def test_a_comment_on_reddit_has_a_score_alone_handwritten() -> None:
    comment = {"kind": "t1", "data": {"name": "t1_c1", "score": -3}}
    stage = of("reddit", "post", {"GET /api/info": {"kind": "Listing", "data": {"children": [comment]}}})
    assert read(stage, Receipt("t1_c1")) == {"t1_c1": {Metric.SCORE: -3}}


def test_posts_on_tiktok_have_figures_once_their_id_is_known_handwritten() -> None:
    """A post that was published before its moderation is known by its task; one that only its author sees has no id."""
    case, task = CASES["tiktok"], "POST /v2/post/publish/status/fetch/"
    done = {"status": "PUBLISH_COMPLETE"}
    for posts, expected in (([7300000000000000001], {"v_pub_url~1": case.of_post}), ([], {})):
        state = {"data": {**done, "publicaly_available_post_id": posts}, "error": {"code": "ok"}}
        stage = of("tiktok", "post", {**case.posts, task: state})
        assert read(stage, Receipt("v_pub_url~1")) == expected


def test_slack_shows_the_message_that_a_thread_is_about_too() -> None:
    parent = {"type": "message", "ts": "1.1", "text": "Hello", "reply_count": 9}
    reply = {"type": "message", "ts": "1.2", "text": "Yes", "reactions": [{"name": "a", "count": 1, "users": []}]}
    told = {"GET /api/conversations.replies": {"ok": True, "messages": [parent, reply]}}
    stage = Stage("slack", script(told))
    assert read(stage, Receipt("1.2", extra={"channel": "C0TEST"})) == {"1.2": {Metric.LIKES: 1}}
    assert read(stage, Receipt("1.3", extra={"channel": "C0TEST"})) == {}


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (0, 0),
        (-3, -3),
        ("900", 900),
        (240.0, 240),
        (1.5, None),
        (True, None),
        (None, None),
        ("", None),
        ("1e3", None),
        ("-1", None),
        ("\u0663", None),
        (float("nan"), None),
        (float("inf"), None),
        ([1], None),
    ],
)
def test_what_is_a_whole_number(given: object, number: int | None) -> None:
    assert whole(given) == number


@pytest.mark.parametrize(
    ("given", "sum_"), [([1, 2], 3), ([0], 0), ([], None), ([1, None], None), (None, None), ({"a": 1}, None)]
)
def test_kinds_are_added_where_all_of_them_are_known(given: object, sum_: int | None) -> None:
    assert total(given) == sum_


def test_a_path_leads_into_objects_alone() -> None:
    likes = Measured(Metric.LIKES, "a.b", "likes", "https://example.com", "2026-11-22")
    followers = Measured(Metric.FOLLOWERS, "n", "followers", "https://example.com", "2026-11-22", scope="account")
    assert readings({"a": {"b": 1}, "n": 2}, (likes, followers)) == {Metric.LIKES: 1}
    assert readings({"a": {"b": 1}, "n": 2}, (likes, followers), "account") == {Metric.FOLLOWERS: 2}
    others: list[Any] = [{"a": [1]}, {"a": "b"}, [], None, "a.b"]
    for other in others:
        assert readings(other, (likes,)) == {}
    assert (names((likes, followers)), names((likes, followers), "account")) == ("a.b", "n")
    assert names((likes, followers), "account", days=1) == ""
