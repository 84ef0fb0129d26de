"""The command line, used as a system administrator does: words for every mistake, never a trace."""

import asyncio
import errno
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.serving import cannot_start
from bot.settings import Settings
from config import SHIPPED
from inbox import journal
from inbox.database import Database, file_of
from inbox.journal_chain import short
from inbox.journal_seals import JournalSeals
from inbox.models import JournalSeal

MAIL = b"""From: Warga <warga@example.org>
To: pengaduan@blitar.example.go.id
Subject: Jalan rusak
Message-ID: <satu@example.org>
Date: Mon, 23 Nov 2026 09:15:00 +0700

Jalan depan pasar rusak parah.

Pada Min, 22 Nov 2026 09.15 Petugas <petugas@example.org> menulis:
> Silakan menulis.
"""


@pytest.fixture
def wadul(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Run a command with what is typed at it; answers the exit code and what it said."""
    monkeypatch.setenv("WADUL_DATA", str(tmp_path / "data"))

    def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out + said.err

    return run


Wadul = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be spoiled."""
    shutil.copytree(SHIPPED / "offices", tmp_path / "config" / "offices")
    return tmp_path / "config"


def test_inspect_answers_one_line_a_file_in_order(wadul: Wadul, tmp_path: Path) -> None:
    """Good mail, a missing file and an empty one each get their line, and the exit code stays 0."""
    (tmp_path / "mail.eml").write_bytes(MAIL)
    (tmp_path / "empty.eml").write_bytes(b"")
    names = [str(tmp_path / name) for name in ("mail.eml", "none.eml", "empty.eml")]
    code, said = wadul("inspect", "email", *names)
    lines = [json.loads(line) for line in said.splitlines()]
    assert (code, [line["file"] for line in lines]) == (0, names)
    assert lines[0]["error"] is None
    message = lines[0]["messages"][0]
    assert message["text"] == "Jalan depan pasar rusak parah."
    assert message["sent_at"] == "2026-11-23T02:15:00Z"
    assert "raw" not in message
    assert "full_text" not in message
    assert all(line["error"] and not line["messages"] for line in lines[1:])


def test_inspect_knows_its_kinds(wadul: Wadul) -> None:
    """A kind of door that does not exist is a wrong argument."""
    code, said = wadul("inspect", "telegraf", "-")
    assert code == 2
    assert "email" in said


def test_the_shipped_offices_are_right(wadul: Wadul) -> None:
    """wadul check finds no fault with what is shipped."""
    code, said = wadul("check", "--config", str(SHIPPED), "--no-secrets")
    assert code == 0, said


def test_check_names_file_line_key_and_remedy_of_every_mistake(wadul: Wadul, folder: Path) -> None:
    """Two mistakes in two files are both told, each with its place; a wrong door setting is one of them."""
    office = folder / "offices" / "blitar" / "office.yaml"
    lines = office.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "address: pengaduan@" in line)
    lines[at - 1] = "    address: bukan-alamat"
    office.write_text("\n".join(lines), "utf-8")
    sop = folder / "offices" / "blitar" / "sop" / "blitar-10.yaml"
    sop.write_text(sop.read_text("utf-8").replace("to: disposisi", "to: disposis", 1), "utf-8")
    code, said = wadul("check", "--config", str(folder), "--no-secrets")
    assert code == 1
    assert f"offices/blitar/office.yaml:{at}: channels.email.address: " in said
    assert "offices/blitar/sop/blitar-10.yaml:" in said
    assert "`disposis`" in said


WRONG_WHATSAPP = {
    "phone_number_id": ('"+62811"', "nomor identitas dari Meta hanya angka"),
    "token": ('""', "`token` tidak bernilai"),
    "app_secert": ("x", "mungkin maksudnya `app_secret`"),
    "verify_token": ("", "belum ada; tambahkan"),
    "version": ('"23"', "ditulis seperti v23.0"),
    "base_url": ("graph.facebook.com", "diawali https://"),
    "menu": ("Pilihlah salah satu dari yang ini", "harus ≤ 20"),
}


def test_check_says_of_every_setting_of_a_door_what_to_write(wadul: Wadul, folder: Path) -> None:
    """Each setting of WhatsApp that cannot be is named, with what it looks like; no value is shown."""
    office = folder / "offices" / "blitar" / "office.yaml"
    given = ", ".join(f"{key}: {value}" for key, (value, _) in WRONG_WHATSAPP.items() if value)
    text = office.read_text("utf-8").replace(
        "channels:\n", f"channels:\n  wa: {{kind: whatsapp, name: WA, {given}}}\n", 1
    )
    office.write_text(text, "utf-8")
    code, said = wadul("check", "--config", str(folder), "--no-secrets")
    assert code == 1
    for key, (_, remedy) in WRONG_WHATSAPP.items():
        (line,) = [line for line in said.splitlines() if f": channels.wa.{key}: " in line]
        assert remedy in line
    assert "Pilihlah" not in said


