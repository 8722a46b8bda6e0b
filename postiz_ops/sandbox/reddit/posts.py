"""Posts of all kinds: https://www.reddit.com/dev/api#POST_api_submit ; galleries and polls from clients' traffic."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Reply, Request, objects, reply
from postiz_ops.sandbox.reddit import entities, media
from postiz_ops.sandbox.reddit.common import (
    FLAIRS,
    FORBIDDEN,
    NAME,
    SHORTEST,
    State,
    account_of,
    empty,
    ends,
    errors,
    flair_id,
    invalid_submission,
    new_name,
    status,
    subreddit_of,
    thing,
    true,
)
from postiz_ops.sandbox.world import File, Post, World

TITLE_MAX, CAPTION_MAX, FLAIR_TEXT_MAX = 300, 180, 64
ITEMS, OPTIONS, DAYS = range(2, 21), range(2, 7), range(1, 8)
NEEDED = "we need something here"


def submit(world: World, request: Request) -> Reply:
    """POST /api/submit. With a file it answers no id: the post is listed a moment later."""
    account, given = account_of(request), request.form().first()
    if given.get("api_type") != "json":
        raise status(400, "Bad Request")
    kind, subreddit = given.get("kind", ""), subreddit_of(given)
    if kind not in ("self", "link", "image", "video", "videogif", "crosspost"):
        raise errors(("INVALID_OPTION", "that option is not valid", "kind"))
    _check(given, subreddit, kind)
    post = _new(world, account, subreddit, given, kind)
    if kind in ("image", "video", "videogif"):
        return _with_file(world, request, post, given)
    if kind != "self":
        post.detail["url"] = _crossposted(world, given) if kind == "crosspost" else _url(world, subreddit, given)
    _keep(world, post)
    data = {"url": post.url, "drafts_count": 0, "id": post.remote_id[3:], "name": post.remote_id}
    return reply(200, {"json": {"errors": [], "data": data}})


def _check(given: Mapping[str, Any], subreddit: str, kind: str) -> None:
    title, text = given.get("title", ""), given.get("text", "")
    if not title.strip():
        raise errors(("NO_TEXT", NEEDED, "title"))
    if len(title) > TITLE_MAX:
        raise errors(("TOO_LONG", f"this is too long (max: {TITLE_MAX})", "title"))
    limit = limits.exceeded(NAME, text)
    if limit:
        raise errors(("TOO_LONG", f"this is too long (max: {limit.max})", "text"))
    if text and given.get("richtext_json"):
        raise errors(("INVALID_SELFPOST", "Only one of `text` and `richtext_json` can be set", "text"))
    _check_kind(subreddit, kind)
    _check_flair(given)
    _check_rules(given, subreddit)


def _check_kind(subreddit: str, kind: str) -> None:
    is_text = kind in ("self", "poll")
    if ends(subreddit, "_links") and is_text:
        raise errors(("NO_SELFS", "This community doesn't allow text posts", "sr"))
    if ends(subreddit, "_text") and not is_text:
        code = "GALLERIES_DISABLED" if kind == "gallery" else "NO_LINKS"
        raise errors((code, "This community only allows text posts", "sr"))


def _check_flair(given: Mapping[str, Any]) -> None:
    flair, text = given.get("flair_id", ""), given.get("flair_text", "")
    if (flair and not _is_uuid(flair)) or (text and not flair):
        raise errors(("INVALID_OPTION", "that option is not valid", "flair_id"))
    if len(text) > FLAIR_TEXT_MAX:
        raise errors(("TOO_LONG", f"this is too long (max: {FLAIR_TEXT_MAX})", "flair_text"))


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _check_rules(given: Mapping[str, Any], subreddit: str) -> None:
    strictly = true(given, "validate_on_submit")
    if ends(subreddit, "_flair") and not given.get("flair_id"):
        raise invalid_submission("FLAIR_REQUIRED", "Your post must contain post flair.", "flair", validated=strictly)
    if ends(subreddit, "_strict") and FORBIDDEN in given["title"].lower():
        sentence = f'Titles must not contain "{FORBIDDEN}".'
        raise invalid_submission("TITLE_BLACKLISTED_STRING", sentence, "title", validated=strictly)
    if ends(subreddit, "_strict") and len(given["title"]) < SHORTEST:
        sentence = f"Title must be at least {SHORTEST} characters."
        raise invalid_submission("MIN_LENGTH", sentence, "title", validated=strictly)


def _new(world: World, account: str, subreddit: str, given: Mapping[str, Any], kind: str) -> Post:
    post = Post(NAME, account, new_name(world, "t3"), given.get("text", ""), world.clock())
    flair = given.get("flair_id") or None
    known = {flair_id(subreddit, one): one for one in FLAIRS}
    post.detail = {
        "kind": kind,
        "subreddit": subreddit,
        "title": given["title"].strip(),
        "url": "",
        "nsfw": true(given, "nsfw"),
        "spoiler": true(given, "spoiler"),
        "flair": flair,
        "flair_text": given.get("flair_text") or known.get(flair or ""),
        "hidden": False,
    }
    return post


def _keep(world: World, post: Post) -> None:
    post.url = f"https://www.reddit.com{entities.permalink(post)}"
    for file in post.media:
        file.used = True
    world.add(post)


def _url(world: World, subreddit: str, given: Mapping[str, Any]) -> str:
    url: str = given.get("url", "").strip()
    if not url:
        raise errors(("NO_URL", "a url is required", "url"))
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise errors(("BAD_URL", "you should check that url", "url"))
    same = (one.detail.get("url") == url and _place(one) == subreddit.lower() for one in world.of(NAME))
    if any(same) and not true(given, "resubmit"):
        raise errors(("ALREADY_SUB", "that link has already been submitted", "url"))
    return url


def _place(post: Post) -> str:
    subreddit: str = post.detail["subreddit"]
    return subreddit.lower()


def _crossposted(world: World, given: Mapping[str, Any]) -> str:
    found = thing(world, given.get("crosspost_fullname"))
    if found is None or not found.remote_id.startswith("t3_"):
        raise errors(("INVALID_CROSSPOST_THING", "that isn't a valid crosspost url", "crosspost_fullname"))
    return str(found.detail["url"] or found.url)


def _with_file(world: World, request: Request, post: Post, given: Mapping[str, Any]) -> Reply:
    kind = "image" if post.detail["kind"] == "image" else "video"
    file = media.at(world, post.account, given.get("url", ""), kind)
    if file is None:
        raise errors(("BAD_URL", "you should check that url", "url"))
    if kind == "video" and media.at(world, post.account, given.get("video_poster_url", ""), "image") is None:
        raise errors(("MISSING_VIDEO_URLS", "Video posts must include a video url and a poster url.", "kind"))
    extension = file.type.rpartition("/")[2].replace("jpeg", "jpg")
    post.detail["url"] = (
        f"https://i.redd.it/{file.id}.{extension}" if kind == "image" else f"https://v.redd.it/{file.id}"
    )
    post.media, post.detail["hidden"] = [file], True
    if not request.effect:
        _keep(world, post)
    data = {
        "user_submitted_page": f"https://www.reddit.com/user/{post.account}/submitted/",
        "websocket_url": f"wss://ws-sandbox.wss.redditmedia.com/rte_images/{file.id}",
    }
    return reply(200, {"json": {"errors": [], "data": data}})


def gallery(world: World, request: Request) -> Reply:
    """POST /api/submit_gallery_post: pictures that were uploaded, in their order."""
    account, given = account_of(request), _json(request)
    subreddit = subreddit_of(given)
    _check(given, subreddit, "gallery")
    items = objects(given.get("items"))
    files = [file for one in items if (file := _asset(world, account, one.get("media_id")))]
    if len(files) not in ITEMS or len(files) < len(given["items"]):
        raise errors(("INVALID_GALLERY_ITEMS", "A gallery has 2 to 20 images that were uploaded", "items"))
    for file, one in zip(files, items, strict=True):
        if len(str(one.get("caption", ""))) > CAPTION_MAX:
            raise errors(("TOO_LONG", f"this is too long (max: {CAPTION_MAX})", "caption"))
        file.name = str(one.get("caption", "")) or file.name
    post = _new(world, account, subreddit, given, "gallery")
    post.media, post.detail["url"] = files, f"https://www.reddit.com/gallery/{post.remote_id[3:]}"
    _keep(world, post)
    return _named(post)


def _asset(world: World, account: str, asset: Any) -> File | None:
    made = world.state(State).leases.get(asset) if isinstance(asset, str) else None
    if made is None or made.account != account or made.file.state != "ready":
        return None
    return made.file if made.file.type.startswith("image/") else None


def poll(world: World, request: Request) -> Reply:
    """POST /api/submit_poll_post."""
    account, given = account_of(request), _json(request)
    subreddit = subreddit_of(given)
    _check(given, subreddit, "poll")
    options, days = given.get("options"), given.get("duration")
    if not isinstance(options, list) or len(options) not in OPTIONS or not all(_is_option(one) for one in options):
        raise errors(("INVALID_POLL_OPTIONS", "A poll has 2 to 6 options", "options"))
    if not isinstance(days, int) or isinstance(days, bool) or days not in DAYS:
        raise errors(("INVALID_OPTION", "that option is not valid", "duration"))
    post = _new(world, account, subreddit, given, "poll")
    post.detail["poll"] = {"options": options, "days": days}
    _keep(world, post)
    return _named(post)


def _is_option(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _json(request: Request) -> dict[str, Any]:
    value = request.form().json
    texts = ("sr", "title", "text", "flair_id", "flair_text")
    if not isinstance(value, dict) or not all(isinstance(value.get(name, ""), str) for name in texts):
        raise status(400, "Bad Request")
    return value


def _named(post: Post) -> Reply:
    return reply(200, {"json": {"errors": [], "data": {"url": post.url, "id": post.remote_id}}})


def edit(world: World, request: Request) -> Reply:
    """POST /api/editusertext: the text of a text post or a comment, nothing else."""
    account, given = account_of(request), request.form().first()
    post, text = thing(world, given.get("thing_id")), given.get("text", "")
    if post is None or post.account != account:
        raise errors(("NOT_AUTHOR", "you can't do that", "thing_id"))
    if post.remote_id.startswith("t3_") and post.detail["kind"] not in ("self", "poll"):
        raise status(403, "Forbidden")
    if not text.strip() and post.remote_id.startswith("t1_"):
        raise errors(("NO_TEXT", NEEDED, "text"))
    limit = limits.exceeded(NAME, text)
    if limit:
        raise errors(("TOO_LONG", f"this is too long (max: {limit.max})", "text"))
    post.text, post.edited_at = text, world.clock()
    return entities.answer(request, {"json": {"errors": [], "data": {"things": [entities.shown(post, world.clock())]}}})


def delete(world: World, request: Request) -> Reply:
    """POST /api/del: says nothing, whether there was something or not."""
    account, given = account_of(request), request.form().first()
    post = thing(world, given.get("id"))
    if post and post.account == account:
        world.remove(post)
    return empty()
