"""The doors' contract: the protocols on either side of a door, and what can go wrong there.

A door (``Channel``) speaks one platform and knows no ticket; whoever stands behind it (``Desk``)
knows tickets and no platform. The values that cross it stand in ``channels.values``, how addresses are spelt in
``channels.addresses``, how much and how fast in ``channels.measures``; all are handed on from here. None imports
anything else of ours, so that both sides can.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from channels.addresses import contact, network, phone
from channels.measures import Measure, Pace, Paced
from channels.values import (
    MAX_ATTACHMENT_BYTES,
    Abilities,
    Accepted,
    Approved,
    ApprovedText,
    Attachment,
    Choice,
    Fault,
    Health,
    Inbound,
    Kind,
    Outbound,
    Parsed,
    Place,
    Proof,
    Receipt,
    Report,
    Spoken,
    State,
)

__all__ = [
    "MAX_ATTACHMENT_BYTES",
    "STOPPING",
    "Abilities",
    "Accepted",
    "Approved",
    "ApprovedText",
    "Approving",
    "Attachment",
    "Brought",
    "Channel",
    "Choice",
    "Counting",
    "Desk",
    "Fault",
    "Health",
    "Inbound",
    "Kind",
    "Measure",
    "Outbound",
    "Pace",
    "Paced",
    "Parsed",
    "Place",
    "Program",
    "Proof",
    "Receipt",
    "Report",
    "Seen",
    "Spoken",
    "State",
    "Unauthorised",
    "Undelivered",
    "Undigested",
    "Unheard",
    "Unsure",
    "contact",
    "network",
    "phone",
]


STOPPING: web.AppKey[asyncio.Event] = web.AppKey("stopping", asyncio.Event)
"""Set in the application when the program is about to stop: what a route holds open ends then."""


class Undelivered(Exception):
    """One attempt failed. ``reason`` is kebab-case (``address-unknown``), ``detail`` the platform's words.

    ``retry`` says whether trying again can help; ``after`` is the platform's own wish when.
    """

    def __init__(self, reason: str, *, retry: bool, after: timedelta | None = None, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.retry, self.after, self.detail = reason, retry, after, detail


class Unauthorised(Exception):
    """The platform refuses our credentials: nothing goes in or out until a person mends them."""


class Unsure(Exception):
    """The line broke after a message was handed over and before the platform answered: it may or may not have gone.

    Nobody tries again by himself; a person decides, or a later report settles it.
    """


class Unheard(Exception):
    """Listening ended for a reason worth telling: kebab-case, with a sentence; ``detail`` is for the log.

    Any other error that ``listen`` raises says no more than that the platform cannot be reached.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class Undigested(Exception):
    """A raw delivery that the adapter cannot make sense of at all; the desk sets it aside."""


class Desk(Protocol):
    """Where one door hands in what it received."""

    async def accept(self, *inbounds: Inbound, progress: Mapping[str, Any] | None = None) -> list[Accepted]:
        """Store the batch and the door's progress in one commit; answer one Accepted each, in order.

        Upstream may be told only after this returned. It raises only where nothing could be
        stored: then upstream must not be told, and the messages come again.
        """
        ...

    async def report(self, *reports: Report) -> None:
        """File what became of messages that were sent earlier. Unknown ones are ignored."""
        ...

    async def progress(self) -> Mapping[str, Any]:
        """The progress last stored with ``accept``; empty at first."""
        ...

    async def set_aside(self, raw: bytes, reason: str, progress: Mapping[str, Any] | None = None) -> None:
        """Keep what cannot be digested for a person to look at, with the door's progress past it."""
        ...

    async def warn(self, *faults: Fault) -> None:
        """Tell whoever looks after the doors what they should know of this one while it works; nothing: all is well.

        What was told before is forgotten. To be called as often as the door looks.
        """
        ...

    async def believes(self, number: str, code: str) -> bool:
        """Whether number and code belong together here, so that nothing is kept for whoever only guesses."""
        ...

    async def spoken(self, sender: str) -> Sequence[Spoken]:
        """The last things said in a sender's conversation at this door, oldest first; nothing that has not left."""
        ...

    async def handed(self, sender: str, reference: str) -> Attachment | None:
        """A file of that conversation with its content."""
        ...

    async def speaker(self, number: str, code: str) -> str:
        """Who opened that ticket at this door; empty where number and code are wrong or it was opened elsewhere."""
        ...

    async def take(self, measure: Measure, client: str) -> timedelta | None:
        """Take one of what a client may have at this door: None where there was one, else how long until there is.

        Everything that serves this door counts together.
        """
        ...

    async def page(self, name: str, **values: Any) -> str:
        """HTML of a citizen's page of this office, ``templates/pages/citizen/<name>.html``."""
        ...


