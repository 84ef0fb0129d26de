"""Papers by API: a letter's whole life, and each of its refusals, as at the desk."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from inbox.models import Paper, RegisterEntry, Ticket
from tests.inbox.api.client import Answer, Machine, machine
from tests.inbox.web.desk import Office

KIND = "surat-jawaban"
WORDS = {f"{KIND}.text": "Bangunan itu sudah kami periksa."}
PDF = base64.b64encode(b"%PDF-1.4 surat yang ditandatangani").decode()


class Letter:
    """A letter of a ticket, and the machines of those who work on it."""

    def __init__(self, office: Office, ticket: Ticket) -> None:
        self.office, self.ticket, self.id, self.revision = office, ticket, 0, 1

    @property
    def path(self) -> str:
        return f"/tickets/{self.ticket.number}/papers"

    async def drafted(self, **values: str) -> Answer:
        """By the Kasi, whose paraf it needs."""
        answer = await (await self.of("kasi")).posts(self.path, {"paper": KIND, "values": values or WORDS})
        assert answer.status == 201, answer.json
        self.id = answer.json["id"]
        return answer

    async def does(self, login: str, command: str, **body: Any) -> Answer:
        """A command on it, with the revision as it was seen."""
        asked = {"revision": self.revision} | body if command != "correct" else None
        return await (await self.of(login)).posts(f"{self.path}/{self.id}/{command}", asked)

    async def state(self, login: str = "kasi") -> Any:
        """What its state says to an officer."""
        return (await (await self.of(login)).gets(f"{self.path}/{self.id}/state")).json

    async def of(self, login: str) -> Machine:
        return await machine(self.office, login)


@pytest.fixture
async def letter(any_office: Office) -> Letter:
    """At a complaint that is being studied."""
    return Letter(any_office, await any_office.up_to_study())


async def test_a_letter_goes_its_whole_way(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Form, draft, paraf, signature, issue: numbered, in its book, its PDF made; then a second version."""
    kept: list[int] = []

    async def keep(_: object, by: object, paper_id: int, now: object) -> str:
        kept.append(paper_id)
        return ""

    monkeypatch.setattr("inbox.paper_press.PaperPress.kept", keep)
    kasi = await letter.of("kasi")
    form = (await kasi.gets(f"/tickets/{letter.ticket.number}/paper-form", {"paper": KIND})).json
    assert set(WORDS) <= {one["name"] for one in form["fields"]}
    await letter.drafted()
    state = await letter.state()
    assert (state["status"], state["awaits"], state["roles"], state["mine"]) == ("drafted", "paraf", ["kasi"], True)
    assert (await letter.does("kasi", "initial")).json["status"] == "initialled"
    head = await letter.of("kepala-dinas")
    (waiting,) = (await head.gets("/papers")).json["papers"]
    assert (waiting["ticket"], waiting["id"], waiting["awaits"]) == (letter.ticket.number, letter.id, "signature")
    assert (await letter.does("kepala-dinas", "sign")).json["status"] == "signed"
    issued = await letter.does("kasi", "issue")
    assert (issued.status, issued.json["status"], issued.json["number"]) == (200, "issued", "001/410.113/11/2026")
    assert kept == [letter.id]
    assert await RegisterEntry.filter(register="agenda-surat-keluar", number=1).exists()
    marks = [(one["kind"], one["role"]) for one in (await letter.state())["marks"]]
    assert marks == [("paraf", "Kepala Seksi Evaluasi dan Pengaduan"), ("signature", "Kepala Dinas")]
    second = await letter.does("kasi", "correct")
    assert (second.status, second.json["version"], second.json["status"]) == (200, 2, "drafted")


async def test_nobody_marks_out_of_turn(letter: Letter) -> None:
    """403 for whose turn it is not, 409 for what was seen otherwise or is not ready, and nothing changes."""
    await letter.drafted()
    for login, command, status, code in (
        ("kepala-dinas", "sign", 403, "paper-turn"),
        ("petugas", "initial", 403, "paper-turn"),
        ("petugas", "issue", 403, "paper-not-yours"),
        ("kasi", "issue", 409, "paper-unready"),
    ):
        answer = await letter.does(login, command)
        assert (answer.status, answer.code) == (status, code), (login, command)
    stale = await letter.does("kasi", "initial", revision=7)
    assert (stale.status, stale.code) == (409, "paper-changed")
    missing = await (await letter.of("kasi")).posts(f"{letter.path}/999999/initial", {"revision": 1})
    assert missing.status == 404
    assert (await Paper.get(id=letter.id)).status == "drafted"


