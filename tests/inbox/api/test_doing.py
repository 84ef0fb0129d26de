"""What the API does: the desk's commands, with the desk's checks, each answered by where the ticket stands then."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from inbox.models import Address, Attachment, Delivery, Message, Task, Ticket
from tests.inbox.api.client import Machine, machine
from tests.inbox.web.desk import Office

PDF = base64.b64encode(b"%PDF-1.4 berita acara").decode()


def path(ticket: Ticket, command: str = "") -> str:
    """The address of a ticket's command."""
    return f"/tickets/{ticket.number}{'/' if command else ''}{command}"


async def test_an_action_moves_the_case_and_makes_its_papers(any_office: Office, any_counter: Machine) -> None:
    """The same deed as at the desk: step, papers, the citizen's message, the journal's line in the officer's name."""
    ticket = await any_office.complaint()
    values = {"formulir-aduan.object": "Ruko tiga lantai"}
    done = await any_counter.posts(
        path(ticket, "actions"), {"action": "naikkan", "version": ticket.version, "values": values}
    )
    assert (done.status, done.json["step"], done.json["status"]) == (200, "disposisi", "open")
    told = (await any_counter.gets(path(ticket))).json
    assert told["version"] == done.json["version"] > ticket.version
    form = next(one for one in told["papers"] if one["paper"] == "formulir-aduan")
    assert form["values"]["object"] == "Ruko tiga lantai"
    assert [line["who"] for line in told["journal"] if line["event"] == "acted"] == ["Rina Wulandari"]
    assert (await any_office.house.heard(ticket.number))[-1][0] == "diteruskan"
    assert any_office.woken


async def test_a_whole_case_can_go_by_api(office: Office) -> None:
    """From disposition to the answer, each step by the officer whose turn it is."""
    ticket = await office.up_to_disposition()
    head, kabid, counter = [await machine(office, login) for login in ("kepala-dinas", "kabid", "petugas")]
    at = (await head.gets(path(ticket))).json

    async def act(who: Machine, action: str, **values: Any) -> None:
        version = (await who.gets(path(ticket))).json["version"]
        answer = await who.posts(path(ticket, "actions"), {"action": action, "version": version, "values": values})
        assert answer.status == 200, answer.json

    assert at["step"]["id"] == "disposisi"
    sheet = {"to": ["kabid", "kasi"], "nature": "Segera", "instruction": "Kaji", "initials": "SW"}
    await act(head, "disposisikan", **{f"lembar-disposisi.{name}": value for name, value in sheet.items()})
    await act(kabid, "berizin")
    await act(kabid, "isi-jawaban", **{"formulir-jawaban.text": "Izinnya ada."})
    await act(counter, "kirim-tanggapan", **{"surat-tanggapan.text": "Ruko itu berizin."})
    last = (await counter.gets(path(ticket))).json
    assert (last["status"], last["reopen_until"] is not None) == ("answered", True)


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        ({"action": "terbang", "version": 1}, 409, "action-unknown", [""]),
        ({"action": "jawab-langsung", "version": 1}, 422, "field-missing", ["jawaban.text"]),
        ({"action": "naikkan", "version": 1, "values": {"x": "y"}}, 422, "field-unknown", ["x"]),
        ({"action": "naikkan", "version": 9}, 409, "stale", [""]),
        ({"action": "naikkan"}, 422, "body-unfit", ["version"]),
        ({"action": "naikkan", "version": "1"}, 422, "body-unfit", ["version"]),
        ({"action": "naikkan", "version": 1.5}, 422, "body-unfit", ["version"]),
        ({"action": "naikkan", "version": 1, "also": 1}, 422, "body-unfit", ["also"]),
        ({"action": "naikkan", "version": 0, "values": 3}, 422, "body-unfit", ["version", "values"]),
        ([], 422, "body-unfit", [""]),
        ("naikkan", 422, "body-unfit", [""]),
    ],
)
async def test_a_refusal_names_the_field_and_changes_nothing(
    office: Office, counter: Machine, body: Any, status: int, code: str, fields: list[str]
) -> None:
    """problem+json with a sentence; the ticket stays as it was."""
    ticket = await office.complaint()
    answer = await counter.posts(path(ticket, "actions"), body)
    assert (answer.status, answer.media, answer.code) == (status, "application/problem+json", code)
    assert answer.fields == fields
    assert all(one["message"] and one["message"] != one["code"] for one in answer.json["errors"])
    assert (await Ticket.get(id=ticket.id)).version == ticket.version


async def test_whoever_comes_second_is_told_the_version(any_office: Office, any_counter: Machine) -> None:
    """409 with the version as it is now, by which the second may try again."""
    ticket = await any_office.complaint()
    body = {"version": ticket.version, "object": "Ruko"}
    first = await any_counter.posts(path(ticket, "fields"), body)
    second = await any_counter.posts(path(ticket, "fields"), body)
    assert (first.status, second.status, second.code) == (200, 409, "stale")
    assert second.json["version"] == first.json["version"]


async def test_it_is_the_officers_turn_or_it_is_not(office: Office) -> None:
    """403 for an action of another role's step, and for a right that the roles do not bring."""
    ticket = await office.up_to_disposition()
    version = (await Ticket.get(id=ticket.id)).version
    counter, secretary = await machine(office, "petugas"), await machine(office, "sekretaris")
    acted = await counter.posts(path(ticket, "actions"), {"action": "disposisikan", "version": version})
    assert (acted.status, acted.code) == (403, "not-actor")
    closed = await secretary.posts(path(ticket, "close"), {"reason": "x", "version": version})
    assert (closed.status, closed.code) == (403, "no-right")
    taken = await secretary.posts("/tickets", {"text": "Aduan"})
    assert (taken.status, taken.code) == (403, "no-right")


async def test_the_citizen_is_written_to_and_asked(office: Office, counter: Machine) -> None:
    """A reply goes out with its files; with wait the clock stops, and resume lets it run."""
    ticket = await office.complaint()
    files = [{"name": "a/b/denah.pdf", "type": "application/pdf", "content": PDF}]
    body = {"text": "Mohon dibaca.", "version": ticket.version, "files": files}
    first = await counter.posts(path(ticket, "replies"), body)
    assert first.status == 200, first.json
    assert "Mohon dibaca." in (await office.house.heard(ticket.number))[-1][1]
    sent = await Attachment.get(message__ticket_id=ticket.id)
    assert (sent.name, sent.size_bytes) == ("denah.pdf", len(base64.b64decode(PDF)))
    asked = {"text": "Nomor berapa?", "wait": "nomor rumah", "version": first.json["version"]}
    waiting = await counter.posts(path(ticket, "replies"), asked)
    assert (waiting.json["status"], waiting.json["due_at"]) == ("waiting", None)
    running = await counter.posts(path(ticket, "resume"), {"version": waiting.json["version"]})
    assert (running.json["status"], running.json["due_at"] is None) == ("open", False)
    again = await counter.posts(path(ticket, "resume"), {"version": running.json["version"]})
    assert (again.status, again.code) == (409, "not-waiting")


async def test_a_paper_comes_as_a_file(office: Office, counter: Machine) -> None:
    """What a form asks for as a file is sent under its field; the reply carries it. Another field is none."""
    ticket = await office.complaint()
    upload = {"name": "surat.pdf", "type": "application/pdf", "content": PDF}
    body = {"action": "jawab-langsung", "version": ticket.version, "values": {"jawaban.text": "Terlampir."}}
    wrong = await counter.posts(path(ticket, "actions"), body | {"files": {"jawaban.surat": upload}})
    assert (wrong.status, wrong.fields) == (422, ["jawaban.surat"])
    done = await counter.posts(path(ticket, "actions"), body | {"files": {"jawaban.file": upload}}, key="surat")
    assert done.status == 200, done.json
    (file,) = (await counter.gets(path(ticket))).json["messages"][-1]["files"]
    assert (file["name"], file["size_bytes"]) == ("surat.pdf", len(base64.b64decode(PDF)))


