"""The chat door: a talk with the clerk in a browser, on a page of its own or on the city's website by one line.

There is no platform behind it: ``chat_pages`` serves page and script, ``chat_raw`` keeps what was written,
``chat_pass`` says whose conversation it is. What the office says lies in the record: the bell is rung when it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from channels.base import Abilities, Attachment, Desk, Fault, Measure, Outbound, Parsed, Receipt, Undelivered
from channels.chat_bell import Bell
from channels.chat_pages import Guards, Pages
from channels.chat_raw import SENDER, unpack
from channels.form_doors import FormSettings
from channels.guard import Signer

_BUTTONS = 12
# A village may stand behind one address: it is given as much as this many conversations.
_VILLAGE = 20


class Settings(FormSettings):
    """What an office may say of its chat.

    ``sites`` are the websites that may show it in a frame ("https://kota.go.id"), beside its own.
    ``burst`` messages at once and ``per_hour`` in the long run are taken in one conversation, twenty times as many from
    one network; ``guesses`` are tries an hour at number and code from one network. Sizes in bytes.
    """

    sites: tuple[Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.*-]+(:[0-9]+)?$")], ...] = Field(
        default=(), max_length=50
    )
    burst: int = Field(default=12, ge=1, le=10_000)
    per_hour: int = Field(default=120, ge=1, le=100_000)
    guesses: int = Field(default=30, ge=3, le=10_000)
    poll_seconds: float = Field(default=4, ge=0.2, le=60)


def parse(raw: bytes) -> Parsed:
    """One message as it was kept. Pure. Raises ``Undigested``."""
    return Parsed(messages=(unpack(raw),))


class Adapter:
    """One office's chat. Its addresses ("c...") are made here, one for each browser that begins to talk."""

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,
        *,
        secret: bytes,
        now: Callable[[], datetime],
        url: str = "",  # noqa: ARG002
    ) -> None:
        self.id = id
        self.abilities = Abilities(
            scheme="chat", buttons=_BUTTONS, largest_file_bytes=settings.largest_file_bytes, repeat_safe=True
        )
        self.path = f"/{id.rpartition('-')[0]}/obrolan"
        self._settings, self._signer, self._now, self.bell = settings, Signer(secret, id), now, Bell()

    def parse(self, raw: bytes) -> Parsed:
        """One message as it was kept. Raises ``Undigested``."""
        return parse(raw)

    async def listen(self, desk: Desk) -> None:  # noqa: ARG002
        """Nothing to wait for: browsers come to the routes."""
        return

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The page, the script for other websites, and what both ask."""
        one = self._settings
        guards = Guards(
            signer=self._signer,
            each=Measure.hourly("conversation", one.burst, one.per_hour),
            network=Measure.hourly("network", _VILLAGE * one.burst, _VILLAGE * one.per_hour),
            guesses=Measure.hourly("guesses", max(3, one.guesses // 3), one.guesses),
            limits=self._settings.limits(),
            sites=one.sites,
            poll_seconds=one.poll_seconds,
        )
        return Pages(self.path, desk, guards, self.bell, self._now).routes()

    async def send(self, outbound: Outbound) -> Receipt:
        """Nothing leaves: browsers that wait are told to look, once this is on record. Raises ``Undelivered``."""
        if not re.fullmatch(SENDER, outbound.recipient):
            raise Undelivered("address-unknown", retry=False)
        return Receipt(external_id=outbound.key)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Files come with the message; there is nothing to fetch."""
        raise Undelivered("no-such-file", retry=False, detail=attachment.reference[:80])

    async def check(self) -> list[Fault]:
        """There is no account that could be wrong."""
        return []

    async def close(self) -> None:
        """Nothing is open."""
