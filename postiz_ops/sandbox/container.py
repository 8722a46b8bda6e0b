"""Containers: what Instagram and Threads make ready before it is published.

https://developers.facebook.com/docs/instagram-platform/content-publishing and https://developers.facebook.com/docs/threads/
troubleshooting have the states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from postiz_ops.sandbox.world import File, Post

LIFE = timedelta(seconds=86_400)
"""How long a container can be published."""


@dataclass(slots=True)
class Container:
    """Something that is being made ready. ``state`` is what Instagram calls ``status_code`` and Threads ``status``.

    ``shows`` are its files, those of its children included; ``slow`` means that it is not ready at the first look, and
    ``stuck`` that it never is; ``uploads`` that its bytes are still to come. ``item`` is one for a carousel.
    """

    id: str
    provider: str
    account: str
    kind: str
    text: str
    made: datetime
    shows: list[File] = field(default_factory=list)
    children: list[Container] = field(default_factory=list)
    item: bool = False
    state: str = "IN_PROGRESS"
    slow: bool = False
    stuck: bool = False
    looked: bool = False
    uploads: bool = False
    parent: str | None = None
    post: Post | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    def gather(self, children: list[Container]) -> None:
        """Make it a carousel of these."""
        self.children = children
        self.shows = [file for child in children for file in child.shows]
        self.slow = any(child.slow and child.state == "IN_PROGRESS" for child in children)

    def look(self, effect: str, now: datetime) -> str:
        """Its state now. Being looked at lets processing end; what is slow ends at the next look."""
        if self.state in ("IN_PROGRESS", "FINISHED") and now - self.made >= LIFE:
            self.state = "EXPIRED"
        if self.state != "IN_PROGRESS":
            return self.state
        self.strike(effect)
        waits = self.uploads or self.stuck or (self.slow and not self.looked)
        if self.state == "IN_PROGRESS" and not waits:
            self.state = "ERROR" if any(child.state == "ERROR" for child in self.children) else "FINISHED"
        self.looked = self.looked or not self.uploads
        return self.state

    def strike(self, effect: str) -> None:
        """A fault of processing that was asked for."""
        if effect == "async-fail":
            self.state = "ERROR"
        if effect == "async-never":
            self.state, self.stuck = "IN_PROGRESS", True
