"""What a citizen asks of the clerk by a keyword, and what is done with the ticket that is meant.

Pure rules, each a ``Turn`` to a ``Decision`` or None for "not mine". ``carry_out`` is also what an answer to "which
one?" and a right code lead to.
"""

from __future__ import annotations

from dataclasses import replace

from bot import own_data
from bot.decision import Confirm, Decision, Hide, Ignore, Rate, Reopen, Say, Show, Start, Stop, Withdraw
from bot.meaning import Keyword, Sort
from bot.moves import asking, filed, join, open_new, prove, reply, which
from bot.talk import Expects, Known
from bot.turn import Turn, rested

ABOUT_A_TICKET = {
    Keyword.CHECK,
    Keyword.ADD,
    Keyword.DONE,
    Keyword.NOT_YET,
    Keyword.CANCEL,
    Keyword.CODE,
    Keyword.SHOW,
}


def carry_out(turn: Turn, intent: str, ticket: Known, messages: tuple[int, ...] = ()) -> Decision:
    """Do what was asked with the ticket that is meant; an empty intent files the message."""
    match intent:
        case Keyword.CHECK:
            return reply(turn, "status", ticket, memory=rested(turn.memory))
        case Keyword.CODE:
            return reply(turn, "kode-terkirim", ticket, memory=rested(turn.memory))
        case Keyword.DONE:
            return _settle(turn, ticket)
        case Keyword.NOT_YET:
            return _reopen(turn, ticket)
        case "anonymous" | "sealed":
            return reply(turn, "rahasia", ticket, Hide(ticket.id, intent), memory=rested(turn.memory))
        case Keyword.SHOW if ticket is turn.proven:
            return reply(turn, "terbuka", ticket, Show(ticket.id), memory=rested(turn.memory))
        case Keyword.SHOW:
            return reply(turn, "terbuka-cara", ticket, memory=rested(turn.memory))
        case Keyword.CANCEL if ticket.live and not _sure(turn):
            return reply(turn, "pastikan", ticket, memory=rested(turn.memory), word=Keyword.CANCEL.upper())
        case Keyword.CANCEL if ticket.live:
            return reply(turn, "dibatalkan", ticket, Withdraw(ticket.id), memory=rested(turn.memory))
        case Keyword.CANCEL:
            return reply(turn, "status", ticket, memory=rested(turn.memory))
        case Keyword.DATA | Keyword.ERASE | Keyword.CORRECT:
            return own_data.carry_out(turn, intent, ticket)
        case _:
            return join(turn, ticket, messages=messages)


def _sure(turn: Turn) -> bool:
    """Whether it is the owner who asks: by the thread of our own message, or by the ticket's code."""
    return turn.scene.vouched or turn.proven is not None


def _settle(turn: Turn, ticket: Known) -> Decision:
    """SELESAI closes what was answered, and asks for a rating; a rating in the same breath is taken."""
    if ticket.status != "answered":
        return reply(turn, "status", ticket, memory=rested(turn.memory))
    rating = turn.meaning.rating if turn.meaning.pick is None else None
    if rating:
        done = (Confirm(ticket.id), Rate(ticket.id, rating))
        return reply(turn, "rating-terima", ticket, *done, memory=rested(turn.memory), rating=rating)
    memory = asking(turn, Expects.RATING, ticket=ticket.id)
    return reply(turn, "selesai-rating", ticket, Confirm(ticket.id), memory=memory)


def _reopen(turn: Turn, ticket: Known) -> Decision:
    """BELUM gives it back to the office within its window; later it says how to begin anew."""
    if ticket.status in {"open", "waiting"}:
        return reply(turn, "status", ticket, memory=rested(turn.memory))
    if not ticket.reopenable:
        return reply(turn, "tak-bisa-dibuka", ticket, memory=rested(turn.memory))
    memory = filed(turn, ticket.id, rested(turn.memory))
    return reply(turn, "dibuka-lagi", ticket, Reopen(ticket.id, turn.meaning.rest), memory=memory)


