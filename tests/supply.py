"""What is locked, and under which licences: ``make sbom`` writes build/sbom.json (CycloneDX) and build/licences.txt.

``python -m tests.supply PYTHON``: of an environment that holds what runs and nothing else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

LOCK, ALLOWED = Path("requirements/runtime.txt"), Path("tests/licences.txt")
_NAMED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")
_OF = "License ::"


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of the lock, and how many files of it are let in by their digests."""

    name: str
    version: str
    hashes: int


def locked(file: Path = LOCK) -> list[Locked]:
    """Every package of a lock file."""
    whole = file.read_text("utf-8").replace("\\\n", " ").splitlines()
    named = [(found, line) for line in whole if (found := _NAMED.match(line))]
    return [Locked(found[1], found[2], line.count("--hash=sha256:")) for found, line in named]


def licences(name: str) -> tuple[str, ...]:
    """What a package says of its licence: its SPDX expression, else its classifiers, else its own words."""
    told = metadata.metadata(name)
    if said := told.get("License-Expression"):
        return tuple(re.split(r"\s+(?:AND|OR)\s+", said))
    named = [one for one in told.get_all("Classifier") or () if one.startswith(_OF)]
    parts = [part.strip() for one in named for part in one.removeprefix(_OF).split("::")]
    return tuple(parts) or tuple((told.get("License") or "").splitlines()[:1])


def allowed() -> frozenset[str]:
    """The licences that were read and let in."""
    lines = ALLOWED.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def here(one: Locked) -> bool:
    """Whether it is installed: some are for other systems alone."""
    try:
        return bool(metadata.metadata(one.name))
    except metadata.PackageNotFoundError:
        return False


def main(python: str) -> int:
    """Write both files."""
    out = Path("build")
    out.mkdir(exist_ok=True)
    lines = [f"{one.name} {one.version}: {', '.join(licences(one.name))}" for one in locked() if here(one)]
    (out / "licences.txt").write_text("\n".join(lines) + "\n", "utf-8")
    tool = [str(Path(sys.executable).with_name("cyclonedx-py")), "environment", "--pyproject", "pyproject.toml"]
    made = subprocess.run([*tool, "--output-reproducible", "-o", str(out / "sbom.json"), python], check=False)
    print(f"{len(lines)} packages: build/licences.txt, build/sbom.json")  # noqa: T201 - what it is for
    return made.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
