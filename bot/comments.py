"""What is said in public is judged like anything else, and answered so that nobody else learns of it.

Whoever comments is told in private, once a comment, what the platform lets us tell them there; the only words for
everybody are a fixed invitation to write in private, and it says nothing of any case. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from bot.decision import OPENED, Decision, Effect, File, Ignore, OpenTicket, Say
from bot.turn import Turn, rested
from channels.base import Kind

INVITATION, RECEIPT = "ajak-komentar", "terima-komentar"
# A private message that only greets would be a nuisance.
_SMALL_TALK = frozenset({"salam", "terima-kasih"})


def is_open(turn: Turn) -> bool:
    """Whether it stands where everybody reads it, under a name of its own: a comment, or a change to one."""
    return turn.said.public and turn.said.kind in {Kind.COMMENT, Kind.EDIT}


def replies(turn: Turn) -> Decision | None:
    """What stands under our invitation lies with the case; nothing is said to it. A new complaint there is one."""
    if not (is_open(turn) and turn.scene.invited):
        return None
    ticket = turn.scene.threaded
    if ticket and ticket.owned:
        return Decision((File(ticket.id),), turn.memory, ticket.id)
    return None if turn.substance else Decision((Ignore("invited"),), turn.memory)


def apart(turn: Turn) -> Turn:
    """The turn without what only seems to point somewhere: who writes under another's comment is another person."""
    threaded = turn.scene.threaded
    if not is_open(turn) or threaded is None or threaded.owned:
        return turn
    return replace(turn, scene=replace(turn.scene, threaded=None))


def kept_private(decision: Decision, turn: Turn) -> Decision:
    """The same decision with what may be said of it: one private answer, and to a new complaint the invitation."""
    if not is_open(turn):
        return decision
    says = [one for one in decision.effects if isinstance(one, Say) and one.template not in _SMALL_TALK]
    rest: list[Effect] = [one for one in decision.effects if not isinstance(one, Say)]
    if any(isinstance(one, OpenTicket) for one in rest):
        receipt = Say(RECEIPT, OPENED, asked=True, comment=True)
        invitation = Say(INVITATION, OPENED, public=True)
        # What is missing is asked once they write in private: a comment has room for one answer.
        return replace(decision, effects=(*rest, receipt, invitation), memory=rested(decision.memory))
    answer = [replace(one, then="", comment=True) for one in says[:1]]
    silent = not (rest or answer)
    return replace(decision, effects=(*rest, *answer, *([Ignore("comment")] if silent else [])))
