"""Search on both engines: one contract, that what officers type finds what they mean, and nothing they may not see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from inbox import finding
from inbox.actor import Actor
from inbox.cases import visible
from inbox.models import Address, Attachment, Citizen, Entry, Message, Paper, Task, Ticket
from inbox.sealing import Seal
from inbox.search_index import SearchIndex
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
PEOPLE = ("Siti Aminah", "Djoko Soeharto", "Muhammad Ma'ruf", "Budiman", "Wahyuni")
SAID = (
    "Tetangga mendirikan bangunan ruko tanpa izin di jalan Merdeka",
    "Selokan mampet, sampahnya menumpuk di pasar Legi",
    "Asap pabrik tahu mengganggu pernapasan",
    "Jalan berlubang depan SD Kauman 3",
    "Limbah dibuang ke sungai setiap malam",
)


async def settled(house: House) -> SearchIndex:
    """Five complaints, BLT-26-000001 the oldest, each of somebody else; read by the search."""
    for place, (name, text) in enumerate(zip(PEOPLE, SAID, strict=True), start=1):
        ticket = await house.complaint(NOW + timedelta(minutes=place), text=text, sender=f"warga{place}@example.com")
        await Citizen.filter(id=ticket.citizen_id).update(name=name)
    second = await Ticket.get(number="BLT-26-000002")
    await Ticket.filter(id=second.id).update(permit_number="503/12.A/IMB/2022")
    await Address.create(
        office="blitar", citizen_id=second.citizen_id, scheme="phone", value="+6281234567890", created_at=NOW
    )
    index = SearchIndex(house.database)
    await index.catch_up()
    return index


async def found(house: House, q: str, by: Actor | None = None) -> list[int]:
    """The tail of each number that is found, the best first."""
    by = by or await house.officer("kasi")
    async with house.database.reading():
        ids = (await finding.find(visible(by, house.office), q, Seal(by, house.office, b""))).ids
        numbers = dict(await Ticket.filter(id__in=list(ids)).values_list("id", "number"))
    return [int(numbers[id_][-6:]) for id_ in ids]


async def snippet(house: House, q: str, tail: int) -> str:
    """Where the words stand in the ticket, in brackets."""
    ticket = await Ticket.get(number=f"BLT-26-{tail:06d}")
    async with house.database.reading():
        text = (await finding.snippets(q, [ticket.id])).get(ticket.id, "")
    return text.replace(finding.BEGIN, "[").replace(finding.END, "]")


QUESTIONS: Sequence[tuple[str, list[int]]] = [
    # numbers, as people write them, and their tails
    ("BLT-26-000003", [3]),
    ("blt 26 3", [3]),
    ("000004", [4]),
    # a telephone number in any form, its beginning, its end; a mail address
    ("081234567890", [2]),
    ("+62 812-3456-7890", [2]),
    ("0062 812 3456 7890", [2]),
    ("0812 3456", [2]),
    ("7890", [2]),
    ("567890", [2]),
    ("warga5@example.com", [5]),
    # a permit's number with or without what stands between
    ("503/12.A/IMB/2022", [2]),
    ("503 12 a imb 2022", [2]),
    ("50312AIMB2022", [2]),
    ("503/12", [2]),
    # names: any order, spelt the old way or the new, one letter wrong, too few, too many, swapped
    ("aminah siti", [1]),
    ("joko suharto", [2]),
    ("Maruf", [3]),
    ("mohammad", [3]),
    ("amina", [1]),
    ("aminha", [1]),
    ("amimah", [1]),
    ("ammiinahh", [1]),
    ("wahyunni", [5]),
    ("wahuni", [5]),
    ("buddyman", [4]),
    # words: their root, their beginning, in any order, in different places; accents and case do not count
    ("pembangunan", [1]),
    ("BANGUN", [1]),
    ("sampah", [2]),
    ("persampahan", [2]),
    ("berlub", [4]),
    ("izin merdeka ruko", [1]),
    ("aminah izin", [1]),
    ("jalan", [4, 1]),
    ("sélokan", [2]),
    ("sungai pabrik", []),
    # what is no question finds nothing and breaks nothing
    ("!!! ???", []),
    ("🙏🏽", []),
    ("\x00", []),
    ('"', []),
    ("'", []),
    ("xyzzy", []),
]


@pytest.mark.parametrize(("q", "tails"), QUESTIONS, ids=[repr(q) for q, _ in QUESTIONS])
async def test_a_question_finds_the_same_on_both_engines(any_house: House, q: str, tails: list[int]) -> None:
    """Numbers, telephones, permits, names and words: the best first, the newer first among equals."""
    await settled(any_house)
    assert await found(any_house, q) == tails


ATTACKS = (
    'ruko" OR "sampah',
    "ruko OR sampah",
    "NOT ruko",
    "ruko NEAR(sampah, 2)",
    "marks:ruko",
    "ruko*) OR (marks : *",
    "{marks person} : ruko",
    "ruko' | 'sampah",
    "ruko & !sampah",
    "ruko:*A <-> sampah",
    "'; DROP TABLE search_text; --",
    "\\",
    "ruko\x00sampah",
    "\ud800ruko sampah",
    "%_%",
    "$1 $2 ?1",
    "( ( ( (",
)


async def test_no_engine_takes_orders(any_house: House) -> None:
    """Operators of either engine's language are words or nothing: no error, nothing found that has not all words."""
    await settled(any_house)
    by = await any_house.officer("kasi")
    for q in ATTACKS:
        assert await found(any_house, q, by) == [], q
    assert await found(any_house, "(ruko)", by) == await found(any_house, "^ruko*", by) == [1]


