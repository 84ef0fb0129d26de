"""Mojokerto's SOP.48, Curhat Ning Ita, as a file, held against what the office's own document says, row by row.

The facts below were read off the document (065/SOP.48/417.514.3/2021) and stand here on their own, so that a change to
the file must also change what is claimed of the source. What follows the meeting is inferred from SOP.50.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import channels
import templates
from config.check import check
from config.schema import Office, Procedure, way_minutes
from templates import sheets
from tests.shipped import shipped

COMPLAINT, BOOK, SHEET, SETTLING = (
    "pengaduan-masyarakat",
    "buku-registrasi",
    "lembar-disposisi",
    "disposisi-penyelesaian",
)


@dataclass(frozen=True)
class Row:
    """A row of the document: its time, kelengkapan and output by the papers' ids, a phrase of its text, who acts."""

    number: int
    step: str
    within: str
    requires: tuple[str, ...]
    produces: tuple[str, ...]
    phrase: str
    actors: tuple[str, ...]


ROWS = [
    Row(1, "sampaikan", "30 menit", (COMPLAINT,), (COMPLAINT,), "melalui medsos", ()),
    Row(2, "daftarkan", "30 menit", (COMPLAINT,), (BOOK,), "disposisi tindak lanjut", ("petugas-fo",)),
    Row(3, "disposisi", "120 menit", (COMPLAINT, BOOK), (SHEET,), "meminta pendapat", ("kepala-dinas",)),
    Row(4, "telaah", "120 menit", (SHEET,), (SETTLING,), "memerintahkan kasi", ("kabid",)),
    Row(5, "jawab", "180 menit", (SETTLING,), ("jawaban-tertulis",), "rapat koordinasi", ("kasi",)),
]

# What the document's text says of the way from row to row, and what each way onward needs.
ACTIONS = {
    ("sampaikan", "sampaikan"): ("daftarkan", (), "", None),
    ("daftarkan", "teruskan"): ("disposisi", (COMPLAINT, BOOK), "diteruskan", None),
    ("disposisi", "arahkan"): ("telaah", (SHEET,), "dikaji", None),
    ("disposisi", "minta-pendapat"): ("telaah", (SHEET,), "dikaji", None),
    ("telaah", "beri-resume"): ("jawab", ("resume", SETTLING), "", None),
    ("telaah", "perintahkan"): ("jawab", (SETTLING,), "", None),
    ("jawab", "jawab-tertulis"): ("selesai", ("jawaban-tertulis",), "dijawab", "answered"),
    ("jawab", "rapatkan"): ("rapat", ("undangan-rakor",), "dirapatkan", None),
}

# SOP.50, rows 6 to 10: minutes and output; its rows 8 and 9 are one step of the same person.
MEETING = {
    "rapat": ("180 menit", ("berita-acara",), ("kabid", "tim-teknis")),
    "resume-rapat": ("30 menit", ("resume-berita-acara",), ("kabid",)),
    "arahan-rapat": ("120 menit", ("disposisi-rakor",), ("kepala-dinas",)),
    "surat": ("180 menit", ("surat-jawaban",), ("kasi", "kabid")),
}


@pytest.fixture(scope="module")
def office() -> Office:
    return shipped().office("mojokerto")


@pytest.fixture(scope="module")
def procedure(office: Office) -> Procedure:
    return office.procedures["mojokerto-48"]


def test_the_procedure_bears_the_documents_name(procedure: Procedure) -> None:
    """Number, title, office and dates are the document's."""
    assert procedure.number == "065/SOP.48/417.514.3/2021"
    assert procedure.title == "Penanganan Pengaduan Masyarakat Curhat Ning Ita"
    assert "DPMPTSP-TK Kota Mojokerto" in procedure.source
    assert "3 Januari 2022" in procedure.source


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row.number}")
def test_a_step_says_what_its_row_says(row: Row, procedure: Procedure) -> None:
    """Time, kelengkapan, output, the row's own words and whom they name."""
    step = procedure.step(row.step)
    assert step.row == row.number
    assert step.within is not None
    assert step.within.text == row.within
    assert (step.requires, step.produces, step.actor) == (row.requires, row.produces, row.actors)
    assert row.phrase in step.name.lower()
    assert step.inferred == ()


def test_the_first_row_is_the_citizens(procedure: Procedure) -> None:
    """Masyarakat performs it: it is complete on arrival, its minutes are none of the office's promise."""
    assert [step.id for step in procedure.steps if step.citizen] == ["sampaikan"] == [procedure.first]
    assert way_minutes((procedure.step("sampaikan"),), 420) == 0


