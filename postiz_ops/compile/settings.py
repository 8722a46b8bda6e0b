"""A platform's own settings, checked against the model that its provider declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postiz_ops.compile.nodes import Node
from postiz_ops.compile.pages import page
from postiz_ops.compile.validation import Rules, findings
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

if TYPE_CHECKING:
    from postiz_ops.providers.base import Spec

UNKNOWN = Rule(
    "PZ113",
    "unknown-setting",
    Severity.ERROR,
    "a setting that the platform does not have",
    page(
        what="Finds names below `settings` that the provider does not know.",
        why="A misspelt setting is silently without effect: a post meant for few is seen by all.",
        example="""
            settings:
              mastodon: {visiblity: private}
        """,
        instead="""
            settings:
              mastodon: {visibility: private}
        """,
    ),
)
INVALID = Rule(
    "PZ114",
    "invalid-setting",
    Severity.ERROR,
    "a setting has a value that the platform does not take",
    page(
        what="Finds values below `settings` that are of the wrong kind or out of the platform's range.",
        why="The platform would refuse the post when it is due.",
        example="""
            settings:
              mastodon: {visibility: friends}
        """,
        instead="""
            settings:
              mastodon: {visibility: private}
        """,
    ),
)


def check_settings(spec: Spec, node: Node, *, account: str | None = None) -> tuple[Diagnostic, ...]:
    """What the provider's model says of a mapping of settings. What is missing may come from another layer."""
    from pydantic import ValidationError

    noun = f"{spec.name} setting"
    rules = Rules(UNKNOWN, INVALID, INVALID, noun, partial=True, account=account, provider=spec.name)
    try:
        spec.settings.model_validate(node.value)
    except ValidationError as error:
        return findings(error, spec.settings, node, rules)
    return ()


RULES = (UNKNOWN, INVALID)
