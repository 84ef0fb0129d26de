"""Curhat Ning Ita by WhatsApp: what a chat can hold, ticks, changes, a closed window, a phone that is off, forgery."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

import aiohttp
import pytest

from bot.demo.graph import Event
from channels.base import Attachment
from inbox.models import Address, Message, Ticket
from tests.journeys.browsing import Page, Upload, words
from tests.journeys.city import City
from tests.journeys.conftest import Log
from tests.journeys.phones import GraphCitizen
from tests.journeys.test_curhat import REGISTERED, arrives, walks

PHOTO = Attachment("trotoar.jpg", "image/jpeg", b"\xff\xd8\xff\xe0trotoar ambrol", size_bytes=19)
VOICE = Attachment("suara.ogg", "audio/ogg", b"OggSberita lisan", size_bytes=16)
PAPER = Upload("jadwal.pdf", b"%PDF-1.7 jadwal perbaikan", "application/pdf")
BOTH_ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


async def chats(city: City) -> GraphCitizen:
    """Somebody whose complaint is written down."""
    citizen = await arrives(city, "whatsapp")
    assert isinstance(citizen, GraphCitizen)
    return citizen


def ticks(page: Page) -> list[str]:
    """What a ticket's page says of each message that went out, oldest first, without the time."""
    return [" ".join(word for word in words(one).split() if not word[0].isdigit()) for one in page.all(
        "//span[has('tick')]")]  # fmt: skip


async def answers(city: City, citizen: GraphCitizen, text: str, *files: Upload) -> None:
    """The front office replies on the ticket's page."""
    given = {"Balasan": text} | ({"Lampiran": files[0]} if files else {})
    await city.officer("petugas-fo").does("Kirim balasan", citizen.number, given)
    await city.settles()


@BOTH_ENGINES
async def test_a_photo_a_voice_and_a_place_are_seen_and_the_answer_brings_a_paper(mojokerto: City) -> None:
    """Everything stands on the ticket's page and opens; the answer's file lies on the phone; the ticks turn blue."""
    citizen = await chats(mojokerto)
    await citizen.sends(PHOTO, text="Ini fotonya, Ning")
    await citizen.sends(VOICE)
    await citizen.sends(place=(-7.4664, 112.4338))
    desk = mojokerto.officer("petugas-fo")
    await mojokerto.wadul.deliverer.drain()
    files = [one.get("src") for one in (await desk.reads(citizen.number)).all("//ul[has('files')]//*[@src]")]
    contents = {await (await desk.browser._session.get(f"{mojokerto.url}{path}")).read() for path in files}
    assert contents == {PHOTO.content, VOICE.content}
    (await desk.reads(citizen.number)).shows("Ini fotonya, Ning", "-7.46640")

    await answers(mojokerto, citizen, "Ini jadwal perbaikannya.", PAPER)
    (paper,) = citizen.papers
    chat = mojokerto.platforms.chats
    assert (paper.files[0].name, chat.content(paper.id, 0)) == ("jadwal.pdf", PAPER.content)
    assert "Ini jadwal perbaikannya." in paper.text
    assert ticks(await desk.reads(citizen.number))[-1] == "sampai"
    assert citizen.said("Ini fotonya, Ning").state == "read", "the office has read it"
    await citizen.reads()
    assert set(ticks(await desk.reads(citizen.number))) == {"dibaca"}


async def test_what_is_changed_and_taken_back_shows_both(mojokerto: City) -> None:
    """The officer sees what was said before, what it is now, and what the citizen took back; nobody is answered."""
    citizen = await chats(mojokerto)
    await citizen.says("RT 3, dekat musala")
    heard = len(citizen.screen)
    line = citizen.said("RT 3, dekat musala")
    citizen.platform.edits(line.id, "RT 5, dekat musala")
    await mojokerto.settles()
    (await mojokerto.officer("petugas-fo").reads(citizen.number)).shows("RT 3", "RT 5", "disunting warga")
    citizen.platform.revokes(line.id)
    await mojokerto.settles()
    (await mojokerto.officer("petugas-fo").reads(citizen.number)).shows("ditarik warga")
    citizen.platform.reacts(citizen.screen[-1].id, "👍")
    await mojokerto.settles()
    assert len(citizen.screen) == heard


