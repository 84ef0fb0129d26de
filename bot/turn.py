"""One message in one scene: what follows from the two together.

Pure. Owns which ticket a message points at, what counts as lately, and which question is still open; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from bot.meaning import Meaning, Sort
from bot.talk import Expects, Known, Memory, Said, Scene

WRONG_CODES = 5
_LOCK = timedelta(hours=1)
_LATELY = timedelta(days=1)
_ANSWERED_LATELY = timedelta(days=3)
_PATIENCE = {
    Expects.COMPLAINT: timedelta(days=1),
    Expects.ADDITION: timedelta(days=1),
    Expects.PART: timedelta(days=3),
    Expects.RATING: timedelta(days=7),
    Expects.WHICH: timedelta(days=2),
    Expects.CODE: timedelta(days=1),
    Expects.PROOF: timedelta(hours=1),
}


def rested(memory: Memory) -> Memory:
    """Memory without its question."""
    blank = Memory()
    question = (
        "expects",
        "asked_at",
        "ticket",
        "part",
        "then",
        "intent",
        "offered",
        "menu",
        "kept",
        "number",
        "secret",
        "wish",
    )
    return replace(memory, **{name: getattr(blank, name) for name in question})


@dataclass(frozen=True)
class Turn:
    """A message, its scene, and the moment it is decided."""

    said: Said
    scene: Scene
    now: datetime

    @property
    def meaning(self) -> Meaning:
        """What the words were recognised as."""
        return self.said.meaning

    @cached_property
    def memory(self) -> Memory:
        """What is remembered, without a question that nobody will answer any more."""
        memory = self.scene.memory
        patience = _PATIENCE.get(memory.expects)
        stale = patience is not None and (memory.asked_at is None or self.now - memory.asked_at > patience)
        return rested(memory) if stale else memory

    @cached_property
    def wrong(self) -> tuple[datetime, ...]:
        """When wrong codes came within the last hour."""
        return tuple(at for at in self.memory.wrong if self.now - at < _LOCK)

    @property
    def locked(self) -> bool:
        """Whether too many wrong codes came: then no code opens anything. The status page counts by itself."""
        return len(self.wrong) >= WRONG_CODES and not self.said.proof

    @property
    def proven(self) -> Known | None:
        """The ticket whose number and code were given."""
        return None if self.locked else self.scene.proven

    @cached_property
    def clue(self) -> Known | None:
        """The ticket that this message itself points at: by its code, by its thread, by its number."""
        threaded = self.scene.threaded
        if self.proven or (threaded and threaded.owned):
            return self.proven or threaded
        return self.named or threaded

    @property
    def own_clue(self) -> Known | None:
        """The same, where the sender may know and change it."""
        return self.clue if self.clue and self.clue.owned else None

    @cached_property
    def named(self) -> Known | None:
        """The sender's own ticket whose number stands in the text."""
        return next((one for one in self.scene.tickets if one.number in self.meaning.numbers), None)

    @cached_property
    def foreign(self) -> str:
        """The first number in the text that is not known to be the sender's; empty where there is none."""
        seen = (*self.scene.tickets, self.scene.threaded, self.proven)
        known = {one.number for one in seen if one}
        return next((number for number in self.meaning.numbers if number not in known), "")

    @cached_property
    def own(self) -> tuple[Known, ...]:
        """The sender's tickets, spoken of last first; not those somebody else opened with this address."""
        return tuple(one for one in self.scene.tickets if one.confirmed)

    @cached_property
    def typed(self) -> tuple[Known, ...]:
        """Those that somebody else opened with this address, which was asked whether that is right."""
        return tuple(one for one in self.scene.tickets if not one.confirmed)

    @cached_property
    def live(self) -> tuple[Known, ...]:
        """Those that a message without a clue may belong to."""
        since = self.now - timedelta(days=self.scene.limits.join_days)
        return tuple(one for one in self.own if one.live and not one.follows and one.spoken_at >= since)

    @cached_property
    def answered(self) -> tuple[Known, ...]:
        """Those whose citizen is asked whether it is settled."""
        return tuple(one for one in self.own if one.status == "answered")

    @cached_property
    def likely(self) -> tuple[Known, ...]:
        """Of those, the ones a message may be guessed to belong to: what was answered a while ago is not."""
        recent = self.now - _ANSWERED_LATELY
        return tuple(one for one in self.live if one.status != "answered" or one.spoken_at >= recent)

    @cached_property
    def lately(self) -> Known | None:
        """The one this conversation spoke of last, whatever became of it."""
        return next((one for one in self.own if one.id == self.scene.lately), None)

    @cached_property
    def fresh(self) -> Known | None:
        """The live one spoken of within a day: several may be open, yet this one is meant."""
        found = self.lately if self.lately in self.likely else None
        return found if found and self.now - found.spoken_at <= _LATELY else None

    def ticket(self, id_: int) -> Known | None:
        """A ticket of this scene by its id."""
        seen = (*self.scene.tickets, self.scene.threaded, self.proven)
        return next((one for one in seen if one and one.id == id_), None)

    @property
    def substance(self) -> bool:
        """Whether the message says or shows something that an officer would want to see."""
        return self.meaning.sort is Sort.SUBSTANCE or self.said.files or self.said.place is not None

    @property
    def in_burst(self) -> bool:
        """Whether it was sent in one breath with the message filed before it."""
        return self.near(self.memory.filed_at, self.said.at)

    @property
    def new_subject(self) -> bool:
        """A mail that begins something: a subject of its own, and no thread."""
        return bool(self.said.subject) and not self.said.replies and self.said.subject != self.memory.subject

    def near(self, before: datetime | None, at: datetime) -> bool:
        """Whether the two are within the office's burst."""
        return before is not None and abs(at - before) <= timedelta(minutes=self.scene.limits.burst_minutes)
