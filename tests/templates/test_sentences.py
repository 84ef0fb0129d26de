"""Every refusal, fault and reason that code can give has a sentence that tells people what to do."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.schema import Right
from templates import FOLDER, filters, sentence

ROOT = Path(__file__).parent.parent.parent
RAISED = {"Refused", "Forbidden", "Stale", "Missing", "Undelivered", "Unheard", "Fault", "Undigested", "say"}


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


def test_every_sentence_an_officer_reads_has_its_english() -> None:
    """The same codes with the same values stand in both languages."""
    own = {code: text for name in ("reasons", "journal") for code, text in _read(FOLDER / f"{name}.yaml").items()}
    english = _read(FOLDER / "locale" / "en.yaml")["sentences"]
    assert set(own) == set(english)
    values = re.compile(r"{\w+}")
    assert [code for code in own if set(values.findall(own[code])) != set(values.findall(english[code]))] == []


@pytest.mark.parametrize("right", Right, ids=str)
def test_a_right_is_said_in_words(right: Right) -> None:
    """Whoever is refused reads what they may not do, not a code of office.yaml; in either language."""
    said = sentence("no-right", {"right": right})
    assert f"({right})" not in said
    assert sentence(f"right-{right}") in said
    assert sentence(f"right-{right}", language="en") in sentence("no-right", {"right": right}, "en")


def test_labels_have_their_english() -> None:
    """A refusal names the field in the language of its sentence, and the desk's forms ask in it."""
    forms = _read(FOLDER / "papers" / "forms.yaml")
    asked = [row for rows in (*forms["doors"].values(), forms["box"], forms["hand"]) for row in rows]
    labels = set(forms["labels"].values()) | {row[name] for row in asked for name in ("label", "hint") if name in row}
    assert labels == set(_read(FOLDER / "locale" / "en.yaml")["words"])
    assert sentence("fields", {"fields": "Lokasi, Nomor izin"}, "en") == "Facts corrected: Place, Permit number"


def test_a_long_time_is_said_in_its_language() -> None:
    """Only Indonesian says "pukul"."""
    at = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    assert filters.long_time(at, "Asia/Jakarta") == "Senin, 23 November 2026 pukul 09.15 WIB"
    assert filters.long_time(at, "Asia/Jakarta", "en") == "Monday, 23 November 2026 at 09.15 WIB"


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded
