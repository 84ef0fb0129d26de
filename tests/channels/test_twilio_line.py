"""The Twilio door's own calls: sending, fetching, looking through the list, and the account's check.

Against Prism, which plays Twilio's published description, and against a stand of our own for what it never answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import channels
from channels.base import Attachment, Channel, Fault, Outbound, Unauthorised, Undelivered, Unheard, Unsure
from templates import sentence
from tests.channels.contract import NOW, SECRET
from tests.channels.recording import RecordingDesk
from tests.channels.twilio_stand import CITIZEN, NUMBER, SID, TOKEN, Stand, message, refusal, standing

SPEC = Path(__file__).parents[3] / "shared" / "reference" / "twilio_messages_openapi.json"
WORDS = Outbound(key="01JABC/+ x", recipient=CITIZEN, text="Aduan BLT-26-001234 diterima.")
WORLD = "https://wadul.example.go.id"
MINUTE = timedelta(minutes=1)


def door(url: str, **more: Any) -> Channel:
    """The door, with its Twilio at ``url``."""
    entry = {"kind": "twilio", "account_sid": SID, "auth_token": TOKEN, "number": NUMBER, "base_url": url, **more}
    return channels.load("blitar-sms", entry, secret=SECRET, now=lambda: NOW, url=WORLD)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """A Twilio of our own."""
    async with standing() as one:
        yield one


@pytest.fixture
async def twilio(stand: Stand) -> AsyncIterator[Channel]:
    """The door to it."""
    one = door(stand.url)
    yield one
    await one.close()


@pytest.fixture(scope="module")
def description(prism: Callable[[Path], str]) -> str:
    """Where Prism plays Twilio's description of itself."""
    if not SPEC.exists():
        pytest.skip("Twilio's description is not here")
    return prism(SPEC)


@pytest.fixture
async def described(description: str) -> AsyncIterator[Channel]:
    """The door to a Twilio that holds every request against its own description."""
    one = door(description, take="all")
    yield one
    await one.close()


class TestAsTwilioDescribesIt:
    """Prism refuses what Twilio's OpenAPI file does not allow."""

    async def test_a_message_is_taken(self, described: Channel) -> None:
        """The request is as described, and the name that comes back is Twilio's."""
        receipt = await described.send(WORDS)
        assert receipt.external_id.startswith("SM")

    async def test_the_list_is_read(self, described: Channel) -> None:
        """The sweep's query is allowed; of the example's two messages the one that came in is handed over."""
        desk = RecordingDesk()
        await _once(described, desk, until=lambda: bool(desk.messages))
        (said,) = desk.messages.values()
        assert (said.text, len(said.files)) == ("look mom I have media!", 3)
        assert await desk.progress() == {"since": said.sent_at.isoformat()}

    async def test_the_account_is_asked(self, described: Channel) -> None:
        """Account and number are asked for as described; the example's number leads elsewhere."""
        assert [fault.code for fault in await described.check()] == ["twilio-webhook-elsewhere"]


async def test_what_is_sent(stand: Stand, twilio: Channel) -> None:
    """To, from, plain words, and where to tell what became of it, with our key."""
    receipt = await twilio.send(Outbound(key="a/b c", recipient="0812-3456-7890", text="“Halo” – warga…"))
    assert receipt.external_id == f"SM{1:032x}"
    callback = f"{WORLD}/hooks/blitar-sms/status?kunci=a%2Fb+c"
    assert stand.sent == [{"To": CITIZEN, "From": NUMBER, "Body": '"Halo" - warga...', "StatusCallback": callback}]


async def test_a_messaging_service_sends_where_there_is_one(stand: Stand) -> None:
    """Then Twilio picks the number."""
    service = "MG" + "a" * 32
    twilio = door(stand.url, messaging_service_sid=service)
    await twilio.send(WORDS)
    await twilio.close()
    assert (stand.sent[0].get("From"), stand.sent[0]["MessagingServiceSid"]) == (None, service)


