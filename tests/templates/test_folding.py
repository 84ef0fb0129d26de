"""What is laid into a template while it is compiled is what Jinja's own gettext would have said while it is drawn."""

from __future__ import annotations

import gettext
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, select_autoescape

from templates.folding import Translated

_ENGLISH = {"Nama": "Name", "sisa %(n)s": "<b>%(n)s</b> left", "100%%": "100%% full", "%(a)s & %(b)s": "%(b)s & %(a)s"}


class Catalogue(gettext.NullTranslations):
    """A few words."""

    def gettext(self, message: str) -> str:
        """The English of it, where there is any."""
        return _ENGLISH.get(message, message)


def _drawn(environment: type[Environment], source: str, **values: Any) -> str:
    options: dict[str, Any] = {
        "loader": DictLoader({"page.html": source, "page.txt": source}),
        "undefined": StrictUndefined,
        "autoescape": select_autoescape(["html"]),
    }
    if issubclass(environment, Translated):
        made: Environment = environment(Catalogue(), **options)
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
    ],
)
def test_a_page_says_what_gettext_says(source: str, html: str) -> None:
    """Constant words, words with values, words in words, as arguments; values are escaped, words are not."""
    said = _drawn(Translated, source, given="<i>", word="Nama")
    assert said.splitlines()[0] == html
    assert said == _drawn(Environment, source, given="<i>", word="Nama")


def test_a_missing_value_is_still_a_mistake() -> None:
    """Nothing is filled with nothing."""
    with pytest.raises(UndefinedError):
        _drawn(Translated, '{{ _("sisa %(n)s", n=never) }}')
