"""A citizen of the story's past speaks: by the door the case came through, in the form in which that door delivers.

What is said lies on the citizen's phone, and is handed to the door's parse and desk as if the platform had brought it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.app import Wadul
from bot.demo import letters
from bot.demo.letters import Draft
from bot.demo.stage import Stage
from bot.demo.story import Complaint
from inbox.models import Ticket


class Voice:
    """One citizen in one case. ``channel`` is the door's id."""

    def __init__(
        self, office: str, opens: Complaint, channel: str, wadul: Wadul, stage: Stage, *, now: Callable[[], datetime]
    ) -> None:
        self._office, self._opens, self._channel, self._now = office, opens, channel, now
        self._wadul, self._stage, self._phones = wadul, stage, stage.phones
        self._letter_id, self._said = 0, 0

    async def open(self) -> None:
        """The complaint itself."""
        opens = self._opens
        if opens.door == "email":
            _, entry = self._wadul.offices.channel(self._channel)
            await self._write(Draft(to=str(entry.settings()["address"]), subject=opens.subject, text=opens.text))
        elif opens.door == "web":
            await self._submit("aduan", text=opens.text, fields=opens.fields)
        else:
            if opens.door == "telegram" and not self._stage.chats.lines(opens.citizen, self._channel):
                await self._chat("/start")
                await self._wadul.deliverer.drain()
            await self._chat(opens.text)

    async def say(self, text: str, ticket: Ticket) -> None:
        """What the citizen says later; a word that stands on a button presses it."""
        if self._opens.door == "email":
            await self._reply(text)
        elif self._opens.door == "web":
            pressed = text if re.fullmatch("SELESAI|BELUM|BATAL|[1-5]", text) else ""
            proof = {"nomor": ticket.number, "kode": ticket.code}
            await self._submit("balas", text="" if pressed else text, fields=proof, choice=pressed)
        else:
            await self._chat(text)

    async def _chat(self, text: str) -> None:
        phone, platform = self._opens.citizen, self._stage.texting().get(self._channel)
        graph = self._stage.graphs().get(self._channel)
        if graph is not None:
            await self._hand_in(graph.raw(graph.played(phone, self._channel, text)))
            return
        if platform is None:
            offering = next(
                (one for one in reversed(self._stage.chats.lines(phone, self._channel)) if one.buttons), None
            )
            values = {value for row in offering.buttons for _, value in row} if offering else set()
            if offering and text in values:
                await self._stage.telegram.presses(offering.id, text)
            else:
                await self._stage.telegram.says(phone, self._channel, text)
            await self._hand_in(json.dumps(self._stage.telegram.last_update(self._channel)).encode())
            return
        line = self._stage.chats.add(phone, self._channel, sent=True, state="delivered", text=text)
        await self._hand_in(platform.raw(line))

    async def _reply(self, text: str) -> None:
        thread = [letter for letter in self._phones.letters(self._opens.citizen) if letter.id >= self._letter_id]
        last = next(letter for letter in reversed(thread) if not letter.sent)
        row = letters.shown([last])[0]
        await self._write(Draft(to=row["reply"], subject=row["subject"], text=text, answers=last))

    async def _write(self, draft: Draft) -> None:
        letter = self._phones.write(self._opens.citizen, draft)
        self._letter_id = self._letter_id or letter.id
        await self._hand_in(letter.raw)

    async def _submit(self, form: str, *, text: str, fields: Mapping[str, str], choice: str = "") -> None:
        """The form as the web door keeps it (``channels.web_raw``)."""
        self._said += 1
        name = f"{self._office}-{self._now().timestamp():.0f}-{self._said}"
        raw = {
            "form": form,
            "id": f"contoh-{name}",
            "sender": f"w{name.replace('-', '')}",
            "at": self._now().isoformat(),
            "fields": dict(fields),
            "text": text,
            "choice": choice,
        }
        await self._hand_in(json.dumps(raw).encode())

    async def _hand_in(self, raw: bytes) -> None:
        await self._wadul.desks[self._channel].accept(*self._wadul.doors[self._channel].parse(raw).messages)
