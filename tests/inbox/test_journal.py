from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

import pytest
import yaml

import templates
from inbox import journal
from inbox.database import Database
from inbox.models import Entry
from inbox.outcomes import _FROM
from tests.inbox.rows import conversation, ticket

ROOT = Path(__file__).parent.parent.parent
SENTENCES = yaml.safe_load((templates.FOLDER / "journal.yaml").read_text("utf-8"))


def _written() -> dict[str, str]:
    """Every event that the program names where it writes to the journal, with the file that does."""
    found: dict[str, str] = {}
    for path in [*ROOT.glob("inbox/**/*.py"), *ROOT.glob("bot/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _writes(node):
                found |= {name: path.name for argument in node.args for name in _texts(argument)}
    return found


def _writes(node: ast.Call) -> bool:
    name = ast.unparse(node.func)
    return name in {"journal.write", "_journal"} or name.endswith(".log")


def _texts(argument: ast.expr) -> list[str]:
    literals = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [one.value for one in literals if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_every_event_that_is_written_has_a_sentence() -> None:
    """Nothing can stand in the journal that an officer could not read."""
    written = _written()
    assert len(written) > 20
    assert {event: where for event, where in written.items() if event not in SENTENCES} == {}


@pytest.mark.parametrize("state", [state for state in _FROM if state not in {"failed", "dead_address"}])
def test_every_reported_state_has_a_sentence(state: str) -> None:
    """The events that are named after a platform's report are there too."""
    assert f"delivery-{state}" in SENTENCES


def test_no_event_shares_its_name_with_a_reason() -> None:
    """Sentences are found by name alone, so that no two files may use one name for two things."""
    names = [
        set(yaml.safe_load((templates.FOLDER / f"{name}.yaml").read_text("utf-8"))) for name in ("reasons", "mistakes")
    ]
    assert set(SENTENCES) & set.union(*names) == set()


async def test_a_line_stands_where_its_deed_stands(any_database: Database, now: datetime) -> None:
    """A line is written in the transaction of the deed: undone together, kept together, in order."""

    async def deed(event: str, *, fail: bool = False) -> None:
        await journal.write("blitar", event, actor=journal.CLERK, at=now, ticket_id=None, place="x")
        if fail:
            raise RuntimeError("undone")

    await any_database.transaction(lambda: deed("opened"))
    with pytest.raises(RuntimeError):
        await any_database.transaction(lambda: deed("closed", fail=True))
    await any_database.transaction(lambda: deed("added"))
    entries = await Entry.all().order_by("id")
    assert [(entry.event, entry.actor, entry.values, entry.at) for entry in entries] == [
        ("opened", "clerk", {"place": "x"}, now),
        ("added", "clerk", {"place": "x"}, now),
    ]


async def test_a_line_names_its_officer_by_id(any_database: Database, now: datetime) -> None:
    """The journal holds no name: an officer is a number, looked up when the line is read."""
    case = await ticket(now, await conversation(now))
    await journal.write("blitar", "noted", actor=journal.officer(7), at=now, ticket_id=case.id)
    entry = await Entry.get()
    assert (entry.actor, entry.ticket_id) == ("officer:7", case.id)
