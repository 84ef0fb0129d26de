"""What is wrong with a number at WhatsApp, as the platform tells it of itself. Pure.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers,
.../whatsapp/support/health-status.
"""

from __future__ import annotations

from collections.abc import Iterator

from channels import http
from channels.base import Fault
from channels.graph_json import Json, lines, part, parts, text

_FIT, _OURS = {"", "CONNECTED"}, {"", "CLOUD_API"}
_UNPROVED = {"NOT_VERIFIED", "UNVERIFIED"}


def of_number(told: Json, shown: str) -> Iterator[Fault]:
    """The number's registration, its proof, its name, how well it is liked, and what keeps it from sending."""
    status, platform = text(told, "status"), text(told, "platform_type")
    if status == "PENDING" or (not status and text(told, "code_verification_status") in _UNPROVED):
        yield Fault("whatsapp-not-verified", {"number": shown})
    elif status not in _FIT or platform not in _OURS:
        yield Fault("whatsapp-not-registered", {"number": shown, "status": status if status not in _FIT else platform})
    if text(told, "name_status") == "DECLINED":
        yield Fault("whatsapp-name-declined", {"number": shown, "name": text(told, "verified_name") or "-"})
    if text(told, "quality_rating") == "RED":
        yield Fault("whatsapp-quality", {"number": shown})
    yield from _of_health(part(told, "health_status"), shown)


def _of_health(health: Json, shown: str) -> Iterator[Fault]:
    """What of the number, its account, its business or the app keeps messages from going."""
    if text(health, "can_send_message") in {"BLOCKED", "LIMITED"}:
        errors = [error for one in parts(health, "entities") for error in parts(one, "errors")]
        told = [lines(text(error, "error_description"), text(error, "possible_solution")) for error in errors]
        yield Fault("whatsapp-held-back", {"number": shown, "detail": http.brief("; ".join(told)) or "-"})