async def test_very_much_is_cut_short(any_house: House) -> None:
    """Ten thousand letters, words or quotes are a question like any other; the same word twice is one."""
    await settled(any_house)
    by = await any_house.officer("kasi")
    for q in ("a" * 10_000, '"' * 10_000, " ".join(f"kata{n}" for n in range(2_000)), "ّ" * 10_000, "7" * 10_000):
        assert await found(any_house, q, by) == []
    assert await found(any_house, "ruko " * 2_000, by) == [1]
    long = " ".join(letter * 2 + "abcdefghijklmnopqrstuvwxyz" for letter in "qwrtpsdf")
    assert await found(any_house, long, by) == []


async def test_no_message_keeps_others_from_being_found(any_house: House) -> None:
    """One that is all different words, whose letters grow when they are read; one whose form is no JSON any more."""
    index = await settled(any_house)
    first, second = [await Ticket.get(number=f"BLT-26-00000{tail}") for tail in (1, 2)]
    letters = [chr(0xFDFA) + chr(0x4E00 + place) + chr(0xFDFB) for place in range(18_000)]
    for start in range(0, 18_000, 3_000):
        await any_house.writes(first, " ".join(letters[start : start + 3_000]), NOW)
    if not any_house.database.is_postgres:
        await any_house.database.query("UPDATE message SET \"values\" = '{' WHERE ticket_id = $1", [second.id])
    await any_house.writes(second, "Sudah diperbaiki", NOW)
    await index.catch_up()
    assert await found(any_house, "aminah") == [1]
    assert await found(any_house, "perbaikan") == [2]


async def test_only_what_the_officer_may_see(any_house: House) -> None:
    """Without see-all: one's own and one's roles'. Of another office nothing, however exact the question."""
    await settled(any_house)
    outsider = await any_house.officer("tamu")
    assert await found(any_house, "jalan", outsider) == []
    ticket = await Ticket.get(number="BLT-26-000004")
    await Ticket.filter(id=ticket.id).update(officer_id=outsider.officer_id)
    assert await found(any_house, "jalan", outsider) == [4]
    await Task.filter(ticket__number="BLT-26-000001").update(role="tamu")
    assert await found(any_house, "jalan", outsider) == [4, 1]
    elsewhere = await any_house.officer("kasi", office="mojokerto")
    assert [await found(any_house, q, elsewhere) for q in ("BLT-26-000001", "jalan", "aminah", "081234567890")] == [
        []
    ] * 4


async def test_messages_notes_papers_and_files_are_searched(any_house: House) -> None:
    """What was said later, between officers, filled into a paper, a file's name; not what the clerk says to all."""
    index = await settled(any_house)
    by = await any_house.officer("petugas")
    one, two, three = [f"BLT-26-00000{tail}" for tail in (1, 2, 3)]
    await any_house.writes(await Ticket.get(number=one), "Pekerja memakai ekskavator", NOW)
    await any_house.acting.note(by, two, "Sudah ditelepon, orangnya kooperatif", now=NOW)
    third = await Ticket.get(number=three)
    await Paper.create(
        office="blitar", ticket=third, paper="resume", values={"hasil": ["cerobong rendah"]}, created_at=NOW
    )
    said = await Message.filter(ticket_id=third.id).first()
    assert said is not None
    await Attachment.create(office="blitar", message=said, name="foto_cerobong_miring.jpg", type="image/jpeg")
    await _touched(third)
    await any_house.clerk(any_house.tickets.tell, third, "diterima", NOW)
    await index.catch_up()
    assert await found(any_house, "ekskavator", by) == [1]
    assert await found(any_house, "kooperatif", by) == [2]
    assert await found(any_house, "rendah", by) == [3]
    assert await found(any_house, "miring", by) == [3]
    clerk = await Message.filter(ticket_id=third.id, author="clerk").first()
    assert clerk is not None
    assert await found(any_house, "terima kasih", by) == []


