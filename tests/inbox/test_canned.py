"""Answers at hand: who may keep which, and what is in them."""

from __future__ import annotations

import pytest

from inbox.canned import Canned, Words, fill
from inbox.models import Entry
from inbox.refused import Forbidden, Missing, Refused
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
OPEN = Words("jam-buka", "", "Kami buka pukul 08.00.")


def test_only_known_words_are_filled() -> None:
    """A placeholder is filled; other braces stay as they are."""
    assert fill("Halo {nama}, {lain} {}", {"nama": "Siti"}) == "Halo Siti, {lain} {}"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words("Jam Buka", "", "x"), "shortcut-unreadable"),
        (Words("", "", "x"), "shortcut-unreadable"),
        (Words("a" * 33, "", "x"), "shortcut-unreadable"),
        (Words("jam", "", "Halo {siapa}"), "placeholder-unknown"),
        (Words("jam", "", " "), "field-missing"),
    ],
)
def test_what_nobody_could_use_is_refused(words: Words, code: str) -> None:
    """A shortcut that cannot be typed, an unknown placeholder, no text."""
    with pytest.raises(Refused, match=code):
        words.checked()


async def test_the_office_s_and_one_s_own(any_house: House) -> None:
    """The office's are everybody's, one's own nobody else's and stand before the office's of the same name."""
    canned = Canned(any_house.tickets)
    petugas, kasi = await any_house.officer("petugas"), await any_house.officer("kasi", "sekretaris")
    theirs = await canned.add(kasi, OPEN, own=False, now=NOW)
    own = await canned.add(petugas, Words("/JAM-BUKA", "Jam", "Datang saja."), own=True, now=NOW)
    assert [one.id for one in await canned.offered(petugas)] == [own.id]
    assert [one.id for one in await canned.offered(kasi)] == [theirs.id]
    with pytest.raises(Refused, match="shortcut-taken"):
        await canned.add(petugas, OPEN, own=True, now=NOW)
    with pytest.raises(Missing, match="answer-missing"):
        await canned.change(kasi, own.id, OPEN, now=NOW)
    await canned.change(petugas, own.id, Words("buka", "", "Datang saja, {nama}."), now=NOW)
    assert [one.shortcut for one in await canned.offered(petugas)] == ["buka", "jam-buka"]
    await canned.retire(petugas, own.id, now=NOW)
    with pytest.raises(Missing, match="answer-missing"):
        await canned.retire(petugas, own.id, now=NOW)
    events = await Entry.filter(event__startswith="answer-").order_by("id").values_list("event", flat=True)
    assert events == ["answer-added", "answer-added", "answer-changed", "answer-retired"]


async def test_the_office_s_want_a_right(house: House) -> None:
    """Whoever does not keep the office's settings can use the office's answers, and change none."""
    canned, stranger = Canned(house.tickets), await house.officer("petugas")
    row = await canned.add(await house.officer("sekretaris"), OPEN, own=False, now=NOW)
    with pytest.raises(Forbidden, match="no-right"):
        await canned.add(stranger, OPEN, own=False, now=NOW)
    with pytest.raises(Forbidden, match="no-right"):
        await canned.retire(stranger, row.id, now=NOW)
    assert [one.id for one in await canned.offered(stranger)] == [row.id]
