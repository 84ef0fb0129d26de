"""The three procedures of Mojokerto, by chat, at the office and from social media, through every branch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedures.conftest import OpenBureau
from tests.procedures.ways import Way, untaken

_ENTERED = ("petugas-fo teruskan",)
_FORMS = ("pengaduan-masyarakat", "buku-registrasi", "lembar-disposisi")
_DIRECTED = (*_ENTERED, "kepala-dinas arahkan", "kabid perintahkan")
_ASKED = (*_ENTERED, "kepala-dinas minta-pendapat", "kabid beri-resume")
_MET = ("kasi rapatkan", "tim-teknis sepakati", "kabid sampaikan-resume")
_ORDERED = ("kepala-dinas perintahkan-rapat", "kasi kirim-surat")
_MINUTES = ("undangan-rakor", "berita-acara", "resume-berita-acara")
_HEARD = ("diteruskan", "dikaji")

WRITTEN = {
    "directed, written": Way(
        (*_DIRECTED, "kasi jawab-tertulis"),
        (*_FORMS, "disposisi-penyelesaian", "jawaban-tertulis"),
        (*_HEARD, "dijawab"),
    ),
    "asked, met": Way(
        (*_ASKED, *_MET, *_ORDERED),
        (*_FORMS, "resume", "disposisi-penyelesaian", *_MINUTES, "disposisi-rakor", "surat-jawaban"),
        (*_HEARD, "dirapatkan", "surat-jawaban"),
    ),
}
SOCIAL = {
    "asked, answered": Way(
        (*_ASKED, "kasi jawab-langsung"),
        (*_FORMS, "resume", "disposisi-penyelesaian", "disposisi-arahan", "jawaban-tertulis"),
        (*_HEARD, "dijawab"),
    ),
    "directed, met": Way(
        (
            *_DIRECTED,
            *_MET,
            "kepala-dinas beri-disposisi",
            "kepala-dinas perintahkan-rakor",
            "kabid kirim-surat",
        ),
        (
            *_FORMS,
            "disposisi-penyelesaian",
            *_MINUTES,
            "disposisi-kepala-dinas",
            "disposisi-kepala-bidang",
            "surat-jawaban",
        ),
        (*_HEARD, "dirapatkan", "surat-jawaban"),
    ),
}
# At the office a receipt is handed over with the entry in the book.
PERSON = {
    name: replace(way, papers=(*way.papers[:2], "tanda-terima", *way.papers[2:])) for name, way in WRITTEN.items()
}
FILES = {"mojokerto-48": ("web", WRITTEN), "mojokerto-49": ("kantor", PERSON), "mojokerto-50": ("medsos", SOCIAL)}
EVERY = [
    pytest.param(door, way, id=f"{id_} {name}") for id_, (door, ways) in FILES.items() for name, way in ways.items()
]


@pytest.mark.parametrize("id_", FILES)
def test_every_branch_is_walked(id_: str) -> None:
    """No action of a file is left out below."""
    _, ways = FILES[id_]
    assert untaken(id_, ways.values()) == set()


@pytest.mark.parametrize(("door", "way"), EVERY)
async def test_every_way_ends_in_an_answer(door: str, way: Way, bureau: OpenBureau) -> None:
    """In writing or by way of the coordination meeting; papers in order, refused while they are missing."""
    desk = bureau("mojokerto")
    number = await desk.opened(door)
    await desk.walks(number, way.turns)
    assert await desk.papers(number) == list(way.papers)
    assert await desk.heard(number) == list(way.heard)
    assert await desk.status(number) == way.status
    letters = [paper for paper in way.papers if paper in {"undangan-rakor", "surat-jawaban"}]
    lines = [("agenda-surat-keluar", place) for place, _ in enumerate(letters, 1)]
    assert await desk.entries(number) == [("registrasi-pengaduan", 1), *lines]
    assert await desk.numbers(number) == [f"{place:03}/417.514/11/2026" for place, _ in enumerate(letters, 1)]


async def test_the_ten_rows_of_social_media_have_their_times(bureau: OpenBureau) -> None:
    """30, 30 and 60 minutes, a day, a day, 180, 30, 60, 60 and 180 minutes; the citizen's own row has no clock."""
    desk = bureau("mojokerto")
    number = await desk.opened("medsos")
    await desk.walks(number, SOCIAL["directed, met"].turns)
    due = await desk.due(number)
    assert due == {
        "sampaikan": "",
        "daftarkan": "24/11 08.30",
        "disposisi": "24/11 09.05",
        "telaah": "25/11 15.30",
        "jawab": "25/11 15.30",
        "rapat": "24/11 11.20",
        "resume-rapat": "24/11 08.55",
        "pelajari": "24/11 09.30",
        "perintah": "24/11 09.35",
        "surat": "24/11 11.40",
        "selesai": "",
    }


async def test_the_team_sees_only_what_it_meets_about(bureau: OpenBureau) -> None:
    """Tim Teknis comes in with row 6, and what it settles goes to the Kabid."""
    desk = bureau("mojokerto")
    number = await desk.opened("medsos")
    await desk.walks(number, SOCIAL["directed, met"].turns[:4])
    team = await desk.officer("tim-teknis")
    assert await desk.sees(team, number)
    other = await desk.opened("kantor")
    assert not await desk.sees(team, other)
