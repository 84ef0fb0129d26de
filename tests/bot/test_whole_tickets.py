"""What citizens live through when an officer merges tickets, splits one, or takes somebody for spam."""

from __future__ import annotations

from inbox.merging import Merging
from inbox.models import Ticket
from inbox.spam import Spam
from tests.bot.street import COMPLAINT, Street


async def merged(street: Street, first: Ticket, second: Ticket) -> None:
    by = await street.officer("petugas")
    await Merging(street.tickets).merge(by, second.number, first.number, now=street.clock)


async def test_two_neighbours_at_two_doors_hear_of_one_case(any_street: Street) -> None:
    """Each is told with their own number and code, asks and answers as ever, and never learns of the other."""
    street = any_street
    siti, budi = street.citizen(), street.citizen("budi@example.com", "email")
    await siti.says(COMPLAINT)
    await budi.says("Lampu di depan pasar Legi mati, mohon diperbaiki", subject="Lampu mati")
    first, second = await street.all()
    await merged(street, first, second)
    for one in (siti, budi):
        await one.new()
    await budi.says("Sudah ada anak jatuh", subject="Re: Lampu mati", answers=((await budi.last()).key,))
    assert await street.on(second) == ["Lampu di depan pasar Legi mati, mohon diperbaiki", "Sudah ada anak jatuh"]
    assert "added-beside" in await street.journal(first)
    assert (await Ticket.get(id=first.id)).unread
    await budi.new()
    street.later(hours=1)
    await street.answers(first)
    for one, own, other in ((siti, first, second), (budi, second, first)):
        said = await one.reads()
        assert "Lampu sudah kami perbaiki." in said
        assert own.number in said
        assert other.number not in said
        assert other.code not in said
    await siti.says("SELESAI")
    assert [ticket.status for ticket in await street.all()] == ["closed", "answered"]
    await budi.says("BELUM, masih mati", subject="Re: Lampu mati", answers=((await budi.last()).key,))
    assert [ticket.status for ticket in await street.all()] == ["open", "open"]
    assert (await Ticket.get(id=first.id)).unread


async def test_who_reported_twice_is_not_asked_which(any_street: Street) -> None:
    """Two tickets of one citizen that are one case: what names neither is for the leading one."""
    street = any_street
    siti = street.citizen()
    await siti.says(COMPLAINT)
    street.later(minutes=10)
    await siti.says("BARU lampu di depan pasar Legi mati")
    first, second = await street.all()
    await merged(street, first, second)
    await siti.new()
    street.later(days=2)
    await siti.says("Sampai sekarang lampunya masih mati, kapan diperbaiki?")
    assert "pilih-aduan" not in await siti.hears()
    assert (await street.on(first))[-1].startswith("Sampai sekarang")


async def test_spam_that_goes_on_lies_where_it_belongs_and_is_not_answered(any_street: Street) -> None:
    """Within a day it joins in silence; BARU still opens, and the day after everything does."""
    street = any_street
    siti = street.citizen()
    await siti.says("Promo pinjaman cepat tanpa jaminan hubungi kami")
    (ticket,) = await street.all()
    await Spam(street.tickets).mark(await street.officer("petugas"), ticket.number, now=street.clock)
    await siti.new()
    await siti.says("Bunga rendah hanya hari ini, klik tautan berikut")
    assert await siti.hears() == []
    assert len(await street.on(ticket)) == 2
    await siti.says("BARU lampu jalan di depan rumah saya mati")
    assert len(await street.all()) == 2
    await street.acting.close(
        await street.officer("petugas"), (await street.all())[1].number, "x", version=1, now=street.clock
    )
    street.later(days=2)
    await siti.says("Ada pohon tumbang menutup jalan di dekat pasar")
    assert len(await street.all()) == 3


async def test_a_merged_reporter_who_takes_it_back_ends_only_their_own(any_street: Street) -> None:
    """BATAL from one; the other's case goes on."""
    street = any_street
    siti, budi = street.citizen(), street.citizen("+6281200000002")
    await siti.says(COMPLAINT)
    await budi.says("Lampu depan pasar Legi padam")
    first, second = await street.all()
    await merged(street, first, second)
    for one, ticket in ((budi, second), (siti, first)):
        await one.new()
        await one.says(f"BATAL {ticket.number}")
        assert await one.hears() == ["dibatalkan"]
    statuses = [(ticket.status, ticket.closing) for ticket in await street.all()]
    assert statuses == [("open", ""), ("closed", "withdrawn")]
