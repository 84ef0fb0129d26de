"""The message road: what comes in is on record once, answered once, and never lost, whatever happens on the way."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient

from bot.dialogue import decide
from bot.kept import Kept
from bot.replay import Replay
from bot.storing import MOST_FILES
from channels.base import Attachment, Inbound, Kind, Parsed, Report, State, Undigested
from inbox import postgres, sqlite
from inbox.counter import taken_down
from inbox.joining import Joinings
from inbox.models import (
    Address,
    ChannelState,
    Citizen,
    Delivery,
    Joining,
    Message,
    Notice,
    SetAside,
    Ticket,
    TicketLink,
)
from inbox.models import Attachment as AttachmentRow
from tests.bot.street import COMPLAINT, MORNING, Street, photo

CALLS = ("execute_query", "execute_insert", "execute_query_dict", "execute_many", "execute_script")


class CutError(Exception):
    """The line to the database is cut."""


@contextmanager
def cut(monkeypatch: pytest.MonkeyPatch, fails: Callable[[int], bool]) -> Iterator[list[int]]:
    """Statement number n (from 1, over both engines) fails before it is sent where ``fails(n)``; yields the count."""
    count = [0]

    def step() -> None:
        count[0] += 1
        if fails(count[0]):
            raise CutError(count[0])

    def together(*given: Any) -> Any:
        step()
        return perform(*given)

    def watched(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*given: Any, **named: Any) -> Any:
            step()
            return await run(*given, **named)

        return call

    perform = sqlite.perform
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "perform", together)
        patch.setattr(postgres, "perform", watched(postgres.perform))
        for client in (SqliteClient, AsyncpgDBClient):
            for name in CALLS:
                for owner in {one for one in client.__mro__ if name in vars(one)} - {object}:
                    patch.setattr(owner, name, watched(vars(owner)[name]))
        yield count


async def once(street: Street, sender: str = "+6281234567890") -> None:
    """One complaint is on record: one message, one citizen, one ticket with all that belongs to it, one answer each."""
    assert await Message.filter(direction="in").count() == 1
    assert await Ticket.all().count() == 1
    assert await TicketLink.all().count() == 1
    assert await Citizen.all().count() == 1
    assert await Address.filter(value=sender).count() == 1
    message = await Message.get(direction="in")
    assert message.ticket_id == (await Ticket.first()).id  # type: ignore[union-attr]
    templates = [one.template for one in await Message.filter(direction="out").order_by("id")]
    assert templates == ["diterima", "tanya-objek"]
    assert await Delivery.all().count() == 2


async def test_a_complaint_becomes_a_ticket_with_an_acknowledgement(any_street: Street) -> None:
    """Message, citizen, ticket and answer are there after one call, and whoever sends was woken after the commit."""
    siti = any_street.citizen()
    accepted = await siti.says(COMPLAINT, sender_name="Siti")
    (ticket,) = await any_street.all()
    assert (accepted.number, accepted.code, accepted.duplicate) == ("", "", False)
    assert (ticket.summary, ticket.status, ticket.step) == (COMPLAINT, "open", "terima")
    assert await any_street.on(ticket) == [COMPLAINT]
    words = await siti.reads()
    assert ticket.number in words
    assert ticket.code in words
    assert "Senin 23/11 10.31 WIB" in words
    assert "di mana" not in words.lower()
    assert any_street.woken == 1
    assert [(one.kind, one.number) for one in any_street.events] == [("ticket", ticket.number)]


async def test_the_raw_form_is_kept_exactly(any_street: Street) -> None:
    """Small raw forms lie with the message, large ones in the file store."""
    siti = any_street.citizen()
    await siti.says(COMPLAINT, raw=b"\x00\xff kecil")
    await siti.says("Fotonya menyusul", raw=b"besar" * 20_000)
    small, large = await Message.filter(direction="in").order_by("id")
    assert (small.original, small.original_file) == (b"\x00\xff kecil", "")
    assert large.original is None
    assert await any_street.files.read(large.original_file) == b"besar" * 20_000


async def test_a_message_that_comes_again_ends_quietly(any_street: Street) -> None:
    """The platform may repeat it as often as it likes."""
    siti = any_street.citizen()
    message = siti.message(COMPLAINT)
    desk = any_street.desks[siti.channel]
    first = await desk.accept(message, message)
    again = await any_street.desk(siti.channel).accept(message)
    assert [one.duplicate for one in (*first, *again)] == [False, True, True]
    await once(any_street)


async def test_many_at_once_are_taken_one_at_a_time(any_street: Street) -> None:
    """One citizen's messages that arrive together in several calls open one ticket."""
    siti = any_street.citizen()
    texts = [COMPLAINT, "Tepatnya di tiang nomor tiga", "Dekat gapura masuk gang", "Sudah seminggu lamanya"]
    messages = [siti.message(text) for text in texts]
    await asyncio.gather(*(any_street.desks[siti.channel].accept(message) for message in messages))
    (ticket,) = await any_street.all()
    assert sorted(await any_street.on(ticket)) == sorted(texts)
    assert await siti.hears() == ["diterima", "tanya-objek"]


