"""Makes the contract's values of what the phone says: webhooks of the app, and the records of its inbox.

The app's own id of a message cannot stand alone: it is a 32-bit hash of the content, and versions up to 1.66 left the
time out of it, so that "BELUM" said twice had one id. Ours adds the number, the time and the words. The inbox names a
message by the same hash in other digits: both ways give the same id. Fields of old versions (``phoneNumber``) and new
ones (``sender``, ``recipient``) are read alike. Pure.
Source: docs.sms-gate.app/features/webhooks; capcom6/android-sms-gateway: InboxMessage.kt, ReceiverService.kt (how ids
are made), IncomingMessagesService.kt (ids and previews of the inbox).
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from channels.android_json import EPOCH, Json, content, moment, number, part, parts, read, text
from channels.base import Attachment, Inbound, Parsed, Report, State, Undigested, phone
from channels.text import sender

_NAME = re.compile(r"[\w:.-]{1,64}", re.ASCII)
_INBOX_ID = re.compile(r"(?:text|data|mms|mms-header):(-?\d{1,10})", re.ASCII)
# What the app puts in place of words where a message has none.
_PLACEHOLDERS = frozenset({"MMS content", "MMS notification", "Empty data"})
_SMIL = "application/smil"
# The app's word for a picture message whose sender it could not read: a person must look at that, not a machine.
_NOBODY = frozenset({"", "UNKNOWN"})


@dataclass(frozen=True, slots=True)
class Own:
    """Which of a phone's messages are this door's: its number, SIM slot (from 1) and device; empty means any."""

    number: str = ""
    sim_number: int | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One event or record: its payload, who it came through, and the bytes it came in."""

    payload: Json
    raw: bytes
    own: Own
    received_at: datetime
    event_id: str = ""
    device: str = ""


def parse(raw: bytes, *, own: Own | None = None, received_at: datetime = EPOCH) -> Parsed:
    """A webhook's body, a record of the inbox, or a list of either. ``received_at`` where the phone tells no time.

    Raises: Undigested.
    """
    found = read(raw)
    things = found if isinstance(found, list) else [found]
    values = [one for thing in things for one in _thing(thing, raw, own or Own(), received_at)]
    return Parsed(
        messages=tuple(one for one in values if isinstance(one, Inbound)),
        reports=tuple(one for one in values if isinstance(one, Report)),
    )


def _thing(thing: object, raw: bytes, own: Own, received_at: datetime) -> Iterator[Inbound | Report]:
    if not isinstance(thing, Mapping):
        raise Undigested("sms-unreadable")
    event = thing.get("event")
    if isinstance(event, str) and event:
        return _event(event, thing, raw, own, received_at)
    reader = _RECORDS.get(text(thing, "type"))
    if reader is None:
        raise Undigested("sms-unreadable")
    return reader(_Delivery(thing, raw, own, received_at))


def _event(event: str, body: Json, raw: bytes, own: Own, received_at: datetime) -> Iterator[Inbound | Report]:
    if event in _BATCHES:
        raise Undigested("sms-batch")
    reader = _EVENTS.get(event)
    if reader is None:
        return iter(())
    payload = part(body, "payload")
    if not payload:
        raise Undigested("sms-unreadable")
    return reader(_Delivery(payload, raw, own, received_at, text(body, "id"), text(body, "deviceId")))


def _sms(delivery: _Delivery) -> Iterator[Inbound]:
    """A short message; the phone has joined its parts."""
    payload = delivery.payload
    # The app's own pages also show the words the way it is told to send them.
    words = text(payload, "message", "contentPreview") or text(part(payload, "textMessage"), "text")
    yield from _said(delivery, "sms", words, identified_by=words)


def _data(delivery: _Delivery) -> Iterator[Inbound]:
    """A binary message to the app's port: programs write those, people never do."""
    payload = delivery.payload
    binary = content(payload, "data")
    words, files = _decoded(binary) if binary is not None else (_preview(payload), ())
    yield from _said(delivery, "data", words, files=files, machine=True)


def _mms(delivery: _Delivery) -> Iterator[Inbound]:
    """A picture message that the phone has fetched."""
    payload = delivery.payload
    name = _inbox_id(payload, "mms")
    files = tuple(_file(one, name) for one in parts(payload, "attachments") if text(one, "contentType") != _SMIL)
    yield from _said(delivery, "mms", text(payload, "body", "message") or _preview(payload), files=files)


def _mms_notice(delivery: _Delivery) -> Iterator[Inbound]:
    """The network's word that a picture message waits. Its subject is all there is until the phone has fetched it."""
    yield from _said(delivery, "mms-header", _preview(delivery.payload))


def _said(
    delivery: _Delivery,
    kind: str,
    words: str,
    *,
    identified_by: str = "",
    files: tuple[Attachment, ...] = (),
    machine: bool = False,
) -> Iterator[Inbound]:
    payload, own = delivery.payload, delivery.own
    if not _is_ours(delivery):
        return
    address, automatic = sender(text(payload, "sender", "phoneNumber"))
    if address in _NOBODY:
        raise Undigested("sms-no-sender")
    at = moment(payload, "receivedAt", "createdAt")
    yield Inbound(
        external_id=_identity(delivery, kind, address, at, identified_by),
        sender=address,
        sent_at=at or delivery.received_at,
        recipient=phone(text(payload, "recipient")),
        subject=text(payload, "subject"),
        text=words.strip(),
        files=files,
        # What our own number sends us would be answered to ourselves, for ever.
        automatic=automatic or machine or (bool(own.number) and address == own.number),
        raw=delivery.raw,
    )


