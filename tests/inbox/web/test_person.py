"""The person behind a ticket, as an officer joins and separates them on its page."""

from __future__ import annotations

from inbox.models import Ticket
from tests.inbox.web.desk import Office


async def test_a_hint_is_chosen_a_reason_given_and_it_can_be_taken_back(office: Office) -> None:
    """What looks alike is offered as weak; joined, each page names the other's ticket; undone, it is a hint again."""
    first = await office.complaint(place="Jl. Melati 3")
    second = await office.complaint("Masih soal ruko", sender="siti2@example.com", place="Jl. Melati 3")
    browser = await office.browser("kasi")
    page = await browser.opens(f"/meja/{first.number}")
    assert "Hanya petunjuk lemah" in page.part("person")
    assert "nama dan tempat sama" in page.part("person")
    action = f"/meja/{first.number}/gabung"
    refused = await browser.sends(page, action, {"with": second.number, "reason": " "})
    assert refused.status == 422
    assert "Alasan belum diisi" in refused.part("person")
    page = await browser.sends(refused, action, {"reason": "Ibu Siti menelepon"})
    assert "Keduanya kini satu orang." in page.text
    assert "Ibu Siti menelepon" in page.part("person")
    assert "Pengadu disatukan dengan pengadu aduan " + second.number in page.part("journal")
    page = await browser.opens(f"/meja/{second.number}")
    assert first.number in page.part("person")
    assert "siti@example.com" in page.part("person")
    (back,) = [form for form in page.forms() if "/pisah/" in form]
    page = await browser.sends(page, back)
    assert "Keduanya kini dua orang lagi." in page.text
    assert "Belum ada aduan lain dari orang ini." in page.part("person")


async def test_a_number_can_be_written_and_a_wrong_one_is_said_beside_it(office: Office) -> None:
    """Without a hint the officer writes the number; what is no number of the office keeps what was typed."""
    first = await office.complaint()
    second = await office.complaint("Lain", sender="budi@example.com", name="Budi")
    browser = await office.browser("kasi")
    page = await browser.opens(f"/meja/{first.number}")
    action = f"/meja/{first.number}/gabung"
    page = await browser.sends(page, action, {"number": "BLT-26-999999", "reason": "Sama"})
    assert "Tidak ada aduan BLT-26-999999" in page.part("person")
    assert (page.value(action, "number"), page.value(action, "reason")) == ("BLT-26-999999", "Sama")
    page = await browser.sends(page, action, {"number": second.number.lower()})
    assert second.number in page.part("person")
    assert (await Ticket.get(id=first.id)).citizen_id == (await Ticket.get(id=second.id)).citizen_id


async def test_who_may_not_join_sees_only_who_it_is(office: Office) -> None:
    """Without the right there are addresses and no form, and a form sent all the same does nothing."""
    first = await office.complaint()
    second = await office.complaint("Lain", sender="budi@example.com")
    browser = await office.browser("sekretaris")
    page = await browser.opens(f"/meja/{first.number}")
    assert "siti@example.com" in page.part("person")
    assert not [form for form in page.forms() if "/gabung" in form]
    values = {"csrf": page.value("/keluar", "csrf"), "version": "1", "number": second.number, "reason": "x"}
    assert (await browser.posts(f"/meja/{first.number}/gabung", values)).status == 403
    assert (await Ticket.get(id=first.id)).citizen_id != (await Ticket.get(id=second.id)).citizen_id


async def test_a_sender_who_is_not_proven_is_marked(office: Office) -> None:
    """A plain mark on the message, with what the server found; one that is proven or was not looked at has none."""
    ticket = await office.complaint()
    page = await (browser := await office.browser("petugas")).opens(f"/meja/{ticket.number}")
    assert "pengirim tidak terbukti" not in page.text
    proof = {"spf": "fail", "dkim": "none", "dmarc": "fail", "aligned": False, "verdict": "fail"}
    await office.said(ticket, "Ini palsu", proof=proof)
    await office.said(ticket, "Ini asli", proof=proof | {"verdict": "pass"})
    page = await browser.opens(f"/meja/{ticket.number}")
    assert page.text.count("pengirim tidak terbukti") == 1
    assert "SPF fail, DKIM none, DMARC fail" in page.html
