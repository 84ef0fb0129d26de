"""The demo's past, played once for all tests that only go on from there: each has a copy of it."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.start import apart, staged
from bot.settings import Settings

MONDAY = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was begun on that Monday, and ended."""
    folder = tmp_path_factory.mktemp("masa-lalu")

    async def play() -> None:
        async with staged(apart(Settings(data=folder, listen="127.0.0.1:0")), now=lambda: MONDAY):
            pass

    asyncio.run(play())
    return folder


@pytest.fixture
def begun(past: Path, tmp_path: Path) -> Settings:
    """Settings of a demo whose past was played already."""
    shutil.copytree(past, tmp_path, dirs_exist_ok=True)
    return apart(Settings(data=tmp_path, listen="127.0.0.1:0"))
