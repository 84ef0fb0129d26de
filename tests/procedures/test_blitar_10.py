"""SOP 10 of Blitar, by SMS, web and e-mail, from the complaint to its end through every branch."""

from __future__ import annotations

import pytest

from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_RAISED = ("petugas naikkan", "kepala-dinas disposisikan")
_PAPERS = ("formulir-aduan", "agenda-masuk", "lembar-disposisi")
WAYS = {
    "answered at once": Way(("kasi jawab-langsung",), ("formulir-aduan", "agenda-masuk", "jawaban"), ("dijawab",)),
    "without a permit": Way(
        (*_RAISED, "kabid belum-berizin", "kasi beri-tahu-satpol-pp", "petugas kirim-tanggapan"),
        (*_PAPERS, "salinan-formulir", "surat-tanggapan"),
        ("diteruskan", "dikaji", "satpol-pp", "dijawab"),
    ),
    "with a permit": Way(
        (*_RAISED, "kasi berizin", "kabid isi-jawaban", "petugas kirim-tanggapan"),
        (*_PAPERS, "formulir-jawaban", "surat-tanggapan"),
        ("diteruskan", "dikaji", "dijawab"),
    ),
}


def test_every_branch_is_walked() -> None:
    """No action of the file is left out below."""
    assert untaken("blitar-10", WAYS.values()) == set()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_every_way_ends_in_an_answer(way: Way, bureau: OpenBureau) -> None:
    """Papers are made in the document's order, refused while they are missing, and the citizen hears of it."""
    desk = bureau("blitar")
    number = await desk.opened("email")
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status
