"""SOP 09 of Blitar, the complaint desk, from the complaint to its end through every branch."""

from __future__ import annotations

import pytest

from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_TAKEN = ("petugas isi-formulir",)
_CHECKED = (*_TAKEN, "petugas perlu-disposisi")
_MINUTES = ("formulir-aduan", "tanda-terima", "lembar-disposisi", "berita-acara-pemeriksaan")
WAYS = {
    "answered at the desk": Way(
        (*_TAKEN, "petugas jawab-langsung"), ("formulir-aduan", "tanda-terima", "jawaban-lisan"), ("dijawab",)
    ),
    "without a permit": Way(
        (*_CHECKED, "kasi cek-lokasi", "kasi belum-berizin", "kabid beri-tahu-satpol-pp", "petugas kirim-jawaban"),
        (*_MINUTES, "laporan-tindak-lanjut", "surat-jawaban"),
        ("dicek", "satpol-pp", "surat-jawaban"),
    ),
    "with a permit, warned": Way(
        (*_CHECKED, "kasi cek-administrasi", "kabid berizin", "kasi tegur", "petugas kirim-jawaban"),
        (*_MINUTES, "surat-peringatan", "surat-jawaban"),
        ("dicek", "surat-jawaban"),
    ),
    "with a permit, in order": Way(
        (*_CHECKED, "petugas cek-administrasi", "kasi berizin", "kabid tanpa-teguran", "petugas kirim-jawaban"),
        (*_MINUTES, "surat-jawaban"),
        ("dicek", "surat-jawaban"),
    ),
}


def test_every_branch_is_walked() -> None:
    """No action of the file is left out below."""
    assert untaken("blitar-09", WAYS.values()) == set()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_every_way_ends_in_an_answer(way: Way, bureau: OpenBureau) -> None:
    """Papers are made in the document's order, refused while they are missing, and the citizen hears of it."""
    desk = bureau("blitar")
    number = await desk.opened("loket")
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status


async def test_the_rows_have_their_times(bureau: OpenBureau) -> None:
    """15 minutes, none, one working day, none, 15, 15, from when each step began."""
    desk = bureau("blitar")
    number = await desk.opened("loket")
    await desk.walks(number, WAYS["without a permit"].turns)
    due = await desk.due(number)
    assert list(due) == ["datang", "terima", "tanggapi", "beritahu", "periksa", "satpol-pp", "jawab", "selesai"]
    assert (due["terima"], due["tanggapi"], due["beritahu"], due["periksa"]) == ("24/11 08.15", "", "25/11 16.00", "")
    assert (due["satpol-pp"], due["jawab"]) == ("24/11 08.35", "24/11 08.40")


async def test_who_is_not_content_begins_again_at_the_desk(bureau: OpenBureau) -> None:
    """BELUM leads back to row 2, not to the citizen's own row; the answer must be given anew, the form stands."""
    desk = bureau("blitar")
    number = await desk.opened("loket")
    await desk.walks(number, WAYS["answered at the desk"].turns)
    await desk.says(number, settled=False)
    assert (await desk.steps(number))[-1] == "terima"
    await desk.walks(number, WAYS["answered at the desk"].turns)
    assert await desk.papers(number) == ["formulir-aduan", "tanda-terima", "jawaban-lisan", "jawaban-lisan"]
    await desk.says(number, settled=True)
    assert await desk.status(number) == "closed"
