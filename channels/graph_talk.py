"""Reading what Messenger and Instagram deliver of private talks: words, files, presses, edits, deletions, what is read.

Both write one shape, whether it stands in an entry's ``messaging`` or ``standby`` or in a change's value. What the page
says itself (echoes) comes back as well, and is nobody's message. Nothing here knows which of the two it reads. Pure.
Source: developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events (messages,
message-edits, message-echoes, messaging_postbacks, message-reactions, message-deliveries, message-reads, standby,
messaging_handovers), developers.facebook.com/documentation/instagram-platform/webhooks/examples.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from channels import graph_content as content
from channels.base import Inbound, Kind, Report, State, Undigested
from channels.graph_entries import Event, Noted
from channels.graph_json import Json, lines, moment, number, part, parts, text, written

NO_SENDER = "meta-no-sender"
TROUBLE = "meta-account-trouble"
# What tells that a value is of a private talk, by what happened there.
_SAID = ("message", "message_edit", "message_edits", "postback", "reaction", "messaging_feedback")
_TAKEN_BACK = ("message_deletion", "message_deletions", "message_unsend", "message_unsends", "unsend")
_HAPPENED = ("read", "delivery", "policy_enforcement")
# Our own name of a message, which an echo says back. See ``inbox.outbox.new_key``.
_KEY = re.compile(r"[0-9a-z]{26}")


def is_talk(event: Event) -> bool:
    """Whether it is of a private talk, wherever it stood."""
    return "recipient" in event.value or not {*_SAID, *_TAKEN_BACK, *_HAPPENED}.isdisjoint(event.value)


def accounts(event: Event) -> set[str]:
    """Whose event it is: the entry's account, and whom it went to."""
    item = event.value
    ours = "sender" if part(item, "message").get("is_echo") is True else "recipient"
    return {event.account, text(part(item, ours), "id")} - {"", "0"}


def read(event: Event) -> Iterator[Inbound | Report]:
    """What one item holds: mostly one thing, nothing where nothing was said. Raises ``Undigested``."""
    item = event.value
    message, edit = part(item, "message"), part(item, "message_edit") or part(item, "message_edits")
    if message and (message.get("is_echo") is True or event.field == "message_echoes"):
        yield from _echo(item, message)
    elif message and not _from_us(event):
        yield _deleted(event, message) if message.get("is_deleted") is True else _message(event, message)
    if edit and _says(item, edit):
        yield _edited(event, edit)
    if part(item, "postback"):
        yield _pressed(event, part(item, "postback"))
    if part(item, "reaction") and not _from_us(event):
        yield _reaction(event, part(item, "reaction"))
    for name in _TAKEN_BACK:
        yield from (_deleted(event, one) for one in parts(item, name) if text(one, "mid", "message_id", "id"))
    for told in parts(item, "messaging_feedback"):
        yield _feedback(event, told)
    yield from (_message(event, one) for one in _unknown(item) if not _from_us(event))
    yield from _reports(event)
    if part(item, "policy_enforcement"):
        raise Noted(TROUBLE)


def sender(item: Json) -> str:
    """Who wrote. Raises ``Undigested``."""
    found = text(part(item, "sender"), "id", "user_ref") or text(part(item, "from"), "id") or text(item, "sender_id")
    if not found.strip():
        raise Undigested(NO_SENDER)
    return found.strip()


def said_at(event: Event) -> datetime:
    """When it was said, or else when Meta told it."""
    return moment({**event.entry, **event.value}, "timestamp", "created_time", "time")


def fingerprint(event: Event) -> str:
    """A name for what has none, the same whenever it comes again."""
    try:
        return hashlib.sha256(written(event.value)).hexdigest()[:32]
    except RecursionError:
        return hashlib.sha256(event.raw).hexdigest()[:32]


def _unknown(item: Json) -> Iterator[Json]:
    """What came after us and says something: it has a name and words, as every message so far."""
    known = {*_SAID, *_TAKEN_BACK, *_HAPPENED}
    for name in item:
        yield from (one for one in parts(item, name) if name not in known and _mid(one) and text(one, "text"))


def _from_us(event: Event) -> bool:
    """What the account says to somebody, though it is not called an echo."""
    wrote = text(part(event.value, "sender"), "id")
    return bool(wrote) and wrote == event.account


