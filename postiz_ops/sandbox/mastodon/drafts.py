"""What a Mastodon server checks before it keeps a status: PostStatusService and the models' validations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.mastodon import entities
from postiz_ops.sandbox.mastodon.common import State, error, invalid, number, string, true
from postiz_ops.sandbox.mastodon.entities import NAME, POLL
from postiz_ops.sandbox.world import File, Post, World

VISIBILITIES = ("public", "unlisted", "private", "direct")


def detail(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """Everything of a status beside its text, media and place."""
    visibility = given.get("visibility") or "public"
    if visibility not in VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    spoiler = string(given.get("spoiler_text"))
    return {
        "spoiler_text": spoiler,
        "sensitive": true(given.get("sensitive")) or bool(spoiler),
        "visibility": visibility,
        "language": string(given.get("language")) or None,
        "poll": poll(world, given.get("poll")),
    }


def text(given: dict[str, Any], about: dict[str, Any], files: Sequence[File]) -> str:
    """The text, which may be empty beside media or a poll. A warning without a text becomes the text."""
    words = string(given.get("status"))
    if not words.strip() and not files and not about["poll"]:
        words, about["spoiler_text"] = about["spoiler_text"], ""
        if not words.strip():
            raise invalid("Text can't be blank")
    limit = limits.text(NAME)
    if limits.exceeds(about["spoiler_text"] + words, limit):
        raise invalid(f"Text character limit of {limit.max} exceeded")
    return words


def poll(world: World, given: Any) -> dict[str, Any] | None:
    """A poll within the bounds of the instance, with an id of its own."""
    asked = given.get("options") if isinstance(given, dict) else None
    if not isinstance(asked, list) or not asked:
        return None
    options = [string(option) for option in asked]
    expires = number(string(given.get("expires_in")))
    problems = {
        "Options must have more than one item": len(options) < POLL.min_options,
        f"Options can't contain more than {POLL.max_options} items": len(options) > POLL.max_options,
        f"Options can't be longer than {POLL.characters} characters each": max(map(len, options)) > POLL.characters,
        "Options can't be blank": not all(option.strip() for option in options),
        "Options contain duplicate items": len(set(options)) < len(options),
        "Expires at is too soon": expires < POLL.min_seconds,
        "Expires at is too far into the future": expires > POLL.max_seconds,
    }
    if any(problems.values()):
        raise invalid(", ".join(sentence for sentence, holds in problems.items() if holds))
    multiple = true(given.get("multiple"))
    return {"id": world.snowflake(shift=16), "options": options, "expires_in": expires, "multiple": multiple}


def attached(world: World, account: str, ids: Any, kept: Sequence[File] = ()) -> list[File]:
    """The uploads that a status takes: the account's own, converted, and of no other status."""
    wanted = [string(one) for one in ids] if isinstance(ids, list) else []
    most = limits.media(NAME).max_items
    if len(wanted) > most:
        raise error(422, f"Cannot attach more than {most} files")
    known = world.state(State).files
    files = [known[one] for one in wanted if one in known and _free(known[one], account, kept)]
    if len(files) < len(wanted):
        missing = ", ".join(one for one in wanted if one not in {file.id for file in files})
        raise error(422, f"Media {missing} not found or already attached to another post")
    if len(files) > 1 and not all(map(entities.is_picture, files)):
        raise error(422, "Cannot attach a video to a post that already contains images")
    if any(file.state != "ready" for file in files):
        raise error(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    return files


def _free(file: File, account: str, kept: Sequence[File]) -> bool:
    return file.owner == account and (not file.used or file in kept)


def parent(world: World, host: str, wanted: str) -> Post | None:
    """The status that is answered."""
    if not wanted:
        return None
    found = world.find(NAME, wanted)
    if found is None or not found.account.endswith(f"@{host}"):
        raise error(404, "The post you are trying to reply to does not appear to exist.")
    return found
