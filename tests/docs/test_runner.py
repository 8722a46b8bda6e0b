"""docs/runner.md and docs/doctor.md say what the code does."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from postiz_ops.commands.run import command
from postiz_ops.commands.run.units import write_units
from postiz_ops.runner.health import Vitals, healthz, metrics
from postiz_ops.runner.journal import Journal, Level, json_line, readable
from postiz_ops.runner.loop import EVERY, FIRST_PAUSE
from postiz_ops.runner.seam import Outlook
from tests.publish.world import START, FakeClock
from tools import docs_doctor
from tools.blocks import DOCS, filled

RUNNER = (DOCS / "runner.md").read_text(encoding="utf-8")
DOCTOR = docs_doctor.PAGE.read_text(encoding="utf-8")
FULL = Outlook("commit", "state", START, {"scheduled": 1}, tokens={"one": START})
VITALS = Vitals(START, timedelta(minutes=1), START, START, runs={"done": 1}, outlook=FULL)


def test_the_table_of_checks_is_up_to_date() -> None:
    assert filled(DOCTOR, docs_doctor.blocks()) == DOCTOR, "run `make docs`"


def test_every_metric_is_on_the_page_and_no_other() -> None:
    served = set(re.findall(r"(?m)^# TYPE (\S+)", metrics(VITALS, START, "1")))
    assert set(re.findall(r"postiz_ops_\w+", RUNNER)) == served


def test_every_option_is_on_the_page() -> None:
    options = {name for option in command.params for name in option.opts if name.startswith("--")}
    assert {name for name in options if name not in RUNNER} == set()


def test_the_page_s_health_is_the_one_that_is_served() -> None:
    status, body = healthz(replace(VITALS, refused="…"), START)
    assert status == 503
    assert f'"version": {body["version"]}, "status": "{body["status"]}", "reason": …' in RUNNER


def test_the_page_s_lines_are_the_journal_s_form() -> None:
    lines: list[str] = []
    for form in (readable, json_line):
        Journal(FakeClock(), lines.append, form).say(Level.WARNING, "waiting", "no way")
    plain, told = lines
    assert re.fullmatch(r"\S+Z warning waiting: no way", plain)
    assert all(f'"{name}"' in told for name in ("time", "level", "event", "message"))
    shown = re.findall(r"(?m)^(2026\S+Z (?:warning |error )?\w+: .*)$", RUNNER)
    assert len(shown) == 4


def test_the_page_s_pauses_are_the_loop_s() -> None:
    assert timedelta(seconds=5) == FIRST_PAUSE
    assert timedelta(minutes=15) == EVERY
    assert "5 s, 10 s, 20 s … up to the interval" in RUNNER
    assert "every quarter of an" in RUNNER


def test_the_unit_is_as_closed_as_the_page_says(tmp_path: Path) -> None:
    for path in write_units(tmp_path):
        assert f"`{path.name}`" in RUNNER
    try:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", tmp_path / "postiz-ops.service"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not installed")
    found = re.search(r"exposure level for postiz-ops.service: ([\d.]+)", done.stdout)
    assert found is not None
    stated = re.search(r"`systemd-analyze security` gives it ([\d.]+) of 10", RUNNER)
    assert stated is not None
    # Other versions of systemd weigh a little differently.
    assert abs(float(found[1]) - float(stated[1])) <= 0.5
