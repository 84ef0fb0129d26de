"""Comments under the office's public posts: an invitation for everybody, the case in private, and one in the end."""

from __future__ import annotations

import pytest

from bot.demo.pages import InstagramStandIn
from channels.base import Attachment
from inbox.models import Ticket
from tests.journeys.city import City
from tests.journeys.phones import GraphCitizen
from tests.journeys.test_curhat import arrives

PHOTO = Attachment("antrean.jpg", "image/jpeg", b"\xff\xd8\xff\xe0antrean panjang", size_bytes=19)
BOTH = pytest.mark.parametrize(
    ("door", "engine"),
    [
        pytest.param("facebook", "sqlite", id="facebook"),
        pytest.param("instagram", "sqlite", id="instagram"),
        pytest.param("facebook", "postgres", id="facebook-postgres"),
    ],
    indirect=["engine"],
)


def reader(city: City, door: str) -> GraphCitizen:
    """Somebody at the office's page or profile."""
    citizen = city.citizen(door)
    assert isinstance(citizen, GraphCitizen)
    return citizen


@BOTH
async def test_a_comment_is_invited_in_public_and_answered_in_private(door: str, mojokerto: City) -> None:
    """Everybody reads the invitation alone; number and code come in private; what follows there is the same case."""
    citizen = reader(mojokerto, door)
    await citizen.comments("Antrean loket lantai 2 tidak bergerak dari pagi, petugasnya cuma satu")
    receipt = await citizen.hears("MJK-26-000001", "Kode")
    (invitation,) = citizen.public
    assert "pesan pribadi" in invitation
    assert not any(word in invitation for word in (citizen.number, citizen.code, "antrean", citizen.name))
    assert receipt.group == ""
    await citizen.says("Sampai jam 12 belum dipanggil juga")
    assert await Ticket.all().count() == 1
    desk = mojokerto.officer("petugas-fo")
    (await desk.reads(citizen.number)).shows("tidak bergerak dari pagi", "Sampai jam 12 belum dipanggil juga")
    await desk.does("Kirim balasan", citizen.number, {"Balasan": "Loket kedua kami buka sekarang."})
    await citizen.reads_last("Loket kedua kami buka sekarang.")
    assert citizen.public == [invitation]


async def test_each_commenter_hears_of_their_own(mojokerto: City) -> None:
    """Who writes under another's comment has a case of their own; thanks open none."""
    first, second, third = (reader(mojokerto, "facebook") for _ in range(3))
    line = await first.comments("Trotoar depan SD ambrol, anak-anak sering kesandung")
    await second.comments("Di Gang Seruni juga, selokannya meluap ke rumah setiap hujan", under=line.id)
    await third.comments("Terima kasih", under=line.id)
    await first.hears("MJK-26-000001")
    await second.hears("MJK-26-000002")
    assert first.code != second.code
    assert await Ticket.all().count() == 2
    assert not any("MJK" in text for one in (first, second, third) for text in one.public)


async def test_instagram_takes_a_photo_and_a_word_back(mojokerto: City) -> None:
    """A photo is seen by the officer, an unsent line is marked, and long words come in parts of a thousand bytes."""
    citizen = await arrives(mojokerto, "instagram")
    assert isinstance(citizen, GraphCitizen)
    assert isinstance(citizen.platform, InstagramStandIn)
    await citizen.sends(PHOTO, text="Ini fotonya")
    await mojokerto.wadul.deliverer.drain()
    citizen.platform.unsends(citizen.said("Ini fotonya").id)
    await mojokerto.settles()
    desk = mojokerto.officer("petugas-fo")
    page = await desk.reads(citizen.number)
    page.shows("ditarik warga")
    assert page.all("//ul[has('files')]//img")
    heard = len(citizen.screen)
    story = " ".join(f"Langkah {number}: loket kedua dibuka – lihat papan." for number in range(1, 41))
    await desk.does("Kirim balasan", citizen.number, {"Balasan": story})
    await mojokerto.settles()
    parts = [line.text for line in citizen.screen[heard:]]
    assert len(parts) > 1
    assert all(len(part.encode()) <= 1000 for part in parts)
    assert (
        story.split() == [word for word in " ".join(parts).split() if word in set(story.split())][: len(story.split())]
    )
    await citizen.reads()
    (await desk.reads(citizen.number)).shows("dibaca")
