"""The demo's stage: the stand-in platforms, the citizens' phones, and what the program needs to play with them.

The program on it is the real one: only the mail door's host, port and password are others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.demo.handset import Handset
from bot.demo.mail import MailStandIn
from bot.demo.phones import Phones
from bot.demo.story import Story
from config.schema import Office, Offices
from inbox.web.citizen_status import door_path

# Whoever shows the demo sends many forms, and ready-made ones at once.
_PATIENT = {"burst": 1000, "per_hour": 10_000, "fastest_seconds": 0}


class Stage:
    """An async context manager around the stand-ins. ``folder`` keeps what lies on the phones."""

    def __init__(self, offices: Offices, folder: Path, story: Story, now: Callable[[], datetime]) -> None:
        self._offices = offices
        self._mailboxes = dict(_mailboxes(offices))
        self.phones = Phones(folder, story, now)
        self.mail = MailStandIn(self._mailboxes.values(), self.phones)
        self._handset = Handset(self.phones, self.mail, story, [_front(office) for office in offices.offices.values()])
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self.mail)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._open.aclose()

    @property
    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        """Settings laid over the doors' own, by channel id. Only while the stage is open."""
        forms = [id_ for id_, entry in self._offices.channels().items() if entry.kind == "web"]
        mail = {id_: self._entry(id_, address) for id_, address in self._mailboxes.items()}
        return mail | dict.fromkeys(forms, _PATIENT)

    def _entry(self, channel: str, address: str) -> dict[str, Any]:
        office, entry = self._offices.channel(channel)
        named = {"sender_name": entry.settings().get("sender_name") or office.name}
        # pymap tells an idling client nothing of a mail that came just before it idled: the door's sweep must be quick.
        return {**self.mail.entry(address), **named, "take": "all", "poll_seconds": 2}

    async def begin(self, *, anew: bool) -> None:
        """Before the doors open: with a new record forget every letter, else give the office its mail again."""
        if anew:
            self.phones.clear()
        else:
            await self.phones.send_again(self.mail)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """HP Warga."""
        return self._handset.routes()


def _mailboxes(offices: Offices) -> list[tuple[str, str]]:
    entries = offices.channels().items()
    return [(id_, str(entry.settings()["address"])) for id_, entry in entries if entry.kind == "email"]


def _front(office: Office) -> dict[str, str]:
    """What a phone knows of an office."""
    mails = [str(entry.settings()["address"]) for entry in office.channels.values() if entry.kind == "email"]
    form = door_path(office) or ""
    return {
        "id": office.id,
        "name": office.name,
        "zone": office.time_zone,
        "mail": mails[0] if mails else "",
        "form": form,
        "status": f"{form or f'/{office.id}/'}cek",
    }
