"""Containers: https://developers.facebook.com/documentation/threads/reference/publishing ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import graph, limits
from postiz_ops.sandbox.container import Container
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.threads.common import NAME, State, invalid, profile_of
from postiz_ops.sandbox.world import World

KINDS = ("TEXT", "IMAGE", "VIDEO", "CAROUSEL")
REPLY_CONTROLS = ("everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only")
CHILDREN = range(2, 21)
LINKS_MAX, OPTION_MAX, TOPIC_MAX = 5, 25, 50
"""Different links of a post; characters of a poll's option and of a topic tag."""

ATTACHED_MAX, ENTITIES_MAX = 10_000, 10
"""Characters of a text attachment; spoilers of a post."""

_TEXT_ONLY = ("link_attachment", "poll_attachment", "text_attachment", "gif_attachment")
_UNREADY = "The media is not ready for publishing, please wait for a moment"


def create(world: World, request: Request) -> Reply:
    """POST /{user}/threads: an id, and processing that begins. A text is ready at once."""
    profile, given = profile_of(request), graph.parameters(request)
    kind = graph.text(given, "media_type").upper()
    if kind not in KINDS:
        raise invalid(f"Param media_type must be one of {{{', '.join(KINDS)}}}")
    if graph.true(given, "auto_publish_text"):
        raise Refused(reply(501, {"error": "the sandbox does not imitate auto_publish_text"}))
    container = Container(world.snowflake(), NAME, profile, kind, _text(given), world.clock())
    container.item = graph.true(given, "is_carousel_item")
    container.parent = _existing(world, given, "reply_to_id")
    container.detail = {**_attachments(given, kind), "quoted": _existing(world, given, "quote_post_id")}
    _fill(world, container, given)
    container.strike(request.effect)
    world.state(State).containers[container.id] = container
    return reply(200, {"id": container.id})


