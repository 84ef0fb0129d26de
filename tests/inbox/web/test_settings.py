"""The office's settings and guides at the desk."""

from __future__ import annotations

import pytest

from inbox.models import CannedAnswer, Holiday, Officer, StandIn
from inbox.web.guides import GUIDES
from tests.inbox.web.desk import PASSWORD, Office

PAGES = ("", "/petugas", "/libur", "/jawaban", "/pintu", "/prosedur")
HOME = "/meja/pengaturan"


async def test_every_page_opens(office: Office) -> None:
    """Who keeps the settings sees every part, in both languages, and the rail leads there."""
    browser = await office.browser("kepala-dinas")
    for path in (*PAGES, "/pengganti"):
        page = await browser.opens(HOME + path)
        assert page.status == 200, path
        assert "/meja/pengaturan" in page.html
    await Officer.filter(login="kepala-dinas").update(language="en")
    for path in (*PAGES, "/pengganti"):
        assert (await browser.opens(HOME + path)).status == 200
    for guide in GUIDES:
        assert "Panduan" not in (await browser.opens(f"/meja/panduan/{guide}")).part("main")


async def test_a_door_says_where_its_platform_calls(office: Office) -> None:
    """The address stands there to be copied, at the doors that are called."""
    page = await (await office.browser("kepala-dinas")).opens(f"{HOME}/pintu")
    assert page.html.count("Alamat webhook") == 1
    assert "/hooks/blitar-sms/masuk</code>" in page.html


async def test_a_curious_officer(office: Office) -> None:
    """Without the right no page opens and no form is taken; their own leave they may enter."""
    browser = await office.browser("petugas")
    for path in PAGES:
        assert (await browser.opens(HOME + path)).status == 403
    page = await browser.opens(f"{HOME}/pengganti")
    csrf = page.value(f"{HOME}/pengganti", "csrf")
    for path in ("", "/libur", "/jawaban", "/petugas", f"/petugas/{office.by['kasi'].officer_id}"):
        for values in ({"on": "1", "do": "password", "password": PASSWORD}, {"do": "leave"}, {"do": "change"}):
            answer = await browser.posts(HOME + path, {"csrf": csrf, **values})
            assert answer.status in {403, 422}, (path, values)
    assert await Officer.filter(active=False).count() == 0
    taken = {"role": "kepala-dinas", "officer": str(office.by["petugas"].officer_id), "title": "plt"}
    taken |= {"csrf": csrf, "since": "2026-11-23", "until": "2026-11-24"}
    assert (await browser.posts(f"{HOME}/pengganti", taken)).status in {403, 422}
    assert await StandIn.all().count() == 0
    assert (await browser.posts(HOME, {"on": "1"})).status == 403


async def test_leave(office: Office) -> None:
    """An officer gives their role away; the colleague has its queue and name at once, and it can be ended."""
    kasi, petugas = await office.browser("kasi"), await office.browser("petugas")
    page = await kasi.opens(f"{HOME}/pengganti")
    values = {"role": "kasi", "officer": str(office.by["petugas"].officer_id), "until": "2026-11-27"}
    page = await kasi.sends(page, f"{HOME}/pengganti", values)
    assert "Rina Wulandari" in page.part("main")
    assert "Kasi" in (await petugas.opens("/meja/saya")).part("rail")
    row = await StandIn.get()
    await kasi.posts(f"{HOME}/pengganti", {"csrf": page.value(f"{HOME}/pengganti", "csrf"), "end": str(row.id)})
    assert "Kasi" not in (await petugas.opens("/meja/saya")).part("rail")


