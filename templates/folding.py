"""Translations laid into a template while it is compiled: a page asks gettext for nothing while it is drawn.

A list says three hundred translated words, and each cost three calls through Jinja's context, more than half of what
drawing the page took. There is one environment for each language, so what ``_("...")`` says is known beforehand.
"""

from __future__ import annotations

import gettext
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer


class Folding(NodeTransformer):
    """``_("Nama")`` becomes its translation, ``_("%(n)s jam", n=hours)`` that one filled: both safe as the template."""

    def __init__(self, catalogue: gettext.NullTranslations) -> None:
        self._catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's way to say what it visits
        """A call of ``_`` with words written out; any other call stays as it is."""
        self.generic_visit(node)
        said = node.args[0] if len(node.args) == 1 else None
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_" and isinstance(said, nodes.Const)):
            return node
        words = self._catalogue.gettext(said.value)
        if not node.kwargs:
            return nodes.TemplateData(words % {}, lineno=node.lineno)
        pairs = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        values = nodes.Dict(pairs, lineno=node.lineno)
        return nodes.Mod(nodes.TemplateData(words), values, lineno=node.lineno)


class Translated(Environment):
    """An environment that speaks one language, ``catalogue``'s."""

    def __init__(self, catalogue: gettext.NullTranslations, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n"], **options)
        self._folding = Folding(catalogue)
        self.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        """Jinja's own hook between reading a template and writing its code."""
        return super()._generate(self._folding.visit(source), *args, **options)
