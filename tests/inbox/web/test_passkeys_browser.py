"""Passkeys in a real browser, with the device that its makers built for tests.

Source: Chrome DevTools Protocol, WebAuthn.addVirtualAuthenticator.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.chromium import started
from tests.inbox.house import House
from tests.inbox.web.desk import PASSWORD, Office
from tests.ports import own_ports

ROOM = "/meja/saya/dua-langkah"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with started() as browser:
        yield browser


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk at the only name that needs no certificate."""
    office = Office(house, tmp_path)
    (office.port,) = own_ports(1)
    office.public_url = f"http://localhost:{office.port}"
    for login in ("petugas", "kasi"):
        await office.hires(login)
    async with office.opened():
        yield office


async def with_device(chromium: Browser, office: Office) -> tuple[Page, Any, str]:
    """A page at sign-in, and its device."""
    page = await (await chromium.new_context()).new_page()
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    await page.goto(f"{office.public_url}/masuk")
    return page, session, made["authenticatorId"]


async def by_password(page: Page, login: str = "petugas") -> None:
    """The first step."""
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.click("form button.primary")


async def forgets(page: Page) -> None:
    """Nobody is signed in any more; the desk, which would notice and go to the sign-in page itself, is left first."""
    await page.goto("about:blank")
    await page.context.clear_cookies()


async def adds(page: Page, office: Office) -> None:
    """A passkey is made on the page of second steps."""
    await page.goto(f"{office.public_url}{ROOM}")
    await page.get_by_role("button", name="Tambah kunci sandi").click()
    await page.get_by_role("button", name="Buat kunci sandi").click()


async def test_made_and_used_in_every_place(office: Office, chromium: Browser) -> None:
    """Made, then signed in with by one press, then after the password, then as a fresh proof."""
    page, *_ = await with_device(chromium, office)
    await by_password(page)
    await adds(page, office)
    await expect(page.get_by_role("heading", name="Kode cadangan Anda")).to_be_visible()
    await page.goto(f"{office.public_url}{ROOM}")
    await expect(page.locator("#passkeys")).to_contain_text("Chrome Linux")

    await forgets(page)
    await page.goto(f"{office.public_url}/masuk?ke=/meja/saya")
    await page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    await page.wait_for_url("**/meja/saya")

    await forgets(page)
    await page.goto(f"{office.public_url}/masuk")
    await by_password(page)
    await page.get_by_role("button", name="Pakai kunci sandi").click()
    await page.wait_for_url("**/meja/")

    office.later(minutes=31)
    await page.goto(f"{office.public_url}{ROOM}")
    await page.get_by_role("button", name="Tambah kunci sandi").click()
    await page.get_by_role("button", name="Pakai kunci sandi").click()
    await expect(page.get_by_role("heading", name="Kunci sandi baru")).to_be_visible()


async def test_what_does_not_work_says_so(office: Office, chromium: Browser) -> None:
    """No passkey on the device, or nobody who proves to be there: a sentence beside the button, and all goes on."""
    page, session, device = await with_device(chromium, office)
    press = page.get_by_role("button", name="Masuk dengan kunci sandi")
    await press.click()
    await expect(page.get_by_role("alert")).to_contain_text("Tidak jadi")
    await expect(press).to_be_enabled()
    await by_password(page)
    await session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    await adds(page, office)
    await expect(page.get_by_role("alert")).to_contain_text("Tidak jadi")
    await session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    await page.get_by_role("button", name="Buat kunci sandi").click()
    await expect(page.get_by_role("heading", name="Kode cadangan Anda")).to_be_visible()
