"""A post as it was written into one candidate for each of its accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from postiz_ops.compile.assemble import Assembled, Assembly, assemble
from postiz_ops.compile.candidate import Candidate, Problems, Subject, Timing
from postiz_ops.compile.frontmatter import Link
from postiz_ops.compile.layers import Chosen, Fields, Layers, merged
from postiz_ops.compile.lens import Context, Lens
from postiz_ops.compile.media import Asset, Reference
from postiz_ops.compile.names import default_id
from postiz_ops.compile.schedule import NEVER, RepeatError, When, first_occurrence, parse_repeat, parse_when
from postiz_ops.compile.settings import check_settings
from postiz_ops.compile.source import Source
from postiz_ops.compile.targets import targets
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Draft, LinkCard, Schedule, Span
from postiz_ops.providers.base import with_settings


def subject_of(source: Source, context: Context) -> Subject | None:
    """The post with its common fields, ``None`` where its front-matter could not be read."""
    if source.front is None:
        return None
    layers = Layers(source.path, source.front, source.node, context.defaults)
    return Subject(
        config=context.config,
        names=context.names,
        source=source,
        layers=layers,
        platforms=layers.common("platforms"),
        status=layers.common("status"),
        repeat=layers.common("repeat"),
        id=layers.common("id").value,
        tags=layers.common("tags").value or (),
        allow_repeat=bool(layers.common("allow_repeat").value),
    )


def candidates(subject: Subject, context: Context) -> Iterator[Candidate]:
    """The post as it would go to each of its accounts, in the order in which it names them."""
    assembly = Assembly(subject, context)
    timings: dict[str | None, Timing] = {}
    for account in targets(subject.platforms.value or (), context.config):
        if account.id in context.lenses:
            lens, fields = context.lenses[account.id], subject.layers.fields(account)
            written = fields.publish_at.value
            if written not in timings:
                timings[written] = _timing(subject, context, fields.publish_at)
            yield _candidate(assembly, lens, fields, timings[written])


def _candidate(assembly: Assembly, lens: Lens, fields: Fields, timing: Timing) -> Candidate:
    subject, context = assembly.subject, assembly.context
    settings, setting_problems = _settings(subject, lens)
    card = _card_image(fields.link, context, subject.path)
    made = assemble(assembly, lens, fields)
    return Candidate(
        subject=subject,
        lens=lens,
        spec=with_settings(lens.spec, settings),
        fields=fields,
        timing=timing,
        pieces=made.pieces,
        comments=made.comments,
        assets=made.assets,
        card=card,
        settings=settings,
        problems=Problems(made.missing_signature, made.unknown_people, setting_problems),
        draft=_draft(subject, lens, fields, timing, made, settings, card),
    )


def _draft(
    subject: Subject,
    lens: Lens,
    fields: Fields,
    timing: Timing,
    made: Assembled,
    settings: Mapping[str, Any],
    card: Asset | None,
) -> Draft:
    spec, parts = lens.spec, tuple(piece.sent for piece in made.pieces)
    return Draft(
        post=subject.id or default_id(subject.path, subject.config.content),
        path=subject.path,
        account=lens.account.id,
        provider=lens.account.provider,
        schedule=timing.schedule,
        parts=parts,
        status=subject.status.value or ("draft" if timing.when is None else "ready"),
        title=fields.title.value,
        link=_card(fields.link.value, card) if spec.link_card else None,
        content_warning=fields.content_warning.value if spec.content_warning else None,
        hashtags=made.hashtags,
        settings=settings,
        tags=subject.tags,
        allow_repeat=subject.allow_repeat,
        explicit_id=subject.id is not None,
        span=parts[0].span if parts else Span(subject.path, end_column=2),
    )


def _timing(subject: Subject, context: Context, written: Chosen[str | None]) -> Timing:
    when = None if written.value is None else parse_when(written.value, context.zone)
    schedule, problem = _schedule(subject, context, when)
    first = first_occurrence(schedule, context.zone)
    return Timing(when, schedule if first or not schedule.repeat else NEVER, problem, first, written.span())


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
        return lens.settings, lens.findings
    found = [finding for _, node in chosen for finding in check_settings(lens.spec, node, account=lens.account.id)]
    return lens.settled(merged(lens.base, *(values for values, _ in chosen))), (*lens.findings, *found)


def _card_image(link: Chosen[Link | None], context: Context, path: str) -> Asset | None:
    if link.value is None or link.value.image is None:
        return None
    return context.shelf.take(Reference(link.value.image, link.span("image")), path)


def _card(link: Link | None, image: Asset | None) -> LinkCard | None:
    if link is None:
        return None
    return LinkCard(link.url, link.title, link.description, image.media if image else None)
