"""What stands on a paper, as data: ``fill`` reads ``papers/<name>.yaml`` and puts the case's values into it.

One description serves every form of the paper: the page on the screen, the PDF and the Word file are all drawn from
the ``Document`` that comes out. Each text of a description is filled by itself, so that nothing anybody wrote can
become a heading, a table or markup. Knows no ticket and draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined

from templates import FOLDER, filters
from templates.reading import read_yaml


class Blank(dict[str, Any]):
    """A mapping that reads as empty where it has nothing."""

    def __missing__(self, key: str) -> str:
        return ""


Document = Blank
_NO_PAPERS = frozenset({"forms", "emoji", "berkas"})
_PLAIN = ("layout", "hides", "box", "break", "nested", "open")


def names() -> frozenset[str]:
    """Every paper there is a description of."""
    found = (path.stem for path in (FOLDER / "papers").glob("[!_]*.yaml"))
    return frozenset(found) - _NO_PAPERS


def hides_reporter(name: str) -> bool:
    """Whether the paper leaves for other agencies, so that it may say nothing of who complained."""
    return bool(_description(name).get("hides"))


def fill(name: str, values: Mapping[str, Any]) -> Document:
    """The paper ``name`` filled: text, lists and mappings only, as JSON has them.

    Keys: layout (letter, form, book), title, and where the paper has them reference and facts as [label, text] pairs,
    to, blocks, signatures, cc. A block is a mapping whose first key says what it is. Raises where a value is missing.
    """
    description = _description(name)
    known = {"about": "", **values}
    known["about"] = _filled(description.get("about", ""), known)
    usual = {"layout": "form", "title": str(values.get("title", "")), "blocks": [], "signatures": [], "cc": []}
    return Blank({**usual, **_filled(description, known)})


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in str(text).splitlines() if line.strip()]


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, str):
        return _text(part)(**values)
    if isinstance(part, list):
        return [one for row in part for one in _each(row, values)]
    if isinstance(part, dict):
        return Blank({key: value if key in _PLAIN else _entry(key, value, values) for key, value in part.items()})
    return part


def _entry(key: str, value: Any, values: Mapping[str, Any]) -> Any:
    if key in {"facts", "reference"}:
        return [[_text(label)(**values), _text(text)(**values)] for label, text in value.items()]
    if key in {"lines", "list", "to", "cc"}:
        return lines(_text(value)(**values))
    if key == "photos":
        return _expression(value)(**values) or []
    return _filled(value, values)


def _each(row: Any, values: Mapping[str, Any]) -> Iterator[Any]:
    """A row of a list: left out unless its ``when`` holds, once for each of its ``each`` (``one``, the ``nth``)."""
    if not isinstance(row, dict):
        yield _filled(row, values)
        return
    rest = {key: value for key, value in row.items() if key not in {"when", "each"}}
    for nth, one in enumerate(_expression(row["each"])(**values) if "each" in row else [None], 1):
        known = {**values, "one": one, "nth": nth} if "each" in row else values
        if "when" not in row or _expression(row["when"])(**known):
            yield _filled(rest.get("row", rest), known)


@lru_cache(maxsize=1024)
def _text(source: str) -> Callable[..., str]:
    return _environment().from_string(source).render


@lru_cache(maxsize=256)
def _expression(source: str) -> Callable[..., Any]:
    return _environment().compile_expression(source)


@lru_cache
def _environment() -> Environment:
    environment = Environment(undefined=StrictUndefined)  # noqa: S701 - text; whatever draws it escapes it
    environment.filters.update(filters.FILTERS)
    return environment


@lru_cache
def _description(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(FOLDER / "papers" / f"{name}.yaml")
    common = loaded.pop("like", None)
    return {**_description(common), **loaded} if common else loaded
