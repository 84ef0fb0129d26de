"""Blitar's SOP 10 as a file, held against what the office's own document says, row by row.

The facts below were read off the document (SOP 10 /410.113/SOP/2018) and stand here on their own, so that a change to
the file must also change what is claimed of the source.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from config.schema import Office, Procedure, Step, way_minutes
from inbox.sop import route
from tests.shipped import shipped

FORM, AGENDA, SHEET = "formulir-aduan", "agenda-masuk", "lembar-disposisi"


@dataclass(frozen=True)
class Row:
    """A row of the document: its time, kelengkapan and output by the papers' ids, and a phrase of its text."""

    number: int
    step: str
    within: str
    requires: tuple[str, ...]
    produces: tuple[str, ...]
    phrase: str
    actors: tuple[str, ...]
    named: bool


ROWS = [
    Row(1, "terima", "15 menit", (FORM, AGENDA), (FORM,), "langsung menanggapi", ("petugas", "kasi", "kabid"), True),
    Row(2, "disposisi", "5 menit", (FORM, SHEET), (FORM,), "disposisi", ("kepala-dinas",), True),
    Row(3, "kaji", "15 menit", (FORM, SHEET), (FORM, SHEET), "mengkaji", ("kabid", "kasi"), False),
    Row(4, "satpol-pp", "15 menit", (FORM, SHEET), ("salinan-formulir",), "satuan pol pp", ("kabid", "kasi"), False),
    Row(5, "selesaikan", "30 menit", (FORM,), ("formulir-jawaban",), "telah berizin", ("kabid", "kasi"), False),
    Row(6, "jawab", "10 menit", (FORM,), ("surat-tanggapan",), "surat tanggapan", ("petugas",), False),
]

# What the document's text says of the way from row to row, and what each way onward needs.
ACTIONS = {
    ("terima", "jawab-langsung"): ("selesai", (FORM, AGENDA, "jawaban"), "dijawab", "answered"),
    ("terima", "naikkan"): ("disposisi", (FORM, AGENDA), "diteruskan", None),
    ("disposisi", "disposisikan"): ("kaji", (SHEET,), "dikaji", None),
    ("kaji", "belum-berizin"): ("satpol-pp", (), "", None),
    ("kaji", "berizin"): ("selesaikan", (), "", None),
    ("satpol-pp", "beri-tahu-satpol-pp"): ("jawab", ("salinan-formulir",), "satpol-pp", None),
    ("selesaikan", "isi-jawaban"): ("jawab", ("formulir-jawaban",), "", None),
    ("jawab", "kirim-tanggapan"): ("selesai", ("surat-tanggapan",), "dijawab", "answered"),
}


@pytest.fixture(scope="module")
def office() -> Office:
    return shipped().office("blitar")


@pytest.fixture(scope="module")
def procedure(office: Office) -> Procedure:
    return office.procedures["blitar-10"]


def test_the_procedure_bears_the_documents_name(procedure: Procedure) -> None:
    """Number, title, office and date are the document's."""
    assert procedure.number == "10 /410.113/SOP/2018"
    assert procedure.title == "Pelayanan Pengaduan melalui SMS, Web/E-mail"
    assert "Kota Blitar" in procedure.source
    assert "10 Januari 2018" in procedure.source


def test_every_row_is_a_step_and_no_other(procedure: Procedure) -> None:
    """Six rows, six steps in their order; the end is ours."""
    assert [step.row for step in procedure.steps] == [1, 2, 3, 4, 5, 6, None]
    assert procedure.first == "terima"
    assert [step.id for step in procedure.steps if step.final] == ["selesai"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row.number}")
def test_a_step_says_what_its_row_says(row: Row, procedure: Procedure) -> None:
    """Time, kelengkapan, output and the row's own words."""
    step = procedure.step(row.step)
    assert step.row == row.number
    assert step.within is not None
    assert step.within.text == row.within
    assert (step.requires, step.produces) == (row.requires, row.produces)
    assert row.phrase in step.name.lower()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row.number}")
def test_an_actor_the_text_does_not_name_is_marked(row: Row, procedure: Procedure) -> None:
    """The symbols of the actor columns are lost: only what a row's words name is certain."""
    step = procedure.step(row.step)
    assert step.actor == row.actors
    assert ("actor" in step.inferred) is not row.named


