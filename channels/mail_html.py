"""HTML mail to plain text, written the way plain mail is: what the client marked as quoted gets ``>`` in front.

One trimming of quotes then serves both. What a client marked as its signature is left out of the second text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from channels.mail_charset import clean
from channels.mail_signature import says_more

# A page beyond these is not laid out: only its words are taken, line by line.
_LONGEST_PAGE = 1_000_000
MOST_TAGS = 10_000
_LARGE_PAGE = 100_000
_LONGEST_SIGNATURE = 800
_ALL_TABLES = 2_000_000  # cells times characters
# Private-use characters stand for the marks while the layout is done.
_QUOTE, _UNQUOTE, _SIGN, _UNSIGN = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile("[\ue000-\ue003]")
_SIGNATURE = re.compile(f"{_SIGN}[^{_SIGN}{_UNSIGN}]{{0,{_LONGEST_SIGNATURE}}}{_UNSIGN}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/?(?:p|div|tr|table|ul|ol|li|dl|dt|dd|blockquote|pre|h[1-6]|hr))\b[^<>]{0,2000}>", re.I)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,2000}>", re.I)
_UNSEEN = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<style\b", re.I), re.compile(r"</style[^<>]{0,20}>", re.I)),
    (re.compile(r"<script\b", re.I), re.compile(r"</script[^<>]{0,20}>", re.I)),
    (re.compile(r"<title\b", re.I), re.compile(r"</title[^<>]{0,20}>", re.I)),
)
_EMBEDDED = re.compile(r"(?<=\bdata:)[\w./+;=-]{1,100},[\w+/=%\s-]{100,}")
_SIGNATURES = {"gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block"}
_SIGNATURE_IDS = {"signature", "ms-outlook-mobile-signature", "zmail_signature", "applemailsignature"}


def text(html: str, most_tags: int = MOST_TAGS) -> tuple[str, str]:
    """All the text of a HTML mail, and the same without signatures. Quoted lines begin with ``>`` in both.

    A page of more than ``most_tags`` is not laid out.
    """
    marked = clean(_rendered(_MARKS.sub("", html), most_tags))
    full = _quoted(marked)
    own = _quoted(_SIGNATURE.sub("", marked)) if _SIGN in marked else full
    said = [line for line in own.split("\n") if line and not line.startswith(">")]
    signed = _MARKS.sub("", "\n".join(_SIGNATURE.findall(marked))).split("\n")
    # Some type their whole mail into the signature.
    return full, own if said and not says_more(signed, said) else full


def tags(html: str) -> int:
    """How many elements a page has, about: what it costs to lay it out grows with them."""
    return html.count("<") - html.count("</")


def _rendered(html: str, most_tags: int) -> str:
    if not html.strip():
        return ""
    if len(html) > _LARGE_PAGE:
        html = _EMBEDDED.sub("", _seen(html))
    if len(html) > _LONGEST_PAGE or tags(html) > most_tags:
        return _words(html)
    try:
        return _laid_out(html)
    except (etree.LxmlError, ValueError, AssertionError, LookupError, TypeError, RecursionError):
        return _words(html)


def _laid_out(html: str) -> str:
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    if parser.error_log.filter_from_fatals():
        raise ValueError("nested too deep: the parser left the rest out")
    _flatten(tree)
    for element in list(tree.iter("blockquote", "div", "span", "pre", "p", "table")):
        _mark(element)
    config = ParserConfig(css=CSS_PROFILES["strict"].copy())
    return str(Inscriptis(tree, config).get_text())


def _words(html: str) -> str:
    """The words of a page that is too large, too deep or too broken to lay out: a line for each of its blocks."""
    lines = _BREAK.sub("\n", " ".join(_seen(html).split()))
    return unescape(_TAG.sub("", _CELL.sub("  ", lines)))


def _seen(html: str) -> str:
    """A page without comments, styles and scripts; one that never ends hides nothing."""
    for opening, closing in _UNSEEN:
        seen, place = [], 0
        while (begin := opening.search(html, place)) and (end := closing.search(html, begin.end())):
            seen.append(html[place : begin.start()])
            place = end.end()
        html = "".join([*seen, html[place:]])
    return html


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
    for line in marked.replace("\xa0", " ").split("\n"):
        if not depth and not _MARKS.search(line):
            yield line.strip()
            continue
        text = _MARKS.sub("", line).strip()
        opened = line.count(_QUOTE)
        if opened and not depth:
            yield ""
        if text or not _MARKS.search(line):
            yield f"{'>' * (depth + opened)} {text}".rstrip() if depth + opened else text
        depth = max(0, depth + opened - line.count(_UNQUOTE))
