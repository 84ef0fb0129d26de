"""A text as folded words with their places, and without what the eye cannot see."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from bot.vocabulary import fold

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD])


class Token(NamedTuple):
    """One folded word and where it stands in the text."""

    text: str
    start: int
    end: int


def visible(text: str) -> str:
    """``text`` with lookalike letters made plain and invisible marks taken out."""
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE))


@lru_cache(maxsize=32)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a text, in order. One message asks for the same ones several times."""
    return tuple(Token(fold(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text))
