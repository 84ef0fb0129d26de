"""The doors: the one place that imports an adapter, and only when an office has that door.

An adapter is a file of this folder that holds ``Settings``, ``Adapter`` and a ``parse`` that needs no settings; a name
with an underscore is a room of the adapter before it (``web_raw`` of ``web``; ``mail_...`` of ``email``; ``graph_...``
is shared by the three doors of Meta).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import BaseModel

from channels.base import Channel, Parsed

_SHARED = frozenset(
    {"__init__", "base", "values", "measures", "addresses", "text", "http", "handed", "guard", "forms", "filekinds"}
    | {"graph"}
)
# What the office's files say of every door, whatever its kind.
_COMMON = frozenset({"kind", "name", "rate"})


def kinds() -> frozenset[str]:
    """The kinds of door there are: the names of the adapter files."""
    names = {path.stem for path in Path(__file__).parent.glob("*.py")}
    return frozenset(name for name in names if "_" not in name) - _SHARED


def load(
    id: str,  # noqa: A002
    entry: Mapping[str, Any],
    *,
    secret: bytes,
    now: Callable[[], datetime],
    url: str = "",
) -> Channel:
    """The door of one entry in an office's file, ``{kind, ...settings}``.

    ``secret`` is the installation's key for what the door signs; ``now`` gives aware UTC datetimes; ``url`` is where
    the world reaches the installation, without a slash at its end; empty where it cannot.

    Raises: LookupError for a kind there is none of, pydantic.ValidationError for wrong settings.
    """
    adapter = _adapter(entry["kind"])
    chosen = settings(entry["kind"]).model_validate(own(entry))
    return cast("Channel", adapter.Adapter(id, chosen, secret=secret, now=now, url=url))


def own(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says for its adapter alone."""
    return {key: entry[key] for key in entry if key not in _COMMON}


def settings(kind: str) -> type[BaseModel]:
    """What an entry of that kind may say. Raises LookupError for a kind there is none of."""
    return cast("type[BaseModel]", _adapter(kind).Settings)


def reader(kind: str) -> Callable[[bytes], Parsed]:
    """What a door of that kind makes of a raw delivery without being configured. Raises LookupError."""
    return cast("Callable[[bytes], Parsed]", _adapter(kind).parse)


def _adapter(kind: str) -> ModuleType:
    if kind not in kinds():
        raise LookupError(kind)
    return import_module(f"channels.{kind}")
