"""What is laid into a template while it is compiled is what Jinja's own gettext would have said while it is drawn."""

from __future__ import annotations

import gettext
from typing import Any

import lxml.html
import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, select_autoescape

from templates.folding import Translated

_ENGLISH = {"Nama": "Name", "sisa %(n)s": "<b>%(n)s</b> left", "100%%": "100%% full", "%(a)s & %(b)s": "%(b)s & %(a)s"}

_PARTS = {
    "part.html": "({{ given }}{{ here }})",
    "words.html": "{% macro icon(name, size=16) %}[{{ name }} {{ size }}]{% endmacro %}",
}


def _icon(name: str, size: int = 16) -> str:
    return f"[{name} {size}]"


class Catalogue(gettext.NullTranslations):
    """A few words."""

    def gettext(self, message: str) -> str:
        """The English of it, where there is any."""
        return _ENGLISH.get(message, message)


def _drawn(environment: type[Environment], source: str, **values: Any) -> str:
    options: dict[str, Any] = {
        "loader": DictLoader({"page.html": source, "page.txt": source, **_PARTS}),
        "undefined": StrictUndefined,
        "autoescape": select_autoescape(["html"]),
    }
    if issubclass(environment, Translated):
        made: Environment = environment(Catalogue(), _icon, **options)
    else:
        made = environment(extensions=["jinja2.ext.i18n"], **options)
        made.install_gettext_translations(Catalogue(), newstyle=True)  # type: ignore[attr-defined]
    return "\n".join(made.get_template(name).render(values) for name in ("page.html", "page.txt"))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('{{ _("Nama") }}', "Name"),
        ('{{ _("tak <dikenal>") }}', "tak <dikenal>"),
        ('{{ _("100%%") }}', "100% full"),
        ('{{ _("sisa %(n)s", n=given) }}', "<b>&lt;i&gt;</b> left"),
        ('{{ _("%(a)s & %(b)s", a=given, b=_("Nama")) }}', "Name & &lt;i&gt;"),
        ('{% macro big(t) %}[{{ t }}]{% endmacro %}{{ big(_("Nama")) }}{{ big(given) }}', "[Name][&lt;i&gt;]"),
        ('<p title="{{ _("Nama") ~ given }}">', '<p title="Name&lt;i&gt;">'),
        ("{{ _(word) }}", "Name"),
        ('{{ "a<" if word == "Nama" }}{{ "b" if word == "x" }}{{ given if word else "c" }}', "a&lt;&lt;i&gt;"),
        ('{{ _("sisa %(n)s", n=1) if word }}{{ _("Nama") if not word else given if word }}', "<b>1</b> left&lt;i&gt;"),
        ('{% set x = "a" if not word %}{{ x is defined }}', "False"),
        ("{{ 3 }}{{ true }}{{ none }}{{ 1.5 }}{{ [given] | length }}", "3TrueNone1.51"),
        ('{% set here = 7 %}{% for _ in "ab" %}{% include "part.html" %}{% endfor %}', "(&lt;i&gt;7)(&lt;i&gt;7)"),
        (
            '{% import "words.html" as words %}{{ words.icon("mail") }}{{ words.icon("x", 3) }}{{ words.icon(given) }}',
            "[mail 16][x 3][&lt;i&gt; 16]",
        ),
    ],
)
def test_a_page_says_what_gettext_says(source: str, html: str) -> None:
    """Constant words, words with values, words in words, as arguments; values are escaped, words are not."""
    said = _drawn(Translated, source, given="<i>", word="Nama")
    assert said.splitlines()[0] == html
    assert said == _drawn(Environment, source, given="<i>", word="Nama")


def test_a_value_is_escaped_whatever_its_length_and_kind() -> None:
    """Short words are escaped from memory, long ones anew; both as HTML asks, also inside a quoted attribute."""
    hostile = """<&>"'"""
    page = _drawn(Translated, "<p a='{{ given }}'>{{ given * 20 }}", given=hostile).splitlines()[0]
    assert lxml.html.fromstring(page).attrib["a"] == hostile
    assert lxml.html.fromstring(page).text_content() == hostile * 20


def test_a_missing_value_is_still_a_mistake() -> None:
    """Nothing is filled with nothing."""
    with pytest.raises(UndefinedError):
        _drawn(Translated, '{{ _("sisa %(n)s", n=never) }}')
