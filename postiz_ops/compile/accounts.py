"""accounts.yaml: bytes into a ``Config``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from postiz_ops.compile import secrecy, sections
from postiz_ops.compile.accounts_model import AccountsFile
from postiz_ops.compile.decode import decode
from postiz_ops.compile.edits import write_state_id
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.nodes import Node, load_yaml, not_mapping
from postiz_ops.compile.pages import page
from postiz_ops.compile.validation import INVALID, MISSING_KEY, Rules, salvage
from postiz_ops.compile.wording import nearest, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity, has_errors, in_order
from postiz_ops.model import Config, Policy, Span, StateSettings

__all__ = ["RULES", "VERSION", "parse_accounts", "write_state_id"]

VERSION = 1

EMPTY = Rule(
    "PZ100",
    "accounts-empty",
    Severity.ERROR,
    "accounts.yaml is empty",
    page(
        what="Finds an accounts.yaml that holds nothing, or nothing but comments.",
        why="There is no account to publish to.",
        example="# accounts",
        instead="""
            `postiz-ops init` writes a first one.

            version: 1
            accounts: {}
        """,
    ),
)
UNSUPPORTED = Rule(
    "PZ101",
    "unsupported-version",
    Severity.ERROR,
    "accounts.yaml has another version",
    page(
        what="Finds a `version` other than the one that this program reads.",
        why="In another version the same keys may mean something else.",
        example="version: 2",
        instead="version: 1",
    ),
)
NO_STATE_ID = Rule(
    "PZ102",
    "state-id-missing",
    Severity.WARNING,
    "accounts.yaml does not name its state",
    page(
        what="Finds an accounts.yaml without `state.id`.",
        why="""
            The id ties the repository to its own record of what was published. Without it a copy of the repository, or
            a state branch that was made anew, could publish everything a second time: `publish` refuses.
        """,
        example="state: {branch: postiz-state}",
        instead="""
            Run `postiz-ops state init`: it makes the branch and writes the id.

            state: {branch: postiz-state, id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
        """,
    ),
)
TIMEZONE = Rule(
    "PZ103",
    "unknown-timezone",
    Severity.ERROR,
    "a timezone that does not exist",
    page(
        what="Finds a `timezone` that is not in the IANA database.",
        why="Every time in every post is read in it.",
        example="timezone: Europe/Munich",
        instead="timezone: Europe/Berlin",
    ),
)
NOT_ACTED_ON = Rule(
    "PZ115",
    "not-acted-on",
    Severity.WARNING,
    "a setting that this version does not act on",
    page(
        what="Finds `notify` and `policy.prune`, which are part of the file's format and have no effect yet.",
        why="Whoever set them relies on being told, or on posts being taken down: neither happens.",
        example="notify: [mailto://bot@example.com]",
        instead="""
            Take it out until a version acts on it. `publish` fails its job when somebody has to act, and the forge
            tells of that; a post is taken down by hand.
        """,
    ),
)
_RULES = Rules(show=lambda text: not secrecy.holds_token(text))


def parse_accounts(
    data: bytes, path: str = "accounts.yaml", *, partial: bool = False
) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """Read accounts.yaml. ``None`` where there is an error: nothing may be sent on a half-understood configuration.

    With ``partial`` what could be read comes back in spite of errors, for ``check``, which goes on to the posts. Never
    raises, and no finding repeats a secret; what is shown of the file has to pass ``secrecy.masked``.
    """
    text, found = decode(path, data)
    if text is None:
        return None, found
    node, said = load_yaml(text, path)
    if node is None or not isinstance(node.value, dict):
        return None, in_order((*found, *said, *_nothing_there(node, said, path)))
    config, checked = _read(node, hashlib.sha256(data).hexdigest())
    diagnostics = in_order((*found, *said, *checked))
    return config if partial or not has_errors(diagnostics) else None, diagnostics


def _nothing_there(node: Node | None, said: tuple[Diagnostic, ...], path: str) -> Iterator[Diagnostic]:
    if node is not None and node.value is not None:
        yield not_mapping(node, path)
    elif not said:
        advice = "run `postiz-ops init`, or write `version: 1` and your `accounts`"
        yield EMPTY.at(Span(path, end_column=2), f"{path} is empty", help=advice)


def _read(node: Node, digest: str) -> tuple[Config, tuple[Diagnostic, ...]]:
    salvaged, found, _ = salvage(AccountsFile, node, _RULES)
    file = salvaged or AccountsFile()
    defaults, about_defaults = _defaults(node)
    accounts, about_accounts = sections.read_accounts(node, _RULES)
    clients, about_clients = sections.read_clients(node, _RULES)
    groups, about_groups = sections.read_groups(node, _RULES, accounts)
    people, about_people = sections.read_people(node, _RULES)
    config = Config(
        file.branch,
        file.timezone,
        file.content,
        StateSettings(file.state.remote, file.state.branch, file.state.id),
        defaults,
        Policy(**dict(file.policy)),
        clients,
        accounts,
        groups,
        people,
        file.media_host,
        file.notify,
        digest,
    )
    findings = [*found, *about_defaults, *about_accounts, *about_clients, *about_groups, *about_people]
    findings += [*_version(node), *_timezone(file, node), *_state(file, node), *sections.check_collisions(node)]
    findings += [*sections.check_clients(node, accounts, clients), *_notify(node), *_not_acted_on(file, node)]
    return config, _without_secrets(node, findings)


# --- the sections -------------------------------------------------------------------------------------------------


def _version(node: Node) -> Iterator[Diagnostic]:
    child = node.children.get("version")
    if child is None:
        message, advice = "`version` is missing", f"begin the file with `version: {VERSION}`"
        yield MISSING_KEY.at(node.places.span(node.start), message, help=advice)
    elif child.value != VERSION or isinstance(child.value, bool):
        advice = f"write `version: {VERSION}`, or install the version of postiz-ops that reads it"
        yield UNSUPPORTED.at(child.span, f"this is version {quoted(child.value)}, not {VERSION}", help=advice)


def _timezone(file: AccountsFile, node: Node) -> Iterator[Diagnostic]:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(file.timezone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        near = nearest(file.timezone, zoneinfo.available_timezones())
        advice = f"write {quoted(near or 'Europe/Berlin')}, or another name of the IANA database"
        yield TIMEZONE.at(node.at(("timezone",)), f"unknown timezone {quoted(file.timezone)}", help=advice)


def _state(file: AccountsFile, node: Node) -> Iterator[Diagnostic]:
    if file.state.id is None and not isinstance(node.find(("state", "id")).value, str):
        span = node.key_span("state") if "state" in node.keys else node.places.span(node.start)
        yield NO_STATE_ID.at(span, "`state.id` is missing", help="run `postiz-ops state init`, which writes it")


def _not_acted_on(file: AccountsFile, node: Node) -> Iterator[Diagnostic]:
    if file.notify:
        message, advice = "nobody is notified by this version", "take it out, and watch the job that publishes"
        yield NOT_ACTED_ON.at(node.key_span("notify"), message, help=advice)
    if file.policy.prune:
        message = "this version takes nothing down when a file is deleted"
        yield NOT_ACTED_ON.at(node.find(("policy",)).key_span("prune"), message, help="take it out")


def _defaults(node: Node) -> tuple[Mapping[str, Any], tuple[Diagnostic, ...]]:
    child = node.children.get("defaults")
    if child is None or not isinstance(child.value, dict):
        return {}, ()
    _, found, dropped = salvage(FrontMatter, child, _RULES)
    findings = list(found)
    if "id" in child.children:
        message, advice = "an `id` cannot be the default of all posts", "delete it here, and write it in the post"
        findings.append(INVALID.at(child.key_span("id"), message, help=advice))
        dropped |= {"id"}
    return {key: value for key, value in child.value.items() if key not in dropped}, tuple(findings)


# --- secrets ------------------------------------------------------------------------------------------------------


def _notify(node: Node) -> Iterator[Diagnostic]:
    for child in node.find(("notify",)).children.values() if "notify" in node.children else ():
        for name in secrecy.references(str(child.value)):
            if secrecy.refused(name):
                message = f"`${{{name}}}` is a secret of the machine, not of a platform"
                yield secrecy.REFUSED.at(child.span, message, help="make a secret of its own, and refer to that")
        if isinstance(child.value, str) and secrecy.holds_token(child.value):
            advice = "write `${NAME}` in its place, put the value into that variable, and revoke it if it was committed"
            yield secrecy.LITERAL.at(child.span, "a secret is written out in this URL", help=advice)


def _without_secrets(node: Node, findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings, with one for everything that looks like a secret, and without the secrets in their wording."""
    known = {diagnostic.span for diagnostic in findings if diagnostic.code == secrecy.LITERAL.code}
    for child in secrecy.strings(node):
        if secrecy.looks_secret(child.value) and child.span not in known:
            advice = "write `${NAME}` in its place, put the value into that variable, and revoke it if it was committed"
            findings.append(secrecy.LITERAL.at(child.span, "this looks like a secret", help=advice))
            known.add(child.span)
    values = [str(child.value) for child in secrecy.strings(node) if child.span in known]
    return tuple(secrecy.scrubbed(diagnostic, values) for diagnostic in findings)


RULES = (EMPTY, UNSUPPORTED, NO_STATE_ID, TIMEZONE, NOT_ACTED_ON)
