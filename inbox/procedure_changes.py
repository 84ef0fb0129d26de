"""What is different between two versions of a procedure, step by step, in the words of its own file.

Pure. A step is the same one in both where its id is; what it says is compared field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from config.schema import Procedure, Step

Kind = Literal["added", "removed", "changed"]
_FIELDS = ("name", "row", "actor", "within", "requires", "produces", "actions", "final")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``step`` is the step's name, empty for what is said of the whole procedure.

    ``field`` is the key of the file that says something else now, with what it said ``before`` and says ``after``;
    lists are tuples of what stands in them.
    """

    kind: Kind
    step: str
    field: str = ""
    before: str | tuple[str, ...] = ""
    after: str | tuple[str, ...] = ""


def differences(before: Procedure, after: Procedure, names: Mapping[str, Callable[[str], str]]) -> tuple[Change, ...]:
    """Everything that an officer would notice, in the table's order, what was removed last.

    ``names``: by field, what the ids in it are called ("actor", "requires", "produces").
    """
    return tuple(_changes(before, after, names))


def _changes(before: Procedure, after: Procedure, names: Mapping[str, Callable[[str], str]]) -> Iterator[Change]:
    for field in ("number", "title", "promise"):
        old, new = _said(getattr(before, field)), _said(getattr(after, field))
        if old != new:
            yield Change("changed", "", field, old, new)
    earlier, later = ({step.id: step for step in one.steps} for one in (before, after))
    for id_, step in later.items():
        if id_ in earlier:
            yield from _of_step(earlier[id_], step, names)
        else:
            yield Change("added", _name(step))
    for id_, step in earlier.items():
        if id_ not in later:
            yield Change("removed", _name(step))


def _of_step(before: Step, after: Step, names: Mapping[str, Callable[[str], str]]) -> Iterator[Change]:
    for field in _FIELDS:
        called = names.get(field, str)
        old, new = _said(getattr(before, field), called), _said(getattr(after, field), called)
        if old != new:
            yield Change("changed", _name(after), field, old, new)


def _said(value: object, called: Callable[[str], str] = str) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(called(str(getattr(one, "label", one))) for one in value)
    return "" if value is None else str(getattr(value, "text", value))


def _name(step: Step) -> str:
    return step.name or step.plain or step.id
