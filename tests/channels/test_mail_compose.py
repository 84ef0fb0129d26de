"""Mail that goes out: its threading, its marks, its files, and nothing that an attacker could add."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Attachment, Outbound, Undelivered
from channels.mail_compose import compose
from channels.mail_reply import ReplyAddresses
from tests.channels.mails import CITIZEN, OFFICE

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
SENDER = Address(display_name="Dinas Perhubungan, Kota Contoh", addr_spec=OFFICE)


def composed(**fields: Any) -> bytes:
    """The bytes of a mail to the citizen."""
    outbound = Outbound(**{"key": "k7qz", "recipient": CITIZEN, "text": "Diterima.", "subject": "Aduan", **fields})
    return compose(outbound, sender=SENDER, reply_to=f"r+{OFFICE}", message_id="k7qz@dinas.example.test", now=NOW)


def read(raw: bytes) -> EmailMessage:
    """The mail as its reader's program sees it."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def test_a_mail_carries_what_its_reader_needs() -> None:
    """Who, to whom, when, under which id, where answers go, and the words."""
    mail = read(composed(text="Aduan Anda kami terima.\n\nSalam – é 日本", subject="Aduan BLT-26-000001 é"))
    assert mail["From"] == f'"Dinas Perhubungan, Kota Contoh" <{OFFICE}>'
    assert (mail["To"], mail["Reply-To"], mail["Subject"]) == (CITIZEN, f"r+{OFFICE}", "Aduan BLT-26-000001 é")
    assert (mail["Message-ID"], mail["Date"].datetime) == ("<k7qz@dinas.example.test>", NOW)
    assert mail.get_content().replace("\r\n", "\n") == "Aduan Anda kami terima.\n\nSalam – é 日本\n"


def test_the_clerks_mail_is_marked_and_an_officers_is_not() -> None:
    """Machines must not argue with us; a person's answer is no machine's. Source: RFC 3834 section 5."""
    assert read(composed())["Auto-Submitted"] == "auto-generated"
    assert read(composed(answers=("a@b",)))["Auto-Submitted"] == "auto-replied"
    assert read(composed())["X-Auto-Response-Suppress"] == "All"
    officers = read(composed(answers=("a@b",), automatic=False))
    assert (officers["Auto-Submitted"], officers["X-Auto-Response-Suppress"]) == (None, None)


def test_an_answer_names_what_it_answers() -> None:
    """The nearest is what is answered, the oldest stands first in the references, long ids stay what they are."""
    long = "SEYPR06MB0000ABCDEF0123456789ABCDEF0123456789@SEYPR06MB0000.apcprd06.prod.outlook.example.com"
    raw = composed(answers=(long, "b@x.id", "sha256:00ff", "a@x.id", "tidak sah", "<x>", "y\r\nBcc: z@x.id"))
    mail = read(raw)
    assert mail["In-Reply-To"] == f"<{long}>"
    assert mail["References"].split() == ["<a@x.id>", "<b@x.id>", f"<{long}>"]
    assert f"<{long}>".encode() in raw
    assert max(map(len, raw.splitlines())) < 998
    assert mail["Bcc"] is None


def test_a_new_mail_answers_nothing() -> None:
    """A mail without anything before it starts a thread."""
    mail = read(composed(answers=("sha256:00ff",)))
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_files_go_along() -> None:
    """Names in any script, contents byte for byte, and no type that a mail program would run as something else."""
    files = (
        Attachment("surat é.pdf", "application/pdf", b"%PDF\x00\xff"),
        Attachment("surat\r\nBcc: x.txt", "text/plain", b"a\nb"),
        Attachment("x.eml", "message/rfc822", b"From: a"),
        Attachment("", "tidak sah", b""),
    )
    parts = list(read(composed(files=files)).iter_attachments())
    assert [(part.get_content_type(), part.get_filename()) for part in parts] == [
        ("application/pdf", "surat é.pdf"),
        ("text/plain", "surat Bcc: x.txt"),
        ("application/octet-stream", "x.eml"),
        ("application/octet-stream", "file"),
    ]
    assert parts[0].get_content() == b"%PDF\x00\xff"


def test_a_file_that_is_not_at_hand_fails_for_good() -> None:
    """A mail without its file is not the mail that was meant."""
    with pytest.raises(Undelivered, match="attachment-gone") as raised:
        composed(files=(Attachment("a", "text/plain", reference="x"),))
    assert not raised.value.retry


@pytest.mark.parametrize("recipient", ["", "budi", "a@b, c@d", "a b@c", "<a@b>", "a@b\r\nBcc: c@d", f"{'a' * 65}@b.id"])
def test_one_recipient_is_one_recipient(recipient: str) -> None:
    """What is no single address is refused, for good."""
    with pytest.raises(Undelivered, match="address-invalid") as raised:
        composed(recipient=recipient)
    assert not raised.value.retry


@pytest.mark.parametrize("recipient", ["a..b@docomo.example.jp", ".a@x.id", "a+b=c@x.id", "budi@xn--dnas-5pa.id"])
def test_odd_addresses_that_exist_are_written_to(recipient: str) -> None:
    """Some phone companies give addresses that the standard forbids."""
    local = recipient.partition("@")[0]
    assert local in composed(recipient=recipient).partition(b"To: ")[2].partition(b"\r\n")[0].decode()


@given(st.text(), st.text(), st.text(max_size=30))
def test_nothing_breaks_out_of_a_mail(subject: str, text: str, name: str) -> None:
    """Whatever is in the words, the header is the header we wrote and every line ends as mail wants it."""
    raw = composed(subject=subject, text=text, files=(Attachment(name, "text/plain", b"x"),))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names)) == 10
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert raw.isascii()


REPLY = ReplyAddresses(OFFICE, "blitar-email", b"k" * 32)


def test_a_reply_address_leads_back_to_its_key() -> None:
    """The key survives the way there and back, in any case; the same key always has the same address."""
    made = REPLY.make("01j9zk3m5q7x8y2abcdefghijk")
    assert made == REPLY.make("01j9zk3m5q7x8y2abcdefghijk") != REPLY.make("01j9zk3m5q7x8y2abcdefghijl")
    assert REPLY.key(made) == REPLY.key(made.upper()) == "01j9zk3m5q7x8y2abcdefghijk"
    assert len(made.partition("@")[0]) <= 64


def test_a_forged_reply_address_leads_nowhere() -> None:
    """Another key, signature, mailbox, channel or installation is none of ours."""
    made = REPLY.make("k7qz")
    forged = [
        made.replace("k7qz", "k7qy"),
        made[: made.index("@") - 1] + "a" + made[made.index("@") :],
        made.replace("pengaduan", "lain"),
        made.replace("dinas.", "lain."),
        OFFICE,
        OFFICE.replace("@", "+k7qz@"),
        OFFICE.replace("@", "+k7qz.@"),
        "",
    ]
    assert [REPLY.key(address) for address in forged] == [""] * len(forged)
    assert ReplyAddresses(OFFICE, "denpasar-email", b"k" * 32).key(made) == ""
    assert ReplyAddresses(OFFICE, "blitar-email", b"l" * 32).key(made) == ""


def test_a_mailbox_with_a_long_name_answers_without_a_key() -> None:
    """Where the signed address would break the standard's limit, threading by headers has to do."""
    address = f"{'dinas.perhubungan.' * 2}kota@x.id"
    assert ReplyAddresses(address, "c", b"k").make("01j9zk3m5q7x8y2abcdefghijk") == address
