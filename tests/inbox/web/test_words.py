"""Every word of the desk exists in both languages, and says the same things with the same values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import templates
from tests.inbox.web.desk import Office

_OPTIONS = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trim_blocks": "true", "silent": "false"}


def asked_for() -> Iterator[str]:
    """Every sentence that a template asks gettext for."""
    asking = ("**.html", "parts/**.txt")
    method, options = [(one, "jinja2") for one in asking], dict.fromkeys(asking, _OPTIONS)
    found = extract_from_dir(templates.FOLDER, method_map=method, options_map=options)
    for _, _, message, _, _ in found:
        yield from (message,) if isinstance(message, str) else message


def english() -> dict[str, str]:
    """The catalogue, without what a translator has doubts about."""
    with (templates.FOLDER / "locale" / "en.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id and not message.fuzzy}


def test_every_sentence_has_its_english() -> None:
    """No sentence of a template is missing, empty or doubtful in the catalogue."""
    words = english()
    assert len(words) > 300
    assert [sentence for sentence in set(asked_for()) if not words.get(sentence)] == []


def test_nothing_is_translated_that_nobody_says() -> None:
    """The catalogue holds no sentence that went out of use."""
    assert set(english()) - set(asked_for()) == set()


def test_both_languages_name_the_same_values() -> None:
    """A value that stands in one language stands in the other."""
    values = re.compile(r"%\(\w+\)s")
    assert [one for one, other in english().items() if set(values.findall(one)) != set(values.findall(other))] == []


async def test_a_page_in_english_is_english(office: Office) -> None:
    """An officer who chose English reads no Indonesian word of the interface; the office's own words stay."""
    ticket = await office.up_to_study()
    browser = await office.browser("kasi")
    page = await browser.opens("/meja/saya")
    await browser.sends(page, "/meja/saya", {"language": "en"})
    page = await browser.opens(f"/meja/{ticket.number}")
    for words in ("Your turn", "15 min left", "Why this time?", "Reply to citizen", "Sign out", "Monday 23/11 09.15"):
        assert words in page.text
    assert "Giliran" not in page.text
    assert "Mengkaji keluhan" in page.text
