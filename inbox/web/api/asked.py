"""What a request may say: bodies and queries as models, from which the description is made, too.

Strict: nothing unknown, no number written as text, no text that is only blanks where words are wanted. What only the
record can judge (is there such an action, is it this officer's turn) it judges itself, in the words the pages use.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from channels.base import Attachment
from inbox.counter import LONGEST_TEXT
from inbox.files import Files
from inbox.search import MOST_ROWS
from inbox.web.forms import attachment

_VISIBLE = r"[^\s\x00-\x1f\x7f]"
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$"
_LONGEST_REASON, _LONGEST_REPORT = 1000, 2000
_LARGEST_INT = 2**31 - 1


def _whole(given: object) -> object:
    """1.0 is the integer 1. Source: JSON Schema 2020-12, 4.2.3; JSON itself knows one kind of number."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Version = Annotated[
    int,
    Field(ge=1, le=_LARGEST_INT, description="The ticket's version that the officer saw."),
    BeforeValidator(_whole),
]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(_whole)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=_VISIBLE)]
Reason = Annotated[str, Field(min_length=1, max_length=_LONGEST_REASON, pattern=_VISIBLE)]
Filled = Annotated[str, Field(max_length=LONGEST_TEXT)]


class Asked(BaseModel):
    """What every body and query keeps to."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def brought(self) -> Sequence[Upload]:
        """The files it brings."""
        return ()


class Upload(Asked):
    """A file in a JSON body."""

    _stored: Attachment | None = PrivateAttr(None)

    name: Annotated[str, Field(min_length=1, max_length=255)]
    type: Annotated[str, Field(max_length=127)] = "application/octet-stream"
    content: Annotated[
        str, Field(min_length=4, pattern=_BASE64, json_schema_extra={"contentEncoding": "base64"}, repr=False)
    ]

    async def keep(self, files: Files) -> None:
        """Store it, so that no transaction has to."""
        file = await asyncio.to_thread(lambda: attachment(self.name, self.type, base64.b64decode(self.content)))
        self._stored = replace(file, reference=await files.put(file.content or b""))

    def attachment(self) -> Attachment:
        """The file as the record takes it, once it is kept."""
        if self._stored is None:
            raise LookupError(self.name)
        return self._stored


class NoQuery(Asked):
    """Nothing may stand in the query."""


class TicketsQuery(Asked):
    """What a list shows; every filter narrows it."""

    office: Annotated[str, Field(max_length=48, description="The token's own office.")] = ""
    queue: Annotated[
        Literal["all", "mine", "role"], Field(description="mine: this officer's; role: their roles' tasks.")
    ] = "all"
    status: Annotated[
        Literal["all", "live", "open", "waiting", "answered", "closed", "handed-on"],
        Field(description="live: open or waiting."),
    ] = "all"
    step: Annotated[str, Field(max_length=48)] = ""
    channel: Annotated[str, Field(max_length=100, description="A channel's full id, `<office>-<name>`.")] = ""
    q: Annotated[
        str,
        Field(
            max_length=200,
            description="A number, a telephone in any form, a name, or words that must all be found; best first.",
        ),
    ] = ""
    late: Annotated[bool, Field(description="Only what is past its due time.")] = False
    unread: Annotated[bool, Field(description="Only where the citizen wrote and nobody has looked.")] = False
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    cursor: Annotated[str, Field(max_length=80, description="`next` of the page before; 404 for any other.")] = ""


class Details(Asked):
    """A letter's number, date, sender, agenda number and place; a broadcast's name; a post's link and id."""

    letter_number: Annotated[str, Field(max_length=120)] = ""
    letter_date: Annotated[str, Field(max_length=40)] = ""
    institution: Annotated[str, Field(max_length=200)] = ""
    agenda: Annotated[str, Field(max_length=60)] = ""
    kept_at: Annotated[str, Field(max_length=200)] = ""
    program: Annotated[str, Field(max_length=200)] = ""
    link: Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\s/]+\.[^\s]+)?$")] = ""
    tracking: Annotated[str, Field(max_length=80)] = ""


class NewTicket(Asked):
    """A complaint taken down for a citizen."""

    text: Words
    name: Annotated[str, Field(max_length=200)] = ""
    contact: Annotated[
        str, Field(max_length=200, description="E-mail address or phone number; kept as written where unreadable.")
    ] = ""
    kind: Annotated[str, Field(max_length=48, description="A kind's id; the office's first where unknown.")] = ""
    channel: Annotated[
        str,
        Field(max_length=100, description="How it came (counter, letter ...): a channel's id; the first where empty."),
    ] = ""
    object: Annotated[str, Field(max_length=300)] = ""
    place: Annotated[str, Field(max_length=300)] = ""
    details: Details = Field(default_factory=Details)
    files: Annotated[tuple[Upload, ...], Field(max_length=20)] = ()

    def brought(self) -> Sequence[Upload]:
        """The files it brings."""
        return self.files

    def uploads(self) -> Sequence[Attachment]:
        """The same as the record takes them."""
        return tuple(file.attachment() for file in self.files)


