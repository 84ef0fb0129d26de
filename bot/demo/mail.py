"""A mail provider of our own for the demo: an IMAP server with the office's mailboxes and the SMTP server it sends by.

The real e-mail door logs in to both over loopback; nothing is carried outside. Knows no ticket: what the office sends
is given to the ``Phones``. Source: pymap 0.36 (dict backend), aiosmtpd 1.4.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
LARGEST_MAIL_BYTES = 40 * 1024 * 1024


class Recipients(Protocol):
    """Those whom the office can write to."""

    def has(self, address: str) -> bool:
        """Whether anybody is there."""
        ...

    def receive(self, address: str, raw: bytes) -> None:
        """A mail arrives."""
        ...


class MailStandIn:
    """IMAP and SMTP for ``mailboxes`` (addresses), each with a password of this run. An async context manager.

    ``colleagues`` are addresses in the offices themselves: mail to them is taken, and nobody in the demo reads it.
    """

    def __init__(
        self, mailboxes: Iterable[str], recipients: Recipients, colleagues: frozenset[str] = frozenset()
    ) -> None:
        self._password = secrets.token_urlsafe(12)
        self._login, self._imap = _imap_server()
        self._identities = {one.lower(): Identity(one.lower(), self._login, None, frozenset()) for one in mailboxes}
        self._smtp = _Outgoing(frozenset(self._identities), self._password, recipients, colleagues)
        self._lines: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    async def __aenter__(self) -> Self:
        for address, identity in self._identities.items():
            await identity.set(UserMetadata(self._login.config, address, password=self._password))
        loop = asyncio.get_running_loop()
        self._servers.append(await asyncio.start_server(self._line, HOST, 0))
        self._servers.append(await loop.create_server(self._smtp.protocol, HOST, 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        tasks = [*self._lines, *self._smtp.lines()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def entry(self, address: str) -> dict[str, Any]:
        """The settings by which the e-mail door reaches this provider."""
        return {
            "imap_host": HOST,
            "imap_port": _port(self._servers[0]),
            "imap_tls": False,
            "smtp_host": HOST,
            "smtp_port": _port(self._servers[1]),
            "smtp_security": "none",
            "user": address.lower(),
            "password": self._password,
        }

    async def put(self, recipient: str, raw: bytes, now: datetime) -> bool:
        """Lay a mail into an office's mailbox; whoever idles there is told. False where there is no such mailbox.

        ``recipient`` may carry a plus part. Line ends become CRLF, as a mail server stores them.
        """
        identity = self._identities.get(_without_plus(recipient))
        if identity is None:
            return False
        lines = b"\r\n".join(raw.replace(b"\r\n", b"\n").split(b"\n"))
        async with identity.new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(lines, now, frozenset()))
        return True

    async def _line(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One IMAP connection. pymap's own service would look for a PROXY header and lose track of its tasks."""
        task = asyncio.current_task()
        if task is not None:
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)
        info = SocketInfo.get(writer, ProxyResultUnknown(), unique_id=secrets.token_bytes(8))
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await self._imap(reader, writer, info)


class _Outgoing:
    """The SMTP side: takes mail from whoever signed in, refuses recipients that nobody is."""

    def __init__(
        self, users: frozenset[str], password: str, recipients: Recipients, colleagues: frozenset[str]
    ) -> None:
        # aiosmtpd warns on every login of things that it does itself.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._users, self._password, self._recipients = users, password, recipients
        self._colleagues = colleagues
        self._open: WeakSet[SMTP] = WeakSet()

    def protocol(self) -> SMTP:
        """One connection's protocol, in this loop and without TLS (loopback)."""
        line = SMTP(
            self,
            hostname="surat.demo",
            ident="Wadul demo",
            loop=asyncio.get_running_loop(),
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )
        self._open.add(line)
        return line

    def lines(self) -> list[asyncio.Task[None]]:
        """The tasks of connections that are still open."""
        tasks = [getattr(line, "_handler_coroutine", None) for line in self._open]
        return [task for task in tasks if isinstance(task, asyncio.Task) and not task.done()]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer at once whether anybody is there, as a real server does (RFC 5321, 4.2.3; RFC 4954, 6)."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if not (self._recipients.has(address) or address.lower() in self._colleagues):
            return "550 5.1.1 No such mailbox in the demo"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Hand the mail to every recipient."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in filter(self._recipients.has, envelope.rcpt_tos):
            self._recipients.receive(address, content)
        return "250 OK"

    def _authenticate(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        data: Any,
    ) -> AuthResult:
        # ``handled`` would say that we have answered the client ourselves.
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        known = data.login.decode("utf-8", "replace").lower() in self._users
        right = secrets.compare_digest(data.password, self._password.encode())
        return AuthResult(success=known and right, handled=False)


class _Config(Config):
    @property
    def greeting(self) -> bytes:
        """pymap would ask the name service who we are, and wait for it."""
        return b"Wadul demo"


def _imap_server() -> tuple[Login, IMAPServer]:
    """pymap without its command line: everything in this loop, passwords compared as they are."""
    here = Subsystem.for_asyncio()
    config = _Config(
        Namespace(passlib_cfg=None, proxy_protocol=None),
        demo_data=False,
        demo_user="",
        demo_password="",
        host=HOST,
        port=0,
        tls_enabled=False,
        subsystem=here,
        cpu_subsystem=here,
        hash_context=Cleartext(),
        max_append_len=LARGEST_MAIL_BYTES,
    )
    config.apply_context()
    login = Login(config)
    return login, IMAPServer(login, config)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def _without_plus(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
