"""Who gives a command: an officer as signed in, with the roles held at that moment."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Office, Right


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer. ``office`` is the office's id, ``roles`` are ids of ``office.yaml``, ``language`` is for pages."""

    officer_id: int
    login: str
    office: str
    name: str
    initials: str
    roles: frozenset[str]
    language: str = "id"

    @property
    def mark(self) -> str:
        """How the journal names this officer."""
        return f"officer:{self.officer_id}"

    def may(self, office: Office, right: Right) -> bool:
        """Whether one of the officer's roles has the right, in that office and no other."""
        if office.id != self.office:
            return False
        return any(right in office.roles[role].may for role in self.roles if role in office.roles)
