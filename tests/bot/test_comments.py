"""A comment under the office's post becomes a case: in public only the invitation stands, in private everything else.

Bodies come in through the doors' real webhooks, and what goes out goes to a platform that is played.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.deliver import Deliverer
from bot.health import HealthBook
from config.schema import Offices
from inbox import outbox
from inbox.database import Database
from inbox.models import Conversation, Delivery, Message, Ticket, TicketLink
from inbox.refused import Refused
from inbox.shown import Shown
from templates import Words
from tests.bot import street
from tests.bot.street import Street
from tests.channels import metas as meta
from tests.channels.metas_stand import Platform, door, standing

STORY = "Lampu jalan di depan pasar Legi mati sejak seminggu"


class Page:
    """An office with one of Meta's doors, the world that calls it, and the platform it answers through."""

    def __init__(self, kind: str, database: Database, folder: Path, platform: Platform) -> None:
        self.kind, self.platform, self.id = kind, platform, f"blitar-{kind}"
        self.door = door(kind, base_url=platform.url)
        self.street = Street(database, folder, change=self._with_door)
        self.desk = self.street.desk(self.id)
        self.deliverer = Deliverer(
            database,
            {self.id: self.door},
            self.street.files,
            Shown(self.street.files),
            HealthBook(lambda: self.street.clock),
            announce=self.street.events.append,
            now=lambda: self.street.clock,
        )
        self.client: TestClient[web.Request, web.Application]

    def _with_door(self, office: Any) -> Any:
        entry = next(iter(office.channels.values())).model_copy(update={"kind": self.kind, "name": "Halaman"})
        return office.model_copy(update={"channels": {**office.channels, self.kind: entry}})

    async def hears(self, raw: bytes) -> None:
        """Meta calls; what is to be said leaves."""
        self.street.later(minutes=10)
        answer = await self.client.post(f"/hooks/{self.id}/masuk", data=raw, headers=meta.signed(raw))
        assert answer.status == 200
        await self.deliverer.drain()

    async def comment(self, text: str = STORY, serial: int = 1, **more: Any) -> None:
        """Somebody comments."""
        if self.kind == "messenger":
            await self.hears(meta.changed("feed", meta.comment(text, serial, **more)))
        else:
            await self.hears(meta.changed("comments", meta.remark(text, serial, **more), object_="instagram"))

    async def writes(self, text: str, serial: int = 50) -> None:
        """The same person writes in private."""
        saying = meta.messenger if self.kind == "messenger" else meta.instagram
        await self.hears(saying(meta.said(text, serial)))

    @property
    def openly(self) -> list[str]:
        """What everybody reads."""
        return [given["message"] for path, given in self.platform.asked if path.endswith(("/comments", "/replies"))]

    @property
    def privately(self) -> list[tuple[Any, str]]:
        """To whom which words went in private."""
        told = [given for path, given in self.platform.asked if path.endswith("/messages") and "message" in given]
        return [(given["recipient"], given["message"]["text"]) for given in told]

    def name(self, serial: int = 1) -> str:
        """The platform's name of a comment."""
        return f"{meta.PAGE}9_{serial}" if self.kind == "messenger" else f"1789{serial}"


@pytest.fixture(params=["messenger", "instagram"])
async def page(
    request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Page]:
    """Either of the two, at work."""
    kind = str(request.param)
    monkeypatch.setitem(street.ABILITIES, f"blitar-{kind}", door(kind).abilities)
    async with standing(Platform()) as platform:
        one = Page(kind, sqlite_database, tmp_path / "files", platform)
        await one.street.tickets.prepare(one.street.clock)
        app = web.Application()
        app.add_routes(one.door.routes(one.desk))
        async with TestClient(TestServer(app)) as one.client:
            yield one
        await one.door.close()  # type: ignore[attr-defined]


async def test_a_comment_becomes_a_case_and_only_the_invitation_is_public(page: Page) -> None:
    """Number and code go to whoever commented, by the platform's private reply; everybody reads the invitation."""
    await page.comment()
    (ticket,) = await page.street.all()
    ((to, receipt),) = page.privately
    assert to == {"comment_id": page.name()}
    assert ticket.number in receipt
    assert ticket.code in receipt
    (invitation,) = page.openly
    assert "pesan pribadi" in invitation
    assert not any(secret in invitation for secret in (ticket.number, ticket.code, STORY, "Sari"))


async def test_the_invitation_is_the_same_for_everybody(page: Page) -> None:
    """Fixed words: nothing of any case can stand in them."""
    await page.comment()
    await page.comment("Selokan di Jl. Merdeka meluap", 2, **{"from": {"id": "77", "name": "Budi", "username": "b"}})
    assert len(await page.street.all()) == 2
    assert len(set(page.openly)) == 1
    assert len(page.openly) == 2


