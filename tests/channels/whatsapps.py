"""What WhatsApp delivers, for tests: bodies as its webhook posts them, and how they are signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

ACCOUNT, NUMBER_ID, NUMBER = "102290129340398", "106540352242922", "62811000110"
CITIZEN, NAME = "6281234567890", "Sari Wulandari"
SECRET, TOKEN, CHOSEN = "rahasia-aplikasi", "rahasia-token-sistem", "pilihan-kantor"
ENTRY = {
    "phone_number_id": NUMBER_ID,
    "account_id": ACCOUNT,
    "token": TOKEN,
    "app_secret": SECRET,
    "verify_token": CHOSEN,
}
AT = 1795400100


def said(kind: str = "text", serial: int = 1, **fields: Any) -> dict[str, Any]:
    """One message of a citizen: ``said("image", image={...})``."""
    told = {"from": CITIZEN, "id": f"wamid.{serial}", "timestamp": f"{AT}", "type": kind}
    return told | (fields or {"text": {"body": "Lampu jalan mati"}})


def status(state: str, serial: int = 1, **fields: Any) -> dict[str, Any]:
    """What became of a message of ours."""
    return {"id": f"wamid.out{serial}", "status": state, "timestamp": f"{AT}", "recipient_id": CITIZEN} | fields


def value(*messages: Any, number_id: str = NUMBER_ID, **fields: Any) -> dict[str, Any]:
    """A change's value, of one citizen."""
    told: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": NUMBER, "phone_number_id": number_id},
        "contacts": [{"profile": {"name": NAME}, "wa_id": CITIZEN}],
    }
    return told | ({"messages": list(messages)} if messages else {}) | fields


def change(told: Any, field: str = "messages") -> dict[str, Any]:
    """An entry with one change."""
    return {"id": ACCOUNT, "changes": [{"value": told, "field": field}]}


def body(*entries: Any, **fields: Any) -> bytes:
    """A delivery, as it is posted."""
    return json.dumps({"object": "whatsapp_business_account", "entry": list(entries), **fields}).encode()


def saying(kind: str = "text", serial: int = 1, **fields: Any) -> bytes:
    """A delivery with one message."""
    return body(change(value(said(kind, serial, **fields))))


def reporting(*statuses: Any) -> bytes:
    """A delivery with statuses."""
    return body(change(value(statuses=list(statuses))))


def signed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that Meta posts a body with."""
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
