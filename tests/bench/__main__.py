"""``make bench``: every measurement, one after the other, printed and written to ``build/bench.txt``.

Each runs in a process of its own, so that none finds another's memory or caches; ``python -m tests.bench NAME ...``
runs some. Figures are medians of five and more, from one run on one machine, which should do nothing else meanwhile.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

BENCHES = {
    "ingest": "messages in, beside bare drivers that write the same rows",
    "burst": "ten thousand messages within a minute",
    "start": "from nothing to the first page, and the memory held then",
    "web": "the desk's pages, beside their templates",
    "growth": "the same questions to records of different sizes",
    "search": "the search",
}
FILE = Path("build/bench.txt")


def main(names: Sequence[str]) -> int:
    """All of them, or some; answers how many failed."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        sys.stderr.write(f"No such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.\n")
        return len(unknown)
    FILE.parent.mkdir(exist_ok=True)
    failed = 0
    with FILE.open("w") as file:
        for line in _lines(names or list(BENCHES)):
            failed += line.startswith("failed: ")
            for out in (sys.stdout, file):
                out.write(line)
                out.flush()
    return failed


def _lines(names: Sequence[str]) -> Iterator[str]:
    yield f"{time.strftime('%Y-%m-%d %H:%M')}, Python {platform.python_version()}, {os.cpu_count()} cores\n"
    for name in names:
        yield f"\n{name}: {BENCHES[name]} (load {os.getloadavg()[0]:.1f} before)\n"
        command = [sys.executable, "-m", f"tests.bench.{name}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            yield from process.stdout
        if process.returncode:
            yield f"failed: {name} ended with {process.returncode}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
