"""CODEOWNERS: its exact text, and what git makes of its patterns."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from postiz_ops.errors import UsageError
from postiz_ops.model import Client, Config
from postiz_ops.report.codeowners import HEAD, codeowners

TWO = Config(
    clients={
        "acme": Client("acme", "ACME Inc.", ("@acme/social", "@lead")),
        "globex": Client("globex", "Globex", ("press@globex.example", "@lead")),
        "initech": Client("initech", "Initech"),
    }
)


def owners_of(text: str, path: str, folder: Path) -> str | None:
    """Whom the last line that matches names, where git is asked about each as a pattern of .gitignore."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for line in reversed(text.splitlines()):
        pattern, _, owners = line.partition("  ")
        if line.startswith("/") or pattern == "*":
            (folder / ".gitignore").write_text(f"{pattern}\n")
            command = ["git", "-C", str(folder), "check-ignore", "--no-index", "--quiet", path]
            if subprocess.run(command, check=False).returncode == 0:
                return owners.strip()
    return None


def test_everybody_owns_what_concerns_everybody_and_a_client_its_folder() -> None:
    assert codeowners(TWO) == HEAD + (
        "\n"
        "/content/         @acme/social @lead press@globex.example\n"
        "/content/acme/    @acme/social @lead\n"
        "/content/globex/  press@globex.example @lead\n"
        "/.github/         @acme/social @lead press@globex.example\n"
        "/PAUSED           @acme/social @lead press@globex.example\n"
        "/accounts.yaml    @acme/social @lead press@globex.example\n"
        "/signatures/      @acme/social @lead press@globex.example\n"
        "/templates/       @acme/social @lead press@globex.example\n"
    )


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("content/launch.md", "@acme/social @lead press@globex.example"),
        ("content/2030/launch.md", "@acme/social @lead press@globex.example"),
        ("content/acme/launch.md", "@acme/social @lead"),
        ("content/acme/2030/launch.jpg", "@acme/social @lead"),
        ("content/globex/launch.md", "press@globex.example @lead"),
        ("content/initech/launch.md", "@acme/social @lead press@globex.example"),
        ("accounts.yaml", "@acme/social @lead press@globex.example"),
        (".github/CODEOWNERS", "@acme/social @lead press@globex.example"),
        ("docs/accounts.yaml", None),
        ("docs/acme/readme.md", None),
    ],
)
def test_who_is_asked(path: str, owners: str | None, tmp_path: Path) -> None:
    assert owners_of(codeowners(TWO), path, tmp_path) == owners


@pytest.mark.parametrize(
    ("content", "path", "owners"),
    [
        ("", "anything/at/all.md", "@acme"),
        ("", "acme corp/launch.md", "@acme"),
        ("social media/posts", "social media/posts/launch.md", "@acme"),
        ("social media/posts", "social media/launch.md", None),
    ],
)
def test_the_folder_of_posts_may_be_the_root_or_have_spaces(
    content: str, path: str, owners: str | None, tmp_path: Path
) -> None:
    config = Config(content=content, clients={"acme corp": Client("acme corp", "ACME", ("@acme",))})
    assert owners_of(codeowners(config), path, tmp_path) == owners


@pytest.mark.parametrize(
    "reviewer", ["alice", "", "@", "@acme social", "@acme/", "@a/b/c", "a@b", "#x", "@acme\n* @me"]
)
def test_a_reviewer_that_github_would_skip_is_refused(reviewer: str) -> None:
    config = Config(clients={"acme": Client("acme", "ACME", (reviewer,))})
    with pytest.raises(UsageError, match="of client `acme` is no reviewer"):
        codeowners(config)


@pytest.mark.parametrize("name", ["a*", "a?b", "[ab]", "!a", "#a", "a/b", "a\n*", ".."])
def test_a_name_that_would_be_a_pattern_is_refused(name: str) -> None:
    config = Config(clients={name: Client(name, "ACME", ("@acme",))})
    with pytest.raises(UsageError, match="cannot be a folder in CODEOWNERS"):
        codeowners(config)


def test_without_reviewers_there_is_nothing_to_write() -> None:
    with pytest.raises(UsageError, match="no client has reviewers"):
        codeowners(Config(clients={"initech": Client("initech", "Initech")}))
