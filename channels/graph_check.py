"""What is wrong with an account at Meta, in the contract's terms: its token, its webhook, how we are reached. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from channels import graph, http
from channels.base import Fault, Unauthorised, Undelivered
from channels.graph_json import Json, parts, text

_SECURE = re.compile(r"https://|http://127\.0\.0\.1(?:[:/]|$)")
_MISSING = re.compile(r"100/33\b")
_EXPIRED = re.compile(r"\b190/463\b|expired", re.IGNORECASE)


def refused(error: Unauthorised, base_url: str = graph.BASE_URL) -> Fault:
    """A token that Meta does not take (any more), or an account that it keeps out or does not know."""
    said = http.brief(str(error).removeprefix("meta: "))
    if _MISSING.match(said):
        return Fault("meta-account-missing", {"url": base_url, "detail": said})
    return Fault("meta-token-expired" if _EXPIRED.search(said) else "meta-token-refused", {"detail": said})


def unreached(base_url: str, error: Undelivered) -> Fault:
    """No answer, or one that says no."""
    refusal = not error.retry
    code = "meta-account-missing" if refusal else "meta-unreachable"
    return Fault(code, {"url": base_url, "detail": error.detail or error.reason})


def reached(url: str) -> Iterator[Fault]:
    """Where Meta cannot call us: ``url`` is our webhook's, empty where the installation has no address."""
    if not _SECURE.match(url):
        yield Fault("meta-webhook-not-secure", {"url": url or "-"})


def subscribed(answer: Json, needed: Collection[str], url: str) -> Iterator[Fault]:
    """Whether an app takes what happens there, and all that we need where it tells its fields."""
    apps = parts(answer, "data")
    if not apps:
        yield Fault("meta-webhook-missing", {"url": url or "-"})
        return
    told = [set(one["subscribed_fields"]) for one in apps if isinstance(one.get("subscribed_fields"), list)]
    missing = sorted(set(needed) - set().union(*told)) if told else []
    if missing:
        yield Fault("meta-webhook-fields", {"fields": ", ".join(missing), "url": url or "-"})


def led_elsewhere(configured: Json, url: str) -> Iterator[Fault]:
    """Whether the webhook set at Meta is ours: the number's goes before the account's, and that before the app's."""
    found = text(configured, "phone_number", "whatsapp_business_account", "application")
    if found and url and found.rstrip("/") != url:
        yield Fault("meta-webhook-elsewhere", {"url": url, "found": found})
