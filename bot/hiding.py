"""Who wishes not to be named: RAHASIA and ANONIM, alone or with a complaint, and what that does to a decision.

Pure. A wish is never a question to be answered first and never keeps a complaint waiting: words that come with it are
judged as ever, and whatever ticket they go to is raised to that level. Lowering it again is ``requests``' TERBUKA.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.decision import Decision, Effect, File, Hide, Join, Say
from bot.meaning import Keyword, Sort
from bot.moves import QUESTIONS, asking, prove, reply, which
from bot.requests import carry_out
from bot.talk import Expects, Known
from bot.turn import Turn
from inbox.secrecy import OPEN


def skipping(turn: Turn) -> Turn:
    """Whoever answers a question with RAHASIA does not want to say it: the question is over."""
    if not turn.said.only_wish or turn.memory.expects is not Expects.PART:
        return turn
    return Turn(replace(turn.said, meaning=replace(turn.meaning, keyword=Keyword.SKIP)), turn.scene, turn.now)


def wished(turn: Turn) -> Decision | None:
    """The wish and nothing else: for the ticket that is meant, else for the complaint that is still to come."""
    said, bare = turn.said, turn.said.only_wish or _names_a_ticket(turn)
    if said.wish == OPEN or not bare or said.files or said.place or said.form or said.automatic or said.public:
        return None
    if turn.foreign and not turn.proven:
        return prove(turn, turn.foreign, said.wish)
    meant = turn.own_clue or turn.fresh
    among = (meant,) if meant else turn.live
    if len(among) > 1:
        return which(turn, said.wish, among)
    if among:
        return carry_out(turn, said.wish, among[0])
    memory = asking(turn, Expects.COMPLAINT, menu=turn.memory.menu, wish=said.wish)
    return reply(turn, "rahasia-dulu", memory=memory)


def _names_a_ticket(turn: Turn) -> bool:
    """Whether beside the wish there is a number, perhaps its code, and no more."""
    return turn.meaning.keyword is Keyword.CHECK and turn.meaning.sort is not Sort.SUBSTANCE


def kept_secret(decision: Decision, turn: Turn) -> Decision:
    """With a wish beside the words, the sender's own ticket that they were put on is raised before anything is said."""
    wish, effects = turn.said.wish, decision.effects
    onto = {effect.ticket for effect in effects if isinstance(effect, Join | File)}
    ticket = turn.ticket(onto.pop()) if len(onto) == 1 else None
    done = any(isinstance(effect, Hide) for effect in effects)
    if wish == OPEN or done or turn.said.automatic or ticket is None or not ticket.owned:
        return decision
    first = next((place for place, effect in enumerate(effects) if isinstance(effect, Say)), len(effects))
    return replace(decision, effects=(*effects[:first], Hide(ticket.id, wish), *_telling(effects[first:], ticket)))


def _telling(effects: Sequence[Effect], ticket: Known) -> Iterator[Effect]:
    """The same with the one thing that is said saying also that the wish is granted."""
    says = [effect for effect in effects if isinstance(effect, Say)]
    for effect in effects:
        if not isinstance(effect, Say):
            yield effect
        elif effect.template in QUESTIONS.values():
            yield Say("rahasia", ticket.id, then=effect.template, asked=True)
        elif effect.template == "status":
            yield Say("rahasia", ticket.id, asked=True)
        else:
            yield replace(effect, values={**effect.values, "hidden": True})
    if not says:
        yield Say("rahasia", ticket.id, asked=True)
