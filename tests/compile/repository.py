"""A repository in memory: its files are written in the test, and what is found in it is read as lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from textwrap import dedent

from postiz_ops.compile import Compilation, compile_tree
from postiz_ops.compile.cache import Cache
from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Draft, MediaKind, Published

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

ACCOUNTS = """\
version: 1
timezone: Europe/Berlin
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
accounts:
  acme-mastodon:
    provider: mastodon
    url: https://mastodon.example
    slots: ["mon-fri 09:00"]
  acme-bluesky: {provider: bluesky}
  acme-discord:
    provider: discord
    credentials: {bot_token: "${ACME_DISCORD_TOKEN}"}
    settings: {channel: "1234567890"}
  acme-slack: {provider: slack, credentials: {webhook_url: "${ACME_SLACK_WEBHOOK}"}}
groups:
  everywhere: [acme-mastodon, acme-bluesky, acme-discord, acme-slack]
people:
  alice: {name: Alice Doe, mastodon: "@alice@social.example", bluesky: alice.example.com}
"""


@dataclass(frozen=True)
class Probed:
    """What a test says that a file is."""

    kind: MediaKind
    type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None


def media(type_: str, *, width: int | None = None, height: int | None = None, duration: float | None = None,
          kind: str | None = None, size: int = 0) -> bytes:  # fmt: skip
    """The bytes of a file of so many bytes, as ``probe`` below understands them."""
    facts = [kind or type_.partition("/")[0], type_, width, height, duration]
    return " ".join(map(str, facts)).encode().ljust(size)


PNG = media("image/png", width=64, height=64)


def probe(data: bytes) -> Probed | None:
    """The inverse of ``media``."""
    words = data.decode(errors="replace").split()
    if not words or words[0] not in list(MediaKind):
        return None
    width, height = (None if word == "None" else int(word) for word in words[2:4])
    return Probed(MediaKind(words[0]), words[1], width, height, None if words[4] == "None" else float(words[4]))


@dataclass
class Files:
    """A tree of files in memory. ``kinds`` says what stands at a path that is no plain file."""

    files: Mapping[str, bytes]
    kinds: Mapping[str, Entry] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def posts(self, content: str) -> Mapping[str, str]:
        """The ``.md`` files below a folder."""
        found = [path for path in self.files if path.startswith(f"{content}/") and path.endswith(".md")]
        return {path: self._blob(path) for path in sorted(found)}

    def entry(self, path: str) -> Entry:
        """What stands at a path."""
        if path in self.kinds:
            return self.kinds[path]
        return Entry(EntryKind.FILE, path, self._blob(path)) if path in self.files else Entry(EntryKind.MISSING, path)

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        self.reads.append(path)
        return self.files[path]

    def _blob(self, path: str) -> str:
        return sha1(self.files[path], usedforsecurity=False).hexdigest()


def tree(files: Mapping[str, str | bytes] | str, *, accounts: str = ACCOUNTS, kinds: Iterable[Entry] = ()) -> Files:
    """A tree of files that are written indented; of a text alone, the post ``content/post.md``."""
    if isinstance(files, str):
        files = {"content/post.md": files}
    everything = {"accounts.yaml": accounts, **files}
    return Files(
        {path: text if isinstance(text, bytes) else _unindented(text) for path, text in everything.items()},
        {entry.path: entry for entry in kinds},
    )


def _unindented(text: str) -> bytes:
    return dedent(text).lstrip("\n").encode()


def compiled(
    files: Mapping[str, str | bytes] | str | Files,
    *,
    accounts: str = ACCOUNTS,
    now: datetime = NOW,
    history: tuple[Published, ...] | None = (),
    limits: Mapping[str, Mapping[str, int]] | None = None,
    cache: Cache | None = None,
    kinds: Iterable[Entry] = (),
) -> Compilation:
    """What compiling the files gives."""
    it = files if isinstance(files, Files) else tree(files, accounts=accounts, kinds=kinds)
    return compile_tree(it, now=now, probe=probe, history=history, limits=limits, cache=cache)


def found(
    files: Mapping[str, str | bytes] | str | Files,
    *,
    accounts: str = ACCOUNTS,
    now: datetime = NOW,
    history: tuple[Published, ...] | None = (),
    limits: Mapping[str, Mapping[str, int]] | None = None,
    kinds: Iterable[Entry] = (),
) -> list[str]:
    """What ``check`` finds in the files, two lines for each finding."""
    compilation = compiled(files, accounts=accounts, now=now, history=history, limits=limits, kinds=kinds)
    return [line for finding in compilation.diagnostics for line in lines(finding)]


def lines(finding: Diagnostic) -> tuple[str, str]:
    """``path:line:column-line:column severity[code] name @account: message`` and ``help: …``."""
    span = finding.span
    path = "" if span.path == "content/post.md" else f"{span.path}:"
    place = f"{path}{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    account = f" @{finding.account}" if finding.account else ""
    said = f"{place} {finding.severity}[{finding.code}] {finding.name}{account}: {finding.message}"
    return said, f"  help: {finding.help}"


def drafts(compilation: Compilation, post: str = "content/post.md") -> dict[str, Draft]:
    """The drafts of a post by their accounts."""
    (only,) = (one for one in compilation.posts if one.path == post)
    return {draft.account: draft for draft in only.drafts}
