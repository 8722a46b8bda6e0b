"""The Action's steps around a command: start it in this process's place, then make outputs of what it wrote."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn


def main() -> int:
    """``run`` or ``report``, the settings in the environment as action.yml gives them."""
    if sys.argv[1:] == ["run"]:
        run(os.environ)
    if sys.argv[1:] == ["report"]:
        report(os.environ)
        return 0
    return 2


def words(env: Mapping[str, str]) -> list[str]:
    """The command and its arguments, split as a shell does and expanded in nothing; ``publish`` answers in JSON."""
    command = [*shlex.split(env["POSTIZ_COMMAND"]), *shlex.split(env["POSTIZ_ARGS"])]
    asks_for_format = any(word == "--format" or word.startswith("--format=") for word in command)
    return command if command[:1] != ["publish"] or asks_for_format else [*command, "--format", "json"]


def run(env: Mapping[str, str]) -> NoReturn:
    """Become the command: signals sent to this step reach it. Its standard output goes to the report's file."""
    file = os.open(env["POSTIZ_REPORT"], os.O_WRONLY | os.O_TRUNC)
    os.dup2(file, sys.stdout.fileno())
    os.execv(sys.executable, [sys.executable, "-I", "-m", "postiz_ops", *words(env)])  # noqa: S606 - no shell is wanted


def report(env: Mapping[str, str]) -> None:
    """Print what the command wrote, and set the outputs ``published``, ``failed``, ``in-doubt`` and ``report``."""
    command = words(env)
    text = Path(env["POSTIZ_REPORT"]).read_text(encoding="utf-8", errors="replace")
    outcome = _outcome(text) if command[0] == "publish" else None
    shown = "\n".join(_lines(outcome)) if outcome else text
    if shown.strip():
        print(shown if _speaks_to_the_runner(command) else _quoted(shown))
    counts = {name: _count((outcome or {}).get(name.replace("-", "_"))) for name in ("published", "failed", "in-doubt")}
    outputs = {**counts, "report": env["POSTIZ_REPORT"]}
    _append(env.get("GITHUB_OUTPUT"), "".join(f"{name}={value}\n" for name, value in outputs.items()))
    if outcome:
        _append(env.get("GITHUB_STEP_SUMMARY"), _fenced(shown))


def _outcome(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _count(value: object) -> int:
    return value if isinstance(value, int) else len(value) if isinstance(value, list) else 0


def _lines(outcome: Mapping[str, Any]) -> list[str]:
    """One line for each delivery that changed, printable whatever a post or a platform put into it."""
    return [_line(delivery) for delivery in outcome.get("deliveries", [])] or ["nothing was due"]


def _line(delivery: Mapping[str, Any]) -> str:
    what = delivery.get("url") or (delivery.get("error") or {}).get("message") or ""
    text = f"{delivery.get('state')}: {delivery.get('post')} to {delivery.get('account')} {what}"
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text).rstrip()


def _speaks_to_the_runner(command: list[str]) -> bool:
    """Annotations are meant to be obeyed; ``check`` escapes what stands in them."""
    return command[0] == "check" and " --format github" in f" {' '.join(command).replace('=', ' ')}"


def _quoted(text: str) -> str:
    """For a log: nothing in it is a command to the runner."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::"


def _fenced(text: str) -> str:
    """For a summary: nothing in it is Markdown."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}\n"


def _append(path: str | None, text: str) -> None:
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