@BOTH_ENGINES
async def test_a_window_that_closed_leaves_a_template(mojokerto: City) -> None:
    """After a day words are refused with the ways out; an approved text goes, and an answer opens the window again."""
    citizen = await chats(mojokerto)
    mojokerto.clock.passes(hours=25)
    desk = mojokerto.officer("petugas-fo")
    page = await desk.tries("Kirim balasan", await desk.reads(citizen.number), {"Balasan": "Kami periksa besok."})
    assert page.status == 422
    page.shows("Pakai templat yang disetujui platform", "Kami periksa besok.")
    heard = len(citizen.screen)
    await mojokerto.wadul.clock.tick(mojokerto.clock())
    page = await desk.opens(f"/meja/{citizen.number}/templat")
    page.shows("kabar_aduan")
    await desk.tries("Kirim templat ini", page, {})
    await mojokerto.settles()
    (said,) = citizen.screen[heard:]
    assert said.text == f"Ada kabar untuk aduan {citizen.number}. Balas pesan ini untuk membacanya."
    await citizen.says("Ya, bagaimana?")
    await answers(mojokerto, citizen, "Kami periksa besok.")
    await citizen.reads_last("Kami periksa besok.")


async def test_news_after_the_window_come_as_a_template(mojokerto: City) -> None:
    """A step that the citizen is told of goes as the office's approved text, with number, state and address."""
    citizen = await chats(mojokerto)
    heard = len(citizen.screen)
    mojokerto.clock.passes(hours=25)
    await mojokerto.wadul.clock.tick(mojokerto.clock())
    await walks(mojokerto, citizen, [REGISTERED])
    (news,) = citizen.screen[heard:]
    assert news.text.startswith(f"Aduan Anda nomor {citizen.number} kini ")
    assert "/mojokerto/cek" in news.text


async def test_what_the_platform_refuses_afterwards_is_told_to_the_officer(mojokerto: City) -> None:
    """WhatsApp takes a message and then says that the window was closed: the page says why, nothing is tried again."""
    citizen = await chats(mojokerto)
    citizen.platform.orders.fail_next(131047, "Re-engagement message")
    heard = len(citizen.screen)
    await answers(mojokerto, citizen, "Kami periksa besok.")
    page = await mojokerto.officer("petugas-fo").reads(citizen.number)
    assert ticks(page)[-1].startswith("gagal:")
    page.shows("131047")
    assert len(citizen.screen) == heard


async def test_a_phone_that_was_off_for_a_day(mojokerto: City) -> None:
    """The answer stays at one tick; when the phone is on again it is there, once, and the page knows."""
    citizen = await chats(mojokerto)
    citizen.platform.switches(citizen.person.id, on=False)
    await answers(mojokerto, citizen, "Besok kami perbaiki.")
    desk = mojokerto.officer("petugas-fo")
    assert ticks(await desk.reads(citizen.number))[-1] == "terkirim"
    mojokerto.clock.passes(hours=26)
    citizen.platform.switches(citizen.person.id, on=True)
    await mojokerto.settles()
    assert ticks(await desk.reads(citizen.number))[-1] == "sampai"
    assert len([line for line in citizen.screen if "Besok kami perbaiki." in line.text]) == 1


async def test_a_platform_in_trouble_is_tried_again_and_nothing_comes_twice(mojokerto: City) -> None:
    """Too many requests, a stumble, a download that fails ten times: all arrives, once."""
    citizen = await chats(mojokerto)
    orders = citizen.platform.orders
    orders.refuse_next(429, 130429, "(#130429) Rate limit hit", after=1)
    orders.refuse_next(500, 131000, "(#131000) Something went wrong")
    orders.refuse_next(500, 1, "An unknown error has occurred.", at="fetch", times=10)
    await citizen.sends(PHOTO, text="Ini fotonya")
    await answers(mojokerto, citizen, "Besok kami perbaiki.")
    for _ in range(14):
        mojokerto.clock.passes(hours=4)
        await mojokerto.wadul.deliverer.drain()
    assert len([line for line in citizen.screen if "Besok kami perbaiki." in line.text]) == 1
    page = await mojokerto.officer("petugas-fo").reads(citizen.number)
    assert page.all("//ul[has('files')]//img"), "the photo was fetched in the end"


