"""Finds which of an office's kinds a citizen means: by a message's first words, or as the answer to our question.

Pure. The words are the office's own: a kind's name and id, and what its file lists under ``opens``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.keywords import place_of
from bot.tokens import tokens_of, visible
from bot.vocabulary import Vocabulary, fold
from config.schema import KindOfTicket

_LOOK = 400
_MOST_BEFORE, _MOST_WORDS = 8, 8
Phrase = tuple[str, ...]


def opening(text: str, kinds: tuple[KindOfTicket, ...], vocabulary: Vocabulary) -> str:
    """The kind that a complaint says it is in its first words ("Mau tanya, ..."); empty where it does not."""
    words = _words(text)
    for place, word in enumerate(words[:_MOST_BEFORE]):
        found = next((id_ for id_, phrase in _phrases(kinds) if _stands(words, place, phrase)), "")
        if found or not (word in vocabulary.fillers or word in vocabulary.greetings):
            return found
    return ""


def meant(text: str, kinds: tuple[KindOfTicket, ...], vocabulary: Vocabulary) -> str:
    """The kind that a short answer names, with nothing else of meaning in it; empty where it names none or several."""
    words = _words(text)
    if not 0 < len(words) <= _MOST_WORDS:
        return ""
    named = [(id_, phrase) for id_, phrase in _phrases(kinds) if place_of(words, phrase) is not None]
    alone = any(_alone(words, phrase, vocabulary) for _, phrase in named)
    return named[0][0] if alone and len({id_ for id_, _ in named}) == 1 else ""


def _alone(words: Sequence[str], phrase: Phrase, vocabulary: Vocabulary) -> bool:
    place = place_of(words, phrase) or 0
    others = (*words[:place], *words[place + len(phrase) :])
    return all(word in vocabulary.polite or word in vocabulary.kind_words for word in others)


def _stands(words: Sequence[str], place: int, phrase: Phrase) -> bool:
    return tuple(words[place : place + len(phrase)]) == phrase


def _words(text: str) -> list[str]:
    return [token.text for token in tokens_of(visible(text[:_LOOK]))]


@lru_cache(maxsize=64)
def _phrases(kinds: tuple[KindOfTicket, ...]) -> tuple[tuple[str, Phrase], ...]:
    """Each kind's words, folded, the longer phrases first."""
    pairs = {(kind.id, phrase) for kind in kinds for phrase in _of(kind) if phrase}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[1]), pair)))


def _of(kind: KindOfTicket) -> Iterator[Phrase]:
    for words in (kind.id, kind.name, *kind.opens):
        yield tuple(fold(token.text) for token in tokens_of(words))
