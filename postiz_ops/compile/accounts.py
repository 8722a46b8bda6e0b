"""accounts.yaml: bytes into a ``Config``."""

from __future__ import annotations

from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Config


def parse_accounts(
    data: bytes, path: str = "accounts.yaml", *, partial: bool = False
) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """Read accounts.yaml. ``None`` where there is an error: nothing may be sent on a half-understood configuration.

    With ``partial`` what could be read comes back in spite of errors, for ``check``, which goes on to the posts.
    """
    raise NotImplementedError
