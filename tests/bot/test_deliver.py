from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.deliver import AT_ONCE_PER_DOOR, Deliverer
from bot.health import HealthBook
from channels.base import (
    MAX_ATTACHMENT_BYTES,
    Abilities,
    Approved,
    Attachment,
    Fault,
    Outbound,
    Parsed,
    Receipt,
    State,
    Unauthorised,
    Undelivered,
    Unsure,
)
from inbox import outbox, outcomes
from inbox.approved import Filled
from inbox.clamd import Clamd
from inbox.database import Database
from inbox.files import Files, StoreAway, StoredFile
from inbox.live import Event
from inbox.models import Address, Attempt, Conversation, Delivery, Entry, Message, Notice, Officer, OfficeSetting
from inbox.models import Attachment as AttachmentRow
from inbox.outcomes import Claimed
from inbox.scanning import Scanning
from inbox.shown import Shown
from templates import Words
from tests import clamd_peers
from tests.clamd_peers import eicar
from tests.inbox.rows import CHANNEL, EMAIL, conversation, queued, state_of, ticket
from tests.pictures import opened, placed, tells

OTHER = "blitar-surel2"


class Door:
    """A door that keeps what it is given and answers as it is told."""

    def __init__(self, id_: str = CHANNEL, *, repeat_safe: bool = False) -> None:
        self.id, self.abilities = id_, Abilities("email", repeat_safe=repeat_safe)
        self.sent: list[Outbound] = []
        self.answers: list[BaseException | Receipt] = []
        self.files: dict[str, bytes | Exception] = {}
        self.gate: asyncio.Event | None = None
        self.in_flight = self.most_in_flight = 0

    async def send(self, outbound: Outbound) -> Receipt:
        """Keep it; wait at the gate where there is one; answer the next answer, else a receipt."""
        self.sent.append(outbound)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.gate:
                await self.gate.wait()
        finally:
            self.in_flight -= 1
        answer = self.answers.pop(0) if self.answers else Receipt(f"<{outbound.key}@{self.id}>")
        if isinstance(answer, Receipt):
            return answer
        raise answer

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content or the trouble kept under the reference."""
        content = self.files[attachment.reference]
        if isinstance(content, bytes):
            return content
        raise content

    def parse(self, raw: bytes) -> Parsed:
        return Parsed()

    async def listen(self, desk: object) -> None:
        return None

    def routes(self, desk: object) -> list[object]:
        return []

    async def check(self) -> list[Fault]:
        return []


class Bench:
    """A deliverer with its doors, over a database, with a clock that the test moves."""

    def __init__(self, database: Database, folder: Path, now: datetime, *doors: Door) -> None:
        self.database, self.now = database, now
        self.doors = {door.id: door for door in doors or (Door(),)}
        self.door = self.doors[CHANNEL]
        self.files = Files(folder / "files")
        self.shown = Shown(self.files)
        self.health = HealthBook(lambda: self.now)
        self.told: list[Event] = []
        self.deliverer = Deliverer(
            database,
            self.doors,  # type: ignore[arg-type] - routes are none of its business
            self.files,
            self.shown,
            self.health,
            announce=self.told.append,
            now=lambda: self.now,
            ring=lambda *where: self.rung.append(where),
            sleep=self.sleep,
        )
        self.rung: list[tuple[str, str]] = []
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Remember and go on; the tick alone waits for ever, so that only waking wakes."""
        self.slept.append(seconds)
        if seconds >= 1:
            await asyncio.Event().wait()


@pytest.fixture
def bench(any_database: Database, tmp_path: Path, now: datetime) -> Bench:
    """One door, each engine."""
    return Bench(any_database, tmp_path, now)


@pytest.fixture
def lite(sqlite_database: Database, tmp_path: Path, now: datetime) -> Bench:
    """One door, SQLite."""
    return Bench(sqlite_database, tmp_path, now)


