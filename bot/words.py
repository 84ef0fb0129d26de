"""Recognises what a citizen's few words mean: keywords, greetings, thanks, ratings, ticket numbers.

Owns recognition alone: it knows no ticket and decides nothing. The words themselves are people's and stand in
``templates/clerk.yaml``. Case, spacing, doubled letters and punctuation never matter; a keyword of five letters or
more that stands alone may have one letter wrong, a keyword that opens a sentence must be exact ("tambal jalan" is no
TAMBAH). Only the beginning of a long text is looked at, so that no message costs more than another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence

from bot.keywords import keyword as find_keyword
from bot.keywords import named, place_of
from bot.meaning import Form, Keyword, Meaning, Sort
from bot.ratings import rating as find_rating
from bot.tokens import Token, tokens_of, visible
from bot.vocabulary import Vocabulary, fold
from inbox.numbers import ALPHABET, normal

_LOOK = 4000
_FEW = 4
_CHANCE = 6
_LONGEST_NAME = 6
_NUMBER = re.compile(r"(?<![^\W_])[A-Za-z]{3}[\W_]{0,3}\d{2}(?:[\W_]{0,3}\d{6}|[\W_]{1,3}\d{1,6})(?!\d)")
_CODE = re.compile(f"[{ALPHABET}]{{6}}")
_FORM = re.compile(r"\W*([^\W_]+)\s*[:\s]?([^#]{0,200})#(.*)", re.DOTALL)


def understand(text: str, vocabulary: Vocabulary, codes: Collection[str]) -> Meaning:
    """What ``text`` means. ``codes`` are the offices' (``BLT``): other three letters begin no ticket number."""
    plain = visible(text[:_LOOK])
    return _Reader(plain, vocabulary, codes).meaning()


def gist(text: str, vocabulary: Vocabulary, longest: int = 200) -> str:
    """The first words of a complaint on one line, without the greeting before it."""
    plain = " ".join(visible(text[:_LOOK]).split())
    tokens = tokens_of(plain)
    lead = [token.text in vocabulary.greetings or token.text in vocabulary.fillers for token in tokens]
    first = lead.index(False) if False in lead else 0
    if any(token.text in vocabulary.greetings for token in tokens[:first]):
        plain = plain[tokens[first].start :]
    return plain[:1].upper() + plain[1:longest] if len(plain) <= longest else _cut(plain, longest)


def sameness(text: str) -> str:
    """Equal for texts of the same words in the same order, however they are written; empty for a few words, which many
    people use by chance.
    """
    words = [token.text for token in tokens_of(visible(text[:_LOOK]))]
    if len(words) < _CHANCE:
        return ""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def core(text: str, vocabulary: Vocabulary) -> str:
    """What a short letter says, on one line: its paragraphs but for greeting and goodbye; all of it if none is left."""
    plain = visible(text[:_LOOK])
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", plain)]
    saying = [part for part in parts if part and not _is_courtesy(part, vocabulary)]
    return " ".join(saying) or " ".join(plain.split())


def _is_courtesy(paragraph: str, vocabulary: Vocabulary) -> bool:
    words = [token.text for token in tokens_of(paragraph)]
    closes = bool(words) and words[0] in vocabulary.closings and len(words) <= 8
    return closes or all(word in vocabulary.polite for word in words)


def called(text: str, vocabulary: Vocabulary) -> str:
    """A name without "nama saya" before it; empty where the words are no name, but say something."""
    plain = " ".join(visible(text[:_LOOK]).split())
    tokens = tokens_of(plain)
    first = next((place for place, token in enumerate(tokens) if token.text not in vocabulary.introductions), 0)
    own = tokens[first:]
    if not own or len(own) > _LONGEST_NAME or any(token.text in vocabulary.never_in_names for token in own):
        return ""
    return plain[own[0].start :]


def fold_words(text: str) -> set[str]:
    """The folded words of a text."""
    return {token.text for token in tokens_of(visible(text[:_LOOK]))}


