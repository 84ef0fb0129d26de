"""The SOP engine: what may happen at a step, what an action does, and the version a ticket is pinned to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Procedure, Route
from inbox import sop
from inbox.refused import Forbidden, Refused
from tests.examples import many
from tests.shipped import shipped

OFFICE = shipped().office("blitar")
SOP10 = OFFICE.procedures["blitar-10"]
FORM, AGENDA, SHEET, LETTER = "formulir-aduan", "agenda-masuk", "lembar-disposisi", "surat-tanggapan"


def plan(step: str, action: str, role: str, have: set[str], brought: set[str]) -> sop.Plan:
    return sop.plan(OFFICE, SOP10, step, action, roles={role}, have=have, brought=brought)


# step, action, who, papers on the ticket, papers brought; then: where to, papers made, told, outcome
WALK = [
    (
        "terima",
        "jawab-langsung",
        "petugas",
        set(),
        {"jawaban"},
        "selesai",
        [FORM, AGENDA, "jawaban"],
        "dijawab",
        "answered",
    ),
    ("terima", "jawab-langsung", "petugas", {FORM, AGENDA}, {"jawaban"}, "selesai", ["jawaban"], "dijawab", "answered"),
    ("terima", "naikkan", "petugas", set(), set(), "disposisi", [FORM, AGENDA], "diteruskan", None),
    ("terima", "naikkan", "kasi", {AGENDA}, set(), "disposisi", [FORM], "diteruskan", None),
    ("disposisi", "disposisikan", "kepala-dinas", {FORM}, {SHEET}, "kaji", [SHEET], "dikaji", None),
    ("disposisi", "disposisikan", "kepala-dinas", {SHEET}, set(), "kaji", [], "dikaji", None),
    ("kaji", "belum-berizin", "kabid", set(), set(), "satpol-pp", [], "", None),
    ("kaji", "berizin", "kasi", set(), set(), "selesaikan", [], "", None),
    ("satpol-pp", "beri-tahu-satpol-pp", "kasi", set(), set(), "jawab", ["salinan-formulir"], "satpol-pp", None),
    ("selesaikan", "isi-jawaban", "kabid", set(), {"formulir-jawaban"}, "jawab", ["formulir-jawaban"], "", None),
    (
        "jawab",
        "kirim-tanggapan",
        "petugas",
        set(),
        {"surat-tanggapan"},
        "selesai",
        ["surat-tanggapan"],
        "dijawab",
        "answered",
    ),
]


@pytest.mark.parametrize("row", WALK, ids=lambda row: f"{row[0]}-{row[1]}")
def test_an_action_says_everything_it_does(row: tuple[Any, ...]) -> None:
    """Where the ticket goes, which papers are made now, what the citizen hears, and whether the case ends."""
    *ask, to, takes, tell, outcome = row
    found = plan(*ask)
    assert (found.to.id, found.tell, found.outcome, found.ends) == (to, tell, outcome, to == "selesai")
    assert [paper.id for paper in found.takes] == takes


@pytest.mark.parametrize(
    ("step", "action", "role", "have", "code", "field", "named"),
    [
        ("terima", "jawab-langsung", "petugas", set(), "papers-missing", "jawaban", "Jawaban langsung kepada pengadu"),
        ("jawab", "kirim-tanggapan", "petugas", {LETTER}, "papers-missing", LETTER, "Surat Tanggapan"),
        ("disposisi", "disposisikan", "kepala-dinas", {FORM}, "papers-missing", SHEET, "Lembar Disposisi"),
        ("kaji", "naikkan", "kabid", set(), "action-unknown", "", "naikkan"),
        ("selesai", "naikkan", "petugas", set(), "action-unknown", "", "naikkan"),
    ],
)
def test_an_action_is_refused(
    step: str, action: str, role: str, have: set[str], code: str, field: str, named: str
) -> None:
    """Without its papers, or where the step has no such action; a message always goes with the action itself."""
    with pytest.raises(Refused) as caught:
        plan(step, action, role, have, set())
    assert (caught.value.code, caught.value.field, [*caught.value.values.values()]) == (code, field, [named])


def test_an_action_is_for_its_actors() -> None:
    """Somebody else is told whose step it is, in the office's words, whatever papers there are."""
    with pytest.raises(Forbidden) as caught:
        plan("kaji", "berizin", "petugas", set(), set())
    assert caught.value.code == "not-actor"
    assert caught.value.values["actors"] == "Kepala Bidang Pelayanan Perizinan, Kepala Seksi Evaluasi dan Pengaduan"


