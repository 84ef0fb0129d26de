"""One ``Outbound`` to the bytes of a mail. Nothing in it can break out of a header or add a recipient.

Source: RFC 5322, RFC 3834 (Auto-Submitted), RFC 5321 section 4.1.2 (what an address may look like).
"""

from __future__ import annotations

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from channels.base import Attachment, Outbound, Undelivered

_RECIPIENT = re.compile(r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]{1,255}")
_MESSAGE_ID = re.compile(r"(?!sha256:)[!-;=?-~]{3,250}")  # a digest names a mail that had no id
_FILE_TYPE = re.compile(r"(application|audio|font|image|text|video)/([\w.+-]{1,100})")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]+")
_MOST_REFERENCES = 20


def compose(outbound: Outbound, *, sender: Address, reply_to: str, message_id: str, now: datetime) -> bytes:
    """The mail as it goes over the wire. ``message_id`` has no brackets; an empty ``reply_to`` leaves that field out.

    Raises: Undelivered where the recipient is no address or a file is not at hand.
    """
    if not _RECIPIENT.fullmatch(outbound.recipient):
        raise Undelivered("address-invalid", retry=False)
    mail = EmailMessage(policy=policy.SMTPUTF8 if not outbound.recipient.isascii() else policy.SMTP)
    mail["From"] = sender
    local, _, domain = outbound.recipient.rpartition("@")
    mail["To"] = Address(username=local, domain=domain)
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = _one_line(outbound.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}>"
    if outbound.automatic:
        mail["Auto-Submitted"] = "auto-replied" if outbound.answers else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(outbound.text.encode("utf-8", "replace").decode("utf-8"), cte="quoted-printable")
    for file in outbound.files:
        _attach(mail, file)
    return _threading(outbound.answers) + mail.as_bytes()


def _threading(answers: tuple[str, ...]) -> bytes:
    """In-Reply-To and References, folded by hand: the library would encode long ids until nobody recognises them.

    ``answers`` stand nearest first; References wants the oldest first.
    """
    ids = [
        f"<{id_}>".encode("ascii") for id_ in answers if _MESSAGE_ID.fullmatch(id_) and not id_.startswith("sha256:")
    ]
    if not ids:
        return b""
    return b"In-Reply-To: %s\r\nReferences: %s\r\n" % (ids[0], b"\r\n ".join(reversed(ids[:_MOST_REFERENCES])))


def _attach(mail: EmailMessage, file: Attachment) -> None:
    if file.content is None:
        raise Undelivered("attachment-gone", retry=False, detail=file.name[:80])
    known = _FILE_TYPE.fullmatch(file.type)
    main, sub = known.groups() if known else ("application", "octet-stream")
    mail.add_attachment(file.content, maintype=main, subtype=sub, filename=_one_line(file.name) or "file")


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