def _text(given: Mapping[str, Any]) -> str:
    words = graph.text(given, "text")
    limit = limits.exceeded(NAME, words)
    if limit:
        raise invalid(f"Param text must be at most {limit.max} characters long.")
    links = set(re.findall(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]", words)) | {graph.text(given, "link_attachment")}
    if len(links - {""}) > LINKS_MAX:
        sentence = f"THREADS_API__LINK_LIMIT_EXCEEDED: a post has at most {LINKS_MAX} links"
        raise invalid(sentence, say=f"The post has more than {LINKS_MAX} links.")
    return words


def _existing(world: World, given: Mapping[str, Any], name: str) -> str | None:
    asked = graph.text(given, name)
    if asked and world.find(NAME, asked) is None:
        raise invalid("The requested resource does not exist", code=24, subcode=4_279_009)
    return asked or None


def _attachments(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What goes with a text alone, each checked, and how the post can be answered."""
    there = [name for name in _TEXT_ONLY if graph.text(given, name)]
    if there and kind != "TEXT":
        raise invalid(f"Param {there[0]} is only available for text posts")
    if len({"poll_attachment", "link_attachment", "text_attachment"} & set(there)) > 1 and "poll_attachment" in there:
        raise invalid("Param poll_attachment cannot be combined with another attachment")
    link, topic = graph.text(given, "link_attachment"), graph.text(given, "topic_tag")
    control = graph.text(given, "reply_control") or REPLY_CONTROLS[0]
    spoilers = graph.structure(given.get("text_entities")) or []
    problems = {
        "link_attachment must be a valid URL": bool(link) and not graph.fetchable(link),
        f"topic_tag must be 1 to {TOPIC_MAX} characters without . and &": bool(topic) and not _is_topic(topic),
        f"reply_control must be one of {{{', '.join(REPLY_CONTROLS)}}}": control not in REPLY_CONTROLS,
        f"text_entities must be a list of at most {ENTITIES_MAX}": not _short(spoilers, ENTITIES_MAX),
    }
    _raise_first(problems)
    return {
        "link": link,
        "topic": topic,
        "poll": _poll(given),
        "attached": _attached(given),
        "spoilers": spoilers,
        "spoiled": graph.true(given, "is_spoiler_media"),
    }


def _raise_first(problems: Mapping[str, bool]) -> None:
    for sentence, holds in problems.items():
        if holds:
            raise invalid(f"Param {sentence}")


def _is_topic(topic: str) -> bool:
    return len(topic) <= TOPIC_MAX and not set(topic) & set(".&")


def _short(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most


def _poll(given: Mapping[str, Any]) -> dict[str, str] | None:
    asked = given.get("poll_attachment")
    if not asked:
        return None
    poll = graph.structure(asked)
    options = [f"option_{letter}" for letter in "abcd"]
    if not isinstance(poll, dict) or set(poll) - set(options) or not {"option_a", "option_b"} <= set(poll):
        raise invalid("Param poll_attachment must have option_a and option_b, and may have option_c and option_d")
    if not all(isinstance(one, str) and 0 < len(one) <= OPTION_MAX for one in poll.values()):
        raise invalid(f"Param poll_attachment must have options of 1 to {OPTION_MAX} characters")
    return {name: poll[name] for name in options if name in poll}


def _attached(given: Mapping[str, Any]) -> str:
    """The long text of a text attachment."""
    asked = graph.structure(given.get("text_attachment"))
    words = asked.get("plaintext") if isinstance(asked, dict) else None
    if graph.text(given, "text_attachment") and not (isinstance(words, str) and 0 < len(words) <= ATTACHED_MAX):
        raise invalid(f"Param text_attachment must have plaintext of 1 to {ATTACHED_MAX} characters")
    return words or ""


def _fill(world: World, container: Container, given: Mapping[str, Any]) -> None:
    if container.kind == "TEXT":
        if not (container.text.strip() or container.detail["link"] or container.detail["attached"]) or container.item:
            raise invalid("Param text is required")
        container.state = "FINISHED"
    elif container.kind == "CAROUSEL":
        _gather(world, container, given)
    else:
        name = "video_url" if container.kind == "VIDEO" else "image_url"
        url, alt = graph.text(given, name), graph.text(given, "alt_text")
        limit = limits.alt(NAME, alt)
        if limit:
            raise invalid(f"Param alt_text must be at most {limit.max} characters long.")
        if not graph.fetchable(url):
            raise invalid(f"Param {name} is required: the media could not be fetched from this URI")
        container.shows = [graph.remote(world, url, container.kind.lower(), alt)]
        container.slow = container.kind == "VIDEO"


def _gather(world: World, container: Container, given: Mapping[str, Any]) -> None:
    ids, known = [str(one) for one in graph.listed(given.get("children"))], world.state(State).containers
    if len(ids) not in CHILDREN:
        raise invalid("Param children must have from 2 to 20 items")
    items = [known[one] for one in ids if one in known and known[one].item and known[one].account == container.account]
    if len(items) < len(ids):
        raise invalid("Param children must be containers that were made with is_carousel_item")
    container.gather(items)


def status(world: World, request: Request, container: Container) -> Reply:
    """GET /{container}: the field is ``status``, unlike Instagram's; an error has its word in ``error_message``."""
    state = container.look(request.effect, world.clock())
    error = "FAILED_PROCESSING_VIDEO" if container.slow else "UNKNOWN"
    node = {"id": container.id, "status": state, "error_message": error if state == "ERROR" else None}
    return graph.show(request, node, ("id",), "ThreadsMediaContainer")


def publishable(world: World, request: Request, profile: str) -> Container:
    """The container that ``creation_id`` names, if it can be published now."""
    asked = graph.text(graph.parameters(request), "creation_id")
    container = world.state(State).containers.get(asked)
    if container is None or container.account != profile or container.item:
        raise invalid("The requested resource does not exist", code=24, subcode=4_279_009)
    if container.state == "FINISHED":
        container.look("", world.clock())
    if container.state not in ("FINISHED", "PUBLISHED"):
        raise invalid("Media Not Found", code=9007, subcode=2_207_027, say=_UNREADY)
    return container
