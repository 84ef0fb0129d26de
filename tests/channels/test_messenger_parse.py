"""What Messenger delivers is read, each kind as a person would have said it, and nothing else becomes a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import channels
from channels import messenger_parse
from channels.base import Inbound, Kind, Place, State, Undigested
from tests.channels import metas as meta
from tests.examples import many

read = channels.reader("messenger")
PHOTO = "https://scontent.xx.fbcdn.net/v/t1.15752-9/abc_n.jpg?_nc_cat=1&oh=1"
PAPER = "https://cdn.fbsbx.com/v/t59.2708-21/Surat%20RT.pdf?oh=2"


def one(*items: Any) -> Inbound:
    """The only message of a delivery."""
    (message,) = read(meta.messenger(*items)).messages
    return message


def attachment(kind: str, **payload: Any) -> dict[str, Any]:
    """One attachment."""
    return {"type": kind, "payload": payload}


def test_a_text() -> None:
    """Who, when, to whom, what."""
    raw = meta.messenger(meta.said())
    (message,) = read(raw).messages
    assert (message.external_id, message.sender, message.recipient) == ("m_1", meta.CITIZEN, meta.PAGE)
    assert (message.text, message.kind, message.public) == ("Lampu jalan mati", Kind.MESSAGE, False)
    assert message.sent_at == datetime.fromtimestamp(meta.AT / 1000, UTC)
    assert message.raw == raw


ATTACHED = [
    ("image", attachment("image", url=PHOTO), [("foto.jpg", "image/jpeg", PHOTO)], ""),
    ("file", attachment("file", url=PAPER), [("Surat RT.pdf", "application/pdf", PAPER)], ""),
    ("audio", attachment("audio", url="https://cdn.fbsbx.com/a.mp4"), [("suara.m4a", "audio/mp4")], ""),
    ("video", attachment("video", url="https://video.xx.fbcdn.net/v.mp4"), [("video.mp4", "video/mp4")], ""),
    ("sticker", attachment("sticker", url="https://scontent.fbcdn.net/s.png", sticker_id=5), [("stiker.png",)], ""),
    ("thumb", attachment("image", url=PHOTO, sticker_id=369239263222822), [], "👍"),
    ("reel", attachment("ig_reel", url="https://www.instagram.com/reel/x/", title="Banjir"), [], "Banjir"),
    ("share", attachment("share", url="https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"), [("kiriman",)], ""),
    ("post", attachment("post", url="https://www.facebook.com/p/1", title="Berita"), [], "Berita"),
    ("fallback", {"type": "fallback", "title": "Berita", "url": "https://koran.example/1", "payload": None}, [],
     "Berita\nhttps://koran.example/1"),
    ("template", attachment("template", template_type="generic", elements=[{"title": "Satu", "subtitle": "Dua"}]), [],
     "Satu\nDua"),
    ("new kind", attachment("hologram", title="Halo", url="https://x.example/h"), [], "Halo\nhttps://x.example/h"),
    ("nothing", {"type": "fallback", "payload": None}, [], ""),
]  # fmt: skip


@pytest.mark.parametrize(("told", "files", "text"), [row[1:] for row in ATTACHED], ids=[row[0] for row in ATTACHED])
def test_attachments(told: Any, files: list[tuple[str, ...]], text: str) -> None:
    """Files keep where they lie; what is no file is read for its words and where it leads; each is a message."""
    message = one(meta.attached(told))
    found = [(file.name, file.type, file.reference) for file in message.files]
    assert [whole[: len(wish)] for whole, wish in zip(found, files, strict=True)] == files
    assert message.text.startswith(text) if text else not message.text


def test_a_sticker_that_comes_twice_is_one() -> None:
    """For a while it is told as an image as well."""
    both = (attachment("image", url=PHOTO, sticker_id=5), attachment("sticker", url=PHOTO, sticker_id=5))
    assert [file.name for file in one(meta.attached(*both)).files] == ["stiker.jpg"]


def test_several_files_in_one_message() -> None:
    """All of them, in their order."""
    told = [attachment("image", url=f"https://scontent.fbcdn.net/{n}.jpg") for n in range(4)]
    assert [file.reference[-5] for file in one(meta.attached(*told)).files] == ["0", "1", "2", "3"]


def test_a_place() -> None:
    """A point that was shared is one."""
    told = attachment("location", coordinates={"lat": -8.0954, "long": 112.1609})
    assert one(meta.attached(told)).place == Place(-8.0954, 112.1609)


def test_a_shared_page_under_words_stays_beside_them() -> None:
    """The words are the person's, the page is kept with them."""
    told = {"type": "fallback", "title": "Berita", "url": "https://koran.example/1"}
    message = one(meta.attached(told, text="Ini bagaimana?"))
    assert message.text == "Ini bagaimana?"
    assert "https://koran.example/1" in message.full_text


