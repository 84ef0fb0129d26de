"""Reading mail: any charset, any nesting, any breakage becomes the citizen's words and files, or is set aside."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.base import Inbound, Undigested
from channels.mail_parse import parse
from tests.channels.mails import CITIZEN, OFFICE, WORDS, mail, multipart, nested, part
from tests.examples import many

ODD = "Jalan é 日本 “rusak” 😀"
WRITTEN = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256))
PHOTO64 = base64.encodebytes(PHOTO)


def one(raw: bytes, **more: Any) -> Inbound:
    """The one message that a mail holds."""
    (inbound,) = parse(raw, **more).messages
    return inbound


def test_a_plain_mail_is_read_field_by_field() -> None:
    """What a person would read off a mail is what we read off it."""
    raw = mail()
    read = one(raw, own_address=OFFICE)
    assert (read.external_id, read.sender, read.sender_name) == ("satu@warga.example.test", CITIZEN, "Budi Santoso")
    assert (read.recipient, read.subject, read.sent_at) == (OFFICE, "Lampu mati", WRITTEN)
    assert (read.text, read.full_text, read.raw) == (WORDS, WORDS, raw)
    assert (read.files, read.answers, read.automatic, read.public) == ((), (), False, False)


CHARSETS: dict[str, tuple[str, str, bytes, str]] = {
    "utf-8 as it stands": ("utf-8", "8bit", ODD.encode(), ODD),
    "utf-8 quoted": ("utf-8", "quoted-printable", quopri.encodestring(ODD.encode()), ODD),
    "utf-8 in base64": ("UTF-8", "BASE64", base64.encodebytes(ODD.encode()), ODD),
    "no charset named, utf-8 meant": ("", "8bit", ODD.encode(), ODD),
    "latin-1": ("iso-8859-1", "8bit", "Jalan é rusak".encode("latin-1"), "Jalan é rusak"),
    "latin-1 named, windows-1252 meant": ("iso-8859-1", "8bit", "“rusak”".encode("cp1252"), "“rusak”"),
    "latin-1 named, utf-8 meant": ("iso-8859-1", "8bit", ODD.encode(), ODD),
    "ascii named, utf-8 meant": ("us-ascii", "8bit", ODD.encode(), ODD),
    "utf-8 named, windows-1252 meant": ("utf-8", "8bit", "“rusak” é".encode("cp1252"), "“rusak” é"),
    "utf-8 with one broken letter": ("utf-8", "8bit", "日本日本".encode()[:-1] + b" rusak", "日本日\ufffd rusak"),
    "japanese": ("iso-2022-jp", "7bit", "道路".encode("iso-2022-jp"), "道路"),
    "chinese": ("gb2312", "8bit", "道路坏了".encode("gb18030"), "道路坏了"),
    "russian": ("koi8-r", "8bit", "дорога".encode("koi8-r"), "дорога"),
    "arabic": ("windows-1256", "8bit", "طريق".encode("cp1256"), "طريق"),
    "utf-16": ("utf-16", "base64", base64.encodebytes(ODD.encode("utf-16")), ODD),
    "utf-8 named, utf-16 meant": ("utf-8", "base64", base64.encodebytes(ODD.encode("utf-16")), ODD),
    "utf-16 named, ascii meant": ("utf-16", "7bit", b"lampu mati", "lampu mati"),
    "utf-7": ("utf-7", "7bit", b"Jalan +AOk-", "Jalan é"),
    "a charset nobody knows": ("x-entah", "8bit", ODD.encode(), ODD),
    "a codec that is no charset": ("idna", "8bit", ODD.encode(), ODD),
    "another that is none": ("unicode_escape", "8bit", b"a\\u0062c", "a\\u0062c"),
    "quotes around the charset": ("'utf-8'", "8bit", ODD.encode(), ODD),
    "base64 without its end": ("utf-8", "base64", base64.b64encode(b"lampu mati!!").rstrip(b"=")[:-1], "lampu mati!"),
    "base64 with words below it": (
        "utf-8",
        "base64",
        base64.encodebytes(ODD.encode()) + b"\n-- \nDaftar warga, jangan dibalas.\n",
        f"{ODD}",
    ),
    "words with a wrong base64 label": ("utf-8", "base64", b"Lampu jalan mati, tolong.", "Lampu jalan mati, tolong."),
    "a label in quotes": ("utf-8", '"quoted-printable"', b"Lampu=20mati", "Lampu mati"),
    "quoted, a space after a break": ("utf-8", "quoted-printable", b"Lampu ma= \nti", "Lampu mati"),
    "quoted with nonsense in it": ("utf-8", "quoted-printable", b"Lampu=ZZ mati =", "Lampu=ZZ mati"),
    "an encoding nobody knows": ("utf-8", "x-entah", b"Lampu mati", "Lampu mati"),
    "uuencode": ("utf-8", "x-uuencode", b"begin 644 a\n*;&%M<'4@;6%T:0``\n`\nend\n", "lampu mati"),
    "null bytes": ("utf-8", "8bit", b"Lampu\x00 ma\x00ti", "Lampu mati"),
    "control characters": ("utf-8", "8bit", b"Lampu\x07\x1b mati\x0b", "Lampu mati"),
    "right to left": ("utf-8", "8bit", "\u202bالطريق\u202c".encode(), "\u202bالطريق\u202c"),
    "nothing but emoji": ("utf-8", "8bit", "😡😡".encode(), "😡😡"),
}


@pytest.mark.parametrize(("charset", "encoding", "body", "text"), CHARSETS.values(), ids=CHARSETS.keys())
def test_words_are_read_whatever_their_charset(charset: str, encoding: str, body: bytes, text: str) -> None:
    """A wrong or missing label never costs the words."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    assert one(mail(body, f"Content-Transfer-Encoding: {encoding}", content_type=kind)).text == text


