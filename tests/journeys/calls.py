"""Webhooks as the platforms of short messages make them, made by hand: doubled, forged, cut, or a thousand at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import aiohttp
from yarl import URL

from bot.demo.story import Person
from tests.channels import phones, twilio_stand
from tests.journeys.city import PUBLIC_URL, City

_AT_ONCE = 100


@dataclass(frozen=True)
class Call:
    """One webhook."""

    path: str
    body: bytes
    headers: Mapping[str, str]

    def cut(self) -> Call:
        """The same with half of its body, signed as the whole was."""
        return replace(self, body=self.body[: len(self.body) // 2])


class Caller:
    """The platform behind one door, calling the program that runs. An async context manager."""

    def __init__(self, city: City, door: str) -> None:
        self.channel, self.twilio = f"{city.office.id}-{door}", city.office.channels[door].kind == "twilio"
        platform = city.platforms.twilio if self.twilio else city.platforms.gateway
        self._city, self._entry = city, platform.entry(self.channel)
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE))

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def call(self, person: Person, text: str, serial: int, *, at: datetime | None = None, key: str = "") -> Call:
        """A citizen's text, the ``serial``-th there is; signed with another ``key`` by somebody else."""
        number = str(self._entry["number"])
        if self.twilio:
            sid = f"SMfeed{serial:028x}"  # none that the stand-in gives
            return self.signed(twilio_stand.form(MessageSid=sid, From=person.phone, To=number, Body=text), key=key)
        more = {"messageId": f"{serial:08x}", "sender": person.phone, "phoneNumber": person.phone, "recipient": number}
        received = {"receivedAt": self._city.clock.local.isoformat(timespec="milliseconds")}
        return self.signed(phones.sms(text, **more, **received), at=at, key=key)

    def signed(self, body: bytes, *, at: datetime | None = None, key: str = "") -> Call:
        """A body with the headers that the platform sends it with."""
        path = f"/hooks/{self.channel}/masuk"
        if self.twilio:
            token = key or str(self._entry["auth_token"])
            return Call(path, body, twilio_stand.signed(f"{PUBLIC_URL}{path}", body, token))
        key = key or str(self._entry["signing_key"])
        return Call(path, body, phones.signed(body, at=at or self._city.clock(), key=key))

    async def makes(self, call: Call) -> int:
        """Make a call; the program's answer."""
        async with self._session.post(self._url(call), data=call.body, headers=dict(call.headers)) as answer:
            return answer.status

    async def makes_all(self, calls: Iterable[Call]) -> set[int]:
        """Make many at once; every answer there was."""
        return set(await asyncio.gather(*(self.makes(call) for call in calls)))

    async def hangs_up(self, call: Call) -> None:
        """Make a call whose line breaks in the middle of its body."""
        url = self._url(call)
        _, line = await asyncio.open_connection(url.host, url.port)
        headers = {"Host": "wadul", "Content-Length": str(len(call.body)), **call.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.write(f"POST {call.path} HTTP/1.1\r\n{head}\r\n".encode() + call.cut().body)
        await line.drain()
        line.close()
        await line.wait_closed()

    def _url(self, call: Call) -> URL:
        return URL(f"{self._city.url}{call.path}")
