"""The frozen values that cross a door: what came in, what goes out, what became of it. See ``channels.base``.

All times are aware UTC datetimes. All sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from channels.measures import Pace

MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024


class Kind(StrEnum):
    """What an inbound message does."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"
    REACTION = "reaction"
    COMMENT = "comment"


class State(StrEnum):
    """What a platform reports of a message that we sent."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DEAD_ADDRESS = "dead_address"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message, or that goes out with one.

    ``content`` is None where the platform only gave a ``reference``: ``Channel.fetch`` brings it
    later as its own retried job. ``size_bytes`` is what the platform declared, or the content's.
    ``inline`` marks a picture inside the text (a signature's logo) rather than a file handed over.
    """

    name: str
    type: str
    content: bytes | None = field(default=None, repr=False)
    reference: str = ""
    size_bytes: int = 0
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, WGS 84 degrees."""

    latitude: float
    longitude: float


Verdict = Literal["pass", "fail", "none"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the office's own server says of whether a message comes from where it says it does.

    ``aligned``: a check that passed is about the sender's own domain. ``verdict``: pass (proven), fail (the checks
    contradict the sender), none (nobody can tell).
    """

    spf: Verdict = "none"
    dkim: Verdict = "none"
    dmarc: Verdict = "none"
    aligned: bool = False
    verdict: Verdict = "none"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a citizen (or a machine in the citizen's name) said at a door.

    Attributes:
        external_id: unique in the channel, the same whenever the platform repeats the message;
            an edit has its own.
        sender: canonical address: lower-case e-mail address, +E.164, platform id.
        sent_at: when the sender's platform says it was written; aware UTC; the epoch where it does not say.
        about: the external id that an edit, deletion or reaction changes.
        sender_also: other ids the platform vouches for.
        lasting: the platform's own id of the sender, where ``sender`` is something that can change or be hidden, as a
            number: whatever came under it is theirs. It may be the sender itself.
        text: plain text, quoted history and signature trimmed. ``full_text`` keeps everything.
        answers: external ids this replies to, nearest first. An adapter puts an id here only
            when the platform's own threading or our signed reply address says so.
        group: messages of one album share it.
        choice: the value of the button that was pressed.
        fields: a form's fields by name.
        automatic: auto-reply, bounce or list mail: recorded, never answered, never a new ticket.
        public: said in front of others. To a group only an invitation to write privately is given, and ``sender`` is
            the group; a comment is judged as any other message.
        proof: what is known of the sender's being who the message says; None where nobody looked.
        raw: exactly what arrived.
    """

    external_id: str
    sender: str
    sent_at: datetime
    kind: Kind = Kind.MESSAGE
    about: str = ""
    sender_also: tuple[str, ...] = ()
    lasting: str = ""
    sender_name: str = ""
    recipient: str = ""
    subject: str = ""
    text: str = ""
    full_text: str = ""
    group: str = ""
    answers: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    choice: str = ""
    place: Place | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    automatic: bool = False
    public: bool = False
    proof: Proof | None = None
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a line of a numbered menu: what the citizen reads and what we get back."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A message template that the platform approved beforehand, with this message's ``values`` in their order.

    ``name`` and ``language`` are the platform's own: ``status_aduan``, ``id``.
    """

    name: str
    language: str
    values: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ApprovedText:
    """One message template as the platform holds it.

    ``text`` is what it says, with ``{{1}}``, ``{{2}}`` ... where its ``variables`` (how many) stand; a template whose
    variables bear names keeps them there: ``{{nama}}``, in the order of their first mention. ``state`` is ``approved``
    where it may be sent now; anything else (``pending``, ``rejected``) is the platform's word in lower case.
    """

    name: str
    language: str
    text: str
    variables: int = 0
    state: str = "approved"


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message on its way out, already fitted to the channel's abilities.

    ``key`` is the same on every attempt. ``answers`` are external ids of the conversation this
    belongs to, nearest first (an e-mail's In-Reply-To and References).
    ``automatic`` is True for the clerk's own words, False for an officer's.
    ``approved``: send this approved template instead of ``text``, which then holds how it reads.
    ``late``: written by a person after the window closed, under the platform's rule for human agents.
    ``comment``: the platform's name of a comment that this answers: in private to whoever wrote it, which the platform
    allows once, or where ``public`` under it, for everybody to read.
    """

    key: str
    recipient: str
    text: str = field(repr=False)
    subject: str = ""
    answers: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    files: tuple[Attachment, ...] = ()
    automatic: bool = True
    approved: Approved | None = None
    late: bool = False
    comment: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform took the message. ``external_id`` is its name for it from now on.

    ``recipient``: by which address the platform says that it went, where it says so.
    """

    external_id: str
    state: State = State.SENT
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message that we sent earlier, named by ``external_id``, or our ``key`` where that is unknown.

    ``upto`` is a watermark: everything sent to ``recipient`` up to that moment shares the state.
    ``reason`` is the platform's own words, for an officer to read. ``permanent`` is False for
    trouble that the platform itself still works on, or, with ``again``, has given up on though it passes: then it is
    sent once more. ``cause`` is that reason as ``Undelivered`` would have it (``window-closed``), where it is known.
    """

    state: State
    external_id: str = ""
    key: str = ""
    recipient: str = ""
    at: datetime | None = None
    upto: datetime | None = None
    reason: str = ""
    permanent: bool = True
    again: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw delivery of a platform held. Both may be empty (a ping, a handshake)."""

    messages: tuple[Inbound, ...] = ()
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one accepted message, for doors that show it (a form's receipt page).

    ``number``, ``code`` and ``url`` are empty where the message opened or joined no ticket,
    or where the sender may not know the code. ``aside`` is True where it was set aside for a person.
    ``words`` is what the clerk answered at once, in its long form.
    """

    duplicate: bool = False
    number: str = ""
    code: str = ""
    url: str = ""
    aside: bool = False
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said in a conversation, for a door that shows the talk itself because no platform does.

    ``author`` is citizen, clerk or officer. ``key`` names what went out in a ``Report``, ``state`` is how far that is;
    both are empty for what came in. ``files`` have no content: ``reference`` is what to ask the desk for.
    """

    id: int
    author: str
    at: datetime
    text: str = field(repr=False)
    key: str = ""
    state: str = ""
    choices: tuple[Choice, ...] = ()
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an account, as a value; the sentence is ``templates/parts/faults``.

    ``code`` is a short kebab-case name (``login-refused``), ``values`` what the sentence needs.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do; ``outbox.queue`` fits words to it.

    Attributes:
        scheme: what a sender's canonical address is: ``email``, ``phone``, ``web``, ``telegram`` ...
            Channels of one scheme can reach the same address.
        style: which form of a message template suits: ``long`` or ``short``.
        longest: most characters of one message; 0 is no limit.
        buttons: most buttons under one message; 0 means choices are spelled out.
        files: whether files can go out, up to ``largest_file_bytes`` each.
        window: how long after the citizen's last message we may write freely; None is always.
        late_window: how long after the citizen's last message a person at the office may still write, the clerk
            never; longer than ``window``; None where the platform has no such rule.
        commented: how long after a comment whoever wrote it may be answered in private, once; None where nobody
            comments.
        repeat_safe: True only where the platform refuses a repeated key.
        polls: whether ``listen`` must run (on one process only).
        offline: an officer's words are handed over by a person; ``send`` gets the clerk's own only.
        forgeable: anybody can write in another's name here, as in a mail's From: what only its owner may ask is
            done once an answer to our own message asks it.
        pace: how fast the platform lets us send, all in all; ``pace_each`` to one address. An office's file may say
            otherwise (``rate``).
        uncounted: why nobody outside can be asked what came in on a day, as a code with a sentence; a door that can be
            asked is ``Counting`` and says nothing here.
    """

    scheme: str
    style: str = "long"
    longest: int = 0
    buttons: int = 0
    files: bool = True
    largest_file_bytes: int = MAX_ATTACHMENT_BYTES
    window: timedelta | None = None
    late_window: timedelta | None = None
    commented: timedelta | None = None
    repeat_safe: bool = False
    polls: bool = False
    offline: bool = False
    forgeable: bool = False
    pace: tuple[Pace, ...] = ()
    pace_each: tuple[Pace, ...] = ()
    uncounted: str = "count-own"


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is doing, as its listener or its last sends saw it.

    ``state`` is ``ok``, ``starting``, ``down`` or ``refused`` (credentials). ``reason`` is a log-safe phrase.
    ``notes`` are what a person should know of a door that works: a phone's battery, a SIM that runs out.
    ``usual`` is the longest that nothing usually comes in, in working time; None while too little is known.
    """

    state: str = "starting"
    since: datetime | None = None
    last_in_at: datetime | None = None
    reason: str = ""
    notes: tuple[Fault, ...] = ()
    usual: timedelta | None = None
