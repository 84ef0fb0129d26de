"""Officers are reached where they are: once, together, while the office works, and never a word of a citizen's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.health import HealthBook
from bot.push import Push
from bot.reach import Reach
from channels.base import Abilities, Approved, ApprovedText, Outbound, Pace, Paced, Receipt, Unauthorised, Undelivered
from inbox import approved_list, notices, officer_news, officer_sendings
from inbox.actor import Actor
from inbox.database import Database
from inbox.departures import leave
from inbox.journal_chain import short
from inbox.journal_seals import JournalSeals
from inbox.models import (
    Address,
    Citizen,
    Delivery,
    Entry,
    JournalSeal,
    Message,
    Notice,
    Officer,
    OfficerLine,
    OfficerRole,
    OfficerSending,
    Session,
    Ticket,
)
from inbox.officer_kinds import USUAL
from inbox.officer_lines import OfficerLines, linked
from inbox.officer_news import TEMPLATE
from inbox.officer_sendings import LEASE
from inbox.settings import Settings
from tests.bot.test_push import Browser, browser, push
from tests.inbox.house import COMPLAINT, House, at, blitar

__all__ = ["browser", "push"]

CHAT = "blitar-telegram"


class Door:
    """A chat that keeps what it is given, or fails."""

    def __init__(self, abilities: Abilities) -> None:
        self.id, self.abilities = CHAT, abilities
        self.sent: list[Outbound] = []
        self.fails: Exception | None = None

    async def send(self, outbound: Outbound) -> Receipt:
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        self.sent.append(outbound)
        return Receipt(external_id=outbound.key)


class Post:
    """Blitar with officers to reach, and a clock."""

    def __init__(self, database: Database, folder: Path, push: Push) -> None:
        self.house, self.push = House(database, folder, blitar()), push
        self.now = at("2026-11-23 09:00")
        self.door, self.mail = Door(Abilities(scheme="telegram", longest=4096)), Door(Abilities(scheme="email"))
        self.lines = OfficerLines(database, self.house.offices)
        self.paces: dict[str, Paced] = {}
        self.told = 0
        self.reach = self.again()

    def again(self) -> Reach:
        """What another process runs, or the same one after a restart."""
        doors: Any = {CHAT: self.door, "blitar-email": self.mail}
        health = HealthBook(lambda: self.now, lambda _: None)
        parts = (self.house.tickets, doors, health, self.push, lambda: self.now)
        return Reach(*parts, paces=self.paces, tell=self._told)

    def _told(self) -> None:
        self.told += 1

    async def line(self, by: Actor, channel: str = CHAT, address: str = "77", **known: Any) -> OfficerLine:
        """A line that is linked."""
        keys = {"kinds": list(USUAL), "every_minutes": 15} | known
        line = OfficerLine(office="blitar", officer_id=by.officer_id, channel=channel, created_at=self.now, **keys)
        await self.house.clerk(linked, line, address, self.now)
        return line

    async def at(self, text: str) -> list[str]:
        """The minute's work at that time; the texts that went out."""
        self.now = at(text)
        before = len(self.door.sent)
        self.reach.start()
        await self.reach.work(self.now)
        await self.reach.drain()
        await self.reach.stop(5)
        return [one.text for one in self.door.sent[before:]]

    async def tells(self, kind: str, number: str = "BLT-26-000001", **to: Any) -> Notice:
        """A notice, as the record leaves it."""
        key = f"{kind}:{number}:{await Notice.all().count()}"
        created = self.now - timedelta(minutes=2)
        values = {"number": number} | to.pop("values", {})
        await self.house.clerk(notices.tell, "blitar", kind, key=key, now=created, **to, **values)
        return await Notice.get(key=key)


@pytest.fixture
async def post(any_database: Database, tmp_path: Path, push: Push) -> Post:
    """On each engine."""
    post = Post(any_database, tmp_path, push)
    await post.house.tickets.prepare(at("2026-11-01 00:00"))
    return post


