"""Makes the contract's values of the platform's updates: what citizens say in private, and who has shut us out.

Only private chats are read. What is said in a group counts as one message of that group, for ever the same: the clerk
answers it once with an invitation, and nothing else of the group is kept. Channels, business accounts and everything
that this program knows nothing of are no business of ours. Pure.
Source: core.telegram.org/bots/api, objects Update, Message, CallbackQuery, ChatMemberUpdated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from channels import telegram_content as content
from channels.base import Inbound, Kind, Parsed, Report, State, Undigested, phone
from channels.telegram_buttons import chosen
from channels.telegram_json import EPOCH, UNREADABLE, Json, moment, part, parts, text, updates, whole_number

_GROUPS = frozenset({"group", "supergroup"})
_GONE = frozenset({"kicked", "left"})


def parse(raw: bytes) -> Parsed:
    """What a delivery holds: one update, or an answer of ``getUpdates`` with several. Raises ``Undigested``."""
    try:
        found = [one for update, own in updates(raw) for one in _update(update, own)]
    except RecursionError:
        raise Undigested(UNREADABLE) from None
    return Parsed(
        messages=tuple(one for one in found if isinstance(one, Inbound)),
        reports=tuple(one for one in found if isinstance(one, Report)),
    )


def named(chat: int | str, message: int | str) -> str:
    """The platform's name of a message: ours is unique in the channel, theirs in its chat alone."""
    return f"{chat}:{message}"


def _update(update: Json, raw: bytes) -> Iterator[Inbound | Report]:
    if whole_number(update, "update_id") is None and _READERS.keys().isdisjoint(update):
        raise Undigested(UNREADABLE)
    for field, reader in _READERS.items():
        if update.get(field) is not None:
            yield from reader(part(update, field), update, raw)


def _message(message: Json, _: Json, raw: bytes) -> Iterator[Inbound]:
    if content.is_service(message):
        return
    if _is_private(message):
        yield _said(message, raw)
    elif _is_group(message) and not _is_bot(message):
        yield replace(_invited(message, raw), text=content.words(message))


def _edited(message: Json, update: Json, raw: bytes) -> Iterator[Inbound]:
    """A new version of a message. A live location that moves on is none."""
    if content.is_service(message) or "live_period" in part(message, "location") or not _is_private(message):
        return
    said, edited_at = _said(message, raw), moment(message, "edit_date")
    edition = whole_number(message, "edit_date") or whole_number(update, "update_id") or 0
    yield replace(
        said,
        kind=Kind.EDIT,
        external_id=f"{said.external_id}:e{edition}",
        about=said.external_id,
        sent_at=said.sent_at if edited_at == EPOCH else edited_at,
    )


def _pressed(query: Json, _: Json, raw: bytes) -> Iterator[Inbound]:
    """A button of ours. The platform does not say when: the message's own time stands for it."""
    message, person = part(query, "message"), part(query, "from")
    if not text(query, "data") or (message and not _is_private(message)):
        return
    if not text(query, "id"):
        raise Undigested(UNREADABLE)
    chat = _chat(message) if message else _number(person, "id")
    yield Inbound(
        external_id=f"callback:{text(query, 'id')}",
        sender=str(chat),
        sent_at=moment(message, "date"),
        sender_also=_also(person),
        sender_name=content.name(person),
        answers=(named(chat, _number(message, "message_id")),) if message else (),
        choice=chosen(query),
        raw=raw,
    )


def _reacted(reaction: Json, update: Json, raw: bytes) -> Iterator[Inbound]:
    if not _is_private(reaction):
        return
    about = named(_chat(reaction), _number(reaction, "message_id"))
    yield Inbound(
        external_id=f"{about}:r{_number(update, 'update_id')}",
        sender=str(_chat(reaction)),
        sent_at=moment(reaction, "date"),
        kind=Kind.REACTION,
        about=about,
        sender_also=_also(part(reaction, "user")),
        sender_name=content.name(part(reaction, "user")),
        text="".join(text(one, "emoji") for one in parts(reaction, "new_reaction")),
        raw=raw,
    )


def _membership(change: Json, _: Json, raw: bytes) -> Iterator[Inbound | Report]:
    """A citizen blocks the bot, a group throws it out or takes it in. Who unblocks it is heard of when they write."""
    status = text(part(change, "new_chat_member"), "status")
    if status in _GONE and (_is_private(change) or _is_group(change)):
        at = moment(change, "date")
        yield Report(State.DEAD_ADDRESS, recipient=str(_chat(change)), at=at, reason=f"my_chat_member: {status}")
    elif status and _is_group(change):
        yield _invited(change, raw)


_READERS = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
ASKED_FOR = tuple(_READERS)
"""The kinds of update that we want: the platform keeps the others to itself."""


def _said(message: Json, raw: bytes) -> Inbound:
    chat, person, words = _chat(message), part(message, "from"), content.words(message)
    return Inbound(
        external_id=named(chat, _number(message, "message_id")),
        sender=str(chat),
        sent_at=moment(message, "date"),
        sender_also=(*_also(person), *_own_number(message)),
        sender_name=content.name(person) or content.name(part(message, "chat")),
        text=words,
        full_text=words,
        group=text(message, "media_group_id"),
        answers=_answered(message),
        files=content.files(message),
        place=content.place(message),
        automatic=_is_bot(message),
        raw=raw,
    )


def _invited(said: Json, raw: bytes) -> Inbound:
    """The one message of a group: whatever is said there has this name, and is a duplicate from the second on."""
    chat = _chat(said)
    return Inbound(
        external_id=named(chat, "group"),
        sender=str(chat),
        sent_at=moment(said, "date"),
        sender_name=text(part(said, "chat"), "title"),
        public=True,
        raw=raw,
    )


def _answered(message: Json) -> tuple[str, ...]:
    earlier = part(message, "reply_to_message")
    number = whole_number(earlier, "message_id")
    chat = whole_number(part(earlier, "chat"), "id") or _chat(message)
    return () if number is None else (named(chat, number),)


def _also(person: Json) -> tuple[str, ...]:
    username = text(person, "username")
    return (f"@{username}",) if username else ()


def _own_number(message: Json) -> tuple[str, ...]:
    """The sender's telephone, where they share their own: the platform vouches for that."""
    contact, sender = part(message, "contact"), whole_number(part(message, "from"), "id")
    if sender is None or whole_number(contact, "user_id") != sender:
        return ()
    number = phone(f"+{text(contact, 'phone_number').lstrip('+')}")
    return (number,) if number else ()


def _is_private(of: Json) -> bool:
    """Whether the chat is one person's with us. A chat that does not say is told by its number."""
    kind = text(part(of, "chat"), "type")
    return kind == "private" or (not kind and _chat(of) > 0)


def _is_group(of: Json) -> bool:
    return text(part(of, "chat"), "type") in _GROUPS


def _is_bot(message: Json) -> bool:
    return part(message, "from").get("is_bot") is True


def _chat(of: Json) -> int:
    return _number(part(of, "chat"), "id")


def _number(of: Json, name: str) -> int:
    """An id without which nothing can be done. Raises ``Undigested``."""
    value = whole_number(of, name)
    if value is None:
        raise Undigested(UNREADABLE)
    return value
