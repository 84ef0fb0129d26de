"""The ticket page: the conversation as it was lived, whose turn it is until when, every command and its refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config.schema import Ceiling, Span
from inbox.models import Delivery, Disposition, Message, RegisterEntry, Task, Ticket
from tests.inbox.web.desk import Browser, Office, Page

REPLY = "Kami periksa ke lokasi hari ini."


async def ticket_page(office: Office, ticket: Ticket, login: str = "petugas") -> tuple[Browser, Page]:
    """An officer with the ticket open."""
    browser = await office.browser(login)
    return browser, await browser.opens(f"/meja/{ticket.number}")


async def test_the_conversation_is_shown_as_it_was_lived(office: Office) -> None:
    """Who said what through which door, oldest first, automatic words marked, and how far each answer came."""
    ticket = await office.complaint()
    await Delivery.filter(message__ticket_id=ticket.id).update(
        state="read", sent_at=office.now, delivered_at=office.now, read_at=office.now
    )
    office.later(minutes=2)
    await office.said(ticket, "Matur nuwun", automatic=True)
    _, page = await ticket_page(office, ticket)
    talk = page.part("messages")
    for part in ("23 November 2026", "Siti Aminah lewat E-mail pengaduan 09.15", "Wadul otomatis", "dibaca 09.15"):
        assert part in talk
    assert "pesan mesin" in talk
    assert talk.index("Ada ruko") < talk.index("otomatis") < talk.index("pesan mesin") < talk.index("Matur nuwun")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "queued"}, "menunggu dikirim"),
        ({"state": "queued", "attempts": 2}, "akan dicoba lagi 09.15"),
        ({"state": "sending"}, "sedang dikirim"),
        ({"state": "sent"}, "terkirim 09.15"),
        ({"state": "delivered"}, "sampai 09.15"),
        (
            {"state": "failed", "reason": "address-unknown", "detail": "550 5.1.1 User unknown"},
            "gagal: Penerima mengatakan",
        ),
        ({"state": "unsure"}, "belum pasti terkirim"),
        ({"state": "dropped"}, "dilepas petugas"),
    ],
)
async def test_every_state_of_a_delivery_has_words(office: Office, change: dict[str, Any], words: str) -> None:
    """Queued, sent, delivered, failed with its reason and the platform's words, unsure, let go."""
    ticket = await office.complaint()
    await Delivery.filter(message__ticket_id=ticket.id).update(**change)
    _, page = await ticket_page(office, ticket)
    assert words in page.part("messages")
    assert ("Coba lagi" in page.part("messages")) == (change["state"] in {"failed", "unsure"})
    assert str(change.get("detail", "")) in page.part("messages")


async def test_a_trimmed_message_can_be_read_whole(office: Office) -> None:
    """What was cut for the eye is one click away, and a very long one does not make the page long."""
    ticket = await office.complaint()
    cut = await office.said(ticket, "Ringkas", full_text="Ringkas\n\n> kutipan lama")
    long = await office.said(ticket, "kata " * 4000, full_text="kata " * 4000 + "ujung")
    browser, page = await ticket_page(office, ticket)
    assert "kutipan lama" not in page.html
    assert len(page.html) < 120_000
    for message, words in ((cut, "kutipan lama"), (long, "ujung")):
        (link,) = page.doc.xpath(f"//*[@id='full-{message.id}']/a/@href")
        assert words in (await browser.opens(str(link))).part("whole")
    assert (await browser.opens(f"/meja/{ticket.number}/pesan/999")).status == 404


async def test_it_says_whose_turn_it_is_until_when_and_why(office: Office) -> None:
    """The step, its due time, the spans that were counted, and to others whose turn it is and what is needed."""
    office.later(hours=6, minutes=40)  # 15.55: five minutes before closing
    ticket = await office.complaint()
    _, page = await ticket_page(office, ticket)
    step = page.part("step")
    assert "Giliran Anda" in step
    assert "paling lambat Selasa 24/11 08.10" in step
    assert "15 menit waktu kerja" in page.part("why")
    assert "23 November 2026 15.55–16.00 5" in page.part("why")
    assert "24 November 2026 08.00–08.10 10" in page.part("why")
    _, page = await ticket_page(office, ticket, "kepala-dinas")
    step = page.part("step")
    assert "Giliran Petugas Pelayanan Pengaduan, Kepala Seksi Evaluasi dan Pengaduan" in step
    assert "Jawab langsung — perlu Formulir Aduan, Buku Agenda Aduan Masuk" in step
    assert not [form for form in page.forms() if "/tindakan/" in form]


