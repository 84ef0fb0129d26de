"""Servers that others wrote, on Node: Prism, which plays an OpenAPI description, telegram-test-api, and oidc-provider.

Each runs on a free port of 127.0.0.1 and ends with the session. Prism checks what it is sent and forgets it; the
Telegram server remembers.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.orphans import with_us
from tests.ports import own_ports

INSTALL = "Prism, telegram-test-api and oidc-provider are missing: `make peers` installs them (Debian, as root)."
_FOLDER = Path(__file__).parent / "peers"
_PRISM = _FOLDER / "node_modules" / ".bin" / "prism"
_TELEGRAM = _FOLDER / "node_modules" / "telegram-test-api"
_OPENID = _FOLDER / "node_modules" / "oidc-provider"
_START_SECONDS = 90


@contextmanager
def telegram() -> Iterator[str]:
    """A Telegram server; yields its address, below which bots are ``/bot<token>``."""
    _demand(_TELEGRAM)
    with _running("node", _FOLDER / "telegram.cjs", "{port}") as address:
        yield address


@contextmanager
def openid(client: str, secret: str, redirect: str) -> Iterator[str]:
    """An OpenID provider that lets anybody in by any name; yields its issuer. ``redirect``: where they come back."""
    _demand(_OPENID)
    with _running("node", _FOLDER / "oidc.mjs", "{port}", client, secret, redirect) as address:
        yield address.replace("127.0.0.1", "localhost")


@contextmanager
def mocks() -> Iterator[Callable[[Path], str]]:
    """Prism on demand: called with an OpenAPI file it answers the address of the one server that plays it.

    To be called from the main thread: a server ends with the thread that started it (prctl(2), PR_SET_PDEATHSIG).
    """
    addresses: dict[Path, str] = {}
    with ExitStack() as stack:

        def mock(spec: Path) -> str:
            _demand(_PRISM)
            if spec not in addresses:
                command = ("node", _PRISM, "mock", "--host", "127.0.0.1", "--port", "{port}", spec)
                addresses[spec] = stack.enter_context(_running(*command))
            return addresses[spec]

        yield mock


def _demand(installed: Path) -> None:
    if installed.exists() and shutil.which("node"):
        return
    if os.environ.get("WADUL_PEERS") == "required":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


@contextmanager
def _running(*command: str | Path) -> Iterator[str]:
    """A server for as long as the block lasts; ``{port}`` in the command becomes its port."""
    (port,) = own_ports(1)
    words = [str(word).replace("{port}", str(port)) for word in command]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(with_us(*words), stdout=log, stderr=log, cwd=_FOLDER)
        try:
            if not _answers(port, process):
                log.seek(0)
                raise RuntimeError(f"{words[1]} did not start: {log.read().decode(errors='replace')[-2000:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
