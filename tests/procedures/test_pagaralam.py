"""Pagar Alam's procedure of ten steps, from the complaint to its answer through every branch."""

from __future__ import annotations

import pytest

from inbox.models import Message
from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_NOTED = ("petugas perlu-dicatat", "petugas teruskan")
_FORMS = ("formulir-pengaduan", "agenda", "tanda-terima")
_REPLY = (
    "kasi ajukan-telaahan",
    "kepala-dinas disposisikan",
    "petugas ajukan-draft",
    "kepala-dinas tandatangani",
    "petugas sampaikan-balasan",
)
_LETTERS = (
    "telaahan-staf",
    "lembar-disposisi",
    "draft-surat-balasan",
    "surat-balasan",
    "penyelesaian-pengaduan",
)
WAYS = {
    "explained": Way(("petugas cukup-dijelaskan",), ("informasi-pengaduan",), ("dijawab",)),
    "seen on the spot": Way(
        (*_NOTED, "kasi tinjau", "kasi undangan-dikirim", "tim-teknis bap-selesai", *_REPLY),
        (*_FORMS, "surat-undangan", "berita-acara-peninjauan", "rapat-teknis", *_LETTERS),
        ("diteruskan", "dicek", "dijawab"),
    ),
    "on paper alone": Way(
        (*_NOTED, "kasi tanpa-tinjauan", *_REPLY), (*_FORMS, *_LETTERS), ("diteruskan", "dikaji", "dijawab")
    ),
}


def test_every_branch_is_walked() -> None:
    """No action of the file is left out below."""
    assert untaken("pagaralam", WAYS.values()) == set()


@pytest.mark.parametrize("door", ["loket", "surat", "telepon", "web"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_every_way_ends_in_an_answer(way: Way, door: str, bureau: OpenBureau) -> None:
    """Written or spoken: papers are made in the document's order and refused while they are missing."""
    desk = bureau("pagaralam")
    number = await desk.opened(door)
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status


async def test_the_ten_rows_have_their_times(bureau: OpenBureau) -> None:
    """15 and 30 minutes, an hour, 3, 5, 2 and 1 days, 2 hours, an hour, 15 minutes, each from when its step began."""
    desk = bureau("pagaralam")
    number = await desk.opened("loket")
    await desk.walks(number, WAYS["seen on the spot"].turns)
    due = await desk.due(number)
    assert due == {
        "jelaskan": "24/11 08.15",
        "catat": "24/11 08.35",
        "verifikasi": "24/11 09.10",
        "undang": "27/11 16.30",
        "tinjau": "01/12 16.00",
        "telaah": "26/11 16.00",
        "disposisi": "25/11 16.00",
        "siapkan": "24/11 10.35",
        "tanda-tangani": "24/11 09.40",
        "sampaikan": "24/11 09.00",
        "selesai": "",
    }
    assert await desk.entries(number) == [
        ("agenda-pengaduan", 1),
        ("agenda-surat-keluar", 1),
        ("agenda-surat-keluar", 2),
    ]
    assert await desk.numbers(number) == ["001/PGA/11/2026", "002/PGA/11/2026"]


async def test_who_is_not_content_is_noted_anew(bureau: OpenBureau) -> None:
    """BELUM leads back to row 2; forms and minutes stand, the staff's view and the disposition are made again."""
    desk = bureau("pagaralam")
    number = await desk.opened("loket")
    await desk.walks(number, WAYS["on paper alone"].turns)
    await desk.says(number, settled=False)
    before = await desk.papers(number)
    await desk.walks(number, WAYS["on paper alone"].turns[1:])
    again = (await desk.papers(number))[len(before) :]
    assert {"lembar-disposisi", "draft-surat-balasan", "penyelesaian-pengaduan"} <= set(again)
    assert not set(_FORMS) & set(again)


async def test_what_is_told_is_what_was_decided(bureau: OpenBureau) -> None:
    """The Kasi decided that nobody goes to look: nothing is said of the head, whose turn comes later."""
    desk = bureau("pagaralam")
    number = await desk.opened("loket")
    await desk.walks(number, ("petugas perlu-dicatat", "petugas teruskan", "kasi tanpa-tinjauan"))
    rows = Message.filter(ticket__number=number, direction="out").order_by("id")
    forwarded, decided = [str(text) for text in await rows.values_list("text", flat=True)]
    assert "teruskan kepada Kepala Seksi" in forwarded
    assert "tidak memerlukan peninjauan lapangan" in decided
    assert "Pimpinan" not in forwarded + decided
