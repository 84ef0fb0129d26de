"""One SOP as data: spans of working time, actions, steps and the procedure they make.

Shapes, and what follows from a procedure alone: its steps by id and its longest way to an end. Durations stay in the
source's own words ("15 menit", "1 hari kerja") beside the parsed ``Span``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

ID = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,47}$")]

_UNITS = {"menit": "minutes", "jam": "minutes", "hari": "days", "hari kerja": "workdays"}


class Model(BaseModel):
    """Frozen, and no key that is not known: a typing error in a key is a mistake, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Model):
    """A length of working time. ``text`` is what the source says; ``unit`` is minutes, days or workdays.

    "hari" counts as a working day unless the office says ``hari: kalender``.
    """

    text: str
    amount: int = Field(gt=0)
    unit: Literal["minutes", "days", "workdays"]

    @classmethod
    def parse(cls, value: object) -> Span:
        """Read "15 menit", "2 jam", "1 hari", "12 hari kerja". Raises ValueError with the remedy's code."""
        if isinstance(value, Span):
            return value
        found = re.fullmatch(r"(\d{1,4})\s+(menit|jam|hari kerja|hari)", str(value).strip().lower())
        if not found:
            raise ValueError("span-unreadable")
        amount = int(found[1]) * (60 if found[2] == "jam" else 1)
        return cls(text=str(value).strip(), amount=amount, unit=_UNITS[found[2]])

    def minutes(self, day_minutes: int) -> int:
        """Working minutes, where a day has ``day_minutes``."""
        return self.amount if self.unit == "minutes" else self.amount * day_minutes


SpanText = Annotated[Span, BeforeValidator(Span.parse), PlainSerializer(lambda span: span.text, return_type=str)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


OneOrMany = Annotated[tuple[ID, ...], BeforeValidator(_as_list)]


class Action(Model):
    """What an actor may do at a step, and where the ticket goes then.

    ``needs`` are the papers (ids of the office's ``papers``) without which the action is refused; only they gate.
    ``tell`` names the message template the citizen gets. ``outcome`` marks how an action that leads to a final
    step ends the case: answered (the citizen is asked SELESAI / BELUM), handed-on or closed. ``ceiling`` is the class
    of legal limit that the case belongs to from then on: that it needs an inspection turns out on the way.
    ``evidence`` is what the office's list of permits has to have been asked and decided on the ticket: that the object
    has a permit, or that it has none.
    """

    id: ID
    label: str
    to: ID
    needs: tuple[ID, ...] = ()
    tell: str = ""
    outcome: Literal["answered", "handed-on", "closed"] | None = None
    ceiling: ID | None = None
    evidence: Literal["permit", "no-permit"] | None = None
    inferred: bool = False


class Step(Model):
    """One row of the source's table, or a step of our own (``row`` empty).

    ``actor`` may be empty only for a final step and for one that the ``citizen`` performs, which is complete on
    arrival. ``inferred`` lists the keys that the source does not say in words. ``plain`` is the step in a citizen's
    words, for CEK.
    """

    id: ID
    row: int | str | None = None
    name: str = ""
    plain: str = ""
    actor: OneOrMany = ()
    citizen: bool = False
    inferred: tuple[str, ...] = ()
    within: SpanText | None = None
    requires: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    final: bool = False


class Procedure(Model):
    """One SOP as data. ``asks`` are the ticket fields the clerk asks the citizen for when they are missing, in order.

    ``reopen`` is the step a case returns to when the citizen says BELUM (default: ``first``).
    """

    id: ID
    number: str = ""
    title: str
    source: str
    notes: str = ""
    promise: SpanText
    first: ID
    reopen: ID | None = None
    asks: tuple[Literal["kind", "name", "object", "place"], ...] = ()
    steps: tuple[Step, ...]

    def step(self, id: str) -> Step:  # noqa: A002
        """The step of that id. Raises KeyError."""
        for step in self.steps:
            if step.id == id:
                return step
        raise KeyError(id)

    def ways(self, start: str) -> Iterator[tuple[Step, ...]]:
        """Every way from a step to a final one that enters no step twice."""
        steps = {step.id: step for step in self.steps}
        waiting: list[tuple[Step, ...]] = [(steps[start],)] if start in steps else []
        while waiting:
            way = waiting.pop()
            if way[-1].final:
                yield way
            targets = dict.fromkeys(action.to for action in way[-1].actions)
            waiting.extend((*way, steps[to]) for to in targets if to in steps and steps[to] not in way)

    def longest_way(self, day_minutes: int) -> tuple[Step, ...]:
        """The way from the first step to an end that takes longest by its steps' limits; () where there is none.

        A step without a limit counts as nothing.
        ``day_minutes`` are the working minutes of the office's usual day.
        """
        return max(self.ways(self.first), key=lambda way: way_minutes(way, day_minutes), default=())


def way_minutes(way: tuple[Step, ...], day_minutes: int) -> int:
    """What the limits of these steps add up to, in working minutes; what the citizen does takes the office no time."""
    return sum(step.within.minutes(day_minutes) for step in way if step.within and not step.citizen)
