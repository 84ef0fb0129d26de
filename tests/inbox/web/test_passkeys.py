"""Passkeys: made under *Saya*, used instead of the password or after it, and everything that is no passkey refused."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.models import Entry, Passkey, RecoveryCode
from inbox.models import Officer as Row
from inbox.passkeys import Site, site_of
from inbox.second_factors import reset
from tests.inbox.house import House
from tests.inbox.web.authenticator import ORIGIN, Authenticator, text
from tests.inbox.web.desk import NAMES, PASSWORD, Browser, Office, Page
from tests.inbox.web.test_second_step import code, password_given, switches_on

ROOM = "/meja/saya/dua-langkah"
MAKE, KEEP, REMOVE, USE = f"{ROOM}/kunci/mulai", f"{ROOM}/kunci/simpan", f"{ROOM}/kunci/hapus", "/masuk/kunci"


@pytest.fixture
async def office(house: House, tmp_path: Path) -> AsyncIterator[Office]:
    """Blitar's desk at a name, as browsers want it for passkeys."""
    office = Office(house, tmp_path)
    office.public_url = ORIGIN
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office


def options(page: Page) -> str:
    """What the page's button gives the browser."""
    (found,) = page.doc.xpath("//button/@data-passkey")
    return str(found)


async def makes(browser: Browser, device: Authenticator, name: str = "HP kantor") -> Page:
    """The officer of the browser adds a passkey of the device."""
    page = await browser.sends(await browser.opens(ROOM), MAKE)
    return await browser.sends(page, KEEP, {"name": name, "passkey": device.makes(options(page))})


async def enters(office: Office, device: Authenticator) -> tuple[Browser, Page]:
    """A new browser signs in by the device alone."""
    browser = await office.browser()
    page = await browser.opens("/masuk?ke=/meja/saya")
    return browser, await browser.sends(page, USE, {"passkey": device.uses(options(page))})


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://aduan.blitar.example", Site("aduan.blitar.example", "https://aduan.blitar.example")),
        ("https://wadul.example:8443/", Site("wadul.example", "https://wadul.example:8443")),
        ("http://localhost:8080", Site("localhost", "http://localhost:8080")),
        ("http://wadul.example", None),
        ("https://127.0.0.1", None),
        ("https://[::1]:8443", None),
        ("", None),
    ],
)
def test_where_passkeys_are_good(url: str, site: Site | None) -> None:
    """By a name and safely carried; the machine's own name will do for trying."""
    assert site_of(url) == site


async def test_one_press_signs_in(office: Office) -> None:
    """No name, no password, no code; it is both steps, and goes where one wanted to."""
    device = Authenticator()
    page = await makes(await office.browser("petugas"), device)
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.html)
    assert len(set(codes)) == 10
    for _ in range(2):
        browser, page = await enters(office, device)
        assert (page.path, NAMES["petugas"] in page.text) == ("/meja/saya", True)
    page = await browser.opens(ROOM)
    assert "HP kantor" in page.text
    assert "Kode cadangan yang belum dipakai: 10" in page.text
    (entry,) = await Entry.filter(event="passkey-on")
    assert "HP kantor" not in str(entry.values)  # what somebody wrote does not stand in the journal


async def test_after_the_password_it_is_the_second_step(office: Office) -> None:
    """Whoever has one is not let in by the password alone: the passkey, or a code from paper."""
    device = Authenticator()
    page = await makes(await office.browser("petugas"), device)
    (paper, *_) = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.html)
    browser, page = await password_given(office)
    assert "Langkah kedua" in page.text
    assert (await browser.opens("/meja/")).path.startswith("/masuk")
    page = await browser.sends(page, "/masuk/kode", {"passkey": device.uses(options(page))})
    assert page.path == "/meja/"
    browser, page = await password_given(office)
    assert (await browser.sends(page, "/masuk/kode", {"code": paper})).path == "/meja/"
    browser, page = await password_given(office)
    assert (await browser.sends(page, "/masuk/kode", {"code": paper})).status == 422


async def test_somebody_elses_passkey_is_no_second_step(office: Office) -> None:
    """It signs its owner in, and proves nothing for a colleague."""
    mine, other = Authenticator(), Authenticator()
    await makes(await office.browser("petugas"), mine)
    await makes(await office.browser("kasi"), other)
    browser, page = await password_given(office)
    page = await browser.sends(page, "/masuk/kode", {"passkey": other.uses(options(page))})
    assert (page.status, "tidak diterima" in page.text) == (422, True)
    assert (await browser.opens("/meja/")).path.startswith("/masuk")


