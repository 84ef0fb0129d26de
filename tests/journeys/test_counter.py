"""Whoever comes to the complaint desk or writes on paper: an officer takes it down, and it goes its own way."""

from __future__ import annotations

from tests.journeys.browsing import Upload
from tests.journeys.city import City

COMPLAINT = "Tembok pabrik tahu melewati batas tanah kami."
LETTER = Upload("surat.pdf", b"%PDF-1.7\n" + bytes(300), "application/pdf")


async def test_who_comes_is_answered_at_the_desk_and_says_at_home_that_it_is_settled(blitar: City) -> None:
    """SOP 09: the form, the answer on the spot; with number and code the status page takes the word and the mark."""
    ratna, visitor = blitar.officer("petugas"), blitar.visitor()
    typed = {
        "Nama warga": "Tono",
        "Isi aduan": COMPLAINT,
        "Objek yang diadukan": "Tembok",
        "Lokasi objek": "Gang Nangka",
    }
    page = await ratna.browser.presses(await ratna.opens("/meja/baru"), "Simpan aduan", typed)
    visitor.number, visitor.code = "BLT-26-000001", page.text.split("Kode ")[1].split()[0]
    await visitor.hears("sudah kami terima")
    (await ratna.reads(visitor.number)).shows("mengisi formulir aduan")
    await ratna.does("Formulir aduan sudah diisi", visitor.number)
    answer = {"Isi jawaban kepada pengadu": "Batasnya kami ukur bersama besok pagi."}
    await ratna.does("Jawab langsung", visitor.number, answer)
    await visitor.hears("Batasnya kami ukur bersama besok pagi.")
    (await ratna.reads(visitor.number)).shows("perlu diserahkan petugas")
    await ratna.hands_over(visitor.number, to="Tono sendiri")
    (await ratna.reads(visitor.number)).shows("kepada Tono sendiri")
    await visitor.is_content()
    await visitor.rates(5)
    (await ratna.reads(visitor.number)).shows("pengadu menyatakan selesai")


async def test_a_letter_goes_its_own_way(blitar: City) -> None:
    """SOP 11: taken down as a letter, its scan goes up to the head with it."""
    ratna = blitar.officer("petugas")
    form = await ratna.opens("/meja/baru")
    typed = {"Disampaikan lewat": "Surat", "Nama warga": "Pengurus RW 05", "Isi aduan": COMPLAINT}
    typed |= {"Nomor surat": "005/RW05/2026", "Letak surat aslinya": "Lemari 2"}
    await ratna.browser.presses(form, "Simpan aduan", typed)
    page = await ratna.reads("BLT-26-000001")
    page.shows("mengendalikan surat")
    page.shows("Lemari 2")
    assert "BLT-26-000001" in (await ratna.opens("/meja/?antrean=semua&q=005/RW05/2026")).text
    await ratna.does("Naikkan ke Kepala Dinas", "BLT-26-000001", {"Berkas": LETTER})
    (await blitar.officer("kepala-dinas").reads("BLT-26-000001")).shows("Beri disposisi")
