"""The values a conversation is decided with: what was said, what is known, what is remembered.

All frozen; none knows a table or a door. ``bot/dialogue.py`` turns them into a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.meaning import Form, Meaning
from channels.base import Kind, Place
from config.schema import KindOfTicket
from inbox.secrecy import OPEN


class Expects(StrEnum):
    """What the clerk asked for last, in a conversation."""

    NOTHING = ""
    COMPLAINT = "complaint"
    ADDITION = "addition"
    PART = "part"
    RATING = "rating"
    WHICH = "which"
    CODE = "code"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Memory:
    """What the dialogue remembers of a conversation; ``to_json`` is ``Conversation.state``.

    Attributes:
        ticket: the id the question is about.
        part: the particular that is asked for now; ``then`` are asked after it.
        intent: what to do with the ticket that is named (a keyword's value); empty: file the message.
        offered: ticket ids in the order they were listed.
        menu: ids of the kinds in the order they were offered; the one that was named before its words came.
        kept: ids of messages that wait for the answer.
        number: the ticket number whose code is asked for.
        filed: the ticket id the last message went to; ``filed_at`` when that was sent, ``group`` its album.
        subject: of the mail that began the ticket spoken of.
        guessed: ids of the messages filed last, where the clerk only guessed the ticket.
        wrong: when wrong codes came.
        secret: the code that was sent to another address, which ``number`` names as ``scheme:value``.
        sought: when such codes were asked for.
        coded_at: when one that was asked for elsewhere was sent here.
        withheld_at: when it was last said that words wait for an officer.
        wish: how secret the sender wants to be, said before the complaint (``inbox.secrecy``).
    """

    expects: Expects = Expects.NOTHING
    asked_at: datetime | None = None
    ticket: int = 0
    part: str = ""
    then: tuple[str, ...] = ()
    intent: str = ""
    offered: tuple[int, ...] = ()
    menu: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    number: str = ""
    filed: int = 0
    filed_at: datetime | None = None
    group: str = ""
    subject: str = ""
    guessed: tuple[int, ...] = ()
    greeted_at: datetime | None = None
    wrong: tuple[datetime, ...] = ()
    secret: str = field(default="", repr=False)
    sought: tuple[datetime, ...] = ()
    coded_at: datetime | None = None
    withheld_at: datetime | None = None
    wish: str = OPEN

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the blank; times as ISO 8601."""
        blank = Memory()
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: _plain(value) for name, value in pairs if value != getattr(blank, name)}

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        """What ``to_json`` wrote; keys it does not know are left out, so that an older state never hurts."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: _read(name, value) for name, value in state.items() if name in known})


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket that may be spoken of.

    Attributes:
        spoken_at: when the citizen last said something of it, or the office answered.
        owned: a conversation of this address is part of it, or its code was given: its state may be told and changed.
            A message that merely threads to a ticket may add to it.
        confirmed: False where somebody typed this address and it has not answered yet.
        reopenable: BELUM still counts.
        follows: it goes on as part of another ticket of the sender's, which is meant by what does not name it.
        spam: an officer closed it as spam within a day.
    """

    id: int
    number: str
    status: str
    spoken_at: datetime
    summary: str = field(default="", repr=False)
    owned: bool = True
    confirmed: bool = True
    reopenable: bool = False
    rating: int | None = None
    follows: bool = False
    spam: bool = False

    @property
    def live(self) -> bool:
        """Somebody works on it, or asks whether it is settled."""
        return self.status in {"open", "waiting", "answered"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that was stored and may be filed elsewhere; ``gist`` is its first words."""

    id: int
    gist: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the dialogue sees it. ``id`` is its row's.

    Attributes:
        at: when it was sent, never ahead of now.
        gist: what names it in a list.
        answer: the text without greeting and goodbye; ``called`` the same as somebody's name.
        opens: the kind that its first words say it is; ``means``: the kind that it names as an answer.
        subject: without reply marks; ``replies`` says that it had one.
        form: a web form's fields; ``contact``: another way to reach the sender, as typed.
        proof: number and code came with it in fields of their own.
        chosen: a button was pressed.
        public: it was said in front of others.
        wish: how secret the sender wants to be (``inbox.secrecy``); ``only_wish``: and says nothing else.
    """

    id: int
    at: datetime
    meaning: Meaning = field(default_factory=Meaning)
    kind: Kind = Kind.MESSAGE
    text: str = field(default="", repr=False)
    gist: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    replies: bool = False
    name: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    called: str = field(default="", repr=False)
    opens: str = ""
    means: str = ""
    form: Form | None = field(default=None, repr=False)
    contact: str = field(default="", repr=False)
    proof: bool = False
    chosen: bool = False
    group: str = ""
    files: bool = False
    place: Place | None = None
    automatic: bool = False
    public: bool = False
    wish: str = OPEN
    only_wish: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The office's limits for its clerk (``config.schema.Clerk``), in the units of their names."""

    automatic_per_hour: int = 8
    answers_per_hour: int = 30
    burst_minutes: int = 2
    join_days: int = 30
    tickets_per_day: int = 12


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a decision may depend on beside the message.

    Attributes:
        tickets: this address' own, spoken of last first.
        threaded: the ticket that the platform's threading or our signed reply address points at.
        proven: the ticket whose number and right code were given.
        lately: id of the ticket this conversation spoke of last.
        original: id of the ticket that an edit's, deletion's or reaction's message is on; 0 for none, None where
            there is no such message.
        kept: the messages that memory holds back or only guessed about.
        asks: fields that the procedure of a new complaint requires.
        kinds: what the office tells apart, in its order.
        invited: it stands under our own public invitation.
        sent_lately: automatic messages to this address within the hour.
        opened_lately: complaints that this sender opened at this door within a day.
        vouched: False where it may come from somebody who only gave this address as theirs, and asks for what only its
            owner may.
        blocked: an officer blocked the sender for a while.
        apart: the sender is contradicted by the office's own mail server, and nothing but the address says that it is
            them: nothing of that address' is known or remembered here.
    """

    memory: Memory = Memory()
    tickets: tuple[Known, ...] = ()
    threaded: Known | None = None
    proven: Known | None = None
    lately: int = 0
    original: int | None = None
    kept: tuple[Kept, ...] = ()
    asks: tuple[str, ...] = ()
    kinds: tuple[KindOfTicket, ...] = ()
    name_known: bool = False
    stopped: bool = False
    vouched: bool = True
    blocked: bool = False
    apart: bool = False
    invited: bool = False
    sent_lately: int = 0
    opened_lately: int = 0
    limits: Limits = Limits()


_TIMES = {"asked_at", "filed_at", "greeted_at", "coded_at", "withheld_at"}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _read(name: str, value: Any) -> Any:
    if name in _TIMES:
        return datetime.fromisoformat(value) if value else None
    if name in {"wrong", "sought"}:
        return tuple(datetime.fromisoformat(item) for item in value)
    if name == "expects":
        return Expects(value)
    return tuple(value) if isinstance(value, list) else value
