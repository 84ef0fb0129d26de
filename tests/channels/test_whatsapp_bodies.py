"""What the WhatsApp door makes of a whole delivery: what says nothing, what cannot be read, what nobody saw before."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.inspect import inspect
from channels import reader, whatsapp_parse
from channels.base import Inbound, Parsed, Undigested
from templates import sentence
from tests.channels import whatsapps as wa
from tests.examples import many

parse = reader("whatsapp")
SAMPLES = Path(__file__).parents[3] / "shared" / "reference" / "webhook-samples"
SENT_AT = datetime.fromtimestamp(wa.AT, UTC)
OBJECT = whatsapp_parse.OBJECT


def one(raw: bytes) -> Inbound:
    """The only message of a delivery."""
    (inbound,) = parse(raw).messages
    return inbound


# What else an app may be subscribed to. Source: developers.facebook.com/documentation/business-messaging/whatsapp/
# webhooks/reference, the left column.
OTHER_FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("account_alerts", {"entity_type": "WABA", "alert_info": {"alert_type": "X"}}),
    ("account_review_update", {"decision": "APPROVED"}),
    ("account_settings_update", {"messaging_product": "whatsapp", "type": "phone_number_settings"}),
    ("account_update", {"phone_number": "1", "event": "VERIFIED_ACCOUNT"}),
    ("automatic_events", {"automatic_events": [{"id": "x", "event_name": "LeadSubmitted"}]}),
    ("business_capability_update", {"max_daily_conversation_per_phone": 10}),
    ("business_status_update", {"event": "BAN"}),
    ("calls", {"calls": [{"id": "wacid.1", "from": wa.CITIZEN, "event": "connect"}]}),
    ("flows", {"event": "FLOW_STATUS_CHANGE", "message": "Flow"}),
    ("group_lifecycle_update", {"groups": [{"group_id": "x", "type": "group_create"}]}),
    ("group_participants_update", {"groups": [{"group_id": "x"}]}),
    ("group_settings_update", {"groups": [{"group_id": "x"}]}),
    ("group_status_update", {"groups": [{"group_id": "x"}]}),
    ("history", {"history": [{"threads": [{"id": "1", "messages": [wa.said()]}]}], "messages": [wa.said()]}),
    ("message_echoes", {"message_echoes": [wa.said()]}),
    ("message_template_components_update", {"message_template_name": "x"}),
    ("message_template_quality_update", {"new_quality_score": "GREEN"}),
    ("message_template_status_update", {"event": "APPROVED", "message_template_id": 12, "reason": None}),
    ("messaging_handovers", {"control_passed": {}}),
    ("partner_solutions", {"event": "SOLUTION_CREATED"}),
    ("payment_configuration_update", {"configuration_name": "x"}),
    ("phone_number_name_update", {"decision": "APPROVED"}),
    ("phone_number_quality_update", {"event": "DOWNGRADE", "current_limit": "TIER_1K"}),
    ("security", {"event": "PIN_CHANGED", "requester": "1"}),
    ("smb_app_state_sync", {"state_sync": [{"type": "contact", "contact": {"full_name": "X"}}]}),
    ("smb_message_echoes", {"message_echoes": [wa.said() | {"to": wa.CITIZEN}]}),
    ("template_category_update", {"new_category": "MARKETING"}),
    ("template_correct_category_detection", {"correct_category": "MARKETING"}),
    ("tracking_events", {"events": []}),
    ("user_preferences", {"user_preferences": [{"wa_id": wa.CITIZEN, "value": "stop"}]}),
    ("yang_belum_ada", {"apa": "saja"}),
]


@pytest.mark.parametrize(("field", "value"), OTHER_FIELDS, ids=[row[0] for row in OTHER_FIELDS])
def test_what_says_nothing_is_no_message(field: str, value: dict[str, Any]) -> None:
    """Meta tells of many things; only what a citizen said, and what became of ours, is either. Nothing is an error."""
    assert parse(wa.body(wa.change(value, field))) == Parsed()
    more = parse(wa.body(wa.change(value, field), wa.change(wa.value(wa.said()))))
    assert [one.text for one in more.messages] == ["Lampu jalan mati"]


NOTHING: list[tuple[str, Any]] = [
    ("no entries", {"object": OBJECT, "entry": []}),
    ("no changes", {"object": OBJECT, "entry": [{"id": "1", "changes": []}]}),
    ("no messages", {"object": OBJECT, "entry": [wa.change(wa.value())]}),
    ("empty messages", {"object": OBJECT, "entry": [wa.change(wa.value(messages=[]))]}),
    ("they opened the chat", {"object": OBJECT, "entry": [wa.change(wa.value(wa.said("request_welcome")))]}),
    ("account trouble", {"object": OBJECT, "entry": [wa.change(wa.value(errors=[{"code": 131000}]))]}),
]  # fmt: skip


@pytest.mark.parametrize("told", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_holds_nothing_is_no_error(told: Any) -> None:
    """A delivery may be empty."""
    assert parse(json.dumps(told).encode()) == Parsed()


def test_statuses_and_messages_of_one_value() -> None:
    """Both are taken, and several of each, in their order."""
    told = wa.value(wa.said(serial=1), wa.said(serial=2), statuses=[wa.status("sent"), wa.status("read", 2)])
    parsed = parse(wa.body(wa.change(told)))
    assert [one.external_id for one in parsed.messages] == ["wamid.1", "wamid.2"]
    assert [one.external_id for one in parsed.reports] == ["wamid.out1", "wamid.out2"]


WRAPPED: list[tuple[str, Any]] = [
    ("the dashboard's sample", {"sample": {"field": "messages", "value": wa.value(wa.said())}}),
    ("a test's payload", {"payload": {"object": OBJECT, "entry": [wa.change(wa.value(wa.said()))]}}),
    ("a bare change", {"field": "messages", "value": wa.value(wa.said())}),
    ("an entry alone", wa.change(wa.value(wa.said()))),
    ("no object", {"entry": [wa.change(wa.value(wa.said()))]}),
    ("one entry", {"object": OBJECT, "entry": wa.change(wa.value(wa.said()))}),
    ("one change", {"object": OBJECT, "entry": [{"changes": wa.change(wa.value(wa.said()))["changes"][0]}]}),
    ("one message", {"object": OBJECT, "entry": [wa.change(wa.value(messages=wa.said()))]}),
    ("a list of bodies", [json.loads(wa.saying())]),
    ("a value alone", wa.value(wa.said())),
    ("as before there was a cloud", {"contacts": [{"wa_id": wa.CITIZEN}], "messages": [wa.said()]}),
    ("no field", {"object": OBJECT, "entry": [{"id": "1", "changes": [{"value": wa.value(wa.said())}]}]}),
]  # fmt: skip


@pytest.mark.parametrize("told", [row[1] for row in WRAPPED], ids=[row[0] for row in WRAPPED])
def test_shapes_around_a_message(told: Any) -> None:
    """As examples and tests write it; with the mark of a file's beginning, too."""
    for raw in (json.dumps(told).encode(), b"\xef\xbb\xbf" + json.dumps(told, indent=2).encode()):
        assert one(raw).text == "Lampu jalan mati"


