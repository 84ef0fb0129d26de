"""Finds a rating, 1 to 5: a figure or its word by itself or with praise, stars, a figure set off from what follows."""

from __future__ import annotations

import re

from bot.tokens import tokens_of
from bot.vocabulary import Vocabulary

_STAR = "⭐★🌟"
_STARS = re.compile(rf"[{_STAR}\s\ufe0f]+")
_OUT_OF_FIVE = re.compile(r"([1-5])\s*/\s*5(?!\w)")
_SET_OFF = re.compile(r"([1-5])\s*[,.!]")
_BEST, _MOST_WORDS, _MOST_LETTERS = 5, 15, 200


def rating(text: str, vocabulary: Vocabulary) -> tuple[int | None, bool]:
    """The rating, and whether the words can mean nothing else ("bintang 5"); (None, False) where there is none."""
    if text and _STARS.fullmatch(text):
        return min(5, sum(text.count(star) for star in _STAR)), True
    if len(text) > _MOST_LETTERS:
        return None, False
    words = [token.text for token in tokens_of(_OUT_OF_FIVE.sub(r"\1 ", text))]
    place = next((place for place, word in enumerate(words) if 0 < vocabulary.digits.get(word, 0) <= _BEST), None)
    if place is None or len(words) > _MOST_WORDS:
        return None, False
    value, others = vocabulary.digits[words[place]], [*words[:place], *words[place + 1 :]]
    called = any(word in vocabulary.rating for word in others)
    if words[0] in vocabulary.rating and place == 1:
        return value, True
    if _only_praise(others, vocabulary) and not (words[0] in vocabulary.spelt and others):
        return value, called
    return (value if _SET_OFF.match(text) else None), False


def _only_praise(words: list[str], vocabulary: Vocabulary) -> bool:
    return all(
        word in vocabulary.courteous or word in vocabulary.endings or word in vocabulary.rating for word in words
    )
