"""What the doors without a platform share: counter, letter, phone, box, radio, social media, another complaint service.

An officer writes down what came in (``inbox.counter``), so nothing is read here and nobody listens. What the office
says lies on the status page, for number and code were handed over when it was written down. The clerk's own news needs
no more than that; an officer's answer is a paper, a call or a post that somebody hands over (``Abilities.offline``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from channels.base import Abilities, Attachment, Desk, Fault, Outbound, Parsed, Receipt, State, Undelivered, Undigested


class Settings(BaseModel):
    """Such a door has nothing to set but its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse(raw: bytes) -> Parsed:  # noqa: ARG001
    """Raises ``Undigested``: what an officer wrote down is read by the counter, and nothing else comes in here."""
    raise Undigested


class Adapter:
    """One such door. Its addresses ("w...") are those of the status page, one per ticket."""

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,  # noqa: ARG002
        *,
        secret: bytes,  # noqa: ARG002
        now: Callable[[], datetime],  # noqa: ARG002
        url: str = "",  # noqa: ARG002
    ) -> None:
        self.id = id
        self.abilities = Abilities(scheme="web", style="long", buttons=10, repeat_safe=True, offline=True)

    def parse(self, raw: bytes) -> Parsed:
        """Raises ``Undigested``."""
        return parse(raw)

    async def listen(self, desk: Desk) -> None:  # noqa: ARG002
        """Nothing to wait for."""
        return

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002
        """None: the desk's own page takes down what comes in."""
        return ()

    async def send(self, outbound: Outbound) -> Receipt:
        """Nothing leaves: the clerk's words are on the status page already."""
        return Receipt(external_id=outbound.key, state=State.DELIVERED)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Files come with what is written down; there is nothing to fetch."""
        raise Undelivered("no-such-file", retry=False, detail=attachment.reference[:80])

    async def check(self) -> list[Fault]:
        """There is no account that could be wrong."""
        return []

    async def close(self) -> None:
        """Nothing is open."""
