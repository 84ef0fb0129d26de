"""``wadul init``: asks, tries the mailbox for real, and writes a first office.

The new office starts from the shipped one: same roles, papers and procedure, its own name, code and mailbox. The
mailbox's password is asked for to try it and is never written; the file names the variable that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from channels.base import Fault
from config import SHIPPED
from config.check import RESERVED

Ask = Callable[[str, bool], str]
Try = Callable[[dict[str, Any]], Awaitable[list[Fault]]]

MODEL = "blitar"
SOP = "10"
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its key (the sentence is ``init-<key>``), what a good answer looks like, and its default."""

    key: str
    pattern: str
    wrong: str
    default: Callable[[dict[str, str]], str] = lambda _: ""
    secret: bool = False


def _domain(answers: dict[str, str]) -> str:
    return answers["address"].rpartition("@")[2]


QUESTIONS = (
    Question("id", rf"(?!(?:{'|'.join(sorted(RESERVED))})$)[a-z][a-z0-9-]{{1,30}}", "init-bad-id"),
    Question("name", r".{2,80}", "init-empty"),
    Question("full-name", r".{2,160}", "init-empty", lambda answers: answers["name"]),
    Question("city", r".{2,80}", "init-empty"),
    Question("code", r"[A-Za-z]{3}", "init-bad-code", lambda answers: answers["id"][:3].upper()),
    Question("time-zone", r"(?i:WIB|WITA|WIT)", "init-bad-zone", lambda _: "WIB"),
    Question("address", r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "init-bad-address"),
    Question("imap-host", r"\S+", "init-empty", lambda answers: f"imap.{_domain(answers)}"),
    Question("imap-port", r"[1-9]\d{0,4}", "init-bad-port", lambda _: "993"),
    Question("smtp-host", r"\S+", "init-empty", lambda answers: f"smtp.{_domain(answers)}"),
    Question("smtp-port", r"[1-9]\d{0,4}", "init-bad-port", lambda _: "465"),
    Question("user", r"\S+", "init-empty", lambda answers: answers["address"]),
    Question("password", r".+", "init-empty", secret=True),
)


def interview(ask: Ask, complain: Callable[[str], None]) -> dict[str, str]:
    """Ask every question until it has a good answer. ``ask(key-with-default, secret)`` returns what was typed."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        answers[question.key] = _answer(question, answers, ask, complain)
    return answers


def _answer(question: Question, answers: dict[str, str], ask: Ask, complain: Callable[[str], None]) -> str:
    default = question.default(answers)
    while True:
        typed = ask(f"init-{question.key}|{default}", question.secret).strip() or default
        if re.fullmatch(question.pattern, typed) and not (question.key.endswith("port") and int(typed) > 65535):
            return typed
        complain(question.wrong)


def mailbox(answers: dict[str, str]) -> dict[str, Any]:
    """The e-mail channel's entry, without the password. TLS follows the ports: 143 is bare, 25 bare, 587 STARTTLS."""
    security = {"465": "tls", "587": "starttls"}.get(answers["smtp-port"], "none")
    return {
        "kind": "email",
        "name": "E-mail pengaduan",
        "address": answers["address"].lower(),
        "sender_name": answers["name"],
        "imap_host": answers["imap-host"],
        "imap_port": int(answers["imap-port"]),
        "imap_tls": answers["imap-port"] == "993",
        "smtp_host": answers["smtp-host"],
        "smtp_port": int(answers["smtp-port"]),
        "smtp_security": security,
        "user": answers["user"],
    }


def variable(office: str) -> str:
    """The environment variable that holds the mailbox's password."""
    return f"{office.upper().replace('-', '_')}_MAIL_PASSWORD"


def write(folder: Path, answers: dict[str, str]) -> Path:
    """Write ``offices/<id>/`` from the shipped model; answer the path of its office.yaml.

    Raises: FileExistsError where that office is there already; nothing is changed then.
    """
    office = answers["id"]
    home = folder / "offices" / office
    target = home / "office.yaml"
    if target.exists():
        raise FileExistsError(target)
    model = SHIPPED / "offices" / MODEL
    (home / "sop").mkdir(parents=True, exist_ok=True)
    procedure = (model / "sop" / f"{MODEL}-{SOP}.yaml").read_text("utf-8")
    (home / "sop" / f"{office}-{SOP}.yaml").write_text(procedure.replace(f"{MODEL}-", f"{office}-"), "utf-8")
    target.write_text(_office(model, answers), "utf-8")
    return target


def _office(model: Path, answers: dict[str, str]) -> str:
    text = (model / "office.yaml").read_text("utf-8").replace(f"{MODEL}-", f"{answers['id']}-")
    for key, value in _blocks(answers).items():
        text = _replaced(text, key, value)
    return text.partition("\n")[2].lstrip() if text.startswith("#") else text


def _blocks(answers: dict[str, str]) -> dict[str, Any]:
    password = {"env": variable(answers["id"])}
    return {
        "id": answers["id"],
        "name": answers["name"],
        "full_name": answers["full-name"],
        "city": answers["city"],
        "code": answers["code"].upper(),
        "time_zone": ZONES[answers["time-zone"].upper()],
        "letterhead": {"lines": [answers["city"], answers["full-name"]], "email": answers["address"].lower()},
        "channels": {
            "email": {**mailbox(answers), "password": password},
            "web": {"kind": "web", "name": "Formulir pengaduan"},
        },
        "routes": [{"channel": name, "procedure": f"{answers['id']}-{SOP}"} for name in ("email", "web")]
        + [{"procedure": f"{answers['id']}-{SOP}"}],
        "agencies": [],
    }


def _replaced(text: str, key: str, value: Any) -> str:
    """The file's text with one top-level block written anew and every comment elsewhere kept."""
    block = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=120)
    return re.sub(rf"(?m)^{key}:.*\n(?:[ \t]+.*\n|\n(?=[ \t]))*", lambda _: block, text, count=1)
