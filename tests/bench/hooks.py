"""Short messages by webhook, from the HTTP request to its answer: the program in a process of its own on one core,
and a client on another that keeps so many connections busy.

``python -m tests.bench.hooks DATABASE DATA`` is that program; it says its port and ends with its input.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import structlog
from aiohttp import web

import config
from bot.app import built
from bot.settings import Settings

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
TEXT = "Lampu jalan di depan pasar Legi mati sejak seminggu, mohon segera diperbaiki"
KEY, TOKEN, URL = "kunci-tanda-tangan", "rahasia-twilio", "http://wadul.example.test"
DOORS = {
    "blitar-sms": {"user": "u", "password": "p", "signing_key": KEY},
    "blitar-sms-luar": {"auth_token": TOKEN},
    "blitar-telegram": {"token": "123456:bench"},
    "blitar-email": {"password": "p"},
}


def android(number: int) -> tuple[str, dict[str, str], bytes]:
    """Path, headers and body of a message as SMS Gateway for Android posts it, each from another citizen."""
    payload = {
        "messageId": f"{number:08x}",
        "sender": f"+62812{number:08d}",
        "recipient": "+628113330010",
        "simNumber": 1,
        "message": TEXT,
        "receivedAt": "2026-11-23T09:15:00.000+07:00",
    }
    event = {"id": f"e{number}", "webhookId": "w", "deviceId": "d", "event": "sms:received", "payload": payload}
    body, stamp = json.dumps(event).encode(), str(int(NOW.timestamp()))
    signature = hmac.new(KEY.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": signature}
    return "/hooks/blitar-sms/masuk", headers, body


def twilio(number: int) -> tuple[str, dict[str, str], bytes]:
    """The same as Twilio posts it."""
    path = "/hooks/blitar-sms-luar/masuk"
    fields = {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": "AC00000000000000000000000000000000",
        "From": f"+1415{number:07d}",
        "To": "+15005550006",
        "Body": TEXT,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
    }
    signed = URL + path + "".join(f"{name}{value}" for name, value in sorted(fields.items()))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return path, headers, urlencode(fields).encode()


def telegram(number: int) -> bytes:
    """An update as getUpdates brings it: this door asks by itself and has no webhook."""
    who = {"id": 700_000_000 + number, "is_bot": False, "first_name": f"Warga {number}", "language_code": "id"}
    message = {
        "message_id": 1,
        "from": who,
        "chat": {"id": who["id"], "type": "private", "first_name": who["first_name"]},
        "date": int(NOW.timestamp()),
        "text": TEXT,
    }
    return json.dumps({"update_id": 5_000_000 + number, "message": message}).encode()


Body = Callable[[int], tuple[str, dict[str, str], bytes]]


async def rates(
    database: str,
    data: Path,
    body: Body,
    *,
    many: int,
    connections: int,
    rounds: int,
    beside: Callable[[], Awaitable[float]],
) -> list[tuple[float, float]]:
    """Messages a second in each round, all answered 200; and what was measured ``beside`` it, right after."""
    async with _served(database, data) as port:
        await _send(port, body, range(50), connections)
        return [
            (await _timed(port, body, range(1000 * number, 1000 * number + many), connections), await beside())
            for number in range(1, rounds + 1)
        ]


async def _timed(port: int, body: Body, numbers: range, connections: int) -> float:
    started = time.perf_counter()
    await _send(port, body, numbers, connections)
    return len(numbers) / (time.perf_counter() - started)


async def _send(port: int, body: Body, numbers: Iterable[int], connections: int) -> None:
    waiting = iter([request(*body(number)) for number in numbers])
    await asyncio.gather(*(_one_connection(port, waiting) for _ in range(connections)))


async def _one_connection(port: int, requests: Iterable[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for one in requests:
        writer.write(one)
        await answered(reader)
    writer.close()


async def answered(reader: asyncio.StreamReader) -> None:
    """Read one answer, which says 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b": 0")
    await reader.readexactly(int(length.partition(b":")[2]))


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A webhook as its platform sends it down a line that stays open."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def _served(database: str, data: Path) -> AsyncIterator[int]:
    command = (sys.executable, "-m", "tests.bench.hooks", database, str(data))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def _serve(database: str, data: Path) -> None:
    settings = Settings(data=data, database=database, public_url=URL)
    offices = config.load(config.SHIPPED, secrets=False)
    async with built(settings, offices, now=lambda: NOW, entries=DOORS) as wadul:
        runner = web.AppRunner(wadul.web, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(f"{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


def one_core(core: int) -> None:
    """Keep this process on one core, where the machine has several."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


if __name__ == "__main__":
    one_core(0)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