class Channel(Protocol):
    """One configured door. In every adapter file the classes are ``Settings`` and ``Adapter``."""

    id: str
    abilities: Abilities

    def parse(self, raw: bytes) -> Parsed:
        """What a raw delivery holds. Pure: no network, no clock, no state. Raises ``Undigested``."""
        ...

    async def listen(self, desk: Desk) -> None:
        """Bring messages in until cancelled. Raises on trouble; the caller backs off and calls again.

        Returns at once for a door that only has routes.
        """
        ...

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """Webhooks and pages of this door, with their full paths."""
        ...

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt, no sleeping. Raises only ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content behind ``attachment.reference``. Raises ``Undelivered`` and ``Unauthorised``."""
        ...

    async def check(self) -> list[Fault]:
        """What is wrong with the account, tried for real; empty when all is well."""
        ...

    async def close(self) -> None:
        """Let go of connections; after this nothing else is called."""
        ...


@runtime_checkable
class Approving(Protocol):
    """What a door offers besides ``Channel`` where its platform approves message templates beforehand."""

    async def approved(self) -> Sequence[ApprovedText]:
        """Every template the platform holds for this door, whatever its state. Raises as ``Channel.send`` does."""
        ...


@runtime_checkable
class Knowing(Protocol):
    """What a door offers besides ``Channel`` where a message does not say what its sender is called, but the platform
    does.
    """

    async def name_of(self, sender: str) -> str:
        """What the sender of that id is called; empty where the platform does not say.

        Raises: ``Undelivered`` and ``Unauthorised``.
        """
        ...


@runtime_checkable
class Called(Protocol):
    """What a door offers besides ``Channel`` where people find it by a name or a number of its own."""

    async def called(self) -> str:
        """What somebody writes to there (``@bot``, a telephone number, a page's name); empty where nobody knows.

        Raises: ``Undelivered`` and ``Unauthorised``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that a platform has for us, as its own list tells: when the platform took it, and where the door finds
    it again (JSON values). ``external_id`` is the one that the message bears here.
    """

    external_id: str
    at: datetime
    place: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brought:
    """A message that a door brought once more; ``reason`` says why nothing could be made of it. ``raw`` is as it came
    the first time.
    """

    parsed: Parsed = field(default_factory=Parsed)
    raw: bytes = field(default=b"", repr=False)
    reason: str = ""


@runtime_checkable
class Counting(Protocol):
    """A door whose platform can be asked what it took for us: what was lost on the way is found and brought in."""

    id: str

    def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:
        """Each message that the platform took from ``since`` to before ``until``, in any order.

        ``progress`` is what the desk keeps; what lay there before the office connected the door is left out. Raises
        Undelivered, Unauthorised; with ``retry`` False the platform cannot be asked at all, and the reason says why.
        """
        ...

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them once more. Raises Undelivered (``message-gone``) and Unauthorised."""
        ...


class Program(Protocol):
    """What the desk's pages need of the running program; ``bot/app.py`` provides it."""

    def wake(self) -> None:
        """Something is due in the outbox: look now instead of at the next tick."""
        ...

    def abilities(self, channel: str) -> Abilities:
        """What the channel can do. Raises KeyError for a channel that is not configured."""
        ...

    def health(self, channel: str) -> Health:
        """How the channel is doing."""
        ...

    def hooks(self, channel: str) -> Sequence[str]:
        """The paths by which the channel's platform calls us. Raises KeyError for one that is not configured."""
        ...

    async def pace(self, channel: str) -> Paced:
        """How fast the channel may send, and whether it has to wait now."""
        ...

    def settings(self, channel: str) -> Mapping[str, str | None]:
        """What the office's file says of the channel, by name; None is a secret that is set. Raises KeyError."""
        ...

    async def check(self, channel: str) -> Sequence[Fault]:
        """What is wrong at the channel's platform, tried for real; takes a minute at most. Raises KeyError."""
        ...

    async def called(self, channel: str) -> str:
        """What people write to at the channel; empty where that is not known now. Raises KeyError."""
        ...

    def approving(self, channel: str) -> bool:
        """Whether the channel's platform approves message templates. Raises KeyError."""
        ...

    async def approved(self, channel: str) -> Sequence[ApprovedText]:
        """The platform's templates as it tells them now; none where it approves none. Raises as ``Channel.send``."""
        ...

    async def bring(self, channel: str, place: Mapping[str, Any]) -> str:
        """Take in a message that a ``Counting`` door has there; answers nothing, or the code of why that failed."""
        ...

    async def hand(self, channel: str, inbound: Inbound) -> Accepted:
        """Give the clerk a message as if it came through ``channel`` (status page, a replay)."""
        ...