BROKEN: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "meta-unreadable"),
    ("truncated", wa.saying()[:-40], "meta-unreadable"),
    ("no json", b"<html>", "meta-unreadable"),
    ("deep", b'{"entry":' * 5000, "meta-unreadable"),
    ("deep lists", b"[" * 100_000 + b"]" * 100_000, "meta-unreadable"),
    ("long number", b'{"entry": ' + b"9" * 5000 + b"}", "meta-unreadable"),
    ("a page's", wa.saying().replace(b"whatsapp_business_account", b"page"), "meta-other-object"),
    ("no object at all", b"{}", "meta-unreadable"),
    ("a word", b'"halo"', "meta-unreadable"),
    ("null entry", b'{"object": "whatsapp_business_account", "entry": null}', "meta-unreadable"),
    ("a word for an entry", b'{"object": "whatsapp_business_account", "entry": ["x"]}', "meta-unreadable"),
    ("a word for a message", wa.body(wa.change(wa.value("halo"))), "meta-unreadable"),
    ("no sender", wa.body(wa.change(wa.value({"id": "wamid.1", "type": "text"}, contacts=[]))), "meta-no-sender"),
    ("no id", wa.body(wa.change(wa.value({"from": wa.CITIZEN, "type": "text"}))), "meta-unreadable"),
]


