"""One raw mail to ``Parsed``: pure and fast, and it raises nothing but ``Undigested``.

What cannot be read is left empty rather than guessed, except the three things that nobody can do without: an id
(the digest of the mail where it names none), a sender, and a moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from channels import mail_body, mail_bounce
from channels.base import Inbound, Parsed, Proof, Undigested
from channels.mail_automatic import automatic
from channels.mail_headers import Headers
from channels.mail_mend import mended
from channels.mail_trim import trim

LARGEST_MAIL_BYTES = 40 * 1024 * 1024
# A mail beyond these was made to stop us: the parser holds every line against every boundary around it.
_MOST_LINES = 1_500_000
_MOST_COMPARISONS = 10_000_000
_MOST_ANSWERS = 20
_LONGEST_SUBJECT = 500
_LONGEST_ID = 250
# A date further off than this from the moment a server took the mail is a wrong clock, not a slow queue.
_SLOWEST = timedelta(days=30)
_EARLIEST = timedelta(days=1)
_NEVER = datetime.fromtimestamp(0, UTC)
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")


def parse(
    raw: bytes,
    *,
    own_address: str = "",
    signed_id: Callable[[str], str] = lambda _: "",
    received_at: datetime | None = None,
    prove: Callable[[Headers, str], Proof] | None = None,
) -> Parsed:
    """The one message a mail holds, and what it reports of mail that we sent.

    ``own_address`` is the mailbox it came to. ``signed_id`` gives the message id that a signed reply address stands
    for, and nothing for any other address. ``received_at`` is when the mailbox took it, for mail that bears no date.
    ``prove`` says of the header and the sender what the office's own server wrote about them; None: nobody asks it.

    Raises: Undigested.
    """
    if len(raw) > LARGEST_MAIL_BYTES:
        raise Undigested("mail-too-large")
    if not raw.strip():
        raise Undigested("mail-empty")
    lines, boundaries = max(raw.count(b"\n"), raw.count(b"\r")), raw.lower().count(b"boundary=")
    if lines > _MOST_LINES or lines * boundaries > _MOST_COMPARISONS:
        raise Undigested("mail-too-complex")
    try:
        return _parsed(raw, own_address, signed_id, received_at, prove)
    except Undigested:
        raise
    except RecursionError as error:
        raise Undigested("mail-too-complex") from error
    except Exception as error:
        raise Undigested("mail-unreadable") from error


def _parsed(
    raw: bytes,
    own_address: str,
    signed_id: Callable[[str], str],
    received_at: datetime | None,
    prove: Callable[[Headers, str], Proof] | None,
) -> Parsed:
    message = message_from_bytes(mended(raw))
    headers = Headers(message)
    sender, sender_name = _sender(headers)
    body = mail_body.read(message)
    sent_at = _sent_at(headers, received_at)
    by_machine = automatic(headers, sender, own_address)
    originals = mail_bounce.originals(message, headers, body.full) if by_machine else []
    threaded = headers.message_ids("in-reply-to") + headers.message_ids("references")[::-1]
    answers = [*_signed(headers, signed_id), *originals, *threaded]
    subject = headers.text("subject")[:_LONGEST_SUBJECT]
    inbound = Inbound(
        external_id=_id(raw, headers),
        sender=sender,
        sent_at=sent_at,
        sender_name=sender_name,
        recipient=_recipient(headers, own_address),
        subject=subject,
        text=body.full
        if originals and by_machine and _is_report(headers)
        else trim(body.own, subject=subject, reply=bool(threaded)),
        full_text=body.full,
        answers=tuple(dict.fromkeys(answers))[:_MOST_ANSWERS],
        files=tuple(body.files),
        automatic=by_machine,
        proof=prove(headers, sender) if prove else None,
        raw=raw,
    )
    if not by_machine:
        return Parsed((inbound,))
    original = originals[0] if originals else ""
    return Parsed((inbound,), tuple(mail_bounce.reports(message, headers, body.full, original, sent_at)))


def _is_report(headers: Headers) -> bool:
    return headers.first("content-type").lower().startswith("multipart/report")


def named(head: bytes) -> str:
    """The id that a mail gives itself, by its header alone; empty where all of the mail is needed to tell."""
    try:
        return _named(Headers(message_from_bytes(mended(head))))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, all of the mail tells
        return ""


def _named(headers: Headers) -> str:
    named = next(iter(headers.message_ids("message-id")), "")
    return named if 3 <= len(named) <= _LONGEST_ID else ""


def _id(raw: bytes, headers: Headers) -> str:
    """The mail's own id; where it has none, a digest that its copies share, whatever way they came."""
    if named := _named(headers):
        return named
    told = [headers.first(name) for name in ("from", "to", "date", "subject")]
    if not headers.first("date"):
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return f"sha256:{hashlib.sha256(repr(told).encode('utf-8') + body).hexdigest()}"


def _sender(headers: Headers) -> tuple[str, str]:
    """Who wrote it. Raises Undigested where the mail does not say in any way."""
    name = headers.mailbox("from")[1]
    for field in ("from", "sender", "reply-to", "return-path", "x-envelope-from"):
        address, shown = headers.mailbox(field)
        if address:
            return address, shown or name
    machine = headers.first("from").lower(), headers.first("return-path").replace(" ", "")
    if "mailer-daemon" in machine[0] or "<>" in machine:
        return "mailer-daemon@unknown.invalid", name
    raise Undigested("mail-no-sender")


def _recipient(headers: Headers, own_address: str) -> str:
    """The address the mail was sent to: ours where it is named, else the first."""
    named = list(headers.addresses("to", "cc", *_DELIVERED_TO))
    return own_address if own_address in named else next(iter(named), "")


def _signed(headers: Headers, signed_id: Callable[[str], str]) -> Iterator[str]:
    found = (signed_id(address) for address in headers.addresses("to", "cc", "resent-to", *_DELIVERED_TO))
    yield from (id_ for id_ in found if id_)


def _sent_at(headers: Headers, received_at: datetime | None) -> datetime:
    """When it was written: the sender's date unless its clock is wrong, else when a server took it."""
    written, taken = headers.date("date"), headers.date("received") or received_at
    if taken and not (written and taken - _SLOWEST <= written <= taken + _EARLIEST):
        return taken
    return written if written and written.year >= 1990 else _NEVER
