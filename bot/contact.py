"""What somebody typed as their contact, as an address: an e-mail address or a telephone number of Indonesia."""

from __future__ import annotations

import re

import phonenumbers

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\.[^@\s.,;<>]{2,63}")
_REGION = "ID"


def contact(text: str) -> tuple[str, str] | None:
    """Scheme and canonical value: ``("email", lower case)``, ``("phone", +E.164)``; None for anything else."""
    typed = text.strip()
    if mail := _MAIL.search(typed):
        return "email", mail[0].strip(".").lower()
    try:
        number = phonenumbers.parse(typed, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return "phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
