"""The one place that imports adapters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

import channels
from tests.channels.mails import OFFICE, mail


def test_every_adapter_file_is_a_kind_and_no_room_is() -> None:
    """Doors are found by their files; their rooms and the shared helpers are no doors."""
    kinds = channels.kinds()
    assert "email" in kinds
    assert not {"base", "http", "text", "__init__", "mail_parse"} & kinds


@pytest.mark.parametrize("kind", ["", "tidak-ada", "base", "mail_parse", "../email", "os", "email.mail"])
def test_a_kind_there_is_none_of_is_never_imported(kind: str) -> None:
    """Only adapter files are imported, whatever an office's file says."""
    with pytest.raises(LookupError):
        channels.load("x-y", {"kind": kind}, secret=b"k", now=lambda: datetime.now(UTC))
    with pytest.raises(LookupError):
        channels.reader(kind)


def test_what_every_entry_says_is_not_the_adapters_business() -> None:
    """A door's name for officers is no setting of the adapter, and wrong settings are refused."""
    entry = {"kind": "email", "name": "E-mail pengaduan", "address": OFFICE}
    assert channels.load("blitar-email", entry, secret=b"k", now=lambda: datetime.now(UTC)).id == "blitar-email"
    with pytest.raises(ValidationError):
        channels.load("blitar-email", entry | {"address": "bukan alamat"}, secret=b"k", now=lambda: datetime.now(UTC))


def test_a_reader_needs_no_settings() -> None:
    """Raw mail can be looked into without an office."""
    assert channels.reader("email")(mail()).messages[0].subject == "Lampu mati"
