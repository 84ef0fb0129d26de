"""An officer's own WhatsApp: linked by a code, told while the platform lets us write, and heard from again."""

from __future__ import annotations

import re
from dataclasses import replace

from inbox.models import Conversation, Ticket
from tests.journeys.city import City
from tests.journeys.phones import GraphCitizen
from tests.journeys.waiting import until

CODE = re.compile(r"PETUGAS [A-Z2-9]{8}")


async def told(officer: GraphCitizen, many: int) -> str:
    """The newest thing on the officer's phone, once there are so many."""
    await until(lambda: len(officer.screen) >= many, f"the officer's phone shows {many} messages")
    assert len(officer.screen) == many
    return officer.screen[-1].text


async def minute(city: City, **passes: float) -> None:
    """Time goes by, and the minute's work is done."""
    city.clock.passes(**passes)
    await city.wadul.clock.tick(city.clock())


async def test_an_officers_own_whatsapp(mojokerto: City) -> None:
    """News for a day after the officer wrote; then they wait, as WhatsApp demands, until the officer writes again.

    This office has no template for officers; one that has one is told all the same.
    """
    standing = mojokerto.platforms.whatsapp
    left = tuple(one for one in standing._office.templates if one.name != "kabar_petugas")
    standing._office = replace(standing._office, templates=left)
    sri, phone, siti = mojokerto.officer("petugas-fo"), mojokerto.messenger(), mojokerto.citizen("telegram")
    page = await sri.browser.presses(await sri.opens("/meja/saya"), "WhatsApp")
    code = CODE.search(page.text)
    assert code, page.text
    await phone.says(code[0])
    assert "Tersambung" in await told(phone, 1)
    assert not await Ticket.exists()

    await siti.complains("Petugas loket meminta uang di luar tarif resmi")
    (first,) = await Ticket.all()
    await minute(mojokerto, minutes=1)
    assert f"{first.number} · Aduan baru masuk." in await told(phone, 2)

    mojokerto.clock.passes(hours=25)
    other = mojokerto.citizen("telegram")
    await other.complains("Jalan di depan pasar berlubang dalam sekali")
    second = await Ticket.all().order_by("-id").first()
    assert second
    await minute(mojokerto, minutes=1)
    await mojokerto.settles()
    assert len(phone.screen) == 2
    (await sri.opens("/meja/saya")).shows("Tulis apa saja dari sana")

    await phone.says("Halo")
    assert "hanya mengantar kabar petugas" in await told(phone, 3)
    await minute(mojokerto, minutes=1)
    assert second.number in await told(phone, 4)
    assert await Ticket.all().count() == 2
    assert await Conversation.all().count() == 2
