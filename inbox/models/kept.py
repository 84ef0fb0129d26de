"""Columns whose texts may lie encrypted (``inbox.ciphering``): they are read as what they say, and a row that is
written again lies as it lay. Who is to be shown them is ``inbox.sealing``'s.
"""

from __future__ import annotations

import json
from typing import Any

from tortoise import fields
from tortoise.models import Model

from inbox import ciphering


class KeptCharField(fields.CharField[str]):
    """A text that may lie encrypted. Looked up by ``ciphering.forms``, or by what a row was read with."""

    def to_python_value(self, value: Any) -> Any:
        return ciphering.opened(value) if isinstance(value, str) else super().to_python_value(value)

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        return value.stored if isinstance(value, ciphering.Kept) else super().to_db_value(value, instance)


class KeptJSONField(fields.JSONField[dict[str, Any]]):
    """What was filled in, that may lie encrypted as one JSON text; without its key it is empty."""

    def to_python_value(self, value: Any) -> Any:
        kept = isinstance(value, str) and ciphering.is_kept(value)
        found = value if kept else super().to_python_value(value)
        if not isinstance(found, str):
            return found
        said = ciphering.opened(found)
        return {} if said == ciphering.SHUT else json.loads(said)


class KeptBinaryField(fields.BinaryField[bytes]):
    """What came, that may lie encrypted."""

    def to_python_value(self, value: Any) -> Any:
        found = super().to_python_value(value)
        return ciphering.opened_bytes(found) if isinstance(found, bytes) else found