@pytest.mark.parametrize("content", ["", "%%%", "QQ=", "QQ", "Q Q=", "=QQ="])
async def test_a_file_that_is_none_is_refused(office: Office, counter: Machine, content: str) -> None:
    """What is not base64, or holds nothing, never reaches the record."""
    ticket = await office.complaint()
    body = {"text": "Lihat", "version": ticket.version, "files": [{"name": "x.pdf", "content": content}]}
    answer = await counter.posts(path(ticket, "replies"), body)
    assert (answer.status, answer.fields) == (422, ["files.0.content"])


async def test_notes_stay_in_the_office(office: Office, counter: Machine) -> None:
    """A note is on the ticket and goes nowhere."""
    ticket = await office.complaint()
    before = await Delivery.all().count()
    assert (await counter.posts(path(ticket, "notes"), {"text": "Sudah ditelepon"})).status == 200
    last = (await counter.gets(path(ticket))).json["messages"][-1]
    assert (last["direction"], last["text"], last["officer"]) == ("note", "Sudah ditelepon", "Rina Wulandari")
    assert await Delivery.all().count() == before


async def test_whose_it_is_what_is_known_and_which_way_it_goes(office: Office, counter: Machine) -> None:
    """assign, fields, reroute: each with the next version."""
    ticket = await office.complaint()
    colleague = office.by["kasi"].officer_id
    mine = await counter.posts(path(ticket, "assign"), {"officer": colleague, "version": ticket.version})
    assert mine.json["officer_id"] == colleague
    back = await counter.posts(path(ticket, "assign"), {"officer": None, "version": mine.json["version"]})
    assert back.json["officer_id"] is None
    nobody = await counter.posts(path(ticket, "assign"), {"officer": 99999, "version": back.json["version"]})
    assert (nobody.status, nobody.code, nobody.fields) == (409, "officer-unknown", ["officer"])
    known = {"name": "Sri", "place": "Jl. Merdeka 1", "version": back.json["version"]}
    fields = await counter.posts(path(ticket, "fields"), known)
    told = (await counter.gets(path(ticket))).json
    assert (told["citizen"]["name"], told["place"]) == ("Sri", "Jl. Merdeka 1")
    kind = {"kind": "informasi", "reason": "bertanya saja", "version": fields.json["version"]}
    assert (await counter.posts(path(ticket, "reroute"), kind)).status == 200
    assert (await counter.gets(path(ticket))).json["kind"]["id"] == "informasi"
    nothing = await counter.posts(path(ticket, "fields"), {"version": 1})
    assert (nothing.status, nothing.json["errors"][0]["code"]) == (422, "nothing-given")


async def test_a_case_ends_and_begins_again(office: Office, counter: Machine) -> None:
    """close, reopen, hand-on; the citizen hears of each, and an ended case is not ended twice."""
    ticket = await office.complaint()
    closed = await counter.posts(path(ticket, "close"), {"reason": "ganda", "version": ticket.version})
    assert closed.json["status"] == "closed"
    twice = await counter.posts(path(ticket, "close"), {"reason": "ganda", "version": closed.json["version"]})
    assert (twice.status, twice.code) == (409, "already-closed")
    open_ = await counter.posts(path(ticket, "reopen"), {"reason": "keliru", "version": closed.json["version"]})
    assert open_.json["status"] == "open"
    wrong = {"agency": "tidak-ada", "reason": "bukan kami", "version": open_.json["version"]}
    assert (await counter.posts(path(ticket, "hand-on"), wrong)).fields == ["agency"]
    handed = await counter.posts(path(ticket, "hand-on"), wrong | {"agency": "pdam"})
    assert handed.json["status"] == "handed-on"
    heard = [template for template, _ in await office.house.heard(ticket.number)]
    assert heard[-3:] == ["ditutup", "dibuka-lagi", "dialihkan"]


