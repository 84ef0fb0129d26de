"""The tables, by subject. Every row of an office carries the office's id.

Names and addresses of citizens live in ``people`` alone; everything else holds ids, so that sealing and
erasing touch one place. Times are aware UTC datetimes; a column that is null says "not yet".
"""

from inbox.models.api import ApiAnswer, ApiToken, HookEvent, HookReading
from inbox.models.books import ImportRow, ImportRun, RecapSending, RegisterYear
from inbox.models.daily import BoxOpening, DailySign
from inbox.models.desk import (
    CannedAnswer,
    Draft,
    Holiday,
    Label,
    Mention,
    OfficeSetting,
    Relation,
    SavedView,
    Snooze,
    StandIn,
    TicketLabel,
)
from inbox.models.doors import DoorDay
from inbox.models.guarding import Block, Withheld
from inbox.models.journal import Counter, Entry, JournalSeal
from inbox.models.messages import Attachment, Attempt, ChannelState, Delivery, Message, SetAside
from inbox.models.officers import Notice, Officer, OfficerRole, Session
from inbox.models.outside import (
    FieldCheck,
    FieldPhoto,
    FieldReport,
    GuestLink,
    GuestReport,
    Permit,
    PermitCheck,
    PermitList,
)
from inbox.models.people import Address, AddressName, Citizen, Conversation, Joining
from inbox.models.privacy import PrivacyRequest
from inbox.models.reaching import OfficerLine, OfficerSending
from inbox.models.sealing import IdentityKey, SealOpening
from inbox.models.signing_in import OfficerAccount, Passkey, RecoveryCode, SecondFactor
from inbox.models.tickets import (
    Disposition,
    Paper,
    PaperMark,
    Pause,
    ProcedureVersion,
    RegisterEntry,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)

__all__ = [
    "Address",
    "AddressName",
    "ApiAnswer",
    "ApiToken",
    "Attachment",
    "Attempt",
    "Block",
    "BoxOpening",
    "CannedAnswer",
    "ChannelState",
    "Citizen",
    "Conversation",
    "Counter",
    "DailySign",
    "Delivery",
    "Disposition",
    "DoorDay",
    "Draft",
    "Entry",
    "FieldCheck",
    "FieldPhoto",
    "FieldReport",
    "GuestLink",
    "GuestReport",
    "Holiday",
    "HookEvent",
    "HookReading",
    "IdentityKey",
    "ImportRow",
    "ImportRun",
    "Joining",
    "JournalSeal",
    "Label",
    "Mention",
    "Message",
    "Notice",
    "OfficeSetting",
    "Officer",
    "OfficerAccount",
    "OfficerLine",
    "OfficerRole",
    "OfficerSending",
    "Paper",
    "PaperMark",
    "Passkey",
    "Pause",
    "Permit",
    "PermitCheck",
    "PermitList",
    "PrivacyRequest",
    "ProcedureVersion",
    "RecapSending",
    "RecoveryCode",
    "RegisterEntry",
    "RegisterYear",
    "Relation",
    "SavedView",
    "SealOpening",
    "SecondFactor",
    "Session",
    "SetAside",
    "Snooze",
    "StandIn",
    "Task",
    "Ticket",
    "TicketLabel",
    "TicketLink",
    "TicketStep",
    "Withheld",
]
