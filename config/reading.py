"""Reads a configuration folder into ``Offices``: files to models, secrets from the environment, marks kept.

Owns the folder's layout and nothing of what the words mean; ``config.check`` holds them against each other. Reading
never stops at the first mistake: what can be read is, so that one run names everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel

from config.salvage import salvage
from config.schema import Mistake, Office, Offices, Procedure, WorkTime
from config.shape import shape
from config.source import Loc, Source, read_source
from config.webhooks import signing_key

M = TypeVar("M", bound=BaseModel)

SHIPPED = Path(__file__).parent


def read(folder: Path, environ: Mapping[str, str], *, secrets: bool = True) -> tuple[Offices, tuple[Mistake, ...]]:
    """Read a folder. Never raises: returns what could be read, and what is wrong with the rest.

    With ``secrets=False`` a variable that is missing is not a mistake; its own name stands in for it.
    """
    if not folder.is_dir():
        return Offices(folder, {}, WorkTime()), (Mistake(code="folder-missing", file=str(folder)),)
    reader = _Reader(folder, environ, secrets)
    worktime = reader.worktime()
    offices = reader.all_offices()
    return (
        Offices(
            folder,
            MappingProxyType(offices),
            worktime,
            MappingProxyType(reader.sources),
            MappingProxyType(reader.damaged),
        ),
        in_order(reader.mistakes),
    )


def in_order(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Mistakes as a person works through them: by file and line."""
    return tuple(sorted(mistakes, key=lambda one: (one.file, one.line, one.key)))


class _Reader:
    """One reading of one folder: collects sources and mistakes as it goes."""

    def __init__(self, folder: Path, environ: Mapping[str, str], secrets: bool) -> None:
        self.folder, self.environ, self.secrets = folder, environ, secrets
        self.sources: dict[tuple[str, ...], Source] = {}
        self.damaged: dict[tuple[str, ...], frozenset[Loc]] = {}
        self.mistakes: list[Mistake] = []

    def worktime(self) -> WorkTime:
        path = self.folder / "worktime.yaml"
        source = self.source(("worktime",), path if path.exists() else SHIPPED / "worktime.yaml")
        return self.model(("worktime",), source, WorkTime, source.data) or WorkTime()

    def all_offices(self) -> dict[str, Office]:
        root = self.folder / "offices"
        folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
        if not folders:
            self.mistakes.append(Mistake(code="offices-none", file="offices"))
        found = [(path.name, self.office(path)) for path in folders]
        return {name: office for name, office in found if office}

    def office(self, folder: Path) -> Office | None:
        key = ("office", folder.name)
        source = self.source(key, folder / "office.yaml")
        procedures = self.procedures(folder)
        office = self.model(key, source, Office, self.office_data(source))
        if not office:
            return None
        self.same_id(key, source, office.id, folder.name)
        return office.model_copy(update={"id": folder.name, "procedures": procedures})

    def office_data(self, source: Source) -> dict[str, Any] | None:
        if source.data is None:
            return None
        data = dict(source.data)
        if "procedures" in data:
            self.mistakes.append(source.mistake("procedures-elsewhere", ("procedures",)))
            del data["procedures"]
        if "channels" in data:
            data["channels"] = self.resolved(source, data["channels"], ("channels",))
        if "single_sign_on" in data:
            data["single_sign_on"] = self.resolved(source, data["single_sign_on"], ("single_sign_on",))
        if "webhooks" in data:
            data["webhooks"] = self.webhooks(source, data["webhooks"])
        return data

    def webhooks(self, source: Source, written: Any) -> Any:
        """The webhooks with their secrets; one that is there and cannot be signed with is a mistake."""
        found = len(self.mistakes)
        made = self.resolved(source, written, ("webhooks",))
        for place, one in enumerate(made if isinstance(made, list) and self.secrets else ()):
            loc: Loc = ("webhooks", place, "secret")
            missing = any(mistake.key == source.key(loc) for mistake in self.mistakes[found:])
            if isinstance(one, dict) and isinstance(one.get("secret"), str) and not missing:
                self.signing_key(source, one["secret"], loc)
        return made

    def signing_key(self, source: Source, secret: str, loc: Loc) -> None:
        try:
            signing_key(secret)
        except ValueError as error:
            self.mistakes.append(source.mistake(str(error), loc))

    def procedures(self, folder: Path) -> dict[str, Procedure]:
        found: dict[str, Procedure] = {}
        for path in sorted((folder / "sop").glob("*.yaml")):
            key = ("procedure", folder.name, path.stem)
            source = self.source(key, path)
            procedure = self.model(key, source, Procedure, source.data)
            if procedure:
                self.same_id(key, source, procedure.id, path.stem)
                found[path.stem] = procedure.model_copy(update={"id": path.stem})
        return found

    def same_id(self, key: tuple[str, ...], source: Source, written: str, expected: str) -> None:
        """Ids are the names of folders and files, so that they are unique and a file is found by its id."""
        if written != expected and not self.damaged.get(key, frozenset()) & {(), ("id",)}:
            self.mistakes.append(source.mistake("id-elsewhere", ("id",), written=written, expected=expected))

    def source(self, key: tuple[str, ...], path: Path) -> Source:
        inside = path.is_relative_to(self.folder)
        source = read_source(path, str(path.relative_to(self.folder if inside else SHIPPED)))
        self.sources[key] = source
        self.mistakes.extend(source.mistakes)
        return source

    def model(self, key: tuple[str, ...], source: Source, model: type[M], data: dict[str, Any] | None) -> M | None:
        """The file's model; of a broken file what could be read, with stand-ins for the rest."""
        made, mistakes = shape(source, model, data) if data is not None else (None, ())
        self.mistakes.extend(mistakes)
        if made is None:
            made, self.damaged[key] = salvage(model, data)
        return made

    def resolved(self, source: Source, value: Any, loc: Loc) -> Any:
        """``value`` with each ``{env: NAME}`` in it replaced by what the environment holds."""
        if isinstance(value, list):
            return [self.resolved(source, item, (*loc, place)) for place, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if set(value) == {"env"}:
            return self.variable(source, value["env"], loc)
        return {key: self.resolved(source, item, (*loc, key)) for key, item in value.items()}

    def variable(self, source: Source, name: object, loc: Loc) -> str:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            self.mistakes.append(source.mistake("env-malformed", loc))
            return ""
        if self.secrets and not self.environ.get(name):
            self.mistakes.append(source.mistake("env-missing", loc, name=name))
        return self.environ.get(name) or name
