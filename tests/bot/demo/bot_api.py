"""Holds a JSON value against Telegram's own description of its Bot API, where the reference data is at hand."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

DESCRIPTION = Path(__file__).parents[4] / "shared" / "reference" / "telegram_bot_api.json"
_PLAIN = {"Integer": int, "Float": (int, float), "String": str, "Boolean": bool, "True": bool}


@lru_cache
def description() -> dict[str, Any]:
    """The description; skips the test where it is absent."""
    if not DESCRIPTION.exists():
        pytest.skip("Telegram's API description (telegram_bot_api.json) is not on this machine")
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return found


def faults(value: Any, types: list[str], at: str = "") -> list[str]:
    """What in ``value`` is of none of ``types``, with the place where it stands."""
    found = [_faults(value, type_, at) for type_ in types]
    return [] if [] in found else found[0]


def parameters(method: str) -> dict[str, bool]:
    """A method's parameters by name, and whether each must be given."""
    return {one["name"]: one["required"] for one in description()["methods"][method].get("fields", ())}


def _faults(value: Any, type_: str, at: str) -> list[str]:
    if many := re.fullmatch(r"Array of (.+)", type_):
        if not isinstance(value, list):
            return [f"{at}: no list"]
        return [fault for n, one in enumerate(value) for fault in _faults(one, many[1], f"{at}[{n}]")]
    if plain := _PLAIN.get(type_):
        fits = isinstance(value, plain) and (type_ in {"Boolean", "True"} or not isinstance(value, bool))  # type: ignore[arg-type]
        return [] if fits else [f"{at}: {value!r} is no {type_}"]
    shape = description()["types"][type_]
    if "subtypes" in shape:
        return faults(value, shape["subtypes"], at)
    return _object(value, shape, at or type_)


def _object(value: Any, shape: dict[str, Any], at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: no object"]
    fields = {one["name"]: one for one in shape.get("fields", ())}
    found = [f"{at}: no {name}" for name, one in fields.items() if one["required"] and name not in value]
    found += [f"{at}: unknown {name}" for name in value if name not in fields]
    known = ((name, one) for name, one in value.items() if name in fields)
    return found + [fault for name, one in known for fault in faults(one, fields[name]["types"], f"{at}.{name}")]
