"""Which kind a citizen means: by first words, by a number of the menu, by its name, by a button; and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.decision import Classify, Decision, Fill, Locate, OpenTicket, Say
from bot.dialogue import decide
from bot.hearing import hear
from bot.kinds import meant, opening
from bot.talk import Expects, Known, Memory, Said, Scene
from bot.vocabulary import vocabulary
from channels.base import Inbound, Place
from tests.shipped import shipped

OFFICES = shipped()
KINDS = OFFICES.office("mojokerto").kinds
ALL = tuple(kind.id for kind in KINDS)
ASKS = ("kind", "place", "name")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=5)
HERE = Place(-7.4722, 112.4338)
ONE = Known(1, "MJK-26-000001", "open", BEFORE)
TWO = Known(2, "MJK-26-000002", "open", BEFORE - timedelta(days=3))


def said(text: str = "", **more: Any) -> Said:
    """A message as Mojokerto's clerk hears it."""
    inbound = Inbound(external_id="x", sender="y", sent_at=NOW, text=text, **more)
    return hear(inbound, vocabulary(), {"MJK", "BLT"}, form=False, now=NOW, kinds=KINDS).said(9)


def scene(*tickets: Known, memory: Memory | None = None, **more: Any) -> Scene:
    """What is known at Mojokerto; the first ticket was spoken of last."""
    given: dict[str, Any] = {"asks": ASKS, "kinds": KINDS, "lately": tickets[0].id if tickets else 0}
    return Scene(memory=memory or Memory(), tickets=tickets, **given | more)


def asked(part: str = "kind", *, then: tuple[str, ...] = ("place", "name"), **more: Any) -> Memory:
    """The clerk asked five minutes ago."""
    given: dict[str, Any] = {"asked_at": BEFORE, "menu": ALL if part == "kind" else (), "filed": 1}
    return Memory(expects=Expects.PART, ticket=1, part=part, then=then, **given | more)


def classified(decision: Decision) -> str:
    """The kind that was set; empty for none."""
    return next((one.kind for one in decision.effects if isinstance(one, Classify)), "")


def says(decision: Decision) -> list[str]:
    """The templates that are said, in order."""
    return [name for one in decision.effects if isinstance(one, Say) for name in (one.template, one.then) if name]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Saran: taman di alun-alun diberi lampu", "saran"),
        ("saran saya, jam buka loket ditambah", "saran"),
        ("Mau tanya, syarat izin usaha warung apa saja?", "pertanyaan"),
        ("Assalamualaikum, numpang tanya pajak reklame bayar di mana", "pertanyaan"),
        ("Selamat pagi min, saya mau bertanya soal AK1", "pertanyaan"),
        ("PERTANYAAN. Apakah loket buka Sabtu?", "pertanyaan"),
        ("usul pak, parkirnya ditata", "saran"),
        ("Keluhan: antrean loket lama sekali", "keluhan"),
        ("ada masalah dengan NIB saya", "masalah"),
        ("Lapor, ada reklame tanpa izin di Jalan Majapahit", "pengaduan"),
        ("mohon informasi jadwal job fair", "informasi"),
        ("BARU saran: loket khusus lansia", "saran"),
        ("Lampu jalan mati sejak kemarin", ""),
        ("Bukan masalah besar, hanya lampu mati", ""),
        ("Sarana bermain di taman rusak", ""),
        ("Petugasnya tidak mau ditanya", ""),
    ],
)
def test_the_first_words_may_say_what_it_is(text: str, kind: str) -> None:
    """Behind a greeting, exactly written, and only there; then nothing is asked about it."""
    opens = decide(said(text), scene(), NOW).effects[0]
    assert isinstance(opens, OpenTicket)
    assert opens.kind == kind


def test_free_text_opens_at_once_and_is_then_asked() -> None:
    """The kind is no gate: the ticket is there, and the question goes with the acknowledgement."""
    decision = decide(said("Lampu jalan mati sejak kemarin"), scene(), NOW)
    assert says(decision) == ["diterima", "tanya-jenis"]
    assert (decision.memory.part, decision.memory.then, decision.memory.menu) == ("kind", ("place", "name"), ALL)


