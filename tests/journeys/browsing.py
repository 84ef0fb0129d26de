"""A browser that runs no scripts: it reads pages as people see them and sends their real forms.

Like a browser it sends every hidden field, refuses a form whose required field is empty, and keeps cookies. Any
answer of 500 or with a trace in it fails the journey on the spot.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import lxml.html
from lxml.html import HtmlElement
from yarl import URL

_UNSEEN = "self::script or self::style or self::template or @hidden or @type='hidden'"


@dataclass(frozen=True)
class Upload:
    """A file that somebody chooses in a form."""

    name: str
    content: bytes
    type: str = "application/octet-stream"


Answer = str | bool | Sequence[str] | Upload


def words(element: HtmlElement) -> str:
    """What a person reads in a part of a page, in one line."""
    seen = copy.deepcopy(element)
    for unseen in seen.xpath(f"descendant::*[{_UNSEEN}]"):
        unseen.drop_tree()
    return " ".join(" ".join(seen.itertext()).split())


@dataclass
class Control:
    """One field of a form, with the words that stand beside it and the state it is in."""

    element: HtmlElement
    label: str
    group: str = ""
    value: str = ""
    ticked: bool = False
    upload: tuple[Upload, ...] = ()

    @property
    def name(self) -> str:
        return self.element.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.element.get("type") or "text") if self.element.tag == "input" else str(self.element.tag)

    @property
    def empty(self) -> bool:
        return not (self.upload if self.kind == "file" else self.value.strip())

    def sent(self) -> Iterator[tuple[str, str | Upload]]:
        if self.kind == "file":
            yield from ((self.name, one) for one in self.upload or (Upload("", b""),))
        elif self.kind not in {"checkbox", "radio"} or self.ticked:
            yield self.name, self.value.replace("\r\n", "\n").replace("\n", "\r\n")


@dataclass
class Form:
    """A form of a page, being filled in."""

    element: HtmlElement
    url: URL
    controls: list[Control] = field(default_factory=list)

    def __post_init__(self) -> None:
        inputs = self.element.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")
        kinds = {"submit", "button", "image", "reset"}
        self.controls = [_control(one) for one in inputs if one.get("type") not in kinds]

    def fill(self, answers: Mapping[str, Answer]) -> None:
        """Answer questions by the words beside them (or by a field's name)."""
        for question, answer in answers.items():
            self._answer(question, answer)

    def sent(self, button: HtmlElement) -> list[tuple[str, str | Upload]]:
        """What the browser sends when that button is pressed; refuses what a browser refuses."""
        if self.element.get("novalidate") is None:
            self._check()
        pressed = [(button.get("name"), button.get("value") or "")] if button.get("name") else []
        return [pair for control in self.controls for pair in control.sent()] + pressed

    def _answer(self, question: str, answer: Answer) -> None:
        boxes = [one for one in self.controls if one.kind in {"checkbox", "radio"}]
        grouped = [one for one in boxes if question in {one.group, one.name}]
        if grouped and not isinstance(answer, bool | Upload):
            return _tick(question, grouped, [answer] if isinstance(answer, str) else answer)
        found = [one for one in self.controls if question in {one.label, one.name} and one.kind != "hidden"]
        assert found, f"no field “{question}” among {sorted({one.group or one.label for one in self.controls})}"
        return _put(found[0], answer)

    def _check(self) -> None:
        for control in self.controls:
            needed = control.element.get("required") is not None
            if needed and control.kind == "radio":
                same = [one for one in self.controls if one.name == control.name]
                assert any(one.ticked for one in same), f"the browser asks to choose “{control.group}”"
            elif needed:
                missing = not control.ticked if control.kind == "checkbox" else control.empty
                assert not missing, f"the browser asks to fill in “{control.label}”"
            longest = control.element.get("maxlength")
            assert not longest or len(control.value) <= int(longest), f"the browser takes no more of “{control.label}”"


@dataclass
class Page:
    """What a browser shows."""

    url: URL
    status: int
    source: str

    def __post_init__(self) -> None:
        self.root = lxml.html.document_fromstring(self.source or "<p></p>")

    @property
    def text(self) -> str:
        """Everything a person can read on it, in one line."""
        return words(self.root)

    def part(self, id_: str) -> str:
        """What a person reads in the part of that id; empty where the page has none."""
        found = self.root.xpath("//*[@id=$id]", id=id_)
        return words(found[0]) if found else ""

    def all(self, path: str) -> list[HtmlElement]:
        """The elements an XPath finds; ``has('row')`` in it asks for a class."""
        return list(self.root.xpath(path, extensions={(None, "has"): _has_class}))

    def buttons(self) -> list[str]:
        """What can be pressed."""
        return [words(one) for one in self.root.xpath("//form//button")]

    def form(self, button: str, within: str = "") -> tuple[Form, HtmlElement]:
        """The form with that button, and the button. ``within``: the id of the part to look in."""
        base = f"//*[@id='{within}']" if within else ""
        found = [one for one in self.root.xpath(f"{base}//form//button") if words(one) == button]
        assert found, f"nothing says “{button}” to press, only {self.buttons()}, on {self.url.path}: {self.text[:600]}"
        (element, *_) = found[0].iterancestors("form")
        action = element.get("action") or ""
        return Form(element, self.url.join(URL(action)) if action else self.url), found[0]

    def shows(self, *phrases: str) -> None:
        """Assert that a person reads these."""
        for phrase in phrases:
            assert phrase in self.text, f"“{phrase}” is not on {self.url.path}: {self.text[:3000]}"


class Browser:
    """One person's browser. An async context manager."""

    def __init__(self, base: str) -> None:
        self._base = URL(base)
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    @property
    def port(self) -> int:
        """Where it looks for the town."""
        return self._base.port or 80

    async def close(self) -> None:
        """Forget everything."""
        await self._session.close()

    async def opens(self, path: str, **query: str) -> Page:
        """Go to an address of the town."""
        return await self._page(self._session.get(self._base.join(URL(path)).update_query(query)))

    async def presses(
        self, page: Page, button: str, answers: Mapping[str, Answer] | None = None, *, within: str = ""
    ) -> Page:
        """Fill in the form around a button and press it; answers the page that comes then."""
        form, pressed = page.form(button, within)
        form.fill(answers or {})
        pairs = form.sent(pressed)
        if (form.element.get("method") or "get").lower() == "get":
            query = [(name, value) for name, value in pairs if isinstance(value, str)]
            return await self._page(self._session.get(form.url.with_query(query)))
        return await self._page(self._session.post(form.url, data=_body(form.element, pairs)))

    async def posts(self, path: str, data: Any, **options: Any) -> Page:
        """Send what no form would: for visitors who mean no good."""
        return await self._page(self._session.post(self._base.join(URL(path)), data=data, **options))

    async def downloads(self, path: str) -> bytes:
        """A file behind a link."""
        async with self._session.get(self._base.join(URL(path))) as response:
            assert response.status == 200, f"{path}: {response.status}"
            return await response.read()

    async def _page(self, request: Any) -> Page:
        async with request as response:
            page = Page(response.url, response.status, await response.text(errors="replace"))
            assert response.status < 500 or response.status == 503, f"{response.status} on {response.url}: {page.text}"
            assert "Traceback" not in page.source, f"a trace on {response.url}"
            return page


def _has_class(context: Any, name: str) -> bool:
    return name in (context.context_node.get("class") or "").split()


def _body(form: HtmlElement, pairs: Sequence[tuple[str, str | Upload]]) -> aiohttp.FormData:
    data = aiohttp.FormData(default_to_multipart=form.get("enctype") == "multipart/form-data", charset="utf-8")
    for name, value in pairs:
        if isinstance(value, Upload):
            data.add_field(name, value.content, filename=value.name, content_type=value.type)
        else:
            data.add_field(name, value)
    return data


def _control(element: HtmlElement) -> Control:
    kind = element.get("type") or element.tag
    group = [words(legend) for box in element.iterancestors("fieldset") for legend in box.xpath("./legend")][:1]
    control = Control(element, _label(element), _plain(group[0]) if group else "")
    if kind == "select":
        chosen = element.xpath(".//option[@selected]") or element.xpath(".//option")[:1]
        control.value = (chosen[0].get("value") or words(chosen[0])) if chosen and chosen[0].get("value") != "" else ""
    elif kind == "textarea":
        control.value = (element.text or "").removeprefix("\n")
    else:
        control.value = element.get("value") or ("on" if kind in {"checkbox", "radio"} else "")
        control.ticked = element.get("checked") is not None
    return control


def _label(element: HtmlElement) -> str:
    above = list(element.iterancestors("label"))
    own = element.get("id")
    found = above or (element.getroottree().xpath("//label[@for=$id]", id=own) if own else [])
    return _plain(words(found[0])) if found else (element.get("aria-label") or "")


def _plain(label: str) -> str:
    return label.removesuffix("(boleh kosong)").removesuffix("boleh kosong").strip()


def _tick(question: str, controls: Sequence[Control], answers: Sequence[str]) -> None:
    labels = {one.label: one for one in controls}
    for answer in answers:
        assert answer in labels, f"no “{answer}” to choose at “{question}”, only {list(labels)}"
    for control in controls:
        control.ticked = control.label in answers


def _put(control: Control, answer: Answer) -> None:
    if isinstance(answer, Upload):
        control.upload = (answer,)
    elif isinstance(answer, bool):
        control.ticked = answer
    elif control.kind == "select":
        options = {words(one): one.get("value", words(one)) for one in control.element.xpath(".//option")}
        assert answer in options, f"no “{answer}” to choose at “{control.label}”, only {list(options)}"
        control.value = options[str(answer)]
    else:
        assert isinstance(answer, str), f"“{control.label}” takes one text"
        control.value = answer