def stopping(turn: Turn) -> Decision | None:
    """STOP ends automatic messages with one last word; MULAI (or a bot's start) brings them back.

    Whoever stopped and says STOP again, as a machine would to every word of ours, hears no other last word.
    """
    match turn.meaning.keyword:
        case Keyword.STOP if turn.scene.stopped:
            return Decision((Ignore("stopped"),), turn.memory)
        case Keyword.STOP if not _sure(turn):
            return reply(turn, "pastikan", word=Keyword.STOP.upper())
        case Keyword.STOP:
            return reply(turn, "berhenti", None, Stop())
        case Keyword.RESUME:
            return reply(turn, "mulai", None, Start())
        case Keyword.START:
            return reply(turn, "mulai", None, Start()) if turn.scene.stopped else reply(turn, "salam")
    return None


def helping(turn: Turn) -> Decision | None:
    """BANTUAN says what the clerk understands."""
    return reply(turn, "bantuan") if turn.meaning.keyword is Keyword.HELP else None


def anew(turn: Turn) -> Decision | None:
    """BARU and ADUAN#…: a new complaint whatever is open. BARU alone takes back a guess, else waits for the words."""
    meaning = turn.meaning
    if meaning.form and meaning.form.text:
        return open_new(turn, meaning.form)
    if meaning.keyword is not Keyword.NEW:
        return None
    if meaning.rest or turn.said.files:
        return open_new(turn)
    guessed = [one for one in turn.scene.kept if one.id in turn.memory.guessed]
    if guessed:
        return open_new(turn, gist=guessed[0].gist, messages=tuple(one.id for one in guessed))
    return reply(turn, "salam", memory=asking(turn, Expects.COMPLAINT))


def about_a_ticket(turn: Turn) -> Decision | None:
    """CEK, TAMBAH, SELESAI, BELUM, BATAL, KODE: first whose ticket, then which, then it is done."""
    keyword = turn.meaning.keyword
    if keyword not in ABOUT_A_TICKET:
        return None
    if turn.foreign and not turn.proven and (keyword is Keyword.CHECK or not turn.own_clue):
        return _foreign(turn, keyword)
    if turn.own_clue:
        return _with(turn, keyword, turn.own_clue)
    if turn.clue and keyword is not Keyword.CHECK:
        return None
    return _RULES[keyword](turn)


def _with(turn: Turn, keyword: Keyword, ticket: Known) -> Decision | None:
    """The ticket is known. BELUM with words of its own on one that is still open is simply what they say."""
    talk = keyword is Keyword.NOT_YET and turn.meaning.rest and ticket.status in {"open", "waiting"}
    if keyword is Keyword.DONE and ticket.status != "answered" and turn.meaning.sort is Sort.THANKS:
        return None
    if talk or (keyword is Keyword.ADD and _adds(turn)):
        return join(turn, ticket)
    if keyword is Keyword.ADD:
        return _await_addition(turn, ticket)
    return carry_out(turn, keyword, ticket)


def _adds(turn: Turn) -> bool:
    """Whether the addition is there already: words behind TAMBAH, a file, or anything where one writes to add."""
    return bool(turn.meaning.rest or turn.said.files or turn.said.place or turn.said.proof)


def _foreign(turn: Turn, keyword: Keyword) -> Decision:
    """A code is sent to its own address only; everything else goes by number and code."""
    if keyword is Keyword.CODE:
        return reply(turn, "tak-ada-aduan")
    return prove(turn, turn.foreign, "" if keyword is Keyword.ADD and _adds(turn) else keyword)


