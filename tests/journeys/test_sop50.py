"""SOP.50 of Mojokerto on Messenger: its ten steps, from the citizen's first word to the mark, at the desk's pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.demo.pages import MessengerStandIn
from channels.base import Attachment
from tests.journeys.city import City
from tests.journeys.phones import GraphCitizen
from tests.journeys.sop10 import deeds, rated
from tests.journeys.test_curhat import (
    ANSWERED,
    INVITATION,
    LETTER,
    MINUTES,
    REGISTERED,
    SHEET,
    TO_KABID,
    TO_KASI,
    Turn,
    arrives,
    walks,
)

PHOTO = Attachment("antrean.jpg", "image/jpeg", b"\xff\xd8\xff\xe0antrean panjang", size_bytes=19)
DIRECTED: Sequence[Turn] = (
    ("kepala-dinas", "Beri arahan tindak lanjut", TO_KABID),
    ("kabid", "Perintahkan Kasi menindaklanjuti", TO_KASI),
)
ASKED: Sequence[Turn] = (
    ("kepala-dinas", "Minta pendapat Kabid PKPL", TO_KABID),
    ("kabid", "Beri resume dan teruskan ke Kasi", {"Resume permasalahan": "Loket dua tutup.", **TO_KASI}),
)
WRITTEN: Sequence[Turn] = (
    ("kasi", "Kirim jawaban", {"Arahan penyelesaian": "Jawab bahwa loket kedua dibuka.", **LETTER}),
)
MET: Sequence[Turn] = (
    ("kasi", "Adakan rapat koordinasi dengan Tim Teknis", INVITATION),
    ("tim-teknis", "Berita acara sudah jadi", MINUTES),
    ("kabid", "Sampaikan resume ke Kepala Dinas", {"Resume sesuai berita acara": "Satu loket ditambah."}),
    (
        "kepala-dinas",
        "Beri disposisi atas resume",
        SHEET | {"Kepada": ["Kepala Bidang Pengaduan, Kebijakan dan Pelaporan Layanan"]},
    ),
    (
        "kepala-dinas",
        "Perintahkan Kepala Bidang menindaklanjuti",
        SHEET | {"Kepada": ["Kepala Bidang Pengaduan, Kebijakan dan Pelaporan Layanan"]},
    ),
    ("kasi", "Kirim surat jawaban", ANSWERED),
)


async def writes(city: City) -> GraphCitizen:
    """Somebody whose complaint came by the page's messages and is written down."""
    citizen = await arrives(city, "facebook")
    assert isinstance(citizen, GraphCitizen)
    return citizen


@pytest.mark.parametrize(
    ("turns", "engine"),
    [
        pytest.param((*DIRECTED, *MET), "sqlite", id="directed-met"),
        pytest.param((*ASKED, *WRITTEN), "postgres", id="asked-written-postgres"),
    ],
    indirect=["engine"],
)
async def test_the_ten_steps_lead_to_an_answer_in_the_same_chat(turns: Sequence[Turn], mojokerto: City) -> None:
    """Registered, directed or asked, met and written: each turn is heard in the chat, and it ends with a mark."""
    citizen = await writes(mojokerto)
    await walks(mojokerto, citizen, (REGISTERED, *turns))
    await citizen.hears("sampaikan kepada Kepala Dinas")
    await citizen.hears("Kepala Dinas sudah memberi arahan", "ditelaah")
    if len(turns) > 3:
        await citizen.hears("tim teknis")
    await citizen.hears("Loket kedua kami buka mulai besok.", "SELESAI")
    assert bool(citizen.papers) == (len(turns) > 3), "the letter came as a file"
    await citizen.is_content()
    await citizen.hears("ikut senang")
    await citizen.rates(5)
    await citizen.hears("nilai 5")
    await citizen.hears_nothing()

    desk = mojokerto.officer("kasi")
    (await desk.reads(citizen.number)).shows("5 / 5", "Keluhan", "Antrean loket", "Facebook", "melalui Media Sosial TI")
    journal = await deeds(desk, citizen)
    assert journal[-1] == rated(5)
    made = [entry for entry in journal if any(entry.what.startswith(f"{button} ") for _, button, _ in turns)]
    assert len(made) == len(turns)


