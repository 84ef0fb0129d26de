"""The demo's WhatsApp speaks as WhatsApp's documentation says, to a client that is none of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.news import News
from bot.demo.story import Template
from bot.demo.whatsapp import WhatsAppStandIn
from channels.base import Attachment
from tests.bot.demo import openapi
from tests.bot.demo.program import Listening, listening

DOOR = "kota-wa"
PEOPLE = story.told().citizens
CITIZEN = PEOPLE[0]
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)
VOICE = Attachment("suara.ogg", "audio/ogg", b"OggS", size_bytes=4)
APPROVED = (
    Template(name="kabar", text="Ada kabar untuk aduan {{1}}: {{2}}"),
    Template(name="lama", text="Lama", state="PAUSED"),
    Template(name="nama", text="Halo {{nama}}"),
)


class Hands:
    """A clock that tests move."""

    at = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Hands:
    return Hands()


@pytest.fixture
def chats(tmp_path: Path, now: Hands) -> Chats:
    return Chats(tmp_path, [person.id for person in PEOPLE], News(), now)


@pytest.fixture
async def program() -> AsyncIterator[Listening]:
    async with listening() as program:
        yield program


@pytest.fixture
async def whatsapp(chats: Chats, program: Listening, now: Hands) -> AsyncIterator[WhatsAppStandIn]:
    async with WhatsAppStandIn(
        {DOOR: "Aduan Kota"}, PEOPLE, chats, program.program, now, templates=APPROVED
    ) as standing:
        yield standing


async def call(
    whatsapp: WhatsAppStandIn, method: str, path: str, *, token: str | None = None, **what: Any
) -> tuple[int, Any]:
    """Ask as any client would; the status and the answer's JSON."""
    given = whatsapp.entry(DOOR)
    headers = {"Authorization": f"Bearer {given['token'] if token is None else token}"}
    url = path if path.startswith("http") else f"{given['base_url']}/v23.0/{path}"
    async with ClientSession() as session, session.request(method, url, headers=headers, **what) as answer:
        return answer.status, json.loads(await answer.read() or b"null")


async def sends(whatsapp: WhatsAppStandIn, **values: Any) -> tuple[int, Any]:
    """Hand a message over."""
    given: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": CITIZEN.phone}
    if "status" in values:
        given = {"messaging_product": "whatsapp"}
    return await call(whatsapp, "POST", f"{whatsapp.accounts[DOOR].id}/messages", json=given | values)


def text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


def buttons(*labels: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": one.upper(), "title": one}} for one in labels]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": "Apa?"}, "action": {"buttons": replies}},
    }


