"""The doors at which an officer writes down what came in: they keep every door's promises and reach nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import channels
from channels.base import Outbound, State
from tests.channels.contract import DoorContract

HANDED = ("counter", "letter", "phone", "box", "radio", "social", "service")


class TestContract(DoorContract):
    """The counter, for all of them."""

    kind = "counter"


@pytest.mark.parametrize("kind", HANDED)
async def test_what_the_office_says_lies_on_the_status_page(kind: str) -> None:
    """Each is a door of its own kind, whose words need no sending: its citizens read them with number and code."""
    door = channels.load(f"blitar-{kind}", {"kind": kind}, secret=b"k", now=lambda: datetime.now(UTC))
    receipt = await door.send(Outbound(key="k1", recipient="w0123", text="Aduan diterima."))
    assert kind in channels.kinds()
    assert (door.abilities.scheme, receipt.state) == ("web", State.DELIVERED)
