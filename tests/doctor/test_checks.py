"""Each check finds what it says it finds, and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from postiz_ops.commands.doctor import examination
from postiz_ops.doctor.checks import CHECKS
from postiz_ops.doctor.facts import Facts, Forge
from postiz_ops.ledger.record import Claim, PartRecord, Record, State
from postiz_ops.ledger.sealed import Sealed, Status
from postiz_ops.ledger.view import Brake, Genesis, KnownAccount
from postiz_ops.model import StateSettings
from postiz_ops.publish.effects import Snapshot
from tests.doctor.facts import ANALYTICS, COMMIT, ID, NOW, PUBLISH, REMOTE, WORKFLOWS, account, found, healthy, only
from tests.doctor.facts import published as went_out
from tests.publish.world import draft


def clone(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, clone=replace(facts.clone, **changes))


def viewed(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, view=replace(facts.view, **changes))


def forge(facts: Facts, **changes: Any) -> Facts:
    assert facts.forge is not None
    return replace(facts, forge=replace(facts.forge, **changes))


def test_where_all_is_well_nothing_is_found_and_everything_was_looked_at() -> None:
    told = examination(healthy())
    assert (told.rows, dict(told.unseen), told.exit_code) == ((), {}, 0)


def test_every_check_has_a_name_of_its_own_and_a_test_that_it_can_fail() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in names if f'("{name}", ' not in source] == []


# --- the repository -------------------------------------------------------------------------------------------------


def test_a_git_that_is_too_old() -> None:
    assert only(clone(healthy(), version=(2, 29, 9))) == (
        *("git-version", "error", "this machine"),
        "git 2.29.9 is too old",
    )


def test_large_files_without_git_lfs() -> None:
    assert only(clone(healthy(), wants_lfs=True))[:3] == ("git-lfs", "error", ".gitattributes")
    assert found(clone(healthy(), wants_lfs=True, has_lfs=True)) == []


def test_a_remote_that_is_missing_or_does_not_answer() -> None:
    assert only(clone(healthy(), remote=None))[:2] == ("remote", "info")
    assert only(clone(healthy(), unreachable="it cannot be reached")) == (
        *("remote", "error", "remote origin"),
        "the remote `origin` cannot be reached: it cannot be reached",
    )


def sending() -> Record:
    claim = Claim("run", "0" * 32, NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=15), "approved")
    return Record("one", "content/one.md", "toot", "mastodon", None, NOW, (PartRecord(State.SENDING, 1, claim=claim),))


def test_a_shallow_clone_matters_while_something_is_being_sent() -> None:
    assert only(clone(healthy(), shallow=True))[:3] == ("shallow", "info", "this clone")
    assert only(clone(healthy(records=(sending(),)), shallow=True))[:3] == ("shallow", "warning", "this clone")
    assert found(clone(healthy(in_ci=True, environment=frozenset({"TOOT_TOKEN"})), shallow=True)) == []


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (healthy(seen=Snapshot(None, {}, "approved")), f"the state branch `postiz-state` does not exist at {REMOTE}"),
        (
            viewed(healthy(), genesis=Genesis("1" * 32, REMOTE, NOW)),
            "the state branch `postiz-state` is another one than `state.id` of accounts.yaml names",
        ),
        (
            healthy(remote_identity="https://github.com/other/fork"),
            f"the state branch was made for {REMOTE}, not for https://github.com/other/fork",
        ),
        (
            viewed(healthy(), accounts={"toot": KnownAccount("toot", "mastodon", "https://mastodon.example", True)}),
            (
                "the state branch holds records that were made under an endpoint (POSTIZ_OPS_ENDPOINT): "
                "the two are never mixed"
            ),
        ),
    ],
)
def test_what_a_guard_will_refuse(facts: Facts, message: str) -> None:
    assert only(facts) == ("state-branch", "error", "branch postiz-state", message)


def test_a_state_branch_that_accounts_yaml_does_not_name() -> None:
    facts = healthy()
    unnamed = replace(facts, config=replace(facts.config, state=StateSettings()))
    assert only(unnamed)[:3] == ("state-branch", "warning", "accounts.yaml")


def test_a_record_that_cannot_be_read() -> None:
    broken = viewed(healthy(), unreadable={"deliveries/ab/cd/x.json": "damaged"})
    assert only(broken) == ("unreadable", "error", "deliveries/ab/cd/x.json", "it cannot be read: damaged")


def test_an_approved_tree_that_stops_everything() -> None:
    rows = examination(healthy(plan=None, broken="accounts.yaml:3:1: `acounts` is not a key (PZ102)"))
    assert [(row.check, row.severity.value) for row in rows.rows] == [("approved", "error")]
    assert set(rows.unseen) == {"stopped"}


@pytest.mark.parametrize(
    ("seconds", "severity", "way"), [(121, "error", "ahead of"), (-121, "error", "behind"), (31, "warning", "ahead of")]
)
def test_a_clock_that_is_off(seconds: float, severity: str, way: str) -> None:
    row = only(healthy(skew=timedelta(seconds=seconds)))
    assert row[:3] == ("clock", severity, "this machine")
    assert row[3].startswith(f"this machine's clock is {abs(seconds)} s {way} the git host's")


def test_a_clock_that_was_not_compared_is_said() -> None:
    assert dict(examination(healthy(skew=None)).unseen) == {"clock": "only an https remote tells its time"}


def test_a_doubt_that_stands() -> None:
    doubt = replace(sending(), parts=(PartRecord(State.IN_DOUBT, 1),))
    assert only(healthy(records=(doubt,))) == (
        *("doubts", "warning", "content/one.md"),
        "nobody knows whether `one` was published for `toot`",
    )


def test_a_brake_that_is_on() -> None:
    assert only(healthy(paused="holidays"))[:3] == ("paused", "warning", "PAUSED")
    assert only(viewed(healthy(), brake=Brake("a crisis", NOW))) == (
        *("paused", "warning", "branch postiz-state"),
        "publishing is paused since 2026-12-01: a crisis",
    )


# --- accounts -------------------------------------------------------------------------------------------------------


def test_a_secret_that_no_workflow_passes_on() -> None:
    forgotten = {**WORKFLOWS, PUBLISH: WORKFLOWS[PUBLISH].replace("TOOT_TOKEN: ${{ secrets.TOOT_TOKEN }}", "")}
    assert only(healthy(workflows=forgotten)) == (
        *("credentials", "error", PUBLISH),
        "account `toot` needs `TOOT_TOKEN`, which is not there",
    )


def test_a_secret_may_have_another_name() -> None:
    renamed = {**WORKFLOWS, PUBLISH: WORKFLOWS[PUBLISH].replace("secrets.TOOT_TOKEN", "secrets.OTHER")}
    assert found(healthy(workflows=renamed)) == []


def test_a_secret_that_is_not_in_the_job_s_environment() -> None:
    assert only(healthy(in_ci=True))[:3] == ("credentials", "error", "this environment")
    assert found(healthy(in_ci=True, environment=frozenset({"TOOT_TOKEN"}))) == []
    # Without a job and a workflow nobody knows whose environment counts.
    assert only(healthy(workflows={}, templates={}))[:3] == ("credentials", "warning", "this environment")


def test_the_usual_names_count_and_a_part_of_them_may_be_enough() -> None:
    """X takes a token alone, or four keys."""
    facts = healthy(account("my-x", "x"), in_ci=True, workflows={}, templates={})
    assert only(facts)[3] == (
        "account `my-x` needs `POSTIZ_MY_X_ACCESS_TOKEN`, `POSTIZ_MY_X_API_KEY`, `POSTIZ_MY_X_API_SECRET`, "
        "`POSTIZ_MY_X_ACCESS_TOKEN_SECRET`, which are not there"
    )
    assert found(replace(facts, environment=frozenset({"POSTIZ_MY_X_ACCESS_TOKEN"}))) == []


def test_what_is_not_enabled_needs_nothing() -> None:
    assert found(healthy(account("off", "x", enabled=False), workflows={}, templates={}, in_ci=True)) == []


def sealed(**changes: Any) -> Sealed:
    return Sealed("toot", "mastodon", "https://mastodon.example", 1, {}, **changes)


def with_vault(**changes: Any) -> Facts:
    keyed = {path: text.replace("TOOT_TOKEN", "POSTIZ_VAULT_KEY") for path, text in WORKFLOWS.items()}
    return viewed(healthy(workflows=keyed), sealed={"toot": sealed(**changes)})


def test_a_vault_that_nobody_can_open() -> None:
    assert found(with_vault()) == []
    assert only(replace(with_vault(), workflows={**WORKFLOWS, PUBLISH: _without_key()}))[:3] == (
        *("credentials", "error", PUBLISH),
    )


def _without_key() -> str:
    lines = WORKFLOWS[PUBLISH].splitlines()
    return "\n".join(line for line in lines if "POSTIZ_VAULT_KEY" not in line)


@pytest.mark.parametrize(
    ("changes", "severity", "message"),
    [
        ({"expires_at": NOW + timedelta(days=31)}, None, ""),
        ({"expires_at": NOW + timedelta(days=29)}, "warning", "the token of `toot` ends on 2026-12-30"),
        ({"expires_at": NOW + timedelta(days=6)}, "error", "the token of `toot` ends on 2026-12-07"),
        ({"expires_at": NOW - timedelta(days=1)}, "error", "the token of `toot` ended on 2026-11-30"),
        ({"expires_at": NOW, "refreshable": True}, None, ""),
        (
            {"expires_at": NOW, "refreshable": True, "refresh_expires_at": NOW + timedelta(days=20)},
            "warning",
            "the token of `toot` ends on 2026-12-21",
        ),
        (
            {"status": Status.REVOKED},
            "error",
            "`toot` must be connected again: its platform has withdrawn its token",
        ),
    ],
)
def test_tokens_near_their_end(changes: dict[str, Any], severity: str | None, message: str) -> None:
    expected = [("tokens", severity, "account toot", message)] if severity else []
    assert found(with_vault(**changes)) == expected


def test_an_account_that_names_another_server() -> None:
    known = KnownAccount("toot", "mastodon", "https://other.example")
    assert only(viewed(healthy(), accounts={"toot": known}))[:3] == ("origins", "error", "account toot")


@pytest.mark.parametrize(("days", "severity"), [(61, None), (60, "warning"), (0, "warning"), (-1, "error")])
def test_an_api_version_near_its_sunset(days: int, severity: str | None) -> None:
    linked = account("linked", "linkedin")
    facts = healthy(linked, workflows={}, templates={}, environment=frozenset({"POSTIZ_LINKED_ACCESS_TOKEN"}))
    sunset = facts.specs["linked"]
    changed = replace(sunset, sunset=f"{NOW + timedelta(days=days):%Y-%m-%d}", api="Posts 202609")
    told = found(replace(facts, specs={"linked": changed}))
    verb = "was" if days < 0 else "is"
    message = f"{sunset.title}: Posts 202609 {verb} served until {changed.sunset}"
    assert told == ([("sunsets", severity, sunset.title, message)] if severity else [])


# --- schedules ------------------------------------------------------------------------------------------------------


def test_something_that_no_run_has_taken_up() -> None:
    due = replace(draft("launch", "toot", at=NOW - timedelta(hours=3)), provider="mastodon")
    assert only(healthy(drafts=(due,))) == (
        *("stopped", "error", PUBLISH),
        "`launch` is due for `toot` since 2026-12-01 06:00 UTC, and no run has taken it up",
    )
    fresh = replace(draft("launch", "toot", at=NOW - timedelta(minutes=100)), provider="mastodon")
    assert found(healthy(drafts=(fresh,))) == []


def test_a_workflow_that_is_disabled() -> None:
    assert only(forge(healthy(), disabled={"publish.yml": "disabled_inactivity"})) == (
        *("disabled", "error", PUBLISH),
        "the workflow is disabled (for want of activity)",
    )


def test_a_schedule_that_starts_nothing() -> None:
    silent = {"publish.yml": NOW - timedelta(hours=14), "analytics.yml": NOW - timedelta(hours=5)}
    assert only(forge(healthy(), scheduled=silent)) == (
        *("disabled", "warning", PUBLISH),
        "its schedule last started it on 2026-11-30 19:00 UTC, 14 h ago",
    )
    silent = {"analytics.yml": NOW - timedelta(days=4)}
    assert only(forge(healthy(), scheduled=silent))[2] == ANALYTICS


@pytest.mark.parametrize(
    ("private", "days", "message"),
    [
        (False, 50, "nothing was pushed for 50 days: GitHub disables its schedules after 60"),
        (None, 50, "nothing was pushed for 50 days: if it is public, GitHub disables its schedules after 60"),
        (True, 50, ""),
        (False, 44, ""),
    ],
)
def test_schedules_that_will_be_disabled(private: bool | None, days: int, message: str) -> None:
    told = found(forge(healthy(), private=private, pushed_at=NOW - timedelta(days=days)))
    assert [row for row in told if row[0] == "inactivity"] == (
        [("inactivity", "warning", ANALYTICS, message)] if message else []
    )


def lateness(recent: float, before: float) -> Facts:
    records = [went_out(f"new-{n}", NOW - timedelta(days=n), timedelta(minutes=recent)) for n in range(5)]
    records += [went_out(f"old-{n}", NOW - timedelta(days=10 + n), timedelta(minutes=before)) for n in range(5)]
    return healthy(records=tuple(records))


def test_runs_that_come_later_than_they_did() -> None:
    assert only(lateness(90, 12)) == (
        *("lateness", "warning", PUBLISH),
        "posts went out 90 min late in the last week, and 12 min before (medians)",
    )
    assert found(lateness(20, 12)) == []
    assert found(healthy(records=(went_out("one", NOW, timedelta(hours=5)),))) == []


# --- the forge ------------------------------------------------------------------------------------------------------


def test_a_state_branch_that_can_be_forced() -> None:
    assert only(forge(healthy(), protected=False))[:3] == ("protection", "warning", "branch postiz-state")


def test_a_public_repository_with_posts_that_are_to_come() -> None:
    coming = replace(draft("secret", "toot", at=NOW + timedelta(hours=3)), provider="mastodon")
    assert only(forge(healthy(drafts=(coming,)), private=False)) == (
        *("embargo", "warning", "content/secret.md"),
        "the repository is public, and so is a post that is not published yet",
    )
    assert found(healthy(drafts=(coming,))) == []
    assert found(forge(healthy(), private=False)) == []


def test_without_the_forge_s_word_it_says_so() -> None:
    told = examination(healthy(forge=None, no_forge="GITHUB_TOKEN is not set: GitHub was not asked"))
    assert told.rows == ()
    assert dict.fromkeys(told.unseen, "") == {"disabled": "", "protection": "", "embargo": ""}
    quiet = examination(healthy(forge=Forge()))
    assert set(quiet.unseen) == {"protection", "embargo"}


def test_workflows_that_are_behind() -> None:
    old = {**WORKFLOWS, PUBLISH: WORKFLOWS[PUBLISH].replace(COMMIT, "b" * 40)}
    assert only(healthy(workflows=old)) == (
        *("workflows", "warning", PUBLISH),
        f"`postiz-ops/postiz-ops` is pinned to `{'b' * 12}`, and this version of postiz-ops uses `{'a' * 12}`",
    )
    loose = {**WORKFLOWS, PUBLISH: WORKFLOWS[PUBLISH].replace(COMMIT, "v1")}
    assert only(healthy(workflows=loose))[3] == ("`postiz-ops/postiz-ops@v1` is a name that can be moved to other code")
    assert only(healthy(workflows={}, environment=frozenset({"TOOT_TOKEN"}))) == (
        *("workflows", "info", ".github/workflows"),
        "none of the workflows is there: a runner of your own must publish",
    )
    missing = {path: text for path, text in WORKFLOWS.items() if path != ANALYTICS}
    assert only(healthy(workflows=missing))[:3] == ("workflows", "info", ANALYTICS)
    assert ID not in str(missing)
