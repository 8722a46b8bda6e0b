"""The forge: what may be done to the state branch, who can read what is coming, and how old the workflows are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Result, Unseen, info, warning
from postiz_ops.doctor.workflow import Use, read, workflows
from postiz_ops.ledger.record import CLAIMABLE
from postiz_ops.plan import Planned

_COMMIT = re.compile(r"[0-9a-f]{40}")


def protection(facts: Facts) -> Iterator[Result]:
    """Whether the state branch can be deleted or forced: then posts could go out twice."""
    if facts.forge is None or facts.forge.protected is None:
        yield Unseen(facts.no_forge or "GitHub does not tell this token how the state branch is protected")
    elif not facts.forge.protected:
        branch = facts.config.state.branch
        yield warning(
            f"the state branch `{branch}` can be deleted or forced: what it remembers keeps posts from going out twice",
            f"branch {branch}",
            f"Settings > Rules > New branch ruleset: target `{branch}`, restrict deletions, block force pushes",
        )


def embargo(facts: Facts) -> Iterator[Result]:
    """Whether everybody can read what is not published yet."""
    if facts.forge is None or facts.forge.private is None:
        yield Unseen(facts.no_forge or "GitHub does not say whether the repository is public")
        return
    planned = facts.plan.planned if facts.plan else ()
    coming = {p.draft.path for p in planned if _is_ahead(p, facts.now)}
    if coming and not facts.forge.private:
        what = "a post that is" if len(coming) == 1 else f"{len(coming)} posts that are"
        yield warning(
            f"the repository is public, and so is {what} not published yet",
            min(coming),
            "keep posts under embargo in a private repository, or merge them shortly before their time",
        )


def _is_ahead(planned: Planned, now: datetime) -> bool:
    at = planned.delivery.publish_at
    return planned.state in CLAIMABLE and at is not None and at > now


def outdated(facts: Facts) -> Iterator[Result]:
    """Whether the workflows use what this version's do."""
    wanted = _wanted(facts)
    for workflow in workflows(facts.workflows):
        for use in dict.fromkeys(workflow.uses):
            yield from _compared(use, wanted.get(use.action), workflow.path)
    yield from _missing(sorted(set(facts.templates) - set(facts.workflows)), len(facts.templates))


def _missing(paths: Sequence[str], all_of_them: int) -> Iterator[Result]:
    help_text = "run `postiz-ops init`: it keeps what is there"
    if paths and len(paths) == all_of_them:
        folder = paths[0].rpartition("/")[0]
        yield info("none of the workflows is there: a runner of your own must publish", folder, help_text)
        return
    for path in paths:
        yield info("this workflow is not there", path, help_text)


def _compared(use: Use, wanted: str | None, path: str) -> Iterator[Result]:
    if use.ours and not _COMMIT.fullmatch(use.ref):
        yield warning(
            f"`{use.action}@{use.ref}` is a name that can be moved to other code",
            path,
            "pin it by the commit of a release: `uses: OWNER/postiz-ops@COMMIT`",
        )
    elif wanted is not None and _COMMIT.fullmatch(wanted) and use.ref != wanted:
        yield warning(
            f"`{use.action}` is pinned to `{use.ref[:12]}`, and this version of postiz-ops uses `{wanted[:12]}`",
            path,
            f"uses: {use.action}@{wanted}",
        )


def _wanted(facts: Facts) -> dict[str, str]:
    made = (read(path, text) for path, text in facts.templates.items())
    return {use.action: use.ref for workflow in made if workflow for use in workflow.uses}
