"""What machines tell of mail that we sent: bounces, delays, receipts, each as a ``Report`` on the original.

The standard forms are read field by field; for the rest flufl.bounce names the recipient, and our own table of
causes the reason. A mail that was merely delayed gives a report that is not ``permanent``.
Source: RFC 3464 (delivery status), RFC 8098 (read receipts).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from itertools import islice

from flufl.bounce import all_failures

from channels import mail_status
from channels.base import Report, State
from channels.mail_body import content, held
from channels.mail_headers import Headers, addresses, canonical, message_ids

_RETURNED = {
    "message/rfc822",
    "message/global",
    "message/rfc822-headers",
    "message/global-headers",
    "text/rfc822-headers",
}
_MOST_PARTS = 20
_MOST_RECIPIENTS = 100
_LONGEST_REPORT = 200_000
_LONGEST_NOTE = 8000
_LONGEST_GUESS = 40_000
_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_RECEIPT = {"message/disposition-notification", "message/global-disposition-notification"}


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.I | re.M)


_RETURNED_ID = re.compile(r"^[> \t]{0,8}message-id:[ \t]*(?:\n[> \t]+)?(<[^<>\n]{1,998}>)", re.I | re.M)
_SUBJECT = _any(
    r"undeliver|not delivered|nondeliverable|failed delivery|error sending|rejected|delayed mail|warning: message",
    r"delivery (?:status|fail|has failed|problem|delay|notif|error|report)",
    r"failure notice|returned (?:mail|to)|mail (?:delivery|error|fail|system error)|could ?n[o']t be delivered",
    r"(?:tidak|gagal)\s.{0,20}(?:ter)?kirim|pengiriman.{0,40}(?:gagal|tertunda)",
)
_STILL_TRYING = _any(
    r"(?:has|was|been|is) (?:been )?delayed|not yet been delivered|still being retried",
    r"will (?:be retried|retry|keep trying|continue)|warning message only|do not need to resend",
    r"(?:belum|masih) .{0,40}(?:dikirim|terkirim|mencoba)|tertunda",
)
_NAMES_A_RECIPIENT = re.compile(rb"^(?:final|original)-recipient[ \t]*:", re.M | re.I)
_ANY_ADDRESS = re.compile(r"\S{1,100}@\S{1,100}")
_CODE = re.compile(r"(?:^|[\s:(\[#])(?:[45]\d\d[ :-]|[45]\.\d{1,3}\.\d{1,3})")
_CAUSE = _any(r"unknown|no such|not exist|not found|full|quota|reject|denied|disabled|invalid|unable|refused|timed out")
_ORIGINAL_BELOW = _any(
    r"^[-=_*\s]{0,20}(?:original message|returned message|unsent message|message text follows|pesan asli)",
    r"^[-=_*\s]{0,20}(?:(?:below )?this (?:line )?is a copy|below is a copy|message header|headers of the)",
    r"below this line is a copy",
)


def originals(message: Message, headers: Headers, text: str) -> list[str]:
    """Message ids of the mail a report is about, best evidence first."""
    found = [id_ for part in _parts(message, _RETURNED | _RECEIPT | _STATUS) for id_ in _returned_ids(part)]
    if not found:
        sources = [text, *(data.decode("utf-8", "replace") for data in _held(message))]
        shown = next(filter(None, map(_RETURNED_ID.search, sources)), None)
        found = message_ids(shown[1]) if shown else []
    return list(
        dict.fromkeys([*found, *headers.message_ids("in-reply-to"), *reversed(headers.message_ids("references"))])
    )


def reports(message: Message, headers: Headers, text: str, original: str, at: datetime) -> list[Report]:
    """What a machine's mail says of ``original``, which may be empty. Nothing for an ordinary auto-reply."""
    receipts = [fields for part in _parts(message, _RECEIPT) for fields in _blocks(part)]
    if receipts:
        shown = any("displayed" in fields.first("disposition").lower() for fields in receipts)
        return [Report(State.READ, external_id=original, recipient=_recipient(receipts[0]), at=at)] if shown else []
    statuses = [fields for part in _parts(message, _STATUS) for fields in _blocks(part)]
    bounce = bool(statuses) or _looks_like_a_bounce(message, headers)
    if bounce and not any(map(_recipient, statuses)):
        statuses += [fields for data in (text.encode(), *_held(message)) for fields in _loose_blocks(data)]
    statuses = statuses[:_MOST_RECIPIENTS]
    told = [report for fields in statuses for report in _status(fields, text, original, at)]
    if not told and bounce and not any("action" in fields for fields in statuses):
        told = list(_guessed(message, headers, text, original, at))
    whom = _addressee(message, headers, text) if not all(report.recipient for report in told) else ""
    return list(dict.fromkeys(replace(report, recipient=report.recipient or whom) for report in told))


