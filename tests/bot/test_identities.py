"""Who complained behind a seal lies encrypted in the record, and everything goes on as if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox import ciphering, finding, identities
from inbox.ciphering import Keys
from inbox.database import Database
from inbox.models import Address, Citizen, Delivery, IdentityKey, Message, Ticket
from inbox.refused import Refused
from inbox.search_index import SearchIndex
from tests.bot.street import COMPLAINT, Street
from tests.inbox.dumping import dump

OLD, NEW = b"o" * 32, b"n" * 32
NAME, NUMBER, MAIL = "Qurrotulaini Zubaedah", "+6281377788899", "zubaedah.qur@contoh.id"
PARTS = ("qurrotulaini", "zubaedah", "81377788899", MAIL)


@pytest.fixture
async def street(any_database: Database, tmp_path: Path) -> Street:
    """A street on each engine, whose key is the older one."""
    ciphering.use(_keys(OLD))
    made = Street(any_database, tmp_path)
    await made.tickets.prepare(made.clock)
    return made


def _keys(*masters: bytes) -> Keys:
    keys = Keys(masters)
    keys.of("blitar")
    return keys


async def _sealed(street: Street) -> Ticket:
    """A case by form, with a name and a telephone typed, and a mail from the same person."""
    form = street.citizen("w77788899900", "web")
    await form.sends_form("Ada pungli di loket dua", rahasia="rahasia", nama=NAME, kontak=NUMBER)
    mail = street.citizen(MAIL, "email")
    await mail.says(
        "RAHASIA. " + COMPLAINT,
        sender_name=NAME,
        external_id="<1@server>",
        raw=f"From: {NAME} <{MAIL}>\n\n{COMPLAINT}".encode(),
    )
    await SearchIndex(street.database).catch_up()
    first, _ = await street.all()
    return first


async def _told(street: Street) -> str:
    return await dump(street.database)


async def test_the_record_names_nobody_behind_a_seal(street: Street) -> None:
    """Not in any table: name, addresses, what was filled in, what arrived as it arrived, the search's marks."""
    await _sealed(street)
    told = await _told(street)
    assert [line for line in told.splitlines() for part in PARTS if part in line] == []
    assert {row.name for row in await Citizen.all() if row.name} == {NAME}
    assert MAIL in [row.value for row in await Address.all()]
    (said,) = await Message.filter(channel="blitar-web", direction="in")
    assert NUMBER in said.values.values()
    (mail,) = await Message.filter(channel="blitar-email", direction="in")
    assert (mail.original or b"").startswith(b"From: Qurr")


async def test_whoever_is_open_lies_open(street: Street) -> None:
    """Nothing else is touched: what an office may read in its own record, it reads there."""
    await street.citizen(MAIL, "email").says(COMPLAINT, sender_name=NAME)
    await SearchIndex(street.database).catch_up()
    assert MAIL in await _told(street)
    assert await IdentityKey.all().count() == 0


async def test_they_write_again_and_are_the_same_person(street: Street) -> None:
    """Found by a digest; the answer goes to the address itself; what they send then is encrypted, too."""
    await _sealed(street)
    before = await Citizen.all().count()
    mail = street.citizen(MAIL, "email")
    await mail.says("Masih ada pungli hari ini", external_id="<2@server>", raw=f"From: {MAIL}\n\nMasih".encode())
    assert await Citizen.all().count() == before
    assert await mail.hears()
    (last,) = await Delivery.filter(channel="blitar-email").order_by("-id").limit(1).select_related("address")
    assert last.address.value == MAIL
    await SearchIndex(street.database).catch_up()
    assert MAIL not in await _told(street)


async def test_search_finds_them_for_who_may_know(street: Street) -> None:
    """By name, by the beginning of it, by number; nobody else finds a thing."""
    ticket = await _sealed(street)
    knowing, other = await street.officer("kasi"), await street.officer("petugas")
    everything = Ticket.all()
    for q in (NAME, "qurrotul", "0813-777-888-99", "081377"):
        async with street.database.reading():
            found = await finding.find(everything, q, street.tickets.seal(knowing))
            nothing = await finding.find(everything, q, street.tickets.seal(other))
        assert (ticket.id in found.ids, nothing.ids) == (True, ()), q


async def test_a_new_key_takes_over(street: Street) -> None:
    """Both are read until everything lies under the newer one; then the older is not needed any more."""
    await _sealed(street)
    ciphering.use(_keys(NEW, OLD))
    assert await identities.renew(street.database) >= 4
    assert [row.id for row in await IdentityKey.all()] == [ciphering.keys().of("blitar")[0].id]
    ciphering.use(_keys(NEW))
    assert {row.name for row in await Citizen.all() if row.name} == {NAME}
    assert MAIL in [row.value for row in await Address.all()]
    (mail,) = await Message.filter(channel="blitar-email", direction="in")
    assert (mail.original or b"").startswith(b"From: Qurr")
    assert await identities.renew(street.database) == 0


async def test_without_its_key_no_program_starts(street: Street) -> None:
    """Better not at all than beside people whom it cannot read: new ones would be made of them."""
    await _sealed(street)
    with pytest.raises(Refused) as refused:
        await identities.know(street.database, [NEW], ["blitar"])
    assert (refused.value.code, refused.value.values) == ("identity-key-missing", {"offices": "blitar"})
    await identities.know(street.database, [NEW, OLD])
    assert ciphering.keys().named((await IdentityKey.get()).id) is not None


async def test_a_row_written_back_lies_as_it_lay(street: Street) -> None:
    """Whoever saves a person or an address saves no open text, with the key and without."""
    await _sealed(street)
    for keys in (_keys(OLD), _keys(NEW)):
        ciphering.use(keys)
        for row in (*await Citizen.all(), *await Address.all()):
            await row.save()
    ciphering.use(_keys(OLD))
    assert [part for part in PARTS if part in await _told(street)] == []
    assert MAIL in [row.value for row in await Address.all()]
