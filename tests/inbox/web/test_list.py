"""The list: whose turn, what is late, what was searched for, and what an empty queue teaches."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.models import Address, Notice, Ticket
from inbox.web.filtering import QUEUES
from tests.inbox.web.desk import Office, Page


def rows(page: Page) -> list[str]:
    """The numbers in the list, in order."""
    return [
        str(link).partition("?")[0].rpartition("/")[2] for link in page.doc.xpath("//a[contains(@class, 'row')]/@href")
    ]


def row(page: Page, number: str) -> str:
    """What one line of the list says."""
    (line,) = [one for one in page.doc.xpath("//a[contains(@class, 'row')]") if number in one.get("href")]
    return " ".join(" ".join(line.itertext()).split())


def counts(page: Page) -> dict[str, str]:
    """The queues of the rail with their counts."""
    items = page.doc.xpath("//*[@id='rail']//a[contains(@href, 'antrean=')]")
    return {
        item.get("href").partition("=")[2]: "".join(item.xpath(".//*[contains(@class,'count')]/text()")).strip()
        for item in items
    }


async def test_late_first_then_nearest_due(office: Office) -> None:
    """What is late stands at the top under its own heading, in words, and says by how much."""
    first = await office.complaint("Pertama")
    office.later(minutes=20)
    second = await office.complaint("Kedua", sender="budi@example.com")
    office.later(minutes=4)
    page = await (await office.browser("petugas")).opens("/meja/")
    assert rows(page) == [first.number, second.number]
    assert "terlambat 9 menit" in row(page, first.number)
    assert "sisa 11 menit" in row(page, second.number)
    headings = [" ".join(one.itertext()).strip() for one in page.doc.xpath("//li[contains(@class, 'group')]")]
    assert headings == ["Terlambat", "Masih ada waktu"]


async def test_time_is_counted_in_working_time(office: Office) -> None:
    """Over a night nothing gets later than the working minutes that passed."""
    ticket = await office.complaint()
    office.later(hours=23)
    page = await (await office.browser("petugas")).opens("/meja/")
    assert "terlambat 5 jam 45 menit" in row(page, ticket.number)


async def test_a_line_says_what_an_officer_needs(office: Office) -> None:
    """Who, what, which door, which step, whose it is, and whether somebody has looked."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    line = row(await browser.opens("/meja/"), ticket.number)
    for part in ("Baru:", "Siti Aminah", "Ada ruko tanpa izin", "E-mail pengaduan", ticket.number, "Menerima aduan"):
        assert part in line
    await browser.opens(f"/meja/{ticket.number}")
    kasi = office.by["kasi"]
    version = await office.house.version(ticket.number)
    await office.house.acting.assign(kasi, ticket.number, kasi.officer_id, version=version, now=office.now)
    line = row(await browser.opens("/meja/"), ticket.number)
    assert "Baru:" not in line
    assert "Agus Prasetyo" in line


async def test_somebody_elses_look_leaves_it_unread(office: Office) -> None:
    """A superior who looks in takes nothing off the counter's list."""
    ticket = await office.complaint()
    await (await office.browser("sekretaris")).opens(f"/meja/{ticket.number}")
    assert (await Ticket.get(id=ticket.id)).unread


async def test_each_queue_holds_its_own(office: Office) -> None:
    """A ticket is found in the queue of whoever has to do with it, and in no other."""
    mine, waiting, answered = [await office.complaint(name, sender=f"{name}@example.com") for name in "abc"]
    by, acting = office.by["petugas"], office.house.acting
    version = await office.house.version(mine.number)
    await acting.assign(by, mine.number, by.officer_id, version=version, now=office.now)
    version = await office.house.version(waiting.number)
    await acting.reply(by, waiting.number, "Foto?", version=version, now=office.now, wait="Foto")
    await office.act("petugas", answered.number, "jawab-langsung", {"jawaban.text": "Sudah."})
    browser = await office.browser("petugas")
    found = {queue: rows(await browser.opens(f"/meja/?antrean={queue}")) for queue in QUEUES}
    assert found == {
        "peran": [mine.number, waiting.number],
        "milik": [mine.number],
        "semua": [mine.number, waiting.number],
        "terlambat": [],
        "hari-ini": [mine.number],
        "tanpa-petugas": [waiting.number],
        "menunggu": [waiting.number],
        "disebut": [],
        "ditunda": [],
        "dijawab": [answered.number],
        "selesai": [],
        "spam": [],
    }
    page = await browser.opens("/meja/?antrean=menunggu")
    assert "jam berhenti" in row(page, waiting.number)
    assert {queue: counts(page)[queue] for queue in ("peran", "milik", "semua", "terlambat")} == {
        "peran": "2",
        "milik": "1",
        "semua": "2",
        "terlambat": "0",
    }
    head = await (await office.browser("kepala-dinas")).opens("/meja/")
    assert rows(head) == []


