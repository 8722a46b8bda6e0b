"""A rule by what a person calls it."""

from __future__ import annotations

from postiz_ops.compile.rules.catalogue import RULES
from postiz_ops.compile.wording import nearest
from postiz_ops.diagnostics import Rule


def find(name: str) -> Rule | None:
    """The rule with this code or name, in any case; ``None`` where there is none."""
    wanted = name.strip().casefold()
    return next((rule for rule in RULES if wanted in (rule.code.casefold(), rule.name)), None)


def suggestion(name: str) -> str | None:
    """The name of the rule that was most likely meant."""
    return nearest(name.strip(), (rule.name for rule in RULES))
