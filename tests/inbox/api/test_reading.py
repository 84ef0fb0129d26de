"""What the API tells: lists by page, tickets in full, files, papers, and the office's own words."""

from __future__ import annotations

import pytest

from inbox.models import Paper
from tests.inbox.api.client import Machine, machine
from tests.inbox.web.desk import Office
from tests.pictures import opened, placed, tells

JPEG = placed()


async def test_the_way_in_is_open(office: Office) -> None:
    """Index and description need no token; the index says where everything is."""
    stranger = Machine(office, "")
    first = await stranger.gets("/")
    assert first.status == 200
    described = await stranger.gets("/openapi.json")
    assert described.json["openapi"] == "3.1.0"
    assert {"/tickets", "/tickets/{number}", "/tickets/{number}/actions"} <= set(described.json["paths"])


async def test_a_list_comes_by_pages(any_office: Office, any_counter: Machine) -> None:
    """Every ticket once, newest first, whatever the page's length; the last page has no next."""
    numbers = [(await any_office.complaint(f"Aduan ke-{place}")).number for place in range(5)]
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await any_counter.gets("/tickets", {"limit": "2", "cursor": cursor})).json
        seen += [one["number"] for one in page["tickets"]]
        cursor = page["next"]
    assert seen == numbers[::-1]
    assert cursor is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2),
        ({"status": "live"}, 2),
        ({"status": "closed"}, 0),
        ({"office": "blitar"}, 2),
        ({"step": "disposisi"}, 1),
        ({"channel": "blitar-email"}, 2),
        ({"channel": "blitar-web"}, 0),
        ({"q": "trotoar"}, 1),
        ({"queue": "role"}, 1),
        ({"queue": "mine"}, 0),
        ({"late": "true"}, 0),
        ({"late": "false"}, 2),
        ({"unread": "true"}, 1),
    ],
)
async def test_filters_narrow_the_list(office: Office, counter: Machine, query: dict[str, str], found: int) -> None:
    """Each filter of the description does what it says."""
    await office.up_to_disposition()
    await office.complaint("Trotoar rusak")
    answer = await counter.gets("/tickets", query)
    assert (answer.status, len(answer.json["tickets"])) == (200, found)


async def test_late_is_late(office: Office, counter: Machine) -> None:
    """late=true finds what is past its due time, and says so."""
    await office.complaint()
    office.later(days=3)
    (row,) = (await counter.gets("/tickets", {"late": "true"})).json["tickets"]
    assert row["late"]
    assert row["step"] == {"id": "terima", "name": row["step"]["name"]}


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ([("limit", "0")], 422, "limit"),
        ([("limit", "201")], 422, "limit"),
        ([("limit", "1.0")], 422, "limit"),
        ([("limit", " 1")], 422, "limit"),
        ([("late", "ya")], 422, "late"),
        ([("late", "1")], 422, "late"),
        ([("status", "buka")], 422, "status"),
        ([("sort", "asc")], 422, "sort"),
        ([("q", "a"), ("q", "b")], 422, "q"),
        ([("cursor", "zzz")], 404, ""),
        ([("cursor", "i-1")], 404, ""),
        ([("office", "mojokerto")], 403, "office"),
    ],
)
async def test_a_query_is_taken_word_for_word(
    counter: Machine, query: list[tuple[str, str]], status: int, field: str
) -> None:
    """What is not in the description is refused, with the field at fault."""
    answer = await counter.gets("/tickets", query)
    assert (answer.status, answer.media) == (status, "application/problem+json")
    assert answer.fields == [field]
    assert answer.json["status"] == status


