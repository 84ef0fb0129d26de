"""What must hold within one procedure: every target, actor and paper exists, every step is reached and finds an end.

Yields mistakes and decides nothing else. ``config.check`` calls it for each procedure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.schema import Action, Mistake, Office, Procedure, Step, way_minutes
from config.source import Loc, Source


@dataclass(frozen=True, slots=True)
class Names:
    """What exists elsewhere in the house: adapters, message and paper templates, signers. None is "not known here"."""

    kinds: Collection[str] | None = None
    messages: Collection[str] | None = None
    papers: Collection[str] | None = None
    signers: Collection[str] | None = None


def procedure_mistakes(
    procedure: Procedure, office: Office, source: Source, names: Names, day_minutes: int
) -> Iterator[Mistake]:
    """Every mistake of one procedure. ``day_minutes``: working minutes of the office's usual day."""
    rules = _Rules(procedure, office, source, names)
    yield from duplicates(source, ("steps",), [step.id for step in procedure.steps])
    yield from rules.ends()
    yield from rules.graph()
    for place, step in enumerate(procedure.steps):
        yield from rules.step(step, ("steps", place))
    yield from rules.promise(day_minutes)


def duplicates(source: Source, loc: Loc, ids: Iterable[str]) -> Iterator[Mistake]:
    """A mistake for each id of a list that an earlier item has."""
    seen: set[str] = set()
    for place, id_ in enumerate(ids):
        if id_ in seen:
            yield source.mistake("id-duplicate", (*loc, place, "id"), name=id_)
        seen.add(id_)


def unknown(source: Source, code: str, loc: Loc, name: str, choices: Collection[str]) -> Iterator[Mistake]:
    """A mistake where ``name`` is none of ``choices``."""
    if name not in choices:
        yield source.mistake(code, loc, name=name, choices=", ".join(sorted(choices)))


