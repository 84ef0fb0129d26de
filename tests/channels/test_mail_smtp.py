"""Every way in which handing over a mail can end, played by a server that says what it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from channels import mail_smtp
from channels.base import Unauthorised, Undelivered, Unsure
from tests.channels.mails import CITIZEN, OFFICE, mail

HANG_UP = "hang up"
NOTHING = "say nothing"


@dataclass
class Scripted:
    """An SMTP server that answers each command as its script says, and 250 where it says nothing."""

    script: Mapping[str, str]
    extensions: tuple[str, ...] = ("AUTH PLAIN", "SIZE 1000000")
    heard: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._say(writer, self.script.get("CONNECT", "220 mx.example.test"))
            while line := await reader.readline():
                command = line.decode().strip()
                self.heard.append(command)
                await self._answer(command, reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = command.split(maxsplit=1)[0].upper()
        if verb == "EHLO":
            lines = ["mx.example.test", *self.extensions]
            said = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
            await self._say(writer, self.script.get("EHLO", said))
        elif verb == "DATA" and "DATA" not in self.script:
            await self._say(writer, "354 go on")
            self.bodies.append(await reader.readuntil(b"\r\n.\r\n"))
            await self._say(writer, self.script.get("END", "250 2.0.0 taken"))
        else:
            usual = {"AUTH": "235 2.7.0 welcome", "QUIT": "221 bye"}
            await self._say(writer, self.script.get(verb, usual.get(verb, "250 ok")))

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        if words == HANG_UP:
            raise ConnectionError
        if words != NOTHING:
            writer.write(words.encode() + b"\r\n")
            await writer.drain()


@asynccontextmanager
async def playing(script: Mapping[str, str], **more: object) -> AsyncIterator[tuple[Scripted, mail_smtp.Server]]:
    """A scripted server, and how to reach it."""
    played = Scripted(script, **more)  # type: ignore[arg-type]
    server = await asyncio.start_server(played.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield played, mail_smtp.Server("127.0.0.1", port, "none", "dinas.example.test", OFFICE, "rahasia")


async def hand_over(server: mail_smtp.Server, recipient: str = CITIZEN) -> None:
    """One mail to one recipient."""
    await mail_smtp.send(server, mail(), sender=OFFICE, recipient=recipient)


async def test_a_mail_is_handed_over() -> None:
    """The envelope names us and the citizen, the body is the mail, and we say goodbye."""
    async with playing({}) as (played, server):
        await hand_over(server)
        assert [line.split(" SIZE")[0] for line in played.heard if not line.startswith("AUTH")] == [
            "EHLO dinas.example.test",
            f"MAIL FROM:<{OFFICE}>",
            f"RCPT TO:<{CITIZEN}>",
            "DATA",
            "QUIT",
        ]
        assert played.bodies == [mail() + b"\r\n.\r\n"]


@dataclass(frozen=True)
class Refusal:
    """What a server says at one point, and what it means."""

    at: str
    says: str
    reason: str
    retry: bool


REFUSALS = [
    Refusal("RCPT", "550 5.1.1 User unknown", "address-unknown", retry=False),
    Refusal("RCPT", "550 No such user here", "address-unknown", retry=False),
    Refusal("RCPT", "550 Invalid recipient: <x>", "address-unknown", retry=False),
    Refusal("RCPT", "552 5.2.2 Mailbox full", "mailbox-full", retry=False),
    Refusal("RCPT", "452 4.2.2 Mailbox full", "mailbox-full", retry=True),
    Refusal("RCPT", "450 4.7.1 Greylisted, come again", "server-busy", retry=True),
    Refusal("RCPT", "450 4.1.1 User unknown", "server-busy", retry=True),
    Refusal("RCPT", "554 5.7.1 Relaying denied", "recipient-refused", retry=False),
    Refusal("RCPT", "550 5.7.1 blocked for spam, user unknown to us", "recipient-refused", retry=False),
    Refusal("MAIL", "552 5.3.4 message too large", "message-too-large", retry=False),
    Refusal("MAIL", "451 4.3.0 busy", "server-busy", retry=True),
    Refusal("DATA", "554 5.7.1 no", "message-refused", retry=False),
    Refusal("DATA", "451 4.3.2 later", "server-busy", retry=True),
    Refusal("END", "550 5.7.1 looks like spam", "message-refused", retry=False),
    Refusal("END", "552 5.3.4 too large", "message-too-large", retry=False),
    Refusal("END", "452 4.3.1 no space", "server-busy", retry=True),
    Refusal("CONNECT", "421 4.3.2 too many connections", "server-busy", retry=True),
    Refusal("CONNECT", "554 5.7.1 your address is blocked", "server-busy", retry=True),
    Refusal("CONNECT", HANG_UP, "server-unreachable", retry=True),
    Refusal("EHLO", HANG_UP, "server-unreachable", retry=True),
    Refusal("AUTH", "454 4.7.0 try later", "server-busy", retry=True),
    Refusal("MAIL", HANG_UP, "server-unreachable", retry=True),
    Refusal("RCPT", HANG_UP, "server-unreachable", retry=True),
    Refusal("CONNECT", "not smtp at all", "server-unreachable", retry=True),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: f"{one.at}: {one.says}")
async def test_a_refusal_says_whether_trying_again_helps(refusal: Refusal) -> None:
    """The first digit decides about trying again, the words give the reason, the server's own words are kept."""
    async with playing({refusal.at: refusal.says}) as (_, server):
        with pytest.raises(Undelivered) as raised:
            await hand_over(server)
        assert (raised.value.reason, raised.value.retry) == (refusal.reason, refusal.retry)
        assert "rahasia" not in str(raised.value)


