"""A paper's life: drafted, initialled in order, signed, issued under a number, and never changed from then on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Attachment
from config.schema import Numbering, Office, PaperKind
from inbox import numbering, paper_reading
from inbox.actor import Actor
from inbox.database import Database
from inbox.files import Files
from inbox.models import Attachment as AttachmentRow
from inbox.models import Entry, Message, Notice, Paper, PaperMark, RegisterEntry
from inbox.paper_back import PaperBack
from inbox.paper_desk import PaperDesk
from inbox.paper_press import PaperPress
from inbox.printing import Printing
from inbox.refused import Forbidden, Refused, Stale
from inbox.signing import Signatory, Unsigned
from tests.inbox.house import House, at, blitar
from tests.inbox.rows import conversation, ticket

NOW = at("2026-11-23 09:15")
WORDS = {"jawaban.text": "Bangunan itu sudah kami periksa."}
SCAN = Attachment(name="surat.pdf", type="application/pdf", content=b"%PDF-1.7 pindaian", size_bytes=17)


def lettered(office: Office) -> Office:
    """Blitar, whose direct answer is a letter: kasi and kabid put their paraf, kepala dinas signs, one book counts."""
    letter = {
        "template": "surat-jawaban",
        "initials": ("kasi", "kabid"),
        "signed_by": ("kepala-dinas",),
        "numbered": "keluar",
    }
    papers = tuple(one.model_copy(update=letter) if one.id == "jawaban" else one for one in office.papers)
    pattern = "{number:03}/{code}/410.121/{roman}/{year}"
    out = Numbering(id="keluar", name="Surat keluar", pattern=pattern, register="agenda-aduan-masuk")
    return office.model_copy(update={"papers": papers, "numberings": (out,)})


@pytest.fixture
async def lettering(any_database: Database, tmp_path: Path) -> House:
    """That office, over each engine in turn."""
    house = House(any_database, tmp_path / "files", blitar(lettered))
    await house.tickets.prepare(at("2026-11-01 00:00"))
    return house


class Staff:
    """Its officers at their papers."""

    def __init__(self, house: House, by: dict[str, Actor], folder: Path) -> None:
        self.house, self.by, self.desk, self.number = house, by, PaperDesk(house.tickets, Files(folder)), ""

    async def drafted(self) -> Paper:
        self.number = (await self.house.complaint(NOW)).number
        return await self.desk.draft(self.by["petugas"], self.number, "jawaban", WORDS, NOW)

    async def marked(self, paper: Paper) -> Paper:
        """Initialled twice and signed."""
        given = {"revision": paper.revision, "now": NOW}
        for role in ("kasi", "kabid"):
            await self.desk.initial(self.by[role], self.number, paper.id, **given)
        return await self.desk.sign(self.by["kepala-dinas"], self.number, paper.id, **given)

    async def issued(self, paper: Paper) -> Paper:
        return await self.desk.issue(self.by["petugas"], self.number, paper.id, revision=paper.revision, now=NOW)


@pytest.fixture
async def staff(lettering: House, tmp_path: Path) -> Staff:
    """The staff of that office."""
    roles = ("petugas", "kasi", "kabid", "kepala-dinas")
    return Staff(lettering, {role: await lettering.officer(role) for role in roles}, tmp_path / "files")


async def test_a_letter_goes_out_once_it_is_issued(staff: Staff) -> None:
    """The action that needs a letter waits for it; then the citizen gets it as a file, with its words and the code."""
    house, petugas = staff.house, staff.by["petugas"]
    paper = await staff.drafted()
    with pytest.raises(Refused, match="papers-unissued"):
        await house.act(petugas, staff.number, "jawab-langsung", NOW)
    await staff.marked(paper)
    with pytest.raises(Refused, match="papers-unissued"):
        await house.act(petugas, staff.number, "jawab-langsung", NOW)
    issued = await staff.issued(paper)
    assert (issued.number, issued.status) == ("001/BLT/410.121/XI/2026", "issued")
    digest = await Files(Path(staff.desk._files.folder)).put(b"%PDF-1.7")
    await Paper.filter(id=issued.id).update(pdf_digest=digest)
    done = await house.act(petugas, staff.number, "jawab-langsung", NOW)
    assert done.status == "answered"
    ((template, text),) = await house.heard(staff.number)
    assert template == "surat-jawaban"
    assert "Bangunan itu sudah kami periksa." in text
    assert done.code in text
    (file,) = await AttachmentRow.all()
    assert (file.digest, file.type) == (digest, "application/pdf")


async def test_marks_are_made_in_order_and_by_whom_they_are_asked_of(staff: Staff) -> None:
    """Nobody initials before their turn, signs before the initials, or stands in for a role they do not hold."""
    desk, by = staff.desk, staff.by
    paper = await staff.drafted()
    given = {"revision": 1, "now": NOW}
    for mark, role in ((desk.initial, "kabid"), (desk.sign, "kepala-dinas"), (desk.initial, "petugas")):
        with pytest.raises(Forbidden, match="paper-turn"):
            await mark(by[role], staff.number, paper.id, **given)
    with pytest.raises(Refused, match="paper-unready"):
        await staff.issued(paper)
    await desk.initial(by["kasi"], staff.number, paper.id, **given)
    await desk.initial(by["kabid"], staff.number, paper.id, **given)
    assert (await Paper.get(id=paper.id)).status == "initialled"
    deputy = await staff.house.officer("sekretaris")
    acting = replace(deputy, roles=deputy.roles | {"kepala-dinas"}, acting=(("kepala-dinas", "plh"),))
    await desk.sign(acting, staff.number, paper.id, **given)
    last = await PaperMark.filter(paper_id=paper.id).order_by("-id").first()
    assert last is not None
    assert (last.role, last.title, last.officer_id) == ("kepala-dinas", "plh", deputy.officer_id)
    told = await staff.house.notices("paper-initial", "paper-sign", "paper-issue")
    assert told[:3] == [("paper-initial", "kasi"), ("paper-initial", "kabid"), ("paper-sign", "kepala-dinas")]
    assert ("paper-issue", "petugas") in told


async def test_a_draft_written_anew_loses_its_marks(staff: Staff) -> None:
    """What was initialled is what was read: after a change it is initialled again, and old pages are refused."""
    desk, by = staff.desk, staff.by
    paper = await staff.drafted()
    await desk.initial(by["kasi"], staff.number, paper.id, revision=1, now=NOW)
    changed = await desk.edit(
        by["kabid"], staff.number, paper.id, {"jawaban.text": "Lebih singkat."}, revision=1, now=NOW
    )
    assert (changed.status, changed.revision, changed.values["text"]) == ("drafted", 2, "Lebih singkat.")
    assert not await PaperMark.filter(paper_id=paper.id).exists()
    with pytest.raises(Stale, match="paper-changed"):
        await desk.initial(by["kasi"], staff.number, paper.id, revision=1, now=NOW)


async def test_an_issued_paper_never_changes(staff: Staff) -> None:
    """Neither a command nor the record itself changes it; its correction is a second version with its own number."""
    paper = await staff.drafted()
    await staff.marked(paper)
    issued = await staff.issued(paper)
    with pytest.raises(Refused, match="paper-fixed"):
        await staff.desk.edit(staff.by["petugas"], staff.number, issued.id, WORDS, revision=1, now=NOW)
    for change in ({"values": {"text": "Lain"}}, {"number": "9"}, {"status": "drafted"}, {"issued_at": None}):
        with pytest.raises(Exception, match="an issued paper never changes"):
            await Paper.filter(id=issued.id).update(**change)
    second = await staff.desk.correct(staff.by["petugas"], staff.number, issued.id, NOW)
    assert (second.version, second.corrects_id, second.status, second.values) == (
        2,
        issued.id,
        "drafted",
        issued.values,
    )
    await staff.marked(second)
    assert (await staff.issued(second)).number == "002/BLT/410.121/XI/2026"
    assert (await Paper.get(id=issued.id)).number == "001/BLT/410.121/XI/2026"
    assert await RegisterEntry.all().order_by("number").values_list("number", flat=True) == [1, 2]


async def test_a_scan_is_a_wet_signature(staff: Staff) -> None:
    """The signed sheet laid onto an initialled paper signs it, once; before the paraf it is refused."""
    paper = await staff.drafted()
    petugas, desk = staff.by["petugas"], staff.desk
    with pytest.raises(Forbidden, match="paper-turn"):
        await desk.scan(petugas, staff.number, paper.id, SCAN, revision=1, now=NOW)
    for role in ("kasi", "kabid"):
        await desk.initial(staff.by[role], staff.number, paper.id, revision=1, now=NOW)
    page = replace(SCAN, content=b"<html>")
    with pytest.raises(Refused, match="scan-type"):
        await desk.scan(petugas, staff.number, paper.id, page, revision=1, now=NOW)
    signed = await desk.scan(petugas, staff.number, paper.id, SCAN, revision=1, now=NOW)
    assert (signed.status, bool(signed.scan_digest)) == ("signed", True)
    assert (await staff.issued(signed)).number
    with pytest.raises(Refused, match="scan-there"):
        await desk.scan(petugas, staff.number, paper.id, SCAN, revision=1, now=NOW)


async def test_nobodys_turn_hides_behind_others(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many drafts wait for somebody before them, officers find those that wait for themselves."""
    monkeypatch.setattr(paper_reading, "_MOST", 2)
    reading, by = paper_reading.PaperReading(staff.house.tickets), staff.by
    papers = [(await staff.drafted(), staff.number) for _ in range(4)]
    last, number = papers[-1]
    assert await reading.waiting(by["kabid"]) == ()
    await staff.desk.initial(by["kasi"], number, last.id, revision=1, now=NOW)
    (line,) = await reading.waiting(by["kabid"])
    assert (line.paper.id, line.number, line.turn) == (last.id, number, "paraf")
    assert await reading.waiting(by["kepala-dinas"]) == ()
    await staff.desk.initial(by["kabid"], number, last.id, revision=1, now=NOW)
    assert [one.turn for one in await reading.waiting(by["kepala-dinas"])] == ["signature"]
    assert await reading.waiting(by["petugas"]) == ()


