"""Fits words to what a door can carry: which length, and whether choices are buttons or spelled out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.base import Abilities
from inbox.refused import Refused
from templates import Words


@dataclass(frozen=True, slots=True)
class Fitted:
    """What goes out. ``buttons`` are (value, label), empty where the text itself offers the choices."""

    text: str
    subject: str
    buttons: tuple[tuple[str, str], ...]


def fit(words: Words, abilities: Abilities, choices: Sequence[tuple[str, str]] = ()) -> Fitted:
    """The longest form that suits the door. Only officers' words can fail to fit: templates are proved to.

    Raises: Refused ``text-too-long``, with the most characters this door takes.
    """
    buttons = tuple(choices) if len(choices) <= abilities.buttons else ()
    forms = [words.long, words.short] if abilities.style == "long" else [words.short]
    texts = [form if buttons else _spelled(form, choices, words.menu) for form in forms]
    for text in texts:
        if not abilities.longest or len(text) <= abilities.longest:
            return Fitted(text, words.subject, buttons)
    raise Refused("text-too-long", field="text", longest=str(abilities.longest), length=str(len(texts[-1])))


def _spelled(text: str, choices: Sequence[tuple[str, str]], menu: int) -> str:
    """The text with its menu numbered under it, and the words to type that it does not name by itself."""
    numbered = [f"{number} = {label}" for number, (_, label) in enumerate(choices[:menu], 1)]
    words = choices[menu:]
    if not all(_names(text, value) for value, _ in words):
        numbered += [value if value.casefold() == label.casefold() else f"{value} = {label}" for value, label in words]
    return "\n".join([text, "", *numbered]) if numbered else text


def _names(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None
