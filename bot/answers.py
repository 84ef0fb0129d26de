"""What a citizen says to a question of the clerk's: a code, which ticket, a rating, a missing particular.

Pure rules, each a ``Turn`` to a ``Decision`` or None for "no answer to that": then the message is judged like any
other, and the question stays. No question is a gate.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.decision import Classify, Decision, Effect, Fill, Join, Rate, Say
from bot.meaning import Keyword, Sort
from bot.moves import (
    QUESTIONS,
    asking_for,
    filed,
    join,
    located,
    of_complaint,
    open_new,
    prove,
    record,
    reply,
    suiting,
    welcome,
)
from bot.requests import carry_out
from bot.talk import Expects, Known
from bot.turn import Turn, rested

_SEEN = timedelta(seconds=5)
_FRESH = timedelta(days=1)
_LONGEST = {"object": 30, "place": 40}
_LETTERS = 300


def code(turn: Turn) -> Decision | None:
    """The code we asked for, right or wrong."""
    memory = turn.memory
    if memory.expects is not Expects.CODE or not turn.meaning.code or turn.meaning.numbers:
        return None
    if turn.proven:
        return carry_out(turn, memory.intent, turn.proven, memory.kept)
    return prove(turn, memory.number, memory.intent or Keyword.CHECK) if memory.intent else _wrong(turn)


def _wrong(turn: Turn) -> Decision:
    """A wrong code is no message to keep: only what waits for it stays kept."""
    decision = prove(turn, turn.memory.number, Keyword.CHECK)
    return replace(decision, memory=replace(decision.memory, intent="", kept=turn.memory.kept))


def chosen_ticket(turn: Turn) -> Decision | None:
    """Which one was meant: a number of the list, a ticket's number, or BARU."""
    memory, meaning = turn.memory, turn.meaning
    if memory.expects is not Expects.WHICH:
        return None
    if meaning.keyword is Keyword.NEW and not meaning.rest and not memory.intent:
        gist = next((one.gist for one in turn.scene.kept if one.id in memory.kept), "")
        return open_new(turn, gist=gist, messages=memory.kept)
    found = _chosen(turn)
    return carry_out(turn, memory.intent, found, memory.kept) if found else None


def _chosen(turn: Turn) -> Known | None:
    offered, meaning = turn.memory.offered, turn.meaning
    if meaning.pick is not None and 1 <= meaning.pick <= len(offered):
        return turn.ticket(offered[meaning.pick - 1])
    return turn.named if turn.named and not meaning.words else None


def kind(turn: Turn) -> Decision | None:
    """Which kind it is: a number of the menu, its name, or its button, which may be pressed again later."""
    waits = turn.memory.expects is Expects.PART and turn.memory.part == "kind"
    ticket = _to_classify(turn, waits)
    chosen = turn.said.means or (_of_menu(turn) if waits else "")
    if ticket is None or not chosen or not _was_seen(turn, at_once=turn.meaning.pick is not None):
        return None
    done = (*record(turn, ticket), Classify(ticket.id, chosen))
    then = suiting(turn, chosen, turn.memory.then) if waits else ()
    if then and of_complaint(turn, chosen):
        return _ask(turn, ticket, then, done)
    base = filed(turn, ticket.id)
    after = asking_for(turn, then, base, ticket.id) if then else rested(base) if waits else base
    question = QUESTIONS[then[0]] if then else ""
    return Decision((*done, Say("terima-jenis", ticket.id, then=question, asked=True)), after, ticket.id)


def _to_classify(turn: Turn, waits: bool) -> Known | None:
    """The ticket that is asked about, or whose button was pressed, while somebody works on it."""
    pressed = (turn.own_clue or turn.fresh) if turn.said.chosen else None
    ticket = turn.ticket(turn.memory.ticket) if waits else pressed
    if ticket is None or ticket.status not in {"open", "waiting"}:
        return None
    return None if turn.clue and turn.clue.id != ticket.id else ticket


def _of_menu(turn: Turn) -> str:
    menu, pick = turn.memory.menu, turn.meaning.pick or 0
    return menu[pick - 1] if 1 <= pick <= len(menu) else ""


def rating(turn: Turn) -> Decision | None:
    """1 to 5 after SELESAI; on the status page and as "bintang 5" at any time after the end."""
    value = turn.meaning.rating
    if value is None:
        return None
    if turn.memory.expects is Expects.RATING:
        ticket = turn.ticket(turn.memory.ticket)
    else:
        ticket = turn.own_clue or (turn.lately if turn.meaning.rated else None)
    if ticket is None or ticket.status in {"open", "waiting"}:
        return None
    decision = reply(turn, "rating-terima", ticket, Rate(ticket.id, value), memory=rested(turn.memory), rating=value)
    if turn.meaning.sort is not Sort.SUBSTANCE:
        return decision
    return replace(decision, effects=(*welcome(ticket), Join(ticket.id), *decision.effects[-2:]))


