"""Which files a form takes, told by their content and never by their name or by what the browser says.

Pictures, PDF, office documents, sound, video and plain text. Everything else (archives, programs, web pages, SVG) is
refused: an officer opens what comes in.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import filetype

HEAD_BYTES = 8192

_DOCUMENTS = {
    "application/pdf",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
_OLE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
_TEXT = {"txt": "text/plain", "csv": "text/csv"}
# ISO base media files name their kind after "ftyp" (ISO/IEC 14496-12, 4.3); phones write many brands.
_BRANDS = {
    b"hei": "image/heic",
    b"mif": "image/heif",
    b"avi": "image/avif",
    b"M4A": "audio/mp4",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp2",
    b"qt ": "video/quicktime",
}


def kind_of(head: bytes, name: str) -> str:
    """The media type of a file that begins with ``head`` (up to ``HEAD_BYTES``), or "" where it is not taken.

    ``name`` only tells apart what the content cannot: Word from Excel of old, text from a table.
    """
    ending = name.rpartition(".")[2].lower()
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:11], "video/mp4")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE.get(ending, "")
    found = filetype.guess(head)
    if found is None:
        return _TEXT.get(ending, "") if _is_text(head) else ""
    media = str(found.mime)
    return media if media in _DOCUMENTS or media.startswith(("image/", "audio/", "video/")) else ""


def _is_text(head: bytes) -> bool:
    """No control character that text does not have, and readable as UTF-8 (its last letter may be cut)."""
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True


def clean_name(name: str, longest: int = 120) -> str:
    """A file's bare name without folders and control characters; its ending survives shortening."""
    bare = PurePosixPath(PureWindowsPath(name).name).name
    kept = "".join(char for char in bare if unicodedata.category(char)[0] != "C").strip(" .") or "berkas"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= longest or not dot or len(ending) > 10:
        return kept[:longest]
    return f"{stem[: longest - len(ending) - 1]}.{ending}"
