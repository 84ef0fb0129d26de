"""What a process of the program does: its part and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

import config
from bot.app import built
from bot.serving import ROLES, running
from bot.settings import Settings
from channels.base import STOPPING
from tests.channels.bot_platform import TOKEN, BotPlatform
from tests.shipped import laid_down

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
BOT = "listen blitar-telegram"
PARTS = [
    (("web",), {"spool"}, 200),
    (("doors",), {BOT, "spool", "clock"}, 404),
    (("deliver",), {"deliver", "fetch", "errands", "reach"}, 404),
    (ROLES, {BOT, "spool", "clock", "deliver", "fetch", "errands", "reach"}, 200),
]
WATCHED = set().union(*(names for _, names, _ in PARTS))


@pytest.mark.parametrize(("roles", "names", "page"), PARTS, ids=["web", "doors", "deliver", "all"])
async def test_each_process_does_its_part_alone(
    sqlite_url: str, tmp_path: Path, roles: tuple[str, ...], names: set[str], page: int
) -> None:
    """Pages lead to pages only where they are served; who serves them listens nowhere and sends nothing. As soon as it
    is to end it says so, and nothing of it is left."""
    began: list[asyncio.Task[object]] = []

    def factory(loop: asyncio.AbstractEventLoop, work: object, **named: object) -> asyncio.Task[object]:
        task: asyncio.Task[object] = asyncio.Task(work, loop=loop, **named)  # type: ignore[arg-type]
        began.append(task)
        return task

    async with BotPlatform() as platform:
        entry = {"kind": "telegram", "name": "Telegram", "token": TOKEN, "base_url": platform.url}
        offices = config.load(laid_down(tmp_path / "config", telegram=entry))
        settings = Settings(data=tmp_path / "data", database=sqlite_url, listen="127.0.0.1:0")
        async with built(settings, offices, now=lambda: NOW) as wadul:
            asyncio.get_running_loop().set_task_factory(factory)
            async with running(wadul, roles) as port, ClientSession(f"http://127.0.0.1:{port}") as browser:
                assert (await browser.get("/masuk")).status == page
                assert (await browser.get("/readyz")).status == 200
                assert {task.get_name() for task in began} & WATCHED == names
            asyncio.get_running_loop().set_task_factory(None)
            assert wadul.web[STOPPING].is_set()
            assert not {task.get_name() for task in asyncio.all_tasks()} & WATCHED
