"""Citizens who write mail: out by SMTP, and the answers read by IMAP from a mailbox of their own."""

from __future__ import annotations

import asyncio
import imaplib
import re
import smtplib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import cast

from tests.journeys.browsing import Upload
from tests.journeys.clock import Clock
from tests.journeys.waiting import until
from tests.mail_peers import PASSWORD, MailServers

_NUMBER = re.compile(r"\bBLT-\d\d-\d{6}\b")
_CODE = re.compile(r"\b[Kk]ode(?: aduan BLT-\d\d-\d{6} adalah|:)? ([A-HJ-NP-Z2-9]{6})\b")


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it."""

    message: EmailMessage

    @property
    def text(self) -> str:
        """Its words, as they stand."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def read(self) -> str:
        """Subject and words in one line."""
        return " ".join(f"{self.subject}\n{self.text}".split())

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def number(self) -> str:
        """The first ticket number in it."""
        found = _NUMBER.search(self.read)
        assert found, f"no number in: {self.read}"
        return found[0]

    @property
    def code(self) -> str:
        """The code in it."""
        found = _CODE.search(self.read)
        assert found, f"no code in: {self.read}"
        return found[1]

    @property
    def has_code(self) -> bool:
        """Whether any code stands in it."""
        return _CODE.search(self.read) is not None

    def says(self, *phrases: str) -> Mail:
        """Assert that its reader finds these words."""
        for phrase in phrases:
            assert phrase in self.read, f"“{phrase}” is not in: {self.read}"
        return self

    def hides(self, *phrases: str) -> Mail:
        """Assert that its reader finds none of these."""
        for phrase in phrases:
            assert phrase.casefold() not in self.read.casefold(), f"“{phrase}” is in: {self.read}"
        return self


