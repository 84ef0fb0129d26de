"""Recaps by mail: each once to each, at their hour, through the office's own door; a failure waits for an officer."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.health import HealthBook
from bot.recap_mail import RecapMail
from channels.base import Outbound, Receipt, Unauthorised, Undelivered
from config.schema import RecapOrder
from inbox.database import Database
from inbox.journal_chain import short
from inbox.journal_seals import JournalSeals
from inbox.models import JournalSeal, OfficeSetting, RecapSending
from inbox.recap_sendings import LEASE, RecapTroubles, due
from inbox.refused import Forbidden, Stale
from tests.inbox.house import House, at, blitar

DAILY = RecapOrder(id="harian", every="daily", at="16.30", to=("kepala@example.go.id", "sekretaris@example.go.id"))
MONTHLY = RecapOrder(id="bulanan", every="monthly", at="08.00", to=("kepala@example.go.id",))


class Door:
    """A mail door that keeps what it is given, or fails."""

    id = "blitar-email"

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.fails: Exception | None = None

    async def send(self, outbound: Outbound) -> Receipt:
        if self.fails:
            raise self.fails
        self.sent.append(outbound)
        return Receipt(external_id=outbound.key)


class Post:
    """Blitar with recaps to send, and a clock."""

    def __init__(self, database: Database, folder: Path) -> None:
        offices = blitar(lambda office: office.model_copy(update={"recaps": (DAILY, MONTHLY)}))
        self.house, self.door, self.now = House(database, folder, offices), Door(), at("2026-11-23 09:00")
        doors: Any = {"blitar-email": self.door}
        health = HealthBook(lambda: self.now, lambda _: None)
        self.mail = RecapMail(self.house.tickets, doors, health, lambda: self.now)

    async def at(self, text: str) -> list[str]:
        """The minute's work at that time; the recipients and files of what went out."""
        self.now = at(text)
        before = len(self.door.sent)
        await self.mail.send(self.now)
        return [f"{one.recipient} {one.files[0].name}" for one in self.door.sent[before:]]


@pytest.fixture
async def post(any_database: Database, tmp_path: Path) -> Post:
    """On each engine."""
    post = Post(any_database, tmp_path)
    await post.house.tickets.prepare(at("2026-11-01 00:00"))
    return post


async def test_each_goes_to_each_once_at_its_hour(post: Post) -> None:
    """Not before the hour, then to everybody, and never again however often the clock looks."""
    ticket = await post.house.complaint(at("2026-11-23 08:00"))
    assert await post.at("2026-11-23 16:29") == []
    await JournalSeals(post.house.database).seal(at("2026-11-23 16:29"))
    seal = await JournalSeal.get()
    both = [f"{one} rekap-2026-11-23.xlsx" for one in DAILY.to]
    assert await post.at("2026-11-23 16:30") == both
    assert await post.at("2026-11-23 16:31") == []
    assert await post.at("2026-11-24 09:00") == []
    first = post.door.sent[0]
    assert first.subject.startswith("Rekapitulasi harian 23 November 2026")
    assert "Aduan masuk: 1" in first.text
    assert "Segel riwayat nomor 1, Senin, 23 November 2026 pukul 16.29 WIB:" in first.text
    assert first.text.count(short(seal.digest)) == 2
    assert first.automatic
    book = CalamineWorkbook.from_filelike(io.BytesIO(first.files[0].content or b""))
    assert book.get_sheet_by_name("Daftar aduan").to_python()[1][0] == ticket.number
    assert "Siti" not in first.text


async def test_a_month_goes_out_on_the_first_day_after_it(post: Post) -> None:
    """Also when the program comes back a day late; but no month long past."""
    assert await post.at("2026-12-01 07:59") == []
    assert await post.at("2026-12-02 09:00") == ["kepala@example.go.id rekap-2026-11.xlsx"]
    assert await post.at("2027-01-20 09:00") == []


async def test_a_day_off_on_which_nothing_came_in_has_no_recap(post: Post) -> None:
    """On a Sunday there is a recap only where somebody wrote."""
    assert await post.at("2026-11-22 17:00") == []
    await post.house.complaint(at("2026-11-29 08:00"))
    assert len(await post.at("2026-11-29 17:00")) == 2


@pytest.mark.parametrize("error", [Undelivered("server-unreachable", retry=True), Unauthorised("no")])
async def test_trouble_on_the_line_is_tried_again(post: Post, error: Exception) -> None:
    """Later, until it goes out; and then it is over."""
    post.door.fails = error
    assert await post.at("2026-11-23 16:30") == []
    post.door.fails = None
    assert await post.at("2026-11-23 16:30") == []
    assert len(await post.at("2026-11-23 17:30")) == 2
    assert await post.at("2026-11-23 18:30") == []


@pytest.mark.parametrize(
    ("error", "reason"), [(Undelivered("address-unknown", retry=False), "address-unknown"), (OSError("cut"), "unsure")]
)
async def test_a_failure_waits_for_an_officer(post: Post, error: Exception, reason: str) -> None:
    """What cannot go out, or may have gone, is not repeated by itself; an officer sends it again or lets it be."""
    post.door.fails = error
    await post.at("2026-11-23 16:30")
    post.door.fails = None
    assert await post.at("2026-11-23 17:30") == []
    troubles = RecapTroubles(post.house.database, post.house.offices)
    with pytest.raises(Forbidden):
        await troubles.failures(await post.house.officer("kabid"))
    by = await post.house.officer("petugas")
    first, second = await troubles.failures(by)
    assert (first.reason, second.reason) == (reason, reason)
    await troubles.retry(by, first.id, post.now)
    await troubles.drop(by, second.id, post.now)
    with pytest.raises(Stale):
        await troubles.retry(by, second.id, post.now)
    assert len(await post.at("2026-11-23 17:31")) == 1
    assert await troubles.failures(by) == []


async def test_a_crash_while_sending_sends_nothing_twice(post: Post) -> None:
    """The attempt is counted before the network is touched; afterwards nobody knows, and an officer decides."""
    await post.at("2026-11-23 16:30")
    await RecapSending.all().update(state="sending", due_at=post.now + LEASE)
    assert await post.at("2026-11-23 16:35") == []
    assert await post.at("2026-11-23 16:41") == []
    assert set(await RecapSending.all().values_list("state", "reason")) == {("failed", "unsure")}


async def test_practice_keeps_it_in_the_house(post: Post) -> None:
    """Nothing leaves, and nothing follows when practice is over."""
    by = await post.house.officer("sekretaris")
    await OfficeSetting.create(
        office="blitar", name="practice", values={"on": True}, officer_id=by.officer_id, changed_at=post.now
    )
    assert await post.at("2026-11-23 16:30") == []
    await OfficeSetting.all().delete()
    assert await post.at("2026-11-23 16:40") == []


@pytest.mark.parametrize(
    ("order", "moment", "period"),
    [
        (DAILY, "2026-11-23 16:30", "2026-11-23"),
        (DAILY, "2026-11-24 04:29", "2026-11-23"),
        (DAILY, "2026-11-24 04:31", ""),
        (MONTHLY, "2026-01-01 08:00", "2025-12"),
        (MONTHLY, "2026-03-05 08:00", "2026-02"),
        (MONTHLY, "2026-03-06 08:01", ""),
    ],
)
def test_what_is_due(order: RecapOrder, moment: str, period: str) -> None:
    """The last one, for as long as it is worth catching up with."""
    now: datetime = at(moment)
    assert due(order, blitar().office("blitar"), now) == period