def _message(event: Event, message: Json) -> Inbound:
    said = content.words(message)
    choice = text(part(message, "quick_reply"), "payload")
    answered = text(part(message, "reply_to"), "mid")
    return _inbound(
        event,
        _mid(message) or fingerprint(event),
        text=said,
        full_text=lines(said, *content.around(message)),
        files=content.files(message),
        place=content.place_of(message),
        choice=choice,
        answers=(answered,) if answered else (),
    )


def _pressed(event: Event, postback: Json) -> Inbound:
    """A button, "Get Started", an ice breaker or a line of the menu; in standby its value is not told."""
    said, value = text(postback, "title"), text(postback, "payload")
    return _inbound(
        event,
        _mid(postback) or f"postback:{fingerprint(event)}",
        text=said or value,
        full_text=lines(said or value, *content.around(postback)),
        choice=value,
    )


def _edited(event: Event, edit: Json) -> Inbound:
    mid, said = _mid(edit), text(edit, "text").strip()
    turn = number(edit, "num_edit") or text(event.value, "timestamp") or fingerprint(event)
    return _inbound(event, f"{mid}:edit:{turn}", kind=Kind.EDIT, about=mid, text=said, full_text=said)


def _says(item: Json, edit: Json) -> bool:
    """Instagram tells of an edit that was none (the 0th), without words or sender, beside the message itself."""
    real = bool(text(edit, "text")) or number(edit, "num_edit") > 0
    return real and not (text(edit, "num_edit") == "0" and not part(item, "sender"))


def _deleted(event: Event, message: Json) -> Inbound:
    mid = _mid(message) or text(message, "message_id", "id")
    return _inbound(event, f"{mid or fingerprint(event)}:deleted", kind=Kind.DELETE, about=mid)


def _reaction(event: Event, reaction: Json) -> Inbound:
    """A face under a message, or none any more where it was taken away."""
    mid, gone = _mid(reaction), text(reaction, "action") == "unreact"
    face = "" if gone else text(reaction, "emoji") or text(reaction, "reaction")
    name = f"{mid}:reaction:{text(part(event.value, 'sender'), 'id')}:{text(event.value, 'timestamp')}"
    return _inbound(event, f"{name}:gone" if gone else name, kind=Kind.REACTION, about=mid, text=face, full_text=face)


def _feedback(event: Event, told: Json) -> Inbound:
    """What somebody filled into a form that asks how it was."""
    said = lines(*content.spelled(told, ("payload",)))
    return _inbound(event, f"feedback:{fingerprint(event)}", text=said, full_text=said)


def _inbound(event: Event, external_id: str, **what: object) -> Inbound:
    item = event.value
    return Inbound(
        external_id=external_id,
        sender=sender(item),
        sent_at=said_at(event),
        sender_name=text(part(item, "sender"), "name", "username"),
        recipient=text(part(item, "recipient"), "id") or event.account,
        **what,  # type: ignore[arg-type]
    )


def _mid(of: Json) -> str:
    return text(of, "mid").strip()


def _echo(item: Json, message: Json) -> Iterator[Report]:
    """What left through us says our name for it; what people at the page wrote elsewhere is theirs."""
    key, mid = text(message, "metadata"), _mid(message)
    if mid and _KEY.fullmatch(key) and message.get("is_deleted") is not True:
        recipient = text(part(item, "recipient"), "id")
        yield Report(State.SENT, external_id=mid, key=key, recipient=recipient, at=moment(item, "timestamp"))


def _reports(event: Event) -> Iterator[Report]:
    """How far our messages came: by their names, or all up to a moment ("watermark")."""
    item = event.value
    who = text(part(item, "sender"), "id")
    for name, state in (("delivery", State.DELIVERED), ("read", State.READ)):
        told = part(item, name)
        listed = told.get("mids")
        mids = [one for one in listed if isinstance(one, str) and one] if isinstance(listed, list) else []
        mids += [mid for mid in [_mid(told)] if mid]
        for mid in dict.fromkeys(mids):
            yield Report(state, external_id=text({"": mid}, ""), recipient=who, at=said_at(event))
        upto = moment(told, "watermark")
        if told.get("watermark") and upto.timestamp() > 0 and who:
            yield Report(state, recipient=who, at=said_at(event), upto=upto)