UNDELIVERED = [
    (400, 21211, "address-unknown", False),
    (400, 21614, "address-unknown", False),
    (400, 21610, "address-blocked", False),
    (400, 21408, "region-closed", False),
    (400, 21617, "message-too-large", False),
    (400, 21609, "message-refused", False),
    (400, 99999, "message-refused", False),
    (422, 0, "message-refused", False),
    (400, 14107, "server-busy", True),
    (429, 20429, "server-busy", True),
    (503, 20503, "server-busy", True),
    (302, 0, "server-unreachable", True),
]


@pytest.mark.parametrize(("status", "code", "reason", "retry"), UNDELIVERED)
async def test_refusals_say_what_comes_next(
    stand: Stand, twilio: Channel, status: int, code: int, reason: str, retry: bool
) -> None:
    """Each of Twilio's errors has its reason, a sentence, and whether another try can help."""
    stand.answer = lambda _: refusal(status, code, "words of Twilio")
    with pytest.raises(Undelivered) as raised:
        await twilio.send(WORDS)
    assert (raised.value.reason, raised.value.retry) == (reason, retry)
    assert sentence(reason) != reason
    assert "\x1b" not in raised.value.detail


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (403, 20006), (404, 20404), (400, 21606), (400, 21705)])
async def test_an_account_that_is_not_fit_is_for_a_person(
    stand: Stand, twilio: Channel, status: int, code: int
) -> None:
    """Wrong credentials or a sender that is not ours hold everything back until somebody mends them."""
    stand.answer = lambda _: refusal(status, code, "words of Twilio")
    with pytest.raises(Unauthorised):
        await twilio.send(WORDS)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("7", 7), ("Mon, 23 Nov 2026 02:16:00 GMT", 60), ("999999", 21600), ("", 60), ("besok", 60)],
)
async def test_a_busy_platform_names_its_wish(stand: Stand, twilio: Channel, after: str, seconds: int) -> None:
    """Retry-After in seconds or as a date is honoured, within reason."""
    headers = {"Retry-After": after} if after else {}
    stand.answer = lambda _: refusal(429, 20429, "Too Many Requests", **headers)
    with pytest.raises(Undelivered) as raised:
        await twilio.send(WORDS)
    assert raised.value.after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: refusal(500, 20500, "Internal Server Error"),
        lambda _: web.Response(status=502, text="<html>bad gateway</html>"),
        lambda _: web.Response(status=201, text="<html>"),
        lambda _: web.Response(status=201, text="[]"),
    ],
    ids=["500", "502", "no-json", "no-message"],
)
async def test_an_answer_that_leaves_it_open_is_unsure(
    stand: Stand, twilio: Channel, answer: Callable[[Mapping[str, str]], web.Response]
) -> None:
    """Twilio may have taken it: nobody sends twice by himself."""
    stand.answer = answer
    with pytest.raises(Unsure):
        await twilio.send(WORDS)


async def test_a_line_that_breaks_after_the_request_is_unsure(stand: Stand, twilio: Channel) -> None:
    """The request was there; the answer was not."""
    stand.silent = True
    with pytest.raises(Unsure):
        await twilio.send(WORDS)
    assert len(stand.sent) == 1


async def test_a_message_that_failed_at_once_is_not_sent(stand: Stand, twilio: Channel) -> None:
    """Twilio may name an error in the very message it made."""
    told = {"sid": "SM1", "status": "failed", "error_code": 21610, "error_message": "Unsubscribed"}
    stand.answer = lambda _: web.json_response(told, status=201)
    with pytest.raises(Undelivered, match="address-blocked"):
        await twilio.send(WORDS)


async def _once(twilio: Channel, desk: RecordingDesk, until: Callable[[], bool]) -> None:
    """Listen until something is true, or the door raises."""
    listening = asyncio.create_task(twilio.listen(desk))
    waiting = asyncio.create_task(desk.until(until, 10))
    await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
    failed = listening.done()
    for task in (listening, waiting):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    if failed:
        await listening
    with suppress(asyncio.CancelledError):
        await listening


async def test_a_newly_connected_number_begins_with_its_next_message(stand: Stand, twilio: Channel) -> None:
    """What lay at Twilio before is not taken; where it began is stored."""
    stand.listed = [message(1, "lama", NOW - timedelta(days=2))]
    desk = RecordingDesk()
    await _once(twilio, desk, until=lambda: bool(desk.commits))
    assert (desk.messages, await desk.progress()) == ({}, {"since": NOW.isoformat()})


