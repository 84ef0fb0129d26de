"""The ways to a case's people by API: windows, the door that is chosen, and approved templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox import approved_list
from inbox.database import Database
from inbox.models import Delivery, Message
from tests.inbox.api.client import machine
from tests.inbox.web.desk import NAMES, Office
from tests.inbox.windowed import NOW, SITI, STATUS, also, asks, windowed


@pytest.fixture
async def office(any_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Doors with windows, over each engine."""
    office = Office(await windowed(any_database, tmp_path, monkeypatch), tmp_path)
    for login in NAMES:
        await office.hires(login)
    async with office.opened():
        yield office


async def test_a_reply_names_its_conversation_or_its_channel(office: Office) -> None:
    """With the window closed words are refused until they name another way; the list says how each one stands."""
    counter = await machine(office)
    ticket = await asks(office.house, now=office.now - timedelta(hours=25))
    talk = await also(office.house, ticket, "email", "siti@example.com", last_in_at=NOW - timedelta(days=3))
    path = f"/tickets/{ticket.number}"
    ways = (await counter.gets(f"{path}/ways")).json["ways"]
    assert [(one["channel"], one["window"]["state"], one["usual"], one["value"]) for one in ways] == [
        ("blitar-wa", "closed", True, SITI),
        ("blitar-email", "always", False, "siti@example.com"),
    ]
    body = {"text": "Kami periksa.", "version": ticket.version}
    shut = await counter.posts(f"{path}/replies", body)
    assert (shut.status, shut.code, shut.fields) == (409, "window-closed", ["text"])
    sent = await counter.posts(f"{path}/replies", body | {"conversation": talk.id})
    assert sent.status == 200, sent.json
    again = {"text": "Sudah kami periksa.", "version": sent.json["version"], "channel": "blitar-email"}
    assert (await counter.posts(f"{path}/replies", again)).status == 200
    assert [row.channel for row in await Delivery.filter(automatic=False)] == ["blitar-email", "blitar-email"]
    gone = {"text": "Halo", "version": 1, "channel": "blitar-telegram"}
    unknown = await counter.posts(f"{path}/replies", gone)
    assert (unknown.status, unknown.code, unknown.fields) == (409, "way-unknown", ["through"])


async def test_a_template_is_listed_and_sent(office: Office) -> None:
    """The list as it was last read, its variables by name; what is sent reads as filled; an empty one is named."""
    counter = await machine(office)
    ticket = await asks(office.house, now=office.now - timedelta(hours=25))
    await approved_list.keep(office.house.database, "blitar", "blitar-wa", [STATUS], office.now)
    (listed,) = (await counter.gets("/channels/blitar-wa/templates")).json["templates"]
    assert (listed["name"], listed["variables"], listed["state"]) == ("status_aduan", ["1", "2", "3"], "approved")
    body = {"name": "status_aduan", "language": "id", "version": ticket.version, "values": ["A", "dicek"]}
    path = f"/tickets/{ticket.number}/templates"
    empty = await counter.posts(path, body)
    assert (empty.status, empty.code, empty.fields) == (409, "template-value-missing", ["value-3"])
    sent = await counter.posts(path, body | {"values": ["A", "dicek", "B"]})
    assert sent.status == 200, sent.json
    assert (await Message.get(author="officer")).text == "Aduan nomor A kini dicek. Cek di B"
    assert (await counter.gets("/channels/malang-wa/templates")).code == "door-missing"
