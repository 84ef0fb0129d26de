"""The desk, open, with an officer of every role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.inbox.house import House
from tests.inbox.web.desk import NAMES, Office


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk on a Monday morning."""
    office = Office(house, tmp_path)
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office
