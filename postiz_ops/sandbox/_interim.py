"""Until the providers' table and the units stand: the same questions, answered from what is there already."""

from __future__ import annotations

import importlib
from typing import Any

from postiz_ops.model import Form, MediaKind, Unit
from postiz_ops.providers import base


def length(text: str, unit: Unit) -> int:
    """Code points, or bytes."""
    return len(text.encode()) if unit is Unit.UTF8_BYTE else len(text)


def spec(provider: str) -> Any:
    """The provider's facts, or the text limit and file size of one that is not written yet."""
    try:
        return importlib.import_module(f"postiz_ops.providers.{provider}").SPEC
    except ModuleNotFoundError:
        most = {"discord": 2000, "slack": 40_000}[provider]
        text = base.TextRule(Form.PLAIN, base.Limit(most, Unit.CODE_POINT, "", ""))
        kinds = {MediaKind.IMAGE: base.KindRule(("image/png",), 10_485_760)}
        media = base.MediaRule(kinds, 10, "", "", alt=base.Limit(1024, Unit.CODE_POINT, "", ""))
        return base.Spec(provider, "", "", "", None, text, media, (), None)  # type: ignore[arg-type]