def test_a_quick_reply_and_an_answer() -> None:
    """What was pressed has our value; what it answers is named."""
    message = one(meta.said("Keluhan", quick_reply={"payload": "keluhan"}, reply_to={"mid": "m_0"}))
    assert (message.choice, message.text, message.answers) == ("keluhan", "Keluhan", ("m_0",))


def test_a_postback() -> None:
    """Get Started, a menu or an ice breaker: its title is said, its value chosen; one without a name has one made."""
    pressed = {"postback": {"title": "Mulai", "payload": "GET_STARTED", "mid": "m_7"}}
    message = one(pressed)
    assert (message.external_id, message.text, message.choice) == ("m_7", "Mulai", "GET_STARTED")
    del pressed["postback"]["mid"]
    old = one(pressed)
    assert old.external_id == one(pressed).external_id != message.external_id


def test_edits_deletions_and_reactions_name_what_they_change() -> None:
    """Each with an id of its own, so that none is taken for a repeat."""
    items = [
        {"message_edit": {"mid": "m_1", "text": "Lampu mati total", "num_edit": 1}},
        {"message_edit": {"mid": "m_1", "text": "Lampu padam", "num_edit": 2}},
        {"message": {"mid": "m_1", "is_deleted": True}},
        {"reaction": {"reaction": "like", "emoji": "👍", "action": "react", "mid": "m_0"}},
        {"reaction": {"action": "unreact", "mid": "m_0"}},
    ]
    found = read(meta.messenger(*items)).messages
    assert [one.kind for one in found] == [Kind.EDIT, Kind.EDIT, Kind.DELETE, Kind.REACTION, Kind.REACTION]
    assert [one.about for one in found] == ["m_1", "m_1", "m_1", "m_0", "m_0"]
    assert [one.text for one in found] == ["Lampu mati total", "Lampu padam", "", "👍", ""]
    assert len({one.external_id for one in found} | {"m_0", "m_1"}) == 7


SILENT = {
    "echo": meta.said("Halo", is_echo=True, app_id=1),
    "handover": {"pass_thread_control": {"new_owner_app_id": "1", "previous_owner_app_id": "2"}},
    "roles": {"app_roles": {"1": ["primary_receiver"]}},
    "optin": {"optin": {"ref": "x", "user_ref": "y"}},
    "referral": {"referral": {"ref": "brosur", "source": "SHORTLINK", "type": "OPEN_THREAD"}},
    "account": {"account_linking": {"status": "linked"}},
    "nothing": {},
}


@pytest.mark.parametrize("told", SILENT.values(), ids=list(SILENT))
def test_what_says_nothing_is_no_message(told: Any) -> None:
    """Neither is it an error."""
    parsed = read(meta.messenger(told))
    assert (parsed.messages, parsed.reports) == ((), ())


def test_an_echo_of_ours_settles_what_was_unsure() -> None:
    """It says our own name for the message back, with the platform's."""
    key = "01k0000000abcdefghjkmnpqrs"
    (report,) = read(meta.messenger(meta.said("Halo", is_echo=True, metadata=key))).reports
    assert (report.state, report.key, report.external_id) == (State.SENT, key, "m_1")


