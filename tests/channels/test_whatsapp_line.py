"""The WhatsApp door's own calls: sending, fetching, marking as read.

Against Prism, which plays Meta's published description, and against a stand of our own for what it never answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import channels
from channels.base import (
    Approved,
    Attachment,
    Channel,
    Choice,
    Outbound,
    State,
    Unauthorised,
    Undelivered,
    Unsure,
)
from channels.whatsapp_send import pieces
from templates import sentence
from tests.channels import whatsapps as wa
from tests.channels.contract import NOW
from tests.channels.contract import SECRET as KEY
from tests.channels.whatsapp_stand import Stand, refusal, standing

SPEC = Path(__file__).parents[3] / "shared" / "reference" / "whatsapp_cloud_openapi.json"
CITIZEN, WORLD = f"+{wa.CITIZEN}", "https://wadul.example.go.id"
WORDS = Outbound(key="01JABC", recipient=CITIZEN, text="Aduan BLT-26-001234 diterima.")
PHOTO = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0foto", size_bytes=8)
PAPER = Attachment("surat jawaban.pdf", "application/pdf", b"%PDF-1.7", size_bytes=8)
SOUND = Attachment("suara.ogg", "audio/ogg", b"OggS", size_bytes=4)
ENVELOPE = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": CITIZEN}


def door(url: str, **more: Any) -> Channel:
    """The door, with its Graph API at ``url``."""
    entry = {"kind": "whatsapp", **wa.ENTRY, "base_url": url, **more}
    return channels.load("blitar-wa", entry, secret=KEY, now=lambda: NOW, url=WORLD)


def saying(text: str = "Halo", **more: Any) -> Outbound:
    """A message out."""
    return Outbound(key="01JABC", recipient=CITIZEN, text=text, **more)


def choices(count: int, label: str = "Pilihan {}") -> tuple[Choice, ...]:
    """So many buttons."""
    return tuple(Choice(f"nilai-{n}", label.format(n)) for n in range(1, count + 1))


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """A Graph API of our own."""
    async with standing() as one:
        yield one


@pytest.fixture
async def whatsapp(stand: Stand) -> AsyncIterator[Channel]:
    """The door to it."""
    one = door(stand.url)
    yield one
    await one.close()


@pytest.fixture(scope="module")
def description(prism: Callable[[Path], str]) -> str:
    """Where Prism plays Meta's description of the Cloud API."""
    if not SPEC.exists():
        pytest.skip("Meta's description of the Cloud API is not here (../shared/reference)")
    return prism(SPEC)


@pytest.fixture
async def described(description: str) -> AsyncIterator[Channel]:
    """The door to a platform that holds every request against its own description."""
    one = door(description)
    yield one
    await one.close()


EVERYTHING = [
    ("text", saying()),
    ("answer", saying(answers=("wamid.HBgL",))),
    ("officer", saying(answers=("wamid.HBgL",), automatic=False)),
    ("long", saying("Panjang. " * 1000)),
    ("button", saying(choices=choices(1))),
    ("buttons", saying(choices=choices(3))),
    ("list", saying(choices=choices(10))),
    ("long labels", saying(choices=choices(2, "Jalan rusak di depan rumah nomor {} dan sekitarnya"))),
    ("photo", saying(files=(PHOTO,))),
    ("paper", saying(files=(PAPER,))),
    ("sound", saying(files=(SOUND,))),
    ("all at once", saying("Panjang. " * 300, files=(PHOTO, PAPER, SOUND), choices=choices(4))),
    ("group", Outbound(key="1", recipient="Y2FwaV9ncm91cDoxOTUwNTU1MDA3OToxMjAz", text="Halo")),
    ("template", saying(approved=Approved("status_aduan", "id", ("Sari", "BLT-26-001234")))),
]


