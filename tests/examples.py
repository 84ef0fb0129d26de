"""How many made-up examples a property is tried with: as many as it says, and in ``make fuzz`` many times that."""

from __future__ import annotations

import os

import hypothesis

TIMES = int(os.environ.get("WADUL_FUZZ", "1"))
_USUAL = 100


def many(count: int) -> hypothesis.settings:
    """In place of ``settings(max_examples=count)``."""
    return hypothesis.settings(max_examples=count * TIMES)


def load() -> None:
    """On a slow machine a page takes its time, and so does an example; in the suite they are the same in every run."""
    same = TIMES == 1
    hypothesis.settings.register_profile("ours", deadline=None, derandomize=same, max_examples=_USUAL * TIMES)
    hypothesis.settings.load_profile("ours")
