"""One folder of an IMAP mailbox, read and never changed: what is new, how large, what it says, when to look again.

A narrow wrapper around aioimaplib, whose calls can wait for ever on a broken line and whose answers are not
exceptions: every call is raced against the loss of the line and against time, every answer is checked, what arrives
is handed to it in small pieces, and after any trouble the connection is thrown away.
Source: RFC 3501, RFC 2177 (IDLE), RFC 5530 (response codes).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from aioimaplib import IMAP4, AioImapException, Response
from aioimaplib.aioimaplib import quoted

from channels.base import Unauthorised
from channels.mail_status import detail
from channels.mail_trust import trusted

_CONNECT_SECONDS = 30
_COMMAND_SECONDS = 60  # for a download: without a single byte
_DOWNLOAD_SECONDS = 1800
_LONGEST_HEADER_BYTES = 262_144
_PIECE_BYTES = 4096
_PASSING_TROUBLE = re.compile(r"\[(?:unavailable|inuse|limit|serverbug)\]|too many|temporar|try again", re.I)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAIL = re.compile(rb"^\d+ FETCH \(")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_TAKEN = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_SHORT_BODY = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')

T = TypeVar("T")


class Lost(ConnectionError):
    """The line to the mailbox is gone, or its server stopped answering sensibly."""


class FolderMissing(ConnectionError):
    """The mailbox has no folder of that name."""


@dataclass(frozen=True)
class Account:
    """Where a mailbox is and who opens it. ``tls`` from the first byte; without it the line is bare."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail in the folder that was not downloaded yet. ``taken_at`` is when the mailbox took it, aware UTC."""

    uid: int
    size_bytes: int
    taken_at: datetime


