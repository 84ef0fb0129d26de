"""What officers do beside the steps: rerouting, handing on, registering, correcting, and meeting each other."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import clerk
from config import SHIPPED
from tests.journeys import town as towns
from tests.journeys.browsing import words
from tests.journeys.conftest import Log
from tests.journeys.mail import MailCitizen
from tests.journeys.town import Town
from tests.journeys.waiting import until
from tests.mail_peers import MailServers

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."
SECOND_PROCEDURE = """
id: informasi
number: ""
title: Pelayanan Informasi
source: contoh untuk uji
promise: 2 hari kerja
first: jawab-informasi
steps:
  - id: jawab-informasi
    name: Menjawab permintaan informasi
    plain: permintaan informasi Anda sedang disiapkan
    actor: petugas
    within: 1 hari kerja
    actions:
      - {id: jawab, label: Jawab permintaan, to: selesai, needs: [jawaban], tell: dijawab, outcome: answered}
  - {id: selesai, name: Selesai, plain: sudah dijawab, final: true}
"""


async def complained(town: Town, text: str = COMPLAINT) -> MailCitizen:
    """Somebody who has complained and heard so."""
    siti = town.mail_citizen()
    await siti.complains(text)
    await siti.hears("sudah kami terima")
    return siti


@pytest.fixture
async def two_procedures(
    mail_servers: MailServers, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log
) -> AsyncIterator[Town]:
    """A town whose office has a second procedure, for requests for information."""
    folder = shutil.copytree(SHIPPED, tmp_path / "config")
    office = folder / "offices" / "blitar" / "office.yaml"
    route = "routes:\n  - {kind: informasi, procedure: informasi}\n"
    office.write_text(office.read_text("utf-8").replace("routes:\n", route), "utf-8")
    (folder / "offices" / "blitar" / "sop" / "informasi.yaml").write_text(SECOND_PROCEDURE.lstrip(), "utf-8")
    async with towns.opened(mail_servers, sqlite_url, tmp_path / "data", monkeypatch, config=folder) as town:
        yield town


async def test_a_wrong_kind_is_rerouted_and_the_old_steps_stay_in_the_record(two_procedures: Town) -> None:
    """Another kind takes its own procedure; the citizen hears why and until when, the page keeps the old way."""
    town = two_procedures
    siti, ratna = await complained(town, "Berapa biaya izin mendirikan kios di alun-alun?"), town.officer("petugas")
    change = {"Jenis": "Permintaan informasi", "Alasan": "Ini permintaan informasi."}
    await ratna.does("Ubah jalur", siti.number, change)
    mail = await siti.hears("jalur penanganan yang lebih tepat", "Ini permintaan informasi.")
    mail.says("paling lambat Rabu, 25 November 2026 pukul 16.00 WIB")
    page = await ratna.reads(siti.number)
    page.shows("Menjawab permintaan informasi", "Pelayanan Informasi")
    assert "Menerima aduan" in page.part("earlier")
    assert "Ini permintaan informasi." in page.part("earlier")
    assert any("Jalur diubah dari" in entry.what for entry in await ratna.journal(siti.number))
    await ratna.does("Jawab permintaan", siti.number, {"Isi jawaban kepada pengadu": "Lima puluh ribu rupiah."})
    await siti.hears("Lima puluh ribu rupiah.")


async def test_what_is_not_ours_is_handed_on_and_the_citizen_told_where_to_go(town: Town) -> None:
    """PLN, with its telephone number; the ticket stands as handed on and asks nothing more of anybody."""
    siti, ratna = await complained(town, "Listrik di Jl. Tanjung padam sejak pagi."), town.officer("petugas")
    page = await ratna.does(
        "Alihkan",
        siti.number,
        {"Instansi yang berwenang": "PLN", "Alasan, juga untuk warga": "Gangguan jaringan listrik."},
    )
    page.shows("Dialihkan ke instansi lain", "PLN")
    await siti.hears("bukan kewenangan kami", "PLN", "telepon 123", "Gangguan jaringan listrik.")
    assert (await ratna.journal(siti.number))[-2].what.startswith("Dialihkan ke PLN")
    (await ratna.opens()).shows("0 peran saya")


async def test_what_can_not_be_taken_up_is_closed_with_a_reason(town: Town) -> None:
    """The reason goes to the citizen; an officer may open it again, and says why."""
    siti, ratna = await complained(town), town.officer("petugas")
    await ratna.does("Tutup aduan", siti.number, {"Alasan, juga untuk warga": "Sudah diadukan dengan nomor lain."})
    await siti.hears("Sudah diadukan dengan nomor lain.")
    await ratna.does("Buka lagi", siti.number, {"Alasan, juga untuk warga": "Ternyata tempatnya berbeda."})
    await siti.hears("kami buka lagi")
    (await ratna.reads(siti.number)).shows("Giliran Anda")


async def test_an_officer_registers_for_somebody_at_the_counter(town: Town) -> None:
    """Number and code to hand over; the typed e-mail address gets one message; the record says who wrote it down."""
    bambang, tono = town.officer("kasi"), town.mail_citizen("Tono")
    typed = {"Nama warga": "Tono", "E-mail atau nomor telepon": tono.address, "Isi aduan": COMPLAINT}
    page = await bambang.browser.presses(await bambang.opens("/meja/baru"), "Simpan aduan", typed)
    page.shows("Aduan tercatat", "BLT-26-000001")
    code = page.text.split("Kode ")[1].split()[0]
    mail = await tono.hears("Alamat ini dituliskan sebagai kontak untuk aduan BLT-26-000001")
    mail.hides(code, "parkir", "stasiun")
    journal = await bambang.journal("BLT-26-000001")
    assert any("Bambang" in entry.who or "Bambang" in entry.what for entry in journal), journal

    visitor = town.web_citizen()
    visitor.number, visitor.code = "BLT-26-000001", code
    (await visitor.looks()).shows(COMPLAINT, "Diproses")


async def test_two_officers_at_once_and_the_second_loses_nothing(town: Town) -> None:
    """What the second typed is still there beside the news of what the first did, and goes out with a second press."""
    siti, ratna, bambang = await complained(town), town.officer("petugas"), town.officer("kasi")
    first, second = await ratna.reads(siti.number), await bambang.reads(siti.number)
    await ratna.tries("Kirim balasan", first, {"Balasan": "Kami cek lokasinya siang ini."})
    typed = "Petugas kami sudah di stasiun sekarang."
    page = await bambang.tries("Kirim balasan", second, {"Balasan": typed})
    assert page.status == 409
    page.shows("Belum dilakukan: aduan ini sudah diubah orang lain.", "Kami cek lokasinya siang ini.")
    form, _ = page.form("Kirim balasan")
    assert next(one.value for one in form.controls if one.name == "text").strip() == typed
    await siti.hears("Kami cek lokasinya siang ini.")
    await siti.hears_nothing()
    page = await bambang.tries("Kirim balasan", page)
    assert page.status == 200
    await siti.hears(typed)


async def test_a_step_done_twice_at_once_is_done_once(town: Town) -> None:
    """The second officer's action is not lost either: what was typed is shown where its form is gone."""
    siti, ratna, bambang = await complained(town), town.officer("petugas"), town.officer("kasi")
    first, second = await ratna.reads(siti.number), await bambang.reads(siti.number)
    await ratna.tries("Naikkan ke Kepala Dinas", first)
    page = await bambang.tries("Jawab langsung", second, {"Isi jawaban kepada pengadu": "Sudah kami tertibkan, Bu."})
    assert page.status in {409, 422}
    page.shows("Tulisan Anda", "Sudah kami tertibkan, Bu.", "Giliran Kepala Dinas")
    await siti.hears("kami teruskan kepada pimpinan")
    await siti.hears_nothing()


