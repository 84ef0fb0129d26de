"""SOP 11 of Blitar, complaints by letter, from the letter to its answer through every branch."""

from __future__ import annotations

import pytest

from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_RAISED = ("petugas naikkan", "kepala-dinas disposisikan")
_PAPERS = ("surat-aduan", "agenda-masuk", "lembar-disposisi")
WAYS = {
    "without a permit, on the spot": Way(
        (*_RAISED, "kasi lokasi-dicek", "kasi belum-berizin", "kabid beri-tahu-satpol-pp", "petugas kirim-jawaban"),
        (*_PAPERS, "berita-acara-pengecekan", "surat-pemberitahuan", "surat-jawaban"),
        ("diteruskan", "dikaji", "satpol-pp", "surat-jawaban"),
    ),
    "with a permit, warned": Way(
        (*_RAISED, "kabid administrasi-saja", "kabid berizin", "kasi tegur", "petugas kirim-jawaban"),
        (*_PAPERS, "surat-teguran", "surat-jawaban"),
        ("diteruskan", "dikaji", "surat-jawaban"),
    ),
    "with a permit, in order": Way(
        (*_RAISED, "kasi administrasi-saja", "kasi berizin", "kasi tanpa-teguran", "petugas kirim-jawaban"),
        (*_PAPERS, "surat-jawaban"),
        ("diteruskan", "dikaji", "surat-jawaban"),
    ),
}


def test_every_branch_is_walked() -> None:
    """No action of the file is left out below."""
    assert untaken("blitar-11", WAYS.values()) == set()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_every_way_ends_in_an_answer(way: Way, bureau: OpenBureau) -> None:
    """The scanned letter first, the agenda's line with it, then what each branch calls for, refused while missing."""
    desk = bureau("blitar")
    number = await desk.opened("surat")
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status
    letters = [paper for paper in way.papers if paper.startswith("surat-") and paper != "surat-aduan"]
    lines = [("agenda-surat-keluar", place) for place, _ in enumerate(letters, 1)]
    assert await desk.entries(number) == [("agenda-aduan-masuk", 1), *lines]
    assert await desk.numbers(number) == [f"{place:03}/410.113/11/2026" for place, _ in enumerate(letters, 1)]


async def test_a_day_of_the_document_is_a_working_day(bureau: OpenBureau) -> None:
    """5 and 30 minutes, a day, 30 minutes, a day, a day: "hari" ends with the next day's business."""
    desk = bureau("blitar")
    number = await desk.opened("surat")
    await desk.walks(number, WAYS["without a permit, on the spot"].turns)
    due = await desk.due(number)
    assert due == {
        "terima": "24/11 08.05",
        "disposisi": "24/11 08.35",
        "cek": "25/11 16.00",
        "status": "24/11 08.45",
        "satpol-pp": "25/11 16.00",
        "jawab": "25/11 16.00",
        "selesai": "",
    }
