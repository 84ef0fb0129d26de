"""The e-mail door against real servers: every mail once, whatever happens to the line, and answers that come back."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import pytest

import channels
from channels import mail_collect, mail_imap
from channels.base import Attachment, Channel, Outbound, Unauthorised, Undelivered
from tests.channels.contract import SECRET, DoorContract
from tests.channels.mails import CITIZEN, OFFICE, WORDS, mail, multipart, part
from tests.channels.recording import RecordingDesk
from tests.channels.wire import wired
from tests.mail_peers import PASSWORD, REFUSED, MailServers

_AT_ONCE = 10  # seconds: far less than a line waits by itself, far more than a busy machine needs
CLOSED = {"imap_host": "127.0.0.1", "imap_port": 9, "smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "none"}


class TestContract(DoorContract):
    """What every door promises."""

    kind = "email"
    entry: ClassVar[Mapping[str, Any]] = {
        "address": OFFICE,
        "password": "kata-sandi-kotak-surat",
        "sender_name": "Dinas Perhubungan",
    }
    samples = (
        mail(),
        mail(message_id="", subject="Tanpa nama"),
        mail("<p>Halo</p>", message_id="<dua@x.id>", content_type="text/html"),
    )
    secrets = ("kata-sandi-kotak-surat", SECRET.decode())
    unreachable = CLOSED
    recipient = CITIZEN


Open = Callable[..., Channel]
_numbers = itertools.count(1)


@pytest.fixture
def address() -> str:
    """A mailbox that no other test has used."""
    return f"kotak{next(_numbers)}.{os.getpid()}@dinas.example.test"


@pytest.fixture
def opened(mail_servers: MailServers, address: str) -> Open:
    """Makes the door of that mailbox, with other settings where a test wants them."""

    def make(**more: Any) -> Channel:
        entry = {
            "kind": "email",
            "address": address,
            "password": PASSWORD,
            "sender_name": "Dinas Perhubungan",
            "imap_host": "127.0.0.1",
            "imap_port": mail_servers.ports["imap"],
            "imap_tls": False,
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_servers.ports["submission"],
            "smtp_security": "none",
            "poll_seconds": 600,
            **more,
        }
        return channels.load("blitar-email", entry, secret=SECRET, now=lambda: datetime.now(UTC))

    return make


@asynccontextmanager
async def listening(door: Channel, desk: RecordingDesk) -> AsyncIterator[asyncio.Task[None]]:
    """The door at work, from the moment it knows its place until the block ends."""
    task = asyncio.create_task(door.listen(desk))
    try:
        known = asyncio.create_task(desk.until(lambda: bool(desk.commits) or bool(desk.aside)))
        await asyncio.wait({task, known}, return_when=asyncio.FIRST_COMPLETED)
        known.cancel()
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def fails(task: asyncio.Task[None]) -> Exception:
    """What a listener ends with, soon."""
    await asyncio.wait({task}, timeout=30)
    error = task.exception() if task.done() else None
    assert isinstance(error, Exception)
    return error


def numbered(count: int, first: int = 0, **more: Any) -> list[bytes]:
    """Different mails."""
    return [mail(f"Aduan {n}", message_id=f"<m{n}@x.id>", **more) for n in range(first, first + count)]


async def test_a_mail_is_pushed(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A mail is here the moment it arrives; upstream it stays as it was."""
    desk = RecordingDesk()
    async with listening(opened(), desk):
        mail_servers.put(address, mail())
        await desk.until(lambda: desk.texts == [WORDS], 10)
        mail_servers.put(address, mail("Lagi", message_id="<dua@x.id>"))
        await desk.until(lambda: desk.texts == [WORDS, "Lagi"], 10)
    assert mail_servers.flags(address) == ["", ""]


