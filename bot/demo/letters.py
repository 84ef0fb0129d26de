"""A citizen's mail as a phone's mail app writes and shows it: threads, replies with quoted history, forwards, files.

Pure, on the bytes of a mail. Writes what real apps write (Gmail's Indonesian lines), so that the office's door has the
same work as with real citizens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, make_msgid
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as in_words

from bot.demo.story import Person
from channels.base import Attachment

ZONE = "Asia/Jakarta"
_HISTORY = re.compile(r"\n+Pada [^\n]{0,200} menulis:\n(?:>[^\n]*(?:\n|\Z))+\s*\Z")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail on a citizen's phone; ``sent`` where the citizen wrote it."""

    id: int
    phone: str
    sent: bool
    at: datetime
    raw: bytes

    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the citizen typed. ``answers`` or ``forwards`` is the letter on the screen, if one is."""

    to: str
    subject: str
    text: str
    files: tuple[Attachment, ...] = ()
    answers: Letter | None = None
    forwards: Letter | None = None


def compose(draft: Draft, citizen: Person, now: datetime) -> bytes:
    """The mail as the phone sends it."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(display_name=citizen.name, addr_spec=citizen.address)
    mail["To"] = draft.to
    mail["Subject"] = _line(draft.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=citizen.address.rpartition("@")[2])
    text = draft.text.rstrip() + "\n"
    if draft.answers:
        _thread(mail, draft.answers.mail())
        text += _quoted(draft.answers)
    if draft.forwards:
        text += _forwarded(draft.forwards)
    mail.set_content(text)
    carried = _files(draft.forwards.mail()) if draft.forwards else []
    for file in (*draft.files, *carried):
        main, _, sub = file.type.partition("/")
        mail.add_attachment(file.content or b"", maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return mail.as_bytes()


def recipients(raw: bytes) -> list[str]:
    """The addresses a mail goes to, as written."""
    mail = message_from_bytes(raw, policy=policy.default)
    return [address for _, address in getaddresses(mail.get_all("To", [])) if address]


def shown(letters: Iterable[Letter]) -> list[dict[str, Any]]:
    """Letters as the phone's screen shows them, oldest first, each with the ``thread`` it belongs to."""
    threads: dict[str, int] = {}
    rows = []
    for letter in letters:
        mail = letter.mail()
        ids = [str(mail.get("Message-ID", "")).strip(), *str(mail.get("References", "")).split()]
        ids.append(str(mail.get("In-Reply-To", "")).strip())
        known = [threads[one] for one in ids if one in threads]
        thread = known[0] if known else letter.id
        threads.update({one: thread for one in ids if one})
        rows.append(_row(letter, mail, thread))
    return rows


def files(letter: Letter) -> list[Attachment]:
    """What is attached to a letter."""
    return _files(letter.mail())


def _row(letter: Letter, mail: EmailMessage, thread: int) -> dict[str, Any]:
    text = _text(mail)
    new = _HISTORY.sub("", text)
    sender, to = _person(mail, "From"), _person(mail, "To")
    return {
        "id": letter.id,
        "thread": thread,
        "sent": letter.sent,
        "from": sender,
        "to": to,
        "reply": _person(mail, "Reply-To")["address"] or sender["address"],
        "automatic": str(mail.get("Auto-Submitted", "no")).lower() != "no",
        "subject": str(mail.get("Subject", "")),
        "at": letter.at.isoformat(),
        "text": new.strip(),
        "history": text[len(new) :].strip(),
        "files": [
            {"name": one.name, "type": one.type, "bytes": one.size_bytes, "url": f"/hp/lampiran/{letter.id}/{n}"}
            for n, one in enumerate(_files(mail))
        ],
    }


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def _files(mail: EmailMessage) -> list[Attachment]:
    found = []
    for part in mail.iter_attachments():
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        name = part.get_filename() or "lampiran"
        found.append(Attachment(name, part.get_content_type(), data, size_bytes=len(data)))
    return found


def _person(mail: EmailMessage, header: str) -> dict[str, str]:
    pairs = getaddresses([str(mail.get(header, ""))])
    name, address = pairs[0] if pairs else ("", "")
    return {"name": name or address.partition("@")[0], "address": address}


def _thread(mail: EmailMessage, earlier: EmailMessage) -> None:
    """In-Reply-To and References as RFC 5322, 3.6.4 says."""
    id_ = str(earlier.get("Message-ID", "")).strip()
    if id_:
        mail["In-Reply-To"] = id_
        mail["References"] = " ".join([*str(earlier.get("References", "")).split(), id_][-20:])


def _quoted(letter: Letter) -> str:
    mail = letter.mail()
    when = in_words(letter.at, "EEE, d MMM yyyy 'pukul' HH.mm", tzinfo=ZoneInfo(ZONE), locale="id")
    lines = "\n".join(f"> {line}".rstrip() for line in _text(mail).rstrip().split("\n"))
    return f"\nPada {when} {_line(str(mail.get('From', '')))} menulis:\n\n{lines}\n".replace(":\n\n>", ":\n>")


def _forwarded(letter: Letter) -> str:
    mail = letter.mail()
    when = in_words(letter.at, "EEE, d MMM yyyy 'pukul' HH.mm", tzinfo=ZoneInfo(ZONE), locale="id")
    heads = {"Dari": mail.get("From"), "Tanggal": when, "Subjek": mail.get("Subject"), "Kepada": mail.get("To")}
    lines = "\n".join(f"{name}: {_line(str(value or ''))}" for name, value in heads.items())
    return f"\n---------- Pesan terusan ---------\n{lines}\n\n\n{_text(mail).rstrip()}\n"


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