async def test_belum_photo_change_and_what_was_read(mojokerto: City) -> None:
    """Photos are seen, a change shows both words, the receipts are the page's, and "belum" opens it again."""
    citizen = await writes(mojokerto)
    platform = citizen.platform
    assert isinstance(platform, MessengerStandIn)
    await citizen.sends(PHOTO, PHOTO, text="Ini antreannya")
    await mojokerto.wadul.deliverer.drain()
    platform.edits(citizen.said("Ini antreannya").id, "Ini antreannya tadi pagi")
    await mojokerto.settles()
    page = await mojokerto.officer("petugas-fo").reads(citizen.number)
    page.shows("Ini antreannya tadi pagi", "disunting warga")
    pictures = [one.get("src") for one in page.all("//ul[has('files')]//img")]
    assert len(pictures) == 2
    await walks(mojokerto, citizen, (REGISTERED, *DIRECTED, *WRITTEN))
    assert "sampai" in (await mojokerto.officer("kasi").reads(citizen.number)).text
    await citizen.reads()
    page = await mojokerto.officer("kasi").reads(citizen.number)
    assert {one.get("data-state") for one in page.all("//span[has('tick')]")} == {"read"}
    await citizen.is_not_content("tadi pagi masih antre dua jam")
    await citizen.reads_last("buka lagi")
    (await mojokerto.officer("petugas-fo").reads(citizen.number)).shows("Dibuka lagi")


async def test_a_person_may_answer_for_seven_days_and_the_clerk_may_not(mojokerto: City) -> None:
    """After a day the officer's words go with the page's tag; after a week they are refused with what is left to do."""
    citizen = await writes(mojokerto)
    heard = len(citizen.screen)
    mojokerto.clock.passes(days=2)
    desk = mojokerto.officer("petugas-fo")
    await desk.does("Kirim balasan", citizen.number, {"Balasan": "Kami periksa besok."})
    await mojokerto.settles()
    (answer,) = citizen.screen[heard:]
    assert "Kami periksa besok." in answer.text
    mojokerto.clock.passes(days=6)
    page = await desk.tries("Kirim balasan", await desk.reads(citizen.number), {"Balasan": "Sudah kami periksa."})
    assert page.status == 422
    page.shows("Sudah kami periksa.")
    assert len(citizen.screen) == heard + 1


@pytest.mark.parametrize("door", ["facebook", "instagram"])
async def test_a_message_that_never_came_is_found_in_the_platforms_own_list(mojokerto: City, door: str) -> None:
    """The night holds the day against what Meta keeps; what was lost is taken in by an officer, and answered."""
    citizen = mojokerto.messenger(door)
    await citizen.complains("Keluhan: antrean di loket dua jam")
    await citizen.hears("MJK-26-000001")
    lost = mojokerto.messenger(door)
    mojokerto.clock.passes(hours=12)
    told = {"sent": True, "state": "sent", "text": "Keluhan: AC ruang tunggu mati"}
    mojokerto.platforms.chats.add(lost.person.id, lost.channel, **told)
    for hours in (12, 1):
        mojokerto.clock.passes(hours=hours)
        await mojokerto.wadul.clock.tick(mojokerto.clock())
        await mojokerto.wadul.comparing.finish()
    desk = mojokerto.officer("kasi")
    page = await desk.opens("/meja/pengaturan/pencocokan")
    page.shows("1 belum ada di sini")
    (take,) = [one for one in page.buttons() if one.startswith("Ambil yang belum ada")]
    await desk.tries(take, page)
    await mojokerto.settles()
    await lost.hears("MJK-26-000002")
