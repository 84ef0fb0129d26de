"""How WhatsApp writes things: what citizens send, and what became of what the office sent. Pure.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages and its pages.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from bot.demo.chats import Line
from bot.demo.graph import Account, digits, seconds
from bot.demo.graph_calls import Json
from bot.demo.graph_media import number as medium
from bot.demo.story import Person

_PHOTOS = frozenset({"image/jpeg", "image/png"})
_ERRORS = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"


def name(line_id: int, deed: str = "") -> str:
    """What WhatsApp calls a message; what is done to one has a name of its own."""
    return f"wamid.{base64.b64encode(f'HBgNNjI4{deed}:{line_id:016d}'.encode()).decode()}"


def line_of(wamid: str) -> int:
    """The line that has that name; 0 where it is none of ours."""
    try:
        deed, _, digits_ = base64.b64decode(wamid.removeprefix("wamid.")).decode().partition(":")
    except ValueError:
        return 0
    return int(digits_) if deed == "HBgNNjI4" and digits_.isdigit() else 0


def value(account: Account, number: str, **held: Any) -> Json:
    """What stands in a change; ``number`` is the office's, +E.164."""
    about = {"display_phone_number": number.lstrip("+"), "phone_number_id": account.id}
    return {"messaging_product": "whatsapp", "metadata": about, **held}


def contact(person: Person, number: str) -> Json:
    """Who wrote."""
    return {"profile": {"name": person.name}, "wa_id": number.lstrip("+")}


def message(line: Line, number: str, office: str, pressed: tuple[str, Line] | None = None) -> Json:
    """A citizen's line; ``pressed``: a button's value and the line under which it stood."""
    given: Json = {"from": number.lstrip("+"), "id": name(line.id), "timestamp": seconds(line.at)}
    if line.answers:
        given["context"] = {"from": office.lstrip("+"), "id": name(line.answers)}
    if pressed:
        return given | _pressed(line, *pressed)
    return given | _content(line)


def edited(line: Line, number: str, deed: str, at: datetime) -> Json:
    """A citizen's line that was changed."""
    inner = {"original_message_id": name(line.id), "message": _content(line)}
    head = {"from": number.lstrip("+"), "id": name(line.id, deed), "timestamp": seconds(at)}
    return {**head, "type": "edit", "edit": inner}


def revoked(line: Line, number: str, at: datetime) -> Json:
    """A citizen's line that was taken back."""
    head = {"from": number.lstrip("+"), "id": name(line.id, "hapus"), "timestamp": seconds(at)}
    return {**head, "type": "revoke", "revoke": {"original_message_id": name(line.id)}}


def reaction(line: Line, number: str, deed: str, at: datetime) -> Json:
    """A citizen's emoji on a line; none where it was taken away."""
    given = {"message_id": name(line.id)} | ({"emoji": line.reaction} if line.reaction else {})
    head = {"from": number.lstrip("+"), "id": name(line.id, deed), "timestamp": seconds(at)}
    return {**head, "type": "reaction", "reaction": given}


def moved(person: Person, before: str, after: str, at: datetime) -> Json:
    """A citizen has another number now."""
    old, new = before.lstrip("+"), after.lstrip("+")
    told = {"body": f"User {person.name} changed from {old} to {new}", "wa_id": new, "type": "user_changed_number"}
    head = {"from": old, "id": name(int(seconds(at)), f"pindah{new}"), "timestamp": seconds(at)}
    return {**head, "type": "system", "system": told}


def status(wamid: str, state: str, to: str, *, key: str, at: datetime, error: tuple[int, str] | None = None) -> Json:
    """What became of an office's message."""
    given: Json = {"id": wamid, "status": state, "timestamp": seconds(at), "recipient_id": to.lstrip("+")}
    if key:
        given["biz_opaque_callback_data"] = key
    if error:
        code, title = error
        details = {"details": title}
        return given | {"errors": [{"code": code, "title": title, "message": title, "error_data": details,
                                    "href": _ERRORS}]}  # fmt: skip
    about = {"id": hashlib.md5(to.encode(), usedforsecurity=False).hexdigest(), "origin": {"type": "service"}}
    price = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
    return given | ({"conversation": about} if state != "read" else {}) | {"pricing": price}


def phone(account: Account, number: str, hook: str) -> Json:
    """The office's number, as it is told to whoever asks."""
    return {
        "id": account.id,
        "display_phone_number": f"+{number[1:3]} {number[3:6]}-{number[6:10]}-{number[10:]}",
        "verified_name": account.name,
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "throughput": {"level": "STANDARD"},
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "PHONE_NUMBER", "id": account.id, "can_send_message": "AVAILABLE"}]},
        "webhook_configuration": {"application": hook},
    }  # fmt: skip


def app(account: Account) -> Json:
    """The app that takes an account's webhooks."""
    id_ = digits(f"{account.channel} app")
    return {"whatsapp_business_api_data": {"link": f"https://www.facebook.com/games/?app_id={id_}",
                                           "name": "Wadul", "id": id_}}  # fmt: skip


def _pressed(line: Line, chosen: str, under: Line) -> Json:
    title, _, more = line.text.partition("\n")
    kind = "list_reply" if under.menu else "button_reply"
    reply = {"id": chosen, "title": title} | ({"description": more} if more else {})
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _content(line: Line) -> Json:
    if line.place is not None:
        return {"type": "location", "location": {"latitude": line.place[0], "longitude": line.place[1]}}
    if not line.files:
        return {"type": "text", "text": {"body": line.text}}
    file = line.files[0]
    sha256 = base64.b64encode(hashlib.sha256(f"{line.id}".encode()).digest()).decode()
    told: Json = {"mime_type": file.type, "sha256": sha256, "id": medium(line)}
    caption = {"caption": line.text} if line.text else {}
    if file.type in _PHOTOS:
        return {"type": "image", "image": {**caption, **told}}
    if file.type.startswith("audio/"):
        opus = {"mime_type": "audio/ogg; codecs=opus"} if file.type == "audio/ogg" else {}
        return {"type": "audio", "audio": {**told, **opus, "voice": file.type == "audio/ogg"}}
    if file.type.startswith("video/"):
        return {"type": "video", "video": {**caption, **told}}
    return {"type": "document", "document": {**caption, "filename": file.name, **told}}
