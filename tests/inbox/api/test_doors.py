"""The office's doors by API, with the rights of their pages."""

from __future__ import annotations

from channels.base import Fault, Health
from inbox.models import Attempt
from tests.inbox.api.client import Machine, machine
from tests.inbox.rows import queued
from tests.inbox.web.desk import Office


async def test_doors_are_listed_as_they_fare(office: Office, counter: Machine) -> None:
    """Every door with its state and what waits."""
    office.states["blitar-email"] = Health("down", since=office.now, reason="server-unreachable")
    await office.complaint()
    listed = {one["id"]: one for one in (await counter.gets("/channels")).json["channels"]}
    assert set(listed) >= {"blitar-email", "blitar-web", "blitar-telegram"}
    assert (listed["blitar-email"]["state"], listed["blitar-email"]["reason"]) == ("down", "server-unreachable")
    assert (listed["blitar-email"]["waiting"], listed["blitar-web"]["waiting"]) == (1, 0)


async def test_one_door_in_full(office: Office, counter: Machine) -> None:
    """Why things failed, what it can do, its settings without secrets, what the last check found."""
    delivery = await queued(office.house.database, office.now)
    await Attempt.create(delivery=delivery, number=1, started_at=office.now, outcome="mailbox-full")
    office.faults = [Fault("imap-folder-missing", {"host": "imap.example", "folder": "INBOX"})]
    browser = await office.browser("petugas")
    path = "/meja/pengaturan/pintu/blitar-email"
    await browser.sends(await browser.opens(path), f"{path}/periksa")
    door = (await counter.gets("/channels/blitar-email")).json
    (failure,) = door["failing"]
    assert (failure["code"], failure["count"]) == ("mailbox-full", 1)
    assert failure["message"].startswith("Kotak surat penerima penuh.")
    assert door["settings"] == {"address": "pengaduan@blitar.example.go.id", "password": None}
    assert door["limits"]["scheme"] == "email"
    assert [fault["code"] for fault in door["checked"]["faults"]] == ["imap-folder-missing"]
    missing = await counter.gets("/channels/malang-email")
    assert (missing.status, missing.code) == (404, "door-missing")


async def test_doors_want_the_right(office: Office) -> None:
    """Whoever does not look after doors is refused."""
    kabid = await machine(office, "kabid")
    for path in ("/channels", "/channels/blitar-email"):
        assert (await kabid.gets(path)).status == 403
