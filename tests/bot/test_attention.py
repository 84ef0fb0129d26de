"""A door that works calls for a person in time: on its health page at once, to those who look after it once a day."""

from __future__ import annotations

from bot.health import HealthBook
from channels.base import Fault
from inbox.models import ChannelState, Notice
from tests.bot.street import COMPLAINT, MORNING, Street

BATTERY = Fault("phone-battery-low", {"percent": "9"})
SIM = Fault("sim-active-ending", {"date": "30/11/2026", "days": "7", "note": ""})


async def told() -> list[tuple[str, str]]:
    """Who was told of what."""
    rows = await Notice.filter(kind="door").order_by("id")
    return [(row.role, row.values["code"]) for row in rows]


async def test_those_who_look_after_doors_are_told_once_a_day(any_street: Street) -> None:
    """However often the door says it; what is new is told at once."""
    desk = any_street.desks["blitar-sms"]
    for _ in range(3):
        await desk.warn(BATTERY)
        any_street.later(minutes=2)
    assert await told() == [("petugas", BATTERY.code), ("kasi", BATTERY.code)]
    await desk.warn(BATTERY, SIM)
    assert await told() == [
        ("petugas", BATTERY.code),
        ("kasi", BATTERY.code),
        ("petugas", SIM.code),
        ("kasi", SIM.code),
    ]
    any_street.later(hours=16)
    await desk.warn(BATTERY)
    assert (await told())[4:] == [("petugas", BATTERY.code), ("kasi", BATTERY.code)]


async def test_the_notice_names_the_door_and_what_ails_it(street: Street) -> None:
    """By the name that officers know, as values; the sentence is the page's."""
    await street.desks["blitar-sms"].warn(BATTERY)
    row = await Notice.get(role="petugas", kind="door")
    told = {"door": "SMS kantor", "code": BATTERY.code, "told": {"percent": "9"}, "channel": "blitar-sms"}
    assert row.values == told


async def test_a_door_that_is_well_again_is_forgotten(street: Street) -> None:
    """The health page shows what is, and open pages hear of a change only."""
    changed: list[str] = []
    book = HealthBook(lambda: MORNING, changed.append)
    book.note("blitar-sms", "in", "ok")
    changed.clear()
    for faults in ((BATTERY,), (BATTERY,), ()):
        book.warn("blitar-sms", faults)
    assert changed == ["blitar-sms", "blitar-sms"]
    assert (book.of("blitar-sms").state, book.of("blitar-sms").notes) == ("ok", ())


async def test_a_place_that_moves_on_alone_is_no_message(street: Street) -> None:
    """When something last came in is when something came in."""
    desk, siti = street.desks["blitar-sms"], street.citizen()
    await desk.accept(progress={"until": 1})
    assert (await ChannelState.get(channel=siti.channel)).last_in_at is None
    await siti.says(COMPLAINT)
    came_at = street.clock
    street.later(hours=2)
    await desk.accept(progress={"until": 2})
    state = await ChannelState.get(channel=siti.channel)
    assert (state.progress, state.last_in_at) == ({"until": 2}, came_at)