def _is_ours(delivery: _Delivery) -> bool:
    """Whether a message came to this door's SIM and phone, as far as the phone says."""
    slot, own = number(delivery.payload, "simNumber"), delivery.own
    other_sim = own.sim_number is not None and slot is not None and slot != own.sim_number
    return not other_sim and not (own.device and delivery.device and delivery.device != own.device)


def _identity(delivery: _Delivery, kind: str, address: str, at: datetime | None, words: str) -> str:
    """An id that every repetition has, and nothing else: by webhook as by inbox, from any version of the app."""
    name = _name(delivery.payload, kind)
    told = "\n".join((kind, name, address, at.isoformat() if at else delivery.event_id, words))
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{name}.{digest}" if _NAME.fullmatch(name) else digest


def _name(payload: Json, kind: str) -> str:
    """The app's own id in the digits of a webhook about a short message, in which every way of telling agrees."""
    if _is_record(payload) or kind in {"sms", "data"}:
        return _hash_name(text(payload, "id" if _is_record(payload) else "messageId"))
    hashed = text(payload, "transactionId", "messageId") if kind == "mms-header" else text(payload, "messageId")
    return _digits(_java_hash(hashed))


def _is_record(payload: Json) -> bool:
    """Whether this is how the inbox lists a message; a webhook's payload has no type."""
    return "type" in payload


def _hash_name(id_: str) -> str:
    """The inbox's ``text:-123`` in the digits that a webhook says it in; any other id as it is."""
    found = _INBOX_ID.fullmatch(id_)
    return _digits(int(found[1])) if found else id_


def _digits(hash_: int) -> str:
    return f"{hash_ & 0xFFFFFFFF:x}"


def _java_hash(value: str) -> int:
    """``String.hashCode``, signed: by it the inbox names picture messages. Source: java.lang.String."""
    hash_ = 0
    units = value.encode("utf-16-le", "replace")
    for low, high in zip(units[::2], units[1::2], strict=True):
        hash_ = (31 * hash_ + (low | high << 8)) & 0xFFFFFFFF
    return hash_ - (1 << 32) if hash_ >> 31 else hash_


def _inbox_id(payload: Json, prefix: str) -> str:
    """What the phone's inbox calls a message, by which its files can be fetched."""
    return text(payload, "id") if _is_record(payload) else f"{prefix}:{_java_hash(text(payload, 'messageId'))}"


def _preview(payload: Json) -> str:
    words = text(payload, "contentPreview") or text(payload, "subject")
    return "" if words in _PLACEHOLDERS else words


def _decoded(binary: bytes) -> tuple[str, tuple[Attachment, ...]]:
    """The words of a binary message, or a file where it has none."""
    try:
        words = binary.decode()
    except UnicodeDecodeError:
        words = ""
    if words.replace("\n", "").replace("\r", "").isprintable() and (words or not binary):
        return words, ()
    return "", (Attachment("data-sms.bin", "application/octet-stream", binary, size_bytes=len(binary)),)


def _file(one: Json, inbox_id: str) -> Attachment:
    """A picture or sound. Where the phone did not send it along it lies in its inbox."""
    part_id, kind = text(one, "partId"), text(one, "contentType").lower() or "application/octet-stream"
    binary = content(one, "data")
    ending = mimetypes.guess_extension(kind.partition(";")[0]) or ".bin"
    return Attachment(
        name=text(one, "name").rpartition("/")[2][-200:] or f"mms-{part_id or 'file'}{ending}",
        type=kind,
        content=binary,
        reference="" if binary is not None else f"{inbox_id}/{part_id}",
        size_bytes=len(binary) if binary is not None else max(number(one, "size") or 0, 0),
    )


def _report(state: State, moment_name: str, reason: str = "") -> Callable[[_Delivery], Iterator[Report]]:
    """A reader of what became of a message that we sent. The phone knows it by our own key."""

    def read_report(delivery: _Delivery) -> Iterator[Report]:
        payload = delivery.payload
        if key := text(payload, "messageId"):
            recipient = text(payload, "recipient", "phoneNumber")
            yield Report(
                state=state,
                external_id=key,
                key=key,
                recipient=phone(recipient) or recipient,
                at=moment(payload, moment_name),
                reason=text(payload, "reason") or reason,
            )

    return read_report


_Reader = Callable[[_Delivery], Iterator[Inbound | Report]]

_EVENTS: Mapping[str, _Reader] = {
    "sms:received": _sms,
    "sms:data-received": _data,
    "mms:received": _mms_notice,
    "mms:downloaded": _mms,
    "sms:sent": _report(State.SENT, "sentAt"),
    "sms:delivered": _report(State.DELIVERED, "deliveredAt"),
    "sms:failed": _report(State.FAILED, "failedAt"),
    "sms:cancelled": _report(State.FAILED, "cancelledAt", "cancelled"),
}
_RECORDS: Mapping[str, _Reader] = {"SMS": _sms, "DATA_SMS": _data, "MMS": _mms_notice, "MMS_DOWNLOADED": _mms}
# Announced by the server, written by no version of the app that we know: people's words, so a person looks at them.
_BATCHES = frozenset({"sms:batch:received", "sms:batch:data-received", "mms:batch:received", "mms:batch:downloaded"})
