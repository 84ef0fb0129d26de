"""The short form of ``make faults``: a little bad weather at every door but mail, and the same auditor afterwards."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.faults.nursery import Nursery
from tests.faults.weather import Place, Storm

FAULTS, MESSAGES = 8, 80


def test_what_was_taken_is_there_once_and_answered_once(nursery: Nursery, tmp_path: Path, any_url: str) -> None:
    """Killed at random and at named points, platforms in every mood: the auditor finds nothing to say."""
    place, dice = Place(any_url, tmp_path, [nursery]), random.Random(3)
    told = asyncio.run(Storm(place, dice, FAULTS, MESSAGES, jumping=False).run())
    assert f"{MESSAGES} stored once" in told
