"""A small installation that is right in every respect, for tests that then break one thing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

OFFICE = """\
id: kecil
name: Kantor Kecil
full_name: Kantor Kecil Kota Kecil
city: Kota Kecil
code: KCL
time_zone: Asia/Jakarta
letterhead:
  lines: [Pemerintah Kota Kecil]
roles:
  petugas: {name: Petugas, superior: kepala}
  kepala: {name: Kepala}
channels:
  surel:
    kind: email
    password: {env: KECIL_PASSWORD}
kinds:
  - {id: pengaduan, name: Pengaduan, ceiling: biasa}
routes:
  - {channel: surel, kind: pengaduan, procedure: kecil-1}
  - {procedure: kecil-1}
papers:
  - {id: formulir, name: Formulir, made: template, template: formulir}
  - {id: agenda, name: Agenda, made: register, register: buku}
  - {id: jawaban, name: Jawaban, made: message}
registers:
  - {id: buku, name: Buku Agenda}
ceilings:
  - {id: biasa, name: Biasa, within: 14 hari kerja, legal: Peraturan, valid_from: 2019-01-01}
worktime:
  hours:
    senin: ["08.00-12.00", "13.00-16.00"]
"""

SOP = """\
id: kecil-1
title: Pelayanan Pengaduan
source: Kota Kecil, 2020
promise: 45 menit
first: terima
steps:
  - id: terima
    row: 1
    name: Menerima
    actor: petugas
    inferred: [actor]
    within: 15 menit
    requires: [formulir]
    produces: [agenda]
    actions:
      - {id: jawab, label: Jawab, to: selesai, needs: [jawaban], tell: dijawab, outcome: answered}
      - {id: naikkan, label: Naikkan, to: kaji, needs: [formulir, agenda]}
  - id: kaji
    row: 2
    name: Mengkaji
    actor: [kepala, petugas]
    within: 30 menit
    actions:
      - {id: jawab, label: Jawab, to: selesai, needs: [jawaban], tell: dijawab, outcome: answered}
  - {id: selesai, final: true}
"""

ENVIRON = {"KECIL_PASSWORD": "rahasia"}

Write = Callable[..., Path]


def replaced(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    """``text`` with each first value replaced by the second; a change that finds nothing is the test's mistake."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the small installation, changed; answers its folder."""

    def write_folder(*, office: tuple[tuple[str, str], ...] = (), sop: tuple[tuple[str, str], ...] = ()) -> Path:
        home = tmp_path / "offices" / "kecil"
        (home / "sop").mkdir(parents=True, exist_ok=True)
        (home / "office.yaml").write_text(replaced(OFFICE, office), "utf-8")
        (home / "sop" / "kecil-1.yaml").write_text(replaced(SOP, sop), "utf-8")
        return tmp_path

    return write_folder


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment that the small installation needs."""
    return dict(ENVIRON)
