"""An officer writes down a complaint for a citizen."""

from __future__ import annotations

from datetime import datetime

import pytest

from channels.base import Accepted
from inbox import counter
from inbox.refused import Refused
from inbox.worktime import Calendar
from tests.inbox.house import at
from tests.inbox.web.desk import Office
from tests.shipped import shipped

TYPED = {
    "text": "Pohon besar di Jl. Anggrek hampir tumbang.",
    "nama": "Mbah Karto",
    "kontak": "0812 3456 7890",
    "objek": "Pohon trembesi",
    "tempat": "Jl. Anggrek 3",
    "jenis": "pengaduan",
}


async def test_the_clerk_gets_what_was_typed(office: Office) -> None:
    """Words, fields, files and the officer's login go in through the counter's door; number and code are shown."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/baru")
    page = await browser.sends(page, "/meja/baru", TYPED, {"files": ("pohon.txt", b"foto")})
    assert "BLT-26-000001" in page.text
    assert "7F3K9Q" in page.text
    ((channel, inbound),) = office.handed
    assert channel == "blitar-loket"
    assert (inbound.text, inbound.sender_name, inbound.sent_at) == (TYPED["text"], "Mbah Karto", office.now)
    known = {name: value for name, value in TYPED.items() if name != "text"}
    assert inbound.fields == {**known, "petugas": "petugas"}
    assert [(file.name, file.content) for file in inbound.files] == [("pohon.txt", b"foto")]
    assert inbound.raw


async def test_a_letter_is_taken_down_as_a_letter(office: Office) -> None:
    """The page offers every door that officers write at; an address that is none of them is the counter's."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/baru")
    assert 'value="blitar-loket" checked' in page.html
    assert 'value="blitar-surat"' in page.html
    assert "blitar-telegram" not in page.html
    for door in ("blitar-surat", "blitar-telegram"):
        await browser.sends(page, "/meja/baru", TYPED | {"pintu": door})
    assert [channel for channel, _ in office.handed] == ["blitar-surat", "blitar-loket"]


LETTER = {
    "letter.letter_number": "005/RW05/2026",
    "letter.kept_at": "Lemari 2, map 1",
    "phone.called_at": "besok",
}


async def test_a_letter_keeps_where_its_paper_lies(office: Office) -> None:
    """Each door asks its own; what was typed for a door that was not chosen is not looked at."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/baru")
    assert "Letak surat aslinya" in page.text
    await browser.sends(page, "/meja/baru", TYPED | LETTER | {"pintu": "blitar-surat"})
    await browser.sends(page, "/meja/baru", TYPED | LETTER | {"pintu": "blitar-loket"})
    letter, visit = [inbound.fields for _, inbound in office.handed]
    assert letter["catatan.letter_number"] == "005/RW05/2026"
    assert letter["catatan.kept_at"] == "Lemari 2, map 1"
    assert not [name for name in visit if name.startswith("catatan.")]


async def test_what_a_door_asks_is_checked_and_nothing_typed_is_lost(office: Office) -> None:
    """Too long a place of the paper: the field says so, and everything else stands there still."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/baru")
    typed = TYPED | LETTER | {"pintu": "blitar-surat", "letter.kept_at": "x" * 201}
    page = await browser.sends(page, "/meja/baru", typed)
    assert page.status == 422
    assert "Letak surat aslinya" in page.text
    assert "200" in page.text
    assert page.value("/meja/baru", "letter.letter_number") == "005/RW05/2026"
    assert office.handed == []


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://www.lapor.go.id/laporan/123", ""),
        ("javascript:alert(1)", "link-unreadable"),
        ("lapor 123", "link-unreadable"),
    ],
)
def test_a_link_is_one_that_a_browser_opens(link: str, code: str, now: datetime) -> None:
    """Of another place its address is kept, if it is one."""
    offices = shipped()
    calendar = Calendar(offices.office("denpasar"), offices.worktime)
    given = {"service.link": link, "service.tracking": "7654321"}
    if not code:
        facts = counter.facts("service", given, now, calendar)
        assert facts == {"catatan.link": link, "catatan.tracking": "7654321"}
        return
    with pytest.raises(Refused) as refused:
        counter.facts("service", given, now, calendar)
    assert (refused.value.code, refused.value.field) == (code, "service.link")