async def test_only_the_allowed_actions_are_offered(office: Office) -> None:
    """Whose step it is gets its actions, nobody else any."""
    ticket = await office.up_to_study()
    offered = {}
    for login in ("petugas", "kasi", "kabid", "sekretaris", "kepala-dinas"):
        _, page = await ticket_page(office, ticket, login)
        offered[login] = [form.rpartition("/")[2] for form in page.forms() if "/tindakan/" in form]
    assert offered["kasi"] == offered["kabid"] == ["belum-berizin", "berizin"]
    assert offered["petugas"] == offered["sekretaris"] == offered["kepala-dinas"] == []


async def test_an_action_that_was_not_offered_is_refused(office: Office) -> None:
    """Sending another's form changes nothing and says whose it is."""
    ticket = await office.up_to_study()
    browser, page = await ticket_page(office, ticket, "petugas")
    token = page.value("/keluar", "csrf")
    values = {"csrf": token, "version": str(ticket.version)}
    page = await browser.posts(f"/meja/{ticket.number}/tindakan/berizin", values)
    assert page.status == 403
    assert "dikerjakan oleh Kepala Bidang" in page.text
    assert (await Ticket.get(id=ticket.id)).step == "kaji"


async def test_the_counter_answers_directly(office: Office) -> None:
    """One form, one press: the form and the agenda number are made, the answer is on its way, the case is answered."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/tindakan/jawab-langsung"
    page = await browser.sends(page, path, {"jawaban.text": "Izinnya sudah terbit tahun lalu."})
    assert "Tindakan dicatat." in page.text
    assert "Menunggu warga: SELESAI atau BELUM" in page.part("step")
    assert "Izinnya sudah terbit tahun lalu." in page.part("messages")
    assert "nomor 1 tahun 2026" in page.part("papers")
    assert (await RegisterEntry.all().count(), office.woken) == (1, 1)


async def test_a_missing_answer_is_named_beside_its_field(office: Office) -> None:
    """A refusal stands at the field, keeps everything that was typed, and did nothing."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/tindakan/jawab-langsung"
    page = await browser.sends(page, path, {"jawaban.text": "  ", "formulir-aduan.note": "Sudah ditelepon"})
    assert page.status == 422
    (wrong,) = page.doc.xpath("//*[@data-wrong]")
    assert "belum diisi" in " ".join(wrong.itertext())
    field = wrong.xpath(".//textarea")[0]
    assert (field.get("name"), field.get("aria-invalid")) == ("jawaban.text", "true")
    assert page.doc.get_element_by_id(field.get("aria-describedby")) is not None
    assert page.value(path, "formulir-aduan.note") == "Sudah ditelepon"
    assert (await Ticket.get(id=ticket.id)).version == ticket.version


async def test_a_disposition_to_several_with_a_coordinator(office: Office) -> None:
    """The head ticks two, names the second as coordinator, takes two phrases and adds words of his own."""
    ticket = await office.up_to_disposition()
    browser, page = await ticket_page(office, ticket, "kepala-dinas")
    path = f"/meja/{ticket.number}/tindakan/disposisikan"
    assert page.value(path, "lembar-disposisi.initials") == "SW"
    sheet = {
        "lembar-disposisi.to": ["kasi", "kabid"],
        "lembar-disposisi.to:koordinator": "kabid",
        "lembar-disposisi.nature": "Segera",
        "lembar-disposisi.instruction:pilihan": ["Kaji dan laporkan hasilnya", "Bicarakan dengan saya"],
        "lembar-disposisi.instruction": "sebelum Jumat",
        "lembar-disposisi.due": "2026-11-24T10:00",
    }
    page = await browser.sends(page, path, sheet)
    row = await Disposition.get(ticket_id=ticket.id)
    assert row.instruction == "Kaji dan laporkan hasilnya; Bicarakan dengan saya; sebelum Jumat"
    tasks = await Task.filter(disposition_id=row.id).order_by("id").values_list("role", "coordinates")
    assert tasks == [("kabid", True), ("kasi", False)]
    shown = page.part("sheets")
    for part in ("Kepala Dinas Suharto Wibowo", "Segera", "Selasa 24/11 10.00", "paraf SW", "Kepala Bidang"):
        assert part in shown
    assert shown.index("Kepala Bidang") < shown.index("koordinator") < shown.index("Kepala Seksi")


async def test_the_usual_disposition_takes_three_touches(office: Office) -> None:
    """To whom, which phrase, send: everything else is filled in already."""
    ticket = await office.up_to_disposition()
    browser, page = await ticket_page(office, ticket, "kepala-dinas")
    path = f"/meja/{ticket.number}/tindakan/disposisikan"
    touched = {"lembar-disposisi.to": "kabid", "lembar-disposisi.instruction:pilihan": "Kaji dan laporkan hasilnya"}
    page = await browser.sends(page, path, touched)
    assert page.status == 200
    assert (await Ticket.get(id=ticket.id)).step == "kaji"
    assert page.doc.xpath("//details[@id='sheets'][@open]")


async def test_what_was_ticked_stays_ticked_after_a_refusal(office: Office) -> None:
    """Boxes, coordinator and phrases survive a refused form."""
    ticket = await office.up_to_disposition()
    browser, page = await ticket_page(office, ticket, "kepala-dinas")
    path = f"/meja/{ticket.number}/tindakan/disposisikan"
    sheet = {
        "lembar-disposisi.to": ["kasi", "kabid"],
        "lembar-disposisi.to:koordinator": "kasi",
        "lembar-disposisi.nature": "Rahasia",
        "lembar-disposisi.instruction:pilihan": ["Bicarakan dengan saya"],
        "lembar-disposisi.initials": "",
    }
    page = await browser.sends(page, path, sheet)
    assert page.status == 422
    ticked = {str(one.get("value")) for one in page.form(path).xpath(".//input[@checked]")}
    assert ticked == {"kasi", "kabid", "Rahasia", "Bicarakan dengan saya", "-"}  # and no due time


async def test_an_addressee_reports_a_task_done(office: Office) -> None:
    """Only who was addressed has the form; the report stands on the sheet."""
    ticket = await office.up_to_study()
    _, page = await ticket_page(office, ticket, "petugas")
    assert "Laporkan selesai" not in page.text
    browser, page = await ticket_page(office, ticket, "kasi")
    (path,) = [form for form in page.forms() if "/tugas/" in form]
    page = await browser.sends(page, path, {"report": "Sudah dicek, tidak ada izinnya."})
    assert "Sudah dicek, tidak ada izinnya." in page.part("sheets")
    assert page.part("sheets").count("Laporkan selesai") == 0


async def test_a_reply_goes_out_and_the_step_stays(office: Office) -> None:
    """Writing to the citizen queues the words, with files, and completes nothing."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/balas"
    files = {"files": ("denah lokasi.pdf", b"%PDF-1.7 x")}
    page = await browser.sends(page, path, {"text": REPLY}, files)
    assert "Balasan masuk antrean kirim." in page.text
    assert REPLY in page.part("messages")
    assert "denah lokasi.pdf" in page.part("messages")
    after = await Ticket.get(id=ticket.id)
    assert (after.step, after.status) == ("terima", "open")
    assert office.woken == 1


async def test_a_reply_may_wait_for_the_citizen(office: Office) -> None:
    """With a reason the clock stands, says why, and can be started again by hand."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/balas"
    page = await browser.sends(page, path, {"text": "Mohon fotonya", "waiting": "1", "wait": ""})
    assert page.status == 422
    assert page.value(path, "text") == "Mohon fotonya"
    page = await browser.sends(page, path, {"wait": "Foto papan nama"})
    assert page.status == 200
    assert "Menunggu jawaban warga" in page.part("step")
    assert "Foto papan nama" in page.part("step")
    assert "jam berhenti" in page.part("step")
    page = await browser.sends(page, f"/meja/{ticket.number}/lanjut")
    assert "Giliran Anda" in page.part("step")


async def test_a_wait_without_the_box_is_no_wait(office: Office) -> None:
    """A reason left in the field does not stop the clock when the box is not ticked."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": REPLY, "wait": "Foto"})
    assert (await Ticket.get(id=ticket.id)).status == "open"


async def test_a_note_stays_in_the_office(office: Office) -> None:
    """A note is seen by colleagues and by nobody else."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    page = await browser.sends(page, f"/meja/{ticket.number}/catatan", {"text": "Pak RT sudah ditelepon"})
    assert "Rina Wulandari catatan internal" in page.part("messages")
    note = await Message.get(text="Pak RT sudah ditelepon")
    assert (note.direction, await Delivery.filter(message_id=note.id).count()) == ("note", 0)


async def test_what_is_known_can_be_corrected(office: Office) -> None:
    """Name, object, place, permit number and LAPOR! id are fields of their own, each with its limit."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/isian"
    known = {
        "name": "Siti Aminah S.",
        "object": "Ruko",
        "place": "Jl. Merdeka",
        "permit_number": "503/1",
        "lapor_id": "99",
    }
    page = await browser.sends(page, path, known)
    for text in known.values():
        assert text in page.part("facts")
    page = await browser.sends(page, path, {"lapor_id": "9" * 41})
    assert page.status == 422
    assert page.value(path, "lapor_id") == "9" * 41


async def test_a_ticket_is_taken_and_given_back(office: Office) -> None:
    """One press takes it; the list gives it to a colleague or back to the role."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/penanggung"
    me, kasi = office.by["petugas"].officer_id, office.by["kasi"].officer_id
    page = await browser.sends(page, path, {"officer": ["", str(me)]})
    assert (await Ticket.get(id=ticket.id)).officer_id == me
    page = await browser.sends(page, path, {"officer": str(kasi)})
    assert "Penanggung jawab Agus Prasetyo" in page.part("facts")
    page = await browser.sends(page, path, {"officer": ""})
    assert (await Ticket.get(id=ticket.id)).officer_id is None
    page = await browser.sends(page, path, {"officer": "99999"})
    assert page.status == 422


async def test_a_wrong_kind_is_rerouted_with_a_reason(office: Office) -> None:
    """The reason is asked for, the kind changes, and the journal says so."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    path = f"/meja/{ticket.number}/jalur"
    page = await browser.sends(page, path, {"kind": "informasi", "reason": ""})
    assert page.status == 422
    assert page.value(path, "kind") == "informasi"
    page = await browser.sends(page, path, {"kind": "informasi", "reason": "Hanya bertanya"})
    assert "Jenis Permintaan informasi" in page.part("facts")
    assert "Jenis diubah" in page.part("journal")


@pytest.mark.parametrize(
    ("form", "values", "said", "state"),
    [
        ("alih", {"agency": "dinas-lh", "reason": "Urusan lingkungan"}, "Dialihkan", "handed-on"),
        ("tutup", {"reason": "Sudah diadukan dengan nomor lain"}, "Aduan selesai", "closed"),
    ],
)
async def test_what_is_not_ours_ends_and_can_begin_again(
    office: Office, form: str, values: dict[str, str], said: str, state: str
) -> None:
    """Handed on or closed with a reason, the citizen is told; it can be taken up again with a reason."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    page = await browser.sends(page, f"/meja/{ticket.number}/{form}", {**values, "reason": " "})
    assert page.status == 422
    page = await browser.sends(page, f"/meja/{ticket.number}/{form}", values)
    assert said in page.part("step")
    assert (await Ticket.get(id=ticket.id)).status == state
    assert len(await office.house.heard(ticket.number)) == 2
    assert not [one for one in page.forms() if "/tindakan/" in one]
    page = await browser.sends(page, f"/meja/{ticket.number}/buka", {"reason": "Ternyata milik kita"})
    assert "Giliran Anda" in page.part("step")
    assert "Dibuka lagi 1 kali" in page.part("facts")


async def test_a_collision_is_told_and_nothing_typed_is_lost(office: Office) -> None:
    """Who comes second is told, sees how it stands now, still has every word, and can send it again."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    await office.act("kasi", ticket.number, "naikkan")
    page = await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": REPLY})
    assert page.status == 409
    assert "Belum dilakukan: aduan ini sudah diubah orang lain." in page.text
    assert "Giliran Kepala Dinas" in page.part("step")
    assert REPLY not in page.part("messages")
    assert page.value(f"/meja/{ticket.number}/balas", "text") == REPLY
    page = await browser.sends(page, f"/meja/{ticket.number}/balas")
    assert page.status == 200
    assert REPLY in page.part("messages")


async def test_words_for_an_action_that_is_gone_are_kept_to_copy(office: Office) -> None:
    """Where the form itself is no longer offered, what was written stands on the page."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    await office.act("kasi", ticket.number, "naikkan")
    path = f"/meja/{ticket.number}/tindakan/jawab-langsung"
    page = await browser.sends(page, path, {"jawaban.text": "Jawaban yang panjang sekali."})
    assert page.status == 409
    assert path not in page.forms()
    kept = ["".join(one.itertext()).strip() for one in page.doc.xpath("//textarea[@readonly]")]
    assert "Jawaban yang panjang sekali." in kept


