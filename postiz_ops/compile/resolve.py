"""A post as it was written into one candidate for each of its accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from postiz_ops.compile.assemble import Assembly, assemble
from postiz_ops.compile.candidate import Candidate, Problems, Subject
from postiz_ops.compile.digest import content_digest
from postiz_ops.compile.frontmatter import Link
from postiz_ops.compile.layers import Chosen, Layers, merged
from postiz_ops.compile.lens import Context, Lens
from postiz_ops.compile.media import Asset, Reference
from postiz_ops.compile.names import default_id
from postiz_ops.compile.schedule import NEVER, RepeatError, When, parse_repeat, parse_when
from postiz_ops.compile.settings import check_settings
from postiz_ops.compile.source import Source
from postiz_ops.compile.targets import targets
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Draft, LinkCard, Schedule, Span
from postiz_ops.providers.base import Title


def subject_of(source: Source, context: Context) -> Subject | None:
    """The post with its common fields, ``None`` where its front-matter could not be read."""
    if source.front is None:
        return None
    layers = Layers(source.path, source.front, source.node, context.defaults)
    platforms, status, repeat = (layers.common(name) for name in ("platforms", "status", "repeat"))
    return Subject(context.config, source, layers, platforms, status, repeat)


def candidates(subject: Subject, context: Context) -> Iterator[Candidate]:
    """The post as it would go to each of its accounts, in the order in which it names them."""
    assembly = Assembly(subject, context)
    for account in targets(subject.platforms.value or (), context.config):
        if account.id in context.lenses:
            yield _candidate(subject, context, context.lenses[account.id], assembly)


def _candidate(subject: Subject, context: Context, lens: Lens, assembly: Assembly) -> Candidate:
    fields = subject.layers.fields(lens.account)
    when = None if fields.publish_at.value is None else parse_when(fields.publish_at.value, context.zone)
    schedule, repeat_problem = _schedule(subject, context, when)
    settings, setting_problems = _settings(subject, lens)
    card = _card_image(fields.link, context, subject.path)
    made = assemble(assembly, lens, fields)
    draft = Draft(
        post=subject.layers.common("id").value or default_id(subject.path, context.config.content),
        path=subject.path,
        account=lens.account.id,
        provider=lens.account.provider,
        schedule=schedule,
        parts=tuple(piece.sent for piece in made.pieces),
        status=subject.status.value or ("draft" if when is None else "ready"),
        title=fields.title.value,
        link=_card(fields.link.value, card) if lens.spec.link_card else None,
        content_warning=fields.content_warning.value if lens.spec.content_warning else None,
        hashtags=made.hashtags,
        settings=settings,
        tags=subject.layers.common("tags").value or (),
        allow_repeat=bool(subject.layers.common("allow_repeat").value),
        explicit_id=subject.layers.common("id").value is not None,
        span=made.pieces[0].sent.span if made.pieces else Span(subject.path, end_column=2),
    )
    return Candidate(
        subject=subject,
        account=lens.account,
        spec=lens.spec,
        fields=fields,
        when=when,
        pieces=made.pieces,
        comments=made.comments,
        assets=made.assets,
        card=card,
        settings=settings,
        problems=Problems(repeat_problem, made.missing_signature, made.unknown_people, setting_problems),
        draft=replace(draft, content=content_digest(draft, titled=lens.spec.post_title is not Title.ABSENT)),
    )


def _schedule(subject: Subject, context: Context, when: When | None) -> tuple[Schedule, str | None]:
    """When a draft goes out, and why its repeat means nothing."""
    schedule = when.schedule if when and when.schedule else NEVER
    rule = subject.repeat.value
    if rule is None or when is None or when.schedule is None:
        return schedule, None
    written: str | Mapping[str, object] = rule.rrule or {"every": rule.every, "until": rule.until}
    try:
        return replace(schedule, repeat=parse_repeat(written, schedule, context.zone)), None
    except RepeatError as error:
        return schedule, str(error)


def _settings(subject: Subject, lens: Lens) -> tuple[Mapping[str, Any], tuple[Diagnostic, ...]]:
    """The platform's settings, and what its model says of those that the post has."""
    chosen = subject.layers.settings(lens.account)
    if not chosen:
        return lens.settings, ()
    found = [finding for _, node in chosen for finding in check_settings(lens.spec, node, account=lens.account.id)]
    return lens.settled(merged(lens.base, *(values for values, _ in chosen))), tuple(found)


def _card_image(link: Chosen[Link | None], context: Context, path: str) -> Asset | None:
    if link.value is None or link.value.image is None:
        return None
    return context.shelf.take(Reference(link.value.image, link.span("image")), path)


def _card(link: Link | None, image: Asset | None) -> LinkCard | None:
    if link is None:
        return None
    return LinkCard(link.url, link.title, link.description, image.media if image else None)
