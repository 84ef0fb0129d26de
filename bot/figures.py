"""The figures of ``/metrics``: each a name, what it is, its label, and the statement that counts it by an index.

Figures are asked of the record when they are asked of us, so that every process tells the same and none is lost at a
restart. Counts only, never a name or a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox.database import Database
from inbox.journal_seals import BEFORE_ALL, OFFICES

LATELY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Figure:
    """One family of gauges. ``sql`` answers ``label`` and ``n``; $1 is now, $2 five minutes ago, where it has them.

    A time in ``n`` becomes the seconds since then.
    """

    name: str
    about: str
    label: str
    sql: str


FIGURES = (
    Figure(
        "wadul_deliveries",
        "Outgoing messages that are not done, by state",
        "state",
        "SELECT state AS label, COUNT(*) AS n FROM delivery"
        " WHERE state IN ('queued', 'sending', 'failed', 'unsure', 'handover') GROUP BY state",
    ),
    Figure(
        "wadul_delivery_oldest_seconds",
        "How long the oldest message waits that should have left, by channel",
        "channel",
        "SELECT channel AS label, MIN(created_at) AS n FROM delivery"
        " WHERE state IN ('queued', 'sending') AND due_at <= $1 GROUP BY channel",
    ),
    Figure(
        "wadul_messages_in_5m",
        "Messages that came in within five minutes, by channel",
        "channel",
        "SELECT channel AS label, COUNT(*) AS n FROM message"
        " WHERE direction = 'in' AND channel IN ({channels}) AND created_at > $2 GROUP BY channel",
    ),
    Figure(
        "wadul_messages_out_5m",
        "Messages queued to go out within five minutes, by channel",
        "channel",
        "SELECT channel AS label, COUNT(*) AS n FROM delivery"
        " WHERE channel IN ({channels}) AND created_at > $2 GROUP BY channel",
    ),
    Figure(
        "wadul_channel_last_in_seconds",
        "How long ago the last message came in, by channel",
        "channel",
        "SELECT channel AS label, last_in_at AS n FROM channel_state WHERE last_in_at IS NOT NULL",
    ),
    Figure(
        "wadul_files_waiting",
        "Files that a platform keeps for us and that are not fetched yet",
        "state",
        "SELECT state AS label, COUNT(*) AS n FROM attachment WHERE state = 'pending' GROUP BY state",
    ),
    Figure(
        "wadul_events",
        "Events for other programs that are not done, by state",
        "state",
        "SELECT state AS label, COUNT(*) AS n FROM hook_event"
        " WHERE state IN ('queued', 'sending', 'failed') GROUP BY state",
    ),
    Figure(
        "wadul_tickets_open",
        "Tickets that somebody works on, by office",
        "office",
        "SELECT office AS label, COUNT(*) AS n FROM ticket WHERE status IN ('open', 'waiting') GROUP BY office",
    ),
    Figure(
        "wadul_tickets_late",
        "Tickets past the due time of their step, by office",
        "office",
        "SELECT office AS label, COUNT(*) AS n FROM ticket"
        " WHERE status IN ('open', 'waiting') AND due_at < $1 GROUP BY office",
    ),
    Figure(
        "wadul_journal_unsealed_seconds",
        "How old the oldest entry of the journal is that is not sealed yet, by office",
        "office",
        f"WITH offices AS ({OFFICES.format(table='journal')})"  # noqa: S608 - our own words
        " SELECT label, n FROM (SELECT o.office AS label, (SELECT j.at FROM journal j WHERE j.office = o.office"
        " AND j.id > COALESCE((SELECT s.last_id FROM journal_seal s WHERE s.office = o.office"
        f" ORDER BY s.number DESC LIMIT 1), {BEFORE_ALL}) ORDER BY j.office, j.id LIMIT 1) AS n"
        " FROM offices o) oldest WHERE n IS NOT NULL",
    ),
    Figure(
        "wadul_set_aside",
        "Messages set aside for a person, by channel",
        "channel",
        "SELECT channel AS label, COUNT(*) AS n FROM set_aside WHERE resolved_at IS NULL GROUP BY channel",
    ),
)


async def counted(
    database: Database, channels: tuple[str, ...], now: datetime
) -> list[tuple[Figure, Mapping[str, float]]]:
    """Every figure with its values by label."""
    async with database.reading(long=True):
        return [(figure, await _of(database, figure, channels, now)) for figure in FIGURES]


async def _of(database: Database, figure: Figure, channels: tuple[str, ...], now: datetime) -> dict[str, float]:
    values: list[Any] = [value for mark, value in (("$1", now), ("$2", now - LATELY)) if mark in figure.sql]
    sql = figure.sql if "$1" in figure.sql else figure.sql.replace("$2", "$1")
    if "{channels}" in sql:
        places = ", ".join(f"${len(values) + place}" for place in range(1, len(channels) + 1)) or "NULL"
        sql, values = sql.replace("{channels}", places), [*values, *channels]
    rows = await database.query(sql, values)
    return {str(row["label"]): _number(row["n"], now) for row in rows}


def _number(value: Any, now: datetime) -> float:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return max(0.0, (now - at).total_seconds()) if isinstance(at, datetime) else float(at)
