"""What would happen if the tree were approved: for a terminal, for programs, for a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postiz_ops.ledger.record import Record, instant
from postiz_ops.model import Config, DraftPart, Media
from postiz_ops.plan import Action, Plan, Planned
from postiz_ops.providers.base import Spec
from postiz_ops.report.escape import dumped
from postiz_ops.report.paint import Paint, painter
from postiz_ops.report.plan_markdown import markdown
from postiz_ops.report.plan_text import text
from postiz_ops.report.planned import GONE, Shown, fitting


def render(
    plan: Plan,
    *,
    format: str,
    commit: str | None,
    dirty: bool,
    everything: bool,
    config: Config,
    limits: Mapping[str, Mapping[str, int]] | None = None,
    color: bool = False,
) -> str:
    """The plan as ``text``, ``json`` or ``markdown``.

    ``commit`` and ``dirty`` say what was looked at, ``everything`` that finished deliveries are listed too; ``limits``
    are what platforms told of each account. Only ``text`` is coloured.
    """
    shown = Shown(plan, config, commit, dirty, everything, limits or {})
    return _RENDERERS[format](shown, painter(color=color))


def _json(shown: Shown, paint: Paint) -> str:  # noqa: ARG001 - the shape of a renderer
    body = {
        "version": 1,
        "now": instant(shown.plan.now),
        "commit": shown.commit,
        "dirty": shown.dirty,
        "deliveries": [
            *(_object(planned, shown.spec(planned)) for planned in shown.rows),
            *(_gone_object(record) for record in shown.gone),
        ],
    }
    return dumped(body)


def _object(planned: Planned, spec: Spec) -> dict[str, Any]:
    draft, delivery = planned.draft, planned.delivery
    return {
        "post": draft.post,
        "path": draft.path,
        "account": draft.account,
        "provider": draft.provider,
        "occurrence": delivery.occurrence and instant(delivery.occurrence),
        "action": planned.action.value,
        "state": planned.state.value,
        "due": planned.due,
        "publish_at": delivery.publish_at and instant(delivery.publish_at),
        "reason": planned.reason,
        "parts": [_part(part, spec) for part in draft.parts],
    }


def _part(part: DraftPart, spec: Spec) -> dict[str, Any]:
    limit = spec.text.limit
    return {
        "text": part.text,
        "length": part.length,
        "limit": limit.max,
        "unit": limit.unit.value,
        "media": [_media(media, spec) for media in part.media],
    }


def _media(media: Media, spec: Spec) -> dict[str, Any]:
    return {
        "path": media.path,
        "type": media.type,
        "bytes": media.bytes,
        "width": media.width,
        "height": media.height,
        "alt": media.alt,
        "fitting": fitting(media, spec),
    }


def _gone_object(record: Record) -> dict[str, Any]:
    return {
        "post": record.post,
        "path": record.path,
        "account": record.account,
        "provider": record.provider,
        "occurrence": record.occurrence and instant(record.occurrence),
        "action": Action.NONE.value,
        "state": record.state.value,
        "due": False,
        "publish_at": instant(record.publish_at),
        "reason": GONE,
        "parts": [],
    }


_RENDERERS: Mapping[str, Callable[[Shown, Paint], str]] = {
    "text": text,
    "json": _json,
    "markdown": lambda shown, _paint: markdown(shown),
}
