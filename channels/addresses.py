"""How the whole house spells an address: telephone numbers, what people type as a contact, one client of a page.

Part of the contract, handed on by ``channels.base``: a door, the clerk and the desk must not read the same words
differently. Pure; knows no platform.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\.[^@\s.,;<>]{2,63}")
_NUMBER = re.compile(r"[+(]?\d[\d\s().-]{6,24}\d")
_LONGEST_NUMBER = 60
# What people put between digits: spaces, dots, dashes of every kind, brackets, and marks that nobody sees.
_BETWEEN = re.compile(r"[\s.\-‐‑‒–—−/()\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_SCHEME = re.compile(r"^(?:tel|sms):", re.IGNORECASE)
_SHORTEST_WITHOUT_PREFIX = 9
_SERVICES = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


def contact(text: str) -> tuple[str, str] | None:
    """Scheme and canonical value: ``("email", lower case)``, ``("phone", +E.164)``; None for anything else.

    Words around it do no harm ("WA 0812 3456 7890, Bu Siti"). Anybody may type a number, and it is written to at the
    office's cost: those that cost more than a citizen's telephone, as premium and satellite numbers do, are none.
    """
    if mail := _MAIL.search(text):
        return "email", mail[0].strip(".").lower()
    inside = _NUMBER.search(text)
    number = phone(text) or (phone(inside[0]) if inside else "")
    return ("phone", number) if number and _may_be_a_citizens(number) else None


def phone(value: str, region: str = "ID") -> str:
    """A telephone number as +E.164, or "" where it cannot be one.

    Takes national numbers of ``region`` (0812...), numbers with its country code but without plus (62812...), and
    international ones (+62..., 0062...), with anything usual between the digits. Source: ITU-T E.164.
    """
    return _phone(value[:_LONGEST_NUMBER], region)


@lru_cache(maxsize=4096)
def _phone(value: str, region: str) -> str:
    """The office's own number comes with every short message, a citizen's several times."""
    digits = _BETWEEN.sub("", _SCHEME.sub("", unicodedata.normalize("NFKC", value).strip()))
    if not re.fullmatch(r"\+?[0-9]{3,20}", digits):
        return ""
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith(("+", "0")):
        return _e164(_read(digits, region), strict=False)
    if len(digits) < _SHORTEST_WITHOUT_PREFIX:
        return ""
    # Without plus the library takes 62812... for a national number: the country code goes first.
    code = str(phonenumbers.country_code_for_region(region))
    guesses = (f"+{digits}", digits) if digits.startswith(code) else (digits, f"+{digits}")
    return next(filter(None, (_e164(_read(guess, region), strict=True) for guess in guesses)), "")


def network(remote: str | None) -> str:
    """What counts as one client: an IPv4 address, or the /64 that an IPv6 customer gets (RFC 6177)."""
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return remote or ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _may_be_a_citizens(number: str) -> bool:
    """No number of no country (satellites, international services), and no service that charges whoever calls."""
    found = phonenumbers.parse(number)
    nowhere = phonenumbers.region_code_for_number(found) == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    return not nowhere and phonenumbers.number_type(found) not in _SERVICES


def _read(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: PhoneNumber | None, *, strict: bool) -> str:
    """Prefixes newer than the library's tables are possible numbers; guesses (``strict``) must be known ones."""
    good = phonenumbers.is_valid_number if strict else phonenumbers.is_possible_number
    if number is None or not good(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