@dataclass
class Bug:
    """A mistake in the clerk that shows at one word."""

    mended: bool = False


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_message_that_breaks_the_clerk_is_set_aside_and_repeated(
    town: Town, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    """The line moves on, the officers see the message and its original; "ulangi" takes it once the bug is mended."""
    log.expects("set aside")
    bug, decide = Bug(), clerk.decide

    def broken(said, scene, now):  # type: ignore[no-untyped-def]
        if "kata ajaib" in said.text and not bug.mended:
            raise ZeroDivisionError
        return decide(said, scene, now)

    monkeypatch.setattr(clerk, "decide", broken)
    siti, tono, ratna = town.mail_citizen(), town.mail_citizen("Tono"), town.officer("petugas")
    await siti.says("Saluran air di Jl. Anggrek mampet, kata ajaib.", subject="Saluran")
    await tono.complains(COMPLAINT)
    await tono.hears("BLT-26-000001")
    await siti.hears_nothing()

    trouble = await ratna.opens("/meja/gangguan")
    assert "E-mail pengaduan" in trouble.part("asides")
    (link,) = [one.get("href") for one in trouble.all("//*[@id='asides']//a[@download]")]
    assert b"kata ajaib" in await ratna.browser.downloads(link)
    page = await ratna.browser.presses(trouble, "Ulangi", within="asides")
    assert "E-mail pengaduan" in page.part("asides")
    bug.mended = True
    page = await ratna.browser.presses(await ratna.opens("/meja/gangguan"), "Ulangi", within="asides")
    page.shows("Pesan sudah diolah kembali.")
    assert "E-mail pengaduan" not in page.part("asides")
    await siti.hears("Nomor aduan: BLT-26-000002")


async def test_notes_stay_inside_and_facts_can_be_corrected_and_found(town: Town) -> None:
    """A note never leaves the office; permit number and LAPOR! id are kept and found by the search."""
    citizen, ratna = town.web_citizen(), town.officer("petugas")
    await citizen.complains(COMPLAINT)
    await ratna.does("Simpan catatan", citizen.number, {"Catatan untuk rekan": "Pelapor ini pernah marah di loket."})
    facts = {"Nomor izin objek": "503/77/2024", "Nomor pelacakan LAPOR!": "7421337"}
    await ratna.does("Simpan data", citizen.number, facts)
    (await ratna.reads(citizen.number)).shows("Pelapor ini pernah marah", "catatan internal", "503/77/2024", "7421337")
    page = await citizen.looks()
    assert "marah" not in page.text
    for searched in ("7421337", "503/77/2024", "stasiun"):
        found = await ratna.opens("/meja/", q=searched)
        assert any(citizen.number in words(row) for row in found.all("//a[has('row')]")), searched
    assert not (await ratna.opens("/meja/", q="tidak-ada-itu")).all("//a[has('row')]")


async def test_only_those_whose_turn_it_is_can_act(town: Town) -> None:
    """The head of the office sees the first step and what will happen there, and no button for it."""
    siti, hadi = await complained(town), town.officer("kepala-dinas")
    page = await hadi.reads(siti.number)
    page.shows("Giliran Petugas Pelayanan Pengaduan")
    assert "Jawab langsung" not in page.buttons()
    ratna = town.officer("petugas")
    form = (await ratna.reads(siti.number)).form("Naikkan ke Kepala Dinas")[0]
    forged = await hadi.browser.posts(form.url.path, {one.name: one.value for one in form.controls})
    assert forged.status == 403


async def test_five_wrong_passwords_lock_the_login_for_a_while(town: Town) -> None:
    """Even the right password is refused then, in the same words; a minute later it opens the desk."""
    ratna = town.officer("petugas")
    for _ in range(5):
        (await ratna.signs_in("salah-salah-salah")).shows("Nama masuk atau kata sandi tidak cocok.")
    (await ratna.signs_in()).shows("Nama masuk atau kata sandi tidak cocok.")
    town.clock.passes(minutes=2)
    (await ratna.signs_in()).shows("Ratna Dewi")


async def test_a_refused_mail_account_is_seen_at_once_and_the_other_door_stays_open(
    mail_servers: MailServers, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    """A wrong password: the desk says which door is shut and why; the form takes complaints all the same."""
    async with towns.opened(mail_servers, sqlite_url, tmp_path / "data", monkeypatch, mail_password="salah") as town:
        ratna, visitor = town.officer("petugas"), town.web_citizen()

        async def refused() -> bool:
            return "Akun ditolak" in (await ratna.opens("/meja/gangguan")).part("doors")

        await until(refused, "the desk says that the account is refused")
        page = await visitor.browser.opens("/blitar/")
        town.clock.passes(seconds=20)
        page = await visitor.browser.presses(page, "Kirim aduan", {"isi": COMPLAINT})
        page.shows("BLT-26-000001")