def test_check_reads_an_offices_own_messages(wadul: Wadul, folder: Path) -> None:
    """A message that cannot be filled is found before a citizen would have been told it."""
    own = folder / "offices" / "mojokerto" / "messages"
    (own / "salam.txt").write_text('{% block long %}\nHalo {{ nama }}, {% include "kakii" %}\n{% endblock %}', "utf-8")
    (own / "mulai.txt").write_text("{% block long %}\nHalo {{ name|sopan }}\n{% endblock %}", "utf-8")
    (own / "kaki").write_text("\nSalam {% if url %}", "utf-8")
    code, said = wadul("check", "--config", str(folder), "--no-secrets")
    assert code == 1
    assert "offices/mojokerto/messages/salam.txt:2: tidak ada isian `nama`" in said
    assert "offices/mojokerto/messages/salam.txt:2: tidak ada bagian pesan bernama `kakii`" in said
    assert "offices/mojokerto/messages/mulai.txt:2: templat pesan ini tidak terbaca" in said
    assert "offices/mojokerto/messages/kaki:" in said


def test_serve_does_not_start_on_mistakes(wadul: Wadul, folder: Path) -> None:
    """serve says what check would say, and ends."""
    (folder / "offices" / "blitar" / "office.yaml").write_text("id: blitar\n", "utf-8")
    code, said = wadul("serve", "--config", str(folder))
    assert code == 1
    assert "offices/blitar/office.yaml" in said


def test_a_wrong_setting_names_its_variable(wadul: Wadul, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable address to listen on is told with the variable's name."""
    monkeypatch.setenv("WADUL_LISTEN", "bukan alamat")
    code, said = wadul("officer", "list")
    assert code == 1
    assert "WADUL_LISTEN" in said


def test_an_officer_is_added_listed_and_given_a_new_password(wadul: Wadul, folder: Path) -> None:
    """The administrator manages who may sign in without the pages."""
    who = ("--config", str(folder))
    added = wadul(
        "officer", "add", *who, "--office", "blitar", "--role", "petugas", "fo", "Petugas FO", typed="kata-sandi-baru\n"
    )
    assert added == (0, "fo ditambahkan.\n")
    assert "fo\tblitar\tpetugas\tPetugas FO" in wadul("officer", "list", *who)[1]
    code, said = wadul("officer", "password", *who, "fo", typed="kata-sandi-lain\n")
    assert code == 0, said
    for verb, word in (("sign-out", "keluar"), ("reset-second", "dilepas"), ("unlink", "dilepas")):
        code, said = wadul("officer", verb, *who, "fo")
        assert (code, word in said) == (0, True), said
        assert wadul("officer", verb, *who, "siapa")[0] == 1
    assert wadul("officer", "leave", *who, "fo") == (0, "fo dinonaktifkan; 0 aduan kembali ke perannya.\n")
    assert wadul("officer", "leave", *who, "siapa")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("add", "--office", "surabaya", "--role", "petugas", "fo", "Petugas FO"), "surabaya"),
        (("add", "--office", "blitar", "--role", "juru-tik", "fo", "Petugas FO"), "juru-tik"),
        (("password", "tidak-ada"), "tidak-ada"),
    ],
)
def test_a_wrong_officer_command_says_what_is_wrong(
    wadul: Wadul, folder: Path, arguments: tuple[str, ...], names: str
) -> None:
    """An unknown office, role or login is refused with its name in the sentence."""
    code, said = wadul("officer", arguments[0], "--config", str(folder), *arguments[1:], typed="kata-sandi-baru\n")
    assert code == 1
    assert names in said


@pytest.mark.parametrize("arguments", [(), ("melayani",), ("serve",), ("officer", "add", "siti")])
def test_wrong_arguments_are_answered_in_indonesian(wadul: Wadul, arguments: tuple[str, ...]) -> None:
    """What is missing is not said in English, and the way to the help is."""
    code, said = wadul(*arguments)
    assert code == 2
    assert "--help" in said
    assert not {"error", "invalid", "required"} & set(said.replace(":", " ").split())


