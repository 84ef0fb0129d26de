"""The YAML files of our own, read: words, forms, papers, the demo's story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml's scanner, twelve times as fast: a start reads a third of a megabyte. A PyYAML built without it has its own.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a file says; None where it says nothing. Raises OSError and YAMLError: our files are right or we are not."""
    return yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - either of the two is safe