@pytest.mark.parametrize(("raw", "reason"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_cannot_be_read_says_so(raw: bytes, reason: str) -> None:
    """A person gets it with a reason in words."""
    with pytest.raises(Undigested) as raised:
        parse(raw)
    assert str(raised.value) == reason
    assert sentence(reason) != reason


def test_nothing_is_lost_beside_what_cannot_be_read() -> None:
    """Each message stands alone: five broken ones cost no other, and are set aside as they came."""
    broken: list[Any] = ["halo", None, 5, {"id": "wamid.9", "type": "text"}, {"from": wa.CITIZEN}]
    messages = [wa.said(serial=1), *broken, wa.said(serial=2)]
    digest = whatsapp_parse.parse(wa.body(wa.change(wa.value(*messages, contacts=[]))))
    assert [one.external_id for one in digest.parsed.messages] == ["wamid.1", "wamid.2"]
    kept = [json.loads(one.raw)["entry"][0]["changes"][0]["value"]["messages"] for one in digest.aside]
    assert kept == [[one] for one in broken]


def test_letters_that_no_database_takes_become_others() -> None:
    """NUL and halves of letters do not cost the rest of the words."""
    raw = wa.body(wa.change(wa.value(wa.said(text={"body": "Lampu\x00 \ud83d mati \U0001f4a1"}, id="wamid.\x001"))))
    inbound = one(raw)
    assert inbound.text == "Lampu\ufffd \ufffd mati 💡"
    assert "\x00" not in inbound.external_id
    inbound.text.encode()


def test_deep_nesting_ends_no_delivery() -> None:
    """Whatever can be read can be kept: the neighbours are there, the deep one itself too, or all is set aside."""
    inner = wa.said("besok", besok="@")
    entries = json.dumps([wa.change(wa.value(inner)), wa.change(wa.value(wa.said(serial=2)))])
    lost = 0
    for depth in [100, 400, *range(800, 1000)]:
        deep = "[" * depth + "]" * depth
        raw = f'{{"object": "{OBJECT}", "entry": {entries}}}'.replace('"@"', deep).encode()
        try:
            assert [one.external_id for one in parse(raw).messages] == ["wamid.1", "wamid.2"]
        except Undigested:
            lost += 1
        told = json.dumps({"isi": "@"}).replace('"@"', deep)
        form = {"type": "nfm_reply", "nfm_reply": {"response_json": told, "body": "Sent"}}
        assert one(wa.saying("interactive", interactive=form)).external_id == "wamid.1"
    assert lost


def test_letters_that_no_database_takes_become_others_in_a_form() -> None:
    """However deep in its answers, and in their names."""
    told = '{"a\\ud83d": {"b\\u0000": ["\\ud83d"]}, "c": ["\\ud83d", "\\u0000"]}'
    form = {"type": "nfm_reply", "nfm_reply": {"response_json": told}}
    inbound = one(wa.saying("interactive", interactive=form))
    f"{inbound.text}{dict(inbound.fields)}".encode()
    assert "\x00" not in f"{inbound.text}{list(inbound.fields.values())}"


def test_a_delivery_is_cut_quickly() -> None:
    """A thousand messages of a thousand people in one value take no quadratic time."""
    people = [{"profile": {"name": f"W{n}"}, "wa_id": f"62812{n:06}"} for n in range(1000)]
    messages = [wa.said(serial=n) | {"from": f"62812{n:06}"} for n in range(1000)]
    parsed = parse(wa.body(wa.change(wa.value(*messages, contacts=people))))
    assert [one.sender_name for one in parsed.messages] == [f"W{n}" for n in range(1000)]


MUCH = "9" * 200_000
MUCH_AROUND: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("beside", {f"k{n}": n for n in range(20_000)}, {}),
    ("number", {"metadata": {"phone_number_id": wa.NUMBER_ID, "x": MUCH}}, {}),
    ("person", {"contacts": [{"wa_id": wa.CITIZEN, "profile": {"name": MUCH}}]}, {}),
    ("entry", {}, {"id": MUCH, "time": MUCH}),
]


@pytest.mark.parametrize(("beside", "around"), [row[1:] for row in MUCH_AROUND], ids=[row[0] for row in MUCH_AROUND])
def test_what_stands_around_many_messages_is_not_kept_with_each(beside: dict[str, Any], around: dict[str, Any]) -> None:
    """A body of a few hundred kilobytes takes neither minutes nor gigabytes."""
    told = {"metadata": {"phone_number_id": wa.NUMBER_ID}, **beside, "messages": [wa.said(serial=n) for n in range(50)]}
    entry = {"id": "1", **around, "changes": [{"field": "messages", "value": told}]}
    parsed = parse(json.dumps({"object": OBJECT, "entry": [entry]}).encode())
    assert len(parsed.messages) == 50
    assert sum(len(one.raw) for one in parsed.messages) < 1_000_000
    assert parse(parsed.messages[7].raw).messages[0].external_id == parsed.messages[7].external_id


def test_what_a_terminal_cannot_write_is_escaped(tmp_path: Path) -> None:
    """Pictures of letters on a terminal that knows none, and a file's name that is no text: a line, and no trace."""
    (tmp_path / "satu.json").write_bytes(wa.saying(text={"body": "Mati 😀"}))
    for encoding, name in (("ascii", "satu.json"), ("utf-8", "\udcff.json")):
        terminal = TextIOWrapper(BytesIO(), encoding)
        inspect(reader("whatsapp"), [str(tmp_path / name)], terminal)
        assert json.loads(terminal.buffer.getvalue())["file"] == str(tmp_path / name)  # type: ignore[attr-defined]


NAMES = st.sampled_from(
    ["object", "entry", "changes", "field", "value", "messages", "statuses", "contacts", "metadata", "errors", "text",
     "body", "type", "from", "id", "timestamp", "image", "caption", "interactive", "button_reply", "nfm_reply",
     "response_json", "location", "latitude", "context", "system", "edit", "original_message_id", "message", "order",
     "product_items", "profile", "name", "wa_id", "sample", "reaction", "status", "recipient_id", "code"]
)  # fmt: skip
TYPES = [
    *("text", "image", "audio", "document", "sticker", "button", "interactive", "reaction", "location", "contacts"),
    *("order", "system", "unsupported", "edit", "revoke", "besok"),
]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters()), NAMES,
    st.sampled_from(["messages", "text", "image", "edit", "revoke", "failed", OBJECT, "{}", "[[]]"]),
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=40,
)


