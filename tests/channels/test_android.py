"""The Android phone's door: what the app writes becomes messages and news, and what we send goes out once."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import channels
from channels.android import Adapter, Settings, parse
from channels.base import Outbound, Receipt, State, Unauthorised, Undelivered, Undigested
from tests.channels.contract import DoorContract
from tests.channels.phones import BUDI, JPEG, NOW, OFFICE, Gateway, event, gateway, record, sms, told
from tests.channels.recording import RecordingDesk

SPEC = Path(__file__).parents[3] / "shared" / "reference" / "android_sms_gateway_openapi.json"
ENTRY = {"user": "kantor", "password": "rahasia-hp", "signing_key": "kunciHP1", "number": OFFICE}
CLOSED = {"base_url": "http://127.0.0.1:9"}
SAID = Outbound(key="0k1m2n3p4q5r6s7t8v9w0x1y2z", recipient=BUDI, text="Aduan “BLT-26-001234” diterima…")


def opened(**more: Any) -> Adapter:
    """The door of a phone."""
    chosen = Settings.model_validate(ENTRY | more)
    return Adapter("blitar-sms", chosen, secret=b"k", now=lambda: NOW, url="https://aduan.example.go.id")


@pytest.fixture
async def standing() -> AsyncIterator[Gateway]:
    """A gateway that obeys the test."""
    async with gateway() as one:
        yield one


@pytest.fixture
async def door(standing: Gateway) -> AsyncIterator[Adapter]:
    """The door of a phone behind that gateway."""
    one = opened(base_url=standing.url)
    yield one
    await one.close()


class TestContract(DoorContract):
    """The phone's door keeps every door's promises."""

    kind = "android"
    entry = ENTRY
    samples = (
        sms(),
        sms("Sampah menumpuk 🗑️", messageId="1"),
        sms("", messageId="2"),
        event("mms:downloaded", {"messageId": "17", "sender": BUDI, "body": "Ini fotonya", "attachments": []}),
        event("sms:data-received", {"messageId": "3", "sender": BUDI, "data": "AAEC"}),
        json.dumps(record("Jalan rusak")).encode(),
    )
    secrets = ("rahasia-hp", "kunciHP1")
    unreachable = CLOSED
    recipient = BUDI


class TestMessages:
    """What citizens text."""

    def test_a_message_says_all_it_knows(self) -> None:
        """Sender, moment, own number and words, as every door gives them."""
        (one,) = parse(sms("Lampu jalan mati 3 hari")).messages
        assert (one.sender, one.recipient, one.text) == (BUDI, OFFICE, "Lampu jalan mati 3 hari")
        assert one.sent_at == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
        assert not one.automatic

    def test_an_old_version_is_read_as_well(self) -> None:
        """The first versions had neither ids of their own nor the names sender and recipient."""
        payload = {"message": "Halo", "phoneNumber": "+6281234567890", "receivedAt": "2024-06-07T11:41:31.000+07:00"}
        (one,) = parse(json.dumps({"event": "sms:received", "payload": payload}).encode()).messages
        assert (one.sender, one.text) == (BUDI, "Halo")
        assert one.sent_at == datetime(2024, 6, 7, 4, 41, 31, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("written", "sender", "automatic"),
        [
            ("081234567890", BUDI, False),
            ("6281234567890", BUDI, False),
            ("+62 812-3456-7890", BUDI, False),
            ("\u202a+62 812‑3456‑7890\u202c", BUDI, False),
            ("+60123456789", "+60123456789", False),
            ("TELKOMSEL", "TELKOMSEL", True),
            ("BRI 3Care", "BRI 3CARE", True),
            ("3636", "3636", True),
            ("+1708", "+1708", True),
            (OFFICE, OFFICE, False),
        ],
    )
    def test_numbers_in_any_form_are_one_address(self, written: str, sender: str, automatic: bool) -> None:
        """National, without plus, with marks nobody sees; names and short codes are machines."""
        (one,) = parse(sms(sender=written, phoneNumber=written)).messages
        assert (one.sender, one.automatic) == (sender, automatic)

    @pytest.mark.parametrize(
        "text", ["مرحبا، الطريق معطل", "\u202eterbalik", "👨‍👩‍👧‍👦 keluarga 🇮🇩", "ꦲꦏ꧀ꦱꦫꦗꦮ", "a\nb", "𝐋𝐚𝐦𝐩𝐮"]
    )
    def test_every_script_stays_as_it_is(self, text: str) -> None:
        """Right to left, joined pictures, Javanese letters."""
        assert parse(sms(text)).messages[0].text == text

    def test_halves_of_a_picture_are_mended(self) -> None:
        """A text cut inside a picture can be stored; what is joined by escapes is whole."""
        cut = sms("x").replace(b'"x"', b'"Rusak \\ud83d"')
        whole = sms("x").replace(b'"x"', b'"Rusak \\ud83d\\ude21"')
        assert parse(cut).messages[0].text == "Rusak \ufffd"
        assert parse(whole).messages[0].text == "Rusak 😡"
        assert "\x00" not in parse(sms("a\x00b")).messages[0].text

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"message": None}, {"text": ""}),
            ({"message": 1708}, {"text": "1708"}),
            ({"message": {"text": "x"}}, {"text": ""}),
            ({"sender": None}, {"sender": BUDI}),
            ({"phoneNumber": None}, {"sender": BUDI}),
            ({"recipient": None}, {"recipient": ""}),
            ({"recipient": ""}, {"recipient": ""}),
            ({"simNumber": None}, {"sender": BUDI}),
            ({"receivedAt": "2026-11-23T02:15:00Z"}, {"sent_at": NOW}),
            ({"receivedAt": "2026-11-23T09:15:00.000+0700"}, {"sent_at": NOW}),
            ({"receivedAt": 1795400100}, {"sent_at": datetime(2026, 11, 23, 2, 15, tzinfo=UTC)}),
            ({"receivedAt": 1795400100000}, {"sent_at": datetime(2026, 11, 23, 2, 15, tzinfo=UTC)}),
            ({"receivedAt": None}, {"sent_at": datetime.fromtimestamp(0, UTC)}),
            ({"receivedAt": "kemarin"}, {"sent_at": datetime.fromtimestamp(0, UTC)}),
            ({"receivedAt": "1970-01-01T07:00:00.000+07:00"}, {"sent_at": datetime.fromtimestamp(0, UTC)}),
        ],
    )
    def test_a_missing_field_costs_no_message(self, change: dict[str, Any], expected: dict[str, Any]) -> None:
        """What versions leave out or write otherwise."""
        (one,) = parse(sms(**change)).messages
        assert {name: getattr(one, name) for name in expected} == expected

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b'{"event": "sms:received"}',
            b'{"event": "sms:received", "payload": null}',
            b'{"event": "sms:received", "payload": "x"}',
            b'{"event": 5, "payload": {}}',
            b'{"payload": {"message": "x"}}',
            sms(sender=None, phoneNumber=None),
            sms(sender="", phoneNumber=" "),
            event("mms:downloaded", {"messageId": "1219", "sender": "unknown", "phoneNumber": "unknown"}),
            event("sms:batch:received", {"messages": []}),
            sms()[:-20],
            b"[" * 100_000,
        ],
    )
    def test_what_names_no_sender_or_is_no_event_waits_for_a_person(self, raw: bytes) -> None:
        """Never dropped, never guessed."""
        with pytest.raises(Undigested):
            parse(raw)

    @pytest.mark.parametrize("name", ["system:ping", "app:started", "call:received", "sms:something-new"])
    def test_what_says_nothing_of_citizens_is_empty(self, name: str) -> None:
        """Heartbeats, and events of versions to come."""
        assert parse(event(name, {"health": {"status": "pass"}})) == parse(b"[]")

    @given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3))
    def test_no_value_is_fatal(self, value: Any) -> None:
        """Any field may hold anything."""
        for name in ("sender", "message", "receivedAt", "messageId", "simNumber", "recipient"):
            body = {"event": "sms:received", "payload": {**json.loads(sms())["payload"], name: value}}
            try:
                found = parse(json.dumps(body).encode()).messages
            except Undigested:
                continue
            assert all(one.external_id and one.sender for one in found)


class TestIdentity:
    """One message is one message, however often and by whichever way it is told."""

    def test_a_repetition_has_the_same_id(self) -> None:
        """The app repeats under a new event id, and some versions call twice."""
        first = parse(sms()).messages[0].external_id
        assert parse(sms().replace(b"V1StGXR8_Z5jdHi6B-myT", b"another-event")).messages[0].external_id == first

    def test_what_differs_has_another_id(self) -> None:
        """The same words on another day too: versions up to 1.66 gave those one messageId."""
        bodies = [
            sms("BELUM"),
            sms("BELUM", receivedAt="2026-11-24T09:15:00.000+07:00"),
            sms("BELUM", sender="+6281234567891"),
            sms("SUDAH"),
            sms("BELUM", messageId="5e6ae3c2"),
            sms("BELUM", messageId=None),
            sms("BELUM", messageId=None, receivedAt=None),
            sms("BELUM", receivedAt=None),
            sms("BELUM", receivedAt=None).replace(b"V1StGXR8_Z5jdHi6B-myT", b"another-event"),
        ]
        assert len({parse(one).messages[0].external_id for one in bodies}) == len(bodies)

    @pytest.mark.parametrize(
        ("hexadecimal", "decimal"), [("5e6ae3c1", 1584063425), ("a80532bb", -1476054341), ("0", 0)]
    )
    def test_the_inbox_and_the_webhook_agree(self, hexadecimal: str, decimal: int) -> None:
        """The app says one hash as unsigned hex by webhook, and signed in its inbox."""
        by_webhook = parse(sms("Sama", messageId=hexadecimal)).messages[0]
        by_inbox = parse(json.dumps(record("Sama", id=f"text:{decimal}")).encode()).messages[0]
        assert by_inbox.external_id == by_webhook.external_id
        assert replace(by_inbox, raw=b"") == replace(by_webhook, raw=b"")

    def test_a_picture_message_agrees_too(self) -> None:
        """Its webhook says the phone's number of it, its inbox that number's hash (java: "17".hashCode() is 1574)."""
        payload = {"messageId": "17", "sender": BUDI, "receivedAt": "2026-11-23T09:15:00.000+07:00", "attachments": []}
        listed = record("MMS content", id="mms:1574", type="MMS_DOWNLOADED", recipient=None)
        by_webhook = parse(event("mms:downloaded", payload)).messages[0]
        by_inbox = parse(json.dumps(listed).encode()).messages[0]
        assert (by_inbox.external_id, by_inbox.text) == (by_webhook.external_id, by_webhook.text)

    def test_a_whole_page_of_the_inbox_can_be_looked_into(self) -> None:
        """As the API lists it."""
        page = json.dumps([record("Dua", id="text:2"), record("Satu", id="text:1")]).encode()
        assert [one.text for one in parse(page).messages] == ["Dua", "Satu"]


class TestOtherKinds:
    """Pictures, binary messages, and what became of ours."""

    def test_a_picture_message_brings_its_files(self) -> None:
        """Content where the phone sent it along, else where it lies; the layout of slides is no file."""
        written = base64.b64encode(JPEG).decode()
        attachments = [
            {"partId": 1, "contentType": "application/smil", "name": "smil.xml", "data": "PHNtaWw+"},
            {"partId": 2, "contentType": "image/jpeg", "name": "/sdcard/lubang.jpg", "data": written},
            {"partId": 3, "contentType": "audio/amr", "name": None, "size": 2048, "data": None},
        ]
        payload = {"messageId": "17", "sender": BUDI, "body": None, "subject": "Jalan", "attachments": attachments}
        (one,) = parse(event("mms:downloaded", payload)).messages
        assert (one.text, one.subject) == ("Jalan", "Jalan")
        photo, sound = one.files
        assert (photo.name, photo.type, photo.content, photo.size_bytes) == (
            "lubang.jpg",
            "image/jpeg",
            JPEG,
            len(JPEG),
        )
        assert (sound.name.partition(".")[0], sound.content, sound.size_bytes) == ("mms-3", None, 2048)
        assert sound.reference == "mms:1574/3"

    @pytest.mark.parametrize("data", ["not base64", "%%%", "QUJ"])
    def test_a_broken_picture_is_fetched_from_the_phone(self, data: str) -> None:
        """No made-up bytes stand for a file that came broken; lines within its letters are as phones write them."""
        files = [{"partId": 2, "data": data}, {"partId": 3, "data": "QUJD\nREVG\n"}]
        (one,) = parse(event("mms:downloaded", {"messageId": "17", "sender": BUDI, "attachments": files})).messages
        assert [file.content for file in one.files] == [None, b"ABCDEF"]
        assert one.files[0].reference == "mms:1574/2"

    def test_words_in_any_field_are_heard(self) -> None:
        """The app's pages show an incoming text as an outgoing one, too."""
        (one,) = parse(sms(message=None, textMessage={"text": "Lampu mati"})).messages
        assert one.text == "Lampu mati"
        (one,) = parse(event("mms:downloaded", {"messageId": "17", "sender": BUDI, "message": "Ini fotonya"})).messages
        assert one.text == "Ini fotonya"

    def test_a_picture_message_that_waits_is_told(self) -> None:
        """Older versions tell no more than that one has come."""
        payload = {"messageId": "m1", "transactionId": "T1", "sender": BUDI, "subject": "Foto", "size": 120_000}
        (one,) = parse(event("mms:received", payload)).messages
        assert (one.sender, one.text) == (BUDI, "Foto")

    @pytest.mark.parametrize(
        ("data", "text", "files"),
        [("SGFsbyBkdW5pYQ==", "Halo dunia", 0), ("AAECAwQ=", "", 1), ("", "", 0), ("%%%", "", 0), (None, "", 0)],
    )
    def test_binary_messages_are_kept_and_never_answered(self, data: str | None, text: str, files: int) -> None:
        """Programs write them."""
        (one,) = parse(event("sms:data-received", {"messageId": "a", "sender": BUDI, "data": data})).messages
        assert (one.text, len(one.files), one.automatic) == (text, files, True)

    @pytest.mark.parametrize(
        ("name", "fields", "state", "reason"),
        [
            ("sms:sent", {"sentAt": "2026-11-23T02:15:00Z", "partsCount": 1}, State.SENT, ""),
            ("sms:delivered", {"deliveredAt": "2026-11-23T02:15:00Z"}, State.DELIVERED, ""),
            ("sms:failed", {"failedAt": "2026-11-23T02:15:00Z", "reason": "TTL expired"}, State.FAILED, "TTL expired"),
            ("sms:cancelled", {"cancelledAt": "2026-11-23T02:15:00Z"}, State.FAILED, "cancelled"),
        ],
    )
    def test_news_of_our_messages_name_our_key(
        self, name: str, fields: dict[str, Any], state: State, reason: str
    ) -> None:
        """Whatever the phone says of them."""
        (one,) = parse(told(name, **fields)).reports
        assert (one.key, one.external_id, one.recipient, one.state) == ("k1", "k1", BUDI, state)
        assert (one.at, one.reason) == (NOW, reason)

    def test_news_of_nothing_are_none(self) -> None:
        """A report without an id helps nobody."""
        assert parse(event("sms:sent", {"recipient": BUDI})) == parse(b"[]")