LIES = {
    "another page's": {"origin": "https://wadul.example.org"},
    "nobody proved to be there": {"verified": False},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_passkey_that_is_used_wrongly(office: Office, lie: dict[str, object]) -> None:
    """A page in between, or a device that asks for no finger: neither makes one nor opens the desk."""
    device = Authenticator()
    page = await makes(await office.browser("kasi"), Authenticator(**lie))  # type: ignore[arg-type]
    assert (page.status, "tidak diterima" in page.text) == (422, True)
    await makes(await office.browser("petugas"), device)
    for name, value in lie.items():
        setattr(device, name, value)
    browser, page = await enters(office, device)
    assert (page.status, "tidak diterima" in page.text) == (403, True)
    assert (await browser.opens("/meja/")).path.startswith("/masuk")


async def test_an_answer_is_good_once_here_and_now(office: Office) -> None:
    """Neither again, nor in another browser, nor after five minutes."""
    device = Authenticator(counts=False)
    await makes(await office.browser("petugas"), device)
    browser = await office.browser()
    page = await browser.opens("/masuk")
    answer = device.uses(options(page))
    thief = await office.browser()
    assert (await thief.sends(await thief.opens("/masuk"), USE, {"passkey": answer})).status == 403
    late = await office.browser()
    waiting = await late.opens("/masuk")
    assert (await browser.sends(page, USE, {"passkey": answer})).path == "/meja/"
    kept = {"wadul": page.headers["Set-Cookie"].split("wadul=")[1].split(";")[0]}
    again = await office.browser()
    again.cookies = kept
    assert (await again.sends(page, USE, {"passkey": answer})).status == 403
    office.later(minutes=6)
    assert (await late.sends(waiting, USE, {"passkey": device.uses(options(waiting))})).status == 403


async def test_a_copied_key_is_noticed(office: Office) -> None:
    """The one that lags behind is refused."""
    device = Authenticator()
    await makes(await office.browser("petugas"), device)
    copied = device.copied()
    assert [(await enters(office, device))[1].path for _ in range(2)] == ["/meja/saya"] * 2
    assert (await enters(office, copied))[1].status == 403


BROKEN = ["", "x", "[]", "{}", "null", '{"id": 1}', "9" * 5000, "[" * 4000, "x" * 20_000]


@pytest.mark.parametrize("answer", BROKEN, ids=range(len(BROKEN)))
async def test_what_is_no_answer_at_all(office: Office, answer: str) -> None:
    """Refused with a sentence, at each place that takes one."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    assert (await browser.sends(page, USE, {"passkey": answer})).status in {403, 413}
    desk = await office.browser("petugas")
    page = await desk.sends(await desk.opens(ROOM), MAKE)
    page = await desk.sends(page, KEEP, {"name": "HP", "passkey": answer})
    assert (page.status, "tidak diterima" in page.text) == (422, True)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
async def test_each_part_of_an_answer_counts(office: Office, part: str) -> None:
    """Another one in its place, nonsense, or none."""
    device = Authenticator()
    await makes(await office.browser("petugas"), device)
    for lie in (text(b"{}"), text(b"\xff" * 64), "%%%", 7, None):
        if part == "userHandle" and lie is None:
            continue  # a device need not say whose it is
        browser = await office.browser()
        page = await browser.opens("/masuk")
        page = await browser.sends(page, USE, {"passkey": device.uses(options(page), **{part: lie})})
        assert page.status == 403
    assert (await enters(office, device))[1].path == "/meja/saya"


async def test_guesses_end(office: Office) -> None:
    """As wrong passwords do, by network."""
    device = Authenticator()
    browser = await office.browser()
    page = await browser.opens("/masuk")
    for _ in range(51):
        page = await browser.sends(page, USE, {"passkey": device.uses(options(page))})
    assert (page.status, "Retry-After" in page.headers) == (429, True)


async def test_it_proves_afresh_before_what_cannot_be_taken_back(office: Office) -> None:
    """Half an hour later it is asked for, and its answer is the proof; the page asks for nothing else in its place."""
    device = Authenticator()
    browser = await office.browser("petugas")
    await makes(browser, device)
    office.later(minutes=31)
    page = await browser.sends(await browser.opens(ROOM), MAKE)
    assert "Buktikan bahwa ini Anda" in page.text
    refused = await browser.sends(page, MAKE, {"bukti-kunci": Authenticator().uses(options(page))})
    assert refused.status == 422
    page = await browser.sends(refused, MAKE, {"bukti-kunci": device.uses(options(refused))})
    assert "Kunci sandi baru" in page.text


async def test_a_browser_with_the_password_alone_changes_nothing(office: Office) -> None:
    """One that was in before the passkey was made elsewhere proves first; then it may."""
    before, device = await office.browser("petugas"), Authenticator()
    token = (await before.opens("/meja/saya")).value("/keluar", "csrf")
    await makes(await office.browser("petugas"), device)
    (row,) = await Passkey.all()
    for path in (MAKE, REMOVE, f"{ROOM}/mulai"):
        assert (await before.posts(path, {"csrf": token, "key": row.key})).status == 403
    page = await before.opens(ROOM)
    assert MAKE not in page.forms()
    page = await before.sends(page, f"{ROOM}/buktikan", {"passkey": device.uses(options(page))})
    assert (await before.sends(await before.opens(ROOM), MAKE)).status == 200


async def test_a_role_that_requires_a_second_step_is_content(office: Office) -> None:
    """A passkey opens the desk where only the page of second steps was open; the last one cannot go."""
    roles = office.house.office.roles
    roles["kasi"] = roles["kasi"].model_copy(update={"second_step": True})
    try:
        browser, device = await office.browser("kasi"), Authenticator()
        assert (await browser.opens("/meja/")).path == ROOM
        await makes(browser, device)
        assert (await browser.opens("/meja/")).path == "/meja/"
        page = await browser.sends(await browser.opens(ROOM), REMOVE)
        assert "mewajibkan" in page.text
        await switches_on(office, browser)
        await browser.sends(await browser.opens(ROOM), REMOVE)
        assert await Passkey.all().count() == 0
    finally:
        roles["kasi"] = roles["kasi"].model_copy(update={"second_step": False})


async def test_taken_away_it_opens_nothing(office: Office) -> None:
    """With the last one the codes on paper go, and the password alone is enough again; nobody takes a colleague's."""
    browser, device = await office.browser("petugas"), Authenticator()
    await makes(browser, device)
    (row,) = await Passkey.all()
    stranger = await office.browser("kasi")
    token = (await stranger.opens("/meja/saya")).value("/keluar", "csrf")
    assert (await stranger.posts(REMOVE, {"csrf": token, "key": row.key})).status == 404
    await browser.sends(await browser.opens(ROOM), REMOVE)
    assert (await enters(office, device))[1].status == 403
    assert (await password_given(office))[1].path == "/meja/"
    assert await RecoveryCode.all().count() == 0
    assert await Entry.filter(event="passkey-off").count() == 1


async def test_with_an_app_beside_it_each_may_go(office: Office) -> None:
    """The codes on paper stay as long as one of them does."""
    browser, device = await office.browser("petugas"), Authenticator()
    secret, codes = await switches_on(office, browser)
    page = await makes(browser, device)
    assert "<code>" not in page.html
    office.later(minutes=1)
    page = await browser.opens(ROOM)
    await browser.sends(page, f"{ROOM}/matikan", {"code": code(office, secret)})
    other, page = await password_given(office)
    assert "Langkah kedua" in page.text
    assert (await other.sends(page, "/masuk/kode", {"code": codes[0]})).path == "/meja/"


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "Beri nama"), ("x" * 61, "Beri nama"), ("HP\u202ekantor", "Beri nama")]
)
async def test_a_passkey_has_a_name(office: Office, name: str, sentence: str) -> None:
    """By which its owner knows it again; what else was done is asked for anew."""
    page = await makes(await office.browser("petugas"), Authenticator(), name)
    assert (page.status, sentence in page.text) == (422, True)
    assert options(page)


