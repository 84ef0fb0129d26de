"""What must hold of an office's papers: templates, books, roles and numberings that exist, numbers that can be written.

Yields mistakes and decides nothing else. ``config.check`` calls it for each office.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.papers import sound_pattern
from config.rules import Names, unknown
from config.schema import Mistake, Numbering, Office, PaperKind
from config.source import Loc, Source

# What is an officer's own work of one moment: nobody else puts a paraf on it.
_AT_ONCE = frozenset({"uploaded", "register", "note", "disposition"})


def paper_mistakes(office: Office, source: Source, names: Names) -> Iterator[Mistake]:
    """Every mistake in the papers and numberings of an office."""
    for place, paper in enumerate(office.papers):
        yield from _paper(paper, office, source, names, ("papers", place))
    for place, numbering in enumerate(office.numberings):
        yield from _numbering(numbering, office, source, ("numberings", place))
    if office.signatures is not None and names.signers is not None:
        yield from unknown(source, "signatures-unknown", ("signatures",), office.signatures, names.signers)


def _paper(paper: PaperKind, office: Office, source: Source, names: Names, loc: Loc) -> Iterator[Mistake]:
    if paper.template or paper.made in {"template", "disposition"}:
        yield from _template(paper, source, names, loc)
    if paper.made == "register" and paper.register_id is None:
        yield source.mistake("register-missing", loc, name=paper.id)
    if paper.register_id is not None:
        yield from unknown(source, "register-unknown", (*loc, "register"), paper.register_id, _books(office))
    yield from _life(paper, office, source, loc)


def _template(paper: PaperKind, source: Source, names: Names, loc: Loc) -> Iterator[Mistake]:
    if not paper.template:
        yield source.mistake("template-missing", loc, name=paper.id)
    elif names.papers is not None:
        yield from unknown(source, "template-unknown", (*loc, "template"), paper.template, names.papers)


def _life(paper: PaperKind, office: Office, source: Source, loc: Loc) -> Iterator[Mistake]:
    if paper.has_life and paper.made in _AT_ONCE:
        yield source.mistake("paper-at-once", loc, name=paper.id)
    for key, roles in (("initials", paper.initials), ("signed_by", paper.signed_by)):
        for place, role in enumerate(roles):
            yield from unknown(source, "signer-role-unknown", (*loc, key, place), role, office.roles)
    if paper.numbered is not None:
        known = {one.id for one in office.numberings}
        yield from unknown(source, "numbering-unknown", (*loc, "numbered"), paper.numbered, known)


def _numbering(numbering: Numbering, office: Office, source: Source, loc: Loc) -> Iterator[Mistake]:
    if not sound_pattern(numbering.pattern):
        yield source.mistake("pattern-broken", (*loc, "pattern"), name=numbering.id)
    if numbering.register_id is not None:
        yield from unknown(source, "register-unknown", (*loc, "register"), numbering.register_id, _books(office))


def _books(office: Office) -> frozenset[str]:
    return frozenset(book.id for book in office.registers)
