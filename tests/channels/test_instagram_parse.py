"""What Instagram delivers is read in both of its shapes, and nothing else becomes a message."""

from __future__ import annotations

import json
from typing import Any

import pytest

import channels
from channels import instagram_parse
from channels.base import Kind, State
from tests.channels import metas as meta

read = channels.reader("instagram")
COPY = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17&signature=x"


def other(field: str, value: Any) -> bytes:
    """The shape of an account's own login: a field and its value."""
    return meta.changed(field, value, object_="instagram")


def bare(field: str, value: Any) -> bytes:
    """As its documentation writes it: no list of changes around it."""
    return meta.body({"id": meta.ACCOUNT, "time": 1, "field": field, "value": value}, object_="instagram")


def test_both_shapes_are_one_message() -> None:
    """Whatever the office's app logged in with."""
    item = meta.item(meta.ACCOUNT, **meta.said())
    whole = [meta.instagram(meta.said()), other("messages", item), bare("messages", item)]
    found = [read(raw).messages[0] for raw in whole]
    assert {(one.external_id, one.sender, one.text, one.recipient) for one in found} == {
        ("m_1", meta.CITIZEN, "Lampu jalan mati", meta.ACCOUNT)
    }


FIELDS: list[tuple[str, str, dict[str, Any], tuple[Kind, str, str]]] = [
    ("edit", "message_edit", {"message_edit": {"mid": "m_1", "text": "Padam", "num_edit": "1"}},
     (Kind.EDIT, "m_1", "Padam")),
    ("reaction", "message_reactions", {"reaction": {"mid": "m_1", "action": "react", "emoji": "❤", "reaction": "love"}},
     (Kind.REACTION, "m_1", "❤")),
    ("postback", "messaging_postbacks", {"postback": {"mid": "m_2", "title": "Mulai", "payload": "MULAI"}},
     (Kind.MESSAGE, "", "Mulai")),
    ("unsend", "messages", {"message": {"mid": "m_1", "is_deleted": True}}, (Kind.DELETE, "m_1", "")),
    ("deletions", "message_deletions", {"message_deletions": {"mid": "m_1"}}, (Kind.DELETE, "m_1", "")),
    ("unsupported", "messages", {"message": {"mid": "m_3", "is_unsupported": True}}, (Kind.MESSAGE, "", "")),
]  # fmt: skip


@pytest.mark.parametrize(("field", "what", "wish"), [row[1:] for row in FIELDS], ids=[row[0] for row in FIELDS])
@pytest.mark.parametrize("shape", ["messaging", "changes"])
def test_what_happens_in_a_talk(shape: str, field: str, what: dict[str, Any], wish: tuple[Kind, str, str]) -> None:
    """Edits, reactions, presses, deletions, and what cannot be shown: each said by somebody."""
    raw = meta.instagram(what) if shape == "messaging" else other(field, meta.item(meta.ACCOUNT, **what))
    (message,) = read(raw).messages
    assert (message.kind, message.about, message.text, message.sender) == (*wish, meta.CITIZEN)


def test_a_story_that_names_us_and_an_answer_to_ours() -> None:
    """The mention brings a copy of the story; the answer tells which story it is about, beside its words."""
    mention = {"type": "story_mention", "payload": {"url": COPY}}
    answer = meta.said("Di mana ini?", 2, reply_to={"story": {"id": "17", "url": COPY}})
    first, second = read(meta.instagram(meta.attached(mention), answer)).messages
    assert [file.reference for file in first.files] == [COPY]
    assert (second.text, second.files, second.answers) == ("Di mana ini?", (), ())
    assert COPY in second.full_text


def test_a_post_that_is_told_twice_is_one_file() -> None:
    """For a while a shared post is both a share and a post."""
    told = [{"type": kind, "payload": {"url": COPY, "title": "Banjir"}} for kind in ("share", "ig_post")]
    (message,) = read(meta.instagram(meta.attached(*told))).messages
    assert [file.reference for file in message.files] == [COPY]
    assert message.text.splitlines()[0] == "Banjir"


