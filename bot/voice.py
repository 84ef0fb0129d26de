"""What the clerk says at once, in the conversation it was asked in: fills the words and queues them.

Owns which values a template gets and that a question which follows is part of a long message, or a short one of its
own. Status changes, which go to everybody who hears, are ``inbox.telling``'s; both fill from the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import templates
from bot.decision import Say
from channels.base import Abilities
from config.schema import Office
from inbox import outbox
from inbox.fitting import fit
from inbox.models import Conversation, Ticket
from inbox.secrecy import OPEN
from inbox.tickets import Tickets
from templates import Words

# A comment has room for one private message, which Instagram counts in bytes.
_ONE_MESSAGE = 900
_BLANK = ("number", "code", "step_plain", "status", "url", "text", "agency", "contact", "reason")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The long form of what was said, and where the ticket's citizen can look ("" where nowhere)."""

    words: str
    url: str


class Voice:
    """Speaks for one office through one channel."""

    def __init__(self, office: Office, channel: str, tickets: Tickets, abilities: Callable[[str], Abilities]) -> None:
        self._office, self._channel, self._tickets, self._abilities = office, channel, tickets, abilities
        self._own_words = tickets.offices.messages(office.id)

    async def say(
        self,
        say: Say,
        conversation: Conversation,
        ticket: Ticket | None,
        answers: tuple[str, ...],
        now: datetime,
        *,
        comment: str = "",
    ) -> Spoken:
        """Queue it, in the caller's transaction. ``answers``: external ids it replies to; () finds them.

        ``comment``: the comment that it answers. Words for everybody are filled with nothing of anybody's.
        """
        values = await self._values(conversation, ticket, now) | {"tickets": say.tickets} | dict(say.values)
        values = self._without_ticket(now) | {"name": ""} if say.public else values
        abilities = self._abilities(self._channel)
        if say.comment:
            abilities = replace(abilities, longest=min(abilities.longest or _ONE_MESSAGE, _ONE_MESSAGE))
        question = self._words(say.then, values) if say.then else None
        together = question if abilities.style == "long" else None
        words = (
            self._with(say.template, together, values, abilities)
            if together
            else self._words(say.template, values | {"question": ""})
        )
        spoken = [(say.template, words)]
        if question and not together:
            spoken.append((say.then, question))
        for template, one in spoken:
            await outbox.queue(
                conversation,
                one,
                abilities=abilities,
                ticket=ticket,
                asked=True,
                answers=answers,
                template=template,
                comment=comment,
                public=say.public,
                now=now,
            )
        return Spoken(words.long, str(values["url"]))

    def _with(self, template: str, question: Words, values: Mapping[str, Any], abilities: Abilities) -> Words:
        """A letter with a question in it. Its menu stands right below it where there are no buttons."""
        asked = fit(question, abilities, question.choices)
        words = self._words(template, {**values, "question": asked.text})
        menu = question.menu if asked.buttons else 0
        return replace(words, choices=question.choices[question.menu - menu :], menu=menu)

    def _words(self, template: str, values: Mapping[str, Any]) -> Words:
        return templates.message(template, folder=self._own_words, **values)

    async def _values(self, conversation: Conversation, ticket: Ticket | None, now: datetime) -> dict[str, Any]:
        name = conversation.address.citizen.name
        if ticket is None:
            return self._without_ticket(now) | {"name": name}
        agency = next((one for one in self._office.agencies if one.id == ticket.agency), None)
        reached = {"agency": agency.name, "contact": agency.contact} if agency else {}
        return await self._tickets.values(ticket, now, name=name) | reached

    def _without_ticket(self, now: datetime) -> dict[str, Any]:
        office, calendar = self._office, self._tickets.cases.calendars[self._office.id]
        first = office.kinds[0]
        return dict.fromkeys(_BLANK, "") | {
            "noun": first.noun,
            "manner": first.manner,
            "kind": first.name,
            "kinds": office.kinds,
            "prefix": office.code,
            "week": office.worktime.week(self._tickets.offices.worktime),
            "office": office.name,
            "zone": office.time_zone,
            "promise_at": None,
            "due_at": None,
            "closed_now": not calendar.is_open(now),
            "next_open_at": calendar.next_open(now),
            "secrecy": OPEN,
            "seen_by": office.seeing,
        }
