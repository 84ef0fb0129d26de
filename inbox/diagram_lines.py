"""The lines of a procedure's drawing: from each step to those it can lead to, with right angles only.

To the next row a line goes straight down. To a later one it leaves to the right and runs down beside the lanes, to an
earlier one to the left and up; all that lead to one step on one side share one track there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from config.schema import Procedure, Step

_HALF = {"start": (34.0, 14.0), "work": (34.0, 15.0), "choice": (32.0, 21.0), "end": (34.0, 14.0)}
_TRACK, _FIRST, _TURN, _APART = 12.0, 6.0, 6.0, 11.0


@dataclass(frozen=True, slots=True)
class Node:
    """A step's shape in one lane, by its centre. ``main`` is the one that lines lead to and from."""

    step: str
    shape: Literal["start", "work", "choice", "end"]
    x: float
    y: float
    main: bool
    state: str = ""

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and half its height."""
        return _HALF[self.shape]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through ``points`` that ends in a head; ``letter`` names its choices, where there are several.

    ``low``: it leaves its shape below the middle.
    """

    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    letter: str = ""
    low: bool = False

    @property
    def label(self) -> tuple[float, float]:
        """Where the letter stands: beside the line where it leaves, clear of the shape."""
        (x, y), (to_x, _), *_ = self.points
        if x == to_x:
            return x + 5, y + 11
        return (x + 7 if to_x > x else x - 13), (y + 11 if self.low else y - 3)


def tracks(procedure: Procedure) -> tuple[int, int]:
    """How many tracks the drawing needs to the left of the lanes and to the right of them."""
    back, onward = _sides(procedure)
    return len(back), len(onward)


def arrows(
    procedure: Procedure, nodes: Sequence[Node], tops: Mapping[str, float], left: float, right: float
) -> tuple[Arrow, ...]:
    """Every line. ``tops`` are the upper edges of the rows, ``left`` and ``right`` the lanes' outer edges."""
    back, onward = _sides(procedure)
    at = {target: left - _FIRST - place * _TRACK for place, target in enumerate(back)}
    at_right = {target: right + _FIRST + place * _TRACK for place, target in enumerate(onward)}
    order = _order(procedure)
    drawn = []
    for step in procedure.steps:
        for target, letter, share in _leads(step):
            goal = next(node for node in nodes if node.step == target and node.main)
            own = [node for node in nodes if node.step == step.id]
            jump = order[target] - order[step.id]
            if jump == 1:
                points = _down(next(node for node in own if node.main), goal, share, tops[target])
            else:
                beside = at_right if jump > 1 else at
                points = _around(own, goal, beside[target], share, tops[target])
            drawn.append(Arrow(step.id, target, points, letter, share > 0))
    return tuple(drawn)


def _order(procedure: Procedure) -> dict[str, int]:
    return {step.id: place for place, step in enumerate(procedure.steps)}


def _sides(procedure: Procedure) -> tuple[list[str], list[str]]:
    """The steps that a track leads to: earlier ones (or the step itself), and later ones beyond the next row."""
    order = _order(procedure)
    jumps = [(order[to] - order[step.id], to) for step in procedure.steps for to, _, _ in _leads(step)]
    back = dict.fromkeys(to for jump, to in jumps if jump < 1)
    onward = dict.fromkeys(to for jump, to in jumps if jump > 1)
    return list(back), list(onward)


def _leads(step: Step) -> Iterator[tuple[str, str, float]]:
    """Where the step leads: target, the letters of the actions that do, and how far from the middle it leaves."""
    letters: dict[str, str] = {}
    for place, action in enumerate(step.actions):
        letters[action.to] = letters.get(action.to, "") + chr(97 + place)
    several = len(step.actions) > 1
    for place, (target, letter) in enumerate(letters.items()):
        yield target, ", ".join(letter) if several else "", (place - (len(letters) - 1) / 2) * _APART


def _down(source: Node, goal: Node, share: float, top: float) -> tuple[tuple[float, float], ...]:
    """From the shape's foot to the next row's shape."""
    foot, head = (source.x, source.y + source.half[1]), (goal.x, goal.y - goal.half[1])
    if source.x == goal.x:
        return foot, head
    turn = top - _TURN + share / 4
    return foot, (source.x, turn), (goal.x, turn), head


def _around(own: Sequence[Node], goal: Node, track: float, share: float, top: float) -> tuple[tuple[float, float], ...]:
    """From the shape's side to a track beside the lanes, along it, and into the goal from above."""
    outer = max(own, key=lambda node: node.x) if track > goal.x else min(own, key=lambda node: node.x)
    wide, high = outer.half
    reach = wide * (1 - abs(share) / high) if outer.shape == "choice" else wide
    start = outer.x + (reach if track > outer.x else -reach)
    level, turn = outer.y + share, top + _TURN
    return (start, level), (track, level), (track, turn), (goal.x, turn), (goal.x, goal.y - goal.half[1])
