"""The status page as the web citizen's mailbox: asked, answered, added to, withdrawn, with files both ways."""

from __future__ import annotations

from tests.journeys.browsing import Upload
from tests.journeys.town import Town
from tests.pictures import JPEG, opened

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."


async def test_what_is_missing_is_asked_on_the_page_one_at_a_time(town: Town) -> None:
    """Object, place and name are filed in their fields as they are answered there."""
    visitor = town.web_citizen()
    await visitor.complains(COMPLAINT)
    assert "Di mana letaknya" not in (await visitor.hears("apa atau siapa yang diadukan?")).text
    await visitor.says("Juru parkir liar")
    await visitor.hears("Di mana letaknya?")
    await visitor.says("Jl. Mastrip depan stasiun")
    await visitor.hears("Atas nama siapa")
    await visitor.says("Siti Aminah")
    await visitor.hears("keterangan Anda sudah kami catat")
    facts = (await town.officer("petugas").reads(visitor.number)).part("facts")
    for known in ("Pengadu Siti Aminah", "Objek Juru parkir liar", "Lokasi Jl. Mastrip depan stasiun"):
        assert known in facts
    (await visitor.looks()).shows("Juru parkir liar", "Jl. Mastrip depan stasiun")


async def test_an_officers_question_is_answered_on_the_page(town: Town) -> None:
    """The page says whom it waits for; the answer starts the clock again and lies before the officer."""
    visitor, ratna = town.web_citizen(), town.officer("petugas")
    await visitor.complains(COMPLAINT)
    await visitor.hears("sudah kami terima")
    question = {"Balasan": "Jam berapa biasanya?", "Tunggu jawaban warga (jam langkah berhenti)": True}
    await ratna.does("Kirim balasan", visitor.number, {**question, "Apa yang ditunggu dari warga": "Jamnya"})
    await visitor.hears("Jam berapa biasanya?")
    (await visitor.looks()).shows("Menunggu Anda", "Petugas menunggu keterangan dari Anda")
    await visitor.says("Sore, jam empat sampai enam.")
    (await visitor.looks()).shows("Diproses")
    page = await ratna.reads(visitor.number)
    page.shows("Sore, jam empat sampai enam.", "Giliran Anda")
    assert "Objek —" in page.part("facts")


async def test_files_go_both_ways(town: Town) -> None:
    """The citizen's picture opens at the desk, the officer's letter on the page; neither without the right to it."""
    visitor, ratna, stranger = town.web_citizen(), town.officer("petugas"), town.browser()
    picture = Upload("parkir.jpg", JPEG, "image/jpeg")
    await visitor.complains(COMPLAINT, berkas=picture)
    letter = Upload("surat.pdf", b"%PDF-1.7\n" + bytes(300), "application/pdf")
    await ratna.does("Kirim balasan", visitor.number, {"Balasan": "Suratnya kami lampirkan.", "Lampiran": letter})
    await town.settles()

    page = await visitor.looks()
    links = {one.get("href"): one.text_content() for one in page.all("//ul[has('lampiran')]//a")}
    (path,) = [href for href, text in links.items() if "surat.pdf" in text]
    assert await visitor.browser.downloads(path) == letter.content
    assert (await stranger.opens(path)).status == 404
    (link,) = {
        one.get("href") for one in (await ratna.reads(visitor.number)).all("//a[has('picture')][contains(., 'parkir')]")
    }
    assert opened(await ratna.browser.downloads(link)).size == opened(JPEG).size
    assert (await stranger.opens(link)).url.path == "/masuk"


async def test_a_complaint_is_withdrawn_on_the_page(town: Town) -> None:
    """The button says what it does; afterwards nobody works on it and no second word of the office follows."""
    visitor, ratna = town.web_citizen(), town.officer("petugas")
    await visitor.complains(COMPLAINT)
    await visitor.hears("sudah kami terima")
    await visitor.presses("Ya, batalkan aduan")
    await visitor.hears("kami batalkan sesuai permintaan Anda")
    (await visitor.looks()).shows("Anda membatalkan aduan ini")
    assert any("Dicabut oleh warga." in line for line in await ratna.notices())
    (await ratna.reads(visitor.number)).shows("Aduan selesai")


async def test_a_greeting_in_the_form_opens_nothing(town: Town) -> None:
    """It comes back with the clerk's words, and the complaint written next is the first."""
    visitor = town.web_citizen()
    page = await visitor.complains("halo min")
    page.shows("Belum tercatat sebagai aduan", "Ceritakan apa yang terjadi")
    assert not visitor.number
    town.clock.passes(seconds=30)
    page = await visitor.browser.presses(page, "Kirim aduan", {"isi": COMPLAINT})
    page.shows("Aduan Anda sudah kami terima", "BLT-26-000001")
