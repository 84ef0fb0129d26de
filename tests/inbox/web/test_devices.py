"""The browsers an officer is signed in at: seen, ended by the officer, ended from the machine."""

from __future__ import annotations

import re

import pytest

from inbox.devices import end_all
from inbox.models import Entry, Session
from tests.inbox.web.desk import Browser, Office

ROOM = "/meja/saya/perangkat"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
NAMES = [
    (WINDOWS, "Chrome di Windows"),
    (WINDOWS + " Edg/142.0.0.0", "Edge di Windows"),
    ("Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox di Android"),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Mobile/15E148 Safari/604.1",
        "Safari di iPhone",
    ),
    ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/142.0.0.0 Safari/537.36", "Chrome di ChromeOS"),
    ("curl/8.5.0", "Peramban yang tidak dikenal"),
    ("<script>alert(1)</script>", "Peramban yang tidak dikenal"),
]


@pytest.mark.parametrize(("agent", "called"), NAMES)
async def test_a_browser_is_called_what_it_is(office: Office, agent: str, called: str) -> None:
    """As people call it; a stranger's own words are never shown."""
    browser = await office.browser("petugas")
    await Session.all().update(agent=agent)
    page = await browser.opens(ROOM)
    assert called in page.text
    assert "yang ini" in page.text
    assert "<script>alert" not in page.html


async def _two(office: Office) -> tuple[Browser, Browser]:
    phone, desk = await office.browser("petugas"), await office.browser("petugas")
    return phone, desk


async def test_one_is_ended(office: Office) -> None:
    """It is out at once, the one that asked stays, and it is on record how many went."""
    phone, desk = await _two(office)
    kasi = await office.browser("kasi")
    page = await desk.opens(ROOM)
    assert page.html.count("terakhir dipakai") == 2
    (key,) = re.findall(r'name="device" value="([0-9a-f]{16})"', page.html)
    answer = await desk.sends(page, f"{ROOM}/akhiri", {"device": key})
    assert "tidak lagi masuk" in answer.html
    assert (await phone.opens("/meja/")).path.startswith("/masuk")
    assert (await desk.opens("/meja/")).path == "/meja/"
    assert (await kasi.opens("/meja/")).path == "/meja/"
    assert [line.values["count"] for line in await Entry.filter(event="browsers-ended")] == [1]


async def test_all_others_are_ended(office: Office) -> None:
    """At one press, and nobody else's."""
    phone, desk = await _two(office)
    kasi = await office.browser("kasi")
    page = await desk.opens(ROOM)
    token = page.value(f"{ROOM}/akhiri", "csrf")
    await desk.posts(f"{ROOM}/akhiri", {"csrf": token})
    assert (await phone.opens("/meja/")).path.startswith("/masuk")
    assert (await desk.opens(ROOM)).html.count("terakhir dipakai") == 1
    assert (await kasi.opens("/meja/")).path == "/meja/"


@pytest.mark.parametrize("key", ["0" * 16, "%", "_" * 16, "' OR 1=1 --"])
async def test_nobody_elses_is_ended(office: Office, key: str) -> None:
    """Another officer's browser, and what is no browser at all, are not there."""
    kasi, desk = await office.browser("kasi"), await office.browser("petugas")
    theirs = await Session.filter(officer__login="kasi").first()
    assert theirs
    token = (await desk.opens("/meja/saya")).value("/keluar", "csrf")
    for tried in (key, theirs.digest[:16]):
        page = await desk.posts(f"{ROOM}/akhiri", {"csrf": token, "device": tried})
        assert page.status == 404
        assert "Muat ulang" in page.text
    assert (await kasi.opens("/meja/")).path == "/meja/"


async def test_the_machine_ends_all(office: Office) -> None:
    """For whoever lost a phone and calls."""
    phone, desk = await _two(office)
    assert await end_all(office.house.database, " Petugas ", office.now) == 2
    for browser in (phone, desk):
        assert (await browser.opens("/meja/")).path.startswith("/masuk")
