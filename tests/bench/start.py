"""How long a program takes from nothing to its first page, and how much memory it then holds, with all doors of the
four shipped offices: ``python -m tests.bench.start``. Medians of five starts on an empty SQLite record, compiled.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.ports import own_ports

_STARTS, _PATIENCE_SECONDS, _SETTLES_SECONDS = 5, 60, 3
_SECRETS = re.compile(r"\{env: ([A-Z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds to the first page, of which the processor's, and megabytes held afterwards."""

    seconds: float
    processor_seconds: float
    megabytes: float


def main() -> None:
    """Print the medians."""
    _start(tempfile.mkdtemp())  # whatever is not compiled yet is compiled
    print("Cold start of `wadul serve`, every door of the shipped offices configured")  # noqa: T201 - a bench prints
    for name, folder in (("first start, no record yet", None), ("start on a record", tempfile.mkdtemp())):
        if folder:
            _start(folder)
        starts = [_start(folder or tempfile.mkdtemp()) for _ in range(_STARTS)]
        seconds, own, held = (
            statistics.median(getattr(one, part) for one in starts)
            for part in ("seconds", "processor_seconds", "megabytes")
        )
        print(f"  {name:28} {seconds:5.2f} s to the first page, {own:5.2f} s of them processor, {held:4.0f} MB idle")  # noqa: T201


def _start(folder: str) -> Start:
    (port,), begun = own_ports(1), time.monotonic()
    offices = Path("config/offices").rglob("office.yaml")
    secrets = {name: "bench" for file in offices for name in _SECRETS.findall(file.read_text("utf-8"))}
    settings = {"WADUL_DATA": folder, "WADUL_LISTEN": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "bot", "serve", "--config", "config"]
    env = {**os.environ, **secrets, **settings, "PYTHONDONTWRITEBYTECODE": ""}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _first_page(f"http://127.0.0.1:{port}/", begun)
            took = time.monotonic() - begun
            own = _processor_seconds(process.pid)
            time.sleep(_SETTLES_SECONDS)
            return Start(took, own, _megabytes(process.pid))
        finally:
            process.terminate()


def _first_page(url: str, begun: float) -> None:
    while time.monotonic() - begun < _PATIENCE_SECONDS:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise TimeoutError(url)


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
