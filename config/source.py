"""YAML text as plain values, with the line that every key came from.

Owns what an office can get wrong before meaning begins: encoding, tabs, syntax, duplicate keys. YAML 1.1's surprises
are defused rather than explained: ``no``, ``on`` and ``16:00`` stay the words that were written, a number with a
leading zero stays text, and only ``true`` and ``false`` are truth values. Refuses anchors, aliases and tags: an
office's file says everything where it stands. Knows no schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from config.schema import Mistake

Loc = tuple[str | int, ...]

_MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 40
_MAP, _SEQ, _STR = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:str"
_SYNTAX = (
    ("found character '\\t'", "yaml-tab"),
    ("mapping values are not allowed", "yaml-colon"),
    ("could not find expected ':'", "yaml-colon"),
    ("while scanning a quoted scalar", "yaml-quote"),
    ("special characters are not allowed", "yaml-character"),
    ("unacceptable character", "yaml-character"),
    ("alias refused", "yaml-alias"),
    ("too deep", "yaml-deep"),
    ("but found", "yaml-indent"),
    ("but got", "yaml-indent"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read: ``data`` (mappings, lists and scalars), where each key stands, and what is wrong already.

    ``file`` is relative to the configuration's folder. ``data`` is None where nothing could be read. A place in it is
    a ``Loc``: keys and 0-based list positions, ``("steps", 0, "actions", 1, "to")``.
    """

    file: str
    data: Any = field(default=None, repr=False)
    lines: Mapping[Loc, int] = field(default_factory=dict, repr=False)
    mistakes: tuple[Mistake, ...] = ()

    def line(self, loc: Loc) -> int:
        """The line (from 1) of the innermost part of ``loc`` that the file has; 1 where it has none."""
        return self.lines.get(self.known(loc), 1)

    def known(self, loc: Loc) -> Loc:
        """``loc`` without the tail that the file does not have."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return loc

    def key(self, loc: Loc) -> str:
        """``loc`` as people read it: dotted, list items by their id where they have one, else counted from 1."""
        parts: list[str] = []
        here = self.data
        for part in loc:
            if isinstance(part, int) and not (isinstance(here, list) and 0 <= part < len(here)):
                break
            here = _inside(here, part)
            parts.append(_item_name(here, part) if isinstance(part, int) else part)
        return ".".join(parts)

    def mistake(self, code: str, loc: Loc = (), /, **values: object) -> Mistake:
        """A mistake at ``loc``, with the line it stands on."""
        words = {name: str(value) for name, value in values.items()}
        return Mistake(code=code, file=self.file, line=self.line(loc), key=self.key(loc), values=words)


def read_source(path: Path, file: str) -> Source:
    """Read one YAML file. Never raises: what is wrong stands in ``mistakes``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return _failed(file, 0, "file-unreadable", reason=error.strerror or type(error).__name__)
    if len(content) > _MAX_BYTES:
        return _failed(file, 0, "file-large", most=_MAX_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed(file, content[: error.start].count(b"\n") + 1, "file-encoding")
    return _parse(text, file)


def _parse(text: str, file: str) -> Source:
    try:
        root = _composed(text)
    except yaml.YAMLError as error:
        return _failed(file, _error_line(error, text), _error_code(error))
    if root is None:
        return _failed(file, 1, "file-empty")
    if not isinstance(root, yaml.MappingNode):
        return _failed(file, _line(root), "mapping-expected")
    walk = _Walk(file)
    data = walk.value(root, ())
    return Source(file, data, walk.lines, tuple(walk.mistakes))


def _composed(text: str) -> yaml.Node | None:
    """The file's nodes. Whatever libyaml stumbles over is read again by PyYAML's own reader, which tells more exactly;
    so is what has tabs in it, of which libyaml lets some pass.
    """
    if _Quick is not None and "\t" not in text:
        with suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=_Quick)
    return yaml.compose(text, Loader=_Loader)


def _failed(file: str, line: int, code: str, **values: object) -> Source:
    words = {name: str(value) for name, value in values.items()}
    return Source(file, mistakes=(Mistake(code=code, file=file, line=line, values=words),))


def _inside(here: Any, part: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    return here[part] if isinstance(here, list) and isinstance(part, int) else None


def _item_name(item: Any, place: int) -> str:
    named = isinstance(item, dict) and isinstance(item.get("id"), str)
    return str(item["id"]) if named else str(place + 1)


class _Composer(Composer):
    """Composes nodes without guessing types, and stops at an alias or at nesting no office's file has."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[attr-defined]
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="alias refused", problem_mark=mark)
        if self.depth > _MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="too deep", problem_mark=mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Loader(_Composer, yaml.BaseLoader):
    """Scanned by PyYAML itself."""

    def __init__(self, text: str) -> None:
        yaml.BaseLoader.__init__(self, text)


_Quick: Any = None
if yaml.__with_libyaml__:

    class _Scanned(_Composer, yaml.CBaseLoader):
        """Scanned by libyaml, four times as fast."""

        def __init__(self, text: str) -> None:
            yaml.CBaseLoader.__init__(self, text)
            Composer.__init__(self)

    _Quick = _Scanned


def _error_code(error: yaml.YAMLError) -> str:
    text = str(error)
    return next((code for phrase, code in _SYNTAX if phrase in text), "yaml-syntax")


def _error_line(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, yaml.MarkedYAMLError):
        opened = "while scanning a quoted scalar" in str(error)
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        return mark.line + 1 if mark else 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Walk:
    """Turns nodes into values, remembering lines and duplicate keys on the way."""

    def __init__(self, file: str) -> None:
        self.file, self.lines, self.mistakes = file, dict[Loc, int](), list[Mistake]()

    def value(self, node: yaml.Node, loc: Loc) -> Any:
        if node.tag not in {_MAP, _SEQ, _STR}:
            self.wrong("yaml-tag", node, loc, tag=node.tag)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.item(child, (*loc, place)) for place, child in enumerate(node.value)]
        return _scalar(node)

    def item(self, node: yaml.Node, loc: Loc) -> Any:
        self.lines[loc] = _line(node)
        return self.value(node, loc)

    def mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.wrong("key-unreadable", key, loc)
            elif name in values:
                self.wrong("key-duplicate", key, (*loc, name), first=self.lines[(*loc, name)])
            else:
                self.lines[(*loc, name)] = _line(key)
                values[name] = self.value(child, (*loc, name))
        return values

    def wrong(self, code: str, node: yaml.Node, loc: Loc, **values: object) -> None:
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)
        words = {name: str(value) for name, value in values.items()}
        self.mistakes.append(Mistake(code=code, file=self.file, line=_line(node), key=key, values=words))


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    if text in {"true", "True", "false", "False"}:
        return text.lower() == "true"
    if text in {"", "~", "null"}:
        return None
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    return _date(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
