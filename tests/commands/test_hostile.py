"""Bad input gets a diagnostic, a place and an exit code: never a traceback, and never a post."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import ACCOUNTS, Site

FRONT = "---\nplatforms: [toot]\npublish_at: now\n"


def post(text: str | bytes) -> Callable[[Site], None]:
    """A post with this content."""
    return lambda site: void(site.write("content/bad.md", text))


def media(name: str, data: bytes | None = None) -> Callable[[Site], None]:
    """A post with this attachment, which is written where data are given."""

    def make(site: Site) -> None:
        if data is not None:
            site.write(f"content/{name}", data)
        site.write("content/bad.md", f"{FRONT}media: [{{src: {name!r}, alt: x}}]\n---\nhi\n")

    return make


def void(_: object) -> None:
    """Nothing to return."""


def symlinked(site: Site) -> None:
    """A picture that is a link to a file of the machine."""
    (site.repo / "content").mkdir(exist_ok=True)
    (site.repo / "content" / "pic.png").symlink_to("/etc/passwd")
    media("pic.png")(site)


BAD: dict[str, tuple[Callable[[Site], None], str]] = {
    "broken yaml": (post("---\nplatforms: [toot\n---\nhi\n"), "PZ010"),
    "a null byte": (post(f"{FRONT}---\nh\0i\n"), "PZ003"),
    "ten megabytes": (post(f"{FRONT}---\n" + "a" * 10_000_000), "PZ001"),
    "deep nesting": (post("---\nsettings: " + "[" * 5000 + "]" * 5000 + "\n---\nhi\n"), "PZ"),
    "anchors": (post("---\na: &a [1]\nplatforms: *a\n---\nhi\n"), "PZ011"),
    "an alias bomb": (post("---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nplatforms: [*c]\n---\nhi\n"), "PZ011"),
    "a python object": (post("---\nplatforms: !!python/object/apply:os.system [id]\n---\nhi\n"), "PZ"),
    "duplicate keys": (post(f"{FRONT}platforms: [sky]\n---\nhi\n"), "PZ013"),
    "latin-1": (post(FRONT.encode() + b"---\ncaf\xe9\n"), "PZ002"),
    "a media path outside": (media("../../../../etc/passwd"), "PZ"),
    "an absolute media path": (media("/../etc/passwd"), "PZ"),
    "the git folder": (media("/.git/config"), "PZ"),
    "a symlink": (symlinked, "PZ354"),
    "no image": (media("pic.png", b"not a picture"), "PZ"),
    "half an image": (media("pic.png", b"\x89PNG\r\n\x1a\n\0\0"), "PZ"),
    "missing media": (media("nope.png"), "PZ350"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_post_is_explained_and_left_out(site: Site, sandbox: Sandbox, case: str) -> None:
    make, code = BAD[case]
    make(site)
    site.post("good", "good").approve()
    checked = site.run("check")
    assert (checked.code, checked.err) == (1, "")
    assert f"[{code}" in checked.out
    assert "Traceback" not in checked.out
    published = site.publish()
    assert (published.code, [p["text"] for p in sandbox.posts()]) == (1, ["good"])
    assert "root:" not in published.out + checked.out


@pytest.mark.parametrize(
    "text", ["", "\n", "null\n", "[]\n", "version: 2\n", "version: 1\naccounts: 3\n", "\0", "a: &b\n"]
)
def test_a_bad_accounts_yaml_is_findings_for_check_and_a_usage_error_for_others(site: Site, text: str) -> None:
    site.write("accounts.yaml", text)
    checked = site.run("check")
    assert (checked.code, "accounts.yaml:" in checked.out) == (1, True)
    for command in (["plan"], ["publish"], ["status"], ["accounts", "list"], ["pause", "x"]):
        ran = site.run(*command)
        assert (command, ran.code) == (command, 2)
        assert "Traceback" not in ran.err


def test_a_bom_and_crlf_are_fine(site: Site, sandbox: Sandbox) -> None:
    site.write("content/windows.md", b"\xef\xbb\xbf" + FRONT.replace("\n", "\r\n").encode() + b"---\r\nHi\r\nthere\r\n")
    site.approve()
    assert site.run("check").code == 0
    site.publish()
    assert [post["text"] for post in sandbox.posts()] == ["Hi\nthere"]


def test_escapes_and_workflow_commands_do_not_reach_the_output(site: Site) -> None:
    name = "content/\x1b[31mred\n::error::x.md"
    site.write(name, f"{FRONT}colour: \x1b[31m\n---\nhi\n::add-mask::x\n")
    for form in ("text", "github", "markdown", "json", "sarif"):
        out = site.run("check", "--format", form).out
        assert "\x1b" not in out, form
        assert not any(line.startswith(("::add-mask", "::error::x")) for line in out.splitlines()), form


def test_nothing_outside_a_repository(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    ran = Site(tmp_path).run("check")
    assert (ran.code, "not inside a git repository" in ran.err) == (2, True)


def test_the_accounts_of_the_tests_are_fine(site: Site) -> None:
    assert ACCOUNTS.startswith("version: 1")
    assert site.run("check").code == 0
