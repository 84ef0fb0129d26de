"""Ports for programs that are started by a test."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

_BELOW_CHANCE = (20_000, 30_000)


def free_ports(many: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def own_ports(many: int, dice: random.Random) -> list[int]:
    """Ports that nobody is given by chance while our program is away: what answers there is the program, or nobody."""
    found: list[int] = []
    while len(found) < many:
        port = dice.randrange(*_BELOW_CHANCE)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
    return found
