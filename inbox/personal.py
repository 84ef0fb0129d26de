"""Where the record holds what is personal, and what becomes of each place when a person is erased: one table.

Whatever walks over a person's data walks over this: what is handed out to them (``inbox.held_data``) and what is taken
away (``inbox.erasing``). A text column of the record that stands neither here nor in ``KEPT`` is a mistake, and a test
finds it. Texts that officers wrote about a case count as personal too: nobody can know that no name stands in them.

Kept are number, kind, door, dates, steps, closing, rating and who did what: what figures and books are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Becomes(Enum):
    """What a column holds afterwards, as SQL. ``WORD`` is the word that says so, ``STONE`` tells rows apart."""

    EMPTY = "''"
    NOTHING = "NULL"
    OBJECT = "'{}'"
    LIST = "'[]'"
    WORD = "$1"
    STONE = "'dihapus-' || id"


_EMPTY, _NOTHING, _OBJECT, _LIST, _WORD = (
    Becomes.EMPTY,
    Becomes.NOTHING,
    Becomes.OBJECT,
    Becomes.LIST,
    Becomes.WORD,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A table in which something personal lies.

    Attributes:
        whose: which of its rows are somebody's, as SQL over the ids of a ``inbox.whose.Whose`` ({tickets} ...).
        columns: what becomes of each; with ``gone`` the rows themselves go and these are what they held.
        told: what the person is given to read, if anything: columns, in their order; ``only`` where this is met.
        files: columns that name files of the store by their digest.
    """

    table: str
    whose: str
    columns: Mapping[str, Becomes]
    gone: bool = False
    told: tuple[str, ...] = ()
    only: str = ""
    files: tuple[str, ...] = ()
    kept: frozenset[str] = field(default_factory=frozenset)


def _kept(names: str) -> frozenset[str]:
    return frozenset(names.split())


_OF_TICKETS = "ticket_id IN ({tickets})"
_OF_MESSAGES = "message_id IN ({messages})"
# What they said and heard themselves: no note between officers, and nothing that somebody else was written.
_SAID = (
    "direction <> 'note' AND undone_at IS NULL AND (conversation_id IN ({conversations}) OR conversation_id IS NULL)"
)
_OF_SAID = f"digest <> '' AND message_id IN (SELECT id FROM message WHERE {_SAID})"  # noqa: S608 - our own words
_OF_CHECKS = "check_id IN (SELECT id FROM field_check WHERE ticket_id IN ({tickets}))"

# Rows that are found through others come before those.
PLACES: tuple[Place, ...] = (
    Place("citizen", "id IN ({citizens})", {"name": _WORD}, told=("name", "created_at"), kept=_kept("office")),
    Place(
        "address",
        "id IN ({addresses})",
        {"value": Becomes.STONE, "dead_reason": _EMPTY},
        told=("scheme", "value", "created_at", "stopped_at"),
        kept=_kept("office scheme"),
    ),
    Place(
        "address_name",
        "address_id IN ({addresses})",
        {"value": _EMPTY},
        gone=True,
        told=("scheme", "value"),
        kept=_kept("office scheme"),
    ),
    Place("conversation", "id IN ({conversations})", {"state": _OBJECT}, kept=_kept("office channel")),
    Place("seal_opening", _OF_TICKETS, {"reason": _EMPTY}, kept=_kept("office")),
    Place("block", "address_id IN ({addresses})", {"reason": _EMPTY}, kept=_kept("office domain")),
    Place(
        "joining",
        "(kept_id IN ({citizens}) OR moved_id IN ({citizens}))",
        {"reason": _EMPTY},
        kept=_kept("office addresses tickets"),
    ),
    Place(
        "attempt",
        "delivery_id IN (SELECT id FROM delivery WHERE message_id IN ({messages}))",
        {"detail": _EMPTY},
        kept=_kept("outcome"),
    ),
    Place(
        "delivery",
        _OF_MESSAGES,
        {"detail": _EMPTY, "choices": _LIST},
        kept=_kept("office channel key state worker reason"),
    ),
    Place(
        "attachment",
        _OF_MESSAGES,
        {"name": _EMPTY, "digest": _EMPTY, "reference": _EMPTY},
        gone=True,
        told=("message_id", "name", "type", "size_bytes", "digest"),
        only=_OF_SAID,
        files=("digest",),
        kept=_kept("office type state"),
    ),
    Place(
        "message",
        "id IN ({messages})",
        {
            "about": _EMPTY,
            "subject": _EMPTY,
            "text": _WORD,
            "full_text": _EMPTY,
            "answers": _LIST,
            "values": _OBJECT,
            "proof": _NOTHING,
            "original": _NOTHING,
            "original_file": _EMPTY,
        },
        told=("id", "direction", "author", "channel", "sent_at", "subject", "text", "values"),
        only=_SAID,
        files=("original_file",),
        # What platforms call a message stays: by it one that is handed over again is known, and not taken in anew.
        kept=_kept("office channel external_id key direction author kind template"),
    ),
    Place("draft", _OF_TICKETS, {"text": _EMPTY}, gone=True, kept=_kept("kind")),
    Place("snooze", _OF_TICKETS, {"reason": _EMPTY}, kept=_kept("office")),
    Place(
        "relation",
        "(ticket_id IN ({tickets}) OR other_id IN ({tickets}))",
        {"reason": _EMPTY},
        kept=_kept("office kind values"),
    ),
    Place("disposition", _OF_TICKETS, {"instruction": _WORD}, kept=_kept("office role nature initials")),
    Place("task", _OF_TICKETS, {"report": _EMPTY}, kept=_kept("office kind role")),
    Place(
        "pause",
        "step_id IN (SELECT id FROM ticket_step WHERE ticket_id IN ({tickets}))",
        {"reason": _EMPTY},
        kept=_kept("office"),
    ),
    Place("ticket_step", _OF_TICKETS, {"reason": _EMPTY}, kept=_kept("office step ending action")),
    Place(
        "paper",
        _OF_TICKETS,
        {"values": _OBJECT, "name": _EMPTY, "digest": _EMPTY, "pdf_digest": _EMPTY, "scan_digest": _EMPTY},
        files=("digest", "pdf_digest", "scan_digest"),
        kept=_kept("office paper status number"),
    ),
    Place(
        "permit_check",
        _OF_TICKETS,
        {"row": _OBJECT, "asked": _EMPTY, "note": _EMPTY},
        kept=_kept("office list_name"),
    ),
    Place(
        "guest_link",
        _OF_TICKETS,
        {"copy": _OBJECT},
        told=("agency", "created_at", "opened_at"),
        kept=_kept("office agency digest receiver receiver_title"),
    ),
    Place("field_report", _OF_CHECKS, {"values": _OBJECT}, kept=_kept("key")),
    Place(
        "field_photo",
        _OF_CHECKS,
        {"caption": _EMPTY, "digest": _EMPTY},
        gone=True,
        files=("digest",),
        kept=_kept("key"),
    ),
    Place(
        "field_check",
        _OF_TICKETS,
        {"place": _WORD, "task": _EMPTY},
        kept=_kept("office team roles paper"),
    ),
    Place(
        "import_row",
        "EXISTS (SELECT 1 FROM ticket t WHERE t.id IN ({tickets}) AND t.import_id = import_row.run_id"
        " AND t.old_number = import_row.old_number)",
        {
            "name": _EMPTY,
            "contact": _EMPTY,
            "object": _EMPTY,
            "place": _EMPTY,
            "summary": _EMPTY,
            "text": _EMPTY,
            "answer": _EMPTY,
            "problems": _LIST,
        },
        kept=_kept("old_number kind channel"),
    ),
    Place("hook_event", _OF_TICKETS, {"detail": _EMPTY}, kept=_kept("office hook key event number body state reason")),
    Place(
        "privacy_request",
        "(citizen_id IN ({citizens}) OR ticket_id IN ({tickets}))",
        {"text": _EMPTY, "reason": _EMPTY},
        told=("kind", "channel", "text", "state", "created_at", "decided_at"),
        kept=_kept("office kind channel state"),
    ),
    Place(
        "ticket",
        "id IN ({tickets})",
        {
            "summary": _WORD,
            "object": _EMPTY,
            "place": _EMPTY,
            "latitude": _NOTHING,
            "longitude": _NOTHING,
            "permit_number": _EMPTY,
            "lapor_id": _EMPTY,
            "same": _EMPTY,
        },
        told=(
            "number",
            "kind",
            "status",
            "channel",
            "summary",
            "object",
            "place",
            "latitude",
            "longitude",
            "permit_number",
            "lapor_id",
            "opened_at",
            "answered_at",
            "closed_at",
            "rating",
        ),
        kept=_kept("secrecy office number code kind status channel step ceiling closing agency old_number"),
    ),
)