LOGO = part("image/png; name=logo.png", PHOTO64, "Content-Transfer-Encoding: base64", "Content-ID: <logo>")
PICTURE = part(
    'image/jpeg; name="IMG_1.jpg"', PHOTO64, "Content-Transfer-Encoding: base64", "Content-Disposition: inline"
)
PLAIN = part("text/plain; charset=utf-8", "Lampu mati")
PAGE = part("text/html; charset=utf-8", "<p>Lampu <b>mati</b></p>")
BLANK = part("text/plain", " \n\n")
ATTACHED = b"From: siti@b.id\nSubject: Air mati\n\nAir mati sejak Senin."

STRUCTURES: dict[str, tuple[tuple[bytes, str], str, list[tuple[str, str, bool]]]] = {
    "alternatives": (multipart("alternative", PLAIN, PAGE), "Lampu mati", []),
    "alternatives, plain empty": (multipart("alternative", BLANK, PAGE), "Lampu mati", []),
    "alternatives, html empty": (multipart("alternative", PLAIN, part("text/html", "<p></p>")), "Lampu mati", []),
    "two pieces of text": (multipart("mixed", PLAIN, part("text/plain", "Jalan rusak")), "Lampu mati\nJalan rusak", []),
    "an iphone's photo": (
        multipart("mixed", PLAIN, PICTURE, part("text/plain", "Dikirim dari iPhone saya")),
        "Lampu mati",
        [("IMG_1.jpg", "image/jpeg", False)],
    ),
    "a logo inside the text": (multipart("related", PAGE, LOGO), "Lampu mati", [("logo.png", "image/png", True)]),
    "outlook's nesting": (
        multipart(
            "mixed",
            nested("related", nested("alternative", PLAIN, PAGE, boundary="c"), LOGO, boundary="b"),
            PICTURE,
            boundary="a",
        ),
        "Lampu mati",
        [("logo.png", "image/png", True), ("IMG_1.jpg", "image/jpeg", False)],
    ),
    "a file in the rejected alternative": (
        multipart("alternative", PLAIN, nested("mixed", PAGE, PICTURE, boundary="b")),
        "Lampu mati",
        [("IMG_1.jpg", "image/jpeg", False)],
    ),
    "a mail as an attachment": (
        multipart("mixed", PLAIN, part("message/rfc822", ATTACHED)),
        "Lampu mati",
        [("Air mati.eml", "message/rfc822", False)],
    ),
    "nothing but a mail as an attachment": (
        multipart("mixed", BLANK, part("message/rfc822", ATTACHED)),
        "Air mati sejak Senin.",
        [("Air mati.eml", "message/rfc822", False)],
    ),
    "nothing but a text file": (
        multipart("mixed", part("text/plain; name=aduan.txt", "Lampu mati", "Content-Disposition: attachment")),
        "Lampu mati",
        [("aduan.txt", "text/plain", False)],
    ),
    "nothing but a mail": (
        (ATTACHED, "message/rfc822"),
        "Air mati sejak Senin.",
        [("Air mati.eml", "message/rfc822", False)],
    ),
    "nothing but a page as a file": (
        multipart("mixed", part("text/html; name=aduan.html", "<p>Lampu <b>mati</b></p>")),
        "Lampu mati",
        [("aduan.html", "text/html", False)],
    ),
    "nothing but rich text": ((b"Lampu mati", "text/markdown"), "Lampu mati", [("1.md", "text/markdown", False)]),
    "nothing but a photo": (multipart("mixed", PICTURE), "", [("IMG_1.jpg", "image/jpeg", False)]),
    "outlook's own wrapper": (
        multipart("mixed", PLAIN, part("application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22")),
        "Lampu mati",
        [("winmail.dat", "application/ms-tnef", False)],
    ),
    "an invitation": (
        multipart("alternative", PLAIN, PAGE, part("text/calendar; charset=utf-8", "BEGIN:VCALENDAR")),
        "Lampu mati",
        [("1.ics", "text/calendar", False)],
    ),
    "a signed mail": (
        multipart('signed; protocol="application/pkcs7-signature"', PLAIN, part("application/pkcs7-signature", b"x")),
        "Lampu mati",
        [("1.p7s", "application/pkcs7-signature", False)],
    ),
    "no end": (multipart("mixed", PLAIN, PICTURE, closed=False), "Lampu mati", [("IMG_1.jpg", "image/jpeg", False)]),
    "a broken line in a part's header": (
        multipart("mixed", PLAIN, PICTURE.replace(b'image/jpeg; name="IMG_1.jpg"', b'image/jpeg;\nname="IMG_1.jpg"')),
        "Lampu mati",
        [("IMG_1.jpg", "image/jpeg", False)],
    ),
    "no boundary named": (
        (multipart("mixed", PLAIN, PICTURE)[0], "multipart/mixed"),
        "Lampu mati",
        [("IMG_1.jpg", "image/jpeg", False)],
    ),
    "another boundary named": (
        (multipart("mixed", PLAIN, PICTURE)[0], "multipart/mixed; boundary=lain"),
        "Lampu mati",
        [("IMG_1.jpg", "image/jpeg", False)],
    ),
    "multipart in name only": ((b"Lampu mati", "multipart/mixed"), "Lampu mati", []),
    "a type with a remark": ((b"<p>Lampu mati</p>", "text/html (HTML); charset=utf-8"), "Lampu mati", []),
    "a type without its semicolon": ((b"Lampu mati", "text/plain\r\n charset=utf-8"), "Lampu mati", []),
    "a type that is none": ((b"Lampu mati", "text"), "Lampu mati", []),
    "no type at all": ((b"Lampu mati", ""), "Lampu mati", []),
}


