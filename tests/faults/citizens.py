"""Citizens at every door, as its platform brings their words: again and again until it is told that we have them.

What was told is noted (``Written``), to be held against the record. Nobody writes the same words twice.
"""

from __future__ import annotations

import asyncio
import html
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import aiohttp

from tests.channels import metas, phones, whatsapps
from tests.channels.updates import BUDI, CHAT, PRIVATE, update, written
from tests.faults.stands import Telegram
from tests.mail_peers import MailServers

TEXTS = ("Lampu jalan di depan pasar mati sejak seminggu", "Tambahan: gelap sekali", "Mohon segera diperbaiki")
# How many write at once, and which part of all messages, in hundredths, comes by that door.
_DOORS = {
    "sms": (6, 30), "telegram": (2, 20), "whatsapp": (4, 16), "facebook": (4, 10),
    "instagram": (3, 10), "email": (1, 4), "web": (2, 4), "obrolan": (2, 6),
}  # fmt: skip
_MOST_UNTAKEN_UPDATES, _MAIL_SECONDS = 300, 0.1
_PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF"


@dataclass
class Written:
    """What the citizens' side knows: by channel and writer the texts in their order; receipts by text."""

    texts: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    repeated: int = 0

    def take(self, channel: str, who: str, text: str) -> None:
        """Its platform was told that we have it: from now on it may not be lost."""
        self.texts.setdefault((channel, who), []).append(text)

    def total(self) -> int:
        """How many messages."""
        return sum(len(one) for one in self.texts.values())

    def by_door(self) -> Counter[str]:
        """How many at each channel."""
        return Counter(channel for (channel, _), texts in self.texts.items() for _ in texts)


