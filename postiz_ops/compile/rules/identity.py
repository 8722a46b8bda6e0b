"""Posts that are each other: the same id, the same text, and what was published under another name or time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from postiz_ops.compile.pages import page
from postiz_ops.compile.summary import Overview, Summary, instant
from postiz_ops.compile.wording import listed, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Published

DUPLICATE_ID = Rule(
    "PZ450",
    "duplicate-id",
    Severity.ERROR,
    "two posts have the same id",
    page(
        what="Finds posts with the same `id`, most often because a file was copied.",
        why="What was published is kept under the id: the second post would be taken for the first.",
        example="""
            # content/spring.md and content/spring-copy.md
            id: spring
        """,
        instead="""
            # content/spring-copy.md
            id: spring-2
        """,
    ),
)
DUPLICATE_TEXT = Rule(
    "PZ451",
    "duplicate-text",
    Severity.WARNING,
    "the same text goes to the same account within 30 days",
    page(
        what="""
            Finds posts that send an account the very text that another post sends it less than 30 days before. The
            times of one `repeat` are no finding.
        """,
        why="Platforms take it for spam. It is held when it is due, unless it says `allow_repeat: true`.",
        example="""
            # content/monday.md and content/thursday.md, to the same account
            Register now!
        """,
        instead="""
            Write another text, make one post with `repeat` of the two, or say that it is meant.

            allow_repeat: true
        """,
        language="markdown",
    ),
)
RENAMED = Rule(
    "PZ452",
    "renamed-after-publishing",
    Severity.ERROR,
    "a published post was renamed",
    page(
        what="""
            Finds a post without `id` that looks like one that was published from another file, which is gone. The rule
            needs the state branch.
        """,
        why="Without an `id` a post is known by its path: under a new one it would be published a second time.",
        example="""
            # content/2026/launch.md, published as content/launch.md
            platforms: [mastodon]
        """,
        instead="""
            Keep its identity with the old path as its id; or give it a new id if it is to be published again.

            id: launch
            platforms: [mastodon]
        """,
    ),
)
MOVED = Rule(
    "PZ453",
    "moved-after-publishing",
    Severity.ERROR,
    "the time of a published post was moved to the future",
    page(
        what="Finds a `publish_at` in the future of a post that was published. The rule needs the state branch.",
        why="A post is published once: it would not go out again, whatever its time says.",
        example="""
            id: launch                        # published on 2026-12-01
            publish_at: 2026-12-24 09:00
        """,
        instead="""
            Make a new post of it, or let it repeat.

            id: launch-christmas
            publish_at: 2026-12-24 09:00
        """,
    ),
)

RULES = (DUPLICATE_ID, DUPLICATE_TEXT, RENAMED, MOVED)

_SAME_TEXT = timedelta(days=30)
_AHEAD = timedelta(days=366)
"""How far two repeats of the same text are followed."""


def check_ids(overview: Overview) -> Iterator[Diagnostic]:
    """Ids that are used twice."""
    paths: dict[str, list[str]] = {}
    for path, (post, _) in overview.posts.items():
        paths.setdefault(post, []).append(path)
    for post, several in paths.items():
        if len(several) == 1:
            continue
        for path in several:
            others = listed(other for other in several if other != path)
            message = f"{quoted(post)} is the id of {others} too"
            yield DUPLICATE_ID.at(overview.place(path), message, help="write another `id`")


def check_texts(overview: Overview) -> Iterator[tuple[Summary, Diagnostic]]:
    """The same text to the same account: within the tree, and of what was published from files that are gone."""
    groups: dict[tuple[str, str], list[Summary]] = {}
    for draft in overview.drafts:
        if draft.live and draft.kind != "none":
            groups.setdefault((draft.account, draft.text), []).append(draft)
    for group in groups.values():
        if len(group) > 1:
            yield from _again(overview, group)
    yield from _published_again(overview, groups)


def _again(overview: Overview, group: list[Summary]) -> Iterator[tuple[Summary, Diagnostic]]:
    timed = [(times, draft) for draft in group if (times := _times(overview, draft))]
    timed.sort(key=lambda pair: (pair[0][0], pair[1].path))
    for index, (times, draft) in enumerate(timed):
        if draft.allow_repeat or times[-1] < overview.now - overview.config.policy.max_lateness:
            continue
        for earlier, other in timed[:index]:
            near = _near(earlier, times)
            if near is not None and other.post != draft.post:
                yield draft, _repeated(overview, draft, other.path, near)
                break


def _times(overview: Overview, draft: Summary) -> tuple[datetime, ...]:
    if draft.repeat is None:
        return (overview.now if draft.at is None else instant(draft.at),)
    return draft.times(overview.zone, overview.now, overview.now - _SAME_TEXT, overview.now + _AHEAD)


def _near(earlier: tuple[datetime, ...], later: tuple[datetime, ...]) -> datetime | None:
    """The time of the one that is less than 30 days from some time of the other."""
    return next((one for one in earlier for two in later if abs(two - one) < _SAME_TEXT), None)


def _repeated(overview: Overview, draft: Summary, other: str, at: datetime) -> Diagnostic:
    message = f"{quoted(other)} sends the same text to {quoted(draft.account)} on {overview.said(at)}"
    return DUPLICATE_TEXT.at(draft.where, message, help="write another text, or `allow_repeat: true` if it is meant")


def _published_again(
    overview: Overview, groups: Mapping[tuple[str, str], list[Summary]]
) -> Iterator[tuple[Summary, Diagnostic]]:
    """What a post that is no longer in the tree has sent. A post without an id is taken for that one (``RENAMED``)."""
    ids = {post for post, _ in overview.posts.values()}
    for out in overview.history or ():
        if out.post in ids:
            continue
        for draft in groups.get((out.account, out.text), ()):
            if not draft.explicit_id or draft.allow_repeat:
                continue
            if any(abs(at - out.published_at) < _SAME_TEXT for at in _times(overview, draft)):
                yield draft, _repeated(overview, draft, out.path, out.published_at)


def check_published(overview: Overview) -> Iterator[tuple[Summary, Diagnostic]]:
    """Posts that were published, and since then renamed or moved to the future."""
    if not overview.history:
        return
    published = {(out.post, out.account): out for out in overview.history if out.occurrence is None}
    repeated = {(out.post, out.account) for out in overview.history}
    gone = _gone(overview)
    for draft in overview.drafts:
        out = published.get((draft.post, draft.account))
        if draft.status == "draft":
            continue
        if out is not None:
            at = None if draft.at is None or draft.repeat else instant(draft.at)
            if at is not None and at > max(out.publish_at, overview.now):
                yield draft, _moved(overview, draft, out)
        elif (draft.post, draft.account) not in repeated and not draft.explicit_id and (was := gone.of(draft)):
            yield draft, _renamed(overview, draft, was)


class _Gone:
    """What was published from posts that are no longer in the tree, by its text and by its time."""

    def __init__(self) -> None:
        self.by_text: dict[tuple[str, str], Published] = {}
        self.by_time: dict[tuple[str, datetime], Published] = {}

    def of(self, draft: Summary) -> Published | None:
        """The publication that a draft seems to be."""
        if not self.by_text:
            return None
        same = self.by_text.get((draft.account, draft.text))
        return same or (None if draft.at is None else self.by_time.get((draft.account, instant(draft.at))))


def _gone(overview: Overview) -> _Gone:
    ids, gone = {post for post, _ in overview.posts.values()}, _Gone()
    for out in overview.history or ():
        if out.post not in ids:
            gone.by_text[out.account, out.text] = gone.by_time[out.account, out.publish_at] = out
    return gone


def _moved(overview: Overview, draft: Summary, out: Published) -> Diagnostic:
    message = f"this post was published on {overview.said(out.published_at)}: it will not go out again at its new time"
    return MOVED.at(draft.when, message, help="give it a new `id` to publish it once more, or write a `repeat`")


def _renamed(overview: Overview, draft: Summary, out: Published) -> Diagnostic:
    message = f"this post was published as {quoted(out.path)} on {overview.said(out.published_at)}"
    fix = f"add {quoted(f'id: {out.post}')} to keep it the same post, or a new `id` to publish it once more"
    return RENAMED.at(overview.place(draft.path), message, help=fix)
