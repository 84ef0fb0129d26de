"""What stands on an office's letters as data: its own head, and the agencies that it writes to."""

from __future__ import annotations

from config.procedure import ID, Model


class Agency(Model):
    """Who a complaint that is not ours can be handed on to, and how a citizen reaches them."""

    id: ID
    name: str
    contact: str = ""


class Letterhead(Model):
    """What stands at the top of the office's papers and pages."""

    lines: tuple[str, ...]
    address: str = ""
    phone: str = ""
    web: str = ""
    email: str = ""
