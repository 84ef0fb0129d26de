"""Several tickets at once, reminders and saved views: by plain forms, each ticket for itself."""

from __future__ import annotations

from inbox.models import Label, Mention, Message, SavedView, Snooze, Ticket, TicketLabel
from inbox.saved_views import MOST
from tests.inbox.web.desk import Browser, Office, Page
from tests.inbox.web.test_list import rows

BULK = "/meja/serentak"


async def three(office: Office) -> list[str]:
    """Three complaints at the counter."""
    return [(await office.complaint(f"Aduan {n}", sender=f"w{n}@example.com")).number for n in "abc"]


async def does(browser: Browser, page: Page, what: str, numbers: list[str], **values: str) -> Page:
    """Tick these and send the command."""
    marks = [str(one) for one in page.doc.xpath("//input[@name='pilih']/@value")]
    ticked = [mark for mark in marks if mark.partition(":")[0] in numbers]
    return await browser.sends(page, BULK, {"pilih": ticked, "lakukan": what, **values})


async def test_each_ticket_is_done_for_itself_and_told(office: Office) -> None:
    """What somebody else changed since stays as it is, and the page says so by number; the others are done."""
    numbers = await three(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    await Ticket.filter(number=numbers[1]).update(version=9)
    kasi = office.by["kasi"]
    page = await does(browser, page, "serahkan", numbers, officer=str(kasi.officer_id))
    assert "2 aduan selesai dikerjakan." in page.text
    (left,) = page.doc.xpath("//div[@class='outcome']//li")
    assert numbers[1] in " ".join(left.itertext())
    assert page.doc.xpath("//input[@name='pilih' and @checked]/@value") == [f"{numbers[1]}:9"]
    owners = [ticket.officer_id for ticket in await Ticket.all().order_by("id")]
    assert owners == [kasi.officer_id, None, kasi.officer_id]


async def test_every_command_of_the_bar(office: Office) -> None:
    """Label, reminder, merging, closing with a reason that citizens hear, spam that they do not."""
    numbers = await three(office)
    label = await Label.create(office="blitar", name="Parkir", colour="", created_at=office.now)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    page = await does(browser, page, "label", numbers[:2], label=str(label.id))
    assert await TicketLabel.all().count() == 2
    assert page.text.count("Parkir") >= 2
    page = await does(browser, page, "tunda", numbers[2:], until="besok")
    assert rows(page) == numbers[:2]
    assert await Snooze.filter(ended_at=None).count() == 1
    page = await does(browser, page, "gabung", numbers[:2], into=numbers[0])
    assert (await Ticket.get(number=numbers[1])).merged_into == (await Ticket.get(number=numbers[0])).id
    assert rows(page) == numbers[:1]
    page = await browser.opens("/meja/?antrean=ditunda")
    assert "kembali Selasa 24/11 08.00" in page.text
    heard = await Message.filter(direction="out").count()
    page = await does(browser, page, "spam", numbers[2:])
    assert (await Ticket.get(number=numbers[2])).closing == "spam"
    assert await Message.filter(direction="out").count() == heard
    assert rows(await browser.opens("/meja/?antrean=spam")) == numbers[2:]
    page = await browser.opens("/meja/")
    page = await does(browser, page, "tutup", numbers[:1], reason="")
    assert "belum, karena:" in page.text
    page = await does(browser, page, "tutup", numbers[:1], reason="Bukan wewenang kami")
    assert rows(page) == []
    assert await Message.filter(direction="out", text__contains="Bukan wewenang kami").exists()


async def test_what_was_not_ticked_or_not_asked_is_an_error_with_words(office: Office) -> None:
    """A form without tickets, or without a command, does nothing and says what to do."""
    numbers = await three(office)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    answer = await browser.sends(page, BULK, {"lakukan": "spam", "pilih": "x"})
    assert (answer.status, "Centang dahulu" in answer.text) == (422, True)
    answer = await does(browser, page, "apa-saja", numbers)
    assert (answer.status, "Pilih dahulu" in answer.text) == (422, True)
    assert rows(await browser.opens(BULK + "?antrean=semua")) == numbers


async def test_who_has_no_right_is_told_so_for_each(office: Office) -> None:
    """A command that the page does not offer is refused by the record."""
    numbers = await three(office)
    await office.hires("tamu", "sekretaris")
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/?antrean=semua")
    page = await does(browser, page, "spam", numbers)
    left = page.doc.xpath("//div[@class='outcome']//li")
    assert all(number in " ".join(left[0].itertext()) for number in numbers)
    assert await Ticket.filter(closing="spam").count() == 0


async def test_a_reminder_from_the_ticket(office: Office) -> None:
    """It leaves my queues until then; the ticket says until when, and gives it back."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    page = await browser.sends(page, f"/meja/{ticket.number}/tunda", {"until": "", "day": "2026-11-01"})
    assert page.status == 422
    assert "Pilih hari sesudah hari ini." in page.part("snooze")
    page = await browser.sends(page, f"/meja/{ticket.number}/tunda", {"until": "besok"})
    assert "Diingatkan Selasa 24/11 08.00" in page.part("snooze")
    assert rows(await browser.opens("/meja/")) == []
    page = await browser.sends(page, f"/meja/{ticket.number}/bangun")
    assert rows(await browser.opens("/meja/")) == [ticket.number]


async def test_a_mention_is_gone_once_its_ticket_was_opened(office: Office) -> None:
    """Until then it stands in the queue of those that name me, with its count."""
    ticket = await office.complaint()
    kasi = office.by["kasi"]
    await office.house.acting.note(office.by["petugas"], ticket.number, "Tolong lihat, @kasi", now=office.now)
    assert await Mention.filter(officer_id=kasi.officer_id).count() == 1
    browser = await office.browser("kasi")
    assert rows(await browser.opens("/meja/?antrean=disebut")) == [ticket.number]
    await browser.opens(f"/meja/{ticket.number}", X_Wadul_Live="1", HX_Request="true")
    assert rows(await browser.opens("/meja/?antrean=disebut")) == [ticket.number]
    await browser.opens(f"/meja/{ticket.number}")
    assert rows(await browser.opens("/meja/?antrean=disebut")) == []


async def test_a_list_is_saved_named_and_removed(office: Office) -> None:
    """From the filters that are on; mine is mine, the office's is everybody's, and only who may changes that."""
    await office.complaint(place="Jl. Melati 12")
    browser, head = await office.browser("petugas"), await office.browser("kepala-dinas")
    page = await browser.opens("/meja/?antrean=semua&tempat=melati")
    page = await browser.sends(page, "/meja/tampilan", {"name": "Melati"})
    assert "Melati" in page.part("queues")
    assert len(rows(page)) == 1
    mine = await SavedView.get(name="Melati")
    assert "Melati" not in (await head.opens("/meja/")).part("queues")
    assert (await head.opens(f"/meja/?tampilan={mine.id}")).part("list-title") == "Peran saya"
    page = await head.opens("/meja/?antrean=semua&tempat=mawar")
    page = await head.sends(page, "/meja/tampilan", {"name": "Mawar", "shared": "1"})
    view = await SavedView.get(name="Mawar")
    page = await head.sends(page, f"/meja/tampilan/{view.id}/nama", {"name": "Jalan Mawar"})
    assert page.part("list-title") == "Jalan Mawar"
    seen = await browser.opens(f"/meja/{view.query}&tampilan={view.id}")
    assert "Jalan Mawar" in seen.part("queues")
    assert f"/meja/tampilan/{view.id}/hapus" not in {one.partition("?")[0] for one in seen.forms()}
    token = seen.value("/keluar", "csrf")
    refused = await browser.posts(f"/meja/tampilan/{view.id}/hapus", {"csrf": token})
    assert refused.status == 404
    told = {"csrf": token, "name": "Semua", "query": "?antrean=semua", "shared": "1"}
    assert (await browser.posts("/meja/tampilan", told)).status == 403
    page = await head.sends(page, f"/meja/tampilan/{view.id}/hapus")
    assert "Mawar" not in page.part("queues")


async def test_views_have_names_and_an_end(office: Office) -> None:
    """A name is needed, an address too, and nobody keeps more than fits beside a page."""
    browser = await office.browser("petugas")
    token = (await browser.opens("/meja/")).value("/keluar", "csrf")
    for told in ({"name": " ", "query": "?antrean=semua"}, {"name": "Kosong", "query": "//jahat.example"}):
        assert (await browser.posts("/meja/tampilan", {"csrf": token, **told})).status == 422
    for n in range(MOST):
        await browser.posts("/meja/tampilan", {"csrf": token, "name": f"Daftar {n}", "query": "?antrean=semua"})
    full = await browser.posts("/meja/tampilan", {"csrf": token, "name": "Lagi", "query": "?antrean=semua"})
    assert (full.status, "Sudah ada 20 tampilan" in full.text) == (422, True)
