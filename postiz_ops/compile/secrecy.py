"""Secrets that were written into accounts.yaml: found, and kept out of everything that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import LONGEST
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

if TYPE_CHECKING:
    from postiz_ops.compile.nodes import Node

LITERAL = Rule(
    "PZ109",
    "literal-secret",
    Severity.ERROR,
    "a secret is written out in accounts.yaml",
    page(
        what="""
            Finds credentials that are not a reference like `${ACME_TOKEN}`, passwords in URLs, and what looks like a
            token anywhere in accounts.yaml. The value is never shown.
        """,
        why="""
            Who can read the repository can post as you, and git keeps the secret for ever: deleting the line is not
            enough. Revoke it, and make a new one.
        """,
        example="""
            credentials:
              access_token: test-token
        """,
        instead="""
            credentials:
              access_token: ${ACME_MASTODON_TOKEN}
        """,
    ),
)
REFUSED = Rule(
    "PZ110",
    "refused-reference",
    Severity.ERROR,
    "a credential refers to a secret of the machine",
    page(
        what="""
            Refuses references to variables that belong to the CI system or to a cloud: `GITHUB_*`, `ACTIONS_*`,
            `RUNNER_*`, `AWS_*` and the like.
        """,
        why="""
            Whoever may edit accounts.yaml decides where a credential is sent. With such a reference it would be the key
            of the repository or of the cloud account.
        """,
        example="""
            credentials:
              access_token: ${GITHUB_TOKEN}
        """,
        instead="""
            credentials:
              access_token: ${ACME_MASTODON_TOKEN}
        """,
    ),
)

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}")
"""A reference to an environment variable."""
MACHINE = (
    "ACTIONS_",
    "ARM_",
    "AWS_",
    "AZURE_",
    "CI_DEPLOY_",
    "CI_JOB_",
    "CI_REGISTRY_",
    "DOCKER_",
    "GH_",
    "GITEA_",
    "GITHUB_",
    "GITLAB_",
    "GOOGLE_APPLICATION_",
    "INPUT_",
    "KUBE",
    "NODE_AUTH_",
    "NPM_",
    "PIP_",
    "POSTIZ_STATE_",
    "POSTIZ_VAULT_",
    "PYPI_",
    "RUNNER_",
    "SSH_",
    "TWINE_",
    "UV_",
)
"""How the names of variables begin that belong to the machine."""

_KNOWN = re.compile(
    r"""
      \bxox[a-z]-[\w-]{8}                             # Slack
    | \bgh[pousr]_\w{16} | \bgithub_pat_\w{16}        # GitHub
    | \bglpat-[\w-]{16}                               # GitLab
    | \b(?:AKIA|ASIA)[A-Z0-9]{12}                     # AWS
    | \beyJ[\w-]{10,200}\.[\w-]                       # JSON Web Token
    | \bEAA[A-Za-z0-9]{20}                            # Meta
    | \b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27}        # Discord bot
    | hooks\.slack\.com/(?:services|workflows)/\w
    | discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/\w
    | -----BEGIN[ ]
    """,
    re.VERBOSE,
)
_USERINFO = re.compile(r"(?P<scheme>https?|[a-z]{0,8})://(?P<user>[^/?#\s]*)@")
_WORDS = "token|passw|secret|api_?key|webhook|identifier"
_TELLING = re.compile(_WORDS, re.IGNORECASE)
_KEYED = re.compile(
    rf"""(?P<key>\b\w{{0,40}}(?:{_WORDS})\w{{0,40}}["']?\s{{0,9}}[:=]\s{{0,9}})"""
    r"""(?!["']?(?:\$\{|\*))(?P<value>\S.*)""",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[A-Za-z0-9]{16,}")


def reference(text: object) -> str | None:
    """The environment variable that a value refers to: ``${NAME}`` and nothing else."""
    match = REFERENCE.fullmatch(text) if isinstance(text, str) else None
    return match[1] if match else None


def references(text: str) -> tuple[str, ...]:
    """Every environment variable that a text refers to."""
    return tuple(REFERENCE.findall(text))


def refused(name: str) -> bool:
    """Whether a variable is not for platforms."""
    return name.upper().startswith(MACHINE)


def looks_secret(text: str) -> bool:
    """Whether a text holds a token of a known form, or a URL with a password."""
    return _KNOWN.search(text) is not None or any(map(_has_password, _USERINFO.finditer(text)))


def _has_password(match: re.Match[str]) -> bool:
    """Whether the user's part of a URL is more than a name; of http, where names are tokens too, if it is there."""
    user, _, password = match["user"].partition(":")
    secret = password or (user if match["scheme"].startswith("http") else "")
    return bool(REFERENCE.sub("", secret))


def holds_token(url: str) -> bool:
    """Whether something in a URL is too random to be a name: 16 letters and digits mixed, or 20 in mixed case."""
    pieces = _PIECE.findall(REFERENCE.sub("", url))
    return looks_secret(url) or any(map(_random, pieces))


def _random(piece: str) -> bool:
    digits = sum(character.isdigit() for character in piece)
    mixed_case = len(piece) >= 20 and not (piece.islower() or piece.isupper() or piece.istitle())
    return digits > 0 or mixed_case


def telling(key: str) -> bool:
    """Whether a key's name says that its value is a secret."""
    return _TELLING.search(key) is not None


def strings(node: Node) -> Iterator[Node]:
    """Every text in a node, in no particular order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        waiting += node.children.values()
        if isinstance(node.value, str):
            yield node


def scrubbed(diagnostic: Diagnostic, secrets: Iterable[str]) -> Diagnostic:
    """A finding whose wording repeats none of the secrets, not even the beginning of a long one."""
    message, advice = diagnostic.message, diagnostic.help
    for secret in filter(None, secrets):
        for shown in (secret, secret[: LONGEST - 1]):
            message, advice = message.replace(shown, "***"), advice.replace(shown, "***")
    return replace(diagnostic, message=message, help=advice)


def masked(lines: Sequence[str], diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """The lines of accounts.yaml as they may be shown: every secret that was found, and every known form, as asterisks.

    Columns stay. Whoever underlines a place in accounts.yaml shows these lines and no others.
    """
    shown = list(lines)
    for diagnostic in diagnostics:
        if diagnostic.code == LITERAL.code:
            _mask(shown, diagnostic)
    return tuple(_safe(line) for line in shown)


def _safe(line: str) -> str:
    """A line of a file that may not even be YAML, without what stands behind a telling key or has a telling form."""
    line = _KEYED.sub(lambda match: match["key"] + "*" * len(match["value"]), line)
    return re.sub(r"\S{6,}", lambda match: "*" * len(match[0]), line) if looks_secret(line) else line


def _mask(lines: list[str], diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else 0
        end = span.end_column - 1 if number == span.end_line else len(line)
        lines[number - 1] = line[:start] + "*" * len(line[start:end]) + line[end:]


RULES = (LITERAL, REFUSED)
