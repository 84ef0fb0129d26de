"""What the Telegram door makes of updates: every kind of message, and whatever else a platform may come up with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import reader, telegram_content
from channels.base import Choice, Inbound, Kind, Parsed, Place, Report, State, Undigested
from channels.telegram_buttons import carried, rows
from channels.telegram_json import updates
from tests.bot.demo import bot_api
from tests.channels.updates import (
    AT,
    BOT,
    BUDI,
    CHAT,
    GROUP,
    PHOTO,
    PRIVATE,
    changed,
    message,
    pressed,
    update,
    written,
)
from tests.examples import many

parse = reader("telegram")
SENT_AT = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 4_000}
CLIP = FILE | {"width": 640, "height": 480, "duration": 9}
HERE = {"latitude": -8.0954, "longitude": 112.1609}


def one(raw: bytes) -> Inbound:
    """The only thing said."""
    (inbound,) = parse(raw).messages
    return inbound


def said(**fields: Any) -> Inbound:
    """What a message with these fields says."""
    return one(update(message=message(**fields)))


def test_the_moment_of_the_samples() -> None:
    """The samples are of the moment that all tests live in."""
    assert datetime.fromtimestamp(AT, UTC) == SENT_AT


def test_a_text() -> None:
    """A text has all that the clerk needs, and exactly what arrived."""
    raw = update(message=written("Lampu jalan mati"))
    assert one(raw) == Inbound(
        external_id=f"{CHAT}:11",
        sender=str(CHAT),
        sent_at=SENT_AT,
        sender_also=("@budi_s",),
        sender_name="Budi Santoso",
        text="Lampu jalan mati",
        full_text="Lampu jalan mati",
        raw=raw,
    )


KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"text": "/start"}, "/start"),
    ("caption", {"caption": "Ini fotonya", "photo": PHOTO}, "Ini fotonya"),
    ("sticker", {"sticker": FILE | {"type": "regular", "width": 9, "height": 9, "is_animated": False,
                                    "is_video": False, "emoji": "👍"}}, "👍"),
    ("dice", {"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
    ("contact", {"contact": {"phone_number": "0342801", "first_name": "Pak", "last_name": "RT"}}, "Pak RT\n0342801"),
    ("venue", {"venue": {"location": HERE, "title": "Pasar Legi", "address": "Jl. Mawar"}, "location": HERE},
     "Pasar Legi\nJl. Mawar"),
    ("location", {"location": HERE}, ""),
    ("game", {"game": {"title": "Ular", "description": "x", "photo": PHOTO}}, "Ular"),
    ("checklist", {"checklist": {"title": "Rusak", "tasks": [{"id": 1, "text": "lampu"}, {"id": 2, "text": "got"}]}},
     "Rusak\n- lampu\n- got"),
    ("story", {"story": {"chat": PRIVATE, "id": 3}}, ""),
    ("rich", {"rich_message": {"blocks": [
        {"type": "heading", "text": "Aduan", "size": 1},
        {"type": "paragraph", "text": ["Lampu ", {"type": "bold", "text": "mati"}, " di ",
                                       {"type": "url", "text": "sini", "url": "https://contoh.id"}]},
        {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "sejak Senin"}]}]},
        {"type": "divider"},
    ]}}, "Aduan\nLampu mati di sini\n1.\nsejak Senin"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "text"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_words_of_every_kind(fields: dict[str, Any], text: str) -> None:
    """What a message was made of becomes plain words."""
    assert said(**fields).text == said(**fields).full_text == text


def test_a_poll_in_words() -> None:
    """A citizen's poll is its question and what can be answered."""
    poll = {"question": "Lampu mati?", "options": [{"text": "Ya"}, {"text": "Tidak"}]}
    assert said(poll=poll).text == "Lampu mati?\n- Ya\n- Tidak"


