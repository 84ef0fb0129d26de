"""The offices' files held against the table of facts written from their documents (``tests/procedures/facts.py``)."""

from __future__ import annotations

from itertools import groupby

import pytest

import channels
import templates
from config.check import check
from config.schema import Office, Procedure, Step
from inbox.printing import description_of
from inbox.sop import route
from tests.procedures.facts import FACTS, RECORDS, Row
from tests.shipped import shipped

OFFICES = shipped().offices
PROCEDURES = {id_: (office, one) for office in OFFICES.values() for id_, one in office.procedures.items()}
EVERY_ROW = [pytest.param(id_, row, id=f"{id_} row {row.number}") for id_, rows in FACTS.items() for row in rows]
# Its output says "diterima oleh petugas".
MORE_ACTORS = {("blitar-10", 1): {"Petugas Pelayanan Pengaduan"}}


def rows_of(procedure: Procedure, number: int | str) -> list[Step]:
    """The steps of one row."""
    return [step for step in procedure.steps if step.row is not None and str(step.row) == str(number)]


def names(office: Office, ids: list[str]) -> set[str]:
    """Papers by what they are called."""
    return {office.paper(id_).name for id_ in ids}


def named(said: str, ours: set[str]) -> bool:
    """Whether one of our papers bears the document's name, which may go on ("Salinan Formulir Aduan untuk ...")."""
    return any(said.lower() in one.lower() for one in ours)


def test_there_are_nine_procedures_of_four_offices() -> None:
    """And each of them but the one without a table has its facts."""
    assert {office.id: sorted(office.procedures) for office in OFFICES.values()} == {
        "blitar": ["blitar-09", "blitar-10", "blitar-11"],
        "denpasar": ["denpasar-9.1", "denpasar-9.2"],
        "mojokerto": ["mojokerto-48", "mojokerto-49", "mojokerto-50"],
        "pagaralam": ["pagaralam"],
    }
    assert set(PROCEDURES) - set(FACTS) == {"mojokerto-49"}


@pytest.mark.parametrize("id_", FACTS)
def test_every_row_is_there_in_its_order_and_no_other(id_: str) -> None:
    """A row may be several steps in a row; steps of ours have none."""
    _, procedure = PROCEDURES[id_]
    found = [str(row) for row, _ in groupby(step.row for step in procedure.steps if step.row is not None)]
    assert found == [str(row.number) for row in FACTS[id_]]


@pytest.mark.parametrize(("id_", "row"), EVERY_ROW)
def test_a_row_has_the_documents_time_and_words(id_: str, row: Row) -> None:
    """Its time in the document's own words on each of its steps, none where it gives none, and its text."""
    _, procedure = PROCEDURES[id_]
    steps = rows_of(procedure, row.number)
    assert {step.within.text if step.within else "" for step in steps} == {row.time}
    assert any(row.phrase.lower() in step.name.lower() for step in steps)
    assert not any("name" in step.inferred or "within" in step.inferred for step in steps)


@pytest.mark.parametrize(("id_", "row"), EVERY_ROW)
def test_a_row_requires_and_produces_what_the_document_says(id_: str, row: Row) -> None:
    """By the names the papers have there."""
    office, procedure = PROCEDURES[id_]
    steps = rows_of(procedure, row.number)
    requires = names(office, [paper for step in steps for paper in step.requires])
    produces = names(office, [paper for step in steps for paper in step.produces])
    assert [said for said in row.requires if not named(said, requires)] == []
    assert [said for said in row.outputs if not named(said, produces)] == []


@pytest.mark.parametrize(("id_", "row"), EVERY_ROW)
def test_an_actor_is_certain_where_the_text_names_one_and_marked_elsewhere(id_: str, row: Row) -> None:
    """The flow chart's symbols are lost: what stands there without them is inferred and says so."""
    office, procedure = PROCEDURES[id_]
    steps = rows_of(procedure, row.number)
    assert any(step.citizen for step in steps) is row.citizen
    certain = {office.roles[id_].name for step in steps if "actor" not in step.inferred for id_ in step.actor}
    assert certain - MORE_ACTORS.get((id_, row.number), set()) == set(row.actors)  # type: ignore[arg-type]


@pytest.mark.parametrize(("id_", "row"), [one for one in EVERY_ROW if one.values[1].ways])  # type: ignore[union-attr]
def test_a_branch_is_an_action(id_: str, row: Row) -> None:
    """Each way that the text tells apart is one of the row's actions."""
    _, procedure = PROCEDURES[id_]
    labels = [action.label for step in rows_of(procedure, row.number) for action in step.actions]
    assert [way for way in row.ways if not any(way.lower() in label.lower() for label in labels)] == []


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_what_the_documents_keep_records_of_is_declared(office: Office) -> None:
    """The papers and books that stand beside the tables."""
    assert {paper.name for paper in office.papers} >= RECORDS[office.id]


