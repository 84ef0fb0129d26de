"""Two neighbours report one thing at two doors: suggested, merged by an officer, both told, and taken apart again."""

from __future__ import annotations

from tests.journeys.city import City


async def test_two_doors_one_case(mojokerto: City) -> None:
    """Each hears the same news at their own door under their own number; a new word of either calls the office."""
    sari, texting = mojokerto.chatter(), mojokerto.texter("sms")
    await sari.complains("Keluhan: lampu taman di jalan Gajah Mada mati sejak seminggu")
    await sari.hears("MJK-26-000001")
    await texting.complains("Keluhan: lampu taman jl Gajah Mada mati seminggu")
    await texting.hears("MJK-26-000002")
    await texting.hears("Di mana kejadian")

    bambang = mojokerto.officer("kasi")
    page = await bambang.reads("MJK-26-000002")
    assert "Mungkin aduan yang sama" in page.part("likely")
    assert "MJK-26-000001" in page.part("likely")
    page = await bambang.tries("Gabungkan MJK-26-000001", page)
    page.shows("1 pengadu lain melaporkan hal yang sama")
    assert "lampu taman jl Gajah Mada" in page.text
    page = await bambang.tries("Kirim balasan", page, {"Balasan": "Petugas kami ke sana besok pagi."})
    mojokerto.clock.passes(minutes=1)
    await mojokerto.settles()
    assert "MJK-26-000002" not in (await sari.hears("besok pagi")).text
    assert "MJK-26-000001" not in (await texting.hears("besok pagi")).text

    await texting.says("Tadi malam ada yang jatuh di sana")
    page = await bambang.reads("MJK-26-000001")
    assert "Tadi malam ada yang jatuh" in page.text
    page = await bambang.reads("MJK-26-000002")
    assert "MJK-26-000001" in page.part("step")
    page = await bambang.tries("Pisahkan lagi", page)
    page.shows("Dipisahkan lagi")
    assert "Tadi malam ada yang jatuh" not in (await bambang.reads("MJK-26-000001")).text
