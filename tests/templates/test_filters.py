"""How values look to people."""

from __future__ import annotations

import pytest

from templates.filters import contact


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+6281200000101", "0812-0000-0101"),
        ("+62811333001", "0811-3330-01"),
        ("+62213456", "0213-456"),
        ("+12025550123", "+12025550123"),
        ("budi@example.com", "budi@example.com"),
        ("", ""),
    ],
)
def test_a_number_looks_as_people_write_it(value: str, shown: str) -> None:
    """An Indonesian one in groups; every other address is left alone."""
    assert contact(value) == shown