class TestAsMetaDescribesIt:
    """Prism refuses what Meta's OpenAPI file does not allow."""

    @pytest.mark.parametrize("outbound", [row[1] for row in EVERYTHING], ids=[row[0] for row in EVERYTHING])
    async def test_every_sort_of_message_is_taken(self, description: str, outbound: Outbound) -> None:
        """The request is as described, and the name that comes back is WhatsApp's."""
        whatsapp = door(description)
        receipt = await whatsapp.send(outbound)
        await whatsapp.close()
        assert receipt.external_id.startswith("wamid.")

    async def test_a_medium_is_asked_for(self, described: Channel) -> None:
        """As described; the example's file lies where nobody can be reached from here."""
        with pytest.raises(Undelivered):
            await described.fetch(Attachment("a.jpg", "image/jpeg", reference="1003383421387256"))

    async def test_the_account_is_asked(self, described: Channel) -> None:
        """Number and subscriptions are asked for as described; the examples are in order."""
        assert await described.check() == []


async def test_what_is_sent(stand: Stand, whatsapp: Channel) -> None:
    """To whom, in answer to what, and plain words without a preview."""
    receipt = await whatsapp.send(saying("Aduan diterima.", answers=("01JOLD", "wamid.5", "wamid.4")))
    assert (receipt.external_id, receipt.state) == ("wamid.out1", State.SENT)
    text = {"type": "text", "text": {"body": "Aduan diterima.", "preview_url": False}}
    assert stand.sent == [ENVELOPE | text | {"context": {"message_id": "wamid.5"}}]


async def test_somebody_who_hides_the_number_is_written_to_by_their_id(stand: Stand, whatsapp: Channel) -> None:
    """WhatsApp has a field of its own for it."""
    await whatsapp.send(Outbound(key="1", recipient="ID.13491208655302741918", text="Halo"))
    assert (stand.sent[0].get("to"), stand.sent[0]["recipient"]) == (None, "ID.13491208655302741918")


@pytest.mark.parametrize("recipient", ["", "0812", "Sari", "+62", "+62 812 3456", "ID.", "-5", "a" * 300])
async def test_nobody_is_written_to_who_cannot_be(stand: Stand, whatsapp: Channel, recipient: str) -> None:
    """It is said before anything goes out."""
    with pytest.raises(Undelivered, match="address-invalid"):
        await whatsapp.send(Outbound(key="1", recipient=recipient, text="Halo"))
    assert stand.sent == []


async def test_up_to_three_choices_are_buttons(stand: Stand, whatsapp: Channel) -> None:
    """What comes back when one is pressed is its value."""
    await whatsapp.send(saying(choices=choices(3)))
    interactive = stand.sent[0]["interactive"]
    assert (interactive["type"], interactive["body"]) == ("button", {"text": "Halo"})
    assert [one["reply"] for one in interactive["action"]["buttons"]] == [
        {"id": f"nilai-{n}", "title": f"Pilihan {n}"} for n in (1, 2, 3)
    ]


async def test_more_choices_are_a_list(stand: Stand, whatsapp: Channel) -> None:
    """With the office's word on the button that opens it."""
    await whatsapp.send(saying(choices=choices(10)))
    action = stand.sent[0]["interactive"]["action"]
    assert action["button"] == "Pilih"
    assert [(row["id"], row["title"]) for row in action["sections"][0]["rows"]] == [
        (f"nilai-{n}", f"Pilihan {n}") for n in range(1, 11)
    ]


async def test_a_label_that_has_no_room_is_still_read(stand: Stand, whatsapp: Channel) -> None:
    """A button holds 20 letters, a row 24 and 72 below them."""
    label = "Jalan rusak di depan rumah nomor {}"
    await whatsapp.send(saying(choices=choices(2, label)))
    rows = stand.sent[0]["interactive"]["action"]["sections"][0]["rows"]
    assert rows == [
        {"id": f"nilai-{n}", "title": f"{n}. Jalan rusak di depan…", "description": label.format(n)} for n in (1, 2)
    ]