async def test_a_burst_has_one_acknowledgement(street: Street) -> None:
    """A photo, a text and another text in one breath are one complaint, told once."""
    siti = street.citizen("siti@example.com", "email")
    desk = street.desks[siti.channel]
    burst = [siti.message("", files=(photo(),)), siti.message(COMPLAINT), siti.message("Sejak seminggu")]
    await desk.accept(*burst)
    (ticket,) = await street.all()
    assert await street.on(ticket) == ["", COMPLAINT, "Sejak seminggu"]
    assert await siti.hears() == ["diterima"]


async def test_a_batch_shares_a_commit_with_the_doors_progress(any_street: Street) -> None:
    """Sixty messages: each on record, and the progress stored with the last of them."""
    desk = any_street.desks["blitar-email"]
    messages = [any_street.citizen(f"w{n}@example.com", "email").message(COMPLAINT) for n in range(60)]
    accepted = await desk.accept(*messages, progress={"uid": 60})
    assert len(accepted) == 60
    assert len(await any_street.all()) == 60
    assert await any_street.desk("blitar-email").progress() == {"uid": 60}
    assert (await ChannelState.get(channel="blitar-email")).last_in_at == any_street.clock


async def test_progress_alone_is_stored_too(any_street: Street) -> None:
    """A door may move on without a message, and begins with none."""
    desk = any_street.desks["blitar-email"]
    assert await desk.progress() == {}
    assert await desk.accept(progress={"uid": 7}) == []
    assert await desk.accept(progress={"uid": 8}) == []
    assert await desk.progress() == {"uid": 8}


async def test_a_door_without_progress_still_shows_its_life(street: Street) -> None:
    """The health page knows when it last brought something, and its progress is left alone."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    noted = (await ChannelState.get(channel=siti.channel)).last_in_at
    assert noted == street.clock
    await siti.says("Sejak seminggu")
    assert (await ChannelState.get(channel=siti.channel)).last_in_at == noted
    street.later(minutes=2)
    await siti.says("Dekat gapura masuk gang")
    assert (await ChannelState.get(channel=siti.channel)).last_in_at == street.clock


# --- Nothing lost ---


async def test_a_cut_at_any_statement_loses_and_doubles_nothing(
    any_street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away at the n-th statement and stays away: upstream is not told, and nothing is half there."""
    desk, message = any_street.desks["blitar-sms"], any_street.citizen().message(COMPLAINT)
    for stop in range(1, 200):
        try:
            with cut(monkeypatch, lambda n, stop=stop: n >= stop):  # type: ignore[misc]
                await desk.accept(message)
            break
        except CutError:
            assert await Message.all().count() == 0
            assert await Ticket.all().count() == 0
            assert await SetAside.all().count() == 0
    assert stop > 8
    assert [one.duplicate for one in await desk.accept(message)] == [True]
    await once(any_street)


