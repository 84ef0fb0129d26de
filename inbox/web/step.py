"""What the next step's part of the ticket page needs beside the ticket: what is missing, who is usual, what to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from config.schema import Action, PaperKind
from inbox import papers
from inbox.actor import Actor
from inbox.views import TicketPage

_LONGEST_BRIEF = 600


@dataclass(frozen=True, slots=True)
class Resume:
    """What an officer wrote of the case for whoever decides. ``title`` is the paper's, empty for an internal note."""

    text: str
    officer: str
    title: str = ""


def step_values(page: TicketPage, by: Actor) -> dict[str, Any]:
    """The template values of ``parts/step.html``, ``parts/brief.html`` and ``parts/stages.html``."""
    actions = page.step.actions
    needs = {one.id: _missing(page, one.needs) for one in actions}
    every = dict.fromkeys(id_ for ids in needs.values() for id_ in ids)
    return {
        "next_names": {one.id: page.procedure.step(one.to).name for one in actions},
        "needs": {id_: paper_names(page, ids) for id_, ids in needs.items()},
        "missing": paper_names(page, every) if page.ticket.status in {"open", "waiting"} else "",
        "paper_names": lambda ids: paper_names(page, ids),
        "unissued": {one.id: unissued(page, one.needs) for one in actions},
        "usual": usual(page, by),
        "speaks": {one.id: speaks(page, one) for one in actions},
        "complaint": _complaint(page)[:_LONGEST_BRIEF],
        "resume": resume(page),
    }


@dataclass(frozen=True, slots=True)
class Unissued:
    """A paper that has to be issued before an action: where it is drafted, and how far it is (empty: not begun)."""

    name: str
    path: str
    status: str


def unissued(page: TicketPage, needs: Iterable[str]) -> tuple[Unissued, ...]:
    """The papers with a life that an action still waits for."""
    kinds = {kind.id: kind for kind in page.office.papers if kind.has_life}
    return tuple(_unissued(page, kinds[id_]) for id_ in _missing(page, needs) if id_ in kinds)


def _unissued(page: TicketPage, kind: PaperKind) -> Unissued:
    drafts = (one.paper for one in page.papers if one.paper.paper == kind.id and one.paper.status != "issued")
    draft, path = next(drafts, None), f"/meja/{page.ticket.number}/naskah"
    if draft is None:
        return Unissued(kind.name, f"{path}/baru/{kind.id}", "")
    return Unissued(kind.name, f"{path}/{draft.id}", draft.status)


def paper_names(page: TicketPage, ids: Iterable[str]) -> str:
    """Papers as the office calls them."""
    names = {paper.id: paper.name for paper in page.office.papers}
    return ", ".join(names.get(id_, id_) for id_ in ids)


def usual(page: TicketPage, by: Actor) -> dict[str, str]:
    """For each action that makes a disposition the role it usually goes to: the first that acts in the step it leads
    to and is not the officer's own; empty where the procedure names none.
    """
    signed = {one.id for one in page.actions if any(form.made == "disposition" for form in one.forms)}
    leads = {one.id: page.procedure.step(one.to).actor for one in page.step.actions if one.id in signed}
    return {id_: _first_other(roles, by) for id_, roles in leads.items()}


def speaks(page: TicketPage, action: Action) -> Literal["", "officer", "clerk"]:
    """Whose words to the citizen an action sends: the officer's, which a letter or an answer holds, or the clerk's."""
    kinds = {kind.id: kind for kind in page.office.papers}
    if any(kinds[id_].made == "message" for id_ in action.needs if id_ in kinds):
        return "officer"
    return "clerk" if action.tell or page.procedure.step(action.to).final else ""


def resume(page: TicketPage) -> Resume | None:
    """The last statement or remark on a paper, or else the last internal note; None where nobody wrote one."""
    for line in reversed(page.papers):
        text = str(line.paper.values.get("text" if line.made == "note" else "note", "")).strip()
        if text and line.made != "disposition":
            return Resume(text[:_LONGEST_BRIEF], line.officer, line.name)
    notes = (line for line in reversed(page.messages) if line.message.author == "note")
    note = next(notes, None)
    return Resume(note.message.text[:_LONGEST_BRIEF], note.officer) if note else None


def _missing(page: TicketPage, needs: Iterable[str]) -> list[str]:
    rows, steps = [line.paper for line in page.papers], [line.row for line in page.steps]
    have = papers.counting(rows, steps, page.office, page.step)
    return [id_ for id_ in needs if id_ not in have]


def _first_other(roles: Iterable[str], by: Actor) -> str:
    return next((role for role in roles if role not in by.roles), "")


def _complaint(page: TicketPage) -> str:
    first = next((line.message.text for line in page.messages if line.message.direction == "in"), "")
    return first or page.ticket.summary
