"""A register of former times: all of it or nothing, found by its old numbers, and nobody hears of it."""

from __future__ import annotations

import pytest

from inbox.actor import Actor
from inbox.figures import Figures
from inbox.files import Files
from inbox.importing import Importing
from inbox.importing_read import Imports, Look
from inbox.models import Address, Delivery, Entry, ImportRow, ImportRun, Message, Notice, Ticket
from inbox.recaps import Recaps, period_of
from inbox.refused import Forbidden, Refused, Stale
from inbox.search import Filters, Search
from inbox.views import Views
from tests.inbox.house import House, at, upload
from tests.inbox.test_importing_file import xlsx

NOW = at("2026-11-23 10:00")
HEADERS = ("No. Agenda", "Tgl. Aduan", "Isi Aduan", "Nama Pengadu", "Jenis", "Tindak Lanjut", "Tgl. Selesai")
GOOD = [
    ("045/ADU/2025", "3/2/2025", "Pungutan liar di loket", "Wayan Gunarta", "Pengaduan", "Sudah ditegur", "10/2/2025"),
    ("046/ADU/2025", "4/2/2025", "Ruko tanpa izin", "", "", "", ""),
]


class Bringing:
    """An officer who brings registers in."""

    def __init__(self, house: House, by: Actor) -> None:
        self.house, self.by = house, by
        self.importing = Importing(house.tickets, Files(house.acting._files.folder))

    async def checked(self, *rows: tuple[object, ...]) -> Look:
        """Uploaded, with its columns as they were guessed, and checked."""
        run = await self.importing.upload(self.by, upload("register 2025.xlsx", xlsx(HEADERS, *rows)), NOW)
        named = (await ImportRun.get(id=run)).columns
        await self.importing.columns(self.by, run, named, NOW)
        while self.importing._running:
            await next(iter(self.importing._running))
        return await Imports(self.house.tickets).look(self.by, run)


@pytest.fixture
async def bringing(any_house: House) -> Bringing:
    """A secretary at work, on each engine."""
    return Bringing(any_house, await any_house.officer("sekretaris"))


async def test_former_complaints_come_in_closed(bringing: Bringing) -> None:
    """They keep their number and are found by it, with what was said; nobody is told, and today's figures stay."""
    house, head = bringing.house, await bringing.house.officer("kepala-dinas")
    await house.complaint(at("2026-11-23 08:00"))
    before = await Figures(house.tickets).board(head, "year", NOW)
    look = await bringing.checked(*GOOD)
    assert (look.run.state, look.run.good, look.troubles) == ("checked", 2, ())
    assert not await Ticket.filter(import_id__isnull=False).exists()
    told = await Notice.all().count()
    assert await bringing.importing.bring(bringing.by, look.run.id, NOW) == 2
    found = await Search(house.tickets).tickets(head, Filters(status="all", q="045/ADU/2025"), NOW)
    (row,) = found.rows
    assert (row.status, row.citizen, row.number) == ("closed", "Wayan Gunarta", "BLT-25-000001")
    page = await Views(house.tickets).ticket_page(head, row.number, NOW)
    assert [line.message.text for line in page.messages] == ["Pungutan liar di loket", "Sudah ditegur"]
    assert page.ticket.old_number == "045/ADU/2025"
    assert await Figures(house.tickets).board(head, "year", NOW) == before
    assert (await Delivery.all().count(), await Notice.all().count()) == (0, told)
    assert await Entry.filter(event="import-done").exists()
    recap = await Recaps(house.tickets).read(head, period_of("2025-02", house.office, NOW), NOW)
    assert (recap.cohort.count, recap.cohort.judged, recap.cohort.answers, recap.steps) == (2, 0, None, ())


async def test_a_contact_stands_as_it_was_written(bringing: Bringing) -> None:
    """On the complaint, where it hints at who else wrote; it becomes nobody's address, and nothing goes there."""
    headers = ("No. Agenda", "Tgl. Aduan", "Isi Aduan", "Nama Pengadu", "No. Telp/HP")
    rows = [("1/2025", "3/2/2025", "Parkir liar", "Wayan", "0812 3456 7890"), ("2/2025", "4/2/2025", "Bising", "", "")]
    run = await bringing.importing.upload(bringing.by, upload("register.xlsx", xlsx(headers, *rows)), NOW)
    named = (await ImportRun.get(id=run)).columns
    assert named["contact"] == 4
    await bringing.importing.columns(bringing.by, run, named, NOW)
    while bringing.importing._running:
        await next(iter(bringing.importing._running))
    known = await Address.all().count()
    assert await bringing.importing.bring(bringing.by, run, NOW) == 2
    said = await Message.filter(direction="in").order_by("sent_at")
    assert [one.values for one in said] == [{"contact": "0812 3456 7890"}, {}]
    assert await Address.all().count() == known


