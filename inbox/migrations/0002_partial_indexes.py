"""Indexes over the few rows that loops and lists look for among the many that are settled.

Both databases read the same words here. SQLite uses such an index only for a statement that says the condition in
the same words, with no parameter in it; where the ORM asks, a plain index stands. `delivery_in_flight` is a rule more
than an index: one message on its way to one address through one door.
"""

from __future__ import annotations

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES = {
    "delivery_due": "delivery (due_at, id) WHERE state IN ('queued', 'sending')",
    "delivery_in_line": "delivery (channel, address_id, id) WHERE state IN ('queued', 'sending')",
    "delivery_in_flight": "delivery (channel, address_id) WHERE state = 'sending'",
    "delivery_by_state": "delivery (office, state, id)",
    "attachment_pending": "attachment (due_at) WHERE state = 'pending'",
    "ticket_step_due": "ticket_step (due_at) WHERE ended_at IS NULL",
    "ticket_step_open": "ticket_step (ticket_id) WHERE ended_at IS NULL",
    "ticket_promise": "ticket (promise_at) WHERE promise_missed_at IS NULL AND closed_at IS NULL",
    "ticket_by_due": "ticket (office, due_at, id) WHERE due_at IS NOT NULL",
    "ticket_newest": "ticket (office, id)",
    "ticket_newest_by_status": "ticket (office, status, id)",
    "ticket_ceiling": "ticket (ceiling_at) WHERE ceiling_missed_at IS NULL AND closed_at IS NULL",
    "register_entry_of_ticket": "register_entry (ticket_id)",
    "task_open": "task (office, role, ticket_id) WHERE done_at IS NULL",
    "notice_unseen": "notice (office, id) WHERE seen_at IS NULL",
    "message_kept": "message (created_at) WHERE direction = 'in' AND ticket_id IS NULL AND template <> ''",
    "set_aside_open": "set_aside (office, id) WHERE resolved_at IS NULL",
}
UNIQUE = frozenset({"delivery_in_flight"})


def _create(name: str, on: str) -> str:
    return f"CREATE {'UNIQUE ' if name in UNIQUE else ''}INDEX {name} ON {on}"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]  # noqa: RUF012 - the shape that Tortoise reads

    operations = [  # noqa: RUF012
        ops.RunSQL([_create(name, on) for name, on in INDEXES.items()], [f"DROP INDEX {name}" for name in INDEXES])
    ]
