"""Single sign-on at the desk: who may come that way, what must come back, and what a false way home meets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from inbox.models import Entry, Officer, OfficerAccount
from inbox.refused import Refused
from inbox.single_sign_on import Asked, Told, forget
from tests.inbox.house import House
from tests.inbox.web.desk import Browser, Office, Page
from tests.inbox.web.test_second_step import code, switches_on

SSO, BACK = "/masuk/sso/blitar", "/masuk/sso/blitar/kembali"


@dataclass
class There:
    """The provider's side: whoever is at it."""

    login: str = "petugas"
    subject: str = "akun-1"
    name: str = "SSO Blitar"
    issuer: str = "https://sso.blitar.example"
    second_step: bool = False
    proved_at: datetime | None = None
    refuses: str = ""
    asked: list[tuple[Asked, bool]] = field(default_factory=list)

    async def address(self, asked: Asked, *, afresh: bool) -> str:
        if self.refuses == "sso-away":
            raise Refused(self.refuses, name=self.name)
        self.asked.append((asked, afresh))
        return f"/tidak-ada?{asked.state}"

    async def told(self, asked: Asked, code: str) -> Told:
        if self.refuses or (asked, code) != (self.asked[-1][0], "kode"):
            raise Refused("sso-refused", name=self.name)
        return Told(self.subject, self.login, self.proved_at)


@pytest.fixture
def there() -> There:
    """Blitar's provider."""
    return There()


@pytest.fixture
async def office(house: House, tmp_path: Path, there: There) -> AsyncIterator[Office]:
    """Blitar's desk with it."""
    office = Office(house, tmp_path)
    office.public_url = "https://wadul.example"
    office.providers = {"blitar": there}
    for login in ("petugas", "kasi"):
        await office.hires(login)
    async with office.opened():
        yield office


async def goes(office: Office, there: There, *, to: str = "", browser: Browser | None = None) -> tuple[Browser, str]:
    """A browser that went to the provider, and the state it has to bring back."""
    browser = browser or await office.browser()
    await browser.opens(f"{SSO}?ke={quote(to)}" if to else SSO)
    return browser, there.asked[-1][0].state


async def comes(office: Office, there: There, *, to: str = "") -> tuple[Browser, Page]:
    """And came back."""
    browser, state = await goes(office, there, to=to)
    return browser, await browser.opens(f"{BACK}?code=kode&state={state}")


async def test_one_press_at_the_office_that_has_one(office: Office, there: There) -> None:
    """The sign-in page names it; who comes back is in, where they wanted to go; the account is on record once."""
    page = await (await office.browser()).opens("/masuk?ke=/meja/saya")
    (link,) = page.doc.xpath("//a[contains(., 'Masuk lewat SSO Blitar')]/@href")
    assert link == f"{SSO}?ke=/meja/saya"
    for _ in range(2):
        _, page = await comes(office, there, to="/meja/saya")
        assert page.path == "/meja/saya"
    assert there.asked[0][0].redirect == "https://wadul.example/masuk/sso/blitar/kembali"
    assert len({asked.state for asked, _ in there.asked}) == 2
    assert await OfficerAccount.all().count() == 1
    assert await Entry.filter(event="sso-on").count() == 1


async def test_who_is_no_officer_here_stays_outside(office: Office, there: There) -> None:
    """Nobody becomes one by signing in elsewhere; one who left is none."""
    there.login, there.subject = "orang-lain", "akun-9"
    _, page = await comes(office, there)
    assert (page.status, "belum terdaftar" in page.text) == (403, True)
    there.login, there.subject = "petugas", "akun-1"
    await comes(office, there)
    await Officer.filter(login="petugas").update(active=False)
    browser, page = await comes(office, there)
    assert page.status == 403
    assert (await browser.opens("/meja/")).path.startswith("/masuk")


async def test_an_account_is_its_subject_and_not_its_name(office: Office, there: There) -> None:
    """A login that somebody else gets later opens nothing; a new name of the same account does."""
    await comes(office, there)
    there.subject = "akun-2"
    _, page = await comes(office, there)
    assert (page.status, "bukan akun yang biasa" in page.text) == (403, True)
    there.subject, there.login = "akun-1", "rina.baru"
    assert (await comes(office, there))[1].path == "/meja/"
    await forget(office.house.database, "petugas", office.now)
    there.subject, there.login = "akun-2", "petugas"
    assert (await comes(office, there))[1].path == "/meja/"
    assert await Entry.filter(event="sso-off", actor="system").count() == 1


async def test_another_offices_officer_does_not_come_by_this_one(office: Office, there: There) -> None:
    """The provider speaks for its own office."""
    await Officer.filter(login="petugas").update(office="denpasar")
    assert (await comes(office, there))[1].status == 403


FALSE = [
    "?code=kode&state=lain",
    "?code=kode",
    "?state={state}",
    "?state={state}&error=access_denied",
    "?code=kode&state={state}&iss=https://lain.example",
    "?code=lain&state={state}",
    f"?code={'x' * 5000}&state={{state}}",
    "?code=kode&state=%FF%00",
]