async def test_repeats_forgeries_and_other_numbers_change_nothing(mojokerto: City, log: Log) -> None:
    """The same call three times and in one body with others; signed by a stranger; for a number that is not ours."""
    citizen = await chats(mojokerto)
    before = await Message.all().count()
    platform, channel = citizen.platform, citizen.channel
    account = platform.accounts[channel]
    line = citizen.said("Jl. Gajah Mada no 100")
    raw = platform.raw(line)
    foreign = raw.replace(account.id.encode(), b"999000999000999")
    forged = platform.body([Event(channel, json.loads(json.dumps(platform.event(line)).replace("no 100", "no 1")))])
    sent = [(raw, raw, 200), (raw, raw, 200), (forged, raw, 403), (raw[:-9], raw, 403), (foreign, foreign, 200)]
    async with aiohttp.ClientSession() as session:
        for body, signed, expected in sent:
            digest = hmac.new(account.secret.encode(), signed, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
            url = f"{mojokerto.url}/hooks/{channel}/masuk"
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == expected
        async with session.post(url, data=raw) as answer:
            assert answer.status == 401
    await mojokerto.settles()
    assert await Message.all().count() == before
    assert await Ticket.all().count() == 1


async def test_many_write_at_once(mojokerto: City) -> None:
    """Fifteen people's words come in one call: fifteen complaints, and each hears of their own."""
    citizens = [mojokerto.citizen("whatsapp") for _ in range(15)]
    first = citizens[0]
    assert isinstance(first, GraphCitizen)
    with first.platform.together():
        for place, one in enumerate(citizens):
            first.platform.says(one.person.id, one.channel, f"Got mampet di RT {place + 1}, baunya sampai ke rumah")
    await mojokerto.settles()
    numbers = [(await one.hears("MJK-26-"), one.number)[1] for one in citizens]
    assert len(set(numbers)) == len(citizens)


@BOTH_ENGINES
async def test_a_citizen_with_another_number_goes_on(mojokerto: City) -> None:
    """WhatsApp tells that somebody moved: what they write from there is of the same case, and is answered there."""
    citizen = await chats(mojokerto)
    citizen.platform.moves(citizen.person.id, citizen.channel, "+6281234599999")
    await mojokerto.settles()
    await citizen.says("Nomor saya ganti, Ning. Bagaimana trotoarnya?")
    assert await Ticket.all().count() == 1
    await answers(mojokerto, citizen, "Besok kami perbaiki.")
    await citizen.reads_last("Besok kami perbaiki.")


async def test_a_number_that_somebody_has_stays_theirs(mojokerto: City) -> None:
    """Who is said to have moved to a number that has a talk of its own takes nothing of it over."""
    citizen, other = await chats(mojokerto), mojokerto.citizen("whatsapp")
    await other.complains("Lampu jalan di Gang Seruni mati semua sejak Minggu")
    await other.hears("MJK-26-000002")
    citizen.platform.moves(citizen.person.id, citizen.channel, other.person.phone)
    await mojokerto.settles()
    values = await Address.filter(scheme="whatsapp").order_by("id").values_list("value", flat=True)
    assert values == [citizen.person.phone, other.person.phone]


async def test_the_webhook_proves_itself_once(mojokerto: City) -> None:
    """The App Dashboard's handshake is answered to whoever knows the office's word alone."""
    whatsapp = mojokerto.platforms.whatsapp
    assert await whatsapp.subscribe("mojokerto-whatsapp")
    assert not await asyncio.wait_for(whatsapp.subscribe("mojokerto-whatsapp", "tebakan"), 5)


async def test_an_expired_token_holds_answers_back_until_there_is_a_new_one(mojokerto: City, log: Log) -> None:
    """Nothing is lost and nobody is told that it failed: the door's page says what is wrong, and later all goes out."""
    log.expects("token")
    log.expects("190")
    citizen = await chats(mojokerto)
    platform, channel = citizen.platform, citizen.channel
    account, heard = platform.accounts[channel], len(citizen.screen)
    platform.expire(channel)
    await mojokerto.officer("petugas-fo").does("Kirim balasan", citizen.number, {"Balasan": "Besok kami perbaiki."})
    await mojokerto.settles()
    assert len(citizen.screen) == heard
    assert [fault.code for fault in await mojokerto.wadul.doors[channel].check()] == ["meta-token-expired"]
    platform.accounts[channel] = account
    mojokerto.clock.passes(hours=2)
    await mojokerto.wadul.deliverer.drain()
    await mojokerto.settles()
    assert [line.text for line in citizen.screen[heard:] if "Besok kami perbaiki." in line.text]


async def test_a_platform_that_never_says_whether_it_took_a_message(mojokerto: City) -> None:
    """It is taken and answered by a page of words: nothing is sent twice, and an officer decides."""
    citizen = await chats(mojokerto)
    heard = len(citizen.screen)
    citizen.platform.orders.garble_next(b"<html>Sorry</html>", 502, takes=True)
    await answers(mojokerto, citizen, "Besok kami perbaiki.")
    for _ in range(3):
        mojokerto.clock.passes(hours=1)
        await mojokerto.wadul.deliverer.drain()
    assert len(citizen.screen) == heard + 1
    assert ticks(await mojokerto.officer("petugas-fo").reads(citizen.number))[-1] == "belum pasti terkirim"


async def test_two_that_are_merged_are_both_answered(mojokerto: City) -> None:
    """Each hears under their own number, and a word of either calls the office."""
    first, second = mojokerto.messenger("whatsapp"), mojokerto.messenger("whatsapp")
    await first.complains("Keluhan: lampu taman di jalan Gajah Mada mati sejak seminggu")
    await first.hears("MJK-26-000001")
    await second.complains("Keluhan: lampu taman jl Gajah Mada mati seminggu")
    await second.hears("MJK-26-000002")
    desk = mojokerto.officer("kasi")
    page = await desk.tries("Gabungkan MJK-26-000001", await desk.reads("MJK-26-000002"))
    await desk.tries("Kirim balasan", page, {"Balasan": "Petugas kami ke sana besok pagi."})
    await mojokerto.settles()
    for one, others in ((first, "MJK-26-000002"), (second, "MJK-26-000001")):
        assert others not in (await one.reads_last("besok pagi")).text
    await second.says("Tadi malam ada yang jatuh di sana")
    (await desk.reads("MJK-26-000001")).shows("Tadi malam ada yang jatuh di sana")


async def test_another_open_door_of_the_same_person(mojokerto: City) -> None:
    """The window has closed: the officer sends by another chat that was joined to this person, and it arrives."""
    citizen = await chats(mojokerto)
    telegram = mojokerto.chatter("telegram", citizen.person)
    await telegram.complains("Keluhan: sampah menumpuk di depan rumah")
    await telegram.hears("MJK-26-000002")
    desk = mojokerto.officer("kasi")
    why = {"Nomor aduan orang yang sama": "MJK-26-000002", "Alasan": "Disebutnya sendiri waktu datang ke kantor."}
    await desk.tries("Gabungkan orang", await desk.reads(citizen.number), why)
    mojokerto.clock.passes(hours=25)
    (await desk.reads(citizen.number)).shows("tutup, hanya templat")
    given = {"Balasan": "Besok kami perbaiki.", "Kirim lewat": "Telegram"}
    await desk.does("Kirim balasan", citizen.number, given)
    await telegram.reads_last("Besok kami perbaiki.")
    assert "Besok kami perbaiki." not in citizen.screen[-1].text
