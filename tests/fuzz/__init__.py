"""Fuzzing of every parser that reads what a stranger wrote."""

NAMES = ("front-matter", "markdown", "post", "accounts", "state", "media", "platform", "headers")
"""The targets."""