@pytest.mark.parametrize(("body", "text", "files"), STRUCTURES.values(), ids=STRUCTURES.keys())
def test_any_nesting_gives_its_words_and_files(body: tuple[bytes, str], text: str, files: list[Any]) -> None:
    """Words are words and everything else is a file, also where the structure is broken."""
    read = one(mail(body[0], content_type=body[1]))
    assert read.text == text
    assert [(file.name, file.type, file.inline) for file in read.files] == files


def test_files_arrive_byte_for_byte() -> None:
    """A photo is the photo that was sent, and a mail attached is that mail."""
    photo, letter = one(
        mail(*[(made := multipart("mixed", PICTURE, part("message/rfc822", ATTACHED)))[0]], content_type=made[1])
    ).files
    assert (photo.content, photo.size_bytes) == (PHOTO, len(PHOTO))
    assert letter.content is not None
    assert letter.content.replace(b"\r\n", b"\n") == ATTACHED


def test_attached_mail_in_base64_is_decoded() -> None:
    """Some gateways wrap an attached mail in base64, which no standard allows."""
    wrapped = part("message/rfc822", base64.encodebytes(ATTACHED), "Content-Transfer-Encoding: base64")
    body, kind = multipart("mixed", PLAIN, wrapped)
    assert one(mail(body, content_type=kind)).files[0].content == ATTACHED


