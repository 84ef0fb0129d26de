"""Complaints whose time to be kept is over: what would go is listed first, goes at night, and nothing else goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.retention import Keeping
from inbox import retention
from inbox.database import Database
from inbox.erasing import Erasing
from inbox.files import Files
from inbox.models import Citizen, Conversation, Ticket
from inbox.retention import Retention
from tests.inbox.house import House, at, blitar, local

NIGHT = at("2026-11-24 03:10")
KEEPING = {"pengaduan": Keeping.parse("5 tahun")}


@pytest.fixture
async def kept(any_database: Database, tmp_path: Path) -> House:
    """Blitar, where complaints are kept for five years."""
    house = House(
        any_database, tmp_path / "files", blitar(lambda office: office.model_copy(update={"retention": KEEPING}))
    )
    await house.tickets.prepare(at("2021-11-01 08:00"))
    return house


def _sweeper(house: House, folder: Path) -> Retention:
    erasing = Erasing(house.database, Files(folder / "files"), "(dihapus)")
    return Retention(house.database, [house.office], erasing)


async def _ended(house: House, closed_at: datetime, sender: str, status: str = "closed") -> Ticket:
    ticket = await house.complaint(closed_at, sender=sender)
    await Ticket.filter(id=ticket.id).update(status=status, closed_at=closed_at)
    await Conversation.filter(address__value=sender).update(last_in_at=closed_at)
    return ticket


async def test_what_is_over_goes_at_night_and_nothing_else(kept: House, tmp_path: Path) -> None:
    """Five years after its end, to the day; by day nothing is touched, and one still in process never."""
    old = await _ended(kept, at("2021-11-23 09:00"), "siti@example.com")
    young = await _ended(kept, at("2021-11-24 09:00"), "budi@example.org")
    await _ended(kept, at("2019-01-01 09:00"), "tono@example.org", status="open")
    async with kept.database.reading():
        listed = await retention.due(kept.office, NIGHT + retention.AHEAD)
    assert [(one.number, local(one.at)) for one in listed] == [
        (old.number, "2026-11-23 09:00"),
        (young.number, "2026-11-24 09:00"),
    ]
    sweeper = _sweeper(kept, tmp_path)
    await sweeper.sweep(NIGHT - timedelta(hours=12))
    assert await Ticket.filter(erased_at=None).count() == 3
    await sweeper.sweep(NIGHT)
    assert await Ticket.exclude(erased_at=None).values_list("number", flat=True) == [old.number]
    assert (await Citizen.get(id=old.citizen_id)).name == "(dihapus)"
    assert (await kept.journal(old.number))[-1] == "expired"


async def test_who_spoke_since_keeps_their_name(kept: House, tmp_path: Path) -> None:
    """Their old complaint goes; the person goes with their last one."""
    old = await _ended(kept, at("2021-11-20 09:00"), "siti@example.com")
    new = await kept.complaint(at("2026-10-01 09:00"), sender="siti@example.com")
    await _sweeper(kept, tmp_path).sweep(NIGHT)
    assert (await Ticket.get(id=old.id)).summary == "(dihapus)"
    assert (await Ticket.get(id=new.id)).summary != "(dihapus)"
    assert (await Citizen.get(id=new.citizen_id)).name == "Siti"


async def test_many_go_in_portions(kept: House, tmp_path: Path) -> None:
    """A minute takes ten; the night goes on until none is left."""
    for nth in range(12):
        await _ended(kept, at("2020-01-01 09:00"), f"warga{nth}@example.org")
    sweeper = _sweeper(kept, tmp_path)
    await sweeper.sweep(NIGHT)
    assert await Ticket.filter(erased_at=None).count() == 2
    await sweeper.sweep(NIGHT + timedelta(minutes=1))
    assert await Ticket.filter(erased_at=None).count() == 0


async def test_an_office_that_says_nothing_keeps_everything(house: House, tmp_path: Path) -> None:
    """How long is for its archive to say."""
    await _ended(house, at("2001-01-01 09:00"), "siti@example.com")
    await _sweeper(house, tmp_path).sweep(NIGHT)
    assert await Ticket.filter(erased_at=None).count() == 1


@pytest.mark.parametrize(
    ("said", "closed", "over"),
    [
        ("5 tahun", "2021-11-23", "2026-11-23"),
        ("18 bulan", "2025-08-31", "2027-02-28"),
        ("1 bulan", "2026-12-15", "2027-01-15"),
        ("1 tahun", "2024-02-29", "2025-02-28"),
    ],
)
def test_a_time_is_counted_by_the_calendar(said: str, closed: str, over: str) -> None:
    """The same day of the month, or its last."""
    ended = datetime.fromisoformat(closed)
    assert Keeping.parse(said).shifted(ended, 1) == datetime.fromisoformat(over)