async def test_a_complaint_reaches_the_officer_whose_turn_it_is(post: Post) -> None:
    """Number, kind and where to open it; nothing of the citizen's, and nothing on the citizen's record."""
    rina = await post.house.officer("petugas")
    await post.line(rina)
    ticket = await post.house.complaint(at("2026-11-23 09:00"))
    counts = [await model.all().count() for model in (Citizen, Address, Message, Delivery)]
    (told,) = await post.at("2026-11-23 09:01")
    notice = await Notice.filter(kind="new", role="petugas").get()
    assert told == f"{ticket.number} · Aduan baru masuk.\nhttps://wadul.example/meja/kabar/{notice.id}"
    assert post.door.sent[0].recipient == "77"
    assert not any(word in told for word in ("Siti", "siti@", *COMPLAINT.split()[1:]))
    assert counts == [await model.all().count() for model in (Citizen, Address, Message, Delivery)]
    assert await post.at("2026-11-23 09:02") == []


async def test_what_comes_within_the_span_comes_together(post: Post) -> None:
    """At most one message in fifteen minutes: three events are one message of three lines, the newest first."""
    rina = await post.house.officer("petugas")
    await post.line(rina)
    await post.tells("new", "BLT-26-000001", role="petugas")
    assert len(await post.at("2026-11-23 09:01")) == 1
    for place in (2, 3, 4):
        await post.tells("new", f"BLT-26-00000{place}", role="petugas")
    assert await post.at("2026-11-23 09:15") == []
    (told,) = await post.at("2026-11-23 09:16")
    lines = told.splitlines()
    assert lines[0] == "Wadul: 3 kabar untuk Anda"
    assert [line.split(" · ")[0] for line in lines[1:4]] == ["BLT-26-000004", "BLT-26-000003", "BLT-26-000002"]
    assert lines[4] == "https://wadul.example/meja/"


async def test_a_long_bundle_says_how_much_is_left(post: Post) -> None:
    """Ten lines, and the rest at the desk."""
    await post.line(await post.house.officer("petugas"))
    for place in range(13):
        await post.tells("new", f"BLT-26-0000{place:02}", role="petugas")
    (told,) = await post.at("2026-11-23 09:01")
    assert told.splitlines()[-1] == "dan 3 kabar lagi https://wadul.example/meja/"
    assert len(told.splitlines()) == 12


@pytest.mark.parametrize("closed", ["2026-11-23 07:59", "2026-11-23 20:00", "2026-11-22 10:00", "2026-12-25 10:00"])
async def test_nothing_goes_out_while_the_office_is_closed(post: Post, closed: str) -> None:
    """Neither at night nor on a day off; it follows when the office opens."""
    post.now = at(closed) - timedelta(hours=1)
    await post.line(await post.house.officer("petugas"), kinds=["new"])
    await post.tells("new", role="petugas")
    assert await post.at(closed) == []
    assert len(await post.at("2026-12-28 09:00")) == 1


async def test_only_what_is_theirs_and_wanted_and_new(post: Post) -> None:
    """Not another role's, not another officer's, not what is switched off, not what was seen meanwhile."""
    rina, agus = await post.house.officer("petugas"), await post.house.officer("kasi")
    await post.line(rina, kinds=["disposition", "mention"])
    await post.tells("disposition", "BLT-26-000001", role="kasi")
    await post.tells("mention", "BLT-26-000002", officer_id=agus.officer_id)
    await post.tells("new", "BLT-26-000003", role="petugas")
    seen = await post.tells("mention", "BLT-26-000004", officer_id=rina.officer_id)
    await Notice.filter(id=seen.id).update(seen_at=post.now)
    assert await post.at("2026-11-23 09:01") == []
    await post.tells("mention", "BLT-26-000005", officer_id=rina.officer_id)
    assert [told[:13] for told in await post.at("2026-11-23 09:02")] == ["BLT-26-000005"]


