"""Recaps that go out by themselves, as data: which, when, to whom."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from config.procedure import ID, Model

_Address = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", to_lower=True)
]
_Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3])\.[0-5]\d$")]


def _once(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))


class RecapOrder(Model):
    """A recap that is sent: each day's on that day, each month's on the first day after it, from ``at`` on.

    ``at`` is the office's clock ("16.30"). ``through`` is the office's mail door; empty: its first one.
    """

    id: ID
    every: Literal["daily", "monthly"]
    at: _Clock = "16.30"
    to: Annotated[tuple[_Address, ...], Field(min_length=1, max_length=20), AfterValidator(_once)]
    through: ID | None = None

    @property
    def clock(self) -> time:
        """The time of day."""
        return time(int(self.at[:2]), int(self.at[3:]))
