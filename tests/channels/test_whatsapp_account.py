"""A WhatsApp number's account: the templates it had approved, and what ``wadul channel check`` says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

import channels
from channels.base import Approved, ApprovedText, Approving, Called, Channel, Fault, Outbound, Unauthorised, Undelivered
from templates import sentence
from tests.channels import whatsapps as wa
from tests.channels.contract import NOW
from tests.channels.contract import SECRET as KEY
from tests.channels.whatsapp_stand import Stand, refusal, standing

CITIZEN, WORLD = f"+{wa.CITIZEN}", "https://wadul.example.go.id"


def door(url: str, **more: Any) -> Channel:
    """The door, with its Graph API at ``url``."""
    entry = {"kind": "whatsapp", **wa.ENTRY, "base_url": url, **more}
    return channels.load("blitar-wa", entry, secret=KEY, now=lambda: NOW, url=WORLD)


def saying(text: str = "Halo", **more: Any) -> Outbound:
    """A message out."""
    return Outbound(key="01JABC", recipient=CITIZEN, text=text, **more)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """A Graph API of our own."""
    async with standing() as one:
        yield one


@pytest.fixture
async def whatsapp(stand: Stand) -> AsyncIterator[Channel]:
    """The door to it."""
    one = door(stand.url)
    yield one
    await one.close()


def held(name: str = "status_aduan", *components: dict[str, Any], status: str = "APPROVED") -> dict[str, Any]:
    """A template as the platform lists it."""
    body = {"type": "BODY", "text": "Bapak/Ibu {{1}}, aduan {{2}} sudah dijawab."}
    return {"name": name, "language": "id", "status": status, "components": list(components) or [body], "id": "1"}


HEADED = held(
    "lengkap",
    {"type": "HEADER", "format": "TEXT", "text": "Aduan {{1}}"},
    {"type": "BODY", "text": "Kepada {{2}}: {{1}}, {{2}}."},
    {"type": "FOOTER", "text": "Kota Blitar"},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Sudah baik"},
                                    {"type": "URL", "text": "Lihat", "url": "https://blitar.go.id/cek/{{1}}"}]},
)  # fmt: skip
NAMED = held(
    "bernama",
    {"type": "HEADER", "format": "TEXT", "text": "Halo {{nama}}"},
    {"type": "BODY", "text": "Aduan {{nomor}} atas nama {{nama}}."},
)
PICTURED = held("bergambar", {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Halo"})


class TestTemplates:
    """What may be written after the window is what WhatsApp approved."""

    async def test_they_are_listed_page_by_page(self, stand: Stand, whatsapp: Channel) -> None:
        """All of them, whatever their state, each as one text whose variables are counted through."""
        stand.templates = [held(), HEADED, NAMED, PICTURED, held("baru", status="PENDING")]
        assert isinstance(whatsapp, Approving)
        assert await whatsapp.approved() == [
            ApprovedText("status_aduan", "id", "Bapak/Ibu {{1}}, aduan {{2}} sudah dijawab.", 2),
            ApprovedText(
                "lengkap",
                "id",
                "Aduan {{1}}\nKepada {{2}}: {{3}}, {{2}}.\nKota Blitar\n[Sudah baik]\n[Lihat] https://blitar.go.id/cek/{{4}}",
                4,
            ),
            ApprovedText("bernama", "id", "Halo {{nama}}\nAduan {{nomor}} atas nama {{nama}}.", 2),
            ApprovedText("bergambar", "id", "Halo", 0, "unsupported"),
            ApprovedText("baru", "id", "Bapak/Ibu {{1}}, aduan {{2}} sudah dijawab.", 2, "pending"),
        ]
        assert len(stand.asked) == 3

    async def test_one_is_sent_filled_in(self, stand: Stand, whatsapp: Channel) -> None:
        """With its values on one line each, in place of the text."""
        stand.templates = [held("status_aduan_lama"), held()]
        chosen = Approved("status_aduan", "id", ("Sari \n Wulandari", "BLT-26-001234"))
        receipt = await whatsapp.send(saying("Bapak/Ibu Sari ...", approved=chosen))
        assert receipt.external_id == "wamid.out1"
        (sent,) = stand.sent
        assert (sent["type"], sent["to"]) == ("template", CITIZEN)
        values = [{"type": "text", "text": "Sari Wulandari"}, {"type": "text", "text": "BLT-26-001234"}]
        assert sent["template"] == {
            "name": "status_aduan",
            "language": {"policy": "deterministic", "code": "id"},
            "components": [{"type": "body", "parameters": values}],
        }

    async def test_each_value_goes_where_it_belongs(self, stand: Stand, whatsapp: Channel) -> None:
        """Header, body in the platform's own order, and a button's link."""
        stand.templates = [HEADED]
        await whatsapp.send(saying(approved=Approved("lengkap", "id", ("satu", "dua", "tiga", ""))))
        assert stand.sent[0]["template"]["components"] == [
            {"type": "header", "parameters": [{"type": "text", "text": "satu"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "tiga"}, {"type": "text", "text": "dua"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "-"}]},
        ]

    async def test_named_variables_are_told_by_their_names(self, stand: Stand, whatsapp: Channel) -> None:
        """One value serves wherever its name stands."""
        stand.templates = [NAMED]
        await whatsapp.send(saying(approved=Approved("bernama", "id", ("Sari", "BLT-26-001234"))))
        nama = {"type": "text", "parameter_name": "nama", "text": "Sari"}
        nomor = {"type": "text", "parameter_name": "nomor", "text": "BLT-26-001234"}
        assert stand.sent[0]["template"]["components"] == [
            {"type": "header", "parameters": [nama]},
            {"type": "body", "parameters": [nomor, nama]},
        ]

    @pytest.mark.parametrize(
        "chosen",
        [
            Approved("tidak_ada", "id"),
            Approved("status_aduan", "en", ("a", "b")),
            Approved("status_aduan", "id", ("a",)),
            Approved("bergambar", "id"),
            Approved("ditolak", "id", ("a", "b")),
        ],
        ids=lambda chosen: f"{chosen.name}-{chosen.language}-{len(chosen.values)}",
    )
    async def test_one_that_may_not_go_is_not_tried(self, stand: Stand, whatsapp: Channel, chosen: Approved) -> None:
        """Unknown, in another language, half filled in, in need of a picture, rejected."""
        stand.templates = [held(), PICTURED, held("ditolak", status="REJECTED")]
        with pytest.raises(Undelivered, match="template-refused") as raised:
            await whatsapp.send(saying(approved=chosen))
        assert not raised.value.retry
        assert stand.sent == []

    async def test_a_token_that_may_only_send_sends(self, stand: Stand, whatsapp: Channel) -> None:
        """Then the values are the body's."""
        stand.answer = lambda request, _: refusal(403, 200, "No") if "templates" in request.path else None
        await whatsapp.send(saying(approved=Approved("status_aduan", "id", ("a", "b"))))
        ((body,),) = [one["template"]["components"] for one in stand.sent]
        assert [one["text"] for one in body["parameters"]] == ["a", "b"]

    async def test_without_the_account_there_is_nothing_to_list(self, stand: Stand) -> None:
        """The account's id is what they are asked by."""
        whatsapp = door(stand.url, account_id="")
        assert isinstance(whatsapp, Approving)
        assert await whatsapp.approved() == []
        await whatsapp.close()

    async def test_trouble_in_listing_is_told(self, stand: Stand, whatsapp: Channel) -> None:
        """As in sending."""
        assert isinstance(whatsapp, Approving)
        stand.answer = lambda *_: refusal(429, 80008, "Too many calls")
        with pytest.raises(Undelivered):
            await whatsapp.approved()
        stand.answer = lambda *_: refusal(401, 190, "Expired")
        with pytest.raises(Unauthorised):
            await whatsapp.approved()


