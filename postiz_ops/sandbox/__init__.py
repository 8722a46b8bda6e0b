"""A local stand-in for the platforms: it takes what they take, refuses what they refuse, keeps what was published."""

from postiz_ops.sandbox.local import Sandbox
from postiz_ops.sandbox.server import Server

__all__ = ["Sandbox", "Server"]
