"""A telephone number that somebody typed into the form: one SMS, and no other until it answers."""

from __future__ import annotations

import pytest

from tests.journeys.city import City

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_typed_number_gets_one_sms_until_it_answers(blitar: City) -> None:
    """It tells the number and nothing of the complaint; after YA the answers come there as well as to the page."""
    visitor, siti = blitar.visitor(), blitar.texter()
    national = "0" + siti.person.phone.removeprefix("+62")
    receipt = await visitor.complains(COMPLAINT, kontak=national, nama="Siti Aminah")
    receipt.shows("BLT-26-000001")
    text = (await siti.hears("BLT-26-000001", "YA")).text
    assert not any(secret in text for secret in (visitor.code, "arkir", "stasiun", "Siti"))

    ratna = blitar.officer("petugas")
    await ratna.does("Kirim balasan", visitor.number, {"Balasan": "Sedang kami periksa."})
    await ratna.does("Naikkan ke Kepala Dinas", visitor.number)
    await siti.hears_nothing()
    (await ratna.reads(visitor.number)).shows("belum dipastikan")

    await siti.says("YA")
    assert siti.screen[siti.heard :]
    assert all("BLT-26-000001" in line.text for line in siti.screen)
    siti.heard = len(siti.screen)
    assert "belum dipastikan" not in (await ratna.reads(visitor.number)).part("facts")
    disposition = {"Kepada": ["Kepala Bidang Pelayanan Perizinan"], "Isi disposisi": ["Bicarakan dengan saya"]}
    await blitar.officer("kepala-dinas").does("Beri disposisi", visitor.number, disposition)
    await siti.hears("kini dikaji")
    await siti.hears_nothing()


async def test_a_strangers_number_is_left_alone_after_one_sms(blitar: City) -> None:
    """Typed for two complaints: one message in all, and CEK from there tells of neither."""
    visitor, stranger = blitar.visitor(), blitar.texter()
    await visitor.complains(COMPLAINT, kontak=stranger.person.phone)
    await stranger.hears("BLT-26-000001")
    await blitar.visitor().complains("Lampu jalan di depan SD Kauman mati.", kontak=stranger.person.phone)
    await stranger.hears_nothing()
    await stranger.says("CEK")
    assert "arkir" not in (await stranger.hears()).text
