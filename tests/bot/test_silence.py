"""A door that falls silent: its keepers are told once, in working hours, in words; the next message takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

from bot.health import HealthBook
from bot.silence import GRACE, Silences
from channels.base import Abilities, Channel
from inbox.models import ChannelState, Message, Notice
from templates import sentence
from tests.bot.street import Street
from tests.inbox.house import at

MONDAY = at("2026-11-23 08:30")


@dataclass(frozen=True)
class Door:
    """As much of a door as is looked at."""

    abilities: Abilities


class Watch:
    """The minute's work over a street's record, with a clock that jumps."""

    def __init__(self, street: Street, **abilities: Abilities) -> None:
        doors = {f"blitar-{name}": Door(one) for name, one in abilities.items()}
        self.street, self.now = street, MONDAY
        self.health = HealthBook(lambda: self.now)
        self.silences = Silences(street.tickets, cast("Mapping[str, Channel]", doors), self.health)

    async def at(self, text: str) -> list[str]:
        """The notes beside the mailbox's health at that moment, when the program has been up for a while."""
        self.now = at(text)
        await self.silences.watch(self.now - GRACE)
        await self.silences.watch(self.now)
        return [sentence(note.code, note.values) for note in self.health.of("blitar-email").notes]


async def wrote(*moments: datetime, channel: str = "blitar-email") -> None:
    """Messages that came then."""
    known = {"office": "blitar", "channel": channel, "direction": "in", "author": "citizen"}
    await Message.bulk_create(
        [Message(**known, external_id=uuid4().hex, sent_at=moment, created_at=moment) for moment in moments]
    )
    await ChannelState.update_or_create(channel=channel, defaults={"office": "blitar", "last_in_at": max(moments)})


def past(days: int = 30) -> list[datetime]:
    """Three messages on every day up to Monday morning."""
    return [
        MONDAY - timedelta(days=day) + timedelta(hours=hour) for day in range(days) for hour in (0, 2, 5) if day
    ] + [MONDAY]


async def roles() -> list[str]:
    """Who is told of a silence and has not seen that yet."""
    rows = await Notice.filter(kind="door", seen_at=None).order_by("id")
    return [row.role for row in rows if row.values["code"] == "door-silent"]


async def test_a_silent_door_calls_once(street: Street) -> None:
    """Usually three hours, now eight: its keepers read so, and not again while it lasts; a message clears it."""
    await wrote(*past())
    watch = Watch(street, email=Abilities(scheme="email"))
    assert await watch.at("2026-11-23 12:00") == []
    assert watch.health.of("blitar-email").usual == timedelta(hours=3)
    assert await watch.at("2026-11-23 15:30") == []
    (note,) = await watch.at("2026-11-24 09:30")
    assert note.startswith("Biasanya paling lama 3 jam kerja tanpa pesan; kini sudah 8 jam kerja.")
    assert await roles() == ["petugas", "kasi"]
    (row, _) = await Notice.filter(kind="door").order_by("id")
    assert (row.values["door"], row.values["channel"]) == ("E-mail pengaduan", "blitar-email")
    (later,) = await watch.at("2026-11-24 11:30")
    assert "kini sudah 10 jam kerja" in later
    assert await Notice.filter(kind="door").count() == 2
    await wrote(at("2026-11-24 11:40"))
    assert await watch.at("2026-11-24 11:45") == []
    assert await roles() == []


async def test_a_restart_neither_repeats_nor_forgets(street: Street) -> None:
    """Another run of the program marks the door again and tells nobody anew; where a message came, it clears up."""
    await wrote(*past())
    await Watch(street, email=Abilities(scheme="email")).at("2026-11-24 09:30")
    again = Watch(street, email=Abilities(scheme="email"))
    assert len(await again.at("2026-11-24 10:30")) == 1
    assert await Notice.filter(kind="door").count() == 2
    await wrote(at("2026-11-24 10:40"))
    assert await Watch(street, email=Abilities(scheme="email")).at("2026-11-24 10:45") == []
    assert await roles() == []


async def test_nobody_is_called_at_night(street: Street) -> None:
    """A silence that is seen outside of working hours first waits for the morning."""
    await wrote(*past())
    assert await Watch(street, email=Abilities(scheme="email")).at("2026-11-24 20:00") == []
    assert await roles() == []


async def test_what_was_missed_comes_in_first(street: Street) -> None:
    """A program that was off for a day judges nobody until the doors could bring what waited."""
    await wrote(*past())
    watch = Watch(street, email=Abilities(scheme="email"))
    watch.now = at("2026-11-24 09:30")
    await watch.silences.watch(watch.now)
    assert watch.health.of("blitar-email").notes == ()


async def test_no_call_for_a_new_door_or_one_where_officers_write(street: Street) -> None:
    """Too little past is no rhythm, and nobody hears from a counter that nobody came."""
    await wrote(*past(6))
    await wrote(*past(), channel="blitar-loket")
    watch = Watch(street, email=Abilities(scheme="email"), loket=Abilities(scheme="web", offline=True))
    assert await watch.at("2026-11-27 15:00") == []
    assert await roles() == []
    assert watch.health.of("blitar-loket").usual is None
