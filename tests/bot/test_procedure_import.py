"""``wadul procedure import``: an SOP's table as a sheet becomes a draft that the checker can read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.__main__ import main
from config.schema import Procedure

TABLE = """\
No,Kegiatan,Pelaksana,Kelengkapan,Waktu,Output
1,Menerima aduan dan mencatatnya,Petugas,1. Formulir Aduan 2. Buku Tamu,15 Menit,Formulir Aduan
2,Memutuskan apakah aduan dijawab atau ditinjau,Kepala Dinas,Formulir Aduan,2 jam,Lembar Disposisi
3,Menyampaikan jawaban,,Lembar Disposisi,segera,Surat Tanggapan
"""
LANES = """\
No;Aktivitas;Pelaksana;;Mutu Baku;;;Ket
;;Petugas;Kepala Dinas;Kelengkapan;Waktu;Output;
1;2;3;4;5;6;7;8
1.;Menerima aduan;√;;Berkas;10 menit;Data;
;dan mencatatnya dalam agenda;;;Agenda;;;
2.;Menandatangani surat;;x;Surat;1 hari;Surat;
"""


def drafted(table: str | bytes, tmp_path: Path, *more: str) -> Path:
    """The draft's file."""
    sheet, out = tmp_path / "SOP 12 Aduan.csv", tmp_path / "draft.yaml"
    sheet.write_bytes(table if isinstance(table, bytes) else table.encode())
    assert main(["procedure", "import", str(sheet), "--office", "blitar", "--out", str(out), *more]) == 0
    return out


def read(file: Path) -> Procedure:
    """The draft as the checker reads it."""
    return Procedure.model_validate(yaml.safe_load(file.read_text("utf-8")))


def test_a_table_becomes_steps_in_a_row(tmp_path: Path) -> None:
    """Row by row: the words as written, the time, the office's own roles and papers, each step leading to the next."""
    procedure = read(drafted(TABLE, tmp_path))
    first, second, third, end = procedure.steps
    assert (procedure.id, procedure.first) == ("sop-12-aduan", first.id)
    assert (first.row, first.name, first.actor) == (1, "Menerima aduan dan mencatatnya", ("petugas",))
    assert first.within is not None
    assert (first.within.text, first.requires) == ("15 menit", ("formulir-aduan", "buku-tamu"))
    assert (second.actor, second.produces) == (("kepala-dinas",), ("lembar-disposisi",))
    assert [step.actions[0].to for step in (first, second, third)] == [second.id, third.id, end.id]
    assert (third.actor, third.within, end.final) == ((), None, True)


def test_what_the_table_leaves_open_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A choice, a paper the office does not have, a missing actor, a time in words: each marked, and counted."""
    lines = drafted(TABLE, tmp_path).read_text("utf-8").splitlines()
    marked = [line.partition("# PERIKSA: ")[2] for line in lines if "# PERIKSA: " in line]
    for words in ("menyebut pilihan", "papers kantor ini: Buku Tamu", "tidak tertulis", "waktu tidak terbaca: segera"):
        assert any(words in mark for mark in marked), words
    assert f"3 langkah disusun, {len(marked)} hal ditandai" in capsys.readouterr().err


def test_a_column_for_each_actor_and_rows_that_go_on(tmp_path: Path) -> None:
    """A head of two rows, numbered columns, marks instead of names, and a row split over two lines of the sheet."""
    first, second, _ = read(drafted(LANES, tmp_path)).steps
    assert (first.actor, second.actor) == (("petugas",), ("kepala-dinas",))
    assert first.name == "Menerima aduan dan mencatatnya dalam agenda"
    assert (first.row, first.requires) == (1, ("berkas", "agenda"))


def test_a_sheet_of_windows_is_read(tmp_path: Path) -> None:
    """Saved by Excel as CSV: its own encoding, a mark at the beginning, semicolons."""
    for encoding in ("cp1252", "utf-8-sig"):
        table = "No;Kegiatan;Pelaksana;Kelengkapan;Waktu;Output\n1;Menerima “aduan” warga;Petugas;Surat;5 menit;Surat\n"
        (tmp_path / "draft.yaml").unlink(missing_ok=True)
        assert read(drafted(table.encode(encoding), tmp_path)).steps[0].name == "Menerima “aduan” warga"


def test_what_a_sheet_says_cannot_become_more_than_words(tmp_path: Path) -> None:
    """Colons, quotes, braces and comment signs stay inside the step's name."""
    evil = 'No,Kegiatan,Waktu\n1,"a: {b}, [c] # d ""e"" \'f\' - &x *y !!python/object:os.system",1 jam\n'
    step = read(drafted(evil, tmp_path)).steps[0]
    assert step.name == "a: {b}, [c] # d \"e\" 'f' - &x *y !!python/object:os.system"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("satu,dua\n1,2\n", "Tidak ada baris judul"),
        ("", "Tidak ada baris judul"),
        ("No,Kegiatan,Waktu\n", "tidak ada kegiatan"),
        ("No,Kegiatan,Waktu\n" + "1,Menerima aduan,1 jam\n" * 301, "Tabelnya berisi 301 baris; paling banyak 300"),
        ("No,Kegiatan,Waktu\n" + "x" * 1_000_001, "lebih besar dari"),
        ("No,Kegiatan,Waktu\n" + "x" * 200_000, "Tidak ada baris judul"),
    ],
    ids=["other-headings", "empty", "headings-alone", "long", "large", "endless-cell"],
)
def test_a_sheet_that_is_none_is_refused(
    table: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a sentence, and nothing written."""
    sheet = tmp_path / "tabel.csv"
    sheet.write_text(table, "utf-8")
    assert main(["procedure", "import", str(sheet)]) == 1
    told = capsys.readouterr()
    assert said in told.out
    assert "Traceback" not in told.err


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The draft never overwrites; a missing sheet and an unknown office are named."""
    out = drafted(TABLE, tmp_path)
    before = out.read_text("utf-8")
    sheet = str(tmp_path / "SOP 12 Aduan.csv")
    assert main(["procedure", "import", sheet, "--out", str(out)]) == 1
    assert out.read_text("utf-8") == before
    assert main(["procedure", "import", str(tmp_path / "tidak-ada.csv")]) == 1
    assert main(["procedure", "import", sheet, "--office", "atlantis"]) == 1
    told = capsys.readouterr().out
    assert "sudah ada" in told
    assert "tidak bisa dibaca" in told
    assert "Kantor atlantis tidak ada" in told
