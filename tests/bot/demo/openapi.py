"""Holds a JSON value against a platform's own OpenAPI description, where the reference data is at hand."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "reference"


@lru_cache
def description(name: str) -> dict[str, Any]:
    """The description of that file name as JSON Schema reads it; skips the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine")
    found: dict[str, Any] = _plain(json.loads(path.read_text("utf-8")))
    return found


def faults(name: str, schema: str, value: Any) -> list[str]:
    """What is wrong with ``value`` as that schema of the description's components."""
    whole = description(name)
    validator = jsonschema_rs.Draft7Validator({"$ref": f"#/components/schemas/{schema}", **whole})
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(value)]


def _plain(node: Any) -> Any:
    """OpenAPI 3.0 says nullable where JSON Schema has a type; "object" beside allOf is the generator's own mistake."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(value) for key, value in node.items()}
    if "allOf" in plain and plain.get("type") in {"object", "string"} and "properties" not in plain:
        del plain["type"]
    if plain.get("nullable") is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain
