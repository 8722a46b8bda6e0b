"""Who a post is for: names that lead to no account, wherever a post uses them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from postiz_ops.compile.candidate import Subject
from postiz_ops.compile.layers import Chosen
from postiz_ops.compile.pages import page
from postiz_ops.compile.targets import accounts_of
from postiz_ops.compile.wording import instead, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span

NOBODY = Rule(
    "PZ400",
    "platforms-missing",
    Severity.ERROR,
    "a post is for nobody",
    page(
        what="Finds posts that name no account, provider or group in `platforms`. For a draft it is a warning.",
        why="It would never be published, and nothing else would say so.",
        example="publish_at: 2026-12-01 09:00",
        instead="""
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
        """,
    ),
)
UNKNOWN = Rule(
    "PZ401",
    "unknown-account",
    Severity.ERROR,
    "a post names an account, provider or group that does not exist",
    page(
        what="""
            Checks every name in `platforms`, in `only` of `media`, and those that `overrides`, `settings` and
            `hashtags` are written for. The last three take accounts and providers, not groups.
        """,
        why="The post would go to fewer accounts than was meant, or without the text that was meant for one of them.",
        example="platforms: [mastodn]",
        instead="platforms: [mastodon]",
    ),
)
DISABLED = Rule(
    "PZ402",
    "account-disabled",
    Severity.WARNING,
    "a post names an account that is switched off",
    page(
        what="Finds accounts in `platforms` that have `enabled: false` in accounts.yaml.",
        why="Nothing is published there.",
        example="""
            accounts:
              acme-bluesky: {provider: bluesky, enabled: false}
        """,
        instead="""
            Switch it on, or take it out of `platforms`.

            accounts:
              acme-bluesky: {provider: bluesky}
        """,
    ),
)
NO_ACCOUNT = Rule(
    "PZ403",
    "name-without-accounts",
    Severity.WARNING,
    "a provider or group in platforms has no enabled account",
    page(
        what="Finds provider and group names in `platforms` that stand for no account that is switched on.",
        why="Nothing is published there.",
        example="""
            platforms: [bluesky]     # and no account with `provider: bluesky`
        """,
        instead="""
            accounts:
              acme-bluesky:
                provider: bluesky
                credentials: {identifier: "${BLUESKY_IDENTIFIER}", password: "${BLUESKY_PASSWORD}"}
        """,
    ),
)

RULES = (NOBODY, UNKNOWN, DISABLED, NO_ACCOUNT)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Every name that a post uses."""
    names = subject.platforms
    if not names.value and "platforms" not in subject.source.dropped:
        severity = Severity.ERROR if _is_live(subject) else Severity.WARNING
        message = "this post is for no account"
        yield NOBODY.at(names.span(), message, help="add `platforms` to the front-matter", severity=severity)
    for index, name in enumerate(names.value or ()):
        yield from _target(subject, name, index)
    yield from _only(subject)
    yield from _by_name(subject)


def _is_live(subject: Subject) -> bool:
    """Whether the post means to go out."""
    status, when = subject.status.value, subject.layers.common("publish_at").value
    return status == "ready" or (status is None and when is not None)


def _target(subject: Subject, name: str, index: int) -> Iterator[Diagnostic]:
    config, span = subject.config, subject.platforms.span
    if name not in subject.names:
        yield _unknown(name, subject.names, span(index))
    elif any(account.enabled for account in accounts_of(name, config)):
        return
    elif name in config.accounts:
        fix = "take it out, or delete `enabled: false` in accounts.yaml"
        yield DISABLED.at(span(index), f"{quoted(name)} is switched off, and gets nothing", help=fix)
    else:
        fix = "add an account in accounts.yaml, or take the name out"
        yield NO_ACCOUNT.at(span(index), f"{quoted(name)} stands for no account that is switched on", help=fix)


def _unknown(name: str, names: Collection[str], span: Span) -> Diagnostic:
    fix = instead(name, names, what="accounts, providers and groups")
    return UNKNOWN.at(span, f"unknown account, provider or group {quoted(name)}", help=fix)


def _only(subject: Subject) -> Iterator[Diagnostic]:
    names = subject.names
    for media in subject.layers.every("media"):
        for index, item in enumerate(media.value or ()):
            for position, name in enumerate(item.only or ()):
                if name not in names:
                    yield _unknown(name, names, media.span(index, "only", position))


def _by_name(subject: Subject) -> Iterator[Diagnostic]:
    fields = [chosen for name in ("overrides", "settings", "hashtags") for chosen in subject.layers.every(name)]
    written: list[Chosen[Mapping[str, object]]] = [chosen for chosen in fields if isinstance(chosen.value, Mapping)]
    groups = subject.config.groups
    for chosen in written:
        for name in chosen.value:
            if name in groups:
                message = f"{quoted(name)} is a group, and {quoted(chosen.name)} is for accounts and providers"
                yield UNKNOWN.at(chosen.key_span(name), message, help="write it for each of its accounts")
            elif name not in subject.names:
                yield _unknown(name, subject.names - groups.keys(), chosen.key_span(name))
