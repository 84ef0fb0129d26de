"""Each night every door is held against its platform: what was lost on the way is named, and can be taken in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.comparing import Comparing, bring
from channels.base import Abilities, Brought, Inbound, Parsed, Seen, Unauthorised, Undelivered
from inbox import officer_sendings
from inbox.models import DoorDay, Message, Notice, SetAside, Ticket
from tests.bot.street import COMPLAINT, MORNING, Street
from tests.inbox.house import at

SUNDAY = date(2026, 11, 22)
NOON = at("2026-11-22 12:00")


@dataclass
class Platform:
    """A door whose platform can be asked; ``held`` is what it has, by the ids that the door gives it."""

    id: str = "blitar-email"
    abilities: Abilities = field(default_factory=lambda: Abilities(scheme="email"))
    held: dict[str, Brought] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)
    when: dict[str, datetime] = field(default_factory=dict)
    gate: asyncio.Event | None = None

    async def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:
        """Everything it has."""
        self.asked.append((since, until))
        if self.gate:
            await self.gate.wait()
        if self.trouble:
            raise self.trouble
        for id_ in self.held:
            yield Seen("" if id_.startswith("rusak") else id_, self.when.get(id_, NOON), {"id": id_})

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them."""
        if place["id"] not in self.held:
            raise Undelivered("message-gone", retry=False)
        return self.held[place["id"]]

    def has(self, *ids: str) -> list[Inbound]:
        """Messages that citizens sent; not here yet."""
        said = [message(id_) for id_ in ids]
        self.held |= {one.external_id: Brought(Parsed((one,)), one.raw) for one in said}
        return said


@dataclass
class Plain:
    """A door that cannot ask anybody."""

    id: str
    abilities: Abilities


def message(id_: str, text: str = COMPLAINT) -> Inbound:
    return Inbound(external_id=id_, sender=f"{id_}@warga.example", sent_at=NOON, text=text, raw=id_.encode())


class Night:
    """The night's work over a street's record."""

    def __init__(self, street: Street, *doors: Any) -> None:
        self.street, self.doors = street, {door.id: door for door in doors}
        self.comparing = self.again()

    def again(self) -> Comparing:
        """As another run of the program has it."""
        return Comparing(self.street.tickets, self.doors, self.street.desks)

    async def at(self, moment: datetime, comparing: Comparing | None = None) -> dict[tuple[str, date], DoorDay]:
        """What is on record after the clock was there."""
        one = comparing or self.comparing
        await one.begin(moment)
        await one.finish()
        return {(row.channel, row.day): row for row in await DoorDay.all()}


async def arrived(street: Street, *inbounds: Inbound) -> None:
    """They came in on Sunday, as they should."""
    street.clock = NOON + timedelta(minutes=5)
    await street.desks["blitar-email"].accept(*inbounds, progress={"since": "x"})
    street.clock = MORNING


async def test_what_was_lost_is_named_and_taken_in(any_street: Street) -> None:
    """Three were told, one is missing: its keepers hear of it, and once it is brought it is a complaint like any."""
    door = Platform()
    first, second, _ = door.has("satu", "dua", "hilang")
    await arrived(any_street, first, second)
    row = (await Night(any_street, door).at(MORNING))["blitar-email", SUNDAY]
    assert (row.state, row.told, row.stored, row.aside, row.ignored, row.missing) == ("compared", 3, 2, 0, 0, 1)
    assert [(one["id"], one["place"], one["state"]) for one in row.rows] == [("hilang", {"id": "hilang"}, "missing")]
    told = await Notice.filter(kind="door").order_by("id")
    assert [(one.role, one.values["code"], one.values["told"]["count"]) for one in told] == [
        ("petugas", "door-day-missing", "1"),
        ("kasi", "door-day-missing", "1"),
    ]
    before = await Ticket.all().count()
    assert await bring(door, any_street.desks["blitar-email"], row.rows[0]["place"]) == ""
    assert await Message.filter(external_id="hilang").exists()
    assert await Ticket.all().count() == before + 1


async def test_a_day_is_the_offices_own(street: Street) -> None:
    """From midnight to midnight in Blitar; asked once, after two, and not again after a restart."""
    door = Platform()
    night = Night(street, door)
    assert {day.day for _, day in await night.at(at("2026-11-23 01:59"))} == {21}
    assert {day.day for _, day in await night.at(at("2026-11-23 02:00"), night.again())} == {21, 22}
    assert door.asked[1:] == [(at("2026-11-22 00:00"), at("2026-11-23 00:00"))]
    await night.at(at("2026-11-23 09:00"), night.again())
    assert len(door.asked) == 2
    assert (await Notice.filter(kind="door").count()) == 0


async def test_days_off_are_caught_up(street: Street) -> None:
    """A program that was off for three days compares each of them, a new door only yesterday."""
    door = Platform()
    await Night(street, door).at(at("2026-11-23 03:00"))
    found = await Night(street, door, Platform("blitar-sms")).at(at("2026-11-26 03:00"))
    days = sorted((channel, day.day) for channel, day in found)
    assert days == [("blitar-email", day) for day in (22, 23, 24, 25)] + [("blitar-sms", 25)]


async def test_what_is_no_message_is_not_missing(street: Street) -> None:
    """Bounces, what was set aside with or without an id, and what is stored under another id."""
    door = Platform()
    aside, other = message("aneh"), message("lain")
    door.held = {
        "laporan": Brought(Parsed()),
        "aneh": Brought(Parsed((aside,)), b"aneh"),
        "rusak-1": Brought(raw=b"rusak", reason="mail-empty"),
        "besar": Brought(raw=b"besar", reason="mail-too-large"),
        "lain-nama": Brought(Parsed((other,)), b"lain"),
    }
    await arrived(street, other)
    known = {"office": "blitar", "channel": "blitar-email", "reason": "clerk-failed", "created_at": NOON}
    await SetAside.create(**known, external_id="aneh", digest="1")
    await street.desks["blitar-email"].set_aside(b"besar", "mail-too-large")
    row = (await Night(street, door).at(MORNING))["blitar-email", SUNDAY]
    assert (row.told, row.stored, row.aside, row.ignored, row.missing) == (5, 1, 3, 1, 0)


