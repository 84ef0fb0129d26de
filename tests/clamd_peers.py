"""A real clamd with one signature of our own: the file that all scanners agree to find. Nothing is downloaded.

Source: clamd.conf(5); eicar.org; how a signature is written: docs.clamav.net/manual/Signatures/ExtendedSignatures.html.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.orphans import with_us

INSTALL = "clamd is missing: `make peers` installs it (Debian, as root)."
NAME = "Eicar-Test-Signature.UNOFFICIAL"
MOST_BYTES = 1024 * 1024
_PATIENCE_SECONDS = 30.0
_PROGRAM = shutil.which("clamd") or "/usr/sbin/clamd"
_CONFIG = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}
StreamMaxLength 1M
ConcurrentDatabaseReload no
"""


def eicar() -> bytes:
    """The test file, put together here: a scanner on this machine would take the source away else."""
    return (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


@dataclass
class Daemon:
    """It, and where it listens."""

    folder: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """As ``WADUL_CLAMD`` has it."""
        return f"unix:{self.folder}/clamd.sock"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = with_us(_PROGRAM, "--config-file", self.folder / "clamd.conf")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = time.monotonic() + _PATIENCE_SECONDS
        while True:
            with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.folder / "clamd.sock"))
                return
            if time.monotonic() > before:
                pytest.fail("clamd does not listen")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None


@contextmanager
def serve() -> Iterator[Daemon]:
    """The daemon, running. Skips, or fails with ``WADUL_PEERS=required``, without it."""
    if not Path(_PROGRAM).exists():
        if os.environ.get("WADUL_PEERS") == "required":
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with tempfile.TemporaryDirectory(prefix="wadul-clamd-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "db").mkdir()
        signature = f"{NAME.removesuffix('.UNOFFICIAL')}:0:*:{eicar().hex()}\n"
        (folder / "db" / "ours.ndb").write_text(signature, "ascii")
        (folder / "clamd.conf").write_text(_CONFIG.format(folder=folder), "utf-8")
        daemon = Daemon(folder)
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.stop()
