"""Section 8 of the contract: the action, and the workflows that `init` writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.outside import Repository

ROOT = Path(__file__).parents[2]
COMMANDS = ("publish", "resolve", "retry", "pause", "resume", "accounts check")
NAMES = ("check.yml", "comment.yml", "publish.yml")


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    outer = Repository(tmp_path_factory.mktemp("init"))
    outer.run("init", "my-posts").exits(0)
    return Repository(outer.root / "my-posts")


def _workflow(here: Repository, name: str) -> dict[Any, Any]:
    loaded = yaml.safe_load((here.root / ".github/workflows" / name).read_text())
    assert isinstance(loaded, dict)
    return loaded


def _triggers(workflow: dict[Any, Any]) -> dict[str, Any]:
    # YAML 1.1 reads `on` as a truth.
    on = workflow.get("on", workflow.get(True))
    return on if isinstance(on, dict) else dict.fromkeys([on] if isinstance(on, str) else on or [])


def test_init_makes_what_check_and_publish_take(scaffold: Repository) -> None:
    scaffold.git("add", "-A")
    scaffold.git("commit", "-q", "--allow-empty", "-m", "x")
    scaffold.run("check").exits(0)
    assert scaffold.git("branch", "--list", "postiz-state")
    assert "id:" in (scaffold.root / "accounts.yaml").read_text()


def test_init_twice_keeps_what_is_there(scaffold: Repository) -> None:
    scaffold.write("accounts.yaml", (scaffold.root / "accounts.yaml").read_text() + "# mine\n")
    scaffold.run("init")
    assert (scaffold.root / "accounts.yaml").read_text().endswith("# mine\n")


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_and_permissions_least(scaffold: Repository, name: str) -> None:
    text = (scaffold.root / ".github/workflows" / name).read_text()
    used = re.findall(r"uses:\s*(\S+)", text)
    assert used
    assert [one for one in used if "/postiz-ops@" not in one and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    workflow = _workflow(scaffold, name)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "pull_request_target" not in _triggers(workflow)


def test_check_needs_no_secret(scaffold: Repository) -> None:
    text = (scaffold.root / ".github/workflows/check.yml").read_text()
    assert "pull_request" in _triggers(_workflow(scaffold, "check.yml"))
    assert "secrets." not in text


def test_publish_is_started_as_the_contract_says(scaffold: Repository) -> None:
    workflow = _workflow(scaffold, "publish.yml")
    triggers = _triggers(workflow)
    assert {"push", "schedule", "repository_dispatch", "workflow_dispatch"} <= set(triggers)
    minutes = {minute for cron in triggers["schedule"] for minute in cron["cron"].split()[0].split(",")}
    assert not minutes & {"0", "00", "*"}
    choice = triggers["workflow_dispatch"]["inputs"]["command"]
    assert set(choice["options"]) >= set(COMMANDS)
    assert all("environment" in job for job in workflow["jobs"].values())


def test_the_action_has_its_inputs_and_outputs() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert {"command", "args", "working-directory", "python-version"} <= set(action["inputs"])
    assert action["inputs"]["command"]["default"] == "publish"
    assert {"published", "failed", "in-doubt", "report"} <= set(action["outputs"])
