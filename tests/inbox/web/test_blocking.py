"""The block list and the withheld messages as an officer meets them."""

from __future__ import annotations

from inbox.models import Block, Message, Withheld
from tests.inbox.web.desk import Office


async def test_the_sender_of_a_complaint_is_blocked_from_its_page(office: Office) -> None:
    """From the ticket to the form with its sender in it; then the list says who, why, how long and by whom."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert f"/meja/blokir?aduan={ticket.number}" in page.html
    page = await browser.opens(f"/meja/blokir?aduan={ticket.number}")
    assert "siti@example.com" in page.part("block")
    refused = await browser.sends(page, "/meja/blokir", {"reason": " "})
    assert refused.status == 422
    assert "siti@example.com" in refused.part("block")
    page = await browser.sends(refused, "/meja/blokir", {"reason": "Iklan <b>tiap</b> jam", "days": "30"})
    for part in ("siti@example.com", "Iklan <b>tiap</b> jam", "Rina Wulandari", "23 Desember 2026"):
        assert part in page.part("blocks")
    row = await Block.get()
    page = await browser.sends(page, f"/meja/blokir/{row.id}/akhiri", {})
    assert "siti@example.com" not in page.part("blocks")
    assert "diakhiri Rina Wulandari" in page.part("over")


async def test_withheld_messages_lie_by_sender(office: Office) -> None:
    """Each with its words and files; one is taken in by the clerk, in the officer's name, the rest put away at once."""
    ticket = await office.complaint()
    first = await office.said(ticket, "Beli sekarang", ticket_id=None)
    rows = [first, await office.said(ticket, "Beli <i>lagi</i>", ticket_id=None, subject="Promo")]
    await office.attached(ticket, "a.png", "image/png", b"\x89PNG")
    talk = await Message.get(id=first.id).select_related("conversation")
    known = {"office": "blitar", "address_id": talk.conversation.address_id, "reason": "blocked"}  # type: ignore[union-attr]
    held = [await Withheld.create(message_id=one.id, created_at=office.now, **known) for one in rows]
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/tertahan")
    for part in ("siti@example.com", "2 pesan", "Beli <i>lagi</i>", "pengirim diblokir"):
        assert part in page.text
    page = await browser.sends(page, f"/meja/tertahan/{held[0].id}", {"do": "take"})
    assert office.replayed == [(held[0].id, office.by["petugas"].officer_id)]
    assert "Pesan sudah diolah kembali." in page.text
    assert "pengirim" not in (await browser.opens("/meja/gangguan")).part("asides").partition("diblokir")[2]
    await Withheld.all().update(reason="many")
    trouble = await browser.opens("/meja/gangguan")
    assert "Pesan tertahan 1 pengirim" in trouble.part("asides")
    assert "Gangguan 1" in trouble.part("rail")
    page = await browser.opens("/meja/tertahan")
    page = await browser.sends(page, f"/meja/tertahan/{held[1].id}", {"do": "drop-all"})
    assert "Tidak ada pesan yang tertahan." in page.text
    assert {row.resolution for row in await Withheld.all()} == {"dropped"}
    assert await Message.filter(id__in=[one.id for one in rows]).count() == 2
