"""From files to drafts and findings. Pure: a tree goes in, values come out."""

from __future__ import annotations

from postiz_ops.compile.pipeline import Compilation, compile_tree

__all__ = ["Compilation", "compile_tree"]