async def test_what_is_queued_goes_out_and_is_sent(bench: Bench) -> None:
    """The whole way: queued, handed to the door as the citizen shall read it, sent, journalled, pages told."""
    delivery = await queued(bench.database, bench.now, with_ticket=True)
    await bench.deliverer.drain()
    (outbound,) = bench.door.sent
    assert (outbound.recipient, outbound.text, outbound.key) == ("sri@example.org", "Aduan diterima.", delivery.key)
    row = await Delivery.get(id=delivery.id).select_related("message")
    assert (row.state, row.message.external_id) == ("sent", f"<{delivery.key}@{CHANNEL}>")
    attempt = await Attempt.get()
    assert attempt.outcome == "sent"
    assert attempt.milliseconds is not None
    assert [entry.event for entry in await Entry.all()] == ["delivery-sent"]
    assert bench.told == [Event("blitar", "delivery", row.message.ticket_id or 0, "BLT-26-000001")]
    assert bench.health.of(CHANNEL).state == "ok"


async def test_the_bell_is_rung_for_what_is_on_record(bench: Bench) -> None:
    """Whoever looks as soon as it rings finds what was said."""
    states: list[str] = []

    class Looking(list[tuple[str, str]]):
        def append(self, where: tuple[str, str]) -> None:
            super().append(where)
            looks.append(asyncio.create_task(_states(states)))

    looks: list[asyncio.Task[None]] = []
    bench.rung = Looking()
    await queued(bench.database, bench.now)
    await bench.deliverer.drain()
    await asyncio.gather(*looks)
    assert (list(bench.rung), states) == ([(CHANNEL, "sri@example.org")], ["sent"])


async def _states(found: list[str]) -> None:
    found += [str(state) for state in await Delivery.all().values_list("state", flat=True)]


async def _waiting(bench: Bench, *, officer: bool = False, approved: Approved | None = None) -> Delivery:
    """Words queued while the window is open, the citizen having written just now."""

    async def say() -> Message:
        talk = await conversation(bench.now)
        await Conversation.filter(id=talk.id).update(last_in_at=bench.now)
        talk.last_in_at = bench.now
        known = {"automatic": not officer, "ticket": await ticket(bench.now, talk), "approved": approved}
        return await outbox.queue(talk, Words.plain("Halo"), abilities=bench.door.abilities, now=bench.now, **known)

    message = await bench.database.transaction(say)
    return await Delivery.get(message_id=message.id)


@pytest.mark.parametrize("officer", [False, True], ids=["clerk", "officer"])
async def test_a_window_that_closed_meanwhile_is_seen_when_the_message_leaves(bench: Bench, officer: bool) -> None:
    """Queued while the window was open, its turn comes when it is closed: the door never sees it, officers hear why."""
    bench.door.abilities = Abilities("email", window=timedelta(hours=24))
    delivery = await _waiting(bench, officer=officer)
    assert delivery.state == "queued"
    bench.now += timedelta(hours=24, seconds=1)
    await bench.deliverer.drain()
    row = await Delivery.get(id=delivery.id)
    assert (bench.door.sent, row.state, row.reason) == ([], "failed", "window-closed")
    assert [(one.kind, one.values["reason"]) for one in await Notice.all()] == [("delivery-failed", "window-closed")]


async def test_an_officers_late_words_leave_as_a_persons_and_the_clerks_never(bench: Bench) -> None:
    """Where the platform lets human agents write on, what an officer wrote goes out so marked; the clerk's fails."""
    bench.door.abilities = Abilities("email", window=timedelta(hours=24), late_window=timedelta(days=7))
    delivery = await _waiting(bench, officer=True)
    automatic = await queued(bench.database, bench.now, value="sri@example.org", abilities=bench.door.abilities)
    bench.now += timedelta(days=2)
    await bench.deliverer.drain()
    assert [(one.key, one.late) for one in bench.door.sent] == [(delivery.key, True)]
    assert await state_of(automatic) == "failed"


async def test_an_approved_template_leaves_whenever_its_turn_comes(bench: Bench) -> None:
    """The door is given the template with its values, and how it reads."""
    bench.door.abilities = Abilities("email", window=timedelta(hours=24))
    template = Approved("status_aduan", "id", ("BLT-26-000001", "diproses"))
    delivery = await _waiting(bench, approved=template)
    bench.now += timedelta(days=2)
    await bench.deliverer.drain()
    (outbound,) = bench.door.sent
    assert (outbound.approved, outbound.text, outbound.late) == (template, "Halo", False)
    assert await state_of(delivery) == "sent"