def test_the_ways_onward_are_the_documents(procedure: Procedure) -> None:
    """Direct answer or up to the head; without permit to Satpol PP, with permit by the office; row 6 answers both."""
    found = {
        (step.id, action.id): (action.to, action.needs, action.tell, action.outcome)
        for step in procedure.steps
        for action in step.actions
    }
    assert found == ACTIONS


def test_the_promise_is_the_longest_way(procedure: Procedure) -> None:
    """15 + 5 + 15 + 30 + 10 minutes, by way of an object with a permit."""
    way = procedure.longest_way(420)
    assert [step.id for step in way] == ["terima", "disposisi", "kaji", "selesaikan", "jawab", "selesai"]
    assert way_minutes(way, 420) == procedure.promise.minutes(420) == 75


def test_the_papers_are_the_documents(office: Office) -> None:
    """Every paper has the document's name, and the agenda is a running book."""
    names = {paper.id: (paper.name, paper.made) for paper in office.papers}
    assert names[FORM] == ("Formulir Aduan", "template")
    assert names[AGENDA] == ("Buku Agenda Aduan Masuk", "register")
    assert names[SHEET] == ("Lembar Disposisi", "disposition")
    assert names["formulir-jawaban"][0] == "Formulir Jawaban Aduan"
    assert names["surat-tanggapan"] == ("Surat Tanggapan", "message")
    assert office.paper(AGENDA).register_id in {book.id for book in office.registers}


def test_the_columns_of_the_document_are_roles(office: Office) -> None:
    """Petugas, Ka.Sie dan Ka.Bid., Sekretaris, Kepala Dinas; each below the next."""
    assert list(office.roles) == ["petugas", "kasi", "kabid", "sekretaris", "kepala-dinas"]
    assert office.superiors("petugas") == ("kasi", "kabid", "sekretaris", "kepala-dinas")


def test_every_step_is_told_in_plain_words(procedure: Procedure) -> None:
    """CEK has something to say at every step, short enough for an SMS."""
    plain = [step.plain for step in procedure.steps]
    assert all(plain)
    assert max(map(len, plain)) <= 52
    assert all(ord(letter) < 128 for text in plain for letter in text)


def test_every_door_leads_to_its_procedure(office: Office) -> None:
    """SMS, web and e-mail as SOP 10's title says, Telegram, which it does not, says so; the desk 09, letters 11."""
    assert {name: entry.kind for name, entry in office.channels.items()} == {
        "loket": "counter",
        "surat": "letter",
        "email": "email",
        "web": "web",
        "sms": "android",
        "sms-luar": "twilio",
        "telegram": "telegram",
    }
    taken = {name: route(office, name, "pengaduan").id for name in office.channels}
    others = dict.fromkeys(("email", "web", "sms", "sms-luar", "telegram"), "blitar-10")
    assert taken == {"loket": "blitar-09", "surat": "blitar-11", **others}
    assert [route.channel for route in office.routes if route.inferred] == ["telegram"]


def test_a_typed_telephone_is_reached_by_the_offices_own_sim(office: Office) -> None:
    """Of two doors that reach telephones the first is used: the Indonesian number."""
    assert next(name for name, entry in office.channels.items() if entry.kind in {"android", "twilio"}) == "sms"


def test_every_limit_has_its_law(office: Office) -> None:
    """A legal ceiling names its regulation and the day it is valid from; every kind of ticket has one."""
    assert all(ceiling.legal and ceiling.valid_from for ceiling in office.ceilings)
    assert all(kind.ceiling for kind in office.kinds)
    days = {ceiling.id: ceiling.within.text for ceiling in office.ceilings}
    assert days == {
        "pengaduan": "14 hari kerja",
        "pengawasan": "60 hari kerja",
        "informasi": "5 hari kerja",
        "aspirasi": "5 hari kerja",
    }


def test_a_step_is_found_by_its_id(procedure: Procedure) -> None:
    """An id that is not there is a KeyError."""
    assert isinstance(procedure.step("kaji"), Step)
    with pytest.raises(KeyError):
        procedure.step("rapat")