@pytest.mark.parametrize(
    "words", ["{number}", "ruko merdeka", "siti", "503/221", "LPR-77", "Gudang Jaya", "jl. melati", "RUKO"]
)
async def test_search_finds_a_ticket_by_what_is_known_of_it(office: Office, words: str) -> None:
    """Number, words, name, permit number, LAPOR! id, object and place all lead to it, whatever its state."""
    ticket = await office.complaint(object="Gudang Jaya", place="Jl. Melati 12")
    await office.complaint("Lampu jalan mati", sender="budi@example.com", name="Budi")
    by, known = office.by["petugas"], {"permit_number": "503/221", "lapor_id": "LPR-77"}
    version = await office.house.version(ticket.number)
    await office.house.acting.fields(by, ticket.number, known, version=version, now=office.now)
    await office.act("petugas", ticket.number, "jawab-langsung", {"jawaban.text": "Sudah."})
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    page = await browser.opens("/meja/?q=" + words.format(number=ticket.number.lower()).replace(" ", "+"))
    assert rows(page) == [ticket.number]
    assert "Hasil pencarian" in page.text


async def test_a_caller_without_a_name_is_told_by_their_number(office: Office) -> None:
    """In the list and at the head of the ticket, as people write numbers; a name goes before it."""
    ticket = await office.complaint(sender="+6281234567890", name="")
    await Address.filter(value="+6281234567890").update(scheme="phone")
    await office.complaint("Lampu jalan mati", sender="budi@example.com", name="Budi")
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/?antrean=semua")
    assert "0812-3456-7890" in row(page, ticket.number)
    assert "Budi" in page.text
    assert "budi@example.com" not in page.text
    page = await browser.opens(f"/meja/{ticket.number}")
    assert f"0812-3456-7890 {ticket.number}" in page.text


async def test_filters_narrow_a_queue_and_stay(office: Office) -> None:
    """A door and a state narrow the list; what was chosen stays chosen and goes along to the ticket."""
    mail = await office.complaint()
    form = await office.complaint("Dari formulir", channel="web", sender="w0123456789")
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/?antrean=semua&pintu=blitar-web")
    assert rows(page) == [form.number]
    assert page.value("/meja/", "pintu") == "blitar-web"
    page = await browser.opens(f"/meja/{form.number}?antrean=semua&pintu=blitar-web")
    assert rows(page) == [form.number]
    assert mail.number not in page.html
    assert rows(await browser.opens("/meja/?antrean=semua&keadaan=answered")) == []


async def test_filters_that_are_on_are_told_and_taken_off_one_by_one(office: Office) -> None:
    """Kind, place, day and officer combine; each is a chip whose link shows the list without it."""
    ticket = await office.complaint("Ruko", place="Jl. Melati 12", kind="pengaduan")
    await office.complaint("Gudang", sender="budi@example.com", place="Jl. Mawar 3")
    browser = await office.browser("petugas")
    query = "antrean=semua&jenis=pengaduan&tempat=melati+jl&dari=2026-11-23&sampai=2026-11-23&telat=0&langkah=palsu"
    page = await browser.opens(f"/meja/?{query}")
    assert rows(page) == [ticket.number]
    chips = page.doc.xpath("//ul[@class='chips']//a")
    said = [" ".join(" ".join(one.itertext()).split()).partition(" lepas")[0] for one in chips]
    assert said == ["Pengaduan", "Masuk sejak 2026-11-23", "Masuk sampai 2026-11-23", "melati jl"]
    page = await browser.opens(chips[3].get("href"))
    assert len(rows(page)) == 2
    assert page.value("/meja/", "dari") == "2026-11-23"
    assert rows(await browser.opens("/meja/?antrean=semua&sampai=2026-11-22")) == []
    rina = office.by["petugas"].officer_id
    assert rows(await browser.opens(f"/meja/?antrean=semua&petugas={rina}")) == []


async def test_a_long_list_has_pages(office: Office) -> None:
    """More than a page of tickets can be walked through to the end, each seen once."""
    numbers = []
    for n in range(45):
        office.later(seconds=1)
        numbers.append((await office.complaint(f"Aduan {n}", sender=f"w{n}@example.com")).number)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/?antrean=semua")
    seen = rows(page)
    assert len(seen) == 40
    (next_,) = page.doc.xpath("//p[@class='more']/a[contains(., 'Berikutnya')]/@href")
    page = await browser.opens(str(next_))
    assert seen + rows(page) == numbers
    assert "Berikutnya" not in page.text
    (first,) = page.doc.xpath("//p[@class='more']/a[contains(., 'Ke awal')]/@href")
    assert rows(await browser.opens(str(first))) == seen


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/meja/", "Antrean peran Anda kosong"),
        ("/meja/?antrean=milik", "Belum ada yang menjadi tanggungan Anda"),
        ("/meja/?antrean=terlambat", "Tidak ada yang terlambat"),
        ("/meja/?antrean=menunggu", "Tidak ada yang menunggu warga"),
        ("/meja/?antrean=hari-ini", "Tidak ada lagi yang jatuh tempo hari ini"),
        ("/meja/?antrean=tanpa-petugas", "Semua aduan sudah ada petugasnya"),
        ("/meja/?antrean=disebut", "Tidak ada yang menyebut Anda"),
        ("/meja/?antrean=ditunda", "Tidak ada yang Anda tunda"),
        ("/meja/?antrean=spam", "Tidak ada spam"),
        ("/meja/?antrean=selesai", "Belum ada aduan di sini"),
        ("/meja/?q=xyz", "Tidak ada yang cocok"),
        ("/meja/?antrean=apa-saja", "Antrean peran Anda kosong"),
    ],
)
async def test_an_empty_queue_says_what_belongs_there(office: Office, path: str, words: str) -> None:
    """Nothing to do is a sentence, not a blank."""
    assert words in (await (await office.browser("petugas")).opens(path)).text


