"""One person at two doors: never joined by itself, joined by an officer who knows, and taken apart again."""

from __future__ import annotations

import pytest

from tests.journeys.city import City

STREET = "Jl. Gajah Mada no 4"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_who_writes_at_two_doors_is_two_until_an_officer_says_otherwise(mojokerto: City) -> None:
    """Same name, same street: a hint and no more. Joined, CEK at one door tells of both; undone, of one."""
    sari = mojokerto.chatter()
    texting = mojokerto.texter("sms", sari.person)
    await sari.complains("Keluhan: lampu taman mati")
    await sari.hears("MJK-26-000001")
    await sari.says(STREET)
    await texting.complains("Keluhan: sampah menumpuk di depan rumah")
    await texting.hears("MJK-26-000002")
    await texting.says(STREET)
    await texting.says(sari.name)
    await texting.says("CEK MJK-26-000001")
    await texting.reads_last("tidak tercatat dari alamat ini")

    bambang = mojokerto.officer("kasi")
    page = await bambang.reads("MJK-26-000002")
    assert "Belum ada aduan lain dari orang ini." in page.part("person")
    assert "Hanya petunjuk lemah" in page.part("person")
    assert "nama dan tempat sama" in page.part("person")
    why = {"Nomor aduan orang yang sama": "MJK-26-000001", "Alasan": "Ibu Sari menelepon dari nomor itu."}
    page = await bambang.tries("Gabungkan orang", page, why)
    page.shows("Keduanya kini satu orang.")
    assert "MJK-26-000001" in page.part("person")
    assert any("disatukan" in entry.what for entry in await bambang.journal("MJK-26-000002"))
    await texting.says("CEK MJK-26-000001")
    await texting.reads_last("Keluhan MJK-26-000001: sedang dibaca")

    page = await bambang.tries("Pisahkan lagi", await bambang.reads("MJK-26-000002"))
    page.shows("Keduanya kini dua orang lagi.")
    assert "Belum ada aduan lain dari orang ini." in page.part("person")
    await texting.says("CEK MJK-26-000001")
    await texting.reads_last("tidak tercatat dari alamat ini")
