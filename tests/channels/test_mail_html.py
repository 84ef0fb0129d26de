"""HTML mail: read as its reader sees it, without what the mail program itself marked as quoted or as a signature."""

from __future__ import annotations

import time

import pytest

from channels.mail_parse import parse
from tests.channels.mails import mail, multipart, part

HTML: dict[str, tuple[str, str]] = {
    "paragraphs": ("<html><body><p>Satu</p><p>Dua &amp; tiga&nbsp;</p></body></html>", "Satu\n\nDua & tiga"),
    "what nobody sees": (
        """<head><title>x</title><style>p{}</style></head><script>y()</script><!-- z --><p>Lampu mati</p>
        <div style='display:none'>z</div>""",
        "Lampu mati",
    ),
    "a list": ("<ul><li>lampu</li><li>jalan</li></ul>", "* lampu\n* jalan"),
    "a table": (
        "<table><tr><td>Nama</td><td>Budi</td></tr><tr><td>RT</td><td>04</td></tr></table>",
        "Nama  Budi\nRT    04",
    ),
    "broken tags": ("<p>Lampu <b>mati<p>Jalan <i>rusak</b>", "Lampu mati\n\nJalan rusak"),
    "gmail": (
        """<div dir="ltr">Sudah, terima kasih.</div><br><div class="gmail_quote gmail_quote_container">
        <div dir="ltr" class="gmail_attr">Pada Sen, 23 Nov 2026 pukul 09.15 Dinas
        &lt;<a href="mailto:a@b.id">a@b.id</a>&gt; menulis:<br></div>
        <blockquote class="gmail_quote" style="border-left:1px solid #ccc">Aduan diterima.<br>Salam
        </blockquote></div>""",
        "Sudah, terima kasih.",
    ),
    "gmail, answered below": (
        """<div class="gmail_quote">Pada Sen, 23 Nov 2026 pukul 09.15 Dinas &lt;a@b.id&gt; menulis:<br>
        <blockquote class="gmail_quote">Aduan diterima.</blockquote></div><div>Sudah, terima kasih.</div>""",
        "Sudah, terima kasih.",
    ),
    "gmail, forwarded": (
        """<div>Mohon dibantu</div><div class="gmail_quote"><div
        class="gmail_attr">---------- Forwarded message ---------<br>
        Dari: Siti &lt;siti@b.id&gt;<br></div>Air mati.</div>""",
        "Mohon dibantu\n---------- Forwarded message ---------\nDari: Siti <siti@b.id>\nAir mati.",
    ),
    "gmail, indented own words": (
        """<div>Usul:</div>
        <blockquote style="margin:0 0 0 40px;border:none;padding:0px">lampu baru</blockquote>""",
        "Usul:\nlampu baru",
    ),
    "gmail, signed": (
        """<div>Lampu mati.</div><span class="gmail_signature_prefix">-- </span><br>
        <div class="gmail_signature">Budi<br>RT 04</div>""",
        "Lampu mati.",
    ),
    "gmail, everything typed into the signature": (
        '<div class="gmail_signature">Lampu mati di depan rumah.</div>',
        "Lampu mati di depan rumah.",
    ),
    "everything but the greeting typed into the signature": (
        """<div>Yth. Bapak</div><div id="Signature">Lampu mati di depan rumah sejak Senin, mohon diperbaiki.</div>""",
        "Yth. Bapak\nLampu mati di depan rumah sejak Senin, mohon diperbaiki.",
    ),
    "outlook": (
        """<div>Sudah.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Dari:</b> Dinas
        &lt;a@b.id&gt;<br><b>Dikirim:</b> Senin, 23 November 2026 09.15<br>
        <b>Kepada:</b> Budi<br><b>Subjek:</b> Aduan</div>
        <div>Diterima.</div>""",
        "Sudah.",
    ),
    "outlook for phones": (
        """<div>Sudah.</div><div id="ms-outlook-mobile-signature">Dapatkan <a href="https://aka.ms/x">Outlook untuk
        Android</a></div>""",
        "Sudah.",
    ),
    "word": (
        """<div class=WordSection1><p class=MsoNormal>Sudah.<o:p></o:p></p>
        <div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Dinas &lt;a@b.id&gt;<br>
        <b>Sent:</b> Monday 9:15 AM<br><b>To:</b> Budi</p></div><p>Diterima.</p></div>""",
        "Sudah.",
    ),
    "yahoo": (
        """<div>Sudah.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>Pada Senin, 23 November 2026
        09.15.22 WIB, Dinas &lt;a@b.id&gt; menulis:</div><div>Diterima.</div></div>""",
        "Sudah.",
    ),
    "apple": (
        """<div>Sudah.</div><div><blockquote type="cite"><div>Pada 23 Nov 2026, pukul 09.15, Dinas
        &lt;a@b.id&gt; menulis:</div><div>Diterima.</div></blockquote></div>""",
        "Sudah.",
    ),
    "thunderbird": (
        """<p>Sudah.</p><div class="moz-cite-prefix">Pada 23/11/2026 09.15, Dinas menulis:<br></div>
        <blockquote type="cite"><p>Diterima.</p></blockquote><pre class="moz-signature">-- \nBudi</pre>""",
        "Sudah.",
    ),
    "proton": (
        """<div>Sudah.</div><div class="protonmail_quote">Pada Senin, 23 November 2026 pukul 09.15, Dinas &lt;a@b.id&gt;
        menulis:<br><blockquote class="protonmail_quote" type="cite">Diterima.</blockquote></div>""",
        "Sudah.",
    ),
    "answers between quotes": (
        """<blockquote type="cite">Di mana?</blockquote>Jl. Melati
        <blockquote type="cite">Sejak kapan?</blockquote>Senin""",
        "> Di mana?\nJl. Melati\n\n> Sejak kapan?\nSenin",
    ),
    "nothing but a quote": ('<blockquote type="cite">Diterima.</blockquote>', "> Diterima."),
    "quotes in quotes": (
        '<p>Sudah.</p><blockquote type="cite">Dua<blockquote type="cite">Satu</blockquote></blockquote>',
        "Sudah.",
    ),
}


