"""What a citizen's words can amount to: keywords, sorts of talk, and everything recognised in one message.

Values only; ``bot/words.py`` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from inbox.secrecy import OPEN


class Keyword(StrEnum):
    """What a citizen can ask of the clerk by one word; the values are the keys of ``clerk.yaml``."""

    HELP = "bantuan"
    START = "start"
    RESUME = "mulai"
    STOP = "stop"
    CHECK = "cek"
    NEW = "baru"
    ADD = "tambah"
    DONE = "selesai"
    NOT_YET = "belum"
    CANCEL = "batal"
    CODE = "kode"
    SKIP = "lewati"
    UNITE = "gabung"
    DATA = "data"
    ERASE = "hapus"
    CORRECT = "koreksi"
    SHOW = "terbuka"


class Sort(StrEnum):
    """What the words amount to where no keyword rules: ``nothing`` has no letter or digit (an emoji, "?")."""

    SUBSTANCE = "substance"
    GREETING = "greeting"
    NOD = "nod"
    THANKS = "thanks"
    DIGITS = "digits"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Form:
    """The old SMS form ``ADUAN#nama#alamat#isi``, or a web form's fields; what is missing is empty.

    ``officer``: the login of the officer who wrote it down for the citizen. ``secrecy``: how secret that citizen
    wants to be (``inbox.secrecy``).
    """

    text: str
    name: str = ""
    place: str = ""
    object: str = ""
    kind: str = ""
    contact: str = ""
    officer: str = ""
    secrecy: str = OPEN


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was recognised.

    Attributes:
        rest: the free words that come with a keyword.
        numbers: ticket numbers in the text, canonical, in order.
        code: something that looks like a ticket's code, where one may stand.
        rating: 1 to 5; ``rated`` says that it can mean nothing else ("bintang 5").
        pick: the message is one small number.
        words: how many there are; ``unknown`` those that carry a meaning of their own.
    """

    sort: Sort = Sort.NOTHING
    keyword: Keyword | None = None
    rest: str = field(default="", repr=False)
    numbers: tuple[str, ...] = ()
    code: str = field(default="", repr=False)
    form: Form | None = field(default=None, repr=False)
    rating: int | None = None
    rated: bool = False
    pick: int | None = None
    question: bool = False
    asks_status: bool = False
    words: int = 0
    unknown: int = 0
