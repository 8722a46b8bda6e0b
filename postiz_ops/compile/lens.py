"""What the compiler knows before it reads a post: every account with its platform's facts, and the signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from postiz_ops.compile.body import PartSource
from postiz_ops.compile.decode import decode
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.layers import ACCOUNTS, Layer, merged
from postiz_ops.compile.media import Shelf
from postiz_ops.compile.names import known, names_of
from postiz_ops.compile.nodes import load_yaml
from postiz_ops.compile.settings import check_settings
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Account, Config, Unit
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Limit, Spec, with_limits


@dataclass(frozen=True, slots=True)
class Lens:
    """An account as posts are seen through it: its platform's facts, its names, and the settings that posts start from.

    ``limits`` are those of a text: all of the platform, and one in UTF-16 units where it does not say what it counts.
    ``findings`` are about settings in the ``defaults`` of accounts.yaml: they hold every post of the account.
    """

    account: Account
    spec: Spec
    names: frozenset[str]
    base: Mapping[str, Any]
    settings: Mapping[str, Any]
    limits: tuple[Limit, ...]
    findings: tuple[Diagnostic, ...]

    def settled(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Settings as the platform's model has them, without what is the default anyway; as they are if it refuses."""
        return _settled(self.spec.settings, settings)


@dataclass(frozen=True, slots=True)
class Signature:
    """An ending that posts share."""

    path: str
    source: PartSource


@dataclass(slots=True)
class Context:
    """Everything that is the same for all posts of one compilation."""

    config: Config
    shelf: Shelf
    lenses: Mapping[str, Lens]
    signatures: Mapping[str, Signature]
    defaults: Layer
    zone: ZoneInfo = field(init=False)
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.config.timezone)
        self.names = known(self.config)


def make_context(
    config: Config,
    shelf: Shelf,
    limits: Mapping[str, Mapping[str, int]],
    *,
    accounts: bytes = b"",
    signatures: Iterable[str] = (),
) -> tuple[Context, tuple[Diagnostic, ...]]:
    """Look through every account, and read every signature.

    ``accounts`` is accounts.yaml, for the places in it; ``signatures`` are the paths of the signatures' files.
    """
    defaults = _defaults(config, accounts)
    known = [account for account in config.accounts.values() if account.provider in PROVIDERS]
    lenses = {account.id: _lens(account, config, defaults, limits.get(account.id, {})) for account in known}
    endings, findings = _signatures(shelf, signatures)
    return Context(config, shelf, lenses, endings, defaults), findings


def _defaults(config: Config, accounts: bytes) -> Layer:
    text, _ = decode(ACCOUNTS, accounts)
    node, _ = load_yaml(text or "", ACCOUNTS, 1)
    written = node.children.get("defaults") if node else None
    return Layer.of(FrontMatter.model_validate(config.defaults), ACCOUNTS, written)


def _lens(account: Account, config: Config, defaults: Layer, limits: Mapping[str, int]) -> Lens:
    spec = with_limits(PROVIDERS[account.provider].spec(account), limits)
    names = [name for name in (account.provider, account.id) if name in defaults.settings]
    base = _sound(spec.settings, merged(*(defaults.settings[name] for name in names), account.settings))
    nodes = [defaults.node.find(("settings", name)) for name in names] if defaults.node else []
    found = [finding for node in nodes for finding in check_settings(spec, node, account=account.id)]
    settled = _settled(spec.settings, base)
    return Lens(account, spec, names_of(account, config), base, settled, text_limits(spec), tuple(found))


def text_limits(spec: Spec) -> tuple[Limit, ...]:
    """Every limit of a text. The last one of a loose rule is the doubtful one, in UTF-16 units."""
    rule = spec.text
    doubtful = (replace(rule.limit, unit=Unit.UTF16, warn_above=None),) if rule.loose else ()
    return (rule.limit, *rule.also, *doubtful)


def _settled(model: type[BaseModel], settings: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return model.model_validate(settings).model_dump(mode="json", exclude_defaults=True)
    except ValidationError:
        return settings


def _sound(model: type[BaseModel], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without those that the model refuses: there are findings for them."""
    sound = dict(settings)
    try:
        model.model_validate(sound)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["loc"]:
                sound.pop(str(detail["loc"][0]), None)
    return sound


def _signatures(shelf: Shelf, paths: Iterable[str]) -> tuple[dict[str, Signature], tuple[Diagnostic, ...]]:
    found: dict[str, Signature] = {}
    findings: list[Diagnostic] = []
    for path in paths:
        text, said = decode(path, shelf.tree.read(path))
        findings += said
        name = path.partition("/")[2].removesuffix(".md")
        found[name] = Signature(path, _trimmed(text or ""))
    return found, tuple(findings)


def _trimmed(text: str) -> PartSource:
    lines = text.split("\n")
    written = [index for index, line in enumerate(lines) if line.strip()] or [0]
    first, last = written[0], written[-1] + 1
    return PartSource("\n".join(lines[first:last]), tuple(range(first + 1, last + 1)))
