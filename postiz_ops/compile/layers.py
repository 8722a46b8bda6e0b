"""Which place decides a field: the post for the account, for its provider, for all, and then the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from postiz_ops.compile.frontmatter import FrontMatter, Link, MediaItem, Override
from postiz_ops.compile.nodes import Node
from postiz_ops.model import Account, Span

T = TypeVar("T")

ACCOUNTS = "accounts.yaml"


@dataclass(frozen=True, slots=True)
class Layer:
    """One place that may set fields. ``node`` has their places; it is ``None`` where nothing is written.

    ``names`` are the fields that it sets, to ``null`` perhaps.
    """

    values: Override
    path: str
    node: Node | None
    names: AbstractSet[str]
    overrides: Mapping[str, Override]

    @classmethod
    def of(cls, values: Override, path: str, node: Node | None) -> Layer:
        """The layer of front-matter, or of an override."""
        overrides = values.overrides if isinstance(values, FrontMatter) else {}
        return cls(values, path, node, values.model_fields_set, overrides)

    def override(self, name: str) -> Layer:
        """The layer of an override that it has for an account or a provider."""
        return Layer.of(self.overrides[name], self.path, self.node and self.node.find(("overrides", name)))

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """The platforms' settings that it has."""
        return self.values.settings if isinstance(self.values, FrontMatter) else {}


class Chosen(NamedTuple, Generic[T]):
    """A field's value and the layer that decided it; of a field that nobody sets, the post's own layer."""

    value: T
    name: str
    layer: Layer

    def span(self, *steps: str | int) -> Span:
        """The place of the value, or of what ``steps`` lead to in it; the file's first place where it is not there."""
        node = self.layer.node
        if node is None or self.name not in node.children:
            return Span(self.layer.path, end_column=2)
        return node.at((self.name, *steps))

    def key_span(self, *steps: str | int) -> Span:
        """The place of the field's name, or of the key that ``steps`` end with."""
        node = self.layer.node
        return self.span() if node is None or self.name not in node.children else node.key_span(self.name, *steps)


@dataclass(frozen=True, slots=True)
class Fields:
    """The general fields of a post, for one account."""

    title: Chosen[str | None]
    publish_at: Chosen[str | None]
    link: Chosen[Link | None]
    hashtags: Chosen[Any]
    media: Chosen[tuple[MediaItem, ...] | None]
    thread: Chosen[str | None]
    content_warning: Chosen[str | None]


class Layers:
    """All layers of one post. What two accounts have in common is resolved once."""

    def __init__(self, path: str, front: FrontMatter, node: Node | None, defaults: Layer) -> None:
        self.front = front
        self.post = Layer.of(front, path, node)
        self.defaults = defaults
        self._fields: dict[tuple[str | Literal[False], ...], Fields] = {}

    def fields(self, account: Account) -> Fields:
        """Every general field for an account: post/account, post/provider, post, then the defaults in that order."""
        names = (account.id, account.provider)
        bases = (self.post, self.defaults)
        overridden = tuple(name in base.overrides and name for base in bases for name in names)
        if overridden not in self._fields:
            chain = [layer for base in bases for layer in (*self._overriding(base, names), base)]
            self._fields[overridden] = Fields(*[_first(chain, name) or self._silent(name) for name in Fields.__slots__])
        return self._fields[overridden]

    def every(self, name: str) -> list[Chosen[Any]]:
        """A field in each place that sets it: the post and the defaults, and the overrides of both."""
        return [Chosen(getattr(layer.values, name), name, layer) for layer in self._layers if name in layer.names]

    def common(self, name: str) -> Chosen[Any]:
        """A field that cannot be overridden for an account (``status``, ``repeat`` and the like)."""
        return _first((self.post, self.defaults), name) or self._silent(name)

    def settings(self, account: Account) -> list[tuple[Mapping[str, Any], Node]]:
        """The post's settings for an account's provider and for the account, where there are any, and their places."""
        node, settings = self.post.node, self.front.settings
        if node is None or not settings:
            return []
        names = [name for name in (account.provider, account.id) if name in settings]
        return [(settings[name], node.find(("settings", name))) for name in names]

    @cached_property
    def _layers(self) -> list[Layer]:
        return [each for base in (self.post, self.defaults) for each in (base, *map(base.override, base.overrides))]

    def _overriding(self, base: Layer, names: Iterable[str]) -> list[Layer]:
        return [base.override(name) for name in names if name in base.overrides]

    def _silent(self, name: str) -> Chosen[Any]:
        return Chosen(None, name, self.post)


def _first(chain: Iterable[Layer], name: str) -> Chosen[Any] | None:
    for layer in chain:
        if name in layer.names:
            return Chosen(getattr(layer.values, name), name, layer)
    return None


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of several layers, the last of which counts most: mappings merge, everything else replaces."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            before = result.get(key)
            if isinstance(before, Mapping) and isinstance(value, Mapping):
                value = merged(before, value)  # noqa: PLW2901 - what is set in the end
            result[key] = value
    return result