async def test_a_draft_is_half_written_sent_back_and_thrown_away(letter: Letter) -> None:
    """What is lacking is named; a remark takes its marks away; a reason ends it, and it took no number."""
    half = await letter.drafted(**{f"{KIND}.text": ""})
    assert half.json["status"] == "partial"
    assert (await letter.state())["lacking"]
    refused = await letter.does("kasi", "initial")
    assert (refused.status, refused.code) == (422, "field-missing")
    edited = await letter.does("kasi", "edit", values=WORDS)
    letter.revision = edited.json["revision"]
    back = await letter.does("kasi", "return", remark="Sebut nomor izinnya")
    assert (back.json["status"], (await letter.state())["remark"]) == ("returned", "Sebut nomor izinnya")
    letter.revision = back.json["revision"]
    gone = await letter.does("kasi", "discard", reason="Dijawab langsung")
    assert gone.json["status"] == "discarded"
    assert not await Paper.filter(id=letter.id).exists()


async def test_a_scan_is_a_wet_signature(letter: Letter) -> None:
    """Once it is initialled; what is no sheet is refused."""
    await letter.drafted()
    await letter.does("kasi", "initial")
    text = {"name": "a.txt", "content": base64.b64encode(b"bukan pindaian").decode()}
    assert (await letter.does("kasi", "scan", file=text)).code == "scan-type"
    done = await letter.does("kasi", "scan", file={"name": "surat.pdf", "content": PDF})
    assert (done.status, done.json["status"]) == (200, "signed")
    assert [one["kind"] for one in (await letter.state())["marks"]] == ["paraf", "wet"]


async def test_the_same_key_drafts_and_issues_once(letter: Letter) -> None:
    """A program that did not hear the answer asks again, and is given it."""
    kasi, asked = await letter.of("kasi"), {"paper": KIND, "values": WORDS}
    first, again = [await kasi.posts(letter.path, asked, key="surat-1") for _ in range(2)]
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await Paper.filter(paper=KIND).count() == 1
    twice = await kasi.posts(letter.path, asked)
    assert (twice.status, twice.code) == (409, "paper-in-hand")


async def test_what_has_no_life_is_not_drafted(letter: Letter) -> None:
    """A form that its action makes has no draft; a paper there is none of is not found."""
    kasi = await letter.of("kasi")
    form = await kasi.posts(letter.path, {"paper": "formulir-aduan"})
    assert (form.status, form.code) == (409, "paper-no-life")
    assert (await kasi.posts(letter.path, {"paper": "surat-cinta"})).status == 404


async def test_a_permit_is_looked_up_and_decided(letter: Letter) -> None:
    """The decision stands on the ticket with what it rests on, and says that it counts."""
    kasi, path = await letter.of("kasi"), f"/tickets/{letter.ticket.number}"
    found = (await kasi.gets(f"{path}/permits", {"q": "mangga"})).json
    assert (found["permits"], found["list_version"]) == ([], 0)
    refused = await kasi.posts(f"{path}/permit-checks", {"licensed": True, "asked": "mangga"})
    assert (refused.status, refused.code) == (422, "permit-unchosen")
    made = await kasi.posts(f"{path}/permit-checks", {"licensed": False, "asked": "mangga"})
    assert (made.status, made.json["licensed"], made.json["counts"]) == (201, False, True)
    (told,) = (await kasi.gets(path)).json["permit_checks"]
    assert (told["asked"], told["officer"], told["counts"]) == ("mangga", "Agus Prasetyo", True)


async def test_which_actions_want_evidence_is_told(letter: Letter) -> None:
    """By the procedures, and by the actions that a ticket offers."""
    kasi = await letter.of("kasi")
    procedures = {one["id"]: one for one in (await kasi.gets("/procedures")).json["procedures"]}
    status = next(step for step in procedures["blitar-11"]["steps"] if step["id"] == "status")
    assert [action["evidence"] for action in status["actions"]] == ["no-permit", "permit"]
    offered = (await kasi.gets(f"/tickets/{letter.ticket.number}")).json["actions"]
    assert [action["evidence"] for action in offered] == ["", ""]
