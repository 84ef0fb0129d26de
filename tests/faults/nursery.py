"""Processes for the kill tests: one that has everything imported, and forks a child for every run.

Run as a program it reads jobs from its input, one JSON object a line, runs each in a child of its own and answers how
the child ended (its exit code; minus the signal where it was killed). Once warm it does nothing by itself: a fork of a
process with threads or an open database would not be sound.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

KILLED = -signal.SIGKILL
_PATIENCE_SECONDS = 60


class Nursery:
    """Runs jobs (``tests.faults.jobs``) in children; a context manager."""

    def __init__(self) -> None:
        root = Path(__file__).parents[2]
        command = [sys.executable, "-m", "tests.faults.nursery"]
        self._process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def run(self, job: str, **values: Any) -> int:
        """How the child ended that did the job. One that fails by itself has its trace in the exception."""
        code, said = self.life(job, **values)
        assert code in {0, KILLED}, f"{job} ended with {code}:\n{said}"
        return code

    def life(self, job: str, **values: Any) -> tuple[int, str]:
        """How the child ended that did the job, and all it said."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"job": job, "values": values}, default=str).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return int(answer["code"]), str(answer["said"])


def main() -> None:
    """Serve jobs until the input ends."""
    jobs, life = (import_module(f"tests.faults.{name}") for name in ("jobs", "life"))
    jobs.warm_up()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        code, said = _in_a_child(getattr(jobs, order["job"], None) or getattr(life, order["job"]), order["values"])
        sys.stdout.write(json.dumps({"code": code, "said": said}) + "\n")
        sys.stdout.flush()


def _in_a_child(job: Any, values: Mapping[str, Any]) -> tuple[int, str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _do(job, values, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def _do(job: Any, values: Mapping[str, Any], writing: int) -> None:
    """The child's whole life. What it logs goes where its trace would go."""
    signal.alarm(_PATIENCE_SECONDS)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    try:
        job(**values)
    except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
        os.write(writing, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