async def test_a_template_leaves_in_place_of_words_that_waited_too_long(bench: Bench) -> None:
    """The clerk's news was queued with a template at hand: the door is given that, and the record reads as it went."""
    bench.door.abilities = Abilities("email", window=timedelta(hours=24))
    template = Approved("status_aduan", "id", ("BLT-26-000001",))

    async def say() -> Message:
        talk = await conversation(bench.now)
        await Conversation.filter(id=talk.id).update(last_in_at=bench.now)
        talk.last_in_at = bench.now
        filled = Filled(template, "Aduan BLT-26-000001 ada kabar.")
        words = Words.plain("Sedang dicek.")
        return await outbox.queue(talk, words, abilities=bench.door.abilities, now=bench.now, instead=filled)

    message = await bench.database.transaction(say)
    bench.now += timedelta(hours=25)
    await bench.deliverer.drain()
    (outbound,) = bench.door.sent
    assert (outbound.approved, outbound.text) == (template, "Aduan BLT-26-000001 ada kabar.")
    row = await Message.get(id=message.id)
    assert (row.text, row.values["approved"]["name"]) == ("Aduan BLT-26-000001 ada kabar.", "status_aduan")


async def test_nothing_leaves_an_office_that_practises(bench: Bench) -> None:
    """What is due, also what was queued before, stays in the house and is no trouble; afterwards new words go out."""
    officer = await Officer.create(office="blitar", login="sek", name="Sekretaris", created_at=bench.now)
    delivery = await queued(bench.database, bench.now, with_ticket=True)
    switch = await OfficeSetting.create(
        office="blitar", name="practice", values={"on": True}, officer=officer, changed_at=bench.now
    )
    await bench.deliverer.drain()
    assert bench.door.sent == []
    row = await Delivery.get(id=delivery.id)
    assert (row.state, row.reason) == ("dropped", "practice")
    assert [entry.event for entry in await Entry.all()] == ["delivery-practice"]

    await OfficeSetting.filter(id=switch.id).update(values={"on": False})
    await queued(bench.database, bench.now, text="Sungguhan")
    await bench.deliverer.drain()
    assert [one.text for one in bench.door.sent] == ["Sungguhan"]


async def test_messages_to_one_person_go_out_in_order_one_by_one(bench: Bench) -> None:
    """Ten answers to one citizen arrive as they were given, and never two at once."""
    for place in range(10):
        await queued(bench.database, bench.now, text=str(place))
    await bench.deliverer.drain()
    assert [outbound.text for outbound in bench.door.sent] == [str(place) for place in range(10)]
    assert bench.door.most_in_flight == 1


async def test_several_people_are_served_at_once_but_no_door_takes_every_hand(lite: Bench) -> None:
    """A slow platform is given a few messages at a time, and the other door's go out meanwhile."""
    bench = Bench(lite.database, lite.files.folder, lite.now, Door(), Door(OTHER))
    bench.door.gate = asyncio.Event()
    for place in range(9):
        await queued(bench.database, bench.now, value=f"w{place}@example.org")
    quick = await queued(bench.database, bench.now, value="cepat@example.org", channel=OTHER)
    draining = asyncio.create_task(bench.deliverer.drain())
    await _until(lambda: bench.door.in_flight == AT_ONCE_PER_DOOR and len(bench.doors[OTHER].sent) == 1)
    await _until_state(quick, "sent")
    assert bench.door.in_flight == AT_ONCE_PER_DOOR
    bench.door.gate.set()
    await draining
    assert len(bench.door.sent) == 9
    assert bench.door.most_in_flight == AT_ONCE_PER_DOOR


async def test_a_failure_that_can_pass_is_tried_again_with_the_same_key(bench: Bench) -> None:
    """A busy server gets the same message later, under the same key, and then it is sent."""
    delivery = await queued(bench.database, bench.now)
    bench.door.answers = [Undelivered("server-busy", retry=True, detail="421")]
    await bench.deliverer.drain()
    assert await state_of(delivery) == "queued"
    assert len(bench.door.sent) == 1
    bench.now += timedelta(minutes=1)
    await bench.deliverer.drain()
    assert await state_of(delivery) == "sent"
    assert len({outbound.key for outbound in bench.door.sent}) == 1
    assert [row.outcome for row in await Attempt.all().order_by("number")] == ["server-busy", "sent"]


