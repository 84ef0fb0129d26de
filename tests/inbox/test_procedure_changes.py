"""What an officer is told of a version that is not today's any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.schema import Procedure
from inbox.procedure_changes import Change, differences
from tests.shipped import shipped

TODAY = shipped().office("blitar").procedures["blitar-10"]
NAMES: dict[str, Callable[[str], str]] = {"requires": lambda id_: id_.replace("-", " ").title()}


def edited(change: Callable[[dict[str, Any]], object]) -> Procedure:
    """Today's procedure, its file changed."""
    values = TODAY.model_dump(by_alias=True, mode="json")
    change(values)
    return Procedure.model_validate(values)


STEP = TODAY.steps[0]
EDITS: list[tuple[str, Callable[[dict[str, Any]], object], Change]] = [
    ("promise", lambda p: p.update(promise="2 jam"), Change("changed", "", "promise", TODAY.promise.text, "2 jam")),
    (
        "time",
        lambda p: p["steps"][0].update(within="20 menit"),
        Change("changed", STEP.name, "within", "15 menit", "20 menit"),
    ),
    (
        "paper, by its name",
        lambda p: p["steps"][0].update(requires=["formulir-aduan"]),
        Change("changed", STEP.name, "requires", ("Formulir Aduan", "Agenda Masuk"), ("Formulir Aduan",)),
    ),
    (
        "action, by its label",
        lambda p: p["steps"][0]["actions"][0].update(label="Jawab saja"),
        Change(
            "changed", STEP.name, "actions", tuple(a.label for a in STEP.actions), ("Jawab saja", STEP.actions[1].label)
        ),
    ),
    (
        "new step",
        lambda p: p["steps"].insert(1, {"id": "baru", "name": "Langkah tambahan", "actor": ["kasi"]}),
        Change("added", "Langkah tambahan"),
    ),
    ("step gone", lambda p: p["steps"].pop(4), Change("removed", TODAY.steps[4].name)),
]


@pytest.mark.parametrize(("change", "said"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_each_difference_is_said_once(change: Callable[[dict[str, Any]], object], said: Change) -> None:
    """The step's name, the field, what it said and says; and nothing else."""
    assert differences(TODAY, edited(change), NAMES) == (said,)


def test_the_same_procedure_has_none() -> None:
    """Also when its file says the same in another order of keys."""
    assert differences(TODAY, edited(lambda _: None), NAMES) == ()
