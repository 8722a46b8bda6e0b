"""What Discord checks before it keeps a message. Numbers that no provider has are those of its OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Sized
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.discord import entities
from postiz_ops.sandbox.discord.common import Place, error, invalid, item, listed, new_id, text
from postiz_ops.sandbox.discord.entities import NAME
from postiz_ops.sandbox.exchange import Attachment
from postiz_ops.sandbox.world import File, Post, World

EMBEDS_MAX, THREAD_NAME_MAX, USERNAME_MAX = 10, 100, 80
QUESTION_MAX, ANSWERS_MAX, ANSWER_MAX, HOURS_MAX = 300, 10, 55, 768
REPLY = 19
"""``MessageType.REPLY``."""


def message(world: World, place: Place, given: Mapping[str, Any], sent: Sequence[Attachment]) -> Post:
    """The message that a body describes; nothing is kept yet."""
    check_attachments(given)
    words, files = content(given), attached(world, given, sent)
    parent = _referenced(world, place, given)
    detail = {
        "channel": place.channel,
        "webhook": place.webhook,
        "username": _username(given),
        "type": REPLY if parent else 0,
        "flags": flags(given),
        "embeds": embeds(given),
        "poll": _poll(given.get("poll")),
    }
    check_not_empty(words, files, detail)
    post = Post(NAME, place.account, new_id(world), words, world.clock(), media=files, detail=detail)
    post.url = f"https://discord.com/channels/{entities.GUILD}/{place.channel}/{post.remote_id}"
    start = world.find(NAME, place.channel)
    post.parent = parent or (start.remote_id if start else None)
    return post


def check_not_empty(words: str, files: Sequence[File], detail: Mapping[str, Any]) -> None:
    """Refuse a message that shows nothing."""
    if not (words or files or detail["embeds"] or detail["poll"]):
        raise error(400, 50006, "Cannot send an empty message")


def content(given: Mapping[str, Any]) -> str:
    """The text, trimmed as Discord does before it counts."""
    words, limit = text(given.get("content"), "content").strip(), limits.text(NAME)
    if limits.exceeds(words, limit):
        raise _too_long("content", limit.max)
    return words


def embeds(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The embeds, which are kept as they are."""
    found = listed(given, "embeds")
    if len(found) > EMBEDS_MAX:
        raise _too_long("embeds", EMBEDS_MAX)
    return found


def attached(world: World, given: Mapping[str, Any], sent: Sequence[Attachment], *, kept: int = 0) -> list[File]:
    """The files of the body, described by the ``attachments`` of the same number."""
    rule = limits.media(NAME)
    if len(sent) + kept > rule.max_items:
        raise _too_long("attachments", rule.max_items)
    sizes = [len(one.data) for one in sent]
    if any(size > limits.largest(NAME) for size in sizes) or (rule.total_bytes and sum(sizes) > rule.total_bytes):
        raise error(413, 40005, "Request entity too large")
    described = {str(one.get("id")): one for one in listed(given, "attachments")}
    return [_file(world, one, described) for one in sent]


def _file(world: World, sent: Attachment, described: Mapping[str, Mapping[str, Any]]) -> File:
    number = re.search(r"\d+", sent.name)
    about = described.get(number[0] if number else "", {})
    alt, name = about.get("description") or "", about.get("filename") or sent.filename
    return File.of(new_id(world), sent.data, alt=alt, name=name, declared=sent.type)


def check_attachments(given: Mapping[str, Any]) -> None:
    """Refuse descriptions that are too long."""
    limit = limits.media(NAME).alt
    for index, one in enumerate(listed(given, "attachments")):
        name = f"attachments.{index}.description"
        if limit and limits.exceeds(text(one.get("description"), name), limit):
            raise _too_long(name, limit.max)


def flags(given: Mapping[str, Any]) -> int:
    """The flags; what they ask for is not played."""
    value = given.get("flags") or 0
    if not isinstance(value, int):
        raise invalid("flags", "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    return value


def thread_name(name: Any) -> str:
    """A thread's name."""
    given = text(name, "name")
    _check_length("name", given, THREAD_NAME_MAX)
    return given


def _username(given: Mapping[str, Any]) -> str | None:
    if given.get("username") is None:
        return None
    name = text(given["username"], "username")
    _check_length("username", name, USERNAME_MAX)
    return name


def _referenced(world: World, place: Place, given: Mapping[str, Any]) -> str | None:
    """The id of the message that is answered; webhooks cannot answer."""
    if given.get("message_reference") is None or place.webhook:
        return None
    reference = item(given["message_reference"], "message_reference")
    target = world.find(NAME, str(reference.get("message_id")))
    if target and target.detail["channel"] == place.channel:
        return target.remote_id
    if reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return None


def _poll(given: Any) -> Mapping[str, Any] | None:
    if given is None:
        return None
    poll = item(given, "poll")
    question, answers = item(poll.get("question"), "poll.question"), listed(poll, "answers")
    hours = poll.get("duration")
    choices = [item(answer.get("poll_media"), "poll.answers.poll_media") for answer in answers]
    _check_length("poll.question.text", text(question.get("text"), "poll.question.text"), QUESTION_MAX)
    _check_length("poll.answers", answers, ANSWERS_MAX)
    for choice in choices:
        _check_length("poll.answers.text", text(choice.get("text"), "poll.answers.text"), ANSWER_MAX)
    if hours is not None and (not isinstance(hours, int) or not 1 <= hours <= HOURS_MAX):
        raise invalid("poll.duration", "NUMBER_TYPE_MAX", f"int value should be between 1 and {HOURS_MAX}.")
    return poll


def _check_length(name: str, value: Sized, most: int) -> None:
    if not 1 <= len(value) <= most:
        raise invalid(name, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")


def _too_long(name: str, most: int) -> Exception:
    return invalid(name, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
