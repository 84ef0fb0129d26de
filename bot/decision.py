"""What can be decided about a message: the effects, as values, and the decision that lists them in order.

All frozen; they do nothing. ``bot/effects.py`` carries them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.talk import Known, Memory
from channels.base import Place
from inbox.secrecy import OPEN

OPENED: Final = -1
"""Stands for the id of the ticket that the same decision opens."""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A new complaint. ``messages``: ids of earlier messages that belong to it beside the one decided on.

    ``officer``: the login of the officer who wrote it down. ``secrecy``: how secret the sender wants to be.
    """

    summary: str = field(repr=False)
    kind: str = ""
    name: str = field(default="", repr=False)
    object: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    point: Place | None = field(default=None, repr=False)
    contact: str = field(default="", repr=False)
    officer: str = ""
    secrecy: str = OPEN
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """File the message, and earlier ``messages`` with it, on a ticket: officers are to look.

    ``hears``: whether this conversation, where it was no part of the ticket, hears the answers from now on.
    """

    ticket: int
    messages: tuple[int, ...] = ()
    hears: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Put the message on record with a ticket; nobody needs to look (thanks, a machine, a keyword)."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Hold the message back until the citizen says where it belongs. ``template`` names the question."""

    template: str


@dataclass(frozen=True, slots=True)
class Withhold:
    """Store the message and go no further until an officer lets it: ``reason`` says why (``Withheld.reason``)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A particular of the ticket: ``part`` is name, object or place."""

    ticket: int
    part: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hide:
    """RAHASIA or ANONIM: who complained is at least so secret (``inbox.secrecy``) from now on."""

    ticket: int
    level: str


@dataclass(frozen=True, slots=True)
class Show:
    """TERBUKA, with the ticket's code: who complained is no secret any more."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Classify:
    """The citizen says which of the office's kinds the ticket is."""

    ticket: int
    kind: str


@dataclass(frozen=True, slots=True)
class Locate:
    """A point on the map, sent for the ticket."""

    ticket: int
    point: Place


@dataclass(frozen=True, slots=True)
class Reach:
    """Another way to the sender, as typed, for a ticket that is open already."""

    ticket: int
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prove:
    """Send a code to an address (``phone:+62...``) that the sender says is theirs too; it is remembered."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unite:
    """The code came back: the sender and whoever reads at that address are one person."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Confirm:
    """SELESAI."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """BELUM. ``reason``: the citizen's words with it."""

    ticket: int
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """BATAL."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The citizen's 1 to 5."""

    ticket: int
    rating: int


@dataclass(frozen=True, slots=True)
class AskData:
    """DATA, HAPUS, KOREKSI: ``kind`` is data, erase or correct. ``proven``: by number and code, so that it is whoever
    opened the ticket who asks, and not whoever writes.
    """

    ticket: int
    kind: str
    text: str = field(default="", repr=False)
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Welcome:
    """The address that somebody typed for this ticket has answered: it is confirmed."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Stop:
    """No automatic messages to this address any more."""


@dataclass(frozen=True, slots=True)
class Start:
    """Automatic messages again."""


@dataclass(frozen=True, slots=True)
class Say:
    """Answer at once.

    ``ticket``: whose values fill the template (``OPENED`` for the new one, None for no ticket). ``tickets`` are those
    it lists. ``then``: a question that follows, part of the same message where one may be long. ``asked``: the citizen
    asked for it, so that STOP does not silence it. ``comment``: in private, to whoever wrote the comment; ``public``:
    under it, for everybody.
    """

    template: str
    ticket: int | None = None
    tickets: tuple[Known, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    then: str = ""
    asked: bool = False
    comment: bool = False
    public: bool = False


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is done; ``reason`` says why, for the log."""

    reason: str


Effect = (
    OpenTicket
    | Join
    | File
    | Keep
    | Withhold
    | Fill
    | Hide
    | Show
    | Classify
    | Locate
    | Reach
    | Prove
    | Unite
    | Confirm
    | Reopen
    | Withdraw
    | Rate
    | AskData
    | Welcome
    | Stop
    | Start
    | Say
    | Ignore
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, in order, and what to remember.

    ``speaks_of``: the ticket that the conversation speaks of from now on, ``OPENED`` for the new one; None: as before.
    """

    effects: tuple[Effect, ...]
    memory: Memory
    speaks_of: int | None = None
