"""What could not be taken is set aside for a person: exactly as it came, once, with a word to those who look after it.

In a transaction of its own, after the message's own was rolled back. Says why by an exception's class and place, never
by its text, which may hold what a citizen wrote.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.storing import Stored
from config.schema import Office, Right
from inbox import notices
from inbox.models import SetAside


async def set_aside(
    office: Office,
    channel: str,
    *,
    raw: bytes,
    stored: Stored,
    reason: str,
    now: datetime,
    external_id: str = "",
    detail: str = "",
) -> None:
    """Keep it in the caller's transaction. What was set aside before stays as it was.

    ``stored``: where the raw form lies. ``reason`` is kebab-case, with a sentence in ``templates/reasons.yaml``.
    """
    digest = hashlib.sha256(raw + external_id.encode("utf-8", "replace")).hexdigest()
    row = SetAside(
        office=office.id,
        channel=channel,
        external_id=external_id[:998],
        reason=reason[:64],
        detail=detail[:1000],
        original=stored.original,
        original_file=stored.original_file,
        digest=digest,
        created_at=now,
    )
    await SetAside.bulk_create([row], ignore_conflicts=True)
    for role, what in office.roles.items():
        if Right.ASIDE in what.may:
            key = f"set-aside:{channel}:{digest[:32]}:{role}"[:120]
            await notices.tell(office.id, "set-aside", key=key, now=now, role=role, channel=channel, reason=reason)
