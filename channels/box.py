"""The suggestion box: an officer writes down what came in. See ``channels.handed``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from channels import handed
from channels.handed import Adapter, parse

__all__ = ["Adapter", "Settings", "parse"]


class Settings(handed.Settings):
    """``opened_every_days``: how often the box is to be opened; officers are reminded. None: nobody is."""

    opened_every_days: Annotated[int, Field(ge=1, le=366)] | None = None
