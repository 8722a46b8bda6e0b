"""The rules that look at one post, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from postiz_ops.compile.candidate import Candidate, Subject
from postiz_ops.compile.gather import gathered
from postiz_ops.compile.rules import (
    attachments,
    counts,
    files,
    hosting,
    parts,
    replies,
    settings,
    shapes,
    sizes,
    targets,
    text,
    times,
    titles,
)
from postiz_ops.diagnostics import Diagnostic

Check = Callable[[Candidate], Iterable[Diagnostic]]

SHARED: Sequence[Check] = (
    times.check,
    text.check_signature,
    text.check_people,
    parts.check_empty,
    files.check,
    attachments.check_alt,
)
"""What may be wrong with a post whoever it goes to. These findings name no account: that is added where it must be."""

OWN: Sequence[Check] = (
    times.check_slots,
    text.check_length,
    text.check_recommended,
    text.check_left_out,
    counts.check,
    parts.check,
    replies.check,
    titles.check,
    attachments.check,
    shapes.check,
    sizes.check,
    hosting.check,
    settings.check,
)
"""What may be wrong with a post for one account."""


def inspect(subject: Subject, candidates: Sequence[Candidate]) -> Iterator[Diagnostic]:
    """Everything that the rules find in one post. What an account that is switched off would not take is no matter."""
    yield from targets.check(subject)
    accounts = {candidate.account.id: candidate.account.provider for candidate in candidates}
    yield from gathered(
        (
            (candidate.account.id, finding)
            for candidate in candidates
            for check in SHARED
            for finding in check(candidate)
        ),
        accounts,
    )
    for candidate in candidates:
        if candidate.account.enabled:
            for check in OWN:
                yield from check(candidate)
