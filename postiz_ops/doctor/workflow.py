"""A workflow file, as far as the checks read it: what starts it, which actions it uses, what it passes on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_SECRET = re.compile(r"\$\{\{\s*secrets\.")
_OURS = re.compile(r"[\w.-]+/postiz-ops$")
PUBLISHING = "publish"


@dataclass(frozen=True, slots=True)
class Use:
    """One ``uses:``: the action, and the ref that it is pinned to."""

    action: str
    ref: str

    @property
    def ours(self) -> bool:
        """Whether it is our own action, from wherever it is taken."""
        return _OURS.match(self.action) is not None


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a file says. ``passed`` holds the variables that secrets are passed on in."""

    path: str
    name: str = ""
    crons: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    passed: frozenset[str] = frozenset()
    publishes: bool = False

    @property
    def file(self) -> str:
        """The file's name, by which the forge knows it."""
        return self.path.rpartition("/")[2]


def read(path: str, text: str) -> Workflow | None:
    """What a file says; ``None`` where it is no workflow that anybody could run."""
    try:
        # As words: to YAML 1.1 `on` is a boolean.
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings alone
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("jobs"), dict):
        return None
    steps = list(_steps(document["jobs"]))
    uses = tuple(_use(step["uses"]) for step in steps if isinstance(step.get("uses"), str))
    ours = [step for step in steps if isinstance(step.get("uses"), str) and _use(step["uses"]).ours]
    return Workflow(
        path=path,
        name=str(document.get("name", "")),
        crons=tuple(_crons(document.get("on"))),
        uses=uses,
        passed=frozenset(_passed([document, *document["jobs"].values(), *ours])),
        publishes=any(_publishes(step) for step in ours),
    )


def workflows(files: Mapping[str, str]) -> list[Workflow]:
    """All that can be read, by path."""
    found = (read(path, text) for path, text in sorted(files.items()))
    return [workflow for workflow in found if workflow is not None]


def publishing(files: Mapping[str, str]) -> list[Workflow]:
    """Those that publish."""
    return [workflow for workflow in workflows(files) if workflow.publishes]


def _steps(jobs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for job in jobs.values():
        steps = job.get("steps") if isinstance(job, dict) else None
        yield from (step for step in steps or () if isinstance(step, dict))


def _use(text: str) -> Use:
    action, _, ref = text.partition("@")
    return Use(action.strip(), ref.strip())


def _crons(on: Any) -> Iterator[str]:
    schedule = on.get("schedule") if isinstance(on, dict) else None
    for entry in schedule if isinstance(schedule, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("cron"), str):
            yield entry["cron"]


def _publishes(step: Mapping[str, Any]) -> bool:
    """Our action publishes unless it is told something else; a choice of commands begins with publishing."""
    given = step.get("with")
    command = str(given.get("command", PUBLISHING)) if isinstance(given, dict) else PUBLISHING
    return command == PUBLISHING or f"'{PUBLISHING}'" in command


def _passed(holders: list[Any]) -> Iterator[str]:
    for holder in holders:
        env = holder.get("env") if isinstance(holder, dict) else None
        for name, value in env.items() if isinstance(env, dict) else ():
            if isinstance(value, str) and _SECRET.search(value):
                yield name


# --- how often a schedule fires --------------------------------------------------------------------------------------

DAY = 24 * 60


def period(cron: str) -> int | None:
    """The longest wait between two times of a daily cron line, in minutes; ``None`` where it is not daily."""
    fields = cron.split()
    if len(fields) != 5 or fields[2:] != ["*", "*", "*"]:
        return None
    minutes, hours = _numbers(fields[0], 60), _numbers(fields[1], 24)
    if not minutes or not hours:
        return None
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    return max(after - before for before, after in zip(times, [*times[1:], times[0] + DAY], strict=True))


def _numbers(field: str, size: int) -> list[int]:
    found: set[int] = set()
    for item in field.split(","):
        match = re.fullmatch(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?", item)
        if match is None:
            return []
        first = 0 if match[1] == "*" else int(match[1])
        last = size - 1 if match[1] == "*" or (match[3] and not match[2]) else int(match[2] or match[1])
        found.update(range(first, min(last, size - 1) + 1, max(int(match[3] or 1), 1)))
    return sorted(found)