class MailCitizen:
    """Somebody with a mail program. ``taken`` waits until the office's program took everything that was sent."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        office: str,
        servers: MailServers,
        clock: Clock,
        taken: Callable[[], Awaitable[None]],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self.name, self.address, self.office = name, address, office
        self.shown_name = name
        self.last: Mail | None = None
        self.number = self.code = ""
        self._servers, self._clock, self._taken, self._settled = servers, clock, taken, settled
        self._mailbox: imaplib.IMAP4 | None = None
        self.heard = 0

    async def says(
        self,
        text: str,
        *,
        subject: str | None = None,
        files: Sequence[Upload] = (),
        headers: Mapping[str, str] | None = None,
        after_minutes: float = 3,
    ) -> None:
        """Write: a new mail where it has a subject, else an answer to the mail heard last, some minutes after it.

        Returns once the office has it.
        """
        answered = self.last if subject is None else None
        if answered:
            self._clock.passes(minutes=after_minutes)
        mail = self._reply(answered) if answered else self._new(subject or "")
        mail.set_content(_quoting(text, answered) if answered else text)
        for file in files:
            main, _, sub = file.type.partition("/")
            mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        await self.sends(mail.as_bytes(policy=policy.SMTP), to=str(mail["To"].addresses[0].addr_spec))

    async def complains(self, text: str) -> None:
        """A first mail."""
        await self.says(text, subject="Aduan")

    async def is_content(self) -> None:
        """Sudah selesai."""
        await self.says("SELESAI")

    async def is_not_content(self, why: str) -> None:
        """Belum selesai."""
        await self.says(f"BELUM, {why}")

    async def rates(self, value: int) -> None:
        """1 to 5."""
        await self.says(str(value))

    async def sends(self, raw: bytes, *, to: str = "", sender: str | None = None, taken: bool = True) -> None:
        """Hand a mail as it is to the mail server."""
        before = arrived(self._servers, self.office)
        await asyncio.to_thread(self._hand_over, raw, to or self.office, self.address if sender is None else sender)
        await until(lambda: arrived(self._servers, self.office) > before, "the mail server delivers the citizen's mail")
        if taken:
            await self._taken()

    async def hears(self, *phrases: str) -> Mail:
        """The next mail that comes in, with these words in it."""
        await self._settled()
        await until(self._has_news, f"{self.name} gets a mail with “{'”, “'.join(phrases)}”")
        self.last = await asyncio.to_thread(self._fetch, self.heard)
        self.heard += 1
        self.number = next(iter(_NUMBER.findall(self.last.read)), self.number)
        self.code = next(iter(_CODE.findall(self.last.read)), self.code)
        return self.last.says(*phrases)

    async def hears_nothing(self) -> None:
        """Assert that everything the office had to say was heard already."""
        await self._settled()
        waiting = await self._all()
        more = [(await asyncio.to_thread(self._fetch, index)).read for index in range(self.heard, waiting)]
        assert not more, f"{self.name} got: {more}"

    async def has_mail(self) -> bool:
        """Whether something came that was not heard yet, once the office has said all it has to say."""
        await self._settled()
        return await self._all() > self.heard

    async def hears_nothing_but(self, times: int, *phrases: str) -> None:
        """Assert that exactly so many mails come, each with these words."""
        for _ in range(times):
            await self.hears(*phrases)
        await self.hears_nothing()

    async def leaves(self) -> None:
        """Close the mail program."""
        if self._mailbox is not None:
            await asyncio.to_thread(self._mailbox.logout)

    def count(self) -> int:
        """How many mails ever came."""
        return arrived(self._servers, self.address)

    def _new(self, subject: str) -> EmailMessage:
        mail = EmailMessage()
        local, _, domain = self.address.rpartition("@")
        mail["From"] = Address(self.shown_name, local, domain)
        mail["To"] = self.office
        if subject:
            mail["Subject"] = subject
        mail["Date"] = format_datetime(self._clock.local)
        mail["Message-ID"] = make_msgid(domain=domain)
        return mail

    def _reply(self, answered: Mail) -> EmailMessage:
        mail = self._new(f"Re: {answered.subject.removeprefix('Re: ')}")
        before = str(answered.message["References"] or "")
        mail.replace_header("To", str(answered.message["Reply-To"] or answered.message["From"]))
        mail["In-Reply-To"] = str(answered.message["Message-ID"])
        mail["References"] = f"{before} {answered.message['Message-ID']}".strip()
        return mail

    def _hand_over(self, raw: bytes, to: str, sender: str) -> None:
        with smtplib.SMTP("127.0.0.1", self._servers.ports["smtp"], timeout=20) as server:
            server.sendmail(sender, [to], raw)

    async def _all(self) -> int:
        """How many mails the mail program shows, once it shows all that arrived."""

        async def shown() -> bool:
            return await asyncio.to_thread(self._count) >= arrived(self._servers, self.address)

        await until(shown, "the mail program shows what arrived")
        return await asyncio.to_thread(self._count)

    async def _has_news(self) -> bool:
        return await asyncio.to_thread(self._count) > self.heard

    def _count(self) -> int:
        if self._mailbox is None:
            self._servers.maildir(self.address)
            self._mailbox = imaplib.IMAP4("127.0.0.1", self._servers.ports["imap"], timeout=20)
            self._mailbox.login(self.address, PASSWORD)
            self._mailbox.select("INBOX")
        self._mailbox.noop()
        return len(self._mailbox.uid("search", "ALL")[1][0].split())

    def _fetch(self, index: int) -> Mail:
        assert self._mailbox is not None
        uid = self._mailbox.uid("search", "ALL")[1][0].split()[index]
        ((_, raw), *_) = self._mailbox.uid("fetch", uid, "(BODY[])")[1]
        return Mail(cast("EmailMessage", message_from_bytes(raw, policy=policy.default)))


def _quoting(text: str, answered: Mail) -> str:
    """As mail programs do: the answer above, everything said before below it."""
    quoted = "\n".join(f"> {line}" for line in answered.text.splitlines())
    return f"{text}\n\nPada Sen, 23 Nov 2026 pukul 09.15 DPM Naker PTSP menulis:\n{quoted}\n"


def arrived(servers: MailServers, address: str) -> int:
    """How many mails lie in a mailbox. Plus addresses lie in the mailbox before the plus."""
    home = servers.maildir(address)
    return sum(1 for part in ("new", "cur") for _ in (home / part).iterdir())