def test_seen_by_its_name() -> None:
    """Instagram names what was read."""
    (report,) = read(meta.instagram({"read": {"mid": "m_9"}})).reports
    assert (report.state, report.external_id, report.recipient) == (State.READ, "m_9", meta.CITIZEN)


@pytest.mark.parametrize(
    "what",
    [
        meta.said("Halo", is_echo=True),
        {"message": {"mid": "m_1", "is_deleted": True, "is_echo": True}},
        {"message_edit": {"mid": "m_1", "num_edit": 0}},
        {"referral": {"ref": "x"}},
        {"optin": {"type": "notification_messages"}},
        {"request_thread_control": {"requested_owner_app_id": "1"}},
    ],
    ids=["echo", "echo unsent", "no edit", "referral", "optin", "handover"],
)
def test_what_says_nothing_is_no_message(what: dict[str, Any]) -> None:
    """Neither is it an error."""
    parsed = read(meta.instagram(what))
    assert (parsed.messages, parsed.reports) == ((), ())


@pytest.mark.parametrize("field", ["comments", "live_comments"])
@pytest.mark.parametrize("shape", [other, bare])
def test_a_comment(field: str, shape: Any) -> None:
    """Said in front of everybody, by whom, under what."""
    (message,) = read(shape(field, meta.remark(parent_id="1788"))).messages
    assert (message.kind, message.public, message.external_id) == (Kind.COMMENT, True, "17891")
    assert (message.sender, message.sender_name, message.text) == (meta.CITIZEN, "sari.w", "Lampu jalan mati di RT 3")
    assert message.answers == ("1788",)


def test_our_own_comment_is_nobodys_message() -> None:
    """By either name of ours."""
    for author in ({"id": meta.ACCOUNT}, {"id": "5", "self_ig_scoped_id": meta.ACCOUNT}):
        assert read(other("comments", meta.remark(**{"from": author}))).messages == ()


def test_a_mention_says_where_it_stands() -> None:
    """Instagram tells no more; the words come as a file that is fetched."""
    (message,) = read(other("mentions", {"comment_id": "1788", "media_id": "1792"})).messages
    assert (message.kind, message.external_id, message.text) == (
        Kind.COMMENT,
        "mention:1788",
        "@mention comment 1788 media 1792",
    )
    assert [file.reference for file in message.files] == ["mentioned_comment:1788"]
    (post,) = read(other("mentions", {"media_id": "1792"})).messages
    assert [file.reference for file in post.files] == ["mentioned_media:1792"]
    (odd,) = read(other("mentions", {"comment_id": "1){id}", "media_id": "x"})).messages
    assert odd.files == ()


def test_figures_of_a_story_are_nothing() -> None:
    """No field that holds no word becomes one."""
    assert read(other("story_insights", {"media_id": "1", "impressions": 28})).messages == ()


def test_another_account_is_set_aside() -> None:
    """The page that it is linked to counts as ours."""
    whole = json.loads(meta.instagram(meta.said(), of="999"))
    found = instagram_parse.parse(json.dumps(whole).encode(), meta.ACCOUNT)
    assert (found.parsed.messages, [one.reason for one in found.aside]) == ((), ["meta-other-account"])
    linked = instagram_parse.parse(meta.instagram(meta.said(), of=meta.PAGE), meta.ACCOUNT, meta.PAGE)
    assert len(linked.parsed.messages) == 1


def test_a_batch_in_both_shapes_keeps_its_order() -> None:
    """A thousand, each once."""
    item = [meta.item(meta.ACCOUNT, **meta.said(f"{n}", n)) for n in range(1000)]
    entries = [
        {"id": meta.ACCOUNT, "time": 1, "messaging": [one]}
        if place % 2
        else {"id": meta.ACCOUNT, "time": 1, "changes": [{"field": "messages", "value": one}]}
        for place, one in enumerate(item)
    ]
    found = read(meta.body(*entries, object_="instagram")).messages
    assert [one.text for one in found] == [f"{n}" for n in range(1000)]
