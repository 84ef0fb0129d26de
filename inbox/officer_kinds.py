"""What an officer's line can be told of: a table of switches, and the notices that stand behind each.

A notice that no switch names stands behind ``other``, so that a new kind reaches whoever wants everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from config.schema import Office
from inbox.actor import Actor

DIGEST = "digest"
SWITCHES: Mapping[str, frozenset[str]] = {
    "new": frozenset({"new", "step", "reopened", "assigned"}),
    "disposition": frozenset({"disposition", "field-assigned", "field-cancelled"}),
    "late": frozenset(
        {
            *("late", "late-superior", "promise", "ceiling", "disposition-late", "disposition-unreported"),
            *("handover-late", "box-due", "snooze"),
        }
    ),
    "message": frozenset({"message", "confirmed", "withdrawn"}),
    "mention": frozenset({"mention"}),
    "paper": frozenset({"paper-initial", "paper-sign", "paper-issue", "paper-returned", "field-reported"}),
    "other": frozenset(),
}
USUAL = ("new", "disposition", "late", "message", "mention", "paper", DIGEST)
_SWITCH_OF = {kind: switch for switch, kinds in SWITCHES.items() for kind in kinds}


def switch_of(kind: str) -> str:
    """The switch that a notice stands behind."""
    return _SWITCH_OF.get(kind, "other")


def offered(office: Office, by: Actor) -> tuple[str, ...]:
    """The switches that a line of this officer has: the morning's summary is for heads."""
    return (*SWITCHES, DIGEST) if leads(office, by.roles) else tuple(SWITCHES)


def leads(office: Office, roles: Collection[str]) -> bool:
    """Whether one of the roles stands above another role of the office."""
    return any(above in roles for role in office.roles for above in office.superiors(role))
