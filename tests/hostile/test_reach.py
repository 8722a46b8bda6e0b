"""What a command reads: `check` the repository's own files, `publish` git's objects, and nothing else of the user's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.site import Site
from tests.media.files import encoded, noise

OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD, |\d+(?:<[^>]*>)?, )?"([^"]+)", [^)]*\) = \d+')


def opened(site: Site, *words: str) -> set[str]:
    """Every file below the test's folder that the command, or a process of it, opened."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        pytest.skip("strace is not installed: apt-get install strace")
    log = Path(site.folder, "..", "trace").resolve()
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,openat2", "-o", str(log)]
    env = {"POSTIZ_OPS_ENDPOINT": str(site.endpoint), **site.environment}
    done = subprocess.run(
        [*command, sys.executable, "-m", "postiz_ops", "--repo", str(site.repo), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
    )
    if "PTRACE" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    found = (match for line in log.read_text(errors="replace").splitlines() for match in OPENED.findall(line))
    inside = str(site.folder)
    return {name.removeprefix(f"{inside}/") for name in found if name.startswith(inside)}


@pytest.fixture
def lived_in(site: Site) -> Site:
    """A repository as people have them: approved, changed, new, ignored, and files beside it."""
    site.write("content/pic.png", encoded(noise(), "PNG"))
    site.write(".gitignore", "private/\n")
    site.post("launch", "Hello ![x](pic.png)", to="everywhere").approve()
    site.write("private/diary.md", "secret")
    site.write("notes.txt", "secret")
    (site.folder / "beside.txt").write_text("secret")
    return site


def of_the_work_tree(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("posts/") and not name.startswith("posts/.git/")}


def test_publish_reads_no_file_of_the_work_tree_but_accounts(lived_in: Site) -> None:
    """accounts.yaml says where the approved branch is; what is published comes from there."""
    names = opened(lived_in, "publish")
    assert of_the_work_tree(names) <= {"posts/accounts.yaml", "posts/", "posts"}
    assert "beside.txt" not in names
    assert any(name.startswith(("posts/.git/", "remote.git/")) for name in names)


def test_check_reads_the_repositorys_own_files_alone(lived_in: Site) -> None:
    names = of_the_work_tree(opened(lived_in, "check"))
    files = {name for name in names if (lived_in.folder / name).is_file()}
    assert {"posts/accounts.yaml", "posts/content/launch.md"} <= files
    assert files <= {
        "posts/accounts.yaml",
        "posts/content/launch.md",
        "posts/content/pic.png",
        "posts/.gitignore",
    }


def test_the_trace_sees_what_is_read(lived_in: Site) -> None:
    """A command that is told to read something shows it."""
    lived_in.write("content/another.md", "---\nplatforms: [toot]\n---\nhi\n")
    assert "posts/content/another.md" in opened(lived_in, "check")
