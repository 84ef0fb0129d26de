"""What Twilio's error codes mean for one message, one table for its answers and its status callbacks.

Source: https://www.twilio.com/docs/api/errors (the dictionary). Codes that are not in the table are judged by the
status of the answer; Twilio adds new ones without notice.
"""

from __future__ import annotations

from channels import http
from channels.base import State, Unauthorised, Undelivered, Unsure

# Nobody has that number, or none that takes messages.
_NOBODY = {
    21211: "Invalid 'To' phone number",
    21217: "Phone number does not appear to be valid",
    21265: "'To' number cannot be a short code",
    21614: "'To' number is not a valid mobile number",
    21635: "'To' number cannot be a landline",
    30005: "Unknown destination handset",
}
_OPTED_OUT = {21610: "Recipient replied STOP"}
# The account or its sender is not fit for sending: nothing goes out until a person mends that.
_ACCOUNT = {
    20003,  # authentication
    20005,  # account not active
    20006,  # access denied
    20403,  # forbidden
    20404,  # no such account
    21212,  # invalid 'From' number
    21603,  # a source is required
    21606,  # 'From' is not a number of ours for messages
    21659,  # 'From' is not a Twilio number
    21660,  # 'From' belongs to another account
    21701,  # no such messaging service
    21703,  # a messaging service without numbers
    21704,
    21705,  # messaging service sid invalid
    30002,  # account suspended
}
_BUSY = {14107, 20429, 21611, 30001, 30022, 63018}
_REGION = {21408, 21612}
_LONG = {21605, 21617}
# What handsets and carriers answer, in Twilio's words, where a callback brings the number alone.
_CARRIER = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}


def refused(status: int, code: int, words: str) -> Undelivered | Unauthorised | Unsure:
    """What an answer other than 2xx means. ``code`` is Twilio's, or 0."""
    detail = http.brief(f"{code or status} {words}")
    if code in _NOBODY:
        return Undelivered("address-unknown", retry=False, detail=detail)
    if code in _OPTED_OUT:
        return Undelivered("address-blocked", retry=False, detail=detail)
    if code in _ACCOUNT:
        return Unauthorised(f"twilio: {detail}")
    if code in _BUSY:
        return Undelivered("server-busy", retry=True, after=http.BUSY, detail=detail)
    if code in _REGION:
        return Undelivered("region-closed", retry=False, detail=detail)
    if code in _LONG:
        return Undelivered("message-too-large", retry=False, detail=detail)
    return http.refusal(status, detail=f"{code} {words}" if code != status else words)


def failing(code: int) -> State:
    """The state that a message with this error ends in."""
    return State.DEAD_ADDRESS if code in _NOBODY else State.FAILED


def told(code: int, words: str = "") -> str:
    """An error in Twilio's own words, with its number."""
    known = _NOBODY | _OPTED_OUT | _CARRIER
    return http.brief(f"{code or ''} {words or known.get(code, '')}") or "failed"
