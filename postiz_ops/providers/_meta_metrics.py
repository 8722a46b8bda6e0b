"""How Meta's platforms tell what they count: https://developers.facebook.com/docs/graph-api/reference/insights/ ."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, Http


def insights(answer: JSON) -> dict[str, Any]:
    """Name -> value: the total, or the last of a row of days. What has no value yet is left out."""
    found = ((row.get("name"), _value(row)) for row in base.rows(answer, "data"))
    return {str(name): value for name, value in found if value is not None}


def yesterday(http: Http) -> dict[str, str]:
    """The parameters for the last whole day (UTC): Meta's own default differs from edge to edge."""
    end = datetime.combine(http.today(), time(), UTC)
    return {"since": f"{(end - timedelta(days=1)).timestamp():.0f}", "until": f"{end.timestamp():.0f}"}


def _value(row: dict[str, Any]) -> Any:
    if isinstance(total := row.get("total_value"), dict):
        return total.get("value")
    values = row.get("values")
    last = values[-1] if isinstance(values, list) and values else None
    return last.get("value") if isinstance(last, dict) else None
