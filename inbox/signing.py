"""The hook for electronic signatures: who signs an issued PDF, where an office's file names somebody.

A provider is a class that a package offers under the entry point ``wadul.signatures``; ``signatures: NAME`` in
office.yaml chooses it by that name. It is made without arguments (what it needs to know it reads from its own
environment), gets the PDF as it was issued, and gives back the signed PDF. Where it fails the paper stays issued, its
PDF is not kept, and the next one who asks for the PDF has it signed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

_GROUP = "wadul.signatures"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed at the desk: name, title of the role ("Plt. Kepala Dinas"), login; and the paper's number."""

    name: str
    role: str
    login: str
    number: str


class Unsigned(Exception):
    """The provider did not sign. Its words are for the log alone."""


class Signer(Protocol):
    """A provider of electronic signatures."""

    async def sign(self, pdf: bytes, by: Signatory) -> bytes:
        """The signed PDF. Raises Unsigned."""
        ...


def known() -> Collection[str]:
    """The names of the providers that are installed."""
    return frozenset(one.name for one in entry_points(group=_GROUP))


def load(name: str) -> Signer:
    """The provider of that name. Raises KeyError where none is installed."""
    for one in entry_points(group=_GROUP):
        if one.name == name:
            signer: Signer = one.load()()
            return signer
    raise KeyError(name)
