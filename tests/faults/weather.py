"""Bad weather: a program that is killed again and again, at any moment and at every named point, while citizens write
at all doors and everything around it fails.

What citizens and platforms saw is kept, to be held against the record afterwards (``tests.faults.audit``).
``python -m tests.faults.weather`` is ``make faults``: long, on both engines, with a table at its end. A seed makes what
is tried repeatable; when exactly it strikes is the machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inbox.migrate import migrate
from tests.channels import metas, phones, whatsapps
from tests.channels.bot_platform import TOKEN
from tests.faults.audit import Found, Seen, audit, rows
from tests.faults.citizens import TEXTS, Citizens
from tests.faults.disk import Disk, mounted
from tests.faults.lines import Line
from tests.faults.nursery import KILLED, Nursery
from tests.faults.points import FALLEN, POINTS
from tests.faults.stands import Gateway, Graph, Telegram
from tests.faults.troubles import Troubles
from tests.mail_peers import PASSWORD, MailServers
from tests.mail_peers import serve as serve_mail
from tests.ports import own_ports
from tests.postgres import Server, serve

_CALM_SECONDS = (0.0, 600.0, 3 * 3600.0, 12 * 3600.0)
_MOST_CALMS, _RESTART_SECONDS, _AT_ONCE = 5, 0.3, 5
_HOUR, _STUCK_SECONDS = 3600.0, 5.0


@dataclass(frozen=True)
class Place:
    """Where a storm comes down. ``mail``, ``server`` and ``disk`` where there are any."""

    url: str
    folder: Path
    nurseries: Sequence[Nursery]
    mail: MailServers | None = None
    server: Server | None = None
    disk: Disk | None = None


@dataclass
class Storm:
    """So many faults at least, while so many messages come; then calm. ``jumping``: clocks do, now and then."""

    place: Place
    dice: random.Random
    faults: int
    messages: int
    jumping: bool = True
    killed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    lives: int = 0

    @property
    def _mailbox(self) -> str:
        return f"{self.place.url.partition(':')[0]}@blitar.example.test"

    async def run(self) -> str:
        """What it came to, for the table. Raises AssertionError for anything that is not as it was told."""
        began = time.monotonic()
        async with AsyncExitStack() as stack:
            self._telegram, gateway, graph = await stack.enter_async_context(Telegram()), Gateway(), Graph()
            for one in (gateway, graph):
                await stack.enter_async_context(one.standing())
            ports = {"telegram": int(self._telegram.url.rpartition(":")[2]), "sms": gateway.port, "meta": graph.port}
            if self.place.mail:
                ports |= {name: self.place.mail.ports[name] for name in ("imap", "smtp")}
            lines = {name: await stack.enter_async_context(Line(port)) for name, port in ports.items()}
            self._entries, self._ports = _entries(lines, self._mailbox), own_ports(len(self.place.nurseries))
            self.troubles = Troubles(
                self.dice, self.place.url, self._telegram, (gateway, graph), lines, self.place.server, self.place.disk
            )
            mail = (self.place.mail, self._mailbox) if self.place.mail else None
            self._citizens = Citizens(self.dice, self._ports, self._telegram, mail, self.messages)
            await self._calm(0.0)  # the first start, of an installation that is well
            await self._storm()
            stormed = time.monotonic() - began
            await self._calms()
            heard = self._telegram.heard + gateway.heard + graph.heard + await self._mails()
            written = self._citizens.written
            found = audit(self.place.url, self.place.folder / "files", Seen(written.texts, heard, written.receipts))
        return self._told(found, stormed, time.monotonic() - began)

    async def _storm(self) -> None:
        """Citizens write, lives end, troubles come; it is over when all is said and enough has happened."""
        writing = asyncio.create_task(self._citizens.write())
        over = asyncio.Event()
        lives = [
            asyncio.create_task(self._lives(nursery, port, over))
            for nursery, port in zip(self.place.nurseries, self._ports, strict=True)
        ]
        troubling = asyncio.create_task(self._trouble(over))
        while not writing.done() or self._count() < self.faults:
            await asyncio.sleep(0.2)
            for task in (*lives, troubling):
                if task.done():
                    task.result()
        over.set()
        await asyncio.gather(writing, troubling, *lives)

    def _count(self) -> int:
        return self.killed.total() + self.troubles.met.total()

    async def _trouble(self, over: asyncio.Event) -> None:
        """One after the other, sometimes two at once."""
        while not over.is_set():
            await self._due(over)
            await asyncio.gather(*(self.troubles.one() for _ in range(self.dice.choice((1, 1, 2)))))
            await asyncio.sleep(self.dice.uniform(0.0, 0.6))

    async def _due(self, over: asyncio.Event) -> None:
        """Wait until the next fault's turn has come: they are spread over all messages.

        It has, too, where nobody gets through: what a clock that jumped refuses only another life takes.
        """
        before, since = -1, time.monotonic()
        while not over.is_set():
            written = self._citizens.written.total()
            if self._count() <= self.faults * written / self.messages or self._count() < _AT_ONCE:
                return
            if written == before and time.monotonic() - since > _STUCK_SECONDS:
                return
            before, since = written, since if written == before else time.monotonic()
            await asyncio.sleep(0.05)

    async def _lives(self, nursery: Nursery, port: int, over: asyncio.Event) -> None:
        while not over.is_set():
            fate, dying = self._fate(), self.place.folder / f"dies-{port}"
            dying.unlink(missing_ok=True)
            life = asyncio.create_task(self._life(nursery, port, **fate, dies_when=dying))
            await asyncio.wait({life, due := asyncio.create_task(self._due(over))}, return_when="FIRST_COMPLETED")
            due.cancel()
            dying.touch()
            code, said = await life
            self.lives += 1
            assert not any(text in said for text in TEXTS), f"a citizen's words are in the log:\n{said}"
            fell = re.search(f"^{FALLEN}(.+)$", said, re.MULTILINE)
            if code == KILLED:
                self.killed[fell[1] if fell else "at random"] += 1
            else:
                self.ended[_last_line(said)] += 1
                await asyncio.sleep(_RESTART_SECONDS)
            for name in ("jumps", "starves"):
                if name in fate:
                    self.troubles.met["clock jumped" if name == "jumps" else "no file handles"] += 1

    def _fate(self) -> dict[str, Any]:
        """How a life ends, and what happens to it before."""
        fate: dict[str, Any] = {"dies_after": self.dice.uniform(0.3, 3.0)}
        if self.dice.random() < 0.5:
            fate |= {"point": self.dice.choice(POINTS), "nth": self.dice.randrange(1, 6), "dies_after": 4.0}
        if self.dice.random() < 0.15 and self.jumping:
            fate["jumps"] = (self.dice.uniform(0.2, 1.5), self.dice.choice((-2 * _HOUR, -600.0, 600.0, 2 * _HOUR)))
        if self.dice.random() < 0.15:
            fate["starves"] = (self.dice.uniform(0.2, 1.5), self.dice.uniform(0.2, 1.0))
        return fate

    async def _calms(self) -> None:
        """Until all that was taken is there and all that was to say is said. Platforms are well again, too."""
        self.troubles.end()
        if self.place.server:
            self.place.server.start()
        for _ in range(_MOST_CALMS):
            await self._calm(0.0)
            ((stored,),) = rows(self.place.url, "SELECT count(*) FROM message WHERE direction = 'in'")
            if stored >= self._citizens.written.total():
                break
        for ahead in _CALM_SECONDS:
            await self._calm(ahead)

    async def _calm(self, ahead_seconds: float) -> None:
        code, said = await self._life(self.place.nurseries[0], self._ports[0], ahead_seconds=ahead_seconds)
        assert code == 0, said

    async def _life(self, nursery: Nursery, port: int, **fate: Any) -> tuple[int, str]:
        told = {"url": self.place.url, "data": self.place.folder, "port": port, "entries": self._entries}
        return await asyncio.to_thread(nursery.life, "weather", **told, **fate)

    async def _mails(self) -> Counter[str]:
        """What lies in citizens' mailboxes, once the servers between have brought everything."""
        if not self.place.mail:
            return Counter()
        before: Counter[str] | None = None
        while (found := _mailboxes(self.place.mail, self._mailbox)) != before:
            before = found
            await asyncio.sleep(2)
        return found

    def _told(self, found: Found, stormed: float, took: float) -> str:
        written, troubles = self._citizens.written, self.troubles.met
        engine, many = self.place.url.partition(":")[0], len(self.place.nurseries)
        answers = found.delivered + found.unsure
        lines = [
            f"{engine}, {many} process(es): {self._count()} faults over {written.total()} messages, {answers} answers",
            f"  lives: {self.lives}",
            f"  found: {found}; {written.repeated} messages were brought again and absorbed",
            f"  doors: {_listed(written.by_door())}",
            f"  killed: {_listed(self.killed)}",
            f"  troubles: {_listed(troubles)}",
            f"  ended by themselves, to be started again: {_listed(self.ended)}",
            f"  storm {stormed:.0f} s ({written.total() / stormed:.0f} messages a second), in all {took:.0f} s",
        ]
        return "\n".join(lines)


