"""What Messenger and Instagram deliver, for tests: bodies as their webhooks post them."""

from __future__ import annotations

import json
from typing import Any

from tests.channels.whatsapps import CHOSEN, SECRET, TOKEN, signed

__all__ = ["CHOSEN", "SECRET", "TOKEN", "signed"]

PAGE, ACCOUNT, CITIZEN, AT = "117172741761305", "17841405309211844", "3383290475046708", 1795400100000
KEYS = {"token": TOKEN, "app_secret": SECRET, "verify_token": CHOSEN}
MESSENGER = {"page_id": PAGE, **KEYS}
INSTAGRAM = {"account_id": ACCOUNT, "page_id": PAGE, **KEYS}


def item(ours: str = PAGE, **what: Any) -> dict[str, Any]:
    """One thing that happened in a private talk."""
    return {"sender": {"id": CITIZEN}, "recipient": {"id": ours}, "timestamp": AT, **what}


def said(text: str = "Lampu jalan mati", serial: int = 1, **fields: Any) -> dict[str, Any]:
    """A message of a citizen."""
    return {"message": {"mid": f"m_{serial}", **({"text": text} if text else {}), **fields}}


def attached(*attachments: Any, serial: int = 1, text: str = "") -> dict[str, Any]:
    """A message with attachments."""
    return said(text, serial, attachments=list(attachments))


def body(*entries: Any, object_: str = "page") -> bytes:
    """A delivery, as it is posted."""
    return json.dumps({"object": object_, "entry": list(entries)}).encode()


def messenger(*items: Any, of: str = PAGE, under: str = "messaging") -> bytes:
    """What happened in private talks with a page."""
    return body({"id": of, "time": AT, under: [item(of, **one) for one in items]})


def instagram(*items: Any, of: str = ACCOUNT, under: str = "messaging") -> bytes:
    """What happened in direct messages of an account."""
    return body({"id": of, "time": AT, under: [item(of, **one) for one in items]}, object_="instagram")


def changed(field: str, value: Any, *, of: str = "", object_: str = "page") -> bytes:
    """A delivery with one change."""
    account = of or (PAGE if object_ == "page" else ACCOUNT)
    return body({"id": account, "time": AT // 1000, "changes": [{"field": field, "value": value}]}, object_=object_)


def comment(text: str = "Lampu jalan mati di RT 3", serial: int = 1, **fields: Any) -> dict[str, Any]:
    """What a page's feed tells of a comment."""
    told = {
        "item": "comment",
        "verb": "add",
        "comment_id": f"{PAGE}9_{serial}",
        "post_id": f"{PAGE}_9",
        "parent_id": f"{PAGE}_9",
        "from": {"id": CITIZEN, "name": "Sari Wulandari"},
        "message": text,
        "created_time": AT // 1000,
    }
    return told | fields


def remark(text: str = "Lampu jalan mati di RT 3", serial: int = 1, **fields: Any) -> dict[str, Any]:
    """What Instagram tells of a comment."""
    author = {"id": CITIZEN, "username": "sari.w"}
    return {"id": f"1789{serial}", "from": author, "text": text, "media": {"id": "1792"}} | fields
