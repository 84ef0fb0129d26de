"""Two addresses of one person, as the citizen says it: GABUNG with the other, then the code that was sent there.

Pure rules, each a ``Turn`` to a ``Decision`` or None for "not mine". What is answered is the same whether the office
knows the address or not, and whether anything could be sent there.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import timedelta

from bot.decision import Decision, Prove, Say, Unite
from bot.meaning import Keyword
from bot.moves import asking, reply
from bot.talk import Expects
from bot.turn import WRONG_CODES, Turn, rested
from channels.base import contact

_MOST_SOUGHT = 3
_WITHIN = timedelta(days=1)
_CODE_LASTS = timedelta(hours=1)
# What is typed while the clerk waits for something else answers that.
_RESTS = frozenset({Expects.NOTHING, Expects.COMPLAINT, Expects.ADDITION, Expects.PART})


def proof(turn: Turn) -> Decision | None:
    """The code that was sent to the other address, right or wrong; typed at that address, it belongs elsewhere."""
    memory, code = turn.memory, turn.meaning.code
    ours = any(letter.isdigit() for letter in code)  # "mampet" is none
    if not ours or turn.meaning.numbers or _named(turn) or memory.expects not in {*_RESTS, Expects.PROOF}:
        return None
    if memory.expects is not Expects.PROOF:
        lately = memory.coded_at is not None and turn.now - memory.coded_at < _CODE_LASTS
        return reply(turn, "gabung-di-sana") if lately else None
    if not turn.scene.vouched:
        return reply(turn, "pastikan", word=f"{Keyword.UNITE.upper()} {code}")
    if not turn.locked and hmac.compare_digest(memory.secret.encode(), code.encode()):
        done = (Unite(memory.number), Say("gabung-selesai", asked=True))
        return Decision(done, rested(memory))
    wrong = (*turn.wrong, turn.now)
    locked = len(wrong) >= WRONG_CODES
    after = replace(rested(memory) if locked else memory, wrong=wrong)
    return reply(turn, "gabung-salah", memory=after, locked=locked)


def uniting(turn: Turn) -> Decision | None:
    """GABUNG: a code goes to the address that is named, a few times a day; without one it says how."""
    if turn.meaning.keyword is not Keyword.UNITE or turn.said.public:
        return None
    address = _named(turn)
    if not address:
        return reply(turn, "gabung-salah" if turn.meaning.code else "gabung-cara", locked=False)
    if not turn.scene.vouched:
        return reply(turn, "pastikan", word=f"{Keyword.UNITE.upper()} {address.partition(':')[2]}")
    sought = tuple(at for at in turn.memory.sought if turn.now - at < _WITHIN)
    if len(sought) >= _MOST_SOUGHT or turn.locked:
        return reply(turn, "gabung-cara", locked=True)
    memory = asking(turn, Expects.PROOF, number=address, intent=Keyword.UNITE.value)
    asked = reply(turn, "gabung-diminta", memory=replace(memory, sought=(*sought, turn.now)))
    return replace(asked, effects=(Prove(address), *asked.effects))


def _named(turn: Turn) -> str:
    """The address that stands in the words, as ``scheme:value``; a goodbye below them may hold another."""
    found = next(filter(None, map(contact, turn.said.text.splitlines())), None)
    return ":".join(found) if found else ""
