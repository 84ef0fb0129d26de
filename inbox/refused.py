"""What a command answers when it does nothing: a value with a code, the field at fault, and what the sentence needs.

The sentences stand in ``templates/reasons.yaml`` under the code.
"""

from __future__ import annotations


class Refused(Exception):
    """The command was not carried out. ``code`` is kebab-case; ``field`` names the form field at fault, if one is."""

    def __init__(self, code: str, *, field: str = "", **values: str) -> None:
        super().__init__(code)
        self.code, self.field, self.values = code, field, values


class Forbidden(Refused):
    """The officer has not the right."""


class Stale(Refused):
    """Somebody changed the ticket since the officer saw it."""


class Missing(Refused):
    """There is no such thing, or the officer may not know that there is."""
