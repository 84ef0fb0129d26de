"""The other end of ``inbox.worker``: a process that makes one thing after the other, within its memory.

It is what a stranger's bytes are given to, so it imports nothing of the record.
"""

from __future__ import annotations

import os
import resource
import struct
import sys
import warnings
from collections.abc import Callable
from typing import BinaryIO

MOST_MEMORY_BYTES = 1536 * 1024**2
_HEAD = struct.Struct(">cQ")


def serve(make: Callable[[bytes], bytes], requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends. An answer begins with P (what was made) or E (its error's class)."""
    while head := requests.read(8):
        asked = requests.read(int.from_bytes(head))
        try:
            mark, body = b"P", make(asked)
        except Exception as error:  # noqa: BLE001 - whatever it is, the program hears of it and asks the next
            mark, body = b"E", type(error).__name__.encode()
        answers.write(_HEAD.pack(mark, len(body)) + body)
        answers.flush()


def main(make: Callable[[bytes], bytes]) -> None:
    """Serve standard input within a limit of memory; a stray print does not end up among the answers."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(make, sys.stdin.buffer, answers)