CREDENTIALS = {
    "login refused": {"AUTH": "535 5.7.8 wrong password"},
    "login too weak": {"AUTH": "534 5.7.9 use an application password"},
    "login wanted": {"MAIL": "530 5.7.0 log in first"},
    "not our address": {"MAIL": "553 5.7.1 sender address rejected: not owned by user"},
}


@pytest.mark.parametrize("script", CREDENTIALS.values(), ids=CREDENTIALS.keys())
async def test_an_account_that_may_not_send_is_a_persons_business(script: Mapping[str, str]) -> None:
    """Wrong credentials fail no message: nothing goes out until they are mended."""
    async with playing(script) as (_, server):
        with pytest.raises(Unauthorised) as raised:
            await hand_over(server)
        assert "rahasia" not in str(raised.value)


async def test_a_server_without_login_is_a_persons_business() -> None:
    """Where a password is configured, it is never left out."""
    async with playing({}, extensions=("SIZE 1000",)) as (_, server):
        with pytest.raises(Unauthorised):
            await hand_over(server)


@pytest.mark.parametrize("end", [HANG_UP, NOTHING])
async def test_silence_after_the_mail_leaves_open_whether_it_went(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the mail's last line and the server's word nobody knows; it is not sent twice by itself."""
    monkeypatch.setattr(mail_smtp, "_LONGEST_TRANSFER_SECONDS", 0.2)
    async with playing({"END": end}) as (played, server):
        with pytest.raises(Unsure):
            await hand_over(server)
        assert len(played.bodies) == 1


async def test_a_goodbye_that_fails_does_not_undo_the_sending() -> None:
    """What the server took it took, whatever happens afterwards."""
    async with playing({"QUIT": HANG_UP}) as (played, server):
        await hand_over(server)
        assert len(played.bodies) == 1


async def test_an_address_beyond_ascii_needs_a_server_that_knows_such() -> None:
    """With the extension it is sent as it is; without, it can never be."""
    async with playing({}, extensions=("AUTH PLAIN", "8BITMIME", "SMTPUTF8")) as (played, server):
        await hand_over(server, "búdi@warga.example.test")
        assert "RCPT TO:<búdi@warga.example.test>" in played.heard
    async with playing({}) as (_, server):
        with pytest.raises(Undelivered, match="address-unsupported") as raised:
            await hand_over(server, "búdi@warga.example.test")
        assert not raised.value.retry


async def test_nobody_listening_is_worth_another_try() -> None:
    """A closed port is a bad line, not a bad mail."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Undelivered, match="server-unreachable") as raised:
        await hand_over(mail_smtp.Server("127.0.0.1", port, "none", "dinas.example.test"))
    assert raised.value.retry


CHECKS: dict[str, tuple[Mapping[str, str], list[str]]] = {
    "all well": ({}, []),
    "login refused": ({"AUTH": "535 5.7.8 no"}, ["smtp-login-refused"]),
    "not our address": ({"MAIL": "553 5.7.1 no"}, ["smtp-sender-refused"]),
    "down": ({"CONNECT": HANG_UP}, ["smtp-unreachable"]),
}


@pytest.mark.parametrize(("script", "codes"), CHECKS.values(), ids=CHECKS.keys())
async def test_the_account_is_tried_without_sending(script: Mapping[str, str], codes: list[str]) -> None:
    """The check goes as far as naming ourselves, and no mail leaves."""
    async with playing(script) as (played, server):
        assert [fault.code for fault in await mail_smtp.check(server, sender=OFFICE)] == codes
        assert "DATA" not in played.heard