async def test_one_line_far_behind_takes_no_other_back(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is to look through for it, whoever was told already is not told again."""
    monkeypatch.setattr(officer_news, "_AT_ONCE", 2)
    behind = await post.line(await post.house.officer("petugas"), address="1", kinds=["mention"], every_minutes=5)
    for place in range(5):
        await post.tells("new", f"BLT-26-00000{place}", role="petugas")
    await post.line(await post.house.officer("petugas"), address="2", every_minutes=5)
    last = await post.tells("new", "BLT-26-000009", role="petugas")
    await OfficerLine.filter(id=behind.id).update(rests_until=at("2026-11-23 10:00"))
    assert [told[:13] for told in await post.at("2026-11-23 09:01")] == ["BLT-26-000009"]
    for minute in range(8):
        assert await post.at(f"2026-11-23 10:0{minute}") == []
    assert {one.told_upto for one in await OfficerLine.all()} == {last.id}


async def test_what_was_told_before_the_line_is_not_told_again(post: Post) -> None:
    """A line begins with what comes after it."""
    await post.tells("new", role="petugas")
    await post.line(await post.house.officer("petugas"))
    assert await post.at("2026-11-23 09:01") == []


async def test_practice_sends_nothing_also_afterwards(post: Post) -> None:
    """What came while the office practised stays in the house."""
    await post.line(await post.house.officer("petugas"), every_minutes=5)
    settings = Settings(post.house.tickets)
    head = await post.house.officer("kepala-dinas")
    await settings.practise(head, True, post.now)
    await post.tells("new", "BLT-26-000001", role="petugas")
    assert await post.at("2026-11-23 09:01") == []
    await settings.practise(head, False, post.now)
    assert await post.at("2026-11-23 09:07") == []
    await post.tells("new", "BLT-26-000002", role="petugas")
    assert len(await post.at("2026-11-23 09:08")) == 1


async def test_an_officer_who_left_is_not_reached(post: Post) -> None:
    """Whoever may not work here any more hears nothing."""
    rina = await post.house.officer("petugas")
    await post.line(rina)
    await post.tells("new", role="petugas")
    await Officer.filter(id=rina.officer_id).update(active=False)
    assert await post.at("2026-11-23 09:01") == []


@pytest.mark.parametrize("ends", ["left", "role", "session"])
async def test_what_was_laid_on_before_an_officer_lost_it_stays_in_the_house(
    post: Post, browser: Browser, ends: str
) -> None:
    """It waited for the line to be free; meanwhile they left, lost the role, or their password was changed."""
    rina = await post.house.officer("petugas")
    signed_in = {"created_at": post.now, "seen_at": post.now, "expires_at": post.now + timedelta(days=30)}
    await Session.create(digest="d", officer_id=rina.officer_id, **signed_in)
    await post.line(rina)
    await post.line(rina, "push", "e" * 64, keys=browser.keys | {"session": "d"})
    notice = await post.tells("new", role="petugas")
    for line in await OfficerLine.all():
        await post.house.clerk(officer_sendings.lay, line, "news", "1", post.now, notices=[notice.id])
    await OfficerLine.all().update(told_upto=notice.id)
    if ends == "left":
        await Officer.filter(id=rina.officer_id).update(active=False)
    elif ends == "role":
        await OfficerRole.filter(officer_id=rina.officer_id).update(role="kasi")
    else:
        await Session.all().delete()
    told = await post.at("2026-11-23 09:01")
    assert (len(told), browser.read) == (ends == "session", [])
    assert await OfficerLine.filter(channel="push").count() == (ends != "session")


async def test_two_processes_tell_once(post: Post) -> None:
    """Both look in the same minute; each bundle is laid on once and claimed once."""
    for place in range(4):
        await post.line(await post.house.officer("petugas"), address=str(place))
    await post.tells("new", role="petugas")
    post.now = at("2026-11-23 09:01")
    others = [post.reach, post.again(), post.again()]
    for one in others:
        one.start()
    await asyncio.gather(*(one.work(post.now) for one in others))
    await asyncio.gather(*(one.drain() for one in others))
    await asyncio.gather(*(one.stop(5) for one in others))
    assert sorted(one.recipient for one in post.door.sent) == ["0", "1", "2", "3"]


async def test_officers_keep_to_the_pace_of_the_door(post: Post) -> None:
    """What went to a citizen counts: of three officers one is told now, the others as the door lets them, once each."""
    post.paces = {CHAT: Paced((Pace(2, 60),))}
    for place in range(3):
        await post.line(await post.house.officer("petugas"), address=str(place))
    await post.tells("new", role="petugas")
    post.reach, said = post.again(), at("2026-11-23 09:00")
    assert not await leave(post.house.database, CHAT, "warga", post.paces[CHAT], said + timedelta(seconds=30))
    assert [len(await post.at(f"2026-11-23 09:0{minute}")) for minute in (1, 2, 3)] == [1, 2, 0]
    assert sorted(one.recipient for one in post.door.sent) == ["0", "1", "2"]
    assert set(await OfficerSending.all().values_list("state", "attempts")) == {("sent", 1)}


async def test_who_does_not_send_tells_who_does(post: Post) -> None:
    """A process of pages or of doors lays on and sends nothing; the one that sends is told, and looks."""
    await post.line(await post.house.officer("petugas"))
    await post.tells("new", role="petugas")
    post.now, laying = at("2026-11-23 09:01"), post.again()
    await laying.work(post.now)
    await laying.stop(5)
    assert (post.door.sent, post.told) == ([], 1)
    post.reach.start()
    async with asyncio.timeout(10):
        while not post.door.sent:  # noqa: ASYNC110 - whoever sends tells nobody
            await asyncio.sleep(0.01)
    await post.reach.stop(5)


async def test_what_was_in_hand_when_the_program_died_is_not_sent_twice(post: Post) -> None:
    """Nobody knows whether it arrived; it stands at the desk all the same."""
    await post.line(await post.house.officer("petugas"))
    await post.tells("new", role="petugas")
    await post.at("2026-11-23 09:01")
    await OfficerSending.all().update(state="sending", due_at=post.now + LEASE)
    assert await post.at("2026-11-23 09:10") == []
    assert (await OfficerSending.get()).reason == "unsure"


@pytest.mark.parametrize("error", [Undelivered("server-unreachable", retry=True), Unauthorised("no")])
async def test_trouble_on_the_way_is_tried_again(post: Post, error: Exception) -> None:
    """Later, until it goes out; once."""
    await post.line(await post.house.officer("petugas"))
    await post.tells("new", role="petugas")
    post.door.fails = error
    assert await post.at("2026-11-23 09:01") == []
    post.door.fails = None
    assert await post.at("2026-11-23 09:01") == []
    assert len(await post.at("2026-11-23 09:03")) == 1
    assert await post.at("2026-11-23 09:30") == []


async def test_a_line_that_fails_for_good_rests_and_says_so(post: Post) -> None:
    """It is not knocked at every quarter of an hour; a trial that arrives makes it well again."""
    rina = await post.house.officer("petugas")
    line = await post.line(rina)
    await post.tells("new", "BLT-26-000001", role="petugas")
    post.door.fails = Undelivered("address-blocked", retry=False)
    await post.at("2026-11-23 09:01")
    assert (await OfficerLine.get(id=line.id)).trouble == "address-blocked"
    post.door.fails = None
    await post.tells("new", "BLT-26-000002", role="petugas")
    assert await post.at("2026-11-23 10:01") == []
    await post.lines.test(rina, line.id, post.now)
    told = await post.at("2026-11-23 10:02")
    assert {one.splitlines()[0][:15] for one in told} == {"Percobaan dari ", "BLT-26-000002 ·"}
    assert (await OfficerLine.get(id=line.id)).trouble == ""


async def test_a_platform_that_only_answers_is_written_to_while_it_may_be(post: Post) -> None:
    """Outside its window nothing is tried; a word from the officer brings what was held back."""
    post.door.abilities = replace(post.door.abilities, window=timedelta(hours=24))
    line = await post.line(await post.house.officer("petugas"))
    assert await post.at("2026-11-25 09:00") == []
    await post.tells("new", role="petugas")
    assert await post.at("2026-11-25 09:01") == []
    await OfficerLine.filter(id=line.id).update(heard_at=post.now)
    assert len(await post.at("2026-11-25 09:02")) == 1


async def test_outside_of_the_window_an_approved_template_says_it(post: Post) -> None:
    """Where the office has one for officers: the news in its first variable, the way to them in the second."""
    post.door.abilities = replace(post.door.abilities, window=timedelta(hours=24))
    await post.line(await post.house.officer("petugas"))
    rows = [
        ApprovedText(TEMPLATE, "en", "Wadul: {{1}}", 1),
        ApprovedText(TEMPLATE, "id", "Kabar petugas: {{1}} Buka {{2}} di meja.", 2),
        ApprovedText("lain", "id", "Halo {{1}}", 1),
    ]
    await approved_list.keep(post.house.database, "blitar", CHAT, rows, post.now)
    assert await post.at("2026-11-25 09:00") == []
    await post.tells("disposition", role="petugas", values={"nature": "Segera"})
    notice = await Notice.get()
    (told,) = await post.at("2026-11-25 09:01")
    news, way = "BLT-26-000001 · Disposisi untuk Anda (Segera).", f"https://wadul.example/meja/kabar/{notice.id}"
    assert told == f"Kabar petugas: {news} Buka {way} di meja."
    assert post.door.sent[-1].approved == Approved(TEMPLATE, "id", (news, way))


async def test_an_office_speaks_to_each_in_their_language_and_form(post: Post) -> None:
    """English for whoever reads the desk in English; a mail has its subject, a short message no long links."""
    rina = await post.house.officer("petugas")
    await Officer.filter(id=rina.officer_id).update(language="en")
    await post.line(rina, "blitar-email", "rina@example.go.id")
    await post.tells("disposition", role="petugas", values={"nature": "Segera", "sheet_id": 5})
    await post.at("2026-11-23 09:01")
    (mail,) = post.mail.sent
    assert (mail.recipient, mail.subject) == ("rina@example.go.id", "BLT-26-000001 · A disposition for you (Segera).")
    assert mail.text.startswith("https://wadul.example/meja/kabar/")
    assert mail.automatic


async def test_a_browser_is_pushed_number_and_kind(post: Post, browser: Browser) -> None:
    """Encrypted for it, and nothing else in it; a tap leads to the notice."""
    rina = await post.house.officer("petugas")
    await post.line(rina, "push", "e" * 64, keys=browser.keys)
    notice = await post.tells("disposition", role="petugas", values={"nature": "Segera", "sheet_id": 5})
    await post.at("2026-11-23 09:01")
    assert browser.read == [
        {
            "title": "BLT-26-000001",
            "body": "Disposisi atau tugas lapangan untuk Anda",
            "path": f"/meja/kabar/{notice.id}",
            "tag": str(notice.id),
        }
    ]


async def test_several_are_one_push(post: Post, browser: Browser) -> None:
    """A line for each."""
    await post.line(await post.house.officer("petugas"), "push", "e" * 64, keys=browser.keys)
    for place in range(7):
        await post.tells("new", f"BLT-26-00000{place}", role="petugas")
    await post.at("2026-11-23 09:01")
    (told,) = browser.read
    assert (told["title"], told["path"]) == ("7 kabar baru", "/meja/")
    assert told["body"].splitlines()[0] == "BLT-26-000006 · Aduan baru atau giliran Anda"
    assert told["body"].splitlines()[-1] == "dan 2 kabar lagi"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(post: Post, browser: Browser, status: int) -> None:
    """Its service says that it will never take anything again: the line ends, and the record says so."""
    await post.line(await post.house.officer("petugas"), "push", "e" * 64, keys=browser.keys)
    await post.tells("new", role="petugas")
    browser.answers = [status]
    await post.at("2026-11-23 09:01")
    assert await OfficerLine.all().count() == 0
    assert await Entry.filter(event="line-lost").count() == 1


async def test_a_head_has_a_summary_each_working_morning(post: Post) -> None:
    """When the office opens, once: what came and was answered since the last working day, what waits, what is late."""
    head, rina = await post.house.officer("kepala-dinas"), await post.house.officer("petugas")
    post.now = at("2026-11-20 08:00")
    await post.line(head, kinds=["digest"])
    await post.line(rina, address="78", kinds=["digest"])
    assert await post.at("2026-11-20 09:00") == []
    late = await post.house.complaint(at("2026-11-20 10:00"))
    await post.house.complaint(at("2026-11-22 10:00"), sender="budi@example.com")
    assert await post.at("2026-11-22 08:00") == []
    await JournalSeals(post.house.database).seal(at("2026-11-22 10:01"))
    seal = await JournalSeal.get()
    (told,) = await post.at("2026-11-23 08:00")
    assert [one.recipient for one in post.door.sent] == ["77"]
    assert told.splitlines() == [
        "Ringkasan DPM Naker PTSP Kota Blitar, 23 November 2026",
        "Masuk sejak 20 November 2026: 2",
        "Dijawab sejak hari itu: 0",
        "Sedang dikerjakan: 2",
        "Menunggu warga: 0",
        "Terlambat, menurut langkah:",
        f"- {post.house.office.procedures['blitar-10'].step(late.step).name}: 1",
        f"Segel riwayat 1, 22 November 2026: {short(seal.digest)}",
        "https://wadul.example/meja/?antrean=terlambat",
    ]
    assert await post.at("2026-11-23 08:01") == []
    assert await post.at("2026-11-23 11:00") == []


async def test_a_summary_is_for_whoever_leads_now(post: Post) -> None:
    """It was laid on, the door failed, and meanwhile another became head."""
    head = await post.house.officer("kepala-dinas")
    post.now = at("2026-11-20 08:00")
    await post.line(head, kinds=["digest"])
    post.door.fails = Undelivered("server-unreachable", retry=True)
    assert await post.at("2026-11-23 08:00") == []
    post.door.fails = None
    await OfficerRole.filter(officer_id=head.officer_id).update(role="petugas")
    assert await post.at("2026-11-23 08:05") == []
    assert (await OfficerSending.get()).state == "dropped"


async def test_a_summary_counts_what_was_answered_and_not_what_goes_on_elsewhere(post: Post) -> None:
    """Answered since the last working day's opening, not before it; what waits apart; merged ones not at all."""
    head = await post.house.officer("kepala-dinas")
    post.now = at("2026-11-20 09:00")
    await post.line(head, kinds=["digest"])
    several = [await post.house.complaint(at("2026-11-19 10:00"), sender=f"w{place}@example.com") for place in range(5)]
    ids = [one.id for one in several]
    await Ticket.filter(id=ids[0]).update(status="answered", answered_at=at("2026-11-20 14:00"), due_at=None)
    await Ticket.filter(id=ids[1]).update(status="answered", answered_at=at("2026-11-19 14:00"), due_at=None)
    await Ticket.filter(id=ids[2]).update(status="waiting", due_at=None)
    await Ticket.filter(id=ids[3]).update(merged_into=ids[4])
    await Ticket.filter(id=ids[4]).update(due_at=at("2026-11-30 10:00"))
    (told,) = await post.at("2026-11-23 08:00")
    assert told.splitlines()[1:6] == [
        "Masuk sejak 20 November 2026: 0",
        "Dijawab sejak hari itu: 1",
        "Sedang dikerjakan: 1",
        "Menunggu warga: 1",
        "Tidak ada yang terlambat.",
    ]


async def test_a_morning_that_was_missed_is_not_made_up_for_in_the_afternoon(post: Post) -> None:
    """The next one comes tomorrow, unless it was switched off."""
    head = await post.house.officer("kepala-dinas")
    post.now = at("2026-11-20 08:00")
    line = await post.line(head, kinds=["digest"])
    assert await post.at("2026-11-23 14:00") == []
    assert len(await post.at("2026-11-24 08:00")) == 1
    await post.lines.choose(head, line.id, ["new"], 15, post.now)
    assert await post.at("2026-11-25 08:00") == []
