"""The process that draws PDFs: requests on its input, PDFs on its output, one after the other.

Started by ``inbox.pdf`` and by nobody else, apart from the program because typst holds the interpreter's lock while it
draws. It imports nothing of the record but how large a picture is. Each paper is drawn in a folder of its own, with the
templates and the files it was handed and nothing else; what people wrote travels as JSON and is text wherever it lands.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import struct
import sys
import tempfile
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typst
import yaml

from inbox.pixels import pixels

if TYPE_CHECKING:
    from typst import PDFStandard

STANDARD: PDFStandard = "a-2b"
_HEAD = struct.Struct(">cQ")
_TOFU = "□"
_MOST_PROBES = 1500
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u00ad")
_FLAG_A = 0x1F1E6
_TONE = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
# A sign and what belongs to it: two letters of a flag; or a skin's colour, or further signs joined by U+200D.
_CLUSTER = re.compile(
    "(?P<flag>[\U0001f1e6-\U0001f1ff]{2})|(?P<base>.)(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*", re.DOTALL
)
_MOST_PAGES = 200
_MOST_MEMORY_BYTES = 4 * 1024**3
# A JPEG goes into the PDF as it is; of other pictures every pixel is packed anew, which takes three times the memory.
_MOST_PIXELS, _WEIGHTS = 400_000_000, {"jpg": 1, "png": 3, "gif": 3, "webp": 3}
_PROBE = '#set page(width: 20cm, height: auto)\n#set text(font: "Libertinus Serif")\n#sys.inputs.at("data")\n'


class Press:
    """Draws papers. ``templates`` is the folder of the ``.typ`` files, ``fonts`` are folders of fonts."""

    def __init__(self, templates: Path, fonts: list[Path]) -> None:
        self._templates = templates
        self._compiler = typst.Compiler(font_paths=typst.Fonts(font_paths=list(fonts)))
        self._words: dict[str, str] = yaml.safe_load((templates / "emoji.yaml").read_text("utf-8"))
        self._shown: dict[str, bool] = {}

    def draw(self, template: str, document: Mapping[str, Any], files: Mapping[str, str], at: int) -> bytes:
        """The PDF of a document. ``files``: paths by the name the document calls them. ``at``: seconds since 1970.

        PDF/A-2b, but for documents that take in pages of other PDFs: typst cannot vouch for those.
        """
        with tempfile.TemporaryDirectory(prefix="wadul-") as folder:
            root = Path(folder)
            for source in self._templates.glob("*.typ"):
                shutil.copyfile(source, root / source.name)
            brought = self._brought(root, files)
            missing: list[str] = []
            shown = self._spelt(dict(document), root, missing)
            pages = {name: self._pages(root, name) for name, kind in brought.items() if kind == "pdf"}
            known = {"files": brought, "pages": pages, "substituted": sorted(set(missing))}
            inputs = {"data": json.dumps({**shown, **known})}
            standard: PDFStandard = "1.7" if "pdf" in brought.values() else STANDARD
            tagged = document.get("layout") != "book"  # tags make a book of thousands of lines ten times as large
            return self._compile(root / template, root, inputs, standard, at, tagged=tagged)

    def _compile(
        self,
        source: Path,
        root: Path,
        inputs: dict[str, str],
        standard: PDFStandard,
        at: int = 0,
        *,
        tagged: bool = True,
    ) -> bytes:
        made = self._compiler.compile(
            str(source),
            root=str(root),
            sys_inputs=inputs,
            pdf_standards=standard,
            timestamp=at,
            format="pdf",
            pdf_tags=tagged,
        )
        if not isinstance(made, bytes):
            raise TypeError("no single PDF")
        return made

    def _brought(self, root: Path, files: Mapping[str, str]) -> dict[str, str]:
        """The kinds of those that can be drawn, by name; of pictures as many as there is room for once unpacked."""
        brought: dict[str, str] = {}
        room = _MOST_PIXELS
        for name, path in files.items():
            kind = _kind_of(Path(path))
            weight = pixels(Path(path).read_bytes()) * _WEIGHTS[kind] if kind in _WEIGHTS else 0
            if weight <= room and self._bring(root, name, Path(path), kind):
                brought[name] = kind
                room -= weight
        return brought

    def _bring(self, root: Path, name: str, path: Path, kind: str) -> bool:
        """Lay a file beside the template, if it can be drawn."""
        if not kind or not name.isalnum():
            return False
        shutil.copyfile(path, root / name)
        trial = root / "trial.typ"
        trial.write_text(f'#set page(width: 20cm, height: 20cm)\n#image("{name}", format: "{kind}", width: 1cm)\n')
        try:
            self._compile(trial, root, {}, "1.7")
        except (typst.TypstError, RuntimeError):
            (root / name).unlink()
            return False
        return True

    def _pages(self, root: Path, name: str) -> int:
        """How many pages a PDF has: typst does not say, but refuses a page that is not there."""
        trial = root / "pages.typ"
        trial.write_text(f'#image("{name}", page: int(sys.inputs.page), width: 1cm)\n')

        def there(page: int) -> bool:
            try:
                self._compile(trial, root, {"page": str(page)}, "1.7")
            except (typst.TypstError, RuntimeError):
                return False
            return True

        return bisect_left(range(2, _MOST_PAGES + 1), True, key=lambda page: not there(page)) + 1

    def _spelt(self, part: Any, root: Path, missing: list[str]) -> Any:
        """The document with every character that no font here has said in words, or as an empty box."""
        texts = list(_texts(part))
        strange = {char for text in texts for char in text if ord(char) > 0x17F} - self._shown.keys() - _INVISIBLE
        self._try(sorted(strange), root)
        spell = self._speller(missing)
        return _mapped(part, spell)

    def _try(self, chars: list[str], root: Path) -> None:
        if not chars or self._fits("".join(chars), root):
            self._shown |= dict.fromkeys(chars, True)
            return
        for char in chars[:_MOST_PROBES]:
            self._shown[char] = self._fits(char, root)
        self._shown |= dict.fromkeys(chars[_MOST_PROBES:], False)

    def _fits(self, text: str, root: Path) -> bool:
        probe = root / "probe.typ"
        if not probe.exists():
            probe.write_text(_PROBE)
        try:
            self._compile(probe, root, {"data": text}, STANDARD)
        except (typst.TypstError, RuntimeError):
            return False
        return True

    def _speller(self, missing: list[str]) -> Callable[[str], str]:
        def spell(text: str) -> str:
            text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
            if all(self._shown.get(char, True) for char in text):
                return text
            return _CLUSTER.sub(lambda found: self._cluster(found, missing), text)

        return spell

    def _cluster(self, found: re.Match[str], missing: list[str]) -> str:
        """One sign with what is joined to it: as it is, or in words."""
        lost = [char for char in found[0] if not self._shown.get(char, True)]
        if not lost:
            return found[0]
        missing += lost
        if found["flag"]:
            return f"[{self._words['flag']} {''.join(chr(ord(char) - _FLAG_A + ord('A')) for char in found[0])}]"
        if found["base"] in lost:
            return self._word(found["base"])
        return "".join(char for char in found[0] if char not in lost)

    def _word(self, char: str) -> str:
        if char in self._words:
            return f"[{self._words[char]}]"
        if _TONE.match(char):
            return ""
        pictured = unicodedata.category(char) == "So" or "\U0001f000" <= char <= "\U0001faff"
        return f"[{self._words['other']}]" if pictured else _TOFU


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _mapped(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict):
        return {key: _mapped(value, change) for key, value in part.items()}
    return [_mapped(value, change) for value in part] if isinstance(part, list) else part


def _kind_of(path: Path) -> str:
    """png, jpg, gif, webp, svg or pdf, by the file's first bytes; empty for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return ""
    if head.startswith(b"\x89PNG"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"GIF8"):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    return "svg" if path.suffix == ".svg" and head.lstrip().startswith(b"<") else ""


def serve(press: Press, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends. An answer begins with P (a PDF) or E (its error's class)."""
    while head := requests.read(8):
        asked = json.loads(requests.read(int.from_bytes(head)))
        try:
            mark, body = b"P", press.draw(asked["template"], asked["document"], asked["files"], asked["at"])
        except Exception as error:  # noqa: BLE001 - whatever it is, the program hears of it and asks the next
            mark, body = b"E", f"{type(error).__name__}: {_detail(error)}".encode()
        answers.write(_HEAD.pack(mark, len(body)) + body)
        answers.flush()


def _detail(error: Exception) -> str:
    """Where typst stopped, without what people wrote."""
    return re.sub(r'"[^"]*"|`[^`]*`', "…", str(error))[:200]


def main() -> None:
    """``python -m inbox.pdf_worker TEMPLATES [FONTS ...]``."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not end up among the answers
    templates, *fonts = (Path(one) for one in sys.argv[1:])
    serve(Press(templates, fonts), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
