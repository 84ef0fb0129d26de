"""A shipped procedure spoiled by hand, and what ``wadul check`` says of it: file, line, key and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from config import SHIPPED


@dataclass(frozen=True)
class Spoiled:
    """One text of a procedure file replaced by another, and the words and the remedy it is told with.

    ``at`` is the line's text after the change.
    """

    file: str
    old: str
    new: str
    at: str
    words: str
    remedy: str


SPOILED = {
    "a circle without an end": Spoiled(
        "blitar/sop/blitar-09.yaml",
        "        to: selesai\n        needs: [surat-jawaban]\n        tell: dijawab\n        outcome: answered",
        "        to: selesaikan\n        needs: [surat-jawaban]",
        "  - id: selesaikan",
        "selesaikan → jawab → selesaikan",
        "beri salah satunya tindakan yang menuju ke sana",
    ),
    "a role that nobody has": Spoiled(
        "pagaralam/sop/pagaralam.yaml",
        "actor: tim-teknis",
        "actor: tim-ahli",
        "    actor: tim-ahli",
        "tidak ada peran `tim-ahli`",
        "yang ada kasi, kepala-dinas, petugas, tim-teknis",
    ),
    "a paper that is not declared": Spoiled(
        "denpasar/sop/denpasar-9.1.yaml",
        "needs: [daftar-hadir,",
        "needs: [daftar-tamu,",
        "        needs: [daftar-tamu, berita-acara-penanganan]",
        "tidak ada dokumen `daftar-tamu`",
        "yang ada arsip-laporan",
    ),
    "two steps of one id": Spoiled(
        "mojokerto/sop/mojokerto-50.yaml",
        "  - id: perintah\n",
        "  - id: pelajari\n",
        "  - id: pelajari",
        "id `pelajari` sudah dipakai di atasnya",
        "beri id lain atau hapus salah satunya",
    ),
    "a unit there is none of": Spoiled(
        "pagaralam/sop/pagaralam.yaml",
        "within: 3 Hari",
        "within: 3 Minggu",
        "    within: 3 Minggu",
        "waktu tidak terbaca",
        "tulis angka, spasi, lalu menit, jam, hari, atau hari kerja",
    ),
    "a promise shorter than the way": Spoiled(
        "blitar/sop/blitar-11.yaml",
        "promise: 4 hari kerja",
        "promise: 3 hari kerja",
        "promise: 3 hari kerja",
        "janji 3 hari kerja lebih pendek dari lintasan terpanjang, 1325 menit kerja",
        "perpanjang janji atau periksa waktu langkah",
    ),
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_mistake_is_told_with_its_place_and_remedy(
    spoiled: Spoiled, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for the mistake, of the file and line that a person must mend, with what to do."""
    monkeypatch.setenv("WADUL_DATA", str(tmp_path / "data"))
    shutil.copytree(SHIPPED / "offices", tmp_path / "config" / "offices")
    file = tmp_path / "config" / "offices" / spoiled.file
    text = file.read_text("utf-8")
    assert spoiled.old in text
    file.write_text(text.replace(spoiled.old, spoiled.new), "utf-8")
    lines = [
        no
        for no, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if line.partition(" #")[0].rstrip() == spoiled.at
    ]
    code = _run(main, "check", "--config", str(tmp_path / "config"), "--no-secrets")
    said = "".join(capsys.readouterr())
    assert code == 1
    told = [line for line in said.splitlines() if line.startswith(f"offices/{spoiled.file}:{lines[-1]}:")]
    assert any(spoiled.words in line and spoiled.remedy in line for line in told), said


def _run(command: Callable[..., int], *arguments: str) -> int:
    try:
        return command(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
