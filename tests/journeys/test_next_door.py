"""What did not get through, or was not read, reaches the person at another door: chat, then SMS; WhatsApp, then SMS."""

from __future__ import annotations

import pytest

from tests.journeys.browsing import Browser
from tests.journeys.city import City
from tests.journeys.phones import SmsCitizen
from tests.journeys.test_curhat import arrives

CHAT = "/mojokerto/obrolan"
STORY = "Keluhan: lampu jalan di depan pasar Tanjung mati sejak Senin"
ANSWER = "Lampunya sudah kami ganti kemarin sore."


async def says(visitor: Browser, city: City, text: str, **more: str) -> None:
    """Something in the chat on the website, by its form."""
    city.clock.passes(minutes=1)
    page = await visitor.opens(CHAT)
    await visitor.presses(page, "Kirim", {"isi": text, **more})
    await city.settles()


async def minutes(city: City, many: int) -> None:
    """Time passes, and the clerk's minute strikes."""
    city.clock.passes(minutes=many)
    await city.wadul.clock.tick(city.clock())
    await city.settles()


async def chats_and_leaves_a_number(city: City) -> tuple[Browser, SmsCitizen]:
    """A visitor whose telephone said YA; it is left with the second message."""
    visitor, phone = city.browser(), city.texter()
    await says(visitor, city, STORY)
    await says(visitor, city, "Terima kasih ya", kontak=phone.person.phone)
    assert "MJK-26-000001" in (await phone.hears("dituliskan utk kabar aduan", "balas YA")).text
    await phone.says("YA")
    await city.settles()
    return visitor, phone


async def answers(city: City, number: str = "MJK-26-000001", text: str = ANSWER) -> None:
    """The front office replies."""
    await city.officer("petugas-fo").does("Kirim balasan", number, {"Balasan": text})
    await city.settles()


async def test_an_answer_that_lies_unread_in_the_chat_follows_by_sms(mojokerto: City) -> None:
    """Half an hour after it was said, once; what was read there stays there."""
    visitor, phone = await chats_and_leaves_a_number(mojokerto)
    heard = len(phone.screen)
    await answers(mojokerto)
    await minutes(mojokerto, 20)
    assert len(phone.screen) == heard
    await minutes(mojokerto, 15)
    await minutes(mojokerto, 15)
    assert [ANSWER in line.text for line in phone.screen[heard:]] == [True]
    (await visitor.opens(CHAT)).shows(ANSWER)
    await answers(mojokerto, text="Silakan dicek nanti malam.")
    (await visitor.opens(CHAT)).shows("Silakan dicek nanti malam.")
    await minutes(mojokerto, 45)
    assert len(phone.screen) == heard + 1


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_failed_answer_goes_by_sms_at_one_press(mojokerto: City) -> None:
    """WhatsApp cannot bring it: the page says why and names the other door; one press, and the telephone has it."""
    citizen = await arrives(mojokerto, "whatsapp")
    phone = mojokerto.texter("sms", citizen.person)
    await phone.complains("Keluhan: selokan di depan rumah mampet")
    await phone.hears("MJK-26-000002")
    desk = mojokerto.officer("kasi")
    why = {"Nomor aduan orang yang sama": "MJK-26-000002", "Alasan": "Disebutnya sendiri di loket."}
    await desk.tries("Gabungkan orang", await desk.reads(citizen.number), why)
    citizen.platform.orders.fail_next(131026, "Message Undeliverable")
    await answers(mojokerto, citizen.number)
    heard = len(phone.screen)
    page = await desk.reads(citizen.number)
    page.shows("gagal:")
    (button,) = [one for one in page.buttons() if one.startswith("Kirim lewat SMS")]
    page = await desk.tries(button, page)
    page.shows("diteruskan lewat SMS")
    await mojokerto.settles()
    assert [ANSWER in line.text for line in phone.screen[heard:]] == [True]


async def test_a_code_typed_back_makes_two_doors_one_person(mojokerto: City) -> None:
    """Asked for in the chat, sent to the telephone, typed in the chat: CEK by SMS tells of both; officers see how."""
    visitor, phone = mojokerto.browser(), mojokerto.texter()
    await phone.complains("Keluhan: selokan di depan rumah mampet")
    await says(visitor, mojokerto, STORY)
    phone.heard = len(phone.screen)
    await says(visitor, mojokerto, f"GABUNG {phone.person.phone}")
    (await visitor.opens(CHAT)).shows("kodenya sudah kami kirim ke sana")
    code = (await phone.hears("utk menyatukan nomor ini")).text.split()[1]
    await says(visitor, mojokerto, code)
    (await visitor.opens(CHAT)).shows("Kodenya cocok")
    await phone.says("CEK")
    assert "MJK-26-000002" in (await phone.hears("MJK-26-000001")).text
    page = await mojokerto.officer("kasi").reads("MJK-26-000001")
    page.shows("dibuktikan pengadu dengan kode")
    page.shows("Pengadu membuktikan dengan kode bahwa alamat lain juga miliknya")
