"""Calls for a person's attention to a door that works, but not for long: a phone's battery, a SIM that runs out.

Owns who is told and how often: every role that looks after the doors, once a day for each thing. What is wrong the
door says itself, as a value; the sentence is a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels.base import Fault
from config.schema import Office, Right
from inbox import notices


async def call(office: Office, channel: str, faults: Sequence[Fault], now: datetime) -> None:
    """Leave a notice of each fault in the caller's transaction; the same thing again only on another day."""
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    entry = office.channels[channel.removeprefix(f"{office.id}-")]
    roles = [role for role, what in office.roles.items() if Right.HEALTH in what.may]
    for fault in faults:
        door, told = entry.name or channel, dict(fault.values)
        for role in roles:
            key = f"door:{channel}:{fault.code}:{today}:{role}"[:120]
            values: dict[str, Any] = {"door": door, "code": fault.code, "told": told, "channel": channel}
            await notices.tell(office.id, "door", key=key, now=now, role=role, **values)
