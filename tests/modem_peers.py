"""A real gammu-smsd with gammu's dummy phone: a folder plays the modem, an SQLite file is what the daemon hands over.

Nothing leaves the machine. The dummy sends whatever it is given, with the delivery reference 255; reports and
what citizens text are laid into its folder, as the network would.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.text import segments
from tests.orphans import with_us

INSTALL = "gammu-smsd with SQLite is missing: `make peers` installs it (Debian, as root)."
SCHEMA = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql")
_FOLDERS = ("sms/1", "sms/2", "sms/3", "sms/4", "sms/5", "pbk/ME", "pbk/SM", "calendar", "todo", "note", "alarm", "fs")
_PATIENCE_SECONDS = 15.0
# What the dummy calls each message that it sends.
_REFERENCE = {"MessageReference": "255"}
_CONFIG = """
[gammu]
model = dummy
connection = none
port = {folder}/dummy
[smsd]
service = sql
driver = sqlite3
dbdir = {folder}
database = smsd.db
commtimeout = 1
loopsleep = 0
receivefrequency = 0
statusfrequency = 1
checksecurity = 0
deliveryreportdelay = 259200
logfile = {folder}/smsd.log
"""


@dataclass
class Modem:
    """The daemon and its dummy. ``entry`` leads a door there."""

    folder: Path
    _daemon: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _serial: int = 0
    _delivered: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def database(self) -> Path:
        """The file that the daemon shares with the door."""
        return self.folder / "smsd.db"

    @property
    def pid_file(self) -> Path:
        """Where the daemon's process is noted."""
        return self.folder / "smsd.pid"

    def entry(self) -> dict[str, Any]:
        """The settings of a door at this modem."""
        return {"database": str(self.database), "pid_file": str(self.pid_file), "poll_seconds": 0.1}

    def start(self) -> None:
        """Start the daemon and wait until it has found the dummy. It looks without rest, and so gives way to others."""
        command = with_us("nice", "gammu-smsd", "-c", self.folder / "smsdrc")
        self._daemon = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid_file.write_text(str(self._daemon.pid))
        self.until("SELECT 1 FROM phones WHERE TimeOut > datetime('now', 'localtime') AND Signal > 0")

    def stop(self) -> None:
        """End the daemon."""
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGTERM)
            self._daemon.wait(10)
            self._daemon = None

    def until(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Wait until the query finds something in the daemon's file."""
        before = time.monotonic() + _PATIENCE_SECONDS
        while not (found := self.ask(query, *values)):
            if time.monotonic() > before:
                log = self.folder / "smsd.log"
                pytest.fail(f"nothing came of: {query}\n{log.read_text()[-2000:] if log.exists() else ''}")
            time.sleep(0.05)
        return found

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the query finds; changes are kept."""
        with closing(sqlite3.connect(self.database, timeout=10)) as db, db:
            return db.execute(query, values).fetchall()

    def texts(self, number: str, text: str, *, parts: Sequence[int] | None = None, reference: int = 7) -> None:
        """Somebody texts: every part of it arrives, unless only some are named."""
        codings, cuts = _cut(text)
        for place, said in enumerate(cuts, 1):
            if parts is None or place in parts:
                udh = f"050003{reference:02X}{len(cuts):02X}{place:02X}" if len(cuts) > 1 else ""
                self._lays(number, codings, said, udh)

    def reports(self, number: str, outcome: str = "Delivered") -> None:
        """The network says what became of the last message to a number: Delivered, Failed or Pending."""
        self._lays(number, "Default_No_Compression", outcome, "", PDU="Status_Report", SMSC='"123456"', **_REFERENCE)

    def delivers(self) -> None:
        """Every part that was sent reaches its phone, and the network says so of each once."""
        for number, count in self.ask("SELECT DestinationNumber, count(*) FROM sentitems GROUP BY 1"):
            for _ in range(count - self._delivered.get(number, 0)):
                self.reports(number)
            self._delivered[number] = count

    def said(self, number: str) -> list[str]:
        """What the phone of that number shows, oldest first: the parts of each message joined."""
        asked = "SELECT group_concat(TextDecoded, '') FROM (SELECT * FROM sentitems WHERE DestinationNumber = ?"
        return [text for (text,) in self.ask(f"{asked} ORDER BY ID, SequencePosition) GROUP BY ID ORDER BY ID", number)]

    def is_taken(self) -> bool:
        """Whether the door has all that the network brought."""
        waits = any((self.folder / "dummy" / "sms" / "1").iterdir())
        return not waits and not self.ask("SELECT 1 FROM inbox WHERE Processed = 'false'")

    def _lays(self, number: str, coding: str, said: str, udh: str, **more: str) -> None:
        self._serial += 1
        octets = said.encode("utf-16-be", "surrogatepass").hex().upper()
        at = datetime.now() - timedelta(seconds=60 - self._serial % 60)  # noqa: DTZ005 - as a modem writes it
        lines = ["[SMSBackup000]", "State = UnRead", f'Number = "{number}"', f"Sent = {at:%Y%m%dT%H%M%S}"]
        lines += [f"Coding = {coding}", "Folder = 1", f"Length = {len(octets) // 4}"]
        lines += [f"UDH = {udh}"] if udh else []
        lines += [f"{name} = {value}" for name, value in more.items()]
        lines += [f"Text{n // 200:02d} = {octets[n : n + 200]}" for n in range(0, len(octets), 200)]
        new = self.folder / "new"
        new.write_text("\n".join(lines) + "\n")
        new.rename(self.folder / "dummy" / "sms" / "1" / str(self._serial))


def _cut(text: str) -> tuple[str, list[str]]:
    """As a citizen's phone cuts, in units of its alphabet, without care for what stands together."""
    kind = segments(text)
    coding = "Default_No_Compression" if kind.encoding == "gsm" else "Unicode_No_Compression"
    if kind.count == 1:
        return coding, [text]
    size = 153 if kind.encoding == "gsm" else 67
    units = text.encode("utf-16-be")
    cuts = [units[n : n + 2 * size] for n in range(0, len(units), 2 * size)]
    return coding, [one.decode("utf-16-be", "surrogatepass") for one in cuts]


@contextmanager
def serve() -> Iterator[Modem]:
    """The daemon, running. Skips, or fails with ``WADUL_PEERS=required``, without it."""
    if not shutil.which("gammu-smsd") or not SCHEMA.exists():
        if os.environ.get("WADUL_PEERS") == "required":
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with tempfile.TemporaryDirectory(prefix="wadul-modem-", ignore_cleanup_errors=True) as name:
        modem = Modem(Path(name))
        for folder in _FOLDERS:
            (modem.folder / "dummy" / folder).mkdir(parents=True)
        with closing(sqlite3.connect(modem.database)) as db:
            db.executescript(SCHEMA.read_text())
        (modem.folder / "smsdrc").write_text(_CONFIG.format(folder=modem.folder))
        modem.start()
        try:
            yield modem
        finally:
            modem.stop()
