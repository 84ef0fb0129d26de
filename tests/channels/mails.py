"""Mails for the tests, written as real programs write them; nobody in them exists."""

from __future__ import annotations

OFFICE = "pengaduan@dinas.example.test"
CITIZEN = "budi@warga.example.test"
WORDS = "Lampu jalan di Jl. Melati mati sejak Senin."


def mail(
    body: str | bytes = WORDS,
    *fields: str | bytes,
    sender: str = f"Budi Santoso <{CITIZEN}>",
    subject: str = "Lampu mati",
    message_id: str = "<satu@warga.example.test>",
    date: str = "Mon, 23 Nov 2026 09:15:00 +0700",
    content_type: str = "text/plain; charset=utf-8",
) -> bytes:
    """A mail to the office. ``fields`` are further header lines; an empty argument leaves its field out."""
    named = {
        "From": sender,
        "To": OFFICE,
        "Subject": subject,
        "Message-ID": message_id,
        "Date": date,
        "Content-Type": content_type,
    }
    lines = [f"{name}: {value}".encode() for name, value in named.items() if value]
    lines += [field.encode() if isinstance(field, str) else field for field in fields]
    content = body.encode() if isinstance(body, str) else body
    return b"\r\n".join([*lines, b"", content.replace(b"\n", b"\r\n")])


def multipart(kind: str, *parts: bytes, boundary: str = "=_batas", closed: bool = True) -> tuple[bytes, str]:
    """The body and the Content-Type of a multipart of parts that bring their own header."""
    body = b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts)
    return body + (b"--" + boundary.encode() + b"--\n" if closed else b""), f'multipart/{kind}; boundary="{boundary}"'


def part(content_type: str, body: str | bytes, *fields: str) -> bytes:
    """One part of a multipart."""
    content = body.encode() if isinstance(body, str) else body
    return "\n".join([f"Content-Type: {content_type}", *fields]).encode() + b"\n\n" + content


def nested(kind: str, *parts: bytes, boundary: str) -> bytes:
    """A multipart as a part of another."""
    body, content_type = multipart(kind, *parts, boundary=boundary)
    return part(content_type, body)