FILES: list[tuple[str, dict[str, Any], list[tuple[str, str, str, int]]]] = [
    ("photo", {"photo": PHOTO}, [("foto-11.jpg", "image/jpeg", "besar", 90_000)]),
    ("document", {"document": FILE | {"file_name": "surat.pdf", "mime_type": "application/pdf"}},
     [("surat.pdf", "application/pdf", "F1", 4_000)]),
    ("nameless document", {"document": FILE}, [("berkas-11", "application/octet-stream", "F1", 4_000)]),
    ("voice", {"voice": FILE | {"duration": 5, "mime_type": "audio/ogg"}},
     [("suara-11.ogg", "audio/ogg", "F1", 4_000)]),
    ("audio", {"audio": FILE | {"duration": 5, "file_name": "lagu.mp3", "mime_type": "audio/mpeg"}},
     [("lagu.mp3", "audio/mpeg", "F1", 4_000)]),
    ("video", {"video": CLIP}, [("video-11.mp4", "video/mp4", "F1", 4_000)]),
    ("video of another make", {"video": CLIP | {"mime_type": "video/quicktime"}},
     [("video-11.mov", "video/quicktime", "F1", 4_000)]),
    ("video note", {"video_note": FILE | {"length": 240, "duration": 9}}, [("video-11.mp4", "video/mp4", "F1", 4_000)]),
    ("animation, said twice", {"animation": CLIP, "document": FILE}, [("animasi-11.mp4", "video/mp4", "F1", 4_000)]),
    ("live photo, said twice", {"live_photo": CLIP | {"photo": PHOTO}, "photo": PHOTO},
     [("foto-11.jpg", "image/jpeg", "besar", 90_000)]),
    ("live photo alone", {"live_photo": CLIP}, [("video-11.mp4", "video/mp4", "F1", 4_000)]),
    ("paid media", {"paid_media": {"star_count": 1, "paid_media": [
        {"type": "preview"}, {"type": "photo", "photo": PHOTO}, {"type": "video", "video": CLIP}]}},
     [("foto-11.jpg", "image/jpeg", "besar", 90_000), ("video-11.mp4", "video/mp4", "F1", 4_000)]),
    ("larger than four bytes can count", {"document": FILE | {"file_size": 5 << 32}},
     [("berkas-11", "application/octet-stream", "F1", 5 << 32)]),
    ("without a reference", {"document": {"file_name": "a.pdf"}}, []),
    ("sticker", {"sticker": FILE | {"emoji": "👍"}}, []),
    ("in a rich message", {"rich_message": {"blocks": [{"type": "collage", "blocks": [
        {"type": "photo", "photo": PHOTO}]}, {"type": "voice_note", "voice_note": FILE | {"duration": 1}}]}},
     [("suara-11.ogg", "audio/ogg", "F1", 4_000), ("foto-11.jpg", "image/jpeg", "besar", 90_000)]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "files"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files_of_every_kind(fields: dict[str, Any], files: list[tuple[str, str, str, int]]) -> None:
    """A file is named, typed and measured as the sender says, a photo taken in its largest size."""
    found = said(**fields).files
    assert [(file.name, file.type, file.reference, file.size_bytes) for file in found] == files
    assert all(file.content is None for file in found)


@pytest.mark.parametrize("fields", [{"location": HERE}, {"venue": {"location": HERE, "title": "a", "address": "b"}}])
def test_a_place(fields: dict[str, Any]) -> None:
    """A place that was shared is a point."""
    assert said(**fields).place == Place(-8.0954, 112.1609)


@pytest.mark.parametrize("broken", [{"latitude": 91, "longitude": 0}, {"latitude": float("nan"), "longitude": 0},
                                    {"latitude": "8", "longitude": 1}, {"latitude": 1},
                                    {"latitude": True, "longitude": 1}, [], None, 7])  # fmt: skip
def test_no_place_on_earth(broken: Any) -> None:
    """What is no point on the map is none."""
    assert said(location=broken, text="di sini").place is None


def test_an_album_shares_its_group() -> None:
    """Pictures sent together are known as such."""
    assert said(photo=PHOTO, media_group_id="13").group == "13"


def test_a_reply_names_what_it_answers() -> None:
    """The message replied to is named as we named it, or will have."""
    assert said(text="ya", reply_to_message=written("Di mana?", 4)).answers == (f"{CHAT}:4",)


def test_ones_own_number_is_vouched_for() -> None:
    """A telephone number counts as the sender's where the platform says that it is theirs."""
    mine = {"phone_number": "6281234567890", "first_name": "Budi", "user_id": CHAT}
    assert said(contact=mine).sender_also == ("@budi_s", "+6281234567890")
    assert said(contact=mine | {"user_id": CHAT + 1}).sender_also == ("@budi_s",)


def test_a_forwarded_message_is_the_forwarders() -> None:
    """Who forwards something says it to us."""
    origin = {"type": "hidden_user", "sender_user_name": "Orang lain", "date": AT - 9}
    assert (said(text="Awas banjir", forward_origin=origin).sender, said(text="a").text) == (str(CHAT), "a")


def test_an_edit_is_a_message_of_its_own_about_the_first() -> None:
    """A new version has its own name, says which message it changes, and when."""
    edit = one(update(edited_message=message(caption="Lampu mati (dua)", photo=PHOTO, edit_date=AT + 60)))
    assert (edit.kind, edit.external_id, edit.about) == (Kind.EDIT, f"{CHAT}:11:e{AT + 60}", f"{CHAT}:11")
    assert (edit.text, edit.sent_at.timestamp(), len(edit.files)) == ("Lampu mati (dua)", AT + 60, 1)


def test_a_live_location_that_moves_is_no_edit() -> None:
    """Where somebody walks is not a hundred corrections of a complaint."""
    moving = message(location=HERE | {"live_period": 900}, edit_date=AT + 5)
    assert parse(update(edited_message=moving)) == Parsed()
    assert one(update(message=message(location=HERE | {"live_period": 900}))).place


def test_a_button_is_a_choice() -> None:
    """A press is the value of the button, in the thread of the message it hung on."""
    choice = one(pressed("SELESAI"))
    assert (choice.choice, choice.text, choice.external_id) == ("SELESAI", "", "callback:777")
    assert (choice.sender, choice.sender_name, choice.answers) == (str(CHAT), "Budi Santoso", (f"{CHAT}:12",))


def test_a_button_of_a_message_long_gone() -> None:
    """The platform may have forgotten the message, and its date; the press counts."""
    gone = {"message_id": 12, "chat": PRIVATE, "date": 0}
    assert one(pressed("BELUM", message=gone)).choice == "BELUM"
    assert one(update(callback_query={"id": "1", "from": BUDI, "chat_instance": "1", "data": "X"})).sender == str(CHAT)


def test_a_value_that_has_no_room() -> None:
    """Where the platform cannot carry a value, what stood on the button is what was said."""
    long = Choice("Pelayanan perizinan bangunan dan pemanfaatan ruang kota di tepi sungai", "Bangunan di tepi sungai")
    data = carried(long, 3)
    assert len(data.encode()) <= 64
    markup = {
        "inline_keyboard": [[{"text": "Lain", "callback_data": "LAIN"}], [{"text": long.label, "callback_data": data}]]
    }
    shown = {"message_id": 12, "chat": PRIVATE, "date": AT, "text": "Apa?", "reply_markup": markup}
    assert one(pressed(data, message=shown)).choice == "Bangunan di tepi sungai"
    assert one(pressed("LAIN", message=shown)).choice == "LAIN"
    assert one(pressed(data, message={"message_id": 12, "chat": PRIVATE, "date": 0})).choice == data


def test_buttons_stand_side_by_side_where_they_fit() -> None:
    """Five marks make one row; words that a phone would cut off have a row each."""
    assert [len(row) for row in rows(tuple(Choice(str(n), str(n)) for n in range(1, 6)))] == [5]
    labels = ("Sudah", "Belum", "Lihat perkembangan aduan")
    assert [[one.label for one in row] for row in rows(tuple(Choice(label, label) for label in labels))] == [
        ["Sudah", "Belum"],
        ["Lihat perkembangan aduan"],
    ]


def test_a_reaction_is_on_record() -> None:
    """A thumb under an answer is known with what it is about."""
    thumb = {"chat": PRIVATE, "message_id": 12, "user": BUDI, "date": AT, "old_reaction": [],
             "new_reaction": [{"type": "emoji", "emoji": "👍"}]}  # fmt: skip
    found = one(update(9, message_reaction=thumb))
    assert (found.kind, found.about, found.text, found.external_id) == (
        Kind.REACTION,
        f"{CHAT}:12",
        "👍",
        f"{CHAT}:12:r9",
    )


def test_who_blocks_the_bot_is_gone() -> None:
    """A citizen who stops the bot cannot be reached; who starts it again says so by writing."""
    assert parse(changed("kicked")) == Parsed(
        reports=(Report(State.DEAD_ADDRESS, recipient=str(CHAT), at=SENT_AT, reason="my_chat_member: kicked"),)
    )
    assert parse(changed("member", before="kicked")) == Parsed()


def test_a_group_is_one_message_for_ever() -> None:
    """Whoever says whatever in a group: it is one public message of that group, and its name never changes."""
    first = one(update(message=written("Jalan rusak @wadul_bot", chat=GROUP)))
    assert (first.public, first.sender, first.sender_name) == (True, str(GROUP["id"]), "Warga RT 05")
    second = one(update(6, message=written("Setuju", 12, chat=GROUP)))
    taken_in = one(changed("member", GROUP, before="left"))
    assert first.external_id == second.external_id == taken_in.external_id
    assert parse(changed("left", GROUP)).reports[0].recipient == str(GROUP["id"])


NOTHING: list[tuple[str, bytes]] = [
    ("channel post", update(channel_post=message(chat={"id": -5, "type": "channel", "title": "a"}, text="Pengumuman"))),
    ("edited channel post", update(edited_channel_post=message(chat={"id": -5, "type": "channel"}, text="x"))),
    ("message in a channel", update(message=written("x", chat={"id": -5, "type": "channel", "title": "a"}))),
    ("edit in a group", update(edited_message=written("x", chat=GROUP, edit_date=AT))),
    ("a bot in a group", update(message=written("x", chat=GROUP) | {"from": BOT})),
    ("service message in a group", update(message=message(chat=GROUP, new_chat_members=[BUDI]))),
    ("pinned", update(message=message(pinned_message=written("x", 4)))),
    ("timer", update(message=message(message_auto_delete_timer_changed={"message_auto_delete_time": 9}))),
    ("business message", update(business_message=written("x", business_connection_id="b"))),
    ("business deletion", update(deleted_business_messages={"business_connection_id": "b", "message_ids": [1]})),
    ("inline query", update(inline_query={"id": "1", "from": BUDI, "query": "x", "offset": ""})),
    ("poll", update(poll={"id": "1", "question": "x", "options": []})),
    ("poll answer", update(poll_answer={"poll_id": "1", "user": BUDI, "option_ids": [0]})),
    ("game button", update(callback_query={"id": "1", "from": BUDI, "chat_instance": "1", "game_short_name": "x"})),
    ("button in a group", pressed("X", message={"message_id": 1, "chat": GROUP, "date": AT})),
    ("reaction in a group", update(message_reaction={"chat": GROUP, "message_id": 1, "date": AT, "new_reaction": []})),
    ("administrator of a channel", changed("administrator", {"id": -5, "type": "channel", "title": "a"})),
    ("what is yet to be invented", update(telepathy={"thought": "x"})),
    ("nothing new", b'{"ok":true,"result":[]}'),
    ("null", update(message=None)),
]


@pytest.mark.parametrize("raw", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_is_none_of_our_business(raw: bytes) -> None:
    """Other people's channels, businesses and games are read past, and so is what nobody has thought of yet."""
    assert parse(raw) == Parsed()


def test_a_message_nobody_has_thought_of_yet_is_kept() -> None:
    """Something new that a citizen sends in private is a message without words, not a silence."""
    assert (said(hologram={"file_id": "h"}).text, said(hologram={"file_id": "h"}).external_id) == ("", f"{CHAT}:11")


def test_bots_are_machines() -> None:
    """What a bot says is recorded and never answered."""
    assert one(update(message=written("Promo") | {"from": BOT})).automatic


def test_what_may_be_missing() -> None:
    """No sender, no names, no type of chat, no date: still a message."""
    bare = one(update(message={"message_id": 1, "chat": {"id": 5}, "text": "tolong"}))
    assert (bare.sender, bare.text, bare.sender_name, bare.sent_at.year) == ("5", "tolong", "", 1970)


def test_huge_numbers_and_letters_cut_in_half() -> None:
    """Ids wider than four bytes stay themselves; half a letter cannot break the record."""
    wide = {"id": 2**52 - 1, "type": "private"}
    found = one(update(2**63, message={"message_id": 2**40, "chat": wide, "date": 10**20, "text": "a\ud83d"}))
    assert (found.external_id, found.text) == (f"{2**52 - 1}:{2**40}", "a?")


@pytest.mark.parametrize("degrees", [10**400, -(10**400), float("nan"), float("inf"), True, "1"])
def test_a_place_that_is_none(degrees: Any) -> None:
    """A location that lies nowhere is a message without one, and stops nothing."""
    assert said(location={"latitude": degrees, "longitude": 112.1}).place is None


def test_an_answer_with_several_is_cut_to_the_byte() -> None:
    """Each update of an answer keeps exactly its own bytes, blanks and escapes included."""
    first, second = b'{ "update_id":1, "message":' + json.dumps(written('"]}, \\')).encode() + b"}", update(2)
    whole = b'\xef\xbb\xbf {"ok": true, "note": {"result": [1]}, "result":\n[' + first + b" ,\t" + second + b"] }"
    assert [own for _, own in updates(whole)] == [first, second]
    assert [one.raw for one in parse(whole).messages] == [first]
    assert [one.raw for one in parse(b"[" + first + b"]").messages] == [first]


@pytest.mark.parametrize("raw", [b"", b"{", b"null", b"7", b'"x"', b"{}", b'{"x":1}', b'{"ok":false}', b"[1]", b"[[]]",
                                 b'{"ok":true,"result":{}}', b"[" * 100_000, b'{"update_id":' + b"9" * 5_000 + b"}",
                                 b'{"update_id":1,"message":{}}', b'{"update_id":1,"message":5}',
                                 b'{"update_id":1,"message":{"chat":{"id":"5","type":"private"},"message_id":1}}',
                                 b'{"update_id":1,"message":{"chat":{"id":5,"type":"private"}}}',
                                 b'{"update_id":1,"callback_query":{"data":"x"}}', b"\xff\xfe{\x00}\x00"])  # fmt: skip
def test_what_cannot_be_read(raw: bytes) -> None:
    """What is no update is said to be none, and nothing else is raised."""
    with pytest.raises(Undigested, match="telegram-unreadable"):
        parse(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_PLACES = (
    *("chat", "from", "text", "date", "photo", "document", "location", "venue", "contact", "poll", "reply_to_message"),
    *("rich_message", "paid_media", "edit_date", "media_group_id", "sticker", "caption", "data", "message", "id"),
    *("new_chat_member", "new_reaction", "checklist", "live_photo", "message_id"),
)


@given(
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]),
    st.dictionaries(st.sampled_from(_PLACES), _JSON, max_size=4),
)
@many(300)
def test_nothing_else_is_ever_raised(kind: str, fields: dict[str, Any]) -> None:
    """Whatever stands where something else should: a message, nothing, or the one error that says so."""
    raw = json.dumps({"update_id": 1, kind: message() | {"id": "1"} | fields}).encode()
    try:
        parsed = parse(raw)
    except Undigested:
        return
    json.dumps([(one.text, one.sender_name, one.choice) for one in parsed.messages], ensure_ascii=False).encode()


def test_deep_nesting_is_unreadable_at_worst() -> None:
    """A text nested a thousand deep is refused, not the end of the program."""
    deep = b'{"type":"bold","text":' * 800 + b'"x"' + b"}" * 800
    shell = json.dumps(message(rich_message={"blocks": [{"type": "paragraph", "text": "DEEP"}]})).encode()
    with pytest.raises(Undigested):
        parse(b'{"update_id":1,"message":' + shell.replace(b'"DEEP"', deep) + b"}")


def test_samples_are_shaped_as_described() -> None:
    """These tests speak of updates as the Bot API describes them, not as we imagine them."""
    shapes = [message(**fields) for _, fields, _ in KINDS if "rich_message" not in fields and "game" not in fields]
    for sample in (*(update(message=one) for one in shapes), pressed("X"), changed("kicked"), changed("member", GROUP)):
        assert bot_api.faults(json.loads(sample), ["Update"]) == []


def test_every_notice_of_the_platform_is_known() -> None:
    """Whatever the description calls a service message is taken for one, and nothing that citizens say is."""
    fields = bot_api.description()["types"]["Message"]["fields"]
    notices = {one["name"] for one in fields if "service message" in one["description"].lower()}
    spoken = {name for row in (*KINDS, *FILES) for name in row[1]}
    assert notices - {"web_app_data"} <= telegram_content.SERVICE <= {one["name"] for one in fields}
    assert not spoken & telegram_content.SERVICE
