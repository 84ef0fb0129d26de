"""The Telegram door: one bot, which speaks with citizens in private chats.

It ties the rooms together (``telegram_poll`` brings updates in, ``telegram_update`` reads them, ``telegram_send``
sends, ``telegram_files`` fetches) and keeps no state that matters: what it remembers lies with the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from telegram.error import TelegramError

from channels import http, telegram_check, telegram_files, telegram_update
from channels.base import Abilities, Attachment, Desk, Fault, Outbound, Pace, Parsed, Receipt, Undelivered
from channels.telegram_line import Line
from channels.telegram_poll import Place, Poller
from channels.telegram_send import LONGEST_TEXT, Sender

_MOST_BUTTONS = 12
_DOWNLOAD_SECONDS = 120


def _token(value: SecretStr) -> SecretStr:
    """A token becomes part of an address: nothing that would lead elsewhere."""
    letters = value.get_secret_value()
    if not (letters.isascii() and letters.replace(":", "").replace("-", "").replace("_", "").isalnum()):
        raise ValueError("token")
    return value


def parse(raw: bytes) -> Parsed:
    """What one update holds, or a whole answer of ``getUpdates``. Raises ``Undigested``."""
    return telegram_update.parse(raw)


class Settings(BaseModel):
    """One bot. ``poll_seconds`` is how long a call waits for news before it is made again."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Annotated[SecretStr, AfterValidator(_token)]
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$")] = (
        "https://api.telegram.org"
    )
    poll_seconds: int = Field(default=25, ge=1, le=50)


class Adapter:
    """One bot, both ways."""

    # Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (one a second to a chat,
    # short bursts beyond that; thirty a second to all).
    abilities = Abilities(
        scheme="telegram",
        style="long",
        longest=LONGEST_TEXT,
        buttons=_MOST_BUTTONS,
        polls=True,
        pace=(Pace(30, 1),),
        pace_each=(Pace(20, 20),),
        uncounted="count-no-history",
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,
        *,
        secret: bytes,  # noqa: ARG002
        now: Callable[[], datetime],
        url: str = "",  # noqa: ARG002
    ) -> None:
        self.id = id
        self._settings, self._now = settings, now
        self._base_url = settings.base_url.rstrip("/")
        self._downloads = http.Line(now, seconds=_DOWNLOAD_SECONDS)
        self._line: Line | None = None
        self._sender: Sender | None = None

    def parse(self, raw: bytes) -> Parsed:
        """What one update holds. Raises ``Undigested``."""
        return telegram_update.parse(raw)

    async def listen(self, desk: Desk) -> None:
        """Bring updates in until cancelled. Raises on trouble."""
        place = Place.stored(await desk.progress())
        await Poller(self._open(), desk, self._now, place).run(self._settings.poll_seconds)

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002
        """None: the bot asks, so that no public address is needed."""
        return ()

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        self._sender = self._sender or Sender(self._open())
        return await self._sender.send(outbound)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that a message pointed at. Raises ``Undelivered`` and ``Unauthorised``."""
        return await telegram_files.fetch(self._open(), self._downloads, self._base_url, attachment)

    async def check(self) -> list[Fault]:
        """What is wrong with the account, tried for real."""
        return await telegram_check.check(self._open(), self._base_url)

    async def called(self) -> str:
        """The bot's name. Raises Undelivered."""
        try:
            return f"@{(await self._open().bot.get_me()).username}"
        except (TelegramError, LookupError, TypeError, ValueError) as error:
            raise Undelivered("server-unreachable", retry=True) from error

    async def close(self) -> None:
        """Let go of every connection."""
        await self._downloads.close()
        if self._line:
            await self._line.close()

    def _open(self) -> Line:
        self._line = self._line or Line(self._settings.token.get_secret_value(), self._base_url)
        return self._line
