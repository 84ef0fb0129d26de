"""Erasing a person: nothing of what they said is left anywhere, figures and books and the journal's chain are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tortoise import fields
from tortoise.models import Model

from inbox import journal, journal_verify, models, whose
from inbox.database import Database
from inbox.erasing import Erasing
from inbox.files import Files, digest_of
from inbox.journal_seals import JournalSeals
from inbox.models import Address, Delivery, Paper, PrivacyRequest, RegisterEntry, Ticket
from inbox.personal import ANSWERS, ASIDE, KEPT, PLACES, Place
from inbox.refused import Refused
from inbox.search_index import SearchIndex
from tests.inbox.dumping import dump
from tests.inbox.house import House, at

NOW, LATER = at("2026-11-23 09:15"), at("2026-11-27 09:15")
WORD, FILE = "qzxrahasiasiti", b"kartu keluarga qzxrahasiasiti"
SENDER = f"{WORD}@example.com"
_TEXTS = (fields.CharField, fields.TextField, fields.JSONField, fields.BinaryField)
_MODELS = {model._meta.db_table: model for name in models.__all__ if (model := getattr(models, name))}
_ALL = (*PLACES, ASIDE, ANSWERS)


def test_every_text_of_the_record_is_erased_or_kept_for_a_reason() -> None:
    """A new column has to be named in ``inbox.personal`` before it can be forgotten."""
    places = {place.table: place for place in _ALL}
    assert not places.keys() & KEPT.keys()
    assert places.keys() | KEPT.keys() == _MODELS.keys()
    for table, place in places.items():
        texts = {name for name, one in _MODELS[table]._meta.fields_map.items() if isinstance(one, _TEXTS)}
        named = set(place.columns) | place.kept
        assert not set(place.columns) & place.kept, table
        assert texts <= named, f"{table}: {texts - named}"
        assert place.kept <= texts, f"{table}: {place.kept - texts}"


async def test_nothing_they_said_is_left(any_house: House, tmp_path: Path) -> None:
    """Neither in any table nor in the files; the counts stay, and the journal is whole."""
    house, files = any_house, Files(tmp_path / "files")
    ticket = await _ended(house)
    other = await house.complaint(NOW, text="Lampu mati", sender="budi@example.org")
    await files.put(FILE)
    await _plant(house, ticket)
    await JournalSeals(house.database).seal(LATER)
    await SearchIndex(house.database).catch_up()
    before = await _counts(house.database)
    assert WORD in await dump(house.database)

    meant = await house.database.transaction(lambda: whose.of_ticket("blitar", ticket.number))
    erasing = Erasing(house.database, files, "(dihapus)")
    plan = await erasing.plan(meant)
    assert plan.files == (digest_of(FILE),)
    await erasing.erase(meant, now=LATER, by=journal.SYSTEM, reason="diminta")

    assert WORD not in await dump(house.database)
    await SearchIndex(house.database).catch_up()
    assert WORD not in await dump(house.database)
    assert not [
        path for path in (tmp_path / "files").rglob("*") if path.is_file() and WORD.encode() in path.read_bytes()
    ]
    gone = {place.table for place in _ALL if place.gone}
    after = await _counts(house.database)
    assert {table: n for table, n in before.items() if table not in gone | {"journal", "privacy_request"}} == {
        table: n for table, n in after.items() if table not in gone | {"journal", "privacy_request"}
    }
    left = await Ticket.get(id=ticket.id)
    assert (left.number, left.kind, left.opened_at, left.closed_at, left.channel) == (
        ticket.number,
        ticket.kind,
        ticket.opened_at,
        ticket.closed_at,
        ticket.channel,
    )
    assert left.erased_at == LATER
    assert (await Ticket.get(id=other.id)).summary == "Lampu mati"
    assert (await house.journal(ticket.number))[-1] == "erased"
    await JournalSeals(house.database).seal(LATER)
    assert not [chain.faults async for chain in journal_verify.chains(house.database, ()) if chain.faults]


async def test_a_case_in_process_waits_for_its_end(house: House, tmp_path: Path) -> None:
    """What an office still works on is not taken out of its hands."""
    ticket = await house.complaint(NOW)
    async with house.database.reading():
        meant = await whose.of_ticket("blitar", ticket.number)
    with pytest.raises(Refused) as refused:
        await Erasing(house.database, Files(tmp_path), "-").erase(meant, now=LATER, by=journal.SYSTEM)
    assert (refused.value.code, refused.value.values) == ("privacy-open", {"numbers": ticket.number})


async def test_a_file_that_somebody_else_sent_too_stays(house: House, tmp_path: Path) -> None:
    """Files are kept by what they hold: the last one who has it takes it along."""
    files, first = Files(tmp_path / "files"), await _ended(house)
    other = await house.complaint(NOW, sender="budi@example.org")
    digest = await files.put(b"sama")
    for one in (first, other):
        await Paper.create(office="blitar", ticket_id=one.id, paper="x", digest=digest, created_at=NOW)
    async with house.database.reading():
        meant = await whose.of_ticket("blitar", first.number)
    await Erasing(house.database, files, "-").erase(meant, now=LATER, by=journal.SYSTEM)
    assert await files.read(digest) == b"sama"


async def test_nothing_is_sent_to_them_any_more_and_they_come_back_as_somebody_new(
    house: House, tmp_path: Path
) -> None:
    """What waited to leave is dropped; whoever writes again from that address is not known here."""
    ticket = await _ended(house)
    async with house.database.reading():
        meant = await whose.of_address("blitar", SENDER)
    await Erasing(house.database, Files(tmp_path), "-").erase(meant, now=LATER, by=journal.SYSTEM)
    assert await Delivery.filter(state="queued").count() == 0
    again = await house.complaint(LATER, sender=SENDER)
    assert again.citizen_id != ticket.citizen_id
    assert await Address.filter(citizen_id=ticket.citizen_id, dead_at=None).count() == 0
    request = await PrivacyRequest.get()
    assert (request.state, request.ticket_id) == ("done", ticket.id)


async def _ended(house: House) -> Ticket:
    kasi = await house.officer("kabid", "kepala-dinas")
    ticket = await house.complaint(NOW, text=f"Tetangga saya {WORD} membangun", sender=SENDER)
    await house.acting.note(kasi, ticket.number, f"Bu {WORD} menelepon", now=NOW)
    version = await house.version(ticket.number)
    await house.acting.close(kasi, ticket.number, f"Sudah beres, {WORD}", version=version, now=NOW)
    await RegisterEntry.create(
        office="blitar", register="agenda", year=2026, number=1, ticket_id=ticket.id, created_at=NOW
    )
    return await Ticket.get(id=ticket.id)


async def _plant(house: House, ticket: Ticket) -> None:
    """A row of every place, with the word in every column that is to be emptied."""
    known: dict[str, Any] = {"Ticket": ticket.id, "Citizen": ticket.citizen_id}
    address = await Address.get(citizen_id=ticket.citizen_id)
    known |= {"Address": address.id}
    for name in ("Officer", "Conversation", "ProcedureVersion", "TicketStep", "Message"):
        found = getattr(models, name).all().order_by("id")
        if name == "Message":
            found = found.filter(ticket_id=ticket.id)
        known[name] = (await found.first()).id
    for support in ("ApiToken", "ImportRun", "FieldCheck"):
        known[support] = (await _row(getattr(models, support), known, {})).pk
    await Ticket.filter(id=ticket.id).update(import_id=known["ImportRun"], old_number="7/2019", permit_number=WORD)
    for place in sorted(_ALL, key=lambda one: one.table == "attempt"):
        model, planted = _MODELS[place.table], _planted(place, ticket)
        if model.__name__ in known:
            await model.filter(pk=known[model.__name__]).update(**planted)
        else:
            known[model.__name__] = (await _row(model, known, planted)).pk


def _planted(place: Place, ticket: Ticket) -> dict[str, Any]:
    model = _MODELS[place.table]
    values: dict[str, Any] = {}
    for column in place.columns:
        one = model._meta.fields_map[column]
        if column in place.files:
            values[column] = digest_of(FILE)
        elif isinstance(one, fields.JSONField):
            values[column] = [WORD] if one.default is list else {"nama": WORD}
        elif isinstance(one, fields.BinaryField):
            values[column] = f"From: {SENDER}".encode()
        elif isinstance(one, _TEXTS):
            text = f"{ticket.number} {WORD}" if place is ANSWERS else f"{WORD} di sini"
            values[column] = text[: one.max_length] if isinstance(one, fields.CharField) else text
    if place.table == "import_row":
        values["old_number"] = "7/2019"
    if place.table == "address":
        del values["value"]
    if place.table == "paper":
        values["issued_at"] = NOW
    return values


async def _row(model: type[Model], known: dict[str, Any], values: dict[str, Any]) -> Model:
    """A row with whatever its model asks for."""
    filled: dict[str, Any] = {}
    for name, one in model._meta.fields_map.items():
        source = f"{name}_id"
        if isinstance(one, fields.relational.ForeignKeyFieldInstance):
            filled[source] = known.get(str(one.model_name).rpartition(".")[2])
        elif isinstance(one, fields.BackwardFKRelation) or one.pk or one.null or name in values:
            continue
        elif one.default is None and not name.endswith("_id"):
            filled[name] = _sample(name, one)
        elif one.default is None and not one.generated and name not in model._meta.fk_fields and not one.reference:
            filled[name] = known.get("Ticket") if name == "ticket_id" else 1
    if "ticket_id" in model._meta.fields_map:
        filled["ticket_id"] = known["Ticket"]
    return await model.create(**filled, **values)


def _sample(name: str, one: Any) -> Any:
    if isinstance(one, fields.DatetimeField):
        return NOW
    if isinstance(one, fields.BooleanField):
        return False
    if isinstance(one, fields.CharField):
        return ("blitar" if name == "office" else f"{name}-x")[: one.max_length]
    return "x" if isinstance(one, fields.TextField) else 1


async def _counts(database: Database) -> dict[str, int]:
    return {table: await model.all().count() for table, model in _MODELS.items()}