async def test_a_failure_for_good_ends_there(bench: Bench) -> None:
    """An address that does not exist is tried once."""
    delivery = await queued(bench.database, bench.now, with_ticket=True)
    bench.door.answers = [Undelivered("address-unknown", retry=False, detail="550")]
    await bench.deliverer.drain()
    bench.now += timedelta(days=1)
    await bench.deliverer.drain()
    assert (await state_of(delivery), len(bench.door.sent)) == ("failed", 1)
    assert (await Address.get()).dead_at is not None


async def test_refused_credentials_rest_that_door_and_no_other(lite: Bench) -> None:
    """After "wrong password" the door is left alone for a while; the other door goes on, and health says why."""
    bench = Bench(lite.database, lite.files.folder, lite.now, Door(), Door(OTHER))
    ours = [await queued(bench.database, bench.now, value=f"{name}@example.org") for name in "abcdef"]
    theirs = await queued(bench.database, bench.now, channel=OTHER)
    bench.door.answers = [Unauthorised("535")] * 9
    with structlog.testing.capture_logs() as logs:
        await bench.deliverer.drain()
    assert await state_of(theirs) == "sent"
    assert {await state_of(one) for one in ours} == {"queued"}
    assert len(bench.door.sent) == AT_ONCE_PER_DOOR
    assert (bench.health.of(CHANNEL).state, bench.health.of(OTHER).state) == ("refused", "ok")
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["channel refused"]
    bench.door.answers = []
    bench.now += timedelta(minutes=6)
    await bench.deliverer.drain()
    assert {await state_of(one) for one in ours} == {"sent"}
    assert bench.health.of(CHANNEL).state == "ok"


async def test_an_unreachable_server_shows_in_health_until_it_answers(lite: Bench) -> None:
    """A line that is down is seen on the health page, and its end too."""
    await queued(lite.database, lite.now)
    lite.door.answers = [Undelivered("server-unreachable", retry=True)]
    await lite.deliverer.drain()
    assert (lite.health.of(CHANNEL).state, lite.health.of(CHANNEL).reason) == ("down", "server-unreachable")
    lite.now += timedelta(minutes=1)
    await lite.deliverer.drain()
    assert lite.health.of(CHANNEL).state == "ok"


@pytest.mark.parametrize("trouble", [Unsure("cut"), ConnectionResetError("secret words"), KeyError("sri@example.org")])
@pytest.mark.parametrize(("safe", "state"), [(False, "unsure"), (True, "queued")])
async def test_what_may_have_gone_out_is_not_repeated_blindly(
    lite: Bench, trouble: Exception, safe: bool, state: str
) -> None:
    """When a door fails in the middle, only one that refuses a repeated key gets the message again by itself."""
    bench = Bench(lite.database, lite.files.folder, lite.now, Door(repeat_safe=safe))
    delivery = await queued(bench.database, bench.now)
    bench.door.answers = [trouble]
    with structlog.testing.capture_logs() as logs:
        await bench.deliverer.drain()
    assert await state_of(delivery) == state
    assert "sri@example.org" not in str(logs)
    assert "secret words" not in str(logs)


async def test_a_worker_that_died_leaves_a_delivery_in_doubt(bench: Bench) -> None:
    """What another process had in hand when it was killed is looked after once its lease ran out."""
    delivery = await queued(bench.database, bench.now)
    await outbox.claim(
        bench.database, worker="gone", channel=CHANNEL, now=bench.now, lease=timedelta(minutes=5), limit=1
    )
    await bench.deliverer.drain()
    assert await state_of(delivery) == "sending"
    bench.now += timedelta(minutes=6)
    await bench.deliverer.drain()
    assert (await state_of(delivery), bench.door.sent) == ("unsure", [])


