"""Ports for programs that a test starts and that want to be told theirs.

They lie below those that the system gives away by chance: between the choice and the moment a slow program listens,
or while it is away to be started again, nobody else comes to answer there.
"""

from __future__ import annotations

import random
import socket
from contextlib import suppress

_BELOW_CHANCE = range(20_000, 30_000)
_kept: list[socket.socket] = []


def own_ports(many: int) -> list[int]:
    """Ports that belong to this process until it ends.

    A datagram socket at the same number, on which nothing is said, tells other processes of tests that it is taken.
    """
    found: list[int] = []
    dice = random.SystemRandom()
    while len(found) < many:
        port = dice.choice(_BELOW_CHANCE)
        with suppress(OSError), socket.socket() as listening, socket.socket(type=socket.SOCK_DGRAM) as keeping:
            for one in (listening, keeping):
                one.bind(("127.0.0.1", port))
            _kept.append(keeping.dup())
            found.append(port)
    return found
