"""A door's message as the clerk takes it: cleaned for the record, its words understood, before any transaction.

Owns what a message may hold: no character that a database refuses, no text beyond its column, no time ahead of now.
Refuses (``Unfit``) only what cannot be stored at all; everything else is mended and taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.kinds import meant, opening
from bot.meaning import Form, Meaning, Sort
from bot.talk import Said
from bot.vocabulary import Vocabulary
from bot.wishes import Wish, wish
from bot.words import called, core, fold_words, gist, understand
from channels.base import Attachment, Inbound
from config.schema import KindOfTicket
from inbox import counter
from inbox.numbers import normal
from inbox.secrecy import LEVELS, OPEN, stricter

_LONGEST_TEXT = 2_000_000
# What a page shows of a message; all of it stands in the full text, which is read only when somebody asks for it.
_LONGEST_SHOWN = 20_000
# What a database's whole number holds; whatever a platform declares beyond it is too large all the same.
_LARGEST_SIZE = 2**63 - 1
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARK = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:(?P<reply>re|bls|balas|balasan|jwb|aw|sv|antw)|fwd?|fw|trs|tr|terusan)"
    r"\s*(?:\[\d+\])?\s*:\s*",
    re.IGNORECASE,
)
# A contact alone makes no form: a chat leaves one with its words.
_FORM_FIELDS = {"nama", "jenis", "objek", "tempat", "isi", "petugas"}
# Who took it down, and what proves whose case it is: only our own pages say that. At a platform's door the names of
# fields are whatever somebody's telephone sends.
_OUR_FIELDS = {"petugas", "nomor", "kode"}


class Unfit(Exception):
    """The message cannot be stored: its id or its sender is missing or longer than any platform's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, cleaned and understood. ``number`` and ``code`` are those of fields of their own.

    ``opens``: the kind that its first words say it is; ``kind``: the one it names as an answer.
    """

    inbound: Inbound
    meaning: Meaning
    gist: str
    subject: str
    replies: bool
    form: Form | None
    number: str
    code: str
    answer: str
    called: str
    opens: str
    kind: str
    wish: Wish

    @property
    def name(self) -> str:
        """What the sender is called, as far as the message says."""
        by_form = self.form or self.meaning.form
        return (by_form.name if by_form else "") or self.inbound.sender_name

    @property
    def forged(self) -> bool:
        """Whether the office's own mail server contradicts the sender."""
        proof = self.inbound.proof
        return proof is not None and proof.verdict == "fail"

    @property
    def contact(self) -> str:
        """Another way to reach the sender, as it was typed."""
        return self.form.contact if self.form else one_line(self.inbound.fields.get("kontak", ""))[:320]

    def said(self, id_: int) -> Said:
        """What the dialogue is given, once the message has its row."""
        inbound = self.inbound
        return Said(
            id=id_,
            at=inbound.sent_at,
            meaning=self.meaning,
            kind=inbound.kind,
            text=inbound.text,
            gist=self.gist,
            subject=self.subject,
            replies=self.replies,
            name=self.name,
            answer=self.answer,
            called=self.called,
            opens=self.opens,
            means=self.kind,
            form=self.form,
            contact=self.contact,
            proof=bool(self.number),
            chosen=bool(inbound.choice),
            group=inbound.group,
            files=any(not file.inline for file in inbound.files),
            place=inbound.place,
            automatic=inbound.automatic,
            public=inbound.public,
            wish=stricter(self.form.secrecy if self.form else OPEN, self.wish.level),
            only_wish=self.wish.alone,
        )


def hear(
    inbound: Inbound,
    vocabulary: Vocabulary,
    codes: Collection[str],
    *,
    form: bool,
    now: datetime,
    kinds: tuple[KindOfTicket, ...] = (),
) -> Heard:
    """Clean and understand. ``codes`` are the offices'; ``form``: one of our own, where what has no number complains.

    ``kinds`` are what the office tells apart.

    Raises: Unfit.
    """
    clean = cleaned(inbound, now) if form else _theirs(cleaned(inbound, now))
    subject, replies = bare_subject(clean.subject)
    wished = _wished(clean, subject, vocabulary)
    spoken = replace(clean, text=wished.text)
    meaning = _meaning(spoken, subject, replies, vocabulary, codes)
    number = normal(clean.fields.get("nomor", "")) or ("-" if clean.fields.get("nomor") else "")
    return Heard(
        inbound=clean,
        meaning=meaning,
        gist=_gist(spoken, subject, meaning, vocabulary),
        subject=subject,
        replies=replies,
        form=None if number else _form(spoken, form),
        number=number,
        code=clean.fields.get("kode", "").strip().upper(),
        answer=(answer := core(spoken.text, vocabulary)),
        called=called(answer, vocabulary)[:200],
        opens=_opening(spoken, subject, meaning, kinds, vocabulary),
        kind=meant(clean.choice or answer, kinds, vocabulary),
        wish=wished,
    )


def _wished(inbound: Inbound, subject: str, vocabulary: Vocabulary) -> Wish:
    """What the words ask for; a mail may ask in its subject, a button in what it stands for."""
    pressed = wish(inbound.choice, vocabulary)
    said = pressed if pressed.alone else wish(inbound.text, vocabulary)
    return said._replace(level=stricter(said.level, wish(subject, vocabulary).level))


def _opening(
    inbound: Inbound, subject: str, meaning: Meaning, kinds: tuple[KindOfTicket, ...], vocabulary: Vocabulary
) -> str:
    text = meaning.rest if meaning.keyword and meaning.rest else inbound.text
    return opening(text, kinds, vocabulary) or opening(subject, kinds, vocabulary)


