"""Accounts and settings written into accounts.yaml: everything else stays as it was."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.account_edits import add_account, set_settings

FIELDS = {"provider": "mastodon", "url": "https://social.example"}
TOOT = "  toot:\n    provider: mastodon\n    url: https://social.example\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"accounts:\n{TOOT}"),
        ("# ours", f"# ours\naccounts:\n{TOOT}"),
        ("version: 1\n", f"version: 1\naccounts:\n{TOOT}"),
        ("version: 1", f"version: 1\naccounts:\n{TOOT}"),
        ("version: 1\naccounts:\n", f"version: 1\naccounts:\n{TOOT}"),
        ("accounts:  # none yet\ngroups: {}\n", f"accounts:  # none yet\n{TOOT}groups: {{}}\n"),
        ("accounts: {}\ngroups: {}\n", f"accounts:\n{TOOT}groups: {{}}\n"),
        ("accounts: {}  # none yet\n", f"accounts:  # none yet\n{TOOT}"),
        (
            "accounts:\n  sky: {provider: bluesky}  # the other\n\n# teams\ngroups: {}\n",
            f"accounts:\n  sky: {{provider: bluesky}}  # the other\n{TOOT}\n# teams\ngroups: {{}}\n",
        ),
        (
            ("accounts:\n  sky:\n    provider: bluesky\n    # slots\n    slots: []\n    # more to come\n# the end\n"),
            (
                "accounts:\n  sky:\n    provider: bluesky\n    # slots\n    slots: []\n    # more to come\n"
                f"{TOOT}# the end\n"
            ),
        ),
        ("accounts:\n  sky:\n    provider: bluesky", f"accounts:\n  sky:\n    provider: bluesky\n{TOOT[:-1]}"),
        (
            "accounts:\n    sky:\n      provider: bluesky\n",
            (
                "accounts:\n    sky:\n      provider: bluesky\n    toot:\n      provider: mastodon\n"
                "      url: https://social.example\n"
            ),
        ),
        (
            "accounts: {sky: {provider: bluesky}}\n",
            "accounts: {toot: {provider: mastodon, url: https://social.example}, sky: {provider: bluesky}}\n",
        ),
        ("{version: 1}\n", "{accounts: {toot: {provider: mastodon, url: https://social.example}}, version: 1}\n"),
        ("{accounts: {}}\n", "{accounts: {toot: {provider: mastodon, url: https://social.example}}}\n"),
    ],
)
def test_an_account_is_added_behind_the_others(before: str, after: str) -> None:
    made = add_account(before, "toot", FIELDS)
    assert made == after
    assert yaml.safe_load(made)["accounts"]["toot"] == FIELDS


def test_line_ends_stay() -> None:
    before = "\ufeffversion: 1\r\naccounts:\r\n  sky: {provider: bluesky}\r\n"
    assert add_account(before, "toot", {"provider": "x"}) == before + "  toot:\r\n    provider: x\r\n"


def test_an_account_that_is_there_is_not_added() -> None:
    for text in ("accounts:\n  toot:\n    provider: x\n", "accounts: {toot: {provider: x}}\n"):
        with pytest.raises(ValueError, match="has an account `toot` already"):
            add_account(text, "toot", FIELDS)


@pytest.mark.parametrize("text", ["a: [", "- a", "accounts: [a]\n", "accounts: word\n", "hello"])
def test_a_file_that_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"accounts\.yaml cannot be changed"):
        add_account(text, "toot", FIELDS)
    with pytest.raises(ValueError, match=r"accounts\.yaml cannot be changed"):
        set_settings(text, "toot", {"page": "1"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "accounts:\n  fb:\n    provider: facebook\n    # its page\ngroups: {}\n",
            'accounts:\n  fb:\n    provider: facebook\n    settings: {page: "42"}\n    # its page\ngroups: {}\n',
        ),
        ("accounts:\n  fb: {provider: facebook}\n", 'accounts:\n  fb: {settings: {page: "42"}, provider: facebook}\n'),
        (
            "accounts:\n  fb:\n    settings:\n    provider: facebook\n",
            'accounts:\n  fb:\n    settings: {page: "42"}\n    provider: facebook\n',
        ),
        (
            "accounts:\n  fb:\n    settings: {type: post}  # as ever\n",
            'accounts:\n  fb:\n    settings: {page: "42", type: post}  # as ever\n',
        ),
        (
            "accounts:\n  fb:\n    settings:\n      type: post\n    provider: facebook\n",
            'accounts:\n  fb:\n    settings:\n      type: post\n      page: "42"\n    provider: facebook\n',
        ),
        ("accounts:\n  fb:\n    settings: {page: old}\n", 'accounts:\n  fb:\n    settings: {page: "42"}\n'),
    ],
)
def test_a_setting_is_written_where_it_belongs(before: str, after: str) -> None:
    assert set_settings(before, "fb", {"page": "42"}) == after
    assert set_settings(after, "fb", {"page": "42"}) == after


def test_several_settings_are_written_one_after_the_other() -> None:
    before = "accounts:\n  p:\n    provider: pinterest\n"
    assert set_settings(before, "p", {"board": "b1", "section": "s-2"}) == (
        "accounts:\n  p:\n    provider: pinterest\n    settings: {section: s-2, board: b1}\n"
    )


@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20))
def test_every_value_is_read_back(value: str) -> None:
    made = set_settings("accounts:\n  r:\n    provider: reddit\n", "r", {"flair": value})
    assert yaml.safe_load(made) == {"accounts": {"r": {"provider": "reddit", "settings": {"flair": value}}}}