async def test_the_first_page_says_what_is_new(office: Office) -> None:
    """Notices lead to their tickets and go when they are read; opening the ticket reads them."""
    ticket = await office.complaint()
    other = await office.complaint("Lain", sender="budi@example.com")
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    assert f"{other.number} Aduan baru masuk." in page.part("notices")
    notice = (await Notice.filter(ticket_id=other.id, role="petugas").first()) or Notice()
    page = await browser.sends(page, "/meja/dibaca", {"notice": notice.id})
    assert other.number not in page.part("notices")
    assert ticket.number in page.part("notices")
    await browser.opens(f"/meja/{ticket.number}")
    assert ticket.number not in (await browser.opens("/meja/")).part("notices")


async def test_a_notice_of_somebody_else_is_not_there(office: Office) -> None:
    """An officer cannot mark what others are to be told."""
    await office.up_to_disposition()
    browser = await office.browser("petugas")
    token = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    notice = (await Notice.filter(role="kepala-dinas").first()) or Notice()
    assert (await browser.posts("/meja/dibaca", {"csrf": token, "notice": str(notice.id)})).status == 404
    assert (await Notice.get(id=notice.id)).seen_at is None


async def test_outside_of_hours_the_page_says_so(office: Office) -> None:
    """The first page says whether the office is open, and when it opens again."""
    browser = await office.browser("petugas")
    assert "kantor buka" in (await browser.opens("/meja/")).text
    office.later(hours=7)
    assert "kantor tutup, buka lagi Selasa 24/11 08.00" in (await browser.opens("/meja/")).text


async def test_nothing_runs_out_while_the_office_is_closed(office: Office) -> None:
    """At night a ticket says calmly until when; in the morning it counts the minutes again."""
    office.later(hours=6, minutes=40)  # 15.55: five minutes before closing
    ticket = await office.complaint()
    office.later(hours=3)
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/")
    assert "paling lambat Selasa 24/11 08.10" in row(page, ticket.number)
    assert not page.doc.xpath("//a[@data-state='soon']")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert page.part("step").partition("Kenapa")[0].count("paling lambat") == 1
    office.later(hours=13, minutes=7)
    page = await (await office.browser("petugas")).opens("/meja/")
    assert "sisa 8 menit" in row(page, ticket.number)
    assert page.doc.xpath("//a[@data-state='soon']")


@pytest.mark.parametrize("login", ["petugas", "kepala-dinas"])
async def test_what_is_in_the_rail_is_in_the_pocket_of_a_telephone(office: Office, login: str) -> None:
    """A bar for the thumb has five places; the page behind the last of them leads to all the others."""
    page = await (await office.browser(login)).opens("/meja/saya")
    rail = set(page.doc.xpath("//nav[@id='queues']//li[not(contains(@class, 'thumb'))]/a/@href"))
    pocket = set(page.doc.xpath("//*[contains(@class, 'places')]//a/@href"))
    assert "/meja/lapangan/" in rail
    assert rail - pocket == set()


async def test_the_same_words_from_many_are_folded(office: Office) -> None:
    """One line stands for the burst, the others below it, each a complaint of its own; fewer, later or one man's are
    not folded, and what is open stays in sight.
    """
    made = [await office.complaint("Tolak menara", sender=f"w{n}@example.com", name=f"Warga {n}") for n in range(4)]
    late = await office.complaint("Tolak menara", sender="w9@example.com")
    pair = [await office.complaint("Lain", sender=f"l{n}@example.com") for n in range(2)]
    await Ticket.filter(id__in=[one.id for one in (*made, late)]).update(same="a" * 16)
    await Ticket.filter(id__in=[one.id for one in pair]).update(same="b" * 16)
    await Ticket.filter(id=late.id).update(opened_at=office.now - timedelta(days=3))
    browser = await office.browser("petugas")
    page = await browser.opens("/meja/?antrean=semua")
    assert "3 lagi dengan isi yang sama persis" in page.text
    shown = [row.get("href") for row in page.doc.xpath("//ul[@class='rows'][not(ancestor::details)]/li/a[@class]")]
    folded = [row.get("href") for row in page.doc.xpath("//details//a[contains(@class, 'row')]")]
    assert (len(shown), len(folded)) == (4, 3)
    open_ = folded[0].rpartition("/")[2].partition("?")[0]
    page = await browser.opens(f"/meja/{open_}?antrean=semua")
    assert "2 lagi dengan isi yang sama persis" in page.text
    assert not page.doc.xpath("//details//a[@aria-current='true']")
    assert await Ticket.all().count() == 7
