"""Notes that name colleagues."""

from __future__ import annotations

import pytest

from inbox.mentioning import logins
from inbox.models import Mention, Message, Notice
from inbox.refused import Refused
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@kasi tolong dicek", ["kasi"]),
        ("Mohon @Kasi, @tim.teknis.", ["kasi", "tim.teknis"]),
        ("siti@example.com bukan petugas", []),
        ("(@kasi)", ["kasi"]),
        ("@@kasi", []),
    ],
)
def test_a_name_begins_with_an_at(text: str, named: list[str]) -> None:
    """Mail addresses name nobody, and a full stop ends a name."""
    assert [login for _, _, login in logins(text)] == named


async def test_who_is_named_is_told_once(any_house: House) -> None:
    """By the word or by choice, whoever is named gets one notice; the writer none; an unknown name is only words."""
    petugas, kasi = await any_house.officer("petugas"), await any_house.officer("petugas", "kasi")
    ticket = await any_house.complaint(NOW)
    text = f"@{kasi.login} dan @{kasi.login}, dari @{petugas.login}; @siapa"
    await any_house.acting.note(petugas, ticket.number, text, now=NOW, mention=[kasi.officer_id])
    message = await Message.get(direction="note")
    rows = await Mention.all()
    assert [(one.message_id, one.officer_id, one.seen_at) for one in rows] == [(message.id, kasi.officer_id, None)]
    assert await Notice.filter(kind="mention").values_list("officer_id", flat=True) == [kasi.officer_id]


async def test_nobody_is_called_to_a_closed_door(house: House) -> None:
    """Whoever may not see the ticket cannot be named; the note is not kept."""
    petugas = await house.officer("petugas")
    outsider = await house.officer("bukan-peran")
    ticket = await house.complaint(NOW)
    with pytest.raises(Refused, match="mention-unseen"):
        await house.acting.note(petugas, ticket.number, f"@{outsider.login} lihat", now=NOW)
    assert not await Message.filter(direction="note").exists()
