"""All rules, in the order of their codes: what is read (PZ0xx to PZ2xx) and what is compiled (from PZ250 on).

A rule that is read stands in the module that reads; the others stand beside this one. Codes are permanent: a rule that
goes leaves a gap.
"""

from __future__ import annotations

from postiz_ops.compile import (
    accounts,
    ambiguity,
    channels,
    decode,
    directives,
    fences,
    nodes,
    secrecy,
    sections,
    syntax,
    tables,
    validation,
)
from postiz_ops.compile import settings as platform_settings
from postiz_ops.compile.rules import (
    attachments,
    calendar,
    counts,
    files,
    hosting,
    identity,
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
from postiz_ops.diagnostics import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *decode.RULES,
            *fences.RULES,
            *syntax.RULES,
            *nodes.RULES,
            *tables.RULES,
            *ambiguity.RULES,
            *validation.RULES,
            *accounts.RULES,
            *sections.RULES,
            *channels.RULES,
            *secrecy.RULES,
            *platform_settings.RULES,
            *directives.RULES,
            *times.RULES,
            *calendar.RULES,
            *text.RULES,
            *counts.RULES,
            *parts.RULES,
            *replies.RULES,
            *titles.RULES,
            *files.RULES,
            *attachments.RULES,
            *shapes.RULES,
            *sizes.RULES,
            *hosting.RULES,
            *targets.RULES,
            *settings.RULES,
            *identity.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
