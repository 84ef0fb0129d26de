"""Whether somebody wishes not to be named: RAHASIA or ANONIM before the words or alone, or a sentence that asks for it.

Recognition alone. The words stand in ``templates/clerk.yaml``; a wish counts wherever it is said, for it only ever
protects. "Rahasia umum" and its like are no wish.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.keywords import place_of
from bot.tokens import Token, tokens_of, visible
from bot.vocabulary import Vocabulary
from inbox.secrecy import OPEN, stricter

_LOOK, _BEFORE = 4000, 4
_SIGN = re.compile(r"[\s/#]*$")


class Wish(NamedTuple):
    """The level that is asked for (``inbox.secrecy``), and the text without the word that opens it.

    ``alone``: nothing else is said.
    """

    level: str
    text: str
    alone: bool = False


def wish(text: str, vocabulary: Vocabulary) -> Wish:
    """What is asked for; ``OPEN`` and the text as it is where nothing is."""
    plain = visible(text[:_LOOK])
    tokens = tokens_of(plain)
    place = _opening(tokens, vocabulary)
    level, said = _phrased(tokens, vocabulary)
    if place is not None:
        level, said = stricter(level, vocabulary.wishes[tokens[place].text]), said | {place}
    if level == OPEN:
        return Wish(OPEN, text)
    alone = all(n in said or token.text in vocabulary.polite for n, token in enumerate(tokens))
    return Wish(level, "" if alone else _without(plain, tokens, place) + text[_LOOK:], alone)


def _opening(tokens: Sequence[Token], vocabulary: Vocabulary) -> int | None:
    """Where the word stands that opens the message, behind a greeting at most."""
    for place, token in enumerate(tokens[:_BEFORE]):
        if token.text in vocabulary.wishes:
            follower = tokens[place + 1].text if len(tokens) > place + 1 else ""
            return None if follower in vocabulary.no_wish else place
        if token.text not in vocabulary.polite:
            return None
    return None


def _phrased(tokens: Sequence[Token], vocabulary: Vocabulary) -> tuple[str, set[int]]:
    """The strictest level that a phrase asks for, anywhere, and the places of its words."""
    words, level, said = [token.text for token in tokens], OPEN, set[int]()
    for asked, phrases in vocabulary.wish_phrases.items():
        for phrase in phrases:
            place = place_of(words, phrase) if phrase[0] in words else None
            if place is not None:
                level, said = stricter(level, asked), said | set(range(place, place + len(phrase)))
    return level, said


def _without(plain: str, tokens: Sequence[Token], place: int | None) -> str:
    if place is None:
        return plain
    token = tokens[place]
    before = _SIGN.sub("", plain[: token.start])
    return f"{before} {plain[token.end :].lstrip(' :,.;-#')}".strip()