class TestOwn:
    """Whose message it is, in a phone with two SIMs."""

    def test_our_own_number_is_never_answered(self) -> None:
        """Or the door would talk to itself."""
        assert opened().parse(sms(sender=OFFICE)).messages[0].automatic

    def test_another_sim_is_not_ours(self) -> None:
        """The second SIM may be somebody's own."""
        door = opened(sim_number=2)
        assert door.parse(sms(simNumber=1)).messages == ()
        assert len(door.parse(sms(simNumber=2)).messages) == 1
        assert len(door.parse(sms(simNumber=None)).messages) == 1

    def test_another_phone_of_the_account_is_not_ours(self) -> None:
        """Where the office has named its own."""
        assert opened(device="lain").parse(sms()).messages == ()
        assert len(opened(device="PyDmBQZZXYmyxMwED8Fzy").parse(sms()).messages) == 1


class TestSending:
    """One attempt, and what its answer means."""

    async def test_a_message_goes_out_as_the_gateway_wants_it(self, standing: Gateway, door: Adapter) -> None:
        """Under our own key, in the cheap alphabet, with a report asked for."""
        assert await door.send(SAID) == Receipt(external_id=SAID.key)
        sent = standing.sent[SAID.key]
        assert sent["textMessage"] == {"text": 'Aduan "BLT-26-001234" diterima...'}
        assert sent["phoneNumbers"] == [BUDI]
        assert sent["withDeliveryReport"]
        assert sent["ttl"] == 72 * 3600
        assert not {"simNumber", "deviceId"} & sent.keys()

    async def test_a_chosen_sim_and_phone_are_named(self, standing: Gateway) -> None:
        """In a phone with two SIMs, in an account with two phones."""
        door = opened(base_url=f"{standing.url}/", sim_number=2, device="hp")
        await door.send(SAID)
        await door.close()
        assert (standing.sent[SAID.key]["simNumber"], standing.sent[SAID.key]["deviceId"]) == (2, "hp")

    async def test_a_repetition_counts_as_sent(self, standing: Gateway, door: Adapter) -> None:
        """The gateway refuses a key it has: that is why repeating is safe."""
        assert door.abilities.repeat_safe
        await door.send(SAID)
        assert await door.send(SAID) == Receipt(external_id=SAID.key)
        assert len(standing.sent) == 1

    async def test_an_old_app_that_stumbles_over_a_repetition(self, standing: Gateway, door: Adapter) -> None:
        """Versions before 1.58 answer 500: we ask whether it is there."""
        await door.send(SAID)
        standing.answers["POST", "/messages"] = 500, {"message": "UNIQUE constraint failed"}
        assert await door.send(SAID) == Receipt(external_id=SAID.key)

    @pytest.mark.parametrize(
        ("status", "words", "reason", "retry"),
        [
            (400, "failed to validate", "message-refused", False),
            (400, "failed to select device: record not found", "gateway-no-phone", True),
            (404, "Not Found", "gateway-elsewhere", True),
            (429, "slow down", "server-busy", True),
            (500, "database", "server-busy", True),
            (503, "queue limits exceeded", "server-busy", True),
        ],
    )
    async def test_an_answer_says_what_happens_next(
        self, standing: Gateway, door: Adapter, status: int, words: str, reason: str, retry: bool
    ) -> None:
        """Never unsure: a repeated key does no harm."""
        standing.answers["POST", "/messages"] = status, {"message": words}
        with pytest.raises(Undelivered) as raised:
            await door.send(SAID)
        assert (raised.value.reason, raised.value.retry) == (reason, retry)
        assert words in raised.value.detail or status == 404

    async def test_a_page_of_some_network_in_between_is_no_yes(self, standing: Gateway, door: Adapter) -> None:
        """What answers 200 to everything has sent nothing: the message goes once the gateway itself answers."""
        standing.answers["POST", "/messages"] = 200, "<html>Masuk ke Wi-Fi</html>"
        with pytest.raises(Undelivered) as raised:
            await door.send(SAID)
        assert (raised.value.reason, raised.value.retry) == ("gateway-elsewhere", True)
        standing.answers.clear()
        assert await door.send(SAID) == Receipt(external_id=SAID.key)

    async def test_its_own_wish_when_is_heard(self, standing: Gateway, door: Adapter) -> None:
        """Retry-After."""
        standing.answers["POST", "/messages"], standing.retry_after = (429, {}), "120"
        with pytest.raises(Undelivered) as raised:
            await door.send(SAID)
        assert raised.value.after == timedelta(minutes=2)

    async def test_a_wrong_password_is_no_failure_of_the_message(self, standing: Gateway, door: Adapter) -> None:
        """A person mends it."""
        standing.password = "lain"
        with pytest.raises(Unauthorised):
            await door.send(SAID)

    @pytest.mark.parametrize("recipient", ["TELKOMSEL", "3636", "081234567890", "", "+62\n81234567890"])
    async def test_who_has_no_number_is_not_tried(self, standing: Gateway, door: Adapter, recipient: str) -> None:
        """Machines cannot be answered."""
        with pytest.raises(Undelivered) as raised:
            await door.send(replace(SAID, recipient=recipient))
        assert (raised.value.reason, raised.value.retry) == ("address-invalid", False)
        assert standing.asked == []

    async def test_a_file_of_the_inbox_is_fetched(self, standing: Gateway, door: Adapter) -> None:
        """By the message's name in the inbox and the part's number, with our login."""
        (one,) = parse(
            event("mms:downloaded", {"messageId": "17", "sender": BUDI, "attachments": [{"partId": 3, "data": None}]})
        ).messages
        standing.answers["GET", "/inbox/mms:1574/attachments/3"] = 200, "isi berkas"
        assert await door.fetch(one.files[0]) == b'"isi berkas"'


