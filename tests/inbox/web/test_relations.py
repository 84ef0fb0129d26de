"""Whole tickets from their page: merged and apart, split, related, labelled, spam, and what looks alike."""

from __future__ import annotations

import pytest

from inbox.models import Label, Ticket
from tests.inbox.web.desk import Browser, Office, Page

RUKO = "Ruko tiga lantai tanpa izin di jalan Merdeka"


async def neighbours(office: Office) -> tuple[Ticket, Ticket]:
    """Two people write about one building."""
    first = await office.complaint(RUKO, sender="siti@example.com")
    office.later(minutes=20)
    text = "Jl Merdeka ada ruko tiga lantai tidak berizin"
    return first, await office.complaint(text, sender="budi@example.com", name="Budi Santoso")


async def sent(browser: Browser, page: Page, path: str, **values: str) -> Page:
    return await browser.sends(page, path, values)


async def test_what_looks_alike_is_merged_by_one_button_and_comes_apart_by_another(office: Office) -> None:
    """The newer goes on as part of the older, whose page has both conversations; taken apart, both stand alone."""
    first, second = await neighbours(office)
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{second.number}")
    assert "Mungkin aduan yang sama" in page.part("likely")
    assert first.number in page.part("likely")
    assert "kata-kata sama" in page.part("likely")
    page = await sent(browser, page, f"/meja/{second.number}/gabungkan")
    assert page.path.startswith(f"/meja/{first.number}?")
    assert "Digabungkan." in page.part("said")
    assert "1 pengadu lain melaporkan hal yang sama" in page.part("reporters")
    assert "Budi Santoso" in page.part(f"reporter-{second.id}")
    assert "Jl Merdeka ada ruko" in page.part(f"reporter-{second.id}")
    assert not page.has("likely")
    page = await browser.opens(f"/meja/{second.number}")
    assert f"Berjalan bersama {first.number}" in page.part("step")
    assert not [form for form in page.forms() if "/tindakan/" in form]
    page = await sent(browser, page, f"/meja/{second.number}/lepas-gabungan")
    assert "Dipisahkan lagi" in page.part("said")
    assert "Giliran Anda" in page.part("step")


async def test_a_sheet_that_a_merging_set_aside_does_not_read_as_done(office: Office) -> None:
    """Its addressees reported nothing: it says where the case went on, until it is taken apart."""
    study = await office.up_to_study()
    other = await office.complaint("Ruko yang sama", sender="budi@example.com", name="Budi")
    browser, path = await office.browser("kasi"), f"/meja/{study.number}"
    page = await browser.opens(path)
    page = await sent(browser, page, f"{path}/gabungkan", into=other.number)
    page = await browser.opens(path)
    assert page.part("sheets").count(f"digabung ke {other.number}") == 2
    assert "selesai" not in page.part("sheets")
    page = await sent(browser, page, f"{path}/lepas-gabungan")
    assert "digabung" not in page.part("sheets")
    assert "Laporkan selesai" in page.part("sheets")


async def test_an_answer_reaches_every_reporter_under_their_own_number(office: Office) -> None:
    """From the leading ticket's page, as any other reply."""
    first, second = await neighbours(office)
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{second.number}")
    page = await sent(browser, page, f"/meja/{second.number}/gabungkan")
    await sent(browser, page, f"/meja/{first.number}/balas", text="Petugas ke lokasi besok.")
    for ticket in (first, second):
        last = (await office.house.heard(ticket.number))[-1][1]
        assert "Petugas ke lokasi besok." in last
        assert ticket.number in last


async def test_not_the_same_is_remembered(office: Office) -> None:
    """Said once on one of the two pages, neither suggests the other again."""
    first, second = await neighbours(office)
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{first.number}")
    page = await sent(browser, page, f"/meja/{first.number}/bukan-sama")
    assert "bukan aduan yang sama" in page.part("said")
    assert not page.has("likely")
    assert not (await browser.opens(f"/meja/{second.number}")).has("likely")