async def test_a_ticket_is_told_in_full(office: Office) -> None:
    """Messages, steps, papers, deliveries, journal, version, and what this officer may do now."""
    ticket = await office.up_to_study()
    kabid = await machine(office, "kabid")
    told = (await kabid.gets(f"/tickets/{ticket.number.lower().replace('-', '')}")).json
    assert told["number"] == ticket.number
    assert [step["step"] for step in told["steps"]] == ["terima", "disposisi", "kaji"]
    assert {paper["paper"] for paper in told["papers"]} >= {"formulir-aduan", "agenda-masuk", "lembar-disposisi"}
    assert told["dispositions"][0]["tasks"][0]["role"] == "kabid"
    assert [action["id"] for action in told["actions"]] == ["belum-berizin", "berizin"]
    assert {line["event"] for line in told["journal"]} >= {"opened", "acted", "disposition"}
    assert all(line["text"] and line["text"] != line["event"] for line in told["journal"])
    assert told["messages"][0]["text"].startswith("Ada ruko")
    said = {one["id"] for one in told["messages"]}
    assert told["deliveries"]
    assert all(one["message_id"] in said for one in told["deliveries"])
    assert "code" not in told
    others = (await (await machine(office, "petugas")).gets(f"/tickets/{ticket.number}")).json
    assert (others["actions"], others["version"]) == ([], told["version"])


async def test_what_is_asked_for_stands_in_the_actions_forms(office: Office, counter: Machine) -> None:
    """A machine can fill in an action from what the ticket says, and nothing else."""
    ticket = await office.complaint()
    actions = {one["id"]: one for one in (await counter.gets(f"/tickets/{ticket.number}")).json["actions"]}
    fields = {field["name"]: field for form in actions["jawab-langsung"]["forms"] for field in form["fields"]}
    assert fields["jawaban.text"]["required"]
    assert fields["formulir-aduan.text"]["value"].startswith("Ada ruko")


async def test_nobody_reads_a_ticket_that_is_not_there_for_them(office: Office, counter: Machine) -> None:
    """Unknown, unreadable or another office's: 404, and always the same words."""
    ticket = await office.complaint()
    await ticket.filter(id=ticket.id).update(office="mojokerto")
    for number in (ticket.number, "BLT-26-999999", "x", "%00", "BLT%2F26"):
        answer = await counter.gets(f"/tickets/{number}")
        assert (answer.status, answer.media) == (404, "application/problem+json"), number


async def test_files_come_under_the_same_rules_as_at_the_desk(office: Office, counter: Machine) -> None:
    """A picture as what it is, anything else as something to save; nothing for whoever may not see the ticket."""
    ticket = await office.complaint()
    picture = await office.attached(ticket, "foto.jpg", "image/jpeg", JPEG)
    page = await office.attached(ticket, "x.html", "text/html", b"<script>alert(1)</script>")
    files = (await counter.gets(f"/tickets/{ticket.number}")).json["messages"][0]["files"]
    assert [(one["id"], one["name"]) for one in files] == [(picture.id, "foto.jpg"), (page.id, "x.html")]
    assert files[0]["url"] == f"/api/v1/attachments/{picture.id}"
    seen = await counter.gets(f"/attachments/{picture.id}")
    assert (seen.status, seen.media, opened(seen.body).size) == (200, "image/jpeg", opened(JPEG).size)
    assert not tells(seen.body)
    saved = await counter.gets(f"/attachments/{page.id}")
    assert (saved.media, saved.headers["Content-Disposition"].split(";")[0]) == (
        "application/octet-stream",
        "attachment",
    )
    await ticket.filter(id=ticket.id).update(office="mojokerto")
    assert (await counter.gets(f"/attachments/{picture.id}")).status == 404
    absent = await counter.gets("/attachments/999999")
    assert (absent.status, absent.code) == (404, "attachment-missing")


async def test_papers_can_be_printed(office: Office, counter: Machine) -> None:
    """A paper's address hands out the page that the desk prints."""
    ticket = await office.up_to_disposition()
    papers = (await counter.gets(f"/tickets/{ticket.number}")).json["papers"]
    form = next(one for one in papers if one["paper"] == "formulir-aduan")
    page = await counter.gets(form["url"].removeprefix("/api/v1"))
    assert (page.status, page.media) == (200, "text/html")
    assert ticket.number in page.body.decode()
    entry = next(one for one in papers if one["paper"] == "agenda-masuk")
    assert (entry["entry"]["number"], entry["url"]) == (1, "")
    assert (await counter.gets(f"/tickets/{ticket.number}/papers/999")).code == "paper-missing"


