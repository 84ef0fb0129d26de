"""Reading what Twilio says of messages: the form of a webhook or a status callback, or a Message of its REST API.

All three become the webhook's vocabulary first, so that one message is the same however it came. Pure.
Source: https://www.twilio.com/docs/messaging/guides/webhook-request,
https://www.twilio.com/docs/messaging/api/message-resource.
"""

from __future__ import annotations

import json
import math
import mimetypes
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from channels import twilio_errors
from channels.base import Attachment, Inbound, Parsed, Place, Report, State, Undigested
from channels.text import sender

_MOST_FIELDS = 1000
_MOST_MEDIA = 10
_NEVER = datetime.fromtimestamp(0, UTC)
# WhatsApp and RCS write the number behind their own name.
_SCHEME = re.compile(r"^[a-z]{2,20}:(?=\+)", re.I)
_SID = re.compile(r"[\x21-\x7e]{1,64}")
_COMING = {"", "received", "receiving"}
_GONE = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "partially_delivered": State.DELIVERED,
    "read": State.READ,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
# What Twilio itself obeys, as the clerk says it. Source: Twilio's opt-out keywords.
_OPT_OUT = {"STOP": "STOP", "START": "START", "HELP": "BANTUAN"}
_OBEYED = {"STOPALL": "STOP", "END": "STOP", "QUIT": "STOP", "OPTOUT": "STOP", "REVOKE": "STOP", "UNSTOP": "START"}
# A Message resource's names for what a webhook calls otherwise.
_RESOURCE = {
    "sid": "MessageSid",
    "from": "From",
    "to": "To",
    "body": "Body",
    "status": "MessageStatus",
    "num_media": "NumMedia",
    "error_code": "ErrorCode",
    "error_message": "ErrorMessage",
}


def parse(raw: bytes) -> Parsed:
    """What one delivery holds: a webhook's body, a status callback's, a Message as JSON, or a page of them.

    Raises: Undigested.
    """
    if raw.lstrip()[:1] in {b"{", b"["}:
        return _of_json(raw)
    return _of_form(dict(reversed(pairs(raw))), raw)


def pairs(raw: bytes) -> list[tuple[str, str]]:
    """The fields of a form's body in their order, empty ones too. Raises ``Undigested``."""
    text = raw.decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Undigested("sms-unreadable") from error


def _of_json(raw: bytes) -> Parsed:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Undigested("sms-unreadable") from error
    if not isinstance(told, dict):
        raise Undigested("sms-unreadable")
    if isinstance(told.get("messages"), list):
        parts = [_of_resource(one, resource(one)) for one in told["messages"] if isinstance(one, dict)]
        return Parsed(
            tuple(one for part in parts for one in part.messages), tuple(one for part in parts for one in part.reports)
        )
    if "sid" in told:
        return _of_resource(told, raw)
    return _of_form({name: _text(value) for name, value in told.items()}, raw)


def resource(message: Mapping[str, Any]) -> bytes:
    """One Message of a list as a delivery of its own."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _of_resource(told: Mapping[str, Any], raw: bytes) -> Parsed:
    values = {form: _text(told.get(name)) for name, form in _RESOURCE.items()}
    values["DateSent"] = _text(told.get("date_sent")) or _text(told.get("date_created"))
    media = told.get("subresource_uris")
    if isinstance(media, dict):
        values |= {f"MediaUrl{place}": f"{media.get('media')}#{place}" for place in range(_count(values["NumMedia"]))}
    direction = _text(told.get("direction"))
    if direction == "inbound":
        return Parsed(messages=(_message(values, raw),))
    return Parsed(reports=tuple(_report(values))) if direction.startswith("outbound") else _of_form(values, raw)


def _of_form(values: Mapping[str, str], raw: bytes) -> Parsed:
    status = _status(values)
    if status in _GONE or (status not in _COMING and "Body" not in values):
        return Parsed(reports=tuple(_report(values)))
    if not {"From", "Body", "NumMedia"} & values.keys():
        raise Undigested("sms-unreadable")
    return Parsed(messages=(_message(values, raw),))


def _message(values: Mapping[str, str], raw: bytes) -> Inbound:
    address, automatic = sender(_SCHEME.sub("", values.get("From", "")))
    if not address:
        raise Undigested("sms-no-sender")
    recipient, _ = sender(_SCHEME.sub("", values.get("To", "")))
    body = values.get("Body", "")
    answered = values.get("OriginalRepliedMessageSid", "")
    return Inbound(
        external_id=_sid(values),
        sender=address,
        sent_at=_moment(values),
        sender_name=values.get("ProfileName", ""),
        recipient=recipient,
        text=_words(values, body),
        full_text=body,
        answers=(answered,) if answered else (),
        files=tuple(_files(values)),
        place=_place(values),
        automatic=automatic or address == recipient,
        raw=raw,
    )


def _words(values: Mapping[str, str], body: str) -> str:
    """What is said: what Twilio obeyed in the clerk's word for it, a place's name where nothing else is said."""
    obeyed = _OPT_OUT.get(values.get("OptOutType", "").strip().upper()) or _OBEYED.get(body.strip().upper())
    place = ", ".join(filter(None, (values.get("Label", "").strip(), values.get("Address", "").strip())))
    return obeyed or body.strip() or place


def _report(values: Mapping[str, str]) -> Iterator[Report]:
    """What a status tells that we did not know: nothing while Twilio is still at it."""
    sid, state = _sid(values), _GONE.get(_status(values))
    if state is None:
        return
    code = _number(values.get("ErrorCode", ""))
    recipient, _ = sender(_SCHEME.sub("", values.get("To", "")))
    if state is State.FAILED:
        reason = twilio_errors.told(code, values.get("ErrorMessage", ""))
        yield Report(twilio_errors.failing(code), external_id=sid, recipient=recipient, reason=reason)
    else:
        yield Report(state, external_id=sid, recipient=recipient)


def _files(values: Mapping[str, str]) -> Iterator[Attachment]:
    for place in range(_count(values.get("NumMedia", "")) or _MOST_MEDIA):
        url = values.get(f"MediaUrl{place}", "")
        if url:
            media = values.get(f"MediaContentType{place}", "").partition(";")[0].strip() or "application/octet-stream"
            yield Attachment(f"lampiran-{place + 1}{mimetypes.guess_extension(media) or ''}", media, reference=url)


def _place(values: Mapping[str, str]) -> Place | None:
    try:
        latitude, longitude = float(values["Latitude"]), float(values["Longitude"])
    except (KeyError, ValueError):
        return None
    sound = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return Place(latitude, longitude) if sound else None


def _sid(values: Mapping[str, str]) -> str:
    sid = next(filter(None, (values.get(name, "") for name in ("MessageSid", "SmsMessageSid", "SmsSid"))), "").strip()
    if not _SID.fullmatch(sid):
        raise Undigested("sms-unreadable")
    return sid


def _status(values: Mapping[str, str]) -> str:
    return (values.get("MessageStatus") or values.get("SmsStatus") or "").strip().lower()


def _moment(values: Mapping[str, str]) -> datetime:
    """When it was sent; a webhook does not tell, and the epoch says so. Source: RFC 2822 dates in the REST API."""
    told = values.get("DateSent", "")
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(told)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return _NEVER


def _count(text: str) -> int:
    return min(_number(text), _MOST_MEDIA)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else 0


def _text(value: object) -> str:
    """A JSON value as a form would carry it."""
    return value if isinstance(value, str) else "" if value is None else str(value)
