"""Whether two complaints might be about the same thing: a pure reckoning of their words, their place and their days.

A hint for an officer, no more. Words weigh by how rare they are among the complaints compared, so that what everybody
writes ("izin") says little; of a word its stem counts, roughly, because Indonesian changes both its ends. A street that
only the text names is a place, too, and what names the place is not counted again as a word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain

DAYS = 14
_ENOUGH = 0.55
_STEM = 6
_NEAR_METRES = 150
# A place that more complaints than that name is the town.
_USUAL = 12
_WORD = re.compile(r"[^\W_]{2,}")
_SHORT = {
    "jl": "jalan",
    "jln": "jalan",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "ds": "desa",
    "gg": "gang",
    "ijin": "izin",
}
_AFTER = re.compile(r"(?<=[^\W_]{4})(?:nya|kan|an|i)$")
_STREET = re.compile(r"\b(?:jl|jln|jalan|gang|gg|desa|dusun|pasar)\b[.\s]*(?:raya\s+)?([^\W\d_]{3,})")
# What a complaint says whatever it is about.
_SAID = """ada adalah agar akan apa atau bagi bapak belum bisa bu dan dari dekat dengan desa di ibu ini itu jalan jangan
    juga kami kantor karena kasih ke kecamatan kelurahan lagi lalu mohon oleh pada pak saja sampai sangat saya
    sebelah selain seperti sudah tanpa tapi telah terima tidak tolong untuk waktu warga yang"""
_EVERYDAY = frozenset(re.findall(r"\w+", _SAID))
_BEFORE = re.compile(r"^(?:me(?:ng|ny|m|n)?|di|ber|ter|pe(?:ng|ny|m|n)?)(?=[^\W_]{4})")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is compared: ``text`` is what it says, ``place`` where it is about, ``point`` latitude and longitude."""

    id: int
    citizen_id: int
    text: str
    place: str
    point: tuple[float, float] | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two complaints are, from 0 to 1, and why (place, words, days, citizen), with ``words`` they share."""

    id: int
    score: float
    why: tuple[str, ...]
    words: tuple[str, ...]


def alike(one: Complaint, others: Sequence[Complaint], most: int = 3) -> tuple[Likeness, ...]:
    """Those of ``others`` that might be about the same thing, the likeliest first."""
    rarity = _rarity([one, *others])
    weights = {stem: _rare(many) for stem, many in rarity.items()}
    usual = frozenset(stem for stem, many in rarity.items() if many > _USUAL)
    found = (_compare(one, other, weights, usual) for other in others if other.id != one.id)
    ranked = sorted((like for like in found if like and like.score >= _ENOUGH), key=lambda like: -like.score)
    return tuple(_told(one, like, rarity) for like in ranked[:most])


@dataclass(frozen=True, slots=True)
class _Alike:
    """How alike, in parts, and the stems that both have."""

    id: int
    score: float
    parts: tuple[float, ...]
    shared: frozenset[str]


def _compare(one: Complaint, other: Complaint, weights: Mapping[str, float], usual: frozenset[str]) -> _Alike | None:
    """None where the days are too far apart, or neither words nor place agree."""
    apart = abs((one.opened_at - other.opened_at).total_seconds()) / 86_400
    here = (_place(one) & _place(other)) - usual
    own, others = _all(one) - here, _all(other) - here
    shared, same_place = own & others, bool(here) or _near(one, other)
    if apart > DAYS or not shared or (len(shared) < 3 and not same_place):
        return None
    words = 0.6 * _overlap(own, others, shared, weights)
    days, same = 0.1 * (1 - apart / DAYS), one.citizen_id == other.citizen_id
    parts = (0.3 if same_place else 0.0, words, days, 0.15 if same else 0.0)
    return _Alike(other.id, min(1.0, sum(parts)), parts, shared)


def _told(one: Complaint, like: _Alike, rarity: Counter[str]) -> Likeness:
    """Why, in words that people read: only the few that are shown are asked."""
    why = tuple(name for (name, least), part in zip(_LEAST.items(), like.parts, strict=True) if part >= least)
    telling = sorted((stem for stem in like.shared if len(stem) > 2), key=lambda stem: (rarity[stem], stem))
    said = tokens(_whole(one))
    return Likeness(like.id, like.score, why, tuple(said[stem] for stem in telling[:4]))


_LEAST = {"place": 0.3, "words": 0.2, "days": 0.08, "citizen": 0.15}


@lru_cache(maxsize=4096)
def tokens(text: str) -> Mapping[str, str]:
    """The words of a text, by what is left of each when its ends are cut."""
    words = (_SHORT.get(word, word) for word in _WORD.findall(text.casefold()))
    return {_stem(word): word for word in words if word not in _EVERYDAY}


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return _AFTER.sub("", _BEFORE.sub("", word))[:_STEM]


def _whole(one: Complaint) -> str:
    return f"{one.text} {one.place}"


def _all(one: Complaint) -> frozenset[str]:
    return _stems(_whole(one))


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


def _rarity(complaints: Iterable[Complaint]) -> Counter[str]:
    """In how many of the complaints each word stands."""
    return Counter(chain.from_iterable(map(_all, complaints)))


def _overlap(one: frozenset[str], other: frozenset[str], shared: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much of the shorter one's weight the two share."""
    weight = weights.__getitem__
    least = min(sum(map(weight, one)), sum(map(weight, other)))
    return sum(map(weight, shared)) / least if least else 0.0


@lru_cache(maxsize=1024)
def _rare(many: int) -> float:
    """What a word weighs that so many complaints have."""
    return 1 / math.log2(1 + max(1, many))


def _place(one: Complaint) -> frozenset[str]:
    return _named(one.place, one.text)


@lru_cache(maxsize=4096)
def _named(place: str, text: str) -> frozenset[str]:
    """What names the place: its own words but for numbers, and the streets in the text."""
    streets = _STREET.findall(text.casefold())
    return frozenset(stem for stem in tokens(f"{place} {' '.join(streets)}") if not stem.isdigit())


def _near(one: Complaint, other: Complaint) -> bool:
    """Within a stone's throw of each other."""
    if one.point is None or other.point is None:
        return False
    return _metres(one.point, other.point) <= _NEAR_METRES


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two near points; good enough for a town."""
    north = (one[0] - other[0]) * 111_320
    east = (one[1] - other[1]) * 111_320 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)