async def test_labels_that_read_alike_are_numbered(stand: Stand, whatsapp: Channel) -> None:
    """WhatsApp refuses two buttons, or two rows, of one title."""
    await whatsapp.send(saying(choices=(Choice("a", "Jalan"), Choice("b", " Jalan "), Choice("c", "Lampu"))))
    rows = stand.sent[0]["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == ["1. Jalan", "2. Jalan", "3. Lampu"]


async def test_a_long_text_goes_in_parts(stand: Stand, whatsapp: Channel) -> None:
    """Cut where a paragraph or word ends, all of it there, the whole answered by its first part's name."""
    said = "\n\n".join(f"Paragraf {n}. " + "kata " * 100 for n in range(1, 25)).strip()
    receipt = await whatsapp.send(saying(said, answers=("wamid.5",)))
    bodies = [one["text"]["body"] for one in stand.sent]
    assert receipt.external_id == "wamid.out1"
    assert all(len(body) <= 4096 for body in bodies)
    assert all(body.startswith("Paragraf") for body in bodies)
    assert "".join(bodies).split() == said.replace("\n\n", "").split() or " ".join(bodies).split() == said.split()
    assert ["context" in one for one in stand.sent] == [True, False, False, False]


async def test_our_key_goes_along_where_the_office_wants_it(stand: Stand) -> None:
    """The parts of one message are told apart by it."""
    whatsapp = door(stand.url, callback_key=True)
    await whatsapp.send(saying("kata " * 2000))
    await whatsapp.close()
    assert [one["biz_opaque_callback_data"] for one in stand.sent] == ["01JABC", "01JABC#2", "01JABC#3"]


async def test_choices_hang_below_the_end_of_a_long_text(stand: Stand, whatsapp: Channel) -> None:
    """There is room for 1,024 letters above buttons."""
    said = "kata " * 500
    await whatsapp.send(saying(said, choices=choices(2)))
    head, tail = stand.sent
    assert (head["type"], tail["type"]) == ("text", "interactive")
    assert f"{head['text']['body']} {tail['interactive']['body']['text']}".split() == said.split()
    assert len(tail["interactive"]["body"]["text"]) <= 1024


async def test_too_much_is_said_before_anything_goes(stand: Stand, whatsapp: Channel) -> None:
    """Nothing is cut off."""
    with pytest.raises(Undelivered, match="message-too-large"):
        await whatsapp.send(saying("x" * (whatsapp.abilities.longest + 1)))
    assert stand.sent == []


FILES = [
    ("photo", PHOTO, "image", {"caption": "Halo"}),
    ("large photo", Attachment("b.jpg", "image/jpeg", b"x" * (5 * 1024 * 1024 + 1)), "document",
     {"caption": "Halo", "filename": "b.jpg"}),
    ("paper", PAPER, "document", {"caption": "Halo", "filename": "surat jawaban.pdf"}),
    ("video", Attachment("v.mp4", "video/mp4", b"x"), "video", {"caption": "Halo"}),
    ("webp", Attachment("s.webp", "image/webp", b"x"), "document", {"caption": "Halo", "filename": "s.webp"}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "kind", "more"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
async def test_a_file_is_laid_there_and_sent_by_its_id(
    stand: Stand, whatsapp: Channel, file: Attachment, kind: str, more: dict[str, str]
) -> None:
    """As what WhatsApp shows it as, with the text under it."""
    await whatsapp.send(saying(files=(file,)))
    (laid,) = stand.laid
    assert (laid["content"], laid["type"], laid["messaging_product"]) == (file.content, file.type, "whatsapp")
    (sent,) = stand.sent
    assert (sent["type"], sent[kind]) == (kind, {"id": "901", **more})


async def test_text_of_any_sort_is_laid_there_as_text(stand: Stand, whatsapp: Channel) -> None:
    """A table of commas, too; its name says what it is."""
    await whatsapp.send(saying(files=(Attachment("daftar.csv", "text/csv", b"a,b"),)))
    assert (stand.laid[0]["type"], stand.laid[0]["content"]) == ("text/plain", b"a,b")
    assert stand.sent[0]["document"]["filename"] == "daftar.csv"


async def test_a_name_in_other_letters_is_uploaded(stand: Stand, whatsapp: Channel) -> None:
    """Whatever stands in it."""
    await whatsapp.send(saying(files=(Attachment('sürat "1"\r\n.pdf', "application/pdf", b"x"),)))
    assert stand.sent[0]["document"]["filename"] == 'sürat "1"\r\n.pdf'
    assert stand.laid[0]["content"] == b"x"


async def test_what_takes_several_calls_goes_on_where_it_stopped(stand: Stand, whatsapp: Channel) -> None:
    """The next attempt repeats nothing that was taken."""
    outbound = saying(files=(PHOTO, PAPER), choices=choices(2))
    stand.answer = lambda _, body: refusal(503, 2, "Service unavailable") if "document" in body else None
    with pytest.raises(Undelivered):
        await whatsapp.send(outbound)
    stand.answer = lambda *_: None
    receipt = await whatsapp.send(outbound)
    assert receipt.external_id == "wamid.out1"
    assert [one["type"] for one in stand.sent] == ["interactive", "image", "document"]


async def test_who_wrote_sees_that_an_officer_read_it(stand: Stand, whatsapp: Channel) -> None:
    """The clerk's own words mark nothing; what cannot be marked keeps no answer back."""
    await whatsapp.send(saying(answers=("wamid.5",)))
    assert stand.read == []
    await whatsapp.send(saying(answers=("wamid.5", "wamid.4"), automatic=False))
    assert stand.read == ["wamid.5"]
    stand.answer = lambda _, body: refusal(400, 131009, "Message not found") if "status" in body else None
    await whatsapp.send(saying(answers=("wamid.5",), automatic=False))
    assert len(stand.sent) == 3
    silent = door(stand.url, mark_read=False)
    await silent.send(saying(answers=("wamid.9",), automatic=False))
    await silent.close()
    assert stand.read == ["wamid.5"]


UNDELIVERED = [
    (400, 131047, "window-closed", False),
    (400, 131026, "meta-undeliverable", False),
    (400, 131049, "meta-undeliverable", False),
    (400, 131021, "address-invalid", False),
    (400, 131051, "message-refused", False),
    (400, 131053, "message-refused", False),
    (404, 132001, "template-refused", False),
    (400, 132015, "template-refused", False),
    (400, 100, "message-refused", False),
    (400, 999999, "message-refused", False),
    (400, 130429, "server-busy", True),
    (429, 80007, "server-busy", True),
    (400, 131056, "server-busy", True),
    (500, 131000, "server-busy", True),
    (500, 131016, "server-busy", True),
    (503, 2, "server-busy", True),
]


@pytest.mark.parametrize(("status", "code", "reason", "retry"), UNDELIVERED, ids=[str(row[1]) for row in UNDELIVERED])
async def test_refusals_say_what_comes_next(
    stand: Stand, whatsapp: Channel, status: int, code: int, reason: str, retry: bool
) -> None:
    """Each of Meta's errors has its reason, a sentence, and whether another try can help."""
    stand.answer = lambda *_: refusal(status, code, "words of \x1b Meta", error_data={"details": "Why\x1b it is so"})
    with pytest.raises(Undelivered) as raised:
        await whatsapp.send(WORDS)
    assert (raised.value.reason, raised.value.retry) == (reason, retry)
    assert sentence(reason) != reason
    assert raised.value.detail.endswith(f"{code} Why it is so")


@pytest.mark.parametrize(
    ("status", "code"), [(401, 190), (403, 10), (400, 200), (403, 131031), (400, 133010), (400, 368)]
)
async def test_an_account_that_is_not_fit_is_for_a_person(
    stand: Stand, whatsapp: Channel, status: int, code: int
) -> None:
    """A token or number that is not fit for sending holds everything back until somebody mends it."""
    stand.answer = lambda *_: refusal(status, code, "words of Meta")
    with pytest.raises(Unauthorised):
        await whatsapp.send(WORDS)


async def test_no_refusal_tells_the_token(stand: Stand, whatsapp: Channel) -> None:
    """Meta says back a token that it cannot read: neither an officer's page nor the record shows it."""
    stand.answer = lambda *_: refusal(401, 190, f"Malformed access token {wa.TOKEN}")
    with pytest.raises(Unauthorised) as raised:
        await whatsapp.send(WORDS)
    (fault,) = await whatsapp.check()
    for told in (str(raised.value), str(dict(fault.values))):
        assert "Malformed access token" in told
        assert wa.TOKEN not in told


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "999999"}, 21600),
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "x", "estimated_time_to_regain_access": 5}]}'}, 300),
        ({"X-Business-Use-Case-Usage": "{"}, 60),
        ({}, 60),
    ],
    ids=["seconds", "long", "usage", "garbage", "none"],
)
async def test_a_busy_platform_names_its_wish(
    stand: Stand, whatsapp: Channel, headers: dict[str, str], seconds: int
) -> None:
    """When to come again is honoured, within reason."""
    stand.answer = lambda *_: refusal(429, 130429, "Rate limit hit", headers)
    with pytest.raises(Undelivered) as raised:
        await whatsapp.send(WORDS)
    assert raised.value.after == timedelta(seconds=seconds)


