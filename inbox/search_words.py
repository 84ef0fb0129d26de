"""Words as the search knows them: both databases are given these marks and compare nothing but them.

Owns how a text becomes marks and how what an officer typed becomes a question about marks, so that both engines answer
alike. Pure. A mark is a letter that says of what kind it is, and letters or digits, nothing else: no operator of any
engine's language can stand in one. ``s`` a word's stem, ``w`` the word where that differs, ``n`` a name as it sounds,
``d`` that name with one letter gone and ``x`` with one letter blank, ``t`` a telephone number and ``r`` the same
backwards, ``p`` a permit's number. ``z`` stands before a mark of who complained behind a seal, of which nothing is kept
but a keyed digest: no question has it but an officer's who may know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from channels.base import phone

LONGEST_QUESTION = 200
_MOST_WORDS = 8
_LONGEST_WORD = 40
_SHORTEST_START = 2
_SEALED = "z"
_SHORTEST_NAME = 4
_SHORTESTDIGITS = 4
# An apostrophe belongs to the word: Jum'at, Ma'ruf.
WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_NO_LETTER = re.compile(r"[\W_]+")
DIGITS = re.compile(r"(?<![\w+])\+?\(?\d[\d\s().\-–/]{6,22}\d(?!\w)")
_DOUBLED = re.compile(r"([a-z]{3,})2(nya)?")
_TWICE = re.compile(r"(.)\1+")
# How names were spelt before 1972, and what is heard alike.
_SPELT = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"), ("ch", "h"), ("kh", "h"), ("ph", "f"))
_HEARD = str.maketrans("vzqy", "fski")

Digest = Callable[[str], str]
Clause = tuple[str, ...]
Question = tuple[Clause, ...]
"""Every clause must be met by one of its marks; one that ends with ``*`` stands for all that begin so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as questions, the best answers' first. ``near`` forgives a typing mistake in a name."""

    words: tuple[str, ...]
    questions: tuple[Question, ...]
    near: Question

    @property
    def phone(self) -> str:
        """The mark of the telephone number that was typed; empty where it was none."""
        return next((question[0][0] for question in self.questions if question[0][0].startswith("t")), "")


def read(q: str) -> Asked:
    """What an officer typed; of very much only the beginning counts."""
    typed = q[:LONGEST_QUESTION]
    words = tuple(dict.fromkeys(words_of(typed)))[:_MOST_WORDS]
    questions = [*_exactly(typed), *([_names(words), _anywhere(words)] if words else [])]
    if len(words) > 1 and (digits := _figures(typed)):
        questions.append((digits,))
    near = tuple(_forgiving(word, clause) for word, clause in zip(words, _anywhere(words), strict=True))
    return Asked(words, tuple(questions), near)


def sealed(marks: Iterable[str], digest: Digest) -> set[str]:
    """The marks of what only few may find: keyed digests, of each mark and of whatever it begins with."""
    begun = {f"{mark[:length]}*" for mark in marks for length in range(1 + _SHORTEST_START, len(mark) + 1)}
    return {f"{_SEALED}{digest(one)}" for one in {*marks, *begun}}


def unsealing(question: Question, digest: Digest) -> Question:
    """The same question, asked of what only few may find, too."""
    return tuple((*clause, *(f"{_SEALED}{digest(mark)}" for mark in clause)) for clause in question)


