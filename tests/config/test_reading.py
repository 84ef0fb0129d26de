"""Reading a folder: where files are looked for, what YAML's surprises become, and secrets from the environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field

import config
from config.check import check
from config.schema import Model, Office
from config.shape import shape
from config.source import Source, read_source

Write = Callable[..., Path]
OFFICE_FILE = "offices/kecil/office.yaml"


def codes(folder: Path, environ: dict[str, str]) -> list[tuple[str, str, int]]:
    return [(one.code, one.file, one.line) for one in config.read(folder, environ)[1]]


def test_the_shipped_folder_loads() -> None:
    """What the demo runs is a sound configuration."""
    offices = config.load(config.SHIPPED, environ={}, secrets=False)
    assert "blitar" in offices.offices
    assert offices.worktime.legal.startswith("Perpres 21/2023")


def test_an_office_is_found_by_its_id(write: Write, environ: dict[str, str]) -> None:
    """Offices, their folders of own words and their channels answer to ids; unknown ones are a KeyError."""
    offices = config.load(write(), environ=environ)
    office, entry = offices.channel("kecil-surel")
    assert (office, entry.kind) == (offices.office("kecil"), "email")
    assert list(offices.channels()) == ["kecil-surel"]
    assert offices.messages("kecil") == offices.folder / "offices/kecil/messages"
    for unknown in ("surel", "kecil-", "kecil-sms", "besar-surel"):
        with pytest.raises(KeyError):
            offices.channel(unknown)


def test_an_office_with_a_hyphen_keeps_its_channels_apart(write: Write, environ: dict[str, str]) -> None:
    """``<office>-<name>`` is taken apart by what exists, not by the first hyphen."""
    folder = write()
    home = folder / "offices" / "kecil"
    other = folder / "offices" / "kecil-dua"
    (other / "sop").mkdir(parents=True)
    text = (home / "office.yaml").read_text("utf-8").replace("id: kecil\n", "id: kecil-dua\n").replace("KCL", "KCD")
    (other / "office.yaml").write_text(text, "utf-8")
    (other / "sop" / "kecil-1.yaml").write_text((home / "sop" / "kecil-1.yaml").read_text("utf-8"), "utf-8")
    offices = config.load(folder, environ=environ)
    assert offices.channel("kecil-dua-surel")[0].id == "kecil-dua"
    assert offices.channel("kecil-surel")[0].id == "kecil"


def test_an_office_survives_being_written_out(write: Write, environ: dict[str, str]) -> None:
    """What is dumped by alias validates to the same office, hours in the words of the file."""
    office = config.load(write(), environ=environ).office("kecil")
    values = office.model_dump(mode="json", by_alias=True)
    assert values["worktime"]["hours"]["senin"] == ["08.00-12.00", "13.00-16.00"]
    assert Office.model_validate(values) == office


def test_two_offices_share_no_code_and_no_channel_id(write: Write, environ: dict[str, str]) -> None:
    """Ticket numbers begin with the office's code, and a channel's id names one door in the installation."""
    folder = write(office=(("  surel:", "  dua-surel: {kind: email}\n  surel:"),))
    home, other = folder / "offices" / "kecil", folder / "offices" / "kecil-dua"
    (other / "sop").mkdir(parents=True)
    text = (home / "office.yaml").read_text("utf-8").replace("id: kecil\n", "id: kecil-dua\n")
    (other / "office.yaml").write_text(text, "utf-8")
    (other / "sop" / "kecil-1.yaml").write_text((home / "sop" / "kecil-1.yaml").read_text("utf-8"), "utf-8")
    found = check(config.read(folder, environ)[0])
    assert [(one.code, one.file, one.line, one.key) for one in found] == [
        ("code-taken", "offices/kecil-dua/office.yaml", 5, "code"),
        ("channel-taken", "offices/kecil-dua/office.yaml", 14, "channels.surel"),
    ]
    assert found[1].values == {"name": "kecil-dua-surel", "other": "kecil"}


def test_an_office_does_not_hide_our_own_pages(write: Write, environ: dict[str, str]) -> None:
    """An office whose id is the address of a page of ours would be unreachable, or make that page so."""
    folder = write(office=(("id: kecil\n", "id: meja\n"),))
    (folder / "offices" / "kecil").rename(folder / "offices" / "meja")
    (found,) = check(config.read(folder, environ)[0])
    assert (found.code, found.file, found.key) == ("id-reserved", "offices/meja/office.yaml", "id")


def test_own_words_replace_only_messages_that_exist(write: Write, environ: dict[str, str]) -> None:
    """A template of an unknown name would never be used, so its file is named."""
    folder = write()
    messages = folder / "offices/kecil/messages"
    messages.mkdir()
    for name in ("dijawab", "diterma"):
        (messages / f"{name}.txt").write_text("x", "utf-8")
    (found,) = check(config.read(folder, environ)[0], message_names={"dijawab", "diterima"})
    assert (found.code, found.file) == ("message-own-unknown", "offices/kecil/messages/diterma.txt")
    assert found.values["choices"] == "dijawab, diterima"


def test_a_missing_folder_is_one_mistake(tmp_path: Path) -> None:
    """A wrong --config says so, and nothing else."""
    assert codes(tmp_path / "luar", {}) == [("folder-missing", str(tmp_path / "luar"), 0)]


def test_a_folder_without_offices_says_so(tmp_path: Path) -> None:
    """An empty folder is not a configuration."""
    assert codes(tmp_path, {}) == [("offices-none", "offices", 0)]


def test_an_office_without_its_file_is_named(write: Write, environ: dict[str, str]) -> None:
    """A folder below offices/ is an office, and must hold office.yaml."""
    folder = write()
    (folder / "offices" / "lain").mkdir()
    assert codes(folder, environ) == [("file-unreadable", "offices/lain/office.yaml", 0)]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "file-empty", 1),
        (b"# hanya catatan\n", "file-empty", 1),
        (b"- a\n- b\n", "mapping-expected", 1),
        (b"kata saja", "mapping-expected", 1),
        (b"id: kecil\nname: Caf\xe9\n", "file-encoding", 2),
        ("id: kecil".encode("utf-16"), "file-encoding", 1),
        (b"id: a\n" * 200_000, "file-large", 0),
    ],
)
def test_a_file_that_is_no_configuration_is_one_mistake(
    content: bytes, code: str, line: int, write: Write, environ: dict[str, str]
) -> None:
    """Empty, binary, wrongly encoded or huge files are named once and blame nothing else."""
    folder = write()
    (folder / OFFICE_FILE).write_bytes(content)
    assert codes(folder, environ) == [(code, OFFICE_FILE, line)]


@pytest.mark.parametrize("mark", ["\ufeff", ""], ids=["byte order mark", "plain"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_files_from_any_editor_are_read(mark: str, end: str, write: Write, environ: dict[str, str]) -> None:
    """Notepad's byte order mark and line ends change nothing, lines included."""
    folder = write()
    path = folder / OFFICE_FILE
    path.write_bytes((mark + path.read_text("utf-8").replace("KCL", "kcl").replace("\n", end)).encode())
    assert codes(folder, environ) == [("code-malformed", OFFICE_FILE, 5)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("16:00", "16:00"),
        ("0342801171", "0342801171"),
        ("0777", "0777"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("12.50", "12.50"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2026-13-45", "2026-13-45"),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_yaml_surprises_stay_the_words_that_were_written(written: str, meant: str, tmp_path: Path) -> None:
    """A telephone number, a clock time and a "no" are text, whatever YAML 1.1 makes of them."""
    path = tmp_path / "a.yaml"
    path.write_text(f"name: {written}\n", "utf-8")
    assert read_source(path, "a.yaml").data == {"name": meant}


def test_the_key_on_is_a_key(write: Write, environ: dict[str, str]) -> None:
    """``on:`` names the date of a special day, not a truth value."""
    folder = write(office=(("worktime:", "worktime:\n  days: [{on: 2026-04-01, name: Hari jadi kota}]"),))
    (day,) = config.load(folder, environ=environ).office("kecil").worktime.days
    assert (day.on.isoformat(), day.name) == ("2026-04-01", "Hari jadi kota")


def test_a_secret_comes_from_the_environment(write: Write) -> None:
    """``{env: NAME}`` is replaced at any depth of a channel's entry, and never shows in a repr."""
    depth = ("{env: KECIL_PASSWORD}", "{a: [{env: ONE}, {b: {env: TWO}}]}")
    offices = config.load(write(office=(depth,)), environ={"ONE": "satu-rahasia", "TWO": "dua-rahasia"})
    entry = offices.office("kecil").channels["surel"]
    assert entry.settings() == {"password": {"a": ["satu-rahasia", {"b": "dua-rahasia"}]}}
    assert "rahasia" not in repr(offices) + repr(entry) + str(entry)


def test_the_process_environment_is_the_default(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument, variables are those of the process when it is asked."""
    folder = write()
    monkeypatch.setenv("KECIL_PASSWORD", "dari-luar")
    assert config.load(folder).office("kecil").channels["surel"].settings() == {"password": "dari-luar"}


@pytest.mark.parametrize("environ", [{}, {"KECIL_PASSWORD": ""}], ids=["absent", "empty"])
def test_checking_without_the_environment_needs_no_secret(environ: dict[str, str], write: Write) -> None:
    """With ``secrets=False`` a missing variable is no mistake; else it is, and an empty one too."""
    folder = write()
    config.load(folder, environ=environ, secrets=False)
    assert codes(folder, environ) == [("env-missing", OFFICE_FILE, 15)]


def test_mistakes_never_quote_a_channels_settings(write: Write) -> None:
    """A password written into the file by mistake does not travel on in a sentence."""
    folder = write(office=(("kind: email", "kind: Email!"), ("{env: KECIL_PASSWORD}", "hunter2")))
    assert "hunter2" not in repr(config.read(folder, {})[1])


def test_an_installation_may_bring_its_own_national_hours(write: Write, environ: dict[str, str]) -> None:
    """worktime.yaml in the folder goes before the one that is shipped, and its mistakes are named like any other."""
    folder = write()
    assert config.load(folder, environ=environ).worktime.hours["jumat"].minutes == 450
    (folder / "worktime.yaml").write_text('hours:\n  jumat: ["08.00-11.00"]\n', "utf-8")
    assert config.load(folder, environ=environ).worktime.hours["jumat"].minutes == 180
    (folder / "worktime.yaml").write_text('hours:\n  jumat: ["11.00-08.00"]\n', "utf-8")
    assert codes(folder, environ) == [("hours-backwards", "worktime.yaml", 2)]


def test_a_complaint_without_a_code_of_its_own_still_has_a_sentence() -> None:
    """A limit that some model sets later is a mistake with a line, not a trace."""

    class Short(Model):
        items: tuple[int, ...] = Field(max_length=1)

    made, (mistake,) = shape(Source("a.yaml", {"items": [1, 2]}, {("items",): 3}), Short)
    assert (made, mistake.code, mistake.line, mistake.key) == (None, "value-unreadable", 3, "items")
