"""The browser of the tests: Debian's Chromium without its windows, driven by Playwright.

The headless shell is the same engine at half the processor time; only the whole browser has notifications.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

INSTALL = "Chromium is missing: `make peers` installs it (Debian, as root)."
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def started(*, whole: bool = False) -> AsyncIterator[Browser]:
    """The engine, or the ``whole`` browser, until the block ends.

    Skips, or fails with ``WADUL_PEERS=required``, where it is missing.
    """
    program = shutil.which("chromium" if whole else "chromium-headless-shell")
    if program is None:
        (pytest.fail if os.environ.get("WADUL_PEERS") == "required" else pytest.skip)(INSTALL)
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=program, args=_QUIET)
        try:
            yield browser
        finally:
            await browser.close()
