"""What Meta's error codes mean for one message: one table for answers of the Graph API and for WhatsApp's statuses.

Codes that are not in the table are judged by the status of the answer; Meta adds new ones without notice.
Source: developers.facebook.com/docs/graph-api/guides/error-handling,
developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes,
developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from channels import http
from channels.base import Unauthorised, Undelivered, Unsure
from channels.graph_json import Json, number, part, text

WINDOW = "window-closed"
TEMPLATE = "template-refused"
_UNREACHED = "meta-undeliverable"
# By code and subcode, and by code alone: why this message will never go to this person.
_SUBCODES = {
    2018278: WINDOW,  # sent outside of the allowed window
    2018065: WINDOW,
    2534022: WINDOW,  # the same on Instagram
    2018001: "address-unknown",  # no matching user found
    2018108: "address-blocked",  # this person cannot receive messages
    1545041: "address-blocked",  # this person is not available at the moment
    2018028: _UNREACHED,  # the app may write to its own testers only
    2018109: "message-too-large",
    1545026: "message-too-large",
}
_REASONS = {
    470: WINDOW,  # as the older interface had it
    131047: WINDOW,  # more than 24 hours have passed since the person last wrote
    10900: WINDOW,  # a comment that was answered privately before
    10903: WINDOW,
    551: "address-blocked",  # this person is not available
    131021: "address-invalid",  # sender and recipient are the same
    131009: "message-refused",
    131026: _UNREACHED,  # no WhatsApp, an old version, or terms that were not accepted
    131030: _UNREACHED,  # a test number's list of recipients does not have this one
    131049: _UNREACHED,  # held back for the sake of the person
    131050: _UNREACHED,  # stopped marketing messages
    130472: _UNREACHED,  # the person is part of an experiment
    131062: _UNREACHED,  # no such kind of message to somebody known by their id alone
    130497: _UNREACHED,  # the office may not write to this country
    131060: _UNREACHED,
    **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069), TEMPLATE),
    131051: "message-refused",
    131052: "message-refused",  # media that could not be had
    131053: "message-refused",  # media of a kind that is not taken
}
# The account, its token or its number is not fit for sending: nothing goes out until a person mends that.
_ACCOUNT = {
    0,
    3,
    10,
    102,
    104,
    190,  # the token has expired, or was revoked
    368,  # blocked for a while for breaking the rules
    131005,
    131031,  # the account is locked
    131037,  # the display name is not approved
    131042,  # something is wrong with how it is paid
    131045,  # the number's certificate
    133010,  # the number is not registered
}
_BUSY = {4, 17, 32, 341, 613, 80006, 80007, 80008, 130429, 131048, 131056}
# Meta stumbled and says so: it did not take the message.
_STUMBLED = {1, 2, 1200, 131000, 131016, 131057, 133004, 135000}
_GONE = 33  # the subcode of an object that is not there, or not ours


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as Meta tells it; ``code`` is 0 where it told none."""

    code: int
    subcode: int
    words: str
    transient: bool = False

    @classmethod
    def told(cls, error: Json) -> Trouble:
        """Of an answer's ``error`` or one of a status' ``errors``."""
        words = text(part(error, "error_data"), "details") or text(error, "message", "title")
        return cls(number(error, "code"), number(error, "error_subcode"), words, error.get("is_transient") is True)

    @property
    def detail(self) -> str:
        """In Meta's own words, with its numbers."""
        numbers = f"{self.code}/{self.subcode}" if self.subcode else f"{self.code}"
        return http.brief(f"{numbers if self.code else ''} {self.words}")

    @property
    def reason(self) -> str:
        """Why it will never go; empty where it might, or where nothing is known of the code."""
        if self.code == 10 and "outside" in self.words.lower():
            return WINDOW
        return _SUBCODES.get(self.subcode) or _REASONS.get(self.code, "")

    @property
    def passes(self) -> bool:
        """Whether it is over by itself after a while."""
        return not self.reason and (self.transient or self.code in _BUSY | _STUMBLED)

    @property
    def accounts(self) -> bool:
        """Whether it is the account's trouble and not the message's."""
        gone = self.code == 100 and self.subcode == _GONE
        return not self.reason and (gone or self.code in _ACCOUNT - {0} or 200 <= self.code <= 299)


def refused(
    status: int, trouble: Trouble | None, after: timedelta | None = None
) -> Undelivered | Unauthorised | Unsure:
    """What an answer other than 2xx to a message means; ``trouble`` is None where its words were no error of Meta's."""
    if trouble is None:
        return http.refusal(status, after=after)
    if trouble.reason:
        return Undelivered(trouble.reason, retry=False, detail=trouble.detail)
    if trouble.accounts:
        return Unauthorised(f"meta: {trouble.detail}")
    if trouble.passes:
        wish = after or (http.BUSY if trouble.code in _BUSY else None)
        return Undelivered("server-busy", retry=True, after=wish, detail=trouble.detail)
    return http.refusal(status, after=after, detail=trouble.detail)
