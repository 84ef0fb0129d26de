"""What every door promises, as tests: a door's own test file subclasses ``DoorContract`` and says what it is.

    class TestContract(DoorContract):
        kind = "email"
        entry = {"address": ..., "password": "rahasia"}
        samples = (raw, raw, ...)

Source: ``channels/base.py``, whose sentences these tests hold a door to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from aiohttp import web
from pydantic import ValidationError

import channels
from channels.base import Channel, Outbound, Receipt, Unauthorised, Undelivered, Undigested, Unsure
from templates import sentence
from tests.channels.recording import RecordingDesk

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
SECRET = b"kunci-rahasia-instalasi-ini-yang"


class DoorContract:
    """Says of itself: its ``kind``, an ``entry`` of an office's file, raw ``samples`` of different messages, the
    ``secrets`` that no repr may show, and what makes it ``unreachable`` (None where nothing is reached).
    """

    kind: ClassVar[str]
    entry: ClassVar[Mapping[str, Any]] = {}
    samples: ClassVar[tuple[bytes, ...]] = ()
    secrets: ClassVar[tuple[str, ...]] = ()
    unreachable: ClassVar[Mapping[str, Any] | None] = None
    recipient: ClassVar[str] = ""

    def door(self, **more: Any) -> Channel:
        """The door, configured."""
        return channels.load(
            f"blitar-{self.kind}", {"kind": self.kind, **self.entry, **more}, secret=SECRET, now=lambda: NOW
        )

    def test_it_is_known_by_its_file(self) -> None:
        """The kind is the adapter's file name, and the door knows its own id."""
        assert self.kind in channels.kinds()
        assert self.door().id == f"blitar-{self.kind}"

    def test_unknown_settings_are_refused(self) -> None:
        """A misspelt setting is a mistake, not a silence."""
        with pytest.raises(ValidationError):
            self.door(salah_ketik=1)

    def test_abilities_can_be_used(self) -> None:
        """What the outbox fits words to makes sense."""
        able = self.door().abilities
        assert able.scheme
        assert able.style in {"long", "short"}
        assert min(able.longest, able.buttons, able.largest_file_bytes) >= 0
        assert able.window is None or able.window > timedelta(0)
        assert able.late_window is None or (able.window is not None and able.late_window > able.window)
        assert not (able.offline and able.polls)

    def test_parsing_is_pure(self) -> None:
        """The same delivery always gives the same messages, with or without a configured door."""
        door, read = self.door(), channels.reader(self.kind)
        for raw in self.samples:
            assert door.parse(raw) == self.door().parse(raw)
            assert [one.external_id for one in read(raw).messages] == [
                one.external_id for one in door.parse(raw).messages
            ]

    def test_messages_have_what_nobody_can_do_without(self) -> None:
        """An id of their own, a sender, an aware moment, and exactly what arrived."""
        door = self.door()
        messages = [one for raw in self.samples for one in door.parse(raw).messages]
        assert len({one.external_id for one in messages}) == len(messages) == len(self.samples)
        for raw, one in zip(self.samples, messages, strict=True):
            assert one.sender
            assert one.sent_at.utcoffset() == timedelta(0)
            assert one.raw == raw
            assert len(one.external_id) <= 998

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff\x00", b"{", b"[]", b"null", b"<x>", b"\n" * 100])
    def test_what_makes_no_sense_is_undigested(self, raw: bytes) -> None:
        """Nothing that arrives raises anything else."""
        with suppress(Undigested):
            assert isinstance(self.door().parse(raw).messages, tuple)

    def test_secrets_stay_out_of_sight(self) -> None:
        """Neither the door nor its settings show a password or the signing key."""
        door = self.door()
        shown = f"{door!r} {vars(door)!r}" if hasattr(door, "__dict__") else repr(door)
        for secret in self.secrets:
            assert secret not in shown

    def test_routes_are_full_paths(self) -> None:
        """What a door serves can be mounted as it is."""
        for route in self.door().routes(RecordingDesk()):
            assert isinstance(route, web.RouteDef)
            assert route.path.startswith("/")

    async def test_an_unreachable_platform_is_worth_another_try(self) -> None:
        """A line that is down fails with the one error that says so, and the check says so in words."""
        if self.unreachable is None:
            pytest.skip("this door reaches nobody")
        door = self.door(**self.unreachable)
        with pytest.raises(Undelivered) as raised:
            await door.send(Outbound(key="k1", recipient=self.recipient, text="Aduan diterima."))
        assert raised.value.retry
        assert sentence(raised.value.reason) != raised.value.reason
        faults = await door.check()
        await door.close()
        assert faults
        for fault in faults:
            said = sentence(fault.code, fault.values)
            assert said != fault.code
            assert "?" not in said
            assert not any(secret in said for secret in self.secrets)
            json.dumps(dict(fault.values))

    async def test_sending_answers_or_fails_as_agreed(self) -> None:
        """A recipient that cannot be one never raises anything unexpected."""
        door = self.door(**(self.unreachable or {}))
        for recipient in ("", "\r\nx", "bukan alamat", "a" * 5000):
            try:
                receipt = await door.send(Outbound(key="k1", recipient=recipient, text="Halo"))
            except (Undelivered, Unsure, Unauthorised):
                continue
            assert isinstance(receipt, Receipt)
        await door.close()