def test_who_signs_is_as_the_documents_say() -> None:
    """Denpasar 9.1.8: the Kasi puts a paraf on the report, the Kabid signs; Pagar Alam's row 9: the head signs."""
    report = OFFICES["denpasar"].paper("laporan-hasil")
    assert (report.initials, report.signed_by) == (("kasi",), ("kabid",))
    assert OFFICES["pagaralam"].paper("surat-balasan").signed_by == ("kepala-dinas",)


# The papers that the documents call for between them, each in an office whose document names it.
CALLED_FOR = {
    "blitar": (
        *("formulir-aduan", "tanda-terima", "lembar-disposisi", "salinan-formulir", "formulir-jawaban"),
        *("berita-acara-pemeriksaan", "berita-acara-pengecekan", "surat-pemberitahuan", "surat-teguran"),
        *("surat-peringatan", "surat-jawaban", "surat-tanggapan", "laporan-tindak-lanjut"),
    ),
    "pagaralam": (
        *("formulir-pengaduan", "tanda-terima", "surat-undangan", "berita-acara-peninjauan", "telaahan-staf"),
        *("lembar-disposisi", "surat-balasan"),
    ),
    "mojokerto": (
        *("pengaduan-masyarakat", "tanda-terima", "lembar-disposisi", "resume", "undangan-rakor", "daftar-hadir"),
        *("berita-acara", "resume-berita-acara", "surat-jawaban"),
    ),
    "denpasar": (
        *("kertas-pengaduan", "permintaan-perbaikan", "surat-undangan", "daftar-hadir", "berita-acara-penanganan"),
        "laporan-hasil",
    ),
}


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_every_paper_has_its_sheet(office: Office) -> None:
    """Each can be printed: there is a description of what stands on it."""
    assert [id_ for id_ in CALLED_FOR[office.id] if not description_of(office.paper(id_))] == []


SIGNED = {
    "blitar": {"berita-acara-pemeriksaan", "surat-peringatan", "surat-jawaban", "surat-pemberitahuan", "surat-teguran"},
    "pagaralam": {"surat-undangan", "berita-acara-peninjauan", "telaahan-staf", "surat-balasan"},
    "mojokerto": {"undangan-rakor", "berita-acara", "surat-jawaban"},
    "denpasar": {"surat-undangan", "berita-acara-penanganan", "laporan-hasil"},
}


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_letters_and_minutes_are_signed_and_letters_numbered(office: Office) -> None:
    """Each has somebody in the office who signs; a letter that leaves the house has a number in the outgoing book."""
    living = {paper.id: paper for paper in office.papers if paper.has_life}
    assert set(living) >= SIGNED[office.id]
    assert all(paper.signed_by for paper in living.values())
    letters = [paper for id_, paper in living.items() if id_.startswith(("surat-", "undangan-"))]
    assert letters
    books = {one.id: one.register_id for one in office.numberings}
    assert {books[paper.numbered or ""] for paper in letters} == {"agenda-surat-keluar"}


def test_recaps_are_sent_as_often_as_the_documents_say() -> None:
    """Blitar's SOP 10 and 11: each month; Pagar Alam: each day; the others' documents name none."""
    found = {office.id: [one.every for one in office.recaps] for office in OFFICES.values()}
    assert found == {"blitar": ["monthly"], "pagaralam": ["daily"], "mojokerto": [], "denpasar": []}


def test_denpasars_invitation_goes_to_six() -> None:
    """9.1.6 names them."""
    assert OFFICES["denpasar"].paper("surat-undangan").recipients == (
        "Kepala Dinas",
        "OPD terkait",
        "Camat setempat",
        "Lurah/Kades setempat",
        "Kaling/Kadus setempat",
        "Pihak terkait",
    )


def test_what_has_no_table_says_that_it_is_inferred() -> None:
    """SOP.49: no row, every key of every step marked, and its notes say so to whoever reads them."""
    _, procedure = PROCEDURES["mojokerto-49"]
    steps = [step for step in procedure.steps if not step.final]
    assert all(step.row is None for step in procedure.steps)
    assert all({"name", "within", "requires", "produces", "actions"} <= set(step.inferred) for step in steps)
    assert all("actor" in step.inferred for step in steps if not step.citizen)
    assert all(action.inferred for step in steps for action in step.actions)
    assert procedure.notes.startswith("Disimpulkan")
    assert procedure.number == "065/SOP.49/417.514.3/2021"


def test_denpasar_asks_no_step_to_hurry() -> None:
    """The document gives no times: no step has a clock, and the promise is the office's own overall limit."""
    for id_ in ("denpasar-9.1", "denpasar-9.2"):
        office, procedure = PROCEDURES[id_]
        assert not any(step.within for step in procedure.steps)
        limit = next(one for one in office.ceilings if one.id == "pengaduan")
        assert procedure.promise == limit.within


def test_denpasar_who_asks_again_is_monitored() -> None:
    """9.1.11: whoever says that it is not settled comes to the monitoring, in both procedures."""
    for id_ in ("denpasar-9.1", "denpasar-9.2"):
        _, procedure = PROCEDURES[id_]
        assert str(procedure.step(procedure.reopen or "").row) == "9.1.11"


def test_denpasar_goes_on_alike_from_the_form_of_action() -> None:
    """9.2 continues at 9.1.3: from there on both files say the same."""
    (_, direct), (_, indirect) = PROCEDURES["denpasar-9.1"], PROCEDURES["denpasar-9.2"]
    shared = [step for step in direct.steps if str(step.row) not in {"9.1.1", "9.1.2"}]
    assert [indirect.step(step.id) for step in shared] == shared


def test_denpasar_who_cannot_be_reached_goes_up_the_chain() -> None:
    """9.2.3: on the form, through Kasi and Kabid to the Sekretaris and the head."""
    _, procedure = PROCEDURES["denpasar-9.2"]
    step = procedure.step(next(one.to for one in procedure.step("hubungi").actions if one.id == "tak-terhubungi"))
    actors = []
    while str(step.row) == "9.2.3":
        actors.append(step.actor[0])
        step = procedure.step(step.actions[0].to)
    assert actors == ["petugas", "kasi", "kabid", "sekretaris", "kepala-dinas"]


DOORS = {
    "blitar": {"loket": "blitar-09", "surat": "blitar-11", "sms": "blitar-10", "web": "blitar-10"},
    "mojokerto": {
        "kantor": "mojokerto-49",
        **dict.fromkeys(("medsos", "facebook"), "mojokerto-50"),
        **dict.fromkeys(("telegram", "whatsapp", "instagram", "sms", "email", "web", "obrolan"), "mojokerto-48"),
    },
    "pagaralam": {"loket": "pagaralam", "surat": "pagaralam", "telepon": "pagaralam"},
    "denpasar": {
        "loket": "denpasar-9.1",
        **dict.fromkeys(("telepon", "kotak", "surat", "email", "web", "pro", "radio", "medsos"), "denpasar-9.2"),
    },
}


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_a_door_leads_to_the_procedure_that_is_for_it(office: Office) -> None:
    """Whoever comes, writes, calls or is heard on the radio is handled by the document that names it."""
    assert {door: route(office, door, "pengaduan").id for door in DOORS[office.id]} == DOORS[office.id]


def test_the_telephone_of_denpasar_is_our_choice() -> None:
    """It is "direct" in the scope and "indirect" in the title of 9.2: the line says that it is inferred."""
    lines = {line.channel: line.inferred for line in OFFICES["denpasar"].routes}
    assert lines == {"loket": False, "telepon": True, "radio": True, "medsos": True, "": False}


def test_each_office_keeps_its_own_time() -> None:
    """Denpasar is an hour ahead of the others."""
    zones = {office.id: office.time_zone for office in OFFICES.values()}
    assert zones.pop("denpasar") == "Asia/Makassar"
    assert set(zones.values()) == {"Asia/Jakarta"}


ROLES = {
    "blitar": ["petugas", "kasi", "kabid", "sekretaris", "kepala-dinas"],
    "pagaralam": ["petugas", "kasi", "tim-teknis", "kepala-dinas"],
    "mojokerto": ["petugas-fo", "kasi", "kabid", "kepala-dinas", "tim-teknis"],
    "denpasar": ["petugas", "kasi", "kabid", "sekretaris", "kepala-dinas"],
}


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_the_columns_of_the_documents_are_roles(office: Office) -> None:
    """And all of them lead up to the head, who has nobody above."""
    assert list(office.roles) == ROLES[office.id]
    assert {office.superiors(role)[-1] for role in office.roles if role != "kepala-dinas"} == {"kepala-dinas"}


@pytest.mark.parametrize("id_", PROCEDURES)
def test_every_step_is_told_in_plain_words(id_: str) -> None:
    """CEK has something to say at every step of the office, short enough for an SMS."""
    _, procedure = PROCEDURES[id_]
    plain = [step.plain for step in procedure.steps if not step.citizen]
    assert all(plain)
    assert max(map(len, plain)) <= 52
    assert all(ord(letter) < 128 for text in plain for letter in text)


def test_everything_that_the_files_name_is_in_the_house() -> None:
    """Adapters, messages and papers: ``wadul check`` finds nothing."""
    offices = shipped()
    papers = templates.names("papers", ".html") | templates.names("papers", ".yaml")
    assert check(offices, channels.kinds(), templates.names("messages", ".txt"), papers) == ()


FIELD_CHECKS = {
    ("blitar-09", "cek-lokasi"),
    ("blitar-11", "lokasi-dicek"),
    ("pagaralam", "tinjau"),
    ("denpasar-9.1", "setujui-lapangan"),
    ("denpasar-9.2", "setujui-lapangan"),
}


def test_whoever_goes_to_look_has_the_laws_longer_limit() -> None:
    """A field check makes it a complaint that needs an inspection; no other branch changes the class."""
    found = {
        (id_, action.id): action.ceiling
        for id_, (_, procedure) in PROCEDURES.items()
        for step in procedure.steps
        for action in step.actions
        if action.ceiling
    }
    assert found == dict.fromkeys(FIELD_CHECKS, "pengawasan")
