"""DATA, HAPUS and KOREKSI: what a citizen asks about what is held of them, at any door.

Pure. Whose data it is follows from the sender's own case, or from number and code; who asks from an address that can be
forged is asked once more before anything is to be erased. Words beside KOREKSI go on the ticket, so that none are lost.
"""

from __future__ import annotations

from bot.decision import AskData, Decision, Effect, Join, Say
from bot.meaning import Keyword
from bot.moves import prove, reply, welcome
from bot.talk import Known
from bot.turn import Turn, rested

WORDS = {Keyword.DATA, Keyword.ERASE, Keyword.CORRECT}
_KINDS = {Keyword.DATA: "data", Keyword.ERASE: "erase", Keyword.CORRECT: "correct"}


def asked(turn: Turn) -> Decision | None:
    """The rule: whose case it is, then what was asked. Without one, words behind KOREKSI are a complaint's."""
    keyword = turn.meaning.keyword
    if keyword not in WORDS:
        return None
    if turn.foreign and not turn.own_clue:
        return prove(turn, turn.foreign, keyword)
    ticket = turn.own_clue or turn.fresh or next(iter(turn.own), None)
    if ticket is None:
        return None if turn.meaning.rest else reply(turn, "tak-ada-aduan")
    return carry_out(turn, keyword, ticket)


def carry_out(turn: Turn, intent: str, ticket: Known) -> Decision:
    """Do it for the ticket that is meant."""
    asking = AskData(ticket.id, _KINDS[Keyword(intent)], turn.meaning.rest, proven=turn.proven is not None)
    memory = rested(turn.memory)
    match intent:
        case Keyword.DATA:
            return reply(turn, "data-anda", ticket, asking, memory=memory)
        case Keyword.ERASE if not (turn.scene.vouched or turn.proven is not None):
            return reply(turn, "pastikan", ticket, memory=memory, word=Keyword.ERASE.upper())
        case Keyword.ERASE:
            return reply(turn, "hapus-diminta", ticket, asking, memory=memory)
        case _ if not turn.meaning.rest:
            return reply(turn, "koreksi-cara", ticket, memory=memory)
    effects: tuple[Effect, ...] = (*welcome(ticket), Join(ticket.id), asking)
    return Decision((*effects, Say("koreksi-diminta", ticket.id, asked=True)), memory, ticket.id)