class _Rules:
    def __init__(self, procedure: Procedure, office: Office, source: Source, names: Names) -> None:
        self.procedure, self.office, self.source, self.names = procedure, office, source, names
        self.steps = {step.id: step for step in reversed(procedure.steps)}  # of two with one id, the first
        self.papers = {paper.id for paper in office.papers}

    def ends(self) -> Iterator[Mistake]:
        yield from unknown(self.source, "step-unknown", ("first",), self.procedure.first, self.steps)
        if self.procedure.reopen is not None:
            yield from unknown(self.source, "step-unknown", ("reopen",), self.procedure.reopen, self.steps)
        for key in ("first", "reopen"):
            step = self.steps.get(getattr(self.procedure, key) or "")
            if step and step.final:
                yield self.source.mistake("step-final", (key,), name=step.id)
        if not any(step.final for step in self.procedure.steps):
            yield self.source.mistake("final-none", ("steps",))

    def graph(self) -> Iterator[Mistake]:
        """Reached from the first step, and an end in reach; silent where the first step or every end is missing."""
        finals = {step.id for step in self.procedure.steps if step.final}
        if self.procedure.first not in self.steps or not finals:
            return
        onward = {step.id: {action.to for action in step.actions} for step in self.procedure.steps}
        back = {id_: {other for other, targets in onward.items() if id_ in targets} for id_ in self.steps}
        starts = {self.procedure.first, self.procedure.reopen or self.procedure.first}
        reached, ending = _spread(starts, onward), _spread(finals, back)
        for place, step in enumerate(self.procedure.steps):
            if step.id not in reached:
                yield self.source.mistake("step-unreached", ("steps", place, "id"), name=step.id)
        yield from self.endless([step.id for step in self.procedure.steps if step.id not in ending], onward)

    def endless(self, stuck: Collection[str], onward: Mapping[str, Collection[str]]) -> Iterator[Mistake]:
        """Steps from which no way leads to an end: those that turn in a circle are told together, at the first one."""
        told: set[str] = set()
        places = {step.id: place for place, step in reversed(list(enumerate(self.procedure.steps)))}
        for id_ in stuck:
            circle = [other for other in stuck if _leads(id_, other, onward) and _leads(other, id_, onward)]
            if len(circle) > 1 and id_ not in told:
                chain = " → ".join((*circle, circle[0]))
                yield self.source.mistake("cycle-endless", ("steps", places[id_], "id"), chain=chain)
            elif len(circle) < 2:
                yield self.source.mistake("step-endless", ("steps", places[id_], "id"), name=id_)
            told.update(circle)

    def step(self, step: Step, loc: Loc) -> Iterator[Mistake]:
        yield from self.actors(step, loc)
        yield from duplicates(self.source, (*loc, "actions"), [action.id for action in step.actions])
        if step.final and step.actions:
            yield self.source.mistake("final-actions", (*loc, "actions"), name=step.id)
        if step.citizen and not _goes_on_by_itself(step):
            yield self.source.mistake("citizen-gated", (*loc, "actions"), name=step.id)
        for key, papers in (("requires", step.requires), ("produces", step.produces)):
            for place, paper in enumerate(papers):
                yield from unknown(self.source, "paper-unknown", (*loc, key, place), paper, self.papers)
        for place, key in enumerate(step.inferred):
            yield from unknown(self.source, "inferred-unknown", (*loc, "inferred", place), key, Step.model_fields)
        for place, action in enumerate(step.actions):
            yield from self.action(action, (*loc, "actions", place))

    def actors(self, step: Step, loc: Loc) -> Iterator[Mistake]:
        if not (step.actor or step.final or step.citizen):
            yield self.source.mistake("actor-missing", (*loc, "id"), name=step.id)
        for place, actor in enumerate(step.actor):
            yield from unknown(self.source, "actor-unknown", (*loc, "actor", place), actor, self.office.roles)

    def action(self, action: Action, loc: Loc) -> Iterator[Mistake]:
        yield from unknown(self.source, "step-unknown", (*loc, "to"), action.to, self.steps)
        for place, paper in enumerate(action.needs):
            yield from unknown(self.source, "paper-unknown", (*loc, "needs", place), paper, self.papers)
        if action.tell and self.names.messages is not None:
            yield from unknown(self.source, "message-unknown", (*loc, "tell"), action.tell, self.names.messages)
        if action.ceiling is not None:
            classes = {one.id for one in self.office.ceilings}
            yield from unknown(self.source, "ceiling-unknown", (*loc, "ceiling"), action.ceiling, classes)
        target = self.steps.get(action.to)
        if target and target.final and action.outcome is None:
            yield self.source.mistake("outcome-missing", loc, name=action.id, to=action.to)
        if target and not target.final and action.outcome is not None:
            yield self.source.mistake("outcome-early", (*loc, "outcome"), name=action.id, to=action.to)

    def promise(self, day_minutes: int) -> Iterator[Mistake]:
        """Not shorter than the longest way, nor (where every step of it has a limit) more than twice it and a day."""
        way = self.procedure.longest_way(day_minutes)
        longest, promise = way_minutes(way, day_minutes), self.procedure.promise.minutes(day_minutes)
        words = {"promise": self.procedure.promise.text, "longest": longest, "steps": " → ".join(s.id for s in way)}
        if promise < longest:
            yield self.source.mistake("promise-short", ("promise",), **words)
        timed = all(step.within for step in way if not step.final)
        if way and timed and promise > 2 * longest + day_minutes:
            yield self.source.mistake("promise-long", ("promise",), **words)


def _goes_on_by_itself(step: Step) -> bool:
    """What the citizen performs is complete on arrival: one way onward, with nothing to make and nothing to say."""
    only = step.actions[0] if len(step.actions) == 1 else None
    return only is not None and not (only.needs or only.tell or only.outcome or only.evidence)


def _leads(here: str, there: str, onward: Mapping[str, Collection[str]]) -> bool:
    """Whether a way of at least one action leads from one step to the other."""
    return there in _spread(onward.get(here, ()), onward)


def _spread(starts: Collection[str], onward: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [id_ for id_ in starts if id_ in onward]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        waiting.extend(target for target in onward[here] if target in onward and target not in reached)
    return reached