async def test_sending_twice_is_one_complaint(office: Office) -> None:
    """The same form has one name, so that the clerk absorbs the second; a new form has another."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    for page in (form, form, await browser.opens("/meja/baru")):
        await browser.sends(page, "/meja/baru", TYPED)
    first, again, other = [inbound for _, inbound in office.handed]
    assert first.external_id == again.external_id != other.external_id
    assert first.sender == again.sender != other.sender
    assert first.sender.startswith("w")


async def test_without_words_nothing_is_registered(office: Office) -> None:
    """The complaint itself is needed; everything else that was typed stays, and so does the form's name."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    page = await browser.sends(form, "/meja/baru", {**TYPED, "text": "  "})
    assert page.status == 422
    assert office.handed == []
    assert page.value("/meja/baru", "nama") == "Mbah Karto"
    assert page.value("/meja/baru", "nonce") == form.value("/meja/baru", "nonce")


async def test_an_officer_cannot_sign_with_another_name(office: Office) -> None:
    """Who registered it is the officer of the session, whatever the form says."""
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/baru")
    await browser.sends(page, "/meja/baru", {**TYPED, "petugas": "kepala-dinas"})
    assert office.handed[0][1].fields["petugas"] == "petugas"


async def test_what_the_clerk_could_not_take_is_kept(office: Office) -> None:
    """Where nothing was opened, the words are still there and the page says what to do."""
    office.accepted = Accepted(aside=True)
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", TYPED)
    assert "Belum menjadi aduan" in page.text
    assert TYPED["text"] in page.text
    assert page.doc.xpath("//a[@href='/meja/gangguan']")


async def test_only_who_may_register(office: Office) -> None:
    """A role without the right has neither the link nor the form."""
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/")
    assert "/meja/baru" not in page.html
    assert (await browser.opens("/meja/baru")).status == 403
    token = page.value("/keluar", "csrf")
    assert (await browser.posts("/meja/baru", {"csrf": token, **TYPED})).status == 403
    assert office.handed == []


async def test_a_contact_that_cannot_be_read_is_said_beside_its_field(office: Office) -> None:
    """It is refused once with all that was typed and what a good one looks like; emptied, or meant, it is taken."""
    browser = await office.browser("petugas")
    page = await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", {**TYPED, "kontak": "budi@gmail"})
    assert page.status == 422
    assert office.handed == []
    (beside,) = page.doc.xpath(
        "//div[label='E-mail atau nomor telepon' or contains(label, 'E-mail')]//p[@role='alert']"
    )
    assert "0812 3456 7890" in beside.text_content()
    assert (page.value("/meja/baru", "text"), page.value("/meja/baru", "kontak")) == (TYPED["text"], "budi@gmail")
    again = await browser.sends(page, "/meja/baru", {"kontak": "siti@"})
    assert again.status == 422
    await browser.sends(again, "/meja/baru")
    await browser.sends(page, "/meja/baru", {"kontak": ""})
    assert [inbound.fields.get("kontak", "") for _, inbound in office.handed] == ["siti@", ""]


async def test_the_door_of_last_time_stands_ready(office: Office) -> None:
    """Whoever takes down one letter after another does not choose each time; a link may name another door."""
    browser = await office.browser("petugas")
    await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", TYPED | {"pintu": "blitar-surat"})
    assert 'value="blitar-surat" checked' in (await browser.opens("/meja/baru")).html
    assert 'value="blitar-loket" checked' in (await browser.opens("/meja/baru?pintu=blitar-loket")).html