def test_nobody_is_asked_where_a_suggestion_happened() -> None:
    """Only complaints have a place; a name is asked of everybody."""
    assert says(decide(said("Saran: taman diberi lampu"), scene(), NOW)) == ["diterima", "tanya-nama"]
    assert says(decide(said("Keluhan: loketnya lama"), scene(), NOW)) == ["diterima", "tanya-tempat"]


def test_an_office_with_one_kind_asks_for_none() -> None:
    """There is nothing to choose."""
    assert says(decide(said("Lampu jalan mati"), scene(kinds=KINDS[:1]), NOW)) == ["diterima", "tanya-tempat"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("4", "saran"),
        ("4.", "saran"),
        ("no 4", "saran"),
        ("nomor 4", "saran"),
        ("empat", "saran"),
        ("pilih 4", "saran"),
        ("Saran", "saran"),
        ("saran pak", "saran"),
        ("termasuk saran", "saran"),
        ("usul", "saran"),
        ("1", "pengaduan"),
        ("enam", "informasi"),
        ("info", "informasi"),
        ("mau tanya", "pertanyaan"),
        ("keluhan", "keluhan"),
    ],
)
def test_an_answer_names_the_kind(answer: str, kind: str) -> None:
    """By its number as it was offered, by a word for it, with or without politeness."""
    assert classified(decide(said(answer), scene(ONE, memory=asked()), NOW)) == kind


@pytest.mark.parametrize("answer", ["7", "12", "0", "no 4 lampunya mati", "saran dan keluhan", "rumah nomor 4"])
def test_what_is_no_answer_is_not_taken_for_one(answer: str) -> None:
    """A number nobody offered, two kinds, a sentence: judged like any other message, and the question stays."""
    decision = decide(said(answer), scene(ONE, memory=asked()), NOW)
    assert classified(decision) == ""
    assert decision.memory.part == "kind"


def test_a_house_number_and_a_rating_stay_what_they_are() -> None:
    """A figure answers the question that was asked last, and no other."""
    place = decide(said("4"), scene(ONE, memory=asked("place", then=("name",))), NOW)
    assert [one.value for one in place.effects if isinstance(one, Fill)] == ["4"]
    closed = Known(1, "MJK-26-000001", "closed", BEFORE)
    rated = decide(said("4"), scene(closed, memory=Memory(expects=Expects.RATING, asked_at=BEFORE, ticket=1)), NOW)
    assert (classified(place), classified(rated)) == ("", "")
    assert says(rated) == ["rating-terima"]


def test_an_answer_before_the_question_was_read_is_none() -> None:
    """What was written before the menu went out, or "keluhan" within five seconds, was on its way already."""
    later = asked(asked_at=NOW + timedelta(seconds=2))
    assert classified(decide(said("2"), scene(ONE, memory=later), NOW)) == ""
    just_now = asked(asked_at=NOW - timedelta(seconds=2))
    assert classified(decide(said("keluhan"), scene(ONE, memory=just_now), NOW)) == ""


def test_quick_thumbs_choose_from_the_menu() -> None:
    """A bare number that the menu offered means nothing else, however soon it comes."""
    just_now = asked(asked_at=NOW - timedelta(seconds=2))
    assert classified(decide(said("2"), scene(ONE, memory=just_now), NOW)) == "keluhan"


def test_after_a_complaints_kind_the_questions_go_on() -> None:
    """The next one follows by itself."""
    decision = decide(said("2"), scene(ONE, memory=asked()), NOW)
    assert says(decision) == ["tanya-tempat"]
    assert (decision.memory.part, decision.memory.then) == ("place", ("name",))


def test_a_suggestion_is_thanked_for_before_its_next_question() -> None:
    """And the place is left out."""
    decision = decide(said("saran"), scene(ONE, memory=asked()), NOW)
    assert says(decision) == ["terima-jenis", "tanya-nama"]
    assert (decision.memory.part, decision.memory.then) == ("name", ())


def test_the_last_question_answered_says_what_it_was_taken_for() -> None:
    """With nothing left to ask."""
    decision = decide(said("pertanyaan"), scene(ONE, memory=asked(then=())), NOW)
    assert says(decision) == ["terima-jenis"]
    assert decision.memory.expects is Expects.NOTHING


def test_a_question_skipped_is_not_asked_again() -> None:
    """LEWATI: the ticket stays what it is, the next question follows."""
    decision = decide(said("LEWATI"), scene(ONE, memory=asked()), NOW)
    assert (classified(decision), says(decision)) == ("", ["tanya-tempat"])


