"""What an officer chooses from beside a list: colleagues who still work here, and labels. One statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inbox.sheet import Statement

_CHOICES = """SELECT 'officer' AS sort, id, name FROM officer WHERE office = $1 AND active
UNION ALL SELECT 'label', id, name FROM label WHERE office = $1 AND retired_at IS NULL"""
_SORTS = ("officer", "label")


@dataclass(frozen=True, slots=True)
class Offered:
    """Officers and labels as (id, name), by name."""

    officers: tuple[tuple[int, str], ...]
    labels: tuple[tuple[int, str], ...]


def asked(office: str) -> Statement:
    """The statement that ``of`` reads the answer of."""
    return _CHOICES, [office]


def of(found: Sequence[Mapping[str, Any]]) -> Offered:
    """What can be chosen at that office now."""
    rows = sorted(found, key=lambda row: str(row["name"]).casefold())
    return Offered(
        *(tuple((int(row["id"]), str(row["name"])) for row in rows if row["sort"] == sort) for sort in _SORTS)
    )