async def test_a_citizen_who_writes_meanwhile_is_no_collision(office: Office) -> None:
    """A new message of the citizen's does not take an officer's reply away."""
    ticket = await office.complaint()
    browser, page = await ticket_page(office, ticket)
    await office.house.writes(ticket, "Tambahan", office.now)
    assert (await browser.sends(page, f"/meja/{ticket.number}/balas", {"text": REPLY})).status == 200


async def test_the_procedure_is_a_stepper(office: Office) -> None:
    """Every row of the procedure with who, when, how long and how late; then what is ahead and what may be needed."""
    ticket = await office.complaint()
    office.later(minutes=20)
    await office.act("petugas", ticket.number, "naikkan")
    _, page = await ticket_page(office, ticket)
    steps = page.part("stages")
    assert "Rina Wulandari · 20 menit" in steps
    assert "terlambat 5 menit" in steps
    (now,) = page.doc.xpath("//li[@aria-current='step']")
    assert "Membaca formulir aduan" in " ".join(now.itertext())
    states = page.doc.xpath("//li[contains(@class, 'stage')]/@data-state")
    assert states == ["done", "now", "ahead", "maybe", "maybe", "ahead", "ahead"]
    assert "disimpulkan" in steps


async def test_papers_can_be_printed(office: Office) -> None:
    """Every paper that has a page is one click from the ticket; the agenda book lists the entry."""
    ticket = await office.up_to_study()
    browser, page = await ticket_page(office, ticket, "kasi")
    every = [str(link) for link in page.doc.xpath("//*[@id='papers']//a/@href")]
    links = [link for link in every if not link.endswith((".pdf", ".docx"))]
    assert len(links) == 3
    pages = [await browser.opens(link) for link in links]
    assert {one.status for one in pages} == {200}
    assert any("Lembar Disposisi" in one.text for one in pages)
    assert any("Buku Agenda Aduan Masuk" in one.text and ticket.number in one.text for one in pages)
    assert (await browser.opens(f"/meja/{ticket.number}/dokumen/99")).status == 404
    shelf = await browser.opens("/meja/buku/")
    assert "Buku Agenda Aduan Masuk" in shelf.text
    assert shelf.doc.xpath("//a[@href='/meja/buku/agenda-aduan-masuk?tahun=2026']")


async def test_the_journal_says_who_did_what(office: Office) -> None:
    """Every change has its line with who and when, newest first, in the office's words."""
    ticket = await office.up_to_study()
    _, page = await ticket_page(office, ticket, "kasi")
    lines = [" ".join(" ".join(one.itertext()).split()) for one in page.doc.xpath("//*[@id='journal']//li")]
    assert "Warga Aduan dibuka menurut Pelayanan Pengaduan" in lines[-1]
    assert any("Suharto Wibowo" in line and "Disposisi (Segera)" in line for line in lines)


async def test_a_number_is_read_in_any_spelling(office: Office) -> None:
    """Lower case and missing hyphens lead to the same ticket."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    for spelled in (ticket.number.lower(), ticket.number.replace("-", "")):
        assert ticket.number in (await browser.opens(f"/meja/{spelled}")).text


async def test_a_part_of_the_page_comes_alone(office: Office) -> None:
    """Where htmx asks for the ticket alone, the list is not sent along."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}", HX_Request="true", HX_Target="main")
    assert page.has("main")
    assert page.has("said")
    assert not page.has("rail")
    assert not page.has("rows")


async def test_pages_stay_small(office: Office) -> None:
    """A ticket with everything on it and all its files weigh less than 150 kB on the line."""
    ticket = await office.up_to_study()
    for n in range(40):
        await office.said(ticket, f"Pesan {n} " + "kata " * 60)
    browser, page = await ticket_page(office, ticket, "kasi")
    files = page.doc.xpath("//link/@href | //script/@src")
    answers = [page, *[await browser.opens(str(path)) for path in files]]
    assert len(answers) >= 5
    assert sum(int(answer.headers["Content-Length"]) for answer in answers) < 150_000


