"""The e-mail door: complaints come in by IMAP, answers go out by SMTP, one mailbox per channel.

It ties the rooms together (``mail_imap`` and ``mail_collect`` bring mail in, ``mail_parse`` reads it, ``mail_compose``
and ``mail_smtp`` send) and keeps no state of its own: what it remembers lies with the desk.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from channels import mail_collect, mail_count, mail_imap, mail_parse, mail_proof, mail_smtp
from channels.base import (
    Abilities,
    Attachment,
    Brought,
    Desk,
    Fault,
    Outbound,
    Pace,
    Parsed,
    Proof,
    Receipt,
    Seen,
    Unauthorised,
    Undelivered,
)
from channels.mail_compose import compose
from channels.mail_headers import Headers
from channels.mail_reply import ReplyAddresses

_Address = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", to_lower=True)
]
_Port = Annotated[int, Field(ge=1, le=65535)]


def parse(raw: bytes) -> Parsed:
    """What one raw mail holds, read without a mailbox: signed reply addresses stay unknown. Raises ``Undigested``."""
    return mail_parse.parse(raw)


class Settings(BaseModel):
    """One mailbox. ``address`` is what citizens write to; hosts left out are ``mail.<its domain>``.

    ``take`` says what to do with mail that lies in the folder when the office first connects it. ``plus_address``
    is for servers that deliver ``name+anything@`` to ``name@``. An empty ``user`` logs in with the address.
    ``authserv_id`` is how the office's own server signs its ``Authentication-Results``; empty: they are not read.
    ``authserv_fields``: how many such fields it writes into every mail.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: _Address
    sender_name: str = Field(default="", max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
    imap_host: str = ""
    imap_port: _Port = 993
    imap_tls: bool = True
    folder: str = "INBOX"
    take: Literal["new", "all"] = "new"
    smtp_host: str = ""
    smtp_port: _Port = 587
    smtp_security: Literal["tls", "starttls", "none"] = "starttls"
    smtp_login: bool = True
    user: str = ""
    password: SecretStr = SecretStr("")
    plus_address: bool = True
    authserv_id: str = Field(default="", max_length=255, pattern=r"^[A-Za-z0-9._-]*$")
    authserv_fields: int = Field(default=1, ge=1, le=5)
    poll_seconds: float = Field(default=60, ge=1, le=600)


class Adapter:
    """One mailbox, both ways."""

    # No provider says the same: few shut out whoever stays below this, and the office's file may say otherwise.
    abilities = Abilities(scheme="email", style="long", polls=True, forgeable=True, pace=(Pace(120, 60),))

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
        self._settings, self._now = settings, now
        self._reply_addresses = ReplyAddresses(settings.address, id, secret)

    def parse(self, raw: bytes) -> Parsed:
        """What one raw mail holds. Raises ``Undigested``."""
        return self._read(raw, None)

    async def listen(self, desk: Desk) -> None:
        """Bring mail in until cancelled: by the server's push, and by a sweep each minute. Raises on trouble."""
        stored = mail_collect.Place.stored(await desk.progress())
        async with mail_imap.opened(self._mailbox()) as mailbox:
            place = mail_collect.begin(stored, mailbox, self._now(), take_all=self._settings.take == "all")
            if place != stored:
                await desk.accept(progress=place.storable())
            await mail_collect.collect(mailbox, desk, self._read, place, every_seconds=self._settings.poll_seconds)

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:  # noqa: ARG002
        """None: nobody calls a mailbox."""
        return ()

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        settings = self._settings
        message_id = self._reply_addresses.message_id(outbound.key)
        mail = compose(
            outbound,
            sender=Address(display_name=settings.sender_name, addr_spec=settings.address),
            reply_to=self._reply_addresses.make(outbound.key) if settings.plus_address else "",
            message_id=message_id,
            now=self._now(),
        )
        await mail_smtp.send(self._server(), mail, sender=settings.address, recipient=outbound.recipient)
        return Receipt(external_id=message_id)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A mail brings its files along. Raises ``Undelivered``."""
        raise Undelivered("nothing-to-fetch", retry=False, detail=attachment.reference[:80])

    async def check(self) -> list[Fault]:
        """What is wrong with the account, tried for real both ways."""
        return [*await self._check_imap(), *await mail_smtp.check(self._server(), sender=self._settings.address)]

    async def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:
        """What the mailbox took then. Raises Undelivered, Unauthorised."""
        async for seen in mail_count.received(self._mailbox(), since, until, progress):
            yield seen

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One mail of them. Raises Undelivered, Unauthorised."""
        return await mail_count.again(self._mailbox(), place, self._read)

    async def close(self) -> None:
        """Every connection is a call's own: nothing stays open."""

    async def _check_imap(self) -> list[Fault]:
        account = self._mailbox()
        where = {"host": account.host, "port": str(account.port)}
        try:
            async with mail_imap.opened(account):
                return []
        except Unauthorised as error:
            return [Fault("imap-login-refused", where | {"detail": str(error)})]
        except mail_imap.FolderMissing:
            return [Fault("imap-folder-missing", where | {"folder": account.folder})]
        except OSError as error:
            return [Fault("imap-unreachable", where | {"detail": str(error)[:300]})]

    def _read(self, raw: bytes, taken_at: datetime | None) -> Parsed:
        return mail_parse.parse(
            raw,
            own_address=self._settings.address,
            signed_id=self._signed_id,
            received_at=taken_at,
            prove=self._prove if self._settings.authserv_id else None,
        )

    def _prove(self, headers: Headers, sender: str) -> Proof:
        return mail_proof.read(headers, sender, self._settings.authserv_id, self._settings.authserv_fields)

    def _signed_id(self, address: str) -> str:
        key = self._reply_addresses.key(address)
        return self._reply_addresses.message_id(key) if key else ""

    def _mailbox(self) -> mail_imap.Account:
        settings = self._settings
        return mail_imap.Account(
            host=settings.imap_host or self._default_host(),
            port=settings.imap_port,
            tls=settings.imap_tls,
            user=settings.user or settings.address,
            password=settings.password.get_secret_value(),
            folder=settings.folder,
        )

    def _server(self) -> mail_smtp.Server:
        settings = self._settings
        return mail_smtp.Server(
            host=settings.smtp_host or self._default_host(),
            port=settings.smtp_port,
            security=settings.smtp_security,
            name=settings.address.rpartition("@")[2],
            user=(settings.user or settings.address) if settings.smtp_login else "",
            password=settings.password.get_secret_value(),
        )

    def _default_host(self) -> str:
        return f"mail.{self._settings.address.rpartition('@')[2]}"
