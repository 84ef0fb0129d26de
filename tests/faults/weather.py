"""Bad weather: a program that is killed again and again, at any moment, while citizens write and platforms misbehave.

Citizens write on Telegram (which the program asks) and by SMS (whose gateway calls the program, again until it hears
200). What the platforms saw is kept here, to be held against the record afterwards (``tests.faults.audit``).
``python -m tests.faults.weather`` is ``make faults``: long, on both engines, with a table at its end.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from aiohttp import web

from inbox.migrate import migrate
from tests.channels import phones
from tests.channels.bot_platform import TOKEN, Asked, BotPlatform
from tests.channels.updates import BUDI, CHAT, PRIVATE, update, written
from tests.faults.audit import Seen, audit
from tests.faults.nursery import KILLED, Nursery
from tests.faults.ports import free_ports
from tests.postgres import serve

TEXTS = ("Lampu jalan di depan pasar mati sejak seminggu", "Tambahan: gelap sekali", "Mohon segera diperbaiki")
_CALM_SECONDS = (600.0, 3 * 3600.0, 12 * 3600.0)


@dataclass
class Platforms:
    """What citizens wrote and heard, as Telegram and the phone's gateway know it."""

    telegram: _Telegram
    gateway: phones.Gateway
    taken: dict[str, list[str]] = field(default_factory=dict)

    def take(self, who: str, text: str) -> None:
        """Telegram has it for us, or the gateway heard 200: from now on it may not be lost."""
        self.taken.setdefault(who, []).append(text)

    def seen(self) -> Seen:
        """For the audit."""
        sms = Counter(body["phoneNumbers"][0] for body in self.gateway.sent.values())
        return Seen(self.taken, self.telegram.heard + sms)


class _Telegram(BotPlatform):
    """Counts what it really took, by chat."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Counter[str] = Counter()

    def _result(self, asked: Asked) -> Any:
        if asked.method.startswith("send"):
            self.heard[str(asked.values["chat_id"])] += 1
        return super()._result(asked)


@dataclass
class Weather:
    """One storm over one database."""

    url: str
    folder: Path
    dice: random.Random
    processes: int = 1
    faults: Counter[str] = field(default_factory=Counter)
    _number: int = 0

    async def run(self, nurseries: list[Nursery], *, faults: int, messages: int) -> tuple[Platforms, int]:
        """So many faults while so many messages come; then calm. Answers what the platforms saw."""
        async with _Telegram() as telegram, phones.gateway() as gateway:
            platforms = Platforms(telegram, gateway)
            ports = free_ports(self.processes)
            self._entries = {
                "blitar-telegram": {"token": TOKEN, "base_url": telegram.url},
                "blitar-sms": {
                    "base_url": gateway.url, "user": "kantor", "password": gateway.password, "signing_key": phones.KEY,
                },
                "blitar-sms-luar": {"base_url": "http://127.0.0.1:9", "auth_token": "x"},
            }  # fmt: skip
            citizens = asyncio.create_task(self._citizens(platforms, ports, messages))
            await self._storm(nurseries, ports, platforms, faults)
            while not citizens.done():
                assert await self._life(nurseries[0], ports[0], 0.0, 0.0) == 0
            await citizens
            for ahead in _CALM_SECONDS:
                assert await self._life(nurseries[0], ports[0], 0.0, ahead) == 0
            return platforms, self._number

    async def _storm(self, nurseries: list[Nursery], ports: list[int], platforms: Platforms, faults: int) -> None:
        await asyncio.gather(
            *(self._lives(nursery, port, platforms, faults) for nursery, port in zip(nurseries, ports, strict=True))
        )

    async def _lives(self, nursery: Nursery, port: int, platforms: Platforms, faults: int) -> None:
        while self.faults.total() < faults:
            self._trouble(platforms)
            assert await self._life(nursery, port, self.dice.uniform(0.3, 1.5), 0.0) == KILLED
            self.faults["killed"] += 1

    async def _life(self, nursery: Nursery, port: int, dies_after: float, ahead: float) -> int:
        told = {"url": self.url, "data": self.folder, "port": port, "entries": self._entries}
        return await asyncio.to_thread(nursery.run, "weather", **told, dies_after=dies_after, ahead_seconds=ahead)

    def _trouble(self, platforms: Platforms) -> None:
        """Something goes wrong at a platform, or on the way to the database."""
        match self.dice.randrange(6):
            case 0:
                platforms.telegram.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
                self.faults["too many"] += 1
            case 1:
                platforms.telegram.interfere("sendMessage", 502, "<html>Bad Gateway</html>")
                self.faults["garbage"] += 1
            case 2:
                platforms.telegram.hang_up("sendMessage")
                self.faults["line cut"] += 1
            case 3:
                platforms.telegram.hang_up("getUpdates")
                self.faults["line cut"] += 1
            case 4 if self.url.startswith("postgres"):
                self._cut_database()
                self.faults["database cut"] += 1

    def _cut_database(self) -> None:
        name = self.url.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self.url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )

    async def _citizens(self, platforms: Platforms, ports: list[int], messages: int) -> None:
        """They write, a handful at a time, and the gateway calls until all have been heard out."""
        calls = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            for batch in _batches(messages, self.dice):
                for chat, texts in batch:
                    calls += self._writes(platforms, session, ports, chat, texts)
                await asyncio.sleep(self.dice.uniform(0.01, 0.1))
            await asyncio.gather(*calls)

    def _writes(
        self, platforms: Platforms, session: aiohttp.ClientSession, ports: list[int], chat: int, texts: int
    ) -> list[asyncio.Task[None]]:
        if chat % 2:
            for text in TEXTS[:texts]:
                self._number += 1
                who = {"id": CHAT + chat}
                message = {**written(text, self._number), "chat": PRIVATE | who, "from": BUDI | who}
                platforms.telegram.bring(update(self._number, message=message))
                platforms.take(str(CHAT + chat), text)
            return []
        return [asyncio.create_task(self._texts(platforms, session, ports, chat, texts))]

    async def _texts(
        self, platforms: Platforms, session: aiohttp.ClientSession, ports: list[int], chat: int, texts: int
    ) -> None:
        """A phone's messages, one after the other; the gateway calls until it is heard."""
        for text in TEXTS[:texts]:
            self._number += 1
            sender = f"+62812{chat:08d}"
            body = phones.sms(text, messageId=f"{self._number:08x}", sender=sender, phoneNumber=sender)
            while not await self._called(session, self.dice.choice(ports), body):  # noqa: ASYNC110 - a gateway waits
                await asyncio.sleep(self.dice.uniform(0.02, 0.2))
            platforms.take(sender, text)

    async def _called(self, session: aiohttp.ClientSession, port: int, body: bytes) -> bool:
        headers = phones.signed(body, at=datetime.now(UTC))
        try:
            async with session.post(
                f"http://127.0.0.1:{port}/hooks/blitar-sms/masuk", data=body, headers=headers
            ) as answer:
                return answer.status == web.HTTPOk.status_code
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def _batches(messages: int, dice: random.Random) -> Iterator[list[tuple[int, int]]]:
    """Chats with how many messages each writes, a handful at a time."""
    chat, left = 0, messages
    while left > 0:
        batch = []
        for _ in range(dice.randrange(1, 8)):
            texts = min(left, dice.randrange(1, 4))
            if texts:
                chat, left = chat + 1, left - texts
                batch.append((chat, texts))
        yield batch