async def test_neither_twice_nor_too_many(office: Office) -> None:
    """The same device again, and an eleventh."""
    browser, device = await office.browser("petugas"), Authenticator()
    await makes(browser, device)
    assert "sudah terdaftar" in (await makes(browser, device)).text
    for _ in range(9):
        await makes(browser, Authenticator())
    assert "Paling banyak 10" in (await makes(browser, Authenticator())).text
    page = await browser.sends(await browser.opens(ROOM), MAKE)
    assert len(json.loads(options(page))["excludeCredentials"]) == 10


async def test_who_left_or_lost_it(office: Office) -> None:
    """Neither whoever is no longer here, nor what the administrator took off."""
    devices = {login: Authenticator() for login in ("petugas", "kabid")}
    for login, device in devices.items():
        await makes(await office.browser(login), device)
    await Row.filter(login="petugas").update(active=False)
    assert (await enters(office, devices["petugas"]))[1].status == 403
    await reset(office.house.database, "kabid", office.now)
    assert (await enters(office, devices["kabid"]))[1].status == 403
    browser = await office.browser()
    page = await browser.sends(await browser.opens("/masuk"), "/masuk", {"login": "kabid", "password": PASSWORD})
    assert page.path == "/meja/"


async def test_at_a_bare_address_there_are_none(house: House, tmp_path: Path) -> None:
    """Browsers keep none for it: no button promises one, and who asks all the same is told why."""
    office = Office(house, tmp_path)
    await office.hires("petugas")
    async with office.opened():
        assert "data-passkey" not in (await (await office.browser()).opens("/masuk")).html
        browser = await office.browser("petugas")
        page = await browser.opens(ROOM)
        assert MAKE not in page.forms()
        token = page.value("/keluar", "csrf")
        refused = await browser.posts(MAKE, {"csrf": token})
        assert "WADUL_PUBLIC_URL" in refused.text
