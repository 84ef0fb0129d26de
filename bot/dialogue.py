"""What a message wants and what the clerk says to it: the policy, as a table of rules in their order.

Pure and total: a message, what is known and the moment make a decision, always the same one, and never an exception.
The first rule that has something to say decides; the last one opens a complaint, so that no words are lost. What the
rules need is in ``turn``, what they can do in ``moves``; what is asked by keyword in ``requests``, what answers a
question of ours in ``answers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot import answers, comments, hiding, own_data, requests, uniting
from bot.decision import Decision, Effect, File, Ignore, Join, Keep, OpenTicket, Reach, Say, Withhold
from bot.meaning import Sort
from bot.moves import QUESTIONS, asking, filed, join, open_new, prove, record, reply, which
from bot.talk import Expects, Known, Memory, Said, Scene
from bot.turn import Turn, rested
from channels.base import Kind

Rule = Callable[[Turn], Decision | None]
_ONCE = timedelta(days=1)
_KEEPING = {Expects.WHICH: "pilih-aduan", Expects.CODE: "minta-kode"}


def decide(said: Said, scene: Scene, now: datetime) -> Decision:
    """What to do with one message."""
    turn = hiding.skipping(comments.apart(Turn(said, scene, now)))
    decision = next(filter(None, (rule(turn) for rule in RULES)), None) or open_new(turn)
    protected = hiding.kept_secret(_reached(_measured(decision, turn), turn), turn)
    return _limited(comments.kept_private(protected, turn), scene)


def _measured(decision: Decision, turn: Turn) -> Decision:
    """Beyond what one sender may open in a day the words wait for an officer; that is said once a day."""
    opening = next((one for one in decision.effects if isinstance(one, OpenTicket)), None)
    scene = turn.scene
    if opening is None or opening.officer or scene.opened_lately < scene.limits.tickets_per_day:
        return decision
    said_at = scene.memory.withheld_at
    quiet = scene.apart or (said_at is not None and turn.now - said_at < _ONCE)
    says = () if quiet else (Say("tertahan"),)
    return Decision((Withhold("many"), *says), scene.memory if quiet else replace(scene.memory, withheld_at=turn.now))


def _reached(decision: Decision, turn: Turn) -> Decision:
    """A contact left with later words counts for the ticket that they were put on, where that is the sender's."""
    onto = {effect.ticket for effect in decision.effects if isinstance(effect, Join | File)}
    ticket = turn.ticket(onto.pop()) if len(onto) == 1 else None
    if not turn.said.contact or turn.said.automatic or turn.said.public or ticket is None or not ticket.owned:
        return decision
    return replace(decision, effects=(*decision.effects, Reach(ticket.id, turn.said.contact)))


def machines(turn: Turn) -> Decision | None:
    """A machine's message goes on record with the ticket it names; it is never answered and opens nothing."""
    if not turn.said.automatic:
        return None
    ticket = turn.clue
    return Decision((File(ticket.id) if ticket else Ignore("automatic"),), turn.scene.memory)


def blocked(turn: Turn) -> Decision | None:
    """Who is blocked is stored and not answered; what an officer wrote down for them is the officer's word."""
    form = turn.said.form
    by_hand = form is not None and form.officer
    return Decision((Withhold("blocked"),), turn.scene.memory) if turn.scene.blocked and not by_hand else None


def forgeries(turn: Turn) -> Decision | None:
    """Whose sender is contradicted joins nothing by its address: an officer looks at a complaint that stands alone.

    Whoever gives a ticket's number and code proves that much.
    """
    if not turn.scene.apart or turn.proven:
        return None
    opens = turn.substance and not turn.meaning.keyword
    opening = [effect for effect in open_new(turn).effects if isinstance(effect, OpenTicket)] if opens else []
    return Decision((*opening,) or (Ignore("unproven"),), turn.scene.memory)


def crowds(turn: Turn) -> Decision | None:
    """What is said to a group opens nothing: whoever is there is invited to write to us alone.

    A comment is public by its nature, and judged as any other message (``bot.comments``).
    """
    in_group = turn.said.public and turn.said.kind is Kind.MESSAGE
    return Decision((Say("ajak-pribadi"),), turn.memory) if in_group else None


