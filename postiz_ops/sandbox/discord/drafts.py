"""What Discord checks before it keeps a message. Numbers that no provider has are those of its OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.discord import entities
from postiz_ops.sandbox.discord.common import NAME, Place, error, invalid, new_id
from postiz_ops.sandbox.exchange import Attachment
from postiz_ops.sandbox.world import File, Post, World

EMBEDS_MAX, THREAD_NAME_MAX, USERNAME_MAX = 10, 100, 80
QUESTION_MAX, ANSWERS_MAX, ANSWER_MAX, HOURS_MAX = 300, 10, 55, 768
REPLY = 19
"""``MessageType.REPLY``."""


def message(world: World, place: Place, given: Mapping[str, Any], sent: Sequence[Attachment]) -> Post:
    """The message that a body describes; nothing is kept yet."""
    check_attachments(given)
    text, files = content(given), attached(world, given, sent)
    parent = _referenced(world, place, given)
    detail = {
        "channel": place.channel,
        "webhook": place.webhook,
        "username": _username(given),
        "type": REPLY if parent else 0,
        "flags": given.get("flags") or 0,
        "embeds": given.get("embeds") or [],
        "poll": _poll(given.get("poll")),
    }
    check_not_empty(text, files, detail)
    post = Post(NAME, place.account, new_id(world), text, world.clock(), media=files, detail=detail)
    post.url = f"https://discord.com/channels/{entities.GUILD}/{place.channel}/{post.remote_id}"
    start = world.find(NAME, place.channel)
    post.parent = parent or (start.remote_id if start else None)
    return post


def check_not_empty(text: str, files: Sequence[File], detail: Mapping[str, Any]) -> None:
    """Refuse a message that shows nothing."""
    if not (text or files or detail["embeds"] or detail["poll"]):
        raise error(400, 50006, "Cannot send an empty message")


def content(given: Mapping[str, Any]) -> str:
    """The text, trimmed as Discord does before it counts."""
    text = given.get("content") or ""
    if not isinstance(text, str):
        raise invalid("content", "STRING_TYPE_CONVERT", "Could not interpret the value as string.")
    text, limit = text.strip(), limits.text(NAME)
    if limits.exceeds(text, limit):
        raise _too_long("content", limit.max)
    if len(given.get("embeds") or ()) > EMBEDS_MAX:
        raise _too_long("embeds", EMBEDS_MAX)
    return text


def attached(world: World, given: Mapping[str, Any], sent: Sequence[Attachment], *, kept: int = 0) -> list[File]:
    """The files of the body, described by the ``attachments`` of the same number."""
    rule = limits.media(NAME)
    if len(sent) + kept > rule.max_items:
        raise _too_long("attachments", rule.max_items)
    sizes = [len(one.data) for one in sent]
    if any(size > limits.largest(NAME) for size in sizes) or (rule.total_bytes and sum(sizes) > rule.total_bytes):
        raise error(413, 40005, "Request entity too large")
    described = {str(one.get("id")): one for one in given.get("attachments") or () if isinstance(one, dict)}
    return [_file(world, one, described) for one in sent]


def _file(world: World, sent: Attachment, described: Mapping[str, Mapping[str, Any]]) -> File:
    number = re.search(r"\d+", sent.name)
    about = described.get(number[0] if number else "", {})
    alt, name = about.get("description") or "", about.get("filename") or sent.filename
    return File.of(new_id(world), sent.data, alt=alt, name=name, declared=sent.type)


def check_attachments(given: Mapping[str, Any]) -> None:
    """Refuse descriptions that are too long."""
    limit = limits.media(NAME).alt
    for index, one in enumerate(given.get("attachments") or ()):
        if limit and limits.exceeds(one.get("description") or "", limit):
            raise _too_long(f"attachments.{index}.description", limit.max)


def thread_name(name: Any) -> str:
    """A thread's name."""
    if not isinstance(name, str) or not 1 <= len(name) <= THREAD_NAME_MAX:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {THREAD_NAME_MAX} in length.")
    return name


def _username(given: Mapping[str, Any]) -> str | None:
    name = given.get("username")
    if name is not None and not 1 <= len(str(name)) <= USERNAME_MAX:
        raise invalid("username", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {USERNAME_MAX} in length.")
    return name


def _referenced(world: World, place: Place, given: Mapping[str, Any]) -> str | None:
    """The id of the message that is answered; webhooks cannot answer."""
    reference = given.get("message_reference")
    if not reference or place.webhook:
        return None
    target = world.find(NAME, str(reference.get("message_id")))
    if target and target.detail["channel"] == place.channel:
        return target.remote_id
    if reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return None


def _poll(given: Any) -> Mapping[str, Any] | None:
    if not isinstance(given, dict):
        return None
    question, answers = given.get("question") or {}, given.get("answers") or []
    texts = [(answer.get("poll_media") or {}).get("text") or "" for answer in answers]
    if not 1 <= len(question.get("text") or "") <= QUESTION_MAX:
        raise invalid("poll.question.text", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {QUESTION_MAX} in length.")
    if not 1 <= len(answers) <= ANSWERS_MAX:
        raise invalid("poll.answers", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {ANSWERS_MAX} in length.")
    if not all(1 <= len(text) <= ANSWER_MAX for text in texts):
        raise invalid("poll.answers", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {ANSWER_MAX} in length.")
    if not 1 <= int(given.get("duration") or 24) <= HOURS_MAX:
        raise invalid("poll.duration", "NUMBER_TYPE_MAX", f"int value should be between 1 and {HOURS_MAX}.")
    return given


def _too_long(name: str, most: int) -> Exception:
    return invalid(name, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