async def test_a_stumble_at_any_statement_is_not_even_noticed(
    any_street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One statement fails once: the message is taken alone, at once, and nobody has to look at it."""
    siti, stop = any_street.citizen(), 0
    while True:
        stop += 1
        with cut(monkeypatch, lambda n, stop=stop: n == stop) as count:  # type: ignore[misc]
            (accepted,) = await any_street.desk(siti.channel).accept(siti.message(COMPLAINT))
        assert not accepted.aside
        await once(any_street)
        await _forget_all(any_street)
        if count[0] < stop:
            break
    assert stop > 8


async def test_a_message_that_breaks_the_clerk_is_set_aside_and_replayed(
    any_street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line moves on with progress past it; staff are told; once mended it is taken as if nothing had been."""
    siti = any_street.citizen()
    desk = any_street.desks[siti.channel]
    bad, good = siti.message(COMPLAINT), any_street.citizen("+62899").message("Got di depan sekolah mampet")
    with monkeypatch.context() as patch:
        patch.setattr("bot.clerk.decide", _stumble(COMPLAINT))
        accepted = await desk.accept(bad, good, progress={"offset": 2})
    assert [one.aside for one in accepted] == [True, False]
    assert [one.summary for one in await any_street.all()] == ["Got di depan sekolah mampet"]
    assert await desk.progress() == {"offset": 2}
    row = await SetAside.get()
    assert (row.reason, row.original, row.external_id) == ("clerk-failed", bad.raw, bad.external_id)
    assert row.detail.startswith("KeyError at ")
    assert COMPLAINT not in row.detail
    assert sorted([(one.kind, one.role) for one in await Notice.filter(kind="set-aside")]) == [
        ("set-aside", "kasi"),
        ("set-aside", "petugas"),
    ]
    assert "aside" in [event.kind for event in any_street.events]
    replay = _replay(any_street, siti.channel, bad)
    assert await replay.one(row.id, officer_id=None)
    assert not await replay.one(row.id)
    assert [one.summary for one in await any_street.all()] == ["Got di depan sekolah mampet", COMPLAINT]
    assert (await SetAside.get()).resolution == "replayed"


async def test_a_record_in_trouble_blames_no_message(any_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door is told that nothing is stored, and brings it again; nobody at the office has anything to look at."""
    siti = any_street.citizen()
    desk, message = any_street.desks[siti.channel], siti.message(COMPLAINT)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("bot.clerk.decide", full)
        with pytest.raises(OSError, match="No space left"):
            await desk.accept(message, progress={"offset": 2})
    assert (await SetAside.all().count(), await desk.progress()) == (0, {})
    assert [one.aside for one in await desk.accept(message, progress={"offset": 2})] == [False]
    assert [one.summary for one in await any_street.all()] == [COMPLAINT]


async def test_what_an_officer_wrote_down_is_replayed_too(any_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its fields, its files and the officer's name, once, as if nothing had been."""
    by, desk = await any_street.officer("petugas"), any_street.desks["blitar-web"]
    given = {"nama": "Mbah Karto", "tempat": "Jl. Anggrek 3"}
    inbound = taken_down(by, given, COMPLAINT, [photo()], nonce="0" * 32, now=any_street.clock)
    with monkeypatch.context() as patch:
        patch.setattr("bot.clerk.decide", _stumble(COMPLAINT))
        assert [one.aside for one in await desk.accept(inbound)] == [True]
    row = await SetAside.get()
    replay = _replay(any_street, "blitar-web", inbound)
    monkeypatch.setattr(_Door, "parse", _undigested)
    assert await replay.one(row.id)
    assert not await replay.one(row.id)
    (ticket,) = await any_street.all()
    assert (ticket.summary, ticket.place) == (COMPLAINT, "Jl. Anggrek 3")
    assert "registered" in await any_street.journal(ticket)
    assert [file.name for file in await AttachmentRow.all()] == ["lampu.jpg"]
    await desk.accept(inbound)
    assert await Ticket.all().count() == 1


async def test_what_still_breaks_stays_set_aside(any_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaying everything counts what is on record now and what is not."""
    siti = any_street.citizen()
    message = siti.message(COMPLAINT)
    with monkeypatch.context() as patch:
        patch.setattr("bot.clerk.decide", _stumble(COMPLAINT))
        await any_street.desks[siti.channel].accept(message)
        await any_street.desks[siti.channel].accept(message)
        replay = _replay(any_street, siti.channel, message)
        assert await replay.everything() == (0, 1)
    assert await SetAside.filter(resolved_at=None).count() == 1
    assert await replay.everything() == (1, 0)
    assert await Ticket.all().count() == 1


async def test_what_a_door_cannot_digest_is_kept_for_a_person(any_street: Street) -> None:
    """Its raw form, large or small, once, with the door's progress past it."""
    desk = any_street.desks["blitar-email"]
    for raw in (b"rusak", b"rusak", b"besar" * 20_000):
        await desk.set_aside(raw, "mail-unreadable", progress={"uid": 9})
    small, large = await SetAside.all().order_by("id")
    assert (small.original, small.reason) == (b"rusak", "mail-unreadable")
    assert await any_street.files.read(large.original_file) == b"besar" * 20_000
    assert await desk.progress() == {"uid": 9}
    assert await Notice.filter(kind="set-aside", role="petugas").count() == 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sender": "a" * 400 + "@example.com"}, "Unfit"),
        ({"sender": ""}, "Unfit"),
        ({"external_id": ""}, "Unfit"),
        ({"external_id": "x" * 5000}, "Unfit"),
        ({"external_id": "\u00e9" * 990 + "\U0001f600" * 5}, ""),
    ],
)
async def test_what_no_column_holds_is_set_aside(street: Street, more: dict[str, Any], reason: str) -> None:
    """Never a crash, never a loss."""
    siti = street.citizen("siti@example.com", "email")
    (accepted,) = await street.desks[siti.channel].accept(replace(siti.message(COMPLAINT), **more))
    assert accepted.aside is bool(reason)
    assert await SetAside.all().count() + await Ticket.all().count() == 1


HOSTILE = {
    "null bytes": "Lampu\x00 jalan\x00 mati di depan pasar",
    "lone surrogates": "Lampu jalan \ud83d mati di depan pasar",
    "right to left": "\u202eLampu jalan mati\u202c المجاري معطلة",
    "ten thousand lines": "Lampu jalan mati\n" * 10_000,
    "one long word": "a" * 500_000,
    "control characters": "Lampu \x07\x1b[31mjalan\x1b[0m mati",
    "markup": "<script>alert(1)</script> {{ number }} {% if %} lampu mati",
    "sql": "'); DROP TABLE ticket; -- lampu mati",
    "emoji only": "😭😭😭",
    "empty": "",
}


async def test_hostile_texts_are_taken(any_street: Street) -> None:
    """Whatever the text, it is stored whole but for what no database takes, and answered in words."""
    for name, text in HOSTILE.items():
        siti = any_street.citizen(f"{name.replace(' ', '.')}@example.com", "email")
        await siti.says(text, full_text=text, subject=text[:2000], sender_name=text[:500])
        message = await Message.get(direction="in", conversation__address__value=siti.sender)
        kept = text.encode("utf-8", "replace").decode().translate({0: None, 7: None, 27: None})
        assert (message.full_text, message.text) == (kept, kept[:20_000]), name
        assert await siti.hears() in (["diterima"], ["salam"]), name
    assert await SetAside.all().count() == 0


async def test_a_lost_answer_after_the_commit_changes_nothing(
    any_street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks right after the commit: the message is found there, and not written again."""
    siti, run = any_street.citizen(), any_street.database.transaction

    async def committed(work: Callable[[], Awaitable[Any]]) -> Any:
        await run(work)
        raise CutError

    message = siti.message(COMPLAINT)
    with monkeypatch.context() as patch:
        patch.setattr(any_street.database, "transaction", committed)
        with pytest.raises(CutError):
            await any_street.desks[siti.channel].accept(message)
    (accepted,) = await any_street.desks[siti.channel].accept(message)
    assert accepted.duplicate
    await once(any_street)


# --- Files ---


async def test_files_are_stored_by_content_before_the_transaction(any_street: Street) -> None:
    """What was brought is stored, what is to be fetched waits, what is too large is refused."""
    siti = any_street.citizen("siti@example.com", "email")
    files = (
        photo("satu.jpg", b"isi"),
        photo("dua.jpg", b"isi"),
        Attachment("nanti.jpg", "image/jpeg", reference="file-1", size_bytes=10),
        Attachment("besar.mp4", "video/mp4", reference="file-2", size_bytes=26 * 1024 * 1024),
        Attachment("kosong\x00.txt", "", b""),
    )
    await siti.says(COMPLAINT, files=files)
    rows = await AttachmentRow.all().order_by("id")
    assert [(one.name, one.state) for one in rows] == [
        ("satu.jpg", "stored"),
        ("dua.jpg", "stored"),
        ("nanti.jpg", "pending"),
        ("besar.mp4", "refused"),
        ("kosong.txt", "stored"),
    ]
    assert rows[0].digest == rows[1].digest
    assert await any_street.files.read(rows[0].digest) == b"isi"
    assert rows[2].due_at == any_street.clock
    assert rows[4].type == "application/octet-stream"


async def test_a_message_of_thousands_of_files_is_one_message(any_street: Street) -> None:
    """The first are kept as files, and the record says how many are not; the message itself lacks nothing."""
    siti = any_street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT, files=tuple(photo(f"{nth}.jpg", b"isi") for nth in range(2000)))
    rows = await AttachmentRow.all().order_by("id")
    assert [(one.name, one.state, one.reference) for one in rows[-2:]] == [
        (f"{MOST_FILES - 1}.jpg", "stored", ""),
        (f"{MOST_FILES}.jpg", "beyond", str(2000 - MOST_FILES)),
    ]
    assert len(rows) == MOST_FILES + 1


async def test_files_come_before_the_message(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full stores no message that would point at nothing: upstream is not told."""
    siti = street.citizen("siti@example.com", "email")

    async def full(_: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(street.files, "put", full)
    with pytest.raises(OSError, match="space"):
        await siti.says(COMPLAINT, files=(photo(),))
    assert await Message.all().count() == 0


# --- What was already said ---


async def test_an_edit_lies_beside_its_original(street: Street) -> None:
    """Officers see both; the citizen hears nothing of it."""
    siti = street.citizen()
    message = siti.message(COMPLAINT)
    await street.desks[siti.channel].accept(message)
    await siti.hears()
    (ticket,) = await street.all()
    await Ticket.filter(id=ticket.id).update(unread=False)
    await siti.says("Lampu jalan di depan pasar Pon mati", kind=Kind.EDIT, about=message.external_id)
    edit = await Message.get(kind="edit")
    assert (edit.about, edit.ticket_id) == (message.external_id, ticket.id)
    assert (await Ticket.get(id=ticket.id)).unread
    await siti.says("", kind=Kind.DELETE, about=message.external_id)
    assert await street.on(ticket) == [COMPLAINT, "Lampu jalan di depan pasar Pon mati", ""]
    assert await siti.hears() == []


async def test_a_machine_is_on_record_and_hears_nothing(any_street: Street) -> None:
    """An out-of-office answer lies on its ticket, does not end the waiting for the citizen, and gets no answer."""
    siti = any_street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT)
    (ticket,) = await any_street.all()
    await any_street.asks(ticket)
    question = await siti.last()
    await siti.hears()
    await Message.filter(id=question.id).update(external_id="<q@blitar>")
    await siti.says("Saya sedang cuti", automatic=True, answers=("<q@blitar>",))
    await siti.says("Out of office", automatic=True, external_id="<lain>")
    assert (await Ticket.get(id=ticket.id)).status == "waiting"
    assert await any_street.on(ticket) == [COMPLAINT, "Saya sedang cuti"]
    assert await siti.hears() == []
    await siti.says("Sejak Senin lalu", answers=("<q@blitar>",))
    assert (await Ticket.get(id=ticket.id)).status == "open"


async def test_a_reply_finds_its_ticket_by_our_own_key(any_street: Street) -> None:
    """Even before the platform told us its name for what we sent."""
    siti = any_street.citizen("siti@example.com", "email")
    for text, subject in ((COMPLAINT, "Lampu mati"), ("Got mampet", "Got di Sananwetan")):
        await siti.says(text, subject=subject)
    first, second = await any_street.all()
    told = await Message.filter(ticket_id=first.id, direction="out").first()
    assert told
    assert second.id != first.id
    await siti.says("Ini tambahannya", subject="Re: x", answers=("<unknown@x>", f"<{told.key}@blitar.example.go.id>"))
    assert await any_street.on(first) == [COMPLAINT, "Ini tambahannya"]


async def test_a_stranger_in_the_thread_adds_but_never_rules(street: Street) -> None:
    """A neighbour who was forwarded the mail may add to it; the answers still go to the citizen alone."""
    siti = street.citizen("siti@example.com", "email")
    budi = street.citizen("budi@example.com", "email")
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    thread = await siti.last()
    await siti.hears()
    await budi.says("Benar, saya tetangganya", answers=(f"<{thread.key}@x>",))
    assert await budi.hears() == ["digabung"]
    await street.answers(ticket)
    assert await siti.hears() == ["dijawab"]
    await budi.says("SELESAI", answers=(f"<{thread.key}@x>",))
    assert (await Ticket.get(id=ticket.id)).status == "answered"
    assert await street.on(ticket) == [COMPLAINT, "Benar, saya tetangganya", "SELESAI"]


# --- The whole talk ---


async def test_the_whole_way_of_a_complaint(any_street: Street) -> None:
    """Particulars, status, answer, BELUM, answer again, SELESAI, rating: each where it belongs."""
    siti = any_street.citizen()
    for words in (COMPLAINT, "Lampu tiang tiga", "depan pasar Legi", "nama saya Siti"):
        await siti.says(words)
    assert await siti.hears() == ["diterima", "tanya-objek", "tanya-tempat", "tanya-nama", "terima-isian"]
    (ticket,) = await any_street.all()
    assert (ticket.object, ticket.place) == ("Lampu tiang tiga", "depan pasar Legi")
    assert (await Citizen.get(id=ticket.citizen_id)).name == "Siti"
    any_street.later(hours=1)
    await any_street.answers(ticket)
    await siti.says("Belum pak, masih mati")
    assert await siti.hears() == ["dijawab", "dibuka-lagi"]
    assert (await Ticket.get(id=ticket.id)).status == "open"
    any_street.later(hours=1)
    await any_street.answers(ticket)
    await siti.says("Sudah selesai, terima kasih")
    await siti.says("5")
    assert await siti.hears() == ["dijawab", "selesai-rating", "rating-terima"]
    closed = await Ticket.get(id=ticket.id)
    assert (closed.status, closed.closing, closed.rating, closed.reopened) == ("closed", "confirmed", 5, 1)
    events = await any_street.journal(ticket)
    assert [one for one in events if one in {"opened", "filled", "answered", "reopened", "closed", "rated"}] == [
        "opened",
        *["filled"] * 3,
        "answered",
        "reopened",
        "answered",
        "closed",
        "rated",
    ]


async def test_belum_counts_as_long_as_the_record_says(street: Street) -> None:
    """The clerk and the record agree to the minute on when a case can still be reopened."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    await street.answers(ticket)
    answered = (await Ticket.get(id=ticket.id)).answered_at
    assert answered
    calendar = street.tickets.cases.calendars["blitar"]
    until = calendar.add_workdays(answered, street.office.clerk.reopen_days).at
    street.clock = until - timedelta(seconds=10)
    await siti.says("BELUM")
    assert (await siti.hears())[-1] == "dibuka-lagi"
    await street.answers(ticket)
    answered = (await Ticket.get(id=ticket.id)).answered_at
    assert answered
    street.clock = calendar.add_workdays(answered, street.office.clerk.reopen_days).at
    await siti.says("BELUM")
    assert (await siti.hears())[-1] == "tak-bisa-dibuka"


async def test_batal_withdraws_and_stop_is_heard_at_every_door(street: Street) -> None:
    """The complaint is closed; automatic messages end with one last word, an officer's answer still goes out."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    await siti.says("LEWATI")
    await siti.says("STOP")
    await siti.hears()
    (ticket,) = await street.all()
    await siti.says("Tiangnya nomor tiga")
    assert await siti.hears() == []
    await street.answers(ticket)
    assert await siti.hears() == ["dijawab"]
    await siti.says("MULAI")
    await siti.says("BELUM")
    await siti.says("batal")
    assert await siti.hears() == ["mulai", "dibuka-lagi", "dibatalkan"]
    assert (await Ticket.get(id=ticket.id)).closing == "withdrawn"


async def test_nobody_stops_or_withdraws_in_anothers_name(any_street: Street) -> None:
    """A mail that answers none of ours asks back, and does nothing; the answer to that mail does it."""
    siti = any_street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT)
    (ticket,) = await any_street.all()
    thread = await siti.last()
    for word in (f"BATAL {ticket.number}", "STOP"):
        await siti.says(word)
        (asked,) = (await siti.new())[-1:]
        assert asked.template == "pastikan"
        assert f"dengan {word[:5].strip()}." in asked.text
        assert (await Ticket.get(id=ticket.id)).status == "open"
        await siti.says(word, answers=("<01hzzzzzzzzzzzzzzzzzzzzzzz@contoh.id>",))
        assert await siti.hears() == ["pastikan"]
    assert (await Address.get(value=siti.sender)).stopped_at is None
    await siti.says("STOP", answers=(f"<{asked.key}@x>",))
    assert await siti.hears() == ["berhenti"]
    await siti.says("BATAL", answers=(f"<{thread.key}@x>",))
    assert await siti.hears() == ["dibatalkan"]
    assert (await Ticket.get(id=ticket.id)).closing == "withdrawn"


async def test_no_address_hears_more_than_its_share_in_an_hour(street: Street) -> None:
    """Beyond it everything is stored and filed, and nothing said, until the hour is over."""
    siti = street.citizen()
    most = street.office.clerk.answers_per_hour
    for _ in range(most + 5):
        await siti.says("CEK")
    assert len(await siti.hears()) == most
    assert await Message.filter(direction="in").count() == most + 5
    street.later(hours=1)
    await siti.says("CEK")
    assert await siti.hears() == ["tak-ada-aduan"]


async def test_whoever_asks_much_still_hears_the_office_s_answer(street: Street) -> None:
    """Direct answers take nothing of the share that news has: after much asking the answer itself still comes."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    for _ in range(street.office.clerk.automatic_per_hour + 2):
        await siti.says("CEK")
    assert (await siti.hears())[-1] == "status"
    await street.answers(ticket)
    assert await siti.hears() == ["dijawab"]


async def test_a_code_opens_a_ticket_from_elsewhere(street: Street) -> None:
    """Number and code work from any address; without the code nothing is told; a lost one goes home only."""
    siti, budi = street.citizen(), street.citizen("+62899")
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    await siti.hears()
    await budi.says(f"cek {ticket.number}")
    assert ticket.code not in (asked := await budi.reads())
    assert "kodenya" in asked
    await budi.says("AAAAAA")
    await budi.says(ticket.code.lower())
    await budi.says(f"CEK {ticket.number} {ticket.code}")
    assert await budi.hears() == ["kode-salah", "status", "status"]
    await budi.says("KODE")
    assert await budi.hears() == ["tak-ada-aduan"]
    await siti.says("kode hilang pak")
    assert ticket.code in await siti.reads()


async def test_words_under_a_foreign_number_wait_for_its_code(street: Street) -> None:
    """They are kept, filed when the code comes, and the sender hears the answers from then on."""
    siti, budi = street.citizen(), street.citizen("+62899")
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    await budi.says(f"Menyambung {ticket.number}, lampunya masih mati juga")
    assert await street.on(ticket) == [COMPLAINT]
    await budi.says(ticket.code)
    assert len(await street.on(ticket)) == 3
    await street.answers(ticket)
    assert (await budi.hears())[-1] == "dijawab"
    assert (await siti.hears())[-1] == "dijawab"


async def test_several_open_and_no_clue_asks(street: Street) -> None:
    """The message is kept, and filed with the one the citizen names."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    await siti.says("BARU got mampet di depan sekolah")
    first, second = await street.all()
    street.later(days=2)
    await siti.hears()
    await siti.says("Warnanya kuning sekali pak")
    assert await siti.hears() == ["pilih-aduan"]
    assert "Warnanya kuning sekali pak" not in [*await street.on(first), *await street.on(second)]
    await siti.says("2")
    assert await street.on(first) == [COMPLAINT, "Warnanya kuning sekali pak", "2"]
    assert await siti.hears() == ["digabung"]


async def test_a_wrong_guess_is_taken_back_with_one_word(street: Street) -> None:
    """BARU makes a complaint of its own of what was added by guess."""
    siti = street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT)
    street.later(days=2)
    await siti.says("Got di depan sekolah mampet dan bau")
    street.later(minutes=5)
    await siti.says("BARU")
    first, second = await street.all()
    assert second.summary == "Got di depan sekolah mampet dan bau"
    assert await street.on(first) == [COMPLAINT]
    assert await street.on(second) == ["Got di depan sekolah mampet dan bau", "BARU"]
    assert "moved" in await street.journal(first)
    assert await siti.hears() == ["diterima", "digabung", "diterima"]


