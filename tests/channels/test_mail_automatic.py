"""Machines' mail: known as such by the standards' marks, and what it tells of our own mail is read out of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.base import Report, State
from channels.mail_parse import parse
from channels.mail_status import reason
from tests.channels.mails import CITIZEN, OFFICE, WORDS, mail, multipart, part

OURS = "k7qz@dinas.example.test"
AT = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.test>"

BY_A_MACHINE = {
    "auto-replied": "Auto-Submitted: auto-replied",
    "auto-generated, with more": "Auto-Submitted: Auto-Generated; type=x",
    "notified": "Auto-Submitted: auto-notified",
    "bulk": "Precedence: bulk",
    "junk": "Precedence: Junk",
    "a list": "List-Id: <warga.milis.example.test>",
    "a list's post address": "List-Post: <mailto:warga@milis.example.test>",
    "a newsletter": "List-Unsubscribe: <https://toko.example.test/x>",
    "precedence list": "Precedence: list",
    "exchange": "X-Auto-Response-Suppress: All",
    "exchange, some": "X-Auto-Response-Suppress: DR, OOF, AutoReply",
    "an autoresponder": "X-Autoreply: yes",
    "no way back": "Return-Path: <>",
    "no way back, with a space": "Return-Path: < >",
}
SENDERS = [
    "MAILER-DAEMON@x.id",
    "postmaster@x.id",
    "noreply@x.id",
    "no-reply@x.id",
    "ticket-noreply@x.id",
    "do_not_reply@x.id",
]
BY_A_PERSON = {
    "submitted by nobody else": "Auto-Submitted: no",
    "submitted by nobody else, said at length": "Auto-Submitted: No (a person)",
    "receipts declined": "X-Auto-Response-Suppress: DR, RN, NRN",
    "first class": "Precedence: first-class",
    "a way back": f"Return-Path: <{CITIZEN}>",
    "our own group": f"List-Post: <mailto:{OFFICE}>",
    "our own group's id": f"List-Id: <{OFFICE.replace('@', '.')}>",
}


@pytest.mark.parametrize("field", BY_A_MACHINE.values(), ids=BY_A_MACHINE.keys())
def test_a_machines_mail_is_known_by_its_marks(field: str) -> None:
    """What RFC 3834 and its relatives mark is recorded as automatic, with its words."""
    read = parse(mail(WORDS, field), own_address=OFFICE).messages[0]
    assert (read.automatic, read.text) == (True, WORDS)


@pytest.mark.parametrize("field", BY_A_PERSON.values(), ids=BY_A_PERSON.keys())
def test_a_persons_mail_is_not_a_machines(field: str) -> None:
    """Marks that say nothing of a machine leave a complaint a complaint; so does the office's own group."""
    assert (
        not parse(mail(WORDS, field, "Precedence: list" if "group" in field else "X-A: b"), own_address=OFFICE)
        .messages[0]
        .automatic
    )


@pytest.mark.parametrize("sender", [*SENDERS, OFFICE, OFFICE.upper()])
def test_a_machines_address_is_known(sender: str) -> None:
    """Addresses that nobody reads are not answered, and neither are we ourselves."""
    assert parse(mail(sender=sender), own_address=OFFICE).messages[0].automatic


@pytest.mark.parametrize("sender", ["replay@x.id", "budi.postmaster@x.id", "bounce.house@x.id"])
def test_a_persons_address_is_not_a_machines(sender: str) -> None:
    """Names that only look alike are people's."""
    assert not parse(mail(sender=sender), own_address=OFFICE).messages[0].automatic


@pytest.mark.parametrize("subject", ["Out of Office: Aduan", "Automatic reply: Aduan", "Balasan otomatis: Aduan"])
def test_a_vacation_subject_needs_a_mail_it_answers(subject: str) -> None:
    """A subject alone proves nothing; on an answer to us it does. An answer to such a mail is a person's."""
    assert not parse(mail(subject=subject)).messages[0].automatic
    assert parse(mail(WORDS, f"In-Reply-To: <{OURS}>", subject=subject)).messages[0].automatic
    assert not parse(mail(WORDS, f"In-Reply-To: <{OURS}>", subject=f"Re: {subject}")).messages[0].automatic


def test_an_autoreply_stands_in_its_conversation() -> None:
    """A vacation notice is recorded where it belongs, and reports nothing."""
    parsed = parse(mail(WORDS, "Auto-Submitted: auto-replied", f"In-Reply-To: <{OURS}>"))
    assert parsed.messages[0].answers == (OURS,)
    assert parsed.reports == ()


