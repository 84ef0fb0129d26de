"""What an officer writes down for a citizen who came, called or sent a letter, as the clerk is handed it.

The desk's page and the API both end here, so that a complaint taken down is the same complaint whoever carried it.
Refuses nothing but an empty or over-long text: whoever stands at the counter is heard. What could not be taken keeps
its files and all, so that it can be read and taken again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from channels.base import MAX_ATTACHMENT_BYTES, Attachment, Inbound
from config.schema import KindOfTicket, Office
from inbox import tracking
from inbox.actor import Actor
from inbox.forms import FormField, Values, check_form, check_known, check_text, clean, door_form
from inbox.refused import Refused
from inbox.worktime import Calendar

LONGEST = {"nama": 200, "kontak": 200, "jenis": 48, "objek": 300, "tempat": 300, "rahasia": 10}
LONGEST_TEXT = 10_000
# What the door's own form asks stands beside the others under this mark: nobody but an officer can write it.
FACT = "catatan."
LONGEST_FACT = 500
# When it came, door by door: what was written down says so, else it came just now.
_CAME = ("received_at", "called_at", "opened_at", "aired_at", "posted_at")
_WHILE_WRITING, _LONGEST_AGO = timedelta(minutes=15), timedelta(days=183)
_WORD = re.compile(r"[^\W_]+")
_LOOK, _FIRST_WORDS = 200, 6
LINK = re.compile(r"https?://[^\s/]+\.[^\s]+")
# The doors without a platform (``channels.handed``).
HANDED = frozenset({"counter", "letter", "phone", "box", "radio", "social", "service"})


def doors(office: Office) -> tuple[tuple[str, str], ...]:
    """The doors at which officers write down what came in, as channel id and name, in the file's order.

    Where an office names none of them its web door stands for the counter; () where it has not even that.
    """
    named = [(f"{office.id}-{name}", entry) for name, entry in office.channels.items()]
    handed = [(id_, entry.name or id_) for id_, entry in named if entry.kind in HANDED]
    return tuple(handed or [(id_, entry.name or id_) for id_, entry in named if entry.kind == "web"][:1])


def door(office: Office, chosen: str = "") -> str:
    """The chosen one of ``doors``, else the first of them; empty where there is none."""
    ids = [id_ for id_, _ in doors(office)]
    return chosen if chosen in ids else next(iter(ids), "")


def kind_of(office: Office, channel: str) -> str:
    """Of what kind one of ``doors`` is."""
    return office.channels[channel.removeprefix(f"{office.id}-")].kind if channel else ""


def facts(kind: str, values: Values, now: datetime, calendar: Calendar) -> dict[str, str]:
    """What ``forms.door_form`` asked and was told, as ``taken_down`` takes it.

    Raises: Refused as ``forms.check_form`` and ``check_known``; ``moment-old``, ``link-unreadable``,
        ``tracking-unreadable``.
    """
    form = door_form(kind)
    check_known((form,), values)
    known = check_form(form, values, (), now, calendar)
    for field in form.fields:
        _check_recent(field, known, now)
    if known.get("link") and not LINK.fullmatch(known["link"]):
        raise Refused("link-unreadable", field=f"{kind}.link")
    tracking.check_shape(kind, known.get(tracking.FIELD, ""))
    if _just_now(known.get("received_at", ""), now):
        del known["received_at"]
    return {f"{FACT}{name}": text for name, text in known.items() if text}


def _check_recent(field: FormField, known: Mapping[str, str], now: datetime) -> None:
    """Clocks run from when it came, and the citizen is told what they missed: a wrong year must not start that."""
    name = field.name.partition(".")[2]
    text = known.get(name, "") if name in _CAME else ""
    if text and now - datetime.fromisoformat(text) > _LONGEST_AGO:
        raise Refused("moment-old", field=field.name, label=field.label)


def taken_down(
    by: Actor,
    given: Mapping[str, str],
    text: str,
    files: Sequence[Attachment],
    *,
    nonce: str,
    now: datetime,
    mark: str = "",
) -> Inbound:
    """The message for the clerk.

    Args:
        given: nama, kontak, jenis, objek, tempat, rahasia, as far as they are known; longer ones are cut. And
            ``facts``.
        nonce: 32 hexadecimal digits; the same nonce with the same words opens one ticket.
        mark: what the message's id begins with, so that those which came together can be found.

    Raises: Refused ``field-missing``, ``field-long`` (field ``text``), ``file-too-large`` (field ``files``).
    """
    text = check_text("text", text, LONGEST_TEXT)
    _check_sizes(files)
    fields = {name: clean(given.get(name, ""))[:most] for name, most in LONGEST.items()}
    fields |= {name: clean(text)[:LONGEST_FACT] for name, text in given.items() if name.startswith(FACT)}
    fields["petugas"] = by.login
    own = fields.get(f"{FACT}{tracking.FIELD}", "")
    id_ = tracking.message_id(own) if own else f"{mark}petugas-{nonce}-{_digest(fields, text, files)}"
    return _inbound(id_, f"w{nonce}", fields, text, files, at=_came(fields, now))


def guessed(office: Office, text: str) -> str:
    """The kind that a complaint calls itself in its first words ("Saran: ..."); empty where it does not."""
    begins = f" {' '.join(_WORD.findall(text[:_LOOK].casefold())[:_FIRST_WORDS])} "
    phrases = ((kind.id, " ".join(_WORD.findall(one.casefold()))) for kind in office.kinds for one in _called(kind))
    found = [(len(phrase), id_) for id_, phrase in phrases if phrase and f" {phrase} " in begins]
    return max(found)[1] if found else ""


def read_again(raw: bytes) -> Inbound | None:
    """The message in what ``taken_down`` kept of it; None for anything else."""
    try:
        kept = json.loads(raw)
        files = [
            Attachment(name, type_, content := base64.b64decode(packed), size_bytes=len(content))
            for name, type_, packed in kept["berkas"]
        ]
        at = datetime.fromisoformat(kept["pada"])
        return _inbound(kept["id"], kept["pengirim"], kept["isian"], kept["isi"], files, at=at)
    except (ValueError, KeyError, TypeError):
        return None


def _inbound(
    id_: str, sender: str, fields: Mapping[str, str], text: str, files: Sequence[Attachment], *, at: datetime
) -> Inbound:
    packed = [[file.name, file.type, base64.b64encode(file.content or b"").decode()] for file in files]
    kept = {"id": id_, "pengirim": sender, "pada": at.isoformat(), "isian": dict(fields), "isi": text}
    return Inbound(
        external_id=id_,
        sender=sender,
        sender_name=fields["nama"],
        sent_at=at,
        text=text,
        full_text=text,
        fields={name: value for name, value in fields.items() if value},
        files=tuple(files),
        raw=json.dumps(kept | {"berkas": packed}, ensure_ascii=False).encode(),
    )


def _came(fields: Mapping[str, str], now: datetime) -> datetime:
    """When it reached the office, where that was written down and is no time to come."""
    for name in _CAME:
        try:
            at = datetime.fromisoformat(fields.get(f"{FACT}{name}", ""))
        except ValueError:
            continue
        return min(at, now) if at.tzinfo else now
    return now


def _just_now(received: str, now: datetime) -> bool:
    """Whether it came while it was written down: the record says so anyway."""
    return bool(received) and abs(now - datetime.fromisoformat(received)) < _WHILE_WRITING


def _called(kind: KindOfTicket) -> tuple[str, ...]:
    return (kind.id, kind.name, *kind.opens)


def _check_sizes(files: Sequence[Attachment]) -> None:
    for file in files:
        if len(file.content or b"") > MAX_ATTACHMENT_BYTES:
            raise Refused(
                "file-too-large", field="files", label=file.name[:80], most=str(MAX_ATTACHMENT_BYTES // 2**20)
            )


def _digest(fields: Mapping[str, str], text: str, files: Sequence[Attachment]) -> str:
    """Changes with anything that was written: a page gone back to and filled in anew is another complaint."""
    words = json.dumps([dict(fields), text, [file.name for file in files]], ensure_ascii=False)
    whole = hashlib.sha256(words.encode())
    for file in files:
        whole.update(file.content or b"")
    return whole.hexdigest()[:32]
