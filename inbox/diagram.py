"""A procedure drawn as offices draw an SOP: a table whose middle columns are the actors, joined by arrows.

Pure: a procedure in, shapes and lines out; ``templates/parts/diagram.html`` makes SVG of it. Rows are the steps in the
table's order, lanes the roles in the order in which they come to act, the citizen's before all. Lengths are in SVG
user units. Source of the form: Permenpan RB 35/2012, annex, on the flow chart of an SOP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from config.schema import Office, Procedure, Step
from inbox.diagram_lines import Arrow, Node, arrows, tracks
from inbox.diagram_text import wrapped

CITIZEN = ""
_LINE, _PAD, _HEAD = 16, 10, 52
_NUMBER, _NAME, _LANE, _PAPER, _TIME, _GUTTER = 46.0, 264.0, 96.0, 150.0, 84.0, 12.0
_LOWEST = 68

Shape = Literal["start", "work", "choice", "end"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: where it begins, how wide it is, and what stands at its head.

    ``kind``: number, name, lane, requires, within, produces. A lane's ``lines`` are its role's name; the citizen's
    lane and the other columns have none, their words are the page's.
    """

    kind: str
    left: float
    width: float
    lines: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        """Where its centre line runs."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Row:
    """A step's row: its cells' lines, its place, and how a case stands to it (empty where no case is shown).

    ``choices`` are what can be done there when that is more than one thing: letter and lines.
    """

    step: Step
    top: float
    height: float
    name: tuple[str, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    requires: tuple[str, ...]
    produces: tuple[str, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole drawing."""

    width: float
    height: float
    head: float
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def draw(
    procedure: Procedure,
    office: Office,
    paper_name: Callable[[str], str],
    states: Mapping[str, str] | None = None,
    proofs: Mapping[str, str] | None = None,
) -> Diagram:
    """The drawing of a procedure; ``states`` says by step id how a case stands to each (``sop.path_of``), ``proofs`` by
    an action's kind of evidence in which words it is wanted.
    """
    lanes = lanes_of(procedure)
    back, onward = tracks(procedure)
    columns = _columns(office, lanes, back * _GUTTER, onward * _GUTTER)
    rows = _rows(procedure, paper_name, states or {}, proofs or {})
    nodes = _nodes(procedure, rows, dict(zip(lanes, _lanes(columns), strict=True)))
    edges = _lanes(columns)
    joined = arrows(procedure, nodes, {row.step.id: row.top for row in rows}, edges[0].left, edges[-1].left + _LANE)
    last = columns[-1]
    return Diagram(last.left + last.width, rows[-1].top + rows[-1].height, _HEAD, columns, rows, nodes, joined)


def lanes_of(procedure: Procedure) -> list[str]:
    """Who acts, in the order in which they come to: roles, and ``CITIZEN`` first where the citizen does something."""
    citizen = [CITIZEN] if any(step.citizen for step in procedure.steps) else []
    roles = dict.fromkeys(role for step in procedure.steps for role in step.actor)
    return citizen + list(roles) or [CITIZEN]


def _columns(office: Office, lanes: list[str], back: float, onward: float) -> tuple[Column, ...]:
    columns, left = [], 0.0
    for kind, width in (("number", _NUMBER), ("name", _NAME)):
        columns.append(Column(kind, left, width))
        left += width
    left += back
    for lane in lanes:
        columns.append(Column("lane", left, _LANE, _called(office, lane)))
        left += _LANE
    left += onward
    for kind, width in (("requires", _PAPER), ("within", _TIME), ("produces", _PAPER)):
        columns.append(Column(kind, left, width))
        left += width
    return tuple(columns)


def _lanes(columns: tuple[Column, ...]) -> list[Column]:
    return [column for column in columns if column.kind == "lane"]


def _called(office: Office, role: str) -> tuple[str, ...]:
    if not role:
        return ()
    known = office.roles.get(role)
    return wrapped((known.short or known.name) if known else role, _LANE - 12, 11)[:3]


def _rows(
    procedure: Procedure, paper_name: Callable[[str], str], states: Mapping[str, str], proofs: Mapping[str, str]
) -> tuple[Row, ...]:
    rows, top = [], float(_HEAD)
    for step in procedure.steps:
        row = _row(step, top, paper_name, proofs, states.get(step.id, ""))
        rows.append(row)
        top += row.height
    return tuple(rows)


def _row(step: Step, top: float, paper_name: Callable[[str], str], proofs: Mapping[str, str], state: str) -> Row:
    name = wrapped(step.name or step.plain or step.id, _NAME - 2 * _PAD)
    choices = _choices(step, proofs) if len(step.actions) > 1 else ()
    requires, produces = (_listed(ids, paper_name) for ids in (step.requires, step.produces))
    lines = max(len(name) + sum(len(said) for _, said in choices), len(requires), len(produces))
    return Row(step, top, max(_LOWEST, lines * _LINE + 2 * _PAD), name, choices, requires, produces, state)


def _choices(step: Step, proofs: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    room = _NAME - 2 * _PAD - 16
    said = (f"{one.label} {proofs.get(one.evidence or '', '')}".strip() for one in step.actions)
    return tuple((chr(97 + place), wrapped(label, room, 11)) for place, label in enumerate(said))


def _listed(ids: tuple[str, ...], paper_name: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(line for id_ in ids for line in wrapped(f"• {paper_name(id_)}", _PAPER - 2 * _PAD, 11))


def _nodes(procedure: Procedure, rows: tuple[Row, ...], lanes: Mapping[str, Column]) -> tuple[Node, ...]:
    """Every step's shape in the lane of each of its actors; an end stands below whoever leads there first."""
    before: dict[str, str] = {}
    nodes = []
    for row in rows:
        step = row.step
        actors = step.actor or ((CITIZEN,) if step.citizen else (before.get(step.id, next(iter(lanes))),))
        for action in step.actions:
            before.setdefault(action.to, actors[0])
        for place, actor in enumerate(actors):
            middle = lanes[actor].middle if actor in lanes else lanes[next(iter(lanes))].middle
            nodes.append(
                Node(step.id, _shape(procedure, step), middle, row.top + row.height / 2, place == 0, row.state)
            )
    return tuple(nodes)


def _shape(procedure: Procedure, step: Step) -> Shape:
    if step.final:
        return "end"
    if len({action.to for action in step.actions}) > 1:
        return "choice"
    return "start" if step.id == procedure.first else "work"
