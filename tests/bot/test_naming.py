"""Who writes at a door that knows people's names is called by theirs on the ticket, unless they said another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.naming import Naming
from channels.base import Unauthorised, Undelivered
from inbox.models import Citizen, Ticket
from tests.bot.street import COMPLAINT, Street

CHANNEL = "blitar-sms"


@dataclass
class Platform:
    """A door that knows names, or fails as it is told."""

    names: dict[str, str] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def name_of(self, sender: str) -> str:
        """What the platform says."""
        self.asked.append(sender)
        if self.trouble:
            raise self.trouble
        return self.names.get(sender, "")


def naming(any_street: Street, platform: Platform) -> Naming:
    return Naming(any_street.tickets, {CHANNEL: platform})  # type: ignore[dict-item]


async def test_a_name_that_the_platform_knows_stands_on_the_ticket(any_street: Street) -> None:
    """Asked once for each person, told in the journal; nobody is asked about who said their name themselves."""
    platform = Platform({"+62811100001": "Wati Lestari", "+62811100002": "Akun Budi"})
    await any_street.citizen("+62811100001", "sms").says(COMPLAINT)
    await any_street.citizen("+62811100002", "sms").says(COMPLAINT, sender_name="Budi Santoso")
    await any_street.citizen("+62811100003", "sms").says(COMPLAINT)
    job = naming(any_street, platform)
    for _ in range(2):
        await job.learn(any_street.clock)
    assert platform.asked == ["+62811100001", "+62811100003"]
    names = await Ticket.all().order_by("id").values_list("citizen__name", flat=True)
    assert names == ["Wati Lestari", "Budi Santoso", ""]
    first, *_ = await any_street.all()
    assert "person-named" in await any_street.journal(first)


@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        (Undelivered("server-busy", retry=True), True),
        (Unauthorised("401"), True),
        (Undelivered("meta-refused", retry=False), False),
    ],
    ids=["busy", "token", "refused"],
)
async def test_a_platform_in_trouble_is_asked_again_later(any_street: Street, trouble: Exception, again: bool) -> None:
    """One that will not say is not asked about the same person again; old talks are let be."""
    platform = Platform({"+62811100001": "Wati Lestari"}, trouble)
    await any_street.citizen("+62811100001", "sms").says(COMPLAINT)
    job = naming(any_street, platform)
    await job.learn(any_street.clock)
    assert await Citizen.filter(name="").exists()
    platform.trouble = None
    await job.learn(any_street.clock)
    assert await Citizen.filter(name="Wati Lestari").exists() is again
    await naming(any_street, platform).learn(any_street.clock + timedelta(hours=1))
    assert len(platform.asked) == 1 + again