async def test_an_addressee_reports(office: Office) -> None:
    """Only the disposition's addressee, once."""
    ticket = await office.up_to_study()
    tasks = (await (await machine(office, "kasi")).gets(path(ticket))).json["dispositions"][0]["tasks"]
    mine = next(one for one in tasks if one["role"] == "kasi")
    other = await (await machine(office, "petugas")).posts(f"/tasks/{mine['id']}/done", {})
    assert (other.status, other.code) == (403, "not-addressee")
    kasi = await machine(office, "kasi")
    assert (await kasi.posts(f"/tasks/{mine['id']}/done", {"report": "Sudah diperiksa"})).status == 200
    assert (await Task.get(id=mine["id"])).report == "Sudah diperiksa"
    assert (await kasi.posts(f"/tasks/{mine['id']}/done", {})).code == "task-done"
    assert (await kasi.posts("/tasks/99999/done", {})).status == 404


async def test_what_did_not_get_through_is_sent_again_or_let_be(office: Office, counter: Machine) -> None:
    """The trouble page's buttons, with its checks."""
    ticket = await office.complaint()
    delivery = await Delivery.get(message__ticket_id=ticket.id)
    await Delivery.filter(id=delivery.id).update(state="unsure")
    (line,) = (await counter.gets("/deliveries")).json["deliveries"]
    assert (line["id"], line["number"], line["state"]) == (delivery.id, ticket.number, "unsure")
    settled = await counter.posts(f"/deliveries/{delivery.id}/settle", {"arrived": False})
    assert settled.json == {"id": delivery.id, "state": "failed"}
    assert (await counter.posts(f"/deliveries/{delivery.id}/retry")).json["state"] == "queued"
    again = await counter.posts(f"/deliveries/{delivery.id}/retry")
    assert (again.status, again.code) == (409, "delivery-changed")
    await Delivery.filter(id=delivery.id).update(state="failed")
    assert (await counter.posts(f"/deliveries/{delivery.id}/drop")).json["state"] == "dropped"
    kabid = await machine(office, "kabid")
    assert (await kabid.gets("/deliveries")).status == 403
    assert (await kabid.posts(f"/deliveries/{delivery.id}/retry")).status == 403


async def test_what_a_person_hands_over_is_noted_with_who_took_it(office: Office, counter: Machine) -> None:
    """Who took it is asked for; without a time it was just now."""
    ticket = await office.complaint()
    delivery = await Delivery.get(message__ticket_id=ticket.id)
    await Delivery.filter(id=delivery.id).update(state="handover")
    path = f"/deliveries/{delivery.id}/hand"
    assert (await counter.posts(path, {"to": " "})).status == 422
    late = await counter.posts(path, {"to": "Siti", "at": "2031-01-01T08:00:00+07:00"})
    assert (late.status, late.code) == (422, "moment-future")
    assert (await counter.posts(path, {"to": "Siti"})).json == {"id": delivery.id, "state": "delivered"}
    row = await Delivery.get(id=delivery.id)
    assert (row.detail, row.delivered_at) == ("Siti", office.now)
    assert (await counter.posts(path, {"to": "Siti"})).status == 409


async def test_a_letter_comes_with_what_a_letter_has(office: Office, counter: Machine) -> None:
    """Its details stand in the record; what is no detail, or no link, is refused by name."""
    body = {"text": "Lampu jalan mati", "channel": "blitar-surat"}
    assert (await counter.posts("/tickets", body | {"details": {"kept_at": "Lemari 2"}})).status == 201
    assert office.handed.pop()[1].fields["catatan.kept_at"] == "Lemari 2"
    for details in ({"link": "javascript:alert(1)"}, {"kept": "Lemari 2"}):
        wrong = await counter.posts("/tickets", body | {"details": details})
        assert (wrong.status, wrong.fields) == (422, [f"details.{next(iter(details))}"])
    assert office.handed == []