def test_a_token_is_made_listed_and_revoked(wadul: Wadul, folder: Path) -> None:
    """The token is said once; the list says whose it is and whether it counts, never the token itself."""
    who = ("--config", str(folder), "--office", "blitar", "--role", "petugas")
    wadul("officer", "add", *who, "fo", "Petugas FO", typed="kata-sandi-baru\n")
    code, said = wadul("token", "create", "fo", "Pelaporan kota", "--scope", "read", "--days", "30")
    assert code == 0, said
    token = said.splitlines()[-1]
    assert token.startswith("wadul_")
    listed = wadul("token", "list")[1]
    assert listed.startswith("1\tfo\tblitar\tread\tberlaku\t")
    assert token not in listed
    assert wadul("token", "revoke", "1") == (0, "Token nomor 1 (Pelaporan kota) dicabut.\n")
    assert "\ttidak berlaku\t" in wadul("token", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "tidak-ada", "uji"), "tidak-ada"),
        (("create", "fo", "uji", "--scope", "admin"), "admin"),
        (("create", "fo", "uji", "--days", "0"), "berakhirnya"),
        (("revoke", "77"), "77"),
    ],
)
def test_a_wrong_token_command_says_what_is_wrong(
    wadul: Wadul, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    """An unknown officer, scope or token, and a day that has passed."""
    code, answer = wadul("token", *arguments)
    assert code == 1
    assert said in answer


def test_the_end_of_what_is_typed_ends_the_questions(wadul: Wadul, tmp_path: Path) -> None:
    """Ctrl+D in the middle of ``init`` leaves nothing behind."""
    code, _ = wadul("init", str(tmp_path / "baru"), typed="kantor\n")
    assert code == 130
    assert not (tmp_path / "baru").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WADUL_LISTEN", "127.0.0.1:99999"),
        ("WADUL_PUBLIC_URL", "aduan.example.go.id"),
        ("WADUL_DATABASE", "mysql://petugas:rahasia@host/aduan"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    wadul: Wadul, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The variable and what it should look like, without the password that stands in it."""
    monkeypatch.setenv(name, value)
    code, said = wadul("officer", "list")
    assert code == 1
    assert said.startswith(f"{name} tidak terbaca")
    assert "rahasia" not in said


def test_an_address_of_another_machine_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """The database is not blamed for a place that this machine cannot listen on."""
    cannot_start(Settings(listen="192.0.2.1:8080"), OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"))
    said = capsys.readouterr().out
    assert "192.0.2.1:8080" in said
    assert "WADUL_LISTEN" in said
    assert "Basis data" not in said


def test_the_search_is_made_anew(wadul: Wadul) -> None:
    """Also on a record that has no ticket yet; again and again."""
    for _ in range(2):
        assert wadul("search", "rebuild") == (0, "Indeks pencarian dibuat ulang: 0 aduan.\n")


def test_a_new_key_for_identities(wadul: Wadul, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turned by one command; a key that is too short is refused and not repeated."""
    monkeypatch.setenv("WADUL_IDENTITY_KEY", "rahasia-panjang-" * 3)
    code, said = wadul("identity", "rotate")
    assert (code, said.startswith("Selesai: 0 kolom")) == (0, True)
    monkeypatch.setenv("WADUL_IDENTITY_KEY", "rahasia")
    code, said = wadul("identity", "rotate")
    assert (code, said.startswith("WADUL_IDENTITY_KEY tidak terbaca")) == (1, True)
    assert "rahasia" not in said


def test_the_journal_is_held_against_its_seals(wadul: Wadul, tmp_path: Path) -> None:
    """Sound, with the seal that was printed; changed, which entry; and a seal that is none of ours."""
    assert "Periksa WADUL_DATA" in wadul("journal", "verify")[1]
    assert wadul("search", "rebuild")[0] == 0
    assert wadul("journal", "verify") == (0, "Belum ada riwayat.\n")
    digest = asyncio.run(_sealed(Settings().database_url))
    code, said = wadul("journal", "verify", "--anchor", short(digest))
    assert code == 0, said
    assert "blitar: riwayat utuh. 3 catatan dalam 1 segel; 0 catatan terbaru belum disegel." in said
    assert f"blitar: segel terakhir nomor 1, Senin, 23 November 2026 pukul 09.15 WIB: {short(digest)}" in said
    assert "masih ada, segel 1 kantor blitar, Senin, 23 November 2026 pukul 09.15 WIB" in said
    code, said = wadul("journal", "verify", "--anchor", "ab " * 16)
    assert (code, "TIDAK ADA di rantai" in said) == (1, True)
    code, said = wadul("journal", "verify", "--anchor", "kemarin")
    assert (code, "kemarin bukan segel" in said) == (1, True)
    with closing(sqlite3.connect(file_of(Settings().database_url))) as connection:
        connection.executescript("DROP TRIGGER journal_no_update; UPDATE journal SET actor = 'clerk' WHERE id = 2")
    code, said = wadul("journal", "verify")
    assert (code, "blitar: segel 1: catatan 2 berubah sesudah disegel." in said) == (1, True)
    assert "blitar: RIWAYAT TIDAK UTUH, 1 temuan pada 3 catatan" in said


async def _sealed(url: str) -> str:
    database, now = Database(url), datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    await database.open()
    try:
        for _ in range(3):
            await journal.write("blitar", "noted", actor=journal.SYSTEM, at=now)
        await JournalSeals(database).seal(now)
        return (await JournalSeal.get()).digest
    finally:
        await database.close()
