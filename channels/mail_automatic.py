"""Whether a mail was written by a machine: such mail is recorded, never answered, and never opens anything.

The rules are one table, read from top to bottom. Source: RFC 3834 sections 2 and 5, RFC 2919, RFC 2369, RFC 8098.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from channels.mail_headers import Headers

_MACHINE = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|(?:[\w.-]{1,30}[._-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|donotreply"
    r"|tidak-?(?:di)?balas|jangan-?(?:di)?balas|auto-?reply)(?:[._+-].{0,60})?|bounces?(?:[+-].{0,60})?)@"
)
_ANSWERING_SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|vacation reply|auto\s*:"
    r"|(?:balasan|jawaban|respon) otomatis|di luar kantor)",
    re.I,
)


def automatic(headers: Headers, sender: str, own_address: str = "") -> bool:
    """Whether a machine wrote it. ``own_address`` is the mailbox itself: what it says to itself is a loop."""
    return any(rule(headers, sender, own_address) for rule in _RULES)


def _submitted_by_a_program(headers: Headers, _sender: str, _own: str) -> bool:
    value = headers.first("auto-submitted").partition(";")[0].strip().lower()
    return bool(value) and not value.startswith("no")


def _asks_for_no_answer(headers: Headers, _sender: str, _own: str) -> bool:
    """Those that only decline receipts (DR, RN, NRN) are people's mail."""
    return bool(re.search(r"\b(?:all|oof|autoreply)\b", headers.first("x-auto-response-suppress"), re.I))


def _answers_by_itself(headers: Headers, _sender: str, _own: str) -> bool:
    return any(
        name in headers and headers.first(name).lower() not in {"no", "false"}
        for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
    )


def _bulk(headers: Headers, _sender: str, own: str) -> bool:
    value = headers.first("precedence").lower()
    return value in {"bulk", "junk", "auto_reply"} or (value == "list" and not _our_own_list(headers, own))


def _list(headers: Headers, _sender: str, own: str) -> bool:
    named = any(name in headers for name in ("list-id", "list-post", "list-unsubscribe", "mailing-list"))
    return named and not _our_own_list(headers, own)


def _our_own_list(headers: Headers, own: str) -> bool:
    """Where the office's address is itself a group of its provider, every complaint comes with that group's marks."""
    marks = f"{headers.first('list-id')} {headers.first('list-post')} {headers.first('mailing-list')}".lower()
    return bool(own) and (own in marks or own.replace("@", ".") in marks)


def _no_return_path(headers: Headers, _sender: str, _own: str) -> bool:
    return headers.first("return-path").replace(" ", "") == "<>"


def _report(headers: Headers, _sender: str, _own: str) -> bool:
    return headers.first("content-type").lower().startswith("multipart/report") or "x-failed-recipients" in headers


def _machine_address(_headers: Headers, sender: str, _own: str) -> bool:
    return bool(_MACHINE.match(sender))


def _ourselves(_headers: Headers, sender: str, own: str) -> bool:
    return bool(own) and sender == own


def _answering_subject(headers: Headers, _sender: str, _own: str) -> bool:
    """A subject alone proves nothing; one that answers a mail of ours by its threading does."""
    answering = "in-reply-to" in headers or "references" in headers
    return answering and bool(_ANSWERING_SUBJECT.match(headers.text("subject")))


_RULES: tuple[Callable[[Headers, str, str], bool], ...] = (
    _submitted_by_a_program,
    _no_return_path,
    _report,
    _answers_by_itself,
    _asks_for_no_answer,
    _bulk,
    _list,
    _machine_address,
    _ourselves,
    _answering_subject,
)
