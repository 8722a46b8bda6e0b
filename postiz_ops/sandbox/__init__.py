"""A local stand-in for the platforms: it takes what they take, refuses what they refuse, and shows what was published."""

from postiz_ops.sandbox.server import Sandbox, Server

__all__ = ["Sandbox", "Server"]
