"""An answer letter from its draft to the citizen: by chat and mail as a file, by short message as a link and a code."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pypdf
import pytest
from yarl import URL

from config import SHIPPED
from tests.journeys import town as towns
from tests.journeys.city import PUBLIC_URL, City
from tests.journeys.officers import Officer
from tests.journeys.phones import SmsCitizen
from tests.journeys.test_curhat import DIRECTED, MET, REGISTERED, arrives, walks
from tests.mail_peers import MailServers

WORDS = "Loket kedua kami buka mulai besok."
# What an office writes into its file so that a direct answer is a letter.
LETTER = """  - id: jawaban
    name: Jawaban langsung kepada pengadu
    made: message
    template: surat-jawaban
    initials: [kasi]
    signed_by: [kepala-dinas]
    numbered: surat-keluar
"""


def letter(content: bytes) -> str:
    """What stands in a PDF, white space as one blank."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


async def test_a_chat_brings_the_letter_as_a_file(mojokerto: City) -> None:
    """The words in the chat, and the very letter that was signed, under its number."""
    citizen = await arrives(mojokerto, "telegram")
    await walks(mojokerto, citizen, (REGISTERED, *DIRECTED, *MET))
    line = next(one for one in citizen.screen if one.files)
    assert [one.type for one in line.files] == ["application/pdf"]
    assert line.files[0].name.endswith(".pdf")
    assert any(WORDS in one.text for one in citizen.screen)
    said = letter(mojokerto.platforms.chats.content(line.id, 0) or b"")
    assert WORDS in said
    assert citizen.number in said


async def test_a_short_message_says_where_the_letter_lies(mojokerto: City) -> None:
    """It brings no file: the page behind its link opens with its code, and only with that, and has the letter."""
    citizen = await arrives(mojokerto, "sms")
    assert isinstance(citizen, SmsCitizen)
    await walks(mojokerto, citizen, (REGISTERED, *DIRECTED, *MET))
    told = next(one.text for one in citizen.screen if "Surat jawaban" in one.text)
    found = re.search(rf"({re.escape(PUBLIC_URL)}\S*) kode (\w{{6}})", told)
    assert found, told
    assert found[2] == citizen.code
    assert not any(one.files for one in citizen.screen)
    browser = mojokerto.browser()
    page = await browser.opens(URL(found[1]).path)
    wrong = await browser.presses(page, "Lihat aduan", {"Nomor aduan": citizen.number, "Kode": "AAAAAA"})
    assert not wrong.all("//ul[has('lampiran')]")
    page = await browser.presses(page, "Lihat aduan", {"Nomor aduan": citizen.number, "Kode": citizen.code})
    (path,) = [one.get("href") for one in page.all("//ul[has('lampiran')]//a")]
    assert WORDS in letter(await browser.downloads(path))


def _lettered(folder: Path) -> Path:
    """Blitar's files, with a direct answer that is a letter."""
    shutil.copytree(SHIPPED, folder)
    file = folder / "offices" / "blitar" / "office.yaml"
    before = file.read_text("utf-8")
    line = re.search(r"^  - \{id: jawaban, .*\n", before, re.M)
    assert line
    file.write_text(before.replace(line[0], LETTER), "utf-8")
    return folder


async def _issued(drafter: Officer, others: dict[str, Officer], number: str) -> None:
    """Drafted at the counter, initialled, signed, issued: each on the letter's own page."""
    page = await drafter.opens(f"/meja/{number}/naskah/baru/jawaban")
    page = await drafter.tries("Simpan draf", page, {"jawaban.text": WORDS})
    path = page.url.path
    for role, button in (("kasi", "Bubuhkan paraf"), ("kepala-dinas", "Tanda tangani")):
        await others[role].tries(button, await others[role].opens(path))
    await drafter.tries("Terbitkan", await drafter.opens(path))


async def test_a_mail_brings_the_letter_as_its_attachment(
    mail_servers: MailServers, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the thread of the complaint, with its words to read and the signed letter to keep."""
    config = _lettered(tmp_path / "config")
    async with towns.opened(mail_servers, sqlite_url, tmp_path / "data", monkeypatch, config=config) as town:
        citizen = town.mail_citizen()
        await citizen.complains("Antrean loket di Jl. Merdeka 12 tadi pagi sampai dua jam.")
        await citizen.hears("BLT-26-000001")
        ratna = town.officer("petugas")
        await _issued(ratna, {role: town.officer(role) for role in ("kasi", "kepala-dinas")}, citizen.number)
        await ratna.does("Jawab langsung", citizen.number)
        mail = await citizen.hears(WORDS, "sudah selesai?")
        (file,) = mail.message.iter_attachments()
        assert file.get_content_type() == "application/pdf"
        said = letter(file.get_content())
        assert WORDS in said
        assert "001/" in said
