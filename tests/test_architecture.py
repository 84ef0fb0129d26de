"""The house keeps its shape: who imports whom, how large a room may grow, and what must never be written."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "channels", "inbox", "templates", "config")
CODE = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
SHARED_BY_DOORS = {
    "channels.base",
    "channels.values",
    "channels.measures",
    "channels.addresses",
    "channels.text",
    "channels.abroad",
    "channels.http",
    "channels.handed",
    "channels.guard",
    "channels.form_doors",
    "channels.forms",
    "channels.filekinds",
}
# One interface of Meta's behind three doors: its line, its webhook, its errors.
META, OF_META = {"whatsapp", "messenger", "instagram"}, "graph"


def imports(path: Path) -> set[str]:
    """Every module of ours that a file imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in FOLDERS}


def modules(names: set[str], folder: str) -> set[str]:
    """Those of ``names`` that are modules (not things inside one) of a folder."""
    mine = {name for name in names if name.split(".")[0] == folder}
    return {name for name in mine if (ROOT / (name.replace(".", "/") + ".py")).exists()} | (mine & {folder})


@pytest.mark.parametrize("path", sorted((ROOT / "inbox").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_record_knows_the_contract_and_the_shapes_only(path: Path) -> None:
    """inbox imports channels.base and config.schema, and nothing else of those two folders."""
    found = imports(path)
    assert modules(found, "channels") <= {"channels.base"}
    assert modules(found, "config") <= {"config.schema"}


@pytest.mark.parametrize("path", sorted((ROOT / "channels").glob("*.py")), ids=lambda p: p.name)
def test_a_door_never_imports_another_door(path: Path) -> None:
    """An adapter imports the contract, the shared helpers, and rooms of its own name."""
    if path.name in {"__init__.py", "base.py"}:
        return
    found = modules(imports(path), "channels") - SHARED_BY_DOORS - {"channels"}
    family = path.stem.split("_")[0]
    kin = {"email": "mail"}.get(family, OF_META if family in META else family)
    assert all(name.removeprefix("channels.").split("_")[0] in {family, kin} for name in found), found


def test_a_room_holds_one_idea() -> None:
    """No file that a person writes grows past 350 lines (migrations are made from the models)."""
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in CODE if path.parent.name != "migrations"}
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > 350} == {}


def test_every_module_says_what_it_owns() -> None:
    """Each module opens with a docstring."""
    silent = [str(path.relative_to(ROOT)) for path in CODE if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_locks_name_no_registry() -> None:
    """Whoever installs says where from: the locks hold names, versions and hashes."""
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text, lock
        assert "--hash=sha256:" in text, lock


def test_nothing_unfinished_is_committed() -> None:
    """No file of ours says that it is not done."""
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error")))
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [n for n in listing.splitlines() if n.endswith((".py", ".html", ".js", ".css", ".yaml", ".txt", ".md"))]
    texts = {name: (ROOT / name).read_text("utf-8") for name in names if (ROOT / name).exists()}
    assert [name for name, text in texts.items() if marks.search(text)] == []


def test_what_few_need_is_loaded_by_those_who_need_it() -> None:
    """A program that starts carries no door's library before an office has that door, nor what draws files."""
    doors, draws = (
        ("aioimaplib", "aiosmtplib", "telegram", "twilio"),
        ("docx", "docxtpl", "lxml", "typst", "xlsxwriter"),
    )
    heavy = (*doors, *draws, "authlib", "webauthn")
    told = "import sys, bot.commands.serve; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", told, *heavy], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


_IDENTITY = re.compile(r"citizen\.name|address\.value|citizen__name|\bc\.name AS citizen\b")
# Who reads a complainant's name or address as the record has it, and how often. The road of the messages themselves,
# looking people up and joining them, and the policy: these know.
KNOWING = {
    "inbox/blocking.py": 1,
    "inbox/breach.py": 1,
    "inbox/guests.py": 2,
    "inbox/people.py": 3,
    "inbox/status.py": 1,
    "inbox/taking.py": 1,
    "inbox/tracking.py": 1,
    "inbox/trials.py": 1,
    "inbox/veiling.py": 2,
    "inbox/vouched.py": 2,
}
# These ask ``inbox.sealing`` first, or are handed rows that were veiled; tests/inbox/web/test_sealed.py walks them.
ASKING = {
    "inbox/exporting.py": 2,
    "inbox/handovers.py": 1,
    "inbox/persons.py": 3,
    "inbox/printing_values.py": 1,
    "inbox/registers_read.py": 1,
    "inbox/search.py": 1,
    "inbox/together.py": 1,
    "inbox/troubles.py": 1,
    "inbox/views.py": 1,
    "inbox/ways.py": 1,
    "inbox/web/api/telling.py": 2,
    "inbox/web/api/ways.py": 1,
    "inbox/web/receipts.py": 1,
    "inbox/web/ticket.py": 1,
}


def test_who_complained_is_read_in_few_rooms() -> None:
    """No other place of the record reads a name or an address: a new one asks the policy, and stands here."""
    files = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in CODE}
    found = {name: len(_IDENTITY.findall(text)) for name, text in files.items() if name.startswith("inbox/")}
    assert {name: count for name, count in found.items() if count} == KNOWING | ASKING
