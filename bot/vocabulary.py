"""The words the clerk knows, read once from ``templates/clerk.yaml`` into sets that are quick to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from templates import FOLDER
from templates.reading import read_yaml

_DOUBLED = re.compile(r"([^\W\d_])\1+")


@dataclass(frozen=True)
class Vocabulary:
    """Folded words (``fold``) by what they are for. ``polite`` are those that carry no complaint,
    ``courteous`` these and words of praise.

    ``long_keywords`` are those long enough to forgive a letter; ``known`` every word that means something here.
    """

    keywords: Mapping[str, str]
    long_keywords: tuple[tuple[str, str], ...]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    new: tuple[tuple[str, ...], ...]
    still: frozenset[str]
    form: frozenset[str]
    not_followed_by: Mapping[str, frozenset[str]]
    because: frozenset[str]
    fillers: frozenset[str]
    greetings: frozenset[str]
    greeting_phrases: tuple[tuple[str, ...], ...]
    nods: frozenset[str]
    thanks: frozenset[str]
    polite: frozenset[str]
    courteous: frozenset[str]
    endings: frozenset[str]
    status_questions: tuple[str, ...]
    questions: frozenset[str]
    rating: frozenset[str]
    digits: Mapping[str, int]
    spelt: frozenset[str]
    pick_words: frozenset[str]
    kind_words: frozenset[str]
    praise: frozenset[str]
    code_words: frozenset[str]
    contact_words: frozenset[str]
    introductions: frozenset[str]
    never_in_names: frozenset[str]
    closings: frozenset[str]
    plain_subjects: frozenset[str]
    wishes: Mapping[str, str]
    wish_phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    no_wish: frozenset[str]
    known: frozenset[str]
    wordless: str


@lru_cache(maxsize=16384)
def fold(word: str) -> str:
    """A word without case and doubled letters: "Haloo" and "halo" are one."""
    return _DOUBLED.sub(r"\1", word.casefold().replace("’", "'"))


@lru_cache
def vocabulary(path: Path = FOLDER / "clerk.yaml") -> Vocabulary:
    """The words of a file, by default the shipped one."""
    raw: dict[str, Any] = read_yaml(path)
    keywords = {word: name for name, words in raw["keywords"].items() for word in _words(words)}
    sets = {name: _words(raw[name]) for name in _SETS}
    spelt = {fold(word): value for word, value in raw["numbers"].items()}
    polite = sets["fillers"] | sets["greetings"] | sets["nods"] | sets["thanks"] | _words(raw["thanked"])
    return Vocabulary(
        keywords=keywords,
        long_keywords=tuple(pair for pair in keywords.items() if len(pair[0]) >= 5),
        phrases={name: _phrases(text) for name, text in raw["phrases"].items()},
        new=_phrases(raw["new"]),
        greeting_phrases=_phrases(raw["greeting_phrases"]),
        not_followed_by={name: _words(text) for name, text in raw["not_followed_by"].items()},
        endings=frozenset(word for word, name in keywords.items() if name == "selesai"),
        status_questions=tuple(" ".join(phrase) for phrase in _phrases(raw["status_questions"])),
        digits={str(value): value for value in spelt.values()} | spelt,
        spelt=frozenset(spelt),
        polite=polite,
        courteous=polite | sets["praise"],
        wishes={word: level for level, words in raw["wishes"].items() for word in _words(words)},
        wish_phrases={level: _phrases(text) for level, text in raw["wish_phrases"].items()},
        known=frozenset(keywords) | polite,
        wordless=raw["wordless"],
        **sets,
    )


_SETS = (
    "still",
    "form",
    "because",
    "fillers",
    "greetings",
    "nods",
    "thanks",
    "questions",
    "rating",
    "pick_words",
    "kind_words",
    "praise",
    "code_words",
    "contact_words",
    "introductions",
    "never_in_names",
    "closings",
    "plain_subjects",
    "no_wish",
)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_phrase(part.split()) for part in text.split(","))


def _phrase(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)
