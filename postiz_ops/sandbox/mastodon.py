"""A stand-in for a Mastodon server: https://docs.joinmastodon.org/methods/statuses/

Words of errors and their statuses are those of Mastodon 4.5 in English. Every host is a server of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from postiz_ops.model import MediaKind
from postiz_ops.sandbox import limits, sniff
from postiz_ops.sandbox import mastodon_entities as entities
from postiz_ops.sandbox.exchange import Attachment, Platform, Refused, Reply, Request, Route, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "mastodon"
IDEMPOTENCY = timedelta(hours=1)
"""How long a key is remembered (Redis TTL of 3,600 s in Mastodon's PostStatusService)."""
POLL = {"options": (2, 4), "characters": 50, "expires": (300, 2_629_746)}
"""``Instance.configuration.polls`` of a stock server."""
SAMPLE_RATE = 60

VISIBILITIES = ("public", "unlisted", "private", "direct")
_KINDS = {MediaKind.IMAGE: "image", MediaKind.GIF: "gifv", MediaKind.VIDEO: "video", MediaKind.AUDIO: "audio"}
_FALSE = (False, 0, "", "0", "f", "false", "off", None)


@dataclass(slots=True)
class State:
    """Uploads, keys and accounts. A key belongs to an account, an upload to its owner."""

    files: dict[str, File] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[Post, datetime]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)


def error(status: int, sentence: str) -> Refused:
    """Mastodon's error object, ready to be raised."""
    return Refused(reply(status, {"error": sentence}))


def invalid(sentence: str) -> Refused:
    """What ActiveRecord's validations become."""
    return error(422, f"Validation failed: {sentence}")


# --- who asks -------------------------------------------------------------------------------------------------------


def account_of(world: World, request: Request) -> str:
    """The account that the token belongs to: ``user@server``. Any token is one; none is refused with 401."""
    token = request.bearer() or request.ask("access_token")
    if not token:
        raise error(401, "The access token is invalid")
    account = f"{short(token)}@{request.host}"
    world.state(State).accounts[entities.account_id(account)] = account
    return account


def verify_credentials(world: World, request: Request) -> Reply:
    """GET /api/v1/accounts/verify_credentials."""
    account = account_of(world, request)
    count = sum(1 for _ in world.of(NAME, account))
    return reply(200, entities.credential_account(account, count))


