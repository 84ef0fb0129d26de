"""What is asked and answered about papers with a life."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from inbox.web.api.asked import Asked, Filled, Reason, Upload, Version
from inbox.web.api.case import Form
from inbox.web.api.shapes import Shape

Values = Annotated[
    dict[str, Filled | Annotated[tuple[Filled, ...], Field(max_length=50)]],
    Field(max_length=200, description="Form field (`<paper>.<field>`) to text."),
]
Remark = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"[^\s\x00-\x1f\x7f]")]
Turn = Literal["draft", "paraf", "signature", "issue", ""]


class FormQuery(Asked):
    """Which paper is to be drafted."""

    paper: Annotated[str, Field(max_length=48, description="A paper's id; 404 where the office has none.")] = ""


class Draft(Asked):
    """A first draft; what is required may follow later, but before the first mark."""

    paper: Annotated[str, Field(min_length=1, max_length=48)]
    values: Values = Field(default_factory=dict)


class Revised(Asked):
    """The draft, as it was seen."""

    revision: Version


class Edit(Revised):
    """Other words in a draft; its marks fall."""

    values: Values


class SendBack(Revised):
    """What has to change."""

    remark: Remark


class Discard(Revised):
    """Why it is thrown away."""

    reason: Reason


class Scan(Revised):
    """The signed sheet: PDF, JPEG or PNG."""

    file: Upload

    def brought(self) -> tuple[Upload, ...]:
        """The file it brings."""
        return (self.file,)


class PaperMark(Shape):
    """Where a paper stands after a command; its ``revision`` goes into the next one. ``number`` as it stands on it."""

    ticket: str
    id: int
    paper: str
    status: str
    revision: int
    number: str
    version: int


class Signature(Shape):
    """One mark on a paper: paraf, signature or wet (a scan of the signed sheet)."""

    kind: str
    officer: str
    role: str
    at: datetime


class PaperState(PaperMark):
    """A paper at the desk: what it waits for and of whom, and its form with what is written in it.

    ``mine``: that is this officer's to do; ``writes``: they may write into it and issue it. ``lacking``: labels of what
    has to be filled in before it goes on. ``remark``: why it was sent back last.
    """

    awaits: Turn
    roles: tuple[str, ...]
    mine: bool
    writes: bool
    marks: tuple[Signature, ...]
    lacking: tuple[str, ...]
    remark: str
    form: Form


class WaitingPaper(Shape):
    """A paper that waits for this officer's paraf or signature since ``since``."""

    ticket: str
    id: int
    paper: str
    name: str
    awaits: Turn
    since: datetime
    concerning: str
    revision: int


class WaitingPapers(Shape):
    """Oldest first."""

    papers: tuple[WaitingPaper, ...]
