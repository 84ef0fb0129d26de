"""Listening tasks are kept alive, and a door's health says what is the matter with it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import structlog

from bot import listen
from bot.health import HealthBook
from bot.listen import Listeners
from channels.base import Abilities, Channel, Desk, Unauthorised, Unheard

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


class Door:
    """A door that fails as it is told, then listens for good."""

    abilities = Abilities(scheme="email", polls=True)

    def __init__(self, *troubles: Exception) -> None:
        self.id, self.troubles, self.listening = "blitar-email", list(troubles), asyncio.Event()

    async def listen(self, desk: Desk) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.listening.set()
        await asyncio.Event().wait()


class Keeper:
    """Listeners whose waits are recorded instead of waited."""

    def __init__(self, door: Any) -> None:
        self.waits: list[float] = []
        self.health = HealthBook(lambda: NOW)
        doors = {door.id: cast("Channel", door)}
        self.listeners = Listeners(
            doors, {door.id: cast("Desk", None)}, self.health, sleep=self.sleep, jitter=lambda: 1
        )

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def settle_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "SETTLED_SECONDS", 0.01)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the log line under test sets no event
            await asyncio.sleep(0.005)


async def test_a_bad_line_is_tried_again_later_each_time() -> None:
    """Three failures wait one, two and four seconds; then the door listens."""
    door = Door(ConnectionError(), TimeoutError(), OSError())
    keeper = Keeper(door)
    keeper.listeners.start()
    await asyncio.wait_for(door.listening.wait(), 5)
    assert keeper.waits == [1.0, 2.0, 4.0]
    assert keeper.health.of("blitar-email").state == "down"
    await keeper.listeners.stop()


async def test_a_door_may_say_what_is_the_matter() -> None:
    """The reason that a door gives stands on the health page in place of the general one."""
    door = Door(Unheard("telegram-two-readers", "Conflict"))
    keeper = Keeper(door)
    keeper.listeners.start()
    await asyncio.wait_for(door.listening.wait(), 5)
    health = keeper.health.of("blitar-email")
    assert (health.state, health.reason) == ("down", "telegram-two-readers")
    await keeper.listeners.stop()


async def test_refused_credentials_wait_for_a_person() -> None:
    """A refused login shows as refused and is tried again only after a quarter of an hour."""
    door = Door(Unauthorised())
    keeper = Keeper(door)
    keeper.listeners.start()
    await asyncio.wait_for(door.listening.wait(), 5)
    assert keeper.waits == [900.0]
    assert keeper.health.of("blitar-email").state == "refused"
    await keeper.listeners.stop()


async def test_one_line_down_and_one_line_up(settle_at_once: None) -> None:
    """However often a door fails, the log has one line down and one line up."""
    door = Door(*[ConnectionError() for _ in range(8)])
    keeper = Keeper(door)
    with structlog.testing.capture_logs() as lines:
        keeper.listeners.start()
        await until(lambda: keeper.health.of("blitar-email").state == "ok")
        await keeper.listeners.stop()
    assert [line["event"] for line in lines] == ["channel down", "channel up again"]


async def test_a_door_that_only_has_routes_is_well_at_once() -> None:
    """Nothing polls at the web form."""
    door = Door()
    door.id, door.abilities = "blitar-web", Abilities(scheme="web")
    keeper = Keeper(door)
    keeper.listeners.start()
    assert keeper.health.of("blitar-web").state == "ok"
    await keeper.listeners.stop()


def test_a_door_is_as_well_as_its_worse_half() -> None:
    """Mail that comes in while nothing can be sent is not well."""
    book = HealthBook(lambda: NOW)
    book.note("blitar-email", "in", "ok")
    book.note("blitar-email", "out", "refused", "credentials refused")
    assert (book.of("blitar-email").state, book.of("blitar-email").reason) == ("refused", "credentials refused")
    book.note("blitar-email", "out", "ok")
    assert book.of("blitar-email").state == "ok"