HOOK = f"{WORLD}/hooks/blitar-wa/masuk"
NO_PAYMENT = {"error_code": 141006, "error_description": "No payment", "possible_solution": "Add one"}
BLOCKED = {"can_send_message": "BLOCKED", "entities": [{"entity_type": "WABA", "errors": [NO_PAYMENT]}]}
CHECKS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("well", {}, []),
    ("ours", {"webhook_configuration": {"application": HOOK}}, []),
    ("elsewhere", {"webhook_configuration": {"application": "https://lain.example/x"}}, ["meta-webhook-elsewhere"]),
    ("the number's own goes first",
     {"webhook_configuration": {"application": HOOK, "phone_number": "https://lain.example/x"}},
     ["meta-webhook-elsewhere"]),
    ("not registered", {"status": "DISCONNECTED"}, ["whatsapp-not-registered"]),
    ("another interface", {"platform_type": "ON_PREMISE"}, ["whatsapp-not-registered"]),
    ("not verified", {"status": "PENDING"}, ["whatsapp-not-verified"]),
    ("not verified, untold", {"status": None, "code_verification_status": "NOT_VERIFIED"}, ["whatsapp-not-verified"]),
    ("an old proof of a number that works", {"code_verification_status": "EXPIRED"}, []),
    ("banned", {"status": "BANNED"}, ["whatsapp-not-registered"]),
    ("name", {"name_status": "DECLINED"}, ["whatsapp-name-declined"]),
    ("quality", {"quality_rating": "RED"}, ["whatsapp-quality"]),
    ("middling", {"quality_rating": "YELLOW"}, []),
    ("held back", {"health_status": BLOCKED}, ["whatsapp-held-back"]),
]  # fmt: skip


