"""A tree of files into everything that ``check``, ``plan`` and ``publish`` go on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from postiz_ops.compile.cache import Cache, Row
from postiz_ops.compile.codec import decode, encode
from postiz_ops.compile.gather import gathered
from postiz_ops.compile.rules import calendar, identity
from postiz_ops.compile.summary import Overview, Summary, placed
from postiz_ops.compile.tree import EntryKind, Tree
from postiz_ops.diagnostics import Diagnostic, Severity, in_order
from postiz_ops.errors import UsageError
from postiz_ops.model import Config, Post, Published

if TYPE_CHECKING:
    from postiz_ops.compile.lens import Context
    from postiz_ops.compile.media import Facts, Probe
    from postiz_ops.compile.post import Result

ACCOUNTS = "accounts.yaml"
SIGNATURES = "signatures"

NEED_HISTORY = (calendar.PAST.name, identity.RENAMED.name, identity.MOVED.name)
"""The rules that cannot be applied where the state branch is not there."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What came of some of the posts: all that is kept of them, and the facts of the media that they attach."""

    rows: Mapping[str, Row]
    summaries: Sequence[Summary]
    facts: Mapping[str, Facts]


Share = Callable[[Callable[[Sequence[str]], Portion], Sequence[str]], Sequence[Portion]]
"""Applies a function to portions of a list, perhaps in several processes at once."""


def alone(work: Callable[[Sequence[str]], Portion], paths: Sequence[str]) -> Sequence[Portion]:
    """Everything here and now."""
    return (work(paths),)