def dsn(*recipient: str, returned: str = "message/rfc822", note: str = "Maaf, surat tidak sampai.") -> bytes:
    """A bounce as RFC 3464 wants it, from Postfix."""
    status = "Reporting-MTA: dns; mx.example.test\nArrival-Date: Mon, 23 Nov 2026 09:14:00 +0700\n\n" + "\n".join(
        recipient
    )
    original = f"From: {OFFICE}\nTo: {CITIZEN}\nSubject: Aduan BLT-26-000001\nMessage-ID: <{OURS}>\n\nDiterima.\n"
    body, kind = multipart(
        "report; report-type=delivery-status",
        part("text/plain; charset=us-ascii", note),
        part("message/delivery-status", status),
        part(returned, original),
    )
    return mail(
        body, "Return-Path: <>", "Auto-Submitted: auto-replied", sender=DAEMON, content_type=kind, subject="Undelivered"
    )


def block(action: str, status: str, said: str = "", recipient: str = CITIZEN) -> str:
    """What a bounce says of one recipient."""
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, *([f"Diagnostic-Code: smtp; {said}"] if said else []), ""])


REPORTS: dict[str, tuple[bytes, tuple[State, bool, str]]] = {
    "nobody there": (
        dsn(block("failed", "5.1.1", "550 5.1.1 <budi@warga.example.test>: Recipient address rejected: User unknown")),
        (State.DEAD_ADDRESS, True, "User unknown"),
    ),
    "no such domain": (
        dsn(block("failed", "5.4.4", "Host or domain name not found")),
        (State.DEAD_ADDRESS, True, "Host or"),
    ),
    "account closed": (
        dsn(block("failed", "5.2.1", "550 5.2.1 The account is disabled.")),
        (State.DEAD_ADDRESS, True, "disabled"),
    ),
    "microsoft": (
        dsn(block("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup")),
        (State.DEAD_ADDRESS, True, "RecipientNotFound"),
    ),
    "only words": (dsn(block("failed", "5.0.0", "550 No such user here")), (State.DEAD_ADDRESS, True, "No such user")),
    "mailbox full": (dsn(block("failed", "5.2.2", "552 5.2.2 Over quota")), (State.FAILED, True, "Over quota")),
    "mailbox full, wrongly coded": (dsn(block("failed", "5.1.1", "552 mailbox is full")), (State.FAILED, True, "full")),
    "refused": (dsn(block("failed", "5.7.1", "550 5.7.1 Message blocked as spam")), (State.FAILED, True, "spam")),
    "our own address unwanted": (
        dsn(block("failed", "5.1.8", "553 5.1.8 Domain of sender address does not exist")),
        (State.FAILED, True, "sender address"),
    ),
    "given up": (
        dsn(block("failed", "4.4.1", "connect to mx: Connection timed out")),
        (State.FAILED, True, "timed out"),
    ),
    "delayed": (
        dsn(block("delayed", "4.4.1", "connect to mx: Connection timed out")),
        (State.FAILED, False, "timed out"),
    ),
    "delivered": (dsn(block("delivered", "2.0.0", "250 ok")), (State.DELIVERED, True, "")),
    "only the header came back": (
        dsn(block("failed", "5.1.1", "550 5.1.1 User unknown"), returned="text/rfc822-headers"),
        (State.DEAD_ADDRESS, True, "User unknown"),
    ),
    "no word of the cause": (dsn(block("failed", "5.0.0")), (State.FAILED, True, "5.0.0")),
    "opensmtpd's word for it": (
        dsn(block("error", "5.1.1", "550 Invalid recipient")),
        (State.DEAD_ADDRESS, True, "Invalid"),
    ),
    "status with a remark": (dsn(block("failed (bounced)", "5.1.1 (no such user)")), (State.DEAD_ADDRESS, True, "")),
    "the note alone knows": (
        dsn(
            "Final-Recipient: rfc822; budi@warga.example.test\nAction: failed\nStatus: 5.0.0\n",
            note="550 5.1.1 User unknown",
        ),
        (State.DEAD_ADDRESS, True, "User unknown"),
    ),
}


@pytest.mark.parametrize(("raw", "expected"), REPORTS.values(), ids=REPORTS.keys())
def test_a_bounce_says_what_became_of_our_mail(raw: bytes, expected: tuple[State, bool, str]) -> None:
    """The original, the recipient, whether the address is dead, and the server's words; the mail is recorded."""
    parsed = parse(raw, own_address=OFFICE)
    (report,) = parsed.reports
    state, permanent, words = expected
    assert (report.state, report.permanent, report.external_id, report.recipient) == (state, permanent, OURS, CITIZEN)
    assert words in report.reason
    assert report.at == AT
    (read,) = parsed.messages
    assert (read.automatic, read.answers[0], read.files) == (True, OURS, ())


def test_a_bounce_of_several_recipients_gives_several_reports() -> None:
    """Each recipient has a fate of its own."""
    raw = dsn(block("failed", "5.1.1", "550 User unknown", "a@x.id"), block("delayed", "4.0.0", "later", "b@x.id"))
    assert [(one.recipient, one.state, one.permanent) for one in parse(raw).reports] == [
        ("a@x.id", State.DEAD_ADDRESS, True),
        ("b@x.id", State.FAILED, False),
    ]