def _entries(lines: dict[str, Line], mailbox: str) -> dict[str, dict[str, Any]]:
    meta = {"base_url": lines["meta"].url}
    mail: dict[str, Any] = {"imap_port": 9, "smtp_port": 9}
    if "imap" in lines:
        mail = {"imap_port": lines["imap"].port, "smtp_port": lines["smtp"].port}
    wide = {"burst": 10_000, "per_hour": 100_000}
    return {
        "blitar-telegram": {"token": TOKEN, "base_url": lines["telegram"].url},
        "blitar-sms": {
            "base_url": lines["sms"].url, "user": "kantor", "password": "rahasia-hp", "signing_key": phones.KEY,
        },
        "blitar-web": {"fastest_seconds": 0, **wide},
        "blitar-email": {
            "address": mailbox, "user": mailbox, "password": PASSWORD, "take": "all",
            "imap_host": "127.0.0.1", "imap_tls": False,
            "smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_login": False, **mail,
        },
        "mojokerto-whatsapp": whatsapps.ENTRY | meta,
        "mojokerto-facebook": metas.MESSENGER | meta,
        "mojokerto-instagram": metas.INSTAGRAM | meta,
        "mojokerto-obrolan": wide,
    }  # fmt: skip


def _mailboxes(mail: MailServers, ours: str) -> Counter[str]:
    """How many mails lie with each of those who wrote to us: their own addresses name our mailbox."""
    found: Counter[str] = Counter()
    for box in (mail.folder / "mail").iterdir():
        if box.name.startswith(f"{ours.partition('@')[0]}-"):
            found[box.name] = sum(1 for part in ("new", "cur") for _ in (box / part).glob("*"))
    return +found


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"


