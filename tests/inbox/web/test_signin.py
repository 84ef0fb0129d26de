"""Signing in, staying in, and being out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inbox.models import Officer, Session
from tests.inbox.house import House
from tests.inbox.web.desk import PASSWORD, Office, Page

REFUSED = "Nama masuk atau kata sandi tidak cocok."


async def signs_in(office: Office, login: str, password: str) -> Page:
    """A stranger tries."""
    browser = await office.browser()
    return await browser.sends(await browser.opens("/masuk"), "/masuk", {"login": login, "password": password})


async def test_an_officer_signs_in_and_out(office: Office) -> None:
    """The right password leads to the list; after signing out the list is closed again."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    assert "Selamat bekerja, Rina Wulandari" in page.text
    page = await browser.sends(page, "/keluar")
    assert "Anda sudah keluar" in page.text
    assert (await browser.opens("/meja/")).path.startswith("/masuk")
    assert await Session.all().count() == 0


async def test_every_failure_says_the_same(office: Office) -> None:
    """A wrong password, an unknown login, a locked one and somebody who left get one answer, word for word."""
    answers = [await signs_in(office, "petugas", "salah")]
    answers.append(await signs_in(office, "siapa", "salah"))
    for _ in range(6):
        await signs_in(office, "kasi", "salah")
    answers.append(await signs_in(office, "kasi", PASSWORD))
    await Officer.filter(login="kabid").update(active=False)
    answers.append(await signs_in(office, "kabid", PASSWORD))
    assert {answer.status for answer in answers} == {403}
    assert all(REFUSED in answer.text for answer in answers)
    assert len({re.sub('value="[^"]*"', "", answer.html) for answer in answers}) == 1


async def test_the_session_is_a_new_token_kept_as_a_digest(office: Office) -> None:
    """Signing in replaces the token from before, and the database does not hold what the cookie holds."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    before = browser.cookies["wadul"]
    await browser.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD})
    after = browser.cookies["wadul"]
    assert before != after
    (row,) = await Session.all()
    assert after not in row.digest
    assert len(row.digest) == 64


async def test_a_planted_token_is_not_taken_over(office: Office) -> None:
    """A cookie that somebody put there before the sign-in opens nothing afterwards."""
    browser = await office.browser()
    browser.cookies["wadul"] = "a" * 43
    page = await browser.opens("/masuk")
    await browser.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD})
    thief = await office.browser()
    thief.cookies["wadul"] = "a" * 43
    assert (await thief.opens("/meja/")).path.startswith("/masuk")


async def test_the_cookie_is_closed_to_scripts_and_other_sites(office: Office) -> None:
    """The session's cookie says HttpOnly and SameSite."""
    page = await (await office.browser()).opens("/masuk")
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_travels_by_https_only(house: House, tmp_path: Path) -> None:
    """With an https address the cookie is Secure, and browsers are told to come back by https."""
    office = Office(house, tmp_path)
    office.public_url = "https://wadul.example"
    async with office.opened():
        page = await (await office.browser()).opens("/masuk")
    assert "Secure" in page.headers["Set-Cookie"]
    assert "max-age" in page.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(("hours", "inside"), [(7.9, True), (8.1, False)])
async def test_eight_idle_hours_end_a_session(office: Office, hours: float, inside: bool) -> None:
    """A desk that nobody touched for eight hours is closed."""
    browser = await office.browser("petugas")
    office.later(hours=hours)
    assert (await browser.opens("/meja/")).path.startswith("/masuk") is not inside


async def test_a_page_that_refreshes_itself_is_not_work(office: Office) -> None:
    """Live refreshes keep no session alive, clicks do."""
    watching, working = await office.browser("petugas"), await office.browser("kasi")
    for _ in range(3):
        office.later(hours=3)
        live = await watching.opens("/meja/", HX_Request="true", X_Wadul_Live="1")
        await working.opens("/meja/")
    assert live.status == 401
    assert (await working.opens("/meja/")).status == 200
    assert (await working.opens("/meja/")).path == "/meja/"


async def test_thirty_days_end_a_session(office: Office) -> None:
    """However busy, an officer signs in again after thirty days."""
    browser = await office.browser("petugas")
    for _ in range(30 * 4):
        assert (await browser.opens("/meja/saya")).path == "/meja/saya"
        office.later(hours=6)
    assert (await browser.opens("/meja/saya")).path.startswith("/masuk")


async def test_a_new_password_or_leaving_closes_every_browser(office: Office) -> None:
    """After a reset, and after an officer was made inactive, open pages are closed at the next click."""
    one, other = await office.browser("petugas"), await office.browser("kasi")
    await office.officers.set_password("petugas", "kata sandi yang baru")
    await Officer.filter(login="kasi").update(active=False)
    assert (await one.opens("/meja/")).path.startswith("/masuk")
    assert (await other.opens("/meja/")).path.startswith("/masuk")


async def test_after_signing_in_the_officer_is_where_they_wanted_to_be(office: Office) -> None:
    """A link to a page of the desk leads there by way of the sign-in."""
    browser = await office.browser()
    page = await browser.opens("/meja/gangguan")
    page = await browser.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD})
    assert page.path == "/meja/gangguan"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/meja/\\evil", "/meja/\r\nX: y", "/"]
)
async def test_nobody_is_led_elsewhere(office: Office, elsewhere: str) -> None:
    """Only pages of the desk can follow a sign-in."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    values = {"login": "petugas", "password": PASSWORD, "ke": elsewhere}
    assert (await browser.sends(page, "/masuk", values)).path == "/meja/"


async def test_only_the_demo_lets_in_by_a_click(office: Office, house: House, tmp_path: Path) -> None:
    """A real desk shows no sample officers and ignores their button; the demo has one for each."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    assert "Peragaan" not in page.text
    assert (await browser.sends(page, "/masuk", {"contoh": "petugas"})).status == 403
    demo = Office(house, tmp_path)
    demo.demo = True
    async with demo.opened():
        browser = await demo.browser()
        page = await browser.opens("/masuk")
        assert all(name in page.text for name in ("Rina Wulandari", "Suharto Wibowo", "Kepala Dinas"))
        page = await browser.sends(page, "/masuk", {"contoh": "kepala-dinas"})
        assert "Selamat bekerja, Suharto Wibowo" in page.text


async def test_an_officer_chooses_language_and_theme(office: Office) -> None:
    """The language is the officer's wherever they sign in, the theme this browser's."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/saya")
    page = await browser.sends(page, "/meja/saya", {"language": "en", "theme": "dark"})
    assert 'lang="en"' in page.html
    assert 'data-theme="dark"' in page.html
    assert "Language and appearance" in page.text
    other = await (await office.browser("petugas")).opens("/meja/")
    assert 'lang="en"' in other.html
    assert "data-theme" not in other.html


async def test_a_network_that_guesses_must_wait(office: Office) -> None:
    """Logins tried one after the other from one place end in a wait, for a right password as well; then it is over."""
    browser = await office.browser()
    page = await browser.opens("/masuk")
    for number in range(50):
        assert (await browser.sends(page, "/masuk", {"login": f"orang{number}", "password": "x"})).status == 403
    refused = await browser.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD})
    assert refused.status == 429
    assert "Coba lagi beberapa menit lagi" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    office.later(minutes=16)
    assert (await browser.sends(page, "/masuk", {"login": "petugas", "password": PASSWORD})).path == "/meja/"
