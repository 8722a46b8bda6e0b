"""One post file, all the way: what it sends, what is wrong with it, and what that depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from postiz_ops.compile.candidate import Candidate, Subject
from postiz_ops.compile.digest import content_digest, text_digest
from postiz_ops.compile.inspection import inspect
from postiz_ops.compile.lens import Context
from postiz_ops.compile.names import default_id
from postiz_ops.compile.resolve import candidates, subject_of
from postiz_ops.compile.source import Source, read_post
from postiz_ops.compile.summary import Summary, microseconds, packed, placed
from postiz_ops.compile.tree import Entry
from postiz_ops.diagnostics import Diagnostic, Severity, in_order
from postiz_ops.model import Draft, Post, Span
from postiz_ops.providers.base import Title


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a post. ``place`` is that of its id, ``needs`` what stood at every path that it asked for.

    The drafts have no digest of their content yet: ``sealed`` gives it to them.
    """

    post: Post
    place: Span
    findings: tuple[Diagnostic, ...]
    summaries: tuple[Summary, ...]
    needs: tuple[Entry, ...]


def compile_post(path: str, data: bytes, context: Context) -> Result:
    """Compile the bytes of one post."""
    context.shelf.begin()
    source = read_post(path, data, context.config)
    subject = subject_of(source, context)
    if subject is None:
        post = Post(default_id(path, context.config.content), path)
        return Result(post, Span(path, end_column=2), source.diagnostics, (), ())
    found = list(candidates(subject, context))
    findings = in_order((*source.diagnostics, *inspect(subject, found)))
    drafts = tuple(validated((candidate.draft for candidate in found), findings))
    post = Post(subject.id or default_id(path, context.config.content), path, subject.tags, drafts)
    summaries = tuple(map(_summary, found))
    return Result(post, _id_place(source, subject), findings, summaries, tuple(context.shelf.asked.values()))


def validated(drafts: Iterable[Draft], findings: Iterable[Diagnostic]) -> Iterator[Draft]:
    """The drafts, those that an error speaks of as invalid. An error without an account speaks of all."""
    broken = {finding.account for finding in findings if finding.severity is Severity.ERROR}
    for draft in drafts:
        yield replace(draft, valid=False) if None in broken or draft.account in broken else draft


def sealed(post: Post, context: Context) -> Post:
    """The post with the digest of what each draft sends: ``check`` does without it."""
    return replace(post, drafts=tuple(_sealed(draft, context) for draft in post.drafts))


def _sealed(draft: Draft, context: Context) -> Draft:
    titled = context.lenses[draft.account].spec.post_title is not Title.ABSENT
    return replace(draft, content=content_digest(draft, titled=titled))


def _id_place(source: Source, subject: Subject) -> Span:
    """The place of the id; of the file's first line where there is none."""
    if source.front is not None and source.front.id is not None:
        return subject.layers.common("id").span()
    return Span(source.path, end_column=2)


def _summary(candidate: Candidate) -> Summary:
    draft = candidate.draft
    schedule = draft.schedule
    return Summary(
        path=draft.path,
        post=draft.post,
        account=draft.account,
        provider=draft.provider,
        status=draft.status,
        kind=schedule.kind,
        at=None if schedule.at is None else microseconds(schedule.at),
        repeat=packed(schedule),
        text=text_digest(draft),
        allow_repeat=draft.allow_repeat,
        explicit_id=draft.explicit_id,
        places=placed(candidate.timing.place, draft.span or Span(draft.path)),
    )
