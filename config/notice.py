"""What a door says instead of the clerk's own news once its platform shuts the window, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.procedure import Model


class DoorNotice(Model):
    """A message template that the platform approved, and what stands in its variables, in their order.

    ``number``: the ticket's; ``name``: the citizen's; ``status``: where it stands, in words; ``url``: the status page;
    ``office``: the office's name.
    """

    template: Annotated[str, Field(min_length=1, max_length=512)]
    language: Annotated[str, Field(min_length=1, max_length=20)] = "id"
    values: Annotated[tuple[Literal["number", "name", "status", "url", "office"], ...], Field(max_length=40)] = ()