@pytest.mark.skipif(not SPEC.exists(), reason="the gateway's description (shared/reference) is not on this machine")
class TestDescription:
    """Against Prism, which plays the gateway's own OpenAPI description and refuses what does not fit it."""

    @pytest.fixture
    async def described(self, prism: Callable[[Path], str]) -> AsyncIterator[Adapter]:
        """The door of a phone behind the description."""
        door = opened(base_url=prism(SPEC), sim_number=1, device="PyDmBQZZXYmyxMwED8Fzy")
        yield door
        await door.close()

    async def test_a_message_fits(self, described: Adapter) -> None:
        """202."""
        assert await described.send(SAID) == Receipt(external_id=SAID.key)

    async def test_the_account_can_be_looked_at(self, described: Adapter) -> None:
        """Phones, webhooks and health as described; what the examples lack is said."""
        codes = {fault.code for fault in await described.check()}
        assert not codes & {"gateway-unreachable", "gateway-elsewhere", "gateway-login-refused"}

    async def test_looking_after_the_phone_fits(self, described: Adapter) -> None:
        """Its phones, health and inbox. What it says of webhooks nobody can obey: an event is a text and an object."""
        desk = RecordingDesk()
        listening = asyncio.create_task(described.listen(desk))
        await desk.until(lambda: len(desk.warnings) >= 2 or listening.done())
        listening.cancel()
        assert (await asyncio.gather(listening, return_exceptions=True))[0].__class__ is asyncio.CancelledError


def test_settings_say_where_the_phone_is() -> None:
    """The cloud unless the office says otherwise; secrets are never shown."""
    settings = channels.settings("android").model_validate(ENTRY)
    assert str(getattr(settings, "base_url")) == "https://api.sms-gate.app/3rdparty/v1"  # noqa: B009
    assert "rahasia-hp" not in repr(settings)