async def test_rows_that_were_checked_anew_meanwhile_do_not_come_in(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the turn came is no longer what the officer saw: nothing comes in, and it says so."""
    look = await bringing.checked(*GOOD)
    good = Importing._good

    async def late(importing: Importing, by: Actor, run_id: int) -> object:
        found = await good(importing, by, run_id)
        await ImportRun.filter(id=run_id).update(touched_at=at("2026-11-23 10:30"))
        return found

    monkeypatch.setattr(Importing, "_good", late)
    with pytest.raises(Stale, match="import-changed"):
        await bringing.importing.bring(bringing.by, look.run.id, NOW)
    assert await Ticket.all().count() == 0


async def test_every_problem_is_shown_by_its_row(bringing: Bringing) -> None:
    """The dry run names each row's problems; nothing comes in until they are left out by an officer's word."""
    bad = [("045/ADU/2025", "5/2/2025", "Lagi", "", "", "", ""), ("", "35/2/2025", "x", "", "Gosip", "", "")]
    look = await bringing.checked(*GOOD, *bad)
    assert [(one.line, [code for code, _ in one.problems]) for one in look.troubles] == [
        (4, ["import-twice"]),
        (5, ["import-missing", "import-date", "import-kind"]),
    ]
    with pytest.raises(Refused, match="import-problems"):
        await bringing.importing.bring(bringing.by, look.run.id, NOW)
    assert await Ticket.all().count() == 0
    assert await bringing.importing.bring(bringing.by, look.run.id, NOW, skip=True) == 2
    again = await bringing.checked(*GOOD)
    assert [code for one in again.troubles for code, _ in one.problems] == ["import-known", "import-known"]


async def test_nothing_is_half_done(bringing: Bringing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails while complaints are made, none of them exists afterwards, and it can be tried again."""
    look = await bringing.checked(*GOOD)
    make = Importing._make

    async def fails(*given: object) -> None:
        await make(*given)  # type: ignore[arg-type]
        raise RuntimeError("the power failed")

    monkeypatch.setattr(Importing, "_make", fails)
    with pytest.raises(RuntimeError):
        await bringing.importing.bring(bringing.by, look.run.id, NOW)
    monkeypatch.undo()
    assert (await Ticket.all().count(), (await ImportRun.get(id=look.run.id)).state) == (0, "checked")
    assert await bringing.importing.bring(bringing.by, look.run.id, NOW) == 2
    with pytest.raises(Refused, match="import-changed"):
        await bringing.importing.bring(bringing.by, look.run.id, NOW)


async def test_a_check_that_was_cut_off_goes_on(bringing: Bringing) -> None:
    """Another process takes it up where it stopped: each row is there once."""
    rows = [(f"{n}/2025", "3/2/2025", f"Keluhan {n}", "", "", "", "") for n in range(900)]
    look = await bringing.checked(*rows)
    await ImportRow.filter(run_id=look.run.id, line__gt=401).delete()
    await ImportRun.filter(id=look.run.id).update(state="checking", read=400, good=400)
    await bringing.importing.resume(at("2026-11-23 10:01"))
    assert (await ImportRun.get(id=look.run.id)).state == "checking"
    await bringing.importing.resume(at("2026-11-23 10:05"))
    run = await ImportRun.get(id=look.run.id)
    assert (run.state, run.read, run.good) == ("checked", 900, 900)
    assert await ImportRow.filter(run_id=run.id).count() == 900


async def test_columns_are_remembered(bringing: Bringing) -> None:
    """What an officer chose for a heading is chosen in the next file."""
    strange = ("Kode", "Kapan", "Cerita")
    run = await bringing.importing.upload(bringing.by, upload("a.xlsx", xlsx(strange, ("1", "3/2/2025", "x"))), NOW)
    with pytest.raises(Refused, match="import-columns-missing"):
        await bringing.importing.columns(bringing.by, run, {"old_number": 0}, NOW)
    with pytest.raises(Refused, match="import-columns-twice"):
        await bringing.importing.columns(bringing.by, run, {"old_number": 0, "opened": 1, "text": 1}, NOW)
    await bringing.importing.columns(bringing.by, run, {"old_number": 0, "opened": 1, "text": 2}, NOW)
    again = await bringing.importing.upload(bringing.by, upload("b.xlsx", xlsx(strange, ("2", "3/2/2025", "x"))), NOW)
    assert (await ImportRun.get(id=again)).columns == {"old_number": 0, "opened": 1, "text": 2}
    await bringing.importing.drop(bringing.by, run, NOW)
    while bringing.importing._running:
        await next(iter(bringing.importing._running))
    assert (await ImportRun.get(id=run)).state == "dropped"


async def test_only_who_keeps_the_settings_may(house: House) -> None:
    """Nobody else uploads, looks or brings in; nor does a secretary of another office."""
    mine = Bringing(house, await house.officer("sekretaris"))
    look = await mine.checked(*GOOD)
    clerk = await house.officer("petugas")
    with pytest.raises(Forbidden):
        await mine.importing.upload(clerk, upload("a.xlsx", xlsx(HEADERS, *GOOD)), NOW)
    with pytest.raises(Forbidden):
        await mine.importing.bring(clerk, look.run.id, NOW)
    with pytest.raises(Forbidden):
        await Imports(house.tickets).look(clerk, look.run.id)


async def test_the_largest_register_comes_in_with_few_errands(house: House, trips: list[str]) -> None:
    """Ten thousand rows are checked and brought in while the desk can wait."""
    mine = Bringing(house, await house.officer("sekretaris"))
    rows = [(f"{n}/2025", f"{n % 28 + 1}/2/2025", f"Keluhan {n}", f"Warga {n}", "", "", "") for n in range(10_000)]
    look = await mine.checked(*rows)
    trips.clear()
    assert await mine.importing.bring(mine.by, look.run.id, NOW) == 10_000
    assert len(trips) < 500  # not one a row