@dataclass(frozen=True)
class Compilation:
    """What came of a tree. ``config`` is ``None`` where accounts.yaml cannot be read.

    ``skipped_rules`` are the names of rules that need the state branch, where it is not there. The posts with their
    drafts are made when they are asked for: ``check`` needs their numbers alone.
    """

    config: Config | None
    diagnostics: tuple[Diagnostic, ...]
    skipped_rules: tuple[str, ...] = ()
    post_count: int = 0
    draft_count: int = 0
    load: Callable[[], tuple[Post, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """Every post with its drafts, sorted by path; a draft that an error speaks of is not valid."""
        return self.load()


def compile_tree(
    tree: Tree,
    *,
    now: datetime,
    probe: Probe,
    history: tuple[Published, ...] | None = None,
    limits: Mapping[str, Mapping[str, int]] | None = None,
    cache: Cache | None = None,
    paths: Collection[str] | None = None,
    share: Share = alone,
) -> Compilation:
    """Compile accounts.yaml and every post of a tree. Raises ``UsageError`` where there is no accounts.yaml.

    ``history`` is what was published, ``None`` where that is not known here. ``limits`` are what the platforms told for
    each account. With ``paths`` (files or folders) only the findings there are given; all posts are read anyway, as a
    post can be wrong because of another one. ``share`` may spread the work over processes that see the same tree; the
    posts themselves are then compiled once more when they are asked for.
    """
    data = _accounts(tree)
    config, findings = read_accounts(data, cache)
    if config is None:
        return Compilation(None, findings, _skipped(history))
    job = _Job(tree, probe, config, data, limits or {}, cache, tree.posts(config.content), tree.posts(SIGNATURES))
    job.run(_stamp(data, job.signatures, job.limits), share)
    ids = {path: (row.id, row.place) for path, row in job.rows.items()}
    overview = Overview(config, now, ids, job.summaries, history)
    across = tuple(_across(overview))
    found = in_order((*findings, *job.findings(), *across))
    return Compilation(
        config=config,
        diagnostics=tuple(f for f in found if paths is None or _is_in(f.span.path, paths)),
        skipped_rules=_skipped(history),
        post_count=len(job.rows),
        draft_count=len(job.summaries),
        load=lambda: job.posts(across),
    )


def _skipped(history: tuple[Published, ...] | None) -> tuple[str, ...]:
    return NEED_HISTORY if history is None else ()


def _is_in(path: str, paths: Collection[str]) -> bool:
    """Whether a finding is to be given: accounts.yaml and signatures are everybody's."""
    if path == ACCOUNTS or path.startswith(f"{SIGNATURES}/"):
        return True
    return any(path == wanted or path.startswith(f"{wanted.rstrip('/')}/") or wanted in ("", ".") for wanted in paths)


# --- accounts.yaml ------------------------------------------------------------------------------------------------


def _accounts(tree: Tree) -> bytes:
    kind = tree.entry(ACCOUNTS).kind
    if kind is EntryKind.MISSING:
        raise UsageError(
            "there is no accounts.yaml here", help="run `postiz-ops init`, or name the folder with `--repo`"
        )
    if kind not in (EntryKind.FILE, EntryKind.UNTRACKED, EntryKind.IGNORED):
        raise UsageError(f"accounts.yaml is no regular file ({kind})", help="put the file itself there")
    return tree.read(ACCOUNTS)


def read_accounts(data: bytes, cache: Cache | None) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """What could be read of accounts.yaml, in spite of errors perhaps, and what was found in it."""
    digest = sha256(data).hexdigest()
    kept = cache.kept("config", [digest]) if cache else {}
    if digest in kept:
        config, findings = kept[digest]
        return config and decode(Config, config), tuple(decode(Diagnostic, finding) for finding in findings)
    from postiz_ops.compile.accounts import parse_accounts

    parsed, found = parse_accounts(data, ACCOUNTS, partial=True)
    if cache:
        cache.keep("config", {digest: [encode(parsed), encode(found)]})
    return parsed, found


def _stamp(accounts: bytes, signatures: Mapping[str, str], limits: Mapping[str, Mapping[str, int]]) -> str:
    """What every post depends on."""
    told = {account: dict(sorted(numbers.items())) for account, numbers in sorted(limits.items())}
    facts = [sha256(accounts).hexdigest(), sorted(signatures.items()), told]
    return sha256(json.dumps(facts).encode()).hexdigest()


# --- posts --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Job:
    """One compilation: what could be taken from the cache, and what was compiled."""

    tree: Tree
    probe: Probe
    config: Config
    accounts: bytes
    limits: Mapping[str, Mapping[str, int]]
    cache: Cache | None
    listed: Mapping[str, str]
    signatures: Mapping[str, str]
    rows: dict[str, Row] = field(default_factory=dict)
    summaries: list[Summary] = field(default_factory=list)
    said: tuple[Diagnostic, ...] = ()
    """What was found in signatures."""
    _made: dict[str, Post] = field(default_factory=dict)
    _context: Context | None = None
    _known: Collection[str] = ()
    """The blobs of media that the cache has the facts of."""

    def run(self, stamp: str, share: Share) -> None:
        """Compile every post that the cache does not know as it is."""
        kept = self.cache.rows(stamp) if self.cache else {}
        same = {path: row for path, row in kept.items() if self._holds(row)}
        todo = [path for path in self.listed if path not in same]
        if todo:
            self.context()
        portions = share(self._portion, todo) if todo else ()
        fresh = {path: row for portion in portions for path, row in portion.rows.items()}
        new = [summary for portion in portions for summary in portion.summaries]
        old = self.cache.summaries() if self.cache and same else []
        self.summaries = new + (old if len(same) == len(kept) else [draft for draft in old if draft.path in same])
        self.rows = {path: same.get(path) or fresh[path] for path in self.listed}
        self._speak(stamp)
        if self.cache and len(same) < max(len(self.listed), len(kept)):
            self.cache.replace(stamp, kept.keys() - same.keys(), list(fresh.values()), new, anew=not kept)
            facts = {blob: fact for portion in portions for blob, fact in portion.facts.items()}
            self.cache.keep("facts", {blob: encode(fact) for blob, fact in facts.items() if blob not in self._known})

    def _portion(self, paths: Sequence[str]) -> Portion:
        rows: dict[str, Row] = {}
        summaries: list[Summary] = []
        for path in paths:
            result = self._compiled(path)
            rows[path] = _row(result, self.listed[path])
            summaries += result.summaries
        return Portion(rows, summaries, self.context().shelf.facts)

    def posts(self, across: Iterable[Diagnostic]) -> tuple[Post, ...]:
        """Every post, with what was found across posts in the validity of its drafts."""
        broken: dict[str, list[Diagnostic]] = {}
        for finding in across:
            if finding.severity is Severity.ERROR:
                broken.setdefault(finding.span.path, []).append(finding)
        return tuple(_judged(post, broken.get(post.path, ())) for post in self._all())

    def findings(self) -> Iterator[Diagnostic]:
        """What was found in each post by itself, and in the signatures."""
        yield from self.said
        for row in self.rows.values():
            if row.findings:
                yield from (decode(Diagnostic, finding) for finding in json.loads(row.findings))

    def _holds(self, row: Row) -> bool:
        """Whether a row is what the tree would give now."""
        if self.listed.get(row.path) != row.blob:
            return False
        return not row.needs or all(encode(self.tree.entry(need[1])) == need for need in json.loads(row.needs))

    def _compiled(self, path: str) -> Result:
        from postiz_ops.compile.post import compile_post

        result = compile_post(path, self.tree.read(path), self.context())
        self._made[path] = result.post
        return result

    def context(self) -> Context:
        """What all posts have in common, made when the first of them must be compiled."""
        if self._context is None:
            import postiz_ops.compile.post  # noqa: F401 - a copy of this process would load it once more
            from postiz_ops.compile.lens import make_context
            from postiz_ops.compile.media import Facts, Shelf

            kept = self.cache.kept("facts") if self.cache else {}
            self._known = frozenset(kept)
            facts = {blob: decode(Facts, fact) for blob, fact in kept.items()}
            shelf = Shelf(self.tree, self.probe, facts)
            self._context, self.said = make_context(
                self.config, shelf, self.limits, accounts=self.accounts, signatures=self.signatures
            )
        return self._context

    def _speak(self, stamp: str) -> None:
        """Find out what is wrong with the signatures, if it was not found out before."""
        kept = self.cache.kept("said", [stamp]) if self.cache and self._context is None else {}
        if stamp in kept:
            self.said = tuple(decode(Diagnostic, finding) for finding in kept[stamp])
        elif self.signatures:
            self.context()
        if self.cache and self._context is not None:
            self.cache.keep("said", {stamp: encode(self.said)})

    def _all(self) -> Iterator[Post]:
        """Every post: as it was just compiled, as the cache has it, or compiled now."""
        missing = [path for path in self.listed if path not in self._made]
        kept = self.cache.kept("post", missing) if self.cache and missing else {}
        posts = {path: decode(Post, value) for path, value in kept.items()}
        made = {path: self._post(path) for path in self.listed if path not in posts}
        if self.cache:
            self.cache.keep("post", {path: encode(post) for path, post in made.items()})
        return (posts.get(path) or made[path] for path in self.listed)

    def _post(self, path: str) -> Post:
        from postiz_ops.compile.post import sealed

        return sealed(self._made.get(path) or self._compiled(path).post, self.context())


def _row(result: Result, blob: str) -> Row:
    post = result.post
    return Row(
        path=post.path,
        blob=blob,
        id=post.id,
        drafts=len(post.drafts),
        place="" if result.place.line == 1 else placed(result.place),
        findings=json.dumps(encode(result.findings)) if result.findings else "",
        needs=json.dumps(encode(result.needs)) if result.needs else "",
    )


def _judged(post: Post, findings: Sequence[Diagnostic]) -> Post:
    if not findings:
        return post
    from postiz_ops.compile.post import validated

    return replace(post, drafts=tuple(validated(post.drafts, findings)))


def _across(overview: Overview) -> Iterator[Diagnostic]:
    """What the rules across posts find; what speaks of several accounts of a post is said as ``gathered`` says it."""
    yield from identity.check_ids(overview)
    found: dict[str, list[tuple[Summary, Diagnostic]]] = {}
    for check in (calendar.check_times, calendar.check_gaps, identity.check_texts, identity.check_published):
        for draft, finding in check(overview):
            found.setdefault(draft.path, []).append((draft, finding))
    if not found:
        return
    accounts: dict[str, dict[str, str]] = {path: {} for path in found}
    for draft in overview.drafts:
        if draft.path in accounts:
            accounts[draft.path][draft.account] = draft.provider
    for path, pairs in found.items():
        yield from gathered(((draft.account, finding) for draft, finding in pairs), accounts[path])