def test_options_show_what_is_missing_and_what_is_asked() -> None:
    """The page offers each action with the papers it makes and the ones it must ask the officer for."""
    direct, up = sop.options(OFFICE, SOP10, "terima", {"petugas"}, {AGENDA})
    assert [paper.id for paper in direct.missing] == [FORM, "jawaban"]
    assert [paper.id for paper in direct.asked] == ["jawaban"]
    assert (direct.allowed, direct.reason) == (True, "")
    assert [paper.id for paper in up.missing] == [FORM]
    assert up.asked == ()


def test_options_of_another_role_are_not_allowed() -> None:
    """They are shown as not the officer's, and a final step has none."""
    assert [(one.allowed, one.reason) for one in sop.options(OFFICE, SOP10, "kaji", {"sekretaris"}, set())] == [
        (False, "not-actor"),
        (False, "not-actor"),
    ]
    assert sop.options(OFFICE, SOP10, "selesai", {"petugas"}, set()) == ()


def test_a_template_with_a_question_is_asked_for() -> None:
    """A printed paper that wants the officer's words is not made without them."""
    papers = tuple(paper.model_copy(update={"prompt": "Hal"}) if paper.id == FORM else paper for paper in OFFICE.papers)
    office = OFFICE.model_copy(update={"papers": papers})
    _, up = sop.options(office, SOP10, "terima", {"petugas"}, {AGENDA})
    assert [paper.id for paper in up.asked] == [FORM]


def test_a_pinned_version_outlives_the_offices_file() -> None:
    """A paper or a role that the office has dropped since does not stop an old case with a trace."""
    bare = OFFICE.model_copy(update={"papers": (), "roles": {}})
    (one,) = sop.options(bare, SOP10, "selesaikan", {"kabid"}, set())
    assert [(paper.id, paper.made) for paper in one.asked] == [("formulir-jawaban", "note")]
    with pytest.raises(Forbidden) as caught:
        sop.plan(bare, SOP10, "disposisi", "disposisikan", roles={"petugas"}, have=set(), brought=set())
    assert caught.value.values["actors"] == "kepala-dinas"


PATHS = [
    (["terima"], "now maybe maybe maybe maybe maybe ahead"),
    (["terima", "disposisi"], "done now ahead maybe maybe ahead ahead"),
    (["terima", "disposisi", "kaji"], "done done now maybe maybe ahead ahead"),
    (["terima", "disposisi", "kaji", "satpol-pp"], "done done done now passed ahead ahead"),
    (["terima", "disposisi", "kaji", "selesaikan", "jawab"], "done done done passed done now ahead"),
    (["terima", "selesai"], "done passed passed passed passed passed now"),
    (["terima", "disposisi", "kaji", "selesaikan", "jawab", "selesai"], "done done done passed done done now"),
    (["terima", "selesai", "terima"], "now maybe maybe maybe maybe maybe ahead"),
    (["rapat", "terima"], "now maybe maybe maybe maybe maybe ahead"),
]


@pytest.mark.parametrize(("visited", "states"), PATHS, ids=lambda value: value[-1] if isinstance(value, list) else "")
def test_the_path_shows_what_is_behind_and_what_is_certain(visited: list[str], states: str) -> None:
    """Behind it, in it, certain to come, possible, or not needed; a reopened case walks anew."""
    assert " ".join(stage.state for stage in sop.path_of(SOP10, visited)) == states


