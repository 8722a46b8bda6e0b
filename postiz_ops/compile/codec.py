"""Values of the model to JSON and back: what the cache keeps. The types of the dataclasses are the schema."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A value as JSON has it: dataclasses as lists of their fields, times as text, durations as seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [encode(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.value if isinstance(value, Enum) else value


def decode(kind: type[T], data: Any) -> T:
    """The value that was encoded. Raises ``TypeError``, ``ValueError`` or ``LookupError`` for anything else."""
    result = _decoder(typing.cast("typing.Hashable", kind))(data)
    if not isinstance(result, kind):
        raise TypeError(f"not a {kind.__name__}")
    return result


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    """How values of a type are read."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(arguments)
    if origin is tuple:
        item = _decoder(arguments[0])
        return lambda data: tuple(map(item, data))
    if origin is not None and issubclass(origin, Mapping):
        inner = _decoder(arguments[1])
        return lambda data: {key: inner(value) for key, value in data.items()}
    return _plain(kind)


def _optional(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    (kind,) = (argument for argument in arguments if argument is not type(None))
    some = _decoder(kind)
    return lambda data: None if data is None else some(data)


def _plain(kind: Any) -> Callable[[Any], Any]:
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is timedelta:
        return lambda data: timedelta(seconds=data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda data: data


def _record(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    decoders = [_Lazy(hints[name]) for name in _names(kind)]

    def read(data: Any) -> Any:
        return kind(*(decoder(item) for decoder, item in zip(decoders, data, strict=True)))

    return read


class _Lazy:
    """A decoder that is made when it is first used: a type may hold itself."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.decoder: Callable[[Any], Any] | None = None

    def __call__(self, data: Any) -> Any:
        self.decoder = self.decoder or _decoder(self.kind)
        return self.decoder(data)