NAMES = {
    "plain": ('attachment; filename="surat RT 04.pdf"', "surat RT 04.pdf"),
    "without quotes": ("attachment; filename=surat.pdf", "surat.pdf"),
    "encoded by the standard": ("attachment; filename*=UTF-8''surat%20%C3%A9.pdf", "surat é.pdf"),
    "encoded in pieces": (
        "attachment; filename*0*=UTF-8''surat%20%C3%A9%20; filename*1*=panjang; filename*2=\".pdf\"",
        "surat é panjang.pdf",
    ),
    "encoded as in a subject": ("attachment; filename==?UTF-8?B?c3VyYXQgw6kucGRm?=", "surat é.pdf"),
    "encoded as in a subject, quoted": ('attachment; filename="=?UTF-8?Q?surat_=C3=A9.pdf?="', "surat é.pdf"),
    "bare utf-8": ('attachment; filename="surat é.pdf"', "surat é.pdf"),
    "a path": ('attachment; filename="C:\\\\Users\\\\budi\\\\surat.pdf"', "C:_Users_budi_surat.pdf"),
    "a path, its strokes not doubled": ('attachment; filename="C:\\Users\\budi\\surat.pdf"', "C:_Users_budi_surat.pdf"),
    "a quote inside": ('attachment; filename="surat \\"baru\\".pdf"', "surat _baru_.pdf"),
    "a way out": ('attachment; filename="../../etc/passwd"', "_.._etc_passwd"),
    "endless": (f'attachment; filename="{"a" * 900}.pdf"', "a" * 146 + ".pdf"),
    "read backwards": ('attachment; filename="surat\u202efdp.exe"', "suratfdp.exe"),
    "empty": ('attachment; filename=""', "1.pdf"),
    "missing": ("attachment", "1.pdf"),
    "quote never closed": ('attachment; filename="surat.pdf', "surat.pdf"),
}


@pytest.mark.parametrize(("disposition", "name"), NAMES.values(), ids=NAMES.keys())
def test_files_keep_their_names(disposition: str, name: str) -> None:
    """However a program writes a file's name it is read, and it never leads anywhere."""
    file = part("application/pdf", b"%PDF", f"Content-Disposition: {disposition}")
    body, kind = multipart("mixed", PLAIN, file)
    assert [file.name for file in one(mail(body, content_type=kind)).files] == [name]


SUBJECTS: dict[str, tuple[str | bytes, str]] = {
    "plain": ("Lampu mati", "Lampu mati"),
    "encoded": ("=?UTF-8?Q?Lampu_=C3=A9_mati?= lagi", "Lampu é mati lagi"),
    "encoded in two, one letter split": ("=?UTF-8?B?5pel?=\r\n =?UTF-8?B?5pys?=", "日本"),
    "a letter split between words": ("=?utf-8?Q?Lampu_=C3?= =?utf-8?Q?=A9?=", "Lampu é"),
    "spaces where none may be": ("=?utf-8?Q?Lampu jalan mati?=", "Lampu jalan mati"),
    "question marks inside": ("=?utf-8?Q?Kapan??=", "Kapan?"),
    "base64 cut short": ("=?utf-8?B?TGFtcHU?=", "Lampu"),
    "base64 that is none": ("=?utf-8?B?!!!?=", ""),
    "a long one": (f"=?utf-8?Q?{'Lampu_' * 400}?=", ("Lampu " * 100)[:500]),
    "a charset nobody knows": ("=?x-entah?Q?Lampu?=", "Lampu"),
    "with a language": ("=?utf-8*id?Q?Lampu?=", "Lampu"),
    "bare utf-8": ("Lampu é mati".encode(), "Lampu é mati"),
    "bare windows-1252": ("Lampu é mati".encode("cp1252"), "Lampu é mati"),
    "folded": ("Lampu jalan\r\n\tmati", "Lampu jalan mati"),
    "null bytes": (b"Lampu\x00 mati", "Lampu mati"),
    "never ending": ("=?utf-8?Q?Lampu", "=?utf-8?Q?Lampu"),
    "endless": ("a" * 5000, "a" * 500),
    "a line break inside": ("=?utf-8?Q?Lampu=0D=0ABcc:_x?=", "Lampu Bcc: x"),
}


