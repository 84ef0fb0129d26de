"""What an office may say of the recaps that go out by themselves."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.check import check
from config.schema import Office, Offices, RecapOrder
from tests.shipped import shipped

ORDER = RecapOrder(id="harian", every="daily", to=("kepala@example.go.id",))


def mistakes(office: Office, shipped: Offices) -> list[str]:
    """The codes that speak of recaps."""
    offices = Offices(shipped.folder, {office.id: office}, shipped.worktime, shipped.sources)
    return [one.code for one in check(offices) if "recaps" in one.key]


@pytest.mark.parametrize(
    ("orders", "mail", "found"),
    [
        ((ORDER,), True, []),
        ((ORDER, ORDER), True, ["id-duplicate"]),
        ((ORDER.model_copy(update={"through": "web"}),), True, ["recap-door-unknown"]),
        ((ORDER,), False, ["recap-no-door"]),
    ],
)
def test_recaps_are_checked(orders: tuple[RecapOrder, ...], mail: bool, found: list[str]) -> None:
    """Each has a name of its own and goes out through a mail door that the office has."""
    known = shipped()
    office = known.office("blitar")
    doors = {name: one for name, one in office.channels.items() if mail or one.kind != "email"}
    assert mistakes(office.model_copy(update={"recaps": orders, "channels": doors}), known) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "24.00"},
        {"at": "8.00"},
        {"to": ()},
        {"to": ("kepala",)},
        {"every": "weekly"},
        {"to": ("a@b.id\nBcc: c@d.id",)},
    ],
)
def test_what_no_recap_can_be(wrong: dict[str, object]) -> None:
    """An hour that is none, nobody to send it to, an address that is none."""
    with pytest.raises(ValidationError):
        RecapOrder.model_validate({"id": "harian", "every": "daily", "to": ("kepala@example.go.id",)} | wrong)
