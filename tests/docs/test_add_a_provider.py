"""The provider of docs/add-a-provider.md is what the page says: complete, short, typed, and once-only."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from postiz_ops.compile import Compilation
from postiz_ops.ledger.view import View
from postiz_ops.plan import Action, Situation, make_plan
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Provider
from postiz_ops.publish.effects import Lost, Request, Response
from postiz_ops.publish.engine import Publisher
from postiz_ops.publish.order import Approved, Limits, Order
from tests.compile.repository import compiled, found
from tests.publish.world import GENESIS_ID, START, FakeWire, NoLibrary, World

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add-a-provider.md"
(CODE,) = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"))

ACCOUNTS = f"""\
version: 1
state: {{id: {GENESIS_ID}}}
accounts:
  acme-murmur:
    provider: murmur
    credentials: {{access_token: "${{ACME_MURMUR_TOKEN}}"}}
    settings: {{circle: friends}}
"""
POST = """
    ---
    id: launch
    platforms: [murmur]
    publish_at: 2026-12-01T09:00:00Z
    ---
    We are **live**!

    ---

    Ask us anything.
    """


@pytest.fixture
def murmur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The page's module, in the registry as long as a test runs."""
    file = tmp_path / "murmur.py"
    file.write_text(CODE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("murmur", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "murmur", module)
    spec.loader.exec_module(module)
    provider = cast("Provider", module)
    monkeypatch.setitem(vars(PROVIDERS)["_loaders"], "murmur", lambda: provider)
    monkeypatch.delitem(vars(PROVIDERS)["_loaded"], "murmur", raising=False)
    return provider


@dataclass
class MurmurWire(FakeWire):
    """Murmur's server. ``script`` says of the next notes whether their answer is lost, or they are never read."""

    notes: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.requests.append(request)
        assert request.headers["Authorization"] == "Bearer token"
        if request.url == "https://api.murmur.example/v1/me":
            return _answer({"id": "7", "name": "Acme"})
        if request.url == "https://api.murmur.example/v1/notes?limit=100":
            return _answer({"notes": self.notes})
        assert (request.method, request.url) == ("POST", "https://api.murmur.example/v1/notes")
        fate = self.script.pop(0) if self.script else "kept"
        if fate == "dropped":
            raise Lost("cut before it was read")
        if fate.isdecimal():
            return _answer({"error": "no"}, int(fate))
        number = str(len(self.notes) + 1)
        self.notes.append({**json.loads(request.body), "id": number, "url": f"https://murmur.example/notes/{number}"})
        if fate == "lost":
            raise Lost("cut after it was kept")
        return _answer(self.notes[-1])


def _answer(body: Any, status: int = 200) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())


@dataclass
class MurmurWorld(World):
    """The engine's world, with the page's provider in it and the compiler before it."""

    wire: MurmurWire = field(default_factory=MurmurWire)

    def compilation(self) -> Compilation:
        return compiled(POST, accounts=ACCOUNTS)

    def compiled(self, commit: str, limits: Limits) -> Approved:
        made = self.compilation()
        assert made.config
        return Approved(commit, f"tree of {commit}", made.config, made.posts, made.diagnostics)

    def publisher(self, **order: Any) -> Publisher:
        self.runs += 1
        told = Order(run=f"run-{self.runs}", tool="test", **order)
        return Publisher(self.effects(), NoLibrary(), PROVIDERS, self.compiled, told)


@pytest.fixture
def world(murmur: Provider) -> MurmurWorld:
    assert murmur.SPEC.name == "murmur"
    return MurmurWorld(accounts=("acme-murmur",))


def texts(world: MurmurWorld) -> list[Mapping[str, Any]]:
    return [{key: note.get(key) for key in ("text", "reply_to", "circle")} for note in world.wire.notes]


THREAD = [
    {"text": "We are live!", "reply_to": None, "circle": "friends"},
    {"text": "Ask us anything.", "reply_to": "1", "circle": "friends"},
]


def test_check_knows_its_limit_and_its_settings(murmur: Provider) -> None:
    assert found(POST, accounts=ACCOUNTS) == []
    wrong = POST.replace("platforms:", "settings: {murmur: {circel: all}}\n    platforms:").replace("live", "l" * 500)
    unknown, _, long, _ = found(wrong, accounts=ACCOUNTS)
    assert unknown == "3:21-3:27 error[PZ113] unknown-setting @acme-murmur: unknown murmur setting `circel`"
    assert long.endswith("@acme-murmur: part 1 has 508 characters: 8 more than the 500 that `acme-murmur` takes")


def test_plan_says_what_will_be_sent(world: MurmurWorld) -> None:
    made = world.compilation()
    assert made.config
    (planned,) = make_plan(Situation(made.config, made.posts, View(), START)).planned
    assert (planned.action, planned.due) == (Action.PUBLISH, True)
    assert [(part.text, part.length) for part in planned.draft.parts] == [
        ("We are live!", 12),
        ("Ask us anything.", 16),
    ]


def test_a_thread_goes_out_once(world: MurmurWorld) -> None:
    assert world.run().exit_code == 0
    assert world.run().exit_code == 0
    assert (texts(world), world.states()) == (THREAD, {"launch/acme-murmur": "published"})


def test_a_lost_answer_is_found(world: MurmurWorld) -> None:
    world.wire.script = ["lost", "lost"]
    assert world.run().exit_code == 0
    assert (texts(world), world.states()) == (THREAD, {"launch/acme-murmur": "published"})


def test_what_cannot_be_found_waits_and_is_never_sent_again(world: MurmurWorld) -> None:
    world.wire.script = ["dropped"]
    assert (world.run().exit_code, world.states()) == (75, {"launch/acme-murmur": "sending"})
    assert (world.later(minutes=16).run().exit_code, world.states()) == (3, {"launch/acme-murmur": "in_doubt"})
    assert world.later(days=1).run().exit_code == 0
    assert texts(world) == []


@pytest.mark.parametrize(("status", "state"), [("401", "held"), ("422", "failed"), ("429", "retry")])
def test_its_error_table_decides(world: MurmurWorld, status: str, state: str) -> None:
    world.wire.script = [status]
    world.run()
    assert (texts(world), world.states()) == ([], {"launch/acme-murmur": state})


# --- the page -----------------------------------------------------------------------------------------------------


def test_it_is_short() -> None:
    assert len([line for line in CODE.splitlines() if line.strip()]) <= 60


def test_it_is_typed_and_tidy(tmp_path: Path) -> None:
    """With the settings that the repository itself is held to."""
    (tmp_path / "murmur.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "is_one.py").write_text(
        '"""It has the shape."""\n\nimport murmur\n\nfrom postiz_ops.providers.base import Provider\n\n'
        "provider: Provider = murmur\n",
        encoding="utf-8",
    )
    for command in (
        ["mypy", "--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary", "murmur.py", "is_one.py"],
        [
            "ruff",
            "check",
            "--quiet",
            "--config",
            str(ROOT / "pyproject.toml"),
            "--ignore",
            "ARG001,INP001",
            "murmur.py",
        ],
        ["ruff", "format", "--check", "--quiet", "--config", str(ROOT / "pyproject.toml"), "murmur.py"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
