"""What a machine can do: every command of the desk's pages, by the same functions, with the same checks."""

from __future__ import annotations

import hashlib
import secrets

from channels.base import Program
from config.schema import Right
from inbox import counter
from inbox.acting import Acting
from inbox.actor import Actor
from inbox.deeds import UNSENT
from inbox.deliveries import Deliveries
from inbox.joining import Joinings
from inbox.recognising import Recognising
from inbox.refused import Forbidden, Refused
from inbox.web.api.endpoint import Call
from inbox.web.api.shapes import DeliveryMark, Mark, Registered
from inbox.web.api.telling import mark
from inbox.web.api.ways import way_key


class Doing:
    """The handlers of every POST on a ticket."""

    def __init__(self, acting: Acting, joinings: Joinings) -> None:
        self._acting, self._joinings = acting, joinings

    async def act(self, call: Call) -> Mark:
        """One of the step's actions."""
        asked = call.asked
        return mark(
            await self._acting.act(
                call.by,
                call.part("number"),
                asked.action,
                asked.values,
                version=asked.version,
                now=call.now,
                files=asked.attachments(),
                through=UNSENT if asked.unsent else way_key(asked.conversation, asked.channel),
            )
        )

    async def reply(self, call: Call) -> Mark:
        """Words to the citizen."""
        asked = call.asked
        return mark(
            await self._acting.reply(
                call.by,
                call.part("number"),
                asked.text,
                version=asked.version,
                now=call.now,
                files=asked.uploads(),
                wait=asked.wait,
                through=way_key(asked.conversation, asked.channel),
            )
        )

    async def note(self, call: Call) -> Mark:
        """A note between officers."""
        return mark(await self._acting.note(call.by, call.part("number"), call.asked.text, now=call.now))

    async def resume(self, call: Call) -> Mark:
        """The clock runs again."""
        return mark(await self._acting.resume(*_who(call), version=call.asked.version, now=call.now))

    async def assign(self, call: Call) -> Mark:
        """Who answers for it."""
        asked = call.asked
        return mark(await self._acting.assign(*_who(call), asked.officer, version=asked.version, now=call.now))

    async def fields(self, call: Call) -> Mark:
        """What is known, corrected."""
        given = call.asked.given()
        return mark(await self._acting.fields(*_who(call), given, version=call.asked.version, now=call.now))

    async def reroute(self, call: Call) -> Mark:
        """Another kind or procedure."""
        asked = call.asked
        return mark(
            await self._acting.reroute(
                *_who(call),
                procedure=asked.procedure,
                kind=asked.kind,
                reason=asked.reason,
                version=asked.version,
                now=call.now,
            )
        )

    async def hand_on(self, call: Call) -> Mark:
        """It is another agency's."""
        asked = call.asked
        return mark(
            await self._acting.hand_on(*_who(call), asked.agency, asked.reason, version=asked.version, now=call.now)
        )

    async def close(self, call: Call) -> Mark:
        """It ends here."""
        asked = call.asked
        return mark(await self._acting.close(*_who(call), asked.reason, version=asked.version, now=call.now))

    async def reopen(self, call: Call) -> Mark:
        """It begins again."""
        asked = call.asked
        return mark(await self._acting.reopen_by(*_who(call), asked.reason, version=asked.version, now=call.now))

    async def join(self, call: Call) -> Mark:
        """Its person is another's, too."""
        asked = call.asked
        command = self._joinings.join(*_who(call), asked.other, asked.reason, version=asked.version, now=call.now)
        return mark(await command)

    async def separate(self, call: Call) -> Mark:
        """They are two persons after all."""
        asked = call.asked
        return mark(await self._joinings.separate(*_who(call), asked.joining, version=asked.version, now=call.now))

    async def done(self, call: Call) -> Mark:
        """An addressee of a disposition reports."""
        return mark(await self._acting.done(call.by, call.id("id"), call.asked.report, now=call.now))


class Sending:
    """The handlers of every POST on a delivery."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def retry(self, call: Call) -> DeliveryMark:
        """Send it again."""
        await self._deliveries.retry(call.by, call.id("id"), call.now)
        return DeliveryMark(id=call.id("id"), state="queued")

    async def settle(self, call: Call) -> DeliveryMark:
        """It arrived, or it did not."""
        arrived = bool(call.asked.arrived)
        await self._deliveries.settle_unsure(call.by, call.id("id"), arrived=arrived, now=call.now)
        return DeliveryMark(id=call.id("id"), state="sent" if arrived else "failed")

    async def hand(self, call: Call) -> DeliveryMark:
        """Somebody handed it over."""
        asked = call.asked
        link = asked.link or (asked.to if asked.to.startswith("http") else "")
        given = {"to": asked.to, "at": (asked.at or call.now).isoformat(), "link": link}
        await self._deliveries.hand_over(call.by, call.id("id"), given, call.now)
        return DeliveryMark(id=call.id("id"), state="delivered")

    async def drop(self, call: Call) -> DeliveryMark:
        """Let it be."""
        await self._deliveries.drop(call.by, call.id("id"), call.now)
        return DeliveryMark(id=call.id("id"), state="dropped")


class TakingDown:
    """POST tickets: the road of the desk's own page, ``inbox.counter`` and then the clerk."""

    def __init__(self, program: Program, recognising: Recognising) -> None:
        self._program, self._recognising = program, recognising

    async def take(self, call: Call) -> Registered:
        """Hand it to the clerk. The same key and words are the same message, which the clerk takes once."""
        if not call.by.may(call.office, Right.REGISTER):
            raise Forbidden("no-right", right=Right.REGISTER)
        asked = call.asked
        channel = counter.door(call.office, asked.channel)
        if not channel:
            raise Refused("counter-missing")
        given = {
            "nama": asked.name,
            "kontak": asked.contact,
            "jenis": asked.kind,
            "objek": asked.object,
            "tempat": asked.place,
        }
        given |= {f"{counter.FACT}{name}": text for name, text in asked.details.model_dump().items()}
        inbound = counter.taken_down(call.by, given, asked.text, asked.uploads(), nonce=_nonce(call), now=call.now)
        await self._recognising.check_new(call.by, channel, inbound)
        accepted = await self._program.hand(channel, inbound)
        return Registered(
            number=accepted.number or None,
            code=accepted.code or None,
            url=accepted.url,
            words=accepted.words,
            aside=accepted.aside,
        )


def _who(call: Call) -> tuple[Actor, str]:
    return call.by, call.part("number")


def _nonce(call: Call) -> str:
    """The caller's key as the clerk's mark of a repeated message; without a key every request is another one."""
    if not call.key:
        return secrets.token_hex(16)
    return hashlib.sha256(f"{call.bearer.token_id}:{call.key}".encode()).hexdigest()[:32]
