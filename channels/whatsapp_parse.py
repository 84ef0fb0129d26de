"""Reading what WhatsApp delivers: what people wrote, pressed, changed and took back, and what became of our answers.

Whoever hides their number behind a user name is known by an id that belongs to the office alone (``user_id``). Pure.
Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages and its pages
(text, image, ..., edit, revoke, system, unsupported, group, status), .../whatsapp/business-scoped-user-ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from channels import whatsapp_content as content
from channels.addresses import phone
from channels.base import Inbound, Kind, Report, State, Undigested
from channels.graph_entries import Digest, Event, Noted, digest
from channels.graph_errors import Trouble
from channels.graph_json import UNREADABLE, Json, lines, moment, part, parts, text, written

OBJECT = "whatsapp_business_account"
NO_SENDER = "meta-no-sender"
TROUBLE = "meta-account-trouble"
_FIELD = "messages"
_HOLDS = ("messages", "statuses", "errors", "message_echoes")
_STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "played": State.READ,
    "failed": State.FAILED,
    "undelivered": State.FAILED,
}
_NUMBER_IDS = ("display_phone_number", "phone_number_id")
_LARGEST_AROUND, _LONGEST_ID = 4096, 64
# By which names a message, a status and a person are known.
_OWN_IDS = ("from", "from_user_id", "recipient_id", "recipient_user_id")
_PERSONS_IDS = ("wa_id", "user_id")
# What the app does rather than what somebody says: they opened the chat.
_NOTHING_SAID = {"request_welcome"}


def parse(raw: bytes, number_id: str = "") -> Digest:
    """What a webhook's body holds; what is of another number than ``number_id`` ("" is any) is set aside.

    Raises: Undigested.
    """
    known = {"", number_id}
    return digest(raw, OBJECT, _read, _split, lambda event: not number_id or _number_id(event) in known, usual=_FIELD)


def _number_id(event: Event) -> str:
    return text(part(event.value, "metadata"), "phone_number_id")


def _split(field: str, value: Json) -> Iterable[Json]:
    """A value for each message and status in it. ``contacts`` keep those it speaks of."""
    held = [(name, one) for name in _HOLDS for one in _items(value, name)]
    if field != _FIELD or len(held) < 2:
        return (value,)
    rest = _around(value)
    people = parts(value, "contacts")
    known = {id_: person for person in people for id_ in _ids(person, _PERSONS_IDS)}
    return [{**rest, **_who(people, known, one), name: [one]} for name, one in held]


def _around(value: Json) -> Json:
    """What stands beside messages and goes with each; of much that nobody knows only the number it is about."""
    rest = {name: value[name] for name in value if name not in {*_HOLDS, "contacts"}}
    try:
        small = len(rest) < _LARGEST_AROUND and len(written(rest)) <= _LARGEST_AROUND
    except RecursionError:
        small = False
    about = part(rest, "metadata")
    return rest if small else {"metadata": {name: text(about, name)[:_LONGEST_ID] for name in _NUMBER_IDS}}


def _items(value: Json, name: str) -> list[object]:
    held = value.get(name, [])
    return held if isinstance(held, list) else [held]


def _ids(of: Json, names: Iterable[str]) -> list[str]:
    return [id_ for id_ in (text(of, name) for name in names) if id_]


def _who(people: list[Json], known: Mapping[str, Json], one: object) -> dict[str, list[Json]]:
    """The person whom a message names; the only one there is where either names nobody."""
    ids = _ids(one, _OWN_IDS) if isinstance(one, dict) else []
    found = next((known[id_] for id_ in ids if id_ in known), None)
    alone = people if len(people) == 1 and not (ids and known) else []
    return {"contacts": [_brief(one) for one in ([found] if found else alone)]}


def _brief(person: Json) -> Json:
    """A person as they go with each of their messages."""
    profile = part(person, "profile")
    if len(text(profile, "name")) <= _LARGEST_AROUND:
        return person
    return {**person, "profile": {**profile, "name": text(profile, "name")[:_LARGEST_AROUND]}}


def _read(event: Event) -> Iterator[Inbound | Report]:
    value = event.value
    if not event.field or (event.field == _FIELD and any(not isinstance(one, dict) for one in _listed(value))):
        raise Undigested(UNREADABLE)
    if event.field != _FIELD:
        return
    for message in parts(value, "messages"):
        yield from _message(message, value)
    for status in parts(value, "statuses"):
        yield from _status(status)
    if parts(value, "errors"):
        raise Noted(TROUBLE)


def _listed(value: Json) -> list[object]:
    return [one for name in _HOLDS for one in _items(value, name)]


def _message(message: Json, value: Json) -> Iterator[Inbound]:
    kind = text(message, "type")
    if kind in _NOTHING_SAID:
        return
    changed = part(message, kind) if kind in {"edit", "revoke"} else {}
    original = text(changed, "original_message_id")
    inner = part(changed, "message") if kind == "edit" else message
    reaction = part(message, "reaction")
    about, deed = "", Kind.MESSAGE
    if kind in {"edit", "revoke"} and original:
        about, deed = original, Kind.EDIT if kind == "edit" else Kind.DELETE
    elif kind == "reaction":
        about, deed = text(reaction, "message_id"), Kind.REACTION
    yield _inbound(message, inner, value, deed, about)


def _inbound(message: Json, inner: Json, value: Json, deed: Kind, about: str) -> Inbound:
    group, person = text(message, "group_id"), _person(message, value)
    sender, also = _sender(message, person)
    said = "" if deed is Kind.DELETE else content.words(inner)
    answered = text(part(inner, "context"), "id", "message_id")
    return Inbound(
        external_id=f"group:{group}" if group else _id(message),
        sender=group or sender,
        sent_at=moment(message, "timestamp"),
        kind=deed,
        about=about,
        sender_also=() if group else also,
        lasting="" if group else _lasting(message, person),
        sender_name=_name(person),
        recipient=_recipient(value),
        text=said,
        full_text=lines(said, *content.around(inner)),
        answers=(answered,) if answered and deed is Kind.MESSAGE else (),
        files=content.files(inner),
        choice=content.choice(inner),
        place=content.place_of(inner),
        fields=content.fields(inner),
        automatic=text(message, "type") == "system",
        public=bool(group),
    )


def _sender(message: Json, person: Json) -> tuple[str, tuple[str, ...]]:
    """Who wrote, and by what other names WhatsApp knows them. Raises ``Undigested``."""
    system, themselves = part(message, "system"), _is_theirs(message, person)
    names = chain(
        _numbers(text(message, "from")),
        _ids(message, ("from_user_id", "from_parent_user_id")),
        (name for id_ in _ids(person, (*_PERSONS_IDS, "parent_user_id")) if themselves for name in _numbers(id_)),
        _numbers(text(system, "customer")),
        _numbers(text(system, "wa_id", "new_wa_id")),
        _ids(system, ("user_id",)),
    )
    known = list(dict.fromkeys(names))
    if not known:
        raise Undigested(NO_SENDER)
    return known[0], tuple(known[1:])


def _lasting(message: Json, person: Json) -> str:
    """The business-scoped id of whoever wrote: it stays while a user name hides the number.

    Source: Cloud API, "Business-scoped user IDs".
    """
    theirs = _ids(person, ("user_id",)) if _is_theirs(message, person) else []
    return next(iter([*_ids(message, ("from_user_id",)), *theirs]), "")


def _is_theirs(message: Json, person: Json) -> bool:
    """Whether the person told beside a message is who wrote it."""
    own = _ids(message, ("from", "from_user_id"))
    return not own or not set(own).isdisjoint(_ids(person, _PERSONS_IDS))


def _numbers(digits: str) -> list[str]:
    """WhatsApp writes numbers without their plus."""
    digits = digits.strip()
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return [digits] if digits else []
    return [phone(f"+{digits.lstrip('+')}") or f"+{digits.lstrip('+')}"]


def _person(message: Json, value: Json) -> Json:
    people, own = parts(value, "contacts"), set(_ids(message, _OWN_IDS))
    found = next((one for one in people if not own.isdisjoint(_ids(one, _PERSONS_IDS))), None)
    return found or (people[0] if len(people) == 1 else {})


def _name(person: Json) -> str:
    profile = part(person, "profile")
    return text(profile, "name") or text(profile, "username")


def _recipient(value: Json) -> str:
    about = part(value, "metadata")
    return (_numbers(text(about, "display_phone_number")) or [text(about, "phone_number_id")])[0]


def _id(message: Json) -> str:
    id_ = text(message, "id").strip()
    if not id_:
        raise Undigested(UNREADABLE)
    return id_


def _status(status: Json) -> Iterator[Report]:
    """What a status tells. That the person deleted it from their own chat is no news of ours."""
    state, id_ = _STATES.get(text(status, "status").lower()), text(status, "id")
    key, _, later = text(status, "biz_opaque_callback_data").partition("#")
    # Of a later part of one of our messages (``whatsapp_send``) only trouble is news, and the message's.
    id_ = "" if later and key else id_
    if state is None or text(status, "type") == "payment" or (later and state is not State.FAILED):
        return
    if not (id_ or key):
        raise Undigested(UNREADABLE)
    recipient = (_numbers(text(status, "recipient_id")) or [text(status, "recipient_user_id")])[0]
    at = moment(status, "timestamp")
    report = Report(state, external_id=id_, key=key, recipient=recipient, at=at)
    if state is not State.FAILED:
        yield report
        return
    told = [Trouble.told(error) for error in parts(status, "errors")]
    passes = bool(told) and all(one.passes for one in told)
    reason = "; ".join(one.detail for one in told) or "failed"
    yield replace(
        report,
        reason=reason,
        permanent=not passes,
        again=passes and not later,
        cause=next((one.reason for one in told if one.reason), ""),
    )