class DoAction(Asked):
    """One of the actions that the ticket offers, with what its forms ask for."""

    action: Annotated[str, Field(min_length=1, max_length=48)]
    version: Version
    values: Annotated[
        dict[str, Filled | Annotated[tuple[Filled, ...], Field(max_length=50)]],
        Field(max_length=200, description="Form field (`<paper>.<field>`) to text, or to several for `roles`."),
    ] = {}
    files: Annotated[
        dict[str, Upload], Field(max_length=20, description="Form field of kind `file` to the file itself.")
    ] = {}
    conversation: Annotated[
        RowId | None, Field(description="Where its words to the complainant go, as of a reply.")
    ] = None
    channel: Annotated[str, Field(max_length=100, description="A channel's full id.")] = ""
    unsent: Annotated[
        bool, Field(description="Done though no door lets its words out: they are read on the status page alone.")
    ] = False

    def brought(self) -> Sequence[Upload]:
        """The files it brings."""
        return tuple(self.files.values())

    def attachments(self) -> Mapping[str, Attachment]:
        """The files by their form field."""
        return {name: file.attachment() for name, file in self.files.items()}


class Reply(Asked):
    """Words to the citizen. With ``wait`` the clock stops until they answer.

    They go where each person last wrote, unless ``conversation`` or ``channel`` names another way of the ticket's.
    """

    text: Words
    version: Version
    wait: Annotated[str, Field(max_length=_LONGEST_REASON, description="What the citizen is asked for.")] = ""
    conversation: RowId | None = None
    channel: Annotated[str, Field(max_length=100, description="A channel's full id.")] = ""
    files: Annotated[tuple[Upload, ...], Field(max_length=20)] = ()

    def brought(self) -> Sequence[Upload]:
        """The files it brings."""
        return self.files

    def uploads(self) -> Sequence[Attachment]:
        """The same as the record takes them."""
        return tuple(file.attachment() for file in self.files)


class Note(Asked):
    """A note between officers."""

    text: Words


class Seen(Asked):
    """The ticket, as it was seen."""

    version: Version


class Assign(Asked):
    """Who answers for the ticket; null gives it back to the role."""

    officer: RowId | None
    version: Version


class Fields(Asked):
    """What is known of the complaint; only what is given is touched, and something must be."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    version: Version
    name: Annotated[str, Field(max_length=200)] = ""
    object: Annotated[str, Field(max_length=300)] = ""
    place: Annotated[str, Field(max_length=300)] = ""
    permit_number: Annotated[str, Field(max_length=80)] = ""
    lapor_id: Annotated[str, Field(max_length=40)] = ""
    kind: Annotated[str, Field(min_length=1, max_length=48)] = "-"

    def given(self) -> dict[str, str]:
        """The fields that were given."""
        return self.model_dump(include=self.model_fields_set - {"version"})

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given():
            raise PydanticCustomError("nothing-given", "nothing given")
        return self


class Reroute(Asked):
    """Another kind, another procedure, or both; empty leaves it to the kind's route, or as it is."""

    reason: Reason
    version: Version
    procedure: Annotated[str, Field(max_length=48)] = ""
    kind: Annotated[str, Field(max_length=48)] = ""


class HandOn(Asked):
    """It is another agency's."""

    agency: Annotated[str, Field(min_length=1, max_length=48)]
    reason: Reason
    version: Version


class End(Asked):
    """Closing or reopening, with the reason."""

    reason: Reason
    version: Version


class Join(Asked):
    """The ticket's person is another's, too."""

    other: Annotated[
        str, Field(alias="with", min_length=1, max_length=20, description="A ticket's number, or a `key` of `likely`.")
    ]
    reason: Reason
    version: Version


class Separate(Asked):
    """They are two persons after all."""

    joining: RowId
    version: Version


class Report(Asked):
    """An addressee's report on a disposition."""

    report: Annotated[str, Field(max_length=_LONGEST_REPORT)] = ""


class Settle(Asked):
    """Whether a message in doubt arrived."""

    arrived: bool


class Handed(Asked):
    """Who took a message that a person hands over."""

    to: Annotated[str, Field(min_length=1, max_length=300, description="A name, or the link of the answer's post.")]
    link: Annotated[str, Field(max_length=500, description="Of an answer given in public: where it stands.")] = ""
    at: Annotated[datetime | None, Field(description="When; now where it is missing.")] = None