class TestCheck:
    """``wadul channel check``: the account tried for real, and what is wrong with it in words."""

    @pytest.mark.parametrize(("number", "codes"), [row[1:] for row in CHECKS], ids=[row[0] for row in CHECKS])
    async def test_the_number(self, stand: Stand, whatsapp: Channel, number: dict[str, Any], codes: list[str]) -> None:
        """Its registration, name, quality, and where its webhook leads."""
        stand.number |= number
        faults = await whatsapp.check()
        assert [fault.code for fault in faults] == codes
        for fault in faults:
            for language in ("id", "en"):
                said = sentence(fault.code, fault.values, language)
                assert said != fault.code
                assert "?" not in said

    async def test_the_number_that_people_write_to(self, stand: Stand, whatsapp: Channel) -> None:
        """As WhatsApp shows it: who links a chat of their own is told where to write."""
        assert isinstance(whatsapp, Called)
        assert await whatsapp.called() == stand.number["display_phone_number"]

    async def test_nobody_subscribed(self, stand: Stand, whatsapp: Channel) -> None:
        """Then no message ever arrives; where it should lead is said."""
        stand.apps = []
        assert await whatsapp.check() == [Fault("meta-webhook-missing", {"url": HOOK})]

    @pytest.mark.parametrize(
        ("status", "code", "more", "fault"),
        [
            (401, 190, {"error_subcode": 463}, "meta-token-expired"),
            (401, 190, {}, "meta-token-refused"),
            (403, 10, {}, "meta-token-refused"),
            (400, 100, {"error_subcode": 33}, "meta-account-missing"),
            (400, 100, {}, "meta-account-missing"),
            (500, 2, {}, "meta-unreachable"),
            (429, 4, {}, "meta-unreachable"),
        ],
    )
    async def test_the_token(
        self, stand: Stand, whatsapp: Channel, status: int, code: int, more: dict[str, Any], fault: str
    ) -> None:
        """Expired, refused, of another account; or Meta is away."""
        stand.answer = lambda *_: refusal(status, code, "words", **more)
        (found,) = await whatsapp.check()
        assert found.code == fault
        assert wa.TOKEN not in sentence(found.code, found.values)

    @pytest.mark.parametrize("url", ["", "http://wadul.example.go.id"])
    async def test_an_address_that_meta_will_not_call(self, stand: Stand, url: str) -> None:
        """It calls https only."""
        entry = {"kind": "whatsapp", **wa.ENTRY, "base_url": stand.url}
        whatsapp = channels.load("blitar-wa", entry, secret=KEY, now=lambda: NOW, url=url)
        assert "meta-webhook-not-secure" in [fault.code for fault in await whatsapp.check()]
        await whatsapp.close()
