"""What every hostile file is put through: the author's `check`, then an approval that should never have been given."""

from __future__ import annotations

import time
from dataclasses import dataclass

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Ran, Site

FRONT = "---\nplatforms: [toot]\npublish_at: now\n---\n"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of it: the two commands, the seconds that ``check`` took, and what was published."""

    check: Ran
    publish: Ran
    seconds: float
    posts: list[str]

    def refused(self, code: str = "PZ") -> None:
        """The file was explained, nothing of it went out, and its innocent neighbour did."""
        assert (self.check.code, self.check.err) == (1, "")
        assert f"[{code}" in self.check.out
        assert (self.publish.code, self.posts) == (1, ["good"])
        self.quiet()

    def quiet(self) -> None:
        """No traceback, and nothing of the machine."""
        for ran in (self.check, self.publish):
            said = ran.out + ran.err
            assert "Traceback" not in said
            assert "stumbled" not in said
            assert "root:" not in said


def attempt(site: Site, sandbox: Sandbox) -> Attempt:
    """Check what stands in the work tree, then approve it beside a good post, and publish."""
    site.post("good", "good")
    begin = time.perf_counter()
    checked = site.run("check")
    seconds = time.perf_counter() - begin
    site.approve()
    published = site.publish()
    return Attempt(checked, published, seconds, [post["text"] for post in sandbox.posts()])
