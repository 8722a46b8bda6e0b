"""A plan as a pull request's comment: a table, and behind a fold for each post its words, exactly."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from postiz_ops.model import Media
from postiz_ops.plan import Action, Planned
from postiz_ops.providers.base import Spec
from postiz_ops.report.comment import LIMIT, Page, Table
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import code, escape, fenced, prose, sentence
from postiz_ops.report.moments import clock, short_day
from postiz_ops.report.planned import GONE, Shown, facts, fitting, media_count, part_name

_HEAD = ("When", "Post", "Account", "What", "Length", "Media")
_SHARE = LIMIT // 2
"""How much of the page the table may take: the words come after it."""


def markdown(shown: Shown) -> str:
    """The plan within GitHub's limit; what does not fit is counted."""
    page = Page()
    page.add(f"### Plan: {shown.summary}")
    now = f"{short_day(shown.plan.now, shown.zone)} {clock(shown.plan.now, shown.zone)}"
    page.add(f"For {now} ({prose(shown.config.timezone)}, as all times here); {shown.source}.")
    if shown.rows or shown.gone:
        page.add(_table(shown))
    page.add_all(_folds(shown), _left_out)
    return page.text()


def _left_out(posts: int) -> str:
    return f"The words of {counted(posts, 'more post')} do not fit here: `postiz-ops plan` shows them."


def _table(shown: Shown) -> str:
    table = Table(_HEAD, room=_SHARE)
    rows = [*(_row(shown, planned) for planned in shown.rows), *_gone(shown)]
    fitting = sum(table.add(row) for row in rows)
    left = len(rows) - fitting
    return table.text() + (f"\n\n… and {counted(left, 'more delivery', 'more deliveries')}." if left else "")


def _row(shown: Shown, planned: Planned) -> tuple[str, ...]:
    draft, at = planned.draft, planned.delivery.publish_at
    return (
        f"{short_day(at, shown.zone)} {clock(at, shown.zone)}" if at else "no time yet",
        code(draft.post),
        code(draft.account),
        _what(planned),
        _lengths(shown, planned),
        media_count(planned),
    )


def _what(planned: Planned) -> str:
    named = planned.state.value if planned.action is Action.NONE else planned.action.value
    what = f"{named} **now**" if planned.due else named
    return f"{what}: {sentence(planned.reason)}" if planned.reason else what


def _gone(shown: Shown) -> Iterator[tuple[str, ...]]:
    for record in shown.gone:
        when = f"{short_day(record.publish_at, shown.zone)} {clock(record.publish_at, shown.zone)}"
        yield when, code(record.post), code(record.account), f"{record.state.value}: {GONE}", "", ""


def _folds(shown: Shown) -> Iterator[str]:
    """A fold for each post: its different wordings, each with the accounts that get it."""
    posts: dict[str, dict[tuple[str, ...], list[Planned]]] = {}
    for planned in shown.rows:
        if planned.action is not Action.NONE:
            wordings = posts.setdefault(planned.draft.path, {})
            wordings.setdefault(tuple(_words(shown, planned)), []).append(planned)
    for path, wordings in posts.items():
        accounts = {planned.draft.account for same in wordings.values() for planned in same}
        inner = "\n\n".join(_wording(shown, words, same) for words, same in wordings.items())
        summary = f"<code>{html.escape(escape(path))}</code> for {counted(len(accounts), 'account')}"
        yield f"<details><summary>{summary}</summary>\n\n{inner}\n\n</details>"


def _wording(shown: Shown, words: Iterable[str], same: Iterable[Planned]) -> str:
    accounts = dict.fromkeys(f"{code(planned.draft.account)} ({_lengths(shown, planned)})" for planned in same)
    return "\n\n".join([f"For {', '.join(accounts)}:", *words])


def _lengths(shown: Shown, planned: Planned) -> str:
    limit = shown.limit(planned)
    return ", ".join(f"{part.length}/{limit.max}" for part in planned.draft.parts)


def _words(shown: Shown, planned: Planned) -> Iterator[str]:
    """Blocks: what goes out beside the text, then each part with its media."""
    told = [f"- {name}: {code(value)}" for name, value in shown.extras(planned)]
    if told:
        yield "\n".join(told)
    for place, part in enumerate(planned.draft.parts):
        name = part_name(planned, place)
        yield f"{name}:\n\n{fenced(part.text, 'text')}" if name else fenced(part.text, "text")
        if part.media:
            yield "\n".join(_medium(media, shown.spec(planned)) for media in part.media)


def _medium(media: Media, spec: Spec) -> str:
    told = ", ".join(filter(None, (facts(media), fitting(media, spec))))
    return f"- {code(media.path)} ({told}), {_alt(media)}"


def _alt(media: Media) -> str:
    return f"alt text: {prose(media.alt)}" if media.alt else "no alt text"