def test_the_ways_onward_are_the_documents(procedure: Procedure) -> None:
    """The head directs or asks; the Kabid gives a resume or orders; the Kasi answers or calls the team."""
    found = {
        (step.id, action.id): (action.to, action.needs, action.tell, action.outcome)
        for step in procedure.steps
        for action in step.actions
        if step.row is not None
    }
    assert found == ACTIONS


def test_what_follows_the_meeting_is_inferred_and_says_so(procedure: Procedure) -> None:
    """The table ends where the meeting begins; SOP.50 gives the rest, and every key of it is marked."""
    own = {step.id: step for step in procedure.steps if step.row is None and not step.final}
    assert list(own) == list(MEETING)
    for id_, (within, produces, actors) in MEETING.items():
        step = own[id_]
        assert step.within is not None
        assert (step.within.text, step.produces, step.actor) == (within, produces, actors)
        assert {"name", "actor", "within", "requires", "produces", "actions"} == set(step.inferred)
        assert all(action.inferred for action in step.actions)


def test_the_promise_is_the_longest_way(procedure: Procedure) -> None:
    """By way of the meeting: 960 minutes; the citizen's own row counts for nothing."""
    way = procedure.longest_way(420)
    assert [step.id for step in way][1:] == ["daftarkan", "disposisi", "telaah", "jawab", *MEETING, "selesai"]
    assert way_minutes(way, 420) == procedure.promise.minutes(420) == 960


def test_there_are_six_kinds_each_in_its_manner(office: Office) -> None:
    """As the document's title lists them; a complaint is what it is until the citizen says otherwise."""
    assert [(kind.id, kind.manner, kind.noun) for kind in office.kinds] == [
        ("pengaduan", "complaint", "aduan"),
        ("keluhan", "complaint", "keluhan"),
        ("masalah", "complaint", "masalah"),
        ("saran", "suggestion", "saran"),
        ("pertanyaan", "question", "pertanyaan"),
        ("informasi", "information", "informasi"),
    ]
    assert all(kind.ceiling for kind in office.kinds)


def test_the_kind_is_asked_first(procedure: Procedure) -> None:
    """Then what the book wants to know."""
    assert procedure.asks == ("kind", "place", "name")


def test_the_columns_of_the_document_are_roles(office: Office) -> None:
    """Petugas FO, Kasi Monev & Pengaduan, Kabid PKPL, Kepala Dinas, Tim Teknis; the citizen is none."""
    assert list(office.roles) == ["petugas-fo", "kasi", "kabid", "kepala-dinas", "tim-teknis"]
    assert office.superiors("petugas-fo") == ("kasi", "kabid", "kepala-dinas")
    assert office.superiors("tim-teknis") == ("kabid", "kepala-dinas")


def test_every_door_but_social_media_is_marked_as_inferred(office: Office) -> None:
    """The document says "medsos" and names none: what leads to it from elsewhere is ours, and says so."""
    curhat = [route for route in office.routes if route.procedure == "mojokerto-48"]
    assert {route.channel for route in curhat} == {
        *("telegram", "whatsapp", "instagram", "sms", "email", "web", "obrolan", ""),
    }
    assert all(route.inferred for route in curhat)


def test_who_comes_and_what_is_read_on_social_media_has_its_own_procedure(office: Office) -> None:
    """SOP.49 is for the office, SOP.50 for social media."""
    assert [(route.channel, route.procedure, route.inferred) for route in office.routes[:3]] == [
        ("kantor", "mojokerto-49", False),
        ("medsos", "mojokerto-50", False),
        ("facebook", "mojokerto-50", False),
    ]


def test_its_doors(office: Office) -> None:
    """What officers write down, then chat and SMS, as people use them."""
    assert {name: entry.kind for name, entry in office.channels.items()} == {
        "kantor": "counter",
        "medsos": "social",
        "telegram": "telegram",
        "whatsapp": "whatsapp",
        "facebook": "messenger",
        "instagram": "instagram",
        "sms": "android",
        "email": "email",
        "web": "web",
        "obrolan": "chat",
    }


def test_every_step_is_told_in_plain_words(procedure: Procedure) -> None:
    """CEK has something to say at every step of the office, without calling a suggestion a complaint."""
    plain = [step.plain for step in procedure.steps if not step.citizen]
    assert all(plain)
    assert max(map(len, plain)) <= 52
    assert not any("aduan" in text for text in plain)


def test_the_office_is_sound() -> None:
    """Adapters, messages and papers that its files name are all there."""
    offices = shipped()
    found = check(offices, channels.kinds(), templates.names("messages", ".txt"), sheets.names())
    assert found == ()