async def storm(url: str, folder: Path, nurseries: list[Nursery], *, faults: int, messages: int, seed: int) -> str:
    """One storm and its audit; a line for the table. Raises AssertionError for anything that is not as it was told."""
    weather, began = Weather(url, folder, random.Random(seed), len(nurseries)), time.monotonic()
    platforms, number = await weather.run(nurseries, faults=faults, messages=messages)
    found = audit(url, platforms.seen())
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(weather.faults.items()))
    engine = url.partition(":")[0]
    return (
        f"{engine:8}  {len(nurseries)} process(es)  {number} messages  {weather.faults.total()} faults ({kinds})"
        f"  {found}  {time.monotonic() - began:.0f} s"
    )


def main() -> None:
    """``make faults``."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a caller that is killed in the middle is no news
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with ExitStack() as stack:
        nurseries = [stack.enter_context(Nursery()) for _ in range(2)]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wadul-faults-")))
        server = stack.enter_context(serve(durable=True))
        stack.enter_context(server.template("faults"))
        sqlite = f"sqlite://{folder / 'wadul.sqlite'}"
        asyncio.run(migrate(sqlite))
        told = {"faults": options.faults, "messages": options.messages, "seed": options.seed}
        lines = [asyncio.run(storm(sqlite, folder / "a", nurseries[:1], **told))]
        sys.stdout.write(lines[-1] + "\n")
        lines.append(asyncio.run(storm(server.url("faults"), folder / "b", nurseries, **told)))
        sys.stdout.write(lines[-1] + "\n")
        build = Path("build")
        build.mkdir(exist_ok=True)
        (build / "faults.txt").write_text("\n".join(lines) + "\n")
        shutil.rmtree(folder / "a", ignore_errors=True)


if __name__ == "__main__":
    main()
