"""A procedure's drawing: every step once, every way joined, nothing on top of anything else."""

from __future__ import annotations

import itertools

import pytest

from config.schema import Office, Procedure
from inbox.diagram import CITIZEN, Diagram, draw, lanes_of
from inbox.diagram_text import width, wrapped
from inbox.sop import path_of
from tests.shipped import shipped

OFFICES = shipped()
PROCEDURES = [(office, one) for office in OFFICES.offices.values() for one in office.procedures.values()]


def drawn(office: Office, procedure: Procedure, **states: str) -> Diagram:
    """The drawing, papers called by their ids."""
    return draw(procedure, office, str, states)


@pytest.mark.parametrize(("office", "procedure"), PROCEDURES, ids=lambda one: one.id)
def test_every_step_is_a_row_and_every_way_an_arrow(office: Office, procedure: Procedure) -> None:
    """Rows in the table's order; from each step one arrow to each that it can lead to."""
    diagram = drawn(office, procedure)
    assert [row.step.id for row in diagram.rows] == [step.id for step in procedure.steps]
    ways = {(step.id, action.to) for step in procedure.steps for action in step.actions}
    assert {(arrow.source, arrow.target) for arrow in diagram.arrows} == ways
    main = {node.step: node for node in diagram.nodes if node.main}
    for arrow in diagram.arrows:
        goal = main[arrow.target]
        assert arrow.points[-1] == (goal.x, goal.y - goal.half[1])
        turns = itertools.pairwise(arrow.points)
        assert all(one[0] == other[0] or one[1] == other[1] for one, other in turns)


@pytest.mark.parametrize(("office", "procedure"), PROCEDURES, ids=lambda one: one.id)
def test_no_line_runs_through_a_shape(office: Office, procedure: Procedure) -> None:
    """A line that goes on beyond a step's row passes beside the shapes of the steps between."""
    diagram = drawn(office, procedure)
    for arrow, node in itertools.product(diagram.arrows, diagram.nodes):
        if node.step in (arrow.source, arrow.target):
            continue
        wide, high = node.half
        for (x, y), (to_x, to_y) in itertools.pairwise(arrow.points):
            beside = max(x, to_x) < node.x - wide or min(x, to_x) > node.x + wide
            above = max(y, to_y) < node.y - high or min(y, to_y) > node.y + high
            assert beside or above, (arrow, node)


@pytest.mark.parametrize(("office", "procedure"), PROCEDURES, ids=lambda one: one.id)
def test_words_stay_in_their_cell(office: Office, procedure: Procedure) -> None:
    """A row is as high as what stands in it, and no line of text is wider than its column."""
    diagram = drawn(office, procedure)
    columns = {column.kind: column for column in diagram.columns}
    for row in diagram.rows:
        lines = len(row.name) + sum(len(said) for _, said in row.choices)
        assert row.height >= 16 * max(lines, len(row.requires), len(row.produces))
        assert all(width(line) <= columns["name"].width - 20 for line in row.name)
        assert all(width(line, 11) <= columns["produces"].width - 20 for line in row.produces)
    tops = [row.top for row in diagram.rows]
    assert diagram.height == tops[-1] + diagram.rows[-1].height
    assert all(row.top + row.height == below.top for row, below in itertools.pairwise(diagram.rows))


def test_lanes_are_the_actors_in_order_and_the_citizen_comes_first() -> None:
    """Mojokerto's first row is the citizen's; Blitar's procedure has no such row."""
    mojokerto, blitar = OFFICES.office("mojokerto"), OFFICES.office("blitar")
    assert lanes_of(mojokerto.procedures["mojokerto-48"])[:2] == [CITIZEN, "petugas-fo"]
    assert lanes_of(blitar.procedures["blitar-10"]) == ["petugas", "kasi", "kabid", "kepala-dinas"]


def test_a_choice_that_wants_evidence_says_so() -> None:
    """The way without a permit and the way with one, each with the decision it rests on; others say nothing of it."""
    office = OFFICES.office("blitar")
    proofs = {"permit": "(ada izin)", "no-permit": "(tanpa izin)"}
    diagram = draw(office.procedures["blitar-11"], office, str, None, proofs)
    said = {row.step.id: [" ".join(lines) for _, lines in row.choices] for row in diagram.rows}
    assert said["status"] == ["Objek belum berizin (tanpa izin)", "Objek telah berizin (ada izin)"]
    assert said["cek"] == ["Cukup pengecekan administrasi", "Lokasi sudah dicek"]


def test_where_a_case_stands_is_on_its_shapes() -> None:
    """Each actor's shape of the step it stands in, and of those behind it."""
    office = OFFICES.office("blitar")
    procedure = office.procedures["blitar-10"]
    first, second = procedure.steps[0].id, procedure.steps[0].actions[-1].to
    states = {stage.step.id: stage.state for stage in path_of(procedure, [first, second])}
    nodes = draw(procedure, office, str, states).nodes
    assert {node.state for node in nodes if node.step == first} == {"done"}
    assert {node.state for node in nodes if node.step == second} == {"now"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("Pendek", ("Pendek",)),
        ("dua kata yang panjang sekali", ("dua kata", "yang", "panjang", "sekali")),
        ("Ketidaksalingmengertian", ("Ketidaks", "alingme", "ngertian")),
    ],
)
def test_words_are_broken_between_them_and_only_in_need_within(text: str, lines: tuple[str, ...]) -> None:
    """No line is wider than there is room; a word too long by itself is cut."""
    found = wrapped(text, 60)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= 60 for line in found)
    assert len(found) == len(lines)
