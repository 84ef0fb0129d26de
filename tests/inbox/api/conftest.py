"""Blitar's desk with its API open, on SQLite or on each engine in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.inbox.api.client import Machine, machine
from tests.inbox.house import House
from tests.inbox.web.desk import NAMES, Office


async def _opened(house: House, folder: Path) -> AsyncIterator[Office]:
    office = Office(house, folder)
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Over SQLite."""
    async for office in _opened(house, tmp_path):
        yield office


@pytest.fixture
async def any_office(any_house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Over each engine in turn."""
    async for office in _opened(any_house, tmp_path):
        yield office


@pytest.fixture
async def counter(office: Office) -> Machine:
    """A machine with the rights of the counter."""
    return await machine(office)


@pytest.fixture
async def any_counter(any_office: Office) -> Machine:
    """The same, over each engine in turn."""
    return await machine(any_office)
