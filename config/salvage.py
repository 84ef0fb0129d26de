"""What a broken file still says: its model with stand-ins where a part cannot be read, and which parts those are.

So that one run tells every mistake: rules across files work on whatever could be read, and what they find at a
stand-in, or because of one, is left out. A salvaged model is never run: a file with a mistake is refused.
"""

from __future__ import annotations

import copy
from collections import Counter
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.source import Loc

M = TypeVar("M", bound=BaseModel)

# Tried in turn where nothing at all is not allowed; which one fits tells the model itself.
_STAND_INS: tuple[Any, ...] = ("x", "1 hari kerja", [], {}, False, 1, date(2000, 1, 1), "Asia/Jakarta", "XXX", "note")
_MOST_ROUNDS = 40
KEY = "[key]"


def salvage(model: type[M], data: Any) -> tuple[M | None, frozenset[Loc]]:
    """The model of ``data`` with stand-ins, and their places. None where even that does not help.

    A place () is the whole; one that ends in ``KEY`` is an entry that was left out, for its key can be none.
    """
    whole = isinstance(data, dict)
    mended: dict[str, Any] = copy.deepcopy(data) if whole else {}
    damaged: set[Loc] = set() if whole else {()}
    tried = Counter[Loc]()
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(mended), frozenset(damaged)
        except ValidationError as error:
            wrong = {detail["loc"] for detail in error.errors(include_url=False)}
        # The innermost keys first; what is wrong inside an entry goes with it.
        keys = sorted((loc for loc in wrong if loc[-1:] == (KEY,)), key=len, reverse=True)
        for loc in keys:
            _part(mended, loc[:-2]).pop(loc[-2])
        damaged.update(keys)
        for loc in wrong:
            if any(loc[: len(key) - 1] == key[:-1] for key in keys):
                continue
            place = _place(mended, loc)
            _mend(mended, place, tried[place])
            tried[place] += 1
            damaged.add(place)
    return None, frozenset(damaged)


def _part(data: Any, place: Loc) -> Any:
    for part in place:
        data = data[part]
    return data


def _place(data: Any, loc: Loc) -> Loc:
    """The part to replace: as far into ``loc`` as the data goes, and its last key where that is missing."""
    here, found = data, list[str | int]()
    for part in loc:
        if isinstance(here, dict) and (part in here or len(found) == len(loc) - 1):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            break
        found.append(part)
    return tuple(found)


def _mend(data: dict[str, Any], place: Loc, attempt: int) -> None:
    """Take the part away, then try one stand-in after the other. Items of a list keep their place in it."""
    if not place:
        return
    inside, last = _part(data, place[:-1]), place[-1]
    if isinstance(inside, dict) and attempt == 0 and last in inside:
        del inside[last]
        return
    inside[last] = copy.deepcopy(_STAND_INS[attempt % len(_STAND_INS)])