def _parts(message: Message, kinds: set[str]) -> Iterator[Message]:
    return (part for part in message.walk() if part is not message and part.get_content_type() in kinds)


def _held(message: Message) -> Iterator[bytes]:
    """What lies in the first parts of a mail, whatever they are called; no more than there is in a report."""
    left = _LONGEST_REPORT
    for part in islice(message.walk(), 1, _MOST_PARTS):
        if left > 0 and part.get_content_maintype() != "multipart":
            data = held(part, Headers(part))
            yield data[:left]
            left -= len(data)


def _returned_ids(part: Message) -> list[str]:
    kind = part.get_content_type()
    if kind in _RECEIPT | _STATUS:
        name = "original-message-id" if kind in _RECEIPT else "x-original-message-id"
        return [id_ for fields in _blocks(part) for id_ in fields.message_ids(name)]
    payload = part.get_payload()
    if isinstance(payload, list):
        return [id_ for mail in payload if isinstance(mail, Message) for id_ in Headers(mail).message_ids("message-id")]
    return Headers(message_from_bytes(content(part, Headers(part)).lstrip())).message_ids("message-id")


def _blocks(part: Message) -> list[Headers]:
    """The groups of fields in a part of a report; they are found also where the library takes it for one mail."""
    payload = part.get_payload()
    parsed = payload[:_MOST_RECIPIENTS] if isinstance(payload, list) else []
    blocks = [Headers(block) for block in parsed if isinstance(block, Message)]
    return blocks if any(map(_recipient, blocks)) else [*blocks, *_loose_blocks(held(part, Headers(part)))]


def _loose_blocks(data: bytes) -> list[Headers]:
    groups = (group.lstrip() for group in re.split(rb"\r?\n\s*\r?\n", data[:_LONGEST_REPORT]))
    telling = (group for group in groups if _NAMES_A_RECIPIENT.search(group))
    return [Headers(message_from_bytes(group)) for group in islice(telling, _MOST_RECIPIENTS)]


def _status(fields: Headers, text: str, original: str, at: datetime) -> Iterator[Report]:
    recipient = _recipient(fields)
    action = fields.first("action").lower()
    kind, semicolon, said = fields.first("diagnostic-code").partition(";")
    words = mail_status.detail(said if semicolon else kind) or _refusal(text)
    status = mail_status.enhanced(fields.first("status"))
    if not status or status.endswith(".0.0"):
        status = mail_status.enhanced(words) or status
    match action[:5]:
        case "delay":
            yield Report(
                State.FAILED, external_id=original, recipient=recipient, at=at, reason=words or status, permanent=False
            )
        case "deliv" if action.startswith("delivered"):
            yield Report(State.DELIVERED, external_id=original, recipient=recipient, at=at)
        case "faile" | "error" | "expir":
            yield _failure(recipient, status, words, original, at)
        case "" if recipient and status.startswith(("4", "5")):
            yield _failure(recipient, status, words, original, at)


def _failure(recipient: str, status: str, words: str, original: str, at: datetime) -> Report:
    dead = mail_status.reason(status, words, "recipient-refused") == "address-unknown"
    return Report(
        State.DEAD_ADDRESS if dead else State.FAILED,
        external_id=original,
        recipient=recipient,
        at=at,
        reason=words or status,
    )


