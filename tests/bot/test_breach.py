"""``wadul privacy breach``: who is to be told within three days, what is on record, and the letters for it."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings, identity_masters
from config import SHIPPED
from inbox import identities
from inbox.database import Database
from inbox.models import Citizen, Entry, SealOpening, Ticket
from inbox.secrecy import SEALED
from tests.inbox.house import House, at, blitar

NOW = at("2026-11-23 09:15")
SITI, BUDI = "siti@example.com", "budi@example.org"
DAY = ("--since", "2026-11-23", "--until", "2026-11-23 18:00", "--found", "2026-11-24 08:00")


@pytest.fixture
def numbers(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An open complaint of Siti's, whose name means harm, which the officer handled; and a sealed one of Budi's."""
    monkeypatch.setenv("WADUL_DATABASE", sqlite_url)
    monkeypatch.setenv("WADUL_DATA", str(tmp_path / "data"))
    return asyncio.run(_prepared(sqlite_url, tmp_path))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The record, shut again whatever happens."""
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _prepared(url: str, folder: Path) -> list[str]:
    async with opened(url) as database:
        return await _came(database, folder)


async def _came(database: Database, folder: Path) -> list[str]:
    house = House(database, folder / "data" / "files", blitar())
    await house.tickets.prepare(NOW)
    by = await house.officer("petugas")
    first = await house.complaint(NOW, text="Got mampet", sender=SITI)
    second = await house.complaint(NOW, text="Ada pungli", sender=BUDI)
    await Citizen.filter(id=first.citizen_id).update(name="=HYPERLINK(1)")
    await Ticket.filter(id=second.id).update(secrecy=SEALED)
    await house.acting.note(by, first.number, "Sudah ditelepon", now=NOW)
    return [first.number, second.number]


def packed(file: Path, *arguments: str) -> dict[str, str]:
    """The files of the pack."""
    assert main(["privacy", "breach", "--office", "blitar", *DAY, *arguments, str(file)]) == 0
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def table(text: str) -> list[dict[str, str]]:
    """The rows of a list, by its headings."""
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_everything_got_out(numbers: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every complaint with who is behind it and how to reach them, the letters, and the last hour for them."""
    file = tmp_path / "insiden.zip"
    pack = packed(file)
    assert "2 aduan terdampak" in (said := capsys.readouterr().out)
    assert "Jumat, 27 November 2026 pukul 08.00 WIB" in said
    assert file.stat().st_mode & 0o077 == 0
    first, second = table(pack["terdampak.csv"])
    assert (first["nomor"], first["nama pelapor"], first["kontak"]) == (numbers[0], "'=HYPERLINK(1)", SITI)
    assert (second["nomor"], second["kontak"], second["segel"]) == (numbers[1], BUDI, "tersegel; terbaca")
    for letter in ("ringkasan.txt", "surat-pelapor.txt", "surat-lembaga.txt"):
        assert "Blitar" in pack[letter]
        assert "{{" not in pack[letter]
    assert "Pasal 46" in pack["surat-lembaga.txt"]
    assert "Senin, 23 November 2026 pukul 00.00 WIB" in pack["surat-pelapor.txt"]
    assert SITI not in pack["surat-pelapor.txt"] + pack["surat-lembaga.txt"] + pack["ringkasan.txt"]


def test_an_account_that_somebody_else_used(numbers: list[str], sqlite_url: str, tmp_path: Path) -> None:
    """What it could see and what it did; a name behind a seal only where the seal was open to it then."""
    pack = packed(tmp_path / "a.zip", "--officer", "p1")
    first, second = table(pack["terdampak.csv"])
    assert (first["tercatat"], first["data yang terungkap"]) == ("Menulis catatan", "nama dan kontak, isi aduan")
    assert (second["segel"], second["tercatat"]) == ("tersegel; nama tidak terbaca", "")
    assert second["data yang terungkap"] == "isi aduan"
    assert [(one["nomor"], one["peristiwa"]) for one in table(pack["catatan.csv"])] == [(numbers[0], "Menulis catatan")]
    assert "wadul officer sign-out p1" in pack["ringkasan.txt"]

    async def opens() -> None:
        async with opened(sqlite_url):
            ticket = await Ticket.get(number=numbers[1])
            known = {"office": "blitar", "ticket_id": ticket.id, "officer_id": 1, "reason": "Perlu menelepon"}
            await SealOpening.create(at=at("2026-11-23 10:00"), until=at("2026-11-23 16:00"), **known)

    asyncio.run(opens())
    _, second = table(packed(tmp_path / "b.zip", "--officer", "p1")["terdampak.csv"])
    assert (second["segel"], second["data yang terungkap"]) == ("tersegel; terbaca", "nama dan kontak, isi aduan")


def test_certain_complaints(numbers: list[str], tmp_path: Path) -> None:
    """A letter that went to the wrong place concerns those in it alone."""
    pack = packed(tmp_path / "a.zip", "--ticket", numbers[1].lower())
    assert [one["nomor"] for one in table(pack["terdampak.csv"])] == [numbers[1]]
    assert f"aduan {numbers[1]}" in pack["surat-lembaga.txt"]


def test_what_came_later_is_not_concerned(numbers: list[str], tmp_path: Path) -> None:
    """Nor is it read who did what outside of the time."""
    early = ("--since", "2026-11-20", "--until", "2026-11-22")
    pack = packed(tmp_path / "a.zip", *early)
    assert table(pack["terdampak.csv"]) == table(pack["catatan.csv"]) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "kemarin"), "bukan waktu"),
        (("--since", "2026-11-25"), "tidak berurutan"),
        (("--officer", "siapa"), "siapa"),
        (("--ticket", "BLT-26-999999"), "BLT-26-999999"),
    ],
)
def test_what_cannot_be_asked(
    numbers: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """Said in a sentence; no file is left."""
    file = tmp_path / "a.zip"
    assert main(["privacy", "breach", "--office", "blitar", *DAY, *arguments, str(file)]) == 1
    assert said in capsys.readouterr().out
    assert not file.exists()


def test_that_it_was_asked_is_on_record(numbers: list[str], sqlite_url: str, tmp_path: Path) -> None:
    """With the number of complaints, and no name; a file that is there is not written over."""
    packed(tmp_path / "a.zip")
    assert main(["privacy", "breach", "--office", "blitar", *DAY, str(tmp_path / "a.zip")]) == 1

    async def lines() -> list[Entry]:
        async with opened(sqlite_url):
            return await Entry.filter(event="breach-packed")

    (entry,) = asyncio.run(lines())
    assert (entry.actor, entry.values) == ("system", {"count": 2})


def test_encrypted_names_are_read_with_the_key(numbers: list[str], sqlite_url: str, tmp_path: Path) -> None:
    """As they lie in the record they tell nothing; the pack names them, for somebody must tell them."""

    async def seals() -> None:
        async with opened(sqlite_url) as database:
            await identities.know(database, identity_masters(Settings()))
            ticket = await Ticket.get(number=numbers[1])
            ids = await identities.sealed([ticket.id])
            await database.transaction(lambda: identities.close(ids))

    asyncio.run(seals())
    assert BUDI in packed(tmp_path / "a.zip")["terdampak.csv"]


def test_the_office_must_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of those in the files."""
    assert (
        main(["privacy", "breach", "--office", "tidak-ada", *DAY, "--config", str(SHIPPED), str(tmp_path / "a")]) == 1
    )
    assert "tidak-ada" in capsys.readouterr().out