async def test_what_an_officer_wrote_as_such_is_not_missing(any_street: Street) -> None:
    """The code that linked an officer's chat is no citizen's message, and nobody is alarmed over it."""
    door = Platform()
    door.has("kode")
    named = {"code": "linked", "external_id": "kode"}
    await officer_sendings.answer("blitar", door.id, "rini@example.go.id", values=named, now=NOON)
    row = (await Night(any_street, door).at(MORNING))["blitar-email", SUNDAY]
    assert (row.told, row.stored, row.missing) == (1, 1, 0)
    assert await Notice.filter(kind="door").count() == 0


async def test_what_the_platform_has_no_more_is_told_and_no_alarm(street: Street) -> None:
    """A mail that somebody deleted there after it came in here; one from around midnight belongs to the other day."""
    door = Platform()
    (gone,) = door.has("dihapus")
    late = replace(message("semalam"), sent_at=NOON - timedelta(days=1))
    await arrived(street, gone, late)
    door.held.clear()
    row = (await Night(street, door).at(MORNING))["blitar-email", SUNDAY]
    assert ([one["id"] for one in row.rows], row.missing) == (["dihapus"], 0)
    assert row.rows[0]["state"] == "gone"
    assert await Notice.filter(kind="door").count() == 0


FORGETFUL = Abilities("phone", uncounted="count-no-history")
SILENT = [
    ("the office's own page", Plain("blitar-web", Abilities(scheme="web")), "count-own"),
    ("a platform without history", Plain("blitar-sms", FORGETFUL), "count-no-history"),
    (
        "a gateway without an inbox",
        Platform("blitar-sms", trouble=Undelivered("count-no-inbox", retry=False)),
        "count-no-inbox",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("door", "reason"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
async def test_who_cannot_be_asked_says_why(street: Street, door: Any, reason: str) -> None:
    """Nothing is claimed that nobody knows."""
    row = (await Night(street, door).at(MORNING))[door.id, SUNDAY]
    assert (row.state, row.reason, row.missing) == ("silent", reason, 0)


TROUBLE = [
    ("cut off", Undelivered("server-unreachable", retry=True, detail="refused"), "server-unreachable"),
    ("refused", Unauthorised("AUTH"), "unauthorised"),
    ("broken", ConnectionResetError(), "server-unreachable"),
]


@pytest.mark.parametrize(("trouble", "reason"), [row[1:] for row in TROUBLE], ids=[row[0] for row in TROUBLE])
async def test_a_platform_in_trouble_is_asked_again(street: Street, trouble: Exception, reason: str) -> None:
    """Each hour until it answers; one that never does calls for a person."""
    door = Platform(trouble=trouble)
    night = Night(street, door)
    row = (await night.at(at("2026-11-23 03:00")))["blitar-email", SUNDAY]
    assert (row.state, row.reason) == ("failed", reason)
    await night.at(at("2026-11-23 03:30"))
    assert len(door.asked) == 1
    for hour in range(4, 15):
        await night.at(at(f"2026-11-23 {hour:02}:05"))
    assert len(door.asked) == 12
    assert {one.values["code"] for one in await Notice.filter(kind="door")} == {"door-day-unasked"}
    await night.at(at("2026-11-23 16:00"))
    assert len(door.asked) == 12


async def test_one_that_answers_later_is_compared(street: Street) -> None:
    """The second time it is well."""
    door = Platform(trouble=Undelivered("server-busy", retry=True))
    door.has("satu")
    night = Night(street, door)
    await night.at(at("2026-11-23 03:00"))
    door.trouble = None
    row = (await night.at(at("2026-11-23 04:10")))["blitar-email", SUNDAY]
    assert (row.state, row.missing, row.attempts) == ("compared", 1, 2)


async def test_a_slow_platform_holds_up_no_minute(street: Street) -> None:
    """The clock goes on while a platform is asked, nobody asks twice meanwhile, and stopping leaves it for later."""
    door = Platform(gate=asyncio.Event())
    night = Night(street, door)
    await asyncio.wait_for(night.comparing.begin(MORNING), 5)
    await asyncio.sleep(0)
    await night.comparing.begin(MORNING + timedelta(minutes=30))
    await night.comparing.stop()
    assert len(door.asked) <= 1
    assert await DoorDay.all().count() == 0
    door.gate = None
    assert len(await night.at(MORNING, night.again())) == 1


async def test_counters_are_not_compared(street: Street) -> None:
    """What officers write down themselves came to nobody else."""
    await Night(street, Plain("blitar-loket", Abilities(scheme="web", offline=True))).at(MORNING)
    assert await DoorDay.all().count() == 0


async def test_bringing_what_is_not_there(street: Street) -> None:
    """Why it cannot be taken in, as a code; what nobody can read is set aside."""
    door, desk = Platform(), street.desks["blitar-email"]
    door.held["rusak"] = Brought(raw=b"rusak", reason="mail-unreadable")
    assert await bring(door, desk, {"id": "tiada"}) == "message-gone"
    assert await bring(door, desk, {"id": "rusak"}) == ""
    assert (await SetAside.get()).reason == "mail-unreadable"
    assert await bring(Plain("blitar-web", Abilities(scheme="web")), desk, {}) == "count-own"  # type: ignore[arg-type]