def test_a_button_may_be_pressed_later_and_again() -> None:
    """It names its kind, and the message it hangs on its ticket; an older question is not disturbed."""
    pressed = said(choice="pertanyaan")
    later = decide(pressed, scene(TWO, ONE, threaded=ONE, memory=Memory()), NOW)
    assert (classified(later), says(later)) == ("pertanyaan", ["terima-jenis"])
    assert classified(decide(pressed, scene(ONE, memory=asked(asked_at=NOW)), NOW)) == "pertanyaan"


def test_a_button_pressed_later_leaves_the_next_question_open() -> None:
    """Who changes their mind about the kind may still say where it is."""
    decision = decide(said(choice="masalah"), scene(ONE, memory=asked("place", then=("name",))), NOW)
    assert classified(decision) == "masalah"
    assert (decision.memory.part, decision.memory.then) == ("place", ("name",))


@pytest.mark.parametrize(("word", "kind"), [("Saran", "saran"), ("mau tanya", "pertanyaan"), ("keluhan", "keluhan")])
def test_a_kind_alone_waits_for_its_words(word: str, kind: str) -> None:
    """Nothing is opened yet; what is said next is of that kind."""
    first = decide(said(word), scene(), NOW)
    assert says(first) == ["salam"]
    opens = decide(said("Taman kota diberi lampu"), scene(memory=first.memory), NOW).effects[0]
    assert isinstance(opens, OpenTicket)
    assert opens.kind == kind


def test_a_ticket_that_is_answered_keeps_its_kind() -> None:
    """A button pressed after the answer changes nothing."""
    answered = Known(1, "MJK-26-000001", "answered", BEFORE)
    assert classified(decide(said(choice="saran"), scene(answered, threaded=answered), NOW)) == ""


def test_words_joined_meanwhile_leave_the_question_open() -> None:
    """A citizen who tells more instead of answering is heard; the answer may still come."""
    decision = decide(said("Sudah tiga malam gelap gulita"), scene(ONE, memory=asked()), NOW)
    assert says(decision) == ["digabung"]
    assert decision.memory.part == "kind"


def test_a_point_on_the_map_is_the_place() -> None:
    """Whenever it comes: with the complaint, as the answer, or in between, and then nobody asks for the place."""
    first = decide(said(place=HERE), scene(), NOW).effects[0]
    assert isinstance(first, OpenTicket)
    assert first.point == HERE
    answer = decide(said(place=HERE), scene(ONE, memory=asked("place", then=("name",))), NOW)
    assert [one.point for one in answer.effects if isinstance(one, Locate)] == [HERE]
    assert says(answer) == ["tanya-nama"]
    between = decide(said(place=HERE), scene(ONE, memory=asked()), NOW)
    assert [one.point for one in between.effects if isinstance(one, Locate)] == [HERE]
    assert (between.memory.part, between.memory.then) == ("kind", ("name",))


def test_the_old_form_may_begin_with_a_kind() -> None:
    """SARAN#nama#alamat#isi, as people know it from ADUAN#."""
    opens = decide(said("SARAN#Budi#Jalan Gajah Mada 5#Taman diberi lampu"), scene(), NOW).effects[0]
    assert isinstance(opens, OpenTicket)
    assert (opens.kind, opens.name, opens.summary) == ("saran", "Budi", "Taman diberi lampu")


@pytest.mark.parametrize("answer", ["1", "no 1", "satu", "Nomor 1.", "yang 1", "pilih satu"])
def test_which_ticket_is_chosen_by_its_number_too(answer: str) -> None:
    """A list of tickets is a menu like any other."""
    which = Memory(expects=Expects.WHICH, asked_at=BEFORE, offered=(2, 1), intent="cek")
    decision = decide(said(answer), scene(ONE, TWO, memory=which), NOW)
    assert (says(decision), decision.speaks_of) == (["status"], 2)


def test_words_are_the_offices_own() -> None:
    """Another office's kinds mean other words."""
    blitar = OFFICES.office("blitar").kinds
    assert meant("aspirasi", blitar, vocabulary()) == "aspirasi"
    assert meant("saran", (), vocabulary()) == opening("saran: taman", (), vocabulary()) == ""