# A message that nobody could read belongs to whoever's address stands in it: found by what it holds, not by a row.
ASIDE = Place(
    "set_aside",
    "id IN ({aside})",
    {"original": _NOTHING, "original_file": _EMPTY, "detail": _EMPTY},
    files=("original_file",),
    kept=_kept("office channel external_id reason digest resolution"),
)

# What machines were answered is kept for a day and goes whole, by the numbers of the tickets that stand in it.
ANSWERS = Place("api_answer", "id IN ({answers})", {"body": _EMPTY}, gone=True, kept=_kept("key fingerprint"))

KEPT: Mapping[str, str] = {
    "api_token": "who may call, and for what",
    "box_opening": "officers who opened a box, and how many sheets lay in it",
    "canned_answer": "the office's words",
    "channel_state": "how far a door has read, and its health",
    "counter": "running numbers",
    "daily_sign": "what officers looked at",
    "door_day": "counts, and what platforms call messages",
    "guest_report": "ids; what was reported is a note on the ticket",
    "holiday": "days",
    "hook_reading": "how far the journal was read",
    "identity_key": "which keys are in use, by their names",
    "import_run": "a register's columns and counts; its rows are places of their own",
    "journal": "ids and codes, sealed in a chain",
    "journal_seal": "digests",
    "label": "the office's words",
    "mention": "ids",
    "notice": "ids, roles and numbers",
    "office_setting": "switches",
    "officer": "an officer",
    "officer_account": "an officer's account elsewhere",
    "officer_line": "an officer's own telephone",
    "officer_role": "an officer's role",
    "officer_sending": "ids and numbers for an officer",
    "paper_mark": "who signed, and when",
    "permit": "the office's list of permits, which no complaint made",
    "permit_list": "the same",
    "passkey": "an officer's",
    "recovery_code": "an officer's",
    "second_factor": "an officer's telephone, encrypted",
    "procedure_version": "a procedure",
    "recap_sending": "counts on their way to an office",
    "register_entry": "a line of a book: number, ticket, day",
    "register_year": "a closed year",
    "saved_view": "an officer's own list",
    "session": "an officer's browser",
    "stand_in": "an officer",
    "ticket_label": "ids",
    "ticket_link": "ids",
    "withheld": "ids and a code",
}

FILES: tuple[tuple[str, str], ...] = (
    *((place.table, column) for place in (*PLACES, ASIDE) for column in place.files),
    ("import_run", "digest"),
    ("permit_list", "digest"),
)
"""Every column that names a file of the store."""
