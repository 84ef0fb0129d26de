"""The whole program with the shipped office of Blitar, real mail servers, and the people who meet there.

Nothing of it is a stand-in: only the clock is the town's own, and the e-mail door's account is that of the servers.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import Wadul, built
from bot.serving import running
from bot.settings import Settings
from channels import mail_parse
from config import SHIPPED, load
from inbox.models import ChannelState, Delivery
from tests.journeys.browsing import Browser
from tests.journeys.clock import Clock
from tests.journeys.mail import MailCitizen, arrived
from tests.journeys.officers import Officer, hire, let_replies_leave
from tests.journeys.waiting import until
from tests.journeys.web import WebCitizen
from tests.mail_peers import PASSWORD as MAIL_PASSWORD
from tests.mail_peers import MailServers
from tests.shipped import doors, shipped

_serial: Iterator[int] = itertools.count(1)
PUBLIC_URL = "http://wadul.example.test"


@dataclass
class Town:
    """One office's town. ``url`` is where the program listens."""

    wadul: Wadul
    clock: Clock
    servers: MailServers
    office_address: str
    url: str
    stack: AsyncExitStack
    mailers: list[MailCitizen] = field(default_factory=list)
    staff: dict[str, Officer] = field(default_factory=dict)

    def mail_citizen(self, name: str = "Siti Aminah", address: str = "") -> MailCitizen:
        """Somebody who writes mail, with a mailbox that was never used."""
        local = "".join(letter for letter in name.lower() if letter.isalpha()) or "warga"
        citizen = MailCitizen(
            name,
            address or f"{local}-{next(_serial)}@warga.example.test",
            office=self.office_address,
            servers=self.servers,
            clock=self.clock,
            taken=self.takes_all_mail,
            settled=self.settles,
        )
        self.mailers.append(citizen)
        self.stack.push_async_callback(citizen.leaves)
        return citizen

    def web_citizen(self) -> WebCitizen:
        """Somebody at the web form."""
        return WebCitizen(self.browser(), self.clock, self.settles)

    def officer(self, role: str) -> Officer:
        """The officer of that role, always the same one."""
        if role not in self.staff:
            self.staff[role] = Officer(role, self.browser())
        return self.staff[role]

    def browser(self) -> Browser:
        """A browser of its own cookies."""
        browser = Browser(self.url)
        self.stack.push_async_callback(browser.close)
        return browser

    async def strikes(self) -> None:
        """The minute's work is done at the time the clock shows, and what it queued goes out."""
        await self.wadul.clock.tick(self.clock())
        await self.settles()

    async def takes_all_mail(self) -> None:
        """Wait until the program has taken everything that lies in the office's mailbox."""
        await until(self._all_taken, "the program takes the mail of the office's mailbox")

    async def settles(self) -> None:
        """Wait until all mail is taken, nothing more is to be sent now, and what was sent has arrived."""
        await self.takes_all_mail()
        await let_replies_leave(self.wadul, self.clock)
        await until(self._all_sent, "the outbox is empty")
        await until(self._all_arrived, "what was sent lies in the citizens' mailboxes")

    async def _all_taken(self) -> bool:
        async with self.wadul.database.reading():
            state = await ChannelState.filter(channel="blitar-email").first()
        return bool(state) and int(state.progress.get("uid", 0)) >= arrived(self.servers, self.office_address)

    async def _all_sent(self) -> bool:
        async with self.wadul.database.reading():
            waiting = Delivery.filter(state="queued", due_at__lte=self.clock())
            return not await waiting.exists() and not await Delivery.filter(state="sending").exists()

    async def _all_arrived(self) -> bool:
        async with self.wadul.database.reading():
            taken = {
                one: await Delivery.filter(address__value=one.address, state__in=["sent", "delivered", "read"]).count()
                for one in self.mailers
            }
        return all(one.count() >= sent for one, sent in taken.items())


@asynccontextmanager
async def opened(
    servers: MailServers,
    database_url: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    config: Path = SHIPPED,
    mail_password: str = MAIL_PASSWORD,
) -> AsyncIterator[Town]:
    """A town with every officer on duty, until the block ends.

    ``config``: the folder of the office's files. With a wrong ``mail_password`` the e-mail door stays shut.
    """
    clock, address = Clock(), f"pengaduan-{next(_serial)}@blitar.example.test"
    servers.maildir(address)
    settings = Settings(public_url=PUBLIC_URL, listen="127.0.0.1:0", data=folder, database=database_url)
    known = shipped() if config == SHIPPED else load(config, secrets=False)
    offices = doors(known, "blitar-email", "blitar-web")
    entries = {"blitar-email": _account(servers, address) | {"password": mail_password}}
    # The mail servers live in the machine's own time; the town goes by what citizens write into their mails.
    monkeypatch.setattr(mail_parse, "_sent_at", lambda headers, _taken: headers.date("date") or clock())
    async with AsyncExitStack() as stack:
        wadul = await stack.enter_async_context(built(settings, offices, now=clock, entries=entries))
        await hire(wadul, offices.office("blitar"), clock())
        monkeypatch.setattr(wadul.clock, "_sleep", _for_ever)
        port = await stack.enter_async_context(running(wadul))
        town = Town(wadul, clock, servers, address, f"http://127.0.0.1:{port}", stack)
        if mail_password == MAIL_PASSWORD:
            await until(town._all_taken, "the e-mail door opens its mailbox")
        yield town


def _account(servers: MailServers, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "user": address,
        "imap_host": "127.0.0.1",
        "imap_port": servers.ports["imap"],
        "imap_tls": False,
        "smtp_host": "127.0.0.1",
        "smtp_port": servers.ports["smtp"],
        "smtp_security": "none",
        "smtp_login": False,
    }


async def _for_ever(_seconds: float) -> None:
    """The town's minutes are struck by the journeys alone."""
    await asyncio.Event().wait()