class Citizens:
    """So many messages at all doors. ``mail`` is None where no mail server is at hand."""

    def __init__(
        self,
        dice: random.Random,
        ports: list[int],
        telegram: Telegram,
        mail: tuple[MailServers, str] | None,
        messages: int,
    ) -> None:
        self.written = Written()
        self._dice, self._ports, self._bot, self._mail = dice, ports, telegram, mail
        self._people, self._number = 0, 0
        shares = {name: share for name, (_, share) in _DOORS.items() if mail or name != "email"}
        self._left = {name: messages * share // sum(shares.values()) for name, share in shares.items()}
        self._left["sms"] += messages - sum(self._left.values())

    async def write(self) -> None:
        """Until all is said and heard."""
        timeout = aiohttp.ClientTimeout(total=8)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as self._session:
            await asyncio.gather(*(self._at(name) for name in self._left for _ in range(_DOORS[name][0])))

    async def _at(self, door: str) -> None:
        while self._left[door] > 0:
            self._people += 1
            who, many = self._people, min(self._left[door], 1 if door == "web" else self._dice.randrange(1, 4))
            self._left[door] -= many
            await getattr(self, f"_{door}")(who, [self._text(nth) for nth in range(many)])

    def _text(self, nth: int) -> tuple[int, str]:
        self._number += 1
        return self._number, f"{TEXTS[nth]}, catatan {self._number}"

    async def _sms(self, who: int, texts: list[tuple[int, str]]) -> None:
        sender = f"+62812{who:08d}"

        def body(number: int, text: str) -> bytes:
            return phones.sms(text, messageId=f"{number:08x}", sender=sender, phoneNumber=sender)

        await self._hooked("blitar-sms", sender, texts, body, lambda raw: phones.signed(raw, at=datetime.now(UTC)))

    async def _whatsapp(self, who: int, texts: list[tuple[int, str]]) -> None:
        sender = f"62813{who:08d}"

        def body(number: int, text: str) -> bytes:
            said = whatsapps.said(serial=number, text={"body": text}) | {"from": sender, "timestamp": f"{_seconds()}"}
            known = [{"profile": {"name": "Warga"}, "wa_id": sender}]
            return whatsapps.body(whatsapps.change(whatsapps.value(said, contacts=known)))

        await self._hooked("mojokerto-whatsapp", sender, texts, body, whatsapps.signed)

    async def _facebook(self, who: int, texts: list[tuple[int, str]]) -> None:
        await self._meta("mojokerto-facebook", metas.PAGE, metas.messenger, who, texts)

    async def _instagram(self, who: int, texts: list[tuple[int, str]]) -> None:
        await self._meta("mojokerto-instagram", metas.ACCOUNT, metas.instagram, who, texts)

    async def _meta(
        self, channel: str, ours: str, made: Callable[..., bytes], who: int, texts: list[tuple[int, str]]
    ) -> None:
        sender = f"{700_000_000_000 + who}"

        def body(number: int, text: str) -> bytes:
            item = metas.said(text, number) | {"sender": {"id": sender}, "timestamp": _seconds() * 1000}
            return made(item, of=ours)

        await self._hooked(channel, sender, texts, body, metas.signed)

    async def _hooked(
        self,
        channel: str,
        who: str,
        texts: list[tuple[int, str]],
        body: Callable[[int, str], bytes],
        signed: Callable[[bytes], Mapping[str, str]],
    ) -> None:
        """One writer's messages by webhook, in order; some are brought once more, also after a later one."""
        brought: list[bytes] = []
        for number, text in texts:
            raw = body(number, text)
            await self._until_heard(channel, raw, signed)
            self.written.take(channel, who, text)
            brought.append(raw)
            if self._dice.random() < 0.1:
                self.written.repeated += 1
                await self._until_heard(channel, self._dice.choice(brought), signed)

    async def _until_heard(self, channel: str, raw: bytes, signed: Callable[[bytes], Mapping[str, str]]) -> None:
        path = f"/hooks/{channel}/masuk"
        while (await self._asked("POST", path, data=raw, headers=signed(raw)))[0] != 200:
            await self._pause()

    async def _telegram(self, who: int, texts: list[tuple[int, str]]) -> None:
        chat = {"id": CHAT + who}
        for number, text in texts:
            message = {**written(text, number), "chat": PRIVATE | chat, "from": BUDI | chat}
            self._bot.bring(update(number, message=message))
            self.written.take("blitar-telegram", str(CHAT + who), text)
        while len(self._bot.waiting) > _MOST_UNTAKEN_UPDATES:
            await self._pause()

    async def _email(self, who: int, texts: list[tuple[int, str]]) -> None:
        assert self._mail
        servers, address = self._mail
        sender = f"{address.partition('@')[0]}-{who}@warga.example.test"
        for number, text in texts:
            servers.put(address, _mail(sender, address, number, text))
            self.written.take("blitar-email", sender, text)
            await asyncio.sleep(_MAIL_SECONDS)

    async def _web(self, who: int, texts: list[tuple[int, str]]) -> None:
        """The same page is sent again until there is a receipt."""
        ((number, text),) = texts
        token = None
        while token is None:
            _, page = await self._asked("GET", "/blitar/")
            token = re.search(r'name="tanda" value="([^"]+)"', page)
            await self._pause(token is None)
        while True:
            form = aiohttp.FormData({"tanda": html.unescape(token[1]), "isi": text})
            if number % 5 == 0:
                form.add_field("berkas", _PICTURE + str(number).encode(), filename="a.jpg", content_type="image/jpeg")
            _, page = await self._asked("POST", "/blitar/", data=form)
            if receipt := re.search(r"BLT-\d\d-\d{6,}", page):
                break
            await self._pause()
        self.written.take("blitar-web", f"web {who}", text)
        self.written.receipts[text] = receipt[0]

    async def _obrolan(self, who: int, texts: list[tuple[int, str]]) -> None:
        path, headers = "/mojokerto/obrolan", {"X-Obrolan": "1"}
        found = None
        while found is None:
            _, said = await self._asked("POST", f"{path}/mulai", headers=headers)
            found = re.search(r'"tanda": ?"([^"]+)"', said)
            await self._pause(found is None)
        headers["Authorization"] = f"Bearer {found[1]}"
        for number, text in texts:
            form = {"isi": text, "id": f"obrolan-{number}"}
            while (await self._asked("POST", path, data=form, headers=headers))[0] != 204:
                await self._pause()
            self.written.take("mojokerto-obrolan", f"chat {who}", text)

    async def _asked(self, method: str, path: str, **what: Any) -> tuple[int, str]:
        """Status and page; 0 where nobody answered."""
        url = f"http://127.0.0.1:{self._dice.choice(self._ports)}{path}"
        try:
            async with self._session.request(method, url, **what) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, ""

    async def _pause(self, wanted: bool = True) -> None:
        if wanted:
            await asyncio.sleep(self._dice.uniform(0.02, 0.2))


def _seconds() -> int:
    return int(datetime.now(UTC).timestamp())


def _mail(sender: str, to: str, number: int, text: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Pengaduan"
    mail["Date"], mail["Message-ID"] = format_datetime(datetime.now(UTC)), f"<{number}@warga.example.test>"
    mail.set_content(text)
    if number % 5 == 0:
        mail.add_attachment(_PICTURE + str(number).encode(), "image", "jpeg", filename="a.jpg")
    return mail.as_bytes()