def skipped(turn: Turn) -> Decision | None:
    """LEWATI, BATAL or a dash: not this one, then the next question or an end of questions."""
    memory = turn.memory
    dash = turn.said.text.strip() in {"-", "--", "."}
    skips = turn.meaning.keyword is Keyword.SKIP or dash
    if memory.expects is Expects.RATING and skips and (ticket := turn.ticket(memory.ticket)):
        return reply(turn, "terima-kasih", ticket, memory=rested(memory))
    withdraws = turn.meaning.keyword is Keyword.CANCEL and not (turn.meaning.numbers or turn.said.chosen)
    ticket = turn.ticket(memory.ticket)
    if memory.expects is not Expects.PART or ticket is None or not (skips or withdraws):
        return None
    return _next(turn, ticket, record(turn, ticket))


def particular(turn: Turn) -> Decision | None:
    """What the procedure requires and we asked for, filed in its field; then the next question."""
    memory = turn.memory
    ticket = turn.ticket(memory.ticket) if memory.expects is Expects.PART else None
    if ticket is None or memory.part == "kind" or (turn.clue and turn.clue.id != ticket.id):
        return None
    if not _answers(turn, memory.part):
        return None
    filling = Fill(ticket.id, memory.part, _value(turn))
    return _next(turn, ticket, (*welcome(ticket), Join(ticket.id), filling, *located(turn, ticket)))


def _value(turn: Turn) -> str:
    if turn.memory.part == "name":
        return turn.said.called
    if turn.said.place and not turn.said.text.strip():
        return f"{turn.said.place.latitude:.5f}, {turn.said.place.longitude:.5f}"
    return turn.said.answer


def _answers(turn: Turn, part: str) -> bool:
    """Whether it can be an answer: seen before it was written, short, no question, no greeting, no new mail."""
    said, meaning = turn.said, turn.meaning
    unthreaded_mail = said.subject and not said.replies and not turn.clue
    if not _was_seen(turn) or unthreaded_mail:
        return False
    if said.place and part == "place":
        return True
    if meaning.question or meaning.keyword or meaning.asks_status or meaning.form:
        return False
    if part == "name":
        return _is_name(turn)
    if meaning.sort not in {Sort.SUBSTANCE, Sort.DIGITS} or (part == "object" and meaning.pick):
        return False
    return len(said.answer.split()) <= _LONGEST[part] and len(said.answer) <= _LETTERS


def _is_name(turn: Turn) -> bool:
    """A short name ("Budi", "Ani") says too little to be a complaint, yet it answers the question."""
    says = turn.meaning.sort is Sort.SUBSTANCE or (turn.meaning.sort is Sort.GREETING and turn.meaning.unknown > 0)
    return says and bool(turn.said.called) and not any(letter.isdigit() for letter in turn.said.answer)


def _was_seen(turn: Turn, *, at_once: bool = False) -> bool:
    """Nobody answers a question that was asked five seconds ago; what comes then was on its way already.

    A menu's bare number is the exception (``at_once``): it means nothing else, and quick thumbs send it in three.
    Nor does anybody answer after a day without replying to the message that asked.
    """
    asked = turn.memory.asked_at
    if turn.clue is not None or turn.said.chosen:
        return True
    return asked is not None and asked + (timedelta(0) if at_once else _SEEN) <= turn.said.at <= asked + _FRESH


def _next(turn: Turn, ticket: Known, effects: tuple[Effect, ...]) -> Decision:
    if turn.memory.then:
        return _ask(turn, ticket, turn.memory.then, effects)
    return Decision((*effects, Say("terima-isian", ticket.id)), rested(filed(turn, ticket.id)), ticket.id)


def _ask(turn: Turn, ticket: Known, parts: tuple[str, ...], effects: tuple[Effect, ...]) -> Decision:
    memory = asking_for(turn, parts, filed(turn, ticket.id), ticket.id)
    return Decision((*effects, Say(QUESTIONS[parts[0]], ticket.id)), memory, ticket.id)


def awaited(turn: Turn) -> Decision | None:
    """The complaint after BARU, the words after TAMBAH."""
    memory = turn.memory
    if not turn.substance or turn.clue:
        return None
    if memory.expects is Expects.COMPLAINT:
        return open_new(turn)
    ticket = turn.ticket(memory.ticket) if memory.expects is Expects.ADDITION else None
    return join(turn, ticket) if ticket else None
