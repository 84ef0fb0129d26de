"""How an officer is reached away from the desk, on their own page; and the way from a notice to what it tells of."""

from __future__ import annotations

import re

import pytest

from channels.base import Abilities
from inbox.models import Notice, OfficerLine, OfficerSending
from inbox.officer_lines import linked
from tests.inbox.house import ABILITIES
from tests.inbox.web.desk import PASSWORD, Browser, Office, Page

SMS, MAIL = "blitar-sms", "blitar-email"
ENDPOINT = "https://push.example.org/send/abc"
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}


@pytest.fixture(autouse=True)
def doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A telephone door beside the mail door; counters and letters reach nobody."""
    played = {SMS: Abilities(scheme="phone", style="short")}
    played |= {f"blitar-{name}": Abilities(scheme="paper", offline=True) for name in ("loket", "surat", "telepon")}
    for channel, abilities in played.items():
        monkeypatch.setitem(ABILITIES, channel, abilities)


async def begins(browser: Browser, channel: str, **values: str) -> Page:
    """Ask for a code at a channel."""
    page = await browser.opens("/meja/saya")
    forms = [one for one in page.doc.forms if one.action == "/meja/saya/jalur" and one.fields["channel"] == channel]
    (form,) = forms
    fields = dict(form.form_values()) | values
    return await browser.posts("/meja/saya/jalur", fields)


async def test_a_code_for_a_chat_stands_on_the_page(office: Office) -> None:
    """To be sent from the officer's own chat, to what the page names; another code takes its place."""
    rina = await office.browser("petugas")
    page = await begins(rina, SMS)
    line = await OfficerLine.get()
    assert f"PETUGAS {line.code}" in page.part("jalur")
    assert re.fullmatch("[A-HJ-NP-Z2-9]{8}", line.code)
    assert "menunggu kode" in page.part("jalur")
    first = line.code
    office.names = {SMS: "+628113330010"}
    page = await begins(rina, SMS)
    assert "Kirim pesan ini ke 0811-3330-010 di SMS" in page.part("jalur")
    assert await OfficerLine.all().count() == 1
    assert first not in page.part("jalur")


async def test_only_channels_that_reach_a_person_are_offered(office: Office) -> None:
    """No counter, no letter, no form."""
    page = await (await office.browser("petugas")).opens("/meja/saya")
    offered = {one.fields["channel"] for one in page.doc.forms if one.action == "/meja/saya/jalur"}
    assert {SMS, MAIL} <= offered
    assert not offered & {"blitar-loket", "blitar-surat", "blitar-web"}


async def test_a_mail_address_is_linked_by_the_code_that_came_there(office: Office) -> None:
    """A wrong code links nothing; after five of them the right one does not either."""
    rina = await office.browser("petugas")
    page = await begins(rina, MAIL, address="Rina@Example.go.id")
    line, sending = await OfficerLine.get(), await OfficerSending.get()
    assert (sending.kind, sending.address, sending.values) == ("code", "rina@example.go.id", {"code": line.code})
    assert line.address is None
    wrong = await rina.sends(page, f"/meja/saya/jalur/{line.id}/kode", {"code": "AAAA2222"})
    assert wrong.status == 422
    assert "Kode itu salah" in wrong.part("jalur")
    done = await rina.sends(page, f"/meja/saya/jalur/{line.id}/kode", {"code": line.code.lower()})
    assert "rina@example.go.id" in done.part("jalur")
    assert "Jalur tersambung" in done.part("said")
    assert (await OfficerLine.get()).address == "rina@example.go.id"


async def test_guessing_a_code_ends(office: Office) -> None:
    """Five guesses."""
    rina = await office.browser("petugas")
    page = await begins(rina, MAIL, address="rina@example.go.id")
    line = await OfficerLine.get()
    for _ in range(5):
        await rina.sends(page, f"/meja/saya/jalur/{line.id}/kode", {"code": "AAAA2222"})
    assert (await rina.sends(page, f"/meja/saya/jalur/{line.id}/kode", {"code": line.code})).status == 422
    assert not await OfficerLine.filter(linked_at__not_isnull=True).exists()


@pytest.mark.parametrize("address", ["bukan surel", "0812-3456-7890", "rina@example.go.id, budi@example.go.id"])
async def test_what_is_no_address_is_refused(office: Office, address: str) -> None:
    """Where it was typed."""
    page = await begins(await office.browser("petugas"), MAIL, address=address)
    assert page.status == 422
    assert "bukan alamat surel" in page.part("jalur")
    assert not await OfficerSending.exists()


async def test_nobody_is_flooded_with_codes(office: Office) -> None:
    """Six an hour from one officer."""
    rina = await office.browser("petugas")
    for place in range(6):
        assert (await begins(rina, MAIL, address=f"warga{place}@example.com")).status == 200
    page = await begins(rina, MAIL, address="warga9@example.com")
    assert page.status == 422
    assert "Terlalu banyak kode" in page.part("jalur")
    assert await OfficerSending.all().count() == 6


async def line_of(office: Office, login: str = "petugas") -> OfficerLine:
    """A telephone that is linked."""
    by = office.by[login]
    line = OfficerLine(
        office="blitar", officer_id=by.officer_id, channel=SMS, kinds=["new"], every_minutes=15, created_at=office.now
    )
    await office.house.clerk(linked, line, f"+6281{by.officer_id}", office.now)
    return line


async def test_what_a_line_is_told_of_is_chosen(office: Office) -> None:
    """Each kind on or off, and how often; the morning's summary is a head's alone."""
    line, rina = await line_of(office), await office.browser("petugas")
    page = await rina.opens("/meja/saya")
    form = page.form(f"/meja/saya/jalur/{line.id}")
    assert "digest" not in [one.get("value") for one in form.xpath(".//input[@name='kinds']")]
    await rina.sends(page, f"/meja/saya/jalur/{line.id}", {"kinds": ["late", "mention", "digest"], "every": "60"})
    line = await OfficerLine.get()
    assert (line.kinds, line.every_minutes) == (["late", "mention"], 60)
    head = await office.browser("kepala-dinas")
    theirs = await line_of(office, "kepala-dinas")
    page = await head.opens("/meja/saya")
    await head.sends(page, f"/meja/saya/jalur/{theirs.id}", {"kinds": ["digest"]})
    assert (await OfficerLine.get(id=theirs.id)).kinds == ["digest"]


async def test_a_trial_is_laid_on_once_a_minute_and_a_line_let_go(office: Office) -> None:
    """And then nothing of it is left."""
    line, rina = await line_of(office), await office.browser("petugas")
    page = await rina.opens("/meja/saya")
    for _ in range(2):
        await rina.posts(f"/meja/saya/jalur/{line.id}/coba", {"csrf": csrf(page)})
    assert [one.kind for one in await OfficerSending.all()] == ["test"]
    page = await rina.posts(f"/meja/saya/jalur/{line.id}/lepas", {"csrf": csrf(page)})
    assert "Belum ada jalur" in page.part("jalur")
    assert not await OfficerLine.exists()
    assert not await OfficerSending.exists()


async def test_nobody_touches_anothers_line(office: Office) -> None:
    """Neither by its number nor by its browser's address."""
    line, agus = await line_of(office), await office.browser("kasi")
    page = await agus.opens("/meja/saya")
    token = {"csrf": csrf(page)}
    for path in ("", "/coba", "/lepas", "/kode"):
        answer = await agus.posts(f"/meja/saya/jalur/{line.id}{path}", token | {"every": "15", "code": line.code})
        assert answer.status == 404, path
    assert f"line-{line.id}" not in page.html
    rina = await office.browser("petugas")
    mine = {"csrf": csrf(await rina.opens("/meja/saya"))}
    await rina.posts("/meja/saya/peramban", mine | KEYS | {"endpoint": ENDPOINT})
    await agus.posts("/meja/saya/peramban", token | {"endpoint": ENDPOINT, "leave": "1"})
    assert await OfficerLine.filter(channel="push").count() == 1