async def test_kept_words_are_filed_in_the_end(any_street: Street) -> None:
    """Who never says which one: after two hours it is filed with the one spoken of last, or opened as its own."""
    siti, budi = any_street.citizen(), any_street.citizen("+62899")
    await siti.says(COMPLAINT)
    await siti.says("BARU got mampet di depan sekolah")
    first, second = await any_street.all()
    any_street.later(days=2)
    await siti.says("Warnanya kuning sekali pak")
    await siti.says("Baunya juga menyengat")
    await budi.says(f"Menyambung {first.number}, masih mati juga")
    kept = Kept(any_street.desks)
    any_street.later(hours=1)
    assert await kept.settle(any_street.clock) == 0
    any_street.later(hours=1, minutes=1)
    assert await kept.settle(any_street.clock) == 2
    assert await kept.settle(any_street.clock) == 0
    assert sorted((await any_street.on(second))[-2:]) == ["Baunya juga menyengat", "Warnanya kuning sekali pak"]
    assert (await any_street.all())[-1].summary.startswith("Menyambung")
    assert (await budi.hears())[-2:] == ["diterima", "tanya-objek"]


async def test_what_a_door_left_holds_up_nobody(any_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that wait at a door which the office has no more take no place from those at the others."""
    monkeypatch.setattr("bot.kept._AT_ONCE", 1)
    siti, budi = any_street.citizen(), any_street.citizen("budi@example.com", "email")
    await siti.says(COMPLAINT)
    (first,) = await any_street.all()
    await budi.says(f"Menyambung {first.number}, masih mati juga")
    await any_street.citizen("+62899").says(f"Menyambung {first.number}, di sini juga mati")
    any_street.later(hours=3)
    assert await Kept({"blitar-sms": any_street.desks["blitar-sms"]}).settle(any_street.clock) == 1


async def test_short_messages_come_one_by_one_and_long_ones_in_one(street: Street) -> None:
    """The acknowledgement and the first question: two SMS, one mail."""
    phone, mail = street.citizen(), street.citizen("siti@example.com", "email")
    await phone.says(COMPLAINT)
    await mail.says(COMPLAINT, subject="Lampu mati", sender_name="Siti")
    assert await phone.hears() == ["diterima", "tanya-objek"]
    (letter,) = await mail.new()
    assert "apa atau siapa yang diadukan" in letter.text
    assert "Yth. Bapak/Ibu Siti" in letter.text
    assert "https://wadul.example/blitar/cek" in letter.text
    assert letter.answers == [(await Message.filter(direction="in").order_by("-id").first()).external_id]  # type: ignore[union-attr]


# --- The web form ---

FIELDS = {"nama": "Siti", "jenis": "informasi", "objek": "lampu", "tempat": "pasar Legi"}


async def test_a_form_shows_its_receipt_and_shows_it_again(any_street: Street) -> None:
    """Number, code, where to look and the words; sending it twice is one complaint with one receipt."""
    siti = any_street.citizen("w123", "web")
    message = siti.message(COMPLAINT, fields=FIELDS)
    (first,) = await any_street.desks["blitar-web"].accept(message)
    (again,) = await any_street.desks["blitar-web"].accept(message)
    (ticket,) = await any_street.all()
    assert (first.number, first.code, first.duplicate) == (ticket.number, ticket.code, False)
    assert first.url == "https://wadul.example/blitar/cek"
    assert "paling lambat" in first.words
    assert replace(again, duplicate=False) == first
    assert again.duplicate
    assert (ticket.kind, ticket.object, ticket.place) == ("informasi", "lampu", "pasar Legi")
    assert (await Citizen.get(id=ticket.citizen_id)).name == "Siti"


async def test_a_greeting_in_the_form_is_answered_and_opens_nothing(street: Street) -> None:
    """The page has words to show and no number."""
    accepted = await street.citizen("w123", "web").sends_form("halo min")
    assert (accepted.number, accepted.code) == ("", "")
    assert "tulis aduan Anda" in accepted.words


async def test_a_typed_mail_address_gets_one_message_until_it_answers(any_street: Street) -> None:
    """It hears the number and nothing of the complaint; after its answer it hears what the citizen hears."""
    web, siti = any_street.citizen("w123", "web"), any_street.citizen("siti@example.com", "email")
    accepted = await web.sends_form(COMPLAINT, **FIELDS, kontak=" Siti@Example.com ")
    (asked,) = await siti.new()
    assert asked.template == "konfirmasi"
    assert accepted.number in asked.text
    for secret in (accepted.code, "Lampu", "pasar", "Siti"):
        assert secret not in asked.text + asked.subject
    await siti.says("CEK")
    assert await siti.hears() == ["tak-ada-aduan"]
    (ticket,) = await any_street.all()
    await any_street.answers(ticket)
    assert await siti.hears() == []
    await siti.says("Ya", answers=(f"<{asked.key}@x>",))
    assert await siti.hears() == ["status"]
    await siti.says("SELESAI")
    assert (await Ticket.get(id=ticket.id)).closing == "confirmed"


async def test_a_typed_telephone_is_nobody_s_until_it_speaks(street: Street) -> None:
    """Canonical and unconfirmed; what is written from there is no complaint of whoever typed it."""
    await street.citizen("w123", "web").sends_form(COMPLAINT, **FIELDS, kontak="0812-3456-7890")
    address = await Address.get(scheme="phone")
    assert (address.value, address.confirmed_at) == ("+6281234567890", None)
    await street.citizen("+6281234567890").says(COMPLAINT)
    typed, written = await street.all()
    assert address.citizen_id == written.citizen_id != typed.citizen_id


async def test_joined_by_an_officer_both_doors_tell_of_both(any_street: Street) -> None:
    """CEK from either address lists what the person wrote at the other, from the officer's word until it is undone."""
    sms, mail = any_street.citizen(), any_street.citizen("siti@example.com", "email")
    await sms.says(COMPLAINT)
    await mail.says("Pohon tumbang menutup Jalan Melati")
    first, second = await any_street.all()
    by, joinings = await any_street.officer("kasi"), Joinings(any_street.tickets)
    for one in (sms, mail):
        await one.says("CEK")
        assert (await one.hears())[-1] == "status"
    version = (await Ticket.get(id=first.id)).version
    await joinings.join(by, first.number, second.number, "Ibu Siti menelepon", version=version, now=any_street.clock)
    for one in (sms, mail):
        await one.says("CEK")
        listed = await one.reads()
        assert first.number in listed
        assert second.number in listed
    await mail.says(f"CEK {first.number}")
    assert await mail.hears() == ["status"]
    row = await Joining.get()
    version = (await Ticket.get(id=first.id)).version
    await joinings.separate(by, first.number, row.id, version=version, now=any_street.clock)
    await mail.says("CEK")
    assert await mail.hears() == ["status"]
    await mail.says(f"CEK {first.number}")
    assert await mail.hears() == ["minta-kode"]


@pytest.mark.parametrize("contact", ["rumah di dekat pasar", "12", "siti@", ""])
async def test_a_contact_that_is_none_hurts_nothing(street: Street, contact: str) -> None:
    """The complaint is taken all the same."""
    accepted = await street.citizen("w123", "web").sends_form(COMPLAINT, **FIELDS, kontak=contact)
    assert accepted.number


async def test_the_status_page_speaks_in_the_tickets_own_conversation(any_street: Street) -> None:
    """Number and code prove it, whatever sender the page gives; without the right ones nothing happens."""
    accepted = await any_street.citizen("w123", "web").sends_form(COMPLAINT, **FIELDS)
    (ticket,) = await any_street.all()
    page = any_street.citizen("w999", "web")
    proof = {"nomor": accepted.number.lower().replace("-", ""), "kode": accepted.code.lower()}
    wrong = await page.says("Saya orang lain", fields=proof | {"kode": "AAAAAA"})
    assert wrong.number == ""
    assert await any_street.on(ticket) == [COMPLAINT]
    any_street.later(minutes=5)
    added = await page.says("Fotonya menyusul", fields=proof, files=(photo(),))
    assert added.number == accepted.number
    await any_street.answers(ticket)
    await page.says("", fields=proof, choice="SELESAI")
    await page.says("", fields=proof, choice="4")
    closed = await Ticket.get(id=ticket.id)
    assert (closed.status, closed.rating) == ("closed", 4)
    assert await Address.filter(scheme="web").count() == 1
    assert await any_street.on(ticket) == [COMPLAINT, "Fotonya menyusul", "SELESAI", "4"]


async def test_the_status_page_of_a_mails_ticket(street: Street) -> None:
    """A ticket that came by mail is written to from the page as well; answers still go by mail."""
    siti = street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT)
    (ticket,) = await street.all()
    await siti.hears()
    page = street.citizen("w999", "web")
    await page.says("Fotonya menyusul", fields={"nomor": ticket.number, "kode": ticket.code})
    assert await street.on(ticket) == [COMPLAINT, "Fotonya menyusul"]
    await street.answers(ticket)
    assert await siti.hears() == ["dijawab"]
    assert await page.hears() == ["digabung"]


