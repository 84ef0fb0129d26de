"""Who complains chooses who may know the name, at any door: asked for in a word or a sentence, told plainly, kept."""

from __future__ import annotations

import pytest

from bot.vocabulary import vocabulary
from bot.wishes import wish
from inbox.models import Ticket
from inbox.protecting import of_kind
from tests.bot.street import COMPLAINT, Street

ASKED = [
    ("RAHASIA", "sealed", "", True),
    ("rahasia ya pak", "sealed", "", True),
    ("#RAHASIA ada pungli", "sealed", "ada pungli", False),
    ("RAHASIA: di loket 2 ada pungli", "sealed", "di loket 2 ada pungli", False),
    ("Selamat pagi. Rahasia. Ada pungli", "sealed", "Selamat pagi. Ada pungli", False),
    ("ANONIM, ada pungli", "anonymous", "ada pungli", False),
    ("mohon identitas saya dirahasiakan", "sealed", "", True),
    ("Ada pungli. Jangan sebut nama saya ya", "anonymous", "Ada pungli. Jangan sebut nama saya ya", False),
    ("ANONIM. Ada pungli, tolong rahasiakan nama saya", "sealed", "Ada pungli, tolong rahasiakan nama saya", False),
    ("rahasia umum ada pungli", "open", "rahasia umum ada pungli", False),
    ("Dokumen rahasia tercecer", "open", "Dokumen rahasia tercecer", False),
    ("", "open", "", False),
]


@pytest.mark.parametrize(("text", "level", "left", "alone"), ASKED, ids=[row[0] for row in ASKED])
def test_a_wish_is_understood(text: str, level: str, left: str, alone: bool) -> None:
    """The level, what is said beside it, and whether it is said alone."""
    assert wish(text, vocabulary()) == (level, left, alone)


async def _only() -> Ticket:
    return await Ticket.all().get()


async def test_rahasia_by_sms(street: Street) -> None:
    """Before the words: sealed from the first moment, who sees the name is told, and the summary has no RAHASIA."""
    siti = street.citizen()
    await siti.says("RAHASIA " + COMPLAINT)
    ticket, told = await _only(), await siti.reads()
    assert (ticket.secrecy, ticket.summary) == ("sealed", COMPLAINT)
    assert "RAHASIA: nama Anda hanya dilihat Kasi dan Kepala Dinas" in told
    assert all(len(part) <= 160 for part in told.split("\n"))


async def test_anonim_by_mail_after_the_complaint(street: Street) -> None:
    """It may be asked for later, in a sentence; the mail says what it means and how it ends."""
    budi = street.citizen("budi@contoh.id", "email")
    await budi.says(COMPLAINT, subject="Lampu mati")
    await budi.hears()
    await budi.says("Mohon jangan sebut nama saya ya", subject="Re: Lampu mati", answers=("x",))
    ticket = await _only()
    assert ticket.secrecy == "anonymous"
    assert "tidak disebut kepada siapa pun di luarnya" in await budi.reads()
    assert (await street.journal(ticket))[-1] == "anonymous"


async def test_the_form_asks(street: Street) -> None:
    """What is chosen on the form is kept; nobody who chose nothing is sealed."""
    ani = street.citizen("w1234567890", "web")
    await ani.sends_form("Ada pungli di loket dua", rahasia="rahasia")
    await street.citizen("w2234567890", "web").sends_form("Lampu mati di depan pasar")
    assert [ticket.secrecy for ticket in await street.all()] == ["sealed", "open"]
    assert "hanya dilihat Kasi dan Kepala Dinas" in await ani.reads()


async def test_an_answer_may_be_that_it_is_secret(street: Street) -> None:
    """Asked for a particular, RAHASIA is no name: the question is over, and the ticket sealed."""
    siti = street.citizen()
    await siti.says(COMPLAINT)
    await siti.says("rahasia")
    ticket = await _only()
    assert ticket.secrecy == "sealed"
    assert "rahasia" not in f"{ticket.object} {ticket.place}".casefold()


async def test_said_before_the_complaint(street: Street) -> None:
    """RAHASIA, and only then the words."""
    siti = street.citizen()
    await siti.says("RAHASIA")
    assert await siti.hears() == ["rahasia-dulu"]
    await siti.says(COMPLAINT)
    assert (await _only()).secrecy == "sealed"


async def test_only_the_code_ends_it(street: Street) -> None:
    """TERBUKA without the code changes nothing, not even from the sender's own number; ANONIM lowers nothing."""
    siti = street.citizen()
    await siti.says("RAHASIA " + COMPLAINT)
    await siti.says("TERBUKA")
    await siti.says("ANONIM")
    ticket = await _only()
    assert ticket.secrecy == "sealed"
    await siti.says(f"TERBUKA {ticket.number} {ticket.code}")
    assert (await _only()).secrecy == "open"
    assert (await siti.hears())[-1] == "terbuka"
    assert [event for event in await street.journal(ticket) if event.endswith("sealed")] == ["unsealed"]


async def test_a_stranger_cannot_end_it(street: Street) -> None:
    """Nor can somebody who knows the number alone."""
    await street.citizen().says("RAHASIA " + COMPLAINT)
    ticket = await _only()
    other = street.citizen("+6281298765432")
    await other.says(f"TERBUKA {ticket.number}")
    await other.says(f"TERBUKA {ticket.number} WWWWWW")
    assert (await _only()).secrecy == "sealed"


def test_a_kind_may_be_sealed_by_the_office(street: Street) -> None:
    """Then it is, whatever was chosen."""
    kind = street.office.kinds[0].model_copy(update={"sealed": True})
    office = street.office.model_copy(update={"kinds": (kind, *street.office.kinds[1:])})
    assert of_kind(office, kind.id, "open") == "sealed"
    assert of_kind(street.office, kind.id, "anonymous") == "anonymous"
