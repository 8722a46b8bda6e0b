"""``schema``: from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator as Validator

from postiz_ops.report.schemas import accounts_schema, post_schema
from tests.commands.site import ACCOUNTS, Site


def bare(folder: Path, accounts: str | None = ACCOUNTS) -> Site:
    """A repository without a remote, a state or a post."""
    site = Site(folder)
    site.repo.mkdir()
    site.git("init", "--quiet")
    if accounts is not None:
        site.write("accounts.yaml", accounts)
    return site


def test_accounts_needs_no_repository(tmp_path: Path) -> None:
    ran = Site(tmp_path).run("schema", "accounts")
    assert (ran.code, ran.json) == (0, accounts_schema())


def test_post_knows_the_names_of_the_repository_that_it_is_in(tmp_path: Path) -> None:
    ran = bare(tmp_path).run("schema", "post")
    assert ran.code == 0
    judge = Validator(ran.json)
    assert judge.is_valid({"platforms": ["toot", "everywhere", "bluesky"]})
    assert not judge.is_valid({"platforms": ["tooot"]})
    assert judge.is_valid({"settings": {"chat": {"silent": True}}})
    assert not judge.is_valid({"settings": {"chat": {"visibility": "public"}}})


@pytest.mark.parametrize("inside", [True, False])
def test_post_takes_any_name_where_there_is_no_accounts_yaml(tmp_path: Path, *, inside: bool) -> None:
    site = bare(tmp_path, None) if inside else Site(tmp_path)
    ran = site.run("schema", "post")
    assert (ran.code, ran.json) == (0, post_schema())


def test_a_broken_accounts_yaml_is_a_usage_error(tmp_path: Path) -> None:
    ran = bare(tmp_path, "version: 1\naccounts: {toot: {provider: mastodn}}\n").run("schema", "post")
    assert ran.code == 2
    assert ran.err.startswith("error: accounts.yaml:2:29: unknown provider `mastodn`")


def test_output_goes_to_a_file_whose_folder_may_be_new(tmp_path: Path) -> None:
    site = bare(tmp_path, ACCOUNTS + 'clients: {acme: {name: ACME, reviewers: ["@acme"]}}\n')
    target = tmp_path / ".github" / "CODEOWNERS"
    ran = site.run("schema", "codeowners", "--output", str(target))
    assert (ran.code, ran.out, ran.err) == (0, "", f"wrote {target}\n")
    assert "/content/acme/" in target.read_text()


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    ran = Site(tmp_path).run("schema", "accounts", "--output", str(tmp_path))
    assert ran.code == 2
    assert ran.err == f"error: `{tmp_path}` cannot be written: Is a directory\nhelp: name another file\n"


def test_codeowners_needs_reviewers(tmp_path: Path) -> None:
    ran = bare(tmp_path).run("schema", "codeowners")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: no client has reviewers\nhelp: write `reviewers")


@pytest.mark.parametrize("which", ["accounts", "post"])
def test_what_is_printed_is_ascii(which: str, tmp_path: Path) -> None:
    assert Site(tmp_path).run("schema", which).out.isascii()