async def test_an_issued_paper_comes_as_the_pdf_that_was_issued(office: Office, counter: Machine) -> None:
    """The file that was kept, byte by byte; any other paper with a page is drawn; nothing of another ticket's."""
    ticket = await office.up_to_disposition()
    papers = (await counter.gets(f"/tickets/{ticket.number}")).json["papers"]
    form = next(one for one in papers if one["paper"] == "formulir-aduan")
    address = form["pdf"].removeprefix("/api/v1")
    drawn = await counter.gets(address)
    assert (drawn.media, drawn.body[:5]) == ("application/pdf", b"%PDF-")
    digest = await office.files.put(b"%PDF-1.7 seperti terbit")
    await Paper.filter(id=form["id"]).update(issued_at=office.now, pdf_digest=digest)
    assert (await counter.gets(address)).body == b"%PDF-1.7 seperti terbit"
    other = await office.complaint("Trotoar rusak")
    assert (await counter.gets(f"/tickets/{other.number}/papers/{form['id']}.pdf")).code == "paper-missing"
    assert next(one for one in papers if one["paper"] == "agenda-masuk")["pdf"] == ""


async def test_a_long_message_is_there_in_full(office: Office, counter: Machine) -> None:
    """The list says that there is more; its own address has all of it."""
    ticket = await office.complaint()
    said = await office.said(ticket, "pendek", full_text="pendek\n> dan yang dikutip")
    line = (await counter.gets(f"/tickets/{ticket.number}")).json["messages"][-1]
    assert (line["text"], line["longer"]) == ("pendek", True)
    whole = await counter.gets(f"/tickets/{ticket.number}/messages/{said.id}")
    assert whole.json == {"id": said.id, "text": "pendek\n> dan yang dikutip"}
    assert (await counter.gets(f"/tickets/{ticket.number}/messages/999999")).code == "message-missing"


async def test_the_offices_words_can_be_looked_up(office: Office, counter: Machine) -> None:
    """Kinds, roles, doors, agencies, colleagues and procedures, by their ids."""
    (told,) = (await counter.gets("/offices")).json["offices"]
    assert told["id"] == "blitar"
    assert "pengaduan" in {one["id"] for one in told["kinds"]}
    assert "blitar-email" in {one["id"] for one in told["channels"]}
    assert len(told["officers"]) == 5
    procedures = {one["id"]: one for one in (await counter.gets("/procedures")).json["procedures"]}
    assert procedures["blitar-10"]["steps"][0]["actions"][0]["id"] == "jawab-langsung"


async def test_who_has_it_already_is_not_told_again(office: Office, counter: Machine) -> None:
    """304 while nothing changed, the whole again when something did."""
    ticket = await office.complaint()
    first = await counter.gets(f"/tickets/{ticket.number}")
    again = await counter.gets(f"/tickets/{ticket.number}", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    await counter.posts(f"/tickets/{ticket.number}/notes", {"text": "catatan"})
    assert (await counter.gets(f"/tickets/{ticket.number}", If_None_Match=first.headers["ETag"])).status == 200


@pytest.mark.parametrize("path", ["/tidak-ada", "/tickets/BLT-26-000001/tidak-ada", "/attachments/x"])
async def test_an_address_that_is_none_is_a_problem_too(counter: Machine, path: str) -> None:
    """Never a page, never a trace."""
    answer = await counter.gets(path)
    assert (answer.status, answer.media) == (404, "application/problem+json")


async def test_the_head_of_a_reading_is_read_alone(counter: Machine) -> None:
    """As a cache or a watchman asks."""
    answer = await counter.sends("HEAD", "/tickets")
    assert (answer.status, "ETag" in answer.headers) == (200, True)


async def test_another_method_is_told_which_ones_there_are(counter: Machine) -> None:
    """405 with Allow."""
    answer = await counter.sends("DELETE", "/tickets")
    assert (answer.status, answer.media) == (405, "application/problem+json")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(","))
