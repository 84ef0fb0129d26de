"""What the WhatsApp door makes of deliveries: every kind of message, and whatever else Meta may come up with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels import reader
from channels.base import Attachment, Inbound, Kind, Parsed, Place, Report, State
from templates import sentence
from tests.channels import whatsapps as wa

parse = reader("whatsapp")
SAMPLES = Path(__file__).parents[3] / "shared" / "reference" / "webhook-samples"
SENT_AT = datetime.fromtimestamp(wa.AT, UTC)
CITIZEN = f"+{wa.CITIZEN}"
FILE = {"id": "1003383421387256", "sha256": "x="}
UNSUPPORTED = {"code": 131051, "title": "Message type unknown", "error_data": {"details": "Not supported."}}


def one(raw: bytes) -> Inbound:
    """The only message of a delivery."""
    (inbound,) = parse(raw).messages
    return inbound


def said(kind: str, **fields: Any) -> Inbound:
    """What a message of that kind says."""
    return one(wa.saying(kind, **fields))


def test_a_text() -> None:
    """A text has all that the clerk needs, and exactly what arrived."""
    raw = wa.saying()
    assert one(raw) == Inbound(
        external_id="wamid.1",
        sender=CITIZEN,
        sent_at=SENT_AT,
        sender_name=wa.NAME,
        recipient=f"+{wa.NUMBER}",
        text="Lampu jalan mati",
        full_text="Lampu jalan mati",
        raw=raw,
    )


def pressed(kind: str, **reply: Any) -> dict[str, Any]:
    return {"interactive": {"type": kind, kind: reply}}


FORM = {
    "flow_token": "t",
    "isi": "Got mampet",
    "jenis": ["air", "jalan"],
    "sejak": 3,
    "mendesak": True,
    "catatan": None,
}
KINDS: list[tuple[str, str, dict[str, Any], str]] = [
    ("empty text", "text", {"text": {"body": "  "}}, ""),
    ("a bare string", "text", {"text": "Halo"}, "Halo"),
    ("caption", "image", {"image": FILE | {"caption": "Ini fotonya"}}, "Ini fotonya"),
    ("no caption", "image", {"image": FILE}, ""),
    ("video caption", "video", {"video": FILE | {"caption": "Lihat"}}, "Lihat"),
    ("document caption", "document", {"document": FILE | {"caption": "Suratnya", "filename": "a.pdf"}}, "Suratnya"),
    ("button", "button", {"button": {"payload": "batal", "text": "Batalkan"}}, "Batalkan"),
    ("button reply", "interactive", pressed("button_reply", id="ya", title="Ya, benar"), "Ya, benar"),
    ("list reply", "interactive", pressed("list_reply", id="1", title="Jalan", description="rusak"), "Jalan"),
    ("form", "interactive", pressed("nfm_reply", name="flow", body="Sent", response_json=json.dumps(FORM)),
     "isi: Got mampet\njenis: air, jalan\nsejak: 3\nmendesak: true"),
    ("form without answers", "interactive", pressed("nfm_reply", name="flow", body="Sent", response_json="{"), "Sent"),
    ("call permission", "interactive", pressed("call_permission_reply", response="accept"), "accept"),
    ("new reply", "interactive", pressed("besok_reply", title="Hadir"), "Hadir"),
    ("reaction", "reaction", {"reaction": {"message_id": "wamid.0", "emoji": "👍"}}, "👍"),
    ("reaction taken back", "reaction", {"reaction": {"message_id": "wamid.0"}}, ""),
    ("location", "location", {"location": {"latitude": -8.1, "longitude": 112.1}}, ""),
    ("place", "location", {"location": {"latitude": -8.1, "longitude": 112.1, "name": "Pasar Legi",
                                        "address": "Jl. Mawar"}}, "Pasar Legi\nJl. Mawar"),
    ("contacts", "contacts", {"contacts": [
        {"name": {"formatted_name": "Pak RT", "first_name": "RT"},
         "phones": [{"phone": "0342 801", "wa_id": "62342801"}], "emails": [{"email": "rt@contoh.id"}],
         "org": {"company": "RT 03"}},
        {"name": {"first_name": "Bu", "last_name": "Lurah"}, "phones": [{"wa_id": "628999"}]},
    ]}, "Pak RT\nRT 03\n0342 801\nrt@contoh.id\nBu Lurah\n+628999"),
    ("order", "order", {"order": {"catalog_id": "9", "text": "Mohon", "product_items": [
        {"product_retailer_id": "pupuk", "quantity": 2, "item_price": 15000, "currency": "IDR"}]}},
     "Mohon\n2 x pupuk 15000 IDR"),
    ("number changed", "system", {"system": {"body": "Sari changed from 1 to 2", "type": "user_changed_number",
                                             "wa_id": "6281299"}}, "Sari changed from 1 to 2"),
    ("unsupported", "unsupported", {"errors": [UNSUPPORTED]}, ""),
    ("unsupported of a kind", "unsupported", {"errors": [UNSUPPORTED], "unsupported": {"type": "video_note"}}, ""),
    ("unknown", "unknown", {"errors": [UNSUPPORTED]}, ""),
    ("disappearing", "ephemeral", {"errors": [UNSUPPORTED]}, ""),
    ("a kind after us", "poll", {"poll": {"question": "Lampu mati?"}}, "Lampu mati?"),
    ("a bare kind after us", "note", {"note": "Sampai jumpa"}, "Sampai jumpa"),
    ("advertisement", "text", {"text": {"body": "Halo"}, "referral": {"headline": "Lapor"}}, "Halo"),
    ("product", "text", {"text": {"body": "Ada?"}, "context": {"id": "wamid.0", "referred_product": {
        "catalog_id": "9", "product_retailer_id": "P"}}}, "Ada?"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "text"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_words_of_every_kind(kind: str, fields: dict[str, Any], text: str) -> None:
    """What a message was made of becomes plain words; a kind that nobody knows is still a message."""
    assert said(kind, **fields).text == text


def test_what_is_not_the_citizens_word_is_kept_beside_it() -> None:
    """The advertisement that brought them; why a message cannot be read is nobody's word at all."""
    advertised = said(
        "text", text={"body": "Halo"}, referral={"headline": "Lapor di sini", "source_url": "https://fb.me/1"}
    )
    assert advertised.full_text == "Halo\nLapor di sini\nhttps://fb.me/1"
    assert said("unsupported", errors=[UNSUPPORTED]).full_text == ""