@pytest.mark.parametrize(("html", "text"), HTML.values(), ids=HTML.keys())
def test_html_is_read_as_its_reader_sees_it(html: str, text: str) -> None:
    """HTML becomes plain text, without the quotes and signatures that the mail program marked."""
    raw = mail(html, "In-Reply-To: <lain@dinas.example.test>", content_type="text/html; charset=utf-8")
    assert parse(raw).messages[0].text == text


def test_everything_stays_in_the_full_text() -> None:
    """What the display leaves out is still there."""
    full = parse(mail(HTML["thunderbird"][0], content_type="text/html")).messages[0].full_text
    assert full.startswith("Sudah.")
    assert "> Diterima." in full
    assert full.endswith("Budi")


def test_a_page_names_its_charset_inside() -> None:
    """A page that only says its charset in a meta tag is believed."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>дорога</p>'
    assert parse(mail(page.encode("koi8-r"), content_type="text/html")).messages[0].text == "дорога"


LARGE = {
    "a picture inside the page": '<p>Lampu</p><img src="data:image/png;base64,' + "A" * 1_500_000 + '"><p>mati</p>',
    "a style sheet larger than the words": f"<style>{'a{b:c}' * 250_000}</style><p>Lampu</p><p>mati</p>",
    "boxes in boxes": "<div>" * 3_000 + "Lampu" + "</div>" * 3_000 + "<p>mati</p>",
    "fonts in fonts": "<font>" * 400 + "Lampu" + "</font>" * 400 + "<p>mati</p>",
    "very many elements": "<i></i>" * 20_000 + "<p>Lampu</p><style>x</style><p>mati</p><!-- z -->",
    "very many cells": "<table><tr><td>Lampu</td></tr></table>" + "<table><tr><td></table>" * 20_000 + "mati",
}


@pytest.mark.parametrize("html", LARGE.values(), ids=LARGE.keys())
def test_large_pages_lose_no_words(html: str) -> None:
    """A page too large or too deep to lay out is read all the same, to its end, a line for each paragraph."""
    assert parse(mail(html, content_type="text/html")).messages[0].text.split() == ["Lampu", "mati"]


def test_a_large_page_is_read_line_by_line() -> None:
    """Where a page is not laid out, its paragraphs are still lines, and a quote in an answer still goes."""
    html = "<i></i>" * 20_000 + (
        "<p>Sudah, <b>terima</b> kasih &amp; salam.</p>Pada Sen, 23 Nov 2026 pukul 09.15 Dinas &lt;a@b.id&gt; menulis:"
        "<br><blockquote type=cite>Diterima.</blockquote>"
    )
    raw = mail(html, "In-Reply-To: <lain@dinas.example.test>", content_type="text/html")
    assert parse(raw).messages[0].text == "Sudah, terima kasih & salam."


HOSTILE = {
    "paragraphs": "<p>a" * 100_000,
    "beginnings of comments and styles": "<!--<style><script" * 20_000,
    "pages in parts": "<p>a</p>" * 9_000,
    "nested boxes": "<div>" * 20_000,
    "nested quotes": "<blockquote type=cite>" * 5_000 + "x",
    "nested tables": "<table><tr><td>" * 3_000,
    "one wide cell over many rows": f"<table><tr><td>{'a' * 20_000}<td>b" + "<tr><td>a<td>b" * 3_000,
    "brackets": "<" * 50_000,
    "comments": "<!--" * 20_000,
    "attributes": "<a " + 'x="1" ' * 15_000 + ">",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_cost_little(html: str) -> None:
    """A page made for the worst case is read within two seconds."""
    began = time.process_time()
    parse(mail(*[(made := multipart("mixed", *[part("text/html", html)] * 4))[0]], content_type=made[1]))
    assert time.process_time() - began < 2
