"""`doctor` on a real repository: what it says, in which form, and that it tells no secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.commands.site import Site

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "doctor.json"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A repository with four accounts, and no workflow."""
    return Site(tmp_path).begin()


def test_a_sound_repository(site: Site) -> None:
    ran = site.run("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "not looked at: clock: only an https remote tells its time\n"
        "not looked at: disabled: the repository is not on GitHub\n"
        "not looked at: protection: the repository is not on GitHub\n"
        "not looked at: embargo: the repository is not on GitHub\n\n"
        "Nothing found; 17 of 21 checks could look.\n"
    )
    assert site.run("--quiet", "doctor").out == ""


def test_a_secret_is_missed_by_its_name_and_never_shown(site: Site) -> None:
    del site.environment["TOOT_TOKEN"]
    ran = site.run("doctor", "--offline", env={"CI": "true"})
    assert ran.code == 1
    assert ran.out.startswith(
        "error[credentials]: account `toot` needs `TOOT_TOKEN`, which is not there\n"
        "  --> this environment\n"
        "  help: set `TOOT_TOKEN`, or run `postiz-ops vault set`\n"
    )
    for form in ("text", "json", "markdown"):
        said = site.run("doctor", "--offline", "--format", form)
        assert not any(secret in said.out + said.err for secret in site.environment.values())


def test_json_is_for_programs(site: Site) -> None:
    (site.repo / "PAUSED").write_text("holidays")
    site.approve()
    ran = site.run("doctor", "--offline", "--format", "json")
    assert ran.code == 0
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(ran.json)
    assert ran.json["findings"] == [
        {
            "check": "paused",
            "severity": "warning",
            "message": "publishing is paused: holidays",
            "where": "PAUSED",
            "help": "take the file out when it is over",
        }
    ]
    assert {row["check"]: row["reason"] for row in ran.json["skipped"]}[
        "remote"
    ] == "--offline: the remote was not asked"


def test_markdown_is_for_a_summary(site: Site) -> None:
    (site.repo / "PAUSED").write_text("*holidays* <b>")
    site.approve()
    out = site.run("doctor", "--offline", "--format", "markdown").out
    assert out.startswith("### Doctor: 1 warning; ")
    assert "- **warning** `paused` at `PAUSED`: publishing is paused: \\*holidays\\* \\<b\\>\n" in out


def test_a_copy_of_a_repository_is_told_before_it_publishes(site: Site, tmp_path: Path) -> None:
    site.git("clone", "--quiet", "--bare", str(site.remote), str(tmp_path / "copy.git"), where=tmp_path)
    copy = Site(tmp_path / "copy")
    copy.folder.mkdir()
    site.git("clone", "--quiet", str(tmp_path / "copy.git"), str(copy.repo), where=copy.folder)
    ran = copy.run("doctor", "--format", "json")
    assert ran.code == 1
    (finding,) = ran.json["findings"]
    assert finding["check"] == "state-branch"
    assert "state adopt" in finding["help"]
    assert copy.publish().code == 78


def test_a_remote_that_is_gone_is_told(site: Site) -> None:
    site.remote.rename(site.remote.with_name("elsewhere.git"))
    ran = site.run("doctor", "--format", "json")
    assert ran.code == 1
    assert [row["check"] for row in ran.json["findings"]] == ["remote"]


def test_a_fresh_repository_by_init_has_its_workflows_and_lacks_its_pin(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.repo.mkdir()
    assert site.run("init", str(site.repo)).code == 0
    site.git("add", "--all")
    site.git("commit", "--quiet", "--message", "First posts")
    ran = site.run("doctor", "--format", "json", env={"MASTODON_TOKEN": "test-token"})
    told = [(row["check"], row["severity"]) for row in ran.json["findings"]]
    # A development build is no release, so its workflows are pinned to a tag.
    assert set(told) == {("remote", "info"), ("workflows", "warning")}
    assert ran.code == 0
    assert json.dumps(ran.json).count("is a name that can be moved") == len(told) - 1


def test_a_broken_accounts_file_is_a_usage_error(site: Site) -> None:
    site.write("accounts.yaml", "version: 1\nacounts: {}\n")
    assert site.run("doctor", "--offline").code == 2
