"""What citizens send by mail and by the form, each from an address of its own."""

from __future__ import annotations

import base64
import json
import random

from channels.base import Inbound
from tests.bench.hooks import NOW, TEXT


def mail(number: int) -> bytes:
    """A short complaint by e-mail, each from an address of its own."""
    return (
        f"From: Warga {number} <warga{number}@example.org>\r\nTo: pengaduan@blitar.example.go.id\r\n"
        f"Subject: Jalan rusak di RT {number}\r\nMessage-ID: <bench-{number}@example.org>\r\n"
        "Date: Mon, 23 Nov 2026 09:15:00 +0700\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Yth. petugas,\r\n\r\n{TEXT}.\r\n"
    ).encode()


def letter(number: int) -> bytes:
    """One as people send them from a telephone: said twice, with what it answers below, and a photograph of 60 kB."""
    photo = base64.encodebytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.Random(number).randbytes(60_000)).decode()
    quoted = "".join(f"> baris {line} dari surat sebelumnya\n" for line in range(20))
    head, _, words = mail(number).decode().replace("\r\n", "\n").partition("Content-Type: ")
    words = words.partition("\n\n")[2]
    parts = (
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\nPada Senin, petugas menulis:\n{quoted}",
        f"Content-Type: text/html; charset=utf-8\n\n<p>{words}</p>",
    )
    both = "".join(f"--yy\n{part}\n" for part in parts)
    return (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=xx\n\n"
        f"--xx\nContent-Type: multipart/alternative; boundary=yy\n\n{both}--yy--\n"
        f"--xx\nContent-Type: image/jpeg; name=foto.jpg\nContent-Transfer-Encoding: base64\n\n{photo}\n--xx--\n"
    ).replace("\n", "\r\n").encode()  # fmt: skip


def form(number: int) -> Inbound:
    """The same complaint by the web form."""
    raw = json.dumps({"isi": TEXT, "nomor": number}).encode()
    fields = {"nama": f"Warga {number}", "objek": "Jalan", "tempat": f"RT {number}", "jenis": "pengaduan"}
    return Inbound(f"form-{number}", f"w{number:021d}", NOW, text=TEXT, full_text=TEXT, fields=fields, raw=raw)