ROUTES = [
    ("surel", "informasi", "c"),
    ("surel", "pengaduan", "a"),
    ("loket", "pengaduan", "b"),
    ("loket", "informasi", "c"),
    ("web", "pengaduan", "d"),
    ("tidak-ada", "pengaduan", "d"),
]


@pytest.mark.parametrize(("channel", "kind", "procedure"), ROUTES)
def test_the_first_line_that_matches_takes_the_complaint(channel: str, kind: str, procedure: str) -> None:
    """By channel, by the door's kind, by the ticket's kind; the last line takes the rest."""
    lines = (
        Route(kind="informasi", procedure="c"),
        Route(channel="surel", procedure="a"),
        Route(door="counter", procedure="b"),
        Route(procedure="d"),
    )
    entry = OFFICE.channels["email"]
    office = OFFICE.model_copy(
        update={
            "routes": lines,
            "channels": {
                "surel": entry,
                "loket": entry.model_copy(update={"kind": "counter"}),
                "web": entry.model_copy(update={"kind": "web"}),
            },
            "procedures": {id_: SOP10.model_copy(update={"id": id_}) for id_ in "abcd"},
        }
    )
    assert sop.route(office, channel, kind).id == procedure


def test_an_office_without_a_default_is_an_error() -> None:
    """``config.load`` rules it out; code that gets round it hears of it."""
    with pytest.raises(KeyError):
        sop.route(OFFICE.model_copy(update={"routes": ()}), "email", "pengaduan")


def test_a_version_reads_back_as_it_was() -> None:
    """The stored form and pydantic's own both give the same procedure, durations in the source's words included."""
    assert Procedure.model_validate_json(sop.body_of(SOP10)) == SOP10
    assert Procedure.model_validate_json(SOP10.model_dump_json(by_alias=True)) == SOP10
    assert json.loads(sop.body_of(SOP10))["promise"] == "75 menit"


def test_a_versions_name_is_its_content() -> None:
    """The same procedure has the same digest, however it was built; any change gives another."""
    digest = sop.version_digest(SOP10)
    assert len(digest) == 64
    assert sop.version_digest(Procedure.model_validate(SOP10.model_dump())) == digest
    assert sop.version_digest(SOP10.model_copy(update={"notes": "lain"})) != digest
    steps = (SOP10.steps[0].model_copy(update={"within": None}), *SOP10.steps[1:])
    assert sop.version_digest(SOP10.model_copy(update={"steps": steps})) != digest


def test_a_key_that_says_nothing_new_changes_no_digest() -> None:
    """What a file spells out although it is the default is the same version."""
    values = json.loads(sop.body_of(SOP10))
    values |= {"notes": values["notes"], "reopen": None}
    values["steps"][0]["citizen"] = False
    assert sop.version_digest(Procedure.model_validate(values)) == sop.version_digest(SOP10)


SPANS = st.builds("{} {}".format, st.integers(1, 9999), st.sampled_from(["menit", "jam", "hari", "hari kerja"]))
WORDS = st.text(max_size=20)


@many(60)
@given(WORDS, SPANS, st.one_of(st.none(), SPANS), st.one_of(st.none(), st.integers(), WORDS))
def test_any_procedure_survives_storing(name: str, promise: str, within: str | None, row: Any) -> None:
    """Any words and any duration come back equal."""
    action = {"id": "b", "label": name, "to": "c"}
    step = {"id": "a", "row": row, "name": name, "actor": "x", "within": within, "actions": [action]}
    steps = [step, {"id": "c", "final": True}]
    values = {"id": "p", "title": name, "source": name, "promise": promise, "first": "a", "steps": steps}
    procedure = Procedure.model_validate(values)
    assert Procedure.model_validate_json(sop.body_of(procedure)) == procedure


def test_may_act_is_any_of_the_actors() -> None:
    """An officer with several roles acts by any of them."""
    step = SOP10.step("kaji")
    assert sop.may_act(step, {"sekretaris", "kasi"})
    assert not sop.may_act(step, {"sekretaris"})
    assert not sop.may_act(SOP10.step("selesai"), set(OFFICE.roles))
