"""Holds what a file says against its model, and turns each of pydantic's complaints into a mistake with a remedy.

Owns the mapping from pydantic's error types to our codes; the sentences are templates. Never puts an input's value
into a mistake unless it is a key or one of a closed set of words: a channel's entry may hold a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config import schema
from config.schema import Mistake
from config.source import Loc, Source

M = TypeVar("M", bound=BaseModel)

_CODES = {  # by the beginning of pydantic's error type
    "missing": "key-missing",
    "string_type": "text-expected",
    "string_too_short": "value-empty",
    "too_short": "value-empty",
    "string_too_long": "text-long",
    "literal_error": "choice-unknown",
    "enum": "choice-unknown",
    "bool_": "truth-expected",
    "date_": "date-unreadable",
    "int_": "number-expected",
    "greater_than": "number-outside",
    "less_than": "number-outside",
    "dict_type": "mapping-expected",
    "model_type": "mapping-expected",
    "list_type": "list-expected",
    "tuple_type": "list-expected",
}
_PATTERNS = {
    r"^[A-Z]{3}$": "code-malformed",
    r"^[a-z][a-z0-9_]{0,30}$": "kind-malformed",
    r"^[a-z0-9][a-z0-9.-]{0,47}$": "id-malformed",
    r"^https?://[^\s/@]+(?:/\S*)?$": "hook-url-malformed",
    # Of an office's single sign-on (config/single_sign_on.py).
    r"^(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?$": "issuer-malformed",
    r"^[A-Za-z_][A-Za-z0-9_.:/-]{0,60}$": "claim-malformed",
    r"^$|^[a-z0-9.-]+\.[a-z]{2,}$": "domain-malformed",
    # Of the doors' settings (channels/graph.py, whatsapp.py, twilio.py and others).
    r"^[0-9]{1,30}$": "meta-id-malformed",
    r"^[0-9]{0,30}$": "meta-id-malformed",
    r"^v[0-9]{1,3}\.[0-9]{1,2}$": "graph-version-malformed",
    r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$": "base-url-malformed",
    r"^https?://[^\s/?#]+(/[^\s?#]*[^\s?#/])?$": "base-url-malformed",
}


def shape(source: Source, model: type[M], data: Any = None, at: Loc = ()) -> tuple[M | None, tuple[Mistake, ...]]:
    """The model of ``data`` (default: all the file says), or None and what is wrong with it.

    ``at`` is where ``data`` stands in the file, if it is a part of it.
    """
    try:
        return model.model_validate(source.data if data is None else data), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = [_mistake(source, detail, at, tuple(model.model_fields)) for detail in details]
    first = {(one.line, one.key): one for one in reversed(found)}
    return None, tuple(reversed(first.values()))


def _mistake(source: Source, detail: ErrorDetails, at: Loc, keys: Sequence[str]) -> Mistake:
    loc, near = _loc(source, detail, at), _near(detail, keys)
    return source.mistake(_code(detail, near), loc, **_values(detail, loc, near))


def _loc(source: Source, detail: ErrorDetails, at: Loc) -> Loc:
    """Where it is, in the file's own terms: a missing key stays named though the file does not have it."""
    loc: Loc = (*at, *detail["loc"])
    known = source.known(loc)
    missing = detail["type"] == "missing" and len(loc) == len(known) + 1
    return loc if missing else known


def _code(detail: ErrorDetails, near: str) -> str:
    kind = detail["type"]
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(detail["ctx"]["pattern"], "value-unreadable")
    if kind == "extra_forbidden":
        return "key-misspelt" if near else "key-unknown"
    if detail["input"] is None:
        return "value-empty"
    return next((code for beginning, code in _CODES.items() if kind.startswith(beginning)), "value-unreadable")


def _values(detail: ErrorDetails, loc: Loc, near: str) -> dict[str, object]:
    context = detail.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    if detail["type"] == "extra_forbidden":
        return {"name": key, "near": near}
    if "expected" in context:
        choices = re.findall(r"'([^']*)'", str(context["expected"]))
        return {"name": detail["input"], "choices": ", ".join(choices)}
    limits = [f"{word} {context[name]}" for name, word in _LIMITS.items() if name in context]
    return {"name": key, "limit": ", ".join(limits)}


def _near(detail: ErrorDetails, keys: Sequence[str]) -> str:
    """The key that was probably meant, one of ``keys`` before any other; or nothing."""
    if detail["type"] != "extra_forbidden":
        return ""
    written = str(detail["loc"][-1])
    found = [*difflib.get_close_matches(written, keys, n=1), *difflib.get_close_matches(written, _KEYS, n=1)]
    return next(iter(found), "")


_LIMITS = {"gt": ">", "ge": "≥", "le": "≤", "max_length": "≤"}
_KEYS = tuple(
    sorted(
        {
            info.alias or name
            for model in vars(schema).values()
            if isinstance(model, type) and issubclass(model, BaseModel)
            for name, info in model.model_fields.items()
        }
    )
)