def _recipient(fields: Headers) -> str:
    return next(fields.addresses("original-recipient", "final-recipient", "x-actual-recipient"), "")


def _looks_like_a_bounce(message: Message, headers: Headers) -> bool:
    sender = headers.mailbox("from")[0]
    postal = sender.startswith(("mailer-daemon@", "postmaster@")) or "mailer-daemon" in headers.first("from").lower()
    if "x-failed-recipients" in headers or (postal and any(_parts(message, _RETURNED))):
        return True
    return (
        postal
        or headers.first("return-path").replace(" ", "") == "<>"
        or headers.first("content-type").lower().startswith("multipart/report")
    ) and bool(_SUBJECT.search(headers.text("subject")))


def _guessed(message: Message, headers: Headers, text: str, original: str, at: datetime) -> Iterator[Report]:
    # It logs a trace for each mail that one of its guesses fails on; mail is no business of a log's.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        delayed, failed = all_failures(_short(message, [_LONGEST_GUESS]))
    except Exception:  # noqa: BLE001 - somebody else's guesses on somebody else's mail: without them the mail is recorded all the same
        delayed, failed = frozenset(), frozenset()
    known = {original, *headers.addresses("from", "to", "return-path", "delivered-to")}
    names = _names(failed) or list(islice(headers.addresses("x-failed-recipients"), _MOST_RECIPIENTS))
    names = [name for name in names if name not in known] or names
    if (delayed and not failed) or _STILL_TRYING.search(text[:4000]):
        words = _refusal(text)
        for name in _names(delayed) or names or [""]:
            yield Report(State.FAILED, external_id=original, recipient=name, at=at, reason=words, permanent=False)
        return
    for name in names or [""]:
        words = _refusal(text, name, names)
        yield _failure(name, mail_status.enhanced(words), words or mail_status.detail(text), original, at)


def _short(part: Message, left: list[int]) -> Message:
    """The same mail with the beginnings of its texts: each of many patterns is tried on each of its lines."""
    short, payload = copy(part), part.get_payload()
    if isinstance(payload, list):
        short.set_payload([_short(child, left) for child in payload if isinstance(child, Message)])
    else:
        short.set_payload(str(payload)[: max(0, left[0])])
        left[0] -= len(str(payload))
    return short


def _names(found: Iterable[bytes]) -> list[str]:
    return [canonical(name.decode("utf-8", "replace")) for name in sorted(found)[:_MOST_RECIPIENTS]]


def _addressee(message: Message, headers: Headers, text: str) -> str:
    """Whom the original was for: as its returned header says, else the first stranger that the machine names."""
    for part in message.walk():
        if part is not message and (found := next(Headers(part).addresses("to"), "")):
            return found
    known = {*headers.addresses("from", "to", "return-path", "delivered-to")}
    return next((name for name in addresses(text[:4000]) if name not in known), "")


def _refusal(text: str, name: str = "", names: Sequence[str] = ()) -> str:
    """The paragraph of a machine's own words that says why: one with a code, else one with a known word for a cause.

    Where it tells of several ``names``, the one about ``name`` stands between that and the next of them.
    """
    below = _ORIGINAL_BELOW.search(text, 0, _LONGEST_NOTE)
    lines = [line.strip() for line in text[: below.start() if below else _LONGEST_NOTE].split("\n")[:200]]
    if len(names) > 1:
        begin = next((number for number, line in enumerate(lines) if name in line.lower()), 0)
        end = (number for number, line in enumerate(lines) if any(other in line.lower() for other in {*names} - {name}))
        lines = lines[begin : next((number for number in end if number > begin), len(lines))]
    for pattern in (_CODE, _CAUSE):
        for number, line in enumerate(lines):
            if pattern.search(_ANY_ADDRESS.sub("", line[:500])):
                return mail_status.detail(" ".join(lines[number : _end(lines, number)]))
    return ""


def _end(lines: list[str], number: int) -> int:
    """Where the paragraph around a line ends, three lines on at most."""
    last = min(number + 3, len(lines))
    return next((end for end in range(number, last) if not lines[end]), last)
