"""Keeps one listening task per polling door alive: starts it again after trouble, later each time.

Wrong credentials are no bad line: they are tried again rarely, for a person must mend them. Owns no message; a door
hands those to its desk.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from bot.health import HealthBook
from bot.neighbours import Holding, at_once
from channels.base import Channel, Desk, Unauthorised, Unheard
from inbox import mishap

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0
REFUSED_SECONDS = 900.0
SETTLED_SECONDS = 10.0


class Listeners:
    """One task per door that polls; the others are well as soon as their routes stand.

    Of several processes one listens at a door at a time. ``sleep`` and ``jitter`` are arguments so that tests need not
    wait.
    """

    def __init__(
        self,
        doors: Mapping[str, Channel],
        desks: Mapping[str, Desk],
        health: HealthBook,
        *,
        holding: Holding = at_once,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2),  # noqa: S311 - spreads reconnects, no secret
    ) -> None:
        self._doors, self._desks, self._health = doors, desks, health
        self._holding, self._sleep, self._jitter = holding, sleep, jitter
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen at every door."""
        for id_, door in self._doors.items():
            if door.abilities.polls:
                self._tasks.append(asyncio.create_task(self._turn(door), name=f"listen {id_}"))
            else:
                self._health.note(id_, "in", "ok")

    async def stop(self) -> None:
        """Stop listening; a batch that is being stored is stored to its end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _turn(self, door: Channel) -> None:
        """Listen whenever the door is ours."""
        while True:
            await self._holding(f"listen {door.id}", lambda: self._keep(door))

    async def _keep(self, door: Channel) -> None:
        wait = FIRST_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            state, reason, detail = await self._once(door)
            if asyncio.get_running_loop().time() - began > SETTLED_SECONDS:
                wait = FIRST_SECONDS
            self._health.note(door.id, "in", state, reason, detail)
            await self._sleep(REFUSED_SECONDS if state == "refused" else wait * self._jitter())
            wait = min(wait * 2, LONGEST_SECONDS)

    async def _once(self, door: Channel) -> tuple[str, str, str]:
        """Listen until it ends; answers state, reason and detail. A door that has listened for a while is well."""
        listening = asyncio.create_task(door.listen(self._desks[door.id]))
        try:
            done, _ = await asyncio.wait({listening}, timeout=SETTLED_SECONDS)
            if not done:
                self._health.note(door.id, "in", "ok")
            await listening
        except Unauthorised:
            return "refused", "unauthorised", ""
        except Unheard as error:
            return "down", error.reason, error.detail
        except Exception as error:  # noqa: BLE001 - whatever a door raises, it is started again
            return "down", "server-unreachable", mishap.place(error)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        return "down", "server-unreachable", "ended"
