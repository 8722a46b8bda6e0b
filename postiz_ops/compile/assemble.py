"""The parts of a post for one account: rendered, ended, divided and counted exactly as they will be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from postiz_ops.compile.body import PartSource, for_names, named
from postiz_ops.compile.candidate import MissingSignature, Piece, Subject
from postiz_ops.compile.division import divide
from postiz_ops.compile.layers import Chosen, Fields
from postiz_ops.compile.lens import Context, Lens, Signature
from postiz_ops.compile.media import Asset, Reference
from postiz_ops.model import DraftPart, Form, Span, Unit
from postiz_ops.providers.base import Spec, Threads
from postiz_ops.text.compose import append, with_hashtags
from postiz_ops.text.render import Rendered, render
from postiz_ops.text.units import measure

NO_SIGNATURE = "none"


@dataclass(slots=True)
class Assembly:
    """One post on its way to all its accounts: what two of them have in common is rendered and counted once."""

    subject: Subject
    context: Context
    signature: Signature | None = field(init=False)
    missing_signature: MissingSignature | None = field(init=False)
    named: frozenset[str] = field(init=False)
    sources: dict[frozenset[str], tuple[PartSource, ...]] = field(default_factory=dict)
    rendered: dict[tuple[str, Form, str, str], Rendered] = field(default_factory=dict)
    counted: dict[tuple[str, Unit], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signature, self.missing_signature = _signature(self.subject, self.context)
        self.named = named(self.subject.source.parts)

    def parts(self, names: frozenset[str]) -> tuple[PartSource, ...]:
        """The parts for an account of these names."""
        key = names & self.named
        if key not in self.sources:
            self.sources[key] = for_names(self.subject.source.parts, key)
        return self.sources[key]

    def measure(self, text: str, unit: Unit) -> int:
        """The length of a text in a unit."""
        key = (text, unit)
        if key not in self.counted:
            self.counted[key] = measure(text, unit)
        return self.counted[key]

    def render(self, markdown: str, spec: Spec, *, reply: bool = False) -> Rendered:
        """A text in a platform's form: where it mentions nobody, that of all platforms of the form."""
        other = spec.text.replies_form if reply else None
        form, mentions = (other, "{name}") if other else (spec.text.form, spec.mentions)
        key = (markdown, form, spec.name, mentions) if "@{" in markdown else (markdown, form, "", "")
        if key not in self.rendered:
            people = self.context.config.people
            self.rendered[key] = render(markdown, form, people=people, provider=spec.name, mention=mentions)
        return self.rendered[key]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The result for one account. ``comments`` are those that the platform cannot take."""

    pieces: tuple[Piece, ...]
    comments: tuple[PartSource, ...]
    hashtags: tuple[str, ...]
    missing_signature: MissingSignature | None
    unknown_people: tuple[tuple[str, Span], ...]

    @property
    def assets(self) -> tuple[Asset, ...]:
        """What all parts attach."""
        return tuple(asset for piece in self.pieces for asset in piece.assets)


class _Part(NamedTuple):
    """A part on its way: where it comes from, its text so far, and what it attaches beside the images of the text."""

    source: PartSource
    span: Span
    rendered: Rendered
    listed: tuple[Asset, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.rendered.text or self.rendered.images or self.listed)


def assemble(assembly: Assembly, lens: Lens, fields: Fields) -> Assembled:
    """The parts of a post for an account."""
    path, sources = assembly.subject.path, assembly.parts(lens.names)
    parts = _main(assembly, lens, fields, [source for source in sources if not source.comment])
    comments = [_part(source, path, assembly, lens, reply=True) for source in sources if source.comment]
    people = list(_unknown(path, [*parts, *comments]))
    if (ending := assembly.signature) and parts:
        people += _unknown(ending.path, [_part(ending.source, ending.path, assembly, lens)])
        parts[-1] = _signed(parts[-1], ending, assembly, lens, reply=len(parts) > 1)
    hashtags = hashtags_for(fields.hashtags.value, lens)
    pieces = list(_pieces(parts, assembly, lens, fields, hashtags))
    answerable = lens.spec.comments or lens.spec.threads is not Threads.NONE
    if answerable:
        pieces += [_piece(part, part.rendered, assembly, lens, fields) for part in comments if not part.is_empty]
    left_out = () if answerable else tuple(part.source for part in comments)
    return Assembled(tuple(pieces), left_out, hashtags, assembly.missing_signature, tuple(people))


def _part(source: PartSource, path: str, assembly: Assembly, lens: Lens, *, reply: bool = False) -> _Part:
    last_line = len(source.markdown) - source.markdown.rfind("\n") - 1
    span = Span(path, source.lines[0], 1, source.lines[-1], last_line + 1)
    return _Part(source, span, assembly.render(source.markdown, lens.spec, reply=reply))


def hashtags_for(written: Collection[str] | Mapping[str, Collection[str]] | None, lens: Lens) -> tuple[str, ...]:
    """The hashtags for an account, out of a list for all or a list for each account and provider."""
    if isinstance(written, Mapping):
        written = written.get(lens.account.id, written.get(lens.account.provider))
    return tuple(written or ())


def _main(assembly: Assembly, lens: Lens, fields: Fields, sources: list[PartSource]) -> list[_Part]:
    """The parts that are no comments, ``media`` attached to the first; those with nothing in them are dropped."""
    listed = tuple(_listed(assembly, lens, fields))
    if not sources and listed:
        sources = [PartSource("", (max(len(assembly.subject.source.lines), 1),))]
    parts = [_part(source, assembly.subject.path, assembly, lens) for source in sources]
    if parts and listed:
        parts[0] = parts[0]._replace(listed=listed)
    kept = [part for part in parts if not part.is_empty]
    answers = [
        part._replace(rendered=assembly.render(part.source.markdown, lens.spec, reply=True)) for part in kept[1:]
    ]
    return kept[:1] + answers


def _listed(assembly: Assembly, lens: Lens, fields: Fields) -> Iterator[Asset]:
    for index, item in enumerate(fields.media.value or ()):
        if item.only is not None and lens.names.isdisjoint(item.only):
            continue
        thumbnail = item.thumbnail and Reference(item.thumbnail, fields.media.span(index, "thumbnail"))
        place = fields.media.span(index, "src")
        reference = Reference(item.src, place, item.alt or "", item.sha256, thumbnail or None)
        yield assembly.context.shelf.take(reference, assembly.subject.path)


def _signature(subject: Subject, context: Context) -> tuple[Signature | None, MissingSignature | None]:
    chosen: Chosen[str | None] = subject.layers.common("signature")
    if chosen.value in (None, "", NO_SIGNATURE):
        return None, None
    known = context.signatures
    if chosen.value in known:
        return known[chosen.value], None
    return None, MissingSignature(chosen.value or "", tuple(known), chosen.span())


def _signed(part: _Part, signature: Signature, assembly: Assembly, lens: Lens, *, reply: bool) -> _Part:
    rendered = assembly.render(signature.source.markdown, lens.spec, reply=reply)
    images = tuple(_images(rendered, signature.source, signature.path, assembly))
    ended = append(part.rendered, rendered._replace(images=(), unknown_people=()))
    return part._replace(rendered=ended, listed=(*part.listed, *images))


def _unknown(path: str, parts: list[_Part]) -> Iterator[tuple[str, Span]]:
    for part in parts:
        for person in part.rendered.unknown_people:
            yield person.key, part.source.place(path, person.start, person.end)


def _images(rendered: Rendered, source: PartSource, path: str, assembly: Assembly) -> Iterator[Asset]:
    for image in rendered.images:
        reference = Reference(image.src, source.place(path, image.start, image.end), image.alt, in_body=True)
        yield assembly.context.shelf.take(reference, path)


def _pieces(
    parts: list[_Part], assembly: Assembly, lens: Lens, fields: Fields, hashtags: tuple[str, ...]
) -> Iterator[Piece]:
    for index, part in enumerate(parts):
        for number, text in enumerate(_texts(part, assembly, lens, fields, hashtags if index == 0 else ())):
            yield _piece(part if number == 0 else part._replace(listed=()), text, assembly, lens, fields)


def _texts(
    part: _Part, assembly: Assembly, lens: Lens, fields: Fields, hashtags: tuple[str, ...]
) -> tuple[Rendered, ...]:
    form = lens.spec.text.form
    whole = with_hashtags(part.rendered, hashtags, form) if hashtags else part.rendered
    if fields.thread.value != "auto" or lens.spec.threads is Threads.NONE:
        return (whole,)
    room = [(limit.unit, limit.max - warning_length(fields, lens.spec, limit.unit)) for limit in lens.limits]
    if all(assembly.measure(whole.text, unit) <= most for unit, most in room):
        return (whole,)
    return divide(part.rendered, hashtags, form, room)


def warning_length(fields: Fields, spec: Spec, unit: Unit) -> int:
    """What the content warning takes of a limit, where it counts."""
    warning = fields.content_warning.value if spec.content_warning and spec.text.with_content_warning else None
    return measure(warning, unit) if warning else 0


def _piece(part: _Part, text: Rendered, assembly: Assembly, lens: Lens, fields: Fields) -> Piece:
    path, source = assembly.subject.path, part.source
    lengths = [assembly.measure(text.text, limit.unit) for limit in lens.limits]
    if fields.content_warning.value:
        lengths = [
            n + warning_length(fields, lens.spec, limit.unit) for n, limit in zip(lengths, lens.limits, strict=True)
        ]
    assets = (*part.listed, *_images(text, source, path, assembly)) if text.images else part.listed
    sent = DraftPart(
        text=text.text,
        length=lengths[0],
        facets=text.facets,
        media=tuple(asset.media for asset in assets if asset.media),
        comment=source.comment,
        span=part.span,
    )
    return Piece(sent, text, source, tuple(lengths), assets)
