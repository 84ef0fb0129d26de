"""The second step of signing in: switched on, asked for, good once, required by a role, and lost with the telephone."""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.commands import officer as command
from inbox.models import Entry, SecondFactor
from inbox.second_factors import reset
from tests.inbox.web.desk import PASSWORD, Browser, Office, Page

ROOM = "/meja/saya/dua-langkah"


def code(office: Office, secret: str) -> str:
    """What the app shows now."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30, enforce_key_length=False)
    return totp.generate(int(office.now.timestamp())).decode()


async def switches_on(office: Office, browser: Browser) -> tuple[str, list[str]]:
    """The officer connects an app: its secret and the recovery codes."""
    page = await browser.sends(await browser.opens(ROOM), f"{ROOM}/mulai")
    (secret,) = re.findall(r'class="secret">([A-Z2-7]+)<', page.html)
    page = await browser.sends(page, f"{ROOM}/nyalakan", {"code": code(office, secret)})
    return secret, re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.html)


async def password_given(office: Office, login: str = "petugas") -> tuple[Browser, Page]:
    """A browser after the first step."""
    browser = await office.browser()
    page = await browser.sends(await browser.opens("/masuk"), "/masuk", {"login": login, "password": PASSWORD})
    return browser, page


async def test_after_the_password_a_code_is_asked_for(office: Office) -> None:
    """Without it nobody is in; with it one is, and the same code opens nothing twice."""
    secret, codes = await switches_on(office, await office.browser("petugas"))
    assert len(set(codes)) == 10
    office.later(minutes=1)
    browser, page = await password_given(office)
    assert "Langkah kedua" in page.text
    assert (await browser.opens("/meja/")).path.startswith("/masuk")
    wrong = await browser.sends(page, "/masuk/kode", {"code": "000000"})
    assert (wrong.status, "Kode tidak cocok" in wrong.text) == (422, True)
    assert (await browser.sends(wrong, "/masuk/kode", {"code": code(office, secret)})).path == "/meja/"
    other, page = await password_given(office)
    assert (await other.sends(page, "/masuk/kode", {"code": code(office, secret)})).status == 422


async def test_a_recovery_code_is_good_once(office: Office) -> None:
    """Typed as it stands on paper or in capitals; it is on record."""
    _, codes = await switches_on(office, await office.browser("petugas"))
    browser, page = await password_given(office)
    assert (await browser.sends(page, "/masuk/kode", {"code": codes[3].upper()})).path == "/meja/"
    other, page = await password_given(office)
    assert (await other.sends(page, "/masuk/kode", {"code": codes[3]})).status == 422
    assert await Entry.filter(event="second-recovered").count() == 1


async def test_the_first_step_is_another_browsers(office: Office) -> None:
    """What the first step left on its page is of no use in another browser, nor after ten minutes."""
    secret, _ = await switches_on(office, await office.browser("petugas"))
    _, page = await password_given(office)
    thief = await office.browser()
    own = await thief.opens("/masuk")
    (pledge,) = re.findall(r'name="tanda" value="([^"]+)"', page.html)
    office.later(minutes=1)
    stolen = {"csrf": own.value("/masuk", "csrf"), "code": code(office, secret), "tanda": pledge}
    assert (await thief.posts("/masuk/kode", stolen)).status == 403
    browser, page = await password_given(office)
    office.later(minutes=11)
    assert (await browser.sends(page, "/masuk/kode", {"code": code(office, secret)})).status == 403


async def test_guesses_end_and_lock_nobody_else_out(office: Office) -> None:
    """Ten wrong codes, then a pause in which the right one is refused too; another officer signs in meanwhile."""
    secret, _ = await switches_on(office, await office.browser("petugas"))
    office.later(minutes=1)
    browser, page = await password_given(office)
    for _ in range(12):
        page = await browser.sends(page, "/masuk/kode", {"code": "000000"})
    assert "Terlalu banyak kode" in page.text
    assert (await browser.sends(page, "/masuk/kode", {"code": code(office, secret)})).status == 422
    assert (await password_given(office, "kasi"))[1].path == "/meja/"


async def test_a_role_may_require_it(office: Office) -> None:
    """Whoever holds it comes to no other page before it is on, and cannot switch it off."""
    roles = office.house.office.roles
    roles["kasi"] = roles["kasi"].model_copy(update={"second_step": True})
    try:
        browser = await office.browser("kasi")
        assert (await browser.opens("/meja/")).path == ROOM
        assert (await browser.opens("/meja/peristiwa")).path == ROOM
        secret, _ = await switches_on(office, browser)
        assert (await browser.opens("/meja/")).path == "/meja/"
        office.later(minutes=1)
        page = await browser.opens(ROOM)
        assert f"{ROOM}/matikan" not in page.forms()
        off = {"csrf": page.value(f"{ROOM}/kode-cadangan", "csrf"), "code": code(office, secret)}
        assert "mewajibkan" in (await browser.posts(f"{ROOM}/matikan", off)).text
    finally:
        roles["kasi"] = roles["kasi"].model_copy(update={"second_step": False})


async def test_it_is_switched_off_with_a_code_only(office: Office) -> None:
    """Whoever sits down at an open desk cannot."""
    browser = await office.browser("petugas")
    secret, _ = await switches_on(office, browser)
    office.later(minutes=1)
    page = await browser.opens(ROOM)
    assert (await browser.sends(page, f"{ROOM}/matikan", {"code": "000000"})).status == 422
    await browser.sends(page, f"{ROOM}/matikan", {"code": code(office, secret)})
    assert (await password_given(office))[1].path == "/meja/"
    events = await Entry.filter(event__startswith="second").order_by("id").values_list("event", flat=True)
    assert events == ["second-on", "second-off"]


async def test_a_lost_telephone(office: Office) -> None:
    """The administrator takes it off; the secret never stood readable in the record."""
    secret, _ = await switches_on(office, await office.browser("petugas"))
    (row,) = await SecondFactor.all()
    assert secret not in row.secret
    assert command.second_factors.reset is reset
    await reset(office.house.database, "petugas", office.now)
    assert (await password_given(office))[1].path == "/meja/"
    assert await Entry.filter(event="second-reset", actor="system").exists()


@pytest.mark.parametrize("pledge", ["", "x", "1.1.x", "9" * 60, "1.99999999999.é"])
async def test_a_made_up_first_step_is_refused(office: Office, pledge: str) -> None:
    """Nothing that was not signed here counts."""
    browser = await office.browser()
    csrf = (await browser.opens("/masuk")).value("/masuk", "csrf")
    assert (await browser.posts("/masuk/kode", {"csrf": csrf, "code": "1", "tanda": pledge})).status == 403
