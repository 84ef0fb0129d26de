"""What Meta keeps of private talks: who wrote on a day, and one of the messages once more, as it would have come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from channels.base import Brought, Counting, Seen, Undelivered
from tests.channels import metas as meta
from tests.channels.metas_stand import Platform, door, standing

SINCE, UNTIL = datetime(2026, 11, 22, 17, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC)
KINDS = pytest.mark.parametrize("kind", ["messenger", "instagram"])
OWN = {"messenger": meta.PAGE, "instagram": meta.ACCOUNT}


def talks(*updated: str, more: str = "") -> dict[str, Any]:
    """A page of the list of talks."""
    listed = [{"id": f"t_{place}", "updated_time": at} for place, at in enumerate(updated)]
    paging = {"cursors": {"after": more}, "next": "https://graph.facebook.com/next"} if more else {}
    return {"data": listed, "paging": paging}


def spoken(*messages: tuple[str, str, str]) -> dict[str, Any]:
    """A talk: id, time and author of each message; an old one has its id alone."""
    told = [{"id": id_, "created_time": at, "from": {"id": who}} if at else {"id": id_} for id_, at, who in messages]
    return {"id": "t_0", "messages": {"data": told}}


async def listed(kind: str, platform: Platform) -> list[Seen]:
    """What the door finds there."""
    async with standing(platform):
        counting = cast("Counting", door(kind, base_url=platform.url))
        found = [one async for one in counting.received(SINCE, UNTIL, {})]
        await counting.close()  # type: ignore[attr-defined]
    return found


@KINDS
async def test_what_people_wrote_on_the_day_is_listed_page_after_page(kind: str) -> None:
    """Not our own answers, not other days; an old one that Meta only names counts as of the first moment."""
    platform = Platform(
        answers=[
            (200, talks("2026-11-23T03:00:00+0000", "2026-11-23T02:00:00+0000", more="x1")),
            (200, spoken(
                ("m_3", "2026-11-23T03:00:00+0000", meta.CITIZEN), ("m_2", "2026-11-23T02:30:00+0000", OWN[kind]),
                ("m_1", "2026-11-21T02:00:00+0000", meta.CITIZEN), ("m_0", "", ""),
            )),
            (200, spoken(("m_9", "1795400100", meta.CITIZEN))),
            (200, talks("2026-11-20T02:00:00+0000", more="x2")),
        ]
    )  # fmt: skip
    found = await listed(kind, platform)
    assert [one.external_id for one in found] == ["m_3", "m_0", "m_9"]
    assert [one.at for one in found][:2] == [datetime(2026, 11, 23, 3, tzinfo=UTC), SINCE]
    lists = [given for path, given in platform.asked if path == f"{meta.PAGE}/conversations"]
    assert [(given["platform"], given.get("after", "")) for given in lists] == [(kind, ""), (kind, "x1")]


async def brought(kind: str, platform: Platform) -> Brought:
    """One message once more."""
    async with standing(platform):
        counting = cast("Counting", door(kind, base_url=platform.url))
        try:
            return await counting.again({"id": "m_1"})
        finally:
            await counting.close()  # type: ignore[attr-defined]


@KINDS
async def test_one_that_was_lost_comes_as_it_would_have_come(kind: str) -> None:
    """Its id, its author, its words and files, when it was said."""
    picture = {"mime_type": "image/jpeg", "name": "a.jpg", "image_data": {"url": "https://x.fbcdn.net/a.jpg"}}
    told = {
        "id": "m_1", "created_time": "2026-11-23T03:00:00+0000", "from": {"id": meta.CITIZEN, "name": "Wati"},
        "to": {"data": [{"id": OWN[kind]}]}, "message": "Lampu jalan mati", "attachments": {"data": [picture]},
    }  # fmt: skip
    found = await brought(kind, Platform(answers=[(200, told)]))
    (message,) = found.parsed.messages
    assert (message.external_id, message.sender, message.text) == ("m_1", meta.CITIZEN, "Lampu jalan mati")
    assert message.sent_at == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert [file.reference for file in message.files] == ["https://x.fbcdn.net/a.jpg"]
    assert door(kind).parse(found.raw) == found.parsed


@KINDS
@pytest.mark.parametrize(
    "told",
    [
        (400, {"error": {"code": 100, "message": "This message has been deleted", "type": "OAuthException"}}),
        (200, {"id": "m_1", "created_time": "2026-11-23T03:00:00+0000"}),
        (200, {"id": "m_1", "from": {"id": meta.PAGE}, "message": "Dari kantor"}),
    ],
    ids=["deleted", "nobody's", "ours"],
)
async def test_what_is_gone_or_was_ours_is_no_message(kind: str, told: tuple[int, Any]) -> None:
    """It is not missing, then."""
    with pytest.raises(Undelivered) as refused:
        await brought(kind, Platform(answers=[told]))
    assert (refused.value.reason, refused.value.retry) == ("message-gone", False)
