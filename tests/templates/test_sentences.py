"""Every refusal, fault and reason that code can give has a sentence that tells people what to do."""

import ast
from pathlib import Path

import pytest

from templates import sentence

ROOT = Path(__file__).parent.parent.parent
RAISED = {"Refused", "Forbidden", "Stale", "Missing", "Undelivered", "Fault", "Undigested", "say"}


def codes() -> list[tuple[str, str]]:
    """Every literal first argument of a value that carries a code, with the file it stands in."""
    found = set()
    for folder in ("bot", "channels", "inbox"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add((first.value, str(path.relative_to(ROOT))))
    return sorted(found)


@pytest.mark.parametrize(("code", "file"), codes(), ids=lambda value: value)
def test_a_code_has_a_sentence(code: str, file: str) -> None:
    """An officer, a citizen or an administrator never reads a bare code."""
    assert sentence(code) != code, file