class Mailbox:
    """An open folder. ``uidnext`` is the UID that the next mail would have got when the folder was opened."""

    def __init__(self, account: Account) -> None:
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        context = trusted() if account.tls else None
        self._client = IMAP4(
            account.host, account.port, timeout=_COMMAND_SECONDS, conn_lost_cb=self._on_lost, ssl_context=context
        )
        protocol = self._client.protocol
        self._greet, protocol.welcome = protocol.welcome, self._welcome
        self._receive, protocol.data_received = protocol.data_received, self._received
        self._grew = asyncio.Event()
        self.uidvalidity = 0
        self.uidnext = 1

    async def new(self, after: int, since: datetime | None = None) -> list[int]:
        """UIDs above ``after``, ascending; ``since`` leaves out what the mailbox took on an earlier day.

        The answer is one line however many wait.
        """
        self._checked(await self._do(self._client.noop()), "noop")
        self._grew.clear()
        criteria = [f"UID {after + 1}:*"]
        if since:
            criteria.append(f"SINCE {_day(since)}")
        response = self._checked(await self._do(self._client.uid_search(*criteria, charset=None)), "search")
        found = {int(word) for line in response.lines[:-1] for word in bytes(line).split() if word.isdigit()}
        return sorted(uid for uid in found if uid > after)  # the server always names the last mail as well

    async def between(self, since: date, until: date) -> list[int]:
        """UIDs of what the mailbox took from one day to before another, by the server's own calendar; ascending."""
        criteria = ("SINCE", _day(since), "BEFORE", _day(until))
        response = self._checked(await self._do(self._client.uid_search(*criteria, charset=None)), "search")
        return sorted({int(word) for line in response.lines[:-1] for word in bytes(line).split() if word.isdigit()})

    async def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The headers of mails by UID, at most 50 at once, each cut where it is too long."""
        return await self._bodies(uids, f"BODY.PEEK[HEADER]<0.{_LONGEST_HEADER_BYTES}>")

    async def waiting(self, uids: Sequence[int]) -> list[Waiting]:
        """Size and date of some mails, at most 100; one that has vanished is left out."""
        answer = await self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
        return sorted(
            (
                Waiting(uid, int(size[1]), _moment(taken[1]))
                for uid, text, _ in answer
                if (size := _SIZE.search(text)) and (taken := _TAKEN.search(text))
            ),
            key=lambda one: one.uid,
        )

    async def download(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole mails by UID, their seen flags left alone, at most 20 at once; those that have vanished are missing."""
        return await self._bodies(uids, "BODY.PEEK[]")

    async def header(self, uid: int) -> bytes:
        """The first part of a mail's header, for one that is too large to take."""
        return (await self._bodies([uid], f"BODY.PEEK[HEADER]<0.{_LONGEST_HEADER_BYTES}>")).get(uid, b"")

    async def wait(self, seconds: float) -> None:
        """Return when the server has said that the folder grew, and after ``seconds`` in any case."""
        idle = None
        if self._client.has_capability("IDLE") and not self._grew.is_set():
            idle = await self._do(self._client.idle_start(timeout=seconds + _COMMAND_SECONDS))
        grew = asyncio.ensure_future(self._grew.wait())
        try:
            await self._first(grew, seconds)
        finally:
            grew.cancel()
        if self._lost.done():
            raise Lost("connection lost")
        if idle:
            self._client.idle_done()
            await self._do(idle)
            self._client.protocol.idle_queue = asyncio.Queue()  # what was pushed; ``_received`` has seen it

    async def open(self, account: Account) -> None:
        """Connect, log in, select. Raises Unauthorised, FolderMissing, Lost."""
        await self._do(self._client.wait_hello_from_server(), _CONNECT_SECONDS)
        if self._client.get_state() == "NONAUTH":
            response = await self._do(self._client.login(quoted(account.user), account.password))
            if response.result != "OK":
                raise _login_refused(response)
        await self._do(self._client.protocol.capability())
        response = await self._do(self._client.select(quoted(account.folder)))
        if response.result != "OK":
            raise _not_opened(response, account.folder)
        lines = b" ".join(bytes(line) for line in response.lines)
        self.uidvalidity = _number(rb"\[UIDVALIDITY (\d+)\]", lines)
        self.uidnext = _number(rb"\[UIDNEXT (\d+)\]", lines) or 1 + max(await self.new(0), default=0)

    def close(self) -> None:
        """Drop the line and everything that waits on it."""
        client = self._client
        for task in (*client.tasks, *client.protocol.tasks):
            task.cancel()
        if client.protocol.transport:
            client.protocol.transport.abort()
        if not self._lost.done():
            self._lost.set_result(None)

    async def _bodies(self, uids: Sequence[int], part: str) -> dict[int, bytes]:
        if not uids:
            return {}
        answer = await self._fetch(",".join(map(str, uids)), f"(UID {part})", _DOWNLOAD_SECONDS)
        return {uid: body for uid, text, literal in answer if (body := _content(text, literal)) is not None}

    async def _fetch(
        self, uids: str, parts: str, seconds: float = _COMMAND_SECONDS
    ) -> list[tuple[int, bytes, bytes | None]]:
        response = self._checked(await self._do(self._client.uid("fetch", uids, parts), seconds), "fetch")
        return list(_mails(response.lines))

    async def _do(self, call: Awaitable[T], seconds: float = _COMMAND_SECONDS) -> T:
        """A call's result, unless the line is lost or the time is up before: then ``Lost``."""
        task = asyncio.ensure_future(call)
        try:
            await self._first(task, seconds)
            answered = task.done()
        finally:
            task.cancel()
        if not answered:
            raise Lost("connection lost" if self._lost.done() else f"no answer in {seconds:.0f} seconds")
        try:
            return task.result()
        except (AioImapException, TimeoutError, asyncio.CancelledError, OSError, ValueError, IndexError) as error:
            raise Lost(f"{type(error).__name__}: {error}") from error

    async def _first(self, task: asyncio.Future[Any], seconds: float) -> None:
        """Until the task is done, the line is lost, or the time is up."""
        await asyncio.wait({task, self._lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def _checked(self, response: Response, what: str) -> Response:
        if response.result != "OK":
            raise Lost(f"{what}: {response.result}")
        return response

    def _received(self, data: bytes) -> None:
        """The library calls itself once a line: a thousand in one piece would break it. It also forgets what a server
        says beside the answer to a command: that the folder grew.
        """
        if b" EXISTS\r\n" in data:
            self._grew.set()
        for start in range(0, len(data), _PIECE_BYTES):
            self._receive(data[start : start + _PIECE_BYTES])

    async def _welcome(self, line: bytes) -> None:
        """The library greets in a task that nobody waits for; what goes wrong there is a lost line as well."""
        try:
            await self._greet(line)
        except (AioImapException, ValueError, IndexError) as error:
            self._on_lost(error)

    def _on_lost(self, _error: Exception | None) -> None:
        if not self._lost.done():
            self._lost.set_result(None)


@asynccontextmanager
async def opened(account: Account) -> AsyncIterator[Mailbox]:
    """The mailbox, its folder open. Raises Unauthorised, FolderMissing, Lost; the line is gone afterwards."""
    mailbox = Mailbox(account)
    try:
        await mailbox.open(account)
        yield mailbox
    finally:
        mailbox.close()


def _login_refused(response: Response) -> Exception:
    said = _said(response)
    return Lost(f"login: {said}") if _PASSING_TROUBLE.search(said) else Unauthorised(f"imap: {said}")


def _not_opened(response: Response, folder: str) -> Exception:
    said = _said(response)
    return Lost(f"select: {said}") if _PASSING_TROUBLE.search(said) else FolderMissing(folder)


def _said(response: Response) -> str:
    return detail(b" ".join(bytes(line) for line in response.lines[-1:]).decode("utf-8", "replace"))


def _mails(lines: Sequence[bytes | bytearray]) -> Iterator[tuple[int, bytes, bytes | None]]:
    """UID, text without the literal, and the literal of every mail in the lines of an answer."""
    text, literal = b"", None
    for line in (*lines, b"0 FETCH ("):
        if isinstance(line, bytearray):
            literal = bytes(line)
        elif _MAIL.match(line):
            if uid := _UID.search(text):
                yield int(uid[1]), text, literal
            text, literal = line, None
        else:
            text += line


def _content(text: bytes, literal: bytes | None) -> bytes | None:
    if literal is not None:
        return literal
    short = _SHORT_BODY.search(text)
    return re.sub(rb"\\(.)", rb"\1", short[1]) if short else None


def _day(on: date) -> str:
    return f"{on.day}-{_MONTHS[on.month - 1]}-{on.year}"


def _moment(text: bytes) -> datetime:
    return parsedate_to_datetime(text.decode("ascii", "replace")).astimezone(UTC)


def _number(pattern: bytes, text: bytes) -> int:
    found = re.search(pattern, text, re.I)
    return int(found[1]) if found else 0
