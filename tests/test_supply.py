"""What comes from elsewhere is exactly what was looked at: by its digest, and under a licence that was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import supply

LOCKS = sorted(Path("requirements").glob("*.txt"))


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_every_line_of_a_lock_has_its_digest(file: Path) -> None:
    """Nothing is installed by its name alone, and no line says from where."""
    found, text = supply.locked(file), file.read_text("utf-8")
    assert len(found) == len([line for line in text.splitlines() if line and not line.startswith((" ", "#"))]) > 0
    assert [one.name for one in found if not one.hashes] == []
    assert "://" not in text
    assert "-url" not in text


def test_every_licence_was_read() -> None:
    """A package with another licence, or with none, is a decision and not an accident."""
    found = {one.name: supply.licences(one.name) for one in supply.locked() if supply.here(one)}
    assert len(found) > 50
    assert {name: said for name, said in found.items() if not said or not set(said) <= supply.allowed()} == {}


def test_no_licence_is_let_in_for_nobody() -> None:
    """The list says what there is, not what there might be."""
    told = {said for one in supply.locked() if supply.here(one) for said in supply.licences(one.name)}
    assert supply.allowed() - told == set()
