"""Who may speak to the API: tokens, their scopes, their end, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Measure
from inbox.models import ApiToken, Officer
from inbox.refused import Missing, Refused
from inbox.tokens import Tokens
from tests.inbox.api.client import Machine, machine
from tests.inbox.web.desk import Office


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token-wanted"),
        ("Basic cGV0dWdhczpyYWhhc2lh", "token-wanted"),
        ("Bearer ", "token-powerless"),
        ("Bearer rahasia", "token-powerless"),
        ("Bearer wadul_" + "a" * 43, "token-powerless"),
        ("Bearer wadul_" + "ä" * 43, "token-powerless"),
    ],
)
async def test_without_a_token_that_counts_nothing_is_told(office: Office, header: str, code: str) -> None:
    """401 with a challenge, and a sentence; not a word of the ticket."""
    ticket = await office.complaint()
    stranger = Machine(office, "")
    answer = await stranger.gets(f"/tickets/{ticket.number}", **({"Authorization": header} if header else {}))
    assert (answer.status, answer.media, answer.code) == (401, "application/problem+json", code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_token_carries_its_officers_rights(office: Office) -> None:
    """me says whose token it is, and what they may."""
    answer = await (await machine(office, "kabid")).gets("/me")
    assert answer.status == 200
    assert (answer.json["login"], answer.json["office"], answer.json["roles"]) == ("kabid", "blitar", ["kabid"])
    assert "register" not in answer.json["rights"]
    assert answer.json["scopes"] == ["read", "write"]


async def test_a_token_for_reading_changes_nothing(office: Office) -> None:
    """A command with a reading token is refused for want of scope."""
    ticket = await office.complaint()
    reader = await machine(office, "petugas", "read")
    answer = await reader.posts(f"/tickets/{ticket.number}/notes", {"text": "catatan"})
    assert (answer.status, answer.code) == (403, "scope-missing")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert (await reader.gets(f"/tickets/{ticket.number}")).status == 200


async def test_a_token_for_writing_reads_nothing(office: Office) -> None:
    """The scopes are apart: what only writes cannot read."""
    writer = await machine(office, "petugas", "write")
    assert (await writer.gets("/tickets")).code == "scope-missing"


async def test_an_officer_who_leaves_takes_the_tokens_power_along(office: Office, counter: Machine) -> None:
    """Inactive, no token of theirs opens anything, from the next request on."""
    assert (await counter.gets("/me")).status == 200
    await Officer.filter(login="petugas").update(active=False)
    assert (await counter.gets("/me")).code == "token-powerless"


async def test_a_token_ends(office: Office, counter: Machine) -> None:
    """By its day, or when it is revoked; and revoking is for good."""
    short = await machine(office, "kasi", expires_at=office.now + timedelta(days=1))
    assert (await short.gets("/me")).status == 200
    office.later(days=1)
    assert (await short.gets("/me")).code == "token-powerless"
    tokens = Tokens(office.house.database)
    first = (await tokens.listed())[0]
    before = await tokens.revoke(first.id, office.now)
    office.later(hours=1)
    assert (await tokens.revoke(first.id, office.now)).revoked_at == before.revoked_at
    assert (await counter.gets("/me")).code == "token-powerless"
    with pytest.raises(Missing):
        await tokens.revoke(9999, office.now)


async def test_the_record_holds_no_token(office: Office, counter: Machine) -> None:
    """Whoever steals the database cannot speak for an officer; use is noted, by the hour."""
    await counter.gets("/me")
    row = await ApiToken.get(officer__login="petugas")
    assert row.used_at == office.now
    assert counter.token not in str(dict(row))
    office.later(minutes=59)
    await counter.gets("/me")
    assert (await ApiToken.get(id=row.id)).used_at == row.used_at


@pytest.mark.parametrize(
    ("login", "label", "scopes", "code"),
    [
        ("tidak-ada", "uji", ["read"], "login-unknown"),
        ("petugas", " ", ["read"], "token-unnamed"),
        ("petugas", "uji", ["admin"], "scope-unknown"),
        ("petugas", "uji", [], "scope-unknown"),
    ],
)
async def test_a_token_is_made_for_somebody_and_something(
    office: Office, login: str, label: str, scopes: list[str], code: str
) -> None:
    """Each mistake has its code; nothing is made."""
    with pytest.raises(Refused) as refused:
        await Tokens(office.house.database).create(login, label, scopes, now=office.now)
    assert refused.value.code == code
    assert not await ApiToken.exists()


async def test_whoever_asks_without_end_waits(office: Office) -> None:
    """1200 a minute for one token; the refusal says how long to wait, and another token's are its own."""
    busy, other = await machine(office), await machine(office)
    token = await ApiToken.all().order_by("id").first()
    for _ in range(1199):
        await office.limits.take(Measure("api", 1200, timedelta(minutes=1)), str(token.id if token else 0), office.now)
    assert (await busy.gets("/me")).status == 200
    refused = await busy.gets("/me")
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "too-many-requests", "1")
    assert (await other.gets("/me")).status == 200
    office.later(seconds=1)
    assert (await busy.gets("/me")).status == 200