def _cut(text: str, longest: int) -> str:
    head = text[: longest - 1].rpartition(" ")[0] or text[: longest - 1]
    return head[:1].upper() + head[1:] + "…"


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str, vocabulary: Vocabulary, codes: Collection[str]) -> None:
        self.text, self.vocabulary = text, vocabulary
        self.found = [one for one in _NUMBER.finditer(text) if normal(one[0])[:3] in codes]
        self.bare = text
        for one in self.found:
            self.bare = self.bare[: one.start()] + " " * len(one[0]) + self.bare[one.end() :]
        self.tokens = tokens_of(self.bare)
        self.code = self._code()
        if self.code:
            self.bare = re.sub(rf"(?i)(?<!\w){self.code}(?!\w)", " " * len(self.code), self.bare, count=1)
            self.tokens = tokens_of(self.bare)
        self.words = [token.text for token in self.tokens]

    def meaning(self) -> Meaning:
        keyword, rest = find_keyword(self.bare, self.tokens, self.vocabulary, numbered=bool(self.found))
        rating, rated = find_rating(self.bare.strip(), self.vocabulary)
        asks = self._asks_status()
        if keyword is Keyword.DONE and asks:
            keyword = None
        return Meaning(
            sort=self._sort(),
            keyword=keyword,
            rest=rest,
            numbers=tuple(dict.fromkeys(normal(one[0]) for one in self.found)),
            code=self.code,
            form=self._form(),
            rating=rating,
            rated=rated,
            pick=self._pick(),
            question=self._question(),
            asks_status=asks,
            words=len(self.words),
            unknown=len(self._unknown()),
        )

    def _code(self) -> str:
        """What may be a ticket's code: right behind a number, or in a message of very few words."""
        if self.found:
            return self._code_behind(self.found[0].end())
        few = self.tokens if len(self.tokens) <= 4 else ()
        candidates = (self._as_code(self._own(token), sure=len(few) == 1) for token in few)
        return next(filter(None, candidates), "")

    def _code_behind(self, place: int) -> str:
        """The word behind a number: "BLT-26-000123 sampah menumpuk" holds no code, though it could be spelt as one."""
        following = [token for token in self.tokens if token.start >= place]
        said = [token for token in following if token.text not in self.vocabulary.code_words]
        if not said:
            return ""
        word = self._own(said[0])
        introduced = following[0] is not said[0]
        return self._as_code(word, sure=introduced or len(following) <= 2 or word.isupper() != self.bare.isupper())

    def _own(self, token: Token) -> str:
        """A word as it was written."""
        return self.bare[token.start : token.end]

    def _as_code(self, word: str, *, sure: bool) -> str:
        upper = word.upper()
        if not _CODE.fullmatch(upper) or fold(word) in self.vocabulary.known:
            return ""
        keyword = named(fold(word), self.vocabulary, fuzzy=True)
        return upper if any(letter.isdigit() for letter in upper) or (sure and not keyword) else ""

    def _form(self) -> Form | None:
        """``ADUAN#nama#alamat#isi`` with missing parts, spaces, or more marks than it should have."""
        found = _FORM.match(self.text)
        if not found or fold(found[1]) not in self.vocabulary.form or (found[2].strip() and "#" not in found[3]):
            return None
        parts = [part.strip() for part in (found[2] + "#" + found[3] if found[2].strip() else found[3]).split("#")]
        match parts:
            case [text]:
                form = Form(text)
            case [name, text]:
                form = Form(text, name=name)
            case [name, place, *text]:
                form = Form(" # ".join(part for part in text if part), name=name, place=place)
            case _:
                return None
        return form if form.text else Form(" ".join(part for part in parts if part))

    def _pick(self) -> int | None:
        """One small number and nothing else: "2", "2.", "no 2", "dua", "pilih nomor 2"."""
        said = [word for word in self.words if word not in self.vocabulary.pick_words]
        if len(said) != 1 or len(self.words) > _FEW:
            return None
        word = said[0]
        small = word.isascii() and word.isdigit() and len(word) <= 2
        return int(word) if small else self.vocabulary.digits.get(word)

    def _question(self) -> bool:
        opens = next((word for word in self.words if word not in self.vocabulary.fillers), "")
        return self.text.rstrip().endswith("?") or opens in self.vocabulary.questions

    def _asks_status(self) -> bool:
        if not self.words or len(self.words) > 15:
            return False
        text = f" {' '.join(self.words)}"
        if any(f" {phrase}" in text for phrase in self.vocabulary.status_questions):
            return True
        kinds = [named(word, self.vocabulary) for word in self.words]
        done = kinds.index(Keyword.DONE) if Keyword.DONE in kinds else len(kinds)
        return Keyword.NOT_YET in kinds[done:]

    def _sort(self) -> Sort:
        vocabulary, words = self.vocabulary, self.words
        if not words:
            return Sort.NOTHING
        if all(word.isdigit() for word in words):
            return Sort.DIGITS
        if all(word in vocabulary.polite for word in words):
            greeted = any(place_of(words, phrase) is not None for phrase in vocabulary.greeting_phrases)
            if any(word in vocabulary.thanks for word in words) and not greeted:
                return Sort.THANKS if not self.text.rstrip().endswith("?") else Sort.GREETING
            chat = {word for word in words if word not in vocabulary.fillers or word in vocabulary.nods}
            return Sort.NOD if chat & vocabulary.nods and not chat - vocabulary.nods else Sort.GREETING
        return Sort.SUBSTANCE if _says_something(self._unknown()) else Sort.GREETING

    def _unknown(self) -> list[str]:
        return [word for word in self.words if word not in self.vocabulary.polite and not word.isdigit()]


def _says_something(words: Sequence[str]) -> bool:
    return len(words) > 1 or any(len(word) >= 5 or not word.isascii() for word in words)
