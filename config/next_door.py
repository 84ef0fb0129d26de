"""Where words go that did not get through at one door, as data."""

from __future__ import annotations

from pydantic import Field

from config.procedure import ID, Model


class NextDoor(Model):
    """What becomes of words that did not get through, or lie unread in a chat (``inbox.next_door``).

    ``order``: the doors to try first, by their names under ``channels``; the rest follow as they were last written
    from. ``automatic``: the clerk passes them on by itself. ``unread_minutes``: after how long an officer's answer,
    or the last of the clerk's news, that nobody looked at in a chat follows by another door; 0 is never.
    """

    order: tuple[ID, ...] = ()
    automatic: bool = False
    unread_minutes: int = Field(default=0, ge=0, le=1440)

    @property
    def follows(self) -> bool:
        """Whether an answer that lies unread in a chat goes on by itself."""
        return self.unread_minutes > 0
