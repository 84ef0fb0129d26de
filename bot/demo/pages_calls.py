"""What an office may send by Messenger and Instagram, read as strictly as their Send API reads it. Pure.

Source: developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages and its pages
(quick replies, message tags, attachment upload), developers.facebook.com/docs/messenger-platform/instagram/features.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.demo.chats import Buttons
from bot.demo.graph_calls import Call, Given, Json, Refusal, invalid, missing
from channels.base import Attachment

_ENVELOPE = ("recipient", "messaging_type", "message", "tag", "sender_action", "notification_type", "reply_to")
_MB = 1024 * 1024
_LARGEST = {"image": 8 * _MB, "audio": 25 * _MB, "video": 25 * _MB, "file": 25 * _MB}


@dataclass(frozen=True, slots=True)
class Rules:
    """What one of the two demands. ``longest`` counts bytes where ``in_bytes``; ``typed``: messaging_type is needed."""

    longest: int
    in_bytes: bool
    typed: bool
    files: tuple[str, ...]


MESSENGER = Rules(2000, in_bytes=False, typed=True, files=("",))
INSTAGRAM = Rules(
    1000,
    in_bytes=True,
    typed=False,
    files=("image/png", "image/jpeg", "image/gif", "audio/", "video/", "application/pdf"),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What is laid on the phone; ``action`` instead: it types, or has seen. ``agent``: a person's words, late."""

    to: str = ""
    comment: str = ""
    text: str = ""
    files: tuple[Attachment, ...] = ()
    buttons: Buttons = ()
    action: str = ""
    agent: bool = False
    answers: str = ""


def sent(call: Call, rules: Rules, medium: Callable[[str], Attachment | None]) -> Sent:
    """A message that is handed over. Raises Refusal."""
    given = _unfolded(call.given).only(*_ENVELOPE)
    whom = given.part("recipient").only("id", "comment_id", "post_id")
    to, comment = whom.word("id", 60, needed=False), whom.word("comment_id", 100, needed=False)
    if not (to or comment):
        raise missing("recipient['id']")
    if "sender_action" in given.values:
        return Sent(to, action=given.one_of("sender_action", "typing_on", "typing_off", "mark_seen"))
    agent = not comment and _agent(given, rules)
    message = given.part("message").only("text", "attachment", "quick_replies", "metadata", "attachments")
    reply = given.part("reply_to").only("mid").word("mid", 200) if "reply_to" in given.values else ""
    files = (
        (_attached(message.part("attachment"), rules, medium, call.files),) if "attachment" in message.values else ()
    )
    text = _text(message, rules, needed=not files)
    if text and files:
        raise invalid("A message holds a text or an attachment, not both.")
    return Sent(to, comment, text, files, _replies(message), agent=agent, answers=reply)


def uploaded(call: Call, rules: Rules) -> Attachment:
    """An attachment that is laid there. Raises Refusal."""
    given = _unfolded(call.given).only("message", "platform")
    attachment = given.part("message").only("attachment").part("attachment")
    return _attached(attachment, rules, lambda _: None, call.files)


def _agent(given: Given, rules: Rules) -> bool:
    """Whether a person's tag goes along. Raises Refusal."""
    kind = ""
    if rules.typed or "messaging_type" in given.values:
        kind = given.one_of("messaging_type", "RESPONSE", "UPDATE", "MESSAGE_TAG")
    if "tag" in given.values:
        given.one_of("tag", "HUMAN_AGENT")
    if kind == "MESSAGE_TAG" and "tag" not in given.values:
        raise Refusal(400, 100, "(#100) Tag is required for MESSAGE_TAG", subcode=2018199)
    if kind in {"RESPONSE", "UPDATE"} and "tag" in given.values:
        raise Refusal(400, 100, "(#100) Tag is only allowed for MESSAGE_TAG", subcode=2018199)
    return "tag" in given.values


def _text(message: Given, rules: Rules, *, needed: bool) -> str:
    text = message.values.get("text", "")
    if not isinstance(text, str) or (needed and not text.strip()):
        raise Refusal(
            400, 100, "(#100) Message cannot be empty, must provide valid attachment or text", subcode=2018034
        )
    length = len(text.encode()) if rules.in_bytes else len(text)
    if length > rules.longest:
        said = f"(#100) Length of param message[text] must be less than or equal to {rules.longest}"
        raise Refusal(400, 100, said, subcode=2018109 if rules.typed else 2534025)
    return text


def _replies(message: Given) -> Buttons:
    if "quick_replies" not in message.values:
        return ()
    found = []
    for one in message.parts("quick_replies", 1, 13):
        one.only("content_type", "title", "payload", "image_url").one_of("content_type", "text")
        found.append((one.word("title", 20), one.word("payload", 1000)))
    return tuple((one,) for one in found)


def _attached(
    attachment: Given, rules: Rules, medium: Callable[[str], Attachment | None], files: Mapping[str, Attachment]
) -> Attachment:
    kind = attachment.only("type", "payload").one_of("type", "image", "audio", "video", "file")
    payload = attachment.part("payload").only("attachment_id", "is_reusable", "url")
    id_ = payload.word("attachment_id", 60, needed=False)
    file = medium(id_) if id_ else files.get("filedata")
    if file is None:
        raise Refusal(400, 100, "(#100) Upload attachment failure.", subcode=2018047 if id_ else 2018008)
    if kind != "file" and not file.type.startswith(f"{kind}/"):
        raise Refusal(400, 100, f"(#100) Incorrect attachment type {file.type}", subcode=2018047)
    if not file.type.startswith(rules.files):
        raise Refusal(400, 100, f"(#100) Unsupported attachment type {file.type}", subcode=2534068)
    if not 0 < file.size_bytes <= _LARGEST[kind]:
        raise Refusal(400, 100, "(#100) Attachment size exceeds allowable limit", subcode=2018047)
    return file


def _unfolded(given: Given) -> Given:
    """A form's fields hold JSON as text."""
    values: Json = dict(given.values)
    for name in ("recipient", "message", "reply_to"):
        if isinstance(values.get(name), str):
            try:
                values[name] = json.loads(values[name])
            except ValueError:
                raise invalid(f"Param {name} must be a JSON object.") from None
    return Given(values)
