"""How identities lie in the record: by keys that are nowhere in it, found again, and shut without them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import ciphering
from inbox.ciphering import SHUT, Kept, Keys

NEW, OLD = b"n" * 32, b"o" * 32


@pytest.fixture(autouse=True)
def in_use() -> Iterator[None]:
    """The newest key and the one before it, as a process has them."""
    before = ciphering.keys()
    _use(NEW, OLD)
    yield
    ciphering.use(before)


def _use(*masters: bytes) -> None:
    keys = Keys(masters)
    keys.of("blitar")
    ciphering.use(keys)


@given(st.text(min_size=1).filter(lambda text: not ciphering.is_kept(text)))
def test_what_lies_encrypted_reads_as_it_was(text: str) -> None:
    """Any text: it tells nothing as it lies, and says the same."""
    stored = ciphering.kept("blitar", text)
    assert ciphering.is_kept(stored)
    assert len(text) < 4 or text not in stored
    assert ciphering.opened(stored) == text


def test_a_name_never_lies_twice_the_same_and_an_address_always() -> None:
    """That two people are called alike cannot be seen; that two rows are one address must be."""
    assert ciphering.kept("blitar", "Sri Lestari") != ciphering.kept("blitar", "Sri Lestari")
    assert ciphering.kept("blitar", "sri@example.org", same=True) == ciphering.kept(
        "blitar", "sri@example.org", same=True
    )
    assert ciphering.kept("blitar", "+628123456789", same=True).startswith("+~")


def test_each_office_has_its_own_key() -> None:
    """The same address in two offices lies differently, and neither's key opens the other's."""
    here, there = (ciphering.kept(office, "sri@example.org", same=True) for office in ("blitar", "mojokerto"))
    assert here != there
    keys = Keys([NEW])
    keys.of("blitar")
    ciphering.use(keys)
    assert (ciphering.opened(here), ciphering.opened(there)) == ("sri@example.org", SHUT)


def test_an_address_is_looked_up_in_every_form() -> None:
    """As it was typed, under the newest key, and under the one before."""
    _use(OLD)
    older = ciphering.kept("blitar", "sri@example.org", same=True)
    _use(NEW, OLD)
    newer = ciphering.kept("blitar", "sri@example.org", same=True)
    assert ciphering.forms("blitar", "sri@example.org") == ["sri@example.org", newer, older]
    assert ciphering.forms_at("blitar-email", "sri@example.org") == ["sri@example.org", newer, older]
    assert ciphering.forms_at("mojokerto-email", "sri@example.org") == ["sri@example.org"]


def test_without_the_key_nothing_is_read_and_nothing_is_lost() -> None:
    """It reads as shut; what is written back is what lay there."""
    stored = ciphering.kept("blitar", "Sri Lestari")
    _use(b"x" * 32)
    read = ciphering.opened(stored)
    assert isinstance(read, Kept)
    assert (read, read.stored) == (SHUT, stored)


@pytest.mark.parametrize("place", [3, 12, 30, -1])
def test_a_changed_text_is_not_believed(place: int) -> None:
    """A letter changed in the record: shut, not something else."""
    stored = ciphering.kept("blitar", "Sri Lestari")
    letter = "a" if stored[place] != "a" else "b"
    changed = f"{stored[:place]}{letter}{stored[place:][1:] if place >= 0 else ''}"
    assert ciphering.opened(changed) in {SHUT, "Sri Lestari"} - ({"Sri Lestari"} if place in {3, 12, 30} else set())


def test_bytes_and_what_was_filled_in() -> None:
    """What arrived as it arrived, and a form's fields."""
    raw = b"From: Sri Lestari <sri@example.org>\r\n\r\nhalo"
    stored = ciphering.kept_bytes("blitar", raw)
    assert b"Sri" not in stored
    assert ciphering.opened_bytes(stored) == raw
    assert ciphering.kept_bytes("blitar", stored) == stored
    filled = ciphering.kept_values("blitar", {"nama": "Sri Lestari"})
    assert filled is not None
    assert json.loads(ciphering.opened(filled)) == {"nama": "Sri Lestari"}


def test_a_stolen_text_is_opened_for_nobody_who_types_it() -> None:
    """Who has a copy of the record cannot have it read out by giving such a text as their name."""
    stored = ciphering.kept("blitar", "Sri Lestari")
    assert ciphering.opened(ciphering.typed(stored)) == ciphering.typed(stored) != "Sri Lestari"
    assert ciphering.typed("Bu Sri ~ RT 3") == "Bu Sri ~ RT 3"


def test_without_masters_everything_lies_open() -> None:
    """Whatever runs without the secret writes what it is given."""
    ciphering.use(Keys())
    assert ciphering.kept("blitar", "Sri") == "Sri"
    assert ciphering.forms("blitar", "sri@example.org") == ["sri@example.org"]


def test_marks_are_digests_by_the_newest_key() -> None:
    """The search compares what it cannot read; without the key nobody makes the same."""
    mark = ciphering.keys().mark("nsri")
    assert mark == ciphering.keys().mark("nsri") != ciphering.keys().mark("nsra")
    assert Keys([OLD]).mark("nsri") != mark
