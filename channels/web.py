"""The web door: a public form per office, and what is written on its status page.

There is no platform behind it: the form is read by ``forms``, kept as canonical JSON by ``web_raw``, and guarded
by ``guard``; ``web_pages`` shows the pages. What the office says needs no sending: it lies on the status page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web
from pydantic import Field

from channels.base import Abilities, Attachment, Desk, Fault, Measure, Outbound, Parsed, Receipt, State, Undelivered
from channels.form_doors import FormSettings
from channels.guard import Signer
from channels.web_pages import Guards, Pages
from channels.web_raw import unpack
from channels.web_waiting import Line


class Settings(FormSettings):
    """What an office may say of its form.

    ``path`` is where it lives ("/<office>/" where it says nothing). ``burst`` complaints at once and ``per_hour`` in
    the long run are taken from one network (many phones share one: keep them generous), and three times as many
    replies on the status page. Whoever comes after those waits ``slow_seconds`` and is taken, ``slow_times`` as many as
    before (0: nobody is). A form sent within ``fastest_seconds`` of being shown is asked for once more. Sizes in bytes.
    """

    path: str = Field(default="", pattern=r"^$|^/([a-z0-9.-]+/)+$")
    burst: int = Field(default=10, ge=1, le=10_000)
    per_hour: int = Field(default=60, ge=1, le=100_000)
    slow_seconds: float = Field(default=20, ge=1, le=300)
    slow_times: int = Field(default=10, ge=0, le=100)
    fastest_seconds: float = Field(default=3, ge=0, le=60)

    def slow_measure(self) -> Measure | None:
        """How much is let in after a wait."""
        many = self.slow_times
        return Measure.hourly("complaints-slow", many * self.burst, many * self.per_hour) if many else None


def parse(raw: bytes) -> Parsed:
    """One submission as it was kept. Pure. Raises ``Undigested``."""
    return Parsed(messages=(unpack(raw),))


class Adapter:
    """One office's form. Its addresses ("w...") are made here, one per submission or ticket."""

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
            scheme="web", style="long", buttons=10, largest_file_bytes=settings.largest_file_bytes, repeat_safe=True
        )
        self.path = settings.path or f"/{id.rpartition('-')[0]}/"
        self._settings, self._signer, self._now = settings, Signer(secret, id), now

    def parse(self, raw: bytes) -> Parsed:
        """One submission as it was kept. Raises ``Undigested``."""
        return parse(raw)

    async def listen(self, desk: Desk) -> None:  # noqa: ARG002
        """Nothing to wait for: browsers come to the routes."""
        return

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The form, its receipt, and the status page's reply box."""
        one = self._settings
        guards = Guards(
            self._signer,
            complaints=Measure.hourly("complaints", one.burst, one.per_hour),
            replies=Measure.hourly("replies", 3 * one.burst, 3 * one.per_hour),
            line=Line(self._signer, one.slow_seconds, one.slow_measure()),
            limits=one.limits(),
            fastest_seconds=one.fastest_seconds,
        )
        return Pages(self.path, desk, guards, self._now).routes()

    async def send(self, outbound: Outbound) -> Receipt:
        """Nothing leaves: the words are on the status page already."""
        return Receipt(external_id=outbound.key, state=State.DELIVERED)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Files come with the form; there is nothing to fetch."""
        raise Undelivered("no-such-file", retry=False, detail=attachment.reference[:80])

    async def check(self) -> list[Fault]:
        """There is no account that could be wrong."""
        return []

    async def close(self) -> None:
        """Nothing is open."""
