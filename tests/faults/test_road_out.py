"""An answer on its way out: killed between any two steps, it arrives once, or an officer is asked whether it did."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.faults.conftest import LATER, Office
from tests.faults.nursery import KILLED
from tests.faults.points import STATEMENTS
from tests.faults.test_road_in import mail
from tests.postgres import Server

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

CITIZEN = "warga-1@warga.example.test"
ANSWER = "SELECT m.key, d.state FROM message m JOIN delivery d ON d.message_id = m.id WHERE m.template = 'dijawab'"
# What merely asks or tells the database something, within a transaction.
SAID = {*STATEMENTS, "perform"}
Make = Callable[[str], Office]


@pytest.fixture
def complained(sqlite_url: str, office_of: Make) -> Office:
    """An office with one complaint, its acknowledgement delivered, and an officer on duty."""
    return prepared(office_of(sqlite_url))


def prepared(office: Office) -> Office:
    """Somebody complains and hears so."""
    office.run("begin")
    office.servers.put(office.address, mail(to=office.address))
    office.run("take_mail")
    office.run("send")
    assert office.rows("SELECT state FROM delivery") == [("sent",)]
    return office


def copies(office: Office, tmp_path: Path) -> Iterator[Office]:
    """The same office again and again, each with a database and a folder of its own."""
    original = office.url.removeprefix("sqlite://")
    for number in itertools.count():
        file, data = tmp_path / f"copy-{number}.sqlite", tmp_path / f"copied-{number}"
        with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        shutil.copytree(office.data, data)
        yield Office(f"sqlite://{file}", data, office.servers, office.nursery, office.address)


def arrivals(office: Office, key: str) -> int:
    """How many mails of that message lie in the citizen's mailbox."""
    wanted = f"<{key}@blitar.example.test>"
    mails = (message_from_bytes(raw) for raw in office.servers.mails(CITIZEN))
    return sum(1 for one in mails if one["Message-ID"] == wanted)


def check_answered_once(office: Office, number: str, *, looks: bool) -> str:
    """The answer is one message; it arrived, or (if somebody ``looks``) an officer sees that nobody knows."""
    ((key, state),) = office.rows(ANSWER)
    assert office.rows("SELECT status FROM ticket") == [("answered",)]
    assert office.rows("SELECT number FROM register_entry") == [(1,)]
    assert office.count("SELECT count(*) FROM journal WHERE event = 'answered'") == 1
    assert state in {"sent", "unsure"}
    if state == "unsure" and looks:
        office.run("look_at_trouble", lists=number, now=LATER)
    if state == "sent":
        end = time.monotonic() + 20
        while not arrivals(office, key) and time.monotonic() < end:
            time.sleep(0.02)
        assert arrivals(office, key) == 1
    return str(state)


def die_everywhere(
    offices: Iterator[Office], tmp_path: Path, *, every: int = 1, statements: bool = True
) -> dict[str, str]:
    """Kill the answering process at each step until none is left; answers how it ended by the step it died at.

    Of the statements each ``every``-th, of whatever else leaves a mark each single one.
    """
    ends: dict[str, str] = {}
    keys, how = [], {"statements": statements}
    for nth in points(next(offices), tmp_path, every, statements=statements):
        office, trace = next(offices), tmp_path / f"trace-{nth}"
        ((number,),) = office.rows("SELECT number FROM ticket")
        ended = office.run("answer", number=number, nth=nth, trace=trace, **how)
        if ended == KILLED:
            office.run("answer", number=number, now=LATER)
        step = office.steps(trace)[-1] if ended == KILLED else "end"
        ends[step] = check_answered_once(office, number, looks=ends.get(step) != "unsure")
        keys.append(office.rows(ANSWER)[0][0])
    assert all(arrivals(office, key) <= 1 for key in keys), "a citizen got an answer twice"
    return ends


def points(office: Office, tmp_path: Path, every: int, *, statements: bool) -> list[int]:
    """Where to kill: which steps of a whole run, and one beyond its last."""
    whole = tmp_path / "whole"
    ((number,),) = office.rows("SELECT number FROM ticket")
    office.run("answer", number=number, trace=whole, statements=statements)
    steps = office.steps(whole)
    marks = [nth for nth, step in enumerate(steps, start=1) if nth % every == 0 or step.split()[-1] not in SAID]
    return [*marks, len(steps) + 1]


def test_killed_between_any_two_steps_on_sqlite(complained: Office, tmp_path: Path) -> None:
    """From the officer's click over the claim and the mail server's last word to the settled row."""
    ends = die_everywhere(copies(complained, tmp_path), tmp_path, every=3)
    assert {"before commit", "after commit", "before mail", "before rcpt", "before data", "after data"} <= set(ends)
    assert ends["before data"] == ends["after data"] == "unsure"
    assert ends["end"] == "sent"


def test_killed_around_every_commit_on_postgresql(
    postgres_server: Server, postgres_template: str, office_of: Make, tmp_path: Path
) -> None:
    """The same with the other engine, at the steps that leave a mark."""
    with postgres_server.database("killed_out", postgres_template) as url:
        first = prepared(office_of(url))

        def fresh() -> Iterator[Office]:
            for number in itertools.count():
                with postgres_server.database(f"killed_out_{number}", "killed_out") as copy:
                    yield Office(copy, first.data, first.servers, first.nursery, first.address)

        ends = die_everywhere(fresh(), tmp_path, statements=False)
    assert {"before commit", "after commit", "before data", "after data"} <= set(ends)
    assert ends["end"] == "sent"
