"""Which mistakes only follow from a part that could not be read: those at a stand-in, and those it made.

A person mends the cause; telling the consequences too would blame lines that are right. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from config.salvage import KEY
from config.schema import Mistake, Offices
from config.source import Loc

_PROMISE = frozenset({"promise-short", "promise-long"})
_WAYS = _PROMISE | {"step-unknown", "step-final", "final-none", "step-unreached", "step-endless"}
_WAYS |= {
    "cycle-endless",
    "outcome-missing",
    "outcome-early",
    "final-actions",
    "citizen-gated",
    "actor-missing",
    "id-duplicate",
}
# What no longer holds where a whole list of the office, or the id of one of its items, is lost: here and in its SOPs.
_LOST = {
    "roles": frozenset({"superior-unknown", "actor-unknown", "signer-role-unknown"}),
    "papers": frozenset({"paper-unknown"}),
    "kinds": frozenset({"route-kind-unknown", "kinds-none"}),
    "channels": frozenset({"route-channel-unknown", "channel-unrouted"}),
    "registers": frozenset({"register-unknown"}),
    "ceilings": frozenset({"ceiling-unknown"}),
    "numberings": frozenset({"numbering-unknown"}),
}
_ROUTES = frozenset({"channel-unrouted", "route-no-default", "route-unreached"})
# Parts of a step that no other part of the procedure depends on.
_APART = frozenset({"row", "name", "plain", "label", "inferred", "requires", "produces", "needs", "tell", "actor"})


def without_consequences(mistakes: Iterable[Mistake], offices: Offices) -> Iterator[Mistake]:
    """The mistakes that would be there if every part could be read."""
    files = {offices.sources[key].file: key for key in offices.sources}
    for one in mistakes:
        key = files.get(one.file)
        if key is None or not (_stands_in(one, key, offices) or _made(one, key, offices)):
            yield one


def _stands_in(mistake: Mistake, key: tuple[str, ...], offices: Offices) -> bool:
    """Whether it is said of a stand-in, of what holds one, or of what one holds."""
    places = [offices.sources[key].key(loc) for loc in offices.damaged.get(key, ())]
    return any(_within(mistake.key, place) or _within(place, mistake.key) for place in places)


def _within(key: str, whole: str) -> bool:
    return not whole or key == whole or key.startswith(f"{whole}.")


def _made(mistake: Mistake, key: tuple[str, ...], offices: Offices) -> bool:
    """Whether a stand-in elsewhere in the file, or in one that it depends on, made it."""
    return mistake.code in frozenset[str]().union(*_codes(key, offices.damaged))


def _codes(key: tuple[str, ...], damaged: Mapping[tuple[str, ...], Iterable[Loc]]) -> Iterator[frozenset[str]]:
    if damaged.get(("worktime",)):
        yield _PROMISE | {"hours-none"}
    if key[0] == "procedure":
        yield from (_of_procedure(loc) for loc in damaged.get(key, ()))
        key = ("office", key[1])
    yield from (_of_office(loc) for loc in damaged.get(key, ()))


def _of_procedure(loc: Loc) -> frozenset[str]:
    if not loc or loc[0] not in {"steps", "first", "reopen", "promise"} or _APART.intersection(map(str, loc)):
        return frozenset()
    return _PROMISE if loc[-1] in {"within", "promise"} else _WAYS


def _of_office(loc: Loc) -> frozenset[str]:
    """The whole file lost takes everything with it that its procedures refer to."""
    if not loc:
        return frozenset[str]().union(*_LOST.values(), _ROUTES, _PROMISE)
    first = str(loc[0])
    if first == "routes":
        return _ROUTES
    if first == "worktime":
        return _PROMISE | {"hours-none"}
    lost = len(loc) == 1 or loc[-1] in {"id", KEY} or (len(loc) == 2 and isinstance(loc[1], int))
    return _LOST.get(first, frozenset()) if lost else frozenset()
