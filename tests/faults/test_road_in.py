"""A message on its way in: the process is killed between any two steps, and every mail is there once all the same."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.faults.conftest import Office
from tests.faults.nursery import KILLED
from tests.postgres import Server

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

PICTURE = bytes(range(256)) * 16
Make = Callable[[str], Office]


def mail(number: int = 1, *, to: str) -> bytes:
    """A complaint with a picture."""
    message = EmailMessage()
    message["From"] = f"Warga {number} <warga-{number}@warga.example.test>"
    message["To"], message["Subject"] = to, "Jalan rusak"
    message["Date"], message["Message-ID"] = "Mon, 23 Nov 2026 09:15:00 +0700", f"<m{number}@warga.example.test>"
    message.set_content("Jalan di depan SD Kauman berlubang besar sejak bulan lalu.")
    message.add_attachment(PICTURE, maintype="application", subtype="octet-stream", filename="lubang.bin")
    return message.as_bytes(policy=SMTP)


def check_all_there_once(office: Office, many: int = 1) -> None:
    """Every mail is one message on one ticket of its own, with one acknowledgement queued and its file whole."""
    assert office.rows("SELECT external_id FROM message WHERE direction = 'in' ORDER BY id") == [
        (f"m{number}@warga.example.test",) for number in range(1, many + 1)
    ]
    assert office.count("SELECT count(*) FROM ticket") == many
    assert office.count("SELECT count(DISTINCT ticket_id) FROM message WHERE direction = 'in'") == many
    assert office.rows("SELECT template, count(*) FROM message WHERE direction = 'out' GROUP BY template") == [
        ("diterima", many)
    ]
    assert office.count("SELECT count(*) FROM delivery WHERE state = 'queued'") == many
    assert office.count("SELECT count(*) FROM set_aside") == 0
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert {row for (row,) in office.rows("SELECT digest FROM attachment")} == {digest}
    assert (office.data / "files" / digest[:2] / digest[2:]).read_bytes() == PICTURE
    assert progress(office) == many


def progress(office: Office) -> int:
    """The last mail that the door remembers to have handed in."""
    states = office.rows("SELECT progress FROM channel_state WHERE channel = 'blitar-email'")
    found = [json.loads(value) if isinstance(value, str) else value for (value,) in states]
    return int(found[0].get("uid", 0)) if found else 0


def die_everywhere(
    make: Iterator[Office], tmp_path: Path, *, many: int, places: Iterator[int], **how: bool
) -> set[str]:
    """Kill a fresh office's process at each of the places until none is left; answers the steps it died at."""
    died = set()
    for nth in places:
        office, trace = next(make), tmp_path / f"trace-{nth}"
        mails = [mail(number, to=office.address) for number in range(1, many + 1)]
        office.servers.put(office.address, *mails)
        ended = office.run("take_mail", nth=nth, trace=trace, **how)
        assert progress(office) <= office.count("SELECT count(*) FROM message"), "upstream is ahead of the commit"
        if ended != KILLED:
            check_all_there_once(office, many)
            return died
        died.add(office.steps(trace)[-1])
        office.run("take_mail")
        check_all_there_once(office, many)
    return died


def test_killed_between_any_two_steps_on_sqlite(sqlite_template: Path, office_of: Make, tmp_path: Path) -> None:
    """Files, statements, the commit, the fetch from the mailbox: wherever it dies, the next start completes it."""

    def fresh() -> Iterator[Office]:
        for number in itertools.count():
            file = shutil.copyfile(sqlite_template, tmp_path / f"{number}.sqlite")
            yield office_of(f"sqlite://{file}")

    died = die_everywhere(fresh(), tmp_path, many=1, places=itertools.count(1))
    assert {"before put", "after put", "before commit", "after commit", "before download", "before begin"} <= died


def test_killed_around_every_commit_on_postgresql(
    postgres_server: Server, postgres_template: str, office_of: Make, tmp_path: Path
) -> None:
    """The same with the other engine, at the steps that leave a mark."""

    def fresh() -> Iterator[Office]:
        for number in itertools.count():
            with postgres_server.database(f"killed_in_{number}", postgres_template) as url:
                yield office_of(url)

    died = die_everywhere(fresh(), tmp_path, many=1, places=itertools.count(1), statements=False)
    assert {"before put", "after put", "before commit", "after commit", "before download"} <= died


def test_killed_while_fifty_mails_wait(sqlite_template: Path, office_of: Make, tmp_path: Path) -> None:
    """They share a commit; killed early, in the middle and late, all fifty are there once afterwards."""

    def fresh() -> Iterator[Office]:
        for number in itertools.count():
            file = shutil.copyfile(sqlite_template, tmp_path / f"{number}.sqlite")
            yield office_of(f"sqlite://{file}")

    died = die_everywhere(fresh(), tmp_path, many=50, places=iter([3, 60, 150, 400, 900, 100_000]))
    assert died
