"""One way to spell an address, however people write it."""

from __future__ import annotations

import pytest

from channels.base import contact


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Siti@Contoh.id", ("email", "siti@contoh.id")),
        ("Siti <siti@contoh.id>, kantor", ("email", "siti@contoh.id")),
        ("0812 3456 7890", ("phone", "+6281234567890")),
        ("6281234567890", ("phone", "+6281234567890")),
        ("WA: 0812-3456-7890 (Bu Siti)", ("phone", "+6281234567890")),
        ("(0342) 801234", ("phone", "+62342801234")),
        ("+966 50 123 4567", ("phone", "+966501234567")),
        ("0809 1 234 567", None),
        ("0800 1 234567", None),
        ("+1 900 555 1234", None),
        ("+882 16 123456789", None),
        ("+979 123 456 789", None),
        ("budi@gmail", None),
        ("siti@", None),
        ("bukan kontak", None),
        ("12", None),
        ("RT 03 RW 02", None),
        ("", None),
    ],
)
def test_a_contact_as_people_type_it(typed: str, read: tuple[str, str] | None) -> None:
    """An e-mail address or a citizen's telephone with words around it; anything else, or dearer, is none."""
    assert contact(typed) == read