async def test_a_complaint_is_taken_down_as_at_the_desk(office: Office, counter: Machine) -> None:
    """The clerk gets the very message that the desk's page would hand in, and its answer comes back."""
    body = {"text": "Lampu jalan mati", "name": "Budi", "contact": "budi@example.org", "kind": "pengaduan"}
    taken = await counter.posts("/tickets", body | {"object": "Lampu", "place": "Jl. Veteran"})
    assert taken.status == 201
    letter = await counter.posts("/tickets", {"text": "Lampu jalan mati", "channel": "blitar-surat"})
    assert (letter.status, office.handed.pop()[0]) == (201, "blitar-surat")
    assert (taken.json["number"], taken.json["code"], taken.json["aside"]) == ("BLT-26-000001", "7F3K9Q", False)
    ((channel, inbound),) = office.handed
    assert channel == "blitar-loket"
    assert (inbound.text, inbound.sender_name) == ("Lampu jalan mati", "Budi")
    assert inbound.fields == {
        "nama": "Budi",
        "kontak": "budi@example.org",
        "jenis": "pengaduan",
        "objek": "Lampu",
        "tempat": "Jl. Veteran",
        "petugas": "petugas",
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "text"), ({"text": ""}, "text"), ({"text": " \n\t\u00a0"}, "text"), ({"text": "x" * 10_001}, "text")],
)
async def test_a_complaint_has_words(counter: Machine, body: dict[str, str], field: str) -> None:
    """Nothing, blanks, or a book: refused with the field."""
    answer = await counter.posts("/tickets", body)
    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize(
    ("data", "media", "status"),
    [
        (b'{"text": "x"}', "text/plain", 415),
        (b'{"text": "x"}', "application/x-www-form-urlencoded", 415),
        (b"", "application/json", 400),
        (b'{"text": ', "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b'{"text": "a", "text": NaN}', "application/json", 422),
    ],
)
async def test_a_body_is_json(counter: Machine, data: bytes, media: str, status: int) -> None:
    """Another media type is 415, broken JSON 400; never 500."""
    answer = await counter.sends("POST", "/tickets", data, Content_Type=media)
    assert (answer.status, answer.media) == (status, "application/problem+json")


async def test_control_characters_never_reach_the_record(any_office: Office, any_counter: Machine) -> None:
    """NUL and its kin are cleaned away, on either engine, wherever a text is taken."""
    ticket = await any_office.complaint()
    noted = await any_counter.posts(path(ticket, "notes"), {"text": "a\x00b"})
    assert noted.status == 200
    assert (await Message.filter(ticket_id=ticket.id, direction="note").first()).text == "ab"  # type: ignore[union-attr]
    for query in ({"q": "\x00"}, {"step": "\x00"}, {"channel": "a\x00"}):
        assert (await any_counter.gets("/tickets", query)).status == 200


async def test_what_nobody_foresaw_is_a_problem_without_a_trace(
    office: Office, counter: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with a mark that the log has as well; not a word of what broke."""

    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("rahasia dalam")

    monkeypatch.setattr(office, "hand", breaks)
    answer = await counter.posts("/tickets", {"text": "Aduan"})
    assert (answer.status, answer.code) == (500, "mishap")
    assert b"rahasia" not in answer.body


async def test_a_dead_address_is_told(office: Office, counter: Machine) -> None:
    """How the citizen can be reached stands on the ticket, with what is wrong with it."""
    ticket = await office.complaint()
    await Address.all().update(dead_at=office.now)
    (way,) = (await counter.gets(path(ticket))).json["citizen"]["addresses"]
    assert (way["scheme"], way["value"], way["dead"], way["hears"]) == ("email", "siti@example.com", True, True)


async def test_two_persons_are_joined_and_separated(office: Office) -> None:
    """What may be the same stands on the person; an officer's word joins, and takes it back."""
    counter = await machine(office, "kasi")
    one = await office.complaint(sender="siti@example.com")
    two = await office.complaint(sender="siti.lain@example.com")
    body = {"with": two.number, "reason": "ditelepon", "version": one.version}
    joined = await counter.posts(path(one, "join"), body)
    assert joined.status == 200, joined.json
    person = (await counter.gets(path(one, "person"))).json
    assert {reach["value"] for reach in person["addresses"]} == {"siti@example.com", "siti.lain@example.com"}
    assert person["tickets"] == [two.number]
    again = await counter.posts(path(one, "join"), body | {"version": joined.json["version"]})
    assert (again.status, again.fields) == (409, ["with"])
    back = {"joining": person["joined"][0]["id"], "version": joined.json["version"]}
    assert (await counter.posts(path(one, "separate"), back)).status == 200
    assert (await counter.gets(path(one, "person"))).json["tickets"] == []
