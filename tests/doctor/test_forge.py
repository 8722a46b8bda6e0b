"""What GitHub is asked, and what is made of its answers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from postiz_ops.commands.doctor.forge import GitHub
from postiz_ops.doctor.facts import Forge
from postiz_ops.publish.effects import Lost, Request, Response
from tests.runner.world import utc
from tests.specs.folder import specs_dir

REPOSITORY = "https://api.github.com/repos/acme/posts"
WORKFLOWS = "/actions/workflows?per_page=100"
RUNS = "/actions/workflows/publish.yml/runs?event=schedule&per_page=1"
BRANCH, RULES = "/branches/postiz-state", "/rules/branches/postiz-state"
ANSWERS: Mapping[str, Any] = {
    "": {"private": False, "pushed_at": "2026-11-30T08:00:00Z"},
    BRANCH: {"protected": False},
    RULES: [{"type": "deletion"}, {"type": "non_fast_forward"}],
    WORKFLOWS: {
        "workflows": [
            {"path": ".github/workflows/publish.yml", "state": "active"},
            {"path": ".github/workflows/analytics.yml", "state": "disabled_inactivity"},
        ]
    },
    RUNS: {"workflow_runs": [{"created_at": "2026-12-01T08:37:11Z"}]},
}


@dataclass
class FakeGitHub:
    """Answers what it is told to, and 404 to the rest; ``None`` is a connection that is cut."""

    answers: Mapping[str, Any]
    asked: list[Request] = field(default_factory=list)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.asked.append(request)
        path = request.url.removeprefix(REPOSITORY)
        if path not in self.answers:
            return Response(404, {}, b'{"message": "Not Found"}')
        if self.answers[path] is None:
            raise Lost("cut")
        return Response(200, {}, json.dumps(self.answers[path]).encode())


def ask(answers: Mapping[str, Any]) -> tuple[Forge | None, FakeGitHub]:
    wire = FakeGitHub(answers)
    return asyncio.run(GitHub(wire, "acme/posts", "test-token").ask("postiz-state", ("publish.yml",))), wire


def test_what_it_tells_is_what_the_checks_see() -> None:
    told, _ = ask(ANSWERS)
    assert told == Forge(
        private=False,
        protected=True,
        disabled={"analytics.yml": "disabled_inactivity"},
        scheduled={"publish.yml": utc("2026-12-01T08:37:11")},
        pushed_at=utc("2026-11-30T08:00:00"),
    )


@pytest.mark.parametrize(
    ("rules", "branch", "protected"),
    [
        ([{"type": "deletion"}], {"protected": False}, False),
        ([], {"protected": True}, True),
        (None, {"protected": True}, True),
        (None, {"protected": False}, None),
        ([], {}, None),
        ({"message": "?"}, {"protected": False}, None),
    ],
)
def test_a_branch_is_protected_by_rules_or_by_itself_or_nobody_knows(
    rules: Any, branch: Any, protected: bool | None
) -> None:
    told, _ = ask({**ANSWERS, RULES: rules, BRANCH: branch})
    assert told is not None
    assert told.protected is protected


@pytest.mark.parametrize("answer", [None, [], {"private": "yes", "pushed_at": 7}, {"private": None, "pushed_at": "x"}])
def test_an_answer_that_makes_no_sense_is_none(answer: Any) -> None:
    told, _ = ask({**ANSWERS, "": answer})
    assert told is None or (told.private, told.pushed_at) == (None, None)


@pytest.mark.parametrize(
    "runs", [{}, {"workflow_runs": []}, {"workflow_runs": [7]}, {"workflow_runs": [{}]}, [1], None]
)
def test_runs_that_make_no_sense_are_none(runs: Any) -> None:
    told, _ = ask({**ANSWERS, RUNS: runs})
    assert told is not None
    assert told.scheduled == {}


def test_a_repository_that_the_token_may_not_see_is_asked_nothing_more() -> None:
    told, wire = ask({})
    assert told is None
    assert len(wire.asked) == 1


def test_every_request_is_in_github_s_description() -> None:
    paths = json.loads((specs_dir() / "github" / "openapi.publish.json").read_text(encoding="utf-8"))["paths"]
    _, wire = ask(ANSWERS)
    for request in wire.asked:
        assert request.headers["Authorization"] == "Bearer test-token"
        parts = urlsplit(request.url)
        fits = [path for path in paths if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), parts.path)]
        if parts.path.endswith("/postiz-state"):
            continue  # branches and their rules are not in the excerpt that is kept there
        operation = next(paths[path]["get"] for path in fits)
        declared = {parameter["name"] for parameter in operation.get("parameters", ()) if "name" in parameter}
        refs = [
            parameter["$ref"].rpartition("/")[2] for parameter in operation.get("parameters", ()) if "$ref" in parameter
        ]
        known = declared | {ref.replace("-", "_") for ref in refs} | {ref.rpartition("-")[2] for ref in refs}
        assert set(parse_qs(parts.query)) <= known
