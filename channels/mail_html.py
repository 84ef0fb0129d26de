"""HTML mail to plain text, written the way plain mail is: what the client marked as quoted gets ``>`` in front.

One trimming of quotes then serves both. What a client marked as its signature is left out of the second text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from channels.mail_charset import clean

_LONGEST_HTML = 1_000_000
_LONGEST_SIGNATURE = 800
_ALL_TABLES = 2_000_000  # cells times characters
# Private-use characters stand for the marks while the layout is done.
_QUOTE, _UNQUOTE, _SIGN, _UNSIGN = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile("[\ue000-\ue003]")
_SIGNATURE = re.compile(f"{_SIGN}[^{_SIGN}{_UNSIGN}]{{0,{_LONGEST_SIGNATURE}}}{_UNSIGN}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SIGNATURES = {"gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block"}
_SIGNATURE_IDS = {"signature", "ms-outlook-mobile-signature", "zmail_signature", "applemailsignature"}


def text(html: str) -> tuple[str, str]:
    """All the text of a HTML mail, and the same without signatures. Quoted lines begin with ``>`` in both."""
    marked = _rendered(_MARKS.sub("", html[:_LONGEST_HTML]))
    full, own = _quoted(marked), _quoted(_SIGNATURE.sub("", marked))
    # Some type their whole mail into the signature.
    return full, own if any(line and not line.startswith(">") for line in own.split("\n")) else full


def _rendered(html: str) -> str:
    if not html.strip():
        return ""
    try:
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
        _flatten(tree)
        for element in list(tree.iter("blockquote", "div", "span", "pre", "p", "table")):
            _mark(element)
        config = ParserConfig(css=CSS_PROFILES["strict"].copy())
        return clean(str(Inscriptis(tree, config).get_text()))
    except (etree.LxmlError, ValueError, AssertionError, LookupError, TypeError, RecursionError):
        return clean(_TAG.sub(" ", html))


def _flatten(tree: HtmlElement) -> None:
    """Make lines of tables that would be large to lay out: every row is padded to its widest cell."""
    budget = _ALL_TABLES
    for table in list(tree.iter("table")):
        if table.tag != "table":
            continue
        budget -= sum(1 for _ in table.iter("td", "th")) * len(table.text_content())
        for element in list(table.iter("table", "tr", "td", "th")) if budget < 0 else ():
            if element.tag in {"td", "th"}:
                element.tail = f"  {element.tail or ''}"
            element.tag = "span" if element.tag in {"td", "th"} else "div"


def _mark(element: HtmlElement) -> None:
    if _is_quote(element):
        _enclose(element, _QUOTE, _UNQUOTE)
    elif _is_signature(element):
        _enclose(element, _SIGN, _UNSIGN)


def _enclose(element: HtmlElement, before: str, after: str) -> None:
    first, last = etree.Element("div"), etree.Element("div")
    first.text, last.text = before, after
    first.tail, element.text = element.text, None
    element.insert(0, first)
    element.append(last)


def _is_quote(element: HtmlElement) -> bool:
    """Whether a client's own marks say so; a citizen's indented paragraph is a blockquote too, and stays."""
    classes, style = _classes(element), (element.get("style") or "").lower()
    if element.tag != "blockquote":
        return "yahoo_quoted" in classes
    return (
        (element.get("type") or "").lower() == "cite"
        or bool(classes & {"gmail_quote", "protonmail_quote", "mcntgmail_quote"})
        or (element.get("id") or "").lower() == "blockquote_zmail"
        or ("border-left" in style and "border-left:none" not in style.replace(" ", ""))
    )


def _is_signature(element: HtmlElement) -> bool:
    return bool(_classes(element) & _SIGNATURES) or (element.get("id") or "").lower() in _SIGNATURE_IDS


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").lower().split())


def _quoted(marked: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_lines(marked))).strip("\n")


def _lines(marked: str) -> Iterator[str]:
    depth = 0
    for line in marked.split("\n"):
        text = _MARKS.sub("", line).replace("\xa0", " ").strip()
        opened = line.count(_QUOTE)
        if text or not _MARKS.search(line):
            yield f"{'>' * (depth + opened)} {text}".rstrip() if depth + opened else text
        depth = max(0, depth + opened - line.count(_UNQUOTE))