def instance(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """GET /api/v2/instance: where clients read the limits."""
    return reply(200, entities.instance(request.host, POLL))


# --- media ----------------------------------------------------------------------------------------------------------


def upload(world: World, request: Request) -> Reply:
    """POST /api/v2/media: 200 for pictures, 202 for what has to be converted."""
    account = account_of(world, request)
    form = request.form()
    attachment = next((file for file in form.files if file.name == "file"), None)
    if attachment is None:
        raise invalid("File can't be blank")
    alt = form.first().get("description", "")
    _check_alt(alt)
    kind = _check_file(attachment)
    file = _stored(world, account, attachment, alt)
    slow = kind is not MediaKind.IMAGE or request.effect
    file.state = {"async-fail": "failed"}.get(request.effect, "processing" if slow else "ready")
    file.stuck = request.effect == "async-never"
    return reply(202 if slow else 200, entities.attachment(file, request.host, ready=not slow))


def media(world: World, request: Request) -> Reply:
    """GET /api/v1/media/:id: 206 while it is converted, 422 when that failed. Asking once lets the conversion end."""
    file = _own_file(world, request)
    if file.state == "failed" or request.effect == "async-fail":
        raise error(422, "Error processing thumbnail for uploaded media")
    if file.state == "processing":
        file.state = "processing" if file.stuck or request.effect else "ready"
        return reply(206, entities.attachment(file, request.host, ready=False))
    return reply(200, entities.attachment(file, request.host))


def describe(world: World, request: Request) -> Reply:
    """PUT /api/v1/media/:id: change the alt text of an upload that no post has yet."""
    file = _own_file(world, request)
    alt = fields(request).get("description", file.alt)
    _check_alt(alt)
    file.alt = alt
    return reply(200, entities.attachment(file, request.host))


def _own_file(world: World, request: Request) -> File:
    account = account_of(world, request)
    file = world.state(State).files.get(request.params["id"])
    if file is None or file.owner != account or file.used:
        raise error(404, "Record not found")
    return file


def _check_alt(alt: str) -> None:
    limit = limits.media(NAME).alt
    if limit and limits.too_long(alt, limit):
        raise invalid(f"Description character limit of {limit.max} exceeded")


def _check_file(attachment: Attachment) -> MediaKind:
    known = limits.kind(NAME, sniff.mime(attachment.data) or "")
    if known is None:
        raise invalid("File content type is invalid, File is invalid")
    kind, rule = known
    if len(attachment.data) > rule.max_bytes:
        raise invalid(f"File file size must be less than {rule.max_bytes // 1024**2} MB")
    pixels = sniff.size(attachment.data) if kind in (MediaKind.IMAGE, MediaKind.GIF) else (0, 0)
    if pixels is None:
        raise error(422, "Error processing thumbnail for uploaded media")
    if rule.max_pixels and pixels[0] * pixels[1] > rule.max_pixels:
        raise invalid(f"File {pixels[0]}x{pixels[1]} images are not supported")
    return kind


def _stored(world: World, account: str, attachment: Attachment, alt: str) -> File:
    mime = sniff.mime(attachment.data) or attachment.type
    width, height = (mime.startswith("image/") and sniff.size(attachment.data)) or (None, None)
    file = File(world.snowflake(shift=16), mime, attachment.data, alt, attachment.filename, width, height)
    file.owner = account
    world.state(State).files[file.id] = file
    return file


# --- statuses -------------------------------------------------------------------------------------------------------


def create(world: World, request: Request) -> Reply:
    """POST /api/v1/statuses: the same ``Idempotency-Key`` of the same account gives the same status for an hour."""
    account = account_of(world, request)
    state, key = world.state(State), (account, request.headers.get("idempotency-key", ""))
    before = state.keys.get(key)
    if key[1] and before and world.clock() - before[1] < IDEMPOTENCY:
        return reply(200, status(world, before[0]))
    post = _draft(world, request, account)
    world.add(post)
    if key[1]:
        state.keys[key] = (post, post.created_at)
    return reply(200, status(world, post))


def _draft(world: World, request: Request, account: str) -> Post:
    given = fields(request)
    if given.get("scheduled_at"):
        raise Refused(reply(501, {"error": "the sandbox does not imitate scheduled_at"}))
    parent = _parent(world, request, given)
    files = _files(world, account, given.get("media_ids"))
    detail = _detail(given, files)
    if detail["poll"] and files:
        raise error(422, "Cannot attach both media and a poll")
    post = Post(NAME, account, world.snowflake(shift=16), _text(given, detail, files), world.clock())
    post.url = f"https://{request.host}/@{account.partition('@')[0]}/{post.remote_id}"
    post.parent, post.media, post.detail = parent and parent.remote_id, files, detail
    detail["poll"] = detail["poll"] and {**detail["poll"], "id": world.snowflake(shift=16)}
    for file in files:
        file.used = True
    return post


def _text(given: dict[str, Any], detail: dict[str, Any], files: list[File]) -> str:
    text = _string(given.get("status"))
    if not text.strip() and not files and not detail["poll"]:
        text, detail["spoiler_text"] = detail["spoiler_text"], ""
        if not text.strip():
            raise invalid("Text can't be blank")
    limit = limits.text(NAME)
    if limits.too_long(detail["spoiler_text"] + text, limit):
        raise invalid(f"Text character limit of {limit.max} exceeded")
    return text


def _detail(given: dict[str, Any], files: list[File]) -> dict[str, Any]:
    visibility = given.get("visibility") or "public"
    if visibility not in VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    spoiler = _string(given.get("spoiler_text"))
    return {
        "spoiler_text": spoiler,
        "sensitive": given.get("sensitive") not in _FALSE or (bool(files) and bool(spoiler)),
        "visibility": visibility,
        "language": _string(given.get("language")) or None,
        "poll": _poll(given.get("poll")),
    }


def _poll(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict) or not given.get("options"):
        return None
    options = [_string(option) for option in given["options"]]
    (fewest, most), (soonest, latest) = POLL["options"], POLL["expires"]
    expires = int(given["expires_in"]) if str(given.get("expires_in", "")).isdigit() else 0
    problems = {
        "Options must have more than one item": len(options) < fewest,
        f"Options can't contain more than {most} items": len(options) > most,
        f"Options can't be longer than {POLL['characters']} characters each": any(
            len(option) > POLL["characters"] for option in options
        ),
        "Options can't be blank": any(not option.strip() for option in options),
        "Options contain duplicate items": len(set(options)) < len(options),
        "Expires at is too soon": expires < soonest,
        "Expires at is too far into the future": expires > latest,
    }
    if any(problems.values()):
        raise invalid(", ".join(sentence for sentence, holds in problems.items() if holds))
    return {"options": options, "expires_in": expires, "multiple": given.get("multiple") not in _FALSE}


def _files(world: World, account: str, ids: Any, kept: Iterable[File] = ()) -> list[File]:
    wanted = [_string(one) for one in ids] if isinstance(ids, list) else []
    rule = limits.media(NAME)
    if len(wanted) > rule.max_items:
        raise error(422, f"Cannot attach more than {rule.max_items} files")
    known = world.state(State).files
    allowed = {one: known[one] for one in wanted if one in known and known[one].owner == account}
    free = {one: file for one, file in allowed.items() if not file.used or file in kept}
    if missing := [one for one in wanted if one not in free]:
        raise error(422, f"Media {', '.join(missing)} not found or already attached to another post")
    files = [free[one] for one in wanted]
    if len(files) > 1 and any(not entities.is_picture(file) for file in files):
        raise error(422, "Cannot attach a video to a post that already contains images")
    if any(file.state != "ready" for file in files):
        raise error(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    return files


def _parent(world: World, request: Request, given: dict[str, Any]) -> Post | None:
    wanted = _string(given.get("in_reply_to_id"))
    if not wanted:
        return None
    parent = world.find(NAME, wanted)
    if parent is None or not parent.account.endswith(f"@{request.host}"):
        raise error(404, "The post you are trying to reply to does not appear to exist.")
    return parent


def show(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id."""
    return reply(200, status(world, _standing(world, request)))


def source(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id/source: the text as it was written."""
    post = _own(world, request)
    return reply(200, {"id": post.remote_id, "text": post.text, "spoiler_text": post.detail["spoiler_text"]})


def edit(world: World, request: Request) -> Reply:
    """PUT /api/v1/statuses/:id: everything that is not given again is taken away."""
    post = _own(world, request)
    given = fields(request)
    files = _files(world, post.account, given.get("media_ids"), kept=post.media)
    detail = _detail({**given, "visibility": post.detail["visibility"]}, files)
    post.text = _text(given, detail, files)
    for described in given.get("media_attributes") or ():
        _redescribe(files, described)
    post.media, post.edited_at = files, world.clock()
    post.detail |= {**detail, "poll": post.detail["poll"] if "poll" not in given else detail["poll"]}
    return reply(200, status(world, post))


def _redescribe(files: list[File], described: Any) -> None:
    alt = _string(described.get("description"))
    _check_alt(alt)
    for file in files:
        if file.id == described.get("id"):
            file.alt = alt


def delete(world: World, request: Request) -> Reply:
    """DELETE /api/v1/statuses/:id: the answer has the source, so that it can be drafted again; the media are free."""
    post = _own(world, request)
    answer = {**status(world, post), "text": post.text}
    world.remove(post)
    for file in post.media:
        file.used = False
    return reply(200, answer)


def context(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id/context."""
    post = _standing(world, request)
    above: list[Post] = []
    parent = world.find(NAME, post.parent or "")
    while parent is not None:
        above.insert(0, parent)
        parent = world.find(NAME, parent.parent or "")
    below = entities.descendants(post.remote_id, world.of(NAME))
    return reply(
        200,
        {"ancestors": [status(world, one) for one in above], "descendants": [status(world, one) for one in below]},
    )


def timeline(world: World, request: Request) -> Reply:
    """GET /api/v1/accounts/:id/statuses: newest first, 20 at a time, 40 at most."""
    account = world.state(State).accounts.get(request.params["id"])
    if account is None:
        raise error(404, "Record not found")
    posts = [post for post in world.of(NAME, account) if _wanted(post, request)]
    count = min(int(request.ask("limit", "20")), 40) if request.ask("limit", "20").isdigit() else 20
    page = posts[:count] if request.ask("min_id") else posts[::-1][:count]
    return reply(200, [status(world, post) for post in sorted(page, key=lambda post: -int(post.remote_id))])


def _wanted(post: Post, request: Request) -> bool:
    number, ask = int(post.remote_id), request.ask
    return (
        (not ask("max_id") or number < _number(ask("max_id")))
        and number > max(_number(ask("since_id")), _number(ask("min_id")))
        and (ask("exclude_replies") in _FALSE or post.parent is None)
        and (ask("only_media") in _FALSE or bool(post.media))
    )


def status(world: World, post: Post) -> dict[str, Any]:
    """The Status entity."""
    return entities.status(post, world.find(NAME, post.parent or ""))


def _standing(world: World, request: Request) -> Post:
    post = world.find(NAME, request.params["id"])
    if post is None or not post.account.endswith(f"@{request.host}"):
        raise error(404, "Record not found")
    return post


def _own(world: World, request: Request) -> Post:
    account = account_of(world, request)
    post = _standing(world, request)
    if post.account != account:
        raise error(404, "Record not found")
    return post


# --- parameters -----------------------------------------------------------------------------------------------------


def fields(request: Request) -> dict[str, Any]:
    """The parameters as Rails reads them: JSON, or a form whose names nest (``poll[options][]``)."""
    form = request.form()
    if form.json is not None:
        return form.json if isinstance(form.json, dict) else {}
    nested: dict[str, Any] = {}
    for name, value in form.pairs:
        _put(nested, re.findall(r"[^\[\]]+|\[\]", name), value)
    return nested


def _put(into: dict[str, Any], names: list[str], value: str) -> None:
    if not names:
        return
    head, *rest = names
    if rest == ["[]"]:
        into.setdefault(head, []).append(value)
    elif rest[:1] == ["[]"]:
        items = into.setdefault(head, [])
        if not items or rest[1] in items[-1]:
            items.append({})
        _put(items[-1], rest[1:], value)
    elif rest:
        _put(into.setdefault(head, {}), rest, value)
    else:
        into[head] = value


def _string(value: Any) -> str:
    return "" if value is None else str(value)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _rate_limited(request: Request) -> Reply:  # noqa: ARG001 - the answers' shape
    headers = {"Retry-After": "30", "X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0"}
    return reply(429, {"error": "Too many requests"}, headers)


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", "/api/v2/instance", instance),
        Route("GET", "/api/v1/accounts/verify_credentials", verify_credentials),
        Route("GET", "/api/v1/accounts/{id}/statuses", timeline),
        Route("POST", "/api/v2/media", upload),
        Route("GET", "/api/v1/media/{id}", media),
        Route("PUT", "/api/v1/media/{id}", describe),
        Route("POST", "/api/v1/statuses", create),
        Route("GET", "/api/v1/statuses/{id}", show),
        Route("PUT", "/api/v1/statuses/{id}", edit),
        Route("DELETE", "/api/v1/statuses/{id}", delete),
        Route("GET", "/api/v1/statuses/{id}/context", context),
        Route("GET", "/api/v1/statuses/{id}/source", source),
    ),
    refuse=lambda _: reply(422, {"error": "Validation failed: Text is not acceptable"}),
    unauthorized=lambda _: reply(401, {"error": "The access token is invalid"}),
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"error": "We're sorry, but something went wrong"}),
    unreadable=lambda _: reply(400, {"error": "Error occurred while parsing request parameters"}),
)