@pytest.mark.parametrize("query", FALSE, ids=range(len(FALSE)))
async def test_a_false_way_home(office: Office, there: There, query: str) -> None:
    """Refused in a sentence; nobody is in, and the right way does not work afterwards either."""
    browser, state = await goes(office, there)
    page = await browser.opens(BACK + query.format(state=state))
    assert (page.status, 'id="wrong"' in page.html) == (403, True)
    assert (await browser.opens(f"{BACK}?code=kode&state={state}")).status == 403
    assert (await browser.opens("/meja/")).path.startswith("/masuk")


async def test_the_way_is_one_browsers_and_short(office: Office, there: There) -> None:
    """Whoever is sent a link with somebody's code is not in with it; nor is anybody after ten minutes."""
    _, state = await goes(office, there)
    victim = await office.browser()
    await victim.opens("/masuk")
    assert (await victim.opens(f"{BACK}?code=kode&state={state}")).status == 403
    attacker, state = await goes(office, there)
    victim.cookies["wadul-sso"] = attacker.cookies["wadul-sso"]
    assert (await victim.opens(f"{BACK}?code=kode&state={state}")).status == 403
    late, state = await goes(office, there)
    office.later(minutes=11)
    assert (await late.opens(f"{BACK}?code=kode&state={state}")).status == 403


async def test_the_cookie_is_for_this_way_alone(office: Office, there: There) -> None:
    """Not for scripts, not for other sites, not for other pages, and not readable."""
    page = await (await office.browser()).opens("/masuk")
    assert "wadul-sso" not in page.headers.get("Set-Cookie", "")
    browser, state = await goes(office, there)
    assert there.asked[-1][0].verifier not in browser.cookies["wadul-sso"]
    assert state not in browser.cookies["wadul-sso"]


async def test_led_nowhere_else(office: Office, there: There) -> None:
    """Where to go is a page of ours."""
    for hostile in ("https://evil.example", "//evil.example", "/meja/../../x\\y"):
        assert (await comes(office, there, to=hostile))[1].path == "/meja/"


async def test_away_is_said(office: Office, there: There) -> None:
    """With the way that is left."""
    there.refuses = "sso-away"
    page = await (await office.browser()).opens(SSO)
    assert (page.status, "sedang tidak dapat dihubungi" in page.text) == (403, True)
    assert (await (await office.browser()).opens("/masuk/sso/denpasar")).status == 404


async def test_the_second_step_stays(office: Office, there: There) -> None:
    """Who has one here gives it after the provider, too; a provider that asks for two has asked."""
    secret, _ = await switches_on(office, await office.browser("petugas"))
    office.later(minutes=1)
    browser, page = await comes(office, there)
    assert "Langkah kedua" in page.text
    assert (await browser.opens("/meja/")).path.startswith("/masuk")
    assert (await browser.sends(page, "/masuk/kode", {"code": code(office, secret)})).path == "/meja/"
    there.second_step = True
    assert (await comes(office, there))[1].path == "/meja/"


async def test_a_role_that_requires_two_steps(office: Office, there: There) -> None:
    """One step elsewhere does not open the desk; two do."""
    roles = office.house.office.roles
    roles["petugas"] = roles["petugas"].model_copy(update={"second_step": True})
    try:
        browser, page = await comes(office, there)
        assert page.path == "/meja/saya/dua-langkah"
        there.second_step = True
        browser, _ = await comes(office, there)
        assert (await browser.opens("/meja/")).path == "/meja/"
    finally:
        roles["petugas"] = roles["petugas"].model_copy(update={"second_step": False})


async def test_it_proves_afresh(office: Office, there: There) -> None:
    """In another tab, asked anew over there; what waits goes on by one press. Yesterday's sign-in is no proof."""
    browser, _ = await comes(office, there)
    office.later(minutes=31)
    start = "/meja/saya/dua-langkah/mulai"
    page = await browser.sends(await browser.opens("/meja/saya/dua-langkah"), start)
    assert "Buktikan bahwa ini Anda" in page.text
    (link,) = page.doc.xpath("//form[@id='proof']//a[@target='_blank']/@href")
    for proved, good in ((None, False), (office.now - timedelta(hours=1), False), (office.now, True)):
        there.proved_at = proved
        await browser.opens(link)
        asked, afresh = there.asked[-1]
        assert afresh
        back = await browser.opens(f"{BACK}?code=kode&state={asked.state}")
        assert (back.path == "/meja/saya/terbukti") is good
        answer = await browser.sends(page, start)
        assert ("Sambungkan aplikasi" in answer.text) is good


async def test_a_colleague_proves_nothing(office: Office, there: There) -> None:
    """Whoever signs in over there as somebody else opens nothing here."""
    browser, _ = await comes(office, there)
    office.later(minutes=31)
    there.login, there.subject, there.proved_at = "kasi", "akun-2", office.now
    await browser.opens(f"{SSO}?ulang=1")
    page = await browser.opens(f"{BACK}?code=kode&state={there.asked[-1][0].state}")
    assert (page.status, "milik petugas lain" in page.text) == (403, True)


async def test_too_many_ways_at_once(office: Office, there: There) -> None:
    """A network cannot have us ask the provider for ever."""
    browser = await office.browser()
    for _ in range(61):
        page = await browser.opens(SSO)
    assert "Terlalu banyak" in page.text
    assert len(there.asked) == 60
