"""Proves an office's own messages before anybody is told them: they can be read, and name only what there is.

What a message may be filled with is what the common ones are filled with, and the few values that no common one needs.
Renders nothing and says nothing in words: each flaw is a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta
from jinja2.nodes import Template

from templates import FOLDER, messages

_ONLY_OWN = frozenset({"week", "due_at"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a file of the office's own.

    ``code`` is message-own-broken (``detail``: what the reader says), message-own-value (a value there is none of) or
    message-own-part (a part to include that does not exist). ``line`` counts from 1; 0 where it is not known.
    """

    file: str
    line: int
    code: str
    detail: str


def flaws(folder: Path) -> Iterator[Flaw]:
    """Everything wrong with the messages and parts in ``folder``, file by file."""
    environment = messages(folder)
    for path in sorted(one for one in folder.iterdir() if one.is_file()):
        text = path.read_text("utf-8", "replace")
        try:
            tree = environment.parse(text, path.name)
            values = meta.find_undeclared_variables(tree)
        except TemplateSyntaxError as error:
            yield Flaw(path.name, error.lineno, "message-own-broken", error.message or "")
        else:
            yield from _unknown(path.name, text, values)
            yield from _parts(environment, path.name, text, tree)


def known_values() -> frozenset[str]:
    """What a message may be filled with."""
    return _common_values() | _ONLY_OWN


def _unknown(name: str, text: str, values: set[str]) -> Iterator[Flaw]:
    for value in sorted(values - known_values()):
        yield Flaw(name, _line(text, value), "message-own-value", value)


def _parts(environment: Environment, name: str, text: str, tree: Template) -> Iterator[Flaw]:
    for part in meta.find_referenced_templates(tree):
        if part is not None and part not in environment.list_templates():
            yield Flaw(name, _line(text, part), "message-own-part", part)


def _line(text: str, word: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), 1) if word in line), 0)


@lru_cache
def _common_values() -> frozenset[str]:
    environment, found = messages(None), set[str]()
    for path in (FOLDER / "messages").iterdir():
        found |= meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
    return frozenset(found)
