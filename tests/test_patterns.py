"""No pattern of the program can be made to work for long: each is fed worst cases made of its own repetitions."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import bot
import channels
import config
import inbox
import templates

# Tried in this order, so that what doubles with each letter is seen before it takes a minute.
LENGTHS = (16, 20, 24, 28)
# Of this thread's processor: a thousand times what any pattern needs that does not try every division.
MOST_SECONDS = 0.1
FEW = 40
# What stands behind the pumped text so that the pattern fails there: nothing, and what few patterns take.
ENDS = ("", "\x00", "\n\x00!", "~")


def modules() -> Iterator[ModuleType]:
    """Every module of ours, but those that are programs."""
    for package in (bot, channels, config, inbox, templates):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and ".migrations." not in found.name:
                yield importlib.import_module(found.name)


def patterns_in(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    """The compiled patterns that a module's value is or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for part in value.values():
            yield from patterns_in(part, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from patterns_in(part, depth - 1)


def patterns() -> dict[str, re.Pattern[Any]]:
    """By where they stand: each pattern once."""
    found: dict[re.Pattern[Any], str] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(patterns_in(value)):
                found.setdefault(pattern, f"{module.__name__}.{name}.{number}")
    return {where: pattern for pattern, where in found.items()}


def sample(parsed: Iterable[tuple[Any, Any]], groups: dict[int, str]) -> str:
    """A text that a parsed pattern takes, or nearly."""
    return "".join(_of(op, value, groups) for op, value in parsed)


def _of(op: Any, value: Any, groups: dict[int, str]) -> str:
    if op is sre.LITERAL:
        return chr(value)
    if op is sre.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if op is sre.ANY:
        return "a"
    if op is sre.IN:
        return _one_of(value)
    if op is sre.BRANCH:
        return sample(value[1][0], groups)
    if op is sre.SUBPATTERN:
        text = sample(value[3], groups)
        if value[0] is not None:
            groups[value[0]] = text
        return text
    if op in REPEATS:
        return sample(value[2], groups) * min(max(value[0], 1), FEW)
    if op is sre.ATOMIC_GROUP:
        return sample(value, groups)
    if op is sre.GROUPREF:
        return groups.get(value, "")
    return ""


REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
CHOICES = "a1 .-:,;/@<>\t\n(\"'=+_AZ09%~\u3164\u2014\u200b"


def _one_of(parts: list[tuple[Any, Any]]) -> str:
    spelled = re.compile(_class(parts))
    return next((char for char in CHOICES if spelled.fullmatch(char)), None) or next(
        (chr(number) for number in range(0x11000) if spelled.fullmatch(chr(number))), ""
    )


def _class(parts: list[tuple[Any, Any]]) -> str:
    names = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s"}
    names |= {sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W"}
    written = ""
    for op, value in parts:
        if op is sre.NEGATE:
            written += "^"
        elif op is sre.LITERAL:
            written += f"\\U{value:08x}"
        elif op is sre.RANGE:
            written += f"\\U{value[0]:08x}-\\U{value[1]:08x}"
        elif op is sre.CATEGORY:
            written += names[value]
    return f"[{written}]"


def pumps(parsed: Any, letters: str, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and what it repeats: one pair a repetition and a way into it."""
    groups: dict[int, str] = {}
    for op, value in parsed:
        if op in REPEATS:
            if value[1] > FEW:
                yield from ((before, body) for body in _bodies(value[2], letters))
            yield from pumps(value[2], letters, before)
        elif op is sre.BRANCH:
            for branch in value[1]:
                yield from pumps(branch, letters, before)
        elif op is sre.SUBPATTERN:
            yield from pumps(value[3], letters, before)
        elif op is sre.ATOMIC_GROUP:
            yield from pumps(value, letters, before)
        before += _of(op, value, groups)


def _bodies(parsed: Any, letters: str) -> Iterator[str]:
    """What a repetition's body takes: as it is sampled, and single letters of a class in it."""
    yield sample(parsed, {})
    for op, value in parsed:
        if op is sre.IN:
            spelled = re.compile(_class(value))
            yield from (char for char in letters if spelled.fullmatch(char))
        elif op is sre.NOT_LITERAL:
            yield from (char for char in letters if char != chr(value))
        elif op is sre.BRANCH:
            yield from (sample(branch, {}) for branch in value[1])


def explodes(pattern: re.Pattern[Any]) -> str:
    """The text that a pattern tries every division of, or "". A few letters more double that work each."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    # The marks that a pattern names are what its repetitions may take from each other.
    letters = "".join(dict.fromkeys(" a1-\n" + re.sub(r"[\w\s\\]", "", source)))
    found = dict.fromkeys(pumps(parser.parse(source, pattern.flags), letters))
    for length, (before, body), end in itertools.product(LENGTHS, found, ENDS):
        text = before + body * (length // max(len(body), 1)) + end
        given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
        begun = time.thread_time()
        pattern.search(given)
        if time.thread_time() - begun > MOST_SECONDS:
            return text
    return ""


def test_no_pattern_explodes() -> None:
    """Thirty letters are microseconds of work for each; where repetitions lie in each other it would be minutes."""
    found = patterns()
    assert len(found) > 150
    assert {where: text for where, pattern in found.items() if (text := explodes(pattern))} == {}


@pytest.mark.parametrize("written", [r"(?:a+)+b", r"(?:>[^\n]*\n?)+\s*\Z", r"(a|a)+$", r"\d(?:\w+\s?)+:"])
def test_one_that_does_is_seen(written: str) -> None:
    """Four shapes that go back without end."""
    assert explodes(re.compile(written))
