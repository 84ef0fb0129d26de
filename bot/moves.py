"""The few shapes a decision can have: open, join, ask which, ask for the code, answer.

Pure. Each takes a ``Turn`` and makes the ``Decision`` with its memory; when to use which is the rules' business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.decision import OPENED, Decision, Effect, File, Join, Keep, Locate, OpenTicket, Say, Welcome
from bot.meaning import Form
from bot.talk import Expects, Known, Memory
from bot.turn import WRONG_CODES, Turn, rested
from inbox.secrecy import stricter

QUESTIONS = {"kind": "tanya-jenis", "object": "tanya-objek", "place": "tanya-tempat", "name": "tanya-nama"}
# Nobody is asked where a suggestion happened.
_OF_COMPLAINTS = frozenset({"object", "place"})
_OFFERED = 5


def open_new(turn: Turn, form: Form | None = None, *, gist: str = "", messages: tuple[int, ...] = ()) -> Decision:
    """A new complaint at once; then the first thing its procedure requires and that is missing is asked."""
    said, parts = turn.said, form or Form("")
    kind = parts.kind or said.opens or _announced(turn)
    have = {
        "kind": kind or len(turn.scene.kinds) < 2,
        "name": parts.name or said.name or turn.scene.name_known,
        "object": parts.object,
        "place": parts.place or said.place,
    }
    opening = OpenTicket(
        summary=gist or said.gist,
        kind=kind,
        name=parts.name or said.name,
        object=parts.object,
        place=parts.place,
        point=said.place,
        contact=parts.contact or said.contact,
        officer=parts.officer,
        secrecy=stricter(said.wish, turn.memory.wish),
        messages=messages,
    )
    memory = filed(turn, OPENED, rested(turn.memory))
    missing = suiting(turn, kind, tuple(part for part in turn.scene.asks if not have[part]))
    if missing:
        memory = asking_for(turn, missing, memory, OPENED)
    question = QUESTIONS[missing[0]] if missing else ""
    return Decision((opening, Say("diterima", OPENED, then=question, asked=True)), memory, OPENED)


def _announced(turn: Turn) -> str:
    """The kind that was named before its words came ("Saran." and then what it is)."""
    memory = turn.memory
    return memory.menu[0] if memory.expects is Expects.COMPLAINT and memory.menu else ""


def suiting(turn: Turn, kind: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Of the particulars those that are asked for such a kind."""
    return parts if of_complaint(turn, kind) else tuple(part for part in parts if part not in _OF_COMPLAINTS)


def of_complaint(turn: Turn, kind: str) -> bool:
    """Whether such a kind is settled rather than answered; an unknown one is taken for a complaint."""
    return next((one.manner for one in turn.scene.kinds if one.id == kind), "complaint") == "complaint"


def asking_for(turn: Turn, parts: tuple[str, ...], memory: Memory, ticket: int) -> Memory:
    """Memory after asking for the first of the particulars; the others follow one by one."""
    menu = tuple(kind.id for kind in turn.scene.kinds) if parts[0] == "kind" else ()
    return asking(turn, Expects.PART, memory, ticket=ticket, part=parts[0], then=parts[1:], menu=menu)


def join(turn: Turn, ticket: Known, *, guessed: bool = False, messages: tuple[int, ...] = ()) -> Decision:
    """An addition. Within a burst nothing is said; else that it was added, and how to say that it was not meant so."""
    hears = ticket is turn.proven and not turn.said.proof
    effects: list[Effect] = [*welcome(ticket), Join(ticket.id, messages, hears=hears), *located(turn, ticket)]
    quiet = turn.in_burst and turn.memory.filed == ticket.id
    if not quiet:
        values = {"guessed": guessed} | ({} if ticket.owned else {"status": "open"})
        effects.append(Say("digabung", ticket.id, values=values))
    base = rested(turn.memory) if messages or turn.memory.expects is Expects.ADDITION else turn.memory
    if turn.said.place and base.ticket == ticket.id:
        base = replace(base, then=tuple(part for part in base.then if part != "place"))
    return Decision(tuple(effects), filed(turn, ticket.id, base, guessed=guessed), ticket.id)


