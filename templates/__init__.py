"""Every word people read, and the one way to fill it: ``render`` for pages and papers, ``message`` for what the
clerk says, ``sentence`` for one line of trouble.

Pages are escaped; messages are plain text. A message file holds the blocks ``subject``, ``long``, ``short`` and,
where it offers answers, ``menu`` and ``choices`` ("VALUE = Label", one a line): where a door has no buttons a menu is
numbered, while a choice is a word to type. An office's own file of the same name, in its config folder, goes before
the common one, block by block; so do the parts that messages include (``sapaan``, ``kaki``).
Interface words are Indonesian in the source and translated by gettext catalogues read from ``locale/*.po``, sentences
by their codes in ``locale/*.yaml``.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    select_autoescape,
)
from jinja2.runtime import Context

from templates import filters, icons
from templates.folding import Translated
from templates.reading import read_yaml

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "id"
_COMMON = "common"


@dataclass(frozen=True, slots=True)
class Words:
    """One thing the clerk or the office says, in both lengths; ``subject`` only where a door has subjects.

    ``choices`` are the answers it offers, as (value, label). The first ``menu`` of them are numbered from 1 where there
    are no buttons; the others are words to type.
    """

    long: str
    short: str
    subject: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    menu: int = 0

    @classmethod
    def plain(cls, text: str, subject: str = "") -> Words:
        """An officer's own words: the same at any length."""
        return cls(text, text, subject)


def render(name: str, /, *, language: str = SOURCE_LANGUAGE, **values: Any) -> str:
    """HTML of ``<name>`` below this folder ("pages/list.html"). Raises where a value is missing."""
    return _pages(language).get_template(name).render(**values)


def message(name: str, /, *, folder: Path | None = None, **values: Any) -> Words:
    """The words of ``messages/<name>.txt``; each block of the office's own ``folder/<name>.txt`` goes before."""
    filling = _Filling(messages(folder), name, values)
    blocks = {block: filling.block(block) for block in ("subject", "long", "short")}
    menu, choices = (tuple(_choices(filling.block(block))) for block in ("menu", "choices"))
    return Words(**blocks, choices=(*menu, *choices), menu=len(menu))


def names(folder: str, suffix: str) -> frozenset[str]:
    """The names that exist in a folder of ours, without suffix: what ``wadul check`` holds the files against."""
    return frozenset(path.name.removesuffix(suffix) for path in (FOLDER / folder).glob(f"*{suffix}"))


def sentence(code: str, values: Mapping[str, str] | None = None, language: str = SOURCE_LANGUAGE) -> str:
    """The sentence of a reason, mistake or journal line, filled; an unknown code comes back as itself.

    What ``locale/<language>.yaml`` does not have is said in Indonesian. A right is said in words (``right-<right>``).
    """
    translated = _translated(language)
    text = translated["sentences"].get(code) or _sentences().get(code)
    known = {name: _worded(str(value), translated["words"]) for name, value in (values or {}).items()}
    if "right" in known:
        known["right"] = sentence(f"right-{known['right']}", None, language).removeprefix("right-")
    return text.format_map(_Blank(known)) if text else code


def _worded(value: str, words: Mapping[str, str]) -> str:
    """A value, or each of a list of them, by its name in the language where it has one."""
    return ", ".join(words.get(part, part) for part in value.split(", ")) if words else value


class _Blank(dict[str, str]):
    """A sentence never fails for want of a value."""

    def __missing__(self, key: str) -> str:
        return "?"


def _choices(block: str) -> Iterator[tuple[str, str]]:
    for line in block.splitlines():
        value, _, label = line.partition("=")
        if label:
            yield value.strip(), label.strip()


class _Filling:
    """The blocks of a message's files, the office's own before the common one, all filled with the same values."""

    def __init__(self, environment: Environment, name: str, values: dict[str, Any]) -> None:
        self._files = (environment.get_template(f"{name}.txt"), environment.get_template(f"{_COMMON}/{name}.txt"))
        self._values = values
        self._contexts: dict[Template, Context] = {}

    def block(self, name: str) -> str:
        """A block's text; empty where no file has it."""
        template = next((one for one in self._files if name in one.blocks), None)
        if template is None:
            return ""
        if template not in self._contexts:
            self._contexts[template] = template.new_context(self._values)
        return "".join(template.blocks[name](self._contexts[template])).strip()


@lru_cache
def _sentences() -> dict[str, str]:
    files = [FOLDER / f"{name}.yaml" for name in ("reasons", "mistakes", "journal", "command", "privacy")]
    texts = [read_yaml(file) or {} for file in files if file.is_file()]
    return {code: sentence for text in texts for code, sentence in text.items()}


@lru_cache
def _translated(language: str) -> dict[str, dict[str, str]]:
    source = FOLDER / "locale" / f"{language}.yaml"
    empty: dict[str, dict[str, str]] = {"sentences": {}, "words": {}}
    return empty | (read_yaml(source) if source.is_file() else {})


@lru_cache
def messages(folder: Path | None) -> Environment:
    """Where message files are found: an office's own ``folder`` before the common ones."""
    common = FileSystemLoader(FOLDER / "messages")
    own = [FileSystemLoader(folder)] if folder else []
    environment = Environment(  # noqa: S701 - plain text for phones and mail, where &amp; would be wrong
        loader=ChoiceLoader([*own, common, PrefixLoader({_COMMON: common})]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # read once: no file is looked at while a message is taken
    )
    environment.filters.update(filters.FILTERS)
    return environment


@lru_cache
def _pages(language: str) -> Environment:
    environment = Translated(
        _catalogue(language),
        icons.beside_words,
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html", "svg"]),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = _translated(language)["words"]
    # What a form asks, which stands in data (``papers/forms.yaml``).
    environment.filters.update(filters.FILTERS, icon=icons.beside_words, worded=lambda text: words.get(text, text))
    environment.globals.update(lucide=icons.icon, language=language, sentence=partial(sentence, language=language))
    return environment


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    source = FOLDER / "locale" / f"{language}.po"
    if not source.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