async def test_a_browser_is_linked_and_belongs_to_whoever_linked_it_last(office: Office) -> None:
    """Twice is once; on a shared computer it is the other officer's from then on."""
    rina, agus = await office.browser("petugas"), await office.browser("kasi")
    for one in (rina, rina, agus):
        token = csrf(await one.opens("/meja/saya"))
        answer = await one.posts("/meja/saya/peramban", {"csrf": token, "endpoint": ENDPOINT, "label": "Chrome"} | KEYS)
        assert answer.status == 204
    line = await OfficerLine.get()
    assert (line.officer_id, line.label) == (office.by["kasi"].officer_id, "Chrome")
    assert {name: line.keys[name] for name in ("endpoint", *KEYS)} == {"endpoint": ENDPOINT} | KEYS


async def pushed_to(browser: Browser, endpoint: str = ENDPOINT) -> OfficerLine:
    """The line of a browser that was linked just now."""
    token = csrf(await browser.opens("/meja/saya"))
    await browser.posts("/meja/saya/peramban", {"csrf": token, "endpoint": endpoint} | KEYS)
    return (await OfficerLine.all().order_by("-id"))[0]


async def test_signing_out_ends_what_is_pushed_to_that_browser(office: Office) -> None:
    """To it alone: the officer's other browser and their chat stay."""
    chat, here, there = await line_of(office), await office.browser("petugas"), await office.browser("petugas")
    other = await pushed_to(there, f"{ENDPOINT}d")
    await pushed_to(here)
    await here.posts("/keluar", {"csrf": csrf(await here.opens("/meja/saya"))})
    assert {line.id for line in await OfficerLine.all()} == {chat.id, other.id}


@pytest.mark.parametrize(("login", "stays"), [("petugas", True), ("kasi", False)])
async def test_a_browser_whose_session_ran_out_goes_with_whoever_signs_in_next(
    office: Office, login: str, stays: bool
) -> None:
    """The same officer's line goes on, and ends when they sign out; another's ends at once."""
    browser = await office.browser("petugas")
    line = await pushed_to(browser)
    office.later(hours=9)
    page = await browser.opens("/meja/saya")
    assert page.path.startswith("/masuk")
    await browser.sends(page, "/masuk", {"login": login, "password": PASSWORD})
    assert await OfficerLine.filter(id=line.id).exists() is stays
    await browser.posts("/keluar", {"csrf": csrf(await browser.opens("/meja/saya"))})
    assert not await OfficerLine.exists()


@pytest.mark.parametrize(
    "endpoint", ["http://push.example.org/a", "https://u:p@push.example.org/a", "javascript:alert(1)", "https://", "x"]
)
async def test_an_address_that_no_browser_gives_is_refused(office: Office, endpoint: str) -> None:
    """Only https, without credentials in it."""
    rina = await office.browser("petugas")
    token = csrf(await rina.opens("/meja/saya"))
    assert (await rina.posts("/meja/saya/peramban", {"csrf": token, "endpoint": endpoint} | KEYS)).status == 422
    assert not await OfficerLine.exists()


async def test_a_notice_leads_to_its_disposition_after_signing_in(office: Office) -> None:
    """From a telephone that is not signed in: the sign-in page, then the disposition itself."""
    ticket = await office.up_to_study()
    notice = await Notice.filter(kind="disposition", role="kasi").get()
    phone = await office.browser()
    page = await phone.opens(f"/meja/kabar/{notice.id}")
    assert page.path.startswith("/masuk")
    page = await phone.sends(page, "/masuk", {"login": "kasi", "password": PASSWORD})
    path, _, mark = page.path.partition("#")
    assert path == f"/meja/{ticket.number}"
    (sheet,) = page.doc.xpath(f"//*[@id='{mark}']")
    assert "Kaji" in " ".join(sheet.itertext())


async def test_a_notice_of_somebody_else_leads_nowhere(office: Office) -> None:
    """Whoever tries numbers learns nothing."""
    await office.up_to_study()
    notice = await Notice.filter(kind="disposition", role="kasi").get()
    petugas = await office.browser("petugas")
    assert (await petugas.opens(f"/meja/kabar/{notice.id}")).status == 404
    assert (await petugas.opens("/meja/kabar/999999")).status == 404


def csrf(page: Page) -> str:
    """The page's token."""
    return str(page.doc.xpath("//input[@name='csrf']/@value")[0])