def holds(raw: bytes) -> None:
    """What comes out of a delivery can be stored and shown, or it is refused as agreed."""
    try:
        parsed = parse(raw)
    except Undigested as error:
        parsed, reason = Parsed(), str(error)
    else:
        reason = ""
    assert not reason or sentence(reason) != reason
    for message in parsed.messages:
        assert message.external_id
        assert message.sender
        assert message.sent_at.tzinfo is UTC
        told = {field.name: getattr(message, field.name) for field in fields(message) if field.name != "raw"}
        shown = json.dumps(told, default=str, ensure_ascii=False)
        shown.encode()
        assert "\\u0000" not in shown
        assert [one.external_id for one in parse(message.raw).messages] == [message.external_id]


@given(ANYTHING)
@many(150)
def test_no_json_breaks_it(told: Any) -> None:
    """Whatever is delivered as a body."""
    holds(json.dumps(told).encode())


@given(ANYTHING)
@many(150)
def test_no_value_breaks_it(told: Any) -> None:
    """Whatever stands where a change's value should."""
    holds(wa.body(wa.change(told)))


@given(st.dictionaries(NAMES, ANYTHING, max_size=6), st.sampled_from(TYPES))
@many(200)
def test_no_message_breaks_it(told: dict[str, Any], kind: str) -> None:
    """Whatever stands in a message of any kind, its neighbour is read."""
    raw = wa.body(wa.change(wa.value(wa.said(kind, **told), wa.said(serial=2))))
    holds(raw)
    assert "wamid.2" in [one.external_id for one in parse(raw).messages]


@given(st.binary(max_size=200))
@many(100)
def test_no_bytes_break_it(raw: bytes) -> None:
    """Whatever is posted."""
    holds(raw)


def test_it_is_inspected_by_its_name(tmp_path: Path) -> None:
    """As ``wadul inspect whatsapp`` finds it: one line a file, in order, each message in its order."""
    files = {
        "dua.json": wa.body(wa.change(wa.value(wa.said(serial=1), wa.said(serial=2, text={"body": "Masih mati"})))),
        "rusak.json": wa.saying()[:-9],
        "status.json": wa.reporting(wa.status("read")),
    }
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    out = StringIO()
    inspect(reader("whatsapp"), [str(tmp_path / name) for name in files], out)
    two, broken, status = (json.loads(line) for line in out.getvalue().splitlines())
    assert [one["text"] for one in two["messages"]] == ["Lampu jalan mati", "Masih mati"]
    assert two["messages"][0]["sent_at"] == SENT_AT.isoformat().replace("+00:00", "Z")
    assert (broken["messages"], broken["error"]) == ([], sentence("meta-unreadable"))
    assert (status["reports"][0]["state"], status["error"]) == ("read", None)


@pytest.mark.skipif(not SAMPLES.exists(), reason="Meta's own samples are not here (../shared/reference)")
def test_metas_own_samples_are_read() -> None:
    """Each of them is a message or a report."""
    for path in sorted(SAMPLES.glob("whatsapp_*.json")):
        parsed = parse(json.dumps(json.loads(path.read_bytes())["payload"]).encode())
        assert len(parsed.messages) + len(parsed.reports) == 1, path.name