def changes(turn: Turn) -> Decision | None:
    """An edit lies beside its original for officers to see; a deletion or reaction is on record. None is answered.

    What was edited before it belonged to a ticket is judged as if it were said now.
    """
    if turn.said.kind in {Kind.MESSAGE, Kind.COMMENT}:
        return None
    ticket = turn.scene.original
    if ticket:
        return Decision((Join(ticket) if turn.said.kind is Kind.EDIT else File(ticket),), turn.memory)
    return None if turn.said.kind is Kind.EDIT else Decision((Ignore("change"),), turn.memory)


def forms(turn: Turn) -> Decision | None:
    """A web form is always a new complaint, unless nothing at all stands in it; what an officer wrote down is one."""
    form = turn.said.form
    if form is None:
        return None
    says = turn.substance or form.object or form.place or form.officer
    return open_new(turn, form) if says else _greet(turn, "salam")


def unproven(turn: Turn) -> Decision | None:
    """The status page writes with number and code; without the right ones nothing is done."""
    wrong = turn.said.proof and turn.proven is None
    return Decision((Ignore("proof-wrong"),), turn.memory) if wrong else None


def nuisances(turn: Turn) -> Decision | None:
    """Who was taken for spam of late and writes on, with nothing else open: it lies on that record, and no word.

    BARU and a number still open and ask as ever, should it have been a mistake.
    """
    ticket = turn.lately
    if ticket is None or not ticket.spam or turn.likely or turn.clue not in {None, ticket}:
        return None
    return Decision((File(ticket.id),), turn.memory, ticket.id)


def albums(turn: Turn) -> Decision | None:
    """Pictures of one album go where the first one went."""
    memory = turn.memory
    if not turn.said.group or turn.said.group != memory.group:
        return None
    question = _KEEPING.get(memory.expects)
    if memory.kept and question:
        return Decision((Keep(question),), replace(memory, kept=(*memory.kept, turn.said.id)))
    ticket = turn.ticket(memory.filed)
    return Decision((Join(ticket.id),), filed(turn, ticket.id), ticket.id) if ticket else None


def courtesies(turn: Turn) -> Decision | None:
    """Thanks, "ok", a thumb: on record with what was spoken of last, and no answer; thanks for an answer get one."""
    sort = turn.meaning.sort
    if turn.substance or sort not in {Sort.THANKS, Sort.NOD, Sort.NOTHING} or turn.meaning.question:
        return None
    ticket = turn.clue or turn.lately or _only(turn.live) or (_only(turn.typed) if sort is Sort.NOD else None)
    if ticket is None:
        return _greet(turn, "terima-kasih") if sort is Sort.THANKS else None
    if not ticket.confirmed:
        return reply(turn, "status", ticket)
    says = (Say("terima-kasih", ticket.id),) if sort is Sort.THANKS and ticket.status == "answered" else ()
    return Decision((*record(turn, ticket), *says), turn.memory, ticket.id)


def _only(tickets: tuple[Known, ...]) -> Known | None:
    return tickets[0] if len(tickets) == 1 else None


def announcements(turn: Turn) -> Decision | None:
    """ "Saran" and no more: it is remembered, and what it is about is waited for."""
    kind = turn.said.means
    if not kind or turn.said.chosen or turn.clue or turn.likely or turn.said.files or turn.said.place:
        return None
    return reply(turn, "salam", memory=asking(turn, Expects.COMPLAINT, menu=(kind,)))


def greetings(turn: Turn) -> Decision | None:
    """A greeting or noise opens nothing: the clerk greets, once in a while, and asks for the complaint."""
    if turn.substance:
        return None
    if turn.in_burst and (ticket := turn.ticket(turn.memory.filed)):
        return Decision(record(turn, ticket), turn.memory)
    return _greet(turn, "salam")


def _greet(turn: Turn, template: str) -> Decision:
    if turn.near(turn.memory.greeted_at, turn.now):
        return Decision((Ignore("greeted"),), turn.memory)
    return Decision((Say(template),), replace(turn.memory, greeted_at=turn.now))


def clues(turn: Turn) -> Decision | None:
    """The message itself says where it belongs. What was closed for good is not woken: that is a new complaint."""
    ticket = turn.clue
    if ticket is None:
        return None
    return join(turn, ticket) if ticket.live or ticket.reopenable or turn.said.proof else open_new(turn)