async def test_what_comes_while_somebody_looks_is_seen(office: Office) -> None:
    """A page that refreshes by itself in front of the officer takes the mark away; one left in a corner does not."""
    ticket = await office.complaint()
    browser, _ = await ticket_page(office, ticket)
    await office.house.writes(ticket, "Masih ada", office.now)
    await browser.opens(f"/meja/{ticket.number}", X_Wadul_Live="1")
    assert (await Ticket.get(id=ticket.id)).unread
    page = await browser.opens(f"/meja/{ticket.number}", X_Wadul_Live="looking")
    assert not (await Ticket.get(id=ticket.id)).unread
    assert not page.doc.xpath("//a[contains(@class, 'unread')]")


async def test_what_was_handed_on_is_headed_by_where_it_went(office: Office) -> None:
    """A case that ended outside its steps is headed by its end, not by the step it stood in."""
    ticket = await office.complaint()
    by = office.by["kepala-dinas"]
    await office.house.acting.hand_on(
        by, ticket.number, "pln", "Milik PLN", version=await office.house.version(ticket.number), now=office.now
    )
    _, page = await ticket_page(office, ticket)
    assert page.part("step-title") == "PLN"
    other = await office.complaint(sender="budi@example.com")
    await office.house.acting.close(
        by, other.number, "Ganda", version=await office.house.version(other.number), now=office.now
    )
    _, page = await ticket_page(office, other)
    assert page.part("step-title") == "Ditutup: oleh petugas"
    assert "Langkah terakhir: Menerima aduan" in page.part("step")


async def test_contacts_that_were_typed_stand_with_the_facts(office: Office) -> None:
    """What nothing can be sent to is shown as it was typed, and so is a number to call; no address stands twice."""
    ticket = await office.complaint()
    for contact in ("rumah Pak RT", "0812 3456 7890", "Siti@Example.com"):
        await office.said(ticket, "Tolong", values={"contact": contact})
    _, page = await ticket_page(office, ticket)
    facts = page.part("facts")
    assert "rumah Pak RT tidak terbaca Kontak" in facts
    assert "Kontak yang ditulis 0812 3456 7890 Jenis" in facts
    assert facts.count("example.com") == 1


async def test_what_is_not_ours_has_no_limit_of_its_own_and_says_so(office: Office) -> None:
    """Where it is handed on: plainly, until the office's file names one; then with its time and reference."""
    ticket = await office.complaint()
    browser = await office.browser("petugas")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert "belum menetapkan batas tersendiri" in page.part("foreign")
    known = Ceiling(
        id="bukan-kewenangan",
        name="Bukan kewenangan",
        within=Span.parse("3 hari kerja"),
        legal="Perwali 1/2026",
        valid_from=date(2026, 1, 1),
    )
    house = office.house
    own = house.office.model_copy(update={"ceilings": (*house.office.ceilings, known)})
    house.offices.offices["blitar"] = own  # type: ignore[index]
    page = await browser.opens(f"/meja/{ticket.number}")
    assert page.part("foreign") == "Bukan kewenangan: 3 hari kerja sejak diterima (Perwali 1/2026)."


async def test_receipts_in_a_row_are_one_line_until_one_needs_an_eye(office: Office) -> None:
    """What the clerk said by itself folds into one line that says how far all of it came; what failed stands open."""
    ticket = await office.complaint()
    first = await Message.get(ticket_id=ticket.id, author="clerk")
    for ago in (1, 2):
        copy = await Message.get(id=first.id)
        copy.id, copy.key, copy.text = None, f"{ago:026}", f"Kabar ke-{ago}"
        await copy.save(force_create=True)
        sent = await Delivery.get(message_id=first.id)
        sent.id, sent.key, sent.message_id, sent.state = None, copy.key, copy.id, "delivered"
        await sent.save(force_create=True)
    browser = await office.browser("petugas")
    await Delivery.filter(message_id=first.id).update(state="read")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert "3 pesan otomatis semua sampai" in page.part(f"run-{first.id}")
    assert "Kabar ke-2" in page.part(f"run-{first.id}")
    await Delivery.filter(message__text="Kabar ke-1").update(state="failed", reason="address-unknown")
    page = await browser.opens(f"/meja/{ticket.number}")
    assert "pesan otomatis" not in page.part("messages")
    assert "Kabar ke-1" in page.part("messages")
