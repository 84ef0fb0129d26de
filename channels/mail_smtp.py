"""Handing a mail to the office's SMTP server: one attempt, and every way it can end told in the contract's terms.

Source: RFC 5321, RFC 3463, RFC 4954 (authentication codes).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from channels import mail_status
from channels.base import Fault, Unauthorised, Undelivered, Unsure
from channels.mail_trust import trusted

_CONNECT_SECONDS = 20
_COMMAND_SECONDS = 30
_GOODBYE_SECONDS = 5
_LONGEST_TRANSFER_SECONDS = 120
_SLOWEST_BYTES_PER_SECOND = 100_000
_NEEDS_LOGIN = {530, 534, 535, 538}
_AFTER_BUSY = timedelta(minutes=5)


@dataclass(frozen=True)
class Server:
    """Where mail goes out. ``security`` is ``tls``, ``starttls`` or ``none``; an empty ``user`` does not log in.

    ``name`` is what we call ourselves in EHLO.
    """

    host: str
    port: int
    security: str
    name: str
    user: str = ""
    password: str = field(default="", repr=False)


async def send(server: Server, mail: bytes, *, sender: str, recipient: str) -> None:
    """Hand over one mail. Raises Undelivered, Unsure and Unauthorised, nothing else."""
    try:
        async with _session(server) as client:
            await client.mail(sender, options=_options(client, mail, recipient), encoding="utf-8")
            await client.rcpt(recipient, encoding="utf-8")
            await _transfer(client, mail)
    except (Undelivered, Unsure, Unauthorised):
        raise
    except SMTPResponseException as error:
        raise _refused(error) from None
    except SMTPNotSupported as error:
        raise Undelivered("address-unsupported", retry=False, detail=mail_status.detail(str(error))) from None
    except (SMTPException, OSError, TimeoutError, ValueError) as error:
        raise Undelivered("server-unreachable", retry=True, detail=mail_status.detail(str(error))) from None


async def check(server: Server, *, sender: str) -> list[Fault]:
    """What is wrong with the account, tried as far as naming ourselves as the sender."""
    where = {"host": server.host, "port": str(server.port)}
    try:
        async with _session(server) as client:
            await client.mail(sender)
            await client.rset()
    except Unauthorised as error:
        return [Fault("smtp-login-refused", where | {"detail": str(error)})]
    except SMTPSenderRefused as error:
        return [Fault("smtp-sender-refused", where | {"address": sender, "detail": mail_status.detail(error.message)})]
    except (SMTPException, OSError, TimeoutError, ValueError) as error:
        return [Fault("smtp-unreachable", where | {"detail": mail_status.detail(str(error))})]
    return []


@asynccontextmanager
async def _session(server: Server) -> AsyncIterator[SMTP]:
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.name,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=_COMMAND_SECONDS,
        tls_context=None if server.security == "none" else trusted(),
    )
    try:
        await client.connect(timeout=_CONNECT_SECONDS)
        await client.ehlo()
        if server.user:
            await _log_in(client, server)
        yield client
        with suppress(SMTPException, OSError, TimeoutError):
            await client.quit(timeout=_GOODBYE_SECONDS)
    finally:
        client.close()


async def _log_in(client: SMTP, server: Server) -> None:
    if not client.supported_auth_methods:
        raise Unauthorised("smtp: login is not offered")
    try:
        await client.login(server.user, server.password)
    except SMTPAuthenticationError as error:
        if error.code < 500:
            raise
        raise Unauthorised(f"smtp: {mail_status.detail(error.message)}") from None


def _options(client: SMTP, mail: bytes, recipient: str) -> list[str]:
    options = [f"SIZE={len(mail)}"] if client.supports_extension("size") else []
    if recipient.isascii():
        return options
    if not client.supports_extension("smtputf8"):
        raise SMTPNotSupported("SMTPUTF8")
    return [*options, "SMTPUTF8", "BODY=8BITMIME"]


async def _transfer(client: SMTP, mail: bytes) -> None:
    """DATA. A line that breaks before the server's last word leaves open whether it took the mail."""
    seconds = min(_LONGEST_TRANSFER_SECONDS, _COMMAND_SECONDS + len(mail) / _SLOWEST_BYTES_PER_SECOND)
    try:
        await client.data(mail, timeout=seconds)
    except SMTPDataError:
        raise
    except (SMTPException, OSError) as error:
        raise Unsure(mail_status.detail(str(error))) from None


def _refused(error: SMTPResponseException) -> Undelivered | Unauthorised:
    """What a server's negative answer means. Its first digit alone says whether trying again can help."""
    said = mail_status.detail(error.message)
    status = mail_status.enhanced(said)
    if error.code in _NEEDS_LOGIN:
        return Unauthorised(f"smtp: {said}")
    if error.code < 400:
        return Undelivered("server-unreachable", retry=True, detail=said)
    if error.code < 500:
        full = mail_status.reason(status, said, "server-busy") == "mailbox-full"
        return Undelivered("mailbox-full" if full else "server-busy", retry=True, after=_AFTER_BUSY, detail=said)
    if isinstance(error, SMTPSenderRefused):
        large = mail_status.reason(status, said, "") == "message-too-large" or error.code == 552
        return Undelivered("message-too-large", retry=False, detail=said) if large else Unauthorised(f"smtp: {said}")
    otherwise = "recipient-refused" if isinstance(error, SMTPRecipientRefused) else "message-refused"
    if isinstance(error, SMTPDataError | SMTPRecipientRefused):
        return Undelivered(mail_status.reason(status, said, otherwise), retry=False, detail=said)
    return Undelivered("server-busy", retry=True, after=_AFTER_BUSY, detail=said)
