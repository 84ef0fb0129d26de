"""An officer writes down a complaint for a citizen."""

from __future__ import annotations

from datetime import datetime

import pytest

from channels.base import Accepted
from inbox import counter
from inbox.refused import Refused
from inbox.worktime import Calendar
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