async def test_a_signed_sheet_is_of_the_words_that_were_printed(staff: Staff) -> None:
    """A draft written into anew gives up its scan and its signature, and takes no sheet of the words before."""
    paper = await staff.drafted()
    petugas, desk = staff.by["petugas"], staff.desk
    initials = [(role, desk.initial) for role in ("kasi", "kabid")]
    for role, initial in initials:
        await initial(staff.by[role], staff.number, paper.id, revision=1, now=NOW)
    await desk.scan(petugas, staff.number, paper.id, SCAN, revision=1, now=NOW)
    await desk.edit(petugas, staff.number, paper.id, {"jawaban.text": "Lebih singkat."}, revision=1, now=NOW)
    changed = await Paper.get(id=paper.id)
    assert (changed.status, changed.scan_digest, changed.signed_by_id) == ("drafted", "", None)
    for role, initial in initials:
        await initial(staff.by[role], staff.number, paper.id, revision=2, now=NOW)
    with pytest.raises(Stale, match="paper-changed"):
        await desk.scan(petugas, staff.number, paper.id, SCAN, revision=1, now=NOW)
    signed = await desk.scan(petugas, staff.number, paper.id, SCAN, revision=2, now=NOW)
    assert (signed.status, bool(signed.scan_digest)) == ("signed", True)