def words_of(text: str) -> Iterator[str]:
    """The words of a text, plain."""
    for found in WORD.finditer(unicodedata.normalize("NFC", text)):
        word = plain(found[0])
        if word:
            yield word


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """A word without case, accents and what is no letter or digit; empty where nothing is left."""
    if word.isascii():
        bare = word.lower()
    else:
        apart = unicodedata.normalize("NFKD", word).casefold()
        bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NO_LETTER.sub("", bare)[:_LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The root of a plain word: mendirikan and pendirian are diri; anak2 is anak."""
    if doubled := _DOUBLED.fullmatch(word):
        word = doubled[1]
    # Made for each word: one is not to be used by two threads, and they are made quickly.
    found: str = snowballstemmer.stemmer("indonesian").stemWord(word)
    return found


@lru_cache(maxsize=10_000)
def sound(word: str) -> str:
    """A plain word of a name as it is heard: Djoko and Joko, Soeharto and Suharto, Muhammad and Muhamad are one."""
    for spelt, heard in _SPELT:
        word = word.replace(spelt, heard)
    return _TWICE.sub(r"\1", word.translate(_HEARD))


def of_text(text: str) -> set[str]:
    """The marks of something said, with the telephone numbers in it."""
    marks: set[str] = set()
    for word in set(words_of(text)):
        root = stem(word)
        marks.add(f"s{root}")
        if root != word:
            marks.add(f"w{word}")
    for found in DIGITS.finditer(text):
        marks |= of_phone(found[0])
    return marks


def of_name(name: str) -> set[str]:
    """The marks of a person's name."""
    marks = of_text(name)
    for word in words_of(name):
        heard = sound(word)
        marks.add(f"n{heard}")
        if _forgivable(heard):
            marks |= {f"d{shorter}" for shorter in _shorter(heard)} | {f"x{blank}" for blank in _blanks(heard)}
    return marks


def of_phone(value: str) -> set[str]:
    """The marks of a telephone number, however it is written; none where it is no number."""
    digits = phone(value).lstrip("+")
    return {f"t{digits}", f"r{digits[::-1]}"} if digits else set()


def of_code(value: str) -> set[str]:
    """The marks of a permit's number or another agency's: as words, and whole."""
    whole = _NO_LETTER.sub("", plain_text(value))[:_LONGEST_WORD]
    return of_text(value) | ({f"p{whole}"} if whole else set())


def plain_text(text: str) -> str:
    """All words of a text, plain, with blanks between them."""
    return " ".join(words_of(text))


def _exactly(typed: str) -> Iterator[Question]:
    """A telephone number, a permit's number."""
    if digits := phone(typed).lstrip("+"):
        yield ((f"t{digits}",),)
    whole = "".join(words_of(typed))
    if len(whole) >= _SHORTESTDIGITS and any(letter.isdigit() for letter in whole):
        yield ((f"p{whole[:_LONGEST_WORD]}",),)


def _figures(typed: str) -> Clause:
    """Part of a number, with something between its figures."""
    whole = "".join(words_of(typed))
    return _part(whole) if whole.isdecimal() else ()


def _part(digits: str) -> Clause:
    """The beginning or the end of a telephone number, the beginning of a permit's."""
    if len(digits) < _SHORTESTDIGITS or not (digits.isascii() and digits.isdecimal()):
        return ()
    national = f"62{digits[1:]}" if digits.startswith("0") else digits
    return (f"r{digits[::-1]}*", f"t{national}*", f"p{digits[:_LONGEST_WORD]}*")


def _names(words: tuple[str, ...]) -> Question:
    """All of the words in the person's name."""
    first = tuple((f"n{sound(word)}",) for word in words[:-1])
    return (*first, (f"n{sound(words[-1])}", *_begun("n", sound(words[-1]))))


def _anywhere(words: tuple[str, ...]) -> Question:
    """All of the words somewhere; the last one may have just begun."""
    clauses = [(f"s{stem(word)}", f"n{sound(word)}", *_part(word)) for word in words]
    if words:
        begun = (*_begun("w", words[-1]), *_begun("s", words[-1]), *_begun("n", sound(words[-1])))
        clauses[-1] = (*clauses[-1], *begun)
    return tuple(clauses)


def _begun(kind: str, word: str) -> Clause:
    return (f"{kind}{word}*",) if len(word) >= _SHORTEST_START else ()


def _forgiving(word: str, clause: Clause) -> Clause:
    """A name with one letter too few, too many, wrong, or two in the wrong order."""
    heard = sound(word)
    if not _forgivable(heard):
        return clause
    shorter, blanks = sorted(_shorter(heard)), sorted(_blanks(heard))
    swapped = sorted({heard[:at] + heard[at + 1] + heard[at] + heard[at + 2 :] for at in range(len(heard) - 1)})
    return (*clause, f"d{heard}", *(f"n{one}" for one in (*shorter, *swapped)), *(f"x{one}" for one in blanks))


def _forgivable(heard: str) -> bool:
    return len(heard) >= _SHORTEST_NAME and heard.isalpha()


def _shorter(heard: str) -> set[str]:
    return {heard[:at] + heard[at + 1 :] for at in range(len(heard))}


def _blanks(heard: str) -> Iterable[str]:
    """A digit stands for the letter: no name has one that is forgiven."""
    return {f"{heard[:at]}0{heard[at + 1 :]}" for at in range(len(heard))}
