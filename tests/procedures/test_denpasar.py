"""Denpasar's procedures 9.1 and 9.2, direct and indirect, from the complaint to its end through every branch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_AGREED = ("kasi ajukan-analisis", "kabid beri-saran", "sekretaris setujui")
_SEEN = ("kepala-dinas setujui-lapangan", "petugas undangan-dikirim", "petugas rapat-selesai")
_UNSEEN = ("kepala-dinas setujui-tanpa-lapangan",)
_REPORTED = (
    "petugas ajukan-laporan",
    "kasi paraf",
    "kabid tandatangani",
    "sekretaris ketahui",
    "kepala-dinas ketahui",
    "petugas arsipkan",
)
_ANALYSED = ("hasil-analisis", "saran-pemecahan", "persetujuan-sekretaris", "persetujuan-kepala-dinas")
_MET = ("surat-undangan", "berita-acara-penanganan", "daftar-hadir")
_FILED = ("laporan-hasil", "arsip-laporan", "jawaban-hasil")
_FORM = ("kertas-pengaduan", "permintaan-perbaikan")
_UNREACHED = (
    "petugas perlu-informasi",
    "petugas tak-terhubungi",
    "petugas laporkan",
    "kasi teruskan",
    "kabid teruskan",
    "sekretaris teruskan",
)

DIRECT = {
    "explained": Way(("petugas jelaskan",), ("kertas-pengaduan", "jawaban-langsung"), ("dijawab",)),
    "seen on the spot": Way(
        ("petugas tidak-langsung-selesai", "petugas ajukan", *_AGREED, *_SEEN, *_REPORTED),
        (_FORM[0], "tanda-terima", _FORM[1], *_ANALYSED, *_MET, *_FILED),
        ("diteruskan", "dicek", "dijawab"),
    ),
    "on paper alone": Way(
        ("petugas tidak-langsung-selesai", "petugas ajukan", *_AGREED, *_UNSEEN, *_REPORTED),
        (_FORM[0], "tanda-terima", _FORM[1], *_ANALYSED, *_FILED),
        ("diteruskan", "dikaji", "dijawab"),
    ),
}
INDIRECT = {
    "explained": Way(("petugas jelaskan",), ("kertas-pengaduan", "jawaban-langsung"), ("dijawab",)),
    "clear at once": Way(
        ("petugas lengkap", "petugas ajukan", *_AGREED, *_SEEN, *_REPORTED),
        (*_FORM, *_ANALYSED, *_MET, *_FILED),
        ("diteruskan", "dicek", "dijawab"),
    ),
    "asked to come": Way(
        ("petugas perlu-informasi", "petugas informasi-didapat", "petugas ajukan", *_AGREED, *_UNSEEN, *_REPORTED),
        ("kertas-pengaduan", "permintaan-informasi", "hasil-wawancara", _FORM[1], *_ANALYSED, *_FILED),
        ("jawaban-petugas", "diteruskan", "dikaji", "dijawab"),
    ),
    "not reached, closed": Way(
        (*_UNREACHED, "kepala-dinas tutup"),
        ("kertas-pengaduan", "permintaan-informasi", "permintaan-perbaikan"),
        ("jawaban-petugas", "ditutup"),
        "closed",
    ),
    "not reached, handled all the same": Way(
        (*_UNREACHED, "kepala-dinas tetap-tangani", *_AGREED, *_UNSEEN, *_REPORTED),
        ("kertas-pengaduan", "permintaan-informasi", "permintaan-perbaikan", *_ANALYSED, *_FILED),
        ("jawaban-petugas", "dikaji", "dijawab"),
    ),
}
MONITORED = ("petugas tangani-kembali", "kasi sampaikan-hasil")
FILES = {"denpasar-9.1": ("loket", DIRECT), "denpasar-9.2": ("kotak", INDIRECT)}
EVERY = [
    pytest.param(door, way, id=f"{id_} {name}") for id_, (door, ways) in FILES.items() for name, way in ways.items()
]


@pytest.mark.parametrize("id_", FILES)
def test_every_branch_is_walked(id_: str) -> None:
    """No action of a file is left out below."""
    _, ways = FILES[id_]
    assert untaken(id_, ways.values(), *MONITORED) == set()


@pytest.mark.parametrize(("door", "way"), EVERY)
async def test_every_way_comes_to_its_end(door: str, way: Way, bureau: OpenBureau) -> None:
    """Explained, met about or not, reached or not: papers in order, refused while they are missing."""
    desk = bureau("denpasar")
    number = await desk.opened(door)
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status


async def test_no_step_has_a_clock_and_the_whole_has_the_offices(bureau: OpenBureau) -> None:
    """The document gives no times; the promise is 14 working days, by Denpasar's own clock and hours."""
    desk = bureau("denpasar")
    number = await desk.opened("loket")
    assert await desk.promised(number) == "14/12 15.30"
    await desk.walks(number, DIRECT["on paper alone"].turns)
    assert set((await desk.due(number)).values()) == {""}


@pytest.mark.parametrize("id_", FILES)
async def test_who_asks_again_has_the_case_monitored(id_: str, bureau: OpenBureau) -> None:
    """9.1.11: BELUM leads to the monitoring; its result is told, or the case is handled once more from the form on."""
    door, ways = FILES[id_]
    desk = bureau("denpasar")
    number = await desk.opened(door)
    await desk.walks(number, ways["explained"].turns)
    await desk.says(number, settled=False)
    assert (await desk.steps(number))[-1] == "pantau"
    await desk.walks(number, ("petugas tangani-kembali", "petugas ajukan", *_AGREED, *_UNSEEN, *_REPORTED))
    assert await desk.status(number) == "answered"
    await desk.says(number, settled=False)
    await desk.walks(number, ("kasi sampaikan-hasil",))
    assert (await desk.papers(number))[-2:] == ["hasil-monitoring", "jawaban-hasil"]
    await desk.says(number, settled=True)
    assert await desk.status(number) == "closed"


async def test_who_answers_late_is_interviewed_after_all(bureau: OpenBureau) -> None:
    """9.2.2: while the reporter is asked for more the case waits where it is, days on end, and nothing is missed."""
    desk = bureau("denpasar")
    number = await desk.opened("surat")
    await desk.walks(number, ("petugas perlu-informasi",))
    desk.clock += timedelta(days=7)
    await desk.walks(number, ("petugas informasi-didapat",))
    assert (await desk.steps(number))[-1] == "tuangkan"
