"""Trouble that a test or a visitor orders from the demo's Meta: it comes at the next call that it is meant for.

A platform that refuses, stalls, answers with what is no answer, or takes a message and never says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.graph_calls import Answered, Json, Refusal

SENDING, LOOKING, FETCHING = "messages", "look", "fetch"


@dataclass(frozen=True, slots=True)
class Order:
    """``seconds`` late, then this answer; None is the true one. ``takes``: what was asked is done all the same."""

    at: str
    answer: Answered | None = None
    seconds: float = 0
    takes: bool = False


class Orders:
    """What was ordered, first come first served for each kind of call: sending, looking, fetching."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._failures: list[tuple[int, str]] = []

    def refuse_next(
        self,
        status: int,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        after: int = 0,
        times: int = 1,
        at: str = SENDING,
        takes: bool = False,
    ) -> None:
        """Let the next calls fail like that; ``after``: seconds of its Retry-After."""
        answer = Refusal(status, code, message, subcode=subcode, after=after)
        self._orders += [Order(at, answer, takes=takes)] * times

    def garble_next(
        self, body: bytes = b"<html>", status: int = 200, *, at: str = SENDING, takes: bool = False
    ) -> None:
        """Let the next call be answered by something that is no answer."""
        self._orders.append(Order(at, Answered(status, body, {"Content-Type": "text/html"}), takes=takes))

    def stall_next(self, seconds: float, *, at: str = SENDING) -> None:
        """Let the next call wait."""
        self._orders.append(Order(at, seconds=seconds))

    def fail_next(self, code: int, title: str) -> None:
        """Let the next message be taken, and be said to have failed afterwards."""
        self._failures.append((code, title))

    def failure(self) -> tuple[int, str] | None:
        """What the message that is just taken shall fail of."""
        return self._failures.pop(0) if self._failures else None

    async def obeyed(self, at: str, do: Callable[[], Json]) -> Json:
        """Do what was asked, unless something else was ordered. Raises Answered."""
        order = next((one for one in self._orders if one.at == at), None)
        if order is None:
            return do()
        self._orders.remove(order)
        await asyncio.sleep(order.seconds)
        if order.answer is None:
            return do()
        if order.takes:
            do()
        raise order.answer
