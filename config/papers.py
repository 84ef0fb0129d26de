"""What an office says of its papers: how each comes to be, who marks and signs it, and how papers are numbered.

Shapes, and how a number is written. Other modules take them from ``config.schema``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from config.procedure import ID, Model, OneOrMany

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_PART = re.compile(r"\{(number(?::0[1-9])?|code|month|roman|year)\}")


class PaperKind(Model):
    """A paper of the office. ``made`` says how it comes to be on a ticket.

    template: filled from ``fields`` and printed by ``papers/<template>.html``; uploaded: a file; message: the reply
    to the citizen that goes with the action; register: an entry in ``register``; note: a written statement;
    disposition: a disposition sheet with its form.

    ``initials`` are the roles that put their paraf on it, in order; of the roles in ``signed_by`` any one signs;
    ``numbered`` names the numbering that gives it its number. A kind with one of these has a life: drafted,
    initialled, signed, issued, and counts once it is issued. ``recipients`` are who it usually goes to.
    """

    id: ID
    name: str
    made: Literal["template", "uploaded", "message", "register", "note", "disposition"]
    template: str = ""
    register_id: ID | None = Field(default=None, alias="register")
    prompt: str = ""
    initials: OneOrMany = ()
    signed_by: OneOrMany = ()
    numbered: ID | None = None
    recipients: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=40)] = ()

    @property
    def has_life(self) -> bool:
        """Whether it is drafted, initialled, signed and issued, instead of being made with its action."""
        return bool(self.initials or self.signed_by or self.numbered)


class Numbering(Model):
    """How papers are numbered: 1, 2, 3 ... each year, without a gap.

    ``pattern`` says how a number is written: {number} ({number:03} with zeros before it), {code} (the office's),
    {month} (11), {roman} (XI), {year}. ``register`` names the book in which each number is entered (agenda surat
    keluar).
    """

    id: ID
    name: str
    pattern: Annotated[str, Field(min_length=1, max_length=80)] = "{number}/{year}"
    register_id: ID | None = Field(default=None, alias="register")


class RegisterBook(Model):
    """A running book of the office: its id and its title on paper."""

    id: ID
    name: str


def sound_pattern(pattern: str) -> bool:
    """Whether a numbering's pattern can be written, and gives every paper of every year another number."""
    named = _PART.findall(pattern)
    rest = _PART.sub("", pattern)
    return "{" not in rest and "}" not in rest and "year" in named and any(one.startswith("number") for one in named)


def written_number(pattern: str, number: int, on: date, code: str) -> str:
    """The number as it stands on paper: "012/BLT/410.121/XI/2026" for "{number:03}/{code}/410.121/{roman}/{year}"."""
    parts = {"number": number, "code": code, "month": on.month, "roman": _ROMAN[on.month - 1], "year": on.year}
    return pattern.format_map(parts)