async def test_what_was_taken_back_is_found_no_more(any_house: House) -> None:
    """An answer that its officer took back, a text that was corrected, a message that was moved to another ticket."""
    index = await settled(any_house)
    by = await any_house.officer("petugas")
    one, two = [await Ticket.get(number=f"BLT-26-00000{tail}") for tail in (1, 2)]
    await any_house.acting.reply(by, one.number, "Silakan datang membawa akta", version=1, now=NOW)
    await index.catch_up()
    assert await found(any_house, "akta", by) == [1]
    await Message.filter(ticket_id=one.id, author="officer").update(ticket_id=two.id)
    await _touched(one, two)
    await index.catch_up()
    assert await found(any_house, "akta", by) == [2]
    await Message.filter(ticket_id=two.id, author="officer").update(undone_at=NOW)
    await Ticket.filter(id=two.id).update(place="Pasar Wage")
    await _touched(two)
    await index.catch_up()
    assert await found(any_house, "akta", by) == []
    assert await found(any_house, "wage", by) == [2]


async def test_a_person_who_is_called_otherwise_is_found_by_the_new_name(any_house: House) -> None:
    """On all tickets, also those in which nothing happened."""
    index = await settled(any_house)
    first = await Ticket.get(number="BLT-26-000001")
    again = await any_house.complaint(NOW, text="Lampu jalan mati", sender="warga1@example.com")
    await Citizen.filter(id=first.citizen_id).update(name="Sri Rahayu")
    await index.catch_up()
    assert again.number == "BLT-26-000006"
    assert await found(any_house, "rahayu") == [6, 1]
    assert await found(any_house, "siti") == []


async def test_the_best_come_first(any_house: House) -> None:
    """The very telephone number before those who merely mention it; a name before a word, however old."""
    index = await settled(any_house)
    await any_house.complaint(NOW, text="Hubungi 0812 3456 7890 atas nama Siti", sender="lain@example.com")
    await Citizen.filter(id=(await Ticket.get(number="BLT-26-000006")).citizen_id).update(name="Anton")
    await index.catch_up()
    assert await found(any_house, "siti") == [1, 6]
    assert await found(any_house, "+6281234567890") == [6, 2]


async def test_snippets_show_where(any_house: House) -> None:
    """The words between marks in the text itself; the summary whole; nothing where it is the name alone."""
    index = await settled(any_house)
    first = await Ticket.get(number="BLT-26-000001")
    long = "Awal. " * 60 + "Tukangnya memakai mesin molen setiap subuh. " + "Akhir. " * 60
    await any_house.writes(first, f"{long}\x02<b>", NOW)
    await index.catch_up()
    text = await snippet(any_house, "molen tukang", 1)
    assert "[Tukangnya] memakai mesin [molen] setiap" in text
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 330
    assert await snippet(any_house, "bangunan", 1) == "Tetangga mendirikan [bangunan] ruko tanpa izin di jalan Merdeka"
    assert await snippet(any_house, "aminah", 1) == ""
    await any_house.writes(first, "Telepon saya (0812) 9999-0000 ya", NOW)
    await index.catch_up()
    assert await snippet(any_house, "+62 812 9999 0000", 1) == "Telepon saya [(0812) 9999-0000] ya"


async def test_more_than_is_shown_says_so(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best come, as many as are shown, and the word that there are more."""
    await settled(any_house)
    monkeypatch.setattr(finding, "MOST", 1)
    by = await any_house.officer("kasi")
    async with any_house.database.reading():
        jalan = await finding.find(visible(by, any_house.office), "jalan", any_house.tickets.seal(by))
        ruko = await finding.find(visible(by, any_house.office), "ruko", any_house.tickets.seal(by))
    assert (len(jalan.ids), jalan.more) == (1, True)
    assert (len(ruko.ids), ruko.more) == (1, False)


async def test_a_record_that_was_never_read_is_read_from_its_newest(any_house: House) -> None:
    """After the change that brings the search, or when all was thrown away: everything is found again."""
    index = await settled(any_house)
    await index.forget()
    assert await found(any_house, "jalan") == []
    await index.catch_up()
    assert await found(any_house, "jalan") == [4, 1]
    assert not await index.round()


async def test_two_that_read_at_once_make_everything_once(any_house: House) -> None:
    """Two processes on one record: no mistake, nothing twice, nothing left out."""
    index = await settled(any_house)
    await index.forget()
    await asyncio.gather(index.catch_up(), SearchIndex(any_house.database).catch_up())
    await index.catch_up()
    count = await any_house.database.query("SELECT count(*) AS many FROM search_text")
    assert count == [{"many": 5}]
    assert await found(any_house, "jalan") == [4, 1]


async def test_the_road_writes_nothing_for_the_search(house: House, statements: list[str]) -> None:
    """Storing a complaint touches no table of the search."""
    await house.complaint(NOW)
    assert [sql for sql in statements if "search" in sql] == []


async def _touched(*tickets: Any) -> None:
    """A line in the journal, as every command writes one."""
    for ticket in tickets:
        await Entry.create(office="blitar", ticket_id=ticket.id, at=NOW, actor="system", event="noted", values={})
