"""What is said of the defaults of accounts.yaml: at their place there, once, however many posts they spoil."""

from __future__ import annotations

import pytest

from tests.compile.repository import ACCOUNTS, compiled, found

POST = "---\nplatforms: [mastodon]\npublish_at: 2026-12-01 09:00\n---\nHello\n"
FILES = {"content/a.md": POST, "content/b.md": POST.replace("Hello", "Hi").replace("mastodon", "bluesky")}


@pytest.mark.parametrize(
    ("defaults", "line", "help"),
    [
        (
            "settings: {mastodon: {visibilty: private}}",
            (
                "accounts.yaml:20:25-20:34 error[PZ113] unknown-setting @acme-mastodon: "
                "unknown mastodon setting `visibilty`"
            ),
            "write `visibility`",
        ),
        (
            "settings: {acme-mastodon: {visibility: privat}}",
            (
                "accounts.yaml:20:42-20:48 error[PZ114] invalid-setting @acme-mastodon: `visibility` must be `public`, "
                "`unlisted`, `private` or `direct`, not `privat`"
            ),
            "write `private`",
        ),
        (
            "settings: {mastodn: {visibility: private}}",
            "accounts.yaml:20:14-20:21 error[PZ401] unknown-account: unknown account, provider or group `mastodn`",
            "write `mastodon`",
        ),
        (
            "signature: team",
            "accounts.yaml:20:14-20:18 error[PZ304] signature-not-found: there is no file `signatures/team.md`",
            "there are no signatures here",
        ),
        (
            "repeat: {every: week}",
            (
                "accounts.yaml:20:11-20:24 error[PZ256] repeat-invalid: `week` is not a number of hours (`h`), "
                "days (`d`), weeks (`w`), months (`mo`) or years (`y`)"
            ),
            "write it as `{every: 7d, until: 2027-01-31}`, or as an RRULE such as `FREQ=WEEKLY;BYDAY=MO`",
        ),
    ],
)
def test_what_is_wrong_with_defaults(defaults: str, line: str, help: str) -> None:
    accounts = f"{ACCOUNTS}defaults:\n  {defaults}\n"
    assert found(FILES, accounts=accounts) == [line, f"  help: {help}"]


def test_a_default_setting_that_is_wrong_holds_the_posts_of_its_account() -> None:
    """It must not be taken for absent: a post for few would be for all."""
    accounts = f"{ACCOUNTS}defaults: {{settings: {{mastodon: {{visibility: privat}}}}}}\n"
    posts = compiled(FILES, accounts=accounts).posts
    assert {draft.account: draft.valid for post in posts for draft in post.drafts} == {
        "acme-mastodon": False,
        "acme-bluesky": True,
    }


def test_a_default_that_every_post_replaces_is_no_matter() -> None:
    assert found(FILES, accounts=f"{ACCOUNTS}defaults: {{publish_at: soon, platforms: [nobody]}}\n") == []