async def test_a_wrong_number_is_said_beside_its_field(office: Office) -> None:
    """What was typed stays, and the sentence says what to do."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await sent(browser, page, f"/meja/{ticket.number}/gabungkan", into="BLT-26-999999", reason="Sama")
    assert page.status == 422
    assert "Tidak ada aduan BLT-26-999999" in page.part("merge")
    page = await sent(browser, page, f"/meja/{ticket.number}/kaitkan", other=ticket.number)
    assert "bukan nomor aduan ini" in page.part("relations")


async def test_a_message_is_split_off_and_the_tickets_name_each_other(office: Office) -> None:
    """The new ticket opens; the citizen's other words stay where they were."""
    ticket = await office.complaint()
    message = await office.said(ticket, "Selain itu lampu jalan di depan pasar mati")
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await sent(browser, page, f"/meja/{ticket.number}/pecah", message=str(message.id))
    assert not page.path.startswith(f"/meja/{ticket.number}")
    assert "aduan tersendiri" in page.part("said")
    assert "lampu jalan" in page.part("messages")
    assert f"{ticket.number} asal aduan ini" in page.part("relations")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert "lampu jalan" not in page.part("messages")
    assert "dipecah dari aduan ini" in page.part("relations")


async def test_related_tickets_are_listed_and_removed(office: Office) -> None:
    """On both pages."""
    first, second = await office.complaint(), await office.complaint("Lain sama sekali", sender="b@example.com")
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{first.number}")
    page = await sent(browser, page, f"/meja/{first.number}/kaitkan", other=second.number.lower())
    assert second.number in page.part("relations")
    page = await browser.opens(f"/meja/{second.number}")
    (remove,) = [form for form in page.forms() if "/lepas-kaitan/" in form]
    page = await sent(browser, page, remove.partition("?")[0])
    assert "Kaitan dilepas." in page.part("said")
    assert first.number not in page.part("relations")


async def test_labels_are_made_put_on_taken_off_and_retired(office: Office) -> None:
    """The office's own page makes them; the ticket's page wears them."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/label")
    assert "Belum ada label" in page.text
    page = await sent(browser, page, "/meja/label", label="Mendesak", colour="red")
    assert "Mendesak" in page.part("labels")
    again = await sent(browser, page, "/meja/label", label="mendesak")
    assert again.status == 422
    assert 'Label "mendesak" sudah ada' in again.text
    label = await Label.get()
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await sent(browser, page, f"/meja/{ticket.number}/label", label=str(label.id))
    assert "Mendesak" in page.part("labels")
    page = await sent(browser, page, f"/meja/{ticket.number}/lepas-label/{label.id}")
    assert "Belum ada label" in page.part("labels")
    page = await browser.opens("/meja/label")
    page = await sent(browser, page, f"/meja/label/{label.id}/pensiun")
    assert "Belum ada label" in page.text


async def test_spam_is_marked_and_cleared(office: Office) -> None:
    """The page says that nobody was told, and offers the way back."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    before = await office.house.heard(ticket.number)
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await sent(browser, page, f"/meja/{ticket.number}/spam")
    assert "Pengirimnya tidak diberi tahu" in page.part("is-spam")
    page = await sent(browser, page, f"/meja/{ticket.number}/bukan-spam")
    assert not page.has("is-spam")
    assert "Giliran Anda" in page.part("step")
    assert await office.house.heard(ticket.number) == before


@pytest.mark.parametrize("path", ["gabungkan", "spam", "pecah", "lepas-gabungan", "bukan-spam"])
async def test_without_the_right_nothing_is_offered_or_done(office: Office, path: str) -> None:
    """A form that was sent all the same is refused, and the ticket is as it was."""
    first, second = await neighbours(office)
    browser = await office.browser("sekretaris")
    page = await browser.opens(f"/meja/{first.number}")
    assert not [form for form in page.forms() if form.partition("?")[0].endswith(f"/{path}")]
    values = {"csrf": page.value("/keluar", "csrf"), "version": "1", "into": second.number, "message": "1"}
    assert (await browser.posts(f"/meja/{first.number}/{path}", values)).status in {403, 422}
    ticket = await Ticket.get(id=first.id)
    assert (ticket.merged_into, ticket.status) == (None, "open")