async def test_an_old_number_can_be_taken_whole(stand: Stand) -> None:
    """The office may say so."""
    stand.listed = [message(1, "lama", NOW - timedelta(days=400))]
    twilio, desk = door(stand.url, take="all"), RecordingDesk()
    await _once(twilio, desk, until=lambda: bool(desk.messages))
    await twilio.close()
    assert desk.texts == ["lama"]


async def test_a_thousand_that_waited_come_in_their_order(stand: Stand, twilio: Channel) -> None:
    """After an outage everything is read, page by page, oldest first, with the place reached in the same commit."""
    stand.listed = [message(n, f"Pesan {n}", NOW + n * timedelta(seconds=1)) for n in range(1000)]
    desk = RecordingDesk()
    await desk.accept(progress={"since": NOW.isoformat()})
    await _once(twilio, desk, until=lambda: len(desk.messages) == 1000)
    assert desk.texts == [f"Pesan {n}" for n in range(1000)]
    assert desk.commits == [0, 1000]
    assert await desk.progress() == {"since": (NOW + timedelta(seconds=999)).isoformat()}
    assert len(stand.asked) == 5
    assert stand.asked[0]["To"] == NUMBER
    assert stand.asked[0]["DateSent>"] == "2026-11-23T01:15:00Z"


async def test_a_walk_ends_where_it_is_known(stand: Stand, twilio: Channel) -> None:
    """Pages older than the place reached are not asked for, whatever Twilio makes of the query."""
    stand.page = 10
    stand.listed = [message(n, f"Pesan {n}", NOW + n * MINUTE) for n in range(200)]
    desk = RecordingDesk()
    await desk.accept(progress={"since": (NOW + 199 * MINUTE).isoformat()})
    await _once(twilio, desk, until=lambda: bool(desk.messages))
    assert desk.texts == [f"Pesan {n}" for n in range(139, 200)]
    assert len(stand.asked) == 7


async def test_the_next_sweep_hands_over_what_is_new(stand: Stand) -> None:
    """What was handed over stays; outbound messages are nobody's words to us."""
    twilio, desk = door(stand.url, sweep_minutes=0.001), RecordingDesk()
    await desk.accept(progress={"since": NOW.isoformat()})
    stand.listed = [message(1, "satu", NOW), message(2, "dari kantor", NOW, direction="outbound-api")]

    def second() -> bool:
        if desk.texts == ["satu"] and len(stand.listed) == 2:
            stand.listed.append(message(3, "dua", NOW + MINUTE))
        return desk.texts == ["satu", "dua"]

    await _once(twilio, desk, until=second)
    await twilio.close()
    assert (desk.commits, desk.repeated) == ([0, 1, 1], 0)


async def test_a_message_that_makes_no_sense_stops_no_other(stand: Stand) -> None:
    """It waits for a person, once; what tells no time is taken as well."""
    nobody = message(2, "dari siapa?", NOW, **{"from": None})
    timeless = message(3, "kapan?", NOW, date_sent=None, date_created=None)
    stand.listed = [message(1, "satu", NOW), nobody, timeless, message(4, "dua", NOW)]
    twilio, desk = door(stand.url, sweep_minutes=0.001), RecordingDesk()
    await desk.accept(progress={"since": NOW.isoformat()})

    def swept_again() -> bool:
        if len(desk.messages) == 3 and len(stand.listed) == 4:
            stand.listed.append(message(5, "tiga", NOW))
        return len(desk.messages) == 4

    await _once(twilio, desk, until=swept_again)
    await twilio.close()
    assert sorted(desk.texts) == ["dua", "kapan?", "satu", "tiga"]
    assert [reason for _, reason in desk.aside] == ["sms-no-sender"]