async def test_only_who_works_on_it_writes_a_draft(staff: Staff) -> None:
    """An officer of neither the step nor the marks may not draft, and one kind has one draft at a time."""
    await staff.drafted()
    stranger = await staff.house.officer("sekretaris")
    with pytest.raises(Forbidden, match="paper-not-yours"):
        await staff.desk.draft(stranger, staff.number, "jawaban", WORDS, NOW)
    with pytest.raises(Refused, match="paper-in-hand"):
        await staff.desk.draft(staff.by["kasi"], staff.number, "jawaban", WORDS, NOW)
    with pytest.raises(Refused, match="paper-no-life"):
        await staff.desk.draft(staff.by["petugas"], staff.number, "surat-tanggapan", WORDS, NOW)


async def test_two_hundred_numbers_at_once(any_database: Database) -> None:
    """Of two hundred papers issued together none gets another's number and none is left out, whoever is interrupted."""
    office = lettered(blitar().office("blitar"))
    kind = PaperKind(id="surat", name="Surat", made="template", template="surat-teguran", numbered="keluar")
    case = await ticket(NOW, await conversation(NOW))

    async def one(place: int) -> str:
        taken = await numbering.take(office, kind, ticket_id=case.id, officer_id=None, now=NOW)
        if place % 10 == 3:
            raise RuntimeError("interrupted")
        return taken.text

    together = [any_database.transaction(lambda place=place: one(place)) for place in range(222)]
    found = [text for text in await asyncio.gather(*together, return_exceptions=True) if isinstance(text, str)]
    entered = await RegisterEntry.all().order_by("number").values_list("number", flat=True)
    many = list(range(1, len(found) + 1))
    assert len(found) == 200
    assert sorted(found) == [f"{number:03}/BLT/410.121/XI/2026" for number in many]
    assert list(entered) == many


async def test_a_provider_signs_what_was_issued(staff: Staff, tmp_path: Path) -> None:
    """An office's provider gets the PDF and who signed; that one is kept, and a failure is asked again."""
    paper = await staff.drafted()
    await staff.marked(paper)
    issued = await staff.issued(paper)
    provider = StandIn()
    files = Files(tmp_path / "files")
    printing = Printing(staff.house.tickets)
    press = PaperPress(staff.house.tickets, printing, Drawn(), files, {"blitar": provider})  # type: ignore[arg-type]
    petugas = staff.by["petugas"]
    assert not await press.kept(petugas, issued.id, NOW)
    provider.works = True
    assert not await press.kept(replace(petugas, officer_id=0, roles=frozenset()), issued.id, NOW)
    assert provider.asked == 1
    digest = await press.kept(petugas, issued.id, NOW)
    assert await files.read(digest) == b"%PDF-1.7 signed"
    assert (provider.by.role, provider.by.number) == ("Kepala Dinas", "001/BLT/410.121/XI/2026")
    assert await press.kept(petugas, issued.id, NOW) == digest
    assert provider.asked == 2