Reply = Callable[[web.Request, Mapping[str, Any]], web.Response]
OPEN: list[tuple[str, Reply]] = [
    ("500", lambda *_: web.Response(status=500)),
    ("502", lambda *_: web.Response(status=502, text="<html>bad gateway</html>")),
    ("no json", lambda *_: web.Response(text="<html>")),
    ("garbage", lambda *_: web.Response(body=b"\x00\xff\xfe" * 1000)),
    ("a list", lambda *_: web.Response(text="[]")),
    ("nothing", lambda *_: web.Response()),
    ("no message", lambda *_: web.json_response({"messages": []})),
    ("a huge answer", lambda *_: web.Response(text=" " * 3_000_000)),
]


@pytest.mark.parametrize("answer", [row[1] for row in OPEN], ids=[row[0] for row in OPEN])
async def test_an_answer_that_leaves_it_open_is_unsure(stand: Stand, whatsapp: Channel, answer: Reply) -> None:
    """WhatsApp may have taken it: nobody sends twice by himself."""
    stand.answer = answer
    with pytest.raises(Unsure):
        await whatsapp.send(WORDS)


async def test_a_line_that_breaks_after_the_request_is_unsure(stand: Stand, whatsapp: Channel) -> None:
    """The request was there; the answer was not."""
    stand.silent = True
    with pytest.raises(Unsure):
        await whatsapp.send(WORDS)


