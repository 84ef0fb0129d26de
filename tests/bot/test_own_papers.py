"""Word templates that an office laid down, as ``wadul check`` reads them."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx

import config
from bot.commands.check import mistakes


async def test_a_word_template_is_proved_before_a_letter_needs_it(tmp_path: Path) -> None:
    """A name that draws nothing and a placeholder that cannot be read are said with their file; a good one is not."""
    folder = tmp_path / "config"
    shutil.copytree(config.SHIPPED, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    papers = folder / "offices" / "blitar" / "papers"
    papers.mkdir()
    for name, text in {
        "surat-jawaban": "{{ nomor }} {% for satu in kepada %}{{ satu }}{% endfor %} {{ tanda_tangan[1].nama }}",
        "resume": "{% for %}",
        "suratku": "{{ nomor }}",
    }.items():
        own = docx.Document()
        own.add_paragraph(text)
        own.save(papers / f"{name}.docx")
    found = mistakes(config.load(folder, environ={}, secrets=False))
    assert [(one.code, Path(one.file).name) for one in found if one.code.startswith("paper-own")] == [
        ("paper-own-broken", "resume.docx"),
        ("paper-own-unknown", "suratku.docx"),
    ]