OTHER_FORMS = {
    "qmail": f"""Hi. This is the qmail-send program at mx.example.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{CITIZEN}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <{OFFICE}>
Message-ID: <{OURS}>
To: {CITIZEN}

Diterima.
""",
    "exim": f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {CITIZEN}
    host mx.example.test [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{CITIZEN}>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: <{OURS}>
To: {CITIZEN}

Diterima.
""",
    "opensmtpd": f"""    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this email.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

{CITIZEN}: 550 5.1.1 User unknown

    Below is a copy of the original message:

To: {CITIZEN}
Message-ID: <{OURS}>

Diterima.
""",
    "gmail, long ago": f"""Delivery to the following recipient failed permanently:

     {CITIZEN}

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server.

The error that the other server returned was:
550 5.1.1 <{CITIZEN}>... User unknown

----- Original message -----

Message-ID: <{OURS}>
To: {CITIZEN}
""",
    "exchange": f"""Your message did not reach some or all of the intended recipients.

      Subject:  Aduan
      Sent:     23/11/2026 09:15

The following recipient(s) could not be reached:

      {CITIZEN} on 23/11/2026 09:15
            The e-mail account does not exist at the organization this message was sent to.
            <mx.example.test #5.1.1 smtp;550 5.1.1 User unknown>

Message-ID: <{OURS}>
""",
}


@pytest.mark.parametrize("text", OTHER_FORMS.values(), ids=OTHER_FORMS.keys())
def test_older_bounces_are_understood_too(text: str) -> None:
    """Servers that know no standard form still say which address is dead, and which mail it was."""
    parsed = parse(
        mail(text, sender=DAEMON, subject="Mail delivery failed: returning message to sender"), own_address=OFFICE
    )
    assert [(one.state, one.external_id, one.recipient, one.permanent) for one in parsed.reports] == [
        (State.DEAD_ADDRESS, OURS, CITIZEN, True)
    ]
    assert "5.1.1" in parsed.reports[0].reason
    assert parsed.messages[0].answers == (OURS,)


def test_a_warning_in_words_is_not_the_end() -> None:
    """ "Will be retried" is no failure yet."""
    text = f"Message to {CITIZEN} has been delayed.\nIt will be retried for 3 days.\n\nMessage-ID: <{OURS}>\n"
    (report,) = parse(mail(text, sender=DAEMON, subject="Warning: message delayed 4 hours")).reports
    assert (report.state, report.permanent, report.external_id) == (State.FAILED, False, OURS)


def test_a_citizens_mail_about_a_bounce_reports_nothing() -> None:
    """A person who forwards a bounce is a person."""
    parsed = parse(mail(OTHER_FORMS["qmail"], subject="Fwd: failure notice"))
    assert (parsed.messages[0].automatic, parsed.reports) == (False, ())


def receipt(disposition: str) -> bytes:
    """A read receipt as RFC 8098 wants it."""
    fields = f"Final-Recipient: rfc822;{CITIZEN}\nOriginal-Message-ID: <{OURS}>\nDisposition: {disposition}\n"
    body, kind = multipart(
        "report; report-type=disposition-notification",
        part("text/plain", "Surat telah dibaca."),
        part("message/disposition-notification", fields),
    )
    return mail(body, content_type=kind, subject="Dibaca: Aduan")


def test_a_read_receipt_says_that_it_was_read() -> None:
    """What was displayed was read; what was deleted unread was not."""
    parsed = parse(receipt("manual-action/MDN-sent-manually; displayed"))
    assert parsed.reports == (Report(State.READ, external_id=OURS, recipient=CITIZEN, at=AT),)
    assert (parsed.messages[0].automatic, parsed.messages[0].answers) == (True, (OURS,))
    assert parse(receipt("automatic-action/MDN-sent-automatically; deleted")).reports == ()


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("5.1.1", "", "address-unknown"),
        ("5.7.1", "550 5.7.1 Recipient address rejected: User unknown", "address-unknown"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "address-unknown"),
        ("5.2.1", "550 5.2.1 The user is receiving mail at a rate that prevents delivery", "otherwise"),
        ("4.1.1", "450 4.1.1 User unknown", "otherwise"),
        ("5.1.1", "550 5.1.1 blocked, see our blacklist", "otherwise"),
        ("4.2.2", "452 4.2.2 Mailbox full", "mailbox-full"),
        ("", "554 message too large", "message-too-large"),
        ("5.3.4", "", "message-too-large"),
        ("", "554 5.x transaction failed", "otherwise"),
        ("", "Alamat tujuan tidak ditemukan", "address-unknown"),
    ],
)
def test_a_refusal_has_a_cause(status: str, words: str, expected: str) -> None:
    """Codes and words together say whether nobody is there; nobody is declared dead for our own fault."""
    assert reason(status, words, "otherwise") == expected