def test_how_far_our_messages_came() -> None:
    """Named ones by name, all others up to a moment."""
    told = [{"delivery": {"mids": ["m_5"], "watermark": meta.AT}}, {"read": {"watermark": f"{meta.AT}"}}]
    named, delivered, seen = read(meta.messenger(*told)).reports
    assert (named.state, named.external_id) == (State.DELIVERED, "m_5")
    assert (delivered.state, delivered.upto, delivered.recipient) == (
        State.DELIVERED,
        datetime.fromtimestamp(meta.AT / 1000, UTC),
        meta.CITIZEN,
    )
    assert (seen.state, seen.upto) == (State.READ, delivered.upto)


def test_standby_is_heard_as_well() -> None:
    """Another app holds the talk; what the citizen says is said all the same."""
    (message,) = read(meta.messenger(meta.said(), under="standby")).messages
    assert message.text == "Lampu jalan mati"


def test_what_was_filled_into_a_form_is_said() -> None:
    """A survey's free words are words."""
    told = {"messaging_feedback": {"feedback_screens": [{"questions": {"q1": {"payload": "Lambat sekali"}}}]}}
    assert one(told).text == "Lambat sekali"


PUBLIC: list[tuple[str, str, dict[str, Any], tuple[Any, ...]]] = [
    ("comment", "feed", meta.comment(), (Kind.COMMENT, f"{meta.PAGE}9_1", "", "Lampu jalan mati di RT 3")),
    ("edited", "feed", meta.comment("Sudah menyala", verb="edited"), (Kind.EDIT, None, f"{meta.PAGE}9_1",
     "Sudah menyala")),
    ("removed", "feed", meta.comment(verb="remove"), (Kind.DELETE, None, f"{meta.PAGE}9_1", "")),
    ("visitor", "feed", {"item": "status", "verb": "add", "post_id": f"{meta.PAGE}_7", "message": "Jalan rusak",
     "from": {"id": meta.CITIZEN}}, (Kind.COMMENT, f"{meta.PAGE}_7", "", "Jalan rusak")),
    ("mention", "mention", {"item": "post", "verb": "add", "post_id": "44_45", "sender_id": meta.CITIZEN,
     "sender_name": "Sari"}, (Kind.COMMENT, "44_45", "", "@mention\n44_45")),
    ("rating", "ratings", {"item": "rating", "verb": "add", "reviewer_id": meta.CITIZEN, "review_text": "Lambat",
     "open_graph_story_id": "77"}, (Kind.COMMENT, "77", "", "Lambat")),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "wish"), [row[1:] for row in PUBLIC], ids=[row[0] for row in PUBLIC])
def test_what_is_said_in_public(field: str, value: dict[str, Any], wish: tuple[Any, ...]) -> None:
    """By whom it was said in front of everybody; edits and removals are kept as such."""
    (message,) = read(meta.changed(field, value)).messages
    kind, name, about, text = wish
    assert (message.kind, message.about, message.text) == (kind, about, text)
    assert message.external_id == name if name else message.external_id != about
    assert (message.public, message.sender) == (True, meta.CITIZEN)


def test_a_comment_without_an_author_is_not_lost() -> None:
    """Whoever hides who they are is known by what they said."""
    (message,) = read(meta.changed("feed", meta.comment(**{"from": None}))).messages
    assert message.sender == f"comment:{meta.PAGE}9_1"


def test_a_comment_without_words_is_one() -> None:
    """A sticker under a post is on record, and where it was said."""
    (message,) = read(meta.changed("feed", meta.comment(""))).messages
    assert (message.text, message.kind) == ("", Kind.COMMENT)
    (pictured,) = read(meta.changed("feed", meta.comment("", photo=PHOTO))).messages
    assert [file.reference for file in pictured.files] == [PHOTO]


def test_a_kind_of_message_that_came_later_is_heard() -> None:
    """What has a name and words was said, whatever it is called."""
    assert one({"message_whisper": {"mid": "m_9", "text": "Jalan rusak"}}).text == "Jalan rusak"


def test_a_reply_under_a_comment_names_it() -> None:
    """The post is nobody's message, a comment is one."""
    (message,) = read(meta.changed("feed", meta.comment(serial=2, parent_id=f"{meta.PAGE}9_1"))).messages
    assert message.answers == (f"{meta.PAGE}9_1",)


