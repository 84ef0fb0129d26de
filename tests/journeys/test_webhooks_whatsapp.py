"""WhatsApp's webhooks as nobody wishes them, at the program that runs: forged, replayed, cut, another's, a thousand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.graph_orders import FETCHING
from channels.base import Attachment
from inbox.models import Attachment as Row
from inbox.models import Message, SetAside, Ticket
from tests.channels import whatsapps as wa
from tests.journeys.city import City

DOOR = "mojokerto-whatsapp"
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)


class Meta:
    """Meta, calling the program by hand."""

    def __init__(self, city: City) -> None:
        self._entry = city.platforms.whatsapp.entry(DOOR)
        self._session, self._url = aiohttp.ClientSession(), f"{city.url}/hooks/{DOOR}/masuk"

    def change(self, *messages: Any, number_id: str = "", **fields: Any) -> dict[str, Any]:
        """An entry of the office's number, or of another."""
        return wa.change(wa.value(*messages, number_id=number_id or self._entry["phone_number_id"], **fields))

    async def calls(self, raw: bytes, secret: str = "", signed: bytes | None = None) -> int:
        """Deliver a body, signed as it is, or as another one was."""
        headers = wa.signed(raw if signed is None else signed, secret or self._entry["app_secret"])
        async with self._session.post(self._url, data=raw, headers=headers) as answer:
            return answer.status

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()


@pytest.fixture
async def meta(mojokerto: City) -> AsyncIterator[Meta]:
    """Who calls."""
    one = Meta(mojokerto)
    yield one
    await one.close()


async def stored(city: City) -> tuple[int, int, int]:
    """How many messages came in, how many tickets there are, and how much was set aside."""
    async with city.wadul.database.reading():
        came = await Message.filter(direction="in").count()
        return came, await Ticket.all().count(), await SetAside.all().count()


async def test_nothing_is_believed_but_meta(mojokerto: City, meta: Meta) -> None:
    """Another secret, another body's signature, half a body: nothing is stored, and the good one is, once."""
    raw = wa.body(meta.change(wa.said()))
    assert await meta.calls(raw, "rahasia-lain") in {401, 403}
    assert await meta.calls(raw.replace(b"Lampu", b"Rumah"), signed=raw) in {401, 403}
    assert await meta.calls(raw[:100], signed=raw) in {401, 403}
    assert await stored(mojokerto) == (0, 0, 0)
    for _ in range(3):
        assert await meta.calls(raw) == 200
    assert await stored(mojokerto) == (1, 1, 0)


async def test_what_is_another_numbers_waits_for_a_person(mojokerto: City, meta: Meta) -> None:
    """With what is signed and cannot be read; both are on the page of trouble."""
    assert await meta.calls(wa.body(meta.change(wa.said(), number_id="999"))) == 200
    assert await meta.calls(wa.body(meta.change(wa.said()))[:-20]) == 200
    assert await stored(mojokerto) == (0, 0, 2)
    trouble = await mojokerto.officer("petugas-fo").opens("/meja/gangguan")
    assert mojokerto.office.channels["whatsapp"].name in trouble.part("asides")


async def test_a_thousand_in_one_body_are_all_there(mojokerto: City, meta: Meta) -> None:
    """A hundred citizens, ten messages each, with repeats and something broken between them; then the same again."""
    people = [f"62812{place:07}" for place in range(100)]
    said = [
        wa.said(serial=n, text={"body": f"Loket {n} tutup sejak pagi."}) | {"from": people[n % 100]}
        for n in range(1000)
    ]
    entries: list[Any] = [meta.change(one, contacts=[{"wa_id": one["from"], "profile": {"name": "W"}}]) for one in said]
    raw = wa.body(*entries[:500], "rusak", *entries[490:])
    for _ in range(2):
        assert await meta.calls(raw) == 200
    assert await stored(mojokerto) == (1000, 100, 1)
    async with mojokerto.wadul.database.reading():
        kept = await Message.filter(direction="in", channel=DOOR).order_by("id").values_list("external_id", flat=True)
    assert list(kept) == [f"wamid.{n}" for n in range(1000)]
    assert len(json.loads(raw)["entry"]) == 1011


async def test_what_whatsapp_cannot_hand_on_is_no_complaint(mojokerto: City, meta: Meta) -> None:
    """Whoever begins with a kind of message that no program may read is asked for words; no case tells of an error."""
    citizen = mojokerto.messenger()
    at = f"{mojokerto.clock().timestamp():.0f}"
    error = {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Not supported."}}
    said = wa.said("unsupported", errors=[error], timestamp=at) | {"from": citizen.person.phone.lstrip("+")}
    assert await meta.calls(wa.body(meta.change(said, contacts=[]))) == 200
    await mojokerto.settles()
    assert await stored(mojokerto) == (1, 0, 0)
    async with mojokerto.wadul.database.reading():
        assert await Message.filter(direction="out", channel=DOOR).count() == 1
    await citizen.says("Antrean loket tadi pagi sampai dua jam")
    assert (await stored(mojokerto))[:2] == (2, 1)


async def test_a_photo_that_fails_ten_times_and_then_comes(mojokerto: City) -> None:
    """The message is there at once and its photo later, each try after a longer while."""
    citizen = mojokerto.messenger()
    mojokerto.platforms.whatsapp.orders.refuse_next(503, 2, "Service temporarily unavailable", times=10, at=FETCHING)
    await citizen.sends(PHOTO, text="Lampu di depan loket mati sejak Senin")
    assert (await stored(mojokerto))[:2] == (1, 1)
    tries = 0
    while (await _photo(mojokerto)).state != "stored":
        mojokerto.clock.passes(hours=6)
        await mojokerto.wadul.deliverer.drain()
        tries += 1
        assert tries < 20
    row = await _photo(mojokerto)
    assert (row.attempts, row.size_bytes) == (11, 8)


async def _photo(city: City) -> Row:
    async with city.wadul.database.reading():
        return await Row.get()