async def test_saved_and_ready_for_the_next(office: Office) -> None:
    """The next form is empty, of the same door, with a name of its own; number, code and receipt stand above it."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    page = await browser.sends(form, "/meja/baru", TYPED | {"pintu": "blitar-surat", "lagi": "1"})
    assert "Tercatat: BLT-26-000001" in page.text
    assert "7F3K9Q" in page.text
    assert "7 tujuh" in page.text
    assert page.doc.xpath("//a[@data-print and @href='/meja/BLT-26-000001/tanda-terima']")
    assert page.value("/meja/baru", "text") == ""
    assert page.value("/meja/baru", "nonce") != form.value("/meja/baru", "nonce")
    assert 'value="blitar-surat" checked' in page.html


async def test_the_doors_own_fields_are_asked_in_english_too(office: Office) -> None:
    """Label and hint alike."""
    browser = await office.browser("petugas")
    await browser.sends(await browser.opens("/meja/saya"), "/meja/saya", {"language": "en"})
    page = await browser.opens("/meja/baru")
    assert "Where the paper lies" in page.text
    assert "The limits of procedure and law count from then" in page.text
    assert "Diterima pada" not in page.text


async def test_a_letter_came_when_it_came(office: Office) -> None:
    """What lay on a desk since Friday is dated Friday; a time to come is refused beside its field."""
    browser = await office.browser("petugas")
    form = await browser.opens("/meja/baru")
    assert form.value("/meja/baru", "letter.received_at") == "2026-11-23T09:15"
    letter = TYPED | {"pintu": "blitar-surat"}
    await browser.sends(form, "/meja/baru", letter | {"letter.received_at": "2026-11-20T14:00"})
    ((_, inbound),) = office.handed
    assert inbound.sent_at == at("2026-11-20 14:00")
    page = await browser.sends(form, "/meja/baru", letter | {"letter.received_at": "2026-12-20T14:00"})
    assert page.status == 422
    assert "Diterima pada" in page.text
    assert len(office.handed) == 1


async def test_a_scan_that_is_too_large_is_named(office: Office) -> None:
    """Nothing is taken without it in silence; what was typed stays."""
    browser = await office.browser("petugas")
    files = {"files": ("pindaian.pdf", b"0" * (25 * 2**20 + 1))}
    page = await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", TYPED, files)
    assert page.status == 422
    assert "pindaian.pdf lebih besar dari 25 MB" in page.text
    assert page.value("/meja/baru", "text") == TYPED["text"]
    assert office.handed == []


async def test_what_is_known_is_shown_while_it_is_typed(office: Office) -> None:
    """Whose number it is by its first digits, what looks like it, and what kind it calls itself; nothing is joined."""
    await office.complaint("Pohon tumbang di Jalan Anggrek", kind="pengaduan", place="Jalan Anggrek")
    ticket = await office.complaint("Ruko liar", sender="karto@example.com", name="Mbah Karto")
    await office.said(ticket, "Tolong.", values={"contact": "0812-3456-7890"})
    browser = await office.browser("petugas")
    token = (await browser.opens("/meja/baru")).value("/meja/baru", "csrf")
    typed = {"csrf": token, "kontak": "0812 3456", "text": "Saran: pohon tumbang di Jalan Anggrek ditebang saja"}
    page = await browser.posts("/meja/baru/kenal", typed)
    assert "Mbah Karto" in page.text
    assert ticket.number in page.text
    assert "BLT-26-000001" in page.text
    assert page.doc.xpath("//*[@data-guess='aspirasi']")
    assert "Mbah Karto" not in (await browser.posts("/meja/baru/kenal", {"csrf": token, "kontak": "0812"})).text


async def test_nobody_is_told_of_whom_they_may_not_know(office: Office) -> None:
    """Who may not register is told nothing."""
    ticket = await office.complaint("Ruko liar", name="Mbah Karto")
    await office.said(ticket, "Tolong.", values={"contact": "0812-3456-7890"})
    for login, status in (("sekretaris", 403), ("petugas", 200)):
        browser = await office.browser(login)
        token = (await browser.opens("/meja/")).value("/keluar", "csrf")
        page = await browser.posts("/meja/baru/kenal", {"csrf": token, "kontak": "0812 3456 7890"})
        assert page.status == status
        assert ("Mbah Karto" in page.text) is (status == 200)


@pytest.mark.parametrize("paper", ["80", "a5"])
async def test_a_receipt_for_the_hand(office: Office, paper: str) -> None:
    """Number, code, a picture that leads to the status page without giving the code away, and both spelled."""
    office.public_url = "https://wadul.example"
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}/tanda-terima?kertas={paper}")
    assert f'class="paper-{paper}"' in page.html
    assert ticket.number in page.text
    assert ticket.code in page.text
    assert "B Bravo" in page.text
    code = await browser.opens(f"/meja/{ticket.number}/tanda-terima/qr.svg")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert code.body.startswith(b"<svg")
    again = await browser.opens(f"/meja/{ticket.number}/tanda-terima")
    assert f'class="paper-{paper}"' in again.html
    assert (await (await office.browser("sekretaris")).opens(f"/meja/{ticket.number}/tanda-terima")).status == 403


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("text", "", "Isi aduan"),
        ("text", "\u200b \u00a0", "Isi aduan"),
        ("text", 10_001, "10000"),
        ("kontak", "siti at gmail", "Kontak ini tidak terbaca"),
        ("kontak", "telepon rumah", "Kontak ini tidak terbaca"),
        ("letter.letter_number", 121, "120"),
        ("letter.letter_date", 41, "40"),
        ("letter.institution", 201, "200"),
        ("letter.agenda", 61, "60"),
        ("letter.received_at", "kemarin", "Diterima pada"),
        ("letter.received_at", "2026-13-45T99:99", "Diterima pada"),
        ("letter.received_at", "9999-12-31T23:59", "Diterima pada"),
        ("letter.received_at", "2025-11-20T09:00", "Periksa tahunnya"),
        ("letter.unknown", "1", "letter.unknown"),
    ],
)
async def test_each_field_says_what_is_wrong_with_it(office: Office, field: str, typed: str | int, said: str) -> None:
    """Nothing is taken down, and all the rest that was typed stands there still. A number: so many letters."""
    browser = await office.browser("petugas")
    letter = TYPED | LETTER | {"pintu": "blitar-surat", field: "x" * typed if isinstance(typed, int) else typed}
    page = await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", letter)
    assert page.status == 422
    (alert, *_) = page.doc.xpath("//*[@role='alert'][normalize-space()][not(@hidden)]")
    assert alert is not None
    assert said in page.text
    assert page.value("/meja/baru", "objek") == TYPED["objek"]
    assert 'value="blitar-surat" checked' in page.html
    assert office.handed == []


async def test_a_letter_is_found_by_whoever_sent_it(office: Office) -> None:
    """The sender's own office and number stand in the record as they were typed."""
    browser = await office.browser("petugas")
    letter = TYPED | LETTER | {"pintu": "blitar-surat", "letter.institution": "Paguyuban Pasar Legi"}
    await browser.sends(await browser.opens("/meja/baru"), "/meja/baru", letter)
    assert office.handed[0][1].fields["catatan.institution"] == "Paguyuban Pasar Legi"


async def test_the_case_leads_to_its_receipt(office: Office) -> None:
    """Whoever calls again hears number and code spelled; who may not register has no way there."""
    ticket = await office.complaint()
    for login, led in (("petugas", True), ("sekretaris", False)):
        page = await (await office.browser(login)).opens(f"/meja/{ticket.number}")
        assert bool(page.doc.xpath(f"//a[@href='/meja/{ticket.number}/tanda-terima']")) is led