def menu(*rows: dict[str, str], button: str = "Pilih") -> dict[str, Any]:
    action = {"button": button, "sections": [{"rows": [*rows]}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Apa?"}, "action": action}}


def told(program: Listening) -> list[dict[str, Any]]:
    """Every change's value that the program was told."""
    bodies = [json.loads(one.body) for one in program.heard]
    return [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]


async def test_what_citizens_do_is_told_signed(whatsapp: WhatsAppStandIn, program: Listening) -> None:
    """Text, photo, paper, voice, place, change, taking back and emoji, each signed over the raw body."""
    (first,) = whatsapp.says("1", DOOR, "Jalan rusak di Jl. Merdeka 5/7 – parah")
    for file in (PHOTO, PAPER, VOICE):
        whatsapp.says("1", DOOR, "" if file is VOICE else "Ini buktinya", files=[file])
    whatsapp.says("1", DOOR, place=(-8.0983, 112.1681), answers=first.id)
    whatsapp.edits(first.id, "Jalan rusak berat")
    whatsapp.revokes(first.id)
    whatsapp.reacts(first.id, "👍")
    heard = await program.until(8)
    account = whatsapp.accounts[DOOR]
    for one in heard:
        expected = hmac.new(account.secret.encode(), one.body, hashlib.sha256).hexdigest()
        assert one.headers["X-Hub-Signature-256"] == f"sha256={expected}"
        assert one.path == f"/hooks/{DOOR}/masuk"
        assert one.body.isascii()
    kinds = [value["messages"][0]["type"] for value in told(program)]
    assert kinds == ["text", "image", "document", "audio", "location", "edit", "revoke", "reaction"]
    assert json.loads(heard[0].body)["entry"][0]["id"] == account.above
    message = told(program)[0]["messages"][0]
    assert (message["from"], message["text"]["body"]) == (
        CITIZEN.phone.lstrip("+"),
        "Jalan rusak di Jl. Merdeka 5/7 – parah",
    )
    assert told(program)[6]["messages"][0]["revoke"]["original_message_id"] == message["id"]
    assert len({value["messages"][0]["id"] for value in told(program)}) == 8


async def test_bodies_hold_against_the_description(whatsapp: WhatsAppStandIn, program: Listening) -> None:
    """Statuses and a change of number, field by field."""
    whatsapp.says("1", DOOR, "Halo")
    await sends(whatsapp, **text("Halo juga"))
    whatsapp.reads("1", DOOR)
    whatsapp.orders.fail_next(131049, "Meta chose not to deliver")
    await sends(whatsapp, **text("Halo lagi"))
    whatsapp.moves("1", DOOR, "+6281234500099")
    await program.until(6)
    states = [value["statuses"][0] for value in told(program) if "statuses" in value]
    assert [one["status"] for one in states] == ["sent", "delivered", "read", "failed"]
    assert states[3]["errors"][0]["code"] == 131049
    for status in states:
        assert openapi.faults("whatsapp_cloud_openapi.json", "Statuses", status) == []
    system = told(program)[-1]["messages"][0]
    assert (system["type"], system["system"]["wa_id"]) == ("system", "6281234500099")


async def test_what_the_office_sends_lies_on_the_phone(whatsapp: WhatsAppStandIn, chats: Chats) -> None:
    """Text, buttons and a list; a file is laid there first and sent by its id."""
    (line,) = whatsapp.says("1", DOOR, "Halo")
    name = whatsapp.event(line)["messages"][0]["id"]
    status, answer = await sends(whatsapp, **text("Kami terima"), context={"message_id": name})
    assert status == 200
    assert answer["contacts"] == [{"input": CITIZEN.phone, "wa_id": CITIZEN.phone.lstrip("+")}]
    await sends(whatsapp, **buttons("Ya", "Belum"))
    await sends(whatsapp, **menu({"id": "1", "title": "Keluhan", "description": "Mengeluhkan layanan"}))
    form = FormData({"messaging_product": "whatsapp", "type": "application/pdf"})
    form.add_field("file", PAPER.content, filename="surat.pdf", content_type="application/pdf")
    _, laid = await call(whatsapp, "POST", f"{whatsapp.accounts[DOOR].id}/media", data=form)
    await sends(whatsapp, type="document", document={"id": laid["id"], "caption": "Surat", "filename": "Jawaban.pdf"})
    shown = chats.lines("1", DOOR)[1:]
    assert (shown[0].text, shown[0].answers) == ("Kami terima", line.id)
    assert shown[1].buttons == ((("Ya", "YA"), ("Belum", "BELUM")),)
    assert (shown[2].menu, shown[2].buttons) == ("Pilih", ((("Keluhan\nMengeluhkan layanan", "1"),),))
    assert (shown[3].files[0].name, shown[3].text, chats.content(shown[3].id, 0)) == (
        "Jawaban.pdf",
        "Surat",
        PAPER.content,
    )


async def test_a_button_and_a_row_come_back_as_answers(
    whatsapp: WhatsAppStandIn, program: Listening, chats: Chats
) -> None:
    """Each names what it answers; a button is pressed once, what was never there not at all."""
    whatsapp.says("1", DOOR, "Halo")
    _, first = await sends(whatsapp, **buttons("Ya", "Belum"))
    await sends(whatsapp, **menu({"id": "k", "title": "Keluhan"}, {"id": "s", "title": "Saran"}))
    asked, listed = [line for line in chats.lines("1", DOOR) if line.buttons]
    whatsapp.presses(asked.id, "YA")
    whatsapp.presses(listed.id, "s")
    await program.until(7)
    yes, row = [value["messages"][0] for value in told(program) if "messages" in value][1:]
    assert yes["interactive"] == {"type": "button_reply", "button_reply": {"id": "YA", "title": "Ya"}}
    assert yes["context"]["id"] == first["messages"][0]["id"]
    assert row["interactive"] == {"type": "list_reply", "list_reply": {"id": "s", "title": "Saran"}}
    for wrong in ("YA", "TIDAK"):
        with pytest.raises(KeyError):
            whatsapp.presses(asked.id, wrong)


async def test_media_lie_behind_a_url_that_ends(whatsapp: WhatsAppStandIn, now: Hands) -> None:
    """It needs the token, is over after five minutes, and cannot be guessed."""
    (line,) = whatsapp.says("1", DOOR, files=[PHOTO])
    medium = whatsapp.event(line)["messages"][0]["image"]["id"]
    status, about = await call(whatsapp, "GET", medium)
    assert (status, about["mime_type"], about["file_size"]) == (200, "image/jpeg", 8)
    given = whatsapp.entry(DOOR)
    async with ClientSession(headers={"Authorization": f"Bearer {given['token']}"}) as session:
        assert await (await session.get(about["url"])).read() == PHOTO.content
        assert (await session.get(about["url"][:-1])).status == 404
        now.at += timedelta(minutes=6)
        assert (await session.get(about["url"])).status == 404
    async with ClientSession() as session:
        assert (await session.get(about["url"])).status == 401
    assert (await call(whatsapp, "GET", "900000000099900"))[1]["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("values", "code"),
    [
        pytest.param(text(" "), 100, id="empty"),
        pytest.param(text("a" * 4097), 100, id="long"),
        pytest.param({"type": "text"}, 131008, id="no-text"),
        pytest.param({"type": "lagu", "lagu": {}}, 100, id="unknown-kind"),
        pytest.param(text("a") | {"tekst": 1}, 100, id="unknown-key"),
        pytest.param({"type": "text", "text": {"body": "a", "buttons": []}}, 100, id="unknown-inner-key"),
        pytest.param(text("a") | {"messaging_product": "wa"}, 100, id="other-product"),
        pytest.param(buttons("A", "B", "C", "D"), 100, id="four-buttons"),
        pytest.param(buttons("a" * 21), 100, id="long-button"),
        pytest.param(buttons("Ya", "Ya"), 100, id="same-button"),
        pytest.param(menu(*({"id": f"{n}", "title": f"B{n}"} for n in range(11))), 100, id="eleven-rows"),
        pytest.param(menu({"id": "1", "title": "a" * 25}), 100, id="long-row"),
        pytest.param(menu({"id": "1", "title": "a", "description": "a" * 73}), 100, id="long-note"),
        pytest.param(menu({"id": "1", "title": "a"}, button="a" * 21), 100, id="long-menu"),
        pytest.param({"type": "image", "image": {"id": "123"}}, 100, id="no-medium"),
        pytest.param({"status": "read", "message_id": "wamid.SEMBARANG"}, 100, id="reads-nothing"),
        pytest.param({"type": "template", "template": {"name": "x", "language": {"code": "id"}}}, 132001, id="unknown"),
        pytest.param(
            {"type": "template", "template": {"name": "lama", "language": {"code": "id"}}}, 132001, id="paused"
        ),
        pytest.param(
            {"type": "template", "template": {"name": "kabar", "language": {"code": "id"}}}, 132000, id="unfilled"
        ),
    ],
)
async def test_what_whatsapp_would_refuse_is_refused(
    whatsapp: WhatsAppStandIn, values: dict[str, Any], code: int
) -> None:
    """Limits and mistakes are answered with the API's own code, and nothing lies on the phone."""
    whatsapp.says("1", DOOR, "Halo")
    status, answer = await sends(whatsapp, **values)
    assert (status, answer["error"]["code"]) == (404 if code == 132001 else 400, code)
    assert openapi.faults("whatsapp_cloud_openapi.json", "GraphAPIError", answer) == []


def filled(name: str, *values: dict[str, str]) -> dict[str, Any]:
    components = [{"type": "body", "parameters": [{"type": "text", **one} for one in values]}]
    return {"type": "template", "template": {"name": name, "language": {"code": "id"}, "components": components}}


async def test_after_24_hours_only_what_was_approved_comes(
    whatsapp: WhatsAppStandIn, program: Listening, chats: Chats, now: Hands
) -> None:
    """A text is taken and said to have failed; an approved one arrives with its values, which are one line each."""
    whatsapp.says("1", DOOR, "Halo")
    now.at += timedelta(hours=24, seconds=1)
    assert (await sends(whatsapp, **text("Terlambat")))[0] == 200
    await program.until(2)
    assert told(program)[1]["statuses"][0]["errors"][0]["code"] == 131047
    whatsapp.refuses_at_once = True
    assert (await sends(whatsapp, **text("Terlambat")))[1]["error"]["code"] == 131047
    status, answer = await sends(whatsapp, **filled("kabar", {"text": "BLT-26-000001"}, {"text": "selesai"}))
    assert (status, answer["messages"][0]["message_status"]) == (200, "accepted")
    assert [line.text for line in chats.lines("1", DOOR) if not line.sent] == [
        "Ada kabar untuk aduan BLT-26-000001: selesai"
    ]
    broken = filled("kabar", {"text": "BLT-26-000001"}, {"text": "selesai\nbesok"})
    assert (await sends(whatsapp, **broken))[1]["error"]["code"] == 132018
    assert (await sends(whatsapp, **filled("nama", {"text": "Sari"})))[1]["error"]["code"] == 132000
    assert (await sends(whatsapp, **filled("nama", {"text": "Sari", "parameter_name": "nama"})))[0] == 200


async def test_nobody_else_has_the_number(whatsapp: WhatsAppStandIn, program: Listening) -> None:
    """A number that is not on WhatsApp fails afterwards, as one that has moved does."""
    whatsapp.says("1", DOOR, "Halo")
    whatsapp.moves("1", DOOR, "+6281234500099")
    await sends(whatsapp, **text("Halo"))
    await program.until(3)
    status = told(program)[2]["statuses"][0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)
    assert (await sends(whatsapp, to="6281234500099", **text("Halo")))[1]["contacts"][0]["wa_id"] == "6281234500099"


async def test_a_phone_that_is_off_gets_its_messages_later(
    whatsapp: WhatsAppStandIn, program: Listening, chats: Chats
) -> None:
    """One tick until it is on again; blue ones once the office has read."""
    (line,) = whatsapp.says("1", DOOR, "Halo")
    await program.until(1)
    whatsapp.switches("1", on=False)
    await sends(whatsapp, **text("Kami terima"))
    whatsapp.reads("1", DOOR)
    assert chats.lines("1", DOOR)[-1].state == "sent"
    whatsapp.switches("1", on=True)
    await program.until(3)
    assert [value["statuses"][0]["status"] for value in told(program)[1:]] == ["sent", "delivered"]
    name = whatsapp.event(line)["messages"][0]["id"]
    assert (await sends(whatsapp, status="read", message_id=name))[1] == {"success": True}
    assert chats.lines("1", DOOR)[0].state == "read"


async def test_it_calls_again_until_it_is_heard_and_several_in_one(
    chats: Chats, now: Hands, whatsapp: WhatsAppStandIn
) -> None:
    """A call that is refused comes again, the same; what happens together comes in one body."""
    async with (
        listening(refusals=2) as program,
        WhatsAppStandIn({DOOR: "Aduan Kota"}, PEOPLE, chats, program.program, now) as standing,
    ):
        with standing.together():
            for number in range(3):
                standing.says("1", DOOR, f"Pesan {number}")
        (body,) = [json.loads(one.body) for one in await program.until(1)]
        changes = body["entry"][0]["changes"]
        assert [one["value"]["messages"][0]["text"]["body"] for one in changes] == ["Pesan 0", "Pesan 1", "Pesan 2"]


async def test_strangers_are_turned_away(whatsapp: WhatsAppStandIn) -> None:
    """No token, a wrong or expired one, one in the address, and an object that is not there."""
    number = whatsapp.accounts[DOOR].id
    assert (await call(whatsapp, "GET", number, token="salah"))[1]["error"]["code"] == 190
    token = whatsapp.entry(DOOR)["token"]
    assert (await call(whatsapp, "GET", f"{number}?access_token={token}"))[0] == 401
    assert (await call(whatsapp, "GET", "123"))[1]["error"]["error_subcode"] == 33
    assert (await call(whatsapp, "POST", f"{number}/pesan", json={}))[0] == 400
    whatsapp.expire(DOOR)
    assert (await call(whatsapp, "GET", number, token=token))[1]["error"]["error_subcode"] == 463


async def test_an_account_tells_of_itself(whatsapp: WhatsAppStandIn) -> None:
    """The number, the app that is called, and the approved texts page by page."""
    account = whatsapp.accounts[DOOR]
    status, number = await call(whatsapp, "GET", f"{account.id}?fields=display_phone_number,quality_rating")
    assert (status, set(number)) == (200, {"id", "display_phone_number", "quality_rating"})
    assert openapi.faults("whatsapp_cloud_openapi.json", "PhoneNumberInfo", number) == []
    _, apps = await call(whatsapp, "GET", f"{account.above}/subscribed_apps")
    assert len(apps["data"]) == 1
    _, page = await call(whatsapp, "GET", f"{account.above}/message_templates?limit=2")
    assert [one["name"] for one in page["data"]] == ["kabar", "lama"]
    _, rest = await call(whatsapp, "GET", page["paging"]["next"])
    assert [(one["name"], one["parameter_format"]) for one in rest["data"]] == [("nama", "NAMED")]
    assert "next" not in rest["paging"]


async def test_trouble_can_be_ordered(whatsapp: WhatsAppStandIn, chats: Chats) -> None:
    """Refused, garbled, taken and not told: once each, then all is well again."""
    whatsapp.says("1", DOOR, "Halo")
    whatsapp.orders.refuse_next(429, 130429, "(#130429) Rate limit hit", after=7)
    assert (await sends(whatsapp, **text("a")))[1]["error"]["code"] == 130429
    whatsapp.orders.garble_next(b"{}", 200, takes=True)
    assert await sends(whatsapp, **text("b")) == (200, {})
    whatsapp.orders.refuse_next(500, 131000, "(#131000) Something went wrong", times=2)
    assert [(await sends(whatsapp, **text("c")))[0] for _ in range(3)] == [500, 500, 200]
    assert [line.text for line in chats.lines("1", DOOR) if not line.sent] == ["b", "c"]