def strangers(turn: Turn) -> Decision | None:
    """A number that is not the sender's: the words are kept and the code is asked for, unless too many were wrong."""
    ask = turn.foreign and not turn.clue and not turn.locked
    return prove(turn, turn.foreign, "") if ask else None


def subjects(turn: Turn) -> Decision | None:
    """A mail with a subject of its own and no thread begins something new."""
    return open_new(turn) if turn.new_subject else None


def bursts(turn: Turn) -> Decision | None:
    """What comes in one breath belongs together: it joins without a word."""
    ticket = turn.ticket(turn.memory.filed)
    if not turn.in_burst or ticket is None or not ticket.live:
        return None
    return join(turn, ticket, guessed=bool(turn.memory.guessed))


def continuations(turn: Turn) -> Decision | None:
    """No clue: the one ticket that waits for the citizen, the only live one, or the one spoken of within a day."""
    waiting = [one for one in turn.likely if one.status == "waiting"]
    only = waiting if len(waiting) == 1 else list(turn.likely)
    ticket: Known | None = only[0] if len(only) == 1 else turn.fresh
    return join(turn, ticket, guessed=True) if ticket else None


def doubts(turn: Turn) -> Decision | None:
    """Several are open and nothing says which: the message is kept and the citizen is asked."""
    return which(turn, "", turn.likely) if turn.likely else None


# First who is not to be answered; then what answers a question of ours and cannot mean anything else; then keywords;
# then talk; then what may answer a question; last where a message belongs. What no rule takes opens a complaint.
RULES: tuple[Rule, ...] = (
    machines,
    blocked,
    forgeries,
    crowds,
    comments.replies,
    changes,
    forms,
    unproven,
    requests.stopping,
    uniting.proof,
    uniting.uniting,
    answers.code,
    answers.chosen_ticket,
    answers.kind,
    answers.rating,
    answers.skipped,
    hiding.wished,
    requests.helping,
    requests.anew,
    own_data.asked,
    requests.about_a_ticket,
    nuisances,
    albums,
    requests.how_it_stands,
    courtesies,
    answers.particular,
    announcements,
    greetings,
    answers.awaited,
    strangers,
    clues,
    subjects,
    bursts,
    continuations,
    doubts,
)


def overdue(said: Said, scene: Scene, now: datetime, *, question: str, others: tuple[int, ...] = ()) -> Decision:
    """What becomes of messages that were kept for an answer that did not come: nobody's words wait for ever.

    After "which one?" they go to the ticket spoken of last, after "what is its code?" they open a new one. ``others``
    are the ids of those beside ``said``.
    """
    waits = scene.memory.expects in _KEEPING
    turn = Turn(said, replace(scene, memory=rested(scene.memory)) if waits else scene, now)
    ticket = next(iter(turn.live), None) if question == "pilih-aduan" else None
    if ticket is None:
        return _limited(_measured(open_new(turn, messages=others), turn), scene)
    return _limited(join(turn, ticket, guessed=True, messages=others), scene)


def _limited(decision: Decision, scene: Scene) -> Decision:
    """No address hears more than its hourly share, and one that said STOP only what it asks for.

    What it did not ask for has the smaller share: a robot that answers us asks for nothing, and falls silent with us.
    """
    effects: list[Effect] = []
    for effect in decision.effects:
        if not isinstance(effect, Say):
            effects.append(effect)
        elif (room := _room(effect, scene)) > 0 and (effect.asked or not scene.stopped):
            effects.append(replace(effect, then=effect.then if room > 1 and not scene.stopped else ""))
    return replace(decision, effects=tuple(effects), memory=_unless_unasked(decision, effects))


def _room(say: Say, scene: Scene) -> int:
    limits = scene.limits
    most = limits.answers_per_hour if say.asked else min(limits.automatic_per_hour, limits.answers_per_hour)
    return most - scene.sent_lately


def _unless_unasked(decision: Decision, effects: list[Effect]) -> Memory:
    """A particular that was not asked for, because nothing more may be said, is not waited for."""
    unasked = _asks(decision.effects) and not _asks(effects)
    return rested(decision.memory) if unasked and decision.memory.expects is Expects.PART else decision.memory


def _asks(effects: Iterable[Effect]) -> bool:
    return any(isinstance(one, Say) and (one.then or one.template in QUESTIONS.values()) for one in effects)
