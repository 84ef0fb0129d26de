"""Breaking words into the lines of a drawing's cell, where nothing else measures them.

Widths are estimates for a plain sans serif at the drawing's size: a little too wide rather than too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable

_NARROW, _WIDE = frozenset("iljtf.,:;'|!()[]/- "), frozenset("mwMW@%")


def width(text: str, size: float = 12) -> float:
    """About how wide a text is, in the unit of ``size``, the height of its letters."""
    return size * sum(_letter(letter) for letter in text)


def wrapped(text: str, room: float, size: float = 12) -> tuple[str, ...]:
    """The text in lines no wider than ``room``; a word that is wider by itself is cut."""
    lines = [""]
    for word in _fitting(text.split(), room, size):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(line for line in lines if line)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.37
    if letter in _WIDE:
        return 0.97
    return 0.74 if letter.isupper() else 0.63 if letter.isascii() else 1.0


def _fitting(words: Iterable[str], room: float, size: float) -> Iterable[str]:
    for word in words:
        rest = word
        while width(rest, size) > room and len(rest) > 1:
            cut = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or width(rest[:n], size) <= room)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest
