"""The process that covers words in a PDF: its pages drawn anew as pictures, with black where the words stood.

What is under a cover is not in the new file at all: no text, no layers, no attachments, no comments, no form fields.
A page on which no text can be read (a scan) is covered whole, for nobody can look for words on it. Started by
``inbox.covering`` and by nobody else; it imports nothing of the record.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from inbox import answering

MOST_PAGES = 40
_DOTS_PER_INCH, _POINTS_PER_INCH = 150, 72
_MARGIN_POINTS = 1.5
_MOST_PIXELS = 12_000_000
_SHORTEST_TEXT = 3


def covered(content: bytes, words: Sequence[str]) -> tuple[bytes, int, int]:
    """The new PDF, how many places were covered, and how many pages whole.

    Raises: ValueError for one of too many pages or too large ones, and whatever PDFium says of one it cannot read.
    """
    document = pypdfium2.PdfDocument(content)
    if not 0 < len(document) <= MOST_PAGES:
        raise ValueError("too many pages")
    pattern, pictures, places, whole = _pattern(words), list[Image.Image](), 0, 0
    for page in document:
        picture, found, read = _page(page, pattern)
        pictures.append(picture)
        places, whole = places + found, whole + (not read)
    out = io.BytesIO()
    first, *others = pictures
    first.save(out, "PDF", save_all=True, append_images=others, resolution=_DOTS_PER_INCH, quality=80)
    return out.getvalue(), places, whole


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Each of the words, however it is broken over lines and whichever case it has."""
    broken = r"[\s\u00ad\u0002-]*"
    return re.compile("|".join(broken.join(re.escape(sign) for sign in "".join(one.split())) for one in words), re.I)


def _page(page: pypdfium2.PdfPage, pattern: re.Pattern[str]) -> tuple[Image.Image, int, bool]:
    """The page's picture, the places covered in it, and whether text could be read on it."""
    turned = page.get_rotation()
    page.set_rotation(0)  # PDFium reads the lines of a turned page in another order
    picture, found, read = _upright(page, pattern)
    return picture.rotate(-turned, expand=True) if turned else picture, found, read


def _upright(page: pypdfium2.PdfPage, pattern: re.Pattern[str]) -> tuple[Image.Image, int, bool]:
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    if width * height * scale**2 > _MOST_PIXELS:
        raise ValueError("page too large")
    text = page.get_textpage()
    signs = "".join(chr(pdfium.FPDFText_GetUnicode(text, at)) for at in range(text.count_chars()))
    bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=False)
    picture, place = bitmap.to_pil().convert("RGB"), bitmap.get_posconv(page)
    draw = ImageDraw.Draw(picture)
    if len("".join(signs.split())) < _SHORTEST_TEXT:
        draw.rectangle((0, 0, *picture.size), fill="black")
        return picture, 0, False
    found = 0
    for match in pattern.finditer(signs):
        found += 1
        for left, bottom, right, top in _boxes(text, match.start(), match.end() - match.start()):
            corners = (left - _MARGIN_POINTS, bottom - _MARGIN_POINTS), (right + _MARGIN_POINTS, top + _MARGIN_POINTS)
            (x1, y1), (x2, y2) = (place.to_bitmap(*one) for one in corners)
            draw.rectangle((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), fill="black")
    return picture, found, True


def _boxes(text: pypdfium2.PdfTextPage, start: int, count: int) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right, top of what these signs cover, in points of the page."""
    many = text.count_rects(start, count)
    yield from (text.get_rect(nth) for nth in range(many))


def _asked(request: bytes) -> bytes:
    """A path and words, as JSON; answered by a line of two numbers, and the file."""
    said = json.loads(request)
    made, places, whole = covered(Path(said["path"]).read_bytes(), said["words"])
    return json.dumps([places, whole]).encode() + b"\n" + made


if __name__ == "__main__":
    answering.main(_asked)