def cleaned(inbound: Inbound, now: datetime) -> Inbound:
    """The message with texts that every database takes and every column holds. Raises Unfit."""
    fields = {plain(name)[:48]: plain(value)[:_LONGEST_TEXT] for name, value in inbound.fields.items()}
    choice = one_line(inbound.choice)[:100]
    said = plain(inbound.text or fields.get("isi", ""))[:_LONGEST_TEXT] or choice
    full = plain(inbound.full_text)[:_LONGEST_TEXT]
    return replace(
        inbound,
        external_id=_fits(one_line(inbound.external_id), 998),
        # A bounce may come from nobody; a person has an address.
        sender=_fits(one_line(inbound.sender) or ("-" if inbound.automatic else ""), 320),
        sender_name=one_line(inbound.sender_name)[:200],
        subject=one_line(inbound.subject)[:998],
        about=one_line(inbound.about)[:998],
        text=(said or full)[:_LONGEST_SHOWN],
        full_text=full or said,
        sent_at=_past(inbound.sent_at, now),
        answers=tuple(plain(one)[:998] for one in inbound.answers),
        group=one_line(inbound.group)[:128],
        choice=choice,
        fields=fields,
        files=tuple(_named(file) for file in inbound.files),
    )


def _theirs(inbound: Inbound) -> Inbound:
    """Without what only our own pages may say; its words stand in the text as well."""
    fields = {
        name: value
        for name, value in inbound.fields.items()
        if name not in _OUR_FIELDS and not name.startswith(counter.FACT)
    }
    return replace(inbound, fields=fields)


def _named(file: Attachment) -> Attachment:
    kind = one_line(file.type)[:127] or "application/octet-stream"
    return replace(
        file,
        name=one_line(file.name)[-255:] or "berkas",
        type=kind,
        reference=plain(file.reference),
        size_bytes=min(file.size_bytes, _LARGEST_SIZE),
    )


def plain(text: str) -> str:
    """``text`` without lone surrogates and control characters; lines end in \\n."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The same on one line, without blanks around it, and without marks that turn the writing round."""
    return " ".join(_TURNING.sub("", plain(text)).split())


def bare_subject(subject: str) -> tuple[str, bool]:
    """A subject without its reply and forward marks, and whether it answers: a forwarded mail begins something."""
    bare, replies = subject, False
    while found := _MARK.match(bare):
        bare, replies = bare[found.end() :], replies or bool(found["reply"])
    return bare.strip(), replies


def _fits(text: str, most: int) -> str:
    # PostgreSQL's unique index takes about 2,700 bytes; no platform's id comes near.
    if not text or len(text) > most or len(text.encode()) > 2000:
        raise Unfit("id-or-sender")
    return text


def _past(at: datetime, now: datetime) -> datetime:
    """When it was said: never later than now, and now where the delivery tells no time (the epoch)."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(aware, now) if aware.timestamp() > 0 else now


def _meaning(inbound: Inbound, subject: str, replies: bool, vocabulary: Vocabulary, codes: Collection[str]) -> Meaning:
    """The text's meaning; a mail may say everything in its subject, and its number there."""
    if inbound.choice:
        chosen = understand(inbound.choice, vocabulary, codes)
        ours = chosen.keyword or chosen.numbers or chosen.pick or chosen.rating or chosen.sort is not Sort.SUBSTANCE
        if not ours and inbound.text != inbound.choice:
            # A menu that the office made at the platform: its values are names, its labels are what was meant.
            return understand(inbound.text, vocabulary, codes)
        return replace(chosen, rest=inbound.text if inbound.text != inbound.choice else chosen.rest)
    meaning = understand(inbound.text, vocabulary, codes)
    if not inbound.subject:
        return meaning
    title = understand(subject, vocabulary, codes)
    numbers = tuple(dict.fromkeys((*meaning.numbers, *title.numbers)))
    says_nothing = meaning.sort in {Sort.NOTHING, Sort.GREETING} and not meaning.keyword and meaning.rating is None
    speaks = title.keyword or title.form or title.sort is Sort.SUBSTANCE
    return replace(title if says_nothing and speaks and not replies else meaning, numbers=numbers)


def _gist(inbound: Inbound, subject: str, meaning: Meaning, vocabulary: Vocabulary) -> str:
    """What stands in a list: a subject that says something, else the first words, else that there are none."""
    form = meaning.form
    words = form.text if form else meaning.rest if meaning.keyword and meaning.rest else inbound.text
    telling = fold_words(subject) - vocabulary.plain_subjects - vocabulary.polite - set(vocabulary.keywords)
    if len(telling) >= 2 and not (form or meaning.keyword):
        return gist(subject, vocabulary)
    return gist(words, vocabulary) or gist(subject, vocabulary) or vocabulary.wordless


def _form(inbound: Inbound, form: bool) -> Form | None:
    fields: Mapping[str, str] = inbound.fields
    if not (form or _FORM_FIELDS & set(fields)):
        return None
    return Form(
        text=inbound.text,
        name=one_line(fields.get("nama", ""))[:200],
        place=one_line(fields.get("tempat", ""))[:300],
        object=one_line(fields.get("objek", ""))[:300],
        kind=one_line(fields.get("jenis", ""))[:48],
        contact=one_line(fields.get("kontak", ""))[:320],
        officer=one_line(fields.get("petugas", ""))[:64],
        secrecy=LEVELS.get(fields.get("rahasia", "").strip().lower(), OPEN),
    )
