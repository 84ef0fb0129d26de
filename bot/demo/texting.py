"""What the demo's two SMS platforms share: citizens' texts that are told to the program by webhooks until it took them.

Keeps nothing itself: the ``Chats`` do. How a platform's webhook looks is its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self

from bot.demo.chats import Chats, Line
from bot.demo.hooks import Hooks, Program
from bot.demo.platform import Platform


class Texting(Platform, ABC):
    """An SMS platform. ``numbers``: by channel id, the office's number there (+E.164)."""

    def __init__(self, numbers: Mapping[str, str], chats: Chats, program: Program, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._numbers, self._chats, self._program, self._now = numbers, chats, program, now
        self._hooks = Hooks(program)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._hooks.start()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._hooks.stop()
        await super().__aexit__(*error)

    def says(self, phone: str, channel: str, text: str) -> Line:
        """The citizen texts the office; long texts arrive joined, as phones join them."""
        line = self._chats.add(phone, channel, sent=True, state="sent", text=text)
        self._bring(line)
        return line

    def bring_again(self) -> None:
        """Tell the program once more of what it never took."""
        for channel in self._numbers:
            for line in self._chats.lines(channel=channel):
                if line.sent and line.state != "delivered":
                    self._bring(line)

    @abstractmethod
    def _bring(self, line: Line) -> None:
        """Tell the program of a line."""
