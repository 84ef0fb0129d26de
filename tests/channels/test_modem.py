"""The modem's door: rows of gammu-smsd become messages, and what we send lies in its outbox once."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import channels
from channels.base import Outbound, Receipt, State, Undelivered, Undigested
from channels.modem import Adapter, Settings, parse
from channels.modem_line import Line, faults
from channels.modem_parts import cut, header, place, validity
from channels.modem_store import Glance, Store
from channels.text import segments
from templates import sentence
from tests.channels.contract import NOW, DoorContract
from tests.channels.recording import RecordingDesk
from tests.examples import many

BUDI, OFFICE = "+6281234567890", "+628113330010"
SAID = Outbound(key="kunci-1", recipient=BUDI, text="Aduan “BLT-26-001234” diterima…")
# As much of gammu-smsd's own schema as the door touches. Source: gammu-smsd-tables(7), docs/sql/sqlite.sql.
_SCHEMA = """
CREATE TABLE inbox (UpdatedInDB NUMERIC DEFAULT (datetime('now', 'localtime')), ReceivingDateTime NUMERIC, Text TEXT,
 SenderNumber TEXT, Coding TEXT, UDH TEXT DEFAULT '', SMSCNumber TEXT DEFAULT '', Class INTEGER DEFAULT -1,
 TextDecoded TEXT DEFAULT '', ID INTEGER PRIMARY KEY AUTOINCREMENT, RecipientID TEXT DEFAULT '',
 Processed TEXT DEFAULT 'false');
CREATE TABLE outbox (UpdatedInDB NUMERIC DEFAULT (datetime('now', 'localtime')),
 InsertIntoDB NUMERIC DEFAULT (datetime('now', 'localtime')), DestinationNumber TEXT, TextDecoded TEXT, Coding TEXT,
 UDH TEXT, ID INTEGER PRIMARY KEY AUTOINCREMENT, MultiPart TEXT, RelativeValidity INTEGER, SenderID TEXT,
 DeliveryReport TEXT, CreatorID TEXT);
CREATE TABLE outbox_multipart (TextDecoded TEXT, Coding TEXT, UDH TEXT, ID INTEGER, SequencePosition INTEGER);
CREATE TABLE sentitems (UpdatedInDB NUMERIC DEFAULT (datetime('now', 'localtime')), DestinationNumber TEXT, ID INTEGER,
 SequencePosition INTEGER DEFAULT 1, Status TEXT, StatusError INTEGER DEFAULT -1, CreatorID TEXT);
CREATE TABLE phones (ID TEXT, TimeOut NUMERIC, Send TEXT DEFAULT 'yes', Receive TEXT DEFAULT 'yes',
 Signal INTEGER DEFAULT 42);
"""


def row(text: str = "Lampu jalan mati", **more: Any) -> dict[str, Any]:
    """A row of the table inbox as ``sqlite3 -json`` writes it."""
    return {
        "ID": 1,
        "SenderNumber": BUDI,
        "ReceivingDateTime": "2026-11-23 02:15:00",
        "Coding": "Default_No_Compression",
        "UDH": "",
        "Text": text.encode("utf-16-be", "surrogatepass").hex().upper(),
        "TextDecoded": text,
    } | more


def raw(*rows: dict[str, Any]) -> bytes:
    """The rows as a file."""
    return json.dumps(rows).encode()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The daemon's file, empty."""
    path = tmp_path / "smsd.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_SCHEMA)
    return path


@pytest.fixture
def door(database: Path) -> Adapter:
    """A door at that file."""
    return opened(database)


def opened(database: Path, **more: Any) -> Adapter:
    """The door of a modem."""
    return Adapter("blitar-modem", Settings(database=database, **more), secret=b"", now=lambda: NOW)