def located(turn: Turn, ticket: Known) -> tuple[Effect, ...]:
    """A point on the map that came with the message is where it is."""
    return (Locate(ticket.id, turn.said.place),) if turn.said.place else ()


def which(turn: Turn, intent: str, among: tuple[Known, ...]) -> Decision:
    """Several could be meant: ask. A message to be filed (``intent`` empty) is kept until the answer."""
    offered = among[:_OFFERED]
    asked_already = turn.memory.expects is Expects.WHICH and not turn.memory.intent
    kept = (*(turn.memory.kept if asked_already else ()), turn.said.id) if not intent else ()
    effects: list[Effect] = [] if intent else [Keep("pilih-aduan")]
    if intent or not (asked_already and turn.near(turn.memory.asked_at, turn.now)):
        effects.append(Say("pilih-aduan", tickets=offered, values={"intent": intent}, asked=bool(intent)))
    ids = tuple(one.id for one in offered)
    return Decision(tuple(effects), asking(turn, Expects.WHICH, intent=intent, offered=ids, kept=kept))


def prove(turn: Turn, number: str, intent: str) -> Decision:
    """The number is not known to be the sender's: ask for its code, the same whether there is such a number or not."""
    wrong = (*turn.wrong, turn.now) if turn.meaning.code else turn.wrong
    kept = turn.memory.kept if turn.memory.expects is Expects.CODE else ()
    keep: list[Effect] = []
    if not intent:
        keep, kept = [Keep("minta-kode")], (*kept, turn.said.id)
    locked = len(wrong) >= WRONG_CODES
    template = "kode-salah" if turn.meaning.code or locked else "minta-kode"
    say = Say(template, values={"number": number, "locked": locked}, asked=True)
    memory = asking(turn, Expects.CODE, number=number, intent=intent, kept=kept)
    return Decision((*keep, say), replace(memory, wrong=wrong))


def reply(
    turn: Turn,
    template: str,
    ticket: Known | None = None,
    *effects: Effect,
    memory: Memory | None = None,
    **values: Any,
) -> Decision:
    """Answer what was asked for. With a ticket the message goes on its record, and ``effects`` are done to it."""
    say = Say(template, ticket.id if ticket else None, values=values, asked=True)
    if ticket is None:
        return Decision((*effects, say), memory or turn.memory)
    return Decision((*record(turn, ticket), *effects, say), memory or turn.memory, ticket.id)


def record(turn: Turn, ticket: Known) -> tuple[Effect, ...]:
    """Put the message on a ticket's record; one with a file or place also calls an officer."""
    shown = turn.said.files or turn.said.place
    return (*welcome(ticket), Join(ticket.id) if shown else File(ticket.id))


def welcome(ticket: Known) -> tuple[Effect, ...]:
    """An address that somebody typed is believed once it answers."""
    return () if ticket.confirmed else (Welcome(ticket.id),)


def filed(turn: Turn, ticket: int, memory: Memory | None = None, *, guessed: bool = False) -> Memory:
    """Memory after the message went to a ticket."""
    base = memory or turn.memory
    before = base.guessed if turn.in_burst and base.filed == ticket else ()
    return replace(
        base,
        filed=ticket,
        filed_at=turn.said.at,
        group=turn.said.group,
        subject=turn.said.subject or base.subject,
        guessed=(*before, turn.said.id) if guessed else (),
    )


def asking(turn: Turn, expects: Expects, memory: Memory | None = None, **what: Any) -> Memory:
    """Memory after a question, with ``what`` it is about."""
    return replace(rested(memory or turn.memory), expects=expects, asked_at=turn.now, **what)
