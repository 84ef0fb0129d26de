"""An e-mail address that somebody typed into the form: one message, and no other until it answers."""

from __future__ import annotations

import pytest

from tests.journeys.town import Town

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_typed_address_gets_one_message_until_it_answers(town: Town) -> None:
    """It tells the number and nothing of the complaint; after YA the answers come there as well as to the page."""
    visitor, siti = town.web_citizen(), town.mail_citizen()
    receipt = await visitor.complains(COMPLAINT, kontak=siti.address, nama="Siti Aminah")
    receipt.shows("BLT-26-000001", "paling lambat Senin, 23 November 2026")
    mail = await siti.hears(
        "Alamat ini dituliskan sebagai kontak untuk aduan BLT-26-000001", "balas pesan ini dengan YA"
    )
    mail.hides(visitor.code, "parkir", "stasiun", "Siti")

    ratna = town.officer("petugas")
    await ratna.does("Kirim balasan", visitor.number, {"Balasan": "Sedang kami periksa."})
    await ratna.does("Naikkan ke Kepala Dinas", visitor.number)
    await siti.hears_nothing()
    (await ratna.reads(visitor.number)).shows("belum dipastikan")
    await visitor.hears("sudah kami terima")
    await visitor.hears("Sedang kami periksa.")
    await visitor.hears("kami teruskan kepada pimpinan")

    await siti.says("YA")
    while await siti.has_mail():
        (await siti.hears()).says("BLT-26-000001")
    await visitor.hears("ada pada Kepala Dinas")
    assert "belum dipastikan" not in (await ratna.reads(visitor.number)).part("facts")
    disposition = {"Kepada": ["Kepala Bidang Pelayanan Perizinan"], "Isi disposisi": ["Bicarakan dengan saya"]}
    await town.officer("kepala-dinas").does("Beri disposisi", visitor.number, disposition)
    await siti.hears("kini dikaji")
    await siti.hears_nothing()
    await visitor.hears("kini dikaji")
    await visitor.hears_nothing()


async def test_whoever_does_not_know_the_complaint_can_ignore_the_message(town: Town) -> None:
    """A stranger's address, typed for two complaints: one message in all, and nothing of either complaint."""
    visitor, stranger = town.web_citizen(), town.mail_citizen("Orang Lain")
    await visitor.complains(COMPLAINT, kontak=stranger.address)
    (await stranger.hears("BLT-26-000001")).hides("parkir", visitor.code)
    await town.officer("petugas").does(
        "Jawab langsung", visitor.number, {"Isi jawaban kepada pengadu": "Sudah kami tertibkan."}
    )
    await visitor.hears("sudah kami terima")
    await visitor.hears("Sudah kami tertibkan.")
    await stranger.hears_nothing()
    await town.web_citizen().complains("Lampu jalan di depan SD Kauman mati.", kontak=stranger.address)
    await stranger.hears_nothing()
    await stranger.says("CEK", subject="cek")
    (await stranger.hears()).hides("tertibkan", "parkir", visitor.code)


async def test_the_page_never_shows_a_ticket_without_its_code(town: Town) -> None:
    """Wrong codes get one answer whether the number exists or not; after ten of them one has to wait."""
    visitor, thief = town.web_citizen(), town.web_citizen()
    await visitor.complains(COMPLAINT)
    real = await thief.looks(visitor.number, "AAAAAA")
    other = await thief.looks("BLT-26-000777", "AAAAAA")
    real.shows("Nomor atau kode tidak cocok")
    assert real.text.replace(visitor.number, "") == other.text.replace("BLT-26-000777", "")
    assert "stasiun" not in real.text
    for _ in range(9):
        await thief.looks(visitor.number, "BBBBBB")
    (await thief.looks(visitor.number, visitor.code)).shows("Terlalu banyak percobaan")
    town.clock.passes(minutes=16)
    (await thief.looks(visitor.number, visitor.code.lower())).shows(COMPLAINT)


async def test_the_same_form_sent_twice_is_one_complaint(town: Town) -> None:
    """A second press, or the page gone back to: the same number, not a second ticket."""
    visitor = town.web_citizen()
    page = await visitor.browser.opens("/blitar/")
    await visitor.sends(page, COMPLAINT)
    first = visitor.number
    await visitor.sends(page, COMPLAINT)
    assert visitor.number == first
    (await town.officer("petugas").opens()).shows("1 peran saya")


async def test_a_mistake_in_the_form_keeps_what_was_typed(town: Town) -> None:
    """A contact that is none is asked for again, beside the words, the name and the kind that stand there still."""
    visitor = town.web_citizen()
    kind = {"jenis": "Saran dan aspirasi"}
    page = await visitor.complains(COMPLAINT, kontak="bukan alamat", nama="Siti Aminah", **kind)
    page.shows("tidak terbaca sebagai e-mail atau nomor telepon")
    page = await visitor.browser.presses(page, "Kirim aduan", {"kontak": ""})
    page.shows("BLT-26-000001")
    facts = (await town.officer("petugas").reads("BLT-26-000001")).part("facts")
    assert "Pengadu Siti Aminah" in facts
    assert "Jenis Saran dan aspirasi" in facts
