"""Finds the keyword of a message: a command with its sign, a word that stands alone, one that opens a sentence.

Alone means that nothing else of meaning stands beside it; then a letter may be wrong. As the opening of a sentence
only BARU, TAMBAH, BELUM, BATAL, GABUNG and KOREKSI count, exactly written, and not before the words that make them
ordinary ("baru saja", "tambah parah").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.meaning import Keyword
from bot.tokens import Token, tokens_of
from bot.vocabulary import Vocabulary, fold

_COMMAND = re.compile(r"\s*[/#]\s*([^\W_]+)(?:@\w{1,64})?")
_CONTACT = re.compile(r"[+(]?\d|\S+@\S")
_FEW = 3
_ENDING = {Keyword.DONE, Keyword.NOT_YET, Keyword.CANCEL, Keyword.STOP}


def keyword(
    text: str, tokens: Sequence[Token], vocabulary: Vocabulary, *, numbered: bool
) -> tuple[Keyword | None, str]:
    """The keyword in ``text`` and the citizen's own words behind it.

    ``text`` has blanks where a ticket number (``numbered``) and a code stood; ``tokens`` are its words. A number by
    itself asks how it stands.
    """
    return _Finder(text, tokens, vocabulary, numbered).find()


def named(word: str, vocabulary: Vocabulary, *, fuzzy: bool = False) -> Keyword | None:
    """The keyword that a folded word is; ``fuzzy`` forgives one letter in a long one."""
    name = vocabulary.keywords.get(word)
    if name is None and fuzzy and len(word) >= 4 and word not in vocabulary.known:
        name = next((found for known, found in vocabulary.long_keywords if _near(word, known)), None)
    return Keyword(name) if name else None


class _Finder:
    def __init__(self, text: str, tokens: Sequence[Token], vocabulary: Vocabulary, numbered: bool) -> None:
        self.text, self.tokens, self.vocabulary, self.numbered = text, tokens, vocabulary, numbered
        self.words = [token.text for token in self.tokens]

    def find(self) -> tuple[Keyword | None, str]:
        """The keyword and what follows it: a command with its sign, a word that stands alone, one that opens."""
        command = _COMMAND.match(self.text)
        if command and (word := named(fold(command[1]), self.vocabulary, fuzzy=True)):
            return word, self._after(command.end())
        if word := self._alone(self.tokens):
            return word, ""
        return self._first_line() or self._opening() or (self._number_alone(), "")

    def _number_alone(self) -> Keyword | None:
        alone = self.numbered and all(word in self.vocabulary.fillers for word in self.words)
        return Keyword.CHECK if alone else None

    def _alone(self, tokens: Sequence[Token]) -> Keyword | None:
        """The keyword where the words hold nothing else of meaning."""
        words = [token.text for token in tokens]
        if len(words) > 12:
            return None
        if phrase := self._phrase(words):
            return phrase
        left = [word for word in words if not self._accompanies(word)]
        kinds: list[Keyword] = []
        for word in left:
            kind = named(word, self.vocabulary, fuzzy=len(left) <= _FEW)
            if kind is None:
                return self._alone_with_thanks(words)
            kinds += [kind] if kind not in kinds else []
        if not kinds:
            return None
        if len(kinds) == 1 or kinds[0] is Keyword.CHECK:
            return kinds[0]
        return Keyword.NOT_YET if kinds == [Keyword.NOT_YET, Keyword.DONE] else None

    def _accompanies(self, word: str) -> bool:
        polite = word in self.vocabulary.fillers or word in self.vocabulary.greetings
        return polite and named(word, self.vocabulary) is None

    def _alone_with_thanks(self, words: Sequence[str]) -> Keyword | None:
        """ "Sudah selesai, terima kasih infonya": thanks, praise and a mark may stand beside the words of an end."""
        polite = self.vocabulary.courteous
        kinds = [named(word, self.vocabulary) for word in words]
        free = [
            word
            for word, kind in zip(words, kinds, strict=True)
            if kind not in _ENDING and word not in polite and word not in {"1", "2", "3", "4", "5"}
        ]
        found = list(dict.fromkeys(kind for kind in kinds if kind in _ENDING))
        return found[0] if not free and found and self.words == list(words) else None

    def _phrase(self, words: Sequence[str]) -> Keyword | None:
        for name, phrases in self.vocabulary.phrases.items():
            if any(phrase[0] in words and self._is_phrase(words, phrase) for phrase in phrases):
                return Keyword(name)
        return None

    def _is_phrase(self, words: Sequence[str], phrase: Sequence[str]) -> bool:
        place = place_of(words, phrase)
        if place is None:
            return False
        others = (*words[:place], *words[place + len(phrase) :])
        return all(word in self.vocabulary.fillers for word in others)

    def _first_line(self) -> tuple[Keyword, str] | None:
        """A mail's answer: the keyword is the first line, then a word of goodbye and a name."""
        first, _, rest = self.text.strip().partition("\n")
        if not rest.strip() or len(tokens_of(rest)) > 10:
            return None
        word = self._alone(tokens_of(first))
        return (word, rest.strip()) if word else None

    def _opening(self) -> tuple[Keyword, str] | None:
        """BARU, TAMBAH, BELUM and BATAL with words of the citizen's own behind them."""
        vocabulary = self.vocabulary
        for place, token in enumerate(self.tokens[:4]):
            word = named(token.text, self.vocabulary) or (Keyword.NOT_YET if token.text in vocabulary.still else None)
            follower = self.words[place + 1] if len(self.words) > place + 1 else ""
            if word is Keyword.UNITE:
                return (word, self._after(token.end)) if self._names_contact(token.end) else None
            if word and (place == 0 or word is Keyword.NOT_YET or self._is_new_complaint(place)):
                return (word, self._after(token.end)) if self._may_open(word, follower) else None
            if token.text not in vocabulary.fillers:
                return None
        return None

    def _names_contact(self, place: int) -> bool:
        """Whether a telephone number or mail address comes next: "gabung dengan aduan kemarin" is no keyword."""
        said = (
            word for word in self._after(place).split() if fold(word.strip(":=,.")) not in self.vocabulary.contact_words
        )
        return bool(_CONTACT.match(next(said, "")))

    def _is_new_complaint(self, place: int) -> bool:
        return place == 1 and self.words[:2] in [list(phrase) for phrase in self.vocabulary.new]

    def _may_open(self, word: Keyword, follower: str) -> bool:
        match word:
            case Keyword.NEW | Keyword.ADD:
                return bool(follower) and follower not in self.vocabulary.not_followed_by[word.value]
            case Keyword.CORRECT:
                return bool(follower)
            case Keyword.CANCEL:
                return follower in self.vocabulary.because
            case _:
                return word is Keyword.NOT_YET

    def _after(self, place: int) -> str:
        return self.text[place:].lstrip(" \t\r\n:,.;-#").rstrip()


def place_of(words: Sequence[str], phrase: Sequence[str]) -> int | None:
    """Where a phrase begins in a list of words; None where it does not stand there."""
    for place in range(len(words) - len(phrase) + 1):
        if tuple(words[place : place + len(phrase)]) == tuple(phrase):
            return place
    return None


def _near(word: str, known: str) -> bool:
    """Whether one letter was added, left out, changed, or two neighbours changed places."""
    if abs(len(word) - len(known)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(word, known, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    a, b = word[start:], known[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
