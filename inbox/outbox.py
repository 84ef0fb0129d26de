"""The way out: queueing what is to be said, in the transaction that decided it, and handing it to whoever sends.

A message is counted as tried and its next moment moved on before the network is touched; one message at a time is on
its way to an address through a door, and the later waits for the earlier (``inbox.taking``). What became of it:
``inbox.outcomes``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.base import Abilities, Approved
from inbox import journal, writing
from inbox.approved import Filled, kept
from inbox.files import StoredFile
from inbox.fitting import fit
from inbox.models import Attachment as AttachmentRow
from inbox.models import Conversation, Delivery, Message, Ticket
from inbox.outcomes import GIVE_UP_AFTER, Claimed, report
from inbox.refused import Refused
from inbox.sheet import Script
from inbox.taking import claim, due_doors, hand_back
from inbox.window import CLOSED, window
from templates import Words

__all__ = ["Claimed", "automatic_lately", "claim", "due_doors", "hand_back", "new_key", "queue", "report"]

PUBLIC = frozenset({"ajak-komentar"})
"""The only words that everybody may read: they say nothing of any case."""

_MOST_ANSWERS = 20
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]


async def queue(
    conversation: Conversation,
    words: Words,
    *,
    abilities: Abilities,
    now: datetime,
    ticket: Ticket | None = None,
    author: str = "clerk",
    officer_id: int | None = None,
    automatic: bool = True,
    asked: bool = False,
    answers: Sequence[str] = (),
    choices: Sequence[tuple[str, str]] = (),
    files: Sequence[StoredFile] = (),
    template: str = "",
    approved: Approved | None = None,
    instead: Filled | None = None,
    comment: str = "",
    public: bool = False,
) -> Message:
    """Say something in a conversation, in the caller's transaction.

    A dead address is not tried, nor words for which the platform's window is closed: the delivery is failed from the
    start. Files that the door cannot carry are kept with
    the message, marked refused. The choices offered stay in ``message.values["choices"]``, buttons or not.

    Args:
        conversation: with its address at hand.
        asked: a direct answer to what the citizen just wrote.
        answers: external ids that this replies to, nearest first; found here where none are given.
        approved: the platform's template that goes out; ``words`` are then how it reads.
        instead: the template that goes out in their place where the window is closed by the time they leave.
        comment: the platform's name of a comment that this answers, in private, for which no window counts; or where
            ``public`` under it, for everybody.

    Raises: Refused ``text-too-long``, ``public-words`` for anything but a fixed invitation of the clerk's.
    """
    if public and (template not in PUBLIC or officer_id or not automatic or files or not comment):
        raise Refused("public-words")
    offered = [list(choice) for choice in choices or words.choices]
    fitted = fit(words, abilities, choices or words.choices)
    message = await writing.add(
        Message,
        office=conversation.office,
        channel=conversation.channel,
        key=new_key(now),
        conversation_id=conversation.id,
        ticket_id=ticket.id if ticket else None,
        officer_id=officer_id,
        direction="out",
        author=author,
        subject=fitted.subject,
        text=fitted.text,
        template=template,
        automatic=automatic,
        public=public,
        about=comment,
        answers=list(answers) or await _answers(conversation, ticket),
        values=_values(offered, approved, instead),
        sent_at=now,
        created_at=now,
    )
    await _keep_files(message, files, abilities)
    await _deliver(message, conversation, fitted.buttons, abilities, asked=asked, now=now)
    return message


async def automatic_lately(address_id: int, now: datetime, *, asked: bool = True) -> int:
    """How many automatic messages were queued for an address within the hour before ``now``.

    ``asked=False`` leaves out direct answers to what was written from there.
    """
    return await writing.run(counting(address_id, now, asked=asked))


def counting(address_id: int, now: datetime, *, asked: bool = True) -> Script[int]:
    """The same as part of a script."""
    (row,) = yield _LATELY if asked else _LATELY + " AND NOT asked", [address_id, now - timedelta(hours=1)]
    return int(row["many"])


def new_key(now: datetime) -> str:
    """26 letters and digits that sort by time and cannot be guessed (48 bits of milliseconds, 80 of chance)."""
    value = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(120, -1, -10)])


def _values(offered: list[list[str]], approved: Approved | None, instead: Filled | None) -> dict[str, Any]:
    found: dict[str, Any] = {"choices": offered} if offered else {}
    found |= {"approved": kept(approved)} if approved else {}
    return found | ({"instead": instead.kept()} if instead else {})


async def _deliver(
    message: Message,
    conversation: Conversation,
    buttons: Sequence[tuple[str, str]],
    abilities: Abilities,
    *,
    asked: bool,
    now: datetime,
) -> None:
    state, reason = _beginning(message, conversation, abilities, now)
    await writing.append(
        Delivery,
        office=message.office,
        message_id=message.id,
        channel=conversation.channel,
        address_id=conversation.address_id,
        key=message.key,
        state=state,
        reason=reason,
        automatic=message.automatic,
        asked=asked,
        choices=[list(button) for button in buttons],
        due_at=now,
        give_up_at=now + GIVE_UP_AFTER,
        created_at=now,
    )
    if state == "failed" and message.ticket_id:
        await journal.write(
            message.office,
            "delivery-failed",
            actor=journal.SYSTEM,
            at=now,
            ticket_id=message.ticket_id,
            message_id=message.id,
            channel=conversation.channel,
            reason=reason,
        )


def _beginning(message: Message, conversation: Conversation, abilities: Abilities, now: datetime) -> tuple[str, str]:
    """State and reason of a delivery when it is queued."""
    if conversation.address.dead_at is not None:
        return "failed", "address-dead"
    if abilities.offline and not message.automatic:
        return "handover", ""
    if message.about:
        return "queued", ""
    here = window(abilities, conversation.last_in_at, now)
    free = bool({"approved", "instead"} & message.values.keys())
    lets = here.lets(automatic=message.automatic, approved=free)
    return ("queued", "") if lets else ("failed", CLOSED)


async def _keep_files(message: Message, files: Sequence[StoredFile], abilities: Abilities) -> None:
    for file in files:
        await writing.append(
            AttachmentRow,
            office=message.office,
            message_id=message.id,
            name=file.name,
            type=file.type,
            size_bytes=file.size_bytes,
            digest=file.digest,
            inline=file.inline,
            state="stored" if abilities.files and file.size_bytes <= abilities.largest_file_bytes else "refused",
        )


async def _answers(conversation: Conversation, ticket: Ticket | None) -> list[str]:
    """The platform's names of what was said before: on the ticket, or else the citizen's last word."""
    said = Message.filter(conversation_id=conversation.id, external_id__isnull=False).order_by("-id")
    said = said.filter(ticket_id=ticket.id).limit(_MOST_ANSWERS) if ticket else said.filter(direction="in").limit(1)
    return [str(name) for name in await said.values_list("external_id", flat=True)]


_LATELY = "SELECT count(*) AS many FROM delivery WHERE address_id = $1 AND automatic AND created_at > $2"
