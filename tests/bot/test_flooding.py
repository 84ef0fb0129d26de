"""A flood is kept and kept together: one sender's beyond a day's measure waits for an officer, other doors go on."""

from __future__ import annotations

import asyncio

import pytest

from bot.replay import Replay
from channels.base import Proof
from config.schema import Office
from inbox.database import Database
from inbox.models import Message, Notice, Ticket, Withheld
from inbox.withholding import Withholdings
from tests.bot.street import COMPLAINT, MORNING, Citizen, Street

MANY = 3


def _few(office: Office) -> Office:
    return office.model_copy(update={"clerk": office.clerk.model_copy(update={"tickets_per_day": MANY})})


@pytest.fixture
async def strict(sqlite_database: Database, tmp_path: object) -> Street:
    """Blitar, where a sender may open three complaints a day."""
    made = Street(sqlite_database, tmp_path / "files", change=_few)  # type: ignore[operator]
    await made.tickets.prepare(MORNING)
    return made


async def floods(street: Street, many: int, door: str = "email", **more: object) -> Citizen:
    """Somebody writes so many mails, each about something new."""
    one = street.citizen("ramai@warga.example.test", door)
    for n in range(many):
        street.later(minutes=30)
        await one.says(f"Keluhan nomor {n} tentang jalan {n} yang rusak", subject=f"Jalan {n} rusak parah", **more)
    return one


async def test_beyond_the_days_measure_words_wait_for_an_officer(strict: Street) -> None:
    """They are kept in one place, said so once, and officers are told once; the next day it is a complaint again."""
    ramai = await floods(strict, MANY + 4)
    assert len(await strict.all()) == MANY
    rows = await Withheld.all().select_related("message")
    assert [row.reason for row in rows] == ["many"] * 4
    assert [row.message.subject for row in rows] == [f"Jalan {n} rusak parah" for n in range(MANY, MANY + 4)]
    assert (await ramai.hears()).count("tertahan") == 1
    roles = await Notice.filter(kind="withheld").values_list("role", flat=True)
    assert len(roles) == len(set(roles)) > 0
    (sender,) = await Withholdings(strict.tickets).waiting(await strict.officer("petugas"))
    assert len(sender.rows) == 4
    await strict.citizen("+6281100000001").says(COMPLAINT)
    strict.later(days=1)
    await ramai.says(COMPLAINT, subject="Lampu pasar mati total")
    assert len(await strict.all()) == MANY + 2


async def test_what_belongs_to_a_complaint_is_no_flood(strict: Street) -> None:
    """Additions, answers and questions go their way, however many complaints there were."""
    ramai = await floods(strict, MANY)
    (first, *_) = await strict.all()
    await ramai.says(f"{first.number} tambahan: lubangnya makin dalam")
    assert len(await strict.on(first)) == 2
    assert not await Withheld.exists()


async def test_an_officer_takes_in_what_waited(strict: Street) -> None:
    """What was a complaint after all becomes one, beyond the measure."""
    await floods(strict, MANY + 1)
    by = await strict.officer("petugas")
    door = strict.mailbox()
    replay = Replay(strict.database, {door.id: door}, strict.desks, strict.files, lambda: strict.clock)
    assert await replay.withheld((await Withheld.get()).id, officer_id=by.officer_id)
    assert len(await strict.all()) == MANY + 1
    assert not await Withheld.filter(resolved_at=None).exists()


async def test_who_floods_in_anothers_name_takes_nothing_of_theirs(strict: Street) -> None:
    """Forged mails are measured apart, are told nothing, and the owner's own complaint is taken as ever."""
    forged = Proof(dmarc="fail", verdict="fail")
    ramai = await floods(strict, MANY + 2, proof=forged)
    assert await Withheld.all().count() == 2
    assert "tertahan" not in await ramai.hears()
    await ramai.says(COMPLAINT, subject="Lampu pasar mati total")
    assert len(await strict.all()) == MANY + 1


async def test_a_flood_on_one_door_does_not_slow_another(any_street: Street) -> None:
    """While hundreds of mails wait their turn, one short message is taken among the first."""
    desk, done = any_street.desks["blitar-email"], list[str]()
    writers = [any_street.citizen(f"w{n}@warga.example.test", "email") for n in range(400)]

    async def mail(one: Citizen) -> None:
        await desk.accept(one.message(COMPLAINT, subject="Lampu mati"))
        done.append("mail")

    async with asyncio.TaskGroup() as group:
        for one in writers:
            group.create_task(mail(one))
        await asyncio.sleep(0)
        await any_street.citizen().says(COMPLAINT)
        before = len(done)
    assert before < len(writers) / 2
    assert await Ticket.all().count() == len(writers) + 1
    assert await Message.filter(direction="in").count() == len(writers) + 1


async def test_the_very_same_words_have_a_mark_in_common(any_street: Street) -> None:
    """However they are typed; other words, and a few that many use by chance, have none with them."""
    said = (
        "Tolak pembangunan menara di kampung kami, warga keberatan!",
        "tolak  PEMBANGUNAN menara\ndi kampung kami warga keberatan",
        "Tolak pembangunan menara di kampung kami, warga resah!",
        "Lampu jalan mati",
        "Lampu jalan mati",
    )
    for n, text in enumerate(said):
        await any_street.citizen(f"+62811000000{n}").says(text)
    first, second, other, short, again = [one.same for one in await any_street.all()]
    assert first == second != ""
    assert other not in {"", first}
    assert short == again == ""