async def test_an_offices_own_invitation_is_filled_with_nothing_of_the_case(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it asks for in its wording, everybody reads the office's name at most."""
    wording = "{{ office }}: {{ number }}|{{ code }}|{{ name }}|{{ step_plain }}|{{ url }}"
    block = "{% block NAME %}" + wording + "{% endblock %}"
    (tmp_path / "ajak-komentar.txt").write_text(block.replace("NAME", "long") + block.replace("NAME", "short"))
    monkeypatch.setattr(Offices, "messages", lambda _self, _office: tmp_path)
    desk = page.street.desk(page.id)
    raw = (
        meta.changed("feed", meta.comment())
        if page.kind == "messenger"
        else meta.changed("comments", meta.remark(), object_="instagram")
    )
    await desk.accept(*page.door.parse(raw).messages)
    await page.deliverer.drain()
    assert [words.partition(":")[2] for words in page.openly] == [" ||||"]


async def test_the_private_talk_goes_on_with_the_case(page: Page) -> None:
    """What they write in private is on the same case, and from then on the office's words go there."""
    await page.comment()
    await page.writes("Tiangnya nomor tiga ya pak")
    (ticket,) = await page.street.all()
    assert await page.street.on(ticket) == [STORY, "Tiangnya nomor tiga ya pak"]
    await page.street.answers(ticket)
    await page.deliverer.drain()
    to, said = page.privately[-1]
    assert to == {"id": meta.CITIZEN}
    assert "Lampu sudah kami perbaiki." in said
    assert len(page.openly) == 1


async def test_an_officers_answer_is_never_public(page: Page) -> None:
    """Before they write in private the office has no way to them: it is refused, and nothing stands under the post."""
    await page.comment()
    (ticket,) = await page.street.all()
    before = len(page.platform.asked)
    with pytest.raises(Refused) as raised:
        await page.street.asks(ticket)
    assert raised.value.code == "window-closed"
    await page.deliverer.drain()
    assert len(page.platform.asked) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "dijawab"},
        {"template": "ajak-komentar", "officer_id": 1},
        {"template": "ajak-komentar", "automatic": False},
        {"template": "ajak-komentar", "comment": ""},
    ],
    ids=["another text", "an officer", "not the clerk", "no comment"],
)
async def test_the_record_queues_nothing_else_for_everybody(page: Page, wrong: dict[str, Any]) -> None:
    """Whoever asks it to is refused, and no row is left."""
    await page.comment()
    talk = await Conversation.get(channel=page.id).select_related("address")
    many = await Message.all().count()
    words = Words(long="Aduan BLT-26-000001 selesai.", short="Selesai.", subject="", choices=(), menu=0)
    with pytest.raises(Refused):
        await outbox.queue(
            talk,
            words,
            abilities=page.door.abilities,
            now=page.street.clock,
            **({"public": True, "comment": "x"} | wrong),
        )
    assert await Message.all().count() == many


async def test_a_comment_opens_no_window(page: Page) -> None:
    """The platform lets us write freely only after they wrote in private; the record says so."""
    await page.comment()
    assert (await Conversation.get(channel=page.id)).last_in_at is None
    await page.writes("Halo, saya yang tadi")
    assert (await Conversation.get(channel=page.id)).last_in_at is not None


async def test_small_talk_under_a_post_is_left_alone(page: Page) -> None:
    """Praise and greetings are on record, and nobody is written to."""
    await page.comment("Mantap 👍")
    await page.comment("Halo min", 2)
    assert (await page.street.all(), page.platform.asked) == ([], [])
    assert await Message.filter(direction="in", public=True).count() == 2


async def test_what_stands_under_our_invitation_is_on_record_and_not_answered(page: Page) -> None:
    """The same person below our words: with their case, in silence."""
    await page.comment()
    asked = len(page.platform.asked)
    await page.comment("Sudah saya kirim ya kak", 2, parent_id="9_1")
    (ticket,) = await page.street.all()
    assert await page.street.on(ticket) == [STORY, "Sudah saya kirim ya kak"]
    assert len(page.platform.asked) == asked


async def test_our_own_comments_are_nothing(page: Page) -> None:
    """What the page itself says comes back by the webhook."""
    ours = meta.PAGE if page.kind == "messenger" else meta.ACCOUNT
    await page.comment("Silakan tulis pribadi.", 3, **{"from": {"id": ours, "name": "Dinas", "username": "dinas"}})
    assert await Message.all().count() == 0


async def test_whoever_hides_in_public_is_known_by_the_private_answer(page: Page) -> None:
    """The platform says to whom it went: the case is theirs, in the talk they have with us already or will have."""
    await page.writes("Halo", 40)
    await page.comment(**{"from": None})
    await page.writes("Tiangnya nomor tiga", 41)
    (ticket,) = await page.street.all()
    assert await page.street.on(ticket) == [STORY, "Tiangnya nomor tiga"]
    (link,) = await TicketLink.filter(ticket_id=ticket.id).select_related("conversation__address")
    assert link.conversation.address.value == meta.CITIZEN


async def test_whoever_hides_and_never_wrote_is_known_as_well(page: Page) -> None:
    """Their address becomes what the platform calls them."""
    await page.comment(**{"from": None})
    talk = await Conversation.get(channel=page.id).select_related("address")
    assert talk.address.value == meta.CITIZEN


@pytest.mark.parametrize("page", ["messenger"], indirect=True)
async def test_a_comment_that_was_edited_or_removed_stays_as_it_was(page: Page) -> None:
    """The change lies beside it for officers to see, and nobody is written to. Instagram tells of neither."""
    await page.comment()
    asked = len(page.platform.asked)
    await page.comment("Sudah menyala", verb="edited")
    await page.comment(verb="remove")
    (ticket,) = await page.street.all()
    rows = await Message.filter(ticket_id=ticket.id, direction="in").order_by("id").values_list("kind", "text")
    assert list(rows) == [("comment", STORY), ("edit", "Sudah menyala"), ("delete", "")]
    assert len(page.platform.asked) == asked


async def test_a_private_answer_that_was_given_before_is_told_to_the_officers(page: Page) -> None:
    """Once a comment: what the platform refuses is a failed delivery with its reason; the invitation still stands."""
    page.platform.answers = [(400, {"error": {"code": 10900, "message": "Activity already replied to"}})]
    await page.comment()
    (row,) = await Delivery.filter(state="failed")
    assert row.reason == "window-closed"
    assert len(page.openly) == 1


async def test_a_comment_told_again_is_one(page: Page) -> None:
    """Meta repeats; boosted posts come twice."""
    for _ in range(3):
        await page.comment()
    assert len(await Ticket.all()) == 1
    assert (len(page.privately), len(page.openly)) == (1, 1)
