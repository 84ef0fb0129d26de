"""What cannot be taken back asks who is there, where that was proved some time ago; what was typed is not lost."""

from __future__ import annotations

import pytest

from inbox.models import Officer, SealOpening, Ticket
from tests.inbox.web.desk import PASSWORD, Browser, Office, Page
from tests.inbox.web.test_second_step import code, switches_on

REASON = "Memanggil pelapor untuk klarifikasi"


async def _asked(office: Office, login: str = "kabid") -> tuple[Browser, Page, str]:
    """An officer whose browser stood open for a while opens a seal."""
    ticket = await office.complaint()
    await Ticket.filter(id=ticket.id).update(secrecy="sealed")
    browser, path = await office.browser(login), f"/meja/{ticket.number}/segel/buka"
    shown = await browser.opens(f"/meja/{ticket.number}")
    office.later(minutes=31)
    return browser, await browser.sends(shown, path, {"reason": REASON}), path


async def test_a_browser_left_open_opens_no_seal(office: Office) -> None:
    """The password is asked for; a wrong one does nothing, the right one does what was asked, with what was typed."""
    browser, page, path = await _asked(office)
    assert "Buktikan bahwa ini Anda" in page.text
    page = await browser.sends(page, path, {"bukti-sandi": "salah sekali"})
    assert (page.status, "Kata sandi tidak cocok" in page.text) == (422, True)
    assert await SealOpening.all().count() == 0
    page = await browser.sends(page, path, {"bukti-sandi": PASSWORD})
    assert "Segel dibuka" in page.html
    assert [row.reason for row in await SealOpening.all()] == [REASON]


async def test_a_proof_lasts_a_while(office: Office) -> None:
    """Who has just proved it is not asked at the next command; half an hour later they are."""
    browser, page, path = await _asked(office)
    await browser.sends(page, path, {"bukti-sandi": PASSWORD})
    token = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    for minutes, asked in ((29, False), (2, True)):
        office.later(minutes=minutes)
        page = await browser.posts("/meja/saya/dua-langkah/mulai", {"csrf": token})
        assert ("Kata sandi Anda" in page.text) is asked


async def test_the_second_step_is_the_proof_where_it_is_on(office: Office) -> None:
    """A password that was looked at over the shoulder is not enough."""
    browser = await office.browser("kabid")
    secret, _ = await switches_on(office, browser)
    ticket = await office.complaint()
    await Ticket.filter(id=ticket.id).update(secrecy="sealed")
    office.later(minutes=31)
    token = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    path = f"/meja/{ticket.number}/segel/buka"
    page = await browser.posts(path, {"csrf": token, "reason": REASON, "bukti-sandi": PASSWORD})
    assert "Kode dari aplikasi" in page.text
    page = await browser.sends(page, path, {"bukti-kode": "000000"})
    assert (page.status, "Kode tidak cocok" in page.text) == (422, True)
    await browser.sends(page, path, {"bukti-kode": code(office, secret)})
    assert await SealOpening.all().count() == 1


async def test_guesses_end(office: Office) -> None:
    """Whoever sits at an open browser does not get to try for ever."""
    browser, page, path = await _asked(office)
    for _ in range(12):
        page = await browser.sends(page, path, {"bukti-sandi": "tebakan"})
    assert "Terlalu banyak" in page.text
    page = await browser.sends(page, path, {"bukti-sandi": PASSWORD})
    assert "Terlalu banyak" in page.text
    assert await SealOpening.all().count() == 0


@pytest.mark.parametrize("path", ["petugas", "petugas/1", "data-pribadi"])
async def test_what_cannot_be_taken_back_asks(office: Office, path: str) -> None:
    """Officers, passwords and roles, and a citizen's data: nothing is done before."""
    browser = await office.browser("kepala-dinas")
    token = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    before = await Officer.all().values_list("login", "name", "password", "active")
    office.later(minutes=31)
    values = {"login": "baru", "name": "Baru", "roles": "petugas", "password": PASSWORD, "do": "password"}
    page = await browser.posts(f"/meja/pengaturan/{path}", {"csrf": token, **values})
    assert "Buktikan bahwa ini Anda" in page.text
    assert 'name="login" value="baru"' in page.html
    assert await Officer.all().values_list("login", "name", "password", "active") == before
