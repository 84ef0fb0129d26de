"""How long an office keeps what is personal in a closed complaint, by kind, before it is erased.

Nothing is erased where the file says nothing: how long is for the office's archive to say (jadwal retensi arsip).
Source: UU 27/2022 art. 44 (1) a, UU 43/2009 art. 1 (22).
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from config.procedure import Model

_MONTHS: dict[str, int] = {"tahun": 12, "bulan": 1}


class Keeping(Model):
    """A length of calendar time since a complaint ended, as the file says it: "5 tahun", "18 bulan"."""

    text: str
    months: Annotated[int, Field(gt=0, le=1200)]

    @classmethod
    def parse(cls, value: object) -> Keeping:
        """Raises ValueError with the remedy's code."""
        if isinstance(value, Keeping):
            return value
        found = re.fullmatch(r"([1-9]\d{0,2})\s+(tahun|bulan)", str(value).strip().lower())
        if not found or int(found[1]) * _MONTHS[found[2]] > 1200:
            raise ValueError("retention-unreadable")
        return cls(text=str(value).strip(), months=int(found[1]) * _MONTHS[found[2]])

    def shifted(self, at: datetime, direction: Literal[-1, 1]) -> datetime:
        """The moment so long before (-1) or after (1): the same day of the month, or its last."""
        years, month = divmod(at.year * 12 + at.month - 1 + direction * self.months, 12)
        year = max(1, years)
        day = min(at.day, calendar.monthrange(year, month + 1)[1])
        return at.replace(year=year, month=month + 1, day=day)


KeepingText = Annotated[
    Keeping, BeforeValidator(Keeping.parse), PlainSerializer(lambda keeping: keeping.text, return_type=str)
]
