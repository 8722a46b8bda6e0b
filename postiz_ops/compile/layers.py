"""Which place decides a field: the post for the account, for its provider, for all, and then the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from postiz_ops.compile.frontmatter import FrontMatter, Link, MediaItem, Override
from postiz_ops.compile.nodes import Node
from postiz_ops.model import Account, Span

T = TypeVar("T")

ACCOUNTS = "accounts.yaml"


@dataclass(frozen=True, slots=True)
class Layer:
    """One place that may set fields. ``node`` has their places; it is ``None`` for the defaults of accounts.yaml."""

    values: Override
    path: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
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

    def __init__(self, path: str, front: FrontMatter, node: Node | None, defaults: FrontMatter) -> None:
        self.post = Layer(front, path, node)
        self.defaults = Layer(defaults, ACCOUNTS, None)
        self._fields: dict[tuple[str, ...], Fields] = {}

    def fields(self, account: Account) -> Fields:
        """Every general field for an account: post/account, post/provider, post, then the defaults in that order."""
        names = (account.id, account.provider)
        overridden = tuple(
            name for name in names if name in self._overrides(self.post) or name in self._overrides(self.defaults)
        )
        if overridden not in self._fields:
            chain = [*self._chain(self.post, overridden), *self._chain(self.defaults, overridden)]
            self._fields[overridden] = Fields(*(self._first(chain, name) for name in Fields.__slots__))
        return self._fields[overridden]

    def every(self, name: str) -> tuple[Chosen[Any], ...]:
        """A field in each place of the post that sets it, its overrides included."""
        layers = [*self._chain(self.post, tuple(self._overrides(self.post)))]
        return tuple(
            Chosen(getattr(layer.values, name), name, layer)
            for layer in layers
            if name in layer.values.model_fields_set
        )

    def common(self, name: str) -> Chosen[Any]:
        """A field that cannot be overridden for an account (``status``, ``repeat`` and the like)."""
        return self._first([self.post, self.defaults], name)

    def settings(self, account: Account) -> tuple[tuple[Mapping[str, Any], Node], ...]:
        """The post's settings for an account's provider and for the account, where there are any, and their places."""
        front, node = self.post.values, self.post.node
        if node is None or not isinstance(front, FrontMatter):
            return ()
        names = [name for name in (account.provider, account.id) if name in front.settings]
        return tuple((front.settings[name], node.find(("settings", name))) for name in names)

    def _first(self, chain: list[Layer], name: str) -> Chosen[Any]:
        for layer in chain:
            if name in layer.values.model_fields_set:
                return Chosen(getattr(layer.values, name), name, layer)
        return Chosen(None, name, self.post)

    def _chain(self, base: Layer, names: tuple[str, ...]) -> list[Layer]:
        overrides = self._overrides(base)
        return [
            Layer(overrides[name], base.path, base.node and base.node.find(("overrides", name)))
            for name in names
            if name in overrides
        ] + [base]

    @staticmethod
    def _overrides(layer: Layer) -> Mapping[str, Override]:
        return layer.values.overrides if isinstance(layer.values, FrontMatter) else {}


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
