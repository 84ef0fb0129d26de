"""A way through a procedure as a value, and the claim that a file of ways takes every branch there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.shipped import shipped


@dataclass(frozen=True)
class Way:
    """Who does what ("role action", in order), the papers that are made thereby, and what the citizen hears of it."""

    turns: tuple[str, ...]
    papers: tuple[str, ...]
    heard: tuple[str, ...]
    status: str = "answered"


def untaken(procedure: str, ways: Iterable[Way], *turns: str) -> set[str]:
    """The actions of the procedure that neither a way nor one of ``turns`` takes; those of the citizen are nobody's."""
    offices = shipped().offices.values()
    (whole,) = (office.procedures[procedure] for office in offices if procedure in office.procedures)
    every = {action.id for step in whole.steps if not step.citizen for action in step.actions}
    return every - {turn.split()[1] for turn in (*turns, *(turn for way in ways for turn in way.turns))}