async def test_files_are_read_when_they_go_out(lite: Bench) -> None:
    """A reply's file travels with its content; one that vanished fails the message with a reason to read."""
    digest = await lite.files.put(b"%PDF")
    files = [StoredFile("surat.pdf", "application/pdf", 4, digest)]

    async def say(wanted: list[StoredFile], value: str) -> Message:
        talk = await conversation(lite.now, value=value)
        return await outbox.queue(talk, Words.plain("Ini"), abilities=EMAIL, files=wanted, now=lite.now)

    await lite.database.transaction(lambda: say(files, "sri@example.org"))
    gone = await lite.database.transaction(
        lambda: say([StoredFile("x", "text/plain", 1, "0" * 64)], "budi@example.org")
    )
    await lite.deliverer.drain()
    (outbound,) = lite.door.sent
    assert [(file.name, file.content) for file in outbound.files] == [("surat.pdf", b"%PDF")]
    row = await Delivery.get(message_id=gone.id)
    assert (row.state, row.reason, row.detail) == ("failed", "attachment-gone", "x")


@pytest.mark.parametrize("broken", [False, True])
async def test_what_becomes_of_several_at_once_shares_a_commit(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    """In a flood outcomes do not wait for a commit each; where one cannot be stored, the others are stored alone."""
    for number in range(AT_ONCE_PER_DOOR):
        await queued(bench.database, bench.now, value=f"warga{number}@example.org")
    bench.door.gate, many, sent = asyncio.Event(), [0], outcomes.sent

    async def told(claimed: Claimed, receipt: Receipt, now: datetime, milliseconds: int = 0) -> Event:
        event = await sent(claimed, receipt, now, milliseconds)
        many[-1] += 1
        if broken and claimed.outbound.recipient == "warga2@example.org" and len(many) < 3:
            many.append(0)
            raise ValueError("a mistake of ours")
        return event

    monkeypatch.setattr(outcomes, "sent", told)
    transaction, commits = bench.database.transaction, Counter[str]()

    async def counted(work: Callable[[], Awaitable[object]]) -> object:
        commits["settled" if bench.door.gate and bench.door.gate.is_set() else "claimed"] += 1
        return await transaction(work)

    monkeypatch.setattr(bench.database, "transaction", counted)
    draining = asyncio.create_task(bench.deliverer.drain())
    await _until(lambda: bench.door.in_flight == AT_ONCE_PER_DOOR)
    bench.door.gate.set()
    await draining
    assert await Delivery.filter(state="sent").count() == AT_ONCE_PER_DOOR
    assert len(bench.door.sent) == AT_ONCE_PER_DOOR
    if not broken:
        assert commits["settled"] < AT_ONCE_PER_DOOR


async def test_a_file_store_that_is_away_delays_what_it_holds(lite: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes out without its file, and nothing is given up for it."""
    digest = await lite.files.put(b"%PDF")

    async def say() -> Message:
        talk = await conversation(lite.now, value="sri@example.org")
        files = [StoredFile("surat.pdf", "application/pdf", 4, digest)]
        return await outbox.queue(talk, Words.plain("Ini"), abilities=EMAIL, files=files, now=lite.now)

    async def away(*_: str) -> None:
        raise StoreAway("resting")

    said = await lite.database.transaction(say)
    with monkeypatch.context() as patched:
        patched.setattr(lite.files, "fetch", away)
        await lite.deliverer.drain()
    row = await Delivery.get(message_id=said.id)
    assert (row.state, row.reason, lite.door.sent) == ("queued", "store-away", [])
    lite.now = row.due_at
    await lite.deliverer.drain()
    assert [file.content for file in lite.door.sent[0].files] == [b"%PDF"]


@pytest.mark.parametrize(
    ("content", "state", "reason"), [(placed(), "sent", ""), (placed()[:-30], "failed", "picture-unreadable")]
)
async def test_a_photo_goes_out_without_what_its_camera_wrote(
    lite: Bench, content: bytes, state: str, reason: str
) -> None:
    """Nobody learns from an officer's photo where it was taken; one that cannot be freed of it stays, and says so."""
    digest = await lite.files.put(content)

    async def say() -> Message:
        talk = await conversation(lite.now, value="sri@example.org")
        files = [StoredFile("jalan.jpg", "image/jpeg", len(content), digest)]
        return await outbox.queue(talk, Words.plain("Ini"), abilities=EMAIL, files=files, now=lite.now)

    said = await lite.database.transaction(say)
    await lite.deliverer.drain()
    row = await Delivery.get(message_id=said.id)
    assert (row.state, row.reason) == (state, reason)
    for one in lite.door.sent:
        assert opened(one.files[0].content or b"").size == (80, 40)
        assert not tells(one.files[0].content or b"")


async def test_what_a_scanner_found_something_in_goes_to_nobody(lite: Bench) -> None:
    """It fails for good, and says which file; while the scanner is away the answer waits."""
    digests = [await lite.files.put(content) for content in (eicar(), b"%PDF-1.7 surat")]

    async def say(digest: str) -> Message:
        talk = await conversation(lite.now, value="sri@example.org")
        files = [StoredFile("surat.pdf", "application/pdf", 70, digest)]
        return await outbox.queue(talk, Words.plain("Ini"), abilities=EMAIL, files=files, now=lite.now)

    with clamd_peers.serve() as daemon:
        lite.shown.scanning = Scanning(lite.files, Clamd(daemon.address))
        held = await lite.database.transaction(lambda: say(digests[0]))
        await lite.deliverer.drain()
    late = await lite.database.transaction(lambda: say(digests[1]))
    await lite.deliverer.drain()
    rows = [await Delivery.get(message_id=one.id) for one in (held, late)]
    assert [(row.state, row.reason) for row in rows] == [("failed", "file-held"), ("queued", "file-unscanned")]
    assert "surat.pdf" in rows[0].detail
    assert lite.door.sent == []


async def test_waking_sends_at_once_and_stopping_finishes_what_is_in_hand(lite: Bench) -> None:
    """The loop sleeps until it is woken; told to stop in the middle of a message, it stores what became of it."""
    lite.door.gate = asyncio.Event()
    lite.deliverer.start()
    await _until(lambda: bool(lite.slept))
    first = await queued(lite.database, lite.now)
    second = await queued(lite.database, lite.now)
    before = len(lite.slept)
    lite.deliverer.wake()
    await _until(lambda: len(lite.door.sent) == 1 and len(lite.slept) > before)
    stopping = asyncio.create_task(lite.deliverer.stop(20))
    await asyncio.sleep(0)
    lite.door.gate.set()
    await stopping
    assert (await state_of(first), await state_of(second)) == ("sent", "queued")


async def test_a_message_that_outlasts_the_grace_is_handed_back(lite: Bench, tmp_path: Path) -> None:
    """A door that never answers cannot keep the program from stopping; nothing is claimed to have failed, and whoever
    runs next looks after it at once.
    """
    lite.door.gate = asyncio.Event()
    delivery = await queued(lite.database, lite.now)
    lite.deliverer.start()
    await _until(lambda: len(lite.door.sent) == 1)
    await lite.deliverer.stop(0.05)
    assert await state_of(delivery) == "sending"
    lite.now += timedelta(seconds=1)
    await Bench(lite.database, tmp_path, lite.now, lite.door).deliverer.drain()
    assert (await state_of(delivery), len(lite.door.sent)) == ("unsure", 1)


async def test_an_outcome_is_stored_although_the_record_was_away(lite: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that fails right after a message went out is tried again: it is not sent twice for that."""
    delivery = await queued(lite.database, lite.now)
    transaction, away = lite.database.transaction, [True, True]

    async def flaky(work: Callable[[], Awaitable[object]]) -> object:
        if lite.door.sent and away:
            away.pop()
            raise OSError("database is locked")
        return await transaction(work)

    monkeypatch.setattr(lite.database, "transaction", flaky)
    monkeypatch.setattr("bot.deliver._STORE_PAUSES", (0.0, 0.0))
    await lite.deliverer.drain()
    assert (await state_of(delivery), len(lite.door.sent)) == ("sent", 1)


async def test_the_loop_outlives_trouble_with_the_record_and_says_so_once(
    lite: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away one line is logged, and one when it is back; then messages go out."""
    claim, away = outbox.claim, [True] * 3
    looks: list[int] = []

    async def flaky(*given: object, **named: object) -> object:
        looks.append(1)
        if away:
            away.pop()
            raise OSError("gone")
        return await claim(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.deliver.outbox.claim", flaky)
    delivery = await queued(lite.database, lite.now)
    with structlog.testing.capture_logs() as logs:
        lite.deliverer.start()
        for count in range(1, 5):
            await _until(lambda count=count: len(looks) >= count)
            lite.deliverer.wake()
        await _until_state(delivery, "sent")
        await lite.deliverer.stop(5)
    assert [line["event"] for line in logs] == ["outbox unreadable", "outbox readable again"]


async def _pending(bench: Bench, reference: str, *, size_bytes: int = 0) -> AttachmentRow:
    async def receive() -> AttachmentRow:
        talk = await conversation(bench.now)
        message = await Message.create(
            office="blitar",
            channel=CHANNEL,
            conversation=talk,
            ticket=await ticket(bench.now, talk),
            direction="in",
            author="citizen",
            sent_at=bench.now,
            created_at=bench.now,
        )
        return await AttachmentRow.create(
            office="blitar",
            message=message,
            name="foto.jpg",
            type="image/jpeg",
            reference=reference,
            size_bytes=size_bytes,
            state="pending",
            due_at=bench.now,
        )

    return await bench.database.transaction(receive)


async def test_a_file_that_was_only_pointed_at_is_fetched(bench: Bench) -> None:
    """The content comes into the store, the row names it, and the open ticket is told."""
    row = await _pending(bench, "file-1")
    bench.door.files = {"file-1": b"jpeg"}
    await bench.deliverer.drain()
    row = await AttachmentRow.get(id=row.id)
    assert (row.state, row.size_bytes, row.due_at) == ("stored", 4, None)
    assert await bench.files.read(row.digest) == b"jpeg"
    assert [(event.kind, event.number) for event in bench.told] == [("message", "BLT-26-000001")]


@pytest.mark.parametrize(
    "trouble",
    [Undelivered("server-unreachable", retry=True), Unauthorised("401"), TimeoutError(), ValueError("secret")],
)
async def test_a_file_that_does_not_come_is_tried_again(lite: Bench, trouble: Exception) -> None:
    """Trouble that may pass costs a minute, then two; the file still comes."""
    row = await _pending(lite, "file-1")
    lite.door.files = {"file-1": trouble}
    for minutes in (1, 2):
        await lite.deliverer.drain()
        row = await AttachmentRow.get(id=row.id)
        assert (row.state, row.due_at) == ("pending", lite.now + timedelta(minutes=minutes))
        lite.now += timedelta(minutes=minutes)
    lite.door.files = {"file-1": b"x"}
    await lite.deliverer.drain()
    assert (await AttachmentRow.get(id=row.id)).state == "stored"


async def test_a_file_that_never_comes_says_so_after_three_days(lite: Bench) -> None:
    """After three days the row is failed and the ticket's journal has the reason; the message was never held up."""
    row = await _pending(lite, "file-1")
    lite.door.files = {"file-1": Undelivered("server-unreachable", retry=True)}
    await lite.deliverer.drain()
    lite.now += timedelta(days=3)
    await lite.deliverer.drain()
    row = await AttachmentRow.get(id=row.id)
    assert (row.state, row.due_at) == ("failed", None)
    assert [(entry.event, entry.values["reason"]) for entry in await Entry.all()] == [
        ("file-failed", "server-unreachable")
    ]


@pytest.mark.parametrize(("declared", "real"), [(MAX_ATTACHMENT_BYTES + 1, 1), (0, MAX_ATTACHMENT_BYTES + 1)])
async def test_a_file_that_is_too_large_is_refused(lite: Bench, declared: int, real: int) -> None:
    """Neither a declared size nor a real one above the limit is stored, and it is not asked for again."""
    row = await _pending(lite, "file-1", size_bytes=declared)
    lite.door.files = {"file-1": b"x" * real}
    await lite.deliverer.drain()
    row = await AttachmentRow.get(id=row.id)
    assert (row.state, row.due_at, row.digest) == ("refused", None, "")


async def test_a_door_that_delivers_at_once_needs_no_report(lite: Bench) -> None:
    """A receipt may already say that it arrived."""
    delivery = await queued(lite.database, lite.now)
    lite.door.answers = [Receipt("1", State.DELIVERED)]
    await lite.deliverer.drain()
    assert await state_of(delivery) == "delivered"


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.005)


async def _until_state(delivery: Delivery, state: str) -> None:
    async with asyncio.timeout(20):
        while await state_of(delivery) != state:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
