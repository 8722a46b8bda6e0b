"""Names: one namespace for accounts, providers and groups, and what an account answers to."""

from __future__ import annotations

from postiz_ops.compile.names import SEED, default_id, known, names_of, providers
from tests.compile.said import CONFIG


def test_every_provider_that_is_built_is_of_the_seed_set() -> None:
    assert providers() == SEED


def test_a_post_may_name_accounts_groups_and_providers_without_accounts() -> None:
    assert known(CONFIG) == SEED | {"acme-mastodon", "acme-bluesky", "everywhere"}


def test_an_account_answers_to_its_id_its_provider_and_its_groups() -> None:
    assert names_of(CONFIG.accounts["acme-bluesky"], CONFIG) == {"acme-bluesky", "bluesky", "everywhere"}


def test_an_id_is_the_path_below_the_content_folder() -> None:
    assert default_id("content/2026/launch.md", "content") == "2026/launch"
    assert default_id("content/a.md", ".") == "content/a"
