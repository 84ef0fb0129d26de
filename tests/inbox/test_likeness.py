"""Which complaints look alike, and which do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.likeness import Complaint, alike
from tests.inbox.house import at

NOW = at("2026-11-23 09:15")
RUKO = "Ada bangunan ruko tanpa izin di jalan Merdeka, sudah tiga lantai"
OTHERS = (
    "Izin usaha saya sudah dua minggu belum terbit",
    "Bagaimana cara mengurus izin mendirikan bangunan untuk rumah tinggal?",
    "Tempat karaoke di jalan Anggrek buka sampai pagi, mohon dicek izinnya",
    "Reklame besar di perempatan Herlingga hampir roboh",
    "Petugas loket marah-marah waktu saya bertanya soal berkas",
    "Ada pabrik tahu membuang limbah ke sungai dekat sawah",
)


def complaint(id_: int, text: str, place: str = "", *, citizen: int = 0, days: float = 0, point: str = "") -> Complaint:
    north, _, east = point.partition(",")
    where = (float(north), float(east)) if point else None
    return Complaint(id_, citizen or id_, text, place, where, NOW + timedelta(days=days))


def among(first: Complaint, *candidates: Complaint) -> list[int]:
    """The ids of what looks like ``first``, among six complaints of other things."""
    others = [complaint(100 + place, text) for place, text in enumerate(OTHERS)]
    return [like.id for like in alike(first, [*others, *candidates])]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Bangunan ruko tiga lantai jl merdeka itu tidak ada izinnya", ""),
        ("mohon ditertibkan ruko di jln Merdeka tanpa ijin", "Jl. Merdeka"),
        ("RUKO JALAN MERDEKA DIBANGUN TANPA IZIN", ""),
    ],
)
def test_the_same_building_in_other_words_is_found(text: str, place: str) -> None:
    """Short forms, other order, other endings: the neighbours mean one building."""
    assert among(complaint(1, RUKO), complaint(2, text, place, days=1)) == [2]


@pytest.mark.parametrize("text", OTHERS)
def test_another_matter_is_not(text: str) -> None:
    """What shares no more than the everyday words of the office is nothing to look at."""
    others = [complaint(100 + place, other) for place, other in enumerate(OTHERS) if other != text]
    assert alike(complaint(1, text), [*others, complaint(2, RUKO)]) == ()


def test_the_same_place_says_much_and_another_month_says_no() -> None:
    """Two words and the place are enough; the same words half a year later are a new matter."""
    near = complaint(2, "ruko liar berdiri lagi", "Jl. Merdeka 12", days=1)
    assert among(complaint(1, RUKO, "Jalan Merdeka 12"), near) == [2]
    assert among(complaint(1, RUKO), complaint(2, RUKO, days=170)) == []


def test_points_on_the_map_are_a_place() -> None:
    """A stone's throw apart is the same place; across the town is not."""
    first = complaint(1, "Galian tanah liar", point="-8.0955,112.1609")
    near = complaint(2, "Ada galian tanah malam hari", point="-8.0957,112.1612")
    far = complaint(3, "Reklame tanpa izin", point="-8.0700,112.1700")
    assert among(first, near, far) == [2]


def test_it_says_why() -> None:
    """The reasons an officer reads: place, words with the telling ones, days, the same citizen."""
    first = complaint(1, RUKO, "Jl. Merdeka 12", citizen=7)
    (like,) = alike(first, [complaint(2, RUKO, "Jalan Merdeka 12", citizen=7, days=1)])
    assert like.why == ("place", "words", "days", "citizen")
    assert "ruko" in like.words
    assert "merdeka" not in like.words
    assert like.score > 0.95
