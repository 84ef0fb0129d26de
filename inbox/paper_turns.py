"""What a paper with a life waits for next, and whose turn that is. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from config.schema import Office, PaperKind
from inbox.models import Paper, PaperMark

SIGNATURES = frozenset({"signature", "wet"})
WRITING = frozenset({"partial", "returned"})


@dataclass(frozen=True, slots=True)
class Turn:
    """paraf: of the one role; signature: of any one of the roles; issue: by who writes it; draft: it is half written
    or was sent back, and waits for who writes it; empty: it is issued.
    """

    kind: Literal["draft", "paraf", "signature", "issue", ""]
    roles: tuple[str, ...] = ()


def turn(kind: PaperKind, paper: Paper, marks: Iterable[PaperMark]) -> Turn:
    """What comes next for a paper with these marks."""
    if paper.status == "issued":
        return Turn("")
    if paper.status in WRITING:
        return Turn("draft")
    made = list(marks)
    initialled = {mark.role for mark in made if mark.kind == "paraf"}
    missing = next((role for role in kind.initials if role not in initialled), None)
    if missing is not None:
        return Turn("paraf", (missing,))
    if kind.signed_by and not any(mark.kind in SIGNATURES for mark in made):
        return Turn("signature", kind.signed_by)
    return Turn("issue")


def status_of(kind: PaperKind, marks: Iterable[PaperMark]) -> str:
    """The status of a paper that is not issued."""
    made = list(marks)
    if any(mark.kind in SIGNATURES for mark in made):
        return "signed"
    initialled = {mark.role for mark in made if mark.kind == "paraf"}
    return "initialled" if kind.initials and initialled >= set(kind.initials) else "drafted"


def writers(kind: PaperKind, actors: Collection[str]) -> frozenset[str]:
    """The roles that write and issue it: the step's actors, and whoever marks it."""
    return frozenset(actors) | set(kind.initials) | set(kind.signed_by)


def names(office: Office, roles: Iterable[str]) -> str:
    """Roles as people call them."""
    return ", ".join(office.roles[role].name if role in office.roles else role for role in roles)