async def test_a_platform_that_falls_silent_is_unsure(
    stand: Stand, whatsapp: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is an end to waiting, and the file that was laid there meanwhile is no message."""
    monkeypatch.setattr("channels.graph._SECONDS", 0.1)
    impatient, stand.waiting = door(stand.url), asyncio.Event()
    with pytest.raises(Unsure):
        await impatient.send(WORDS)
    with pytest.raises(Undelivered) as raised:
        await impatient.send(saying(files=(PHOTO,)))
    assert raised.value.retry
    stand.waiting.set()
    await impatient.close()


class TestFetching:
    """A file is asked for by its id, and fetched from where it lies."""

    FILE = Attachment("foto.jpg", "image/jpeg", reference="1003383421387256")

    @pytest.fixture(autouse=True)
    def _laid(self, stand: Stand) -> None:
        stand.media["1003383421387256"] = b"\xff\xd8\xff\xe0foto"

    async def test_it_is_brought(self, stand: Stand, whatsapp: Channel) -> None:
        """With our token, and only where it belongs to our number."""
        assert await whatsapp.fetch(self.FILE) == b"\xff\xd8\xff\xe0foto"
        assert stand.asked[0] == ("/v23.0/1003383421387256", {"phone_number_id": wa.NUMBER_ID})

    async def test_a_place_that_is_told_at_once_does(self, stand: Stand, whatsapp: Channel) -> None:
        """Newer deliveries name it beside the id."""
        file = Attachment("a", "image/jpeg", reference=f"{stand.url}/berkas/1003383421387256")
        assert await whatsapp.fetch(file) == b"\xff\xd8\xff\xe0foto"

    async def test_ten_failures_and_then_it_is_there(self, stand: Stand, whatsapp: Channel) -> None:
        """Each is worth another try, and none spoils the next; the place is asked for anew each time."""
        stand.away = 10
        for _ in range(10):
            with pytest.raises(Undelivered) as raised:
                await whatsapp.fetch(self.FILE)
            assert raised.value.retry
        assert await whatsapp.fetch(self.FILE) == b"\xff\xd8\xff\xe0foto"
        assert len([path for path, _ in stand.asked if path.startswith("/v23.0")]) == 11

    async def test_one_that_is_gone_is_given_up(self, stand: Stand, whatsapp: Channel) -> None:
        """After seven days WhatsApp has it no more."""
        stand.media.clear()
        with pytest.raises(Undelivered, match="file-gone") as raised:
            await whatsapp.fetch(self.FILE)
        assert not raised.value.retry

    @pytest.mark.parametrize(
        "reference", ["", "../x", "1?x=1", "a b", "https://penipu.example/1", "http://127.0.0.1:1/x"]
    )
    async def test_nothing_is_fetched_from_elsewhere(self, stand: Stand, whatsapp: Channel, reference: str) -> None:
        """A forged reference does not get our token, nor make us ask inside our own network."""
        with pytest.raises(Undelivered) as raised:
            await whatsapp.fetch(Attachment("a", "image/jpeg", reference=reference))
        assert not raised.value.retry
        assert stand.asked == []

    async def test_a_place_that_is_not_metas_is_not_asked(self, stand: Stand, whatsapp: Channel) -> None:
        """Whoever answers in the platform's name."""
        stand.elsewhere = "https://penipu.example"
        with pytest.raises(Undelivered, match="file-elsewhere"):
            await whatsapp.fetch(self.FILE)

    async def test_one_that_is_too_large_is_not_loaded(self, stand: Stand, whatsapp: Channel) -> None:
        """WhatsApp says its size beforehand."""
        stand.media["1003383421387256"] = b"x" * (whatsapp.abilities.largest_file_bytes + 1)
        with pytest.raises(Undelivered, match="attachment-too-large"):
            await whatsapp.fetch(self.FILE)
        assert not [path for path, _ in stand.asked if path.startswith("/berkas")]

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (lambda *_: refusal(401, 190, "expired"), Unauthorised),
            (lambda *_: refusal(500, 2, "away"), Undelivered),
            (lambda *_: web.Response(text="<html>"), Undelivered),
            (lambda *_: refusal(429, 4, "busy"), Undelivered),
        ],
        ids=["token", "500", "garbage", "busy"],
    )
    async def test_trouble_is_told(
        self, stand: Stand, whatsapp: Channel, answer: Reply, error: type[Exception]
    ) -> None:
        """A refused token is the account's trouble; the rest passes."""
        stand.answer = answer
        with pytest.raises(error) as raised:
            await whatsapp.fetch(self.FILE)
        assert not isinstance(raised.value, Undelivered) or raised.value.retry


def test_long_texts_are_cut_where_words_end() -> None:
    """And nothing of them is lost."""
    for said in ("", "kata", "kata " * 3000, "x" * 9000, ("Satu kalimat.\n\n" * 900)):
        cut = list(pieces(said, 4096))
        assert all(0 < len(one) <= 4096 for one in cut)
        assert "".join("".join(cut).split()) == "".join(said.split())
        assert not any(one.endswith(" ") for one, _ in pairwise(cut))
