"""Single sign-on in a real browser at a real provider: oidc-provider, certified by the OpenID Foundation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from bot.single_sign_on import OpenIdProvider
from config.single_sign_on import SingleSignOn
from inbox.models import OfficerAccount
from tests import node_peers
from tests.chromium import started
from tests.inbox.house import House
from tests.inbox.web.desk import Office
from tests.ports import own_ports

SECRET = "rahasia: 50% + sedikit"


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk, and the provider that knows it."""
    office = Office(house, tmp_path)
    (office.port,) = own_ports(1)
    office.public_url = f"http://localhost:{office.port}"
    await office.hires("petugas")
    with node_peers.openid("wadul", SECRET, f"{office.public_url}/masuk/sso/blitar/kembali") as issuer:
        settings = SingleSignOn(
            issuer=issuer, client_id="wadul", client_secret=SecretStr(SECRET), name="SSO Blitar", private=True
        )
        office.providers = {"blitar": OpenIdProvider(settings, lambda: datetime.now(UTC))}  # its clock is the real one
        async with office.opened():
            yield office


async def test_there_and_back(office: Office) -> None:
    """The officer types name and password over there, agrees, and is at the desk."""
    async with started() as browser:
        page = await (await browser.new_context()).new_page()
        await page.goto(f"{office.public_url}/masuk?ke=/meja/saya")
        await page.get_by_role("link", name="Masuk lewat SSO Blitar").click()
        await page.fill("[name=login]", "petugas")
        await page.fill("[name=password]", "apa saja")
        await page.get_by_role("button", name="Sign-in").click()
        await page.get_by_role("button", name="Continue").click()
        await page.wait_for_url("**/meja/saya")
        await expect(page.locator("h1").first).to_be_visible()
    (account,) = await OfficerAccount.all()
    assert account.subject == "petugas"
