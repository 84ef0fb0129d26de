"""What the office's own server wrote about a sender is believed, and nobody else's word in its name."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import ValidationError

import channels
from channels.base import Channel, Proof
from tests.bot.street import MORNING
from tests.channels.mails import mail

SERVER = "mx.blitar.example.go.id"
GOOGLE = (
    "mx.blitar.example.go.id; dkim=pass header.i=@warga.example.test header.s=s1 header.b=Ab/c=; "
    "spf=pass (mx: domain of budi@warga.example.test designates 192.0.2.1 as permitted sender) "
    'smtp.mailfrom="budi@warga.example.test"; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=warga.example.test'
)
FORGED = f"{SERVER}; dmarc=fail (p=NONE) header.from=warga.example.test; spf=softfail smtp.mailfrom=x@jahat.example"


def door(fields: int = 1, server: str = SERVER) -> Channel:
    """The mailbox of an office whose server signs its findings so."""
    entry = {"kind": "email", "address": "pengaduan@dinas.example.test", "password": "x"}
    more = {"authserv_id": server, "authserv_fields": fields}
    return channels.load("blitar-email", entry | more, secret=b"x" * 32, now=lambda: MORNING)


def proof(
    *results: str, fields: int = 1, sender: str = "Budi <budi@warga.example.test>", also: str = ""
) -> Proof | None:
    """What is made of a mail with such fields on top, in their order."""
    named = [f"Authentication-Results: {one}" for one in results]
    raw = "\r\n".join([*named, *([also] if also else []), ""]).encode() + mail(sender=sender)
    return door(fields).parse(raw).messages[0].proof


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        # What real servers write.
        ([GOOGLE], "pass"),
        ([GOOGLE.replace("mx.blitar", "MX.Blitar").replace("; dkim", " 1; dkim")], "pass"),
        ([f"{SERVER};\r\n\tdkim=pass (2048-bit key; secure) header.d=warga.example.test"], "pass"),
        ([f'"{SERVER}"; spf=pass smtp.mailfrom=surat.warga.example.test'], "pass"),
        ([f"{SERVER}; dkim=fail header.d=lain.example; dkim=pass header.d=warga.example.test; dmarc=none"], "pass"),
        ([FORGED], "fail"),
        ([f"{SERVER}; spf=fail smtp.mailfrom=budi@warga.example.test"], "fail"),
        ([f"{SERVER}; dkim=fail (body hash) header.d=warga.example.test; spf=none"], "fail"),
        # Nobody can tell: the checks are about somebody else, or there were none.
        ([f"{SERVER}; none"], "none"),
        ([], "none"),
        ([f"{SERVER}; dkim=pass header.d=jahat.example; spf=pass smtp.mailfrom=x@jahat.example"], "none"),
        ([f"{SERVER}; dmarc=pass header.from=jahat.example"], "none"),
        ([f"{SERVER}; spf=fail smtp.mailfrom=x@penerus.example"], "none"),
        ([f"{SERVER}; dmarc=temperror header.from=warga.example.test"], "none"),
        # Another server's word, another version's, a name that only begins alike.
        (["mx.google.com; dmarc=pass header.from=warga.example.test"], "none"),
        ([f"{SERVER}.jahat.example; dmarc=pass header.from=warga.example.test"], "none"),
        ([f"{SERVER} 2; dmarc=pass header.from=warga.example.test"], "none"),
        # Words in comments and quotes are no results.
        ([f"{SERVER}; none (; dmarc=pass header.from=warga.example.test)"], "none"),
        ([f'{SERVER}; spf=none reason="; dmarc=pass header.from=warga.example.test"'], "none"),
        # Below the server's own field stands whatever the sender wrote.
        ([FORGED, GOOGLE], "fail"),
        ([f"{SERVER}; none", GOOGLE], "none"),
        ([GOOGLE, FORGED], "pass"),
        (["mx.lain.example; none", FORGED, GOOGLE], "fail"),
    ],
)
def test_only_the_own_servers_topmost_field_counts(results: list[str], verdict: str) -> None:
    """Its verdict for a sender at warga.example.test."""
    found = proof(*results)
    assert found is not None
    assert found.verdict == verdict


def test_a_server_that_writes_two_fields_is_read_in_both() -> None:
    """One program checks signatures, another the policy; a third field of the name is the sender's own."""
    signed, policy = (
        f"{SERVER}; dkim=pass header.d=lain.example",
        f"{SERVER}; dmarc=fail header.from=warga.example.test",
    )
    assert proof(signed, policy, GOOGLE, fields=2) == Proof("none", "pass", "fail", False, "fail")
    assert proof(signed, policy, GOOGLE, fields=1) == Proof("none", "pass", "none", False, "none")


def test_two_senders_are_not_proven() -> None:
    """A mail with two From fields shows one person to the server and another to the reader."""
    found = proof(GOOGLE, also="From: lurah@dinas.example.test")
    assert found is not None
    assert found.verdict == "fail"


def test_without_the_servers_name_nothing_is_read() -> None:
    """Where the office names none, a mail says nothing of its proof."""
    raw = f"Authentication-Results: {GOOGLE}\r\n".encode() + mail()
    assert channels.reader("email")(raw).messages[0].proof is None
    assert door(server="").parse(raw).messages[0].proof is None


@pytest.mark.parametrize("wrong", [{"server": "mx; none"}, {"server": "a b"}, {"fields": 0}])
def test_a_name_that_no_server_has_is_a_mistake(wrong: dict[str, Any]) -> None:
    """The office's file says so before anything runs."""
    with pytest.raises(ValidationError):
        door(**wrong)


@pytest.mark.parametrize("piece", ["(", '"', ";", "\\", "a=", "dkim=pass ", "( ) ", 'x="\\', "dkim/", "=" * 3])
def test_a_hostile_field_costs_little(piece: str) -> None:
    """Sixteen thousand letters of anything are read in a moment."""
    began = time.perf_counter()
    assert proof(f"{SERVER}; {piece * (16_000 // len(piece))}") is not None
    assert time.perf_counter() - began < 0.5