async def test_what_cannot_be_stored_is_swept_again(stand: Stand, twilio: Channel) -> None:
    """The place reached moves with the messages, never before them."""
    stand.listed = [message(1, "satu", NOW)]
    desk = RecordingDesk()
    await desk.accept(progress={"since": NOW.isoformat()})
    desk.broken = True
    with pytest.raises(RuntimeError):
        await _once(twilio, desk, until=lambda: False)
    desk.broken = False
    await _once(twilio, desk, until=lambda: bool(desk.messages))
    assert desk.texts == ["satu"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: refusal(401, 20003, "Authenticate"), Unauthorised),
        (lambda _: refusal(500, 20500, "Internal"), Unheard),
        (lambda _: web.Response(text="<html>"), Unheard),
        (lambda _: web.json_response({"messages": None}), TimeoutError),
    ],
    ids=["login", "500", "no-json", "nothing"],
)
async def test_trouble_in_listening_is_told(
    stand: Stand, twilio: Channel, answer: Callable[[Any], web.Response], error: type[Exception]
) -> None:
    """Wrong credentials are told apart from a bad day; an empty list is no trouble."""
    stand.answer = answer
    with pytest.raises(error):
        async with asyncio.timeout(0.5):
            await twilio.listen(RecordingDesk())


JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100


async def test_a_picture_is_fetched_with_our_login(stand: Stand, twilio: Channel) -> None:
    """By its own address, as a webhook has it, and by its place, as the list has it."""
    stand.media = {"ME1": JPEG}
    base = f"/2010-04-01/Accounts/{SID}/Messages/MM1/Media"
    for reference in (f"{stand.url}{base}/ME1", f"{base}/ME1", f"{base}.json#0"):
        assert await twilio.fetch(Attachment("a.jpg", "image/jpeg", reference=reference)) == JPEG


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("{base}/2010-04-01/Accounts/{sid}/Messages/MM1/Media/ME2", "file-gone"),
        ("{base}/2010-04-01/Accounts/{sid}/Messages/MM1/Media.json#7", "file-gone"),
        ("{base}/2010-04-01/Accounts/{sid}/Messages/MM1/Media.json#x", "file-gone"),
        ("{base}/2010-04-01/Accounts/AC9/Messages/MM1/Media/ME1", "file-elsewhere"),
        ("https://penipu.example/2010-04-01/Accounts/{sid}/Messages/MM1/Media/ME1", "file-elsewhere"),
        ("{base}@penipu.example/2010-04-01/Accounts/{sid}/Messages/MM1", "file-elsewhere"),
        ("http://169.254.169.254/latest", "file-elsewhere"),
        ("", "file-elsewhere"),
    ],
)
async def test_nothing_is_fetched_from_elsewhere(stand: Stand, twilio: Channel, reference: str, reason: str) -> None:
    """A forged address does not get our login, nor make us ask inside our own network."""
    with pytest.raises(Undelivered) as raised:
        await twilio.fetch(Attachment("a", "image/jpeg", reference=reference.format(base=stand.url, sid=SID)))
    assert (raised.value.reason, raised.value.retry) == (reason, False)
    assert sentence(reason) != reason


HOOK = f"{WORLD}/hooks/blitar-sms/masuk"


@pytest.mark.parametrize(
    ("status", "numbers", "codes"),
    [
        ("active", [{"sms_url": HOOK}], []),
        ("active", [{"sms_url": f"{HOOK}#rc=3"}], []),
        ("active", [{"sms_url": "https://demo.twilio.com/welcome/sms/reply"}], ["twilio-webhook-elsewhere"]),
        ("active", [{"sms_url": ""}], ["twilio-webhook-elsewhere"]),
        ("active", [{"sms_url": "", "sms_application_sid": "AP1"}], []),
        ("active", [], ["twilio-number-missing"]),
        ("suspended", [{"sms_url": HOOK}], ["twilio-account-closed"]),
    ],
)
async def test_the_check_says_what_is_wrong(
    stand: Stand, twilio: Channel, status: str, numbers: list[dict[str, Any]], codes: list[str]
) -> None:
    """The account, the number, and where Twilio sends what citizens write."""
    stand.status, stand.numbers = status, numbers
    faults = await twilio.check()
    assert [fault.code for fault in faults] == codes
    assert all("?" not in sentence(fault.code, fault.values) for fault in faults)


async def test_the_check_says_that_the_login_is_refused(stand: Stand, twilio: Channel) -> None:
    """A person must mend the token."""
    stand.answer = lambda _: refusal(401, 20003, "Authenticate")
    assert await twilio.check() == [Fault("twilio-login-refused", {"detail": "twilio: 20003 Authenticate"})]