async def test_an_officer_writes_it_down_for_a_citizen(street: Street) -> None:
    """The journal says who did, and the message bears it."""
    by = await street.officer("petugas")
    accepted = await street.citizen("w123", "web").sends_form("Datang sendiri: lampu mati", petugas=by.login)
    (ticket,) = await street.all()
    assert accepted.number == ticket.number
    assert "registered" in await street.journal(ticket)
    assert (await Message.get(direction="in")).officer_id == by.officer_id


# --- The rest of the contract ---


async def test_a_report_reaches_its_delivery(street: Street) -> None:
    """A bounce marks the delivery failed; one about nothing we know is ignored."""
    siti = street.citizen("siti@example.com", "email")
    await siti.says(COMPLAINT)
    told = await siti.last()
    await Delivery.filter(message_id=told.id).update(state="sent")
    await street.desks["blitar-email"].report(
        Report(State.FAILED, key=str(told.key), reason="550 no such user"), Report(State.READ, external_id="<unknown>")
    )
    assert (await Delivery.get(message_id=told.id)).state == "failed"


async def test_a_page_carries_the_office(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """A door's pages are this office's."""
    seen: list[tuple[str, Any]] = []
    monkeypatch.setattr("bot.desk.render", lambda name, **values: seen.append((name, values)) or "<p>")
    assert await street.desks["blitar-web"].page("diterima", number="x") == "<p>"
    assert seen == [("pages/citizen/diterima.html", {"office": street.office, "number": "x"})]


async def test_a_message_takes_few_statements(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The road stays short: so many statements for a first complaint, so many for an addition."""
    siti = street.citizen("siti@example.com", "email")
    with cut(monkeypatch, lambda _: False) as first:
        await siti.says(COMPLAINT)
    with cut(monkeypatch, lambda _: False) as second:
        await siti.says("Sejak seminggu yang lalu kira-kira")
    assert first[0] <= 30
    assert second[0] <= 25


class _Door:
    """A door that reads a raw form as the message it came from."""

    def __init__(self, message: Inbound) -> None:
        self._message = message

    def parse(self, raw: bytes) -> Parsed:
        """The same message again."""
        assert raw == self._message.raw
        return Parsed(messages=(self._message,))


def _undigested(_door: _Door, _raw: bytes) -> Parsed:
    """A door that cannot read what was no message of its own."""
    raise Undigested


def _stumble(text: str) -> Callable[..., Any]:
    """A clerk with a fault: it cannot decide on one text."""

    def faulty(said: Any, *rest: Any) -> Any:
        if said.text == text:
            raise KeyError(text)
        return decide(said, *rest)

    return faulty


def _replay(street: Street, channel: str, message: Inbound) -> Replay:
    doors: Any = {channel: _Door(message)}
    return Replay(street.database, doors, street.desks, street.files, lambda: street.clock)


async def _forget_all(street: Street) -> None:
    """An empty record again, as before the first message."""
    tables = [
        *("delivery", "attachment", "notice", "task", "ticket_step", "pause", "ticket_link", "message"),
        *("conversation", "ticket", "address", "citizen", "set_aside", "channel_state"),
    ]
    for table in ("attempt", *tables):
        extra = "UPDATE conversation SET ticket_id = NULL" if table == "ticket_link" else None
        if extra:
            await street.database.query(extra + " RETURNING id")
        await street.database.query(f"DELETE FROM {table}")
    assert street.clock >= MORNING