FILES: list[tuple[str, str, dict[str, Any], tuple[str, str, int]]] = [
    ("image", "image", FILE | {"mime_type": "image/jpeg"}, (f"foto-{wa.AT}.jpg", "image/jpeg", 0)),
    ("nameless type", "image", FILE, (f"foto-{wa.AT}.jpg", "image/jpeg", 0)),
    ("audio", "audio", FILE | {"mime_type": "audio/mpeg"}, (f"audio-{wa.AT}.mp3", "audio/mpeg", 0)),
    ("voice", "audio", FILE | {"mime_type": "audio/ogg; codecs=opus", "voice": True},
     (f"suara-{wa.AT}.ogg", "audio/ogg", 0)),
    ("older voice", "voice", FILE | {"mime_type": "audio/ogg"}, (f"suara-{wa.AT}.ogg", "audio/ogg", 0)),
    ("video", "video", FILE | {"mime_type": "video/mp4"}, (f"video-{wa.AT}.mp4", "video/mp4", 0)),
    ("document", "document", FILE | {"mime_type": "application/pdf", "filename": "Surat RT.pdf", "file_size": "4000"},
     ("Surat RT.pdf", "application/pdf", 4000)),
    ("nameless document", "document", FILE, (f"berkas-{wa.AT}", "application/octet-stream", 0)),
    ("sticker", "sticker", FILE | {"mime_type": "image/webp", "animated": False},
     (f"stiker-{wa.AT}.webp", "image/webp", 0)),
    ("a kind after us", "video_note", FILE | {"mime_type": "video/mp4"}, (f"berkas-{wa.AT}.mp4", "video/mp4", 0)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "medium", "expected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files_of_every_kind(kind: str, medium: dict[str, Any], expected: tuple[str, str, int]) -> None:
    """A file has a name that tells what it is, its type, and the id it is fetched by."""
    (file,) = said(kind, **{kind: medium}).files
    name, type_, size = expected
    assert file == Attachment(name, type_, reference="1003383421387256", size_bytes=size)


def test_files_of_a_form() -> None:
    """A photo that was put into a form is a file, and no line of its answers."""
    told = {"foto": [{"id": 790, "mime_type": "image/jpeg", "sha256": "x", "file_name": "IMG_1.jpg"}], "isi": "Got"}
    inbound = said("interactive", **pressed("nfm_reply", response_json=json.dumps(told)))
    assert inbound.files == (Attachment("IMG_1.jpg", "image/jpeg", reference="790"),)
    assert inbound.fields == {"isi": "Got"}


def test_what_was_pressed() -> None:
    """A button's value comes back, whichever button it was, with the message it hung on."""
    on = {"context": {"from": wa.NUMBER, "id": "wamid.out1"}}
    for inbound in (
        said("interactive", **pressed("button_reply", id="ya", title="Ya"), **on),
        said("interactive", **pressed("list_reply", id="ya", title="Ya"), **on),
        said("button", button={"payload": "ya", "text": "Ya"}, **on),
    ):
        assert (inbound.choice, inbound.answers) == ("ya", ("wamid.out1",))


PLACES: list[tuple[str, dict[str, Any], Place | None]] = [
    ("numbers", {"latitude": -8.0954, "longitude": 112.1609}, Place(-8.0954, 112.1609)),
    ("quoted", {"latitude": "-8.0954", "longitude": "112.1609"}, Place(-8.0954, 112.1609)),
    ("whole", {"latitude": -8, "longitude": 112}, Place(-8, 112)),
    ("half", {"latitude": -8}, None),
    ("off the map", {"latitude": -98, "longitude": 112}, None),
    ("words", {"latitude": "sini", "longitude": True}, None),
]


@pytest.mark.parametrize(("location", "place"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_a_place(location: dict[str, Any], place: Place | None) -> None:
    """A point that is none is no place, and the message is there all the same."""
    assert said("location", location=location).place == place


def test_a_reaction_says_what_it_is_about() -> None:
    """Its emoji is its text; one that was taken back has none."""
    inbound = said("reaction", reaction={"message_id": "wamid.out7", "emoji": "\U0001f64f"})
    assert (inbound.kind, inbound.about, inbound.text) == (Kind.REACTION, "wamid.out7", "🙏")
    assert said("reaction", reaction={"message_id": "wamid.out7", "emoji": ""}).text == ""


def test_an_edit_has_an_id_of_its_own() -> None:
    """It names what it changes and brings the new words; so does one of a caption."""
    inner = {"context": {"id": "wamid.1"}, "type": "text", "text": {"body": "Lampu jalan mati dua"}}
    edit = said("edit", serial=2, edit={"original_message_id": "wamid.1", "message": inner})
    assert (edit.kind, edit.external_id, edit.about) == (Kind.EDIT, "wamid.2", "wamid.1")
    assert (edit.text, edit.answers) == ("Lampu jalan mati dua", ())
    captioned = {"type": "image", "image": FILE | {"caption": "Yang ini"}}
    edit = said("edit", edit={"original_message_id": "wamid.0", "message": captioned})
    assert (edit.text, len(edit.files)) == ("Yang ini", 1)


def test_a_deletion_says_what_is_gone() -> None:
    """And nothing more."""
    gone = said("revoke", serial=2, revoke={"original_message_id": "wamid.1"})
    assert (gone.kind, gone.external_id, gone.about, gone.text) == (Kind.DELETE, "wamid.2", "wamid.1", "")


def test_a_number_that_changed_is_no_word_to_the_clerk() -> None:
    """It goes on record under the old number, with the new one beside it."""
    told = {"body": "Sari changed from 1 to 2", "wa_id": "6281299999999", "type": "user_changed_number"}
    inbound = said("system", system=told)
    assert inbound.automatic
    assert (inbound.sender, inbound.sender_also) == (CITIZEN, ("+6281299999999",))


PERSON = "ID.13491208655302741918"


def hidden(**contact: Any) -> dict[str, Any]:
    """What comes from somebody who hides the number behind a user name."""
    message = {name: told for name, told in wa.said().items() if name != "from"}
    person = {"profile": {"name": "Budi", "username": "budi_s"}, "user_id": PERSON} | contact
    return wa.value(message | {"from_user_id": PERSON}, contacts=[person])


def test_whoever_hides_the_number_is_known_by_the_offices_own_id() -> None:
    """With or without a word of it in the message itself."""
    told = hidden()
    for message in (told["messages"][0], {"id": "wamid.1", "type": "text", "text": {"body": "Lampu jalan mati"}}):
        inbound = one(wa.body(wa.change(told | {"messages": [message]})))
        assert (inbound.sender, inbound.sender_name, inbound.text) == (PERSON, "Budi", "Lampu jalan mati")
        assert inbound.lasting == PERSON


def test_number_and_id_are_told_together_where_both_are_known() -> None:
    """The number goes first: that is how everybody was known so far."""
    contact = {"profile": {"name": wa.NAME}, "wa_id": wa.CITIZEN, "user_id": PERSON, "parent_user_id": "ID.ENT.1"}
    inbound = one(wa.body(wa.change(wa.value(wa.said(), contacts=[contact]))))
    assert (inbound.sender, inbound.sender_also) == (CITIZEN, (PERSON, "ID.ENT.1"))
    assert inbound.lasting == PERSON


def test_names_go_with_their_numbers() -> None:
    """In a value of several people nobody gets another's name, and who has none gets none."""
    numbers = ("62822222222", "62833333333", "62811111111")
    people = [{"profile": {"name": name}, "wa_id": numbers[n]} for name, n in (("Satu", 2), ("Dua", 0))]
    messages = [wa.said(serial=n) | {"from": number} for n, number in enumerate(numbers)]
    told = parse(wa.body(wa.change(wa.value(*messages, contacts=people)))).messages
    assert [one.sender_name for one in told] == ["Dua", "", "Satu"]


def test_somebody_elses_name_is_nobodys() -> None:
    """Where one person is told of and two wrote, the other has no name."""
    told = wa.value(wa.said(serial=1) | {"from": "62822222222"}, wa.said(serial=2))
    assert [one.sender_name for one in parse(wa.body(wa.change(told))).messages] == ["", wa.NAME]


@pytest.mark.parametrize("contacts", [None, [], [None], "x", [{"wa_id": None}], {"wa_id": wa.CITIZEN}], ids=str)
def test_a_message_does_without_contacts(contacts: Any) -> None:
    """Only the name is missing then."""
    inbound = one(wa.body(wa.change(wa.value(wa.said(), contacts=contacts))))
    assert (inbound.sender, inbound.sender_name, inbound.text) == (CITIZEN, "", "Lampu jalan mati")


def test_a_group_is_answered_as_one() -> None:
    """What is said to a group is public, and its sender is the group."""
    message = wa.said(text={"body": "Halo semua"}, group_id="Y2FwaV9ncm91cDox", from_user_id=PERSON)
    inbound = one(wa.body(wa.change(wa.value(message))))
    assert inbound.public
    assert (inbound.sender, inbound.sender_also, inbound.text) == ("Y2FwaV9ncm91cDox", (), "Halo semua")


TIMES = [
    ("quoted", f"{wa.AT}", SENT_AT),
    ("number", wa.AT, SENT_AT),
    ("fraction", float(wa.AT), SENT_AT),
    ("milliseconds", wa.AT * 1000, SENT_AT),
    ("iso", SENT_AT.isoformat(), SENT_AT),
    ("none", None, datetime.fromtimestamp(0, UTC)),
    ("words", "kemarin", datetime.fromtimestamp(0, UTC)),
    ("beyond", 10**30, datetime.fromtimestamp(0, UTC)),
    ("far beyond", 10**400, datetime.fromtimestamp(0, UTC)),
    ("endless", float("inf"), datetime.fromtimestamp(0, UTC)),
    ("before", -5, datetime.fromtimestamp(0, UTC)),
]


@pytest.mark.parametrize(("written", "at"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES])
def test_times_in_every_form(written: Any, at: datetime) -> None:
    """A time that is none is the epoch; the message is there."""
    assert said("text", text={"body": "x"}, timestamp=written).sent_at == at


STATES = [
    ("sent", State.SENT),
    ("delivered", State.DELIVERED),
    ("read", State.READ),
    ("played", State.READ),
    ("DELIVERED", State.DELIVERED),
]


@pytest.mark.parametrize(("told", "state"), STATES, ids=[row[0] for row in STATES])
def test_what_became_of_ours(told: str, state: State) -> None:
    """By WhatsApp's name for it and by our own key."""
    raw = wa.reporting(wa.status(told, biz_opaque_callback_data="01JABC"))
    assert parse(raw) == Parsed(
        (), (Report(state, external_id="wamid.out1", key="01JABC", recipient=CITIZEN, at=SENT_AT),)
    )


@pytest.mark.parametrize("told", ["deleted", "warning", "captured", "", None, 5], ids=str)
def test_a_status_that_tells_nothing_is_no_report(told: Any) -> None:
    """That somebody deleted our message from their own chat is no news of it."""
    assert parse(wa.reporting(wa.status(told))) == Parsed()


def test_a_payment_that_failed_is_no_message() -> None:
    """It has a status of its own."""
    assert parse(wa.reporting(wa.status("failed", type="payment"))) == Parsed()


FAILURES = [
    (131047, True, "window-closed"),
    (131026, True, "meta-undeliverable"),
    (131051, True, "message-refused"),
    (132015, True, "template-refused"),
    (131031, True, ""),
    (999999, True, ""),
    (130429, False, ""),
    (131000, False, ""),
    (131016, False, ""),
    (131056, False, ""),
]


@pytest.mark.parametrize(("code", "permanent", "cause"), FAILURES, ids=[str(row[0]) for row in FAILURES])
def test_a_failure_says_why_and_whether_it_passes(code: int, permanent: bool, cause: str) -> None:
    """In WhatsApp's words, for an officer to read, and in ours where we know what it means."""
    error = {"code": code, "title": "Kata judul", "message": "Re-engagement"}
    (report,) = parse(wa.reporting(wa.status("failed", errors=[error]))).reports
    assert (report.state, report.permanent, report.again) == (State.FAILED, permanent, not permanent)
    assert (report.reason, report.cause) == (f"{code} Re-engagement", cause)
    assert not cause or sentence(cause) != cause


def test_a_failure_without_a_reason_is_one() -> None:
    """It never becomes a success by having nothing to say."""
    (report,) = parse(wa.reporting(wa.status("failed"))).reports
    assert (report.state, report.permanent, report.reason) == (State.FAILED, True, "failed")


def test_of_a_later_part_only_trouble_is_news() -> None:
    """A message of several parts is known by its first one; a part that failed is the message's failure, by our key."""
    assert parse(wa.reporting(wa.status("delivered", biz_opaque_callback_data="01JABC#2"))) == Parsed()
    (report,) = parse(wa.reporting(wa.status("failed", biz_opaque_callback_data="01JABC#2"))).reports
    assert (report.state, report.external_id, report.key) == (State.FAILED, "", "01JABC")
