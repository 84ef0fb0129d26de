"""What an office changes without code: its files, read and held against each other.

``load`` is for the running program: everything or ``Misconfigured``. ``read`` and ``check`` are for ``wadul check``,
which wants every mistake at once. Imports nothing of ours outside this folder; sentences for mistakes are templates.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from config.check import check as check_all
from config.reading import SHIPPED, in_order, read
from config.schema import Mistake, Offices

__all__ = ["SHIPPED", "Misconfigured", "Mistake", "Offices", "load", "read"]


class Misconfigured(Exception):
    """The configuration has mistakes; all of them are in ``mistakes``."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(", ".join(f"{one.file}:{one.line}: {one.key}: {one.code}" for one in mistakes))
        self.mistakes = mistakes


def load(folder: Path, *, environ: Mapping[str, str] | None = None, secrets: bool = True) -> Offices:
    """Read a configuration folder: ``worktime.yaml`` (else the one shipped), ``offices/<id>/office.yaml`` and ``sop/``.

    ``{env: NAME}`` anywhere in a channel's entry becomes that variable's value (``environ``: default the process's).
    With ``secrets=False`` a missing variable is no mistake.

    What is loaded is sound in itself; names of adapters and templates are ``check``'s.

    Raises: Misconfigured, with every mistake in every file.
    """
    offices, mistakes = read(folder, os.environ if environ is None else environ, secrets=secrets)
    mistakes = in_order((*mistakes, *check_all(offices)))
    if mistakes:
        raise Misconfigured(mistakes)
    return offices