@pytest.mark.parametrize(("subject", "text"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_subjects_are_decoded(subject: str | bytes, text: str) -> None:
    """Encoded words are read as meant, also where a program broke the rules."""
    line = b"Subject: " + (subject.encode() if isinstance(subject, str) else subject)
    assert one(mail(WORDS, line, subject="")).subject == text


SENDERS: dict[str, tuple[tuple[str | bytes, ...], tuple[str, str]]] = {
    "name and address": (("From: Budi <Budi@Warga.example.TEST>",), (CITIZEN, "Budi")),
    "address alone": ((f"From: {CITIZEN}",), (CITIZEN, "")),
    "a name with a comma": ((f'From: "Santoso, Budi, S.H." <{CITIZEN}>',), (CITIZEN, "Santoso, Budi, S.H.")),
    "a name with a comma, encoded": ((f"From: =?utf-8?Q?Santoso=2C_Budi?= <{CITIZEN}>",), (CITIZEN, "Santoso, Budi")),
    "an encoded name in quotes": ((f'From: "=?utf-8?Q?B=C3=BAdi?=" <{CITIZEN}>',), (CITIZEN, "Búdi")),
    "a bare utf-8 name": ((f"From: Búdi <{CITIZEN}>",), (CITIZEN, "Búdi")),
    "a comment": ((f"From: {CITIZEN} (Budi)",), (CITIZEN, "Budi")),
    "a name that looks like an address": ((f'From: "kadis@kota.id" <{CITIZEN}>',), (CITIZEN, "kadis@kota.id")),
    "two senders": ((f"From: Budi <{CITIZEN}>, Siti <siti@b.id>",), (CITIZEN, "Budi")),
    "a name without quotes": ((f"From: Santoso, Budi <{CITIZEN}>",), (CITIZEN, "Budi")),
    "brackets left open": ((f"From: Budi <{CITIZEN}",), (CITIZEN, "Budi")),
    "an encoded whole": ((f"From: =?utf-8?Q?Budi_=3C{CITIZEN.replace('@', '=40')}=3E?=",), (CITIZEN, "Budi")),
    "a quoted local part": (('From: "budi..s"@b.id',), ('"budi..s"@b.id', "")),
    "no domain but a number": (("From: Budi <budi@[192.0.2.1]>",), ("budi@[192.0.2.1]", "Budi")),
    "an international domain": (("From: <budi@dïnas.id>",), ("budi@xn--dnas-5pa.id", "")),
    "no address, another field has it": (("From: Budi Santoso", f"Reply-To: {CITIZEN}"), (CITIZEN, "Budi Santoso")),
    "no from at all": ((f"Sender: Budi <{CITIZEN}>",), (CITIZEN, "Budi")),
    "nothing but the envelope": ((f"Return-Path: <{CITIZEN}>",), (CITIZEN, "")),
    "a machine without an address": (
        ("From: Mail Delivery System", "Return-Path: <>"),
        ("mailer-daemon@unknown.invalid", "Mail Delivery System"),
    ),
}


@pytest.mark.parametrize(("fields", "sender"), SENDERS.values(), ids=SENDERS.keys())
def test_senders_are_found(fields: tuple[str | bytes, ...], sender: tuple[str, str]) -> None:
    """One person is one lower-case address, whoever wrote it down how."""
    read = one(mail(WORDS, *fields, sender=""))
    assert (read.sender, read.sender_name) == sender


@pytest.mark.parametrize("sender", ["", "Budi", '"' * 9000, "<<<<>>>>", "@", "budi@"])
def test_a_mail_from_nobody_is_set_aside(sender: str) -> None:
    """Without any sender there is nobody to answer: a person looks at it."""
    with pytest.raises(Undigested, match="mail-no-sender"):
        parse(mail(sender=sender))


IDS = {
    "plain": ("<satu@x.id>", "satu@x.id"),
    "folded": ("\r\n <satu@x.id>", "satu@x.id"),
    "spaces inside": ("<satu @x.id>", "satu@x.id"),
    "without brackets": ("satu@x.id", "satu@x.id"),
    "with words around": ("id <satu@x.id> (x)", "satu@x.id"),
}


@pytest.mark.parametrize(("field", "external_id"), IDS.values(), ids=IDS.keys())
def test_ids_are_read(field: str, external_id: str) -> None:
    """A mail is known by the id its program gave it."""
    assert one(mail(message_id=field)).external_id == external_id


@pytest.mark.parametrize("field", ["", "<>", "   ", f"<{'a' * 300}@x.id>"], ids=["none", "empty", "blank", "endless"])
def test_a_mail_without_id_is_known_again(field: str) -> None:
    """The same mail has the same id however it came; another mail has another."""
    copy = one(mail(WORDS, "Received: by a; Mon, 23 Nov 2026 09:16:00 +0700", message_id=field))
    again = one(mail(WORDS, "Received: by b; Mon, 23 Nov 2026 09:20:00 +0700", message_id=field))
    other = one(mail(f"{WORDS} Lagi!", message_id=field))
    assert copy.external_id == again.external_id != other.external_id
    assert copy.external_id.startswith("sha256:")


DATES: dict[str, tuple[str, str, datetime | None, datetime]] = {
    "plain": ("Mon, 23 Nov 2026 09:15:00 +0700", "", None, WRITTEN),
    "no zone": ("Mon, 23 Nov 2026 02:15:00", "", None, WRITTEN),
    "zone by name": ("Mon, 23 Nov 2026 02:15:00 GMT", "", None, WRITTEN),
    "Indonesia's zones, west": ("Mon, 23 Nov 2026 09:15:00 WIB", "", None, WRITTEN),
    "Indonesia's zones, middle": ("Mon, 23 Nov 2026 10:15:00 WITA", "", None, WRITTEN),
    "Indonesia's zones, east": ("Mon, 23 Nov 2026 11:15:00 WIT", "", None, WRITTEN),
    "a zone with its name": ("Mon, 23 Nov 2026 09:15:00 +0700 (WIB)", "", None, WRITTEN),
    "a zone with a colon": ("Mon, 23 Nov 2026 09:15:00 +07:00", "", None, WRITTEN),
    "a zone after GMT": ("Mon, 23 Nov 2026 09:15:00 GMT+0700", "", None, WRITTEN),
    "the standard of computers": ("2026-11-23T09:15:00+07:00", "", None, WRITTEN),
    "Indonesian days and months": (
        "Sab, 08 Agu 2026 09:15:00 +0700",
        "",
        None,
        datetime(2026, 8, 8, 2, 15, tzinfo=UTC),
    ),
    "Indonesian months, in full": ("8 Agustus 2026 09:15:00 +0700", "", None, datetime(2026, 8, 8, 2, 15, tzinfo=UTC)),
    "no date, a trace": ("", "Mon, 23 Nov 2026 09:15:00 +0700", None, WRITTEN),
    "no date, the mailbox knows": ("", "", WRITTEN, WRITTEN),
    "unreadable": ("kemarin", "Mon, 23 Nov 2026 09:15:00 +0700", None, WRITTEN),
    "a clock ahead": ("Wed, 23 Nov 2033 09:15:00 +0700", "Mon, 23 Nov 2026 09:15:00 +0700", None, WRITTEN),
    "a clock at its beginning": ("Thu, 01 Jan 1970 00:00:00 +0000", "Mon, 23 Nov 2026 09:15:00 +0700", None, WRITTEN),
    "a clock ahead, the mailbox knows": ("Wed, 23 Nov 2033 09:15:00 +0700", "", WRITTEN, WRITTEN),
    "a slow queue": ("Mon, 23 Nov 2026 09:15:00 +0700", "Fri, 27 Nov 2026 09:15:00 +0700", None, WRITTEN),
    "an impossible day": ("Mon, 31 Feb 2026 09:15:00 +0700", "", WRITTEN, WRITTEN),
    "an impossible zone": ("Mon, 23 Nov 2026 09:15:00 +9999", "", WRITTEN, WRITTEN),
    "nothing at all": ("", "", None, datetime(1970, 1, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize(("date", "trace", "taken", "sent_at"), DATES.values(), ids=DATES.keys())
def test_a_mail_has_a_moment(date: str, trace: str, taken: datetime | None, sent_at: datetime) -> None:
    """The sender's date counts unless its clock is wrong; then the moment a server took the mail does."""
    fields = [f"Received: from a by b; {trace}"] if trace else []
    assert one(mail(WORDS, *fields, date=date), received_at=taken).sent_at == sent_at


BROKEN_HEADERS = {
    "a line that is no field": b"ini bukan kolom Delivered-To: x\r\n" + mail(),
    "a space before the colon": mail().replace(b"From:", b"From :"),
    "a space before the colon, later": mail().replace(b"Subject:", b"Subject :"),
    "a field that goes on without its indent": mail().replace(
        b"Subject:", b"X-Spam-Report: satu\r\ndua tiga\r\nSubject:"
    ),
    "a field's name in no ascii": mail().replace(b"Subject:", "Subjék: x\r\nSubject:".encode()),
    "a filter's stamp": mail().replace(b"Subject:", b"*** SPAM? ***\r\nSubject:"),
    "a mark before everything": b"\xef\xbb\xbf" + mail(),
    "empty lines before everything": b"\r\n\r\n" + mail(),
    "blank lines before everything": b"  \r\n\t\r\n" + mail(),
    "a mailbox file's first line": b"From budi@x.id Mon Nov 23 09:15:00 2026\r\n" + mail(),
    "a space before everything": b" " + mail(),
    "such a line, quoted": b">From budi@x.id Mon Nov 23 09:15:00 2026\r\n" + mail(),
    "such a line after a mark": b"\xef\xbb\xbfFrom budi@x.id Mon Nov 23 09:15:00 2026\r\n" + mail(),
    "line ends doubled": mail().replace(b"\r\n", b"\r\r\n"),
    "bare line feeds": mail().replace(b"\r\n", b"\n"),
    "bare carriage returns": mail().replace(b"\r\n", b"\r"),
}


@pytest.mark.parametrize("raw", BROKEN_HEADERS.values(), ids=BROKEN_HEADERS.keys())
def test_a_broken_header_is_read_all_the_same(raw: bytes) -> None:
    """One bad line in the header does not hide the others."""
    read = one(raw)
    assert (read.sender, read.subject, read.text) == (CITIZEN, "Lampu mati", WORDS)


def test_words_that_follow_the_header_without_a_gap_stay() -> None:
    """A program that forgets the empty line loses nobody's words."""
    assert one(mail().replace(b"\r\n\r\n", b"\r\n")).text == WORDS
    letter = mail("Lampu mati lagi.\nLokasi : Jl. Melati\n\nTerima kasih")
    assert one(letter.replace(b"\r\n\r\n", b"\r\n", 1)).text == "Lampu mati lagi.\nLokasi : Jl. Melati\n\nTerima kasih"


def test_lines_that_were_broken_for_width_are_joined() -> None:
    """format=flowed is undone, its quotes and its signature line are not."""
    text = "Lampu jalan \nmati.\n> kutipan \n> panjang\n-- \nBudi"
    read = one(mail(text, content_type="text/plain; charset=utf-8; format=flowed"))
    assert read.full_text == "Lampu jalan mati.\n> kutipan panjang\n-- \nBudi"
    assert read.text == "Lampu jalan mati.\n> kutipan panjang"
    joined = mail("道 \n路", content_type="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert one(joined).text == "道路"


def test_ten_thousand_lines_are_ten_thousand_lines() -> None:
    """A long mail is read to its end."""
    assert one(mail("lampu mati\n" * 10_000)).text.count("lampu mati") == 10_000


def test_what_a_mail_answers_comes_nearest_first() -> None:
    """In-Reply-To, then References from the youngest: twenty of them are enough, each of them once."""
    old = " ".join(f"<r{number}@x.id>" for number in range(40))
    answers = one(mail(WORDS, "In-Reply-To: <r39@x.id>", f"References: {old}")).answers
    assert answers == tuple(f"r{number}@x.id" for number in range(39, 19, -1))


def test_a_signed_reply_address_comes_before_everything() -> None:
    """What our own signature says of the conversation counts more than what the mail program says."""
    raw = mail(WORDS, "Delivered-To: pengaduan+k.sig@dinas.example.test", "In-Reply-To: <lain@x.id>")
    signed = {"pengaduan+k.sig@dinas.example.test": "k@dinas.example.test"}
    assert one(raw, signed_id=lambda address: signed.get(address, "")).answers == ("k@dinas.example.test", "lain@x.id")
    assert one(raw).answers == ("lain@x.id",)


def boxes(number: int) -> bytes:
    """A mail whose words lie in a box in a box."""
    lids = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (box, box + 1) for box in range(number))
    return mail(lids + b"--b%d\n\n%s" % (number, WORDS.encode()), content_type="multipart/mixed; boundary=b0")


def test_words_in_many_boxes_are_found() -> None:
    """Deep nesting costs nothing, and neither does a word that looks like it; nor do mails in mails without words."""
    letters = b"Content-Type: message/rfc822\n\n" * 4 + b"Content-Type: text/plain\n\n" + WORDS.encode()
    assert one(mail(letters, content_type="message/rfc822")).text == WORDS
    assert one(boxes(200)).text == WORDS
    assert one(mail("boundary= " * 1000 + WORDS)).text.endswith(WORDS)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "mail-empty"),
        (b" \r\n\r\n ", "mail-empty"),
        (b"\x00\x01\x02\xff" * 100, "mail-no-sender"),
        (mail("a" * 42_000_000), "mail-too-large"),
        (mail("\n" * 1_600_000), "mail-too-complex"),
        (boxes(5000), "mail-too-complex"),
        (mail(b"Content-Type: message/rfc822\n\n" * 3000, content_type="message/rfc822"), "mail-too-complex"),
    ],
    ids=["nothing", "blank", "binary", "a film", "millions of lines", "thousands of boxes", "endless nesting"],
)
def test_what_is_no_mail_is_set_aside_with_a_reason(raw: bytes, reason: str) -> None:
    """What cannot be read at all is kept for a person, never a trace."""
    with pytest.raises(Undigested, match=reason):
        parse(raw)


RAWS = [
    mail(WORDS, "In-Reply-To: <a@b>", "References: <a@b> <c@d>"),
    mail(*[(made := multipart("mixed", PLAIN, PICTURE, part("message/rfc822", ATTACHED)))[0]], content_type=made[1]),
    mail("<div>Lampu <blockquote type=cite>mati</blockquote></div>", content_type="text/html; charset=utf-8"),
    mail(b"", sender="MAILER-DAEMON@x.id", subject="Undelivered", content_type=made[1]),
]


def digested(raw: bytes) -> None:
    """Whatever comes, it is read or it is Undigested, and what is read can be stored."""
    try:
        parsed = parse(raw)
    except Undigested:
        return
    for read in parsed.messages:
        assert read.external_id
        assert read.sender
        assert read.sent_at.utcoffset() is not None
        shown = (
            read.external_id,
            read.sender,
            read.sender_name,
            read.subject,
            read.text,
            read.full_text,
            *read.answers,
        )
        assert not any("\x00" in text for text in shown)
        "".join((*shown, *(file.name for file in read.files))).encode()


@given(st.binary(max_size=2000))
@example(b"From: a@b\nContent-Type: multipart/mixed; boundary*0*=x\n\n--x\n\n")
def test_any_bytes_are_read_or_set_aside(raw: bytes) -> None:
    """Nothing that can arrive raises anything but Undigested."""
    digested(raw)


@many(300)
@given(
    st.sampled_from(RAWS),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
)
def test_damaged_mails_are_read_or_set_aside(raw: bytes, wounds: list[tuple[int, int, bytes]]) -> None:
    """Mails with bytes lost, changed and added in any place are read or set aside as well."""
    for where, length, instead in wounds:
        raw = raw[:where] + instead + raw[where + length :]
    digested(raw)


@many(200)
@given(
    st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Received"]),
    st.binary(max_size=200),
)
def test_any_header_is_read_or_set_aside(name: str, value: bytes) -> None:
    """A single field with anything in it costs at most that field."""
    digested(name.encode() + b": " + value.replace(b"\n", b" ") + b"\r\n" + mail())
