"""Every property of the suite with far more made-up examples, another draw each time: ``make fuzz``.

``python -m tests.fuzz [TIMES] [SEED]``: so many times the suite's examples (50). Prints how many each property held
for, the seed to repeat the run by, and what was found; writes the same to build/fuzz.txt. Exits with pytest's code.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

_OUT = Path("build/fuzz.txt")
_NAMED = re.compile(r"^(tests/\S+?)(?:@\S+)?:$")
_COUNTED = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing")


def main(times: str = "50", seed: str = "") -> int:
    """Run, and tell."""
    seed = seed or str(secrets.randbelow(1 << 31))
    given = ["-m", "hypothesis", "--hypothesis-show-statistics", f"--hypothesis-seed={seed}", "-q", "-n", "2", "tests"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *given],
        env={**os.environ, "WADUL_FUZZ": times},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = "\n".join((*table(run.stdout), f"seed {seed}, {times} times the suite's examples"))
    if run.returncode:
        told += "\n\n" + run.stdout
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(told + "\n", "utf-8")
    print(told)  # noqa: T201 - what it is for
    return run.returncode


def table(said: str) -> list[str]:
    """A line a property, and their sum, from what pytest said."""
    lines, total, name = [], 0, ""
    for line in said.splitlines():
        if found := _NAMED.match(line.strip()):
            name = found[1]
        elif counted := _COUNTED.search(line):
            held = int(counted[1])
            total += held
            lines.append(f"{held:9,} {'FAILED ' if int(counted[2]) else ''}{name}")
    return [*sorted(lines), f"{total:9,} examples of {len(lines)} properties"]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