async def test_a_mail_is_found_by_the_sweep(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A server that cannot push is asked again and again."""
    desk = RecordingDesk()
    async with wired(mail_servers.ports["imap"], lambda data: data.replace(b" IDLE", b"")) as wire:
        async with listening(opened(imap_port=wire.port, poll_seconds=1), desk):
            mail_servers.put(address, mail())
            await desk.until(lambda: desk.texts == [WORDS], 10)
        assert b"IDLE" not in wire.said


async def test_a_lost_push_delays_by_one_sweep(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A server that can push is asked each minute all the same."""
    desk = RecordingDesk()
    deaf = wired(mail_servers.ports["imap"], lambda data: re.sub(rb"\* \d+ EXISTS\r\n", b"", data))
    async with deaf as wire, listening(opened(imap_port=wire.port, poll_seconds=1), desk):
        await wire.until_said(b"IDLE")
        mail_servers.put(address, mail())
        await desk.until(lambda: desk.texts == [WORDS], 10)


async def test_nothing_is_marked_and_nothing_removed(mail_servers: MailServers, address: str, opened: Open) -> None:
    """Our place is our own: no flag is set, no mail is deleted, none is opened for writing."""
    mail_servers.put(address, *numbered(3))
    desk = RecordingDesk()
    async with wired(mail_servers.ports["imap"]) as wire:
        async with listening(opened(imap_port=wire.port, take="all"), desk):
            await desk.until(lambda: len(desk.messages) == 3)
        assert not any(
            word in wire.said.upper() for word in (b"STORE", b"EXPUNGE", b"COPY", b"MOVE", b"APPEND", b"BODY[")
        )
    assert mail_servers.flags(address) == ["", "", ""]


async def test_an_old_mailbox_is_not_answered(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A newly connected mailbox begins with its next mail, unless the office wants everything."""
    mail_servers.put(address, *numbered(3))
    desk, all_of_it = RecordingDesk(), RecordingDesk()
    async with listening(opened(), desk):
        mail_servers.put(address, mail())
        await desk.until(lambda: bool(desk.messages))
    assert desk.texts == [WORDS]
    async with listening(opened(take="all"), all_of_it):
        await all_of_it.until(lambda: len(all_of_it.messages) == 4)


async def test_a_line_cut_while_waiting_loses_nothing(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A cut is noticed at once; what came meanwhile is there after the next connection, and nothing twice."""
    desk = RecordingDesk()
    async with wired(mail_servers.ports["imap"]) as wire:
        door = opened(imap_port=wire.port)
        async with listening(door, desk) as task:
            mail_servers.put(address, *numbered(2))
            await desk.until(lambda: len(desk.messages) == 2)
            wire.cut()
            assert isinstance(await fails(task), ConnectionError)
        mail_servers.put(address, *numbered(2, first=2))
        async with listening(door, desk):
            await desk.until(lambda: len(desk.messages) == 4)
    assert sorted(desk.texts) == ["Aduan 0", "Aduan 1", "Aduan 2", "Aduan 3"]
    assert desk.repeated == 0


async def test_a_line_cut_within_a_mail_loses_nothing(mail_servers: MailServers, address: str, opened: Open) -> None:
    """Half a mail is no mail: it is fetched again whole."""
    body, kind = multipart("mixed", part("text/plain", WORDS), part("image/jpeg; name=a.jpg", "x" * 3_000_000))
    desk = RecordingDesk()
    async with wired(mail_servers.ports["imap"]) as wire:
        door = opened(imap_port=wire.port)
        async with listening(door, desk) as task:
            wire.cut_after(1_000_000)
            mail_servers.put(address, mail(body, content_type=kind))
            assert isinstance(await fails(task), ConnectionError)
        assert desk.messages == {}
        async with listening(door, desk):
            await desk.until(lambda: len(desk.messages) == 1)
    (read,) = desk.messages.values()
    assert (read.text, [file.size_bytes for file in read.files]) == (WORDS, [3_000_000])


async def test_a_server_that_restarts_is_found_again(mail_servers: MailServers, address: str, opened: Open) -> None:
    """While the server is down the door fails; afterwards it goes on where it was."""
    desk, door = RecordingDesk(), opened()
    async with listening(door, desk) as task:
        mail_servers.put(address, *numbered(1))
        await desk.until(lambda: len(desk.messages) == 1)
        mail_servers.stop_dovecot()
        try:
            assert isinstance(await fails(task), ConnectionError)
            with pytest.raises(ConnectionError):
                await door.listen(desk)
        finally:
            mail_servers.start_dovecot()
    mail_servers.put(address, *numbered(1, first=1))
    async with listening(door, desk):
        await desk.until(lambda: len(desk.messages) == 2)
    assert desk.repeated == 0


async def test_a_renumbered_folder_is_read_again(mail_servers: MailServers, address: str, opened: Open) -> None:
    """After a UIDVALIDITY change everything is looked at again: known mails once, old ones never, new ones at once."""
    long_ago = time.time() - 30 * 86400
    mail_servers.put(address, *numbered(2, first=100), taken_at=long_ago)
    desk, door = RecordingDesk(), opened()
    async with listening(door, desk):
        mail_servers.put(address, *numbered(3, date=""))
        await desk.until(lambda: len(desk.messages) == 3)
    mail_servers.renumber(address, 4711)
    mail_servers.put(address, *numbered(1, first=3, date=""))
    async with listening(door, desk):
        await desk.until(lambda: len(desk.messages) == 4)
        mail_servers.put(address, *numbered(1, first=4))
        await desk.until(lambda: len(desk.messages) == 5)
    assert sorted(desk.texts) == [f"Aduan {n}" for n in range(5)]
    assert desk.repeated == 3
    assert (await desk.progress())["uidvalidity"] == 4711


async def test_a_moved_mailbox_does_not_bring_back_the_past(
    mail_servers: MailServers, address: str, opened: Open
) -> None:
    """A provider that stamps every old mail with the day of its own move does not make them new."""
    desk, door = RecordingDesk(), opened()
    async with listening(door, desk):
        pass
    trace = b"Received: from a by b; Mon, 03 Nov 2025 09:15:00 +0700\r\n"
    mail_servers.put(address, *(trace + old for old in numbered(2, date="")), *numbered(1, first=2, date=""))
    mail_servers.renumber(address, 4712)
    async with listening(door, desk):
        await desk.until(lambda: bool(desk.messages))
    assert desk.texts == ["Aduan 2"]


async def test_three_thousand_mails_that_wait_arrive(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A morning after a long weekend: all of them, each once, fifty a commit."""
    mail_servers.put(address, *numbered(3000))
    desk = RecordingDesk()
    async with listening(opened(take="all"), desk):
        await desk.until(lambda: len(desk.messages) == 3000, 60)
    assert set(desk.texts) == {f"Aduan {n}" for n in range(3000)}
    assert max(desk.commits) == 50
    assert desk.repeated == 0


async def test_a_mail_of_25_megabytes_arrives(mail_servers: MailServers, address: str, opened: Open) -> None:
    """The largest mail that providers let through comes whole, and the program goes on meanwhile."""
    photo = os.urandom(18_000_000)
    encoded = base64.encodebytes(photo)
    body, kind = multipart(
        "mixed", part("text/plain", WORDS), part("image/jpeg; name=a.jpg", encoded, "Content-Transfer-Encoding: base64")
    )
    mail_servers.put(address, mail(body, content_type=kind), *numbered(1))
    desk = RecordingDesk()
    busy, longest = time.thread_time(), 0.0  # of the loop's own: a machine that has no time for us is no fault of ours
    async with listening(opened(take="all"), desk) as task:
        while len(desk.messages) < 2 and not task.done():
            await asyncio.sleep(0.01)
            busy, longest = time.thread_time(), max(longest, time.thread_time() - busy)
    large, small = desk.messages.values()
    assert [file.content for file in large.files] == [photo]
    assert (large.text, small.text) == (WORDS, "Aduan 0")
    assert longest < 2


async def test_a_mail_beyond_the_limit_is_set_aside(mail_servers: MailServers, address: str, opened: Open) -> None:
    """What is too large is never downloaded; a person is shown its header, and the line moves on."""
    mail_servers.put(address, mail("x" * 43_000_000 + "\n", subject="Terlalu besar"), *numbered(1))
    desk = RecordingDesk()
    async with wired(mail_servers.ports["imap"]) as wire:
        async with listening(opened(imap_port=wire.port, take="all"), desk):
            await desk.until(lambda: desk.texts == ["Aduan 0"])
        assert wire.passed_bytes < 100_000
    ((raw, reason),) = desk.aside
    assert reason == "mail-too-large"
    assert b"Subject: Terlalu besar" in raw


async def test_what_is_no_mail_is_set_aside_and_the_line_moves_on(
    mail_servers: MailServers, address: str, opened: Open
) -> None:
    """A broken mail between good ones costs neither them nor itself."""
    broken = b"Ini bukan surat\n\n\x00\xff"
    mail_servers.put(address, *numbered(2), broken, *numbered(2, first=2))
    desk = RecordingDesk()
    async with listening(opened(take="all"), desk):
        await desk.until(lambda: len(desk.messages) == 4)
    assert [reason for _, reason in desk.aside] == ["mail-no-sender"]
    assert sorted(desk.texts) == [f"Aduan {n}" for n in range(4)]
    async with listening(opened(), desk):
        mail_servers.put(address, *numbered(1, first=4))
        await desk.until(lambda: len(desk.messages) == 5)
    assert len(desk.aside) == 1


async def test_a_desk_that_cannot_store_gets_the_mail_again(
    mail_servers: MailServers, address: str, opened: Open
) -> None:
    """What was not stored was not received: it comes with the next connection."""
    desk, door = RecordingDesk(), opened()
    async with listening(door, desk) as task:
        desk.broken = True
        mail_servers.put(address, mail())
        assert isinstance(await fails(task), RuntimeError)
    desk.broken = False
    async with listening(door, desk):
        await desk.until(lambda: desk.texts == [WORDS])


async def test_two_copies_are_one_message(mail_servers: MailServers, address: str, opened: Open) -> None:
    """A mail that came by two ways, or without an id and twice, is one message."""
    twice = mail("Tanpa id", message_id="")
    mail_servers.put(address, mail(), b"Received: by b\r\n" + mail(), twice, b"Received: by b\r\n" + twice)
    desk = RecordingDesk()
    async with listening(opened(take="all"), desk):
        await desk.until(lambda: sum(desk.commits) == 4)
    assert desk.texts == [WORDS, "Tanpa id"]


async def test_a_bounce_is_reported_and_recorded(mail_servers: MailServers, address: str, opened: Open) -> None:
    """What a machine says of our mail reaches the desk both ways."""
    status = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; budi@x.id\nAction: failed\nStatus: 5.1.1\n"
    parts = [
        part("text/plain", "maaf"),
        part("message/delivery-status", status),
        part("text/rfc822-headers", "Message-ID: <k@x>\n"),
    ]
    body, kind = multipart("report; report-type=delivery-status", *parts)
    desk = RecordingDesk()
    async with listening(opened(), desk):
        mail_servers.put(address, mail(body, "Return-Path: <>", content_type=kind, sender="MAILER-DAEMON@x.id"))
        await desk.until(lambda: bool(desk.messages))
    assert [(one.external_id, one.recipient, one.state.value) for one in desk.reports] == [
        ("k@x", "budi@x.id", "dead_address")
    ]
    assert [one.automatic for one in desk.messages.values()] == [True]


async def test_stopping_closes_the_line(mail_servers: MailServers, opened: Open) -> None:
    """A door that is told to stop stops at once and leaves no connection behind."""
    async with wired(mail_servers.ports["imap"]) as wire:
        async with listening(opened(imap_port=wire.port), RecordingDesk()) as task:
            task.cancel()
            await asyncio.wait({task}, timeout=_AT_ONCE)
            assert task.cancelled()
        assert not [one for one in asyncio.all_tasks() if "imap" in repr(one).lower() and not one.done()]


async def test_wrong_credentials_say_so(opened: Open) -> None:
    """A refused login is no bad line, and the password is in no message."""
    door = opened(password="salah-sekali")
    with pytest.raises(Unauthorised) as raised:
        await door.listen(RecordingDesk())
    assert "salah-sekali" not in str(raised.value)
    faults = await door.check()
    assert [fault.code for fault in faults] == ["imap-login-refused", "smtp-login-refused"]
    assert "salah-sekali" not in repr(faults)
    with pytest.raises(Unauthorised):
        await door.send(Outbound(key="k", recipient=CITIZEN, text="Halo"))


async def test_the_check_finds_what_is_wrong(opened: Open) -> None:
    """A working account has no fault; a folder that is not there is named."""
    assert await opened().check() == []
    (fault,) = await opened(folder='Arsip "2026"').check()
    assert (fault.code, fault.values["folder"]) == ("imap-folder-missing", 'Arsip "2026"')
    with pytest.raises(ConnectionError):
        await opened(folder="Arsip").listen(RecordingDesk())


async def test_lines_are_encrypted(
    mail_servers: MailServers, address: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS from the first byte and STARTTLS work with a certificate that is trusted, and only with such."""
    secure = {"imap_tls": True, "imap_port": mail_servers.ports["imaps"], "smtp_security": "starttls"}
    assert [fault.code for fault in await opened(**secure).check()] == ["imap-unreachable", "smtp-unreachable"]
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_servers.certificate))
    assert await opened(**secure).check() == []
    desk = RecordingDesk()
    async with listening(opened(**secure), desk):
        mail_servers.put(address, mail())
        await desk.until(lambda: bool(desk.messages))


async def arrived(servers: MailServers, address: str) -> EmailMessage:
    """The one mail in a mailbox, as its owner's program reads it."""
    for _ in range(500):
        if mails := servers.mails(address):
            read = message_from_bytes(mails[-1], policy=policy.default)
            assert isinstance(read, EmailMessage)
            return read
        await asyncio.sleep(0.02)
    raise AssertionError(f"nothing arrived for {address}")


async def test_an_answer_reaches_the_citizen_and_comes_back(
    mail_servers: MailServers, address: str, opened: Open
) -> None:
    """Out over real servers with its marks; the citizen's answer to it comes home by its signed address alone."""
    citizen, door, desk = f"budi{next(_numbers)}@warga.example.test", opened(), RecordingDesk()
    sent = await door.send(
        Outbound(
            key="01j9zk3m5q7x8y2abcdefghijk",
            recipient=citizen,
            text="Aduan Anda kami terima.\n\nBalas surat ini untuk menambah keterangan.",
            subject="Re: Lampu mati (BLT-26-000001)",
            answers=("satu@warga.example.test",),
            files=(Attachment("surat.pdf", "application/pdf", b"%PDF"),),
        )
    )
    letter = await arrived(mail_servers, citizen)
    assert sent.external_id == f"01j9zk3m5q7x8y2abcdefghijk@{address.partition('@')[2]}"
    assert (letter["Message-ID"], letter["In-Reply-To"]) == (f"<{sent.external_id}>", "<satu@warga.example.test>")
    assert (letter["Auto-Submitted"], letter["From"].addresses[0].addr_spec) == ("auto-replied", address)
    assert [file.get_content() for file in letter.iter_attachments()] == [b"%PDF"]
    async with listening(door, desk):
        answer = channels.load(
            "warga-email",
            {
                "kind": "email",
                "address": citizen,
                "smtp_host": "127.0.0.1",
                "smtp_port": mail_servers.ports["smtp"],
                "smtp_security": "none",
                "smtp_login": False,
            },
            secret=b"lain",
            now=lambda: datetime.now(UTC),
        )
        await answer.send(
            Outbound(key="x", recipient=str(letter["Reply-To"]), text="Sudah, terima kasih.", automatic=False)
        )
        await desk.until(lambda: bool(desk.messages), 20)
    (read,) = desk.messages.values()
    assert (read.sender, read.text, read.automatic) == (citizen, "Sudah, terima kasih.", False)
    assert read.answers == (sent.external_id,)


async def test_a_recipient_there_is_none_of_is_told_at_once(opened: Open) -> None:
    """What the next server refuses is refused to us, for good."""
    with pytest.raises(Undelivered) as raised:
        await opened().send(Outbound(key="k", recipient=REFUSED, text="Halo"))
    assert (raised.value.reason, raised.value.retry) == ("address-unknown", False)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that does not wait as long as it would."""
    monkeypatch.setattr(mail_imap, "_CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(mail_imap, "_COMMAND_SECONDS", 0.3)


@asynccontextmanager
async def playing(*answers: bytes) -> AsyncIterator[int]:
    """A server that greets, and answers each command with what comes next; then it is silent. Gives its port."""

    finished: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        finished.append(asyncio.current_task())
        writer.write(answers[0])
        for answer in answers[1:]:
            tag = (await reader.readline()).split(b" ")[0]
            writer.write(answer.replace(b"TAG", tag))
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.wait([task for task in finished if task], timeout=5)


GREETING = b"* OK ready\r\n"
CAPABLE = b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n"
WELCOME = (GREETING, CAPABLE, b"TAG OK welcome\r\n", CAPABLE)
SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 4] ok\r\nTAG OK selected\r\n"
STRANGE: dict[str, tuple[bytes, ...]] = {
    "silence": (b"",),
    "goodbye": (b"* BYE too busy\r\n",),
    "another protocol": (b"220 mx ESMTP\r\n",),
    "a login for later": (GREETING, CAPABLE, b"TAG NO [UNAVAILABLE] try again\r\n"),
    "silence after the login": WELCOME,
    "a folder without numbers": (*WELCOME, b"TAG OK selected\r\n"),
    "refusal to search": (*WELCOME, SELECTED, b"TAG OK\r\n", b"TAG NO not now\r\n"),
    "nonsense": (*WELCOME, SELECTED, b"TAG OK\r\n", b"* SEARCH 1 2 x\xff\r\nTAG OK\r\n", b"* 1 FETCH (UID \xff\r\n"),
}


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("answers", STRANGE.values(), ids=STRANGE.keys())
async def test_a_strange_server_is_a_bad_line(answers: tuple[bytes, ...]) -> None:
    """Whatever a server says or does not say, the door ends with an error and never hangs."""
    async with playing(*answers) as port:
        entry = {"kind": "email", "address": OFFICE, "imap_host": "127.0.0.1", "imap_port": port, "imap_tls": False}
        door = channels.load("blitar-email", {**entry, "take": "all"}, secret=SECRET, now=lambda: datetime.now(UTC))
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                await door.listen(RecordingDesk())


async def test_a_thousand_lines_at_once_are_no_trouble() -> None:
    """An officer who marks everything as read in another program makes the server talk a lot."""
    flood = b"".join(b"* %d FETCH (FLAGS (\\Seen))\r\n" % number for number in range(1, 9001))
    async with playing(*WELCOME, SELECTED, flood + b"TAG OK\r\n", b"* SEARCH 4\r\nTAG OK\r\n") as port:
        account = mail_imap.Account("127.0.0.1", port, tls=False, user="a", password="b")
        async with mail_imap.opened(account) as mailbox:
            assert await mailbox.new(3) == [4]


async def test_a_mail_that_comes_during_a_command_is_not_waited_for() -> None:
    """What a server says beside the answer to something else is heard as well."""
    grown = b"* SEARCH\r\n* 5 EXISTS\r\nTAG OK\r\n"
    async with playing(*WELCOME, SELECTED, b"TAG OK\r\n", grown) as port, asyncio.timeout(10):
        account = mail_imap.Account("127.0.0.1", port, tls=False, user="a", password="b")
        async with mail_imap.opened(account) as mailbox:
            assert await mailbox.new(4) == []
            await mailbox.wait(600)


async def test_nobody_listening_is_a_bad_line() -> None:
    """A closed port is told at once."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    account = mail_imap.Account("127.0.0.1", port, tls=False, user="a", password="b")
    with pytest.raises(ConnectionError):
        async with mail_imap.opened(account):
            pass


def test_a_place_survives_its_storage() -> None:
    """What the desk keeps is plain JSON and means the same afterwards."""
    place = mail_collect.Place(7, 42, datetime(2026, 11, 23, tzinfo=UTC) + timedelta(microseconds=5), before=9)
    assert mail_collect.Place.stored(place.storable()) == place
    assert mail_collect.Place.stored({}) is None


def test_the_default_server_is_the_domains_own() -> None:
    """An office that only names its address is tried at mail.<its domain>."""
    door = channels.load("x-email", {"kind": "email", "address": OFFICE}, secret=b"k", now=lambda: datetime.now(UTC))
    assert "mail.dinas.example.test" in repr(door._mailbox())  # type: ignore[attr-defined]
    assert Path(channels.__file__).name == "__init__.py"
