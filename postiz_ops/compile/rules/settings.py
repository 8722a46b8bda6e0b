"""Settings that a platform cannot do without. What is wrong with one that is there, ``compile.settings`` says."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

MISSING = Rule(
    "PZ410",
    "setting-missing",
    Severity.ERROR,
    "a platform needs a setting",
    page(
        what="Finds posts without a setting that the platform cannot do without, such as the channel of a bot.",
        why="The platform would not know where to publish the post.",
        example="""
            accounts:
              acme-slack:
                provider: slack
                credentials: {bot_token: "${SLACK_BOT_TOKEN}"}
        """,
        instead="""
            accounts:
              acme-slack:
                provider: slack
                credentials: {bot_token: "${SLACK_BOT_TOKEN}"}
                settings: {channel: C0123456789}
        """,
    ),
)

RULES = (MISSING,)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """What the platform's model said of the post's settings, and what is missing of those that must be there."""
    yield from candidate.problems.settings
    for name in candidate.spec.required_settings:
        if candidate.settings.get(name) in (None, ""):
            account = candidate.account
            yield candidate.finding(
                MISSING,
                candidate.subject.platforms.span(),
                f"{quoted(account.id)} needs the setting {quoted(name)}",
                help=f"add it to `settings` of {quoted(account.id)} in accounts.yaml, or of this post",
            )
