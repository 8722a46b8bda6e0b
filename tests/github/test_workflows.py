"""The workflows, the Action and what `init` writes: valid, pinned, clean for zizmor, as far as files can prove it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "postiz_ops" / "templates" / "init"
TOOLS = Path(sys.executable).parent
FILLED = {"action_ref": f"example/postiz-ops@{'0' * 40}", "action_note": "v0.1.0", "branch": "main"}

# Read from the tags of the actions' repositories. A pin that is not here was invented.
COMMITS = {
    "actions/upload-artifact": ("v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"),
    "actions/download-artifact": ("v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    "actions/attest-build-provenance": ("v4.1.0", "a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32"),
    "actions/checkout": ("v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    "actions/setup-python": ("v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
}


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of `init`, filled in."""
    folder = tmp_path_factory.mktemp("scaffold")
    for source in TEMPLATES.rglob("*"):
        if source.is_file():
            target = folder / source.relative_to(TEMPLATES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(Template(source.read_text(encoding="utf-8")).safe_substitute(FILLED), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def workflows(scaffold: Path) -> dict[str, Path]:
    found = [
        *sorted((ROOT / ".github/workflows").glob("*.yml")),
        *sorted((scaffold / ".github/workflows").glob("*.yml")),
    ]
    return {path.stem: path for path in found}


def run(tool: str, *args: str) -> str:
    done = subprocess.run([str(TOOLS / tool), *args], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def loaded(path: Path) -> Any:
    # `on` is a boolean to YAML 1.1, and a word to GitHub.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps(document: Any) -> Iterator[dict[str, Any]]:
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    for job in jobs:
        yield from job["steps"]


def test_all_of_them_are_there(workflows: dict[str, Path]) -> None:
    assert set(workflows) == {
        "tests",
        "zizmor",
        "release",
        "analytics",
        "check",
        "comment",
        "publish",
    }


def test_they_follow_the_schemas(workflows: dict[str, Path]) -> None:
    files = map(str, workflows.values())
    assert run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files) == ""
    assert run("check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")) == ""
    dependabot = str(ROOT / ".github/dependabot.yml")
    assert run("check-jsonschema", "--builtin-schema", "vendor.dependabot", dependabot) == ""


def test_zizmor_finds_nothing_even_when_it_is_pedantic(scaffold: Path) -> None:
    for folder in (ROOT, scaffold):
        assert run("zizmor", "--offline", "--pedantic", "--no-progress", str(folder)) == ""


def test_one_finding_is_ignored_and_says_why(workflows: dict[str, Path]) -> None:
    ignores = [
        line for path in workflows.values() for line in path.read_text().splitlines() if "zizmor: ignore" in line
    ]
    assert [re.sub(r".*# ", "", line) for line in ignores] == [
        "zizmor: ignore[dangerous-triggers] no code of the pull request runs, and nothing that it produced is used"
    ]


def test_actions_are_pinned_by_commits_that_are_known(workflows: dict[str, Path]) -> None:
    ours = FILLED["action_ref"].partition("@")[0]
    for path in (ROOT / "action.yml", *workflows.values()):
        for name, commit, note in re.findall(r"uses: ([^@\s]+)@(\S+)(.*)", path.read_text()):
            if name == ours:
                continue
            tag, known = COMMITS[name]
            assert (commit, note) == (known, f" # {tag}"), path.name


def test_nothing_from_outside_stands_in_a_script(workflows: dict[str, Path]) -> None:
    for path in (ROOT / "action.yml", *workflows.values()):
        for step in steps(loaded(path)):
            assert "${{" not in step.get("run", ""), path.name


def test_permissions_are_none_but_what_a_job_names(workflows: dict[str, Path]) -> None:
    granted: dict[str, dict[str, str]] = {}
    for name, path in workflows.items():
        document = loaded(path)
        assert document["permissions"] == {}, name
        granted |= {f"{name}/{job}": body["permissions"] for job, body in document["jobs"].items()}
        assert all("timeout-minutes" in body for body in document["jobs"].values()), name
    assert {job: rights for job, rights in granted.items() if "write" in rights.values()} == {
        "analytics/analytics": {"contents": "write"},
        "publish/publish": {"contents": "write"},
        "comment/comment": {"pull-requests": "write"},
        "release/attest": {"contents": "read", "id-token": "write", "attestations": "write"},
        "release/publish": {"contents": "write"},
    }


def test_no_checkout_leaves_a_token_behind(workflows: dict[str, Path]) -> None:
    for path in workflows.values():
        for step in steps(loaded(path)):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false", path.name


def test_pull_requests_meet_no_secret(workflows: dict[str, Path]) -> None:
    triggers = {name: set(loaded(path)["on"]) for name, path in workflows.items()}
    assert not any("pull_request_target" in on for on in triggers.values())
    for name, path in workflows.items():
        if triggers[name] & {"pull_request", "workflow_run"}:
            assert not re.search(r"\bsecrets(\.[A-Z]|\[)", path.read_text()), name


def test_the_job_that_reads_a_pull_request_cannot_write_and_the_one_that_writes_reads_none(
    workflows: dict[str, Path],
) -> None:
    jobs = loaded(workflows["comment"])["jobs"]
    assert "write" not in jobs["plan"]["permissions"].values()
    assert [list(step) for step in jobs["comment"]["steps"]] == [["name", "env", "run"]]


def test_publish_is_started_in_every_way_and_is_no_ones_else_to_start(workflows: dict[str, Path]) -> None:
    publish = loaded(workflows["publish"])
    assert publish["on"]["push"] == {"branches": ["main"]}
    assert publish["on"]["schedule"] == [{"cron": "7,22,37,52 * * * *"}]
    assert publish["on"]["repository_dispatch"] == {"types": ["postiz-publish"]}
    choices = publish["on"]["workflow_dispatch"]["inputs"]["command"]["options"]
    assert choices == ["publish", "resolve", "retry", "pause", "resume", "accounts check"]
    assert publish["jobs"]["publish"]["environment"] == "postiz-publish"
    assert publish["concurrency"] == {"group": "postiz-publish", "cancel-in-progress": "false"}


def test_figures_are_read_once_a_day_and_told_in_the_summary(workflows: dict[str, Path]) -> None:
    analytics = loaded(workflows["analytics"])
    assert set(analytics["on"]) == {"schedule", "workflow_dispatch"}
    job = analytics["jobs"]["analytics"]
    commands = [step["with"]["command"] for step in job["steps"] if "command" in step.get("with", {})]
    assert (job["environment"], commands) == ("postiz-publish", ["analytics sync", "analytics report"])
    assert job["steps"][-1]["run"] == 'cat "$REPORT" >>"$GITHUB_STEP_SUMMARY"'


def test_the_actions_interface_is_what_the_contract_says() -> None:
    action = loaded(ROOT / "action.yml")
    assert set(action["inputs"]) == {"command", "args", "working-directory", "python-version"}
    assert action["inputs"]["command"]["default"] == "publish"
    assert set(action["outputs"]) == {"published", "failed", "in-doubt", "report"}


def test_the_actions_first_step_needs_nothing_and_all_others_wait_for_it() -> None:
    first, *others = steps(loaded(ROOT / "action.yml"))
    assert 'python3 -I "$GITHUB_ACTION_PATH/postiz_ops/gate.py" || echo "due=true"' in first["run"]
    for step in others:
        assert re.search(r"steps\.(gate\.outputs\.due|python\.outputs\.setup|install\.outcome) == ", step["if"]), step


def test_python_runs_isolated_wherever_a_repository_could_speak() -> None:
    for step in steps(loaded(ROOT / "action.yml")):
        for program, flag in re.findall(r"(python3|POSTIZ_PYTHON\"|bin/python\") (-\w+)", step.get("run", "")):
            assert flag == "-I", (program, step["name"])


def test_a_new_repository_has_what_its_files_speak_of(scaffold: Path) -> None:
    accounts = yaml.safe_load((scaffold / "accounts.yaml").read_text())
    for workflow in ("publish", "analytics"):
        text = (scaffold / f".github/workflows/{workflow}.yml").read_text()
        for account in accounts["accounts"].values():
            for reference in account["credentials"].values():
                name = reference.strip("${}")
                assert f"{name}: ${{{{ secrets.{name} }}}}" in text
    assert f"platforms: [{', '.join(accounts['accounts'])}]" in (scaffold / "content/hello.md").read_text()


def test_nothing_is_left_to_fill_in(scaffold: Path) -> None:
    texts = [path.read_text() for path in scaffold.rglob("*") if path.is_file()]
    assert {name for text in texts for name in re.findall(r"\$\{([a-z_]+)\}", text)} == set()
    used = {
        name
        for path in TEMPLATES.rglob("*.*")
        if path.is_file()
        for name in re.findall(r"\$\{([a-z_]+)\}", path.read_text())
    }
    assert used == set(FILLED)