@pytest.mark.parametrize(
    "value",
    [
        meta.comment(**{"from": {"id": meta.PAGE}}),
        meta.comment(item="reaction", reaction_type="like"),
        meta.comment(item="like"),
        meta.comment(verb="hide"),
    ],
    ids=["our own", "reaction", "like", "hidden"],
)
def test_what_is_nobodys_word_under_a_post(value: dict[str, Any]) -> None:
    """The page's own comments, likes and what the page hides are no messages."""
    assert read(meta.changed("feed", value)).messages == ()


def test_another_page_is_set_aside_and_costs_no_other() -> None:
    """By the entry and by whom it went to."""
    theirs = {"id": "999", "time": 1, "messaging": [meta.item("999", **meta.said(serial=2))]}
    ours = {"id": meta.PAGE, "time": 1, "messaging": [meta.item(**meta.said())]}
    found = messenger_parse.parse(meta.body(theirs, ours), meta.PAGE)
    assert [message.external_id for message in found.parsed.messages] == ["m_1"]
    assert [aside.reason for aside in found.aside] == ["meta-other-account"]


def test_a_thousand_entries_keep_their_order() -> None:
    """Nothing is lost, each is once, and each reads alone as what it was."""
    entries = [{"id": meta.PAGE, "time": n, "messaging": [meta.item(**meta.said(f"{n}", n))]} for n in range(1000)]
    found = read(meta.body(*entries, entries[0])).messages
    assert [message.text for message in found] == [f"{n}" for n in range(1000)]
    assert read(found[700].raw).messages == (found[700],)


def test_comments_can_be_left_out() -> None:
    """An office that does not want them hears private talks alone."""
    found = messenger_parse.parse(meta.changed("feed", meta.comment()), comments=False)
    assert (found.parsed.messages, found.aside) == ((), ())


ODD = [
    "\x00", "\ud83d", "", None, 0, -1, 10**30, 1.5, True, [], {}, [[]], [None, 1, "x"], {"id": None}, {"id": []},
    meta.CITIZEN, "page", "messages", "comment", {"mid": "m_1", "text": "x"}, {"mid": None}, {"watermark": "x"},
]  # fmt: skip
NAMES = (
    *("object", "entry", "id", "time", "timestamp", "messaging", "standby", "changes", "field", "value", "sender"),
    *("recipient", "message", "mid", "text", "attachments", "type", "payload", "url", "coordinates", "lat", "long"),
    *("is_echo", "is_deleted", "reaction", "postback", "read", "delivery", "mids", "watermark", "from", "item", "verb"),
    *("comment_id", "post_id", "parent_id", "created_time", "message_edit", "num_edit", "media", "sticker_id", "story"),
    *("elements", "title", "reply_to", "sample", "comments", "policy_enforcement", "messaging_feedback"),
)
JSON = st.recursive(
    st.sampled_from(ODD) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=40,
)


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
@many(150)
@given(told=JSON, field=st.sampled_from(["messages", "feed", "mention", "comments", "mentions", "message_edit"]))
def test_no_json_breaks_the_reading(kind: str, told: Any, field: str) -> None:
    """Whatever stands where: messages, or the one error that says it cannot be read."""
    held = {"object": "page" if kind == "messenger" else "instagram"}
    entry = {"id": meta.PAGE, "messaging": [told], "changes": [{"field": field, "value": told}]}
    for whole in (told, {**held, "entry": told}, {**held, "entry": [told]}, {**held, "entry": [entry]}):
        try:
            parsed = channels.reader(kind)(json.dumps(whole).encode())
        except Undigested:
            continue
        for message in parsed.messages:
            assert message.external_id
            assert message.sender
            (message.text + message.full_text + message.sender + message.external_id).encode()


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
def test_what_is_nested_too_deeply_is_read_or_said_to_be_unreadable(kind: str) -> None:
    """It breaks nothing."""
    deep = b'{"object":"page","entry":[{"messaging":[' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]}]}"
    for raw in (deep, b"[" * 100_000, deep.replace(b"page", b"instagram")):
        try:
            channels.reader(kind)(raw)
        except Undigested:
            continue