def _check(turn: Turn) -> Decision:
    """CEK alone: the one that is open, a list of several, else the last one there was."""
    if len(turn.live) > 1:
        listed = Say("daftar-aduan", tickets=turn.own, asked=True)
        return Decision((listed,), turn.memory)
    found = turn.live or turn.own[:1]
    return carry_out(turn, Keyword.CHECK, found[0]) if found else reply(turn, "tak-ada-aduan")


def _code(turn: Turn) -> Decision:
    """A lost code goes to the address that complained, and nowhere else."""
    return _chosen(turn, Keyword.CODE, turn.live or turn.own[:1]) or reply(turn, "tak-ada-aduan")


def _add(turn: Turn) -> Decision:
    """TAMBAH: to the one spoken of within a day, to the only one, or to the one the citizen names."""
    among = (turn.fresh,) if turn.fresh else turn.live
    if not among:
        return open_new(turn) if _adds(turn) else reply(turn, "tak-ada-aduan")
    if len(among) == 1:
        return join(turn, among[0]) if _adds(turn) else _await_addition(turn, among[0])
    return which(turn, "" if _adds(turn) else Keyword.ADD, among)


def _await_addition(turn: Turn, ticket: Known) -> Decision:
    return reply(turn, "tambah", ticket, memory=asking(turn, Expects.ADDITION, ticket=ticket.id))


def _done(turn: Turn) -> Decision | None:
    """SELESAI without an answer to it is no end: thanks, or a word on how things stand."""
    if decision := _chosen(turn, Keyword.DONE, turn.answered):
        return decision
    if turn.meaning.sort is Sort.THANKS:
        return None
    found = turn.lately or next(iter(turn.own), None)
    return _settle(turn, found) if found else reply(turn, "tak-ada-aduan")


def _not_yet(turn: Turn) -> Decision | None:
    """BELUM after an answer; before one it is a citizen's sentence, or a wish to know more."""
    if decision := _chosen(turn, Keyword.NOT_YET, turn.answered):
        return decision
    if turn.live:
        says_more = turn.meaning.rest or turn.meaning.asks_status
        return None if says_more else carry_out(turn, Keyword.CHECK, turn.fresh or turn.live[0])
    if turn.meaning.rest and not (turn.lately and turn.lately.reopenable):
        return None
    found = turn.lately or next(iter(turn.own), None)
    return _reopen(turn, found) if found else reply(turn, "tak-ada-aduan")


def _cancel(turn: Turn) -> Decision:
    """BATAL withdraws at once where only one can be meant."""
    return _chosen(turn, Keyword.CANCEL, turn.live) or reply(turn, "tak-ada-aduan")


def _show(turn: Turn) -> Decision:
    """TERBUKA: only who has the code may let others know who complained; how is told."""
    return _chosen(turn, Keyword.SHOW, turn.live or turn.own[:1]) or reply(turn, "tak-ada-aduan")


def _chosen(turn: Turn, keyword: Keyword, among: tuple[Known, ...]) -> Decision | None:
    if len(among) == 1:
        return carry_out(turn, keyword, among[0])
    return which(turn, keyword, among) if among else None


_RULES = {
    Keyword.CHECK: _check,
    Keyword.CODE: _code,
    Keyword.ADD: _add,
    Keyword.DONE: _done,
    Keyword.NOT_YET: _not_yet,
    Keyword.CANCEL: _cancel,
    Keyword.SHOW: _show,
}


def how_it_stands(turn: Turn) -> Decision | None:
    """A question how it goes ("sudah sampai mana?"): told, and on record for the officers."""
    ticket = turn.own_clue or turn.fresh or (turn.live[0] if len(turn.live) == 1 else None)
    impatient = turn.meaning.sort is Sort.NOTHING and turn.meaning.question
    if ticket is None or not (turn.meaning.asks_status or impatient) or turn.said.files:
        return None
    said = reply(turn, "status", ticket)
    if impatient:
        return said
    joined = join(turn, ticket)
    return replace(joined, effects=(*(one for one in joined.effects if not isinstance(one, Say)), said.effects[-1]))