def _last_line(said: str) -> str:
    return next((line[:80] for line in reversed(said.splitlines()) if line.strip()), "without a word")


def _places(folder: Path, stack: ExitStack, engine: str | None) -> Iterator[Place]:
    """SQLite with one process, PostgreSQL with two, each on a small disk of its own."""
    mail = stack.enter_context(serve_mail())
    nurseries = [stack.enter_context(Nursery()) for _ in range(2)]
    if engine != "postgres":
        disk = stack.enter_context(mounted(folder / "a"))
        sqlite = f"sqlite://{folder / 'a' / 'wadul.sqlite'}"
        asyncio.run(migrate(sqlite))
        yield Place(sqlite, folder / "a", nurseries[:1], mail, None, disk)
    if engine == "sqlite":
        return
    disk = stack.enter_context(mounted(folder / "b"))
    server = stack.enter_context(serve(durable=True, where=folder / "b"))
    stack.enter_context(server.template("faults"))
    yield Place(server.url("faults"), folder / "b", nurseries, mail, server, disk)


def main() -> None:
    """``make faults``."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a caller that is killed in the middle is no news
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=1000, help="in all, at least")
    parser.add_argument("--messages", type=int, default=100_000, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="one of the two, with half of both")
    options = parser.parse_args()
    build, lines = Path("build"), []
    build.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wadul-faults-")))
        folder.chmod(0o755)
        for place in _places(folder, stack, options.engine):
            dice = random.Random(options.seed)
            storm = Storm(place, dice, options.faults // 2, options.messages // 2)
            lines.append(asyncio.run(storm.run()))
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
            (build / "faults.txt").write_text(f"seed {options.seed}\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
