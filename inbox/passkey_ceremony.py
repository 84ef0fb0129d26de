"""What browsers are told and answer when a passkey is made or used: the library's words, and nothing of the record.

Loaded by the first who has to do with a passkey. The person proves to the device by finger, face or PIN that it is
them: a passkey is both steps of signing in. No maker's attestation is asked for.
Source: W3C Web Authentication Level 3, 7.1 (registering) and 7.2 (verifying an assertion).
"""

from __future__ import annotations

from collections.abc import Sequence

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from inbox.passkeys import Made, Site, Unproven, Used

_LONGEST_ANSWER = 16 * 1024
_MINUTES_5 = 300_000
# What hostile answers have been seen to raise in what reads them, beside the library's own.
_UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


def to_make(site: Site, challenge: bytes, *, user: bytes, login: str, name: str, known: Sequence[str]) -> str:
    """The options of ``navigator.credentials.create``, as JSON. ``known``: credential ids that are there already."""
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name="Wadul",
        user_id=user,
        user_name=login,
        user_display_name=name,
        challenge=challenge,
        timeout=_MINUTES_5,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return webauthn.options_to_json(options)


def made(site: Site, answer: str, challenge: bytes) -> Made:
    """The new passkey in what the browser answered. Raises Unproven."""
    try:
        found = webauthn.verify_registration_response(
            credential=_short(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise Unproven(str(error)) from error
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def asked(answer: str, *, making: bool) -> bytes:
    """The challenge that the browser says it answers. Raises Unproven."""
    try:
        parse = (
            webauthn.helpers.parse_registration_credential_json
            if making
            else webauthn.helpers.parse_authentication_credential_json
        )
        return parse_client_data_json(parse(_short(answer)).response.client_data_json).challenge
    except _UNREADABLE as error:
        raise Unproven(str(error)) from error


def used(answer: str) -> Used:
    """Which passkey it says it is, and whose. Not proved yet. Raises Unproven."""
    try:
        found = webauthn.helpers.parse_authentication_credential_json(_short(answer))
    except _UNREADABLE as error:
        raise Unproven(str(error)) from error
    return Used(found.raw_id, found.response.user_handle)


def count(site: Site, answer: str, challenge: bytes, *, public: str, before: int) -> int:
    """Proves it by the passkey's key; answers how often it now says it was used. Raises Unproven."""
    try:
        found = webauthn.verify_authentication_response(
            credential=_short(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public),
            credential_current_sign_count=before,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise Unproven(str(error)) from error
    return found.new_sign_count


def _short(answer: str) -> str:
    if len(answer) > _LONGEST_ANSWER:
        raise Unproven("too long")
    return answer
