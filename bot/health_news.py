"""What is known of a door as processes tell it each other: an aspect and its value, in JSON and back. Pure.

Aspects: ``in`` and ``out`` (a Health), ``notes`` and ``silent`` (Faults), ``usual`` (a span of working time, or None).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.base import Fault, Health

Known = Health | tuple[Fault, ...] | timedelta | None


def spelt(channel: str, aspect: str, known: Known) -> dict[str, Any]:
    """One piece of news."""
    return {"channel": channel, "aspect": aspect, "known": _spelt(known)}


def read(news: Mapping[str, Any]) -> tuple[str, str, Known]:
    """Channel, aspect and value. Raises KeyError, TypeError or ValueError for what is no news of ours."""
    return str(news["channel"]), str(news["aspect"]), _read(str(news["aspect"]), news["known"])


def _spelt(known: Known) -> Any:
    if isinstance(known, Health):
        since = known.since.isoformat() if known.since else None
        return {"state": known.state, "since": since, "reason": known.reason}
    if isinstance(known, tuple):
        return [{"code": fault.code, "values": dict(fault.values)} for fault in known]
    return known.total_seconds() if known is not None else None


def _read(aspect: str, told: Any) -> Known:
    if aspect in {"in", "out"}:
        since = datetime.fromisoformat(told["since"]) if told["since"] else None
        return Health(state=told["state"], since=since, reason=told["reason"])
    if aspect == "usual":
        return None if told is None else timedelta(seconds=told)
    return tuple(Fault(fault["code"], dict(fault["values"])) for fault in told)
