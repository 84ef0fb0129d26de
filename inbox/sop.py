"""The SOP engine, pure: which procedure takes a complaint, what may happen at a step, and what an action then does.

Owns the walk over ``Procedure`` and the canonical form in which a version is stored. Changes nothing and reads no
clock: ``plan`` says what is to be written, ``inbox.tickets`` writes it. Works on a stored version, so the office's
file may meanwhile have lost a paper or a role: such a paper is asked for as a note, such a role has nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from config.schema import Action, Office, PaperKind, Procedure, Step
from inbox.refused import Forbidden, Refused

State = Literal["done", "now", "ahead", "maybe", "passed"]


@dataclass(frozen=True, slots=True)
class Option:
    """An action of a step as one officer sees it.

    ``missing`` are the papers it needs that are not there yet (a message to the citizen always goes with the action
    itself) and are made with the action, those of ``asked`` from what the officer gives. ``awaited`` are those that
    have to be issued before. ``allowed`` is the officer's right to it; where not, ``reason`` is why, as a code.
    """

    action: Action
    missing: tuple[PaperKind, ...]
    asked: tuple[PaperKind, ...]
    allowed: bool
    reason: str = ""
    awaited: tuple[PaperKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action does: where the ticket goes, which papers are made with it, what the citizen is told.

    ``tell`` is a message template's name or empty; ``ends`` says that ``to`` is final, ``outcome`` then how.
    """

    action: Action
    to: Step
    takes: tuple[PaperKind, ...]
    tell: str
    outcome: Literal["answered", "handed-on", "closed"] | None
    ends: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the procedure as a case stands to it.

    done: behind it; now: in it; ahead: certain to come; maybe: on some way onward; passed: was not needed.
    """

    step: Step
    state: State


def route(office: Office, channel: str, kind: str) -> Procedure:
    """The procedure for a complaint of that kind through that channel (its name in the office): first match wins.

    Raises: KeyError where no line takes it, which ``config.load`` rules out.
    """
    entry = office.channels.get(channel)
    door = entry.kind if entry else ""
    for line in office.routes:
        if line.channel in {"", channel} and line.door in {"", door} and line.kind in {"", kind}:
            return office.procedures[line.procedure]
    raise KeyError(channel)


def options(
    office: Office, procedure: Procedure, step_id: str, roles: Collection[str], have: Collection[str]
) -> tuple[Option, ...]:
    """What may happen at a step, for an officer of ``roles``, with the papers of ids ``have`` on the ticket."""
    step = procedure.step(step_id)
    allowed = may_act(step, roles)
    return tuple(_option(office, action, have, allowed) for action in step.actions)


def may_act(step: Step, roles: Collection[str]) -> bool:
    """Whether an officer of these roles is an actor of the step."""
    return any(actor in roles for actor in step.actor)


def plan(
    office: Office,
    procedure: Procedure,
    step_id: str,
    action_id: str,
    *,
    roles: Collection[str],
    have: Collection[str],
    brought: Collection[str],
) -> Plan:
    """What that action does, given the papers on the ticket and those ``brought`` with it.

    Raises:
        Refused: ``action-unknown``: the step has no such action (somebody went on before);
            ``papers-missing`` with ``papers``, ``field`` being the first one's id; ``papers-unissued`` with
            ``papers``.
        Forbidden: ``not-actor`` with ``step`` and ``actors``.
    """
    option = _find(options(office, procedure, step_id, roles, have), action_id)
    if not option.allowed:
        step = procedure.step(step_id)
        raise Forbidden(option.reason, step=step.name, actors=_actors(office, step))
    if option.awaited:
        raise Refused("papers-unissued", papers=", ".join(paper.name for paper in option.awaited))
    absent = [paper for paper in option.asked if paper.id not in brought]
    if absent:
        raise Refused("papers-missing", field=absent[0].id, papers=", ".join(paper.name for paper in absent))
    action, to = option.action, procedure.step(option.action.to)
    return Plan(action, to, option.missing, action.tell, action.outcome, to.final)


def path_of(procedure: Procedure, visited: Sequence[str]) -> tuple[Stage, ...]:
    """Every step of the procedure in the table's order, as the case stands to it.

    ``visited`` are the ids of the steps entered, in order, the last one being where the case is. A step that was
    visited and can come again is ahead: a reopened case walks its way anew.
    """
    now = visited[-1]
    ways = [{step.id for step in way} for way in procedure.ways(now)]
    states: dict[str, State] = dict.fromkeys(visited, "done")
    states |= dict.fromkeys(set().union(*ways), "maybe")
    states |= dict.fromkeys(set.intersection(*ways) if ways else (), "ahead")
    states[now] = "now"
    return tuple(Stage(step, states.get(step.id, "passed")) for step in procedure.steps)


def body_of(procedure: Procedure) -> str:
    """The procedure as canonical JSON: what a version stores, read back by ``Procedure.model_validate_json``.

    Keys sorted, defaults left out, durations in the source's words: the same procedure gives the same text, also after
    the program learns new keys.
    """
    values = procedure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def version_digest(procedure: Procedure) -> str:
    """SHA-256 of the canonical form, in hexadecimal: the version's name."""
    return hashlib.sha256(body_of(procedure).encode()).hexdigest()


def _option(office: Office, action: Action, have: Collection[str], allowed: bool) -> Option:
    papers = [_paper(office, id_) for id_ in dict.fromkeys(action.needs)]
    absent = [paper for paper in papers if paper.id not in have or (paper.made == "message" and not paper.has_life)]
    missing = tuple(paper for paper in absent if not paper.has_life)
    asked = tuple(paper for paper in missing if _from_hand(paper))
    awaited = tuple(paper for paper in absent if paper.has_life)
    return Option(action, missing, asked, allowed, "" if allowed else "not-actor", awaited)


def _paper(office: Office, id_: str) -> PaperKind:
    try:
        return office.paper(id_)
    except KeyError:
        return PaperKind(id=id_, name=id_, made="note")


def _from_hand(paper: PaperKind) -> bool:
    """Whether an officer must give something: a book's entry and a form filled from the ticket make themselves."""
    return paper.made not in {"register", "template"} or bool(paper.prompt)


def _find(found: tuple[Option, ...], action_id: str) -> Option:
    for option in found:
        if option.action.id == action_id:
            return option
    raise Refused("action-unknown", action=action_id)


def _actors(office: Office, step: Step) -> str:
    return ", ".join(office.roles[actor].name if actor in office.roles else actor for actor in step.actor)
