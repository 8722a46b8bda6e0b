"""What a check comes to: findings, or the honest word that it could not look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from postiz_ops.diagnostics import Severity
from postiz_ops.doctor.facts import Facts


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is, or will be, in the way. ``where`` is a file, an account, a branch or a machine."""

    severity: Severity
    message: str
    where: str
    help: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was not looked at, and why."""

    reason: str


Result = Finding | Unseen


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. ``finds`` is said in the documentation, as a sentence without its stop."""

    name: str
    finds: str
    look: Callable[[Facts], Iterable[Result]]


def error(message: str, where: str, help: str) -> Finding:
    """Something is not published, or will not be."""
    return Finding(Severity.ERROR, message, where, help)


def warning(message: str, where: str, help: str) -> Finding:
    """Something will stop, or is not as safe or as punctual as it could be."""
    return Finding(Severity.WARNING, message, where, help)


def info(message: str, where: str, help: str) -> Finding:
    """Something to know."""
    return Finding(Severity.INFO, message, where, help)