class StandIn:
    """A provider of electronic signatures that is down at first."""

    works, asked = False, 0
    by: Signatory

    async def sign(self, pdf: bytes, by: Signatory) -> bytes:
        self.asked, self.by = self.asked + 1, by
        if not self.works:
            raise Unsigned("down")
        return pdf + b" signed"


class Drawn:
    """A press without ink."""

    async def drawn(self, *_: object) -> bytes:
        return b"%PDF-1.7"


async def test_a_paper_goes_back_to_its_drafter(staff: Staff) -> None:
    """Its marks fall, its drafter hears why, and nobody marks it until it was handed in again."""
    desk, by, back = staff.desk, staff.by, PaperBack(staff.house.tickets)
    paper = await staff.drafted()
    for role in ("kasi", "kabid"):
        await desk.initial(by[role], staff.number, paper.id, revision=1, now=NOW)
    with pytest.raises(Refused, match="field-missing"):
        await back.send_back(by["kepala-dinas"], staff.number, paper.id, " ", revision=1, now=NOW)
    with pytest.raises(Forbidden, match="paper-turn"):
        await back.send_back(by["kasi"], staff.number, paper.id, "Keliru", revision=1, now=NOW)
    await back.send_back(by["kepala-dinas"], staff.number, paper.id, "Alamatnya keliru.", revision=1, now=NOW)
    assert not await PaperMark.filter(paper_id=paper.id).exists()
    told = await Notice.filter(seen_at=None, kind__startswith="paper-")
    assert [(one.kind, one.officer_id) for one in told] == [("paper-returned", by["petugas"].officer_id)]
    line = await Entry.get(event="paper-returned")
    assert (await Message.get(id=line.values["message_id"])).text.endswith(": Alamatnya keliru.")
    with pytest.raises(Refused, match="paper-sent-back"):
        await desk.initial(by["kasi"], staff.number, paper.id, revision=2, now=NOW)
    again = await desk.edit(by["petugas"], staff.number, paper.id, WORDS, revision=2, now=NOW)
    assert again.status == "drafted"
    await staff.marked(again)
    assert (await staff.issued(again)).number.startswith("001/")


async def test_a_draft_that_is_thrown_away_takes_no_number(staff: Staff) -> None:
    """Its drafter says why; the next letter has the first number, and what was told of the draft is no news."""
    back, by = PaperBack(staff.house.tickets), staff.by
    paper = await staff.drafted()
    await staff.desk.initial(by["kasi"], staff.number, paper.id, revision=1, now=NOW)
    stranger = await staff.house.officer("sekretaris")
    with pytest.raises(Forbidden, match="paper-not-yours"):
        await back.discard(stranger, staff.number, paper.id, "Bukan", revision=1, now=NOW)
    await back.discard(by["petugas"], staff.number, paper.id, "Salah jenis surat.", revision=1, now=NOW)
    assert not await Paper.filter(id=paper.id).exists()
    assert not await Notice.filter(seen_at=None, kind__startswith="paper-").exists()
    assert await Entry.filter(event="paper-discarded").count() == 1
    second = await staff.desk.draft(by["petugas"], staff.number, "jawaban", WORDS, NOW)
    await staff.marked(second)
    issued = await staff.issued(second)
    assert issued.number.startswith("001/")
    with pytest.raises(Refused, match="paper-fixed"):
        await back.discard(by["petugas"], staff.number, issued.id, "Lagi", revision=1, now=NOW)


async def test_a_draft_can_be_kept_half_filled(staff: Staff) -> None:
    """It waits for its drafter, and for nobody's paraf until what is required stands in it."""
    desk, by = staff.desk, staff.by
    staff.number = (await staff.house.complaint(NOW)).number
    paper = await desk.draft(by["petugas"], staff.number, "jawaban", {"jawaban.text": ""}, NOW)
    assert paper.status == "partial"
    assert not await staff.house.notices("paper-initial")
    with pytest.raises(Refused, match="field-missing"):
        await desk.initial(by["kasi"], staff.number, paper.id, revision=1, now=NOW)
    whole = await desk.edit(by["petugas"], staff.number, paper.id, WORDS, revision=1, now=NOW)
    assert whole.status == "drafted"
    assert await staff.house.notices("paper-initial") == [("paper-initial", "kasi")]