async def test_practice_banner(office: Office) -> None:
    """Every page of every officer says so while the office practises."""
    head, clerk = await office.browser("kepala-dinas"), await office.browser("petugas")
    page = await head.sends(await head.opens(HOME), HOME, {"on": "1"})
    assert "Mode latihan." in page.part("main")
    for path in ("/meja/", "/meja/saya", "/meja/panduan", "/meja/gangguan"):
        assert "Mode latihan." in (await clerk.opens(path)).part("main")
    await head.sends(page, HOME, {"on": "0"})
    assert "Mode latihan." not in (await clerk.opens("/meja/")).part("main")


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("/libur", {"day": "kemarin", "name": "x"}, "tidak terbaca"),
        ("/libur", {"day": "2026-11-01", "name": "x"}, "paling awal hari ini"),
        ("/libur", {"day": "2026-12-01", "name": "  "}, "nama hari libur"),
        ("/libur", {"day": "9999-12-31", "name": "x"}, "tiga tahun"),
        ("/jawaban", {"shortcut": "Jam Buka", "text": "x"}, "Singkatan"),
        ("/jawaban", {"shortcut": "jam", "text": "{gaji}"}, "gaji"),
        ("/petugas", {"login": "Budi!", "name": "Budi", "roles": "kasi", "password": PASSWORD}, "masuk"),
        ("/petugas", {"login": "kasi", "name": "Budi", "roles": "kasi", "password": PASSWORD}, "kasi"),
        ("/petugas", {"login": "budi", "name": "Budi", "roles": "raja", "password": PASSWORD}, "raja"),
        ("/petugas", {"login": "budi", "name": "", "roles": "kasi", "password": PASSWORD}, "Nama"),
        ("/petugas", {"login": "budi", "name": "Budi", "roles": "kasi", "password": "pendek"}, "10"),
        ("/pengganti", {"role": "kasi", "officer": "x", "since": "2026-11-23", "title": "plt"}, "etugas"),
        ("/pengganti", {"role": "kasi", "officer": "1", "since": "", "title": "plt"}, "tidak terbaca"),
        ("/pengganti", {"role": "kasi", "officer": "1", "since": "2026-01-01", "title": "plt"}, "hari mulai"),
    ],
)
async def test_wrong_input(office: Office, path: str, values: dict[str, str], words: str) -> None:
    """What cannot be is shown again with what was typed and what to do."""
    browser = await office.browser("kepala-dinas")
    page = await browser.opens(HOME + path)
    answer = await browser.posts(HOME + path, {"csrf": page.value(HOME + path, "csrf"), **values})
    assert answer.status == 422
    assert words in answer.part("main")
    assert await Holiday.all().count() + await CannedAnswer.all().count() + await StandIn.all().count() == 0


async def test_officers(office: Office) -> None:
    """Added, changed, given a password, deactivated: signed out at the next click; missing ones are not found."""
    head, clerk = await office.browser("kepala-dinas"), await office.browser("petugas")
    page = await head.opens(f"{HOME}/petugas")
    values = {"login": "budi", "name": "Budi Santoso", "roles": ["kasi"], "password": PASSWORD}
    page = await head.sends(page, f"{HOME}/petugas", values)
    assert "Budi Santoso" in page.part("main")
    path = f"{HOME}/petugas/{office.by['petugas'].officer_id}"
    page = await head.opens(path)
    csrf = page.value(path, "csrf")
    assert (await head.posts(path, {"csrf": csrf, "do": "password", "password": "abc"})).status == 422
    changed = {"csrf": csrf, "do": "change", "name": "Ani", "rank": "Penata, III/c", "roles": ["petugas"]}
    page = await head.posts(path, changed | {"nip": "1980"})
    assert page.status == 422
    assert "NIP ditulis dengan 18 angka" in page.part("main")
    assert (await head.posts(path, changed | {"nip": "19800101 200501 2 003"})).status == 200
    page = await head.opens(path)
    assert (page.value(path, "rank"), page.value(path, "nip")) == ("Penata, III/c", "198001012005012003")
    assert (await head.posts(path, {"csrf": csrf, "do": "leave"})).status == 200
    assert (await clerk.opens("/meja/")).path.startswith("/masuk")
    assert "tidak aktif" in (await head.opens(path)).part("main")
    own = f"{HOME}/petugas/{office.by['kepala-dinas'].officer_id}"
    assert (await head.posts(own, {"csrf": csrf, "do": "leave"})).status == 422
    assert (await head.opens(f"{HOME}/petugas/999999")).status == 404
    assert (await head.opens("/meja/panduan/rahasia")).status == 404