def ask(database: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query finds or changes."""
    with closing(sqlite3.connect(database)) as db, db:
        return db.execute(query, values).fetchall()


def lay(database: Path, **values: Any) -> None:
    """A row as the daemon stores it."""
    one = {key: value for key, value in row(**values).items() if key != "ID"}
    marks = ", ".join("?" * len(one))
    ask(database, f"INSERT INTO inbox ({', '.join(one)}) VALUES ({marks})", *one.values())


class TestContract(DoorContract):
    """What every door promises."""

    kind = "modem"
    samples = (raw(row()), raw(row("Jalan rusak")), raw(row("Banjir", SenderNumber="TELKOMSEL")))
    unreachable = {"database": "/tidak/ada/smsd.db"}  # noqa: RUF012
    recipient = BUDI


class TestReading:
    """What a row says."""

    def test_a_row_is_a_message(self) -> None:
        """Sender, words, moment."""
        (one,) = parse(raw(row())).messages
        assert (one.sender, one.text, one.sent_at, one.automatic) == (BUDI, "Lampu jalan mati", NOW, False)

    def test_parts_are_joined_whatever_their_order(self) -> None:
        """By the header; a picture letter that was cut in two is whole again."""
        text = "Banjir 😀"
        parts = [
            row(text, Text=half, TextDecoded="", UDH=header(7, 2, n), Coding="Unicode_No_Compression", ID=n)
            for n, half in enumerate(_halves(text), 1)
        ]
        for order in (parts, parts[::-1]):
            assert [one.text for one in parse(raw(*order)).messages] == [text]

    def test_two_messages_of_one_number_stay_apart(self) -> None:
        """A sender counts to 255 and begins anew."""
        rows = [row(said, UDH=header(7, 2, n)) for said, n in (("A1", 1), ("A2", 2), ("B1", 1), ("B2", 2))]
        assert [one.text for one in parse(raw(*rows)).messages] == ["A1A2", "B1B2"]

    def test_a_missing_part_leaves_a_mark(self) -> None:
        """What came is read."""
        rows = [row("awal ", UDH=header(7, 3, 1)), row("akhir", UDH=header(7, 3, 3))]
        assert [one.text for one in parse(raw(*rows)).messages] == ["awal  [...] akhir"]

    def test_the_same_text_stored_twice_is_one(self) -> None:
        """A daemon that died before the modem forgot it stores it again under another number."""
        first, again = (parse(raw(row(ID=number))).messages[0] for number in (1, 99))
        other = parse(raw(row(ReceivingDateTime="2026-11-23 02:15:01"))).messages[0]
        assert first.external_id == again.external_id != other.external_id

    @pytest.mark.parametrize(
        ("octets", "text", "files"),
        [
            pytest.param(b"Halo dunia", "Halo dunia", 0, id="words"),
            pytest.param(b"\x00\x01\xff", "", 1, id="octets"),
            pytest.param(b"", "", 0, id="nothing"),
        ],
    )
    def test_binary_messages_are_kept_and_never_answered(self, octets: bytes, text: str, files: int) -> None:
        """Programs write them."""
        (one,) = parse(raw(row(Coding="8bit", Text=octets.hex(), TextDecoded=""))).messages
        assert (one.text, len(one.files), one.automatic) == (text, files, True)

    def test_an_unknown_coding_keeps_its_octets(self) -> None:
        """Nothing is guessed."""
        (one,) = parse(raw(row(Coding="Default_Compression", Text="FFFE80", TextDecoded=""))).messages
        assert (one.text, one.files[0].content) == ("", b"\xff\xfe\x80")

    def test_our_own_number_and_machines_are_never_answered(self) -> None:
        """Or the door would talk to itself."""
        assert opened(Path("x"), number=OFFICE).parse(raw(row(SenderNumber=OFFICE))).messages[0].automatic
        assert parse(raw(row(SenderNumber="3636"))).messages[0].automatic

    @pytest.mark.parametrize("body", [b"[1]", b"{}", b'[{"SenderNumber": ""}]', b"[" * 10_000])
    def test_what_is_no_row_is_undigested(self, body: bytes) -> None:
        """A person looks at it."""
        with pytest.raises(Undigested):
            parse(body)

    @pytest.mark.parametrize("udh", ["", "zz", "05", "0500030702", "050003070203", "050003070200", "0B05"])
    def test_a_broken_header_is_none(self, udh: str) -> None:
        """The row stands alone."""
        assert place(udh).total == 1

    def test_wide_references_are_known(self) -> None:
        """Phones count with 16 bits, too, and say more in the same header."""
        found = place("0C0504000100020804AB120302")
        assert (found.total, found.position) == (3, 2)


class TestCutting:
    """How an answer travels."""

    @pytest.mark.parametrize("text", ["a" * 160, "a" * 161, "€" * 200, "ğ" * 70, "ğ" * 71, "😀" * 100, "a{" * 200, ""])
    def test_as_many_parts_as_counted(self, text: str) -> None:
        """Nothing is lost, and the composer told the truth."""
        assert "".join(cut(text)) == text
        assert len(cut(text)) == segments(text).count

    def test_a_phone_that_is_off_is_waited_for(self) -> None:
        """Relative validity in days, 30 at most."""
        assert [validity(hours) for hours in (1, 24, 72, 720, 9999)] == [167, 167, 169, 196, 196]


class TestSending:
    """Into the daemon's outbox."""

    async def test_it_lies_there_once_under_our_key(self, door: Adapter, database: Path) -> None:
        """With a report asked for, in the cheap alphabet, three days valid."""
        assert [await door.send(SAID), await door.send(SAID)] == [Receipt(external_id=SAID.key)] * 2
        asked = "SELECT DestinationNumber, TextDecoded, Coding, DeliveryReport, RelativeValidity, CreatorID FROM outbox"
        text = 'Aduan "BLT-26-001234" diterima...'
        assert ask(database, asked) == [(BUDI, text, "Default_No_Compression", "yes", 169, SAID.key)]

    async def test_what_was_sent_is_not_sent_again(self, door: Adapter, database: Path) -> None:
        """The daemon moves it; its key moves along."""
        ask(database, "INSERT INTO sentitems (CreatorID, Status) VALUES (?, 'SendingOK')", SAID.key)
        await door.send(SAID)
        assert ask(database, "SELECT 1 FROM outbox") == []

    async def test_a_long_one_goes_in_parts(self, door: Adapter, database: Path) -> None:
        """Every part with its header, in one commit."""
        await door.send(replace(SAID, text="ğ" * 150))
        ((first, multi, udh, coding),) = ask(database, "SELECT TextDecoded, MultiPart, UDH, Coding FROM outbox")
        rest = ask(database, "SELECT SequencePosition, TextDecoded, UDH FROM outbox_multipart ORDER BY 1")
        assert (multi, coding, len(first), udh[-4:]) == ("true", "Unicode_No_Compression", 67, "0301")
        assert [(at, len(said), head[-4:]) for at, said, head in rest] == [(2, 67, "0302"), (3, 16, "0303")]

    @pytest.mark.parametrize("recipient", ["TELKOMSEL", "3636", "081234567890", "", "+62\n81234567890"])
    async def test_who_has_no_number_is_not_tried(self, door: Adapter, recipient: str) -> None:
        """Machines cannot be answered."""
        with pytest.raises(Undelivered) as raised:
            await door.send(replace(SAID, recipient=recipient))
        assert (raised.value.reason, raised.value.retry) == ("address-invalid", False)


class TestListening:
    """Stored first, marked afterwards."""

    def line(self, database: Path, desk: RecordingDesk, patience: float = 120) -> Line:
        """What listens there."""
        return Line(Store(database, ""), desk, OFFICE, lambda: NOW, parts_seconds=patience, keep_days=30)

    async def test_nothing_is_marked_before_it_is_stored(self, database: Path) -> None:
        """A desk that cannot store gets it again."""
        lay(database)
        desk = RecordingDesk(broken=True)
        with pytest.raises(RuntimeError):
            await self.line(database, desk).bring()
        desk.broken = False
        await self.line(database, desk).bring()
        await self.line(database, desk).bring()
        assert (desk.texts, desk.repeated) == (["Lampu jalan mati"], 0)
        assert ask(database, "SELECT Processed FROM inbox") == [("true",)]

    async def test_missing_parts_are_waited_for_and_not_for_ever(self, database: Path) -> None:
        """Then what came is taken."""
        lay(database, text="awal", UDH=header(7, 2, 1))
        desk = RecordingDesk()
        await self.line(database, desk).bring()
        assert desk.texts == []
        await self.line(database, desk, patience=0).bring()
        assert desk.texts == ["awal [...]"]

    async def test_what_nobody_sent_is_set_aside(self, database: Path) -> None:
        """And the line moves on."""
        lay(database, SenderNumber="")
        lay(database, text="Sesudahnya")
        desk = RecordingDesk()
        await self.line(database, desk).bring()
        assert ([reason for _, reason in desk.aside], desk.texts) == (["sms-no-sender"], ["Sesudahnya"])

    @pytest.mark.parametrize(
        ("statuses", "state"),
        [
            (["SendingOK"], State.SENT),
            (["DeliveryPending"], State.SENT),
            (["DeliveryOK", "SendingOK"], State.SENT),
            (["DeliveryOK", "DeliveryOK"], State.DELIVERED),
            (["DeliveryOK", "DeliveryFailed"], State.FAILED),
            (["SendingError"], State.FAILED),
        ],
    )
    async def test_what_became_of_ours_is_told_once(self, database: Path, statuses: list[str], state: State) -> None:
        """A message is there once all its parts are."""
        for at, status in enumerate(statuses, 1):
            values = "INSERT INTO sentitems (ID, SequencePosition, CreatorID, DestinationNumber, Status)"
            ask(database, f"{values} VALUES (1, ?, ?, ?, ?)", at, SAID.key, BUDI, status)
        desk = RecordingDesk()
        line = self.line(database, desk)
        await line.news()
        await line.news()
        assert [(one.key, one.recipient, one.state) for one in desk.reports] == [(SAID.key, BUDI, state)]

    async def test_a_phone_off_for_a_day_is_reported_when_it_is_on(self, database: Path) -> None:
        """Whenever the row changes."""
        ask(
            database,
            "INSERT INTO sentitems (ID, CreatorID, DestinationNumber, Status, UpdatedInDB)"
            " VALUES (1, ?, ?, 'SendingOK', datetime('now', 'localtime', '-1 day'))",
            SAID.key,
            BUDI,
        )
        desk = RecordingDesk()
        line = self.line(database, desk)
        await line.news()
        ask(database, "UPDATE sentitems SET Status = 'DeliveryOK', UpdatedInDB = datetime('now', 'localtime')")
        await line.news()
        assert [one.state for one in desk.reports] == [State.SENT, State.DELIVERED]

    async def test_old_rows_are_forgotten(self, database: Path) -> None:
        """What was taken needs no copy here; what was not taken stays."""
        lay(database, text="lama")
        lay(database, text="belum")
        ask(database, "UPDATE inbox SET Processed = 'true' WHERE TextDecoded = 'lama'")
        ask(database, "UPDATE inbox SET UpdatedInDB = datetime('now', 'localtime', '-31 days')")
        await Store(database, "").forget(30)
        assert ask(database, "SELECT TextDecoded FROM inbox") == [("belum",)]


class TestTrouble:
    """What is wrong, in words."""

    @pytest.mark.parametrize("kind", ["missing", "folder", "empty", "text", "locked", "full"])
    async def test_a_file_that_cannot_be_used_says_why(
        self, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        """Messages wait; a person can mend it."""
        expected = {"missing": "missing", "folder": "denied", "empty": "strange", "text": "strange", "locked": "busy"}
        other = tmp_path / "other"
        if kind == "folder":
            other.mkdir()
        elif kind != "missing":
            other.write_bytes({"text": b"bukan basis data " * 99}.get(kind, b""))
        if kind in {"locked", "full"}:
            other = database
        with closing(sqlite3.connect(database, isolation_level=None)) as holder:
            if kind == "locked":
                monkeypatch.setattr("channels.modem_store._BUSY_SECONDS", 0.05)
                holder.execute("BEGIN EXCLUSIVE")
            if kind == "full":
                _fill(monkeypatch)
            (fault,) = await opened(other).check() if kind != "full" else [None]
            with pytest.raises(Undelivered) as raised:
                await opened(other).send(replace(SAID, text="a" * 15_000))
        reason = "modem-disk-full" if kind == "full" else f"modem-store-{expected[kind]}"
        assert (raised.value.reason, raised.value.retry) == (reason, True)
        assert fault is None or fault.code == reason
        assert sentence(reason) != reason

    async def test_a_folder_that_may_not_be_written_says_so(
        self, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The daemon's group was forgotten."""
        monkeypatch.setattr("channels.modem_store.os.access", lambda path, mode: not mode & os.W_OK)
        assert [one.code for one in await opened(database).check()] == ["modem-store-denied"]

    @pytest.mark.parametrize(
        ("seen", "codes"),
        [
            (Glance(), ["modem-daemon-down"]),
            (Glance(overdue=60), ["modem-daemon-down"]),
            (Glance(overdue=-5, signal=42), []),
            (Glance(overdue=-5, signal=-1), []),
            (Glance(overdue=-5, signal=0), ["modem-no-signal"]),
            (Glance(overdue=-5, receives=False), ["modem-half"]),
            (Glance(overdue=-5, waiting=3, oldest=1200), ["modem-queue-waits"]),
            (Glance(overdue=-5, failed=3), ["modem-not-sending"]),
            (Glance(overdue=-5, failed=3, gone=1), []),
            (Glance(overdue=-5, room=1000), ["modem-disk-full"]),
        ],
        ids=["never", "overdue", "well", "unknown", "deaf", "half", "waiting", "failing", "some", "full"],
    )
    def test_the_state_of_the_modem(self, seen: Glance, codes: list[str], tmp_path: Path) -> None:
        """As the daemon last wrote it."""
        found = list(faults(seen, tmp_path / "no.pid"))
        assert [one.code for one in found] == codes
        assert all(sentence(one.code, one.values) != one.code for one in found)

    def test_a_daemon_that_runs_without_its_modem(self, tmp_path: Path) -> None:
        """Its process is there, and the modem does not answer."""
        pid = tmp_path / "smsd.pid"
        pid.write_text("1\n")
        assert [one.code for one in faults(Glance(overdue=60), pid)] == ["modem-silent"]


def _fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with no page left."""
    connect = sqlite3.connect

    def small(*args: Any, **options: Any) -> sqlite3.Connection:
        db = connect(*args, **options)
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    monkeypatch.setattr("channels.modem_store.sqlite3.connect", small)


def _halves(text: str) -> list[str]:
    """The hex of a text cut within its last letter."""
    octets = text.encode("utf-16-be").hex()
    return [octets[:-4], octets[-4:]]


def test_it_is_inspected_by_its_name() -> None:
    """As ``wadul inspect modem`` finds it."""
    assert channels.reader("modem")(raw(row())).messages[0].text == "Lampu jalan mati"


_CELL = st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(
    ["+6281234567890", "050003CC0201", "050003CC0202", "06080412340201", "0041", "D83D", "8bit",
     "Unicode_No_Compression", "Default_No_Compression", "2026-11-23T09:15:00", "9999-12-31T23:59:59", "WAP", "false"]
)  # fmt: skip
_NAMES = ("SenderNumber", "ID", "At", "ReceivingDateTime", "Coding", "Text", "TextDecoded", "UDH", "SMSCNumber")


@given(st.lists(st.dictionaries(st.sampled_from(_NAMES), _CELL, max_size=9), max_size=4) | st.binary(max_size=60))
@many(200)
def test_no_rows_break_the_reading(told: list[dict[str, Any]] | bytes) -> None:
    """Whatever a telephone leaves in the table: messages of somebody, or the one error."""
    try:
        parsed = parse(told if isinstance(told, bytes) else json.dumps(told).encode())
    except Undigested:
        return
    assert all(one.sender and one.external_id for one in parsed.messages)
    json.dumps([one.text for one in parsed.messages]).encode()
