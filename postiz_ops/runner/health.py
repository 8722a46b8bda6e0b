"""Whether the runner is well, for whoever watches it: a verdict with its reason, and figures for Prometheus. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from postiz_ops.runner.seam import Outlook

PATIENCE = timedelta(minutes=3)
"""How old the last look may be, where three intervals are not more."""
LONGEST_RUN = timedelta(minutes=30)
"""How long a run may take: films are uploaded in it. The next look waits for its end."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the loop knows of itself. The loop replaces it whole, so that another thread may read it at any time."""

    started_at: datetime
    interval: timedelta
    looked_at: datetime | None = None
    """When both tips were last seen."""
    succeeded_at: datetime | None = None
    """When a run last ended with everything done."""
    running_since: datetime | None = None
    refused: str | None = None
    """Why nothing is published, where a guard refused or the configuration is broken."""
    trouble: str | None = None
    """What is hoped to pass by itself."""
    runs: Mapping[str, int] = field(default_factory=dict)
    """How runs ended (``done``, ``unfinished``, ``refused``) -> how many did."""
    published: int = 0
    """What this process has published."""
    outlook: Outlook | None = None

    def illness(self, now: datetime) -> str | None:
        """Why the runner is not well; ``None`` where it is."""
        if self.refused is not None:
            return self.refused
        if self.running_since is not None and now - self.running_since <= LONGEST_RUN:
            return None
        since = now - (self.looked_at or self.started_at)
        if since <= max(PATIENCE, 3 * self.interval):
            return None
        why = f": {self.trouble}" if self.trouble else ""
        return f"the remote was last seen {since.total_seconds():.0f} s ago{why}"


def healthz(vitals: Vitals, now: datetime) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the JSON of ``/healthz``."""
    why = vitals.illness(now)
    wake = vitals.outlook.wake if vitals.outlook else None
    body = {
        "version": 1,
        "status": "ok" if why is None else "unhealthy",
        "reason": why,
        "last_look": _instant(vitals.looked_at),
        "last_success": _instant(vitals.succeeded_at),
        "next_wake": _instant(wake),
    }
    return 200 if why is None else 503, body


def metrics(vitals: Vitals, now: datetime, version: str) -> str:
    """The text of ``/metrics``: https://prometheus.io/docs/instrumenting/exposition_formats/."""
    return "".join(f"{line}\n" for line in _lines(vitals, now, version))


def _lines(vitals: Vitals, now: datetime, version: str) -> Iterator[str]:
    yield from _family("build_info", "gauge", "The version that runs.", {_label("version", version): 1})
    well = int(vitals.illness(now) is None)
    yield from _family("healthy", "gauge", "Whether /healthz answers 200.", {"": well})
    yield from _family("runs_total", "counter", "Runs of the engine, by how they ended.", _by("outcome", vitals.runs))
    yield from _family("published_total", "counter", "Deliveries that this process published.", {"": vitals.published})
    yield from _times("last_look", "When both branches were last seen.", vitals.looked_at)
    yield from _times("last_success", "When a run last ended with everything done.", vitals.succeeded_at)
    if vitals.outlook is not None:
        yield from _standing(vitals.outlook, now)


def _standing(outlook: Outlook, now: datetime) -> Iterator[str]:
    yield from _family("deliveries", "gauge", "Deliveries, by their state.", _by("state", outlook.states))
    yield from _family("doubts", "gauge", "Deliveries that wait for `postiz-ops resolve`.", {"": outlook.doubts})
    if outlook.wake is not None:
        seconds = {"": (outlook.wake - now).total_seconds()}
        yield from _family("next_wake_seconds", "gauge", "Seconds until something can need work.", seconds)
    ends = {_label("account", name): end.timestamp() for name, end in sorted(outlook.tokens.items())}
    yield from _family("token_expiry_timestamp_seconds", "gauge", "When an account's token ends.", ends)


def _times(name: str, help_text: str, at: datetime | None) -> Iterator[str]:
    yield from _family(f"{name}_timestamp_seconds", "gauge", help_text, {"": at.timestamp()} if at else {})


def _by(label: str, counts: Mapping[str, int]) -> dict[str, float]:
    return {_label(label, name): count for name, count in sorted(counts.items())}


def _family(name: str, kind: str, help_text: str, samples: Mapping[str, float]) -> Iterator[str]:
    if samples:
        yield f"# HELP postiz_ops_{name} {help_text}"
        yield f"# TYPE postiz_ops_{name} {kind}"
    for labels, value in samples.items():
        yield f"postiz_ops_{name}{labels} {value:.15g}"


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{{name}="{escaped}"}}'


def _instant(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None
